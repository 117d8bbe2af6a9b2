"""Texts of templates, made safe to print."""

from __future__ import annotations


def printable(text: str) -> str:
    """Write out what would move a terminal's cursor, or break a line in two."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()
        for character in text
    )
