"""How a green deployment moves traffic, as the hook of a template has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What CloudFormation takes where the hook says nothing (rules S6, S10-S12, C7).
_STEP_PERCENTAGE = 15
_BAKE_MINUTES = 5
_TERMINATION_WAIT_MINUTES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleStep:
    """A step of a green deployment.

    Attributes:
        event: CodeDeploy's name for it, such as ``AllowTraffic``.
        minute: Minutes since production traffic began to move, without the time that hook functions take; None for what
            comes before, which takes as long as it takes.
        production: Percent of production traffic that green gets from now on.
        function: Name of the hook function that CodeDeploy calls now.
    """

    event: str
    minute: int | None
    production: int
    function: str | None = None


def traffic_schedule(hook: Mapping[str, Any]) -> list[ScheduleStep]:
    """Tell the steps of a green deployment, in their order (rule Q4).

    Args:
        hook: The properties of a valid ``AWS::CodeDeploy::BlueGreen`` hook.

    Returns:
        The steps; a lifecycle event is one of them when a function is called at it.
    """
    return [*_before_traffic(hook), *_traffic(hook)]


def _before_traffic(hook: Mapping[str, Any]) -> Iterator[ScheduleStep]:
    routes = hook["Applications"][0]["ECSAttributes"]["TrafficRouting"]
    events = ["BeforeInstall", "Install", "AfterInstall"]
    if "TestTrafficRoute" in routes:
        events.append("AllowTestTraffic")
    for event in (*events, "AfterAllowTestTraffic", "BeforeAllowTraffic"):
        function = hook.get("LifecycleEventHooks", {}).get(event)
        if function or event in {"Install", "AllowTestTraffic"}:
            yield ScheduleStep(event=event, minute=None, production=0, function=function)


def _traffic(hook: Mapping[str, Any]) -> Iterator[ScheduleStep]:
    minute = 0
    for minute, production in _moves(hook.get("TrafficRoutingConfig", {"Type": "TimeBasedCanary"})):
        yield ScheduleStep(event="AllowTraffic", minute=minute, production=production)
    function = hook.get("LifecycleEventHooks", {}).get("AfterAllowTraffic")
    if function:
        yield ScheduleStep(event="AfterAllowTraffic", minute=minute, production=100, function=function)
    wait = hook.get("AdditionalOptions", {}).get("TerminationWaitTimeInMinutes", _TERMINATION_WAIT_MINUTES)
    yield ScheduleStep(event="TerminateBlue", minute=minute + wait, production=100)


def _moves(routing: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """Tell at which minute which percentage of production traffic is on green."""
    kind = routing["Type"]
    if kind == "AllAtOnce":
        yield 0, 100
        return
    settings = routing.get(kind, {})
    step = settings.get("StepPercentage", _STEP_PERCENTAGE)
    bake = settings.get("BakeTimeMins", _BAKE_MINUTES)
    moved = range(step, 100, step) if kind == "TimeBasedLinear" else (step,)
    for number, production in enumerate((*moved, 100)):
        yield number * bake, production


def in_words(step: ScheduleStep) -> str:
    """Say a step as a sentence without its time."""
    if step.function:
        return f"CodeDeploy calls {step.function} ({step.event}) and rolls back if it fails"
    return {
        "Install": "the green tasks start next to the blue ones",
        "AllowTestTraffic": "the test listener sends to green",
        "AllowTraffic": f"the production listener sends {step.production} % to green",
        "TerminateBlue": "the blue tasks are stopped",
    }[step.event]
