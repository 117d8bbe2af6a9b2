"""``ecs-blue-green rollback-triggers``: the alarms that roll a deployment back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudwatch import CloudWatchClient

# What needs time to import is imported by whoever needs it: `--help` answers at once.

_Command = TypeVar("_Command", bound=Callable[..., None])


@click.group(epilog="`ecs-blue-green rollback-triggers COMMAND --help` tells more, with examples.")
def command() -> None:
    """Show, set or clear the rollback triggers of a stack: the alarms that roll its updates back.

    Rollback triggers can't be set by a template (documented, L40). A stack keeps them from update to update, so once is
    enough. At most 5, which CloudFormation watches during an update and for the monitoring time after it (documented,
    L39).
    """


def _of_account(function: _Command) -> _Command:
    """Add the options that say where the stack is."""
    for name, help in (
        ("profile", "A profile of AWS's configuration files."),
        ("region", "The stack's region, if not the one of the environment or profile."),
    ):
        function = click.option(f"--{name}", metavar=name.upper(), help=help)(function)
    return function


def _of_change(function: _Command) -> _Command:
    """Add the options of commands that update the stack."""
    for names, help in (
        (["--json", "as_json"], "Print a JSON object, for programs."),
        (["--no-wait"], "Start the update, and do not wait for its end."),
        (["--yes", "-y"], "Do not ask."),
        (["--dry-run"], "Print the call of AWS's command line, and change nothing."),
    ):
        function = click.option(*names, is_flag=True, help=help)(function)
    return function


_EXIT_CODES = """
\b
Exit codes:
  0    done, or there was nothing to do
  1    refused: an alarm does not exist, there are too many, the stack is
       busy, nobody said yes, or the update failed
  2    AWS can't be asked or does not say, or the command line is wrong
  130  waiting was interrupted: the update goes on
"""


@command.command(
    short_help="Show them, their alarms' states, and what is missing.",
    epilog="""\
\b
Examples:
  ecs-blue-green rollback-triggers show Shop
  ecs-blue-green rollback-triggers show Shop --check        # in a pipeline
  ecs-blue-green rollback-triggers show Shop --cdk-options  # for cdk deploy

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
@click.option("--cdk-options", is_flag=True, help="Print options of `cdk deploy`, and nothing else on standard output.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object, for programs.")
@_of_account
def show(
    stack: str,
    check: bool,
    cdk_options: bool,
    as_json: bool,
    region: str | None,
    profile: str | None,
) -> None:
    """Show the rollback triggers of STACK, the states of their alarms, and which alarms of the template are none.

    These are the composite alarms over the target groups of the AWS::CodeDeploy::BlueGreen hook in the deployed
    template, such as EcsBlueGreenService makes.

    `cdk deploy` takes metric alarms only, and in place of the stack's triggers: --cdk-options names the metric alarms
    under the composites, at most 5. Without these options, it leaves the triggers as they are.
    """
    if as_json and cdk_options:
        raise click.UsageError("--json and --cdk-options exclude each other: the JSON object has the options in it.")
    with _told():
        from .status import read_status

        status = read_status(*_clients(region, profile), stack)
        from . import screen as triggers_screen

        if as_json:
            click.echo(triggers_screen.status_as_json(status), nl=False)
        elif cdk_options:
            triggers_screen.show_cdk_options(status)
        else:
            triggers_screen.show_status(status)
        click.get_current_context().exit(int(check and not status.is_as_wanted))


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
    type=click.IntRange(0, 180),
    metavar="MINUTES",
    help="How long the alarms are watched after each update, 0 to 180. Left out: as it is, at first 0.",
)
@_of_change
@_of_account
def set_triggers(
    stack: str,
    alarms: tuple[str, ...],
    monitoring_time: int | None,
    region: str | None,
    profile: str | None,
    **options: bool,
) -> None:
    """Make alarms rollback triggers of STACK. Those that it has stay.

    ALARM is the name or the ARN of an alarm, metric or composite. Left out: the composite alarms over the target groups
    of the AWS::CodeDeploy::BlueGreen hook in the deployed template.

    This updates the stack with its own template, parameter values, tags, notification topics and role, so that nothing
    else changes - but for a value in SSM's Parameter Store that is another one by now, which any update reads anew.
    """
    with _told():
        from .change import make
        from .plan import plan_to_set

        clients = _clients(region, profile)
        change = plan_to_set(*clients, stack, alarms, monitoring_time)
        make(change, clients[0], region=region, profile=profile, **options)


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
@_of_change
@_of_account
def clear(
    stack: str,
    alarms: tuple[str, ...],
    region: str | None,
    profile: str | None,
    **options: bool,
) -> None:
    """Remove rollback triggers of STACK, and with the last one the monitoring time.

    ALARM is the name or the ARN of an alarm, which need not exist any more. Left out: all triggers.

    This updates the stack as `set` does.
    """
    with _told():
        from .change import make
        from .plan import plan_to_clear

        clients = _clients(region, profile)
        change = plan_to_clear(*clients, stack, alarms)
        make(change, clients[0], region=region, profile=profile, **options)


@contextmanager
def _told() -> Iterator[None]:
    """Tell what went wrong as a sentence, and end with its exit code."""
    from ..aws.session import AwsError
    from ..templates import UnreadableError
    from .plan import RefusedError

    try:
        yield
    except (RefusedError, AwsError, UnreadableError) as error:
        click.echo(f"Error: {error}", err=True)
        click.get_current_context().exit(1 if isinstance(error, RefusedError) else 2)


def _clients(region: str | None, profile: str | None) -> tuple[CloudFormationClient, CloudWatchClient]:
    from ..aws.session import asking, client_settings, open_session

    session = open_session(region=region, profile=profile)
    with asking("AWS"):
        settings = client_settings()
        return session.client("cloudformation", config=settings), session.client("cloudwatch", config=settings)
