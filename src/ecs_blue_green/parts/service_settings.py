"""The settings of the service itself, and on what its tasks run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from aws_cdk import Duration, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs

from ..checks.mistakes import Mistakes


def checked_vpc(mistakes: Mistakes, cluster: ecs.ICluster) -> ec2.IVpc | None:
    """Check the cluster, and read its VPC."""
    if mistakes.interface("cluster", cluster, "execute_command_configuration", "an ECS cluster") is None:
        return None
    try:
        return cluster.vpc
    except RuntimeError:  # all that jsii tells of a cluster imported by its ARN
        mistakes.note(
            "cluster must know its VPC, got one that was imported without",
            "import it with Cluster.from_cluster_attributes(…)",
        )
        return None


class ServiceProperties(TypedDict):
    """Properties of the service, by CDK's names."""

    desired_count: int
    propagate_tags: str | None
    health_check_grace_period_seconds: float | None
    availability_zone_rebalancing: str | None
    enable_execute_command: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceSettings:
    """What a service is asked for beside its tasks; the engine renders it, as it makes the service.

    Attributes:
        cluster: Where it runs.
        desired_count: Number of tasks.
        propagate_tags: Where tasks get their tags from, in CloudFormation's words; None for none.
        health_check_grace_seconds: Time in which failed health checks don't count; None for ECS's default.
        availability_zone_rebalancing: Whether tasks are evened out, in CloudFormation's words; None for ECS's default.
        enable_execute_command: Whether ECS Exec can open a shell in the tasks.
        capacity_providers: What the tasks run on; empty for the launch type.
        platform_version: Number of the Fargate platform version; None for the latest.
    """

    cluster: ecs.ICluster
    desired_count: int
    propagate_tags: str | None
    health_check_grace_seconds: float | None
    availability_zone_rebalancing: str | None
    enable_execute_command: bool
    capacity_providers: tuple[ecs.CapacityProviderStrategy, ...]
    platform_version: str | None

    @classmethod
    def checked(
        cls,
        mistakes: Mistakes,
        *,
        cluster: ecs.ICluster,
        desired_count: int,
        propagate_tags: ecs.PropagatedTagSource,
        health_check_grace_period: Duration | None,
        availability_zone_rebalancing: ecs.AvailabilityZoneRebalancing | None,
        enable_execute_command: bool,
        capacity_provider_strategies: Sequence[ecs.CapacityProviderStrategy],
        platform_version: ecs.FargatePlatformVersion | None,
    ) -> ServiceSettings:
        """Check the settings; the cluster is checked with its VPC."""
        mistakes.whole_number("desired_count", desired_count, 0, required=True)
        tags, zones, platforms = ecs.PropagatedTagSource, ecs.AvailabilityZoneRebalancing, ecs.FargatePlatformVersion
        propagated = mistakes.instance("propagate_tags", propagate_tags, tags, "a PropagatedTagSource")
        if availability_zone_rebalancing is not None:
            argument, allowed = "availability_zone_rebalancing", "an AvailabilityZoneRebalancing"
            availability_zone_rebalancing = mistakes.instance(argument, availability_zone_rebalancing, zones, allowed)
        mistakes.flag("enable_execute_command", enable_execute_command)
        if platform_version is not None:
            allowed = "a FargatePlatformVersion"
            platform_version = mistakes.instance("platform_version", platform_version, platforms, allowed)
        return cls(
            cluster=cluster,
            desired_count=desired_count,
            # CloudFormation's way to say NONE is to say nothing.
            propagate_tags=None if propagated in (None, tags.NONE) else propagated.value,
            health_check_grace_seconds=mistakes.duration("health_check_grace_period", health_check_grace_period, 0),
            availability_zone_rebalancing=availability_zone_rebalancing and availability_zone_rebalancing.value,
            enable_execute_command=enable_execute_command,
            capacity_providers=_checked_strategies(mistakes, capacity_provider_strategies),
            # Token.as_string gives the version's number, which the Python enum doesn't know.
            platform_version=None if platform_version is None else Token.as_string(platform_version),
        )

    def properties(self, *, has_grace_period: bool = True) -> ServiceProperties:
        """Give the properties that a service has whatever deploys it."""
        return {
            "desired_count": self.desired_count,
            "propagate_tags": self.propagate_tags,
            "health_check_grace_period_seconds": self.health_check_grace_seconds if has_grace_period else None,
            "availability_zone_rebalancing": self.availability_zone_rebalancing,
            "enable_execute_command": self.enable_execute_command or None,
        }

    @property
    def launch_type(self) -> str | None:
        """Fargate, unless there are capacity providers."""
        return None if self.capacity_providers else "FARGATE"


def _checked_strategies(
    mistakes: Mistakes, strategies: Sequence[ecs.CapacityProviderStrategy]
) -> tuple[ecs.CapacityProviderStrategy, ...]:
    """Check a capacity provider strategy.

    The ranges: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
    The names: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html
    """
    argument, struct = "capacity_provider_strategies", ecs.CapacityProviderStrategy
    checked = []
    for index, given in enumerate(mistakes.items(argument, strategies, f"a sequence of {struct.__name__}")):
        name = f"{argument}[{index}]"
        if item := mistakes.instance(name, given, struct, f"an ecs.{struct.__name__}"):
            allowed = "a name of at most 255 letters, digits, hyphens and underscores"
            mistakes.text(f"{name}.capacity_provider", item.capacity_provider, r"[A-Za-z0-9_-]{1,255}", allowed)
            mistakes.whole_number(f"{name}.base", item.base, 0, 100_000)
            mistakes.whole_number(f"{name}.weight", item.weight, 0, 1000)
            checked.append(item)
    if sum(bool(item.base) for item in checked) > 1:
        mistakes.note(f"{argument} must have a base in one of them, got several")
    if len(checked) > 1 and not any(item.weight for item in checked):
        mistakes.note(f"{argument} must have a weight above 0 in at least one of them, got none")
    return tuple(checked)
