"""The blue and the green target group, always with the same settings.

Both colours serve production in turn, so that a difference between them would be a change with every release.
"""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ..checks.mistakes import Arguments
from ..checks.tokens import number_as_text
from .l1 import create_l1

# Elastic Load Balancing's defaults for a target of type ip.
_DEFAULT_INTERVAL = 30
_DEFAULT_TIMEOUT = 5

_CODES = r"[2-4][0-9]{2}(-[2-4][0-9]{2})?"
_PORT = (
    r"traffic-port|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"  # up to 65535
)


class TargetGroups:
    """The target groups that tasks register with, one a colour.

    Attributes:
        blue: The target group that both listeners start with.
        green: The target group of the first green deployment; from then on the two take turns.
    """

    def __init__(self, scope: Construct, vpc: ec2.IVpc, settings: dict[str, Any]) -> None:
        """Create both groups under ``scope`` in a ``vpc``, with ``settings`` from ``target_group_settings``."""
        self.blue = create_l1(elbv2.CfnTargetGroup, scope, "BlueTargetGroup", vpc_id=vpc, **settings)
        self.green = create_l1(elbv2.CfnTargetGroup, scope, "GreenTargetGroup", vpc_id=vpc, **settings)


def target_group_settings(
    arguments: Arguments,
    *,
    protocol: elbv2.ApplicationProtocol,
    port: int,
    deregistration_delay: Duration | None,
    health_check: elbv2.HealthCheck | None,
) -> dict[str, Any]:
    """Check the settings that both target groups share, and render them."""
    arguments.instance(
        "target_protocol",
        protocol,
        (elbv2.ApplicationProtocol,),
        "ApplicationProtocol.HTTP or ApplicationProtocol.HTTPS",
    )
    delay = arguments.duration("deregistration_delay", deregistration_delay, 0, 3600)
    attributes = {"stickiness.enabled": "false"}
    if delay is not None:
        attributes["deregistration_delay.timeout_seconds"] = number_as_text(delay)
    settings: dict[str, Any] = {
        "port": port,
        "protocol": getattr(protocol, "value", None),
        "target_type": "ip",  # the only one that awsvpc networking, and so Fargate, can register with
        "target_group_attributes": [
            elbv2.CfnTargetGroup.TargetGroupAttributeProperty(key=key, value=value) for key, value in attributes.items()
        ],
    }
    if protocol is elbv2.ApplicationProtocol.HTTPS:
        # Elastic Load Balancing would ask in plain HTTP, at the same port, which a container with TLS does not answer.
        settings["health_check_protocol"] = "HTTPS"
    if health_check is not None and arguments.instance(
        "health_check", health_check, (elbv2.HealthCheck,), "an elasticloadbalancingv2.HealthCheck"
    ):
        settings |= _health_check_settings(arguments, health_check)
    return settings


def _health_check_settings(arguments: Arguments, health_check: elbv2.HealthCheck) -> dict[str, Any]:
    """Check and render a health check.

    The ranges: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    arguments.text("health_check.path", health_check.path, r"/.{0,1023}", "a path that starts with /")
    if health_check.healthy_grpc_codes is not None:
        arguments.note(
            "health_check.healthy_grpc_codes can't be used: target groups of protocol version GRPC don't survive the "
            "AWS::CodeDeployBlueGreen transform (rule P5)",
            "use healthy_http_codes",
        )
    if health_check.enabled is False:
        arguments.refuse("health_check.enabled", False, "True", "targets of type ip are always checked")
    arguments.text(
        "health_check.healthy_http_codes",
        health_check.healthy_http_codes,
        rf"{_CODES}(, ?{_CODES})*",
        "HTTP codes from 200 to 499, such as '200,301' or '200-299'",
    )
    arguments.text("health_check.port", health_check.port, _PORT, "'traffic-port' or a port from '1' to '65535'")
    if health_check.protocol not in (None, elbv2.Protocol.HTTP, elbv2.Protocol.HTTPS):
        arguments.refuse("health_check.protocol", health_check.protocol, "Protocol.HTTP or Protocol.HTTPS")
    for name in ("healthy_threshold_count", "unhealthy_threshold_count"):
        arguments.whole_number(f"health_check.{name}", getattr(health_check, name), 2, 10)
    interval = arguments.duration("health_check.interval", health_check.interval, 5, 300)
    timeout = arguments.duration("health_check.timeout", health_check.timeout, 2, 120)
    # None where a mistake was noted; a token is a negative number.
    longer = _DEFAULT_INTERVAL if health_check.interval is None else interval
    shorter = _DEFAULT_TIMEOUT if health_check.timeout is None else timeout
    if longer is not None and shorter is not None and 0 < longer <= shorter:
        arguments.note(
            f"health_check.timeout must be shorter than health_check.interval, got {shorter} and {longer} seconds",
            "set both",
        )
    codes = health_check.healthy_http_codes
    rendered = {
        "health_check_interval_seconds": interval,
        "health_check_path": health_check.path,
        "health_check_port": health_check.port,
        "health_check_protocol": getattr(health_check.protocol, "value", None),
        "health_check_timeout_seconds": timeout,
        "healthy_threshold_count": health_check.healthy_threshold_count,
        "unhealthy_threshold_count": health_check.unhealthy_threshold_count,
        "matcher": codes and elbv2.CfnTargetGroup.MatcherProperty(http_code=codes),
    }
    return {name: value for name, value in rendered.items() if value is not None}
