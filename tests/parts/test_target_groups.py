"""The blue and the green target group, and their health check."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from ecs_blue_green.testing import template_of
from tests.support import Service, accept_token_ports, fargate_task, hook_of, mistakes_of, number_token, resources

TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"


def settings_of(stack: cdk.Stack) -> dict[str, Any]:
    """Give the settings that both target groups have."""
    template = template_of(stack)
    groups = resources(template, TARGET_GROUP)
    pair = hook_of(template)["Applications"][0]["ECSAttributes"]["TrafficRouting"]["TargetGroups"]
    assert sorted(groups) == sorted(pair)
    blue, green = (groups[id]["Properties"] for id in pair)
    assert blue == green
    settings: dict[str, Any] = blue
    return settings


def attributes_of(settings: dict[str, Any]) -> dict[str, Any]:
    return {item["Key"]: item["Value"] for item in settings["TargetGroupAttributes"]}


def test_target_groups_take_http_at_the_port_of_the_container(stack: cdk.Stack, service: Service) -> None:
    service(task_definition=fargate_task(stack, port=3000))
    assert settings_of(stack) == {
        "Port": 3000,
        "Protocol": "HTTP",
        "TargetType": "ip",
        "VpcId": "vpc-0123456789abcdef0",
        "TargetGroupAttributes": [{"Key": "stickiness.enabled", "Value": "false"}],
    }


def test_blue_and_green_are_attributes(stack: cdk.Stack, service: Service) -> None:
    groups = service().target_groups
    ids = [stack.resolve(group.logical_id) for group in (groups.cfn_blue, groups.cfn_green)]
    template = template_of(stack)
    assert ids == hook_of(template)["Applications"][0]["ECSAttributes"]["TrafficRouting"]["TargetGroups"]


def test_target_protocol_can_be_https(stack: cdk.Stack, service: Service) -> None:
    service(target_protocol=elbv2.ApplicationProtocol.HTTPS)
    settings = settings_of(stack)
    assert (settings["Protocol"], settings["HealthCheckProtocol"]) == ("HTTPS", "HTTPS")


def test_health_check_may_use_another_protocol_than_the_target(stack: cdk.Stack, service: Service) -> None:
    service(
        target_protocol=elbv2.ApplicationProtocol.HTTPS,
        health_check=elbv2.HealthCheck(protocol=elbv2.Protocol.HTTP, port="8081"),
    )
    settings = settings_of(stack)
    assert (settings["Protocol"], settings["HealthCheckProtocol"]) == ("HTTPS", "HTTP")


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [(Duration.seconds(0), "0"), (Duration.seconds(5), "5"), (Duration.hours(1), "3600")],
)
def test_deregistration_delay_is_rendered_in_seconds(
    stack: cdk.Stack, service: Service, delay: Duration, seconds: str
) -> None:
    service(deregistration_delay=delay)
    assert attributes_of(settings_of(stack)) == {
        "stickiness.enabled": "false",
        "deregistration_delay.timeout_seconds": seconds,
    }


def test_every_field_of_the_health_check_is_rendered(stack: cdk.Stack, service: Service) -> None:
    service(
        health_check=elbv2.HealthCheck(
            enabled=True,
            healthy_http_codes="200,301-302",
            healthy_threshold_count=2,
            interval=Duration.minutes(1),
            path="/health?deep=1",
            port="9000",
            protocol=elbv2.Protocol.HTTPS,
            timeout=Duration.seconds(59),
            unhealthy_threshold_count=10,
        )
    )
    settings = settings_of(stack)
    assert {name: value for name, value in settings.items() if name.startswith("Health")} == {
        "HealthCheckIntervalSeconds": 60,
        "HealthCheckPath": "/health?deep=1",
        "HealthCheckPort": "9000",
        "HealthCheckProtocol": "HTTPS",
        "HealthCheckTimeoutSeconds": 59,
        "HealthyThresholdCount": 2,
    }
    assert settings["UnhealthyThresholdCount"] == 10
    assert settings["Matcher"] == {"HttpCode": "200,301-302"}


def test_only_given_fields_of_the_health_check_are_rendered(stack: cdk.Stack, service: Service) -> None:
    service(health_check=elbv2.HealthCheck(path="/health"))
    settings = settings_of(stack)
    assert [name for name in settings if "Health" in name or name == "Matcher"] == ["HealthCheckPath"]
    assert settings["HealthCheckPath"] == "/health"


@pytest.mark.parametrize(
    "health_check",
    [
        elbv2.HealthCheck(interval=Duration.seconds(5), timeout=Duration.seconds(2)),
        elbv2.HealthCheck(interval=Duration.seconds(300), timeout=Duration.seconds(120)),
        elbv2.HealthCheck(interval=Duration.seconds(6)),
        elbv2.HealthCheck(timeout=Duration.seconds(29)),
        elbv2.HealthCheck(healthy_threshold_count=2, unhealthy_threshold_count=10),
        elbv2.HealthCheck(port="1"),
        elbv2.HealthCheck(port="65535"),
        elbv2.HealthCheck(port="traffic-port"),
        elbv2.HealthCheck(healthy_http_codes="200-499"),
        elbv2.HealthCheck(healthy_http_codes="200, 301"),
        elbv2.HealthCheck(path="/" * 1024),
    ],
)
def test_health_check_at_the_edge_of_what_is_allowed_passes(
    stack: cdk.Stack, service: Service, health_check: elbv2.HealthCheck
) -> None:
    made = service(health_check=health_check)
    assert (
        made.target_groups.cfn_blue.health_check_interval_seconds
        == made.target_groups.cfn_green.health_check_interval_seconds
    )


def test_tokens_pass_in_durations_and_the_health_check(stack: cdk.Stack, service: Service) -> None:
    accept_token_ports(stack)
    service(
        deregistration_delay=Duration.seconds(number_token(stack, "Delay")),
        health_check=elbv2.HealthCheck(
            healthy_http_codes=cdk.Fn.sub("${Path}"),
            healthy_threshold_count=number_token(stack, "Healthy"),
            interval=Duration.seconds(number_token(stack, "Interval")),
            path=f"/{cdk.CfnParameter(stack, 'Path').value_as_string}",
            port=cdk.CfnParameter(stack, "HealthPort").value_as_string,
            timeout=Duration.seconds(number_token(stack, "Timeout")),
            unhealthy_threshold_count=number_token(stack, "Unhealthy"),
        ),
    )
    settings = settings_of(stack)
    assert attributes_of(settings)["deregistration_delay.timeout_seconds"] == {"Ref": "Delay"}
    assert settings["HealthCheckIntervalSeconds"] == {"Ref": "Interval"}
    assert settings["HealthCheckTimeoutSeconds"] == {"Ref": "Timeout"}
    assert settings["HealthCheckPath"] == {"Fn::Join": ["", ["/", {"Ref": "Path"}]]}
    assert settings["HealthCheckPort"] == {"Ref": "HealthPort"}
    assert settings["HealthyThresholdCount"] == {"Ref": "Healthy"}
    assert settings["UnhealthyThresholdCount"] == {"Ref": "Unhealthy"}
    assert settings["Matcher"] == {"HttpCode": {"Fn::Sub": "${Path}"}}


@pytest.mark.parametrize("field", ["interval", "timeout"])
def test_token_of_either_duration_passes_beside_the_other_default(
    stack: cdk.Stack, service: Service, field: str
) -> None:
    token = Duration.seconds(number_token(stack, "Seconds"))
    service(health_check=elbv2.HealthCheck(**{field: token}))  # type: ignore[arg-type]
    assert settings_of(stack)[f"HealthCheck{field.capitalize()}Seconds"] == {"Ref": "Seconds"}


A_DELAY = "deregistration_delay must be a Duration from 0 to 3600 whole seconds"
WITH_SECONDS = "make it with Duration.seconds(…)"


@pytest.mark.parametrize(
    ("delay", "shown"),
    [
        (Duration.seconds(3601), "got 3601 seconds"),
        (Duration.hours(2), "got 7200 seconds"),
        (Duration.seconds(0.5), "got Duration.seconds(0.5)"),
        (Duration.millis(1500), "got Duration.millis(1500)"),
        (5, f"got 5; {WITH_SECONDS}"),
        ("5 seconds", f"got '5 seconds'; {WITH_SECONDS}"),
        (Duration, f"got the class Duration; {WITH_SECONDS}"),
        (cdk.Size.mebibytes(5), f"got a Size; {WITH_SECONDS}"),
    ],
)
def test_mistake_in_the_deregistration_delay_is_told(service: Service, delay: Any, shown: str) -> None:
    assert mistakes_of(service, deregistration_delay=delay) == [f"{A_DELAY}, {shown}"]


@pytest.mark.parametrize(
    ("type", "token", "shown"),
    [
        ("Number", lambda parameter: Duration.minutes(parameter.value_as_number), "a token in another unit"),
        ("Number", lambda parameter: parameter.value_as_number, "a token"),
        ("String", lambda parameter: parameter.value_as_string, "a token"),
    ],
)
def test_token_that_does_not_count_seconds_is_no_deregistration_delay(
    stack: cdk.Stack, service: Service, type: str, token: Callable[[cdk.CfnParameter], Any], shown: str
) -> None:
    delay = token(cdk.CfnParameter(stack, "Delay", type=type))
    assert mistakes_of(service, deregistration_delay=delay) == [f"{A_DELAY}, got {shown}; {WITH_SECONDS}"]


@pytest.mark.parametrize(
    ("protocol", "shown"),
    [
        ("HTTP", "'HTTP'"),
        (None, "None"),
        (elbv2.Protocol.HTTP, "Protocol.HTTP"),
        (elbv2.ApplicationProtocol, "the class ApplicationProtocol"),
    ],
)
def test_mistake_in_the_target_protocol_is_told(service: Service, protocol: Any, shown: str) -> None:
    allowed = "ApplicationProtocol.HTTP or ApplicationProtocol.HTTPS"
    assert mistakes_of(service, target_protocol=protocol) == [f"target_protocol must be {allowed}, got {shown}"]


AN_INTERVAL = "health_check.interval must be a Duration from 5 to 300 whole seconds"
A_TIMEOUT = "health_check.timeout must be a Duration from 2 to 120 whole seconds"
SHORTER = "health_check.timeout must be shorter than health_check.interval"
CODES = "health_check.healthy_http_codes must be HTTP codes from 200 to 499, such as '200,301' or '200-299'"
A_PORT = "health_check.port must be 'traffic-port' or a port from '1' to '65535'"


@pytest.mark.parametrize(
    ("health_check", "mistakes"),
    [
        ("/health", ["health_check must be an elasticloadbalancingv2.HealthCheck, got '/health'"]),
        ({"path": "/"}, ["health_check must be an elasticloadbalancingv2.HealthCheck, got {'path': '/'}"]),
        (elbv2.HealthCheck, ["health_check must be an elasticloadbalancingv2.HealthCheck, got the class HealthCheck"]),
        (
            elbv2.HealthCheck(enabled=False),
            ["health_check.enabled must be True, got False; targets of type ip are always checked"],
        ),
        (
            elbv2.HealthCheck(healthy_grpc_codes="12"),
            [
                "health_check.healthy_grpc_codes must be None, as the target groups are not of protocol version GRPC, "
                "got '12'; use healthy_http_codes (rule P5)"
            ],
        ),
        (elbv2.HealthCheck(healthy_http_codes="2xx"), [f"{CODES}, got '2xx'"]),
        (elbv2.HealthCheck(healthy_http_codes=""), [f"{CODES}, got ''"]),
        (elbv2.HealthCheck(healthy_http_codes="500"), [f"{CODES}, got '500'"]),
        (elbv2.HealthCheck(healthy_http_codes="2\u0660\u0660"), [f"{CODES}, got '2\u0660\u0660'"]),
        (
            elbv2.HealthCheck(healthy_threshold_count=1),
            ["health_check.healthy_threshold_count must be a whole number from 2 to 10, got 1"],
        ),
        (
            elbv2.HealthCheck(unhealthy_threshold_count=11),
            ["health_check.unhealthy_threshold_count must be a whole number from 2 to 10, got 11"],
        ),
        (
            elbv2.HealthCheck(unhealthy_threshold_count=2.5),
            ["health_check.unhealthy_threshold_count must be a whole number from 2 to 10, got 2.5"],
        ),
        (elbv2.HealthCheck(interval=Duration.seconds(4)), [f"{AN_INTERVAL}, got 4 seconds"]),
        (elbv2.HealthCheck(interval=Duration.seconds(301)), [f"{AN_INTERVAL}, got 301 seconds"]),
        (elbv2.HealthCheck(interval=Duration.millis(5500)), [f"{AN_INTERVAL}, got Duration.millis(5500)"]),
        (elbv2.HealthCheck(timeout=Duration.seconds(1)), [f"{A_TIMEOUT}, got 1 seconds"]),
        (elbv2.HealthCheck(timeout=Duration.seconds(121)), [f"{A_TIMEOUT}, got 121 seconds"]),
        (
            elbv2.HealthCheck(interval=Duration.seconds(10), timeout=Duration.seconds(10)),
            [f"{SHORTER}, got 10 and 10 seconds; set both"],
        ),
        (elbv2.HealthCheck(interval=Duration.seconds(5)), [f"{SHORTER}, got 5 and 5 seconds; set both"]),
        (elbv2.HealthCheck(timeout=Duration.seconds(30)), [f"{SHORTER}, got 30 and 30 seconds; set both"]),
        (
            elbv2.HealthCheck(interval=Duration.minutes(10), timeout=Duration.seconds(60)),
            [f"{AN_INTERVAL}, got 600 seconds"],
        ),
        (
            elbv2.HealthCheck(path="health"),
            ["health_check.path must be a path that starts with /, got 'health'"],
        ),
        (elbv2.HealthCheck(path=""), ["health_check.path must be a path that starts with /, got ''"]),
        (elbv2.HealthCheck(port="0"), [f"{A_PORT}, got '0'"]),
        (elbv2.HealthCheck(port="65536"), [f"{A_PORT}, got '65536'"]),
        (elbv2.HealthCheck(port="http"), [f"{A_PORT}, got 'http'"]),
        (elbv2.HealthCheck(port="-1"), [f"{A_PORT}, got '-1'"]),
        (elbv2.HealthCheck(port="\uff18\uff10"), [f"{A_PORT}, got '\uff18\uff10'"]),
        (elbv2.HealthCheck(port="080"), [f"{A_PORT}, got '080'"]),
        (elbv2.HealthCheck(port="9" * 5000), [f"{A_PORT}, got '{'9' * 5000}'"]),
        (
            elbv2.HealthCheck(protocol=elbv2.Protocol.TCP),
            ["health_check.protocol must be Protocol.HTTP or Protocol.HTTPS, got Protocol.TCP"],
        ),
        (
            elbv2.HealthCheck(path="health", port="http", interval=Duration.seconds(1)),
            [
                "health_check.path must be a path that starts with /, got 'health'",
                f"{A_PORT}, got 'http'",
                f"{AN_INTERVAL}, got 1 seconds",
            ],
        ),
    ],
)
def test_mistake_in_the_health_check_is_told(service: Service, health_check: Any, mistakes: list[str]) -> None:
    assert mistakes_of(service, health_check=health_check) == mistakes


# As what CDK's own constructs take.


@pytest.mark.parametrize("load_balancer", ["new", "imported"])
def test_metrics_are_of_the_target_group_behind_its_load_balancer(
    load_balancer: str, stack: cdk.Stack, service: Service
) -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shared/50dc6c495c0c9188"
    imported = elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack, "Shared", load_balancer_arn=arn, security_group_id="sg-0123456789abcdef0"
    )
    made = service(load_balancer=imported if load_balancer == "imported" else None)
    groups = made.target_groups
    for group, cfn in {groups.blue: groups.cfn_blue, groups.green: groups.cfn_green}.items():
        metric = group.metrics.request_count().to_metric_config().metric_stat
        assert metric is not None
        assert metric.dimensions is not None
        names = {dimension.name: stack.resolve(dimension.value) for dimension in metric.dimensions}
        assert stack.resolve(cfn.ref)["Ref"] in str(names["TargetGroup"])
        if load_balancer == "imported":
            assert names["LoadBalancer"] == "app/shared/50dc6c495c0c9188"
        else:
            assert stack.resolve(made.load_balancer.load_balancer_arn)["Ref"] in str(names["LoadBalancer"])


def test_target_groups_are_made_for_who_asks_and_change_nothing(stack: cdk.Stack, service: Service) -> None:
    made = service()
    groups = made.target_groups
    assert made.node.try_find_child("Blue") is None
    assert made.node.try_find_child("Green") is None
    arns = [stack.resolve(group.target_group_arn) for group in (groups.blue, groups.green)]
    assert arns == [stack.resolve(group.ref) for group in (groups.cfn_blue, groups.cfn_green)]
    assert groups.blue is groups.blue
    assert groups.green is groups.green
    ids = {id for id in template_of(stack)["Resources"] if "TargetGroup" in id}
    assert ids == {arn["Ref"] for arn in arns}
