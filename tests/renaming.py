"""Compares templates whatever their logical ids: they are the same when renaming ids makes one the other.

That is found by giving every entry its type as name, and then, again and again until no more entries are told apart, a
name made of what it says, with the names of what it refers to, and of what says something about it. When all names
differ and both templates have the same ones, the names tell how to rename.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

Entries = dict[str, Any]

# CDK makes these of construct ids, as it makes logical ids.
_NAMED_AFTER_CONSTRUCT = {"Description", "Family", "GroupDescription", "PolicyName"}
_CONSTRUCT = re.compile(r"\b\w+(?:(?:/\w+)+|[0-9A-F]{8})\b")


@dataclass(frozen=True)
class _Reference:
    """Where an entry names another one."""

    id: str


def entries(template: dict[str, Any]) -> Entries:
    """Read a template's resources, parameters and rules by their ids, and each other section as one entry."""
    sections = dict(template)
    named = {id: item for name in ("Parameters", "Rules", "Resources") for id, item in sections.pop(name, {}).items()}
    hooks = [_with_bare_references(hook, named) for hook in sections.pop("Hooks", {}).values()]
    return {id: _with_references(entry, named) for id, entry in (named | sections).items()} | {"Hooks": hooks}


def _with_references(value: Any, ids: Iterable[str]) -> Any:
    """Mark references, and leave out what says nothing: the order of Key and Value pairs, and CDK's metadata."""
    match value:
        case {"Ref": id} if id in ids:
            return {"Ref": _Reference(id)}
        case {"Fn::GetAtt": [id, attribute]}:
            return {"Fn::GetAtt": [_Reference(id), attribute]}
        case dict():
            return {key: _entry_part(key, part, ids) for key, part in value.items() if key != "Metadata"}
        case [{"Key": _, "Value": _}, *_]:
            return {pair["Key"]: _with_references(pair["Value"], ids) for pair in value}
        case list():
            return [_with_references(item, ids) for item in value]
    return value


def _entry_part(key: str, part: Any, ids: Iterable[str]) -> Any:
    if key == "DependsOn":
        return frozenset(_Reference(id) for id in ([part] if isinstance(part, str) else part))
    if key in _NAMED_AFTER_CONSTRUCT and isinstance(part, str):
        return _CONSTRUCT.sub("…", part)
    return _with_references(part, ids)


def _with_bare_references(value: Any, ids: Iterable[str]) -> Any:
    """Mark references in a hook, which names resources, and green ones, by nothing but their ids."""
    match value:
        case dict():
            return {key: _with_bare_references(part, ids) for key, part in value.items()}
        case list():
            return [_with_bare_references(item, ids) for item in value]
        case str() if value in ids:
            return _Reference(value)
        case str() if value.removesuffix("Green") in ids:
            return {"Green": _Reference(value.removesuffix("Green"))}
    return value


def references(value: Any) -> set[str]:
    """List the ids of what an entry, or a part of it, refers to."""
    found: set[str] = set()

    def note(item: Any) -> Any:
        return list(item) if isinstance(item, frozenset) else found.add(item.id)

    json.dumps(value, default=note)
    return found


def differences(left: Entries, right: Entries) -> list[str]:
    """Tell what is in one of two templates only: ``-`` in the left one, ``+`` in the right one."""
    by_themselves = [_written(side, types(side)) for side in (left, right)]
    # What entries say by themselves is told first: what they are connected to differs as well then.
    return _only(*by_themselves) or _only(*(_written(side, _names(side)) for side in (left, right)))


def types(side: Entries) -> dict[str, str]:
    """Give the types of resources and parameters; anything else is of its own type."""
    return {id: entry.get("Type", id) if isinstance(entry, dict) else id for id, entry in side.items()}


def _names(side: Entries) -> dict[str, str]:
    """Name every entry after what it says, what it refers to and what refers to it, directly or not."""
    users = {id: [entry for entry in side.values() if id in references(entry)] for id in side}
    names = by_type = types(side)
    told_apart = 0
    while told_apart < len(set(names.values())):
        told_apart = len(set(names.values()))
        says = {
            id: [_write(entry, names), *sorted(_write(user, {**names, id: "this"}) for user in users[id])]
            for id, entry in side.items()
        }
        names = {id: f"{by_type[id]} {sha256(json.dumps(says[id]).encode()).hexdigest()[:8]}" for id in side}
    assert told_apart == len(side), f"nothing tells some entries apart, so that this proves nothing: {names}"
    return names


def _written(side: Entries, names: dict[str, str]) -> list[str]:
    return [f"{names[id]}: {_write(entry, names)}" for id, entry in side.items()]


def _write(entry: Any, names: dict[str, str]) -> str:
    def write(item: Any) -> Any:
        return sorted(names[one.id] for one in item) if isinstance(item, frozenset) else names.get(item.id)

    return json.dumps(entry, default=write, sort_keys=True)


def _only(left: list[str], right: list[str]) -> list[str]:
    lefts, rights = Counter(left), Counter(right)
    return [f"- {text}" for text in (lefts - rights).elements()] + [f"+ {text}" for text in (rights - lefts).elements()]
