"""Which construct a logical id of a template in a cloud assembly belongs to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .values import dig, mapping, sequence, text

_LOGICAL_ID = "aws:cdk:logicalId"


def construct_paths(file: str, template: Mapping[str, Any]) -> dict[str, str]:
    """Tell the construct paths of a template's logical ids.

    Args:
        file: The template's file; a cloud assembly has its manifest beside it.
        template: The template; CDK's command line writes the paths of resources into it.

    Returns:
        As many as are known, such as ``{"ShopService0A1B": "Shop/Service/Resource"}``; the stack has an
        empty one.
    """
    folder, name = os.path.split(file)
    found = {
        id: path
        for id, resource in mapping(template.get("Resources")).items()
        if (path := text(dig(resource, "Metadata", "aws:cdk:path")))
    }
    for artifact in artifacts(folder).values():
        own = text(dig(artifact, "properties", "templateFile"))
        if own not in ("", name) and ".nested." not in name:
            continue
        if own == name:
            found[""] = text(dig(artifact, "displayName"))
        separate = text(dig(artifact, "additionalMetadataFile"))
        metadata = {**mapping(dig(artifact, "metadata")), **(_read(folder, separate) if separate else {})}
        entries = [
            (path, text(dig(entry, "type")), text(dig(entry, "data")))
            for path, listed in metadata.items()
            for entry in sequence(listed)
        ]
        if any(type == "aws:cdk:templateFile" for _, type, _ in entries):
            found |= _paths_in(entries, name)
        elif own == name:  # CDK 2.262, which doesn't tell nested stacks
            known = {id for section in template.values() for id in mapping(section)}
            found |= {id: path.strip("/") for path, type, id in entries if type == _LOGICAL_ID and id in known}
    return found


def artifacts(folder: str) -> dict[str, Any]:
    """Give what a cloud assembly lists in its manifest, by name; nothing for a folder without one."""
    return mapping(_read(folder, "manifest.json").get("artifacts"))


def _paths_in(entries: Sequence[tuple[str, str, str]], template_file: str) -> Iterator[tuple[str, str]]:
    """Pick the logical ids of one template out of a stack's metadata, in which nested stacks come as well."""
    stacks = {f"{path}/": data for path, type, data in entries if type == "aws:cdk:templateFile"}
    for path, type, id in entries:
        around = [stack for stack in stacks if path.startswith(stack)]
        if type == _LOGICAL_ID and around and stacks[max(around, key=len)] == template_file:
            yield id, path.strip("/")


def _read(folder: str, name: str) -> dict[str, Any]:
    """Read a file of the assembly; what is missing or damaged is nothing, for a template is readable without it."""
    try:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return mapping(json.load(file))
    except (OSError, ValueError, RecursionError):
        return {}
