"""``ecs-blue-green watch``: follow a stack's update until it ends."""

from __future__ import annotations

import click

from ..options import aws_options, format_options
from .options import service_option, watch_options

_CODES = {"deployed": 0, "rolled back": 1, "failed": 1, "deleted": 1, "unknown": 1, "running": 3, "waiting": 3}

# What needs time to import is imported by whoever needs it: `--help` answers at once.


@click.command(
    epilog="""\
\b
Examples:
  ecs-blue-green watch Shop                          # until it ends
  ecs-blue-green watch Shop --timeout 90             # for 90 minutes at most
  ecs-blue-green watch Shop --json > log.jsonl       # for a script
  cdk deploy Shop & ecs-blue-green watch Shop        # beside the deployment

\b
Exit codes:
    0  deployed
    1  rolled back, failed, or deleted; the last lines say why
    2  AWS can't be asked, there is no such stack, or the command line is
       wrong
    3  still running, or not begun, at --timeout
  130  interrupted; the deployment goes on
""",
)
@click.argument("stack")
@watch_options
@service_option
@aws_options
@format_options(text="For people", json="for programs, an object a line")
@click.pass_context
def command(
    context: click.Context,
    stack: str,
    timeout: float | None,
    interval: float,
    service: str,
    region: str | None,
    profile: str | None,
    format: str,
) -> None:
    """Follow an update of STACK until it ends: what CloudFormation, CodeDeploy and the tasks do, and who gets traffic.

    STACK is a stack's name or ARN. When nothing is under way, it waits for the next update. When an update has begun
    before, it catches up. An update that starts no green deployment is followed too, and so are a creation and a
    deletion. When another operation begins meanwhile, it says so, and follows that one.

    A terminal shows all at once; elsewhere each change is a line. Nothing is changed in AWS.
    """
    from .engines import open_engine
    from .following import follow

    engine = open_engine(stack, region=region, profile=profile, service=service)
    try:
        end = follow(engine, is_json=format == "json", interval=interval, timeout=timeout)
    except KeyboardInterrupt as error:
        error.add_note(f"What is under way goes on without being watched. `ecs-blue-green abort {stack}` cancels it.")
        raise
    context.exit(_CODES[end.result])
