"""What an update from one template to another will do: a deployment, an update in place, or nothing.

``docs/predict.md`` tells how that is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ..colour import Colour
from ..hiding import MASK
from ..model import Template
from ..values import with_text_names
from .comparison import Comparison
from .faults import with_faults
from .outcome import decide
from .parameters import other_defaults, without_pseudo_parameters
from .prediction import Action, Cause, Change, Kind, Outcome, Prediction, PropertyChange, Replacement, Step
from .routes import LiveWeights, production_routes
from .stack_tags import changed_tags, tag_steps, with_tags
from .steps import two_steps
from .warnings import of_defaults, warnings_of

__all__ = [
    "Action",
    "Cause",
    "Change",
    "Kind",
    "LiveWeights",
    "Outcome",
    "Prediction",
    "PropertyChange",
    "Replacement",
    "Step",
    "predict",
    "production_routes",
]

_IN_PLACE = (
    "Deploy once without transform and hook, in the update mode in-place. That replaces the application without a "
    "green deployment (documented: L3). Look first which colour is live: with green live, it can be an outage "
    "(reported and inferred: Q13, Q14). docs/update-mode.md has the safe order. To split the update does "
    "not help: {reason}"
)


def predict(
    deployed: object,
    new: object,
    *,
    deployed_parameters: Mapping[str, Any] | None = None,
    new_parameters: Mapping[str, Any] | None = None,
    live_colour: Colour | None = None,
    live_weights: LiveWeights | None = None,
    deployed_tags: Mapping[str, str] | None = None,
    new_tags: Mapping[str, str] | None = None,
    lint: bool = True,
) -> Prediction:
    """Tell what CloudFormation will make of an update, with its hook or with ECS's own deployments.

    Args:
        deployed: The deployed template as JSON or YAML has it, as it was submitted (the stage Original of GetTemplate).
            Any value gives a prediction.
        new: The new template, likewise.
        deployed_parameters: The stack's parameters by name, as DescribeStacks has them; for others, their default in
            the deployed template is taken. A hidden value, ``****``, is an unknown one.
        new_parameters: The parameters that the update sets, by name. One that is not set keeps its value, as far as
            that is known; a new one takes its default. In both, values of pseudo parameters such as ``AWS::Region``
            count for both templates.
        live_colour: Which colour's task set the stack runs; None if that isn't known.
        live_weights: For services that ECS itself deploys in steps: the weights of production traffic by the target
            groups' logical ids, by the logical id of the listener rule (of a Network Load Balancer: of the listener);
            None if they aren't known.
        deployed_tags: The stack's tags; None if they are not known, and then no change of them is looked at.
        new_tags: The tags that the update sets; None if they stay as they are.
        lint: Whether the findings of ``template.rules.lint`` count: errors in the new template refuse the update, and
            other findings are warnings.

    Values of parameters that either template declares with NoEcho, and of environment variables, are compared, and not
    told: the prediction has ``****`` for them.

    Raises:
        ValueError: If something in a template holds itself, or it is much too large.
    """
    given, pseudo = without_pseudo_parameters(with_text_names({**(new_parameters or {})}))
    stack = {**with_text_names({**(deployed_parameters or {})}), **pseudo}
    update = Comparison(Template(deployed), Template(new), stack, given)
    tags = changed_tags(deployed_tags, new_tags)
    live = _Live(live_colour, live_weights or {})
    prediction = _predict(update, live, tags, lint)
    if defaults := other_defaults(update.new.template, given, update.old.template, stack):
        bare = Comparison(update.old.template, update.new.template, stack, given | defaults)
        line = of_defaults([*defaults], prediction, _predict(bare, live, tags, lint))
        prediction = replace(prediction, warnings=(*prediction.warnings, line))
    if prediction.outcome != "refused" or prediction.advice:
        return prediction
    if not tags or new_tags is None:
        steps = two_steps(update, stack, given)
    elif update.infrastructure:
        first, *others = two_steps(update, stack, given)
        steps = (replace(first, title=f"{first.title} Set the stack's tags with it.", tags=new_tags), *others)
    else:
        steps = tag_steps(update, new_tags, given)
    broken = _broken(update, steps, stack, live, lint)
    if broken:
        return replace(prediction, advice=_IN_PLACE.format(reason=broken))
    advice = f"Deploy in {len(steps)} steps, one after the other."
    return replace(prediction, steps=tuple(_told(step, update) for step in steps), advice=advice)


def _told(step: Step, update: Comparison) -> Step:
    """Take the values of hidden parameters out of a step, and of those that no template declares."""
    declared = {name for side in (update.old, update.new) for name in side.template.section("Parameters")}
    told = declared - update.hidden
    parameters = {name: value if name in told else MASK for name, value in step.parameters.items()}
    return replace(step, parameters=parameters)


class _Live(NamedTuple):
    """What is known of where traffic goes."""

    colour: Colour | None
    weights: LiveWeights


def _predict(update: Comparison, live: _Live, tags: list[str], lint: bool) -> Prediction:
    outcome, reasons, advice = decide(update, live.colour, live.weights)
    prediction = Prediction(
        outcome=outcome,
        changes=update.changes,
        reasons=tuple(reasons),
        warnings=tuple(warnings_of(update, live.colour)),
        advice=advice,
    )
    prediction = with_tags(prediction, update, tags)
    return with_faults(prediction, update) if lint else prediction


def _broken(update: Comparison, steps: tuple[Step, ...], stack: Mapping[str, Any], live: _Live, lint: bool) -> str:
    """Say why steps will not do what they promise; nothing if they will."""
    before, parameters = update.old.template, dict(stack)
    for number, step in enumerate(steps, 1):
        after = update.new.template if step.template is update.new.template.source else Template(step.template)
        comparison = Comparison(before, after, parameters, step.parameters, update.hidden)
        found = _predict(comparison, live, [*(step.tags or ())], lint)
        if found.outcome != step.outcome:
            return f"step {number} would be {found.outcome}. {' '.join(map(_ended, found.reasons))}"
        before, parameters = after, parameters | dict(step.parameters)
    return ""


def _ended(reason: str) -> str:
    """End a sentence, which a finding of `lint` need not be."""
    return reason if reason.endswith(".") else f"{reason}."
