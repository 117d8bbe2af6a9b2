"""How ECS replaces the tasks: strategy, shares of traffic, bake times.

A deployment is a value: it says what is wanted and belongs to no service. The construct that it is given to checks it,
so that a mistake is reported with that construct's path.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from ..checks.mistakes import Mistakes
from ..checks.tokens import is_number_token
from ..template import hook_facts
from ..template import native_facts as facts

if TYPE_CHECKING:
    from aws_cdk import Duration


@dataclass(frozen=True, kw_only=True, slots=True)
class BlueGreen:
    """Production traffic moves in one step.

    Args:
        bake_time: Time for which the old tasks are kept after all traffic has moved, 0 to 1440 whole minutes (rule
            NS6); a rollback within that time is fast. Left out: 15 minutes.
    """

    bake_time: Duration | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Linear:
    """Production traffic moves in equal steps.

    Args:
        step_percentage: Share of traffic that moves in each step, 3.0 to 100.0 percent in tenths (rule NS7). The last
            step moves what is left.
        step_bake_time: Time between two steps, 0 to 1440 whole minutes (rule NS8). Left out: 6 minutes.
        bake_time: Time for which the old tasks are kept after all traffic has moved, 0 to 1440 whole minutes (rule
            NS6). Left out: 15 minutes.
    """

    step_percentage: float = facts.DEFAULT_STEP_PERCENTAGE
    step_bake_time: Duration | None = None
    bake_time: Duration | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Canary:
    """A first share of production traffic moves, and after a time all the rest.

    Args:
        percentage: Share of traffic that moves first, 0.1 to 99.9 percent in tenths (rule NS9).
        canary_bake_time: Time between the two steps, 0 to 1440 whole minutes (rule NS10). Left out: 10 minutes.
        bake_time: Time for which the old tasks are kept after all traffic has moved, 0 to 1440 whole minutes (rule
            NS6). Left out: 15 minutes.
    """

    percentage: float = facts.DEFAULT_CANARY_PERCENTAGE
    canary_bake_time: Duration | None = None
    bake_time: Duration | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rolling:
    """Tasks are replaced in place, without a green side: for one step of a move from the hook's engine.

    Lifecycle hooks, alarms and circuit breaker are written out as off, because ECS keeps what a template no longer
    mentions (rule NE2), and doesn't leave its own controller while one of them is on (rule NM6). The health check grace
    period is left out: in the update that adds the load balancer it can fail (rule NE9).
    """


Deployment = BlueGreen | Linear | Canary | Rolling


@dataclass(frozen=True, kw_only=True, slots=True)
class Strategy:
    """A deployment, checked.

    Attributes:
        name: The strategy in ECS's words.
        properties: What DeploymentConfiguration says of it, with ECS's defaults written out, so that a template says
            what will happen.
    """

    name: str
    properties: dict[str, Any]

    @classmethod
    def checked(cls, mistakes: Mistakes, given: Deployment | None) -> Strategy:
        """Check how ECS is to replace the tasks."""
        kinds, allowed = (BlueGreen, Linear, Canary, Rolling), "BlueGreen(…), Linear(…), Canary(…) or Rolling()"
        advice = _OF_THE_HOOK.get(type(given).__name__, "")
        deployment = BlueGreen() if given is None else mistakes.instance("deployment", given, kinds, allowed, advice)
        if deployment is None or isinstance(deployment, Rolling):
            return cls(name=facts.ROLLING, properties={"bakeTimeInMinutes": 0})
        bake = _minutes(mistakes, "bake_time", deployment.bake_time, facts.DEFAULT_BAKE_MINUTES)
        if isinstance(deployment, BlueGreen):
            return cls(name=facts.BLUE_GREEN, properties={"bakeTimeInMinutes": bake})
        if isinstance(deployment, Canary):
            name, block, waits = facts.CANARY, _canary(mistakes, deployment), 1
            baking = block["canaryConfiguration"]["canaryBakeTimeInMinutes"]
        else:
            name, block = facts.LINEAR, _linear(mistakes, deployment)
            linear = block["linearConfiguration"]
            baking, waits = linear["stepBakeTimeInMinutes"], _waits(linear["stepPercent"])
        _check_total(mistakes, bake, baking, waits)
        return cls(name=name, properties={"bakeTimeInMinutes": bake, **block})

    @property
    def shifts_traffic(self) -> bool:
        """Whether there is a green side at all."""
        return self.name != facts.ROLLING


# What stands for the hook's traffic routing, whose classes have the names of its types.
_OF_THE_HOOK = {
    hook_facts.ALL_AT_ONCE: "use BlueGreen()",
    hook_facts.CANARY: "use Canary(percentage=…, canary_bake_time=…)",
    hook_facts.LINEAR: "use Linear(step_percentage=…, step_bake_time=…)",
}


def _minutes(mistakes: Mistakes, field: str, given: Duration | None, default: int) -> float:
    longest = facts.LONGEST_BAKE_MINUTES
    minutes = mistakes.duration(f"deployment.{field}", given, 0, longest, unit="minutes")
    return default if minutes is None else minutes


def _canary(mistakes: Mistakes, deployment: Canary) -> dict[str, Any]:
    percentage, most = deployment.percentage, facts.MOST_CANARY_PERCENTAGE
    _check_percentage(
        mistakes, "percentage", percentage, facts.LEAST_CANARY_PERCENTAGE, most, "use BlueGreen() to move all at once"
    )
    bake = _minutes(mistakes, "canary_bake_time", deployment.canary_bake_time, facts.DEFAULT_CANARY_BAKE_MINUTES)
    return {"canaryConfiguration": {"canaryPercent": percentage, "canaryBakeTimeInMinutes": bake}}


def _linear(mistakes: Mistakes, deployment: Linear) -> dict[str, Any]:
    percentage, most = deployment.step_percentage, facts.MOST_PERCENTAGE
    _check_percentage(mistakes, "step_percentage", percentage, facts.LEAST_STEP_PERCENTAGE, most)
    bake = _minutes(mistakes, "step_bake_time", deployment.step_bake_time, facts.DEFAULT_STEP_BAKE_MINUTES)
    return {"linearConfiguration": {"stepPercent": percentage, "stepBakeTimeInMinutes": bake}}


def _check_percentage(
    mistakes: Mistakes, field: str, given: float, least: float, most: float, advice_above: str = ""
) -> None:
    if is_number_token(given):
        return
    is_number = isinstance(given, int | float) and not isinstance(given, bool | Enum)
    if is_number and least <= given <= most and facts.is_tenth(given):
        return
    advice = advice_above if is_number and given > most else ""
    mistakes.refuse(f"deployment.{field}", given, f"a number from {least} to {most} in steps of 0.1", advice)


def _waits(step_percentage: float) -> int:
    """Count the step bakes; none where the percentage is a token or a mistake."""
    is_known = isinstance(step_percentage, int | float) and not is_number_token(step_percentage)
    return facts.waited_steps(step_percentage) if is_known and step_percentage >= 1 else 0


def _check_total(mistakes: Mistakes, bake: float, baking: float, waits: int) -> None:
    if is_number_token(bake) or is_number_token(baking):
        return
    total, longest = bake + baking * waits, facts.LONGEST_BAKING_MINUTES
    if total > longest:
        parts = f"{baking} between steps, {waits} times, and {bake} afterwards"
        mistakes.note(
            f"deployment's bake times must add up to at most {longest} minutes, got {total} ({parts})",
            "CloudFormation refuses more than 33 hours: shorten them, or take larger steps",
            rule="NS17",
        )
