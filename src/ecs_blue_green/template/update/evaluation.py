"""A template with what is known put in: parameters, mappings, conditions and functions of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ..functions import CONDITION_FUNCTIONS, Scope, evaluate
from ..model import Template
from ..values import dynamic_references, is_no_echo, mapping, nodes, text

_PSEUDO = "AWS::"
_SSM = "AWS::SSM::Parameter::Value<"
# What CloudFormation answers when it is asked for the value of a parameter with NoEcho.
_MASK = "****"

Values = Mapping[str, Any]


def deployed_values(template: Template, given: Values) -> dict[str, Any]:
    """Give the values of the deployed stack's parameters by name; unknown ones are left out.

    Args:
        template: The deployed template.
        given: The stack's parameters, as far as known; for others their default is taken.
    """
    return dict(_known(template, given))


def new_values(template: Template, given: Values, deployed: Template, stack: Values) -> dict[str, Any]:
    """Give the values of the parameters in the update by name; unknown ones are left out.

    Args:
        template: The new template.
        given: What the update sets.
        deployed: The deployed template.
        stack: The stack's parameters, as far as known. An update that says nothing of a parameter keeps its value, as
            `cdk deploy` and `aws cloudformation deploy` do (rule U6).
    """
    declared = deployed.section("Parameters")
    kept = {name: value for name, value in stack.items() if name in declared or name.startswith(_PSEUDO)}
    return dict(_known(template, {**kept, **given}))


def _known(template: Template, given: Values) -> Iterator[tuple[str, Any]]:
    yield from ((name, value) for name, value in given.items() if name.startswith(_PSEUDO))
    for name, declaration in template.section("Parameters").items():
        kind = text(mapping(declaration).get("Type"))
        value = given.get(name, mapping(declaration).get("Default"))
        if value is None or value == _MASK:
            continue
        if kind.startswith(_SSM) and isinstance(value, str):
            # A reference in the words that templates have for it: where both name the same, it is taken to be the same.
            yield name, f"{{{{resolve:ssm:{value}}}}}"
        elif isinstance(value, str) and kind.startswith(("List<", "CommaDelimitedList")):
            yield name, [item.strip() for item in value.split(",")]
        else:
            yield name, value


def is_obfuscated(template: Template, name: str, values: Values) -> bool:
    """Tell whether CodeDeploy can't update a parameter in a green deployment (rule L10)."""
    declaration = mapping(template.section("Parameters").get(name))
    reference = dynamic_references(values.get(name)) and not is_from_ssm(template, name)
    return is_no_echo(declaration) or bool(reference)


def is_from_ssm(template: Template, name: str) -> bool:
    """Tell whether a parameter names a parameter of Systems Manager, whose value it takes at every update."""
    return text(mapping(template.section("Parameters").get(name)).get("Type")).startswith(_SSM)


class Evaluation:
    """A template as CloudFormation sees it in an update.

    Attributes:
        template: The template itself.
        scope: What its functions look up.
        conditions: The result of each resource's condition by logical id: True, or what could not be worked out. A
            resource is missing if it is False.
    """

    def __init__(self, template: Template, parameters: Mapping[str, Any]) -> None:
        """Work out the conditions.

        Args:
            template: The template.
            parameters: The known values of its parameters.
        """
        self.template = template
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

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The outputs whose condition is not False, with their functions worked out."""
        return {
            name: self.evaluate(output)
            for name, output in self.template.section("Outputs").items()
            if self.scope.conditions.get(text(mapping(output).get("Condition"))) is not False
        }


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
        known[name] = evaluate(conditions[name], scope, CONDITION_FUNCTIONS)
    return known
