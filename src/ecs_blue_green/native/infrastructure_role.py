"""The infrastructure role, with which ECS registers tasks and moves traffic."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from .roles import allow, create_role

# They can't be limited to resources:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
_READS = [f"elasticloadbalancing:Describe{what}" for what in ("Listeners", "Rules", "TargetGroups", "TargetHealth")]
_REGISTERS = [f"elasticloadbalancing:{verb}Targets" for verb in ("Register", "Deregister")]


def create_infrastructure_role(
    scope: Construct, *, target_groups: Sequence[str], rules: Sequence[str], listeners: Sequence[str]
) -> iam.CfnRole:
    """Create the role, with the actions of AWS's managed policy on what is this service's only.

    AWS's policy (rule NI1) allows them on every target group, listener and rule of the account. What ECS does to a
    listener, where it has rules, is not known; AWS's own sample of such a role allows it as well. Whoever wants AWS's
    policy, which AWS extends when ECS needs more, gives a role with it.
    """
    return create_role(
        scope,
        "InfrastructureRole",
        description="Lets ECS register tasks and move the traffic of a service",
        policy="MoveTraffic",
        statements=[
            allow(_READS, ["*"]),
            allow(_REGISTERS, target_groups),
            allow(["elasticloadbalancing:ModifyListener"], listeners),
            allow(["elasticloadbalancing:ModifyRule"], rules),
        ],
    )
