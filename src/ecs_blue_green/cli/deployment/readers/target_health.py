"""How the targets of the target groups are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..state import Health

if TYPE_CHECKING:
    from types_boto3_elbv2.client import ElasticLoadBalancingv2Client

_LEAVING = {"draining", "unhealthy.draining"}
_NOT_YET_HEALTHY = {"initial", "unhealthy"}
_UNUSED = "unused"  # no listener sends to its target group, or to its Availability Zone


def read_health(elbv2: ElasticLoadBalancingv2Client, target_groups: Mapping[str, str]) -> dict[str, Health]:
    """Count the targets of each colour.

    Args:
        elbv2: Elastic Load Balancing.
        target_groups: The colours of the target groups, by ARN.
    """
    return {colour: _health(elbv2, arn) for arn, colour in target_groups.items()}


def _health(elbv2: ElasticLoadBalancingv2Client, target_group: str) -> Health:
    described = elbv2.describe_target_health(TargetGroupArn=target_group).get("TargetHealthDescriptions", [])
    states = Counter(str(one.get("TargetHealth", {}).get("State", "unknown")) for one in described)
    counted = {state: number for state, number in states.items() if state not in {*_LEAVING, _UNUSED}}
    return Health(
        healthy=states["healthy"],
        targets=sum(counted.values()),
        unused=states[_UNUSED],
        others={state: counted[state] for state in sorted(counted) if state not in {"healthy", *_NOT_YET_HEALTHY}},
    )
