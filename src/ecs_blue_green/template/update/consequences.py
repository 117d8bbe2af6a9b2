"""What changes because it refers to something that changes, and what of that only follows from the application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from ..hiding import at
from ..model import Resource
from ..values import is_function, references, sequence, text
from .attributes import REF, after_replacement, after_update, strongest
from .certainty import passes_on
from .changes import Draft, surely_exists
from .difference import Path, leaves, written
from .evaluation import Evaluation
from .prediction import Cause, Kind, PropertyChange, Replacement
from .replacement import replacement_of, when_referring

# The kinds of causes that lie in other resources.
REFERRING = {"replacement", "update"}


# An attribute of which the name is not known.
_ANY = "?"
_REF = frozenset({REF})


class _Place(NamedTuple):
    """A value of a resource that refers to others; and its change, without what that depends on in these."""

    source: Resource
    path: Path
    passes_on: bool
    change: PropertyChange


# By the logical id that they refer to, the places with the attributes that they refer to; ``Ref`` is one.
_Places = defaultdict[str, list[tuple[_Place, frozenset[str]]]]


class _Effect(NamedTuple):
    """What a change makes of a value that refers to its resource: how it replaces, and whether it changes that."""

    replacement: Replacement
    certain: bool


def add_consequences(old: Evaluation, new: Evaluation, found: dict[str, Draft]) -> None:
    """Add what changes because it refers to a resource that is replaced, or to an attribute that is updated.

    A replacement may replace what refers to it, and so on.

    Args:
        old: The deployed template.
        new: The new template.
        found: The changes by logical id, which are added to.
    """
    referring = _Referring(new)
    waiting = dict.fromkeys(found)  # each once, and again after what else waits: many changes are looked at together
    while waiting:
        id = next(iter(waiting))
        del waiting[id]
        target = _Target(found[id])
        for place, attributes in referring.to(id):
            effect = target.effect_on(attributes)
            if effect is None:
                continue
            source = place.source
            draft = found.setdefault(source.id, Draft(source, "modify", surely_exists(source.id, old, new)))
            before = draft.replacement, len(draft.properties)
            if draft.action == "modify":
                replacement = when_referring(place.change.replacement, effect.replacement)
                draft.add(place.path, place.change, replacement, effect.certain and place.passes_on, (target.cause,))
            if before != (draft.replacement, len(draft.properties)):
                waiting[source.id] = None


class _Target:
    """A change, as what refers to its resource sees it."""

    def __init__(self, draft: Draft) -> None:
        self.resource = draft.resource
        # None: another logical id, so that the template says something else.
        self.replacement = draft.replacement if draft.action == "modify" else None
        # The first names of what changes, and those that change for certain.
        self.changed: set[str] = set()
        self.certain: set[str] = set()
        for (attribute, path), change in draft.properties.items():
            if attribute == "Properties" and path:
                self.changed.add(str(path[0]))
                if change.certain:
                    self.certain.add(str(path[0]))
        self.is_replaced_for_certain = any(
            change.certain and change.replacement == "always" for change in draft.properties.values()
        )
        kind: Literal["update", "replacement"] = "update" if self.replacement == "never" else "replacement"
        self.cause = Cause(kind=kind, name=draft.resource.id)
        self._effects: dict[frozenset[str], _Effect | None] = {}

    def effect_on(self, attributes: frozenset[str]) -> _Effect | None:
        """Tell how a value changes that refers to some attributes; None if it doesn't."""
        if attributes not in self._effects:
            self._effects[attributes] = self._effect_on(attributes)
        return self._effects[attributes]

    def _effect_on(self, attributes: frozenset[str]) -> _Effect | None:
        if self.replacement is None:
            return None
        is_update = self.replacement == "never"
        becomes = after_update if is_update else after_replacement
        effect = strongest(becomes(self.resource, attribute, self.changed) for attribute in attributes)
        if effect == "stays":
            return None
        is_certain = not self.certain.isdisjoint(attributes) if is_update else self.is_replaced_for_certain
        return _Effect("always" if is_update else self.replacement, effect == "changes" and is_certain)


class _Referring:
    """The values that refer to resources."""

    def __init__(self, new: Evaluation) -> None:
        self._new = new
        self._places: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for id in new.conditions:
            for name, value in new.template.resources[id].properties.items():
                for target in references(value):
                    self._places[target].append((id, name))
        self._found: dict[tuple[str, str], _Places] = {}

    def to(self, target: str) -> Iterator[tuple[_Place, frozenset[str]]]:
        """List the values that refer to a resource, with the attributes that they refer to."""
        for place in self._places[target]:
            if place not in self._found:
                self._found[place] = _references(self._new, *place)
            yield from self._found[place][target]


def _references(new: Evaluation, id: str, name: str) -> _Places:
    """List the values in a property that refer to resources, by the logical id that they refer to."""
    source = new.template.resources[id]
    found: _Places = defaultdict(list)
    body = {name: source.properties[name]}
    known = new.evaluate(body)
    told = new.told(id, "Properties", body, known)
    for path, value in leaves(known):
        if not is_function(value):
            continue
        attributes = _attributes(value)
        shown = at(told, path)
        change = PropertyChange(
            attribute="Properties",
            path=written(path, told),
            replacement=replacement_of(source.type, path, value),
            certain=False,
            causes=(),
            old=shown,
            new=shown,
        )
        place = _Place(source, path, passes_on(value), change)
        for target, given in attributes.items():
            # Most are by Ref alone, and share one set.
            found[target].append((place, frozenset(given) if given - _REF else _REF))
    return found


def _attributes(value: object) -> dict[str, set[str]]:
    """List the attributes that a value refers to, by the logical id that they are of."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    # The loop of `nodes` again, without the pairs: one value can refer to hundreds of resources.
    waiting: list[object] = [value]
    for node in waiting:
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            for function, argument in node.items():
                if function == "Ref":
                    found[text(argument)].add(REF)
                elif function == "Fn::GetAtt":
                    target, attribute = (*sequence(argument), None, None)[:2]
                    found[text(target)].add(attribute if isinstance(attribute, str) else _ANY)
                elif function == "Fn::Sub":  # which could not be worked out
                    for target in references({function: argument}):
                        found[target].add(REF)
    found.pop("", None)
    return found


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
