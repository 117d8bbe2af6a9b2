"""The task definition, given or made from an image, and the container of it that serves."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_ecs_patterns as ecs_patterns
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ssm as ssm

from ecs_blue_green import ServingContainer, TaskImage
from ecs_blue_green.testing import template_of
from tests.support import (
    Service,
    accept_token_ports,
    fargate_task,
    mistakes_of,
    number_token,
    properties,
    resources,
    small_service,
)

TASK_DEFINITION = "AWS::ECS::TaskDefinition"
IMAGE = ecs.ContainerImage.from_registry("example.com/app:v1")
ON_EC2 = {"capacity_provider_strategies": [ecs.CapacityProviderStrategy(capacity_provider="ec2", weight=1)]}

MakeTask = Callable[[cdk.Stack], ecs.TaskDefinition]


def task_image(cpu: Any = 256, memory_limit_mib: Any = 512, runtime_platform: Any = None, **options: Any) -> TaskImage:
    return TaskImage(
        options=ecs_patterns.ApplicationLoadBalancedTaskImageOptions(image=IMAGE, **options),
        cpu=cpu,
        memory_limit_mib=memory_limit_mib,
        runtime_platform=runtime_platform,
    )


def two_containers(scope: cdk.Stack) -> ecs.FargateTaskDefinition:
    """A task definition with a container ``app`` at 8080 and 9090, and a container ``proxy`` at 8000."""
    task = fargate_task(scope)
    app = task.find_container("app")
    assert app is not None
    app.add_port_mappings(ecs.PortMapping(container_port=9090))
    task.add_container("proxy", image=IMAGE, port_mappings=[ecs.PortMapping(container_port=8000)])
    return task


class Cpu(IntEnum):
    SMALL = 256


# The given task definition.


def generic(compatibility: ecs.Compatibility, **options: Any) -> MakeTask:
    def make(stack: cdk.Stack) -> ecs.TaskDefinition:
        task = ecs.TaskDefinition(
            stack, "Task", compatibility=compatibility, network_mode=ecs.NetworkMode.AWS_VPC, **options
        )
        return with_container(task)

    return make


def with_container(task: ecs.TaskDefinition) -> ecs.TaskDefinition:
    task.add_container("app", image=IMAGE, memory_limit_mib=128, port_mappings=[ecs.PortMapping(container_port=8080)])
    return task


@pytest.mark.parametrize(
    ("make_task", "arguments"),
    [
        pytest.param(fargate_task, {}, id="FargateTaskDefinition"),
        pytest.param(generic(ecs.Compatibility.FARGATE, cpu="256", memory_mib="512"), {}, id="TaskDefinition-FARGATE"),
        pytest.param(
            generic(ecs.Compatibility.EC2_AND_FARGATE, cpu="256", memory_mib="512"),
            {},
            id="TaskDefinition-EC2_AND_FARGATE",
        ),
        pytest.param(generic(ecs.Compatibility.EC2), ON_EC2, id="TaskDefinition-EC2"),
        pytest.param(
            lambda stack: with_container(ecs.Ec2TaskDefinition(stack, "Task", network_mode=ecs.NetworkMode.AWS_VPC)),
            ON_EC2,
            id="Ec2TaskDefinition",
        ),
    ],
)
def test_task_definition_can_be_of_any_kind_with_awsvpc_networking(
    make_task: MakeTask, arguments: dict[str, Any], stack: cdk.Stack, service: Service
) -> None:
    given = make_task(stack)
    made = service(task_definition=given, **arguments)
    assert made.task_definition is given
    assert made.container == ServingContainer(name="app", port=8080)
    template = template_of(stack)
    (task_definition,) = resources(template, TASK_DEFINITION)
    task_set = properties(template, "AWS::ECS::TaskSet")
    assert task_set["TaskDefinition"] == {"Ref": task_definition}
    (registration,) = task_set["LoadBalancers"]
    assert (registration["ContainerName"], registration["ContainerPort"]) == ("app", 8080)


@pytest.mark.parametrize(
    ("arguments", "name", "port"),
    [
        ({}, "app", 8080),
        ({"container_port": 9090}, "app", 9090),
        ({"container_name": "proxy"}, "proxy", 8000),
        ({"container_name": "app", "container_port": 9090}, "app", 9090),
        ({"container_name": "proxy", "container_port": 8000}, "proxy", 8000),
    ],
)
def test_any_container_and_port_of_the_task_definition_can_serve(
    arguments: dict[str, Any], name: str, port: int, stack: cdk.Stack, service: Service
) -> None:
    made = service(task_definition=two_containers(stack), **arguments)
    assert made.container == ServingContainer(name=name, port=port)


def test_everything_is_about_the_container_that_serves(stack: cdk.Stack, service: Service) -> None:
    service(task_definition=two_containers(stack), container_name="proxy")
    template = template_of(stack)
    (registration,) = properties(template, "AWS::ECS::TaskSet")["LoadBalancers"]
    (blue, green) = resources(template, "AWS::ElasticLoadBalancingV2::TargetGroup").items()
    assert registration["ContainerName"] == "proxy"
    assert registration["ContainerPort"] == 8000
    assert registration["TargetGroupArn"] in ({"Ref": blue[0]}, {"Ref": green[0]})
    assert [group["Properties"]["Port"] for _, group in (blue, green)] == [8000, 8000]
    assert properties(template, "AWS::EC2::SecurityGroupIngress")["ToPort"] == 8000


def test_default_container_is_the_first_essential_one(stack: cdk.Stack, service: Service) -> None:
    task = ecs.FargateTaskDefinition(stack, "Task")
    task.add_container("setup", image=IMAGE, essential=False, port_mappings=[ecs.PortMapping(container_port=1111)])
    task.add_container("app", image=IMAGE, port_mappings=[ecs.PortMapping(container_port=2222)])
    task.add_container("other", image=IMAGE, port_mappings=[ecs.PortMapping(container_port=3333)])
    assert service(task_definition=task).container == ServingContainer(name="app", port=2222)


def test_default_container_set_by_the_user_counts(stack: cdk.Stack, service: Service) -> None:
    task = two_containers(stack)
    task.default_container = task.find_container("proxy")
    assert service(task_definition=task).container == ServingContainer(name="proxy", port=8000)


def test_containers_can_be_added_later(stack: cdk.Stack, service: Service) -> None:
    made = service()
    made.task_definition.add_container("sidecar", image=IMAGE)
    containers = properties(template_of(stack), TASK_DEFINITION)["ContainerDefinitions"]
    assert [container["Name"] for container in containers] == ["app", "sidecar"]


def no_ports(stack: cdk.Stack) -> ecs.TaskDefinition:
    task = ecs.FargateTaskDefinition(stack, "Task")
    task.add_container("app", image=IMAGE)
    return task


def udp(stack: cdk.Stack) -> ecs.TaskDefinition:
    mapping = ecs.PortMapping(container_port=53, protocol=ecs.Protocol.UDP)
    task = ecs.FargateTaskDefinition(stack, "Task")
    task.add_container("app", image=IMAGE, port_mappings=[mapping])
    return task


def imported(stack: cdk.Stack) -> Any:
    return ecs.FargateTaskDefinition.from_fargate_task_definition_arn(
        stack, "Task", "arn:aws:ecs:us-east-1:123456789012:task-definition/app:1"
    )


NOT_OF_STACK = "an imported one can't be used (rule S23)"


@pytest.mark.parametrize(
    ("make_task", "arguments", "mistakes"),
    [
        pytest.param(
            lambda stack: ecs.FargateTaskDefinition(stack, "Task"),
            {},
            [
                "task_definition must have an essential container, got none; call add_container before the task "
                "definition is passed on"
            ],
            id="no container",
        ),
        pytest.param(
            no_ports,
            {},
            [
                "task_definition must have a port as first port mapping of container 'app', got none; call "
                "add_port_mappings, or name another container as container_name"
            ],
            id="no port mapping",
        ),
        pytest.param(
            no_ports,
            {"container_port": 80},
            [
                "container_port must be a TCP port that container 'app' has a port mapping for, got 80; call "
                "add_port_mappings for it"
            ],
            id="port without mapping",
        ),
        pytest.param(
            lambda stack: fargate_task(stack, port=70000),
            {},
            ["container_port must be a whole number from 1 to 65535, got 70000"],
            id="no port in the mapping",
        ),
        pytest.param(
            udp,
            {"container_port": 53},
            [
                "container_port must be a TCP port that container 'app' has a port mapping for, got 53; call "
                "add_port_mappings for it"
            ],
            id="UDP port",
        ),
        pytest.param(
            two_containers,
            {"container_port": 8000},
            [
                "container_port must be a TCP port that container 'app' has a port mapping for (8080, 9090), got 8000; "
                "call add_port_mappings for it"
            ],
            id="port of another container",
        ),
        pytest.param(
            two_containers,
            {"container_port": 70000},
            ["container_port must be a whole number from 1 to 65535, got 70000"],
            id="no port",
        ),
        pytest.param(
            two_containers,
            {"container_port": "8080"},
            ["container_port must be a whole number from 1 to 65535, got '8080'"],
            id="port as text",
        ),
        pytest.param(
            two_containers,
            {"container_port": True},
            ["container_port must be a whole number from 1 to 65535, got True"],
            id="port as a flag",
        ),
        pytest.param(
            two_containers,
            {"container_name": "web"},
            ["container_name must be the name of a container of task_definition ('app', 'proxy'), got 'web'"],
            id="unknown name",
        ),
        pytest.param(
            two_containers,
            {"container_name": "web", "container_port": 0},
            [
                "container_name must be the name of a container of task_definition ('app', 'proxy'), got 'web'",
                "container_port must be a whole number from 1 to 65535, got 0",
            ],
            id="unknown name and port",
        ),
        pytest.param(
            two_containers,
            {"container_name": ""},
            ["container_name must be the name of a container of task_definition ('app', 'proxy'), got ''"],
            id="empty name",
        ),
        pytest.param(
            lambda stack: with_container(ecs.Ec2TaskDefinition(stack, "Task")),
            ON_EC2,
            ["task_definition.network_mode must be NetworkMode.AWS_VPC, got NetworkMode.BRIDGE"],
            id="bridge networking",
        ),
        pytest.param(
            generic(ecs.Compatibility.EC2),
            {},
            [
                "capacity_provider_strategies must be given for a task_definition that can't run on Fargate, got "
                "none; name a capacity provider of EC2 instances, or use an ecs.FargateTaskDefinition"
            ],
            id="EC2 on Fargate",
        ),
        pytest.param(
            imported,
            {},
            [
                "task_definition must be an ecs.TaskDefinition of this stack or TaskImage(…), got an "
                f"IFargateTaskDefinition; {NOT_OF_STACK}"
            ],
            id="imported",
        ),
        pytest.param(
            lambda _: None,
            {},
            [f"task_definition must be an ecs.TaskDefinition of this stack or TaskImage(…), got None; {NOT_OF_STACK}"],
            id="None",
        ),
    ],
)
def test_task_definition_that_cannot_serve_is_refused(
    make_task: MakeTask, arguments: dict[str, Any], mistakes: list[str], stack: cdk.Stack, service: Service
) -> None:
    assert mistakes_of(service, task_definition=make_task(stack), **arguments) == mistakes


def test_token_can_be_the_port_and_the_name(stack: cdk.Stack, service: Service) -> None:
    accept_token_ports(stack)
    name = cdk.CfnParameter(stack, "Name").value_as_string
    service(task_definition=fargate_task(stack), container_name=name, container_port=number_token(stack, "Port"))
    template = template_of(stack)
    (registration,) = properties(template, "AWS::ECS::TaskSet")["LoadBalancers"]
    assert registration["ContainerName"] == {"Ref": "Name"}
    assert registration["ContainerPort"] == {"Ref": "Port"}
    for group in resources(template, "AWS::ElasticLoadBalancingV2::TargetGroup").values():
        assert group["Properties"]["Port"] == {"Ref": "Port"}
    assert properties(template, "AWS::EC2::SecurityGroupIngress")["ToPort"] == {"Ref": "Port"}


def test_container_with_a_token_for_a_name_and_a_port_is_found(stack: cdk.Stack, service: Service) -> None:
    accept_token_ports(stack)
    name = cdk.CfnParameter(stack, "Name").value_as_string
    task = ecs.FargateTaskDefinition(stack, "Task")
    mapping = ecs.PortMapping(container_port=number_token(stack, "Port"))
    task.add_container("app", container_name=name, image=IMAGE, port_mappings=[mapping])
    service(task_definition=task, container_name=name)
    (registration,) = properties(template_of(stack), "AWS::ECS::TaskSet")["LoadBalancers"]
    assert registration["ContainerName"] == {"Ref": "Name"}
    assert registration["ContainerPort"] == {"Ref": "Port"}


def test_port_of_a_name_that_is_known_only_at_deployment_must_be_given(stack: cdk.Stack, service: Service) -> None:
    name = cdk.CfnParameter(stack, "Name").value_as_string
    assert mistakes_of(service, container_name=name) == [
        "container_port must be given with a container_name that is a token, got None; which container it is, and so "
        "its port, is known only when CloudFormation runs"
    ]


# The task definition made from an image.


def test_image_alone_makes_a_small_fargate_task_that_logs(stack: cdk.Stack, service: Service) -> None:
    made = service("Shop", task_definition=task_image())
    assert made.container == ServingContainer(name="web", port=80)
    template = template_of(stack)
    task = properties(template, TASK_DEFINITION)
    assert (task["Cpu"], task["Memory"]) == ("256", "512")
    assert task["RequiresCompatibilities"] == ["FARGATE"]
    assert task["NetworkMode"] == "awsvpc"
    assert "RuntimePlatform" not in task
    (container,) = task["ContainerDefinitions"]
    assert container["Image"] == "example.com/app:v1"
    assert (container["Name"], container["Essential"]) == ("web", True)
    assert container["PortMappings"] == [{"ContainerPort": 80, "Protocol": "tcp"}]
    (log_group,) = resources(template, "AWS::Logs::LogGroup")
    assert container["LogConfiguration"]["LogDriver"] == "awslogs"
    options = container["LogConfiguration"]["Options"]
    assert options["awslogs-group"] == {"Ref": log_group}
    assert options["awslogs-stream-prefix"] == "Shop"


def test_every_option_of_the_image_reaches_the_task_definition(stack: cdk.Stack, service: Service) -> None:
    execution_role, task_role = (
        iam.Role(stack, id, assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
        for id in ("ExecutionRole", "TaskRole")
    )
    secret = ssm.StringParameter.from_secure_string_parameter_attributes(stack, "Secret", parameter_name="secret")
    made = service(
        task_definition=task_image(
            cpu=512,
            memory_limit_mib=2048,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.ARM64, operating_system_family=ecs.OperatingSystemFamily.LINUX
            ),
            container_name="app",
            container_port=8080,
            command=["serve"],
            entry_point=["/bin/app"],
            environment={"STAGE": "test"},
            secrets={"TOKEN": ecs.Secret.from_ssm_parameter(secret)},
            docker_labels={"team": "shop"},
            execution_role=execution_role,
            task_role=task_role,
            family="shop",
            log_driver=ecs.GenericLogDriver(log_driver="splunk", options={"splunk-url": "https://example.com"}),
            enable_logging=False,
        )
    )
    assert made.container == ServingContainer(name="app", port=8080)
    task = properties(template_of(stack), TASK_DEFINITION)
    assert (task["Cpu"], task["Memory"], task["Family"]) == ("512", "2048", "shop")
    assert task["RuntimePlatform"] == {"CpuArchitecture": "ARM64", "OperatingSystemFamily": "LINUX"}
    assert task["ExecutionRoleArn"] == stack.resolve(execution_role.role_arn)
    assert task["TaskRoleArn"] == stack.resolve(task_role.role_arn)
    (container,) = task["ContainerDefinitions"]
    assert container == {
        "Name": "app",
        "Image": "example.com/app:v1",
        "Essential": True,
        "PortMappings": [{"ContainerPort": 8080, "Protocol": "tcp"}],
        "Command": ["serve"],
        "EntryPoint": ["/bin/app"],
        "Environment": [{"Name": "STAGE", "Value": "test"}],
        "Secrets": [{"Name": "TOKEN", "ValueFrom": stack.resolve(secret.parameter_arn)}],
        "DockerLabels": {"team": "shop"},
        "LogConfiguration": {"LogDriver": "splunk", "Options": {"splunk-url": "https://example.com"}},
    }


def test_logging_can_be_turned_off(stack: cdk.Stack, service: Service) -> None:
    service(task_definition=task_image(enable_logging=False))
    template = template_of(stack)
    (container,) = properties(template, TASK_DEFINITION)["ContainerDefinitions"]
    assert "LogConfiguration" not in container
    assert not resources(template, "AWS::Logs::LogGroup")


def test_log_group_stays_when_the_container_gets_another_name(make_app: Callable[..., cdk.App]) -> None:
    def log_groups(**options: Any) -> set[str]:
        stack = cdk.Stack(make_app(), "Stack")
        small_service(stack)(task_definition=task_image(**options))
        return {*resources(template_of(stack), "AWS::Logs::LogGroup")}

    assert log_groups() == log_groups(container_name="app")


# The corners of https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
@pytest.mark.parametrize(
    ("cpu", "memory"),
    [
        (256, 512),
        (256, 1024),
        (256, 2048),
        (512, 1024),
        (512, 4096),
        (1024, 2048),
        (1024, 8192),
        (2048, 4096),
        (2048, 16384),
        (4096, 8192),
        (4096, 30720),
        (8192, 16384),
        (8192, 61440),
        (16384, 32768),
        (16384, 122880),
    ],
)
def test_sizes_of_fargate_tasks_are_taken(cpu: int, memory: int, service: Service) -> None:
    task = service(task_definition=task_image(cpu=cpu, memory_limit_mib=memory)).task_definition
    assert isinstance(task, ecs.FargateTaskDefinition)
    assert (task.cpu, task.memory_mib) == (cpu, memory)


WINDOWS = ecs.RuntimePlatform(operating_system_family=ecs.OperatingSystemFamily.WINDOWS_SERVER_2022_CORE)


def test_image_can_be_for_windows(stack: cdk.Stack, service: Service) -> None:
    service(task_definition=task_image(cpu=1024, memory_limit_mib=2048, runtime_platform=WINDOWS))
    platform = properties(template_of(stack), TASK_DEFINITION)["RuntimePlatform"]
    assert platform == {"OperatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}


ALL_CPU = "one of 256, 512, 1024, 2048, 4096, 8192, 16384 CPU units"
NAME = "task_definition.options.container_name must be 1 to 255 letters, digits, hyphens and underscores"


@pytest.mark.parametrize(
    ("image", "mistakes"),
    [
        ({"cpu": 128}, [f"task_definition.cpu must be {ALL_CPU}, got 128"]),
        ({"cpu": True}, [f"task_definition.cpu must be {ALL_CPU}, got True"]),
        ({"cpu": 256.0}, ["task_definition.cpu must be a whole number from 256 to 16384, got 256.0"]),
        ({"cpu": "256"}, ["task_definition.cpu must be a whole number from 256 to 16384, got '256'"]),
        ({"cpu": None}, ["task_definition.cpu must be a whole number from 256 to 16384, got None"]),
        ({"cpu": [256]}, ["task_definition.cpu must be a whole number from 256 to 16384, got [256]"]),
        (
            {"memory_limit_mib": 4096},
            ["task_definition.memory_limit_mib must be one of 512, 1024, 2048 MiB with 256 CPU units, got 4096"],
        ),
        (
            {"cpu": 512},
            ["task_definition.memory_limit_mib must be one of 1024, 2048, 3072, 4096 MiB with 512 CPU units, got 512"],
        ),
        (
            {"cpu": 16384, "memory_limit_mib": 30720},
            [
                "task_definition.memory_limit_mib must be one of 32768, 40960, 49152, 57344, 65536, 73728, 81920, "
                "90112, 98304, 106496, 114688, 122880 MiB with 16384 CPU units, got 30720"
            ],
        ),
        (
            {"memory_limit_mib": "512"},
            ["task_definition.memory_limit_mib must be a whole number from 512 to 2048, got '512'"],
        ),
        (
            {"cpu": 300, "memory_limit_mib": None},
            [
                f"task_definition.cpu must be {ALL_CPU}, got 300",
                "task_definition.memory_limit_mib must be a whole number from 512 to 122880, got None",
            ],
        ),
        (
            {"runtime_platform": WINDOWS},
            ["task_definition.cpu must be one of 1024, 2048, 4096 CPU units with Windows, got 256"],
        ),
        (
            {"runtime_platform": ecs.CpuArchitecture.ARM64},
            ["task_definition.runtime_platform must be an ecs.RuntimePlatform, got a CpuArchitecture"],
        ),
        ({"container_name": ""}, [f"{NAME}, got ''"]),
        ({"container_name": "web app"}, [f"{NAME}, got 'web app'"]),
        ({"family": "web app"}, [f"{NAME.replace('container_name', 'family')}, got 'web app'"]),
        ({"cpu": 10**5000}, [f"task_definition.cpu must be {ALL_CPU}, got an int"]),
        ({"cpu": Cpu.SMALL}, ["task_definition.cpu must be a whole number from 256 to 16384, got Cpu.SMALL"]),
        (
            {"container_port": 0},
            ["task_definition.options.container_port must be a whole number from 1 to 65535, got 0"],
        ),
        (
            {"container_port": 80.5},
            ["task_definition.options.container_port must be a whole number from 1 to 65535, got 80.5"],
        ),
    ],
)
def test_wrong_setting_of_an_image_is_refused(image: dict[str, Any], mistakes: list[str], service: Service) -> None:
    assert mistakes_of(service, task_definition=task_image(**image)) == mistakes


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"image": ecs.ContainerImage.from_asset("missing")}, "Cannot find image directory"),
        ({"image": ecs.ContainerImage.from_tarball("missing.tar")}, "missing.tar"),
        ({"secrets": {"KEY": ecs.RuntimePlatform()}}, "Unable to deserialize value as map<aws-cdk-lib.aws_ecs.Secret>"),
    ],
    ids=["folder", "tarball", "secret"],
)
def test_options_that_cdk_refuses_are_refused_and_leave_nothing_behind(
    options: dict[str, Any], reason: str, stack: cdk.Stack, service: Service
) -> None:
    given = ecs_patterns.ApplicationLoadBalancedTaskImageOptions(**({"image": IMAGE} | options))
    (mistake,) = mistakes_of(service, task_definition=TaskImage(options=given))
    assert mistake.startswith("task_definition was refused by CDK: ")
    assert reason in mistake
    assert stack.node.try_find_child("Service") is None


@pytest.mark.parametrize("role", ["execution_role", "task_role"])
def test_something_else_than_a_role_is_refused(role: str, stack: cdk.Stack, service: Service) -> None:
    image = task_image(**{role: s3.Bucket(stack, "Bucket")})
    assert mistakes_of(service, task_definition=image) == [
        f"task_definition.options.{role} must be an IAM role, got a Bucket"
    ]


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (None, "None"),
        ("example.com/app:v1", "'example.com/app:v1'"),
        ({"image": 1}, "{'image': 1}"),
        (IMAGE, "a RepositoryImage"),
        (
            ecs_patterns.NetworkLoadBalancedTaskImageOptions(image=IMAGE),
            "a NetworkLoadBalancedTaskImageOptions",
        ),
    ],
)
def test_other_options_of_an_image_are_refused(options: Any, shown: str, service: Service) -> None:
    assert mistakes_of(service, task_definition=TaskImage(options=options)) == [
        f"task_definition.options must be an ecs_patterns.ApplicationLoadBalancedTaskImageOptions, got {shown}"
    ]


def test_container_of_an_image_is_named_in_its_options_only(service: Service) -> None:
    assert mistakes_of(service, task_definition=task_image(), container_name="web", container_port=80) == [
        f"container_{what} can't be used together with task_definition=TaskImage(…); give TaskImage's options a "
        f"container_{what}"
        for what in ("name", "port")
    ]


def test_token_can_be_any_setting_of_an_image(stack: cdk.Stack, service: Service) -> None:
    accept_token_ports(stack)
    text = {id: cdk.CfnParameter(stack, id).value_as_string for id in ("Name", "Value", "Family", "Command")}
    service(
        task_definition=task_image(
            cpu=number_token(stack, "Cpu"),
            memory_limit_mib=number_token(stack, "Memory"),
            container_name=text["Name"],
            container_port=number_token(stack, "Port"),
            environment={"STAGE": text["Value"]},
            family=text["Family"],
            command=[text["Command"]],
        )
    )
    template = template_of(stack)
    task = properties(template, TASK_DEFINITION)
    assert (task["Cpu"], task["Memory"]) == ({"Ref": "Cpu"}, {"Ref": "Memory"})
    assert task["Family"] == {"Ref": "Family"}
    (container,) = task["ContainerDefinitions"]
    assert container["Name"] == {"Ref": "Name"}
    assert container["PortMappings"][0]["ContainerPort"] == {"Ref": "Port"}
    assert container["Environment"] == [{"Name": "STAGE", "Value": {"Ref": "Value"}}]
    assert container["Command"] == [{"Ref": "Command"}]
    (registration,) = properties(template, "AWS::ECS::TaskSet")["LoadBalancers"]
    assert (registration["ContainerName"], registration["ContainerPort"]) == ({"Ref": "Name"}, {"Ref": "Port"})


def test_memory_is_checked_by_itself_when_cpu_is_a_token(stack: cdk.Stack, service: Service) -> None:
    image = task_image(cpu=number_token(stack, "Cpu"), memory_limit_mib=100)
    assert mistakes_of(service, task_definition=image) == [
        "task_definition.memory_limit_mib must be a whole number from 512 to 122880, got 100"
    ]
