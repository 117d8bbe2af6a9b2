"""The cases in which nobody can tell what comes of an update."""

from __future__ import annotations

from .comparison import Comparison
from .prediction import Change, Decision, PropertyChange
from .words import ids, listed

LOOK = (
    "Create a change set and look at it before you execute it, as AWS recommends anyway (documented, L12): it adds "
    "green resources if there will be a green deployment (inferred, Q3)."
)


def generated(update: Comparison) -> Decision | None:
    """Tell that what makes resources changes, of which the templates don't tell what it makes."""
    if not update.generated:
        return None
    return Decision("unknown", [f"Which resources {listed(update.generated)} makes, is not in the templates."], LOOK)


def moved(update: Comparison) -> Decision | None:
    """Tell that the application goes, or gets other logical ids."""
    gone = [change.previous_id or change.logical_id for change in update.doubtful if change.action != "modify"]
    if not gone:
        return None
    reason = (
        f"The application goes, or gets other logical ids: {listed(gone)}. By these the hook tells blue from green; "
        "what it makes of a change, nobody says (inferred from Q5)."
    )
    return Decision("unknown", [reason], "Keep the logical ids of the application.")


def doubtful(update: Comparison) -> Decision | None:
    """Tell that a replacement of the application is doubtful, or whether the hook sees it."""
    if update.replaced or not (update.doubtful or update.reworded):
        return None
    doubts = [_doubt(change, next(update.replacing(change))) for change in update.doubtful]
    return Decision("unknown", [*doubts, *map(rewording, update.reworded)], LOOK)


def _doubt(change: Change, part: PropertyChange) -> str:
    what = f"{part.path} of {change.logical_id}"
    if not part.certain:
        return f"Whether {what} changes, is known to CloudFormation only."
    if part.replacement != "always":
        return f"Whether a change of {what} replaces it, is not known ({part.replacement})."
    return (
        f"{what} changes, and its text in the template doesn't: {', '.join(map(str, part.causes))}. By documentation "
        "that makes a green deployment (L1); of the tag of an image people report that the hook doesn't see it, and "
        "that no deployment starts (P3)."
    )


def rewording(id: str) -> str:
    """Say that a resource is written differently, and the same in the end."""
    return (
        f"{id} is written differently, and the same in the end. To CloudFormation that is no change (reported, U3); "
        "the hook, which seems to compare the text, may see one (inferred from P3)."
    )


def refused_perhaps(update: Comparison) -> Decision | None:
    """Tell that the infrastructure perhaps changes together with the application."""
    others = update.infrastructure
    if not update.replaced or not others or any(change.certain for change in others):
        return None
    reason = (
        f"A replacement of {ids(update.replaced)}, and perhaps a change of {ids(others)}, for which the update would "
        "be refused (documented, L3): whether there is one, is known to CloudFormation only."
    )
    return Decision("unknown", [reason], LOOK)
