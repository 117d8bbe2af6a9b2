"""What is worth a remark of a service that ECS deploys: rules, alarms, and whether the target groups take turns."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from .....template.native_facts import IDLE_WEIGHT, LIVE_WEIGHT
from .....template.values import dig, mapping, sequence, text
from ...state import CURRENT, PRODUCTION, State
from .deployments import is_under_way
from .services import Parts

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceDeploymentTypeDef


def of_weights(state: State, parts: Parts, actions: Mapping[str, Sequence[Any]], region: str) -> Iterator[str]:
    """Tell of a production rule that sends traffic to both target groups, or to one without tasks, at rest.

    Args:
        state: What is known.
        parts: What a deployment moves.
        actions: What the rules do, by ARN.
        region: Where.
    """
    if state.is_running or (state.deployment and state.deployment.status in {"PENDING", "IN_PROGRESS"}):
        return
    weights = {colour: weight for colour, weight in state.weights.get(PRODUCTION, {}).items() if weight}
    if len(weights) > 1:
        yield (
            f"The production rule sends {_in_words(weights)}. Every later deployment is refused until one target group "
            f"gets it all (documented: NL1; reported: NL8). {_repair(state, parts, actions, region)}"
        )
        return
    for colour in weights:
        health = state.health.get(colour)
        if health and not health.targets and not health.unused:
            yield (
                f"The production rule sends all to {colour}, in whose target group is no task: nobody is served. "
                f"{_repair(state, parts, actions, region)}"
            )


def _repair(state: State, parts: Parts, actions: Mapping[str, Sequence[Any]], region: str) -> str:
    """Say how to send all production traffic to where the tasks are."""
    arn = next((arn for arn, name in parts.rules.items() if name == PRODUCTION), "")
    colours = _colours_with_tasks(state)
    commands = {colour: _command(colour, arn, parts, actions.get(arn, ()), region) for colour in colours}
    if not colours or not all(commands.values()):
        return "Send all to the target group where the tasks are, with `aws elbv2 modify-rule` or in the console."
    if len(commands) == 1:
        ((colour, command),) = commands.items()
        return f"The tasks are in {colour}'s target group. Repair it with: {command}"
    either = "; or ".join(f"all to {colour}: {command}" for colour, command in commands.items())
    return f"Which of them shall have it is yours to say: look at what each runs. {either}"


def _colours_with_tasks(state: State) -> list[str]:
    """Tell which target groups can serve, by their health; else by what is current."""
    healthy = [colour for colour, health in state.health.items() if health.healthy]
    return healthy or [one.colour for one in state.task_sets if one.status == CURRENT and one.colour]


def _command(colour: str, arn: str, parts: Parts, actions: Sequence[Any], region: str) -> str:
    """Give the command that has a rule send all to one colour; empty for a rule that does more than forward."""
    if len(actions) != 1 or not sequence(dig(actions[0], "ForwardConfig", "TargetGroups")):
        return ""
    changed = deepcopy(mapping(actions[0]))
    changed.pop("TargetGroupArn", None)
    for group in sequence(dig(changed, "ForwardConfig", "TargetGroups")):
        is_it = parts.target_groups.get(text(group.get("TargetGroupArn"))) == colour
        group["Weight"] = LIVE_WEIGHT if is_it else IDLE_WEIGHT
    what = "rule --rule-arn" if ":listener-rule/" in arn else "listener --listener-arn"
    flag = "--actions" if ":listener-rule/" in arn else "--default-actions"
    return f"aws elbv2 modify-{what} {arn} {flag} {shlex.quote(json.dumps([changed]))} --region {region}"


def of_template(state: State, declared: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Tell of rules whose weights differ from the template's, at rest."""
    if state.is_running:
        return
    for rule, weights in state.weights.items():
        said = declared.get(rule, weights)
        if _served(weights) != _served(said) and len(_served(weights)) == 1:
            yield (
                f"The {rule} rule sends {_in_words(weights)}, and the deployed template says {_in_words(said)}: ECS "
                "moves the rule, and not the template (documented: NB11). An update that changes the rule, its "
                "listener or a target group writes the template's weights back, and sends traffic to a group that may "
                "have no tasks (inferred: NL7)."
            )


def _served(weights: Mapping[str, float]) -> dict[str, float]:
    return {colour: weight for colour, weight in weights.items() if weight}


def _in_words(weights: Mapping[str, float]) -> str:
    return " and ".join(f"{weight} % to {colour}" for colour, weight in _served(weights).items()) or "nothing to either"


def of_alarms(state: State, last: ServiceDeploymentTypeDef | None) -> Iterator[str]:
    """Tell of alarms that ECS can't watch, or does not."""
    gone = [alarm.name for alarm in state.alarms if alarm.is_of_deployment and alarm.state == "missing"]
    if gone:
        yield f"ECS is to watch alarms that were not found: {', '.join(gone)}."
    if last is None or "startedAt" not in last or not is_under_way(last):
        return
    ignored = [
        alarm.name
        for alarm in state.alarms
        if alarm.is_of_deployment and alarm.state == "ALARM" and alarm.since and alarm.since < last["startedAt"]
    ]
    if ignored:
        yield (
            f"These alarms were in alarm when the deployment began: {', '.join(ignored)}. ECS ignores them until it "
            "ends (documented: NR2)."
        )


def of_turns(colours: Sequence[str]) -> Iterator[str]:
    """Tell whether the last two deployments went to different target groups.

    Args:
        colours: Where the last deployments went, the newest first; empty for what is not known.
    """
    last, before = (*colours, None, None)[:2]
    if last is None or before is None:  # there were none before
        return
    if not last or not before:
        yield (
            "Whether the target groups take turns is not known: ECS does not say in which one each of the last two "
            "revisions was (reported: NE10)."
        )
    elif last == before:
        yield (
            f"The last two deployments both went to {last}: the target groups do not take turns here (reported: NE10)."
        )
    else:
        yield f"The last deployment went to {last}, and the one before to {before}: they take turns (documented: NB11)."
