"""Which construct a logical id of a template in a cloud assembly belongs to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from .files import FileRefusedError, read_within
from .values import dig, mapping, sequence, text

_LOGICAL_ID = "aws:cdk:logicalId"
_NESTED = ".nested."

# By its name, the logical ids of a template with their paths.
_Paths = Mapping[str, Mapping[str, str]]


def _read_object(folder: str, name: str) -> object:
    """Read a file; one that is missing or damaged is empty, for a template is readable without it."""
    try:
        return json.loads(read_within(folder, name))
    except (OSError, ValueError, RecursionError, FileRefusedError):
        return {}


class Assembly:
    """A cloud assembly. Its files are read once, when somebody asks for what they tell.

    Attributes:
        folder: Where it is; a folder without a manifest is an assembly that tells nothing.
    """

    def __init__(self, folder: str, read: Callable[[str, str], object] = _read_object) -> None:
        """Say where it is.

        Args:
            folder: The folder.
            read: Reads the JSON in a file of a folder, of which there is the name; how it fails, who asks fails too. By
                default, what can't be read tells nothing.
        """
        self.folder = folder
        self._read = read
        self._paths_of: dict[str, _Paths] = {}

    @cached_property
    def artifacts(self) -> dict[str, Any]:
        """What its manifest lists, by name."""
        return mapping(dig(self._read(self.folder, "manifest.json"), "artifacts"))

    @cached_property
    def _stacks(self) -> dict[str, str]:
        """The names of stacks by their template files."""
        files = ((text(dig(artifact, "properties", "templateFile")), id) for id, artifact in self.artifacts.items())
        return {file: id for file, id in reversed([*files]) if file}

    def stack(self, template_file: str) -> tuple[str, dict[str, Any]]:
        """Give the stack of a template: its name, and what the manifest says of it; nothing if there is none."""
        id = self._stacks.get(template_file, "")
        return id, mapping(self.artifacts.get(id))

    def construct_paths(self, name: str, template: Mapping[str, Any]) -> dict[str, str]:
        """Tell the construct paths of a template's logical ids.

        Args:
            name: The name of the template's file, which is in the assembly.
            template: The template; CDK's command line writes the paths of resources into it.

        Returns:
            As many as are known, such as ``{"ShopService0A1B": "Shop/Service/Resource"}``; the stack has an
            empty one.
        """
        found = {
            id: path
            for id, resource in mapping(template.get("Resources")).items()
            if (path := text(dig(resource, "Metadata", "aws:cdk:path")))
        }
        if _NESTED in name:
            return {**found, **self._of_nested.get(name, {}), **self._of_nested.get(_letters_of(name), {})}
        id, artifact = self.stack(name)
        if id:
            found[""] = text(dig(artifact, "displayName"))
        for other in (id, *self._unnamed):
            found.update(self._paths(other).get(name, {}) if other else {})
        return found

    @cached_property
    def _unnamed(self) -> list[str]:
        """Artifacts that may tell of any template, because they name none."""
        return [id for id, artifact in self.artifacts.items() if not text(dig(artifact, "properties", "templateFile"))]

    @cached_property
    def _of_nested(self) -> _Paths:
        """The paths in the templates of nested stacks, which any stack may have."""
        found: dict[str, dict[str, str]] = {}
        for id in self.artifacts:
            for file, paths in self._paths(id).items():
                found.setdefault(file, {}).update(paths)
        return found

    def _paths(self, id: str) -> _Paths:
        """Give what an artifact tells of the templates of a stack and its nested ones."""
        if id not in self._paths_of:
            artifact = self.artifacts[id]
            separate = text(dig(artifact, "additionalMetadataFile"))
            metadata = {
                **mapping(dig(artifact, "metadata")),
                **mapping(self._read(self.folder, separate) if separate else {}),
            }
            entries = [
                (path, text(dig(entry, "type")), text(dig(entry, "data")))
                for path, listed in metadata.items()
                for entry in sequence(listed)
            ]
            stacks = {path: data for path, type, data in entries if type == "aws:cdk:templateFile"}
            if not stacks:
                own = text(dig(artifact, "properties", "templateFile"))
                stacks = dict(_nested_stacks(metadata)) | {f"/{text(dig(artifact, 'displayName'))}": own}
            self._paths_of[id] = _paths_in(entries, stacks)
        return self._paths_of[id]


def _letters_of(template_file: str) -> str:
    """Give the letters and digits of the path of a nested stack, after which a CDK before 2.274 names its template."""
    return re.sub(r"[0-9A-F]{8}\.nested\.template\.json$", "", template_file)


def _nested_stacks(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Find the nested stacks of a CDK before 2.274, which does not list them, each with the letters of its path."""
    for path in paths:
        whole, _, resource = path.rpartition("/")
        stack = whole.removesuffix(".NestedStack")
        if stack != whole and "/" in stack and resource == f"{stack.rpartition('/')[2]}.NestedStackResource":
            yield stack, re.sub(r"[^A-Za-z0-9]", "", stack)


def _paths_in(entries: Iterable[tuple[str, str, str]], stacks: Mapping[str, str]) -> _Paths:
    """Sort the logical ids of a stack's metadata, in which those of nested stacks come as well, by their templates."""
    found: dict[str, dict[str, str]] = {}
    for path, type, id in entries:
        if type != _LOGICAL_ID:
            continue
        around = path.rpartition("/")[0]
        while around and around not in stacks:
            around = around.rpartition("/")[0]
        if around in stacks:
            found.setdefault(stacks[around], {})[id] = path.strip("/")
    return found
