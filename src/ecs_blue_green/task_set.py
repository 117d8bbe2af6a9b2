"""The service with the EXTERNAL controller, the blue task set and the primary task set.

They are L1 constructs: CDK's FargateService knows no task sets (rule P13).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import Duration, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from .arguments import Arguments
from .task_definition import ServingContainer

_EXEC_ACTIONS = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
]

_LOG_ACTIONS = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]


def check_cluster(arguments: Arguments, cluster: ecs.ICluster) -> ec2.IVpc:
    """Check the cluster, and read its VPC."""
    if arguments.interface("cluster", cluster, "cluster_name", "an ECS cluster"):
        return cluster.vpc
    return cast(ec2.IVpc, None)  # never used: the call is refused


def service_settings(
    arguments: Arguments,
    *,
    desired_count: int,
    propagate_tags: ecs.PropagatedTagSource,
    health_check_grace_period: Duration | None,
    availability_zone_rebalancing: ecs.AvailabilityZoneRebalancing | None,
    enable_execute_command: bool,
) -> dict[str, Any]:
    """Check the settings of the service, and render them."""
    arguments.whole_number("desired_count", desired_count, 0)
    tags, zones = ecs.PropagatedTagSource, ecs.AvailabilityZoneRebalancing
    arguments.instance("propagate_tags", propagate_tags, (tags,), "a PropagatedTagSource")
    if availability_zone_rebalancing is not None:
        arguments.instance(
            "availability_zone_rebalancing",
            availability_zone_rebalancing,
            (zones,),
            "an AvailabilityZoneRebalancing",
        )
    arguments.flag("enable_execute_command", enable_execute_command)
    grace_period = arguments.duration("health_check_grace_period", health_check_grace_period, 0, 2147483647)
    return {
        "desired_count": desired_count,
        "propagate_tags": getattr(propagate_tags, "value", None),
        "health_check_grace_period_seconds": grace_period,
        "availability_zone_rebalancing": getattr(availability_zone_rebalancing, "value", None),
        "enable_execute_command": enable_execute_command or None,
    }


def create_service(scope: Construct, *, cluster_name: str, settings: dict[str, Any]) -> ecs.CfnService:
    """Create the service."""
    return ecs.CfnService(
        scope,
        "Service",
        cluster=cluster_name,
        deployment_controller=ecs.CfnService.DeploymentControllerProperty(type="EXTERNAL"),
        **settings,
    )


def task_set_settings(
    arguments: Arguments,
    *,
    capacity_provider_strategies: Sequence[ecs.CapacityProviderStrategy],
    platform_version: ecs.FargatePlatformVersion | None,
    cloud_map_services: Sequence[ecs.AssociateCloudMapServiceOptions],
    container: ServingContainer,
) -> dict[str, Any]:
    """Check where the tasks run and how they are found, and render it."""
    structs: tuple[tuple[str, object, type], ...] = (
        (
            "capacity_provider_strategies",
            capacity_provider_strategies,
            ecs.CapacityProviderStrategy,
        ),
        ("cloud_map_services", cloud_map_services, ecs.AssociateCloudMapServiceOptions),
    )
    for name, items, struct in structs:
        allowed = f"an ecs.{struct.__name__}"
        for index, item in enumerate(arguments.items(name, items, f"a sequence of {struct.__name__}")):
            arguments.instance(f"{name}[{index}]", item, (struct,), allowed)
    if platform_version is not None:
        arguments.instance(
            "platform_version",
            platform_version,
            (ecs.FargatePlatformVersion,),
            "a FargatePlatformVersion",
        )
    if arguments.has_mistakes:
        return {}
    settings: dict[str, Any] = {}
    if platform_version is not None:
        # Token.as_string gives the version's number, which the Python enum doesn't know.
        settings["platform_version"] = Token.as_string(platform_version)
    if capacity_provider_strategies:
        settings["capacity_provider_strategy"] = [
            ecs.CfnTaskSet.CapacityProviderStrategyItemProperty(
                capacity_provider=item.capacity_provider, base=item.base, weight=item.weight
            )
            for item in capacity_provider_strategies
        ]
    else:
        settings["launch_type"] = "FARGATE"
    if cloud_map_services:
        settings["service_registries"] = [_service_registry(options, container) for options in cloud_map_services]
    return settings


def _service_registry(
    options: ecs.AssociateCloudMapServiceOptions, container: ServingContainer
) -> ecs.CfnTaskSet.ServiceRegistryProperty:
    """Render a registry; only SRV records say which container and port an instance has."""
    arn = options.service.service_arn
    if options.service.dns_record_type.name != "SRV":
        return ecs.CfnTaskSet.ServiceRegistryProperty(registry_arn=arn)
    return ecs.CfnTaskSet.ServiceRegistryProperty(
        registry_arn=arn,
        container_name=options.container.container_name if options.container else container.name,
        container_port=options.container_port or container.port,
    )


def create_task_set(
    scope: Construct,
    *,
    service_name: str,
    cluster_name: str,
    task_definition_arn: str,
    container: ServingContainer,
    target_group_arn: str,
    network: ecs.CfnTaskSet.AwsVpcConfigurationProperty,
    settings: dict[str, Any],
) -> ecs.CfnTaskSet:
    """Create the blue task set, which the first green deployment replaces."""
    return ecs.CfnTaskSet(
        scope,
        "TaskSet",
        cluster=cluster_name,
        service=service_name,
        task_definition=task_definition_arn,
        # Anything but 100 percent of the service's desired count never becomes stable (rule P9).
        scale=ecs.CfnTaskSet.ScaleProperty(unit="PERCENT", value=100),
        load_balancers=[
            ecs.CfnTaskSet.LoadBalancerProperty(
                container_name=container.name,
                container_port=container.port,
                target_group_arn=target_group_arn,
            )
        ],
        network_configuration=ecs.CfnTaskSet.NetworkConfigurationProperty(aws_vpc_configuration=network),
        **settings,
    )


def allow_execute_command(task_definition: ecs.TaskDefinition, cluster: ecs.ICluster) -> None:
    """Let ECS Exec reach the tasks, and write where the cluster says that sessions are logged."""
    # The ssmmessages actions know no resource types:
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    task_definition.add_to_task_role_policy(iam.PolicyStatement(actions=_EXEC_ACTIONS, resources=["*"]))
    configuration = cluster.execute_command_configuration
    if configuration is None:
        return
    role = task_definition.task_role
    if configuration.kms_key is not None:
        configuration.kms_key.grant_decrypt(role)
    logs = configuration.log_configuration
    if logs is None:
        return
    if logs.cloud_watch_log_group is not None:
        arn = logs.cloud_watch_log_group.log_group_ref.log_group_arn
        task_definition.add_to_task_role_policy(iam.PolicyStatement(actions=_LOG_ACTIONS, resources=[arn]))
        # DescribeLogGroups is not authorized by log group.
        task_definition.add_to_task_role_policy(
            iam.PolicyStatement(actions=["logs:DescribeLogGroups"], resources=["*"])
        )
    if logs.s3_bucket is not None:
        logs.s3_bucket.grant_put(role)
