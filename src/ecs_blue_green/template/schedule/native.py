"""How a deployment of ECS's own moves traffic, as its service has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .. import native_facts as facts
from ..values import dig, is_function, mapping, nodes, quoted, sequence, text, with_text_names, written_out
from .steps import Pause, Schedule, ScheduleError, ScheduleStep


def read_native_schedule(properties: object) -> Schedule:
    """Tell how a service's own deployments move traffic.

    Args:
        properties: The properties of an ``AWS::ECS::Service`` whose strategy is BLUE_GREEN, LINEAR or CANARY, whatever
            they are. Functions in its ``DeploymentConfiguration`` have to be worked out as far as that can be done.

    Returns:
        The schedule, with the documented defaults where the service says nothing.

    Raises:
        ScheduleError: If it has another strategy, or says something that is no value as documented, or that is known
            only when CloudFormation runs.
        ValueError: If something in it holds itself, or it is much too large.
    """
    properties = with_text_names(properties)
    configuration = mapping(dig(properties, "DeploymentConfiguration"))
    strategy = _known(configuration, "Strategy")
    if strategy not in facts.SHIFTING_STRATEGIES:
        raise ScheduleError(
            f"Strategy must be {', '.join(facts.SHIFTING_STRATEGIES)} for traffic to move in steps, got "
            f"{quoted(strategy)} (documented: NS5)"
        )
    bake = _minutes(configuration, "BakeTimeInMinutes", facts.DEFAULT_BAKE_MINUTES)
    hooks = tuple(_hooks(configuration))
    has_test, has_traffic = _traffic(properties)
    moves = [(at, share if has_traffic else 0) for at, share in _moves(str(strategy), configuration)]
    return Schedule(
        steps=tuple(_steps(hooks, moves, bake, has_test)),
        limit_minutes=facts.LONGEST_BAKING_MINUTES,
        has_traffic=has_traffic,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Hook:
    stages: frozenset[str]
    function: str | None
    pause: Pause | None


def _steps(
    hooks: Sequence[_Hook], moves: Sequence[tuple[int, float]], bake: int, has_test: bool
) -> Iterator[ScheduleStep]:
    minute: int | None = None
    production: float = 0
    test = 0 if has_test else None

    def step(stage: str, hook: _Hook | None = None) -> ScheduleStep:
        return ScheduleStep(
            event=stage,
            minute=minute,
            production=production,
            test=test,
            function=hook.function if hook else None,
            pause=hook.pause if hook else None,
        )

    def hooks_at(stage: str) -> Iterator[ScheduleStep]:
        yield from (step(stage, hook) for hook in hooks if stage in hook.stages)

    for stage in (facts.RECONCILE_SERVICE, facts.PRE_SCALE_UP):
        yield from hooks_at(stage)
    yield step(facts.SCALE_UP)
    yield from hooks_at(facts.POST_SCALE_UP)
    if has_test:
        test = 100
        yield step(facts.TEST_TRAFFIC_SHIFT)
    yield from hooks_at(facts.TEST_TRAFFIC_SHIFT)
    yield from hooks_at(facts.POST_TEST_TRAFFIC_SHIFT)
    for at, share in moves:
        if at:
            minute = at
        yield from hooks_at(facts.PRE_PRODUCTION_TRAFFIC_SHIFT)
        minute, production = at, share
        yield step(facts.PRODUCTION_TRAFFIC_SHIFT)
        yield from hooks_at(facts.PRODUCTION_TRAFFIC_SHIFT)
    yield from hooks_at(facts.POST_PRODUCTION_TRAFFIC_SHIFT)
    if bake:
        yield step(facts.BAKE_TIME)
    minute = (minute or 0) + bake
    yield step(facts.CLEAN_UP)


def _moves(strategy: str, configuration: Mapping[str, Any]) -> Iterator[tuple[int, float]]:
    """Tell at which minute which percentage of production traffic is on green."""
    shares: list[Decimal] = []
    bake = 0
    if strategy == facts.CANARY:
        block = _block(configuration, facts.CANARY_CONFIGURATION)
        shares = [_percent(block, "CanaryPercent", facts.DEFAULT_CANARY_PERCENTAGE, facts.LEAST_CANARY_PERCENTAGE)]
        bake = _minutes(block, "CanaryBakeTimeInMinutes", facts.DEFAULT_CANARY_BAKE_MINUTES)
    elif strategy == facts.LINEAR:
        block = _block(configuration, facts.LINEAR_CONFIGURATION)
        share = _percent(block, "StepPercent", facts.DEFAULT_STEP_PERCENTAGE, facts.LEAST_STEP_PERCENTAGE)
        shares = [share * number for number in range(1, int(100 / share) + 1)]
        bake = _minutes(block, "StepBakeTimeInMinutes", facts.DEFAULT_STEP_BAKE_MINUTES)
    for number, share in enumerate((*(share for share in shares if share < 100), Decimal(100))):
        yield number * bake, float(share) if share % 1 else int(share)


def _hooks(configuration: Mapping[str, Any]) -> Iterator[_Hook]:
    given = _known(configuration, "LifecycleHooks")
    for number, hook in enumerate(sequence(given)):
        where = f"LifecycleHooks[{number}]"
        stages = frozenset(map(text, sequence(_known(mapping(hook), "LifecycleStages", where))))
        kind = _known(mapping(hook), "TargetType", where) or facts.HOOK_TARGET_TYPES[0]
        if kind not in facts.HOOK_TARGET_TYPES:
            raise ScheduleError(
                f"{where}.TargetType must be AWS_LAMBDA or PAUSE, got {quoted(kind)} (documented: NS19)"
            )
        pause = None
        if kind == facts.PAUSE:
            limit = mapping(_known(mapping(hook), "TimeoutConfiguration", where))
            minutes = _minutes(limit, "TimeoutInMinutes", facts.DEFAULT_HOOK_MINUTES)
            pause = Pause(minutes=minutes, on_timeout=text(_known(limit, "Action")) or facts.DEFAULT_TIMEOUT_ACTION)
        function = None if pause else _function(mapping(hook).get("HookTargetArn"))
        yield _Hook(stages=stages, function=function, pause=pause)


def _function(arn: object) -> str:
    """Name a function of which the ARN is given: by its logical id, or what the ARN ends with."""
    target = mapping(arn).get("Fn::GetAtt")
    if target is not None:
        return text((sequence(target) or text(target).split("."))[0]) or "a function"
    return written_out(arn).rpartition(":")[2] or "a function"


def _traffic(properties: object) -> tuple[bool, bool]:
    """Tell whether there is test traffic, and whether there is any traffic that can be moved."""
    listeners = [
        mapping(dig(entry, "AdvancedConfiguration")) for entry in sequence(dig(properties, "LoadBalancers"))
    ] + [
        mapping(dig(entry, "AdvancedConfiguration")) for entry in sequence(dig(properties, "VpcLatticeConfigurations"))
    ]
    connects = bool(sequence(dig(properties, "ServiceConnectConfiguration", "Services")))
    return connects or any("TestListenerRule" in listener for listener in listeners), connects or bool(listeners)


def _block(configuration: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return mapping(_known(configuration, name))


def _known(values: Mapping[str, Any], name: str, where: str = "") -> Any:
    """Give a value whose functions, if it has any, are worked out.

    Raises:
        ScheduleError: If it is known only when CloudFormation runs.
    """
    value = values.get(name)
    inner = [("", value)] if name == "LifecycleHooks" else nodes(value)
    for _, node in inner:
        if is_function(node):
            place = f"{where}.{name}" if where else name
            raise ScheduleError(
                f"{place} comes from {next(iter(mapping(node)))}, whose value is known only when CloudFormation runs. "
                "Write the value itself"
            )
    return value


def _minutes(values: Mapping[str, Any], name: str, default: int) -> int:
    value = _number(values, name, default)
    if value != int(value) or value < 0:
        raise ScheduleError(f"{name} must be 0 or more whole minutes, got {quoted(values[name])}")
    return int(value)


def _percent(values: Mapping[str, Any], name: str, default: float, least: float) -> Decimal:
    value = _number(values, name, default)
    if not Decimal(str(least)) <= value <= 100:
        raise ScheduleError(
            f"{name} must be {least:g} to 100 percent, got {quoted(values[name])} (documented: NS7, NS9)"
        )
    return value


def _number(values: Mapping[str, Any], name: str, default: float) -> Decimal:
    """Give a number; CloudFormation takes one that is written as text as well."""
    value = _known(values, name)
    if value is None:
        value = default
    try:
        if isinstance(value, bool):
            raise ValueError
        number = Decimal(str(value))
        if not number.is_finite() or abs(number) > 1_000_000:
            raise ValueError
    except (ArithmeticError, ValueError):
        raise ScheduleError(f"{name} must be a number, got {quoted(value)}") from None
    return number
