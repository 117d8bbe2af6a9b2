"""What AWS fixes about ECS's own deployments: ranges, defaults, names.

Each fact with the rule of docs/native-rules.md behind it.
"""

from __future__ import annotations

from math import ceil

# The controller of a service with any of the strategies (NS31).
DEPLOYMENT_CONTROLLER = "ECS"

# The strategies, and those that shift traffic from one target group to the other (NS5).
ROLLING = "ROLLING"
SHIFTING_STRATEGIES = BLUE_GREEN, LINEAR, CANARY = ("BLUE_GREEN", "LINEAR", "CANARY")
STRATEGIES = (ROLLING, *SHIFTING_STRATEGIES)

# The blocks with the settings of a strategy, each valid with that strategy only (NS16, NE5).
LINEAR_CONFIGURATION = "LinearConfiguration"
CANARY_CONFIGURATION = "CanaryConfiguration"
STRATEGY_BLOCKS = {LINEAR: LINEAR_CONFIGURATION, CANARY: CANARY_CONFIGURATION}

# Percent of production traffic, in tenths (NS7, NS9); a canary of all is no canary (NK18).
LEAST_STEP_PERCENTAGE = 3.0
LEAST_CANARY_PERCENTAGE = 0.1
MOST_PERCENTAGE = 100.0
MOST_CANARY_PERCENTAGE = 99.9
DEFAULT_STEP_PERCENTAGE = 10.0
DEFAULT_CANARY_PERCENTAGE = 5.0

# Minutes: the longest of any bake time, and the defaults (NS6, NS8, NS10).
LONGEST_BAKE_MINUTES = 1440
DEFAULT_BAKE_MINUTES = 15
DEFAULT_STEP_BAKE_MINUTES = 6
DEFAULT_CANARY_BAKE_MINUTES = 10

# CloudFormation refuses bake times that add up to more (NS17).
LONGEST_BAKING_MINUTES = 33 * 60

# A stage lasts at most this long (NB8).
LONGEST_STAGE_MINUTES = 1440

# The most and the least of a deployment's tasks, as in AWS's own templates (NS11).
MAXIMUM_PERCENT = 200
MINIMUM_HEALTHY_PERCENT = 100

# The stages of a service deployment in their order (section 2.2). At some of them tasks start or stop, or nothing but
# time passes; at the others a function can be called (NS18), and at all of these but two, where traffic moves, a
# deployment can pause (NH9).
RECONCILE_SERVICE = "RECONCILE_SERVICE"
PRE_SCALE_UP = "PRE_SCALE_UP"
SCALE_UP = "SCALE_UP"
POST_SCALE_UP = "POST_SCALE_UP"
TEST_TRAFFIC_SHIFT = "TEST_TRAFFIC_SHIFT"
POST_TEST_TRAFFIC_SHIFT = "POST_TEST_TRAFFIC_SHIFT"
PRE_PRODUCTION_TRAFFIC_SHIFT = "PRE_PRODUCTION_TRAFFIC_SHIFT"
PRODUCTION_TRAFFIC_SHIFT = "PRODUCTION_TRAFFIC_SHIFT"
POST_PRODUCTION_TRAFFIC_SHIFT = "POST_PRODUCTION_TRAFFIC_SHIFT"
BAKE_TIME = "BAKE_TIME"
CLEAN_UP = "CLEAN_UP"
STAGES = (
    RECONCILE_SERVICE,
    PRE_SCALE_UP,
    SCALE_UP,
    POST_SCALE_UP,
    TEST_TRAFFIC_SHIFT,
    POST_TEST_TRAFFIC_SHIFT,
    PRE_PRODUCTION_TRAFFIC_SHIFT,
    PRODUCTION_TRAFFIC_SHIFT,
    POST_PRODUCTION_TRAFFIC_SHIFT,
    BAKE_TIME,
    CLEAN_UP,
)
STAGES_WITHOUT_HOOKS = (SCALE_UP, BAKE_TIME, CLEAN_UP)
HOOK_STAGES = tuple(stage for stage in STAGES if stage not in STAGES_WITHOUT_HOOKS)
# Called again in a rollback, without traffic on green (NH4).
STAGES_RUN_AGAIN = (TEST_TRAFFIC_SHIFT, PRODUCTION_TRAFFIC_SHIFT)
PAUSE_STAGES = tuple(stage for stage in HOOK_STAGES if stage not in STAGES_RUN_AGAIN)
# With LINEAR and CANARY they come with every step (section 2.2).
STAGES_OF_EVERY_STEP = (PRE_PRODUCTION_TRAFFIC_SHIFT, PRODUCTION_TRAFFIC_SHIFT)

# What a lifecycle hook is (NS19); the first where the template says nothing (NE5).
HOOK_TARGET_TYPES = AWS_LAMBDA, PAUSE = ("AWS_LAMBDA", "PAUSE")
MOST_HOOKS_OF_A_TYPE = 10  # (NS14)

# Minutes that a hook has, and what happens afterwards (NS22).
LONGEST_LAMBDA_HOOK_MINUTES = 1440
LONGEST_PAUSE_MINUTES = 20160
DEFAULT_HOOK_MINUTES = 1440
TIMEOUT_ACTIONS = ROLLBACK, CONTINUE = ("ROLLBACK", "CONTINUE")
DEFAULT_TIMEOUT_ACTION = ROLLBACK

# What a hook function answers (NH2).
HOOK_STATUSES = SUCCEEDED, FAILED, IN_PROGRESS = ("SUCCEEDED", "FAILED", "IN_PROGRESS")
DEFAULT_CALLBACK_SECONDS = 30

# Who takes the infrastructure role and the hook role (NI1, NH6).
ECS = "ecs.amazonaws.com"

# AWS's managed policy for the infrastructure role, without service-role/ in its ARN (NI1), and what it allows.
INFRASTRUCTURE_POLICY = "AmazonECSInfrastructureRolePolicyForLoadBalancers"

# In the production rule exactly one target group has a weight above 0 when a deployment starts (NL1).
LIVE_WEIGHT = 100
IDLE_WEIGHT = 0

# Service auto scaling doesn't support it together with blue/green (NB13).
REFUSED_SCALING_METRIC = "ALBRequestCountPerTarget"

# The header that Service Connect takes for test traffic where the service names none (NS29).
SERVICE_CONNECT_TEST_HEADER = "x-amzn-ecs-blue-green-test"

# Characters of ForceNewDeployment's nonce (NS30).
MOST_NONCE_LENGTH = 255


def is_tenth(percentage: float) -> bool:
    """Tell whether a percentage is a multiple of 0.1, as ECS wants it (NS7, NS9)."""
    return round(percentage, 1) == percentage


def waited_steps(step_percentage: float) -> int:
    """Count the steps of LINEAR that are followed by a step's bake time: all but the one that reaches 100 % (NS17)."""
    return ceil(100 / step_percentage) - 1
