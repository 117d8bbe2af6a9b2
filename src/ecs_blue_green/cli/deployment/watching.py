"""Follows a stack until its operation has ended, whatever AWS and the network do meanwhile."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

from ..aws.patience import pause_after
from ..aws.session import AwsError
from .durations import in_short
from .engine import Engine
from .state import State


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """How it ended.

    Attributes:
        result: In a word or two.
        message: In a sentence.
        reasons: Why it failed, as far as AWS says.
    """

    result: Literal["deployed", "rolled back", "failed", "running", "waiting"]
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

    A look that fails because AWS throttles or can't be reached is made again, later and for as long as there is time.

    Args:
        engine: Whom to ask.
        reporter: Whom to tell.
        interval: Seconds between two looks.
        timeout: Seconds to watch at most; None for as long as it takes.
        under_way: What is known of the operation to follow; None if any will do.
        clock: Tells seconds, since whenever.
        sleep: Waits for some seconds.

    Raises:
        AwsError: If there is no such stack, the credentials are not or no longer good, or the first look fails.
    """
    deadline = math.inf if timeout is None else clock() + timeout
    pause, is_waiting = interval, False
    state = under_way
    reasons: tuple[str, ...] = ()
    while True:
        try:
            if state is None or not is_waiting or engine.has_news(state):
                before, state = state, engine.read()
                reporter.state(state)
                is_over = not state.is_running and before is not None
                if not reasons and (state.is_rolling_back or (is_over and not state.is_deployed)):
                    # At once: later the alarms have calmed down, and the tasks are forgotten.
                    reasons = tuple(engine.reasons(state))
                    if not is_over:
                        reporter.reasons(reasons)
                if is_over:
                    return end_of(state, reasons)
                if not state.is_running:
                    reporter.notice(f"nothing is under way: waiting for an update of {state.stack} to begin")
                is_waiting = not state.is_running
            pause = interval
        except AwsError as error:
            if state is None:
                raise
            pause = pause_after(error, pause)
            reporter.notice(f"{error}; next look in {in_short(timedelta(seconds=math.ceil(pause)))}")
        if clock() + pause > deadline:
            return _unfinished(state, is_waiting)
        sleep(pause)


def end_of(state: State, reasons: tuple[str, ...]) -> End:
    """Tell how a stack's last operation ended.

    Args:
        state: What is known; it has ended.
        reasons: Why it failed, if it did.
    """
    if state.is_deployed:
        live = next((one for one in state.task_sets if one.status == "PRIMARY"), None)
        what = f": {live.task_definition} is live on {live.colour or 'its target group'}" if live else ""
        return End(result="deployed", message=f"Deployed{what}.")
    if state.status.endswith("ROLLBACK_COMPLETE"):
        message = f"Rolled back: stack {state.stack} is {state.status}."
        return End(result="rolled back", message=message, reasons=reasons)
    return End(result="failed", message=f"Failed: stack {state.stack} is {state.status}.", reasons=reasons)


def _unfinished(state: State, is_waiting: bool) -> End:
    if is_waiting:
        return End(result="waiting", message=f"No update of {state.stack} has begun in time.")
    return End(result="running", message=f"Still running: stack {state.stack} is {state.status}, and goes on.")
