"""What a prediction says, and how its sentences name resources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Outcome = Literal[
    "no-change", "green-deployment", "native-deployment", "in-place-update", "outage", "refused", "unknown"
]
Kind = Literal["application", "infrastructure", "consequence"]
Action = Literal["add", "remove", "modify", "rename"]
# AWS's words for whether a change of a property replaces the resource; "unknown" where no schema is at hand.
Replacement = Literal["never", "conditionally", "unknown", "always"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Why a value changes.

    Attributes:
        kind: ``template`` when the template says something else; ``parameter``, ``mapping`` or ``condition`` when the
            template says the same and one of these changes; ``replacement`` or ``update`` when the value refers to a
            resource that is replaced, or to an attribute that is updated in place.
        name: Name of the parameter, mapping or condition, or the logical id of the resource; empty for ``template``.
    """

    kind: Literal["template", "parameter", "mapping", "condition", "replacement", "update"]
    name: str = ""

    def __str__(self) -> str:
        """Say it in words."""
        return {
            "template": "the template says something else",
            "parameter": f"parameter {self.name} changes",
            "mapping": f"mapping {self.name} changes",
            "condition": f"condition {self.name} changes",
            "replacement": f"{self.name}, which it refers to, is replaced",
            "update": f"{self.name}, which it refers to, is updated",
        }[self.kind]


@dataclass(frozen=True, kw_only=True, slots=True)
class PropertyChange:
    """A change of a value of a resource.

    Attributes:
        attribute: ``Properties``, or another attribute of a resource, such as ``Metadata`` or ``DeletionPolicy``.
        path: Where within the attribute, such as ``ContainerDefinitions[0].Image``; empty for all of it.
        replacement: Whether the change replaces the resource.
        certain: False if only CloudFormation can tell whether the value changes.
        causes: Why it changes.
        old: The value until now, with what is known put in; None when there is none. ``****`` stands for what is
            hidden: values of parameters with NoEcho and of environment variables, and what one of these takes the
            place of, or gives its place to.
        new: The value from now on, likewise. It may look like the old one, when what it refers to changes, or when both
            are hidden.
        reordered: Whether both are lists with the same items in another order.
    """

    attribute: str
    path: str
    replacement: Replacement
    certain: bool
    causes: tuple[Cause, ...]
    old: Any
    new: Any
    reordered: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A change of a resource.

    Attributes:
        logical_id: Its logical id, for a rename the new one.
        previous_id: For a rename the logical id until now; else empty.
        type: Its type.
        action: What happens to it; ``rename`` is the removal of a resource, and the addition of the same under another
            logical id.
        kind: ``application`` for the task definition and the task set that the hook names, and the task definition of
            a service that ECS itself deploys in steps; ``consequence`` for what
            changes only because one of these is replaced; ``infrastructure`` for anything else.
        replacement: Whether it is replaced; None for an addition and a removal.
        certain: False if only CloudFormation can tell whether anything changes.
        properties: What changes in it; nothing but for ``modify``.
    """

    logical_id: str
    previous_id: str = ""
    type: str
    action: Action
    kind: Kind
    replacement: Replacement | None
    certain: bool = True
    properties: tuple[PropertyChange, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One of the updates that do together what a single one is refused for.

    Attributes:
        title: What it does, as a sentence.
        outcome: What is predicted for it.
        template: The template to deploy.
        parameters: The parameters' values to deploy it with; a parameter that is not named keeps its value. One that is
            hidden is ``****``.
        tags: The tags that the stack gets with it; None if it keeps those that it has.
    """

    title: str
    outcome: Outcome
    template: Mapping[str, Any] = field(repr=False)
    parameters: Mapping[str, Any]
    tags: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """What an update will do.

    Attributes:
        outcome: ``no-change``: CloudFormation finds nothing to update; ``green-deployment``: the hook turns the update
            into a blue/green deployment; ``native-deployment``: ECS itself deploys a service blue/green, linear or
            canary; ``in-place-update``: CloudFormation updates without either; ``outage``: all production traffic goes
            to a target group without tasks; ``refused``: the update is refused, or fails; ``unknown``: it can't be told
            from the templates.
        changes: The changed resources, in the new template's order, removed ones last.
        reasons: Why, as sentences, with where it is known from: documented, reported or inferred, and the rules of
            ``docs/hook-rules.md`` and ``docs/native-rules.md``.
        warnings: What may go wrong, or differently, as sentences.
        advice: What to do, as a sentence; empty when nothing is to be said.
        steps: For ``refused``, the updates to make instead, if there are any that will do.
    """

    outcome: Outcome
    changes: tuple[Change, ...] = ()
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    advice: str = ""
    steps: tuple[Step, ...] = ()


class Decision(NamedTuple):
    """The part of a prediction that is decided by what changes."""

    outcome: Outcome
    reasons: Sequence[str]
    advice: str = ""


_MOST = 4


def listed(names: Iterable[str]) -> str:
    """Write names one after the other, of many the first few."""
    shown = [*dict.fromkeys(names)]
    if len(shown) > _MOST:
        shown[_MOST - 1 :] = [f"{len(shown) - _MOST + 1} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part)


def ids(changes: Iterable[Change]) -> str:
    """Write the logical ids of changes."""
    return listed(change.logical_id for change in changes)


def verb(names: Collection[object], singular: str, plural: str) -> str:
    """Give the form of a verb that goes with its subjects."""
    return singular if len(names) == 1 else plural


def top_name(part: PropertyChange) -> str:
    """Give the name of the property that a change is in, such as ``ContainerDefinitions``; empty for all of them."""
    return part.path.split(".")[0].split("[")[0]
