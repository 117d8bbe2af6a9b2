"""What AWS fixes about the hook: ranges, defaults, names. Each fact with the rule of docs/hook-rules.md behind it."""

from __future__ import annotations

# The types of traffic routing, each with a block of its own name but the first (S8, S9), and the one that
# CloudFormation takes where the hook says nothing (S6). A Network Load Balancer takes the first only (L29).
ALL_AT_ONCE = "AllAtOnce"
SHIFTS = CANARY, LINEAR = ("TimeBasedCanary", "TimeBasedLinear")
TRAFFIC_ROUTINGS = (ALL_AT_ONCE, *SHIFTS)
DEFAULT_TRAFFIC_ROUTING = CANARY

# Percent of production traffic in a step (S10); CDK documents the default (C7).
LEAST_STEP_PERCENTAGE = 14
MOST_STEP_PERCENTAGE = 100
DEFAULT_STEP_PERCENTAGE = 15

# Minutes between two steps (S11, C7), and until the old tasks are stopped (S12, C7).
DEFAULT_BAKE_MINUTES = 5
DEFAULT_TERMINATION_WAIT_MINUTES = 5
LONGEST_TERMINATION_WAIT_MINUTES = 2880

# The names of the routes (S20); the second can be left out.
PRODUCTION_ROUTE = "ProdTrafficRoute"
TEST_ROUTE = "TestTrafficRoute"

# The events of a green deployment, in their order (Q4). At some of them tasks start or stop, or traffic moves; at the
# others a function can be called (S13).
BEFORE_INSTALL = "BeforeInstall"
INSTALL = "Install"
AFTER_INSTALL = "AfterInstall"
ALLOW_TEST_TRAFFIC = "AllowTestTraffic"
AFTER_ALLOW_TEST_TRAFFIC = "AfterAllowTestTraffic"
BEFORE_ALLOW_TRAFFIC = "BeforeAllowTraffic"
ALLOW_TRAFFIC = "AllowTraffic"
AFTER_ALLOW_TRAFFIC = "AfterAllowTraffic"
TERMINATE_BLUE = "TerminateBlue"
LIFECYCLE_EVENTS = (
    BEFORE_INSTALL,
    AFTER_INSTALL,
    AFTER_ALLOW_TEST_TRAFFIC,
    BEFORE_ALLOW_TRAFFIC,
    AFTER_ALLOW_TRAFFIC,
)

# After these CloudFormation gives up on a deployment (documented for a service: NS1; reported for ECS, inferred for
# the hook: L36).
LONGEST_DEPLOYMENT_MINUTES = 36 * 60

# AWS's managed policies let CodeDeploy call functions with this prefix only (S28, S33).
FUNCTION_NAME_PREFIX = "CodeDeployHook_"

# Who takes the service role to call functions (inferred: S29).
CODEDEPLOY = "codedeploy.amazonaws.com"

# The controller of a service with task sets (L25), and the scale of these (P9).
DEPLOYMENT_CONTROLLER = "EXTERNAL"
TASK_SET_SCALE_UNIT = "PERCENT"
TASK_SET_SCALE_VALUE = 100

# Where the hook is not available: Asia Pacific (Osaka) (L17).
REGION_WITHOUT_HOOK = "ap-northeast-3"

# What a stack can have of rollback triggers, and for how long it watches them after an update (L39).
MOST_ROLLBACK_TRIGGERS = 5
LONGEST_MONITORING_MINUTES = 180
