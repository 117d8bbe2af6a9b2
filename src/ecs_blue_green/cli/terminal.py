"""What is said to people, and asked: safe to print, and no wider than they can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 100  # columns; longer lines are hard to read


def printable(text: str) -> str:
    """Write out what would move a terminal's cursor, or break a line in two."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()
        for character in text
    )


def open_console(*, stderr: bool = False) -> Console:
    """Give where to print for people; a terminal is used as far as people can read lines.

    Args:
        stderr: Whether to print to standard error.
    """
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False)
    if console.is_terminal:
        console.width = min(console.width, WIDEST)
    return console


def is_agreed(question: str, *, stderr: bool = False) -> bool:
    """Ask whether to go on; where there is nobody to answer, the answer is no.

    Args:
        question: What to ask.
        stderr: Whether to ask on standard error, because standard output is for a program.

    Raises:
        KeyboardInterrupt: If Ctrl-C is the answer.
    """
    try:
        return click.confirm(question, err=stderr)
    except click.Abort as error:  # Ctrl-C, or the end of the input
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        click.echo(err=stderr)
        return False
