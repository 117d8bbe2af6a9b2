"""Tolerant readers of JSON values: what is missing, or of the wrong kind, reads as nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_PLACEHOLDER = re.compile(r"\$\{(!?)([^${}]*)\}")
# Objects and lists of a template: CloudFormation takes 1 MB.
_MOST_NODES = 1_000_000
_DYNAMIC_REFERENCE = re.compile(r"\{\{resolve:[^}]*\}\}")


def mapping(value: object) -> dict[str, Any]:
    """Read an object; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[Any]:
    """Read a list; anything else is an empty one."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """Read a text; anything else is an empty one."""
    return value if isinstance(value, str) else ""


def integer(value: object) -> int | None:
    """Read a whole number of 64 bits; anything else is None: Python knows numbers too long to be printed."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 64 else None


def is_function(value: object) -> bool:
    """Tell whether a value is known only when CloudFormation runs, such as ``{"Ref": …}``."""
    (name,) = mapping(value) if len(mapping(value)) == 1 else ("",)
    return isinstance(name, str) and (name == "Ref" or name.startswith("Fn::"))


def dig(value: object, *path: str) -> Any:
    """Read a value deep in objects; None when there is none."""
    for name in path:
        value = mapping(value).get(name)
    return value


def nodes(value: object) -> Iterator[tuple[str, Any]]:
    """List everything in a value, however deep, each with the name that it stands under (empty in a list)."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node[1], dict):
            waiting.extend(node[1].items())
        elif isinstance(node[1], list):
            waiting.extend([("", item) for item in node[1]])


def quoted(value: object) -> str:
    """Write a value into a sentence, as Python has it; a number of more digits than Python writes is hexadecimal."""
    if isinstance(value, int) and value.bit_length() > 10_000:
        return hex(value)
    try:
        return repr(value)
    except (RecursionError, ValueError):  # one of these within, or too much in each other
        return "what can't be written"


# Types of Python's that hold nothing else, and that names of JSON have: this reads whole templates.
_TEXT = {str}
_LEAVES = {str, int, float, bool, type(None)}


def with_text_names(value: object) -> Any:
    """Give a value in which all names are texts, as in JSON: in Python a name can be anything that can be hashed.

    Raises:
        ValueError: If the value is no tree of a template's size: in Python an object can hold itself, or another one
            many times.
    """
    waiting = [value]
    is_right = True
    for node in waiting:  # which grows meanwhile
        if len(waiting) > _MOST_NODES:
            raise ValueError(f"this is no template: an object holds itself, or there are more than {_MOST_NODES:,}")
        if isinstance(node, dict):
            is_right = is_right and _TEXT.issuperset(map(type, node))
            waiting += [part for part in node.values() if type(part) not in _LEAVES]
        elif isinstance(node, list):
            waiting += [part for part in node if type(part) not in _LEAVES]
    if is_right:
        return value
    made: dict[int, Any] = {}
    for node in reversed(waiting):
        if isinstance(node, dict):
            made[id(node)] = {
                name if isinstance(name, str) else quoted(name): made.get(id(part), part) for name, part in node.items()
            }
        elif isinstance(node, list):
            made[id(node)] = [made.get(id(part), part) for part in node]
    return made.get(id(value), value)


def may_hold_more(value: object) -> bool:
    """Tell whether a transform may put more into an object, so that what it lacks is not known to be missing."""
    return "Fn::Transform" in mapping(value)


def written_out(value: object) -> str:
    """Write a text that functions make, such as ``${AWS::StackName}-web``; empty for what is no text."""
    name, argument = next(iter(mapping(value).items())) if is_function(value) else ("", value)
    if name == "Ref":
        return f"${{{text(argument)}}}"
    if name == "Fn::GetAtt":
        return f"${{{'.'.join(map(text, sequence(argument) or [argument]))}}}"
    if name == "Fn::Sub":
        return text((sequence(argument) or [argument])[0])
    delimiter, parts = (*sequence(argument), None, None)[:2]
    if name == "Fn::Join" and isinstance(parts, list):
        return text(delimiter).join(map(written_out, parts))
    return f"${{{name}}}" if name else text(value)


def has_name(value: object, *names: str) -> bool:
    """Tell whether anything in a value, however deep, stands under one of some names."""
    wanted = {*names}
    waiting = [value]  # the loop of `nodes` again, without the pairs: this reads whole templates
    for node in waiting:
        if isinstance(node, dict):
            if not wanted.isdisjoint(node):
                return True
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return False


def references(value: object) -> set[str]:
    """List the logical ids that a value names by ``Ref``, ``Fn::GetAtt`` or ``Fn::Sub``."""
    found: set[str] = set()
    waiting = [value]  # the loop of `nodes` again, without the pairs: this reads whole templates
    for node in waiting:
        if isinstance(node, dict):
            for name, given in node.items():
                if name == "Ref":
                    found.add(text(given))
                elif name == "Fn::GetAtt":
                    found.add(text((sequence(given) or [given])[0]).partition(".")[0])
                elif name == "Fn::Sub":
                    found.update(part.text.partition(".")[0] for part in sub_parts(given) if part.is_name)
                if isinstance(given, (dict, list)):
                    waiting.append(given)
        elif isinstance(node, list):
            waiting += [item for item in node if isinstance(item, (dict, list))]
    return found - {""}


class SubPart(NamedTuple):
    """A part of the text that ``Fn::Sub`` is given: literal text, or the name of what is put in its place."""

    text: str
    is_name: bool


def sub_parts(argument: object) -> list[SubPart]:
    """Take the text of an ``Fn::Sub`` apart; ``${!Name}`` is the literal text ``${Name}``.

    Args:
        argument: What stands under ``Fn::Sub``: a text, or a list of a text and variables.
    """
    given = text((sequence(argument) or [argument])[0])
    pieces = _PLACEHOLDER.split(given)  # text, then for each placeholder what it has of a "!", its name, and more text
    parts = [SubPart(pieces[0], False)] if pieces[0] else []
    for escape, name, more in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        parts.append(SubPart(f"${{{name}}}", False) if escape else SubPart(name.strip(), True))
        if more:
            parts.append(SubPart(more, False))
    return parts


def is_no_echo(parameter: object) -> bool:
    """Tell whether a parameter's declaration hides its value (rule L10)."""
    return dig(parameter, "NoEcho") in (True, "true", "True")


def is_hidden(parameter: object) -> bool:
    """Tell whether a parameter's value is not to be told, by its declaration: rather too often than too seldom."""
    # Whatever is no plain "no" may be a "yes" to CloudFormation, and a transform may add one.
    open_, kind = (None, False, "false", "False"), text(dig(parameter, "Type"))
    return dig(parameter, "NoEcho") not in open_ or "SecureString" in kind or may_hold_more(parameter)


def dynamic_references(value: object) -> list[str]:
    """List the dynamic references in a value, however deep, such as ``{{resolve:ssm:Name}}``."""
    return [found for _, node in nodes(value) for found in _DYNAMIC_REFERENCE.findall(text(node))]


def same(one: object, other: object) -> bool:
    """Compare two values, however deep."""
    waiting = [(one, other)]
    while waiting:
        left, right = waiting.pop()
        if left is right:
            continue
        if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
            waiting.extend((left[name], right[name]) for name in left)
        elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
            waiting.extend(zip(left, right, strict=True))
        elif isinstance(left, (dict, list)) or left != right:
            return False
    return True
