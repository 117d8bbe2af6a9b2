"""Rollback triggers for people: a table on a terminal, a line each elsewhere; and options for `cdk deploy`."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from rich.padding import Padding
from rich.table import Table

from ...template.hook_facts import MOST_ROLLBACK_TRIGGERS
from ...template.rollback_alarms import COMPOSITE_ALARM
from ..aws.alarms import alarm_name
from ..console import Line, Part, open_console, progress
from ..terminal import printable, say
from .plan import TriggerChange
from .status import AlarmStatus, TriggerStatus

_TABLE = 60  # columns that a table needs to be easy to read
_COLOURS = {"OK": "green", "ALARM": "bold red", "INSUFFICIENT_DATA": "yellow"}


def show_status(status: TriggerStatus) -> None:
    """Print the triggers of a stack: on a terminal as a table, elsewhere a line each."""
    console = open_console()
    if console.is_terminal:
        console.show(Line((f"{status.stack} ", "bold"), (status.stack_status, "dim")))
        if status.alarms:
            alarms = [_table(status)] if console.width >= _TABLE else _blocks(status)
            console.show(Line(), *alarms, Line())
        for sentence, advice in _remarks(status):
            console.show(Line(f"{sentence}{':' if advice else '.'}"))
            if advice:  # in one piece, to be copied
                console.show(Line(f"  {advice}", style="cyan"), soft_wrap=True)
    else:
        for alarm in status.alarms:
            place, type, state = _about(alarm)
            say(printable(f"{place:<7}  {type:<9}  {state:<17}  {alarm.name}"))
        for sentence, advice in _remarks(status):
            say(printable(f"{sentence}: {advice}" if advice else f"{sentence}."), stderr=True)


def _table(status: TriggerStatus) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 3, 0, 0))
    for heading in ("Trigger", "Type", "State", "Alarm"):
        table.add_column(heading, overflow="fold")
    for alarm in status.alarms:
        place, type, state = _about(alarm)
        table.add_row(
            Line(place, style=_place_style(alarm)),
            Line(type),
            Line(state, style=_state_style(state)),
            Line(alarm.name),
        )
    return table


def _blocks(status: TriggerStatus) -> Iterator[Part]:
    """Say the same in lines that wrap."""
    for alarm in status.alarms:
        place, type, state = _about(alarm)
        yield Line((place, _place_style(alarm)), f" {alarm.name}")
        yield Padding(Line(f"{type}, ", (state, _state_style(state))), (0, 0, 0, 2), expand=False)


def _place_style(alarm: AlarmStatus) -> str:
    return "green" if alarm.is_trigger else "bold red"


def _state_style(state: str) -> str:
    return _COLOURS.get(state, "bold red")


def _about(alarm: AlarmStatus) -> tuple[str, str, str]:
    """Say whether an alarm is a trigger, what it is, and its state."""
    return "set" if alarm.is_trigger else "missing", _kind(alarm.type), alarm.state or "does not exist"


def _kind(type: str) -> str:
    return "composite" if type == COMPOSITE_ALARM else "metric"


def _remarks(status: TriggerStatus) -> Iterator[tuple[str, str]]:
    """Say what the list does not: sentences, each with the command to give, or none."""
    program = "ecs-blue-green rollback-triggers"
    if not status.alarms:
        yield (
            "No rollback triggers, and no composite alarm over the target groups of a blue/green hook in the deployed "
            "template. Name the alarms to watch",
            f"{program} set {status.stack} ALARM",
        )
    elif len(status.missing) < len(status.alarms):
        yield f"Alarms are watched during an update, and for {_minutes(status.monitoring_minutes)} after it", ""
    if number := len(status.missing):
        rolls = "roll" if number > 1 else "rolls"
        yield f"{number} of the template's alarms {rolls} nothing back", f"{program} set {status.stack}"
    if status.gone:
        yield (
            "CloudFormation fails every update with a trigger that does not exist (documented: L39)",
            f"{program} clear {shlex.join([status.stack, *status.gone])}",
        )


def show_cdk_options(status: TriggerStatus) -> None:
    """Print what to give `cdk deploy`; what must be known of it goes to standard error."""
    options = status.cdk_options
    if options.alarm_arns:
        # The command line takes one ARN an option.
        words = [word for arn in options.alarm_arns for word in ("--rollback-trigger-alarm-arns", arn)]
        say(printable(shlex.join([*words, "--monitoring-time-minutes", str(options.monitoring_minutes)])))
    else:
        say(printable("There is no metric alarm to name, and `cdk deploy` takes no others."), stderr=True)
    if options.left_out:
        left_out = ", ".join(options.left_out)
        most = f"There are {MOST_ROLLBACK_TRIGGERS} at most (documented: L39)."
        say(printable(f"Left out: {left_out}. {most}"), stderr=True)
    if options.composites:
        sentences = (
            f"With these options, `cdk deploy` removes {', '.join(options.composites)} from the rollback triggers: it "
            "takes no composite alarm, and replaces the list. Without them, it leaves the triggers as they are."
        )
        say(printable(sentences), stderr=True)


def show_change(change: TriggerChange) -> None:
    """Print to standard error what a change will do."""
    console = open_console(stderr=True)
    for style, line in _effects(change):
        console.show(Line(line, style=style), soft_wrap=not console.is_terminal)


def _effects(change: TriggerChange) -> Iterator[tuple[str, str]]:
    """List what a change will do, each line with its style."""
    before, after = change.before, change.after
    yield "bold", f"Stack {change.stack['StackName']}: rollback triggers after the update"
    for arn in after.types:
        alarm = change.alarms[arn]
        mark, style = (" ", "") if arn in before.types else ("+", "green")
        yield style, f"  {mark} {alarm.name} ({_kind(alarm.type)}, {alarm.state})"
    yield from (("red", f"  - {alarm_name(arn)}") for arn in before.types if arn not in after.types)
    if not after.types:
        yield "", "    none"
    minutes, until_now = after.monitoring_minutes, before.monitoring_minutes
    known = f" (until now {until_now})" if minutes != until_now else ""
    yield "", f"    watched for {_minutes(minutes)} after an update{known}, this one too"
    if alarmed := [alarm.name for alarm in change.alarms.values() if alarm.state == "ALARM"]:
        are = "is" if len(alarmed) == 1 else "are"
        yield (
            "yellow",
            f"{', '.join(alarmed)} {are} in ALARM now. Expect CloudFormation to roll this update back, and any other "
            "(inferred).",
        )
    if change.read_again:
        yield (
            "",
            "Any update reads these parameters from SSM's Parameter Store again, and takes a value that has changed "
            f"there (documented): {', '.join(change.read_again)}",
        )


def show_progress(stack: str, sentences: Iterable[str]) -> None:
    """Print to standard error how an update goes, until it ends."""
    with progress(printable(f"Stack {stack}: waiting")) as tell:
        for sentence in sentences:
            tell(printable(sentence))


def _minutes(number: int) -> str:
    return f"{number} minute{'' if number == 1 else 's'}"
