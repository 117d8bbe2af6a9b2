"""Metrics over both target groups, as CloudWatch gets them from an alarm or a dashboard."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ecs_blue_green import EcsBlueGreenService, InvalidArgumentsError
from ecs_blue_green.testing import template_of
from tests.support import Service, Template, properties, resources, small_service

SUM = "FILL({blue}, 0) + FILL({green}, 0)"
SLOWER = "MAX([FILL({blue}, 0), FILL({green}, 0)])"

METHODS = [
    "metric_request_count",
    "metric_http_5xx",
    "metric_healthy_hosts",
    "metric_unhealthy_hosts",
    "metric_response_time",
]


def alarm_on(metric: cloudwatch.IMetric, stack: cdk.Stack) -> dict[str, Any]:
    """Render a metric through CDK's own alarm: the expression, and the metrics of the colours that are in it."""
    cloudwatch.Alarm(stack, "OnMetric", metric=metric, threshold=1, evaluation_periods=1, alarm_name="on-metric")
    alarm = properties(template_of(stack), "AWS::CloudWatch::Alarm", AlarmName="on-metric")
    return {query["Id"].partition("_")[0]: query for query in alarm["Metrics"]}


def group_of_listener(template: Template) -> str:
    """The blue target group is the one that the listeners start with."""
    (listener,) = resources(template, "AWS::ElasticLoadBalancingV2::Listener").values()
    (forward,) = listener["Properties"]["DefaultActions"]
    blue: str = forward["ForwardConfig"]["TargetGroups"][0]["TargetGroupArn"]["Ref"]
    return blue


@pytest.mark.parametrize(
    ("method", "name", "statistic", "expression"),
    [
        ("metric_request_count", "RequestCount", "Sum", SUM),
        ("metric_http_5xx", "HTTPCode_Target_5XX_Count", "Sum", SUM),
        ("metric_healthy_hosts", "HealthyHostCount", "Average", SUM),
        ("metric_unhealthy_hosts", "UnHealthyHostCount", "Average", SUM),
        ("metric_response_time", "TargetResponseTime", "Average", SLOWER),
    ],
)
def test_metric_covers_both_target_groups(
    stack: cdk.Stack, service: Service, method: str, name: str, statistic: str, expression: str
) -> None:
    metrics = alarm_on(getattr(service(alarms=()), method)(), stack)
    template = template_of(stack)
    blue = group_of_listener(template)
    (green,) = resources(template, "AWS::ElasticLoadBalancingV2::TargetGroup").keys() - {blue}
    (balancer,) = resources(template, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    ids = {colour: metrics[colour]["Id"] for colour in ("blue", "green")}
    (math,) = [query for query in metrics.values() if "Expression" in query]
    assert math["Expression"] == expression.format(**ids)
    for colour, group in {"blue": blue, "green": green}.items():
        assert metrics[colour]["ReturnData"] is False
        assert metrics[colour]["MetricStat"] == {
            "Metric": {
                "Namespace": "AWS/ApplicationELB",
                "MetricName": name,
                "Dimensions": [
                    {"Name": "LoadBalancer", "Value": {"Fn::GetAtt": [balancer, "LoadBalancerFullName"]}},
                    {"Name": "TargetGroup", "Value": {"Fn::GetAtt": [group, "TargetGroupFullName"]}},
                ],
            },
            "Period": 300,
            "Stat": statistic,
        }


@pytest.mark.parametrize("method", METHODS)
def test_period_is_passed_on(stack: cdk.Stack, service: Service, method: str) -> None:
    metrics = alarm_on(getattr(service(alarms=()), method)(period=Duration.minutes(2)), stack)
    assert [metrics[colour]["MetricStat"]["Period"] for colour in ("blue", "green")] == [120, 120]


@pytest.mark.parametrize("statistic", ["Maximum", "p99", "p99.9", "tm95", "IQM", "TM(5%:95%)", "PR(:0.5)"])
def test_response_time_has_a_statistic(stack: cdk.Stack, service: Service, statistic: str) -> None:
    metrics = alarm_on(service(alarms=()).metric_response_time(statistic=statistic), stack)
    assert [metrics[colour]["MetricStat"]["Stat"] for colour in ("blue", "green")] == [statistic, statistic]


def test_one_graph_shows_metrics_of_several_services(stack: cdk.Stack, service: Service) -> None:
    services = [service(alarms=()), small_service(Construct(stack, "Other"))(alarms=())]
    metrics = [
        metric
        for made in services
        for metric in (
            *(getattr(made, method)() for method in METHODS),
            made.metric_request_count(),
            made.metric_response_time(statistic="p99"),
            made.metric_response_time(statistic="p99", period=Duration.minutes(1)),
        )
    ]
    (widget,) = stack.resolve(cloudwatch.GraphWidget(left=metrics).to_json())
    rows = widget["properties"]["metrics"]
    labels = [row[0]["label"] for row in rows if "expression" in row[0]]
    # What is there twice is shown once.
    usual = ["Requests", "HTTP 5xx responses", "Healthy hosts", "Unhealthy hosts", "Response time"]
    assert labels == 2 * [*usual, "Response time", "Response time"]
    parts = [row[-1]["id"] for row in rows if "expression" not in row[0]]
    assert len(parts) == len({*parts}) == 2 * len(labels)


def import_load_balancer(stack: cdk.Stack, arn: str) -> elbv2.IApplicationLoadBalancer:
    return elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack,
        "Imported",
        load_balancer_arn=arn,
        security_group_id="sg-0123456789abcdef0",
        vpc=ec2.Vpc.from_vpc_attributes(
            stack, "ItsVpc", vpc_id="vpc-0123456789abcdef0", availability_zones=["us-east-1a"]
        ),
    )


def literal_arn(stack: cdk.Stack) -> tuple[str, object]:
    return (
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shared/50dc6c495c0c9188",
        "app/shared/50dc6c495c0c9188",
    )


def token_arn(stack: cdk.Stack) -> tuple[str, object]:
    parameter = cdk.CfnParameter(stack, "Arn", default=literal_arn(stack)[0])
    return (
        parameter.value_as_string,
        {"Fn::Select": [1, {"Fn::Split": ["loadbalancer/", {"Ref": "Arn"}]}]},
    )


@pytest.mark.parametrize("make_arn", [literal_arn, token_arn])
def test_imported_load_balancer_is_named_by_the_end_of_its_arn(
    stack: cdk.Stack, service: Service, make_arn: Callable[[cdk.Stack], tuple[str, object]]
) -> None:
    arn, full_name = make_arn(stack)
    made = service(load_balancer=import_load_balancer(stack, arn))
    metrics = alarm_on(made.metric_request_count(), stack)
    own_alarms = resources(template_of(stack), "AWS::CloudWatch::Alarm", Namespace="AWS/ApplicationELB").values()
    dimensions = [
        *(metrics[colour]["MetricStat"]["Metric"]["Dimensions"] for colour in ("blue", "green")),
        *(alarm["Properties"]["Dimensions"] for alarm in own_alarms),
    ]
    assert len(dimensions) == 6
    assert all({"Name": "LoadBalancer", "Value": full_name} in some for some in dimensions)


def refused(make: Callable[..., cloudwatch.MathExpression], **arguments: Any) -> list[str]:
    with pytest.raises(InvalidArgumentsError) as caught:
        make(**arguments)
    assert caught.value.construct_path == "Stack/Service"
    return [*caught.value.mistakes]


@pytest.fixture
def made(service: Service) -> EcsBlueGreenService:
    return service()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (Duration.seconds(30), "30 seconds"),
        (Duration.seconds(90), "90 seconds"),
        (60, "60; make it with Duration.minutes(…)"),
    ],
    ids=["below a minute", "minute and a half", "number"],
)
def test_period_is_checked(made: EcsBlueGreenService, given: Any, shown: str) -> None:
    for method in METHODS:
        assert refused(getattr(made, method), period=given) == [
            f"period must be a Duration of 1 or more whole minutes, got {shown}"
        ]


def test_period_can_not_be_a_token(stack: cdk.Stack, made: EcsBlueGreenService) -> None:
    period = Duration.minutes(cdk.CfnParameter(stack, "Minutes", type="Number", default=5).value_as_number)
    assert refused(made.metric_http_5xx, period=period) == [
        "period must be a literal Duration, got a token; CDK's metrics take no other"
    ]


@pytest.mark.parametrize("statistic", ["average", "P99", "p101", "p", "TM(:)", "TM(5%)", "Sum ", "", None, 99, ["p99"]])
def test_statistic_is_checked(made: EcsBlueGreenService, statistic: Any) -> None:
    assert refused(made.metric_response_time, statistic=statistic) == [
        "statistic must be Average, Sum, Minimum, Maximum, SampleCount or an extended statistic such as p99 or "
        f"TM(5%:95%), got {statistic!r}"
    ]


def test_mistakes_of_a_metric_are_reported_together(made: EcsBlueGreenService) -> None:
    assert len(refused(made.metric_response_time, statistic="mean", period=5)) == 2
