"""The updates that do together what one is refused for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..functions import named
from ..model import Resource
from ..values import mapping
from .comparison import Comparison
from .prediction import Step, ids, listed

_SECTIONS = ("Parameters", "Mappings", "Conditions")


def two_steps(update: Comparison, stack: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[Step, ...]:
    """Split an update in the infrastructure's changes, with the running application, and the application's.

    What the new template drops, and the running application needs, goes in a step of its own at the end. Whether the
    steps do what they promise is for the caller to see: the infrastructure may change the application.

    Args:
        update: The update.
        stack: The stack's parameters, as far as known.
        given: The parameters that the update sets.
    """
    old, new = update.old.template, update.new.template
    running = {id: old.resources[id].body for id in update.application if id in old.resources}
    needed = _needed(update, running)
    kept = {
        id: resource.body
        for id, resource in old.resources.items()
        if id in needed and id not in new.resources and id not in running
    }
    sections = {name: _entries(old.source, name, needed) for name in _SECTIONS}
    held = [name for name in given if name in needed]
    early = {name: value for name, value in given.items() if name not in held}
    early |= {name: stack[name] for name in held if name in stack}
    infrastructure = Step(
        title=f"Change the infrastructure ({ids(update.infrastructure)}), with the application that is running.",
        outcome="in-place-update",
        template=_with(new.source, {**sections, "Resources": {**kept, **running}}),
        parameters=early,
    )
    application = Step(
        title=f"Change the application ({ids(update.replaced)}).",
        outcome="green-deployment",
        template=_with(new.source, {**_missing(update, kept), "Resources": kept}) if kept else new.source,
        parameters=given,
    )
    if not kept:
        return infrastructure, application
    rest = Step(
        title=f"Remove what the former application needed ({listed(kept)}).",
        outcome="in-place-update",
        template=new.source,
        parameters=given,
    )
    return infrastructure, application, rest


def _needed(update: Comparison, running: Mapping[str, Any]) -> set[str]:
    """List all names that the running application uses, and that these use."""
    source = update.old.template
    bodies = {id: resource.body for id, resource in source.resources.items()}
    entries = {name: body for section in _SECTIONS for name, body in source.section(section).items()} | bodies
    found: set[str] = set()
    waiting = [*running.values()]
    while waiting:
        body = waiting.pop()
        for name in (named(body, update.old.scope) | Resource("", body).dependencies) - found:
            found.add(name)
            # What the new template has as well is not what the application needs to be kept.
            if name in entries and name not in update.new.template.resources:
                waiting.append(entries[name])
    return found


def _missing(update: Comparison, kept: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give what resources that stay for a while name, and the new template has no longer."""
    old, new = update.old.template, update.new.template
    needed = _needed(update, kept)
    return {name: _entries(old.source, name, needed - new.section(name).keys()) for name in _SECTIONS}


def _entries(source: Mapping[str, Any], section: str, needed: set[str]) -> dict[str, Any]:
    return {name: body for name, body in mapping(source.get(section)).items() if name in needed}


def _with(source: Mapping[str, Any], sections: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Give a template with other entries put in its sections."""
    return {**source, **{name: mapping(source.get(name)) | put for name, put in sections.items() if put}}
