"""What may go wrong with an update."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ..colour import Colour
from ..model import PRIMARY_TASK_SET
from .comparison import Comparison, hook_and_transform
from .prediction import Change
from .words import ids, listed

_METADATA = "AWS::CDK::Metadata"


def cautions(update: Comparison, live: Colour | None) -> list[str]:
    """List what to know beside the outcome, as sentences.

    Args:
        update: The update.
        live: Which colour's task set the stack runs; None if that isn't known.
    """
    checks: Sequence[Callable[[Comparison], Iterator[str]]] = [_renamed]
    if update.runs_hook:
        checks = [*checks, _metadata, _refers_to_application, _unseen, _unnoticed, _outputs]
    if all(hook_and_transform(update.old.template)) and live != "blue":
        beware = [_switched_off, _listeners] if live is None else [_switched_off_from_green, _listeners_from_green]
        checks = [*beware, *checks]
    return [caution for check in checks for caution in check(update)]


def _switched_off(update: Comparison) -> Iterator[str]:
    if update.switches_off:
        yield (
            "Look first which colour is live. With green live, CloudFormation makes a blue task set, points the "
            "listeners back at blue and deletes the green one (inferred, Q13). If the service waits for the listeners, "
            "these switch before the blue tasks run, which is an outage (reported, Q14); in the update mode in-place "
            "it doesn't."
        )


def _switched_off_from_green(update: Comparison) -> Iterator[str]:
    if update.switches_off:
        yield (
            "Green is live: CloudFormation makes a blue task set, points the listeners back at blue and deletes the "
            "green one (inferred, Q6, Q13). If the service waits for the listeners, these switch before the blue tasks "
            "run, which is an outage (reported, Q14); in the update mode in-place it doesn't. Better deploy blue/green "
            "once more before, until blue is live."
        )


def _listeners(update: Comparison) -> Iterator[str]:
    changed = _changed_listeners(update)
    if changed:
        yield (
            f"A change of {ids(changed)} writes the template's weights back, which send traffic to blue: don't make it "
            "while green is live (inferred from Q9)."
        )


def _listeners_from_green(update: Comparison) -> Iterator[str]:
    changed = _changed_listeners(update)
    if changed:
        yield (
            f"Green is live (inferred, Q6): a change of {ids(changed)} writes the template's weights back, which send "
            "traffic to blue, where no task runs (inferred from Q9), which is an outage. Deploy blue/green once more "
            "before, until blue is live (P10)."
        )


def _changed_listeners(update: Comparison) -> list[Change]:
    routes = {id for deployment in update.old.template.deployments for id in deployment.routes.values()}
    return [change for change in update.changes if change.logical_id in routes]


def _renamed(update: Comparison) -> Iterator[str]:
    for change in update.changes:
        if change.action == "rename":
            yield (
                f"{change.previous_id} gets the logical id {change.logical_id}, which makes it another resource: it is "
                "made anew, and the former one deleted with all that is in it. With a physical name of its own it "
                "can't be made, as that one has the name (documented, U7)."
            )


def _metadata(update: Comparison) -> Iterator[str]:
    changed = [change for change in update.changes if change.type == _METADATA]
    if changed:
        yield (
            f"{ids(changed)} changes with every version of CDK (reported, P2): set analytics_reporting=False on the "
            "stack, and it goes for good."
        )


def _refers_to_application(update: Comparison) -> Iterator[str]:
    found = [change for change in update.changes if change.kind == "consequence" and change.type != PRIMARY_TASK_SET]
    if found:
        yield (
            f"{ids(found)} changes with the application, as it refers to that. Whether the hook refuses the update for "
            "it, is not known (inferred from L3)."
        )


def _unseen(update: Comparison) -> Iterator[str]:
    causes = {
        cause
        for change in update.replaced
        for part in change.properties
        if part.replacement == "always"
        for cause in part.causes
    }
    if causes and all(cause.kind != "template" for cause in causes):
        because = ", ".join(sorted(str(cause) for cause in causes if cause.name not in update.application))
        yield (
            f"{ids(update.replaced)} is replaced, and its text in the template stays: {because}. The hook may not see "
            "that; the running tasks would then be replaced in place (inferred from P3)."
        )


def _unnoticed(update: Comparison) -> Iterator[str]:
    reworded = [id for id in update.other_words if id not in update.application]
    for what, rule in ((update.unnoticed_attributes, "U2"), (listed(reworded), "U3")):
        if what and update.replaced:
            yield (
                f"CloudFormation takes no notice of what is different in {what} (reported, {rule}). Whether the hook "
                "does, and refuses the update for it, is not known."
            )


def _outputs(update: Comparison) -> Iterator[str]:
    if update.outputs and update.replaced:
        yield (
            f"Output {listed(update.outputs)} changes as well. It is no resource; but AWS documents that outputs are "
            "not supported beside the hook (documented and contradicted, L7)."
        )
