"""The Application Load Balancer in front of the service: a given one, or a new one."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Fn, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ..checks.mistakes import Mistakes
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


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadBalancerSettings:
    """The load balancer, given or to be made.

    Attributes:
        given: What was given.
    """

    given: LoadBalancer

    @classmethod
    def checked(cls, mistakes: Mistakes, given: LoadBalancer | None, vpc: ec2.IVpc | None) -> LoadBalancerSettings:
        """Check what was given, and the subnets of a new one as far as the VPC is known."""
        if isinstance(given, NewLoadBalancer) or given is None:
            given = given or NewLoadBalancer()
            _check_new(mistakes, given, vpc)
        else:
            allowed = "an Application Load Balancer or NewLoadBalancer(…)"
            mistakes.interface("load_balancer", given, "is_application_load_balancer", allowed)
        return cls(given=given)

    def create(self, scope: Construct, vpc: ec2.IVpc) -> elbv2.IApplicationLoadBalancer:
        """Give the load balancer, or create it."""
        if not isinstance(self.given, NewLoadBalancer):
            return self.given
        return elbv2.ApplicationLoadBalancer(
            scope,
            "LoadBalancer",
            vpc=vpc,
            vpc_subnets=self.given.vpc_subnets,
            internet_facing=self.given.internet_facing,
            deletion_protection=self.given.deletion_protection,
            drop_invalid_header_fields=True,
        )

    @property
    def is_internal(self) -> bool:
        """Whether it is known to be internal; an imported one's scheme is not known."""
        if isinstance(self.given, NewLoadBalancer):
            return not self.given.internet_facing
        resource = self.given.node.default_child
        return isinstance(resource, elbv2.CfnLoadBalancer) and resource.scheme == "internal"

    @property
    def is_dual_stack(self) -> bool:
        """Whether it has IPv6 addresses as well."""
        return not isinstance(self.given, NewLoadBalancer) and self.given.ip_address_type in _DUAL_STACK

    def is_in(self, stack: Stack) -> bool:
        """Tell whether it belongs to a stack."""
        return isinstance(self.given, NewLoadBalancer) or self.given.stack is stack


def _check_new(mistakes: Mistakes, new: NewLoadBalancer, vpc: ec2.IVpc | None) -> None:
    mistakes.flag("load_balancer.internet_facing", new.internet_facing)
    mistakes.flag("load_balancer.deletion_protection", new.deletion_protection)
    if vpc is None:
        return
    argument = "load_balancer.vpc_subnets"
    if new.vpc_subnets is not None:
        selected_subnet_ids(mistakes, argument, vpc, new.vpc_subnets, least=_LEAST_SUBNETS)
        return
    if new.internet_facing is True:
        kind, subnets = "public", vpc.public_subnets
    else:  # as CDK selects them
        kind, subnets = "private", vpc.private_subnets or vpc.isolated_subnets or vpc.public_subnets
    if len(subnets) < _LEAST_SUBNETS and not is_list_token([subnet.subnet_id for subnet in subnets]):
        mistakes.note(f"{argument} must be given for a VPC with fewer than {_LEAST_SUBNETS} {kind} subnets, got None")


def full_name(load_balancer: elbv2.IApplicationLoadBalancer) -> str:
    """Give the last part of the load balancer's ARN, the dimension of its metrics."""
    if isinstance(load_balancer, elbv2.ApplicationLoadBalancer):
        return load_balancer.load_balancer_full_name
    return Fn.select(1, Fn.split("loadbalancer/", load_balancer.load_balancer_arn))
