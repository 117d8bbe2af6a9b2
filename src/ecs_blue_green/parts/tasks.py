"""The tasks that run: their task definition, network, names in AWS Cloud Map, and the settings of their service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ..checks.mistakes import Mistakes
from .execute_command import allow_execute_command
from .network import Network
from .service_registries import ServiceRegistry
from .service_settings import ServiceSettings
from .task_definition import ServingTask, TaskDefinition


class TaskProperties(TypedDict):
    """Properties of what runs tasks, by CDK's names."""

    launch_type: str | None
    capacity_provider_strategy: list[dict[str, Any]] | None
    platform_version: str | None
    service_registries: list[dict[str, Any]] | None


@dataclass(frozen=True, kw_only=True)
class MadeTasks:
    """The tasks, as far as they can be made without an engine.

    Attributes:
        asked: What was asked for.
        definition: Their task definition, given or made.
        security_groups: Their security groups, given or made.
    """

    asked: Tasks
    definition: ecs.TaskDefinition
    security_groups: tuple[ec2.ISecurityGroup, ...]

    @cached_property
    def connections(self) -> ec2.Connections:
        """Their network connections, by default at the port that serves, if one does."""
        container = self.asked.task.container
        port = None if container is None else ec2.Port.tcp(container.port)
        return ec2.Connections(default_port=port, security_groups=[*self.security_groups])

    def properties(self) -> TaskProperties:
        """Give the properties that say on what they run: of a service or of a task set, which have the same."""
        settings = self.asked.settings
        return {
            "launch_type": settings.launch_type,
            "capacity_provider_strategy": [
                _without_none(capacityProvider=item.capacity_provider, base=item.base, weight=item.weight)
                for item in settings.capacity_providers
            ]
            or None,
            "platform_version": settings.platform_version,
            "service_registries": [
                _without_none(
                    registryArn=registry.arn,
                    containerName=registry.container_name,
                    containerPort=registry.container_port,
                )
                for registry in self.asked.registries
            ]
            or None,
        }

    def vpc_configuration(self) -> dict[str, Any]:
        """Give the properties of their network, which a service and a task set keep under names of their own."""
        network = self.asked.network
        return {
            "assignPublicIp": "ENABLED" if network.assign_public_ip else "DISABLED",
            "securityGroups": [group.security_group_id for group in self.security_groups],
            "subnets": [*network.subnet_ids],
        }


def _without_none(**properties: object) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Tasks:
    """The tasks that are to run.

    Attributes:
        task: Their task definition, and the container of it that serves.
        network: Where they run.
        registries: Where they register.
        settings: The settings of their service.
    """

    task: ServingTask
    network: Network
    registries: tuple[ServiceRegistry, ...]
    settings: ServiceSettings

    @classmethod
    def checked(
        cls,
        mistakes: Mistakes,
        *,
        cluster: ecs.ICluster,
        vpc: ec2.IVpc | None,
        task_definition: TaskDefinition,
        container_name: str | None,
        container_port: int | None,
        desired_count: int,
        propagate_tags: ecs.PropagatedTagSource,
        health_check_grace_period: Duration | None,
        availability_zone_rebalancing: ecs.AvailabilityZoneRebalancing | None,
        enable_execute_command: bool,
        capacity_provider_strategies: Sequence[ecs.CapacityProviderStrategy],
        platform_version: ecs.FargatePlatformVersion | None,
        vpc_subnets: ec2.SubnetSelection | None,
        security_groups: Sequence[ec2.ISecurityGroup] | None,
        assign_public_ip: bool,
        cloud_map_services: Sequence[ecs.AssociateCloudMapServiceOptions],
        is_served: bool = True,
    ) -> Tasks | None:
        """Check the arguments that say what runs, and where; None where a mistake leaves that open.

        A load balancer sends to the tasks, unless they aren't to be served.
        """
        network = Network.checked(
            mistakes,
            vpc=vpc,
            vpc_subnets=vpc_subnets,
            security_groups=security_groups,
            assign_public_ip=assign_public_ip,
        )
        task = ServingTask.checked(
            mistakes,
            task_definition=task_definition,
            container_name=container_name,
            container_port=container_port,
            on_fargate=isinstance(capacity_provider_strategies, Sequence) and not capacity_provider_strategies,
            is_served=is_served,
        )
        settings = ServiceSettings.checked(
            mistakes,
            cluster=cluster,
            desired_count=desired_count,
            propagate_tags=propagate_tags,
            health_check_grace_period=health_check_grace_period,
            availability_zone_rebalancing=availability_zone_rebalancing,
            enable_execute_command=enable_execute_command,
            capacity_provider_strategies=capacity_provider_strategies,
            platform_version=platform_version,
        )
        registries = ServiceRegistry.checked(mistakes, cloud_map_services, task)
        if task is None or network is None:
            return None
        return cls(task=task, network=network, registries=registries, settings=settings)

    def create(self, scope: Construct, *, stream_prefix: str) -> MadeTasks:
        """Create what no engine is needed for; CDK may refuse a task definition, and nothing beside ``scope`` changes.

        Logs have streams of that prefix, unless the task definition says otherwise.
        """
        definition = self.task.create(scope, stream_prefix=stream_prefix)
        return MadeTasks(asked=self, definition=definition, security_groups=self.network.create(scope))

    def allow_execute_command(self, made: MadeTasks) -> None:
        """Let ECS Exec open a shell in the tasks, if that was asked for; changes the task role."""
        if self.settings.enable_execute_command:
            allow_execute_command(made.definition, self.settings.cluster)
