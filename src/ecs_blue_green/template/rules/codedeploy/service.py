"""Rules about the service and its task definition."""

from __future__ import annotations

from collections.abc import Iterator

from ...hook_facts import DEPLOYMENT_CONTROLLER, PRODUCTION_ROUTE
from ...model import PRIMARY_TASK_SET, TASK_SET, Resource, Template
from ...values import dig, is_function, mapping, may_hold_more, references, sequence, sub_parts, text, written_out
from ..rule import Found, rule

# What belongs to the task sets of a service with the EXTERNAL controller, or can't be had with it (rules L25, L28).
_OF_TASK_SETS = (
    "CapacityProviderStrategy",
    "LaunchType",
    "LoadBalancers",
    "NetworkConfiguration",
    "PlatformVersion",
    "ServiceRegistries",
    "TaskDefinition",
)
_IMPOSSIBLE = ("ServiceConnectConfiguration", "VolumeConfigurations")

# Stands in an image for what is known only when CloudFormation runs.
_UNKNOWN = "\0"


@rule("documented", rests_on=("L25",))
def service_controller(template: Template) -> Found:
    """The service has the EXTERNAL deployment controller."""
    for service in _services(template):
        controller = service.properties.get("DeploymentController")
        kind = dig(controller, "Type")
        if any(map(may_hold_more, (service.properties, controller))) or is_function(controller):
            continue
        if kind != DEPLOYMENT_CONTROLLER and not is_function(kind):
            yield (
                service.id,
                "Task sets can't be made for this service: its DeploymentController must be of type "
                f"{DEPLOYMENT_CONTROLLER}, got {text(kind) or 'none'}. Set it.",
            )


@rule("documented", rests_on=("L25", "L28"))
def service_property(template: Template) -> Found:
    """The service leaves to its task sets what is theirs."""
    for service in _services(template):
        given = service.properties
        for name in _OF_TASK_SETS:
            if name in given:
                yield (
                    service.id,
                    f"Expect ECS to refuse the service: with the {DEPLOYMENT_CONTROLLER} controller, {name} belongs to "
                    "the task set. Move it there.",
                )
        for name in _IMPOSSIBLE:
            if name in given:
                yield (
                    service.id,
                    f"Expect ECS to refuse the service: {name} can't be used with task sets. Remove it.",
                )
        if given.get("SchedulingStrategy") == "DAEMON":
            yield (
                service.id,
                f"Expect ECS to refuse the service: the {DEPLOYMENT_CONTROLLER} controller knows the "
                "SchedulingStrategy REPLICA only. Remove DAEMON.",
            )
        if "DeploymentCircuitBreaker" in mapping(given.get("DeploymentConfiguration")):
            yield (
                service.id,
                "Expect ECS to refuse the service: the DeploymentCircuitBreaker is for rolling updates, not for the "
                f"{DEPLOYMENT_CONTROLLER} controller. Remove it; lifecycle hooks and rollback triggers do its work.",
            )


@rule("reported", "contradicted", rests_on=("L33",))
def service_dependencies(template: Template) -> Found:
    """The task set waits for the production listener."""
    for deployment in template.deployments:
        production, task_set = deployment.routes.get(PRODUCTION_ROUTE, ""), deployment.task_set
        if task_set and production in template.resources and production not in template.made_before(task_set):
            yield (
                deployment.target or task_set.id,
                "Creating the stack may fail with 'does not have an associated load balancer': the task set can be "
                f"made before the listener {production} attaches its target group to the load balancer. Let the "
                "service depend on its listeners and target groups with DependsOn.",
            )


@rule("reported", "contradicted", rests_on=("P3", "E2"))
def image_tag_not_literal(template: Template) -> Found:
    """The tag of each image is literal text."""
    for task_definition, container, image in _images(template):
        if _tag(image) is None:
            yield (
                task_definition.id,
                f"Perhaps no green deployment starts when the image of container {container} changes: its tag is known "
                "only when CloudFormation runs, and the hook may not see it change. Write the tag or the digest as "
                "literal text; the rest of the image's name may be a function.",
            )


@rule("documented", "inferred", rests_on=("L1",))
def image_tag_latest(template: Template) -> Found:
    """No image has the tag latest."""
    for task_definition, container, image in _images(template):
        if _tag(image) in {"", "latest"}:
            yield (
                task_definition.id,
                f"No green deployment starts for a new image of container {container} alone: its tag is always latest, "
                "so that the template stays the same. Give each release a tag of its own, or a digest.",
            )


@rule("documented", "inferred", rests_on=("L3",))
def application_reference(template: Template) -> Found:
    """Nothing but the task set and the primary task set refers to the application."""
    for deployment in template.deployments:
        application = {resource.id for resource in (deployment.task_definition, deployment.task_set) if resource}
        known = {deployment.target, *deployment.ids("TaskDefinitions", "TaskSets")}
        types = {PRIMARY_TASK_SET} if deployment.task_set else {PRIMARY_TASK_SET, TASK_SET}
        for resource in template.resources.values():
            named = sorted(references(resource.properties) & application)
            if named and resource.id not in known and resource.type not in types:
                yield (
                    resource.id,
                    f"A green deployment may be refused: it replaces {' and '.join(named)}, to which this refers, so "
                    "that this changes with it, and no other resource may change then. Give it a task definition of "
                    "its own, or the family's name as text, or move it to another stack.",
                )


def _services(template: Template) -> list[Resource]:
    return [deployment.service for deployment in template.deployments if deployment.service]


def _images(template: Template) -> Iterator[tuple[Resource, str, str]]:
    """List the images of the blue task definitions, each with the name of its container."""
    for deployment in template.deployments:
        if definition := deployment.task_definition:
            for container in sequence(definition.properties.get("ContainerDefinitions")):
                if image := mapping(container).get("Image"):
                    yield definition, written_out(dig(container, "Name")), _written_out(image)


def _written_out(image: object) -> str:
    """Write an image's name out, as far as it is literal."""
    if isinstance(image, str):
        return image
    separator, parts = (*sequence(dig(image, "Fn::Join")), None, None)[:2]
    if isinstance(separator, str) and isinstance(parts, list):
        return separator.join(part if isinstance(part, str) else _UNKNOWN for part in parts)
    return "".join(_UNKNOWN if part.is_name else part.text for part in sub_parts(dig(image, "Fn::Sub"))) or _UNKNOWN


def _tag(image: str) -> str | None:
    """Give an image's digest or tag: empty without one, None if it is known only when CloudFormation runs."""
    name, at, tag = image.partition("@")
    if not at:
        name, _, tag = image.rpartition("/")[2].partition(":")
    return None if _UNKNOWN in (tag or name) else tag
