"""How far a deployment is, by its own configuration, the rule's weights, and when these were seen to change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from .....template.native_facts import (
    BAKE_TIME,
    CANARY,
    CLEAN_UP,
    DEFAULT_CANARY_BAKE_MINUTES,
    DEFAULT_CANARY_PERCENTAGE,
    DEFAULT_STEP_BAKE_MINUTES,
    DEFAULT_STEP_PERCENTAGE,
    IN_PROGRESS,
    LINEAR,
    PRODUCTION_TRAFFIC_SHIFT,
    SHIFTING_STRATEGIES,
    waited_steps,
)
from ...state import DeploymentStep, Progress, State
from .deployments import goes_on
from .stages import SeenStages

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import DeploymentConfigurationOutputTypeDef

_NEARLY = 0.05  # percent that rounding to tenths can be off


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    stage: str
    minute: float
    production: float


def progress_of(configuration: DeploymentConfigurationOutputTypeDef, state: State, seen: SeenStages) -> Progress | None:
    """Tell how far a deployment is.

    Args:
        configuration: The deployment's own.
        state: What is known otherwise.
        seen: What the looks so far have seen.

    Returns:
        None when no deployment goes on, or not all of its times are known.
    """
    deployment = state.deployment
    if deployment is None or not goes_on(deployment.status):
        return None
    steps = _steps(configuration)
    if not steps:
        return None
    total = timedelta(minutes=steps[-1].minute)
    taken = [step for step in steps[:-1] if seen.moved is not None and seen.moved + _NEARLY >= step.production]
    if not taken:
        return Progress(done=timedelta(), total=total, step=None, next=None)
    last = taken[-1]
    following = steps[steps.index(last) + 1]
    began = seen.moved_at
    if following.stage == CLEAN_UP:  # the bake time begins when ECS says so, after the hooks
        began = seen.since(BAKE_TIME) if deployment.stage == BAKE_TIME else None
    start, end = timedelta(minutes=last.minute), timedelta(minutes=following.minute)
    done = start if began is None else min(start + (state.at - began), end)
    if deployment.stage == CLEAN_UP:
        done = total
    is_baking = deployment.stage == (BAKE_TIME if following.stage == CLEAN_UP else PRODUCTION_TRAFFIC_SHIFT)
    is_held = any(hook.is_awaiting or hook.status == IN_PROGRESS for hook in deployment.hooks)
    is_waiting = began is not None and is_baking and not is_held and done < end
    return Progress(
        done=done,
        total=total,
        step=_step(last, state),
        next=(_step(following, state), state.at + end - done) if is_waiting else None,
    )


def _steps(configuration: DeploymentConfigurationOutputTypeDef) -> list[_Step]:
    """List when how much traffic has moved, in minutes since it began to move, without the time that hooks take."""
    strategy, bake = configuration.get("strategy"), configuration.get("bakeTimeInMinutes")
    if strategy not in SHIFTING_STRATEGIES or bake is None:  # how long it bakes without being told is not known (NS6)
        return []
    shares, pause = [100.0], 0
    if strategy == CANARY:
        canary = configuration.get("canaryConfiguration", {})
        shares = [canary.get("canaryPercent", DEFAULT_CANARY_PERCENTAGE), 100.0]
        pause = canary.get("canaryBakeTimeInMinutes", DEFAULT_CANARY_BAKE_MINUTES)
    elif strategy == LINEAR:
        linear = configuration.get("linearConfiguration", {})
        percent = linear.get("stepPercent", DEFAULT_STEP_PERCENTAGE)
        pause = linear.get("stepBakeTimeInMinutes", DEFAULT_STEP_BAKE_MINUTES)
        if not 0 < percent <= 100:
            return []
        shares = [percent * (number + 1) for number in range(waited_steps(percent))] + [100.0]
    moves = [
        _Step(stage=PRODUCTION_TRAFFIC_SHIFT, minute=number * pause, production=share)
        for number, share in enumerate(shares)
    ]
    return [*moves, _Step(stage=CLEAN_UP, minute=moves[-1].minute + bake, production=100.0)]


def _step(step: _Step, state: State) -> DeploymentStep:
    new = state.target or "the new revision"
    percent = int(step.production) if float(step.production).is_integer() else round(step.production, 1)
    meaning = f"the production rule sends {percent} % to {new}"
    if step.stage == CLEAN_UP:
        meaning = "the tasks of the old revision are stopped"
    return DeploymentStep(event=step.stage, production=percent, meaning=meaning, way_back="")
