"""What becomes of production traffic where CloudFormation writes the rule that sends it (rule NL7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..model import Resource
from ..native_model import ListenerRule, written
from ..values import dig, references, sequence
from .comparison import Comparison
from .prediction import Change, Decision, listed, top_name

# Weights by the logical ids of the target groups, by the logical id of the listener rule (of a Network Load Balancer:
# of the listener) that sends production traffic to them.
LiveWeights = Mapping[str, Mapping[str, float]]

TRY = "Try it on a copy of the stack."
_NEXT = "Start a deployment without this change first, by a new image or ForceNewDeployment, and predict again."


def decide_routes(update: Comparison, service: Resource, live: LiveWeights) -> Iterator[Decision]:
    """Tell what becomes of production traffic where a rule is written anew (rule NL7)."""
    for route in production_routes(service):
        change = next((change for change in update.changes if route in {change.logical_id, change.previous_id}), None)
        if change is None or (change.action == "modify" and not _is_written(change)):
            continue
        if change.action in {"remove", "rename"}:
            reason = f"The production rule {route} of {service.id} goes. What becomes of its traffic is not known."
            yield Decision("unknown", [reason], _NEXT)
        else:
            yield from _written(update, change, live.get(route, {}))


def _is_written(change: Change) -> bool:
    return any(part.attribute == "Properties" and top_name(part) != "Tags" for part in change.properties)


def _written(update: Comparison, change: Change, weights: Mapping[str, float]) -> Iterator[Decision]:
    route = change.logical_id
    serving = _serving(update, route)
    live = [id for id, weight in weights.items() if weight > 0]
    made = next((one for one in update.changes if one.logical_id == serving and one.replacement == "always"), None)
    writes = f"A change of {route} writes the template's weights"
    if not serving:
        yield Decision("unknown", [f"{writes}. To which target group that sends is not known (inferred: NL7)."], TRY)
    elif made and made.certain and change.certain:
        reason = (
            f"{writes}, and {serving}, to which they send all production traffic, is replaced: the new one has no "
            "tasks until ECS has deployed (inferred: NL7, NB5)."
        )
        advice = "Keep the target groups, and add others with rules and a service of their own."
        yield Decision("outage", [reason], advice)
    elif live == [serving]:
        reason = f"{writes}, and these are the live ones: all production traffic goes to {serving}."
        yield Decision("in-place-update", [reason])
    elif live and change.certain:
        reason = (
            f"{writes}, which send all production traffic to {serving}. Live is {listed(live)}: {serving} has no tasks "
            "(inferred: NL7)."
        )
        yield Decision("outage", [reason], f"{_NEXT} It should make {serving} live.")
    else:
        reason = (
            f"{writes}, which send all production traffic to {serving}. If the other target group is live, {serving} "
            "has no tasks: an outage (inferred: NL7). The two change places with every deployment (reported: NB11)."
        )
        yield Decision("unknown", [reason], "Predict with --stack, which reads the live weights.")


def _serving(update: Comparison, route: str) -> str:
    """Give the logical id of the one target group that a rule or a listener sends to by its template; or nothing."""
    resources = update.new.template.resources
    if route not in resources:
        return ""
    resource = resources[route]
    known = Resource(route, {**resource.body, "Properties": update.new.evaluate(resource.properties)})
    rule = ListenerRule(update.new.template.with_parameters(update.new.told_scope.parameters), known)
    groups = [forward.group for forward in rule.forwards or () if forward.weight != 0]
    return next((id for id in resources if groups and all(group == written(id) for group in groups)), "")


def production_routes(service: Resource) -> list[str]:
    """List the logical ids of the rules or listeners that send production traffic to a service."""
    given: list[Any] = [
        dig(entry, "AdvancedConfiguration", "ProductionListenerRule")
        for entry in sequence(service.properties.get("LoadBalancers"))
    ]
    return [*dict.fromkeys(id for rule in given for id in references(rule))]
