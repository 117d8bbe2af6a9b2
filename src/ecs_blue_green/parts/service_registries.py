"""How the tasks are found by name: their registries in AWS Cloud Map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_ecs as ecs

from ..checks.mistakes import Mistakes
from .task_definition import ServingTask, check_mapping, first_port


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceRegistry:
    """Where the tasks register.

    Attributes:
        arn: The Cloud Map service.
        container_name: The container that registers; None unless the records are SRV, which alone say a port.
        container_port: The port of it.
    """

    arn: str
    container_name: str | None = None
    container_port: float | None = None

    @classmethod
    def checked(
        cls, mistakes: Mistakes, services: Sequence[ecs.AssociateCloudMapServiceOptions], task: ServingTask | None
    ) -> tuple[ServiceRegistry, ...]:
        """Check the Cloud Map services, and list a registry for each that is right; ``task`` is None if it is not."""
        argument, struct = "cloud_map_services", ecs.AssociateCloudMapServiceOptions
        registries = []
        for index, item in enumerate(mistakes.items(argument, services, f"a sequence of {struct.__name__}")):
            name = f"{argument}[{index}]"
            options = mistakes.instance(name, item, struct, f"an ecs.{struct.__name__}")
            if options is None:
                continue
            service = _service(options)
            if mistakes.interface(f"{name}.service", service, "dns_record_type", "a Cloud Map service") and task:
                registries.append(_registry(mistakes, name, options, task))
        return tuple(filter(None, registries))


def _service(options: ecs.AssociateCloudMapServiceOptions) -> object:
    try:
        return options.service
    except AssertionError:  # all that jsii tells of a required property that was given None
        return None


def _registry(
    mistakes: Mistakes, argument: str, options: ecs.AssociateCloudMapServiceOptions, task: ServingTask
) -> ServiceRegistry | None:
    arn, container, port = options.service.service_arn, options.container, options.container_port
    if options.service.dns_record_type.name != "SRV":
        return ServiceRegistry(arn=arn)
    literal = mistakes.whole_number(f"{argument}.container_port", port, 1, 65535)
    first: float | None
    if container is None:
        if task.container is None:
            mistakes.note(
                f"{argument}.container must be given for SRV records of a service without a load balancer, got None"
            )
            return None
        name, first = task.container.name, task.container.port
        if literal is not None and isinstance(task.given, ecs.TaskDefinition):
            container = task.given.find_container(name)
    elif mistakes.instance(f"{argument}.container", container, ecs.ContainerDefinition, "a container"):
        if container.task_definition is not task.given:
            mistakes.note(f"{argument}.container must be one of task_definition, got {container.node.path}")
            literal = None  # its port mappings don't count
        name, first = container.container_name, port or first_port(container)
        if first is None:
            mistakes.note(f"{argument}.container must have a port mapping, got {container.node.path} with none")
    else:
        return None
    if literal is not None and container is not None:
        check_mapping(mistakes, f"{argument}.container_port", container, literal, ecs.Protocol.TCP, ecs.Protocol.UDP)
    return ServiceRegistry(arn=arn, container_name=name, container_port=port or first)
