"""Texts for a terminal: safe to print, and no wider than people can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
