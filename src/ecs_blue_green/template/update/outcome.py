"""What comes of an update: the first of some cases that it is in."""

from __future__ import annotations

from collections.abc import Iterable

from .comparison import Comparison, hook_and_transform
from .doubts import LOOK, doubtful, generated, moved, refused_perhaps, rewording
from .parameters import is_obfuscated
from .prediction import Decision
from .words import ids, listed


def decide(update: Comparison) -> Decision:
    """Tell what comes of an update."""
    cases = (
        _no_template,
        generated,
        _changed_type,
        _nothing,
        _without_hook,
        _half_a_hook,
        _no_application,
        moved,
        doubtful,
        refused_perhaps,
        _refused,
        _green,
    )
    return next((decision for case in cases if (decision := case(update))), None) or _in_place(update)


def _no_template(update: Comparison) -> Decision | None:
    for which, side in (("deployed", update.old), ("new", update.new)):
        if not side.template.resources:
            return Decision("unknown", [f"The {which} template has no resources, so that it can't be a stack's."])
    return None


def _changed_type(update: Comparison) -> Decision | None:
    changed = [change for change in update.changes if any(part.attribute == "Type" for part in change.properties)]
    if not changed:
        return None
    return Decision(
        "refused",
        [f"Another type for {ids(changed)}: expect 'Update of resource type is not permitted' (reported, U5)."],
        "Give the resource of the other type a logical id of its own.",
    )


def _nothing(update: Comparison) -> Decision | None:
    if update.changes or update.outputs:
        return None
    if update.switches_off:
        reason = (
            "Nothing but transform and hook goes. With blue live there is nothing to update; with green live the green "
            "task set is replaced by the blue one, without CodeDeploy (inferred, Q13)."
        )
        return Decision("in-place-update", [reason])
    if update.reworded and update.runs_hook:
        return Decision("unknown", [*map(rewording, update.reworded)], LOOK)
    reasons = ["No resource and no output changes."]
    if update.sections:
        reasons.append(
            f"What does change, {listed(update.sections)}, is no update by itself (documented for Description, "
            "Metadata and Conditions, reported or inferred for the rest, U3); it takes effect with the next one."
        )
    if update.unnoticed:
        reasons.append(f"CloudFormation takes no notice of {update.unnoticed_attributes} (reported, U2).")
    if update.other_words:
        reasons.append(f"{listed(update.other_words)}: written differently, and the same in the end (reported, U3).")
    return Decision("no-change", reasons)


def _without_hook(update: Comparison) -> Decision | None:
    if any(hook_and_transform(update.new.template)):
        return None
    reasons = ["The new template has neither hook nor transform: CloudFormation updates in place (documented, L3)."]
    touched = [change for change in update.changes if change.kind == "application"]
    if touched:
        reasons.append(f"There is no green deployment for {ids(touched)}.")
    return Decision("in-place-update", reasons)


def _half_a_hook(update: Comparison) -> Decision | None:
    hook, transform = hook_and_transform(update.new.template)
    if not hook:
        reason = "The template has the transform without a hook; what comes of that, nobody says (S1)."
        return Decision("unknown", [reason], "Add the hook, or remove the transform.")
    touched = update.replaced or update.doubtful
    if transform or not touched:
        return None
    reason = (
        f"A replacement of {ids(touched)}, and the transform is missing: expect 'The TaskDefinition logical Id is the "
        "same between initial and final template' (reported, P7)."
    )
    return Decision("refused", [reason], "Add the transform AWS::CodeDeployBlueGreen.")


def _no_application(update: Comparison) -> Decision | None:
    if update.application:
        return None
    reason = "The hook names neither a task definition nor a task set of the template (S18, S19)."
    return Decision("unknown", [reason], "Name them; `ecs-blue-green lint` tells what else is wrong with the hook.")


def _refused(update: Comparison) -> Decision | None:
    reasons = []
    if update.replaced and update.infrastructure:
        reasons.append(
            f"A replacement of {ids(update.replaced)} together with a change of {ids(update.infrastructure)}: that "
            "can't be one update (documented, L3). Expect 'Additional resource diff other than ECS application related "
            "resource update is detected' (reported, L5)."
        )
    hidden = _hidden_parameters(update)
    if update.replaced and hidden:
        reasons.append(
            f"Another value for {listed(hidden)}: a green deployment can't update a parameter that NoEcho hides, or "
            "that takes its value from a dynamic reference (documented, L10)."
        )
    return Decision("refused", reasons) if reasons else None


def _hidden_parameters(update: Comparison) -> Iterable[str]:
    causes = {cause for change in update.changes for part in change.properties for cause in part.causes}
    named = {cause.name for cause in causes if cause.kind == "parameter"}
    template, values = update.new.template, update.new.scope.parameters
    return sorted(name for name in named if is_obfuscated(template, name, values))


def _green(update: Comparison) -> Decision | None:
    if not update.replaced:
        return None
    reasons = [
        f"A replacement of {ids(update.replaced)}, and of the rest nothing changes but what follows from it: the hook "
        "makes a green deployment of the update (documented, L1)."
    ]
    if not all(hook_and_transform(update.old.template)):
        reasons.append(
            "Transform and hook come with this update. AWS says that without them there is no green deployment, so "
            "that it should be the new template that counts (inferred from L3)."
        )
    elif "Hooks" in update.sections:
        reasons.append("The hook's settings change as well; the new ones should count (inferred).")
    return Decision("green-deployment", reasons)


def _in_place(update: Comparison) -> Decision:
    reasons = [
        "No replacement of the task definition or the task set: CloudFormation updates in place, without CodeDeploy "
        "(documented, Q12)."
    ]
    if not update.changes:
        reasons.append("Only outputs change, which CloudFormation takes for an update (reported, U4).")
    if all(part.attribute != "Properties" for change in update.changes for part in change.properties):
        reasons.append("Attributes such as Metadata or DeletionPolicy are part of their resource (documented, U1).")
    return Decision("in-place-update", reasons)
