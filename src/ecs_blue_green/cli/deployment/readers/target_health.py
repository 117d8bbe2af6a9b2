"""How the targets of the target groups are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..state import Health

if TYPE_CHECKING:
    from types_boto3_elbv2.client import ElasticLoadBalancingv2Client

# Targets that are on their way out, or that no listener sends to yet.
_NOT_COUNTED = {"draining", "unhealthy.draining", "unused"}


def read_health(elbv2: ElasticLoadBalancingv2Client, target_groups: Mapping[str, str]) -> dict[str, Health]:
    """Count the targets of each colour.

    Args:
        elbv2: Elastic Load Balancing.
        target_groups: The colours of the target groups, by ARN.
    """
    health = {}
    for arn, colour in target_groups.items():
        described = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        states = [one["TargetHealth"]["State"] for one in described]
        healthy = states.count("healthy")
        health[colour] = Health(healthy=healthy, targets=sum(state not in _NOT_COUNTED for state in states))
    return health
