"""The service with the EXTERNAL controller, the blue task set and the primary task set.

They are L1 constructs: CDK's FargateService knows no task sets (rule P13).
"""

from __future__ import annotations

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ..parts.front import MadeFront
from ..parts.l1 import create_l1
from ..parts.service_settings import ServiceSettings
from ..parts.tasks import MadeTasks
from ..template.hook_facts import DEPLOYMENT_CONTROLLER, TASK_SET_SCALE_UNIT, TASK_SET_SCALE_VALUE


def create_service(scope: Construct, cluster_name: str, settings: ServiceSettings) -> ecs.CfnService:
    """Create the service."""
    return create_l1(
        ecs.CfnService,
        scope,
        "Service",
        cluster=cluster_name,
        deployment_controller=ecs.CfnService.DeploymentControllerProperty(type=DEPLOYMENT_CONTROLLER),
        desired_count=settings.desired_count,
        propagate_tags=settings.propagate_tags,
        health_check_grace_period_seconds=settings.health_check_grace_seconds,
        availability_zone_rebalancing=settings.availability_zone_rebalancing,
        enable_execute_command=settings.enable_execute_command or None,
    )


def create_task_set(
    scope: Construct, cluster_name: str, service_name: str, tasks: MadeTasks, front: MadeFront
) -> ecs.CfnTaskSet:
    """Create the blue task set, which the first green deployment replaces."""
    kind, asked = ecs.CfnTaskSet, tasks.asked
    settings, network, container = asked.settings, asked.network, asked.task.container
    return create_l1(
        ecs.CfnTaskSet,
        scope,
        "TaskSet",
        cluster=cluster_name,
        service=service_name,
        task_definition=tasks.definition.task_definition_arn,
        # Anything but 100 percent of the service's desired count never becomes stable (rule P9).
        scale=kind.ScaleProperty(unit=TASK_SET_SCALE_UNIT, value=TASK_SET_SCALE_VALUE),
        load_balancers=[
            kind.LoadBalancerProperty(
                container_name=container.name,
                container_port=container.port,
                target_group_arn=front.target_groups.blue_arn,
            )
        ],
        network_configuration=kind.NetworkConfigurationProperty(
            aws_vpc_configuration=kind.AwsVpcConfigurationProperty(
                assign_public_ip="ENABLED" if network.assign_public_ip else "DISABLED",
                security_groups=[group.security_group_id for group in tasks.security_groups],
                subnets=[*network.subnet_ids],
            )
        ),
        launch_type=settings.launch_type,
        capacity_provider_strategy=[
            kind.CapacityProviderStrategyItemProperty(
                capacity_provider=item.capacity_provider, base=item.base, weight=item.weight
            )
            for item in settings.capacity_providers
        ]
        or None,
        platform_version=settings.platform_version,
        service_registries=[
            kind.ServiceRegistryProperty(
                registry_arn=registry.arn,
                container_name=registry.container_name,
                container_port=registry.container_port,
            )
            for registry in asked.registries
        ]
        or None,
    )


def create_primary_task_set(
    scope: Construct, cluster_name: str, service_name: str, task_set: ecs.CfnTaskSet
) -> ecs.CfnPrimaryTaskSet:
    """Say that the blue task set is in production."""
    return create_l1(
        ecs.CfnPrimaryTaskSet,
        scope,
        "PrimaryTaskSet",
        cluster=cluster_name,
        service=service_name,
        task_set_id=task_set.attr_id,
    )
