"""The conditions of a template, worked out as far as the parameters are known."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ..model import Template
from ..values import nodes, same, sequence, text
from .evaluate import evaluate
from .functions import FUNCTIONS, Function, Scope, scalar_text


def conditions_of(template: Template, parameters: Mapping[str, Any], mappings: Mapping[str, Any]) -> dict[str, Any]:
    """Work out the conditions, each after those that it names; what names itself stays unknown."""
    conditions = template.section("Conditions")
    order: TopologicalSorter[str] = TopologicalSorter(
        {
            name: [text(inner) for key, inner in nodes(condition) if key == "Condition" and text(inner) in conditions]
            for name, condition in conditions.items()
        }
    )
    known: dict[str, Any] = {}
    scope = Scope(parameters=parameters, mappings=mappings, conditions=known)
    try:
        names = [*order.static_order()]
    except CycleError:
        names = []
    for name in names:
        known[name] = evaluate(conditions[name], scope, _FUNCTIONS)
    return known


def _equals(argument: Any, scope: Scope) -> bool | None:
    if len(sequence(argument)) != 2:
        return None
    left, right = (scalar_text(value) for value in argument)
    if left is not None and right is not None:
        return left == right
    return True if same(*argument) else None


def _and(argument: Any, scope: Scope) -> bool | None:
    items = sequence(argument)
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


def _or(argument: Any, scope: Scope) -> bool | None:
    items = sequence(argument)
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


def _not(argument: Any, scope: Scope) -> bool | None:
    (item,) = argument if len(sequence(argument)) == 1 else (None,)
    return not item if isinstance(item, bool) else None


def _condition(argument: Any, scope: Scope) -> Any:
    return scope.conditions.get(text(argument))


# What only the section ``Conditions`` has.
_FUNCTIONS: Mapping[str, Function] = {
    **FUNCTIONS,
    "Condition": _condition,
    "Fn::And": _and,
    "Fn::Equals": _equals,
    "Fn::Not": _not,
    "Fn::Or": _or,
}
