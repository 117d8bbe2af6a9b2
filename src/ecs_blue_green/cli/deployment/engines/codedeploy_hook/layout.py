"""What AWS calls the parts of a stack that its hook names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .....template.hook_facts import PRODUCTION_ROUTE, TEST_ROUTE
from .....template.model import Template
from .....template.schedule import Schedule, ScheduleError, read_schedule
from .....template.values import mapping, sequence, text
from ....aws.listeners import weights_of
from ...readers.stack import DeployedStack
from ...state import BLUE, GREEN, PRODUCTION, TEST

_ROUTES = {PRODUCTION_ROUTE: PRODUCTION, TEST_ROUTE: TEST}


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The parts of a stack that a deployment moves; what the stack lacks is empty.

    Attributes:
        service: The service's ARN.
        target_groups: The colours of the target groups, by ARN.
        listeners: ``production`` and ``test``, by the listener's ARN.
        composite_alarms: The names or ARNs of the stack's composite alarms.
        schedule: How the hook moves traffic; None without a hook, or if that can't be told.
        hook_functions: The names of the hook functions, by lifecycle event.
        declared_weights: What the deployed template says of the listeners, as ``State.weights``.
        is_whole: Whether all that the hook names is there; a stack that is being created grows.
    """

    service: str = ""
    target_groups: Mapping[str, str] = field(default_factory=dict)
    listeners: Mapping[str, str] = field(default_factory=dict)
    composite_alarms: tuple[str, ...] = ()
    schedule: Schedule | None = None
    hook_functions: Mapping[str, str] = field(default_factory=dict)
    declared_weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    is_whole: bool = True

    @property
    def cluster(self) -> str:
        """The cluster's name, from the service's ARN."""
        return self.service.split("/")[-2] if self.service.count("/") > 1 else "default"

    @property
    def service_name(self) -> str:
        """The service's name, from its ARN."""
        return self.service.rpartition("/")[2]


def layout_of(deployed: DeployedStack) -> Layout:
    """Find the resources that a stack's hook names."""
    deployment = next(iter(Template(deployed.stack.original.content).deployments), None)
    if deployment is None:
        return Layout(composite_alarms=deployed.composite_alarms)
    physical = deployed.physical
    colours = dict(zip(deployment.ids("TargetGroups"), (BLUE, GREEN), strict=False))
    routes = {id: _ROUTES[route] for route, id in deployment.routes.items()}
    references = {f"Ref:{group}": colour for group, colour in colours.items()}
    processed = Template(deployed.stack.processed.content).resources
    return Layout(
        service=physical.get(deployment.target, ""),
        target_groups={physical[id]: colour for id, colour in colours.items() if id in physical},
        listeners={physical[id]: route for id, route in routes.items() if id in physical},
        composite_alarms=deployed.composite_alarms,
        schedule=_schedule(deployment.hook.body),
        hook_functions={
            event: text(name) for event, name in mapping(deployment.hook.properties.get("LifecycleEventHooks")).items()
        },
        declared_weights={
            route: weights_of(sequence(processed[id].properties.get("DefaultActions")), references)
            for id, route in routes.items()
            if id in processed
        },
        is_whole=all(id in physical for id in (deployment.target, *colours, *routes)),
    )


def _schedule(hook: Mapping[str, Any]) -> Schedule | None:
    try:
        return read_schedule(hook)
    except ScheduleError:
        return None
