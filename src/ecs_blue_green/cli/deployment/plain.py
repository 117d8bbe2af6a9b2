"""Tells of a deployment where no terminal is: a line for each change, or a line of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import click

from ..terminal import printable
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
            click.echo(f"{state.at:%H:%M:%S} {printable(sentence)}")
        self._noticed = ""

    def notice(self, message: str) -> None:
        """Print it, unless it was the last thing that was said."""
        if message != self._noticed:
            click.echo(f"-------- {printable(message)}")
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
        click.echo(end.message)
        for reason in end.reasons:
            click.echo(f"  {printable(reason)}")


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
            print_json({"type": "state", **as_json(state)})
        self._last = state

    def notice(self, message: str) -> None:
        """Print it."""
        print_json({"type": "notice", "message": message})

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
        print_json({"type": "end", **asdict(end)})


def as_json(state: State) -> dict[str, Any]:
    """Give a state as JSON has it."""
    known = asdict(state)
    known["stack_id"] = known.pop("id")
    del known["earlier"], known["failed"], known["ended"], known["is_live_by_weights"]
    return known | {"live": state.live, "progress": _progress_as_json(state.progress) if state.progress else None}


def _progress_as_json(how_far: Progress) -> dict[str, Any]:
    step, following = how_far.step, how_far.next
    return {
        "done_seconds": round(how_far.done.total_seconds()),
        "total_seconds": round(how_far.total.total_seconds()),
        "step": step and {"event": step.event, "production": step.production},
        "next": following and {"event": following[0].event, "production": following[0].production, "at": following[1]},
    }


def print_json(line: Mapping[str, Any]) -> None:
    """Print an object in a line."""
    click.echo(json.dumps(line, default=datetime.isoformat))
