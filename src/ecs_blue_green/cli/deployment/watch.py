"""``ecs-blue-green watch``: follow a stack's update until it ends."""

from __future__ import annotations

import click

from .options import ENDS, open_engine, stack_options, watch_options

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
    1  rolled back, or failed; the last lines say why
    2  AWS can't be asked, there is no such stack, or the command line is
       wrong
    3  still running, or not begun, at --timeout
  130  interrupted; the deployment goes on
""",
)
@stack_options
@watch_options
@click.pass_context
def command(
    context: click.Context,
    stack: str,
    region: str | None,
    profile: str | None,
    is_json: bool,
    timeout: float | None,
    interval: float,
) -> None:
    """Follow an update of STACK until it ends: what CloudFormation, CodeDeploy and the tasks do, and who gets traffic.

    STACK is a stack's name or ARN. When nothing is under way, the next update is waited for; one that has begun long
    ago is caught up with; one that starts no green deployment is followed as well.

    A terminal shows all at once; elsewhere each change is a line. Nothing is changed in AWS.
    """
    from .following import ending_well, follow

    with ending_well(context, stack):
        end = follow(open_engine(stack, region, profile), is_json=is_json, interval=interval, timeout=timeout)
        context.exit(ENDS[end.result])
