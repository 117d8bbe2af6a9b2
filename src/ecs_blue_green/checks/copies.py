"""Copies of what a value was given, so that a list that its user changes later changes nothing."""

from __future__ import annotations

from collections.abc import Sequence


def copy_items(value: object, *fields: str) -> None:
    """Replace the sequences in some fields of a frozen value by tuples.

    Anything else stays: the construct that the value is given to refuses it, and can say where it stands.
    """
    for field in fields:
        given = getattr(value, field)
        if isinstance(given, Sequence) and not isinstance(given, str | bytes):
            object.__setattr__(value, field, tuple(given))
