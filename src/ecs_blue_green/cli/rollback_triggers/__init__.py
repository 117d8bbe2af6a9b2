"""``ecs-blue-green rollback-triggers``: the alarms that roll a deployment back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

from ...template.hook_facts import LONGEST_MONITORING_MINUTES, MOST_ROLLBACK_TRIGGERS
from ..options import aws_options, format_options, yes_option
from ..terminal import say

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudwatch import CloudWatchClient

# What needs time to import is imported by whoever needs it: `--help` answers at once.

_Command = TypeVar("_Command", bound=Callable[..., None])


@click.group(
    epilog="`ecs-blue-green rollback-triggers COMMAND --help` tells more, with examples.",
    help=f"""Show, set or clear the rollback triggers of a stack: the alarms that roll its updates back.

    A stack has at most {MOST_ROLLBACK_TRIGGERS}. CloudFormation watches them during an update, and for the monitoring
    time after it (documented: L39).

    A template can't set them. A stack keeps them from update to update, so once is enough (documented: L40).
    """,
)
def command() -> None:
    """Hold the commands that follow."""


def _change_options(command: _Command) -> _Command:
    """Take what all commands take that update the stack."""
    for option in (
        format_options(text="For people", json="for programs"),
        click.option("--no-wait", is_flag=True, help="Start the update, and do not wait for its end."),
        yes_option,
        click.option("--dry-run", is_flag=True, help="Print the call of AWS's command line, and change nothing."),
    ):
        command = option(command)
    return command


_EXIT_CODES = """
\b
Exit codes:
  0    done, or there was nothing to do
  1    refused: an alarm does not exist, there are too many, the stack is
       busy, or the update failed
  2    nobody said yes; AWS can't be asked or does not say, or the command
       line is wrong
  130  interrupted; an update that has started goes on
"""


@command.command(
    short_help="Show them, their alarms' states, and what is missing.",
    epilog="""\
\b
Examples:
  ecs-blue-green rollback-triggers show Shop
  ecs-blue-green rollback-triggers show Shop --check       # in a pipeline
  ecs-blue-green rollback-triggers show Shop --format cdk  # for cdk deploy

\b
Exit codes:
  0  shown; with --check, everything is as wanted
  1  with --check: there are no triggers, an alarm of the template is none,
     or the alarm of a trigger does not exist
  2  AWS can't be asked or does not say, or the command line is wrong
""",
)
@click.argument("stack")
@click.option("--check", is_flag=True, help="Fail unless all alarms of the template are triggers, and all exist.")
@format_options(text="For people", json="for programs", cdk="as options of `cdk deploy`")
@aws_options
@click.pass_context
def show(context: click.Context, stack: str, check: bool, format: str, region: str | None, profile: str | None) -> None:
    """Show the rollback triggers of STACK, the states of their alarms, and which alarms of the template are none.

    These are the composite alarms over the target groups of the AWS::CodeDeploy::BlueGreen hook in the deployed
    template, such as EcsBlueGreenService makes.

    `cdk deploy` takes metric alarms only, and in place of the stack's triggers. --format cdk names the metric alarms
    under the composites, as many as a stack can have. Without such options, `cdk deploy` leaves the triggers as they
    are.
    """
    from .status import read_status

    status = read_status(*_clients(region, profile), stack)
    if format == "json":
        from .formats import status_as_json

        say(*status_as_json(status))
    elif format == "cdk":
        from .screen import show_cdk_options

        show_cdk_options(status)
    else:
        from .screen import show_status

        show_status(status)
    context.exit(int(check and not status.is_as_wanted))


@command.command(
    "set",
    short_help="Make alarms rollback triggers.",
    epilog=f"""\
\b
Examples:
  ecs-blue-green rollback-triggers set Shop                 # the composites
  ecs-blue-green rollback-triggers set Shop --monitoring-time 5
  ecs-blue-green rollback-triggers set Shop Queue-Too-Long  # one more
  ecs-blue-green rollback-triggers set Shop --dry-run       # what it calls
{_EXIT_CODES}""",
)
@click.argument("stack")
@click.argument("alarms", metavar="[ALARM]...", nargs=-1)
@click.option(
    "--monitoring-time",
    type=click.IntRange(0, LONGEST_MONITORING_MINUTES),
    metavar="MINUTES",
    help="How long the alarms are watched after each update. Left out: as it is, at first 0.",
)
@_change_options
@aws_options
def set_triggers(
    stack: str,
    alarms: tuple[str, ...],
    monitoring_time: int | None,
    region: str | None,
    profile: str | None,
    format: str,
    **options: bool,
) -> None:
    """Make alarms rollback triggers of STACK. Those that it has stay.

    ALARM is the name or the ARN of an alarm, metric or composite. Left out: the composite alarms over the target groups
    of the AWS::CodeDeploy::BlueGreen hook in the deployed template.

    This updates the stack with its own template, parameter values, tags, notification topics and role, so that nothing
    else changes. One thing can: any update reads parameters in SSM's Parameter Store again, and takes the value that is
    there now.
    """
    from .apply import apply
    from .plan import plan_to_set

    clients = _clients(region, profile)
    plan = partial(plan_to_set, *clients, stack, alarms, monitoring_time)
    apply(plan, clients[0], region=region, profile=profile, format=format, **options)


@command.command(
    short_help="Remove all, or some.",
    epilog=f"""\
\b
Examples:
  ecs-blue-green rollback-triggers clear Shop                  # all
  ecs-blue-green rollback-triggers clear Shop Queue-Too-Long
{_EXIT_CODES}""",
)
@click.argument("stack")
@click.argument("alarms", metavar="[ALARM]...", nargs=-1)
@_change_options
@aws_options
def clear(
    stack: str,
    alarms: tuple[str, ...],
    region: str | None,
    profile: str | None,
    format: str,
    **options: bool,
) -> None:
    """Remove rollback triggers of STACK, and with the last one the monitoring time.

    ALARM is the name or the ARN of an alarm, which need not exist any more. Left out: all triggers.

    This updates the stack as `set` does.
    """
    from .apply import apply
    from .plan import plan_to_clear

    clients = _clients(region, profile)
    plan = partial(plan_to_clear, *clients, stack, alarms)
    apply(plan, clients[0], region=region, profile=profile, format=format, **options)


def _clients(region: str | None, profile: str | None) -> tuple[CloudFormationClient, CloudWatchClient]:
    from ..aws.session import client_settings, making_clients, open_session

    session = open_session(region=region, profile=profile)
    with making_clients():
        settings = client_settings()
        return session.client("cloudformation", config=settings), session.client("cloudwatch", config=settings)
