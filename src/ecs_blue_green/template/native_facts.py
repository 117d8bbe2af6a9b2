"""What AWS fixes about ECS's own deployments. Each fact with the rule of docs/native-rules.md behind it."""

from __future__ import annotations

# The strategies (NS5); the first is the one that is taken where nothing is said, and moves no traffic in steps.
ROLLING = "ROLLING"
BLUE_GREEN = "BLUE_GREEN"
LINEAR = "LINEAR"
CANARY = "CANARY"
STRATEGIES = (BLUE_GREEN, LINEAR, CANARY)

# Minutes and percentages that are taken where nothing is said (NS6 to NS10).
DEFAULT_BAKE_MINUTES = 15
DEFAULT_STEP_PERCENT = 10.0
DEFAULT_STEP_BAKE_MINUTES = 6
DEFAULT_CANARY_PERCENT = 5.0
DEFAULT_CANARY_BAKE_MINUTES = 10

# The lifecycle stages of a deployment, in their order (NB8). A Lambda hook can stand at all but three of them, a pause
# hook at two fewer (NS18, NH9).
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

# The kinds of hooks (NS19), how long one is waited for, and what happens then, where nothing is said (NS22).
LAMBDA_HOOK = "AWS_LAMBDA"
PAUSE_HOOK = "PAUSE"
DEFAULT_HOOK_MINUTES = 1440
ON_TIMEOUT = ROLLBACK, CONTINUE = ("ROLLBACK", "CONTINUE")

# Minutes that bake times may take together: CloudFormation refuses more (NS17).
LONGEST_BAKE_MINUTES = 33 * 60

# The least percentages (NS7, NS9).
LEAST_STEP_PERCENT = 3.0
LEAST_CANARY_PERCENT = 0.1
