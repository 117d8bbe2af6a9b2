"""What AWS fixes about the hook: ranges, defaults, names. Each fact with the rule of docs/hook-rules.md behind it."""

from __future__ import annotations

# The types of traffic routing, each with a block of its own name but the first (S8, S9), and the one that
# CloudFormation takes where the hook says nothing (S6).
SHIFTS = ("TimeBasedCanary", "TimeBasedLinear")
TRAFFIC_ROUTINGS = ("AllAtOnce", *SHIFTS)
DEFAULT_TRAFFIC_ROUTING = "TimeBasedCanary"

# Percent of production traffic in a step (S10); CDK documents the default (C7).
LEAST_STEP_PERCENTAGE = 14
MOST_STEP_PERCENTAGE = 100
DEFAULT_STEP_PERCENTAGE = 15

# Minutes between two steps (S11, C7), and until the old tasks are stopped (S12, C7).
DEFAULT_BAKE_MINUTES = 5
DEFAULT_TERMINATION_WAIT_MINUTES = 5
LONGEST_TERMINATION_WAIT_MINUTES = 2880

# The lifecycle events at which a function can be called, in their order (S13, Q4), and how long each may take (L34).
LIFECYCLE_EVENTS = ("BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic")
LONGEST_HOOK_FUNCTION_MINUTES = 60

# After these CloudFormation gives up on a deployment (reported for ECS, inferred for the hook: L36).
LONGEST_DEPLOYMENT_MINUTES = 36 * 60

# AWS's managed policies let CodeDeploy call functions with this prefix only (S28, S33).
FUNCTION_NAME_PREFIX = "CodeDeployHook_"

# What a stack can have of rollback triggers, and for how long it watches them after an update (L39).
MOST_ROLLBACK_TRIGGERS = 5
LONGEST_MONITORING_MINUTES = 180
