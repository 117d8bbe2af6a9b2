"""A template with what is known put in: parameters, mappings, conditions and functions of these."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ..model import Template
from ..values import mapping, text
from .conditions import conditions_of
from .evaluate import evaluate
from .functions import Scope


class Evaluation:
    """A template as CloudFormation sees it in an update.

    Attributes:
        template: The template itself.
        scope: What its functions look up.
        conditions: The result of each resource's condition, by logical id; without the resources that there are not.
    """

    def __init__(self, template: Template, parameters: Mapping[str, Any]) -> None:
        """Work out the conditions.

        Args:
            template: The template.
            parameters: The known values of its parameters.
        """
        self.template = template
        mappings = template.section("Mappings")
        conditions = conditions_of(template, parameters, mappings)
        self.scope = Scope(parameters=parameters, mappings=mappings, conditions=conditions)
        results = {
            id: conditions.get(text(resource.body.get("Condition")), True)
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

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The outputs that there are, with their functions worked out."""
        return {
            name: self.evaluate(output)
            for name, output in self.template.section("Outputs").items()
            if self.scope.conditions.get(text(mapping(output).get("Condition"))) is not False
        }
