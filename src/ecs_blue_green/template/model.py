"""A tolerant view of a CloudFormation template: what is missing, or of the wrong kind, reads as nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from .functions import Scope, evaluate
from .hook_facts import PRODUCTION_ROUTE, TEST_ROUTE
from .values import dig, is_function, is_hidden, mapping, may_hold_more, references, sequence, text, with_text_names

HOOK = "AWS::CodeDeploy::BlueGreen"
TRANSFORM = "AWS::CodeDeployBlueGreen"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
LISTENER_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
PRIMARY_TASK_SET = "AWS::ECS::PrimaryTaskSet"
SERVICE = "AWS::ECS::Service"
TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
TASK_DEFINITION = "AWS::ECS::TaskDefinition"
TASK_SET = "AWS::ECS::TaskSet"

# Of a listener or a target group; others are those of an Application Load Balancer.
NETWORK_PROTOCOLS = ("QUIC", "TCP", "TCP_QUIC", "TCP_UDP", "TLS", "UDP")


class Resource:
    """A resource, or any other entry of a section that has a type and properties.

    Attributes:
        id: Its logical id.
        body: All that the template says of it.
    """

    def __init__(self, id: str, body: object) -> None:
        """Read an entry."""
        self.id = id
        self.body = mapping(body)
        self.type = text(self.body.get("Type"))
        self.properties = mapping(self.body.get("Properties"))

    @cached_property
    def dependencies(self) -> set[str]:
        """The logical ids that it names; CloudFormation makes these first."""
        explicit = self.body.get("DependsOn")
        return references(self.properties) | {text(id) for id in sequence(explicit) or [explicit]} - {""}


class Deployment:
    """An application of a hook, with the resources that it names, where they exist and have the right type.

    Attributes:
        hook: The hook.
        application: What the hook says of the application.
        resources: All resources of the template.
    """

    def __init__(self, hook: Resource, application: object, resources: dict[str, Resource]) -> None:
        """Read an application."""
        self.hook = hook
        self.application = mapping(application)
        self.resources = resources

    def ids(self, *names: str) -> list[str]:
        """Give the ids of ``TaskDefinitions``, ``TaskSets`` or ``TargetGroups``: blue, then green."""
        return [text(id) for name in names for id in sequence(self.attribute(name))]

    def attribute(self, name: str) -> Any:
        """Give ``TaskDefinitions``, ``TaskSets`` or ``TargetGroups``, as they are."""
        attributes = dig(self.application, "ECSAttributes")
        return dig(attributes, "TrafficRouting", name) if name == "TargetGroups" else dig(attributes, name)

    def named(self, id: str, type: str) -> Resource | None:
        """Give the resource of an id, if it exists and has the type."""
        resource = self.resources.get(id)
        return resource if resource and resource.type == type else None

    def _blue(self, name: str, type: str) -> Resource | None:
        return self.named(next(iter(self.ids(name)), ""), type)

    @property
    def target(self) -> str:
        """The logical id of the service."""
        return text(dig(self.application, "Target", "LogicalID"))

    @cached_property
    def service(self) -> Resource | None:
        """The service."""
        return self.named(self.target, SERVICE)

    @cached_property
    def task_definition(self) -> Resource | None:
        """The blue task definition."""
        return self._blue("TaskDefinitions", TASK_DEFINITION)

    @cached_property
    def task_set(self) -> Resource | None:
        """The blue task set."""
        return self._blue("TaskSets", TASK_SET)

    @cached_property
    def blue_target_group(self) -> Resource | None:
        """The blue target group."""
        return self._blue("TargetGroups", TARGET_GROUP)

    @cached_property
    def target_groups(self) -> list[Resource]:
        """The target groups that exist: blue, then green."""
        found = [self.named(id, TARGET_GROUP) for id in self.ids("TargetGroups")]
        return [group for group in found if group]

    @cached_property
    def routes(self) -> dict[str, str]:
        """The logical ids of the listeners, by ``ProdTrafficRoute`` and ``TestTrafficRoute``."""
        routing = dig(self.application, "ECSAttributes", "TrafficRouting")
        routes = {name: text(dig(routing, name, "LogicalID")) for name in (PRODUCTION_ROUTE, TEST_ROUTE)}
        return {name: id for name, id in routes.items() if id}

    @cached_property
    def listeners(self) -> list[Resource]:
        """The listeners that exist: production, then test."""
        found = [self.named(id, LISTENER) for id in self.routes.values()]
        return [listener for listener in found if listener]


class Template:
    """A template.

    Attributes:
        source: The template itself.
        nested: Whether it is that of a nested stack.
        parameters: The known values of its parameters by name.
    """

    def __init__(self, source: object, *, nested: bool = False, parameters: Mapping[str, Any] | None = None) -> None:
        """Read a template, whatever it is.

        Args:
            source: The template.
            nested: Whether it is that of a nested stack.
            parameters: The known values of its parameters by name; None for their defaults, as far as they are not
                hidden: rules and schedules tell of the values that they read.

        Raises:
            ValueError: If something in it holds itself, or it is much too large.
        """
        self.source = mapping(with_text_names(source))
        self.nested = nested
        self.parameters = self._defaults() if parameters is None else with_text_names({**parameters})
        self._known: dict[str, Resource] = {}

    def with_parameters(self, parameters: Mapping[str, Any]) -> Template:
        """Give the same template with other values of its parameters."""
        other = Template({}, nested=self.nested, parameters=parameters)
        other.source = self.source  # whose names were looked at already
        return other

    def _defaults(self) -> dict[str, Any]:
        """Give the parameters' defaults; one that names a parameter of Systems Manager is not its value."""
        declared = {name: mapping(body) for name, body in self.section("Parameters").items()}
        return {
            name: body["Default"]
            for name, body in declared.items()
            if "Default" in body and not text(body.get("Type")).startswith("AWS::SSM::") and not is_hidden(body)
        }

    @property
    def is_transformed(self) -> bool:
        """Whether a transform rewrites the whole template, beside the blue/green one and those that add nothing."""
        own = {"", TRANSFORM, "AWS::LanguageExtensions"}
        return may_hold_more(self.source) or not own.issuperset(self.transforms)

    def may_hold_more(self, section: str) -> bool:
        """Tell whether a transform may add to a section, so that what it lacks is not known to be missing."""
        entries = self.section(section)
        loops = any(name.startswith("Fn::ForEach::") for name in entries)
        return loops or may_hold_more(entries) or self.is_transformed

    def section(self, name: str) -> dict[str, Any]:
        """Give the entries of a section by their logical ids."""
        return {id: body for id, body in mapping(self.source.get(name)).items() if isinstance(id, str)}

    @cached_property
    def transforms(self) -> list[str]:
        """The names of the transforms, however they are written."""
        given = self.source.get("Transform")
        items = [given] if isinstance(given, str | dict) else sequence(given)
        return [text(item) or text(dig(item, "Name")) for item in items]

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """All resources."""
        return {id: Resource(id, body) for id, body in self.section("Resources").items()}

    def resources_of(self, *types: str) -> list[Resource]:
        """List the resources of some types."""
        return [resource for resource in self.resources.values() if resource.type in types]

    @cached_property
    def hooks(self) -> list[Resource]:
        """The CodeDeploy blue/green hooks."""
        found = [Resource(id, body) for id, body in self.section("Hooks").items()]
        return [hook for hook in found if hook.type == HOOK]

    @cached_property
    def settled_hooks(self) -> list[Resource]:
        """The hooks with their settings as CloudFormation reads them: with what is known put in for functions."""
        return [Resource(hook.id, _settled(hook.body, self._scope)) for hook in self.hooks]

    @cached_property
    def _scope(self) -> Scope:
        return Scope(parameters=self.parameters, mappings=self.section("Mappings"), conditions={})

    def settled(self, resource: Resource) -> Resource:
        """Give a resource with its properties as far as they are known: what functions give in the place of these."""
        if resource.id not in self._known:
            body = {**resource.body, "Properties": evaluate(resource.properties, self._scope)}
            self._known[resource.id] = Resource(resource.id, body)
        return self._known[resource.id]

    def made_before(self, resource: Resource) -> set[str]:
        """List the logical ids that CloudFormation makes before a resource."""
        needed: set[str] = set()
        waiting = [resource]
        while waiting:
            for id in waiting.pop().dependencies - needed:
                needed.add(id)
                if id in self.resources:
                    waiting.append(self.resources[id])
        return needed

    def load_balancer_of(self, listener: Resource) -> str:
        """Tell the load balancer of a listener: its ARN or logical id; empty if it can't be told."""
        arn = listener.properties.get("LoadBalancerArn")
        return text(arn) or next((id for id in references(arn) if id in self.resources), "")

    def is_network(self, listener: Resource) -> bool:
        """Tell whether a listener is known to belong to a Network Load Balancer."""
        balancer = self.resources.get(self.load_balancer_of(listener))
        kind = balancer and balancer.type == LOAD_BALANCER and balancer.properties.get("Type")
        return kind == "network" or listener.properties.get("Protocol") in NETWORK_PROTOCOLS

    def assumed_in(self, id: str) -> tuple[str, ...]:
        """Name the parameters whose values are put into the settings of a hook or a service."""
        (found,) = (one.properties for one in (*self.hooks, *self.resources_of(SERVICE)) if one.id == id)
        named = references({name: found.get(name) for name in (*_SETTINGS, _NATIVE_SETTINGS)})
        return tuple(sorted(named & self.parameters.keys()))

    @property
    def is_blue_green(self) -> bool:
        """Whether it has the hook or its transform, without which the rules have nothing to say."""
        return bool(self.hooks) or TRANSFORM in self.transforms

    @cached_property
    def deployments(self) -> list[Deployment]:
        """The applications of all hooks."""
        return [
            Deployment(hook, application, self.resources)
            for hook in self.hooks
            for application in sequence(hook.properties.get("Applications"))
        ]


# Sections of a hook's properties whose values may be functions (rule E1), and how deep these may stand in them.
_SETTINGS = {"TrafficRoutingConfig": 2, "AdditionalOptions": 1, "LifecycleEventHooks": 1, "ServiceRole": 0}
_NATIVE_SETTINGS = "DeploymentConfiguration"


def _settled(hook: dict[str, Any], scope: Scope) -> dict[str, Any]:
    properties = mapping(hook.get("Properties"))
    known = {name: _settle(properties[name], scope, depth) for name, depth in _SETTINGS.items() if name in properties}
    return {**hook, "Properties": properties | known} if known else hook


def _settle(value: Any, scope: Scope, depth: int) -> Any:
    if is_function(value):
        found = evaluate(value, scope)
        # What a parameter or a mapping gives as text is a number to the hook.
        return int(found) if re.fullmatch(r"-?[0-9]{1,9}", text(found)) else found
    return (
        {name: _settle(part, scope, depth - 1) for name, part in value.items()} if depth and mapping(value) else value
    )
