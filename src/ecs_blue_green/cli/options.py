"""Options that mean the same in every command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ..template.files import MOST_BYTES

_MOST_BYTES = f"{__name__}.most_bytes"

_Command = TypeVar("_Command", bound=Callable[..., Any])


def aws_options(command: _Command) -> _Command:
    """Take where the stack is, as ``region`` and ``profile``."""
    for option in (
        click.option("--profile", metavar="PROFILE", help="A profile of AWS's configuration files."),
        click.option(
            "--region", metavar="REGION", help="The stack's region, if not the one of the environment or profile."
        ),
    ):
        command = option(command)
    return command


def format_options(**formats: str) -> Callable[[_Command], _Command]:
    """Take how to print, as ``format``; ``--json`` is short for ``--format json``.

    Args:
        formats: What each format is for, by its name; the first is the default, and one is ``json``.
    """

    def short(context: click.Context, parameter: click.Parameter, is_given: bool) -> None:
        if not is_given:
            return
        chosen = context.params["format"]
        is_chosen = context.get_parameter_source("format") is click.core.ParameterSource.COMMANDLINE
        if is_chosen and chosen != "json":
            raise click.UsageError(f"--json and --format {chosen} exclude each other.")
        context.params["format"] = "json"

    def add(command: _Command) -> _Command:
        for option in (
            click.option(
                "--json",
                is_flag=True,
                expose_value=False,
                callback=short,
                help="Short for --format json.",
            ),
            click.option(
                "--format",
                type=click.Choice([*formats]),
                default=next(iter(formats)),
                show_default=True,
                is_eager=True,  # read before --json, which looks at it
                help=f"{'; '.join(formats.values())}.",
            ),
        ):
            command = option(command)
        return command

    return add


def yes_option(command: _Command) -> _Command:
    """Take that nobody is asked, as ``yes``."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask.")(command)


def max_size_option(command: _Command) -> _Command:
    """Take how large a template may be, in a file or standard input; ``most_bytes`` gives it."""

    def keep(context: click.Context, parameter: click.Parameter, megabytes: float) -> None:
        context.meta[_MOST_BYTES] = int(megabytes * 1_000_000)

    return click.option(
        "--max-size",
        metavar="MB",
        type=click.FloatRange(min=0.001, max=1000),
        default=MOST_BYTES / 1_000_000,
        show_default="2",
        expose_value=False,
        callback=keep,
        help="Read no template of more megabytes; CloudFormation takes 1.",
    )(command)


def most_bytes() -> int:
    """Give how many bytes a template may have."""
    context = click.get_current_context(silent=True)
    found: int = context.meta.get(_MOST_BYTES, MOST_BYTES) if context else MOST_BYTES
    return found
