"""Schedules, for people: on a terminal that is wide enough as a table with bars, elsewhere as plain lines."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...template.hook_facts import LONGEST_DEPLOYMENT_MINUTES
from ...template.schedule import Schedule, ScheduleStep, rollback_in_words
from ..terminal import WIDEST, printable
from .report import HookSchedule

_BAR = 10
_NARROWEST = 72  # columns of a terminal; a table in less would hide something

_NOTE = (
    "Minutes count from when production traffic begins to move. Before that the green tasks start, and hook functions "
    "have up to an hour each (documented, L34): that comes on top.\n"
    "A deployment rolls back to the state before it when a hook function or the green tasks fail, when an alarm among "
    "the stack's rollback triggers goes off, and when the stack update is cancelled, in CloudFormation and nowhere "
    "else (documented, L11, L14, Q16). Until the blue tasks are stopped they still run, so that a rollback only moves "
    "traffic (inferred, Q18)."
)


def show(schedules: Sequence[HookSchedule]) -> None:
    """Print schedules to standard output."""
    console = Console(highlight=False)
    if console.is_terminal and console.width >= _NARROWEST:
        console.width = min(console.width, WIDEST)
        for one in schedules:
            console.print(Text(one.title, style="bold underline"), "", sep="\n", soft_wrap=True)
            console.print(_table(one.schedule, "#." if console.options.ascii_only else "█░"), "", sep="\n")
            style = "bold" if one.schedule.total_minutes <= LONGEST_DEPLOYMENT_MINUTES else "bold red"
            console.print(Text(one.total, style=style), "", sep="\n")
        console.print(Text(_NOTE, style="dim"))
    else:
        for one in schedules:
            click.echo("\n".join([one.title, *_lines(one.schedule), one.total, ""]))
        click.echo(_NOTE)


def _table(schedule: Schedule, bar: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", collapse_padding=True)
    table.add_column("minute", justify="right", no_wrap=True)
    table.add_column("event, hook function", overflow="fold", width=len("AfterAllowTestTraffic"))
    table.add_column("production", no_wrap=True)
    table.add_column("test", justify="right", no_wrap=True)
    table.add_column("a rollback then")
    for step in schedule.steps:
        full = step.production * _BAR // 100
        table.add_row(
            _minute(step),
            Text.assemble(step.event, (f"\n{printable(step.function)}" if step.function else "", "cyan")),
            Text.assemble((bar[0] * full, "green"), (bar[1] * (_BAR - full), "dim"), f"{_percent(step.production):>6}"),
            _percent(step.test),
            rollback_in_words(step),
        )
    return table


def _lines(schedule: Schedule) -> list[str]:
    rows = [("minute", "event", "production", "test", "hook function", "a rollback then")] + [
        (
            _minute(step),
            step.event,
            _percent(step.production),
            _percent(step.test),
            printable(step.function or "-"),
            rollback_in_words(step),
        )
        for step in schedule.steps
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _minute(step: ScheduleStep) -> str:
    return "before" if step.minute is None else str(step.minute)


def _percent(share: int | None) -> str:
    return "-" if share is None else f"{share} %"
