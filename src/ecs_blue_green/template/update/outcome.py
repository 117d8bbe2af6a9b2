"""What comes of an update: the first of some cases that it is in."""

from __future__ import annotations

from collections.abc import Iterator

from ..colour import Colour
from ..model import PRIMARY_TASK_SET, TRANSFORM
from ..values import dig, quoted, same
from .changes import UPDATING_ATTRIBUTES
from .comparison import Comparison, hook_and_transform
from .native import decide_native
from .parameters import broken_constraint, is_obfuscated
from .prediction import Change, Decision, PropertyChange, ids, listed, verb
from .routes import LiveWeights

_LOOK = (
    "Create a change set and look at it before you execute it, as AWS recommends (documented: L12). It adds green "
    "resources if there will be a green deployment (inferred: Q3)."
)

# Where it is known from that another section is no update by itself; of the others it is inferred.
_EVIDENCE = {
    "Description": "documented",
    "Metadata": "documented",
    "Conditions": "documented",
    "Parameters": "reported",
}


def decide(update: Comparison, live: Colour | None, weights: LiveWeights) -> Decision:
    """Tell what comes of an update.

    Args:
        update: The update.
        live: Which colour's task set the stack runs; None if that isn't known.
        weights: The weights of production traffic, as far as they are known.
    """
    cases = (
        _no_template,
        _disallowed,
        _remade,
        _changed_type,
        *([] if live == "blue" else [_other_green_ids]),
        _nothing,
        lambda update: decide_native(update, weights),
        _without_hook,
        _half_a_hook,
        _no_application,
        _gone,
        _perhaps_replaced,
        _perhaps_refused,
        _refused,
        _others_follow,
        _green,
    )
    return next((decision for case in cases if (decision := case(update))), None) or _in_place(update)


def _no_template(update: Comparison) -> Decision | None:
    for which, side in (("deployed", update.old), ("new", update.new)):
        if not side.template.resources:
            return Decision("unknown", [f"The {which} template has no resources: it can't be a stack's."])
    return None


def _disallowed(update: Comparison) -> Decision | None:
    old, new = (side.template.section("Parameters") for side in (update.old, update.new))
    reasons = []
    for name, value in update.new.scope.parameters.items():
        if name not in new or (same(old.get(name), new[name]) and same(update.old.scope.parameters.get(name), value)):
            continue
        if constraint := broken_constraint(new[name], value):
            # What a hidden parameter may be tells of what it is.
            hides = name in update.hidden
            given = "its value" if hides else quoted(value)
            allowed = "" if hides else f" ({quoted(dig(new[name], constraint))})"
            reasons.append(
                f"Parameter {name}: {given} is not allowed by its {constraint} in the new template{allowed}, so that "
                "CloudFormation refuses the update (documented: U8)."
            )
    advice = "Give another value with --parameter NAME=VALUE, or change what the template allows."
    return Decision("refused", reasons, advice) if reasons else None


def _remade(update: Comparison) -> Decision | None:
    found = update.remade
    if not found:
        return None
    reason = f"What {listed(found)} {verb(found, 'makes', 'make')} of the template is not in the template."
    return Decision("unknown", [reason], _LOOK)


def _other_green_ids(update: Comparison) -> Decision | None:
    if not update.other_green_ids or not all(hook_and_transform(update.new.template)):
        return None
    reason = (
        f"The hook gets other green ids in place of {listed(update.other_green_ids)}. With green live, these are what "
        "the stack has (inferred: Q6). By its ids the hook tells blue from green. What it makes of a change of them is "
        "not known (inferred from Q5)."
    )
    return Decision("unknown", [reason], "Keep the green ids, or change them while blue is live.")


def _changed_type(update: Comparison) -> Decision | None:
    changed = [change for change in update.changes if any(part.attribute == "Type" for part in change.properties)]
    if not changed:
        return None
    advice = "Give the resource of the other type a logical id of its own."
    expected = "expect 'Update of resource type is not permitted' (reported: U5)."
    if any(change.certain for change in changed):
        return Decision("refused", [f"Another type for {ids(changed)}: {expected}"], advice)
    return Decision("unknown", [f"Another type for {ids(changed)}, if the stack has that: then {expected}"], advice)


def _nothing(update: Comparison) -> Decision | None:
    if update.changes or update.outputs:
        return None
    if update.switches_off:
        reason = (
            "Only transform and hook go. With blue live, there is nothing to update. With green live, the blue task "
            "set replaces the green one, without CodeDeploy (inferred: Q13)."
        )
        return Decision("in-place-update", [reason])
    if update.reworded and update.runs_hook:
        return Decision("unknown", [*map(_rewording, update.reworded)], _LOOK)
    reasons = ["No resource and no output changes."]
    if update.sections:
        reasons.append(
            f"What does change is no update by itself, and takes effect with the next one: {listed(update.sections)} "
            f"({listed(_EVIDENCE.get(section, 'inferred') for section in update.sections)}: U3)."
        )
    if update.ignored:
        reasons.append(f"CloudFormation ignores a change of {update.ignored_attributes} (reported: U2).")
    if update.other_words:
        reasons.append(f"Written differently, with the same result: {listed(update.other_words)} (reported: U3).")
    return Decision("no-change", reasons)


def _without_hook(update: Comparison) -> Decision | None:
    if any(hook_and_transform(update.new.template)):
        return None
    reasons = ["The new template has neither hook nor transform: CloudFormation updates in place (documented: L3)."]
    touched = [change for change in update.changes if change.kind == "application"]
    if touched:
        reasons.append(f"There is no green deployment for {ids(touched)}.")
    return Decision("in-place-update", [*reasons, *_perhaps_nothing(update)])


def _perhaps_nothing(update: Comparison) -> Iterator[str]:
    if not update.is_certain:
        yield "In place, or nothing at all: whether anything changes is known to CloudFormation only."


def _half_a_hook(update: Comparison) -> Decision | None:
    hook, transform = hook_and_transform(update.new.template)
    if not hook:
        reason = "The template has the transform without a hook. What comes of that is not known (S1)."
        return Decision("unknown", [reason], "Add the hook, or remove the transform.")
    touched = update.replaced or update.gone
    if transform or not (touched or update.perhaps_replaced):
        return None
    reason = (
        f"A replacement of {ids(touched or update.perhaps_replaced)}, and the transform is missing: expect 'The "
        "TaskDefinition logical Id is the same between initial and final template' (reported: P7)."
    )
    advice = f"Add the transform {TRANSFORM}."
    return Decision("refused", [reason], advice) if touched else Decision("unknown", [f"Perhaps a{reason[1:]}"], advice)


def _no_application(update: Comparison) -> Decision | None:
    if update.application:
        return None
    reason = "The hook names neither a task definition nor a task set of the template (S18, S19)."
    return Decision("unknown", [reason], "Name them. `ecs-blue-green lint` tells what else is wrong with the hook.")


def _gone(update: Comparison) -> Decision | None:
    if not update.gone:
        return None
    gone = listed(change.previous_id or change.logical_id for change in update.gone)
    reason = (
        f"The application goes, or gets other logical ids: {gone}. By its ids the hook tells blue from green. What it "
        "makes of a change of them is not known (inferred from Q5)."
    )
    return Decision("unknown", [reason], "Keep the logical ids of the application.")


def _perhaps_replaced(update: Comparison) -> Decision | None:
    if update.replaced or not (update.perhaps_replaced or update.reworded):
        return None
    reasons = [_why_perhaps(change, next(update.replacing(change))) for change in update.perhaps_replaced]
    return Decision("unknown", [*reasons, *map(_rewording, update.reworded)], _LOOK)


def _why_perhaps(change: Change, part: PropertyChange) -> str:
    what = f"{part.path} of {change.logical_id}"
    if not part.certain and part.reordered:
        return f"Whether another order of {what} is a change is not known (E15)."
    if not part.certain:
        return f"Whether {what} changes is known to CloudFormation only."
    if part.replacement != "always":
        return f"Whether a change of {what} replaces it is not known."
    return (
        f"{what} changes, but not its text in the template: {listed(map(str, part.causes))}. A replacement "
        "starts a green deployment (documented: L1). One application starts its deployments with another value of its "
        "image parameter (reported: E2). Others report that none starts with the image's tag in a parameter (reported: "
        "P3)."
    )


def _rewording(id: str) -> str:
    return (
        f"{id} is written differently, with the same result. To CloudFormation that is no change (reported: U3). The "
        "hook seems to compare the text, and may see one (inferred from P3)."
    )


def _perhaps_refused(update: Comparison) -> Decision | None:
    others, (sure, perhaps) = update.infrastructure, _hidden_parameters(update)
    if not update.replaced or sure or any(change.certain for change in others):
        return None
    reasons = []
    if others:
        reasons.append(
            f"A replacement of {ids(update.replaced)}, and perhaps a change of {ids(others)}. Both in one update would "
            "be refused (documented: L3). Whether there is that change is known to CloudFormation only."
        )
    if perhaps:
        reasons.append(
            f"Perhaps another value for {listed(perhaps)}: a green deployment can't update a parameter that NoEcho "
            "hides, or whose value is a dynamic reference (documented: L10)."
        )
    return Decision("unknown", reasons, _LOOK) if reasons else None


def _refused(update: Comparison) -> Decision | None:
    if not update.replaced:
        return None
    reasons = []
    if update.infrastructure:
        reasons.append(
            f"A replacement of {ids(update.replaced)} together with a change of {ids(update.infrastructure)}: that "
            "can't be one update (documented: L3). Expect 'Additional resource diff other than ECS application related "
            "resource update is detected' (reported: L5)."
        )
    if hidden := _hidden_parameters(update)[0]:
        reasons.append(
            f"Another value for {listed(hidden)}: a green deployment can't update a parameter that NoEcho hides, or "
            "whose value is a dynamic reference (documented: L10)."
        )
    return Decision("refused", reasons) if reasons else None


def _others_follow(update: Comparison) -> Decision | None:
    others = [change for change in update.changes if change.kind == "consequence" and change.type != PRIMARY_TASK_SET]
    if not update.replaced or not others:
        return None
    reason = (
        f"A replacement of {ids(update.replaced)}, and {ids(others)} {verb(others, 'changes', 'change')} with it, for "
        "what it refers to. The hook allows no change of any other resource (documented: L3). Whether it refuses what "
        "only follows is not known (inferred from L3)."
    )
    advice = f"{_LOOK} Better let nothing but the service refer to its task definition."
    return Decision("unknown", [reason], advice)


def _hidden_parameters(update: Comparison) -> tuple[list[str], list[str]]:
    """List the hidden parameters that get another value, and those of which the deployed value is not known."""
    causes = {cause for change in update.changes for part in change.properties for cause in part.causes}
    named = {cause.name for cause in causes if cause.kind == "parameter"}
    template, values = update.new.template, update.new.scope.parameters
    hidden = sorted(name for name in named if is_obfuscated(template, name, values))
    known = update.old.scope.parameters
    return [name for name in hidden if name in known], [name for name in hidden if name not in known]


def _green(update: Comparison) -> Decision | None:
    if not update.replaced:
        return None
    reasons = [
        f"A replacement of {ids(update.replaced)}. No other resource changes, except for what follows from that: the "
        "hook makes a green deployment of the update (documented: L1)."
    ]
    if not all(hook_and_transform(update.old.template)):
        reasons.append("Transform and hook come with this update. The new template seems to count (inferred from L3).")
    elif "Hooks" in update.sections:
        reasons.append("The hook's settings change as well. The new ones should count (inferred).")
    return Decision("green-deployment", reasons)


def _in_place(update: Comparison) -> Decision:
    reasons = [
        "No replacement of the task definition or the task set: CloudFormation updates in place, without CodeDeploy "
        "(documented: Q12)."
    ]
    attributes = {part.attribute for change in update.changes for part in change.properties}
    if not update.changes:
        reasons.append("Only outputs change, which is an update to CloudFormation (reported: U4).")
    elif all(change.properties for change in update.changes) and attributes.issubset(UPDATING_ATTRIBUTES):
        reasons.append(f"A change of {listed(sorted(attributes))} is an update of its resource (documented: U1).")
    return Decision("in-place-update", [*reasons, *_perhaps_nothing(update)])
