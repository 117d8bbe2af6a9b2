"""How the tasks are found by name: their registries in AWS Cloud Map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_ecs as ecs

from ..checks.mistakes import Arguments
from .serving_container import ServingContainer, check_mapping, first_port
from .task_definition import TaskDefinition


def checked_registries(
    arguments: Arguments,
    services: Sequence[ecs.AssociateCloudMapServiceOptions],
    task_definition: TaskDefinition,
    serving: ServingContainer,
) -> list[dict[str, Any]]:
    """Check the Cloud Map services, and render those that are right."""
    argument, struct = "cloud_map_services", ecs.AssociateCloudMapServiceOptions
    registries = []
    for index, options in enumerate(arguments.items(argument, services, f"a sequence of {struct.__name__}")):
        name = f"{argument}[{index}]"
        if (
            arguments.instance(name, options, (struct,), f"an ecs.{struct.__name__}")
            and isinstance(options, struct)
            and arguments.interface(f"{name}.service", _service(options), "dns_record_type", "a Cloud Map service")
        ):
            registries.append(_service_registry(arguments, name, options, task_definition, serving))
    return registries


def _service(options: ecs.AssociateCloudMapServiceOptions) -> object:
    try:
        return options.service
    except AssertionError:  # all that jsii tells of a required property that was given None
        return None


def _service_registry(
    arguments: Arguments,
    argument: str,
    options: ecs.AssociateCloudMapServiceOptions,
    task_definition: TaskDefinition,
    serving: ServingContainer,
) -> dict[str, Any]:
    """Render a registry; only SRV records say which container and port an instance has."""
    arn, container, port = options.service.service_arn, options.container, options.container_port
    if options.service.dns_record_type.name != "SRV":
        return {"registry_arn": arn}
    literal = arguments.whole_number(f"{argument}.container_port", port, 1, 65535)
    first: float | None
    if container is None:
        name, first = serving.name, serving.port
        if literal is not None and isinstance(task_definition, ecs.TaskDefinition):
            container = task_definition.find_container(name)
    elif arguments.instance(f"{argument}.container", container, (ecs.ContainerDefinition,), "a container"):
        if container.task_definition is not task_definition:
            arguments.note(f"{argument}.container must be one of task_definition, got {container.node.path}")
            literal = None  # its port mappings don't count
        name, first = container.container_name, port or first_port(container)
        if first is None:
            arguments.note(f"{argument}.container must have a port mapping, got {container.node.path} with none")
    else:
        return {}
    if literal is not None and container is not None:
        check_mapping(arguments, f"{argument}.container_port", container, literal, ecs.Protocol.TCP, ecs.Protocol.UDP)
    return {"registry_arn": arn, "container_name": name, "container_port": port or first}
