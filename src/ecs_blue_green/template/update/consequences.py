"""What changes because it refers to something that changes, and what of that only follows from the application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..hiding import at
from ..model import Resource
from ..values import is_function, nodes, references, sequence, text
from .attributes import REF, after_replacement, after_update, strongest
from .certainty import passes_on
from .changes import Draft, surely_exists
from .difference import Path, leaves, written
from .evaluation import Evaluation
from .prediction import Cause, Kind, PropertyChange
from .replacement import replacement_of, when_referring

# The kinds of causes that lie in other resources.
REFERRING = {"replacement", "update"}


# An attribute of which the name is not known.
_ANY = "?"


class _Reference(NamedTuple):
    """A value of a resource that refers to another one, by ``Ref`` or to attributes; and what is told of it."""

    source: Resource
    path: Path
    value: Any
    place: str
    told: Any
    attributes: frozenset[str]


def add_consequences(old: Evaluation, new: Evaluation, found: dict[str, Draft]) -> None:
    """Add what changes because it refers to a resource that is replaced, or to an attribute that is updated.

    A replacement may replace what refers to it, and so on.

    Args:
        old: The deployed template.
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
            id = reference.source.id
            draft = found.setdefault(id, Draft(reference.source, "modify", surely_exists(id, old, new)))
            before = draft.replacement, len(draft.properties)
            if draft.action == "modify":
                draft.add(reference.path, change)
            if before != (draft.replacement, len(draft.properties)):
                waiting.append(id)


class _Referring:
    """The values that refer to resources."""

    def __init__(self, new: Evaluation) -> None:
        self._new = new
        self._places: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for id in new.conditions:
            for name, value in new.template.resources[id].properties.items():
                for target in references(value):
                    self._places[target].append((id, name))
        self._found: dict[tuple[str, str], defaultdict[str, list[_Reference]]] = {}

    def to(self, target: str) -> Iterator[_Reference]:
        """List the values that refer to a resource."""
        for place in self._places[target]:
            if place not in self._found:
                self._found[place] = _references(self._new, *place)
            yield from self._found[place][target]


def _references(new: Evaluation, id: str, name: str) -> defaultdict[str, list[_Reference]]:
    """List the values in a property that refer to resources, by the logical id that they refer to."""
    source = new.template.resources[id]
    found: defaultdict[str, list[_Reference]] = defaultdict(list)
    body = {name: source.properties[name]}
    told = new.told(id, "Properties", body)
    for path, value in leaves(new.evaluate(body)):
        if not is_function(value):
            continue
        attributes: defaultdict[str, set[str]] = defaultdict(set)
        for function, argument in nodes(value):
            if function == "Fn::GetAtt":
                target, attribute = (*sequence(argument), None, None)[:2]
                attributes[text(target)].add(attribute if isinstance(attribute, str) else _ANY)
            elif function == "Ref":
                attributes[text(argument)].add(REF)
        for target in references(value):
            found[target].append(
                _Reference(
                    source, path, value, written(path, told), at(told, path), frozenset(attributes[target] or {REF})
                )
            )
    return found


def _consequence(target: Draft, reference: _Reference) -> PropertyChange | None:
    """Tell how a value changes with what it refers to; None if it doesn't."""
    replaced = target.replacement
    if target.action != "modify" or replaced is None:
        return None  # another logical id, so that the template says something else
    properties = [
        (str(path[0]), change) for (name, path), change in target.properties.items() if name == "Properties" and path
    ]
    changed = {name for name, _ in properties}
    becomes = after_update if replaced == "never" else after_replacement
    effect = strongest(becomes(target.resource, attribute, changed) for attribute in reference.attributes)
    if effect == "stays":
        return None
    if replaced == "never":
        causing = [change for name, change in properties if name in reference.attributes]
    else:
        causing = [change for change in target.properties.values() if change.replacement == "always"]
    certain = effect == "changes" and passes_on(reference.value) and any(change.certain for change in causing)
    own = replacement_of(reference.source.type, reference.path, reference.value)
    cause = Cause(kind="update" if replaced == "never" else "replacement", name=target.resource.id)
    return PropertyChange(
        attribute="Properties",
        path=reference.place,
        replacement=when_referring(own, "always" if replaced == "never" else replaced),
        certain=certain,
        causes=(cause,),
        old=reference.told,
        new=reference.told,
    )


def kinds_of(drafts: Mapping[str, Draft], application: Iterable[str]) -> dict[str, Kind]:
    """Tell what each change is about.

    Args:
        drafts: The changes by logical id.
        application: The application's logical ids.
    """
    kinds: dict[str, Kind] = {}
    following: defaultdict[str, list[str]] = defaultdict(list)
    ours = {*application}
    for id, draft in drafts.items():
        causes = draft.causes
        if ours & {id, draft.previous_id}:
            kinds[id] = "application"
        elif causes and all(cause.kind in REFERRING for cause in causes):
            for cause in causes:
                following[cause.name].append(id)
        else:
            kinds[id] = "infrastructure"
    # What follows from infrastructure is infrastructure, and all else that follows is a consequence.
    waiting = [id for id, kind in kinds.items() if kind == "infrastructure"]
    while waiting:
        for id in following[waiting.pop()]:
            if id not in kinds:
                kinds[id] = "infrastructure"
                waiting.append(id)
    return {id: kinds.get(id, "consequence") for id in drafts}
