"""The blue and the green target group, always with the same settings.

Both colours serve production in turn, so that a difference between them would be a change with every release.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ..checks.mistakes import Mistakes, shown
from ..checks.tokens import number_as_text
from .l1 import create_l1

# Elastic Load Balancing's defaults for a target of type ip.
_DEFAULT_INTERVAL = 30
_DEFAULT_TIMEOUT = 5

_CODES = r"[2-4][0-9]{2}(-[2-4][0-9]{2})?"
_GRPC_CODES = r"[0-9]{1,2}(-[0-9]{1,2})?"
_PORT = (
    r"traffic-port|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"  # up to 65535
)


class TargetGroups:
    """The target groups that tasks register with, one a colour.

    A listener rule of yours may forward to either, but don't count on a deployment to shift what it forwards: the hook
    shifts listeners (rule Q11), and ECS the rules that it was given (rule NL12). CDK warns that it does not know the
    targets' security groups: the load balancer may reach them already. A dependency on a target group is made with
    ``cfn_blue`` or ``cfn_green``.

    Attributes:
        blue: The target group that both listeners start with.
        green: The target group of the first green deployment; from then on the two take turns.
        cfn_blue: The blue one as L1.
        cfn_green: The green one as L1.
        blue_arn: The ARN of the blue one.
        green_arn: The ARN of the green one.
    """

    def __init__(
        self,
        scope: Construct,
        cfn_blue: elbv2.CfnTargetGroup,
        cfn_green: elbv2.CfnTargetGroup,
        load_balancer: elbv2.IApplicationLoadBalancer,
    ) -> None:
        """Take two target groups of a load balancer together.

        Args:
            scope: Where ``blue`` and ``green`` are made.
            cfn_blue: The blue one.
            cfn_green: The green one.
            load_balancer: What sends to them.
        """
        self._scope = scope
        self.cfn_blue = cfn_blue
        self.cfn_green = cfn_green
        self._load_balancer = load_balancer

    @cached_property
    def blue(self) -> elbv2.IApplicationTargetGroup:
        """The target group that both listeners start with."""
        return self._imported("Blue", self.cfn_blue)

    @cached_property
    def green(self) -> elbv2.IApplicationTargetGroup:
        """The target group of the first green deployment; from then on the two take turns."""
        return self._imported("Green", self.cfn_green)

    @cached_property
    def blue_arn(self) -> str:
        """The ARN of the blue one, read once."""
        return self.cfn_blue.ref

    @cached_property
    def green_arn(self) -> str:
        """The ARN of the green one, read once."""
        return self.cfn_green.ref

    def _imported(self, id: str, target_group: elbv2.CfnTargetGroup) -> elbv2.IApplicationTargetGroup:
        return elbv2.ApplicationTargetGroup.from_target_group_attributes(
            self._scope,
            id,
            target_group_arn=target_group.ref,
            # Metrics have its name as a dimension.
            load_balancer_arns=self._load_balancer.load_balancer_arn,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetGroupSettings:
    """What both target groups share.

    Attributes:
        protocol: Protocol between load balancer and container.
        protocol_version: Version of HTTP in it; None for HTTP/1.1.
        deregistration_seconds: Time for open requests to end; None for Elastic Load Balancing's default.
        health_check: How the load balancer asks whether a task is healthy; None for its defaults.
        health_check_interval: The time between two of its questions in seconds; None for the default.
        health_check_timeout: The longest time to an answer in seconds; None for the default.
    """

    protocol: elbv2.ApplicationProtocol
    protocol_version: elbv2.ApplicationProtocolVersion | None
    deregistration_seconds: float | None
    health_check: elbv2.HealthCheck | None
    health_check_interval: float | None
    health_check_timeout: float | None

    @classmethod
    def checked(
        cls,
        mistakes: Mistakes,
        *,
        target_protocol: elbv2.ApplicationProtocol,
        deregistration_delay: Duration | None,
        health_check: elbv2.HealthCheck | None,
        target_protocol_version: elbv2.ApplicationProtocolVersion | None = None,
    ) -> TargetGroupSettings:
        """Check the settings."""
        protocols = elbv2.ApplicationProtocol
        allowed = "ApplicationProtocol.HTTP or ApplicationProtocol.HTTPS"
        mistakes.instance("target_protocol", target_protocol, protocols, allowed)
        version = target_protocol_version
        if version is not None:
            kind = elbv2.ApplicationProtocolVersion
            version = mistakes.instance("target_protocol_version", version, kind, f"an {kind.__name__}")
        delay = mistakes.duration("deregistration_delay", deregistration_delay, 0, 3600)
        interval = timeout = None
        if health_check is not None:
            allowed = "an elasticloadbalancingv2.HealthCheck"
            health_check = mistakes.instance("health_check", health_check, elbv2.HealthCheck, allowed)
        if health_check is not None:
            interval, timeout = _check_health_check(
                mistakes, health_check, is_grpc=version is elbv2.ApplicationProtocolVersion.GRPC
            )
        return cls(
            protocol=target_protocol,
            protocol_version=version,
            deregistration_seconds=delay,
            health_check=health_check,
            health_check_interval=interval,
            health_check_timeout=timeout,
        )

    def create(
        self, scope: Construct, *, vpc: ec2.IVpc, port: float, load_balancer: elbv2.IApplicationLoadBalancer
    ) -> TargetGroups:
        """Create both groups, for tasks that listen at a port."""
        blue, green = (self._create_one(scope, f"{colour}TargetGroup", vpc, port) for colour in ("Blue", "Green"))
        return TargetGroups(scope, blue, green, load_balancer)

    def _create_one(self, scope: Construct, id: str, vpc: ec2.IVpc, port: float) -> elbv2.CfnTargetGroup:
        attributes = {"stickiness.enabled": "false"}
        if self.deregistration_seconds is not None:
            attributes["deregistration_delay.timeout_seconds"] = number_as_text(self.deregistration_seconds)
        check = self.health_check or elbv2.HealthCheck()
        check_protocol = None if check.protocol is None else check.protocol.value
        if check_protocol is None and self.protocol is elbv2.ApplicationProtocol.HTTPS:
            # Elastic Load Balancing would ask in plain HTTP, at the same port, which a container with TLS does not
            # answer.
            check_protocol = "HTTPS"
        return create_l1(
            elbv2.CfnTargetGroup,
            scope,
            id,
            vpc_id=vpc,
            port=port,
            protocol=self.protocol.value,
            protocol_version=self.protocol_version and self.protocol_version.value,
            target_type="ip",  # the only one that awsvpc networking, and so Fargate, can register with
            target_group_attributes=[
                elbv2.CfnTargetGroup.TargetGroupAttributeProperty(key=key, value=value)
                for key, value in attributes.items()
            ],
            health_check_interval_seconds=self.health_check_interval,
            health_check_path=check.path,
            health_check_port=check.port,
            health_check_protocol=check_protocol,
            health_check_timeout_seconds=self.health_check_timeout,
            healthy_threshold_count=check.healthy_threshold_count,
            unhealthy_threshold_count=check.unhealthy_threshold_count,
            matcher=_matcher(check),
        )


def _matcher(check: elbv2.HealthCheck) -> elbv2.CfnTargetGroup.MatcherProperty | None:
    http, grpc = check.healthy_http_codes, check.healthy_grpc_codes
    return elbv2.CfnTargetGroup.MatcherProperty(http_code=http, grpc_code=grpc) if http or grpc else None


def _check_health_check(
    mistakes: Mistakes, health_check: elbv2.HealthCheck, *, is_grpc: bool
) -> tuple[float | None, float | None]:
    """Check a health check, and read its interval and its timeout.

    The ranges: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    mistakes.text("health_check.path", health_check.path, r"/.{0,1023}", "a path that starts with /")
    if is_grpc:
        _check_grpc_codes(mistakes, health_check)
    elif health_check.healthy_grpc_codes is not None:
        mistakes.note(
            "health_check.healthy_grpc_codes must be None, as the target groups are not of protocol version GRPC, got "
            f"{shown(health_check.healthy_grpc_codes)}",
            "use healthy_http_codes",
            rule="P5",
        )
    if health_check.enabled is False:
        mistakes.refuse("health_check.enabled", False, "True", "targets of type ip are always checked")
    mistakes.text(
        "health_check.healthy_http_codes",
        health_check.healthy_http_codes,
        rf"{_CODES}(, ?{_CODES})*",
        "HTTP codes from 200 to 499, such as '200,301' or '200-299'",
    )
    mistakes.text("health_check.port", health_check.port, _PORT, "'traffic-port' or a port from '1' to '65535'")
    if health_check.protocol not in (None, elbv2.Protocol.HTTP, elbv2.Protocol.HTTPS):
        mistakes.refuse("health_check.protocol", health_check.protocol, "Protocol.HTTP or Protocol.HTTPS")
    for name in ("healthy_threshold_count", "unhealthy_threshold_count"):
        mistakes.whole_number(f"health_check.{name}", getattr(health_check, name), 2, 10)
    interval = mistakes.duration("health_check.interval", health_check.interval, 5, 300)
    timeout = mistakes.duration("health_check.timeout", health_check.timeout, 2, 120)
    # None where a mistake was noted; a token is a negative number.
    longer = _DEFAULT_INTERVAL if health_check.interval is None else interval
    shorter = _DEFAULT_TIMEOUT if health_check.timeout is None else timeout
    if longer is not None and shorter is not None and 0 < longer <= shorter:
        mistakes.note(
            f"health_check.timeout must be shorter than health_check.interval, got {shorter} and {longer} seconds",
            "set both",
        )
    return interval, timeout


def _check_grpc_codes(mistakes: Mistakes, health_check: elbv2.HealthCheck) -> None:
    if health_check.healthy_http_codes is not None:
        mistakes.note(
            "health_check.healthy_http_codes must be None, as the target groups are of protocol version GRPC, got "
            f"{shown(health_check.healthy_http_codes)}",
            "use healthy_grpc_codes",
        )
    allowed = "gRPC codes from 0 to 99, such as '0,12' or '0-99'"
    mistakes.text(
        "health_check.healthy_grpc_codes",
        health_check.healthy_grpc_codes,
        rf"{_GRPC_CODES}(, ?{_GRPC_CODES})*",
        allowed,
    )
