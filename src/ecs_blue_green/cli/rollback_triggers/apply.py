"""A change of rollback triggers from the first look to the last: it is shown, agreed to, made and waited for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import CommandError
from ..terminal import is_agreed, printable, say
from .plan import TriggerChange
from .update import command_line, follow_update, start_update

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient


def apply(
    plan: Callable[[], TriggerChange],
    cloudformation: CloudFormationClient,
    *,
    region: str | None,
    profile: str | None,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
    format: str,
) -> None:
    """Make a change, as far as it is needed and wanted, and print what became of it.

    Args:
        plan: Reads the stack, and gives the change.
        cloudformation: Where the stack is.
        region: The region that the user named.
        profile: The profile that the user named.
        dry_run: Whether to print the call instead of making it.
        yes: Whether nobody is asked.
        no_wait: Whether not to wait for the end of the update.
        format: ``text`` or ``json``.

    Raises:
        CommandError: If nobody said yes.
        RefusedError: If the update was refused or has failed.
        AwsError: If AWS can't be asked.
    """
    from .screen import show_change

    change = plan()
    name = change.stack["StackName"]
    if change.is_needed:
        show_change(change)
        if not (dry_run or yes):
            change = _agreed(change, plan)
    if not change.is_needed:
        outcome, said = "unchanged", [f"Nothing to do: the rollback triggers of stack {name} are as wanted."]
    elif dry_run:
        outcome, said = "dry-run", command_line(change, region=region, profile=profile)
    else:
        outcome, said = _make(change, cloudformation, no_wait=no_wait)
    try:
        if format == "json":
            from .formats import change_as_json

            say(*change_as_json(change, outcome))
        else:
            say(*map(printable, said))
    except OSError as error:
        if outcome in {"started", "updated"}:
            error.add_note(" ".join(said))
        raise


def _make(change: TriggerChange, cloudformation: CloudFormationClient, *, no_wait: bool) -> tuple[str, list[str]]:
    """Make a change; give the outcome in a word and in sentences."""
    from .screen import show_progress

    name = change.stack["StackName"]
    try:
        start_update(cloudformation, change)
        if no_wait:
            return "started", [f"The update of stack {name} has started."]
        show_progress(name, follow_update(cloudformation, change))
    except (KeyboardInterrupt, OSError, SystemExit) as error:  # the last one is rich's, when nobody reads
        error.add_note(f"if the update of stack {name} has started, it goes on: `ecs-blue-green watch {name}` shows it")
        raise
    return "updated", [f"Done: the update of stack {name} is complete."]


def _agreed(change: TriggerChange, plan: Callable[[], TriggerChange]) -> TriggerChange:
    """Ask whether to make a change, and again when it is another one by the time of the answer.

    CloudFormation takes the whole list of triggers: what others have set meanwhile would be gone.
    """
    from .screen import show_change

    while is_agreed(printable("Update the stack?"), stderr=True):
        now = plan()
        if not now.is_needed or now.is_same_as(change):
            return now
        meanwhile = "Meanwhile somebody has changed the stack. This is what the update makes of it now:"
        say(printable(meanwhile), stderr=True)
        show_change(now)
        change = now
    raise CommandError("Nothing was changed: nobody said yes. Add --yes where there is no one to ask.")
