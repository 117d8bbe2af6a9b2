"""Rules about how traffic moves, and how long that takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..model import Resource, Template
from ..schedule import LIMIT_MINUTES, ScheduleError, read_schedule
from ..values import dig, integer, mapping, text
from .rule import Found, error, warning

_SHIFTS = ("TimeBasedCanary", "TimeBasedLinear")

_LONGEST_TERMINATION_WAIT_MINUTES = 2880


@error
def traffic_routing_block(template: Template) -> Found:
    """TrafficRoutingConfig has the block of its type, and no other."""
    for hook in template.hooks:
        config = mapping(hook.properties.get("TrafficRoutingConfig"))
        kind = text(config.get("Type"))
        if kind in _SHIFTS and kind not in config:
            yield (
                hook.id,
                f"Expect CloudFormation to refuse the hook: TrafficRoutingConfig is of type {kind} and lacks the block "
                f"{kind} (documented, S8, S9). Add it with StepPercentage and BakeTimeMins.",
            )
        for other in _SHIFTS:
            if other in config and other != kind and kind in (*_SHIFTS, "AllAtOnce"):
                yield (
                    hook.id,
                    f"Expect CloudFormation to refuse the hook: TrafficRoutingConfig is of type {kind}, but has the "
                    f"block {other} (reported, P6). Remove the block, or change the type.",
                )


@error
def step_percentage(template: Template) -> Found:
    """StepPercentage is 14 to 100."""
    for hook, shift, settings in _shifts(template):
        percentage = integer(settings.get("StepPercentage"))
        if percentage is not None and not 14 <= percentage <= 100:
            yield (
                hook.id,
                f"Expect CloudFormation to refuse the hook: StepPercentage of {shift} must be 14 or more (documented, "
                f"S10) and at most 100, got {percentage}. Choose one in that range.",
            )


@error
def bake_time(template: Template) -> Found:
    """BakeTimeMins is not negative."""
    for hook, shift, settings in _shifts(template):
        minutes = integer(settings.get("BakeTimeMins"))
        if minutes is not None and minutes < 0:
            yield (
                hook.id,
                f"CloudFormation can't wait {minutes} minutes: BakeTimeMins of {shift} is a number of minutes "
                "(documented, S11). Give 0 or more.",
            )


@error
def termination_wait_time(template: Template) -> Found:
    """TerminationWaitTimeInMinutes is 0 to 2880."""
    for hook in template.hooks:
        minutes = integer(dig(hook.properties, "AdditionalOptions", "TerminationWaitTimeInMinutes"))
        if minutes is not None and not 0 <= minutes <= _LONGEST_TERMINATION_WAIT_MINUTES:
            yield (
                hook.id,
                f"Expect CodeDeploy to refuse the deployment: it waits 0 to {_LONGEST_TERMINATION_WAIT_MINUTES} "
                f"minutes (two days) before it stops the blue tasks, and TerminationWaitTimeInMinutes is {minutes} "
                "(documented for CodeDeploy, S12). Choose a time in that range.",
            )


@warning
def deployment_too_long(template: Template) -> Found:
    """A deployment takes less than 36 hours."""
    for hook in template.hooks:
        try:
            minutes = read_schedule(hook.body).total_minutes
        except ScheduleError:
            continue
        if minutes > LIMIT_MINUTES:
            yield (
                hook.id,
                "CloudFormation probably gives up on the deployment: traffic and the wait before termination take "
                f"{minutes} minutes, and it ends ECS deployments after {LIMIT_MINUTES // 60} hours (inferred, "
                "L36). Take larger steps, a shorter bake time or a shorter termination wait time.",
            )


def _shifts(template: Template) -> Iterator[tuple[Resource, str, dict[str, Any]]]:
    """List the blocks with steps of all hooks, each with its hook and its name."""
    for hook in template.hooks:
        for shift in _SHIFTS:
            yield hook, shift, mapping(dig(hook.properties, "TrafficRoutingConfig", shift))
