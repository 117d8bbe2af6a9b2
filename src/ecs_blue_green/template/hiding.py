"""What is told of a template's values: hidden ones, and those of environment variables, are ``****``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Literal

from .functions import FUNCTIONS, Scope, evaluate
from .model import Template
from .values import has_name, is_function, is_hidden, mapping, nodes, text

# As CloudFormation writes the value of a parameter with NoEcho.
MASK = "****"

_SHORTEST_IN_WORDS = 4  # characters

# What puts a text together from parts, of which one may be hidden.
_TEXTS = {name: FUNCTIONS[name] for name in ("Ref", "Fn::Join")}
# The properties that hold environment variables.
ENVIRONMENTS = {"Environment", "EnvironmentVariables", "RuntimeEnvironmentVariables"}
# What a part of a value is: an environment as an object (of Lambda functions; CodeBuild has much else in it), variables
# as a list of objects or as a map, the value of one; or nothing of these.
_Within = Literal["object", "variables", "map", "value", ""]


def hidden_parameters(*templates: Template) -> frozenset[str]:
    """Name the parameters that any of some templates hides."""
    return frozenset(
        name
        for template in templates
        for name, declaration in template.section("Parameters").items()
        if is_hidden(declaration)
    )


def without_parameters(value: Any, hidden: Iterable[str]) -> Any:
    """Write the mask for hidden parameters, in a value whose functions are worked out without them."""
    return evaluate(value, Scope(parameters=dict.fromkeys(hidden, MASK), mappings={}, conditions={}), _TEXTS)


def without_environment(value: Any) -> Any:
    """Give a value with the mask for the values of environment variables; their names are kept.

    Args:
        value: Anything of a template, in which the variables stand under the name of their property.
    """
    if not has_name(value, *ENVIRONMENTS):
        return value
    root: dict[Any, Any] = {}
    waiting: list[tuple[Any, Any, Any, _Within]] = [(root, None, value, "")]
    for holder, key, node, within in waiting:  # which grows meanwhile
        if isinstance(node, dict) and _is_looked_into(node, within):
            holder[key] = parts = dict.fromkeys(node)
            waiting += [(parts, name, part, _below(name, part, within)) for name, part in node.items()]
        elif isinstance(node, list) and within != "value":
            holder[key] = items = [None] * len(node)
            waiting += [(items, index, item, within) for index, item in enumerate(node)]
        else:
            holder[key] = node if within in {"", "object"} else MASK
    return root[None]


def _is_looked_into(node: dict[Any, Any], within: _Within) -> bool:
    # What functions make variables of is not told, but for a choice.
    return not within or (within != "value" and (not is_function(node) or "Fn::If" in node))


def _below(name: object, part: object, within: _Within) -> _Within:
    """Tell what a part is, by the name that it stands under and by what it stands in."""
    if within in {"variables", "map"}:
        return within if name == "Fn::If" else "" if within == "variables" and name == "Name" else "value"
    if within == "object" and name == "Variables":
        return "map"
    if name not in ENVIRONMENTS:
        return ""
    return "object" if isinstance(part, dict) and not is_function(part) else "variables"


def without_values(said: str, values: Iterable[str]) -> str:
    """Write the mask for hidden values in a text that others have written, such as an error of AWS's.

    Args:
        said: The text.
        values: The values as they are set; of a list, its items count as well. They are found as JSON has them too.
    """
    parts = {part.strip() for value in values for part in (value, *value.split(","))} - {"", MASK}
    parts |= {json.dumps(part)[1:-1] for part in parts} | {json.dumps(part, ensure_ascii=False)[1:-1] for part in parts}
    patterns = []
    for part in sorted(parts, key=len, reverse=True):
        pattern = r"\s+".join(map(re.escape, part.split()))  # ends of lines may have become spaces
        # Within a word, a short one would be found where nobody meant it.
        patterns.append(pattern if len(part) >= _SHORTEST_IN_WORDS else rf"(?<!\w){pattern}(?!\w)")
    return re.sub("|".join(patterns), MASK, said) if patterns else said


def is_masked(value: object) -> bool:
    """Tell whether anything in a value is hidden."""
    return any(MASK in text(node) for _, node in nodes(value))


def at(value: Any, path: Iterable[str | int]) -> Any:
    """Give what stands at a place of a value from which hidden ones are taken; the mask where the place is in one."""
    for key in path:
        if key not in (range(len(value)) if isinstance(value, list) else mapping(value)):
            return MASK
        value = value[key]
    return value
