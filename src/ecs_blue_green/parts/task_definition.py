"""The task definition, given or made from an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ..checks.mistakes import Arguments

if TYPE_CHECKING:
    from aws_cdk import aws_ecs_patterns as ecs_patterns

    from .serving_container import ServingContainer


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


TaskDefinition = ecs.TaskDefinition | TaskImage

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
_WINDOWS_CPU = (1024, 2048, 4096)


def check_image(arguments: Arguments, image: TaskImage) -> bool:
    """Check an image's settings; tell whether its options can be read at all."""
    _check_size(arguments, image)
    options = image.options
    # Told by name, as the class's module takes long to load.
    if type(options).__name__ != "ApplicationLoadBalancedTaskImageOptions":
        allowed = "an ecs_patterns.ApplicationLoadBalancedTaskImageOptions"
        arguments.instance("task_definition.options", options, (), allowed)
        return False
    allowed = "1 to 255 letters, digits, hyphens and underscores"
    for name, value in {"container_name": options.container_name, "family": options.family}.items():
        arguments.text(f"task_definition.options.{name}", value, r"[A-Za-z0-9_-]{1,255}", allowed)
    arguments.whole_number("task_definition.options.container_port", options.container_port, 1, 65535)
    for name, role in {"execution_role": options.execution_role, "task_role": options.task_role}.items():
        if role is not None:
            arguments.interface(f"task_definition.options.{name}", role, "grant_pass_role", "an IAM role")
    return True


def _check_size(arguments: Arguments, image: TaskImage) -> None:
    """Check cpu and memory, which depend on each other and on the operating system."""
    sizes, unit = _MEMORY_SIZES, "CPU units"
    platform = image.runtime_platform
    if platform is not None and arguments.instance(
        "task_definition.runtime_platform", platform, (ecs.RuntimePlatform,), "an ecs.RuntimePlatform"
    ):
        system = platform.operating_system_family
        if system is not None and system.is_windows():
            sizes, unit = {cpu: sizes[cpu] for cpu in _WINDOWS_CPU}, "CPU units with Windows"
    _check_one_of(arguments, "task_definition.cpu", image.cpu, [*sizes], unit)
    memory_sizes = sizes.get(image.cpu) if isinstance(image.cpu, int) else None
    argument, memory = "task_definition.memory_limit_mib", image.memory_limit_mib
    if memory_sizes is None:
        arguments.whole_number(argument, memory, 512, 122880, required=True)
    else:
        _check_one_of(arguments, argument, memory, memory_sizes, f"MiB with {image.cpu} CPU units")


def _check_one_of(arguments: Arguments, argument: str, value: object, numbers: Sequence[int], unit: str) -> None:
    if not isinstance(value, int) or isinstance(value, Enum):
        arguments.whole_number(argument, value, numbers[0], numbers[-1], required=True)
    elif value not in numbers:
        arguments.refuse(argument, value, f"one of {', '.join(map(str, numbers))} {unit}")


def create_task_definition(
    scope: Construct, image: TaskImage, container: ServingContainer, *, stream_prefix: str
) -> ecs.FargateTaskDefinition:
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
        "web",
        container_name=container.name,
        image=options.image,
        logging=logging,
        environment=options.environment,
        secrets=options.secrets,
        docker_labels=options.docker_labels,
        command=options.command,
        entry_point=options.entry_point,
        port_mappings=[ecs.PortMapping(container_port=container.port)],
    )
    return task_definition
