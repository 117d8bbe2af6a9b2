"""A change of a resource while it is being worked out."""

from __future__ import annotations

from dataclasses import replace

from ..model import Resource
from .difference import Path
from .prediction import Action, Cause, Change, Kind, PropertyChange, Replacement
from .replacement import strongest


class Draft:
    """A change to which values are added.

    Attributes:
        resource: The resource, as the new template has it; the deployed one if it is removed.
        action: What happens to it.
        previous_id: For a rename the logical id until now; else empty.
        properties: What changes, by attribute and path.
    """

    def __init__(self, resource: Resource, action: Action, previous_id: str = "") -> None:
        """Begin with a change that has no values yet."""
        self.resource = resource
        self.action = action
        self.previous_id = previous_id
        self.properties: dict[tuple[str, Path], PropertyChange] = {}

    def add(self, path: Path, change: PropertyChange) -> None:
        """Add a value, or a further cause of a value that changes anyway."""
        key = (change.attribute, path)
        known = self.properties.get(key, change)
        self.properties[key] = replace(
            known,
            replacement=strongest([known.replacement, change.replacement]),
            certain=known.certain or change.certain,
            causes=tuple(dict.fromkeys(known.causes + change.causes)),
        )

    @property
    def replacement(self) -> Replacement | None:
        """Whether the resource is replaced; None for an addition and a removal."""
        if self.action == "modify":
            return strongest(change.replacement for change in self.properties.values())
        return "always" if self.action == "rename" else None

    @property
    def causes(self) -> set[Cause]:
        """Why anything changes in it."""
        return {cause for change in self.properties.values() for cause in change.causes}

    def change(self, kind: Kind) -> Change:
        """Give the change as it is now."""
        properties = tuple(self.properties.values())
        return Change(
            logical_id=self.resource.id,
            previous_id=self.previous_id,
            type=self.resource.type,
            action=self.action,
            kind=kind,
            replacement=self.replacement,
            certain=not properties or any(change.certain for change in properties),
            properties=properties,
        )
