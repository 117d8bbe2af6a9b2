"""Which templates of the command line belong together: the deployed and the new one of a stack."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from ...template import model
from ...template.values import dig, text
from ..templates import STANDARD_INPUT, TemplateFile, UnreadableError, read_template, read_templates

_IF_NEW = " A new blue/green stack is created with blue, without CodeDeploy (documented: Q1)."
_SUFFIX = ".template.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """The templates of a stack.

    Attributes:
        deployed: The deployed template.
        new: The new one.
    """

    deployed: TemplateFile
    new: TemplateFile


def read_pairs(deployed: str, new: str, chosen: str | None) -> tuple[list[Pair], list[str]]:
    """Read the templates that two paths mean.

    Args:
        deployed: A template file, a cdk.out folder, or ``-`` for standard input.
        new: Likewise.
        chosen: Name of the stack or of the template file to take from a folder; None for all, or the only one.

    Returns:
        The templates of each stack, and a sentence for each stack of which there is only one.

    Raises:
        UnreadableError: If something can't be read, or it can't be told what belongs together.
    """
    if deployed == new == STANDARD_INPUT:
        raise UnreadableError(STANDARD_INPUT, "can't be both the deployed and the new template: name a file for one")
    if pairs_folders(deployed, new, chosen):
        return _pair_folders(deployed, new)
    before, after = (
        choose_template(path, chosen) if chosen else choose_template(path, os.path.basename(other), only=True)
        for path, other in ((deployed, new), (new, deployed))
    )
    return [Pair(deployed=before, new=after)], []


def pairs_folders(deployed: str, new: str, chosen: str | None) -> bool:
    """Tell whether the stacks of two folders are compared, rather than one stack."""
    return chosen is None and os.path.isdir(deployed) and os.path.isdir(new)


def _pair_folders(deployed: str, new: str) -> tuple[list[Pair], list[str]]:
    """Pair the templates of two folders by their places in these."""
    before, after = ({_place(folder, one): one for one in _stacks(folder)} for folder in (deployed, new))
    pairs = [Pair(deployed=before[place], new=template) for place, template in after.items() if place in before]
    if not pairs:
        raise UnreadableError(
            new,
            f"has no template of the same name as one in {deployed} ({_listed(deployed, [*before.values()])}): name "
            "the two templates themselves",
        )
    alone = [
        f"{template.path}: {folder} has no template of that name: nothing is predicted for it.{more}"
        for side, other, folder, more in ((after, before, deployed, _IF_NEW), (before, after, new, ""))
        for place, template in side.items()
        if place not in other
    ]
    return pairs, alone


def choose_template(path: str, name: str, *, only: bool = False) -> TemplateFile:
    """Read a template.

    Args:
        path: A template file, ``-`` for standard input, or a cdk.out folder, from which one template is taken.
        name: Name of the stack in the folder, or of its template file.
        only: Whether to take, if none has this name, the folder's only template, or its only one with a hook.

    Raises:
        UnreadableError: If it can't be read, or it can't be told which.
    """
    if not os.path.isdir(path):
        return read_template(path)
    templates = _stacks(path)
    found = [template for template in templates if name in _names(path, template)]
    if only:
        hooked = [template for template in templates if model.Template(template.content).is_blue_green]
        found = next((some for some in (found, templates, hooked) if len(some) == 1), [])
    if len(found) == 1:
        return found[0]
    if found:
        problem = f"has {len(found)} templates of {name}"
    else:
        problem = f"holds {len(templates)} templates" if only else f"has no template of {name}"
    raise UnreadableError(
        path, f"{problem}: say with --template which one to take: {_listed(path, found or templates)}"
    )


def _stacks(folder: str) -> list[TemplateFile]:
    """Read the templates of a folder; nested stacks are updated with the stack that they are in."""
    templates, unreadable = read_templates([folder])
    if unreadable:
        raise unreadable[0]
    return [template for template in templates if not template.is_nested]


def _names(folder: str, template: TemplateFile) -> set[str]:
    """List what a template may be called."""
    file = os.path.basename(template.path)
    names = {_place(folder, template), file, file.removesuffix(_SUFFIX)}
    id, artifact = template.assembly.stack(file)
    return names | {text(dig(artifact, "properties", "stackName")) or id, text(dig(artifact, "displayName"))} - {""}


def _place(folder: str, template: TemplateFile) -> str:
    return os.path.relpath(template.path, folder)


def _listed(folder: str, templates: Sequence[TemplateFile]) -> str:
    return ", ".join(_place(folder, template).removesuffix(_SUFFIX) for template in templates)
