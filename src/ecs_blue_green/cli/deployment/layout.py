"""What AWS calls the parts of a stack that its hook names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...template.model import Template
from ...template.schedule import Schedule, ScheduleError, read_schedule
from ...template.values import dig, integer, mapping, sequence, text
from ..aws.session import asking
from .state import BLUE, GREEN, PRODUCTION, TEST

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient

    from ..aws.stack import Stack

_COMPOSITE_ALARM = "AWS::CloudWatch::CompositeAlarm"
_ROUTES = {"ProdTrafficRoute": PRODUCTION, "TestTrafficRoute": TEST}


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The parts of a stack that a deployment moves; what the stack lacks is empty.

    Attributes:
        service: The service's ARN.
        target_groups: The colours of the target groups, by ARN.
        listeners: ``production`` and ``test``, by the listener's ARN.
        composite_alarms: The names of the composite alarms.
        schedule: How the hook moves traffic; None without a hook, or if that can't be told.
        hook_functions: The names of the hook functions, by lifecycle event.
        declared_weights: What the deployed template says of the listeners, as ``State.weights``.
        is_known: Whether the stack has been asked.
    """

    service: str = ""
    target_groups: Mapping[str, str] = field(default_factory=dict)
    listeners: Mapping[str, str] = field(default_factory=dict)
    composite_alarms: tuple[str, ...] = ()
    schedule: Schedule | None = None
    hook_functions: Mapping[str, str] = field(default_factory=dict)
    declared_weights: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    is_known: bool = False

    @property
    def cluster(self) -> str:
        """The cluster's name, from the service's ARN."""
        return self.service.split("/")[-2] if self.service.count("/") > 1 else "default"


def read_layout(client: CloudFormationClient, stack: Stack) -> Layout:
    """Find the resources that a stack's hook names.

    Args:
        client: CloudFormation.
        stack: The stack.

    Raises:
        AwsError: If the stack's resources can't be listed.
    """
    template = Template(stack.original.content)
    physical, alarms = _resources(client, stack)
    deployment = next(iter(template.deployments), None)
    if deployment is None:
        return Layout(composite_alarms=alarms, is_known=True)
    colours = dict(zip(deployment.ids("TargetGroups"), (BLUE, GREEN), strict=False))
    routes = {id: _ROUTES[route] for route, id in deployment.routes.items()}
    processed = Template(stack.processed.content).resources
    return Layout(
        service=physical.get(deployment.target, ""),
        target_groups={physical[id]: colour for id, colour in colours.items() if id in physical},
        listeners={physical[id]: route for id, route in routes.items() if id in physical},
        composite_alarms=alarms,
        schedule=_schedule(deployment.hook.body),
        hook_functions={
            event: text(name) for event, name in mapping(deployment.hook.properties.get("LifecycleEventHooks")).items()
        },
        declared_weights={
            route: weights_of(processed[id].properties, {f"Ref:{group}": colour for group, colour in colours.items()})
            for id, route in routes.items()
            if id in processed
        },
        is_known=True,
    )


def _resources(client: CloudFormationClient, stack: Stack) -> tuple[dict[str, str], tuple[str, ...]]:
    """Give the physical ids of a stack's resources by their logical ones, and the names of the composite alarms."""
    with asking(f"stack {stack.name}"):
        pages = client.get_paginator("list_stack_resources").paginate(StackName=stack.id)
        listed = [one for page in pages for one in page["StackResourceSummaries"] if "PhysicalResourceId" in one]
    physical = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in listed}
    alarms = sorted(one["PhysicalResourceId"] for one in listed if one["ResourceType"] == _COMPOSITE_ALARM)
    return physical, tuple(alarms)


def _schedule(hook: Mapping[str, Any]) -> Schedule | None:
    try:
        return read_schedule(hook)
    except ScheduleError:
        return None


def weights_of(listener: Mapping[str, Any], colours: Mapping[str, str]) -> dict[str, int]:
    """Tell what percent of a listener's requests each colour gets.

    Args:
        listener: A listener, as the template or the API has it.
        colours: The colours of target groups; of a template, by ``Ref:`` and the logical id.

    Returns:
        Nothing of a colour that the listener does not name; one that it names may have 0 (rule Q9).
    """
    actions = [mapping(action) for action in sequence(listener.get("DefaultActions"))]
    groups = [group for action in actions for group in sequence(dig(action, "ForwardConfig", "TargetGroups"))]
    if not groups:  # an action that names one target group only
        groups = [action for action in actions if "TargetGroupArn" in action]
    weights: dict[str, int] = {}
    for group in groups:
        given = dig(group, "TargetGroupArn")
        colour = colours.get(given if isinstance(given, str) else f"Ref:{dig(given, 'Ref')}")
        if colour:
            weight = integer(dig(group, "Weight"))
            weights[colour] = 1 if weight is None else weight
    total = sum(weights.values()) or 1
    return {colour: round(weight * 100 / total) for colour, weight in sorted(weights.items())}
