"""What `lint` finds in the new template, and what comes of it for an update."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..findings import Finding
from ..rules import RULES, findings_of
from .comparison import Comparison
from .prediction import Prediction

_ADVICE = "Fix this in the new template first, and predict again: `ecs-blue-green rules RULE` explains each rule."


def with_faults(prediction: Prediction, update: Comparison) -> Prediction:
    """Let the findings of `lint` count: errors refuse an update, and what else is found is a warning.

    Any error refuses a green deployment, but one that fails later updates only. An error that fails every update
    refuses whatever changes something (``Rule.fails``). Where it is not known what the update does, such an error
    refuses it if anything changes for certain.

    Args:
        prediction: What is predicted without the findings.
        update: The update.
    """
    old, new = update.old, update.new
    # Without the hidden parameters, for findings tell of the values that they read.
    found = findings_of(new.template.with_parameters(new.told_scope.parameters))
    known = {*findings_of(old.template.with_parameters(old.told_scope.parameters))} if found else set()
    if prediction.outcome == "no-change":  # nothing is deployed: only what is new is news
        found = [finding for finding in found if finding not in known]
    errors = [finding for finding in found if finding.severity == "error" and _refuses(finding, prediction, update)]
    others = [finding for finding in found if finding not in errors]
    warnings = (*prediction.warnings, *(_sentence(finding, known) for finding in others))
    if not errors:
        return replace(prediction, warnings=warnings)
    reasons = [*_kept(prediction), *(_sentence(finding, known) for finding in errors)]
    return replace(prediction, outcome="refused", reasons=tuple(reasons), warnings=warnings, advice=_ADVICE, steps=())


def _refuses(finding: Finding, prediction: Prediction, update: Comparison) -> bool:
    fails, outcome = RULES[finding.rule].fails, prediction.outcome
    if fails == "later" or outcome == "no-change":
        return False
    if outcome == "unknown":
        is_one = update.old.template.resources and any(change.certain for change in update.changes)
        return bool(is_one) and fails == "every update"
    replaces = outcome in {"green-deployment", "native-deployment"} or bool(outcome == "refused" and update.replaced)
    return replaces or fails == "every update"


def _kept(prediction: Prediction) -> Iterator[str]:
    """Give the reasons that still hold when errors refuse the update."""
    if prediction.outcome == "refused":
        yield from prediction.reasons


def _sentence(finding: Finding, known: set[Finding]) -> str:
    about = f"{finding.rule} of {finding.logical_id}" if finding.logical_id else finding.rule
    return f"{about}{', which the deployed template has too' if finding in known else ''}: {finding.message}"
