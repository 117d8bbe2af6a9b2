"""The tags of a stack, which are not in its template, and what a change of them does (rule E7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .comparison import Comparison
from .prediction import Prediction, Step, ids, listed

Tags = Mapping[str, str]


def changed_tags(old: Tags | None, new: Tags | None) -> list[str]:
    """Name the tags that change.

    Args:
        old: The tags that the stack has; None if they are not known.
        new: The tags that it gets; None if they stay, or are not known.
    """
    if old is None or new is None:
        return []
    return [name for name in {**old, **new} if old.get(name) != new.get(name) and not name.startswith("aws:")]


def with_tags(prediction: Prediction, update: Comparison, changed: list[str]) -> Prediction:
    """Add what the change of the stack's tags does.

    Args:
        prediction: What is predicted of the templates.
        update: The update.
        changed: The tags that change.
    """
    if not changed:
        return prediction
    outcome, reasons = prediction.outcome, prediction.reasons
    change = f"The stack's tags change ({listed(changed)}): CloudFormation modifies every resource that supports tags"
    if outcome == "no-change":
        return replace(prediction, outcome="in-place-update", reasons=(f"{change} (reported: E7).",))
    if update.new.native_services and not update.runs_hook:
        warning = (
            "A listener rule has the stack's tags too. Whether a change of them also writes its weights is not known "
            "(NE11): with green live, that would send production traffic to a target group without tasks."
        )
        return replace(
            prediction, reasons=(*reasons, f"{change} (reported: E7)."), warnings=(warning, *prediction.warnings)
        )
    if outcome == "unknown":
        warning = f"{change}. If the application is replaced, that is refused (reported and inferred: E7, L3)."
        return replace(prediction, warnings=(warning, *prediction.warnings))
    if outcome == "in-place-update" or not update.replaced:
        return replace(prediction, reasons=(*reasons, f"{change} (reported: E7)."))
    refusal = (
        f"A replacement of {ids(update.replaced)} together with a change of the stack's tags ({listed(changed)}), "
        "which modifies every resource that supports tags: that can't be one update (reported and inferred: E7, L3)."
    )
    kept = reasons if outcome == "refused" else ()
    return replace(prediction, outcome="refused", reasons=(*kept, refusal))


def tag_steps(update: Comparison, new: Tags, given: Mapping[str, Any]) -> tuple[Step, ...]:
    """Split an update in the change of the tags, with the deployed template, and all else.

    Args:
        update: The update, which changes the application.
        new: The tags that the stack gets.
        given: The parameters that the update sets.
    """
    return (
        Step(
            title="Change the stack's tags, with the template that is deployed.",
            outcome="in-place-update",
            template=update.old.template.source,
            parameters={},
            tags=new,
        ),
        Step(
            title=f"Change the application ({ids(update.replaced)}).",
            outcome="green-deployment",
            template=update.new.template.source,
            parameters=given,
        ),
    )
