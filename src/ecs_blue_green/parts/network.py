"""Where tasks run in the VPC, and who may reach them."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ..checks.mistakes import Arguments
from ..checks.tokens import is_list_token

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
_MOST_SUBNETS = 16
_MOST_SECURITY_GROUPS = 5


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
    if vpc_subnets is not None:
        subnet_ids = selected_subnet_ids(arguments, "vpc_subnets", vpc, vpc_subnets)
    else:
        # What select_subnets would find by type, in half the round trips.
        is_public = assign_public_ip is True
        subnets = vpc.public_subnets if is_public else vpc.private_subnets
        subnet_ids = [subnet.subnet_id for subnet in subnets]
        if not subnets:
            kind = "public subnets" if is_public else "private subnets with egress"
            arguments.note(
                f"vpc_subnets must be given for a VPC without {kind}, got None",
                "select others, or turn assign_public_ip " + ("off" if is_public else "on"),
            )
    if len(subnet_ids) > _MOST_SUBNETS:
        arguments.note(f"vpc_subnets must select at most {_MOST_SUBNETS} subnets, got {len(subnet_ids)}")
    return subnet_ids


def selected_subnet_ids(
    arguments: Arguments, argument: str, vpc: ec2.IVpc, selection: ec2.SubnetSelection, *, least: int = 1
) -> list[str]:
    """Check a selection of subnets of a VPC, and list their ids."""
    if not arguments.instance(argument, selection, (ec2.SubnetSelection,), "an ec2.SubnetSelection"):
        return []
    for index, subnet in enumerate(selection.subnets or ()):
        name = f"{argument}.subnets[{index}]"
        if not arguments.interface(name, subnet, "internet_connectivity_established", "a subnet"):
            return []
    filters = (selection.availability_zones, selection.one_per_az, selection.subnet_filters)
    if selection.subnets is not None and not any(filters):
        # CDK's answer has the zones too, which a subnet imported by its id doesn't know.
        subnet_ids, is_complete = [subnet.subnet_id for subnet in selection.subnets], True
    else:
        try:
            selected = vpc.select_subnets(
                availability_zones=selection.availability_zones,
                one_per_az=selection.one_per_az,
                subnet_filters=selection.subnet_filters,
                subnet_group_name=selection.subnet_group_name,
                subnets=selection.subnets,
                subnet_type=selection.subnet_type,
            )
        except RuntimeError as error:  # all that jsii tells of an error in JavaScript
            arguments.note(f"{argument} must select subnets of the VPC, got an error: {error}")
            return []
        # Until the CDK CLI has looked a VPC up, CDK makes do with one that may lack subnets.
        subnet_ids, is_complete = selected.subnet_ids, not selected.is_pending_lookup
    if len(subnet_ids) < least and is_complete and not is_list_token(subnet_ids):
        arguments.note(f"{argument} must select {least} or more subnets, got {len(subnet_ids)}")
    return subnet_ids


def check_security_groups(arguments: Arguments, security_groups: Sequence[ec2.ISecurityGroup] | None) -> None:
    """Check the tasks' security groups."""
    if security_groups is None:
        return
    allowed = f"a sequence of 1 to {_MOST_SECURITY_GROUPS} security groups"
    items = arguments.items(
        "security_groups", security_groups, allowed, least=1, advice="leave it out to have one made"
    )
    if len(items) > _MOST_SECURITY_GROUPS:
        arguments.note(f"security_groups must be {allowed}, got {len(items)}")
    for index, group in enumerate(items):
        arguments.interface(f"security_groups[{index}]", group, "security_group_id", "a security group")


def create_security_groups(
    scope: Construct, vpc: ec2.IVpc, security_groups: Sequence[ec2.ISecurityGroup] | None
) -> list[ec2.ISecurityGroup]:
    """Give the tasks their security groups, or a new one."""
    return list(security_groups or [ec2.SecurityGroup(scope, "SecurityGroup", vpc=vpc)])
