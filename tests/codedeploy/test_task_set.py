"""The service's settings, the task set and the primary task set."""

import itertools
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_servicediscovery as servicediscovery
from constructs import Construct

from ecs_blue_green.testing import template_of
from tests.support import (
    Service,
    Template,
    fargate_task,
    imported_cluster,
    mistakes_of,
    number_token,
    properties,
    resources,
)

SERVICE = "AWS::ECS::Service"
TASK_SET = "AWS::ECS::TaskSet"


def strategy(capacity_provider: str, *, base: Any = None, weight: Any = None) -> ecs.CapacityProviderStrategy:
    return ecs.CapacityProviderStrategy(capacity_provider=capacity_provider, base=base, weight=weight)


# The service.


def test_service_has_one_task_and_passes_its_tags_on_when_nothing_is_said(stack: cdk.Stack, service: Service) -> None:
    service()
    assert properties(template_of(stack), SERVICE) == {
        "Cluster": "cluster",
        "DeploymentController": {"Type": "EXTERNAL"},
        "DesiredCount": 1,
        "PropagateTags": "SERVICE",
    }


def test_every_setting_of_the_service_is_rendered(stack: cdk.Stack, service: Service) -> None:
    service(
        desired_count=0,
        propagate_tags=ecs.PropagatedTagSource.TASK_DEFINITION,
        health_check_grace_period=cdk.Duration.minutes(2),
        availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.ENABLED,
        enable_execute_command=True,
    )
    assert properties(template_of(stack), SERVICE) == {
        "AvailabilityZoneRebalancing": "ENABLED",
        "Cluster": "cluster",
        "DeploymentController": {"Type": "EXTERNAL"},
        "DesiredCount": 0,
        "EnableExecuteCommand": True,
        "HealthCheckGracePeriodSeconds": 120,
        "PropagateTags": "TASK_DEFINITION",
    }


def test_other_values_of_choices_are_rendered(stack: cdk.Stack, service: Service) -> None:
    service(
        propagate_tags=ecs.PropagatedTagSource.NONE,
        health_check_grace_period=cdk.Duration.seconds(0),
        availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.DISABLED,
        enable_execute_command=False,
    )
    rendered = properties(template_of(stack), SERVICE)
    assert "PropagateTags" not in rendered  # where CloudFormation has no value for NONE
    assert rendered["HealthCheckGracePeriodSeconds"] == 0
    assert rendered["AvailabilityZoneRebalancing"] == "DISABLED"
    assert "EnableExecuteCommand" not in rendered


def test_numbers_of_the_service_can_be_tokens(stack: cdk.Stack, service: Service) -> None:
    count, seconds = (number_token(stack, id) for id in ("Count", "Seconds"))
    service(desired_count=count, health_check_grace_period=cdk.Duration.seconds(seconds))
    rendered = properties(template_of(stack), SERVICE)
    assert rendered["DesiredCount"] == {"Ref": "Count"}
    assert rendered["HealthCheckGracePeriodSeconds"] == {"Ref": "Seconds"}


@pytest.mark.parametrize(
    ("arguments", "mistake"),
    [
        ({"desired_count": -1}, "desired_count must be a whole number of 0 or more, got -1"),
        ({"desired_count": 1.5}, "desired_count must be a whole number of 0 or more, got 1.5"),
        ({"desired_count": "2"}, "desired_count must be a whole number of 0 or more, got '2'"),
        ({"desired_count": True}, "desired_count must be a whole number of 0 or more, got True"),
        ({"propagate_tags": "SERVICE"}, "propagate_tags must be a PropagatedTagSource, got 'SERVICE'"),
        ({"propagate_tags": None}, "propagate_tags must be a PropagatedTagSource, got None"),
        (
            {"health_check_grace_period": 60},
            "health_check_grace_period must be a Duration of 0 or more whole seconds, got 60; make it with "
            "Duration.seconds(…)",
        ),
        (
            {"health_check_grace_period": cdk.Duration.millis(1500)},
            "health_check_grace_period must be a Duration of 0 or more whole seconds, got Duration.millis(1500)",
        ),
        (
            {"health_check_grace_period": cdk.Duration.seconds(2**31)},
            "health_check_grace_period must be a Duration from 0 to 2147483647 whole seconds, got 2147483648 seconds",
        ),
        (
            {"availability_zone_rebalancing": True},
            "availability_zone_rebalancing must be an AvailabilityZoneRebalancing, got True",
        ),
        ({"enable_execute_command": "yes"}, "enable_execute_command must be True or False, got 'yes'"),
        ({"enable_execute_command": 1}, "enable_execute_command must be True or False, got 1"),
    ],
)
def test_wrong_setting_of_the_service_is_refused(arguments: dict[str, Any], mistake: str, service: Service) -> None:
    assert mistakes_of(service, **arguments) == [mistake]


# The task set.


def test_task_set_runs_on_fargate_at_full_scale_and_is_primary(stack: cdk.Stack, service: Service) -> None:
    service()
    template = template_of(stack)
    (service_id,) = resources(template, SERVICE)
    (task_set_id,) = resources(template, TASK_SET)
    of_service = {"Cluster": "cluster", "Service": {"Fn::GetAtt": [service_id, "Name"]}}
    task_set = properties(template, TASK_SET)
    assert {key: task_set[key] for key in of_service} == of_service
    assert task_set["Scale"] == {"Unit": "PERCENT", "Value": 100}
    assert task_set["LaunchType"] == "FARGATE"
    assert not {"CapacityProviderStrategy", "PlatformVersion", "ServiceRegistries"} & {*task_set}
    assert properties(template, "AWS::ECS::PrimaryTaskSet") == {
        **of_service,
        "TaskSetId": {"Fn::GetAtt": [task_set_id, "Id"]},
    }


def test_capacity_providers_take_the_place_of_the_launch_type(stack: cdk.Stack, service: Service) -> None:
    service(
        capacity_provider_strategies=[
            strategy("FARGATE", base=1, weight=1),
            strategy("FARGATE_SPOT", weight=3),
            strategy("other"),
        ]
    )
    task_set = properties(template_of(stack), TASK_SET)
    assert task_set["CapacityProviderStrategy"] == [
        {"CapacityProvider": "FARGATE", "Base": 1, "Weight": 1},
        {"CapacityProvider": "FARGATE_SPOT", "Weight": 3},
        {"CapacityProvider": "other"},
    ]
    assert "LaunchType" not in task_set


def test_capacity_providers_can_be_tokens(stack: cdk.Stack, service: Service) -> None:
    name = cdk.CfnParameter(stack, "Name").value_as_string
    base, weight = (number_token(stack, id) for id in ("Base", "Weight"))
    service(capacity_provider_strategies=(strategy(name, base=base, weight=weight), strategy("FARGATE", weight=0)))
    assert properties(template_of(stack), TASK_SET)["CapacityProviderStrategy"] == [
        {"CapacityProvider": {"Ref": "Name"}, "Base": {"Ref": "Base"}, "Weight": {"Ref": "Weight"}},
        {"CapacityProvider": "FARGATE", "Weight": 0},
    ]


def test_service_waits_until_the_cluster_has_its_capacity_providers(stack: cdk.Stack, service: Service) -> None:
    vpc = imported_cluster(stack).vpc
    cluster = ecs.Cluster(stack, "OwnCluster", vpc=vpc, enable_fargate_capacity_providers=True)
    service(cluster=cluster, capacity_provider_strategies=[strategy("FARGATE_SPOT", weight=1)])
    template = template_of(stack)
    (associations,) = resources(template, "AWS::ECS::ClusterCapacityProviderAssociations")
    (resource,) = resources(template, SERVICE).values()
    assert associations in resource["DependsOn"]


def test_task_set_can_run_on_ec2_instances(stack: cdk.Stack, service: Service) -> None:
    vpc = imported_cluster(stack).vpc
    cluster = ecs.Cluster(stack, "OwnCluster", vpc=vpc)
    image, instance = ecs.EcsOptimizedImage.amazon_linux2023(), ec2.InstanceType("t3.small")
    group = cluster.add_capacity("Group", instance_type=instance, machine_image=image)
    provider = ecs.AsgCapacityProvider(stack, "Provider", auto_scaling_group=group)
    cluster.add_asg_capacity_provider(provider)
    task = ecs.Ec2TaskDefinition(stack, "Task", network_mode=ecs.NetworkMode.AWS_VPC)
    task.add_container(
        "app",
        image=ecs.ContainerImage.from_registry("example.com/app:v1"),
        memory_limit_mib=128,
        port_mappings=[ecs.PortMapping(container_port=8080)],
    )
    service(
        cluster=cluster,
        task_definition=task,
        capacity_provider_strategies=[strategy(provider.capacity_provider_name, weight=1)],
    )
    template = template_of(stack)
    (name,) = resources(template, "AWS::ECS::CapacityProvider")
    assert properties(template, TASK_SET)["CapacityProviderStrategy"] == [
        {"CapacityProvider": {"Ref": name}, "Weight": 1}
    ]


@pytest.mark.parametrize(
    ("version", "rendered"),
    [
        (ecs.FargatePlatformVersion.LATEST, "LATEST"),
        (ecs.FargatePlatformVersion.VERSION1_4, "1.4.0"),
    ],
)
def test_platform_version_is_rendered_as_ecs_writes_it(
    version: ecs.FargatePlatformVersion, rendered: str, stack: cdk.Stack, service: Service
) -> None:
    made = service(platform_version=version)
    assert made.task_set.platform_version is not None
    assert properties(template_of(stack), TASK_SET)["PlatformVersion"] == rendered


@pytest.mark.parametrize(
    ("arguments", "mistakes"),
    [
        (
            {"capacity_provider_strategies": None},
            ["capacity_provider_strategies must be a sequence of CapacityProviderStrategy, got None"],
        ),
        (
            {"capacity_provider_strategies": strategy("FARGATE")},
            [
                "capacity_provider_strategies must be a sequence of CapacityProviderStrategy, got a "
                "CapacityProviderStrategy"
            ],
        ),
        (
            {"capacity_provider_strategies": [strategy("FARGATE"), "FARGATE_SPOT", {"capacity_provider": "other"}]},
            [
                "capacity_provider_strategies[1] must be an ecs.CapacityProviderStrategy, got 'FARGATE_SPOT'",
                "capacity_provider_strategies[2] must be an ecs.CapacityProviderStrategy, got {'capacity_provider': "
                "'other'}",
            ],
        ),
        (
            {"capacity_provider_strategies": [strategy("FARGATE", base=-1, weight=1001)]},
            [
                "capacity_provider_strategies[0].base must be a whole number from 0 to 100000, got -1",
                "capacity_provider_strategies[0].weight must be a whole number from 0 to 1000, got 1001",
            ],
        ),
        *(
            (
                {"capacity_provider_strategies": [strategy(name)]},
                [
                    "capacity_provider_strategies[0].capacity_provider must be a name of at most 255 letters, digits, "
                    f"hyphens and underscores, got {name!r}"
                ],
            )
            for name in ("", "FARGATE SPOT", "arn:aws:ecs:us-east-1:123456789012:capacity-provider/a", "a" * 256)
        ),
        (
            {"capacity_provider_strategies": [strategy("a", base=1, weight=1), strategy("b", base=1)]},
            ["capacity_provider_strategies must have a base in one of them, got several"],
        ),
        (
            {"capacity_provider_strategies": [strategy("a"), strategy("b", weight=0)]},
            ["capacity_provider_strategies must have a weight above 0 in at least one of them, got none"],
        ),
        ({"platform_version": "1.4.0"}, ["platform_version must be a FargatePlatformVersion, got '1.4.0'"]),
        ({"platform_version": 1.4}, ["platform_version must be a FargatePlatformVersion, got 1.4"]),
    ],
)
def test_wrong_place_to_run_is_refused(arguments: dict[str, Any], mistakes: list[str], service: Service) -> None:
    assert mistakes_of(service, **arguments) == mistakes


# AWS Cloud Map.


def cloud_map_service(
    stack: cdk.Stack, type: servicediscovery.DnsRecordType = servicediscovery.DnsRecordType.A
) -> servicediscovery.IService:
    vpc = imported_cluster(Construct(stack, "Network")).vpc
    namespace = servicediscovery.PrivateDnsNamespace(stack, "Namespace", name="internal", vpc=vpc)
    return namespace.create_service("CloudMap", dns_record_type=type)


SRV = servicediscovery.DnsRecordType.SRV


def task_with_sidecar(stack: cdk.Stack) -> tuple[ecs.FargateTaskDefinition, ecs.ContainerDefinition]:
    task = fargate_task(stack)
    image = ecs.ContainerImage.from_registry("example.com/sidecar:v1")
    mappings = [ecs.PortMapping(container_port=port) for port in (7000, 7001)]
    assert task.default_container
    task.default_container.add_port_mappings(ecs.PortMapping(container_port=8081, protocol=ecs.Protocol.UDP))
    return task, task.add_container("sidecar", image=image, port_mappings=mappings)


def registries_of(template: Template) -> list[dict[str, Any]]:
    registries: list[dict[str, Any]] = properties(template, TASK_SET)["ServiceRegistries"]
    return registries


def test_tasks_register_their_addresses(stack: cdk.Stack, service: Service) -> None:
    # A record has no port, so that the options' are not used.
    given = ecs.AssociateCloudMapServiceOptions(service=cloud_map_service(stack), container_port=7000)
    service(cloud_map_services=[given])
    template = template_of(stack)
    (id,) = resources(template, "AWS::ServiceDiscovery::Service")
    assert registries_of(template) == [{"RegistryArn": {"Fn::GetAtt": [id, "Arn"]}}]


@pytest.mark.parametrize(
    ("with_container", "port", "name", "expected"),
    [
        (False, None, "app", 8080),
        (False, 8081, "app", 8081),
        (True, None, "sidecar", 7000),
        (True, 7001, "sidecar", 7001),
    ],
)
def test_tasks_register_the_port_of_a_container(
    with_container: bool, port: int | None, name: str, expected: int, stack: cdk.Stack, service: Service
) -> None:
    task, sidecar = task_with_sidecar(stack)
    options = ecs.AssociateCloudMapServiceOptions(
        service=cloud_map_service(stack, SRV), container=sidecar if with_container else None, container_port=port
    )
    service(task_definition=task, cloud_map_services=[options])
    template = template_of(stack)
    (id,) = resources(template, "AWS::ServiceDiscovery::Service")
    arn = {"Fn::GetAtt": [id, "Arn"]}
    assert registries_of(template) == [{"RegistryArn": arn, "ContainerName": name, "ContainerPort": expected}]


def test_tasks_can_register_with_an_imported_service_and_a_token_for_a_port(stack: cdk.Stack, service: Service) -> None:
    arn = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-0123456789abcdef"
    imported = servicediscovery.Service.from_service_attributes(
        stack,
        "CloudMap",
        dns_record_type=SRV,
        namespace=servicediscovery.PrivateDnsNamespace.from_private_dns_namespace_attributes(
            stack, "Namespace", namespace_arn=arn, namespace_id="ns-0123456789abcdef", namespace_name="internal"
        ),
        routing_policy=servicediscovery.RoutingPolicy.MULTIVALUE,
        service_arn=arn,
        service_id="srv-0123456789abcdef",
        service_name="app",
    )
    port = number_token(stack, "Port")
    service(cloud_map_services=[ecs.AssociateCloudMapServiceOptions(service=imported, container_port=port)])
    assert registries_of(template_of(stack)) == [
        {"RegistryArn": arn, "ContainerName": "app", "ContainerPort": {"Ref": "Port"}}
    ]


def test_wrong_kinds_of_cloud_map_services_are_refused(stack: cdk.Stack, service: Service) -> None:
    bucket: Any = s3.Bucket(stack, "Bucket")
    nothing: Any = None
    given = [
        cloud_map_service(stack),
        {"service": 1},
        ecs.AssociateCloudMapServiceOptions(service=bucket),
        ecs.AssociateCloudMapServiceOptions(service=nothing),
    ]
    assert mistakes_of(service, cloud_map_services=given) == [
        "cloud_map_services[0] must be an ecs.AssociateCloudMapServiceOptions, got a Service",
        "cloud_map_services[1] must be an ecs.AssociateCloudMapServiceOptions, got {'service': 1}",
        "cloud_map_services[2].service must be a Cloud Map service, got a Bucket",
        "cloud_map_services[3].service must be a Cloud Map service, got None",
    ]


def test_serving_container_that_is_refused_is_not_registered(stack: cdk.Stack, service: Service) -> None:
    given = [ecs.AssociateCloudMapServiceOptions(service=cloud_map_service(stack, SRV))]
    assert mistakes_of(service, cloud_map_services=given, container_name=5, container_port="80") == [
        "container_name must be the name of a container of task_definition ('app'), got 5",
        "container_port must be a whole number from 1 to 65535, got '80'",
    ]


def test_container_that_cannot_be_registered_is_refused(stack: cdk.Stack, service: Service) -> None:
    task = fargate_task(stack)
    image = ecs.ContainerImage.from_registry("example.com/sidecar:v1")
    without_port = task.add_container("sidecar", image=image)
    elsewhere = fargate_task(stack, "Elsewhere").default_container
    cloud_map = cloud_map_service(stack, SRV)
    given = [
        ecs.AssociateCloudMapServiceOptions(service=cloud_map, container=container, container_port=port)
        for container, port in [(without_port, None), (elsewhere, 7000), (None, 0), (None, 1234), (without_port, 1234)]
    ]
    assert mistakes_of(service, task_definition=task, cloud_map_services=given) == [
        "cloud_map_services[0].container must have a port mapping, got Stack/Task/sidecar with none",
        "cloud_map_services[1].container must be one of task_definition, got Stack/Elsewhere/app",
        "cloud_map_services[2].container_port must be a whole number from 1 to 65535, got 0",
        "cloud_map_services[3].container_port must be a port that container 'app' has a port mapping for (8080), "
        "got 1234; call add_port_mappings for it",
        "cloud_map_services[4].container_port must be a port that container 'sidecar' has a port mapping for, "
        "got 1234; call add_port_mappings for it",
    ]


# ECS Exec.

EXEC = {
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
}
LOGS = {"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}


def allowed(template: Template) -> set[tuple[str, str]]:
    """What the task role may do: actions, and what they are about."""
    (task,) = resources(template, "AWS::ECS::TaskDefinition").values()
    role = {"Ref": task["Properties"]["TaskRoleArn"]["Fn::GetAtt"][0]}
    found = set()
    for policy in resources(template, "AWS::IAM::Policy").values():
        if policy["Properties"]["Roles"] != [role]:
            continue
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            assert "Condition" not in statement
            listed = [
                item if isinstance(item, list) else [item] for item in (statement["Action"], statement["Resource"])
            ]
            found |= {(action, readable(resource)) for action, resource in itertools.product(*listed)}
    return found


def readable(value: Any) -> str:
    """Write a resource in a policy with logical ids in place of what refers to them."""
    match value:
        case {"Fn::GetAtt": [id, attribute]}:
            return f"<{id} {attribute}>"
        case {"Fn::Join": ["", parts]}:
            return "".join(map(readable, parts))
        case {"Ref": id}:
            return f"<{id}>"
        case str():
            return value
    raise AssertionError(f"unexpected resource in a policy: {value}")


def own_cluster(stack: cdk.Stack, **configuration: Any) -> ecs.Cluster:
    return ecs.Cluster(
        stack,
        "OwnCluster",
        vpc=imported_cluster(stack).vpc,
        execute_command_configuration=ecs.ExecuteCommandConfiguration(**configuration),
    )


def test_task_role_may_do_nothing_without_ecs_exec(stack: cdk.Stack, service: Service) -> None:
    service(cluster=own_cluster(stack, kms_key=kms.Key(stack, "Key")))
    assert allowed(template_of(stack)) == set()


@pytest.mark.parametrize(
    "make_cluster",
    [
        pytest.param(imported_cluster, id="no configuration"),
        pytest.param(lambda stack: own_cluster(stack, logging=ecs.ExecuteCommandLogging.DEFAULT), id="DEFAULT"),
        pytest.param(lambda stack: own_cluster(stack, logging=ecs.ExecuteCommandLogging.NONE), id="NONE"),
    ],
)
def test_ecs_exec_may_open_channels(
    make_cluster: Callable[[cdk.Stack], ecs.ICluster], stack: cdk.Stack, service: Service
) -> None:
    service(cluster=make_cluster(stack), enable_execute_command=True)
    template = template_of(stack)
    assert properties(template, SERVICE)["EnableExecuteCommand"] is True
    assert allowed(template) == {(action, "*") for action in EXEC}


def test_ecs_exec_may_write_logs_and_decrypt_as_the_cluster_says(stack: cdk.Stack, service: Service) -> None:
    cluster = own_cluster(
        stack,
        kms_key=kms.Key(stack, "Key"),
        logging=ecs.ExecuteCommandLogging.OVERRIDE,
        log_configuration=ecs.ExecuteCommandLogConfiguration(
            cloud_watch_log_group=logs.LogGroup(stack, "LogGroup"),
            s3_bucket=s3.Bucket(stack, "Bucket", encryption_key=kms.Key(stack, "BucketKey")),
            s3_encryption_enabled=True,
        ),
    )
    service(cluster=cluster, enable_execute_command=True)
    template = template_of(stack)
    ids = {id[:-8]: id for id in template["Resources"]}
    assert allowed(template) == {
        *((action, "*") for action in EXEC),
        ("kms:Decrypt", f"<{ids['Key']} Arn>"),
        *((action, f"<{ids['LogGroup']} Arn>") for action in LOGS),
        ("logs:DescribeLogGroups", "*"),
        ("s3:PutObject", f"<{ids['Bucket']} Arn>/*"),
        ("s3:GetEncryptionConfiguration", f"<{ids['Bucket']} Arn>"),
        ("s3:GetBucketLocation", "*"),
        ("kms:GenerateDataKey", f"<{ids['BucketKey']} Arn>"),
    }


def test_ecs_exec_may_write_to_the_bucket_alone(stack: cdk.Stack, service: Service) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "sessions")
    vpc = imported_cluster(stack).vpc
    cluster = ecs.Cluster.from_cluster_attributes(
        stack,
        "OtherCluster",
        cluster_name="other",
        vpc=vpc,
        execute_command_configuration=ecs.ExecuteCommandConfiguration(
            logging=ecs.ExecuteCommandLogging.OVERRIDE,
            log_configuration=ecs.ExecuteCommandLogConfiguration(s3_bucket=bucket),
        ),
    )
    service(cluster=cluster, enable_execute_command=True)
    template = template_of(stack)
    arn = "arn:<AWS::Partition>:s3:::sessions"
    assert allowed(template) == {
        *((action, "*") for action in EXEC),
        ("s3:PutObject", f"{arn}/*"),
        ("s3:GetEncryptionConfiguration", arn),
        ("s3:GetBucketLocation", "*"),
    }
