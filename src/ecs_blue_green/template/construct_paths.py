"""Which construct a logical id of a template in a cloud assembly belongs to."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
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
        stacks = {path: data for path, type, data in entries if type == "aws:cdk:templateFile"}
        if not stacks:
            stacks = dict(_nested_stacks(metadata, name)) | {f"/{text(dig(artifact, 'displayName'))}": own}
        found |= _paths_in(entries, stacks, name)
    return found


def artifacts(folder: str) -> dict[str, Any]:
    """Give what a cloud assembly lists in its manifest, by name; nothing for a folder without one."""
    return mapping(_read(folder, "manifest.json").get("artifacts"))


def _nested_stacks(paths: Iterable[str], template_file: str) -> Iterator[tuple[str, str]]:
    """Find the nested stacks of a CDK before 2.274, which does not list them, and the one of a template.

    It names the template after the path: its letters and digits, then a hash.
    """
    letters_of_file = re.sub(r"[0-9A-F]{8}\.nested\.template\.json$", "", template_file)
    for path in paths:
        if match := re.fullmatch(r"(.*/([^/]+))\.NestedStack/\2\.NestedStackResource", path):
            is_it = re.sub(r"[^A-Za-z0-9]", "", match[1]) == letters_of_file
            yield match[1], template_file if is_it else ""


def _paths_in(
    entries: Iterable[tuple[str, str, str]], stacks: Mapping[str, str], template_file: str
) -> Iterator[tuple[str, str]]:
    """Pick the logical ids of one template out of a stack's metadata, in which nested stacks come as well."""
    for path, type, id in entries:
        around = [stack for stack in stacks if path.startswith(f"{stack}/")]
        if type == _LOGICAL_ID and around and stacks[max(around, key=len)] == template_file:
            yield id, path.strip("/")


def _read(folder: str, name: str) -> dict[str, Any]:
    """Read a file of the assembly; what is missing or damaged is nothing, for a template is readable without it."""
    try:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return mapping(json.load(file))
    except (OSError, ValueError, RecursionError):
        return {}
