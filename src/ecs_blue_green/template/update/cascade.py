"""What changes because it refers to something that changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..model import Resource
from ..values import is_function, nodes, references, sequence, text
from .difference import Path, leaves, written
from .draft import Draft
from .evaluation import Evaluation
from .prediction import Cause, PropertyChange
from .replacement import replacement_of, when_referring


class _Reference(NamedTuple):
    """A value of a resource that refers to another one."""

    source: Resource
    path: Path
    value: Any
    attributes: frozenset[str]


def add_consequences(new: Evaluation, found: dict[str, Draft]) -> None:
    """Add what changes because it refers to a resource that is replaced, or to an attribute that is updated.

    A replacement may replace what refers to it, and so on.

    Args:
        new: The new template.
        found: The changes by logical id, which are added to.
    """
    referring = _Referring(new)
    waiting = [*found]
    while waiting:
        target = found[waiting.pop()]
        for reference in referring.to(target.resource.id):
            change = _consequence(target, reference)
            if change is None:
                continue
            draft = found.setdefault(reference.source.id, Draft(reference.source, "modify"))
            before = draft.replacement, len(draft.properties)
            if draft.action == "modify":
                draft.add(reference.path, change)
            if before != (draft.replacement, len(draft.properties)):
                waiting.append(reference.source.id)


class _Referring:
    """The values that refer to resources."""

    def __init__(self, new: Evaluation) -> None:
        self._new = new
        self._sources: defaultdict[str, list[str]] = defaultdict(list)
        for id in new.conditions:
            for target in new.template.resources[id].dependencies:
                self._sources[target].append(id)
        self._found: dict[str, defaultdict[str, list[_Reference]]] = {}

    def to(self, target: str) -> Iterator[_Reference]:
        """List the values that refer to a resource."""
        for source in self._sources[target]:
            if source not in self._found:
                self._found[source] = _references(self._new.resource(source))
            yield from self._found[source][target]


def _references(source: Resource) -> defaultdict[str, list[_Reference]]:
    """List the values of a resource that refer to others, by the logical id that they refer to."""
    found: defaultdict[str, list[_Reference]] = defaultdict(list)
    for path, value in leaves(source.properties):
        if not is_function(value):
            continue
        attributes: defaultdict[str, set[str]] = defaultdict(set)
        for name, argument in nodes(value):
            if name == "Fn::GetAtt":
                id, attribute = (*sequence(argument), None, None)[:2]
                attributes[text(id)].add(text(attribute))
        for id in references(value):
            found[id].append(_Reference(source, path, value, frozenset(attributes[id])))
    return found


def _consequence(target: Draft, reference: _Reference) -> PropertyChange | None:
    """Tell how a value changes with what it refers to; None if it doesn't."""
    replaced = target.replacement
    if target.action != "modify" or replaced is None:
        return None  # another logical id, so that the template says something else
    updated = {
        path[0]
        for (attribute, path), change in target.properties.items()
        if attribute == "Properties" and path and change.certain
    }
    if replaced == "never" and not reference.attributes & updated:
        return None
    own = replacement_of(reference.source.type, reference.path, reference.value)
    certain = any(change.replacement == "always" and change.certain for change in target.properties.values())
    cause = Cause(kind="update" if replaced == "never" else "replacement", name=target.resource.id)
    return PropertyChange(
        attribute="Properties",
        path=written(reference.path),
        replacement=when_referring(own, "always" if replaced == "never" else replaced),
        certain=certain or replaced == "never",
        causes=(cause,),
        old=reference.value,
        new=reference.value,
    )
