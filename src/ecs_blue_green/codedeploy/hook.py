"""The AWS::CodeDeployBlueGreen transform, the AWS::CodeDeploy::BlueGreen hook, and what makes a stack fit for them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aws_cdk import (
    CfnHook,
    CfnParameter,
    CfnResource,
    Duration,
    NestedStack,
    Stack,
)
from constructs import Construct

from ..checks.mistakes import Arguments
from ..template.model import HOOK, LISTENER, SERVICE, TRANSFORM
from .traffic_routing import AllAtOnce, TimeBasedCanary, TimeBasedLinear, TrafficRouting
from .update_mode import UpdateMode

if TYPE_CHECKING:
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from ..parts.listeners import Listeners
    from ..parts.target_groups import TargetGroups

# CloudFormation's defaults as CDK documents them (rule C7); written out, so that a template says what will happen.
_DEFAULT_BAKE_MINUTES = 5
_DEFAULT_TERMINATION_WAIT_MINUTES = 5


def hook_settings(
    arguments: Arguments,
    *,
    traffic_routing: TrafficRouting,
    termination_wait_time: Duration | None,
) -> dict[str, Any]:
    """Check how traffic moves and what waits, and render it."""
    wait = arguments.duration("termination_wait_time", termination_wait_time, 0, 2880, unit="minutes")
    return {
        "TrafficRoutingConfig": _traffic_routing_config(arguments, traffic_routing),
        "AdditionalOptions": {
            "TerminationWaitTimeInMinutes": (_DEFAULT_TERMINATION_WAIT_MINUTES if wait is None else wait)
        },
    }


def _traffic_routing_config(arguments: Arguments, routing: TrafficRouting) -> dict[str, Any]:
    kind = type(routing).__name__
    if not arguments.instance(
        "traffic_routing",
        routing,
        (AllAtOnce, TimeBasedCanary, TimeBasedLinear),
        "AllAtOnce(), TimeBasedCanary(…) or TimeBasedLinear(…)",
    ) or isinstance(routing, AllAtOnce):
        return {"Type": kind}
    step = routing.step_percentage
    arguments.whole_number(
        "traffic_routing.step_percentage",
        step,
        14,
        99 if isinstance(routing, TimeBasedCanary) else 100,
        "use AllAtOnce() to move all traffic in one step" if isinstance(step, int) and step >= 100 else "",
    )
    bake = arguments.duration("traffic_routing.bake_time", routing.bake_time, 1, unit="minutes")
    return {
        "Type": kind,
        kind: {
            "StepPercentage": step,
            "BakeTimeMins": _DEFAULT_BAKE_MINUTES if bake is None else bake,
        },
    }


def check_stack(arguments: Arguments, stack: Stack | None) -> None:
    """Check the stack that the hook would be in."""
    if isinstance(stack, NestedStack):
        arguments.note(
            f"scope must be in a top-level stack, got one in the nested stack {stack.node.path}",
            "CloudFormation has no hooks in nested stacks (rule L9): move the service to a stack of its own",
        )


def create_hook(
    scope: Construct,
    *,
    service: CfnResource,
    task_definition: CfnResource,
    task_set: CfnResource,
    listeners: Listeners,
    target_groups: TargetGroups,
    properties: dict[str, Any],
) -> CfnHook:
    """Create the hook.

    It is rendered without CDK's typed class, which insists on a test listener and a service role (rules P8, C6).
    """
    production, test = listeners.production, listeners.test
    routes = {"ProdTrafficRoute": _listener_route(production)}
    if test is not None:
        routes["TestTrafficRoute"] = _listener_route(test)
    return CfnHook(
        scope,
        "Hook",
        type=HOOK,
        properties={
            **properties,
            "Applications": [
                {
                    "Target": {"Type": SERVICE, "LogicalID": service.logical_id},
                    "ECSAttributes": {
                        "TaskDefinitions": _blue_and_green(task_definition.logical_id),
                        "TaskSets": _blue_and_green(task_set.logical_id),
                        "TrafficRouting": {
                            **routes,
                            "TargetGroups": [
                                target_groups.blue.logical_id,
                                target_groups.green.logical_id,
                            ],
                        },
                    },
                }
            ],
        },
    )


def _listener_route(listener: elbv2.CfnListener) -> dict[str, str]:
    return {"Type": LISTENER, "LogicalID": listener.logical_id}


def _blue_and_green(logical_id: str) -> list[str]:
    """Name a resource and its successor, which the transform makes and which no template defines (rule Q7)."""
    return [logical_id, f"{logical_id}Green"]


def fit_stack(stack: Stack, mode: UpdateMode) -> None:
    """Make a stack fit for the hook, once however many services ask.

    Without the hook only the transform is left out: what else came and went with it would be one more change.
    """
    if mode is UpdateMode.BLUE_GREEN:
        stack.add_transform(TRANSFORM)
    try:
        # Without any parameter the transform fails, and a stack need not have another (rule P4).
        CfnParameter(
            stack,
            "BlueGreenTransformParameter",
            default="unused",
            description="Means nothing: the AWS::CodeDeployBlueGreen transform fails on a template without parameters",
        )
    except RuntimeError:  # another service of this stack has been here
        return
    with suppress(RuntimeError):  # there is one already
        # A child of this name keeps CDK from adding an AWS::CDK::Metadata resource, which changes with every upgrade of
        # CDK and would then be refused as an infrastructure change (rule P2).
        Construct(stack, "CDKMetadata")
