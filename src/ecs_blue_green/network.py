"""Where tasks run in the VPC, and who may reach them."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from .arguments import Arguments


def task_subnets(
    arguments: Arguments,
    vpc: ec2.IVpc | None,
    *,
    vpc_subnets: ec2.SubnetSelection | None,
    assign_public_ip: bool,
) -> list[str]:
    """Check the tasks' subnets, and list their ids."""
    arguments.flag("assign_public_ip", assign_public_ip)
    if vpc is None:
        return []
    if vpc_subnets is None:
        # What select_subnets would find by type, in half the round trips.
        subnets = vpc.public_subnets if assign_public_ip else vpc.private_subnets
        if not subnets:
            kind = "public subnets" if assign_public_ip else "private subnets with egress"
            arguments.note(
                f"vpc_subnets must be given for a VPC without {kind}, got None",
                "select others, or turn assign_public_ip " + ("off" if assign_public_ip else "on"),
            )
        return [subnet.subnet_id for subnet in subnets]
    if not arguments.instance("vpc_subnets", vpc_subnets, (ec2.SubnetSelection,), "an ec2.SubnetSelection"):
        return []
    try:
        subnet_ids = vpc.select_subnets(
            availability_zones=vpc_subnets.availability_zones,
            one_per_az=vpc_subnets.one_per_az,
            subnet_filters=vpc_subnets.subnet_filters,
            subnet_group_name=vpc_subnets.subnet_group_name,
            subnets=vpc_subnets.subnets,
            subnet_type=vpc_subnets.subnet_type,
        ).subnet_ids
    except RuntimeError as error:  # all that jsii tells of an error in JavaScript
        arguments.note(f"vpc_subnets must select subnets of the cluster's VPC, got an error: {error}")
        return []
    if not subnet_ids:
        arguments.note("vpc_subnets must select at least one subnet, got none")
    return subnet_ids


def check_security_groups(arguments: Arguments, security_groups: Sequence[ec2.ISecurityGroup] | None) -> None:
    """Check the tasks' security groups."""
    if security_groups is None:
        return
    items = arguments.items(
        "security_groups",
        security_groups,
        "a sequence of one or more security groups",
        least=1,
        advice="leave it out to have one made",
    )
    for index, group in enumerate(items):
        arguments.interface(f"security_groups[{index}]", group, "security_group_id", "a security group")


def create_security_groups(
    scope: Construct, vpc: ec2.IVpc, security_groups: Sequence[ec2.ISecurityGroup] | None
) -> list[ec2.ISecurityGroup]:
    """Give the tasks their security groups, or a new one."""
    return list(security_groups or [ec2.SecurityGroup(scope, "SecurityGroup", vpc=vpc)])
