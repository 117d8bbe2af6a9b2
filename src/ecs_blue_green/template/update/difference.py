"""Where two values differ, and whether they differ for certain."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from ..functions import scalar_text
from ..values import dynamic_references, is_function, nodes, same, sequence, text

Path = tuple[str | int, ...]
# A path from its end, each part with what is before it: a path for every level of a deep value would take too long.
_Trail = tuple["_Trail", str | int] | None

# Functions that add nothing unknown to what they are given.
_PURE = {"Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub", "Fn::Base64", "Fn::Cidr", "Fn::Length", "Fn::ToJsonString"}
# Functions that take one of several values, of which only some differ.
_CHOOSING = {"Fn::If", "Fn::FindInMap"}
_NOTHING: Any = object()


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A place in which two values differ.

    Attributes:
        path: Names and indices that lead to it; never into a function.
        old: What stands there in the first value; None when nothing does.
        new: What stands there in the second value; None when nothing does.
    """

    path: Path
    old: Any
    new: Any


def differences(old: object, new: object) -> list[Difference]:
    """List where two values differ, however deep, in the order of the values.

    A number or boolean and its text are the same to CloudFormation.
    """
    found: list[Difference] = []
    waiting: list[tuple[_Trail, Any, Any]] = [(None, old, new)]
    while waiting:
        trail, left, right = waiting.pop()
        pairs: list[tuple[str | int, Any, Any]] | None = None
        if isinstance(left, dict) and isinstance(right, dict) and not is_function(left) and not is_function(right):
            pairs = [(name, left.get(name, _NOTHING), right.get(name, _NOTHING)) for name in {**left, **right}]
        elif isinstance(left, list) and isinstance(right, list):
            pairs = [(index, *pair) for index, pair in enumerate(zip_longest(left, right, fillvalue=_NOTHING))]
        if pairs is not None:
            waiting.extend(((trail, key), one, other) for key, one, other in reversed(pairs))
        elif not _equal(left, right):
            found.append(
                Difference(
                    path=_path(trail),
                    old=None if left is _NOTHING else left,
                    new=None if right is _NOTHING else right,
                )
            )
    return found


def _equal(left: Any, right: Any) -> bool:
    one, other = scalar_text(left), scalar_text(right)
    return one == other if one is not None and other is not None else left is right or same(left, right)


def leaves(value: object) -> Iterator[tuple[Path, Any]]:
    """List what stands in a value, with its path: single values, functions, and objects and lists that are empty."""
    waiting: list[tuple[_Trail, Any]] = [(None, value)]
    while waiting:
        trail, node = waiting.pop()
        if isinstance(node, dict) and node and not is_function(node):
            waiting.extend(((trail, name), inner) for name, inner in node.items())
        elif isinstance(node, list) and node:
            waiting.extend(((trail, index), inner) for index, inner in enumerate(node))
        else:
            yield _path(trail), node


def _path(trail: _Trail) -> Path:
    keys = []
    while trail:
        trail, key = trail
        keys.append(key)
    return tuple(reversed(keys))


def is_certain(difference: Difference, resources: Collection[str]) -> bool:
    """Tell whether a difference is one for certain, whatever the values that are known to CloudFormation only.

    Args:
        difference: The difference.
        resources: The logical ids of the resources: two of them never have the same name.
    """
    old, new = (_unknowns(value) for value in (difference.old, difference.new))
    both = {kind for kind, _, _ in old + new}
    if both & _CHOOSING:
        return False
    if both <= {"Ref", "Fn::GetAtt"} and old and new and all(id in resources for _, id, _ in old + new):
        return True
    return old == new


def _unknowns(value: Any) -> list[tuple[str, str, str]]:
    found = []
    for name, argument in nodes(value):
        if name == "Fn::GetAtt":
            id, attribute = (*map(text, sequence(argument)), "", "")[:2]
            found.append((name, id, attribute))
        elif name == "Ref" or (name.startswith("Fn::") and name not in _PURE):
            found.append((name, text(argument) or text((sequence(argument) or [""])[0]), ""))
    return sorted(found + [("resolve", reference, "") for reference in dynamic_references(value)])


def written(path: Path) -> str:
    """Write a path, such as ``ContainerDefinitions[0].Image``."""
    whole = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return whole.removeprefix(".")
