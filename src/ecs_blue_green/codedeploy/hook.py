"""The AWS::CodeDeployBlueGreen transform, the AWS::CodeDeploy::BlueGreen hook, and what makes a stack fit for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aws_cdk import Acknowledgment, CfnHook, CfnParameter, Duration, NestedStack, Stack, Validations
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ..checks.mistakes import Mistakes
from ..lifecycle_hooks import HookFunctions, LifecycleHooks
from ..parts.front import MadeFront
from ..template import hook_facts
from ..template.model import HOOK, LISTENER, SERVICE, TRANSFORM
from .traffic_routing import AllAtOnce, TimeBasedCanary, TimeBasedLinear, TrafficRouting


@dataclass(frozen=True, kw_only=True, slots=True)
class HookSettings:
    """What the hook says of a deployment, beside what it deploys.

    Attributes:
        properties: The properties as they are in the template, with CloudFormation's defaults written out, so that a
            template says what will happen.
    """

    properties: dict[str, Any]

    @classmethod
    def checked(
        cls,
        mistakes: Mistakes,
        *,
        traffic_routing: TrafficRouting,
        termination_wait_time: Duration | None,
        lifecycle_hooks: LifecycleHooks | None,
    ) -> HookSettings:
        """Check how traffic moves, what waits, and what is called."""
        longest = hook_facts.LONGEST_TERMINATION_WAIT_MINUTES
        wait = mistakes.duration("termination_wait_time", termination_wait_time, 0, longest, unit="minutes")
        minutes = hook_facts.DEFAULT_TERMINATION_WAIT_MINUTES if wait is None else wait
        return cls(
            properties={
                "TrafficRoutingConfig": _traffic_routing_config(mistakes, traffic_routing),
                "AdditionalOptions": {"TerminationWaitTimeInMinutes": minutes},
                **HookFunctions.checked(mistakes, lifecycle_hooks).properties,
            }
        )

    def create(
        self,
        scope: Construct,
        *,
        service: ecs.CfnService,
        task_definition: ecs.TaskDefinition,
        task_set: ecs.CfnTaskSet,
        front: MadeFront,
    ) -> CfnHook:
        """Create the hook.

        It is rendered without CDK's typed class, which insists on a test listener and a service role (rules P8, C6).
        """
        listeners, target_groups = front.listeners, front.target_groups
        routes = {hook_facts.PRODUCTION_ROUTE: _listener_route(listeners.cfn_production)}
        if listeners.cfn_test is not None:
            routes[hook_facts.TEST_ROUTE] = _listener_route(listeners.cfn_test)
        task = task_definition.node.default_child
        assert isinstance(task, ecs.CfnTaskDefinition)
        return CfnHook(
            scope,
            "Hook",
            type=HOOK,
            properties={
                **self.properties,
                "Applications": [
                    {
                        "Target": {"Type": SERVICE, "LogicalID": service.logical_id},
                        "ECSAttributes": {
                            "TaskDefinitions": _blue_and_green(task.logical_id),
                            "TaskSets": _blue_and_green(task_set.logical_id),
                            "TrafficRouting": {
                                **routes,
                                "TargetGroups": [
                                    target_groups.cfn_blue.logical_id,
                                    target_groups.cfn_green.logical_id,
                                ],
                            },
                        },
                    }
                ],
            },
        )


def _traffic_routing_config(mistakes: Mistakes, given: TrafficRouting) -> dict[str, Any]:
    kinds, allowed = (
        (AllAtOnce, TimeBasedCanary, TimeBasedLinear),
        "AllAtOnce(), TimeBasedCanary(…) or TimeBasedLinear(…)",
    )
    routing = mistakes.instance("traffic_routing", given, kinds, allowed)
    kind = type(given).__name__
    if routing is None or isinstance(routing, AllAtOnce):
        return {"Type": kind}
    step, most = routing.step_percentage, hook_facts.MOST_STEP_PERCENTAGE
    mistakes.whole_number(
        "traffic_routing.step_percentage",
        step,
        hook_facts.LEAST_STEP_PERCENTAGE,
        most - 1 if isinstance(routing, TimeBasedCanary) else most,
        "use AllAtOnce() to move all traffic in one step" if isinstance(step, int) and step >= most else "",
    )
    bake = mistakes.duration("traffic_routing.bake_time", routing.bake_time, 1, unit="minutes")
    minutes = hook_facts.DEFAULT_BAKE_MINUTES if bake is None else bake
    return {"Type": kind, kind: {"StepPercentage": step, "BakeTimeMins": minutes}}


def _listener_route(listener: elbv2.CfnListener) -> dict[str, str]:
    return {"Type": LISTENER, "LogicalID": listener.logical_id}


def _blue_and_green(logical_id: str) -> list[str]:
    """Name a resource and its successor, which the transform makes and which no template defines (rule Q7)."""
    return [logical_id, f"{logical_id}Green"]


def check_stack(mistakes: Mistakes, stack: Stack) -> None:
    """Check the stack that the hook would be in."""
    if isinstance(stack, NestedStack):
        mistakes.note(
            f"scope must be in a top-level stack, got one in the nested stack {stack.node.path}",
            "CloudFormation has no hooks in nested stacks: move the service to a stack of its own",
            rule="L9",
        )


def fit_stack(stack: Stack, *, has_hook: bool) -> Validations:
    """Make a stack fit for the hook, once however many services ask, and give its validations.

    Without the hook only the transform is left out: what else came and went with it would be one more change.
    """
    if has_hook:
        stack.add_transform(TRANSFORM)
    node, parameter, metadata = stack.node, "BlueGreenTransformParameter", "CDKMetadata"
    if node.try_find_child(parameter) is None:
        # Without any parameter the transform fails, and a stack need not have another (rule P4).
        CfnParameter(
            stack,
            parameter,
            default="unused",
            description="Means nothing: the AWS::CodeDeployBlueGreen transform fails on a template without parameters",
        )
    if node.try_find_child(metadata) is None:
        # A child of this name keeps CDK from adding an AWS::CDK::Metadata resource, which changes with every upgrade of
        # CDK and would then be refused as an infrastructure change (rule P2).
        Construct(stack, metadata)
    validations = Validations.of(stack)
    validations.acknowledge(
        Acknowledgment(
            id="CloudFormation-Validate::F0005",
            reason="The Hooks section holds the CodeDeploy blue/green hook, which CloudFormation documents.",
        )
    )
    return validations
