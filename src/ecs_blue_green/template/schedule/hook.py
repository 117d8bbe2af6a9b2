"""How a green deployment moves traffic, as the hook of a template has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import hook_facts as facts
from ..hook_schema import misfits, shown
from ..values import dig, is_function, mapping, nodes, text, with_text_names, written_out
from .steps import Schedule, ScheduleError, ScheduleStep


def read_schedule(hook: object) -> Schedule:
    """Tell how the green deployments of a hook move traffic.

    Args:
        hook: What stands under the hook's logical id in the template's ``Hooks``, whatever it is. Of a template's
            ``settled_hooks`` the values of parameters are put in.

    Returns:
        The schedule, with the documented defaults where the hook says nothing. A function's name that only
        CloudFormation knows is written out, such as ``CodeDeployHook_${AWS::StackName}``.

    Raises:
        ScheduleError: If it is no hook as documented, or says something that is known only when CloudFormation runs.
        ValueError: If something in it holds itself, or it is much too large.
    """
    hook = with_text_names(hook)
    properties = mapping(dig(hook, "Properties"))
    for section in ("TrafficRoutingConfig", "AdditionalOptions"):
        for name, value in nodes(properties.get(section)):
            if is_function(value):
                raise ScheduleError(
                    f"{name or section} comes from {next(iter(value))}, whose value is known only when CloudFormation "
                    "runs. Write the value itself"
                )
    if is_function(functions := properties.get("LifecycleEventHooks")):
        raise ScheduleError(
            f"LifecycleEventHooks comes from {next(iter(mapping(functions)))}, whose value is known only when "
            "CloudFormation runs. Write the value itself"
        )
    if found := misfits(hook):
        more = f", and {len(found) - 1} more that `ecs-blue-green lint` lists" if found[1:] else ""
        raise ScheduleError(f"{found[0]}{more} (documented: S2-S22)")
    _check_values(properties)
    return Schedule(steps=tuple(traffic_schedule(properties)))


def _check_values(properties: Mapping[str, Any]) -> None:
    """Refuse what has the right type and makes no sense."""
    _, step, bake = _shift(properties)
    least, most = facts.LEAST_STEP_PERCENTAGE, facts.MOST_STEP_PERCENTAGE
    if not least <= step <= most:
        raise ScheduleError(f"StepPercentage must be {least} to {most}, got {step} (documented: S10)")
    for name, minutes in (("BakeTimeMins", bake), ("TerminationWaitTimeInMinutes", _termination_wait(properties))):
        if minutes < 0:
            raise ScheduleError(f"{name} must be 0 or more minutes, got {minutes}")
    for event, function in mapping(properties.get("LifecycleEventHooks")).items():
        if not text(function) and not is_function(function):
            raise ScheduleError(
                f"{event} must be the name of a function, as literal text, got {shown(function)} (documented: S13)"
            )


def traffic_schedule(hook: Mapping[str, Any]) -> list[ScheduleStep]:
    """Tell the steps of a green deployment, in their order (rule Q4).

    Args:
        hook: The properties of a valid ``AWS::CodeDeploy::BlueGreen`` hook; ``read_schedule`` takes any.

    Returns:
        The steps; a lifecycle event is one of them when a function is called at it.
    """
    routes = hook["Applications"][0]["ECSAttributes"]["TrafficRouting"]
    has_test_listener = facts.TEST_ROUTE in routes
    return [*_before_traffic(hook, has_test_listener), *_traffic(hook, test=100 if has_test_listener else None)]


def _before_traffic(hook: Mapping[str, Any], has_test_listener: bool) -> Iterator[ScheduleStep]:
    test = 0 if has_test_listener else None
    switch = [facts.ALLOW_TEST_TRAFFIC] if has_test_listener else []
    for event in (
        facts.BEFORE_INSTALL,
        facts.INSTALL,
        facts.AFTER_INSTALL,
        *switch,
        facts.AFTER_ALLOW_TEST_TRAFFIC,
        facts.BEFORE_ALLOW_TRAFFIC,
    ):
        if event == facts.ALLOW_TEST_TRAFFIC:
            test = 100
        function = _function(hook, event)
        if function or event in {facts.INSTALL, facts.ALLOW_TEST_TRAFFIC}:
            yield ScheduleStep(event=event, minute=None, production=0, test=test, function=function)


def _traffic(hook: Mapping[str, Any], test: int | None) -> Iterator[ScheduleStep]:
    minute = 0
    for minute, production in _moves(*_shift(hook)):
        yield ScheduleStep(event=facts.ALLOW_TRAFFIC, minute=minute, production=production, test=test)
    function = _function(hook, facts.AFTER_ALLOW_TRAFFIC)
    if function:
        yield ScheduleStep(event=facts.AFTER_ALLOW_TRAFFIC, minute=minute, production=100, test=test, function=function)
    yield ScheduleStep(event=facts.TERMINATE_BLUE, minute=minute + _termination_wait(hook), production=100, test=test)


def _function(hook: Mapping[str, Any], event: str) -> str | None:
    return written_out(hook.get("LifecycleEventHooks", {}).get(event)) or None


def _moves(kind: str, step: int, bake: int) -> Iterator[tuple[int, int]]:
    """Tell at which minute which percentage of production traffic is on green."""
    first = {facts.ALL_AT_ONCE: (), facts.CANARY: (step,), facts.LINEAR: range(step, 100, step)}[kind]
    for number, production in enumerate((*first, 100)):
        yield number * bake, production


def _shift(hook: Mapping[str, Any]) -> tuple[str, int, int]:
    """Give the type of traffic routing, its step percentage and its bake time in minutes."""
    routing = hook.get("TrafficRoutingConfig", {"Type": facts.DEFAULT_TRAFFIC_ROUTING})
    settings = routing.get(routing["Type"], {})
    return (
        routing["Type"],
        settings.get("StepPercentage", facts.DEFAULT_STEP_PERCENTAGE),
        settings.get("BakeTimeMins", facts.DEFAULT_BAKE_MINUTES),
    )


def _termination_wait(hook: Mapping[str, Any]) -> int:
    options = hook.get("AdditionalOptions", {})
    minutes: int = options.get("TerminationWaitTimeInMinutes", facts.DEFAULT_TERMINATION_WAIT_MINUTES)
    return minutes
