"""Follows a stack until its operation has ended, whatever AWS and the network do meanwhile."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from ..aws.calls import within
from ..aws.patience import pause_after
from ..aws.session import AwsError
from .durations import in_short
from .engine import Engine
from .state import EndedOperation, State
from .statuses import REVIEW, Result, ending_of, is_running

_FIRST_LOOK_SECONDS = 30
_UNREAD = "the stack's events could not be read"


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """How it ended.

    Attributes:
        result: In a word or two.
        message: In a sentence.
        reasons: Why it failed, as far as AWS says.
    """

    result: Result
    message: str
    reasons: tuple[str, ...] = ()


class Reporter(Protocol):
    """Who is told of it."""

    def state(self, state: State) -> None:
        """Take note of a state, which may be the last one but for its time."""

    def notice(self, message: str) -> None:
        """Take note of something about the watching itself."""

    def reasons(self, reasons: Sequence[str]) -> None:
        """Take note of why the stack rolls back."""

    def another(self, ended: Sequence[End], message: str) -> None:
        """Take note of how operations ended, and that another is followed from now on."""

    def end(self, end: End) -> None:
        """Take note of how it ended."""


def watch(
    engine: Engine,
    reporter: Reporter,
    *,
    interval: float,
    timeout: float | None,
    under_way: State | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> End:
    """Follow a stack's operation; when there is none, wait for the next one.

    When another one has begun before the end of the first was seen, that end is told, and the other one is followed
    from its own beginning. A look that fails because AWS throttles or can't be reached is made again, later and for as
    long as there is time.

    Args:
        engine: Whom to ask.
        reporter: Whom to tell.
        interval: Seconds between two looks.
        timeout: Seconds to watch at most, whatever AWS does; None for as long as it takes. The first look has half a
            minute all the same.
        under_way: What is known of the operation to follow, and no other; None if any will do.
        clock: Tells seconds, since whenever.
        sleep: Waits for some seconds.

    Raises:
        AwsError: If there is no such stack, the credentials are not or no longer good, or the first look fails.
    """
    deadline = math.inf if timeout is None else clock() + timeout
    pause, is_waiting, is_over = interval, False, False
    state = under_way
    reasons: tuple[str, ...] = ()
    is_same: bool | None = True
    while True:
        left = deadline - clock()
        try:
            with within(left if state else max(left, _FIRST_LOOK_SECONDS)):
                if not is_over and (state is None or not is_waiting or engine.has_news(state)):
                    before, state = state, engine.read()
                    if ended := [_end_of_earlier(one, state) for one in _ended_since(before, state)]:
                        # What was asked at once tells more than the stack's events do.
                        ended[0] = replace(ended[0], reasons=reasons or ended[0].reasons)
                        if under_way:
                            return ended[0]
                        reporter.another(ended, _another(state))
                        reasons = ()
                    reporter.state(state)
                    is_same = state.is_of_operation_of(before) if before else True
                    is_over = before is not None and _is_over(before, state, is_same)
                    if before and before.is_running and state.is_running and is_same is None:
                        reporter.notice(
                            f"it is not known whether this is still the operation that was followed: {_UNREAD}"
                        )
                    is_waiting = not state.is_running
                    if is_waiting and not is_over:
                        reporter.notice(_waiting(state))
                if state and not reasons and (state.is_rolling_back or (is_over and _has_failed(state))):
                    # At once: later the alarms have calmed down, and the tasks are forgotten.
                    reasons = tuple(engine.reasons(state))
                    if not is_over:
                        reporter.reasons(reasons)
                if state and is_over:
                    return end_of(state, reasons, is_known=is_same is not None)
                pause = interval
        except AwsError as error:
            if state is None:
                raise
            pause = pause_after(error, pause)
            if clock() < deadline:
                reporter.notice(f"{error}; next look in {in_short(timedelta(seconds=math.ceil(pause)))}")
        if state and clock() + pause > deadline:
            return end_of(state, reasons) if is_over else _unfinished(state, is_waiting)
        sleep(pause)


def _ended_since(before: State | None, now: State) -> Sequence[EndedOperation]:
    """Give the operations whose end nobody was told of, because another one has begun before the next look."""
    if before is None or now.operation == before.operation:
        return ()
    ids = [one.id for one in now.earlier]
    if before.operation in ids:
        return now.earlier[ids.index(before.operation) + (0 if before.is_running else 1) :]
    return [one for one in now.earlier if one.began > before.at]


def _is_over(before: State, now: State, is_same: bool | None) -> bool:
    """Tell whether an operation that was followed, or waited for, has ended."""
    if now.is_running:
        return False
    return before.is_running or is_same is not True or now.status != before.status


def _has_failed(state: State) -> bool:
    return ending_of(state.status).result in {"rolled back", "failed", "unknown"}


def _another(state: State) -> str:
    return f"another operation of {state.stack} began at {state.began:%H:%M:%S} UTC: that one is followed from here on"


def _waiting(state: State) -> str:
    if state.status == REVIEW:
        return f"nothing is deployed yet: waiting for the creation of {state.stack} to begin"
    return f"nothing is under way: waiting for an update of {state.stack} to begin"


def end_of(state: State, reasons: tuple[str, ...], *, is_known: bool = True) -> End:
    """Tell how a stack's last operation ended.

    Args:
        state: What is known; it has ended.
        reasons: Why it failed, if it did.
        is_known: Whether that is the operation that was followed.
    """
    ending = ending_of(state.status)
    more = f": {ending.more}" if ending.more else ""
    message = f"{ending.word}: stack {state.stack} is {state.status}{more}."
    if ending.result == "deployed":
        live = state.serving
        what = f": {live.task_definition} is live on {live.colour or 'its target group'}" if live else ""
        if live and state.is_live_by_weights:
            what = (
                f": {live.task_definition or 'what was deployed'} is live{f' on {live.colour}' if live.colour else ''}"
            )
        message, reasons = f"{ending.word}{what}.", ()
    if not is_known:
        message += f" It is not known whether this is the operation that was followed: {_UNREAD}."
    return End(result=ending.result, message=message, reasons=reasons)


def _end_of_earlier(ended: EndedOperation, now: State) -> End:
    """Tell how an operation ended after which another one has begun."""
    if is_running(ended.status):
        message = f"Cut short: stack {now.stack} was {ended.status} when another operation began."
        return End(result="unknown", message=message, reasons=ended.reasons)
    ending = ending_of(ended.status)
    message = f"{ending.word}: stack {now.stack} was {ended.status}, and another operation has begun since."
    return End(result=ending.result, message=message, reasons=ended.reasons)


def _unfinished(state: State, is_waiting: bool) -> End:
    if is_waiting:
        what = "creation" if state.status == REVIEW else "update"
        return End(result="waiting", message=f"No {what} of {state.stack} has begun in time.")
    return End(result="running", message=f"Still running: stack {state.stack} is {state.status}, and goes on.")
