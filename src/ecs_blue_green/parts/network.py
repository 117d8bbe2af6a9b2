"""Where tasks run in the VPC, and who may reach them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ..checks.mistakes import Mistakes
from ..checks.tokens import is_list_token

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
_MOST_SUBNETS = 16
_MOST_SECURITY_GROUPS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """Where the tasks run.

    Attributes:
        vpc: The cluster's VPC.
        subnet_ids: Their subnets.
        assign_public_ip: Whether they get public addresses.
        security_groups: Their security groups, as given; none for one that is made.
    """

    vpc: ec2.IVpc
    subnet_ids: tuple[str, ...]
    assign_public_ip: bool
    security_groups: tuple[ec2.ISecurityGroup, ...]

    @classmethod
    def checked(
        cls,
        mistakes: Mistakes,
        *,
        vpc: ec2.IVpc | None,
        vpc_subnets: ec2.SubnetSelection | None,
        security_groups: Sequence[ec2.ISecurityGroup] | None,
        assign_public_ip: bool,
    ) -> Network | None:
        """Check security groups, and subnets as far as the VPC is known; None if it is not."""
        groups = checked_security_groups(mistakes, security_groups)
        mistakes.flag("assign_public_ip", assign_public_ip)
        if vpc is None:
            return None
        ids = _task_subnet_ids(mistakes, vpc, vpc_subnets=vpc_subnets, assign_public_ip=assign_public_ip)
        return cls(vpc=vpc, subnet_ids=tuple(ids), assign_public_ip=assign_public_ip, security_groups=groups)

    def create(self, scope: Construct) -> tuple[ec2.ISecurityGroup, ...]:
        """Give the tasks' security groups, or create one."""
        return self.security_groups or (ec2.SecurityGroup(scope, "SecurityGroup", vpc=self.vpc),)


def _task_subnet_ids(
    mistakes: Mistakes,
    vpc: ec2.IVpc,
    *,
    vpc_subnets: ec2.SubnetSelection | None,
    assign_public_ip: bool,
) -> list[str]:
    """Check the tasks' subnets, and list their ids."""
    if vpc_subnets is not None:
        subnet_ids = selected_subnet_ids(mistakes, "vpc_subnets", vpc, vpc_subnets)
    else:
        # What select_subnets would find by type, in half the round trips.
        is_public = assign_public_ip is True
        subnets = vpc.public_subnets if is_public else vpc.private_subnets
        subnet_ids = [subnet.subnet_id for subnet in subnets]
        if not subnets:
            kind = "public subnets" if is_public else "private subnets with egress"
            mistakes.note(
                f"vpc_subnets must be given for a VPC without {kind}, got None",
                "select others, or turn assign_public_ip " + ("off" if is_public else "on"),
            )
    if len(subnet_ids) > _MOST_SUBNETS:
        mistakes.note(f"vpc_subnets must select at most {_MOST_SUBNETS} subnets, got {len(subnet_ids)}")
    return subnet_ids


def selected_subnet_ids(
    mistakes: Mistakes, argument: str, vpc: ec2.IVpc, selection: ec2.SubnetSelection, *, least: int = 1
) -> list[str]:
    """Check a selection of subnets of a VPC, and list their ids."""
    if mistakes.instance(argument, selection, ec2.SubnetSelection, "an ec2.SubnetSelection") is None:
        return []
    for index, subnet in enumerate(selection.subnets or ()):
        name = f"{argument}.subnets[{index}]"
        if not mistakes.interface(name, subnet, "internet_connectivity_established", "a subnet"):
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
            mistakes.note(f"{argument} must select subnets of the VPC, got an error: {error}")
            return []
        # Until the CDK CLI has looked a VPC up, CDK makes do with one that may lack subnets.
        subnet_ids, is_complete = selected.subnet_ids, not selected.is_pending_lookup
    if len(subnet_ids) < least and is_complete and not is_list_token(subnet_ids):
        mistakes.note(f"{argument} must select {least} or more subnets, got {len(subnet_ids)}")
    return subnet_ids


def checked_security_groups(
    mistakes: Mistakes, security_groups: Sequence[ec2.ISecurityGroup] | None
) -> tuple[ec2.ISecurityGroup, ...]:
    """Check security groups, and give a copy; none where they are left out."""
    if security_groups is None:
        return ()
    argument, most = "security_groups", _MOST_SECURITY_GROUPS
    allowed, advice = f"a sequence of 1 to {most} security groups", "leave it out to have one made"
    groups = mistakes.items(argument, security_groups, allowed, least=1, most=most, advice=advice)
    for index, group in enumerate(groups):
        mistakes.interface(f"{argument}[{index}]", group, "security_group_id", "a security group")
    return groups
