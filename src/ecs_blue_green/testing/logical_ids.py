"""Whether logical ids are those that were frozen in a file.

To CloudFormation a resource is its logical id: under another one it is created again, and what runs under the old one
is deleted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..checks.caller import caller
from ..errors import InvalidArgumentsError
from ..template.model import Template
from .templates import name_of, read_template

if TYPE_CHECKING:
    from aws_cdk import Stack


def freeze_logical_ids(stack_or_template: Stack | Mapping[str, Any], file: str | os.PathLike[str]) -> None:
    """Write the logical ids of all resources, with their types, into a file for ``assert_logical_ids``.

    Args:
        stack_or_template: A stack of an app, or a template.
        file: The file, in JSON; what is in it is lost. A relative path starts at the current folder.

    Raises:
        InvalidArgumentsError: It is neither a stack nor a template, or the file can't be written.
    """
    __tracebackhide__ = True
    function = "freeze_logical_ids"
    path, ids = _read(stack_or_template, file, function)
    try:
        path.write_text(json.dumps(ids, indent=2) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise _refusal(function, f"file must be one that can be written, got '{path}': {error.strerror}") from error


def assert_logical_ids(stack_or_template: Stack | Mapping[str, Any], file: str | os.PathLike[str]) -> None:
    """Assert that the resources are those of a file, by their logical ids and types.

    Args:
        stack_or_template: A stack of an app, or a template.
        file: A file that ``freeze_logical_ids`` wrote. A relative path starts at the current folder.

    Raises:
        AssertionError: There is no such file, or a resource is removed, added, or of another type.
        InvalidArgumentsError: It is neither a stack nor a template, or the file holds something else.
    """
    __tracebackhide__ = True
    function = "assert_logical_ids"
    path, ids = _read(stack_or_template, file, function)
    if not path.exists():
        raise AssertionError(
            f"There is no {path} yet: call freeze_logical_ids in this place, once, and commit the file"
        )
    frozen = _frozen(path, function)
    both = [id for id in ids if id in frozen]
    changes = [
        *(f"removed: {id} ({type})" for id, type in frozen.items() if id not in ids),
        *(f"added: {id} ({type})" for id, type in ids.items() if id not in frozen),
        *(f"of another type: {id} ({ids[id]}, was {frozen[id]})" for id in both if ids[id] != frozen[id]),
    ]
    if changes:
        meaning = _ADDED if frozen.items() <= ids.items() else _REPLACED
        lines = [f"{name_of(stack_or_template)} does not have the logical ids of {path}:", *changes, meaning, _ADVICE]
        raise AssertionError("\n  ".join(lines))


_ADDED = "What is there already stays as it is."
_REPLACED = (
    "CloudFormation makes what is new and deletes what is gone, with what runs on it: under another logical id, a "
    "resource is replaced. Logical ids come from the ids of the construct and of those around it."
)
_ADVICE = "If this is meant, call freeze_logical_ids in this place, once, and commit the file."


def _read(
    stack_or_template: Stack | Mapping[str, Any], file: str | os.PathLike[str], function: str
) -> tuple[Path, dict[str, str]]:
    """Give the path of a file, and the types of all resources by their logical ids, in order."""
    __tracebackhide__ = True
    resources = Template(read_template(stack_or_template, function)).resources
    try:
        path = Path(file)
    except TypeError as error:
        raise _refusal(function, f"file must be the path of a file, got {file!r}") from error
    return path, {id: resources[id].type for id in sorted(resources)}


def _frozen(path: Path, function: str) -> dict[str, str]:
    """Read what was frozen."""
    __tracebackhide__ = True
    allowed = "file must be one that freeze_logical_ids wrote"
    try:
        frozen = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _refusal(function, f"{allowed}, got '{path}': {error}") from error
    if isinstance(frozen, dict) and all(isinstance(type, str) for type in frozen.values()):
        return frozen
    raise _refusal(function, f"{allowed}, got '{path}', which holds no types by logical ids")


def _refusal(function: str, mistake: str) -> InvalidArgumentsError:
    return InvalidArgumentsError(function, caller(), [mistake])
