"""The parameters' values before and after an update, as far as they are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..model import Template
from ..values import dynamic_references, is_no_echo, mapping, text

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
    kept = {name: value for name, value in stack.items() if name in deployed.section("Parameters")}
    return dict(_known(template, {**kept, **given}))


def _known(template: Template, given: Values) -> Iterator[tuple[str, Any]]:
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
