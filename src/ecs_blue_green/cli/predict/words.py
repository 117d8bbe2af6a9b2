"""Predictions in words, for all who show them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from ...template.hiding import MASK
from ...template.losses import Loss
from ...template.update import Change, Outcome, Prediction, PropertyChange, Step

MEANINGS: Mapping[Outcome, str] = {
    "no-change": "CloudFormation finds nothing to update.",
    "green-deployment": "CodeDeploy deploys the application blue/green.",
    "native-deployment": "ECS itself deploys a service, and moves its traffic in steps.",
    "in-place-update": "CloudFormation updates in place what changes, without a blue/green deployment.",
    "outage": "By all that is known, production traffic would go to a target group without tasks.",
    "refused": "The update fails, at once or with a rollback.",
    "unknown": "What the update does can't be told.",
}

_MODIFIED = {
    "always": "replaced",
    "conditionally": "perhaps replaced",
    "unknown": "perhaps replaced",
    "never": "updated",
}
_ACTIONS = {"add": "added", "remove": "removed", "rename": "renamed"}
# What a change of a value does to its resource: one that is certain, and one that only CloudFormation can tell of.
_CERTAIN = {
    "always": "replaces the resource",
    "conditionally": "may replace the resource",
    "unknown": "whether that replaces the resource is not known",
    "never": "",
}
_UNCERTAIN = {
    "always": "perhaps changes, which replaces the resource",
    "conditionally": "perhaps changes, which may replace the resource",
    "unknown": "perhaps changes, and whether that replaces the resource is not known",
    "never": "perhaps changes",
}
_WIDEST = 60
_MOST_CAUSES = 6
_BEFORE_DIFFERENCE = 20


def title(outcome: Outcome) -> str:
    """Write an outcome as words."""
    return "in-place update" if outcome == "in-place-update" else outcome.replace("-", " ")


def action(change: Change) -> str:
    """Say what happens to a resource, in a word or two."""
    done = _ACTIONS.get(change.action) or _MODIFIED[change.replacement or "never"]
    return done if change.certain or done.startswith("perhaps") else f"perhaps {done}"


def resource(change: Change) -> str:
    """Name a changed resource, for a rename with both names."""
    return f"{change.previous_id} -> {change.logical_id}" if change.previous_id else change.logical_id


def place(part: PropertyChange | Loss) -> str:
    """Name a property, or another attribute of a resource."""
    if part.attribute == "Properties" and part.path:
        return part.path
    dot = "." if part.path and not part.path.startswith("[") else ""
    return f"{part.attribute}{dot}{part.path}"


def values(part: PropertyChange) -> str:
    """Write a value as it was and as it will be, of long ones where they differ."""
    old, new = ("" if value is None else _shown(value) for value in (part.old, part.new))
    if old == new and MASK not in old:
        return _cut(old)
    start = 0
    if old != new and max(len(old), len(new)) > _WIDEST:  # hidden values only look the same
        difference = next(index for index, (one, other) in enumerate(zip_longest(old, new)) if one != other)
        start = max(0, difference - _BEFORE_DIFFERENCE)
    before, after = (f"{'…' if start else ''}{_cut(value[start:])}" for value in (old, new))
    return " -> ".join((before or "(nothing)", after or "(nothing)"))


def _shown(value: Any) -> str:
    """Write a value in a line."""
    return json.dumps(value, ensure_ascii=False)


def _cut(value: str) -> str:
    return value if len(value) <= _WIDEST else f"{value[: _WIDEST - 1]}…"


def details(part: PropertyChange) -> str:
    """Say what a change of a value does, and why the value changes, as far as the template doesn't say it itself."""
    does = (_CERTAIN if part.certain else _UNCERTAIN)[part.replacement]
    causes = [cause for cause in part.causes if cause.kind != "template"]
    if len(causes) > _MOST_CAUSES:
        more = f"and {len(causes) - _MOST_CAUSES + 1} more causes, which --json lists"
        said = [*map(str, causes[: _MOST_CAUSES - 1]), more]
    else:
        said = [*map(str, causes)]
    return "; ".join([does, *said] if does else said)


def step(number: int, step: Step) -> str:
    """Say one of the steps that are taken instead of a refused update."""
    parameters = " ".join(f"{name}={value}" for name, value in step.parameters.items())
    given = f" With the parameters {parameters}." if parameters else ""
    if step.tags is not None:
        tags = " ".join(f"{name}={value}" for name, value in step.tags.items())
        given += f" With the tags {tags}." if tags else " Without tags."
    return f"Step {number}: {step.title}{given} Predicted for it: {title(step.outcome)}."


def loss(lost: Loss) -> str:
    """Say what the transform loses."""
    what = place(lost) if lost.attribute else "the whole resource"
    return f"{what}, which was {_cut(_shown(lost.value))}"


def unchanged(predictions: Sequence[Prediction]) -> str:
    """Count the stacks that do not change."""
    stacks = "1 stack does" if len(predictions) == 1 else f"{len(predictions)} stacks do"
    is_sure = not any(prediction.warnings for prediction in predictions)
    return f"{stacks} not change{'.' if is_sure else ', as far as can be told: --json has the warnings.'}"
