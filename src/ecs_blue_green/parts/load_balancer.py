"""The Application Load Balancer in front of the service: a given one, or a new one."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Fn
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ..checks.mistakes import Arguments
from ..checks.tokens import is_list_token
from .network import selected_subnet_ids

_DUAL_STACK = {
    elbv2.IpAddressType.DUAL_STACK,
    elbv2.IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4,
}

# One in each of two zones:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
_LEAST_SUBNETS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLoadBalancer:
    """An Application Load Balancer that the construct makes, in the cluster's VPC.

    It drops invalid header fields. Make one yourself, and give it to the construct, for anything else.

    Args:
        internet_facing: Whether it has public addresses.
        vpc_subnets: Where its nodes are, two or more subnets in different zones. Left out: public subnets when it is
            internet-facing, private ones otherwise.
        deletion_protection: Whether it refuses to be deleted, with the stack too.
    """

    internet_facing: bool = False
    vpc_subnets: ec2.SubnetSelection | None = None
    deletion_protection: bool = False


LoadBalancer = elbv2.IApplicationLoadBalancer | NewLoadBalancer


def check_load_balancer(arguments: Arguments, load_balancer: LoadBalancer, vpc: ec2.IVpc | None) -> None:
    """Check what was given as load balancer, and the subnets of a new one."""
    if not isinstance(load_balancer, NewLoadBalancer):
        arguments.interface(
            "load_balancer",
            load_balancer,
            "is_application_load_balancer",
            "an Application Load Balancer or NewLoadBalancer(…)",
        )
        return
    arguments.flag("load_balancer.internet_facing", load_balancer.internet_facing)
    arguments.flag("load_balancer.deletion_protection", load_balancer.deletion_protection)
    if vpc is None:
        return
    argument = "load_balancer.vpc_subnets"
    if load_balancer.vpc_subnets is not None:
        selected_subnet_ids(arguments, argument, vpc, load_balancer.vpc_subnets, least=_LEAST_SUBNETS)
        return
    if load_balancer.internet_facing is True:
        kind, subnets = "public", vpc.public_subnets
    else:  # as CDK selects them
        kind, subnets = "private", vpc.private_subnets or vpc.isolated_subnets or vpc.public_subnets
    if len(subnets) < _LEAST_SUBNETS and not is_list_token([subnet.subnet_id for subnet in subnets]):
        arguments.note(f"{argument} must be given for a VPC with fewer than {_LEAST_SUBNETS} {kind} subnets, got None")


def create_load_balancer(scope: Construct, vpc: ec2.IVpc, new: NewLoadBalancer) -> elbv2.ApplicationLoadBalancer:
    """Create a load balancer."""
    return elbv2.ApplicationLoadBalancer(
        scope,
        "LoadBalancer",
        vpc=vpc,
        vpc_subnets=new.vpc_subnets,
        internet_facing=new.internet_facing,
        deletion_protection=new.deletion_protection,
        drop_invalid_header_fields=True,
    )


def is_internal(load_balancer: LoadBalancer) -> bool:
    """Tell whether a load balancer is known to be internal; an imported one's scheme is not known."""
    if isinstance(load_balancer, NewLoadBalancer):
        return not load_balancer.internet_facing
    resource = load_balancer.node.default_child
    return isinstance(resource, elbv2.CfnLoadBalancer) and resource.scheme == "internal"


def is_dual_stack(load_balancer: LoadBalancer) -> bool:
    """Tell whether a load balancer has IPv6 addresses as well."""
    return not isinstance(load_balancer, NewLoadBalancer) and load_balancer.ip_address_type in _DUAL_STACK


def full_name(load_balancer: elbv2.IApplicationLoadBalancer) -> str:
    """Give the last part of the load balancer's ARN, the dimension of its metrics."""
    if isinstance(load_balancer, elbv2.ApplicationLoadBalancer):
        return load_balancer.load_balancer_full_name
    return Fn.select(1, Fn.split("loadbalancer/", load_balancer.load_balancer_arn))
