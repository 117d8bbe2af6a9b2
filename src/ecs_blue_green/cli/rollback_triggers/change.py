"""Making a change of rollback triggers: it is shown, agreed to, and waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .plan import Change, RefusedError
from .screen import change_as_json, show_change, show_progress
from .update import command_line, follow_update, start_update

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient


def make(
    change: Change,
    cloudformation: CloudFormationClient,
    *,
    region: str | None,
    profile: str | None,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
    as_json: bool,
) -> None:
    """Make a change, as far as it is needed and wanted, and print what became of it.

    Args:
        change: The change.
        cloudformation: Where the stack is.
        region: The region that the user named.
        profile: The profile that the user named.
        dry_run: Whether to print the call instead of making it.
        yes: Whether nobody is asked.
        no_wait: Whether not to wait for the end of the update.
        as_json: Whether to print a JSON object.

    Raises:
        RefusedError: If nobody said yes, or the update was refused or has failed.
        AwsError: If AWS can't be asked.
    """
    name = change.stack["StackName"]
    if not change.is_needed:
        outcome, said = "unchanged", f"Nothing to do: the rollback triggers of stack {name} are as wanted."
    elif dry_run:
        show_change(change)
        outcome, said = "dry-run", command_line(change, region=region, profile=profile)
    else:
        show_change(change)
        if not (yes or _agreed()):
            raise RefusedError("Nothing was changed: nobody said yes. Add --yes where there is no one to ask.")
        start_update(cloudformation, change)
        outcome, said = "started", f"The update of stack {name} has started."
        if not no_wait:
            try:
                show_progress(name, follow_update(cloudformation, change))
            except KeyboardInterrupt:
                click.echo(f"Stopped waiting: the update of stack {name} goes on.", err=True)
                click.get_current_context().exit(130)
            outcome, said = "updated", f"Done: the update of stack {name} is complete."
    click.echo(change_as_json(change, outcome) if as_json else f"{said}\n", nl=False)


def _agreed() -> bool:
    try:
        return click.confirm("Update the stack?", err=True)
    except click.Abort:  # the end of the input, or Ctrl-C
        click.echo(err=True)
        return False
