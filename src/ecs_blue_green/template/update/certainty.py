"""Whether two values differ for certain, whatever the values that are known to CloudFormation only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

from ..functions import NO_VALUE, scalar_text
from ..model import Resource
from ..values import is_function, mapping, same, sequence, text
from .attributes import REF, identifies
from .difference import Difference, differences, has_macro

Resources = Mapping[str, Resource]

# The lists of a task definition whose order counts (rule E15). Of any other it doesn't, or the schemas don't say.
_ORDERED = {"Command", "EntryPoint", "EnvironmentFiles", "MountPoints"}
# Functions that give another text for every other argument, beside texts that are put together.
_ONE_TO_ONE = {"Fn::Base64", "Fn::ToJsonString"}
# What is another value whenever an argument is.
_PASSING = {"Ref", "Fn::GetAtt", "Fn::Join", *_ONE_TO_ONE}
_DYNAMIC_REFERENCE = re.compile(r"(\{\{resolve:[^}]*\}\})")
# Functions within each other are looked into so deep; beyond, nothing is certain.
_DEEPEST = 20


def is_certain(difference: Difference, resources: Resources) -> bool:
    """Tell whether a difference is one for certain.

    Args:
        difference: The difference.
        resources: Both templates' resources.
    """
    if difference.is_reordered:
        return any(part in _ORDERED for part in difference.path[-1:])
    return _differ(difference.old, difference.new, resources, 0)


def passes_on(value: Any) -> bool:
    """Tell whether a value is another one whenever what it refers to is: nothing in it picks out a part."""
    waiting = [value]
    for node in waiting:
        if isinstance(node, dict):
            if _PASSING.isdisjoint(node) and is_function(node):
                return False
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return True


def _differ(old: Any, new: Any, resources: Resources, depth: int) -> bool:
    if depth > _DEEPEST:
        return False
    old, new = (None if value == NO_VALUE else value for value in (old, new))
    if old is None or new is None:
        return _is_something(old if new is None else new, depth)
    chosen = [_choice(value) for value in (old, new)]
    if chosen[0] and chosen[1] and same(chosen[0][0], chosen[1][0]):
        pairs = zip(chosen[0][1:], chosen[1][1:], strict=True)
        return all(_differ(*pair, resources, depth + 1) for pair in pairs)
    for choice, other in ((chosen[0], new), (chosen[1], old)):
        if choice:
            return all(_differ(branch, other, resources, depth + 1) for branch in choice[1:])
    if isinstance(old, list) and isinstance(new, list):
        sides = ((old, new), (new, old))
        return any(
            _is_something(item, depth) and all(_differ(item, one, resources, depth + 1) for one in others)
            for items, others in sides
            for item in items
        )
    whole = [_is_whole(value) for value in (old, new)]
    if all(whole) and isinstance(old, dict) and isinstance(new, dict):
        return any(
            is_certain(found, resources) if found.is_reordered else _differ(found.old, found.new, resources, depth + 1)
            for found in differences(old, new)
        )
    if any(whole):
        return not any(isinstance(value, dict) and not one for value, one in zip((old, new), whole, strict=True))
    return _texts_differ([*_parts(old)], [*_parts(new)], resources, depth)


def _choice(value: Any) -> list[Any]:
    """Give the condition and both values of an ``Fn::If`` that can't be worked out."""
    argument = sequence(value.get("Fn::If")) if is_function(value) else []
    return argument if len(argument) == 3 else []


def _is_whole(value: Any) -> bool:
    """Tell whether a value is an object or a list, as it stands there."""
    return isinstance(value, list) or (isinstance(value, dict) and not is_function(value) and not has_macro(value))


def _is_something(value: Any, depth: int) -> bool:
    """Tell whether there is a value for certain: a condition or a transform may leave nothing of one."""
    if depth > _DEEPEST or value is None or value == NO_VALUE or has_macro(value):
        return False
    if choice := _choice(value):
        return all(_is_something(branch, depth + 1) for branch in choice[1:])
    if _is_whole(value):
        parts = value.values() if isinstance(value, dict) else value
        return any(_is_something(part, depth + 1) for part in parts)
    return True


def _parts(value: Any) -> Iterator[Any]:
    """Take a text apart: in literal texts, and objects for what is not known."""
    known = scalar_text(value)
    argument = sequence(mapping(value).get("Fn::Join"))
    if known is not None:
        for part in _DYNAMIC_REFERENCE.split(known):
            if part:
                yield {"resolve": part} if part.startswith("{{resolve:") else part
    elif is_function(value) and len(argument) == 2 and argument[0] == "" and isinstance(argument[1], list):
        for item in argument[1]:
            yield from [item] if scalar_text(item) is None else _parts(item)
    else:
        yield value


def _texts_differ(old: list[Any], new: list[Any], resources: Resources, depth: int) -> bool:
    """Compare texts with unknown parts, without what they have in common at the beginning and at the end."""
    for backwards in (False, True):
        if _cut(old, new, backwards):
            return True
    if not old or not new:
        return any(isinstance(part, str) or _reference(part)[0] in resources for part in old or new)
    if len(old) == len(new) == 1 and isinstance(old[0], dict) and isinstance(new[0], dict):
        return _unknowns_differ(old[0], new[0], resources, depth)
    return False


def _cut(old: list[Any], new: list[Any], backwards: bool) -> bool:
    """Cut what two texts have in common at one end; tell whether they differ right there."""
    end = -1 if backwards else 0
    while old and new:
        one, other = old[end], new[end]
        if isinstance(one, str) and isinstance(other, str):
            characters = (
                zip(reversed(one), reversed(other), strict=False) if backwards else zip(one, other, strict=False)
            )
            length = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], characters))
            if not length:
                return True
            for side in (old, new):
                side[end] = side[end][: len(side[end]) - length] if backwards else side[end][length:]
                if not side[end]:
                    del side[end]
        elif isinstance(one, dict) and same(one, other):
            del old[end], new[end]
        else:
            break
    return False


def _unknowns_differ(old: dict[str, Any], new: dict[str, Any], resources: Resources, depth: int) -> bool:
    for name in _ONE_TO_ONE & old.keys() & new.keys():
        return _differ(old[name], new[name], resources, depth + 1)
    (one, attribute), (other, its_attribute) = _reference(old), _reference(new)
    if one == other or one not in resources or other not in resources or attribute != its_attribute:
        return False
    pair = resources[one], resources[other]
    if not all(identifies(resource, attribute) for resource in pair):
        return False
    # Two of a type can't have one name; two of different types can, if the template says so.
    return pair[0].type == pair[1].type or attribute == "Arn" or not all(map(_has_name, pair))


def _has_name(resource: Resource) -> bool:
    return any(isinstance(name, str) and name.endswith("Name") for name in resource.properties)


def _reference(value: Any) -> tuple[str, str]:
    """Give the logical id and the attribute that a value refers to; nothing if it is no plain reference."""
    if not is_function(value):
        return "", ""
    if "Ref" in value:
        return text(value["Ref"]), REF
    id, attribute = (*sequence(value.get("Fn::GetAtt")), None, None)[:2]
    return (text(id), attribute) if isinstance(attribute, str) else ("", "")
