"""Schedules, for people: on a terminal as a table with bars, or step by step if it is narrow; elsewhere as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group
from rich.padding import Padding
from rich.table import Table

from ...template.hook_facts import AFTER_ALLOW_TEST_TRAFFIC
from ...template.schedule import Schedule, ScheduleStep, rollback_in_words
from ..console import Line, Part, open_console
from ..terminal import Printable, printable, say
from .report import Engine, TrafficSchedule, hook_in_words

_BAR = 10
_LEAST_EVENT = len(AFTER_ALLOW_TEST_TRAFFIC)
_TABLE = 72  # columns that a table needs to be easy to read

_NOTES: Mapping[Engine, Sequence[str]] = {
    "codedeploy": (
        "Minutes count from when production traffic begins to move. Before that the green tasks start. Each hook "
        "function may take up to an hour, which comes on top (documented: L34).",
        "A deployment rolls back to the state before it when a hook function or the green tasks fail, and when an "
        "alarm among the stack's rollback triggers goes off. It also does when the stack update is cancelled: do that "
        "in CloudFormation and nowhere else (documented: L11, L14, Q16).",
        "Until the blue tasks are stopped they still run, so that a rollback only moves traffic (inferred: Q18).",
    ),
    "ecs": (
        "Minutes count from when production traffic begins to move. Before that the green tasks start. Hooks and "
        "pauses come on top, each stage for up to 24 hours (documented: NB8).",
        "A deployment rolls back to the last one that succeeded when a hook fails or says so, when an alarm of the "
        "service goes off, and when the tasks do not become healthy (documented: NR1). Under CloudFormation the stack "
        "then rolls back as well (documented: NR6).",
        "Until CLEAN_UP both blue and green run (documented: NB12).",
    ),
}


def show(schedules: Sequence[TrafficSchedule]) -> None:
    """Print schedules to standard output."""
    console = open_console()
    notes = [note for engine, said in _NOTES.items() if any(one.engine == engine for one in schedules) for note in said]
    if not console.is_terminal:
        for one in schedules:
            say(one.title, *_lines(one.schedule), one.total, printable(""))
        say(*map(printable, notes))
        return
    bar = "#." if console.options.ascii_only else "█░"
    for one in schedules:
        console.show(Line(one.title, style="bold underline"), Line())
        if console.width >= _TABLE:
            console.show(_table(one.schedule, bar), Line())
        else:
            for step in one.schedule.steps:
                console.show(*_block(one.schedule, step, bar), Line())
        console.show(Line(one.total, style="bold red" if one.is_too_long else "bold"), Line())
    console.show(*(Line(note, style="dim") for note in notes))


def _table(schedule: Schedule, bar: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", collapse_padding=True)
    table.add_column("minute", justify="right", no_wrap=True)
    width = max(len(step.event) for step in schedule.steps)
    table.add_column("event, hook", overflow="fold", width=max(width, _LEAST_EVENT))
    table.add_column("production", no_wrap=True)
    table.add_column("test", justify="right", no_wrap=True)
    table.add_column("a rollback then")
    for step in schedule.steps:
        table.add_row(
            _minute(step),
            Group(Line(step.event), *([Line(hook, style="cyan")] if (hook := hook_in_words(step)) else [])),
            _share(schedule, step, bar),
            _percent(step.test),
            rollback_in_words(step),
        )
    return table


def _block(schedule: Schedule, step: ScheduleStep, bar: str) -> Iterator[Part]:
    """Say a step in lines that wrap."""
    when = "before" if step.minute is None else f"minute {step.minute}"
    yield Line((f"{when}: ", ""), (step.event, "bold"))
    hook = hook_in_words(step)
    parts = [Line(hook, style="cyan")] if hook else []
    for name, share in (("production", step.production if schedule.has_traffic else None), ("test", step.test)):
        if share is not None:
            parts.append(Line(f"{name:<10} ", _bar(share, bar), f"{_percent(share):>6}"))
    parts.append(Line(f"a rollback then: {rollback_in_words(step)}"))
    yield from (Padding(part, (0, 0, 0, 2), expand=False) for part in parts)


def _share(schedule: Schedule, step: ScheduleStep, bar: str) -> Line:
    if not schedule.has_traffic:
        return Line("-")
    width = max(len(_percent(one.production)) for one in schedule.steps)
    return Line(_bar(step.production, bar), " ", _percent(step.production).rjust(width))


def _bar(share: float, bar: str) -> Line:
    full = int(share * _BAR / 100)
    return Line((bar[0] * full, "green"), (bar[1] * (_BAR - full), "dim"))


def _lines(schedule: Schedule) -> list[Printable]:
    rows = [("minute", "event", "production", "test", "hook", "a rollback then")] + [
        (
            _minute(step),
            step.event,
            _percent(step.production if schedule.has_traffic else None),
            _percent(step.test),
            hook_in_words(step) or "-",
            rollback_in_words(step),
        )
        for step in schedule.steps
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        printable("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        for row in rows
    ]


def _minute(step: ScheduleStep) -> str:
    return "before" if step.minute is None else str(step.minute)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:g} %"
