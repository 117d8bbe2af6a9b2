"""The task definition, given or made from an image, and the container of it that the load balancer sends to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ..checks.mistakes import Mistakes, shown
from ..checks.tokens import is_text_token

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


TaskDefinition = ecs.TaskDefinition | TaskImage


@dataclass(frozen=True, kw_only=True, slots=True)
class ServingContainer:
    """The container that the load balancer sends traffic to.

    Attributes:
        name: Its name in the task definition.
        port: Its port that takes the traffic.
    """

    name: str
    port: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ServingTask:
    """The task that serves.

    Attributes:
        given: Its task definition, or what one is made from.
        container: Its container that the load balancer sends to; None without a load balancer.
    """

    given: TaskDefinition
    container: ServingContainer | None

    @classmethod
    def checked(
        cls,
        mistakes: Mistakes,
        *,
        task_definition: TaskDefinition,
        container_name: str | None,
        container_port: int | None,
        on_fargate: bool,
        is_served: bool,
    ) -> ServingTask | None:
        """Check the task definition, and find which of its containers serves, if any; None where it can't be known."""
        if not is_served:
            return _checked_headless(mistakes, task_definition, container_name, container_port, on_fargate=on_fargate)
        if isinstance(task_definition, TaskImage):
            container = _container_of_image(mistakes, task_definition, container_name, container_port)
        else:
            container = _container_of_given(
                mistakes, task_definition, container_name, container_port, on_fargate=on_fargate
            )
        return None if container is None else cls(given=task_definition, container=container)

    def create(self, scope: Construct, *, stream_prefix: str) -> ecs.TaskDefinition:
        """Give the task definition, or create it, with log streams of that prefix unless its image logs elsewhere."""
        if not isinstance(self.given, TaskImage):
            return self.given
        image, options = self.given, self.given.options
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
        port = options.container_port if self.container is None else self.container.port
        task_definition.add_container(
            "web",
            container_name=_image_name(image),
            image=options.image,
            logging=logging,
            environment=options.environment,
            secrets=options.secrets,
            docker_labels=options.docker_labels,
            command=options.command,
            entry_point=options.entry_point,
            port_mappings=None if port is None else [ecs.PortMapping(container_port=port)],
        )
        return task_definition


def _image_name(image: TaskImage) -> str:
    return image.options.container_name or "web"


def _checked_headless(
    mistakes: Mistakes, task_definition: TaskDefinition, name: str | None, port: int | None, *, on_fargate: bool
) -> ServingTask | None:
    """Check a task definition that no load balancer sends to."""
    for argument, value in {"container_name": name, "container_port": port}.items():
        if value is not None:
            mistakes.note(f"{argument} can't be used without a load balancer, got {shown(value)}", "leave it out")
    if isinstance(task_definition, TaskImage):
        is_right = _check_image(mistakes, task_definition)
    else:
        is_right = _check_given(mistakes, task_definition, on_fargate=on_fargate)
    return ServingTask(given=task_definition, container=None) if is_right else None


def _container_of_image(
    mistakes: Mistakes, image: TaskImage, name: str | None, port: int | None
) -> ServingContainer | None:
    for argument, value in {"container_name": name, "container_port": port}.items():
        if value is not None:
            mistakes.note(
                f"{argument} can't be used together with task_definition=TaskImage(…)",
                f"give TaskImage's options a {argument}",
            )
    if not _check_image(mistakes, image):
        return None
    return ServingContainer(name=_image_name(image), port=image.options.container_port or 80)


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


def _check_image(mistakes: Mistakes, image: TaskImage) -> bool:
    """Check an image's settings; tell whether its options can be read at all."""
    _check_size(mistakes, image)
    options = image.options
    # Told by name, as the class's module takes long to load.
    if type(options).__name__ != "ApplicationLoadBalancedTaskImageOptions":
        allowed = "an ecs_patterns.ApplicationLoadBalancedTaskImageOptions"
        mistakes.instance("task_definition.options", options, (), allowed)
        return False
    allowed = "1 to 255 letters, digits, hyphens and underscores"
    for name, value in {"container_name": options.container_name, "family": options.family}.items():
        mistakes.text(f"task_definition.options.{name}", value, r"[A-Za-z0-9_-]{1,255}", allowed)
    mistakes.whole_number("task_definition.options.container_port", options.container_port, 1, 65535)
    for name, role in {"execution_role": options.execution_role, "task_role": options.task_role}.items():
        if role is not None:
            mistakes.interface(f"task_definition.options.{name}", role, "grant_pass_role", "an IAM role")
    return True


def _check_size(mistakes: Mistakes, image: TaskImage) -> None:
    """Check cpu and memory, which depend on each other and on the operating system."""
    sizes, unit = _MEMORY_SIZES, "CPU units"
    platform = image.runtime_platform
    if platform is not None:
        argument, allowed = "task_definition.runtime_platform", "an ecs.RuntimePlatform"
        platform = mistakes.instance(argument, platform, ecs.RuntimePlatform, allowed)
    if platform is not None:
        system = platform.operating_system_family
        if system is not None and system.is_windows():
            sizes, unit = {cpu: sizes[cpu] for cpu in _WINDOWS_CPU}, "CPU units with Windows"
    _check_one_of(mistakes, "task_definition.cpu", image.cpu, [*sizes], unit)
    memory_sizes = sizes.get(image.cpu) if isinstance(image.cpu, int) else None
    argument, memory = "task_definition.memory_limit_mib", image.memory_limit_mib
    if memory_sizes is None:
        mistakes.whole_number(argument, memory, 512, 122880, required=True)
    else:
        _check_one_of(mistakes, argument, memory, memory_sizes, f"MiB with {image.cpu} CPU units")


def _check_one_of(mistakes: Mistakes, argument: str, value: object, numbers: Sequence[int], unit: str) -> None:
    if not isinstance(value, int) or isinstance(value, Enum):
        mistakes.whole_number(argument, value, numbers[0], numbers[-1], required=True)
    elif value not in numbers:
        mistakes.refuse(argument, value, f"one of {', '.join(map(str, numbers))} {unit}")


def _container_of_given(
    mistakes: Mistakes,
    task_definition: ecs.TaskDefinition,
    name: str | None,
    port: int | None,
    *,
    on_fargate: bool,
) -> ServingContainer | None:
    if not _check_given(mistakes, task_definition, on_fargate=on_fargate):
        return None
    if name is None:
        container = task_definition.default_container
        if container is None:
            mistakes.note(
                "task_definition must have an essential container, got none",
                "call add_container before the task definition is passed on",
            )
            return None
        name = container.container_name
    else:
        container = task_definition.find_container(name) if isinstance(name, str) else None
        if container is None:
            return _not_found(mistakes, task_definition, name, port)
    serving = first_port(container) if port is None else port
    if serving is None:
        mistakes.note(
            f"task_definition must have a port as first port mapping of container {name!r}, got none",
            "call add_port_mappings, or name another container as container_name",
        )
        return None
    literal = mistakes.whole_number("container_port", serving, 1, 65535)
    if port is not None and literal is not None:
        check_mapping(mistakes, "container_port", container, literal, ecs.Protocol.TCP)
    return ServingContainer(name=name, port=serving)


def _check_given(mistakes: Mistakes, task_definition: ecs.TaskDefinition, *, on_fargate: bool) -> bool:
    """Check a task definition by itself; tell whether its containers can be read at all."""
    allowed = "an ecs.TaskDefinition of this stack or TaskImage(…)"
    advice = "an imported one can't be used"
    if mistakes.instance("task_definition", task_definition, ecs.TaskDefinition, allowed, advice, "S23") is None:
        return False
    # A Fargate task definition has no other network mode, and runs on Fargate.
    if not isinstance(task_definition, ecs.FargateTaskDefinition):
        mode = task_definition.network_mode
        if mode != ecs.NetworkMode.AWS_VPC:
            mistakes.note(f"task_definition.network_mode must be NetworkMode.AWS_VPC, got {mode}")
        if on_fargate and not task_definition.is_fargate_compatible:
            mistakes.note(
                "capacity_provider_strategies must be given for a task_definition that can't run on Fargate, got none",
                "name a capacity provider of EC2 instances, or use an ecs.FargateTaskDefinition",
            )
    return True


def check_mapping(
    mistakes: Mistakes, argument: str, container: ecs.ContainerDefinition, port: int, *protocols: ecs.Protocol
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
    mistakes.refuse(argument, port, _with_choice(allowed, ports), "call add_port_mappings for it")


def _with_choice(allowed: str, choice: list[str]) -> str:
    return f"{allowed} ({', '.join(choice)})" if choice else allowed


def first_port(container: ecs.ContainerDefinition) -> float | None:
    """Give the port of a container's first port mapping; None when it has none, or a range.

    Not from its port_mappings, of which each costs a round trip for each property. Whether it is a port of TCP is
    told at synth (the rule task-set-container-port).
    """
    try:
        return container.container_port or None  # CDK writes a range as 0
    except RuntimeError:  # there is no port mapping
        return None


def _not_found(
    mistakes: Mistakes, task_definition: ecs.TaskDefinition, name: str, port: int | None
) -> ServingContainer | None:
    """Refuse a name that no container has, unless it is a token and so may be that of any."""
    if not is_text_token(name):
        containers = [child for child in task_definition.node.children if isinstance(child, ecs.ContainerDefinition)]
        names = [shown(container.container_name) for container in containers]
        allowed = _with_choice("the name of a container of task_definition", names)
        mistakes.refuse("container_name", name, allowed)
    elif port is None:
        mistakes.note(
            "container_port must be given with a container_name that is a token, got None",
            "which container it is, and so its port, is known only when CloudFormation runs",
        )
    mistakes.whole_number("container_port", port, 1, 65535)
    return None if port is None else ServingContainer(name=name, port=port)
