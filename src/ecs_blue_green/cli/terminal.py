"""Texts for a terminal: safe to print, and no wider than people can read."""

from __future__ import annotations

WIDEST = 100  # columns; longer lines are hard to read


def printable(text: str) -> str:
    """Write out what would move a terminal's cursor, or break a line in two."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()
        for character in text
    )
