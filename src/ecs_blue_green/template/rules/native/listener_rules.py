"""Rules about the listener rules by which ECS moves traffic."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import LISTENER, LISTENER_RULE, Resource
from ...native_model import ListenerRule, LoadBalancer, NativeService
from ...values import same, text
from ..rule import Found, rule


@rule("documented", "contradicted", rests_on=("NL2", "NL9", "NE4"))
def native_rule_names_both(service: NativeService) -> Found:
    """The production rule names both target groups."""
    for balancer, production in _production_rules(service):
        groups = (balancer.primary, balancer.alternate)
        missing = [group for group in groups if group and production.forwards and production.names(group) is False]
        for group in missing:
            yield (
                production.id,
                f"A deployment of {service.id} may be refused, or the stack can't be deleted: AWS asks that its rules "
                f"name both target groups, and the production rule doesn't name {_named(group)}, though people had "
                "such rules accepted at creation. Name both in ForwardConfig, with weights 100 and 0.",
            )


@rule("documented", rests_on=("NL1", "NK8"))
def native_one_weight(service: NativeService) -> Found:
    """In the production rule one of the two target groups has a weight, and the other none."""
    for balancer, production in _production_rules(service):
        groups = [group for group in (balancer.primary, balancer.alternate) if group]
        ours = [forward for forward in production.forwards or () if any(same(forward.group, group) for group in groups)]
        live = [forward for forward in ours if forward.weight]
        if len(ours) == 2 and len(live) != 1 and all(forward.weight is not None for forward in ours):
            yield (
                production.id,
                f"ECS refuses every deployment of {service.id} with 'should have exactly one target group serving "
                f"traffic but found {len(live)}': {'both' if live else 'none'} of the two target groups in its "
                f"production rule have a weight above 0. Set that of {_named(groups[0])} to 100, and of "
                f"{_named(groups[1])} to 0.",
            )


@rule("documented", rests_on=("NL3", "NK9"))
def native_foreign_target_group(service: NativeService) -> Found:
    """The production rule forwards to the service's target groups only."""
    for balancer, production in _production_rules(service):
        groups = (balancer.primary, balancer.alternate)
        if not all(isinstance(group, str) for group in groups):
            continue
        for forward in production.forwards or ():
            if isinstance(forward.group, str) and forward.group not in groups and forward.weight:
                yield (
                    production.id,
                    f"Deployments of {service.id} roll back with 'Production listener rule is forwarding traffic to "
                    f"unexpected target group': {_named(forward.group)} is neither its target group nor the alternate "
                    "one. Take it out of the rule.",
                )


@rule("documented", rests_on=("NL1", "NL3"))
def native_rule_forwards(service: NativeService) -> Found:
    """The production rule forwards to a target group."""
    for _, production in _production_rules(service):
        if production.actions and production.forwards == []:
            yield (
                production.id,
                f"Deployments of {service.id} fail: ECS needs exactly one of the two target groups to serve traffic in "
                f"the production rule, and the rule has {_types(production)} only. Let it forward to both target "
                "groups, with weights 100 and 0.",
            )


@rule("documented", "contradicted", rests_on=("NL4", "NK10"))
def native_rule_only_forwards(service: NativeService) -> Found:
    """The service's listener rules only forward."""
    for balancer in service.load_balancers:
        for listener_rule in balancer.listener_rules.values():
            others = [
                action for action in listener_rule.actions or () if text(action.get("Type")) not in ("", "forward")
            ]
            if others and listener_rule.forwards:
                yield (
                    listener_rule.id,
                    f"A deployment of {service.id} may fail: this rule has another action beside forward "
                    f"({_types(listener_rule)}), and older copies of AWS's page say that such rules fail. Keep forward "
                    "alone, or try it in a copy of the stack.",
                )


@rule("inferred", rests_on=("NM2", "NL12", "NK11"))
def native_rule_catches_all(service: NativeService) -> Found:
    """The production rule takes all requests, or nothing else of its listener forwards to the service."""
    for balancer, production in _production_rules(service):
        for other, group in _elsewhere(service, balancer):
            is_reached = production.catches_all is False or _comes_first(other, production)
            if is_reached and same(other.listener, production.listener):
                yield (
                    production.id,
                    f"Some requests to {service.id} would miss its tasks after a deployment: ECS moves this rule, and "
                    f"{other.id} of the same listener forwards requests that don't come here to {_named(group)}. Let "
                    "this rule take all requests (path-pattern *), or forward nothing else to the service.",
                )


@rule("inferred", rests_on=("NL12",))
def native_unshifted_traffic(service: NativeService) -> Found:
    """Only the service's listener rules forward to its target groups."""
    for balancer in service.load_balancers:
        moved = [listener_rule.listener for listener_rule in balancer.listener_rules.values()]
        for other, group in _elsewhere(service, balancer) if moved else ():
            if not any(same(other.listener, listener) for listener in moved):
                yield (
                    other.id,
                    f"Some traffic may not move with a deployment of {service.id}: this forwards to {_named(group)}, "
                    "and ECS moves the service's own listener rules only. Redirect to the production listener, or "
                    "forward elsewhere.",
                )


@rule("documented", "inferred", rests_on=("NL11", "NK12"))
def native_rule_order(service: NativeService) -> Found:
    """Requests reach the test rule before the production rule, and nothing takes them all before."""
    for balancer, production in _production_rules(service):
        test = balancer.test
        if test and _comes_first(production, test) and _covers(production, test):
            yield (
                test.id,
                f"Test traffic of {service.id} probably never reaches this rule: the production rule {production.id} "
                "of the same listener comes first, by the smaller Priority, and takes those requests. Give the test "
                "rule the smaller number.",
            )
        for resource in service.template.resources_of(LISTENER_RULE):
            other = ListenerRule(service.template, resource)
            if other.id != production.id and other.catches_all and _comes_first(other, production):
                yield (
                    production.id,
                    f"Traffic of {service.id} probably never reaches this rule: {other.id} of the same listener comes "
                    "first, by the smaller Priority, and takes all requests. Give the production rule a smaller "
                    "number, or the other one a narrower condition.",
                )


def _comes_first(one: ListenerRule, other: ListenerRule) -> bool:
    """Tell whether a rule is known to be looked at before another one of the same listener."""
    if one.listener is None or one.priority is None or other.priority is None:
        return False
    return same(one.listener, other.listener) and one.priority < other.priority


def _covers(one: ListenerRule, other: ListenerRule) -> bool:
    """Tell whether a rule is known to take all requests that another one takes."""
    if one.catches_all or one.conditions is None or other.conditions is None:
        return bool(one.catches_all)
    theirs = other.conditions
    return all(any(same(condition, their) for their in theirs) for condition in one.conditions)


def _production_rules(service: NativeService) -> Iterator[tuple[LoadBalancer, ListenerRule]]:
    for balancer in service.load_balancers:
        if production := balancer.production:
            yield balancer, production


def _elsewhere(service: NativeService, balancer: LoadBalancer) -> Iterator[tuple[ListenerRule, object]]:
    """List what forwards to one of the two target groups, and is none of the service's listeners and listener rules."""
    entries = service.load_balancers
    rules = [arn for entry in entries for arn in (*entry.rules.values(), *([] if entry.rules else [entry.advanced]))]
    if not all(isinstance(arn, str) for arn in rules):
        return  # what is not known to be the service's may be it
    own = {one.id for entry in entries for one in _own(entry)}
    groups = [group for group in (balancer.primary, balancer.alternate) if isinstance(group, str)]
    for resource in service.template.resources_of(LISTENER, LISTENER_RULE):
        if resource.id not in own:
            source = ListenerRule(service.template, resource)
            for group in source.sends_to(groups):
                yield source, group


def _own(entry: LoadBalancer) -> Iterator[Resource | ListenerRule]:
    yield from entry.listeners
    yield from entry.listener_rules.values()


def _types(listener_rule: ListenerRule) -> str:
    return ", ".join(text(action.get("Type")) or "an action of unknown type" for action in listener_rule.actions or ())


def _named(arn: object) -> str:
    """Name what an ARN is known to be of."""
    return text(arn).removeprefix("${").removesuffix("}") or "a target group"
