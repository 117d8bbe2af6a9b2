"""``ecs-blue-green abort``: cancel a stack's update, and watch it roll back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..errors import CommandError, complain
from ..options import aws_options, format_options, yes_option
from ..terminal import is_agreed, printable, say
from .options import service_option, watch_options
from .shown import show_state

if TYPE_CHECKING:
    from .engine import Engine
    from .state import State

# What needs time to import is imported by whoever needs it: `--help` answers at once.

_CODES = {"rolled back": 0, "deployed": 1, "failed": 1, "deleted": 1, "unknown": 1, "running": 3, "waiting": 3}


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
    2  nothing to cancel, not confirmed, or with --yes another operation has
       begun meanwhile; AWS can't be asked or refuses, there is no such
       stack, or the command line is wrong
    3  still rolling back at --timeout
  130  interrupted; the rollback goes on
""",
)
@click.argument("stack")
@yes_option
@watch_options
@service_option
@aws_options
@format_options(text="For people", json="for programs, an object a line")
@click.pass_context
def command(
    context: click.Context,
    stack: str,
    yes: bool,
    timeout: float | None,
    interval: float,
    service: str,
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

    engine = open_engine(stack, region=region, profile=profile, service=service)
    state = _confirmed(engine, stack, yes=yes, is_json=is_json)
    if state is None:
        say(printable("Nothing was cancelled."), stderr=True)
        context.exit(2)
    try:
        engine.cancel()
    except KeyboardInterrupt as error:
        error.add_note(f"Whether the update was cancelled is not known: `ecs-blue-green watch {stack}` follows it.")
        raise
    if not state.is_running:  # the stack rests, so that there is nothing to follow
        _tell_of_ecs(stack, is_json=is_json)
        context.exit(_CODES["running"])
    try:
        end = follow(engine, is_json=is_json, interval=interval, timeout=timeout, under_way=state)
    except BaseException as error:
        error.add_note(
            "The cancellation of the update was asked for. What follows goes on without being watched: "
            f"`ecs-blue-green watch {stack}` shows it."
        )
        raise
    if end.result == "waiting":  # which no update that is cancelled comes to
        complain("the cancellation of the update was asked for, and what has become of it is not known")
    context.exit(_CODES[end.result])


def _confirmed(engine: Engine, stack: str, *, yes: bool, is_json: bool) -> State | None:
    """Show what is under way and ask, until nothing has changed between the question and the answer.

    Returns:
        What is to be cancelled; None if it is not confirmed.
    """
    state = engine.read()
    while True:
        if obstacle := _obstacle(state):
            raise CommandError(obstacle)
        if not is_json:
            show_state(state, f"Aborting now: {engine.way_back(state)}.")
        if not yes and not is_agreed(printable(_question(state, stack))):
            return None
        shown, state = state, engine.read()
        if _is_alike(engine, shown, state):
            return state
        if obstacle := _obstacle(state):
            raise CommandError(obstacle)
        if yes:
            if state.is_of_operation_of(shown):
                return state
            raise CommandError(
                f"stack {state.stack}: another operation has begun meanwhile, or that is not known: nothing was "
                "cancelled. Look at it again"
            )
        say(*map(printable, ("", "This has changed meanwhile:", "")))


def _tell_of_ecs(stack: str, *, is_json: bool) -> None:
    from .plain import JsonLines
    from .watching import End

    message = f"ECS rolls its deployment back. `ecs-blue-green status {stack}` shows how far it is."
    if is_json:
        JsonLines().end(End(result="running", message=message))
    else:
        say(printable(message))


def _question(state: State, stack: str) -> str:
    return f"Have ECS roll back its deployment of {stack}?" if state.goes_on_alone else f"Cancel the update of {stack}?"


def _is_alike(engine: Engine, shown: State, now: State) -> bool:
    """Tell whether what would be cancelled now is what was shown."""

    def decides(state: State) -> tuple[object, ...]:
        deployment = state.deployment.id if state.deployment else ""
        return state.id, state.status, state.operation, state.updated, deployment, engine.way_back(state)

    return decides(shown) == decides(now)


def _obstacle(state: State) -> str:
    """Say why there is nothing to cancel; empty if there is."""
    name, status = state.stack, state.status
    if status == "UPDATE_IN_PROGRESS" or state.goes_on_alone:
        return ""
    if state.is_rolling_back:
        return f"stack {name} is rolling back already ({status}): `ecs-blue-green watch {name}` follows it"
    if status == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
        return f"stack {name} is updated, and only cleans up ({status}): deploy the old version again (documented: L11)"
    if status == "REVIEW_IN_PROGRESS":
        return f"stack {name} is {status}: nothing is deployed yet, and no update is under way"
    if state.is_running:
        return f"stack {name} is {status}, and only an update can be cancelled (documented: L11)"
    return f"stack {name} is {status}: no update is under way"
