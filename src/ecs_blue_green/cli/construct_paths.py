"""Which construct a logical id of a template in a cloud assembly belongs to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from ..template.values import dig, mapping, sequence, text


def construct_paths(file: str, template: Mapping[str, Any]) -> dict[str, str]:
    """Tell the construct paths of a template's logical ids.

    Args:
        file: The template's file; a cloud assembly has its manifest beside it.
        template: The template; CDK's command line writes the paths of resources into it.

    Returns:
        As many as are known, such as ``{"ShopService0A1B": "Shop/Service/Resource"}``.
    """
    folder, name = os.path.split(file)
    found = {
        id: path
        for id, resource in mapping(template.get("Resources")).items()
        if (path := text(dig(resource, "Metadata", "aws:cdk:path")))
    }
    for artifact in mapping(_read(folder, "manifest.json").get("artifacts")).values():
        separate = text(dig(artifact, "additionalMetadataFile"))
        metadata = {**mapping(dig(artifact, "metadata")), **(_read(folder, separate) if separate else {})}
        found |= _paths_in(metadata, name)
    return found


def _paths_in(metadata: Mapping[str, object], template_file: str) -> Iterator[tuple[str, str]]:
    """Pick the logical ids of one template out of a stack's metadata, in which nested stacks come as well."""
    entries = [
        (path, text(dig(entry, "type")), text(dig(entry, "data")))
        for path, listed in metadata.items()
        for entry in sequence(listed)
    ]
    stacks = {f"{path}/": data for path, type, data in entries if type == "aws:cdk:templateFile"}
    for path, type, id in entries:
        around = [stack for stack in stacks if path.startswith(stack)]
        if type == "aws:cdk:logicalId" and around and stacks[max(around, key=len)] == template_file:
            yield id, path.strip("/")


def _read(folder: str, name: str) -> dict[str, Any]:
    """Read a file of the assembly; what is missing or damaged is nothing, for a template is readable without it."""
    try:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return mapping(json.load(file))
    except (OSError, ValueError, RecursionError):
        return {}
