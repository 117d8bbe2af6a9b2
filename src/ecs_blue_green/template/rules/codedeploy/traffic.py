"""Rules about how traffic moves, and how long that takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...hook_facts import (
    LEAST_STEP_PERCENTAGE,
    LONGEST_DEPLOYMENT_MINUTES,
    LONGEST_TERMINATION_WAIT_MINUTES,
    MOST_STEP_PERCENTAGE,
    SHIFTS,
    TRAFFIC_ROUTINGS,
)
from ...model import Resource, Template
from ...schedule import ScheduleError, read_schedule
from ...values import dig, integer, is_function, mapping, may_hold_more, text, written_out
from ..rule import Found, rule


@rule("documented", "reported", rests_on=("S8", "S9", "P6"), fails="every update")
def traffic_routing_block(template: Template) -> Found:
    """TrafficRoutingConfig has the block of its type, and no other."""
    for hook in template.settled_hooks:
        config = mapping(hook.properties.get("TrafficRoutingConfig"))
        kind = text(config.get("Type"))
        if kind in SHIFTS and kind not in config and not may_hold_more(config):
            yield (
                hook.id,
                f"Expect CloudFormation to refuse the hook: TrafficRoutingConfig is of type {kind} and lacks the block "
                f"{kind}. Add it with StepPercentage and BakeTimeMins.",
            )
        for other in SHIFTS:
            if other in config and other != kind and kind in TRAFFIC_ROUTINGS:
                yield (
                    hook.id,
                    f"Expect CloudFormation to refuse the hook: TrafficRoutingConfig is of type {kind}, but has the "
                    f"block {other}. Remove the block, or change the type.",
                )


@rule("documented", rests_on=("S10",), fails="every update")
def step_percentage(template: Template) -> Found:
    """StepPercentage is 14 to 100."""
    for hook, shift, settings, origins in _shifts(template):
        percentage = integer(settings.get("StepPercentage"))
        if percentage is not None and not LEAST_STEP_PERCENTAGE <= percentage <= MOST_STEP_PERCENTAGE:
            yield (
                hook.id,
                f"Expect CloudFormation to refuse the hook: StepPercentage of {shift} must be {LEAST_STEP_PERCENTAGE} "
                f"to {MOST_STEP_PERCENTAGE}, got {percentage}{_from(origins.get('StepPercentage'))}. Choose one in "
                "that range.",
            )


@rule("documented", rests_on=("S11",), fails="every update")
def bake_time(template: Template) -> Found:
    """BakeTimeMins is not negative."""
    for hook, shift, settings, origins in _shifts(template):
        minutes = integer(settings.get("BakeTimeMins"))
        if minutes is not None and minutes < 0:
            yield (
                hook.id,
                f"CloudFormation can't wait {minutes} minutes{_from(origins.get('BakeTimeMins'))}: BakeTimeMins of "
                f"{shift} is a number of minutes. Give 0 or more.",
            )


@rule("documented", "inferred", rests_on=("S12", "L35"))
def termination_wait_time(template: Template) -> Found:
    """TerminationWaitTimeInMinutes is 0 to 2880."""
    for hook in template.settled_hooks:
        minutes = integer(dig(hook.properties, "AdditionalOptions", "TerminationWaitTimeInMinutes"))
        if minutes is not None and not 0 <= minutes <= LONGEST_TERMINATION_WAIT_MINUTES:
            yield (
                hook.id,
                f"CodeDeploy may refuse the deployment: it waits 0 to {LONGEST_TERMINATION_WAIT_MINUTES} minutes (two "
                f"days) before it stops the blue tasks, and TerminationWaitTimeInMinutes is {minutes}. Choose a time "
                "in that range.",
            )


@rule("reported", "inferred", rests_on=("L36",))
def deployment_too_long(template: Template) -> Found:
    """A deployment takes less than 36 hours."""
    for hook in template.settled_hooks:
        try:
            minutes = read_schedule(hook.body).total_minutes
        except ScheduleError:
            continue
        if minutes > LONGEST_DEPLOYMENT_MINUTES:
            yield (
                hook.id,
                "CloudFormation probably gives up on the deployment: traffic and the wait before termination take "
                f"{minutes} minutes, and it ends ECS deployments after {LONGEST_DEPLOYMENT_MINUTES // 60} hours. Take "
                "larger steps, a shorter bake time or a shorter termination wait time.",
            )


def _shifts(template: Template) -> Iterator[tuple[Resource, str, dict[str, Any], dict[str, Any]]]:
    """List the blocks with steps of all hooks: the hook, the name, the values, and what the template has for them."""
    for raw, hook in zip(template.hooks, template.settled_hooks, strict=True):
        for shift in SHIFTS:
            values, origins = (mapping(dig(one.properties, "TrafficRoutingConfig", shift)) for one in (hook, raw))
            yield hook, shift, values, origins


def _from(origin: object) -> str:
    """Say which function gives a value."""
    return f" from {written_out(origin)}" if is_function(origin) else ""
