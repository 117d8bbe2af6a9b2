"""Putting what is known into a value of a template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..values import nodes, references, sequence, text
from .functions import FUNCTIONS, NO_VALUE, Function, Scope


def evaluate(value: Any, scope: Scope, functions: Mapping[str, Function] = FUNCTIONS) -> Any:
    """Make a value anew, however deep, from its innermost parts outwards.

    Args:
        value: A value of a template.
        scope: What its functions look up.
        functions: The functions to work out; others stay as they are.
    """
    outer = [value] if isinstance(value, (dict, list)) else []
    for node in outer:  # which grows meanwhile
        parts = node.values() if isinstance(node, dict) else node
        outer += [part for part in parts if isinstance(part, (dict, list))]
    made: dict[int, Any] = {}
    for node in reversed(outer):
        if isinstance(node, dict):
            made[id(node)] = _combine({name: made.get(id(part), part) for name, part in node.items()}, scope, functions)
        else:
            made[id(node)] = [made.get(id(part), part) for part in node]
    return made.get(id(value), value)


def _combine(node: dict[str, Any], scope: Scope, functions: Mapping[str, Function]) -> Any:
    if len(node) == 1:
        ((name, argument),) = node.items()
        if name in functions:
            known = functions[name](argument, scope)
            return node if known is None else known
        if isinstance(name, str) and name.startswith("Fn::"):
            return node
    return {name: _without_no_value(part) for name, part in node.items() if part != NO_VALUE}


def _without_no_value(value: Any) -> Any:
    return [item for item in value if item != NO_VALUE] if isinstance(value, list) else value


def named(value: Any) -> set[str]:
    """List what a value names: resources, parameters, mappings and conditions."""
    first = {
        text((sequence(argument) or [argument])[0])
        for name, argument in nodes(value)
        if name in {"Fn::If", "Fn::FindInMap", "Condition"}
    }
    return (references(value) | first) - {""}
