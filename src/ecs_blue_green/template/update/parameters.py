"""The values of a template's parameters, before and after an update."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..functions import scalar_text
from ..model import Template
from ..values import dynamic_references, is_no_echo, mapping, same, sequence, text

_SSM = "AWS::SSM::Parameter::Value<"
# What CloudFormation answers when it is asked for the value of a parameter with NoEcho.
_MASK = "****"
# What patterns of Java have, and Python reads in another way.
_JAVA = ("&&", "[[", "--", "||", "~~")

# A pattern is not tried if that may take more than two to the power of this.
_MOST_DOUBLINGS = 22

Values = Mapping[str, Any]


def without_pseudo_parameters(given: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Take values apart: those of parameters, and those that CloudFormation has for a stack, such as ``AWS::Region``.

    Args:
        given: Values by name.
    """
    pseudo = {name: value for name, value in given.items() if name.startswith("AWS::")}
    return {name: value for name, value in given.items() if name not in pseudo}, pseudo


def deployed_values(template: Template, given: Values) -> dict[str, Any]:
    """Give the values of the deployed stack's parameters by name; unknown ones are left out.

    Args:
        template: The deployed template.
        given: The stack's parameters, as far as known; for others their default is taken.
    """
    return _read(template, _deployed(template, given)) | without_pseudo_parameters(given)[1]


def new_values(template: Template, given: Values, deployed: Template, stack: Values) -> dict[str, Any]:
    """Give the values of the parameters in the update by name; unknown ones are left out.

    Args:
        template: The new template.
        given: What the update sets.
        deployed: The deployed template.
        stack: The stack's parameters, as far as known. An update that says nothing of a parameter keeps its value, as
            `cdk deploy` and `aws cloudformation deploy` do (rule U6): another default doesn't count.
    """
    former = deployed.section("Parameters")
    defaults = {
        name: dict(mapping(body)).get("Default")
        for name, body in template.section("Parameters").items()
        if name not in former
    }
    return _read(template, {**defaults, **_deployed(deployed, stack), **given}) | without_pseudo_parameters(stack)[1]


def other_defaults(template: Template, given: Values, deployed: Template, stack: Values) -> dict[str, Any]:
    """Give the new defaults by name that an update would take if it didn't keep the values.

    Args:
        template: The new template.
        given: What the update sets.
        deployed: The deployed template.
        stack: The stack's parameters, as far as known.
    """
    former, kept = deployed.section("Parameters"), _deployed(deployed, stack)
    new = {name: mapping(body).get("Default") for name, body in template.section("Parameters").items()}
    return {
        name: default
        for name, default in new.items()
        if name in former
        and name not in given
        and default is not None
        and not same(default, mapping(former[name]).get("Default"))
        and not same(default, kept.get(name))
    }


def _deployed(template: Template, given: Values) -> dict[str, Any]:
    return {
        name: given.get(name, mapping(declaration).get("Default"))
        for name, declaration in template.section("Parameters").items()
    }


def _read(template: Template, values: Values) -> dict[str, Any]:
    """Give the values of a template's parameters as its functions see them."""
    return dict(_known(template, values))


def _known(template: Template, values: Values) -> Iterator[tuple[str, Any]]:
    for name, declaration in template.section("Parameters").items():
        kind = text(mapping(declaration).get("Type"))
        value = values.get(name)
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


def broken_constraint(declaration: object, value: Any) -> str:
    """Name what a value breaks of a parameter's declaration (rule U8).

    Args:
        declaration: What a template says of the parameter.
        value: A value, as the template's functions see it.

    Returns:
        The name of the first such part, such as ``AllowedValues``; nothing if there is none, or it can't be told.
    """
    body = mapping(declaration)
    kind = text(body.get("Type"))
    items = [scalar_text(item) or "" for item in (value if isinstance(value, list) else [value])]
    if kind.startswith(_SSM) or dynamic_references(value):
        return ""
    allowed = {scalar_text(item) for item in sequence(body.get("AllowedValues"))}
    if allowed and not allowed.issuperset(items):
        return "AllowedValues"
    if kind in {"String", "CommaDelimitedList"} and not all(
        _matches(body.get("AllowedPattern"), item) for item in items
    ):
        return "AllowedPattern"
    if kind in {"Number", "List<Number>"}:
        if any(_number(item) is None for item in items):
            return "Type"
        return _outside(body, "Value", (_number(item) for item in items))
    return _outside(body, "Length", (len(item) for item in items)) if kind == "String" else ""


def _outside(body: Mapping[str, Any], what: str, measures: Iterator[float | None]) -> str:
    least, most = (_number(scalar_text(body.get(f"{end}{what}"))) for end in ("Min", "Max"))
    for measure in measures:
        if measure is not None and least is not None and measure < least:
            return f"Min{what}"
        if measure is not None and most is not None and measure > most:
            return f"Max{what}"
    return ""


def _matches(pattern: object, value: str) -> bool:
    """Tell whether a value matches a pattern; it does where that can't be told, or takes too long to tell."""
    if not isinstance(pattern, str) or any(part in pattern for part in _JAVA) or _is_costly(pattern, len(value)):
        return True
    try:
        return re.fullmatch(pattern, value, re.ASCII) is not None
    except (re.error, OverflowError, RecursionError):
        return True


def _is_costly(pattern: str, length: int) -> bool:
    """Tell whether a pattern may take too long to try: there is no end to what some take, such as ``(a+)+b``.

    At worst each repetition multiplies the tries by the value's length, a repeated group doubles them with each
    character, and each choice doubles them.
    """
    repetitions = len(re.findall(r"[*+]|\{\d*,", pattern))
    has_repeated_group = re.search(r"\)[*+{]", pattern) is not None
    choices = pattern.count("|") + pattern.count("?")
    powers = math.log2(max(length, 1)) * repetitions
    return max(powers, length if has_repeated_group else 0, choices) > _MOST_DOUBLINGS


def _number(value: str | None) -> float | None:
    try:
        return None if value is None else float(value)
    except ValueError:
        return None
