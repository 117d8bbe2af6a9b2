"""How sentences name resources."""

from __future__ import annotations

from collections.abc import Iterable

from .prediction import Change

_MOST = 4


def listed(names: Iterable[str]) -> str:
    """Write names one after the other, of many the first few."""
    shown = [*dict.fromkeys(names)]
    if len(shown) > _MOST:
        shown[_MOST - 1 :] = [f"{len(shown) - _MOST + 1} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part)


def ids(changes: Iterable[Change]) -> str:
    """Write the logical ids of changes."""
    return listed(change.logical_id for change in changes)
