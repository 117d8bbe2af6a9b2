"""What the transform loses of a template when it rewrites it (rule P5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .functions import NO_VALUE
from .hiding import at, without_environment
from .model import Resource, Template
from .update.difference import Path, leaves, written
from .values import is_function, mapping

# Whatever of these is left of a value holds nothing that could be lost.
_NOTHING: tuple[Any, ...] = ({}, [], NO_VALUE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """Something that the processed template lacks.

    Attributes:
        logical_id: The logical id of a resource in the submitted template.
        attribute: ``Properties``, or another attribute of the resource; empty if it lacks the whole resource.
        path: Where within the attribute, such as ``Volumes[0].EFSVolumeConfiguration``; empty for all of it.
        value: What the submitted template has there; ``****`` for the values of environment variables.
    """

    logical_id: str
    attribute: str = ""
    path: str = ""
    value: Any


def losses(submitted: object, processed: object) -> list[Loss]:
    """List what the resources of a template had, and have no longer.

    Another value is no loss: the transform lets references name the green resources.

    Args:
        submitted: A template with the hook, as it was submitted.
        processed: What the transform made of it (the stage Processed of GetTemplate).
    """
    before, after = Template(submitted), Template(processed)
    green = _green_ids(before)
    found: list[Loss] = []
    for id, resource in before.resources.items():
        kept = after.resources.get(id) or after.resources.get(green.get(id, ""))
        found.extend(_lost(resource, kept) if kept else [Loss(logical_id=id, value=without_environment(resource.body))])
    return found


def _green_ids(template: Template) -> Mapping[str, str]:
    """Give the green logical ids of the application by its blue ones."""
    pairs = [deployment.ids(name) for deployment in template.deployments for name in ("TaskDefinitions", "TaskSets")]
    return {ids[0]: ids[1] for ids in pairs if len(ids) == 2}


def _lost(resource: Resource, kept: Resource) -> Iterator[Loss]:
    """List the outermost parts that a resource has no longer."""
    seen: set[Path] = set()
    told = without_environment(resource.body)
    # As a text, one id is no list of one.
    body = resource.body | ({"DependsOn": ""} if "DependsOn" in resource.body else {})
    for path, value in reversed([*leaves(body)]):
        missing = _missing(kept.body, path)
        if missing and missing not in seen and value not in _NOTHING:
            seen.add(missing)
            yield Loss(
                logical_id=resource.id,
                attribute=str(missing[0]),
                path=written(missing[1:], at(told, missing[:1])),
                value=at(told, missing),
            )


def _missing(value: Any, path: Path) -> Path:
    """Give the part of a path that leads out of a value; nothing if it goes all along, or as far as can be told."""
    for length, key in enumerate(path, 1):
        if is_function(value):
            break
        if key not in (range(len(value)) if isinstance(value, list) else mapping(value)):
            return path[:length]
        value = value[key]
    return ()
