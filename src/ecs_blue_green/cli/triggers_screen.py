"""Rollback triggers for people, and for programs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..template.rollback_alarms import COMPOSITE_ALARM
from .aws.alarms import alarm_name
from .aws.rollback_triggers import Change, Triggers
from .aws.trigger_status import AlarmStatus, Status
from .screen import WIDEST

_COLOURS = {"OK": "green", "ALARM": "bold red", "INSUFFICIENT_DATA": "yellow"}


def show_status(status: Status) -> None:
    """Print the triggers of a stack: on a terminal as a table, elsewhere a line each."""
    console = Console(highlight=False)
    if console.is_terminal:
        console.width = min(console.width, WIDEST)
        console.print(Text(f"{status.stack} ", style="bold").append(status.stack_status, style="dim"))
        if status.alarms:
            console.print("", _table(status), "", sep="\n")
        for line in _remarks(status):
            console.print(Text(line))
    else:
        for alarm in status.alarms:
            click.echo(f"{_place(alarm):<7}  {_kind(alarm.type):<9}  {_state(alarm):<17}  {alarm.name}")
        for line in _remarks(status):
            click.echo(line, err=True)


def _table(status: Status) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 3, 0, 0))
    for heading in ("Alarm", "Type", "State", "Rollback trigger"):
        table.add_column(heading, overflow="fold")
    for alarm in status.alarms:
        state = Text(_state(alarm), style=_COLOURS.get(alarm.state or "", "bold red"))
        place = Text(_place(alarm), style="green" if alarm.is_trigger else "bold red")
        table.add_row(Text(alarm.name), _kind(alarm.type), state, place)
    return table


def _kind(type: str) -> str:
    return "composite" if type == COMPOSITE_ALARM else "metric"


def _state(alarm: AlarmStatus) -> str:
    return alarm.state or "does not exist"


def _place(alarm: AlarmStatus) -> str:
    return "set" if alarm.is_trigger else "missing"


def _remarks(status: Status) -> Iterator[str]:
    """Say what the list does not, and what to do."""
    program = "ecs-blue-green rollback-triggers"
    if not status.alarms:
        yield (
            "No rollback triggers, and no composite alarm over the target groups of a blue/green hook in the deployed "
            f"template. Name the alarms to watch: {program} set {status.stack} ALARM"
        )
    elif len(status.missing) < len(status.alarms):
        minutes = _minutes(status.monitoring_minutes)
        yield f"Alarms are watched during an update, and for {minutes} after it."
    if status.missing:
        one = len(status.missing) == 1
        yield (
            f"{len(status.missing)} of the template's alarms {'rolls' if one else 'roll'} nothing back: "
            f"{program} set {status.stack}"
        )
    if status.gone:
        yield (
            "CloudFormation fails every update with a trigger that does not exist (documented, L39): "
            f"{program} clear {shlex.join([status.stack, *status.gone])}"
        )


def show_cdk_options(status: Status) -> None:
    """Print what to give `cdk deploy`; what must be known of it goes to standard error."""
    options = status.cdk_options
    if options.alarm_arns:
        # The command line takes one ARN an option.
        words = [word for arn in options.alarm_arns for word in ("--rollback-trigger-alarm-arns", arn)]
        click.echo(shlex.join([*words, "--monitoring-time-minutes", str(options.monitoring_minutes)]))
    else:
        click.echo("There is no metric alarm to name: cdk deploy takes no others.", err=True)
    if options.left_out:
        click.echo(f"Left out, as there can be 5 at most (documented, L39): {', '.join(options.left_out)}", err=True)
    if options.composites:
        click.echo(
            f"With these options, {', '.join(options.composites)} would be no rollback trigger any more: cdk deploy "
            "takes no composite alarm, and replaces the list. Without them, it leaves the triggers as they are.",
            err=True,
        )


def status_as_json(status: Status) -> str:
    """Give a JSON object, which schemas/rollback-triggers-show.json describes."""
    return _dump(
        {**asdict(status), "missing": status.missing, "gone": status.gone, "is_as_wanted": status.is_as_wanted}
    )


def show_change(change: Change) -> None:
    """Print to standard error what a change will do."""
    click.echo(f"Stack {change.stack['StackName']}: rollback triggers after the update", err=True)
    for arn in [*change.after.types, *(arn for arn in change.before.types if arn not in change.after.types)]:
        _show_trigger(change, arn)
    if not change.after.types:
        click.echo("    none", err=True)
    before, after = change.before.monitoring_minutes, change.after.monitoring_minutes
    until_now = f" (until now {before})" if before != after else ""
    click.echo(f"    watched for {_minutes(after)} after an update{until_now}, this one too", err=True)
    alarmed = [alarm.name for alarm in change.alarms.values() if alarm.state == "ALARM"]
    if alarmed:
        click.echo(
            f"Expect CloudFormation to roll this update back, and any other (inferred): {', '.join(alarmed)} "
            f"{'is' if len(alarmed) == 1 else 'are'} in ALARM now.",
            err=True,
        )
    if change.read_anew:
        click.echo(
            "Any update reads SSM's Parameter Store anew (documented). If the value there is another one by now, that "
            f"changes as well: {', '.join(change.read_anew)}",
            err=True,
        )


def _show_trigger(change: Change, arn: str) -> None:
    name = alarm_name(arn)
    if arn not in change.after.types:
        click.secho(f"  - {name}", fg="red", err=True)
        return
    alarm = change.alarms[arn]
    line = f"{name} ({_kind(alarm.type)}, {alarm.state})"
    if arn in change.before.types:
        click.echo(f"    {line}", err=True)
    else:
        click.secho(f"  + {line}", fg="green", err=True)


def show_progress(stack: str, statuses: Iterable[str]) -> None:
    """Print to standard error how an update goes, until it ends."""
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        with console.status(f"Stack {stack}: waiting") as line:
            for status in statuses:
                line.update(f"Stack {stack}: {status}")
    else:
        for status in statuses:
            click.echo(f"Stack {stack}: {status}", err=True)


def change_as_json(change: Change, outcome: str) -> str:
    """Give a JSON object, which schemas/rollback-triggers-change.json describes.

    Args:
        change: The change.
        outcome: ``unchanged``, ``dry-run``, ``started`` or ``updated``.
    """
    return _dump(
        {
            "stack": change.stack["StackName"],
            "outcome": outcome,
            "before": _triggers(change.before),
            "after": _triggers(change.after),
            "update_stack": change.request() if change.is_needed else None,
        }
    )


def _triggers(triggers: Triggers) -> dict[str, object]:
    listed = [{"name": alarm_name(arn), "arn": arn, "type": type} for arn, type in triggers.types.items()]
    return {"triggers": listed, "monitoring_minutes": triggers.monitoring_minutes}


def _minutes(number: int) -> str:
    return f"{number} minute{'' if number == 1 else 's'}"


def _dump(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"
