"""``ecs-blue-green abort``: cancel a stack's update, and watch it roll back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..errors import CommandError
from ..options import aws_options, format_options, yes_option
from ..terminal import open_console
from .options import watch_options

if TYPE_CHECKING:
    from .state import State

# What needs time to import is imported by whoever needs it: `--help` answers at once.

_CODES = {"rolled back": 0, "deployed": 1, "failed": 1, "running": 3, "waiting": 3}


@click.command(
    epilog="""\
\b
Examples:
  ecs-blue-green abort Shop                     # asks, cancels, watches
  ecs-blue-green abort Shop --yes --timeout 30  # for a script

\b
Exit codes:
    0  rolled back
    1  deployed before it could be cancelled, or the rollback failed
    2  nothing to cancel, or not confirmed; AWS can't be asked or refuses,
       there is no such stack, or the command line is wrong
    3  still rolling back at --timeout
  130  interrupted; the rollback goes on
""",
)
@click.argument("stack")
@yes_option
@watch_options
@aws_options
@format_options(text="For people", json="for programs, an object a line")
@click.pass_context
def command(
    context: click.Context,
    stack: str,
    yes: bool,
    timeout: float | None,
    interval: float,
    region: str | None,
    profile: str | None,
    format: str,
) -> None:
    """Cancel the update of STACK that is under way: CloudFormation rolls back traffic, tasks and all else.

    STACK is a stack's name or ARN. First it shows what is under way, and what aborting means at this point. A green
    deployment is cancelled in CloudFormation, never in CodeDeploy or ECS (documented: L11).
    """
    is_json = format == "json"
    if is_json and not yes:
        raise click.UsageError("--format json needs --yes: a program can't be asked.")
    from .engines import open_engine
    from .following import follow

    engine = open_engine(stack, region=region, profile=profile)
    state = engine.read()
    if obstacle := _obstacle(state):
        raise CommandError(obstacle)
    if not is_json:
        _show(state)
    if not yes and not _is_confirmed(stack):
        click.echo("Nothing was cancelled.", err=True)
        context.exit(2)
    engine.cancel()
    end = follow(
        engine,
        is_json=is_json,
        interval=interval,
        timeout=timeout,
        interrupted=f"The rollback goes on without being watched. `ecs-blue-green watch {stack}` follows it.",
        under_way=state,
    )
    context.exit(_CODES[end.result])


def _obstacle(state: State) -> str:
    """Say why there is nothing to cancel; empty if there is."""
    name, status = state.stack, state.status
    if status == "UPDATE_IN_PROGRESS":
        return ""
    if state.is_rolling_back:
        return f"stack {name} is rolling back already ({status}): `ecs-blue-green watch {name}` follows it"
    if status == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
        return f"stack {name} is updated, and only cleans up ({status}): deploy the old version again (documented: L11)"
    if state.is_running:
        return f"stack {name} is {status}, and only an update can be cancelled (documented: L11)"
    return f"stack {name} is {status}: no update is under way"


def _show(state: State) -> None:
    from . import live
    from .plain import Lines

    console = open_console()
    if console.is_interactive:
        console.print(live.view(state, console.options))
    else:
        Lines().state(state)
    click.echo(f"\nAborting now: {_meaning(state)}.")


def _is_confirmed(stack: str) -> bool:
    try:
        return click.confirm(f"Cancel the update of {stack}?")
    except click.Abort:  # interrupted, or there is nobody to answer
        click.echo()
        return False


def _meaning(state: State) -> str:
    """Say what aborting means at this point."""
    from .state import PRODUCTION, TEST

    if state.progress and state.progress.step:
        return state.progress.step.way_back
    for listener in (PRODUCTION, TEST):
        moved = state.weights.get(listener, {}).get(state.newest, 0) if len(state.task_sets) > 1 else 0
        if moved:
            return f"{listener} traffic, {moved} % of which is on {state.newest}, goes back"
    traffic = "whether traffic has moved is not known" if state.missing else "no traffic has moved"
    return f"CloudFormation undoes what it has changed so far; {traffic}"
