"""A template with what is known put in: parameters, mappings, conditions and functions of these."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from ..model import Resource, Template
from ..values import text
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

    def __init__(self, template: Template, parameters: Mapping[str, Any], others: Iterable[Evaluation] = ()) -> None:
        """Work out the conditions.

        Args:
            template: The template.
            parameters: The known values of its parameters.
            others: Evaluations whose results are taken over, for the resources that their templates share with this.
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
        # By the text that was worked out, which is kept so that its id stays its own.
        self._known: dict[tuple[str, int], tuple[object, Resource]] = next(
            (other._known for other in others if other.scope.is_same(self.scope)), {}
        )

    def __contains__(self, id: str) -> bool:
        """Tell whether there is a resource of this logical id."""
        return id in self.conditions

    def resource(self, id: str) -> Resource:
        """Give a resource with its functions worked out, and the result of its condition."""
        body = self.template.resources[id].body
        key = (id, builtins.id(body))
        if key not in self._known:
            result = evaluate({**body, "Condition": self.conditions[id]}, self.scope)
            self._known[key] = body, Resource(id, result)
        return self._known[key][1]

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The outputs, likewise."""
        return {name: evaluate(output, self.scope) for name, output in self.template.section("Outputs").items()}
