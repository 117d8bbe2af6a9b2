"""CloudFormation's functions, worked out as far as their arguments are known.

A function takes its argument, in which the inner functions are worked out already, and the scope; it gives None where
it can't tell its value. What stays unknown is written in one way, so that equal values look equal: a text with unknown
parts is an ``Fn::Join`` without delimiter, and ``Fn::GetAtt`` names a resource and an attribute.

What is looked up, or repeated, is no larger than a parameter can be: of more there is a digest, which is a value that
is not known. Without that, a template of a few lines could grow to gigabytes.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .digests import DIGEST, digest, is_larger
from .values import is_function, mapping, nodes, references, same, sequence, sub_parts, text

NO_VALUE = {"Ref": "AWS::NoValue"}

# Letters and parts of what is looked up: a parameter's value has at most 4,096 bytes, and as a list as many items.
_LARGEST = 8_192
# The same of a condition, of which each place that names it tells what it depends on.
_LARGEST_CONDITION = 256
# Letters of what may be repeated in a text as often as it likes.
_SHORT = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What the functions of a template look up.

    Attributes:
        parameters: Values by name; an unknown one is left out.
        mappings: The template's ``Mappings``.
        conditions: True, False, or what could not be worked out, by name.
    """

    parameters: Mapping[str, Any]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    _condensed: dict[int, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def looked_up(self, value: Any) -> Any:
        """Give a value of the parameters or mappings; of a large one its digest, which is made once."""
        if not is_larger(value, _LARGEST):
            return value
        if id(value) not in self._condensed:
            self._condensed[id(value)] = {DIGEST: digest(value)}
        return self._condensed[id(value)]


def condition(value: Any) -> Any:
    """Give what came of a condition; its digest if it is not known, and large."""
    return {DIGEST: digest(value)} if is_larger(value, _LARGEST_CONDITION) else value


def scalar_text(value: object) -> str | None:
    """Write a text, number or boolean as CloudFormation does; None for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > 10_000:
        return hex(value)  # longer than Python writes in other digits, and than AWS takes
    return value if isinstance(value, str) else str(value) if isinstance(value, (int, float)) else None


def _joined(parts: Iterable[Any]) -> Any:
    """Give a text, or the one way to write a text with unknown parts."""
    flat = [*_flat(parts)]
    if _repeats(flat):
        short = {id(part): digest(part) if is_larger(part, _SHORT) else part for part in flat}
        return {DIGEST: digest([short[id(part)] for part in flat])}
    merged: list[Any] = []
    texts: list[str] = []  # those that stand one after the other
    for part in flat:
        known = None if isinstance(part, dict) else scalar_text(part)
        if known is not None:
            texts.append(known)
            continue
        if whole := "".join(texts):
            merged.append(whole)
        texts = []
        merged.append(part)
    if whole := "".join(texts):
        merged.append(whole)
    if len(merged) == 1:
        return merged[0]
    return {"Fn::Join": ["", merged]} if merged else ""


def _repeats(parts: list[Any]) -> bool:
    """Tell whether a text is much longer than what it is made of, because that is repeated."""
    long = [part for part in parts if isinstance(part, str) and len(part) > _SHORT]
    once = {id(part): len(part) for part in long}
    return sum(map(len, long)) > sum(once.values()) + _LARGEST


def _flat(parts: Iterable[Any]) -> Iterable[Any]:
    for part in parts:
        inner = part.get("Fn::Join") if isinstance(part, dict) and len(part) == 1 else None
        # Worked out already, and so without further ones inside.
        if isinstance(inner, list) and len(inner) == 2 and inner[0] == "" and isinstance(inner[1], list):
            yield from inner[1]
        else:
            yield part


def _join(argument: Any, scope: Scope) -> Any:
    if len(sequence(argument)) != 2 or not isinstance(argument[0], str) or not isinstance(argument[1], list):
        return None
    delimiter, items = argument
    if delimiter and any(map(_is_choice, items)):
        return None  # it may be nothing, and then takes its delimiter along
    return _joined([part for item in items for part in (delimiter, item)][1:])


def _sub(argument: Any, scope: Scope) -> Any:
    template, variables = (*argument, None, None)[:2] if isinstance(argument, list) else (argument, None)
    if not isinstance(template, str):
        return None
    return _joined(
        _named(part.text, mapping(variables), scope) if part.is_name else part.text for part in sub_parts(template)
    )


def _named(name: str, variables: Mapping[str, Any], scope: Scope) -> Any:
    if name in variables:
        return variables[name]
    if "." in name:
        return _get_att(name, scope)
    return scope.looked_up(scope.parameters[name]) if name in scope.parameters else {"Ref": name}


def _ref(argument: Any, scope: Scope) -> Any:
    return scope.looked_up(scope.parameters.get(argument)) if isinstance(argument, str) else None


def _base64(argument: Any, scope: Scope) -> Any:
    known = scalar_text(argument)
    return None if known is None else base64.b64encode(known.encode("utf-8", "surrogatepass")).decode()


def _get_att(argument: Any, scope: Scope) -> Any:
    id, *attribute = argument.split(".", 1) if isinstance(argument, str) else sequence(argument) or [None]
    if not isinstance(id, str) or not all(isinstance(part, str) for part in attribute):
        return None
    return {"Fn::GetAtt": [id, ".".join(attribute)]}


def _find_in_map(argument: Any, scope: Scope) -> Any:
    keys = [scalar_text(key) for key in sequence(argument)[:3]]
    if len(keys) < 3:
        return None
    found: Any = scope.mappings
    for key in keys:
        found = mapping(found).get(key) if key is not None else None
    if None not in keys and found is None:
        found = mapping(argument[-1]).get("DefaultValue")
    if None not in keys and found is not None:
        return scope.looked_up(found)
    # Which entry is unknown: with the mapping's name its content, so that it differs where that does; all mappings
    # where the name is unknown.
    among = scope.mappings if keys[0] is None else scope.mappings.get(keys[0])
    return {"Fn::FindInMap": [{"Name": argument[0], "Content": scope.looked_up(among)}, *argument[1:]]}


def _select(argument: Any, scope: Scope) -> Any:
    if len(sequence(argument)) != 2 or not isinstance(argument[1], list):
        return None
    index = scalar_text(argument[0]) or ""
    known = index.isdecimal() and len(index) < 10 and int(index) < len(argument[1])
    if not known or any(map(_is_choice, argument[1][: int(index) + 1])):
        return None
    return argument[1][int(index)]


def _is_choice(item: Any) -> bool:
    return is_function(item) and "Fn::If" in item


def _split(argument: Any, scope: Scope) -> Any:
    if len(sequence(argument)) != 2 or not all(isinstance(part, str) for part in argument) or not argument[0]:
        return None
    return argument[1].split(argument[0])


def _if(argument: Any, scope: Scope) -> Any:
    if len(sequence(argument)) != 3:
        return None
    condition = scope.conditions.get(text(argument[0]))
    if isinstance(condition, bool):
        return argument[1] if condition else argument[2]
    # In the condition's place what it depends on, so that it differs where that does.
    return None if condition is None else {"Fn::If": [condition, *argument[1:]]}


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


Function = Callable[[Any, Scope], Any]

FUNCTIONS: Mapping[str, Function] = {
    "Ref": _ref,
    "Fn::Base64": _base64,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
}

# What only the section ``Conditions`` has.
CONDITION_FUNCTIONS: Mapping[str, Function] = {
    **FUNCTIONS,
    "Condition": _condition,
    "Fn::And": _and,
    "Fn::Equals": _equals,
    "Fn::Not": _not,
    "Fn::Or": _or,
}


def evaluate(value: Any, scope: Scope, functions: Mapping[str, Function] = FUNCTIONS) -> Any:
    """Make a copy of a value, however deep, with its functions worked out from the innermost outwards.

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
            made[id(node)] = [_without_no_value(made.get(id(part), part)) for part in node]
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


def named(value: Any, *scopes: Scope) -> set[str]:
    """List what a value names: resources, parameters, mappings and conditions.

    Args:
        value: A value of a template.
        scopes: What the name of a mapping is worked out with, where that is a function.
    """
    found = references(value)
    for name, argument in nodes(value):
        if name in {"Fn::If", "Fn::FindInMap", "Condition"}:
            first = (sequence(argument) or [argument])[0]
            found.add(text(first))
            if name == "Fn::FindInMap" and not isinstance(first, str):
                for scope in scopes:
                    mapped = scalar_text(evaluate(first, scope))
                    found |= scope.mappings.keys() if mapped is None else {mapped}
    return found - {""}
