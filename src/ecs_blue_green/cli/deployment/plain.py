"""Tells of a deployment where no terminal is: a line for each change, or a line of JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from ..terminal import json_lines, printable, say
from .facts import Known
from .state import Progress, State
from .watching import End


class Lines:
    """A line for each change, with AWS's time of it (UTC)."""

    def __init__(self, known: State | None = None) -> None:
        """Begin with what the reader knows already."""
        self._known = Known()
        self._noticed = ""
        if known:
            self._known.news(known)

    def state(self, state: State) -> None:
        """Print what is new."""
        for sentence in self._known.news(state):
            say(printable(f"{state.at:%H:%M:%S} {sentence}"))
        self._noticed = ""

    def notice(self, message: str) -> None:
        """Print it, unless it was the last thing that was said."""
        if message != self._noticed:
            say(printable(f"-------- {message}"))
            self._noticed = message

    def reasons(self, reasons: Sequence[str]) -> None:
        """Print each."""
        for reason in reasons:
            self.notice(reason)

    def another(self, ended: Sequence[End], message: str) -> None:
        """Print how those ended, and that there is another."""
        for end in ended:
            self.end(end)
        self.notice(message)

    def end(self, end: End) -> None:
        """Print how it ended."""
        say(printable(end.message), *(printable(f"  {reason}") for reason in end.reasons))


class JsonLines:
    """An object in each line: ``state`` when it has changed, ``notice``, and ``end`` as the last."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._last: State | None = None

    def state(self, state: State) -> None:
        """Print it if anything but the time, and what time alone changes, is new."""
        alike = self._last and replace(
            state, at=self._last.at, progress=self._last.progress, earlier=self._last.earlier
        )
        if alike is None or alike != self._last:
            say_json({"type": "state", **as_json(state)})
        self._last = state

    def notice(self, message: str) -> None:
        """Print it."""
        say_json({"type": "notice", "message": message})

    def reasons(self, reasons: Sequence[str]) -> None:
        """Print each as a notice."""
        for reason in reasons:
            self.notice(reason)

    def another(self, ended: Sequence[End], message: str) -> None:
        """Print how those ended, why, and that there is another: a notice each."""
        for notice in (*(said for end in ended for said in (end.message, *end.reasons)), message):
            self.notice(notice)

    def end(self, end: End) -> None:
        """Print how it ended."""
        say_json({"type": "end", **asdict(end)})


def as_json(state: State) -> dict[str, Any]:
    """Give a state as JSON has it."""
    known = asdict(state)
    known["stack_id"] = known.pop("id")
    del known["earlier"], known["failed"], known["ended"], known["is_live_by_weights"], known["goes_on_alone"]
    return known | {"live": state.live, "progress": _progress_as_json(state.progress) if state.progress else None}


def _progress_as_json(how_far: Progress) -> dict[str, Any]:
    step, following = how_far.step, how_far.next
    return {
        "done_seconds": round(how_far.done.total_seconds()),
        "total_seconds": round(how_far.total.total_seconds()),
        "step": step and {"event": step.event, "production": step.production},
        "next": following and {"event": following[0].event, "production": following[0].production, "at": following[1]},
    }


def say_json(line: Mapping[str, Any]) -> None:
    """Print an object in a line."""
    say(*json_lines(line, indent=None, default=datetime.isoformat))
