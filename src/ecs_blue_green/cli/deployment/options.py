"""What the commands about a stack's deployment take, and how they find the stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from .engines.codedeploy_hook import CodeDeployHook

_Command = Callable[..., Any]

ENDS = {"deployed": 0, "rolled back": 1, "failed": 1, "running": 3, "waiting": 3}


def stack_options(command: _Command) -> _Command:
    """Take the stack, and where it is."""
    for option in (
        click.option("--json", "is_json", is_flag=True, help="Print JSON, for programs."),
        click.option("--profile", metavar="NAME", help="The profile of AWS's configuration files to use."),
        click.option("--region", metavar="NAME", help="The region of the stack, such as eu-west-1."),
        click.argument("stack"),
    ):
        command = option(command)
    return command


def watch_options(command: _Command) -> _Command:
    """Take how long and how often to look."""
    for option in (
        click.option(
            "--interval",
            metavar="SECONDS",
            type=click.FloatRange(min=0.01),
            default=5,
            show_default=True,
            help="Time between two looks; a look takes eight API calls.",
        ),
        click.option(
            "--timeout",
            metavar="MINUTES",
            type=click.FloatRange(min=0),
            help="Watch no longer. Left out: as long as it takes.",
        ),
    ):
        command = option(command)
    return command


def open_engine(stack: str, region: str | None, profile: str | None) -> CodeDeployHook:
    """Find what deploys a stack.

    Raises:
        AwsError: If there are no credentials or no region.
    """
    from ..aws.session import open_session
    from .engines.codedeploy_hook import CodeDeployHook

    return CodeDeployHook(open_session(region=region, profile=profile), stack)
