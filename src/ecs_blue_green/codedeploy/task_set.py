"""The service with the EXTERNAL controller, the blue task set and the primary task set.

They are L1 constructs: CDK's FargateService knows no task sets (rule P13).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import Duration, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ..checks.mistakes import Arguments
from ..parts.l1 import create_l1
from ..parts.service_registries import checked_registries
from ..parts.serving_container import ServingContainer
from ..parts.task_definition import TaskDefinition


def check_cluster(arguments: Arguments, cluster: ecs.ICluster) -> ec2.IVpc:
    """Check the cluster, and read its VPC."""
    if arguments.interface("cluster", cluster, "execute_command_configuration", "an ECS cluster"):
        try:
            return cluster.vpc
        except RuntimeError:  # all that jsii tells of a cluster imported by its ARN
            arguments.note(
                "cluster must know its VPC, got one that was imported without",
                "import it with Cluster.from_cluster_attributes(…)",
            )
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
    arguments.whole_number("desired_count", desired_count, 0, required=True)
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
        # CloudFormation's way to say NONE is to say nothing.
        "propagate_tags": None if propagate_tags is tags.NONE else getattr(propagate_tags, "value", None),
        "health_check_grace_period_seconds": grace_period,
        "availability_zone_rebalancing": getattr(availability_zone_rebalancing, "value", None),
        "enable_execute_command": enable_execute_command or None,
    }


def create_service(scope: Construct, *, cluster_name: str, settings: dict[str, Any]) -> ecs.CfnService:
    """Create the service."""
    return create_l1(
        ecs.CfnService,
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
    task_definition: TaskDefinition,
    container: ServingContainer,
) -> dict[str, Any]:
    """Check where the tasks run and how they are found, and render it."""
    _check_strategies(arguments, capacity_provider_strategies)
    registries = checked_registries(arguments, cloud_map_services, task_definition, container)
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
    if registries:
        settings["service_registries"] = [ecs.CfnTaskSet.ServiceRegistryProperty(**item) for item in registries]
    return settings


def _check_strategies(arguments: Arguments, strategies: Sequence[ecs.CapacityProviderStrategy]) -> None:
    """Check a capacity provider strategy.

    The ranges: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
    The names: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html
    """
    argument, struct = "capacity_provider_strategies", ecs.CapacityProviderStrategy
    items = []
    for index, item in enumerate(arguments.items(argument, strategies, f"a sequence of {struct.__name__}")):
        name = f"{argument}[{index}]"
        if arguments.instance(name, item, (struct,), f"an ecs.{struct.__name__}") and isinstance(item, struct):
            allowed = "a name of at most 255 letters, digits, hyphens and underscores"
            arguments.text(f"{name}.capacity_provider", item.capacity_provider, r"[A-Za-z0-9_-]{1,255}", allowed)
            arguments.whole_number(f"{name}.base", item.base, 0, 100_000)
            arguments.whole_number(f"{name}.weight", item.weight, 0, 1000)
            items.append(item)
    if sum(bool(item.base) for item in items) > 1:
        arguments.note(f"{argument} must have a base in one of them, got several")
    if len(items) > 1 and not any(item.weight for item in items):
        arguments.note(f"{argument} must have a weight above 0 in at least one of them, got none")


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
    return create_l1(
        ecs.CfnTaskSet,
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
