"""How far a green deployment is on its schedule, by AWS's own timestamps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...template.schedule import Schedule, ScheduleStep
from .state import BLUE, GREEN, State

_SECONDS_PER_MINUTE, _MINUTES_PER_HOUR = 60, 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far it is.

    Attributes:
        done: How much of the schedule's time has passed since production traffic began to move; hook functions take
            time beside the schedule.
        total: How much time the schedule has.
        step: The last step that was taken; None before the first.
        next: The step that time alone will bring, and when; None when something else has to happen first.
    """

    done: timedelta
    total: timedelta
    step: ScheduleStep | None
    next: tuple[ScheduleStep, datetime] | None

    @property
    def left(self) -> timedelta:
        """How much of the schedule's time is left."""
        return self.total - self.done


def progress(state: State) -> Progress | None:
    """Tell how far the deployment of a ``state`` is.

    Returns:
        None when no green deployment is under way, or its schedule is not known.
    """
    schedule = state.schedule
    if schedule is None or state.deployment is None or not state.is_running or state.is_rolling_back:
        return None
    total = timedelta(minutes=schedule.total_minutes)
    done, is_counting = _done(schedule, state)
    done = min(max(done, timedelta()), total)
    taken = [step for step in schedule.steps if _is_taken(step, state, done)]
    later = schedule.steps[schedule.steps.index(taken[-1]) + 1 :] if taken else schedule.steps
    following = next(iter(later), None)
    comes = (
        (following, state.at + timedelta(minutes=following.minute) - done)
        if following and following.minute is not None and following.function is None and is_counting
        else None
    )
    return Progress(done=done, total=total, step=taken[-1] if taken else None, next=comes)


def _done(schedule: Schedule, state: State) -> tuple[timedelta, bool]:
    """Tell how much of the schedule's time has passed, and whether it is passing."""
    moving = state.event("AllowTraffic")
    if moving is None or moving.started is None:
        return timedelta(), False
    moves = [step.minute for step in schedule.steps if step.event == "AllowTraffic"]
    if moving.ended is None:
        return state.at - moving.started, True
    moved = timedelta(minutes=moves[-1] or 0)
    after = state.event("AfterAllowTraffic")
    if any(step.event == "AfterAllowTraffic" for step in schedule.steps):
        if after is None or after.ended is None:
            return moved, False
        return moved + (state.at - after.ended), True
    return moved + (state.at - moving.ended), True


def _is_taken(step: ScheduleStep, state: State, done: timedelta) -> bool:
    if step.event == "TerminateBlue":
        return step.minute is not None and done >= timedelta(minutes=step.minute) and _has_moved(state)
    event = state.event(step.event)
    if event is None or event.started is None:
        return False
    return step.minute is None or step.function is not None or done >= timedelta(minutes=step.minute)


def _has_moved(state: State) -> bool:
    moving = state.event("AllowTraffic")
    return moving is not None and moving.ended is not None


def in_true_colours(sentence: str, state: State) -> str:
    """Have a sentence about the schedule, which always goes from blue to green, name the colours of this deployment."""
    if state.newest != BLUE:
        return sentence
    return re.sub(r"\b(blue|green)\b", lambda match: GREEN if match[0] == BLUE else BLUE, sentence)


def in_short(duration: timedelta) -> str:
    """Say a duration, such as ``1 h 5 min``, ``12 min`` or ``40 s``."""
    seconds = max(round(duration.total_seconds()), 0)
    minutes, rest = divmod(seconds, _SECONDS_PER_MINUTE)
    hours, over = divmod(minutes, _MINUTES_PER_HOUR)
    if hours:
        return f"{hours} h {over} min" if over else f"{hours} h"
    return f"{minutes} min" if minutes and not rest else f"{minutes} min {rest} s" if minutes else f"{rest} s"
