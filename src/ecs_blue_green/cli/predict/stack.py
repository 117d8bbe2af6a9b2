"""What is predicted for a stack in its account."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ...template.colour import Colour, live_colour
from ...template.hiding import hidden_parameters, without_values
from ...template.losses import losses
from ...template.model import Template
from ...template.refusals import explain, finds_no_changes, named_ids
from ...template.update import LiveWeights, Outcome, Prediction, predict
from ..aws.change_set import ChangeSet, try_change_set
from ..aws.session import AwsError, client_settings, denial, hiding, making_clients, open_session
from ..aws.stack import Stack, check_unchanged, read_stack
from ..templates import TemplateFile
from .live import read_live_weights
from .pairs import Pair, choose_template
from .report import Predictions, StackPrediction, check_declared

if TYPE_CHECKING:
    from boto3 import Session
    from types_boto3_cloudformation.client import CloudFormationClient


def predict_stack(
    name: str,
    new: str,
    *,
    region: str | None,
    profile: str | None,
    chosen: str | None,
    given: Mapping[str, str],
    given_tags: Mapping[str, str],
    lint: bool,
    with_change_set: bool,
    tell: Callable[[str], object],
) -> Predictions:
    """Predict the update of a stack.

    Args:
        name: The stack's name or ARN.
        new: A template file, ``-`` for standard input, or a cdk.out folder with the stack's template.
        region: The region; None for the environment's or the profile's.
        profile: The profile of AWS's configuration; None for the environment's.
        chosen: Name of the template file to take from the folder, or of the stack in it; None for ``name``.
        given: The parameters that the update sets, by name.
        given_tags: The tags that the update sets, if they are given; otherwise those of a cloud assembly, or what the
            stack has.
        lint: Whether the findings of `lint` count.
        with_change_set: Whether to create a change set, and delete it again.
        tell: Takes sentences about how far it is.

    Raises:
        AwsError: If AWS can't be asked, or refuses.
        UnreadableError: If a template can't be read, or it can't be told which.
    """
    session = open_session(region=region, profile=profile)
    with making_clients():
        client = session.client("cloudformation", config=client_settings())
    tell(f"Reading stack {name} …")
    stack = read_stack(client, name)
    template = choose_template(new, chosen or stack.name)
    check_declared(given, [template])
    tags = given_tags or template.tags
    weights, unread = _live_weights(session, client, stack)
    check_unchanged(client, name, stack)
    prediction = predict(
        stack.original.content,
        template.content,
        deployed_parameters={**stack.pseudo_parameters, **stack.parameters},
        new_parameters=given,
        deployed_tags=stack.tags,
        new_tags=tags,
        live_colour=stack.live_colour,
        live_weights=weights,
        lint=lint,
    )
    found = StackPrediction(
        name=stack.name,
        templates=Pair(deployed=stack.original, new=template),
        prediction=replace(prediction, warnings=(*unread, *_warnings(stack, prediction), *prediction.warnings)),
        stack=stack,
        live_weights=weights,
    )
    if not with_change_set:
        return Predictions(stacks=[found])
    if stack.obstacle:
        raise AwsError(f"stack {name}: there can't be a change set now. {stack.obstacle}")
    hidden = hidden_parameters(Template(stack.original.content), Template(template.content))
    secrets = [value for values in (given, stack.parameters) for name, value in values.items() if name in hidden]
    with hiding(secrets):
        result = try_change_set(client, stack, template, given, stack.tags if tags is None else tags, tell=tell)
    if lacking := denial(result.refusal):
        lacking = without_values(lacking, secrets)
        raise AwsError(
            f"stack {name}: CloudFormation can't create the change set: {lacking}. {result.leftover}".strip()
        )
    problems = [result.leftover] if result.leftover else []
    return Predictions(stacks=[_with_change_set(found, stack, template, result, secrets)], problems=problems)


def _live_weights(session: Session, client: CloudFormationClient, stack: Stack) -> tuple[LiveWeights, list[str]]:
    """Read the live weights; give what keeps that from working as a warning."""
    try:
        return read_live_weights(session, client, stack), []
    except AwsError as error:
        return {}, [f"Where production traffic goes is not known: {error}."]


def _warnings(stack: Stack, prediction: Prediction) -> Iterator[str]:
    if stack.obstacle:
        yield stack.obstacle
    if prediction.outcome == "green-deployment" and not stack.rollback_triggers:
        yield (
            "The stack has no rollback triggers: no alarm rolls the deployment back (documented: L39). The template "
            f"can't set them (documented: L40). `ecs-blue-green rollback-triggers set {stack.name}` does."
        )


def _with_change_set(
    found: StackPrediction, stack: Stack, template: TemplateFile, result: ChangeSet, secrets: Collection[str]
) -> StackPrediction:
    """Add what a change set tells: what CloudFormation says counts for more than what was predicted."""
    prediction = found.prediction
    if result.processed is None:
        return replace(found, prediction=_refused(prediction, result.refusal, found.construct_path, secrets))
    if prediction.outcome == "refused":
        created = (
            "CloudFormation creates the change set all the same. What fails the update may show later, or not at all."
        )
        prediction = replace(prediction, warnings=(created, *prediction.warnings))
    prediction = _seen(prediction, stack, live_colour(template.content, result.processed.content))
    return replace(found, prediction=prediction, losses=losses(template.content, result.processed.content))


def _refused(
    prediction: Prediction, refusal: str, construct_path: Callable[[str], str], secrets: Collection[str]
) -> Prediction:
    if finds_no_changes(refusal):
        reason = "CloudFormation finds nothing to update: it creates no change set."
        return replace(prediction, outcome="no-change", reasons=(reason,), advice="", steps=())
    # What it means is told by what it says: a secret may be one of its words.
    told = without_values(refusal, secrets)
    reasons = [f"CloudFormation creates no change set: {told.rstrip('.')}. {explain(refusal)}".rstrip()]
    known = [f"{id} is {path}" for id in named_ids(told) if (path := construct_path(id))]
    if known:
        reasons.append(f"Of what it names, {', '.join(known)}.")
    if prediction.outcome == "refused":
        return replace(prediction, reasons=(*reasons, *prediction.reasons))
    return replace(prediction, outcome="refused", reasons=tuple(reasons), advice="", steps=())


def _seen(prediction: Prediction, stack: Stack, after: Colour | None) -> Prediction:
    """Tell by the ids that the transform gives the application whether there is a green deployment."""
    before = stack.live_colour
    if before is None or after is None:
        return prediction
    seen: Outcome = "in-place-update" if before == after else "green-deployment"
    what = f"keeps {after}'s logical ids: no" if before == after else f"gets {after}'s logical ids: a"
    sight = f"In the change set, the application {what} green deployment (inferred: Q3)."
    if prediction.outcome == "unknown":
        return replace(prediction, outcome=seen, reasons=(*prediction.reasons, sight), advice="")
    if prediction.outcome != "refused" and (prediction.outcome == "green-deployment") == (before != after):
        return replace(prediction, reasons=(*prediction.reasons, sight))
    return replace(prediction, warnings=(sight, *prediction.warnings))
