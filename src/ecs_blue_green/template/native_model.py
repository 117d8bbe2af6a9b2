"""A tolerant view of the services that ECS deploys by itself: what is not known is never said to be missing.

Functions are worked out as far as parameters and mappings are known. What an import, another parameter, a condition or
a transform gives stays unknown; an ARN is known when it is literal text, or of a resource of the template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .model import (
    LISTENER,
    LISTENER_RULE,
    NETWORK_PROTOCOLS,
    SERVICE,
    TARGET_GROUP,
    TASK_DEFINITION,
    Resource,
    Template,
)
from .native_facts import AWS_LAMBDA, ROLLING, SHIFTING_STRATEGIES
from .values import dig, is_function, mapping, may_hold_more, nodes, same, sequence, text


def services_of(template: Template) -> list[NativeService]:
    """List the services that ECS deploys blue/green, linear or canary, or that are made ready for that.

    Ready is a service with what such a deployment needs of its load balancers, ``AdvancedConfiguration``, while its
    strategy is ROLLING or not known.
    """
    services = [NativeService(template, service) for service in template.resources_of(SERVICE)]
    native = [service for service in services if service.shifts or service.is_ready]
    for service in native:
        service.siblings = native
    return native


def shifting_services(template: Template) -> list[NativeService]:
    """List the services that ECS deploys blue/green, linear or canary for certain."""
    return [service for service in services_of(template) if service.shifts]


class NativeService:
    """A service.

    Attributes:
        template: The template that it is in.
        resource: Itself, as the template has it.
        id: Its logical id.
        properties: Its properties, as far as they are known.
        configuration: Its ``DeploymentConfiguration``.
        siblings: All such services of the template, itself among them.
    """

    def __init__(self, template: Template, resource: Resource) -> None:
        """Read a service."""
        self.template = template
        self.resource = resource
        self.id = resource.id
        self.properties = template.settled(resource).properties
        self.configuration = self.properties.get("DeploymentConfiguration")
        self.siblings = [self]

    @property
    def strategy(self) -> str:
        """Its strategy; empty if that isn't known."""
        if lacks(self.properties, "DeploymentConfiguration") or lacks(self.configuration, "Strategy"):
            return ROLLING
        return text(dig(self.configuration, "Strategy"))

    @property
    def shifts(self) -> bool:
        """Whether it is deployed with two target groups, between which traffic moves."""
        return self.strategy in SHIFTING_STRATEGIES

    @property
    def is_ready(self) -> bool:
        """Whether its load balancers have what such a deployment needs."""
        return any("AdvancedConfiguration" in balancer.entry for balancer in self.load_balancers)

    @cached_property
    def load_balancers(self) -> list[LoadBalancer]:
        """Its load balancers, but for those that only CloudFormation knows."""
        entries = sequence(self.properties.get("LoadBalancers"))
        return [LoadBalancer(self.template, entry) for entry in entries if isinstance(entry, dict)]

    @cached_property
    def hooks(self) -> list[LifecycleHook]:
        """Its lifecycle hooks, but for those that only CloudFormation knows."""
        hooks = sequence(dig(self.configuration, "LifecycleHooks"))
        return [LifecycleHook(hook) for hook in hooks if isinstance(hook, dict) and not is_function(hook)]

    @cached_property
    def task_definition(self) -> Resource | None:
        """Its task definition, if that is of the template."""
        return self.found(self.properties.get("TaskDefinition"), TASK_DEFINITION)

    @cached_property
    def is_created_for_certain(self) -> bool:
        """Whether no condition decides about it."""
        return "Condition" not in self.resource.body

    def found(self, value: object, *types: str) -> Resource | None:
        """Give the resource that an ARN or name is of, as far as it is known, if it has one of some types."""
        return found(self.template, value, *types)


class LoadBalancer:
    """An entry of ``LoadBalancers``.

    Attributes:
        entry: The entry.
        advanced: Its ``AdvancedConfiguration``, an object or a function; None if there is none.
        primary: ARN of its target group.
        alternate: ARN of the other target group.
        rules: ARNs of the production and the test listener rule, by their names, where there are some.
        groups: The target groups that are of the template, first the primary one.
        listener_rules: The listener rules that are of the template, by their names.
        listeners: The listeners that are of the template, and stand in the place of listener rules.
    """

    def __init__(self, template: Template, entry: dict[str, Any]) -> None:
        """Read an entry."""
        self.entry = entry
        self.advanced = entry.get("AdvancedConfiguration")
        self.primary = identity(template, entry.get("TargetGroupArn"))
        self.alternate = identity(template, dig(self.advanced, "AlternateTargetGroupArn"))
        given_rules = {name: dig(self.advanced, name) for name in RULE_NAMES if name in mapping(self.advanced)}
        self.rules = {name: identity(template, arn) for name, arn in given_rules.items()}
        named = {name: found(template, arn, LISTENER_RULE) for name, arn in given_rules.items()}
        self.listener_rules = {name: ListenerRule(template, rule) for name, rule in named.items() if rule}
        self.listeners = _all_found(template, given_rules.values(), LISTENER)
        arns = (entry.get("TargetGroupArn"), dig(self.advanced, "AlternateTargetGroupArn"))
        self.groups = _all_found(template, arns, TARGET_GROUP)

    @property
    def production(self) -> ListenerRule | None:
        """The production listener rule, if it is of the template."""
        return self.listener_rules.get(PRODUCTION_RULE)

    @property
    def test(self) -> ListenerRule | None:
        """The test listener rule, if it is of the template."""
        return self.listener_rules.get(TEST_RULE)

    @property
    def is_network(self) -> bool:
        """Whether it is known to be a Network Load Balancer, by its target groups."""
        return any(group.properties.get("Protocol") in NETWORK_PROTOCOLS for group in self.groups)


PRODUCTION_RULE = "ProductionListenerRule"
TEST_RULE = "TestListenerRule"
RULE_NAMES = (PRODUCTION_RULE, TEST_RULE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Forward:
    """A target group of a forward action.

    Attributes:
        group: Its ARN.
        weight: Its share of the traffic; None if that isn't known.
    """

    group: Any
    weight: float | None


class ListenerRule:
    """A listener rule of the template, or a listener with its default action.

    Attributes:
        id: Its logical id.
        template: The template that it is in.
        properties: Its properties, as far as they are known.
        actions: Its actions; None if they are not known.
        listener: ARN of its listener.
        priority: Its priority; None if that isn't known.
    """

    def __init__(self, template: Template, resource: Resource) -> None:
        """Read a rule or a listener."""
        is_rule = resource.type == LISTENER_RULE
        self.id = resource.id
        self.template = template
        self.properties = template.settled(resource).properties
        actions = self.properties.get("Actions" if is_rule else "DefaultActions")
        is_known = isinstance(actions, list) and not any(map(_is_unknown, actions))
        self.actions: list[dict[str, Any]] | None = actions if is_known else None
        self.listener = identity(template, self.properties.get("ListenerArn")) if is_rule else written(resource.id)
        self.priority = number(self.properties.get("Priority"))

    @cached_property
    def forwards(self) -> list[Forward] | None:
        """Where it forwards to; None if that isn't known."""
        listed: list[Forward] = []
        for action in self.actions or []:
            config = action.get("ForwardConfig")
            groups = dig(config, "TargetGroups")
            if any(map(_is_function, (config, groups, *sequence(groups)))):
                return None
            for group in sequence(groups):
                given = dig(group, "Weight")
                weight = 1 if given is None and len(groups) == 1 else number(given)
                listed.append(Forward(group=identity(self.template, dig(group, "TargetGroupArn")), weight=weight))
            if not sequence(groups) and "TargetGroupArn" in action:
                listed.append(Forward(group=identity(self.template, action["TargetGroupArn"]), weight=1))
        return None if self.actions is None else listed

    def names(self, group: object) -> bool | None:
        """Tell whether it names a target group; None if that isn't known."""
        if self.forwards is None:
            return None
        if any(same(forward.group, group) for forward in self.forwards):
            return True
        is_known = all(isinstance(arn, str) for arn in (group, *(forward.group for forward in self.forwards)))
        return False if is_known else None

    def sends_to(self, groups: list[Any]) -> list[Any]:
        """List which of some target groups are known to get traffic from it."""
        return [
            forward.group
            for forward in self.forwards or ()
            if forward.weight and any(same(forward.group, group) for group in groups)
        ]

    @property
    def conditions(self) -> list[Any] | None:
        """Its conditions; None if they are not known."""
        conditions = self.properties.get("Conditions")
        is_known = isinstance(conditions, list) and not any(map(_is_unknown, conditions))
        return conditions if is_known else None

    @property
    def catches_all(self) -> bool | None:
        """Whether it takes every request that reaches it; None if that isn't known."""
        if self.conditions is None:
            return None
        answers = [_holds_always(condition) for condition in self.conditions]
        return False if False in answers else None if None in answers else True


class LifecycleHook:
    """A lifecycle hook.

    Attributes:
        properties: Its properties.
    """

    def __init__(self, properties: dict[str, Any]) -> None:
        """Read a hook."""
        self.properties = properties

    @property
    def target_type(self) -> str:
        """What it is; empty if that isn't known. A Lambda hook where the template says nothing (NE5)."""
        return AWS_LAMBDA if lacks(self.properties, "TargetType") else text(self.properties.get("TargetType"))

    @property
    def stages(self) -> list[str]:
        """The stages that are known."""
        return [stage for stage in sequence(self.properties.get("LifecycleStages")) if isinstance(stage, str)]


def lacks(value: object, name: str) -> bool:
    """Tell whether an object is known to say nothing under a name."""
    return isinstance(value, dict) and not _is_unknown(value) and name not in value


def number(value: object) -> float | None:
    """Read a number, which may be written as text; None for anything else."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
        return float(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 10**9:
        return float(value)
    return None


def is_known(template: Template, value: object) -> bool:
    """Tell whether all of a value is known: what functions it has left name resources of the template."""
    left = [node for _, node in nodes(value) if _is_function(node)]
    return all(_named(node) in template.resources for node in left)


def identity(template: Template, arn: object) -> Any:
    """Write an ARN in one way: text if it is known what it is of, a resource of the template or literal text."""
    id = _named(arn)
    return written(id) if id in template.resources else arn


def found(template: Template, value: object, *types: str) -> Resource | None:
    """Give the resource of a template that an ARN or a name is of, if it has one of some types."""
    resource = template.resources.get(_named(value))
    return resource if resource and resource.type in types else None


def _all_found(template: Template, values: Iterable[object], type: str) -> list[Resource]:
    return [resource for value in values if (resource := found(template, value, type))]


def _named(value: object) -> str:
    return text(dig(value, "Ref")) or text((*sequence(dig(value, "Fn::GetAtt")), None)[0])


def written(id: str) -> str:
    """Write what a resource's ARN is known by, which is no ARN."""
    return f"${{{id}}}"


def _is_function(value: object) -> bool:
    return is_function(value) or may_hold_more(value)


def _is_unknown(value: object) -> bool:
    return not isinstance(value, dict) or _is_function(value)


def _holds_always(condition: dict[str, Any]) -> bool | None:
    """Tell whether a condition of a listener rule holds for every request; None if that isn't known."""
    field = text(condition.get("Field"))
    values = condition.get("Values") or dig(condition, _PATTERNS.get(field, ""), "Values")
    if field in _PATTERNS and isinstance(values, list) and all(isinstance(value, str) for value in values):
        return any(value in ("*", "/*") for value in values)
    return False if field in _NARROWING else None


# The fields of conditions whose values may be patterns, with their blocks; and those that never hold for all requests.
_PATTERNS = {"path-pattern": "PathPatternConfig", "host-header": "HostHeaderConfig"}
_NARROWING = ("http-header", "http-request-method", "query-string")
