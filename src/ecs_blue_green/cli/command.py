"""The command of which all others are part; each is loaded when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from .errors import INTERRUPTED, NOBODY_READS, TERMINATED, UNEXPECTED, told

# Name, the module that holds it as `command`, and what `ecs-blue-green --help` says of it.
_COMMANDS = {
    "abort": ("deployment.abort", "Cancel a stack's update, and watch it roll back."),
    "continue": ("deployment.continuing", "Continue a paused deployment, or roll it back."),
    "lint": ("lint", "Find what CloudFormation would refuse."),
    "predict": ("predict", "Say what an update will do."),
    "rollback-triggers": ("rollback_triggers", "Show, set or clear a stack's rollback triggers."),
    "rules": ("rules", "List the rules of `lint`, or explain one."),
    "schedule": ("schedule", "Show how a deployment will move traffic."),
    "status": ("deployment.status", "Show what is live, and how the last deployment went."),
    "watch": ("deployment.watch", "Follow a stack's update until it ends."),
}


class _Commands(click.Group):
    """Commands that are not imported to be listed: `--help` of one does not wait for all."""

    def list_commands(self, context: click.Context) -> list[str]:
        return [*_COMMANDS]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = import_module(f".{_COMMANDS[name][0]}", __package__).command
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(context, arguments)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=_COMMANDS, ctx=context) from None

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        with told():
            return super().make_context(*arguments, **more)

    def invoke(self, context: click.Context) -> object:
        with told():
            return super().invoke(context)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in _COMMANDS.items()])


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"""\
`ecs-blue-green COMMAND --help` tells more, with examples and the exit codes
of each.

\b
Exit codes of all commands:
  {UNEXPECTED:>3}  a defect of ecs-blue-green itself
  {INTERRUPTED:>3}  interrupted with Ctrl-C
  {NOBODY_READS:>3}  nobody reads what is printed
  {TERMINATED:>3}  ended by SIGTERM; what it tells at Ctrl-C, it tells then too
""",
)
@click.version_option(package_name="ecs-blue-green-cdk", message="%(prog)s %(version)s")
def ecs_blue_green() -> None:
    """Blue/green deployments of Amazon ECS services through CloudFormation: by CodeDeploy, or by ECS itself.

    Works on CloudFormation templates with the AWS::CodeDeploy::BlueGreen hook, or with services of strategy BLUE_GREEN,
    LINEAR or CANARY, however they were made.
    """
