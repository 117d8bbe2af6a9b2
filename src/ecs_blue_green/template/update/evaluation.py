"""A template with what is known put in: parameters, mappings, conditions and functions of these."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ..model import Resource, Template
from ..values import is_function, nodes, text
from .functions import FUNCTIONS, IN_CONDITIONS, NO_VALUE, Function, Scope


class Evaluation:
    """A template as CloudFormation sees it in an update.

    Attributes:
        template: The template itself.
        scope: What its functions look up.
    """

    def __init__(self, template: Template, parameters: Mapping[str, Any]) -> None:
        """Work out the conditions.

        Args:
            template: The template.
            parameters: The known values of its parameters.
        """
        self.template = template
        mappings = template.section("Mappings")
        self.scope = Scope(
            parameters=parameters, mappings=mappings, conditions=_conditions(template, parameters, mappings)
        )

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The resources that there are with these parameters, their functions worked out."""
        results = {
            id: self.scope.conditions.get(text(resource.body.get("Condition")), True)
            for id, resource in self.template.resources.items()
        }
        return {
            id: Resource(id, evaluate({**self.template.resources[id].body, "Condition": result}, self.scope))
            for id, result in results.items()
            if result is not False
        }

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The outputs, likewise."""
        return {name: evaluate(output, self.scope) for name, output in self.template.section("Outputs").items()}


def evaluate(value: Any, scope: Scope, functions: Mapping[str, Function] = FUNCTIONS) -> Any:
    """Make a value anew, however deep, from its innermost parts outwards.

    Args:
        value: A value of a template.
        scope: What its functions look up.
        functions: The functions to work out; others stay as they are.
    """
    done: list[Any] = []
    waiting: list[tuple[Any, bool]] = [(value, False)]
    while waiting:
        node, ready = waiting.pop()
        if not isinstance(node, dict | list) or not node:
            done.append(node)
        elif not ready:
            waiting.append((node, True))
            children = node.values() if isinstance(node, dict) else node
            waiting.extend((child, False) for child in reversed([*children]))
        else:
            parts = done[-len(node) :]
            del done[-len(node) :]
            whole = dict(zip(node, parts, strict=True)) if isinstance(node, dict) else parts
            done.append(_combine(whole, scope, functions))
    return done[0]


def _combine(node: Any, scope: Scope, functions: Mapping[str, Function]) -> Any:
    if not isinstance(node, dict):
        return node
    if len(node) == 1:
        ((name, argument),) = node.items()
        known = functions[name](argument, scope) if name in functions else None
        if known is not None or is_function(node):
            return node if known is None else known
    return {name: _without_no_value(part) for name, part in node.items() if not _is_no_value(part)}


def _without_no_value(value: Any) -> Any:
    return [item for item in value if not _is_no_value(item)] if isinstance(value, list) else value


def _is_no_value(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and value.get("Ref") == NO_VALUE["Ref"]


def _conditions(template: Template, parameters: Mapping[str, Any], mappings: Mapping[str, Any]) -> dict[str, Any]:
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
        known[name] = evaluate(conditions[name], scope, IN_CONDITIONS)
    return known
