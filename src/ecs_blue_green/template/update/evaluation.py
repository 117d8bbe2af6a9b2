"""A template with what is known put in: parameters, mappings, conditions and functions of these."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ..functions import CONDITION_FUNCTIONS, Scope, condition, evaluate
from ..hiding import without_environment, without_parameters
from ..model import SERVICE, Resource, Template
from ..native_facts import SHIFTING_STRATEGIES
from ..values import dig, mapping, nodes, text


class Evaluation:
    """A template as CloudFormation sees it in an update.

    Attributes:
        template: The template itself.
        scope: What its functions look up.
        hidden: Names of the parameters whose values are compared, and not told.
        conditions: The result of each resource's condition by logical id: True, or what could not be worked out. A
            resource is missing if it is False.
    """

    def __init__(self, template: Template, parameters: Mapping[str, Any], hidden: frozenset[str]) -> None:
        """Work out the conditions.

        Args:
            template: The template.
            parameters: The known values of its parameters.
            hidden: Names of the parameters whose values are not told.
        """
        self.template = template
        self.hidden = hidden
        mappings = template.section("Mappings")
        conditions = _conditions(template, parameters, mappings)
        self.scope = Scope(parameters=parameters, mappings=mappings, conditions=conditions)
        results = {
            id: conditions.get(text(resource.body["Condition"])) if "Condition" in resource.body else True
            for id, resource in template.resources.items()
        }
        self.conditions = {id: result for id, result in results.items() if result is not False}

    def __contains__(self, id: str) -> bool:
        """Tell whether there is a resource of this logical id."""
        return id in self.conditions

    def attribute(self, id: str, name: str) -> Any:
        """Give an attribute of a resource as the template has it; of its condition the result."""
        return self.conditions[id] if name == "Condition" else self.template.resources[id].body.get(name)

    def evaluate(self, value: Any) -> Any:
        """Work out the functions in a value of the template."""
        return evaluate(value, self.scope)

    def told(self, id: str, attribute: str, value: Any, known: Any = None) -> Any:
        """Give what people and programs may see of a value of a resource, with what is known put in.

        It is worked out without the hidden parameters, so that nothing of them can be in it, whatever functions make of
        them.

        Args:
            id: The resource's logical id.
            attribute: The attribute that it is in.
            value: The attribute, or a part of it, as the template has it.
            known: The same with its functions worked out, if that has been done.
        """
        if attribute == "Condition":
            value = self.told_scope.conditions.get(text(self.template.resources[id].body.get(attribute)), True)
        elif known is not None and self.told_scope is self.scope:
            value = known
        else:
            value = evaluate(value, self.told_scope)
        return without_environment(without_parameters(value, self.hidden) if self.hidden else value)

    @cached_property
    def told_scope(self) -> Scope:
        """What functions look up for values that are told: no hidden parameter, but what conditions come to."""
        if self.hidden.isdisjoint(self.scope.parameters):
            return self.scope
        known = {name: value for name, value in self.scope.parameters.items() if name not in self.hidden}
        texts = _conditions(self.template, known, self.scope.mappings)
        results = self.scope.conditions
        conditions = {
            name: results[name] if isinstance(results.get(name), bool) else text for name, text in texts.items()
        }
        return Scope(parameters=known, mappings=self.scope.mappings, conditions=conditions)

    @cached_property
    def native_services(self) -> dict[str, Resource]:
        """The services that ECS itself deploys in steps, by logical id, with what may be told put in."""
        found = {}
        for service in self.template.resources_of(SERVICE):
            properties = evaluate(service.properties, self.told_scope)
            if (
                service.id in self
                and text(dig(properties, "DeploymentConfiguration", "Strategy")) in SHIFTING_STRATEGIES
            ):
                found[service.id] = Resource(service.id, {**service.body, "Properties": properties})
        return found

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The outputs whose condition is not False, with their functions worked out."""
        return {
            name: self.evaluate(output)
            for name, output in self.template.section("Outputs").items()
            if self.has_output(name) is not False
        }

    def has_output(self, name: str) -> Any:
        """Give the result of an output's condition; True if it has none."""
        output = mapping(self.template.section("Outputs").get(name))
        return self.scope.conditions.get(text(output["Condition"])) if "Condition" in output else True


def _conditions(template: Template, parameters: Mapping[str, Any], mappings: Mapping[str, Any]) -> dict[str, Any]:
    """Work out the conditions, each after those that it names; what names itself, or what does, stays unknown."""
    conditions = template.section("Conditions")
    order: TopologicalSorter[str] = TopologicalSorter(
        {
            name: {text(inner) for key, inner in nodes(body) if key == "Condition" and text(inner) in conditions}
            for name, body in conditions.items()
        }
    )
    known: dict[str, Any] = {}
    scope = Scope(parameters=parameters, mappings=mappings, conditions=known)
    with suppress(CycleError):  # all the same, it gives what is not behind a circle
        order.prepare()
    while ready := order.get_ready():
        for name in ready:
            known[name] = condition(evaluate(conditions[name], scope, CONDITION_FUNCTIONS))
        order.done(*ready)
    return known
