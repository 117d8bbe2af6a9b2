"""The task definition, given or made from an image, and the container of it that serves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from .arguments import Arguments

if TYPE_CHECKING:
    from aws_cdk import aws_ecs_patterns as ecs_patterns


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskImage:
    """A Fargate task definition of one container, that the construct makes from CDK's own options struct.

    Args:
        options: The image and its settings. The container is called ``web``, listens on port 80 and logs to CloudWatch
            Logs unless the options say otherwise.
        cpu: CPU units, 256 to 16384 (256 is a quarter of a vCPU); Fargate has fixed sizes:
            https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
        memory_limit_mib: Memory in MiB, of the sizes that go with ``cpu``.
        runtime_platform: CPU architecture and operating system, such as
            ``ecs.RuntimePlatform(cpu_architecture=ecs.CpuArchitecture.ARM64)``. Left out: Linux on X86_64.
    """

    options: ecs_patterns.ApplicationLoadBalancedTaskImageOptions
    cpu: int = 256
    memory_limit_mib: int = 512
    runtime_platform: ecs.RuntimePlatform | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ServingContainer:
    """The container that the load balancer sends traffic to."""

    name: str
    port: int


# Stands in where a mistake was noted, so that the other arguments can still be checked.
_UNKNOWN = ServingContainer(name="", port=80)

# MiB of memory that go with the CPU units of a Fargate task:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
_MEMORY_SIZES: dict[int, Sequence[int]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
}


TaskDefinition = ecs.TaskDefinition | TaskImage


def serving_container(
    arguments: Arguments,
    task_definition: TaskDefinition,
    *,
    container_name: str | None,
    container_port: int | None,
) -> ServingContainer:
    """Check the task definition and tell which of its containers serves, at which port."""
    arguments.text("container_name", container_name, r"[\w-]{1,255}", "a container's name")
    arguments.whole_number("container_port", container_port, 1, 65535)
    if isinstance(task_definition, TaskImage):
        return _check_image(arguments, task_definition, container_name, container_port)
    if not arguments.instance(
        "task_definition",
        task_definition,
        (ecs.TaskDefinition,),
        "an ecs.TaskDefinition of this stack or TaskImage(…)",
        "the hook renames the task definition, so that an imported one can't be used (rule S23)",
    ):
        return _UNKNOWN
    # A Fargate task definition has no other network mode.
    if not isinstance(task_definition, ecs.FargateTaskDefinition):
        mode = task_definition.network_mode
        if mode != ecs.NetworkMode.AWS_VPC:
            arguments.refuse("task_definition.network_mode", mode, "NetworkMode.AWS_VPC")
    return _find_container(arguments, task_definition, container_name, container_port)


def _check_image(arguments: Arguments, image: TaskImage, name: str | None, port: int | None) -> ServingContainer:
    if name is not None or port is not None:
        given = "container_name" if name is not None else "container_port"
        arguments.note(
            f"{given} can't be used together with task_definition=TaskImage(…)",
            f"give TaskImage's options a {given}",
        )
    sizes = _MEMORY_SIZES.get(image.cpu)
    if sizes is None:
        arguments.refuse("task_definition.cpu", image.cpu, f"one of {_listed(_MEMORY_SIZES)} CPU units")
    elif image.memory_limit_mib not in sizes:
        allowed = f"one of {_listed(sizes)} MiB with {image.cpu} CPU units"
        arguments.refuse("task_definition.memory_limit_mib", image.memory_limit_mib, allowed)
    if image.runtime_platform is not None:
        arguments.instance(
            "task_definition.runtime_platform",
            image.runtime_platform,
            (ecs.RuntimePlatform,),
            "an ecs.RuntimePlatform",
        )
    if type(image.options).__name__ != "ApplicationLoadBalancedTaskImageOptions":
        arguments.refuse(
            "task_definition.options",
            image.options,
            "an ecs_patterns.ApplicationLoadBalancedTaskImageOptions",
        )
        return _UNKNOWN
    return ServingContainer(
        name=image.options.container_name or "web",
        port=cast(int, image.options.container_port or 80),
    )


def _listed(sizes: Iterable[int]) -> str:
    return ", ".join(str(size) for size in sizes)


def _find_container(
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
        container = task_definition.find_container(name)
        if container is None:
            arguments.refuse("container_name", name, "the name of a container of task_definition")
            return _UNKNOWN
    if port is None:
        try:
            port = cast(int, container.container_port)
        except RuntimeError:  # all that jsii tells of a container without port mappings
            arguments.note(
                f"task_definition must have a port mapping in container {name!r}, got none",
                "call add_port_mappings, or name another container as container_name",
            )
            return _UNKNOWN
    elif container.find_port_mapping(port, ecs.Protocol.TCP) is None:
        arguments.refuse("container_port", port, f"a TCP port that container {name!r} has a port mapping for")
    return ServingContainer(name=name, port=port)


def create_task_definition(scope: Construct, image: TaskImage, *, stream_prefix: str) -> ecs.FargateTaskDefinition:
    """Create the task definition of an image, by default with log streams of that prefix."""
    options = image.options
    task_definition = ecs.FargateTaskDefinition(
        scope,
        "TaskDefinition",
        cpu=image.cpu,
        memory_limit_mib=image.memory_limit_mib,
        runtime_platform=image.runtime_platform,
        execution_role=options.execution_role,
        task_role=options.task_role,
        family=options.family,
    )
    logging = options.log_driver
    if logging is None and options.enable_logging is not False:
        logging = ecs.LogDrivers.aws_logs(stream_prefix=stream_prefix)
    task_definition.add_container(
        options.container_name or "web",
        image=options.image,
        logging=logging,
        environment=options.environment,
        secrets=options.secrets,
        docker_labels=options.docker_labels,
        command=options.command,
        entry_point=options.entry_point,
        port_mappings=[ecs.PortMapping(container_port=options.container_port or 80)],
    )
    return task_definition
