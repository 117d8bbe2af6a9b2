"""How far a green deployment is on its hook's schedule, by AWS's own timestamps."""

from __future__ import annotations

import re
from datetime import timedelta

from .....template.hook_facts import AFTER_ALLOW_TRAFFIC, ALLOW_TRAFFIC, BEFORE_INSTALL, TERMINATE_BLUE
from .....template.schedule import Schedule, ScheduleStep, in_words, rollback_in_words
from ...state import BLUE, GREEN, DeploymentStep, Progress, State


def progress_of(schedule: Schedule | None, state: State) -> Progress | None:
    """Tell how far the deployment of a ``state`` is on its hook's ``schedule``.

    Returns:
        None when no green deployment is under way, or its schedule is not known.
    """
    if schedule is None or state.deployment is None or not state.is_running or state.is_rolling_back:
        return None
    total = timedelta(minutes=schedule.total_minutes)
    done, is_counting = _done(schedule, state)
    done = min(max(done, timedelta()), total)
    taken = [step for step in schedule.steps if _is_taken(step, state, done)]
    later = schedule.steps[schedule.steps.index(taken[-1]) + 1 :] if taken else schedule.steps
    following = next(iter(later), None)
    comes = (
        (_step(following, state), state.at + timedelta(minutes=following.minute) - done)
        if following and following.minute is not None and following.function is None and is_counting
        else None
    )
    return Progress(done=done, total=total, step=_step(taken[-1], state) if taken else None, next=comes)


def _done(schedule: Schedule, state: State) -> tuple[timedelta, bool]:
    """Tell how much of the schedule's time has passed, and whether it is passing."""
    moving = state.event(ALLOW_TRAFFIC)
    if moving is None or moving.started is None:
        return timedelta(), False
    moves = [step.minute for step in schedule.steps if step.event == ALLOW_TRAFFIC]
    if moving.ended is None:
        return state.at - moving.started, True
    moved = timedelta(minutes=moves[-1] or 0)
    after = state.event(AFTER_ALLOW_TRAFFIC)
    if any(step.event == AFTER_ALLOW_TRAFFIC for step in schedule.steps):
        if after is None or after.ended is None:
            return moved, False
        return moved + (state.at - after.ended), True
    return moved + (state.at - moving.ended), True


def _is_taken(step: ScheduleStep, state: State, done: timedelta) -> bool:
    if step.event == TERMINATE_BLUE:
        is_time = step.minute is not None and done >= timedelta(minutes=step.minute) and _has_moved(state)
        # Time alone does not stop tasks: those that are seen are still there.
        return is_time and not any(one.running for one in state.task_sets if one.colour != state.target)
    event = state.event(step.event)
    if event is None or event.started is None:
        return False
    return step.minute is None or step.function is not None or done >= timedelta(minutes=step.minute)


def _has_moved(state: State) -> bool:
    moving = state.event(ALLOW_TRAFFIC)
    return moving is not None and moving.ended is not None


def _step(step: ScheduleStep, state: State) -> DeploymentStep:
    # A sentence about a function names no colour; but the function's name may.
    meaning = in_words(step) if step.function else _recoloured(in_words(step), state.target)
    evidence = {BEFORE_INSTALL: "documented: Q4", TERMINATE_BLUE: "inferred: Q18"}.get(step.event, "documented: L14")
    return DeploymentStep(
        event=step.event,
        production=step.production,
        meaning=meaning,
        way_back=f"{_recoloured(rollback_in_words(step), state.target)} ({evidence})",
    )


def _recoloured(sentence: str, target: str) -> str:
    """Name the colours of a deployment in a sentence; the schedule always goes from blue to green."""
    if target == GREEN:
        return sentence
    names = {BLUE: GREEN, GREEN: BLUE}
    if not target:  # not known
        sentence = re.sub(r"\bto (blue|green)\b", r"to the \1 tasks", sentence)
        names = {BLUE: "old", GREEN: "new"}
    return re.sub(r"\b(?:blue|green)\b", lambda match: names[match[0]], sentence)
