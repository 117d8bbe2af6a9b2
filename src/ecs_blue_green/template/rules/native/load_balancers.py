"""Rules about the service's load balancers: what ECS needs of each entry, and that the resources fit."""

from __future__ import annotations

from typing import Any

from ...model import LISTENER, LISTENER_RULE, Template
from ...native_model import (
    PRODUCTION_RULE,
    RULE_NAMES,
    TEST_RULE,
    LoadBalancer,
    NativeService,
    found,
    is_known,
    lacks,
)
from ...values import dig, integer, may_hold_more, same, sequence, text
from ..ports import may_serve
from ..rule import Found, rule

_INVALID_ARN = "has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB"


@rule("documented", rests_on=("NL3", "NK2"))
def native_advanced_configuration(service: NativeService) -> Found:
    """Every load balancer of the service has an AdvancedConfiguration."""
    for balancer in service.load_balancers:
        if lacks(balancer.entry, "AdvancedConfiguration"):
            yield (
                service.id,
                "ECS refuses the service with 'advancedConfiguration field is required for all loadBalancers when "
                f"using a non-ROLLING deployment strategy': an entry of LoadBalancers{_of_container(balancer)} has "
                "none. Add AdvancedConfiguration with the other target group, the listener rules and the role.",
            )


@rule("documented", rests_on=("NS24", "NK3"))
def native_advanced_complete(service: NativeService) -> Found:
    """AdvancedConfiguration names the other target group."""
    for balancer in service.load_balancers:
        if lacks(balancer.advanced, "AlternateTargetGroupArn"):
            yield (
                service.id,
                f"CloudFormation refuses the service: AdvancedConfiguration{_of_container(balancer)} lacks "
                "AlternateTargetGroupArn, which is required. Name the target group that green is registered with.",
            )


@rule("documented", "inferred", rests_on=("NS25", "NS27", "NL2", "NK3"))
def native_traffic_not_moved(service: NativeService) -> Found:
    """AdvancedConfiguration names the production rule and the role to move it with."""
    for balancer in service.load_balancers:
        if missing := [name for name in (PRODUCTION_RULE, "RoleArn") if lacks(balancer.advanced, name)]:
            yield (
                service.id,
                f"A deployment probably fails when traffic should move: AdvancedConfiguration{_of_container(balancer)} "
                f"lacks {' and '.join(missing)}, and ECS moves the rules that it names, with the role that it names. "
                "Add what is missing.",
            )


@rule("documented", rests_on=("NS25", "NS26", "NK4"))
def native_rule_not_listener(service: NativeService) -> Found:
    """An Application Load Balancer's traffic is moved by listener rules, a Network Load Balancer's by listeners."""
    for balancer in service.load_balancers:
        for name in RULE_NAMES:
            given = dig(balancer.advanced, name)
            if is_wrong := _is_wrong(service.template, balancer, given):
                yield (
                    service.id,
                    f"ECS refuses the service with '{name[0].lower()}{name[1:]} {_INVALID_ARN}': {name} is {is_wrong}. "
                    "Behind an Application Load Balancer name a listener rule, behind a Network Load Balancer a "
                    "listener.",
                )


def _is_wrong(template: Template, balancer: LoadBalancer, given: Any) -> str:
    """Say what is wrong with what stands for a listener rule; empty if nothing is known to be."""
    if listener := found(template, given, LISTENER):
        settled = template.settled(listener)
        is_application = text(settled.properties.get("Protocol")) in ("HTTP", "HTTPS")
        return f"{listener.id}, a listener of an Application Load Balancer" if is_application else ""
    if (named := found(template, given, LISTENER_RULE)) and balancer.is_network:
        return f"{named.id}, a listener rule, and the target groups are those of a Network Load Balancer"
    arn = text(given)
    return f"{arn!r}" if arn and ":listener-rule/app/" not in arn and ":listener/net/" not in arn else ""


@rule("documented", rests_on=("NS26", "NL3", "NK5"))
def native_distinct_rules(service: NativeService) -> Found:
    """Production and test traffic have a listener rule each."""
    for balancer in service.load_balancers:
        production, test = (balancer.rules.get(name) for name in RULE_NAMES)
        if production and test and same(production, test):
            yield (
                service.id,
                "ECS refuses the service with 'The following rules cannot be used as both production and test listener "
                f"rules': {PRODUCTION_RULE} and {TEST_RULE}{_of_container(balancer)} are the same. Add a rule for test "
                f"traffic, or leave {TEST_RULE} out.",
            )


@rule("documented", rests_on=("NL3", "NK6"))
def native_distinct_target_groups(service: NativeService) -> Found:
    """Each target group stands in the service once."""
    groups = [group for balancer in service.load_balancers for group in _groups(balancer)]
    for number, group in enumerate(groups):
        if any(same(group, other) for other in groups[:number]):
            name = f" {_named(group)}" if _named(group) else ""
            yield (
                service.id,
                f"ECS refuses the service with 'Duplicate targetGroupArn found': the target group{name} stands in "
                "LoadBalancers more than once. Give each entry a target group and another one as its alternate.",
            )


@rule("documented", rests_on=("NB14", "NK13"))
def native_target_group_fits(service: NativeService) -> Found:
    """Target groups of tasks with a network interface of their own register IP addresses."""
    task_definition = service.task_definition
    mode = task_definition and service.template.settled(task_definition).properties.get("NetworkMode")
    if mode != "awsvpc" and service.properties.get("LaunchType") != "FARGATE":
        return
    for balancer in service.load_balancers:
        for group in balancer.groups:
            properties = service.template.settled(group).properties
            kind = "instance" if lacks(properties, "TargetType") else text(properties.get("TargetType"))
            if kind not in ("", "ip"):
                yield (
                    group.id,
                    f"Expect ECS to refuse the service {service.id}: its tasks have network mode awsvpc, which needs "
                    f"target groups of TargetType ip, got {kind}. Set TargetType to ip.",
                )


@rule("inferred", rests_on=("NB11", "NB14"))
def native_target_groups_differ(service: NativeService) -> Found:
    """Both target groups have the same settings."""
    for balancer in service.load_balancers:
        if len(balancer.groups) == 2:
            one, other = (service.template.settled(group).properties for group in balancer.groups)
            names = sorted({str(name) for name in (*one, *other)} - {"Name", "Tags"})
            values = {name: (one.get(name), other.get(name)) for name in names}
            known = {name: pair for name, pair in values.items() if is_known(service.template, [*pair])}
            if different := [name for name, pair in known.items() if not same(*pair)]:
                yield (
                    balancer.groups[1].id,
                    f"Every second release of {service.id} would behave differently: the target groups take turns, but "
                    f"differ in {', '.join(different)}. Give both the same settings.",
                )


@rule("documented", "reported", rests_on=("NS23", "NK14", "P19"))
def native_container_port(service: NativeService) -> Found:
    """The container and port that the service registers are a port mapping of the task definition."""
    if not service.task_definition:
        return
    task_definition = service.template.settled(service.task_definition)
    containers = sequence(task_definition.properties.get("ContainerDefinitions"))
    if not containers or any(map(may_hold_more, (task_definition.properties, *containers))):
        return
    for balancer in service.load_balancers:
        name, port = dig(balancer.entry, "ContainerName"), integer(dig(balancer.entry, "ContainerPort"))
        takes_udp = any("UDP" in text(group.properties.get("Protocol")) for group in balancer.groups)
        if not text(name) or port is None or takes_udp or may_serve(containers, name, port):
            continue
        yield (
            service.id,
            f"ECS refuses the service with 'The container {name} did not have a container port {port} defined', or no "
            f"task becomes healthy: {task_definition.id} has no such container, or no port mapping of TCP for it. Let "
            "ContainerName and ContainerPort name one of its port mappings.",
        )


@rule("inferred", rests_on=("NL3", "NK36"))
def native_rule_shared(service: NativeService) -> Found:
    """Listener rules and target groups are of one service alone."""
    if not service.is_created_for_certain:
        return
    before = [other for other in service.siblings[: service.siblings.index(service)] if other.is_created_for_certain]
    for other in before:
        pairs = [(one, theirs) for one in service.load_balancers for theirs in other.load_balancers]
        shared = [
            arn
            for one, theirs in pairs
            for arn in (*_shared(one.rules.values(), theirs.rules.values()), *_shared(_groups(one), _groups(theirs)))
        ]
        if shared:
            names = sorted({_named(arn) or "a listener rule or target group" for arn in shared})
            yield (
                service.id,
                f"Deployments of {service.id} and {other.id} probably move each other's traffic: both have "
                f"{', '.join(names)}. Give each service listener rules and target groups of its own.",
            )


def _shared(some: Any, others: Any) -> list[Any]:
    return [one for one in some if any(same(one, other) for other in others)]


def _groups(balancer: LoadBalancer) -> list[Any]:
    return [group for group in (balancer.primary, balancer.alternate) if group]


def _named(arn: object) -> str:
    """Name what an ARN is known to be of."""
    return text(arn).removeprefix("${").removesuffix("}")


def _of_container(balancer: LoadBalancer) -> str:
    name = text(balancer.entry.get("ContainerName"))
    return f" (container {name})" if name else ""
