"""``ecs-blue-green status``: one look at a stack and its last deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..options import aws_options, format_options
from ..terminal import printable, say
from .options import service_option

if TYPE_CHECKING:
    from .state import State
    from .watching import End

# What needs time to import is imported by whoever needs it: `--help` answers at once.


@click.command(
    epilog="""\
\b
Examples:
  ecs-blue-green status Shop                       # by name
  ecs-blue-green status Shop --profile production  # in another account
  ecs-blue-green status Shop --json | jq -r .live  # for a script

\b
Exit codes:
    0  shown, however the last deployment went
    2  AWS can't be asked, there is no such stack, or the command line is
       wrong
  130  interrupted
""",
)
@click.argument("stack")
@service_option
@aws_options
@format_options(text="For people", json="for programs")
def command(stack: str, service: str, region: str | None, profile: str | None, format: str) -> None:
    """Show which colour of STACK is live, what each task set runs, who gets traffic, and how the last deployment went.

    STACK is a stack's name or ARN. Listeners that differ from the template are explained. Alarms that roll nothing back
    are named. Nothing is changed in AWS.
    """
    from .engines import open_engine
    from .statuses import ending_of

    engine = open_engine(stack, region=region, profile=profile, service=service)
    state = engine.read()
    has_failed = ending_of(state.status).result in {"rolled back", "failed", "unknown"}
    reasons = tuple(engine.reasons(state)) if has_failed and not state.is_running else ()
    _show(state, _outcome(state, reasons), engine.remarks(state), is_json=format == "json")


def _outcome(state: State, reasons: tuple[str, ...]) -> End:
    from .durations import in_short
    from .watching import End, end_of

    if state.is_running:
        return End(result="running", message=f"Under way: {state.status} for {in_short(state.at - state.began)}.")
    return end_of(state, reasons)


def _show(state: State, outcome: End, remarks: list[str], *, is_json: bool) -> None:
    from . import plain

    if is_json:
        plain.say_json(
            {
                "type": "status",
                **plain.as_json(state),
                "result": outcome.result,
                "message": outcome.message,
                "reasons": outcome.reasons,
                "remarks": remarks,
            }
        )
        return
    from ..console import open_console

    console = open_console()
    if console.is_interactive:
        from . import live

        live.show(console, state, outcome, remarks)
    else:
        reporter = plain.Lines()
        reporter.state(state)
        reporter.end(outcome)
        say(*map(printable, remarks))
