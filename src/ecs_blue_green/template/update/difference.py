"""Where two values differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from typing import Any, Literal

from ..functions import scalar_text
from ..hiding import ENVIRONMENTS, at
from ..values import dig, is_function, mapping, same, text
from .lists import pair

Path = tuple[str | int, ...]
# A path from its end, each part with what is before it: a path for every level of a deep value would take too long.
# Of each part there is the one in the first value and the one in the second; None where there is none.
_Trail = tuple["_Trail", str | int | None, str | int | None] | None

# What is still to be looked at: where, both values, and what of them; "whole" ones differ as they are.
_Work = tuple[_Trail, Any, Any, Literal["compare", "whole", "reordered"]]

_NOTHING: Any = object()


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A place in which two values differ.

    Attributes:
        path: Names and indices that lead to it; never into a function. In a list it is the index in the second value,
            or that in the first value of what the second lacks.
        old_path: The same in the first value, as far as that has it.
        old: What stands there in the first value; None when nothing does.
        new: What stands there in the second value; None when nothing does.
        is_reordered: Whether both are lists whose items stand in another order.
    """

    path: Path
    old_path: Path
    old: Any
    new: Any
    is_reordered: bool = False


def differences(old: object, new: object) -> list[Difference]:
    """List where two values differ, however deep, in the order of the values.

    A number or boolean and its text are the same to CloudFormation. Items of lists are compared with those of the same
    name, or the same content.
    """
    found: list[Difference] = []
    waiting: list[_Work] = [(None, old, new, "compare")]
    while waiting:
        trail, left, right, what = waiting.pop()
        parts: list[_Work] | None = None
        if what != "compare":
            pass
        elif isinstance(left, dict) and isinstance(right, dict) and not _is_leaf(left) and not _is_leaf(right):
            parts = [
                (
                    (trail, name if name in left else None, name),
                    left.get(name, _NOTHING),
                    right.get(name, _NOTHING),
                    "compare",
                )
                for name in {**left, **right}
            ]
        elif isinstance(left, list) and isinstance(right, list):
            parts = [*_items(trail, left, right)]
        if parts is not None:
            waiting.extend(reversed(parts))
        elif what != "compare" or not _equal(left, right):
            before, after = _paths(trail)
            one, other = (None if value is _NOTHING else value for value in (left, right))
            reordered = what == "reordered"
            found.append(Difference(path=after, old_path=before, old=one, new=other, is_reordered=reordered))
    return found


def _items(trail: _Trail, old: list[Any], new: list[Any]) -> Iterator[_Work]:
    """List what of two lists is to be compared."""
    pairing = pair(trail and trail[2], old, new)
    for one, other in pairing.both:
        yield (trail, one, other), old[one], new[other], "compare"
    before, after = ([side[index] for index in indices] for side, indices in ((old, pairing.old), (new, pairing.new)))
    if before and after and any(map(_may_vanish, before + after)):
        # What is an item of the one may be any of the other, or none.
        yield trail, before, after, "whole"
    else:
        for one_index, other_index in zip_longest(pairing.old, pairing.new):
            yield (
                (trail, one_index, one_index if other_index is None else other_index),
                _NOTHING if one_index is None else old[one_index],
                _NOTHING if other_index is None else new[other_index],
                "compare",
            )
    if pairing.is_reordered:
        yield trail, old, new, "reordered"


def _may_vanish(item: Any) -> bool:
    return has_macro(item) or (is_function(item) and "Fn::If" in item)


def _is_leaf(value: Any) -> bool:
    return is_function(value) or has_macro(value)


def has_macro(value: object) -> bool:
    """Tell whether an object has something that a transform makes other things of, such as ``Fn::Transform``."""
    return any(
        isinstance(name, str) and (name == "Fn::Transform" or name.startswith("Fn::ForEach")) for name in mapping(value)
    )


def _equal(left: Any, right: Any) -> bool:
    one, other = scalar_text(left), scalar_text(right)
    return one == other if one is not None and other is not None else left is right or same(left, right)


def leaves(value: object) -> Iterator[tuple[Path, Any]]:
    """List what stands in a value, with its path: single values, functions, and objects and lists that are empty."""
    waiting: list[tuple[_Trail, Any]] = [(None, value)]
    while waiting:
        trail, node = waiting.pop()
        if isinstance(node, dict) and node and not is_function(node):
            waiting.extend(((trail, name, name), inner) for name, inner in node.items())
        elif isinstance(node, list) and node:
            waiting.extend(((trail, index, index), inner) for index, inner in enumerate(node))
        else:
            yield _paths(trail)[1], node


def _paths(trail: _Trail) -> tuple[Path, Path]:
    """Give the path in the first value, as far as that goes, and in the second."""
    keys: list[tuple[str | int | None, str | int | None]] = []
    while trail:
        trail, *key = trail
        keys.append((key[0], key[1]))
    keys.reverse()
    before = takewhile(lambda key: key is not None, (key for key, _ in keys))
    return tuple(key for key in before if key is not None), tuple(key for _, key in keys if key is not None)


def written(path: Path, told: Any = None) -> str:
    """Write a path, such as ``ContainerDefinitions[0].Image``.

    Args:
        path: The path.
        told: What is told of the value that it leads into. Of environment variables, whose values are hidden, it gives
            the names, as in ``Environment[STAGE].Value``.
    """
    whole = ""
    for end, part in enumerate(path):
        name = part
        if isinstance(part, int) and end and path[end - 1] in ENVIRONMENTS:
            name = text(dig(at(told, path[: end + 1]), "Name")) or part
        whole += f"[{name}]" if isinstance(part, int) else f".{part}"
    return whole.removeprefix(".")
