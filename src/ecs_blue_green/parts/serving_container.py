"""The container of a task definition that the load balancer sends to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from aws_cdk import aws_ecs as ecs

from ..checks.mistakes import Arguments, shown
from ..checks.tokens import is_text_token
from .task_definition import TaskDefinition, TaskImage, check_image


@dataclass(frozen=True, kw_only=True, slots=True)
class ServingContainer:
    """The container that the load balancer sends traffic to.

    Attributes:
        name: Its name in the task definition.
        port: Its port that takes the traffic.
    """

    name: str
    port: int


# Stands in where a mistake was noted, so that the other arguments can still be checked.
_UNKNOWN = ServingContainer(name="", port=80)


def serving_container(
    arguments: Arguments,
    task_definition: TaskDefinition,
    *,
    container_name: str | None,
    container_port: int | None,
    on_fargate: bool,
) -> ServingContainer:
    """Check the task definition and tell which of its containers serves, at which port."""
    if isinstance(task_definition, TaskImage):
        return _of_image(arguments, task_definition, container_name, container_port)
    if not arguments.instance(
        "task_definition",
        task_definition,
        (ecs.TaskDefinition,),
        "an ecs.TaskDefinition of this stack or TaskImage(…)",
        "the hook renames the task definition, so that an imported one can't be used (rule S23)",
    ):
        return _UNKNOWN
    # A Fargate task definition has no other network mode, and runs on Fargate.
    if not isinstance(task_definition, ecs.FargateTaskDefinition):
        mode = task_definition.network_mode
        if mode != ecs.NetworkMode.AWS_VPC:
            arguments.note(f"task_definition.network_mode must be NetworkMode.AWS_VPC, got {mode}")
        if on_fargate and not task_definition.is_fargate_compatible:
            arguments.note(
                "capacity_provider_strategies must be given for a task_definition that can't run on Fargate, got none",
                "name a capacity provider of EC2 instances, or use an ecs.FargateTaskDefinition",
            )
    return _of_task_definition(arguments, task_definition, container_name, container_port)


def _of_image(arguments: Arguments, image: TaskImage, name: str | None, port: int | None) -> ServingContainer:
    for argument, value in {"container_name": name, "container_port": port}.items():
        if value is not None:
            arguments.note(
                f"{argument} can't be used together with task_definition=TaskImage(…)",
                f"give TaskImage's options a {argument}",
            )
    if not check_image(arguments, image):
        return _UNKNOWN
    options = image.options
    return ServingContainer(name=options.container_name or "web", port=cast(int, options.container_port or 80))


def _of_task_definition(
    arguments: Arguments, task_definition: ecs.TaskDefinition, name: str | None, port: int | None
) -> ServingContainer:
    if name is None:
        container = task_definition.default_container
        if container is None:
            arguments.note(
                "task_definition must have an essential container, got none",
                "call add_container before the task definition is passed on",
            )
            return _UNKNOWN
        name = container.container_name
    else:
        container = task_definition.find_container(name) if isinstance(name, str) else None
        if container is None:
            return _not_found(arguments, task_definition, name, port)
    is_given = port is not None
    if port is None:
        port = first_port(container)
        if port is None:
            arguments.note(
                f"task_definition must have a port as first port mapping of container {name!r}, got none",
                "call add_port_mappings, or name another container as container_name",
            )
            return _UNKNOWN
    literal = arguments.whole_number("container_port", port, 1, 65535)
    if is_given and literal is not None:
        check_mapping(arguments, "container_port", container, literal, ecs.Protocol.TCP)
    return ServingContainer(name=name, port=port)


def check_mapping(
    arguments: Arguments, argument: str, container: ecs.ContainerDefinition, port: int, *protocols: ecs.Protocol
) -> None:
    """Refuse a port that a container has no port mapping for, in any of the protocols."""
    if any(container.find_port_mapping(port, protocol) for protocol in protocols):
        return
    ports = [
        shown(mapping.container_port)
        for mapping in container.port_mappings
        if mapping.container_port and (mapping.protocol or ecs.Protocol.TCP) in protocols  # CDK writes a range as 0
    ]
    kind = "a TCP port" if protocols == (ecs.Protocol.TCP,) else "a port"
    allowed = f"{kind} that container {container.container_name!r} has a port mapping for"
    arguments.refuse(argument, port, _with_choice(allowed, ports), "call add_port_mappings for it")


def _with_choice(allowed: str, choice: list[str]) -> str:
    return f"{allowed} ({', '.join(choice)})" if choice else allowed


def first_port(container: ecs.ContainerDefinition) -> int | None:
    """Give the port of a container's first port mapping; None when it has none, or a range.

    Not from its port_mappings, of which each costs a round trip for each property. Whether it is a port of TCP is
    told at synth (the rule task-set-container-port).
    """
    try:
        return cast(int, container.container_port) or None  # CDK writes a range as 0
    except RuntimeError:  # there is no port mapping
        return None


def _not_found(
    arguments: Arguments, task_definition: ecs.TaskDefinition, name: str, port: int | None
) -> ServingContainer:
    """Refuse a name that no container has, unless it is a token."""
    if not is_text_token(name):
        containers = [child for child in task_definition.node.children if isinstance(child, ecs.ContainerDefinition)]
        names = [shown(container.container_name) for container in containers]
        allowed = _with_choice("the name of a container of task_definition", names)
        arguments.refuse("container_name", name, allowed)
    elif port is None:
        arguments.note(
            "container_port must be given with a container_name that is a token, got None",
            "which container it is, and so its port, is known only when CloudFormation runs",
        )
    arguments.whole_number("container_port", port, 1, 65535)
    return ServingContainer(name=name, port=port or _UNKNOWN.port)
