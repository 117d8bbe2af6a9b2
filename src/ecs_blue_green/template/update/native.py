"""What comes of an update of services that ECS itself deploys in steps: blue/green, linear or canary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model import SERVICE, Resource
from ..native_facts import DEPLOYMENT_CONTROLLER, PRODUCTION_TRAFFIC_SHIFT, ROLLING
from ..schedule import ScheduleError, read_native_schedule
from ..values import dig, is_function, text
from .comparison import Comparison, hook_and_transform
from .prediction import Change, Decision, Outcome, PropertyChange, listed, top_name, verb
from .replacement import has_property
from .routes import TRY, LiveWeights, decide_routes, production_routes

# A change of these starts a deployment (rule NB1), of those none (rule NB2); of any other it is not known (rule NB3).
_DEPLOYING = {
    "ForceNewDeployment",
    "LoadBalancers",
    "NetworkConfiguration",
    "PlatformVersion",
    "ServiceConnectConfiguration",
    "ServiceRegistries",
    "TaskDefinition",
    "VolumeConfigurations",
    "VpcLatticeConfigurations",
}
_QUIET = {
    "DeploymentConfiguration",
    "DesiredCount",
    "EnableECSManagedTags",
    "EnableExecuteCommand",
    "HealthCheckGracePeriodSeconds",
    "PlacementConstraints",
    "PlacementStrategies",
    "PropagateTags",
    "Tags",
}
_LOOK = "Create a change set: it tells what CloudFormation would change, and whether it would replace the service."
_GRAVEST: Sequence[Outcome] = ("refused", "outage", "unknown", "native-deployment", "in-place-update")


def decide_native(update: Comparison, live: LiveWeights) -> Decision | None:
    """Tell what comes of an update of services that ECS itself deploys in steps; None if there are none of these.

    Args:
        update: The update.
        live: The weights of production traffic, as far as they are known.
    """
    old, new = update.old.native_services, update.new.native_services
    if any(hook_and_transform(update.new.template)):
        return None
    if not (old or new):
        return _other_controller(update)
    if any(hook_and_transform(update.old.template)):
        return _migration(update)
    found = [decision for id in {**old, **new} for decision in _of_service(update, id, live)]
    found += [decision for id in old for decision in decide_routes(update, old[id], live)]
    outcome: Outcome = min((one.outcome for one in found), key=_GRAVEST.index, default="in-place-update")
    others = [change for change in update.changes if change.logical_id not in {**old, **new}]
    reasons = [reason for decision in found for reason in decision.reasons]
    if outcome == "in-place-update" and not reasons:
        reasons = ["None of the services starts a deployment: CloudFormation updates in place (documented: NB1)."]
    if outcome == "native-deployment" and any(change.kind == "infrastructure" for change in others):
        reasons.append(
            "Other resources change as well, each before the service if that refers to it. Nothing forbids that "
            "(inferred: NB5)."
        )
    return Decision(outcome, reasons, next((one.advice for one in found if one.outcome == outcome), ""))


def _migration(update: Comparison) -> Decision:
    names = listed(update.new.native_services)
    return Decision(
        "unknown",
        [
            f"Transform and hook go, and ECS itself deploys {names} from now on, in one update. What becomes of the "
            "running tasks is documented nowhere (NM8). If it fails, its rollback will probably fail as well: ECS "
            "doesn't give up a service that has alarms, a circuit breaker or a strategy other than ROLLING to another "
            "controller (documented; of the rollback inferred: NM6)."
        ],
        "Move in several updates, one after the other. docs/native-rules.md has the steps, in section 3.",
    )


def _other_controller(update: Comparison) -> Decision | None:
    changed = [
        change.logical_id
        for change in update.changes
        if change.type == SERVICE and any(top_name(part) == "DeploymentController" for part in _properties(change))
    ]
    if not changed:
        return None
    return Decision(
        "unknown",
        [
            f"The DeploymentController of {listed(changed)} changes. What becomes of the running tasks then is "
            "documented nowhere (NM8)."
        ],
        "Try it in a copy of the stack. docs/native-rules.md has the steps of a move from the hook, in section 3.",
    )


def _properties(change: Change) -> list[PropertyChange]:
    return [part for part in change.properties if part.attribute == "Properties"]


def _of_service(update: Comparison, id: str, live: LiveWeights) -> Iterator[Decision]:
    change = next((change for change in update.changes if id in {change.logical_id, change.previous_id}), None)
    if change is None:
        return
    if change.action == "remove":
        yield Decision("in-place-update", [f"The service {id} goes, with its tasks."])
    elif change.action == "add":
        yield from _first(update.new.native_services[id])
    elif change.action == "rename":
        yield _replaced(update, change, ["its logical id"])
    else:
        yield from _changed(update, change, live)


def _first(service: Resource) -> Iterator[Decision]:
    reasons = [
        f"The service {service.id} is new: ECS makes its first deployment, and calls its hooks (documented and "
        "reported: NB4, NE7). Nothing is there to roll back to. Expect green to be live afterwards (reported: NE3)."
    ]
    yield Decision("native-deployment", reasons)


def _replaced(update: Comparison, change: Change, parts: Sequence[str], *, certain: bool = True) -> Decision:
    id = change.logical_id
    cause = f"The service {id} is replaced, by a change of {listed(parts)}"
    if not certain:
        changes = verb(parts, "changes", "change")
        cause = f"Whether {listed(parts)} of {id} {changes} is known to CloudFormation only. If so, it is replaced"
    reason = f"{cause}: the new service takes no part in blue/green with the old one (documented: NS2)"
    name = update.new.template.resources[id].properties.get("ServiceName")
    if name is not None and "ServiceName" not in parts:
        return Decision(
            "refused" if certain else "unknown",
            [f"{reason}. It can't be made while the old one still has its ServiceName (documented: U7)."],
            "Give it another ServiceName, or leave the name out.",
        )
    return Decision(
        "unknown",
        [
            f"{reason}. Both want the same target groups, while the production rule sends to one of them. What comes "
            "of that is not known."
        ],
        "Add the other service with target groups and rules of its own, and move the traffic when it is healthy.",
    )


def _by_another_strategy(update: Comparison, id: str, deploying: Sequence[PropertyChange]) -> Decision:
    configuration = update.new.evaluate(update.new.template.resources[id].properties.get("DeploymentConfiguration"))
    strategy = dig(configuration, "Strategy")
    advice = "Write the strategy out."
    if text(strategy) == ROLLING:
        reason = (
            f"ECS deploys {id} by {ROLLING} from now on. That is no deployment by itself (documented: NB2). The target "
            "group that the template names may be the one without tasks (reported: NE3)."
        )
        advice = "Read the live weights first: `ecs-blue-green status` shows them."
    elif strategy is None and not is_function(configuration):
        reason = (
            f"The template names no strategy of {id} any more. {ROLLING} is the default (documented: NS5), but the "
            "service keeps what a template no longer mentions (reported: NE2)."
        )
    else:
        reason = f"By which strategy ECS deploys {id} from now on is known to CloudFormation only."
    if deploying:
        return Decision("unknown", [reason], advice)
    return Decision("in-place-update", [reason])


def _changed(update: Comparison, change: Change, live: LiveWeights) -> Iterator[Decision]:
    id = change.logical_id
    parts = _properties(change)
    replacing = [part for part in parts if part.replacement == "always"]
    if replacing:
        names = [*dict.fromkeys(map(top_name, replacing))]
        certain = any(part.certain for part in replacing)
        found = _replaced(update, change, names, certain=certain)
        yield found if certain else found._replace(advice=_LOOK)
    if perhaps := [*dict.fromkeys(top_name(part) for part in parts if part.replacement == "conditionally")]:
        yield Decision(
            "unknown",
            [
                f"A change of {listed(perhaps)} may replace the service {id}: AWS's schema says that it sometimes does "
                "(documented and contradicted: NS2, NS3)."
            ],
            _LOOK,
        )
    known = _DEPLOYING | _QUIET
    others = sorted(
        {top_name(part) for part in parts if part.replacement in {"never", "unknown"} and top_name(part) not in known}
    )
    if "DeploymentController" in others and (controller := _given_up_to(update, id)):
        others.remove("DeploymentController")
        yield Decision(
            "refused",
            [
                f"ECS does not give {id} up to another controller ({controller}) while the service has alarms, a "
                "circuit breaker or a strategy other than ROLLING (documented: NM6)."
            ],
            "Deploy it first with the strategy ROLLING, and with alarms and circuit breaker written out as off.",
        )
    if others:
        yield Decision("unknown", [*_not_known(id, others)], TRY)
    deploying = [part for part in parts if top_name(part) in _DEPLOYING]
    service = update.new.native_services.get(id)
    if service is None:
        yield _by_another_strategy(update, id, deploying)
    elif any(part.certain for part in deploying):
        yield from _deployment(update, service, deploying, parts, live)
    elif deploying:
        paths = listed(part.path for part in deploying)
        reason = (
            f"Whether {paths} of {id} {verb({part.path for part in deploying}, 'changes', 'change')} is known to "
            "CloudFormation only. If so, ECS deploys the service (documented: NB1)."
        )
        yield Decision("unknown", [reason], _LOOK)
    elif parts and not (replacing or perhaps or others):
        yield _quiet(id, parts)


def _given_up_to(update: Comparison, id: str) -> str:
    """Name the controller that takes a service over which ECS deploys in steps until now; empty if none does."""
    if id not in update.old.native_services:
        return ""
    properties = update.new.evaluate(update.new.template.resources[id].properties)
    controller = text(dig(properties, "DeploymentController", "Type"))
    return "" if controller == DEPLOYMENT_CONTROLLER else controller


def _not_known(id: str, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        if name == "CapacityProviderStrategy":
            yield (
                f"Whether a change of {name} of {id} starts a deployment is not known: one page of AWS's says that it "
                "does not, another one that CloudFormation deploys when it changes (documented and contradicted: NB3)."
            )
        elif has_property("AWS::ECS::Service", name):
            yield f"Whether a change of {name} of {id} starts a deployment is not stated (NB3)."
        else:
            yield f"Whether a change of {name or 'everything'} of {id} starts a deployment is not known."


def _deployment(
    update: Comparison,
    service: Resource,
    deploying: Sequence[PropertyChange],
    parts: Sequence[PropertyChange],
    live: LiveWeights,
) -> Iterator[Decision]:
    id = service.id
    names = listed(dict.fromkeys(top_name(part) for part in deploying))
    strategy = text(dig(service.properties, "DeploymentConfiguration", "Strategy"))
    reasons = [f"ECS deploys the service {id} ({strategy}), for a change of {names} (documented: NB1).{_time(service)}"]
    if any(top_name(part) == "DeploymentConfiguration" for part in parts):
        reasons.append(f"The DeploymentConfiguration of {id} changes as well. The new one should count (inferred).")
    split = [
        route
        for route in production_routes(service)
        if sum(1 for weight in live.get(route, {}).values() if weight > 0) > 1
    ]
    if split:
        yield Decision(
            "refused",
            [
                f"Production traffic is split by {listed(split)}: ECS refuses to deploy {id} then, with 'exactly one "
                "target group serving traffic but found 2' (documented: NL1)."
            ],
            "Give one target group all of the weight first. `ecs-blue-green status` has the command.",
        )
    else:
        yield Decision("native-deployment", reasons)


def _time(service: Resource) -> str:
    try:
        schedule = read_native_schedule(service.properties)
    except ScheduleError:
        return ""
    shares = [step.production for step in schedule.steps if step.event == PRODUCTION_TRAFFIC_SHIFT]
    pauses = f", and up to {schedule.pause_minutes} of pauses" if schedule.pause_minutes else ""
    took = f"{schedule.total_minutes} minutes until blue stops{pauses}"
    if not schedule.has_traffic:
        return f" It takes {took}."
    how = f"in {len(shares)} steps" if shares[1:] else "at once"
    return f" Production traffic moves {how}. From then on it takes {took}: `ecs-blue-green schedule` shows each step."


def _quiet(id: str, parts: Sequence[PropertyChange]) -> Decision:
    names = [*dict.fromkeys(map(top_name, parts))]
    reason = f"A change of {listed(names)} of {id} starts no deployment (documented: NB2)."
    if "DeploymentConfiguration" in names:
        reason += " The new DeploymentConfiguration counts from the next deployment on."
    return Decision("in-place-update", [reason])
