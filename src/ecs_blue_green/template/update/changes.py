"""Which resources two templates have differently, and why."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..functions import named, scalar_text
from ..hiding import MASK, at, is_masked
from ..model import Resource
from ..values import is_function, mapping, nodes, same
from .certainty import is_certain
from .difference import Difference, Path, differences, leaves, written
from .evaluation import Evaluation
from .prediction import Action, Cause, Change, Kind, PropertyChange, Replacement
from .replacement import replacement_of, strongest

# What CloudFormation names as the reason of an update of a resource (rule U1); anything else, such as DependsOn, it
# ignores (U2). Of a condition there is the result.
UPDATING_ATTRIBUTES = ("Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")
_ATTRIBUTES = ("Type", "Properties", *UPDATING_ATTRIBUTES, "Condition", "Fn::Transform")
# Of these it is not known what becomes of the resource.
_REMAKING = {"Type", "Fn::Transform"}
_TEMPLATE = Cause(kind="template")


class Draft:
    """A change to which values are added.

    Attributes:
        resource: The resource, as the new template has it; the deployed one if it is removed.
        action: What happens to it.
        exists: Whether there is the resource for certain: False if its condition is not known.
        previous_id: For a rename the logical id until now; else empty.
        properties: What changes, by attribute and path.
    """

    def __init__(self, resource: Resource, action: Action, exists: bool, previous_id: str = "") -> None:
        """Begin with a change that has no values yet."""
        self.resource = resource
        self.action = action
        self.exists = exists
        self.previous_id = previous_id
        self.properties: dict[tuple[str, Path], PropertyChange] = {}  # without their causes
        self._causes: dict[tuple[str, Path], dict[Cause, None]] = {}
        self._strongest: Replacement = "never"

    def add(
        self, path: Path, change: PropertyChange, replacement: Replacement, certain: bool, causes: Iterable[Cause]
    ) -> None:
        """Add a value, or further causes of a value that changes anyway.

        Args:
            path: Where it is.
            change: Its change, of which the rest counts if it is the first one in its place.
            replacement: Whether that replaces the resource.
            certain: Whether the value changes for certain, if there is the resource.
            causes: Why it changes.
        """
        key = (change.attribute, path)
        known = self.properties.get(key)
        certain = certain and self.exists
        if known is not None:
            replacement = strongest([known.replacement, replacement])
            certain = certain or known.certain
        if known is None or (known.replacement, known.certain) != (replacement, certain):
            self.properties[key] = replace(known or change, replacement=replacement, certain=certain, causes=())
            self._strongest = strongest([self._strongest, replacement])
        self._causes.setdefault(key, {}).update(dict.fromkeys(causes))

    @property
    def replacement(self) -> Replacement | None:
        """Whether the resource is replaced; None for an addition and a removal."""
        if self.action == "modify":
            return self._strongest
        return "always" if self.action == "rename" else None

    @property
    def causes(self) -> set[Cause]:
        """Why anything changes in it."""
        return {cause for causes in self._causes.values() for cause in causes}

    def change(self, kind: Kind) -> Change:
        """Give the change as it is now."""
        properties = tuple(replace(change, causes=tuple(self._causes[key])) for key, change in self.properties.items())
        return Change(
            logical_id=self.resource.id,
            previous_id=self.previous_id,
            type=self.resource.type,
            action=self.action,
            kind=kind,
            replacement=self.replacement,
            certain=any(change.certain for change in properties) if properties else self.exists,
            properties=properties,
        )


def edited(old: Evaluation, new: Evaluation) -> set[str]:
    """List the logical ids of the resources that two templates write differently."""
    was, says = old.template.resources, new.template.resources
    return {id for id in new.conditions if id in old and not same(was[id].body, says[id].body)}


def own_changes(old: Evaluation, new: Evaluation, edits: set[str]) -> dict[str, Draft]:
    """Find what changes by the templates and their parameters, without what follows from these changes.

    Args:
        old: The deployed template.
        new: The new template.
        edits: The logical ids of the resources that they write differently.

    Returns:
        The changes by logical id, in the new template's order, removed resources last.
    """
    removed = {id: old.template.resources[id] for id in old.conditions if id not in new}
    added = {id: new.template.resources[id] for id in new.conditions if id not in old}
    renamed = _renamed(removed, added)
    causes = _Causes(old, new)
    found: dict[str, Draft] = {}
    for id in new.conditions:
        if id in added:
            former = renamed.get(id, "")
            exists = surely_exists(id, new) and (not former or surely_exists(former, old))
            found[id] = Draft(added[id], "rename" if former else "add", exists, former)
        elif id in edits or causes.touch(new.template.resources[id].body):
            draft = _modified(old, new, id, causes)
            if draft.properties:
                found[id] = draft
    rest = removed.keys() - {*renamed.values()}
    return found | {
        id: Draft(resource, "remove", surely_exists(id, old)) for id, resource in removed.items() if id in rest
    }


def surely_exists(id: str, *sides: Evaluation) -> bool:
    """Tell whether templates have a resource, whatever comes of conditions that are not known."""
    return all(side.conditions.get(id) is True for side in sides)


def _modified(old: Evaluation, new: Evaluation, id: str, causes: _Causes) -> Draft:
    draft = Draft(new.template.resources[id], "modify", surely_exists(id, old, new))
    for attribute in _ATTRIBUTES:
        was, says = (side.attribute(id, attribute) for side in (old, new))
        before, after = _differing(was, says, causes)
        found = differences(old.evaluate(before), new.evaluate(after))
        told = [side.told(id, attribute, text) for side, text in ((old, before), (new, after))] if found else []
        for difference in found:
            former, latter = _told(difference, *told)
            replacement: Replacement = "unknown" if attribute in _REMAKING else "never"
            if attribute == "Properties":
                type = draft.resource.type
                replacement = replacement_of(type, difference.path, difference.old, difference.new)
            is_known = attribute not in {"Condition", "Fn::Transform"}
            change = PropertyChange(
                attribute=attribute,
                path=written(difference.path, told[0 if difference.new is None else 1]),
                replacement=replacement,
                certain=is_known and is_certain(difference, causes.resources),
                causes=causes.of(before, after, difference),
                old=former,
                new=latter,
                reordered=difference.is_reordered,
            )
            draft.add(difference.path, change, replacement, change.certain, change.causes)
    return draft


def _told(difference: Difference, old: Any, new: Any) -> tuple[Any, Any]:
    """Give what is told of both values of a difference.

    Args:
        difference: The difference.
        old: What is told of all of the first value.
        new: What is told of all of the second value.
    """
    pair = [
        None if value is None else at(side, path)
        for value, side, path in ((difference.old, old, difference.old_path), (difference.new, new, difference.path))
    ]
    # What stood in the place of a hidden value, or comes in place of it, may well be the same secret.
    if any(map(is_masked, pair)):
        pair = [value if value is None or is_masked(value) else MASK for value in pair]
    return pair[0], pair[1]


def _differing(was: Any, says: Any, causes: _Causes) -> tuple[Any, Any]:
    """Give what may differ of an attribute: of an object the entries that may, to work out no more than these."""
    one, other = ({} if value is None else value for value in (was, says))
    if not isinstance(one, dict) or not isinstance(other, dict) or is_function(one) or is_function(other):
        return was, says
    names = [
        name
        for name in {**one, **other}
        if name not in one or name not in other or not same(one[name], other[name]) or causes.touch(other[name])
    ]
    return {name: one[name] for name in names if name in one}, {name: other[name] for name in names if name in other}


def _renamed(removed: dict[str, Resource], added: dict[str, Resource]) -> dict[str, str]:
    """Pair what was removed and what was added with the same content: the former id by the new one."""
    moving = {*removed, *added}
    ids: defaultdict[Hashable, deque[str]] = defaultdict(deque)
    for id, resource in removed.items():
        ids[_content(resource, moving)].append(id)
    pairs: dict[str, str] = {}
    for id, resource in added.items():
        if former := ids.get(_content(resource, moving)):
            pairs[id] = former.popleft()
    return pairs


def _content(resource: Resource, moving: set[str]) -> Hashable:
    """Give what is equal for the same resource under another id; what it refers to may be renamed as well."""

    def comparable(leaf: Any) -> Hashable:
        parts = ((name, scalar_text(part) or "") for name, part in nodes(leaf))
        return tuple(sorted((name, "" if value in moving else value) for name, value in parts))

    return resource.type, frozenset((path, comparable(leaf)) for path, leaf in leaves(resource.properties))


def other_words(old: Evaluation, new: Evaluation, edits: set[str], found: Mapping[str, Draft]) -> list[str]:
    """List the resources whose properties are written differently, with the same result.

    Args:
        old: The deployed template.
        new: The new template.
        edits: The logical ids of the resources that they write differently.
        found: What changes.
    """
    changed = {id for id, draft in found.items() if any(attribute == "Properties" for attribute, _ in draft.properties)}
    was, says = old.template.resources, new.template.resources
    return sorted(id for id in edits - changed if differences(was[id].properties, says[id].properties))


def ignored(old: Evaluation, new: Evaluation, edits: set[str]) -> dict[str, list[str]]:
    """List the attributes whose change CloudFormation ignores, by logical id.

    Args:
        old: The deployed template.
        new: The new template.
        edits: The logical ids of the resources that they write differently.
    """
    found: dict[str, list[str]] = {}
    for id in sorted(edits):
        was, says = (side.template.resources[id].body for side in (old, new))
        names = [name for name in {**was, **says} if name not in _ATTRIBUTES]
        changed = [name for name in names if not same(was.get(name), says.get(name))]
        if changed:
            found[id] = changed
    return found


class _Causes:
    """What changes beside the resources, and makes their values change.

    Attributes:
        parameters: Names of the parameters whose value changes.
        mappings: Names of the mappings that change.
        conditions: Names of the conditions whose result changes.
        resources: Both templates' resources by logical id.
    """

    def __init__(self, old: Evaluation, new: Evaluation) -> None:
        """Compare two templates."""
        self.parameters = _changed(old.scope.parameters, new.scope.parameters)
        self.mappings = _changed(old.scope.mappings, new.scope.mappings)
        self.conditions = _changed(old.scope.conditions, new.scope.conditions)
        self._all = {*self.parameters, *self.mappings, *self.conditions}
        self._new = new
        # What a hidden parameter names is told of no value.
        self._scopes = old.told_scope, new.told_scope
        self.resources = old.template.resources | new.template.resources

    def of(self, old: Any, new: Any, difference: Difference) -> tuple[Cause, ...]:
        """Tell why values differ.

        Args:
            old: The deployed template's text of an attribute.
            new: The new template's text of it.
            difference: Where in the attribute the values differ, and how.
        """
        if not self._all:
            return (_TEMPLATE,)
        (was, is_exact), (says, is_exact_too) = _follow(old, difference.old_path), _follow(new, difference.path)
        if is_exact and is_exact_too:
            found = [_TEMPLATE] if differences(was, says) else []
        else:  # a place in a list that conditions shift: what remains if nothing but the text changed?
            texts = differences(self._new.evaluate(old), self._new.evaluate(new))
            found = [_TEMPLATE] if any(_overlap(text.path, difference.path) for text in texts) else []
        return (*found, *self._behind(was, says)) or (_TEMPLATE,)

    def touch(self, value: Any) -> bool:
        """Tell whether a text names anything that changes."""
        return bool(self._all) and not self._all.isdisjoint(named(value, *self._scopes))

    def _behind(self, *values: Any) -> Iterator[Cause]:
        names = {name for value in values for name in named(value, *self._scopes)}
        yield from (Cause(kind="parameter", name=name) for name in self.parameters if name in names)
        yield from (Cause(kind="mapping", name=name) for name in self.mappings if name in names)
        yield from (Cause(kind="condition", name=name) for name in self.conditions if name in names)


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [name for name in {**old, **new} if name not in old or name not in new or not same(old[name], new[name])]


def _follow(value: Any, path: Path) -> tuple[Any, bool]:
    """Go along a path, as far as a text goes before its functions are worked out; tell whether that is its place.

    Conditions leave out items of lists, so that those behind them stand elsewhere.
    """
    for key in path:
        if isinstance(value, list) and isinstance(key, int):
            if any(is_function(item) and "Fn::If" in item for item in value[: key + 1]):
                return value, False
            if key >= len(value):
                break
        elif is_function(value) or key not in mapping(value):
            break
        value = value[key]
    return value, True


def _overlap(one: Path, other: Path) -> bool:
    return all(left == right for left, right in zip(one, other, strict=False))
