"""Templates from where the command line says: files, cdk.out folders, standard input."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any

from ..template import values
from ..template.construct_paths import Assembly
from ..template.files import MOST_BYTES_OF_ASSEMBLIES, FileRefusedError, read_file, read_stream, read_within
from .errors import CommandError
from .options import most_bytes

STANDARD_INPUT = "-"  # as it is named on the command line

_STANDARD_INPUT_IN_WORDS = "standard input"

_YAML_SUFFIXES = {".yaml", ".yml"}

# Objects, lists and what is in them: more than a template of CloudFormation's 1 MB holds.
_MOST_NODES = 500_000
_MOST_NODES_OF_ASSEMBLIES = 2_000_000
# How deep objects and lists stand in each other: Python writes no JSON of what is nested a few hundred times.
_DEEPEST = 100

# A line that begins with a key, in JSON or YAML.
_KEY = re.compile(r"""([ \t]*)(?:"([^"]*)"[ \t]*:|'([^']*)'[ \t]*:|(\S+?)[ \t]*:(?:\s|$))""")

# What of JSON tells where its objects have which keys.
_TOKENS = re.compile(r"""(?P<key>"(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|(?P<bracket>[][{}])""")


class UnreadableError(CommandError):
    """Something that can't be read as a template; as a text it is a whole sentence.

    Attributes:
        path: What can't be read, as it was named.
        line: Where, from 1; None when it is not about a line.
    """

    def __init__(self, path: str, reason: str, line: int | None = None) -> None:
        """Compose the sentence: ``reason`` says why, and what to do."""
        self.path = path
        self.line = line
        name = _STANDARD_INPUT_IN_WORDS if path == STANDARD_INPUT else path
        super().__init__(f"{name}: {reason}" if line is None else f"{name}:{line}: {reason}")


@dataclass(frozen=True, kw_only=True)
class TemplateFile:
    """A template that was read.

    Attributes:
        path: Its file, or ``-`` for standard input.
        text: What the file holds.
        content: The template.
        assembly: The cloud assembly that it is in, which tells nothing if there is none.
    """

    path: str
    text: str = field(repr=False)
    content: dict[str, Any] = field(repr=False)
    assembly: Assembly = field(repr=False)

    @cached_property
    def construct_paths(self) -> Mapping[str, str]:
        """CDK's construct paths by logical id, as far as a cloud assembly tells them."""
        return self.assembly.construct_paths(os.path.basename(self.path), self.content)

    def line_of(self, logical_id: str) -> int:
        """Give the line that defines a logical id: of those that hold it as a key, the one that is indented least."""
        return self._lines.get(logical_id, (0, 1))[1]

    @cached_property
    def _lines(self) -> dict[str, tuple[int, int]]:
        """How far keys are indented where that is least, and the first such line, by the keys."""
        found: dict[str, tuple[int, int]] = {}
        for number, line in enumerate(self.text.split("\n"), 1):
            if match := _KEY.match(line):
                indent, key = len(match[1]), next(key for key in match.groups()[1:] if key is not None)
                if key not in found or indent < found[key][0]:
                    found[key] = indent, number
        return found

    @property
    def name(self) -> str:
        """What people call it: its stack's name, if a cloud assembly tells that, or else the file's."""
        if self.path == STANDARD_INPUT:
            return _STANDARD_INPUT_IN_WORDS
        id, artifact = self._artifact
        return values.text(values.dig(artifact, "properties", "stackName")) or id or os.path.basename(self.path)

    @property
    def _artifact(self) -> tuple[str, dict[str, Any]]:
        """Its stack as a cloud assembly lists it: the id and what is said of it; nothing without one."""
        return self.assembly.stack(os.path.basename(self.path))

    @property
    def tags(self) -> dict[str, str] | None:
        """The tags of its stack, which `cdk deploy` sets; None if no cloud assembly tells them."""
        id, artifact = self._artifact
        tags = values.dig(artifact, "properties", "tags") or {}
        is_known = id and isinstance(tags, dict) and all(isinstance(value, str) for value in tags.values())
        return {**tags} if is_known else None

    @property
    def pseudo_parameters(self) -> dict[str, str]:
        """The pseudo parameters of its stack, as far as a cloud assembly tells them."""
        id, artifact = self._artifact
        if not id:
            return {}
        account, _, region = values.text(artifact.get("environment")).removeprefix("aws://").partition("/")
        found = {
            "AWS::AccountId": "" if account == "unknown-account" else account,
            "AWS::Region": "" if region == "unknown-region" else region,
            "AWS::StackName": values.text(values.dig(artifact, "properties", "stackName")) or id,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def is_nested(self) -> bool:
        """Whether it is that of a nested stack, by the name that CDK gives the file."""
        return self.path.endswith(".nested.template.json")


def read_templates(paths: Iterable[str]) -> tuple[list[TemplateFile], list[UnreadableError]]:
    """Read all templates that some paths name, each once.

    Args:
        paths: Template files, cdk.out folders, ``-`` for standard input.

    Returns:
        The templates, and what can't be read.
    """
    templates: dict[str, TemplateFile] = {}
    unreadable: dict[str, UnreadableError] = {}
    assemblies: dict[str, Assembly] = {}
    for path in paths:
        try:
            files = _files(path)
        except UnreadableError as error:
            unreadable[path] = error
            continue
        for file in files:
            real = file if file == STANDARD_INPUT else os.path.realpath(file)
            if real in templates or real in unreadable:
                continue
            folder = os.path.dirname(file)
            try:
                templates[real] = read_template(
                    file, within=path if file != path else None, assembly=assemblies.get(folder)
                )
            except UnreadableError as error:
                # What is wrong with a manifest is told once.
                unreadable[real if error.path == file else error.path] = error
            else:
                assemblies[folder] = templates[real].assembly
    return [*templates.values()], [*unreadable.values()]


def read_template(path: str, *, within: str | None = None, assembly: Assembly | None = None) -> TemplateFile:
    """Read a template.

    Args:
        path: A JSON or YAML file, or ``-`` for standard input.
        within: The folder that it must be in; None if the file itself was named.
        assembly: The cloud assembly that it is in, if that has been looked at before.

    Raises:
        UnreadableError: If it is no template.
    """
    try:
        data = _bytes(path, within)
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableError(path, f"is not UTF-8 (byte 0x{data[error.start]:02x}): save it as UTF-8", line) from error
    return template_in(path, text, assembly)


def _bytes(path: str, within: str | None) -> bytes:
    """Read a file, or standard input."""
    try:
        if path == STANDARD_INPUT:
            return read_stream(sys.stdin.buffer, most_bytes())
        if within is None:
            return read_file(path, most_bytes())
        return read_within(within, os.path.relpath(path, within), most_bytes())
    except OSError as error:
        raise UnreadableError(path, _reason(error)) from error
    except FileRefusedError as error:
        raise UnreadableError(path, _refusal(error)) from error
    except ValueError as error:  # a name with a null character
        raise UnreadableError(path, "there is no such file or folder") from error


def _refusal(error: FileRefusedError) -> str:
    reason = str(error)
    if "larger" in reason:
        return f"{reason}: --max-size allows more, and CloudFormation takes templates of 1 MB"
    if "a pipe" in reason:
        return f"{reason}: give what comes through it as standard input, which is -"
    return f"{reason}: it is not read"


def template_in(path: str, text: str, assembly: Assembly | None = None) -> TemplateFile:
    """Read the template in a text.

    Args:
        path: Where the text is from, as it was named.
        text: JSON or YAML.
        assembly: The cloud assembly that it is in, if that has been looked at before.

    Raises:
        UnreadableError: If it is no template.
    """
    content = _parse(path, text)
    if isinstance(content, str) and path == STANDARD_INPUT:
        # AWS's command line prints a template in YAML as one text in JSON.
        text = content
        content = _parse(path, text)
    if not isinstance(content, dict):
        raise UnreadableError(path, f"is no template: a template is an object, and this is {_KINDS[type(content)]}")
    if _is_too_deep(content):
        raise UnreadableError(path, "is nested too deeply for a template")
    found = assembly or Assembly(os.path.dirname(path), _read_beside)
    template = TemplateFile(path=path, text=text, content=content, assembly=found)
    _ = template.construct_paths  # what must not be read for them is told here, and not in the middle of a report
    return template


def _is_too_deep(content: object) -> bool:
    level = [content]
    for _ in range(_DEEPEST):
        parts = (node.values() if isinstance(node, dict) else node for node in level if isinstance(node, (dict, list)))
        level = [part for inner in parts for part in inner if isinstance(part, (dict, list))]
    return bool(level)


def _read_beside(folder: str, name: str) -> object:
    """Read the JSON in a file of a cloud assembly, if it is there; one that is damaged, or must not be read, is told.

    Without it, a prediction would have no tags and no account, and be wrong where these count.
    """
    path = os.path.join(folder, name)
    try:
        content = read_within(folder, name, max(MOST_BYTES_OF_ASSEMBLIES, most_bytes()))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise UnreadableError(
            path, _reason(error) if isinstance(error, OSError) else "no file has such a name"
        ) from error
    except FileRefusedError as error:
        raise UnreadableError(path, _refusal(error)) from error
    if sum(map(content.count, (b"{", b"[", b","))) > _MOST_NODES_OF_ASSEMBLIES:
        raise UnreadableError(path, f"is too large: it holds more than {_MOST_NODES_OF_ASSEMBLIES:,} values")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(path, f"can't be read as JSON: {_DAMAGED}") from error
    # An object without artifacts is something else of that name.
    artifacts = found.get("artifacts", {}) if isinstance(found, dict) else None
    if not isinstance(artifacts, dict) or not all(isinstance(artifact, dict) for artifact in artifacts.values()):
        raise UnreadableError(path, f"is none of a cloud assembly: {_DAMAGED}")
    return found


_DAMAGED = "synthesize it again, or name the template in a folder without it"

_KINDS = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false", type(None): "empty"}


def _parse(path: str, text: str) -> object:
    suffix = Path(path).suffix.lower()
    try:
        if suffix == ".json" or (suffix not in _YAML_SUFFIXES and text.lstrip().startswith(("{", "["))):
            if sum(map(text.count, "{[,")) > _MOST_NODES:
                raise UnreadableError(path, f"is too large for a template: it holds more than {_MOST_NODES:,} values")
            return (
                json.loads(text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_float)
                if text.strip()
                else None
            )
        # YAML's reader is slow, so that only what needs it loads it.
        from .short_tags import YamlError, load

        try:
            return load(text)
        except YamlError as error:
            raise UnreadableError(path, f"can't be read as YAML: {error}", error.line) from error
    except json.JSONDecodeError as error:
        raise UnreadableError(
            path, f"can't be read as JSON: {error.msg[0].lower()}{error.msg[1:]}", error.lineno
        ) from error
    except _RepeatedKeyError as error:
        key, first, again = _repeated_key(text)
        reason = f"can't be read as JSON: the key {key} is there twice, first in line {first}"
        raise UnreadableError(path, reason, again) from error
    except RecursionError as error:
        raise UnreadableError(path, "is nested too deeply for a template") from error
    except _NoNumberError as error:
        raise UnreadableError(path, f"can't be read as JSON: {error}") from error
    except ValueError as error:
        raise UnreadableError(path, "holds a number of more digits than can be read") from error


class _NoNumberError(Exception):
    """What Python takes for a number, and would write as what is none in JSON, such as ``NaN``."""


def _no_number(name: str) -> object:
    raise _NoNumberError(f"{name} is no number that it has")


def _float(digits: str) -> float:
    found = float(digits)
    if not isfinite(found):
        raise _NoNumberError("it has a number that is too large")
    return found


class _RepeatedKeyError(Exception):
    """A key that an object has twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeyError
    return found


def _repeated_key(text: str) -> tuple[str, int, int]:
    """Find a key that an object in JSON has twice, which json does not tell: the key, and the lines that it is in."""
    objects: list[dict[str, int]] = []  # those around a place, each with the places of its keys
    for token in _TOKENS.finditer(text):
        if token["bracket"] in ("{", "["):
            objects.append({})
        elif token["bracket"]:
            objects.pop()
        elif key := token["key"]:
            first = objects[-1].setdefault(json.loads(key), token.start())
            if first != token.start():
                break
    return key, text.count("\n", 0, first) + 1, text.count("\n", 0, token.start()) + 1


def _files(path: str) -> list[str]:
    """List the template files that a path of the command line means."""
    if path == STANDARD_INPUT or not os.path.isdir(path):
        return [path]
    try:
        found = [*_assembly(path)]
    except OSError as error:
        raise UnreadableError(error.filename or path, _reason(error)) from error
    if not found:
        raise UnreadableError(
            path,
            "holds no *.template.json: name a cdk.out folder, which `cdk synth` fills, or the templates themselves",
        )
    return found


def _assembly(folder: str, root: str = "", seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """List the templates of a cloud assembly, then those of its stages; what assets hold is none of it."""
    real = os.path.realpath(folder)
    root = root or real
    if os.path.commonpath([root, real]) != root:
        raise UnreadableError(folder, "is a link to outside of the folder that it is in: it is not read")
    if real in seen:
        raise UnreadableError(folder, "is a link to a folder that it is in: it is not read")
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    yield from (entry.path for entry in entries if entry.name.endswith(".template.json"))
    for entry in entries:
        if entry.name.startswith("assembly-") and entry.is_dir():
            yield from _assembly(entry.path, root, seen | {real})


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    return f"can't be read: {(error.strerror or str(error)).lower()}"
