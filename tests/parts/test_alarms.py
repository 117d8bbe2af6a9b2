"""The alarms: what of them is rendered, what they do when they go off, and what is refused."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from ecs_blue_green import AlarmPair, TargetGroupAlarm
from ecs_blue_green.testing import template_of
from tests.support import Service, Template, fargate_task, mistakes_of, properties, resources, small_service

ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:topic"


def custom(**arguments: Any) -> TargetGroupAlarm:
    """An alarm on a metric that has no class method."""
    least: dict[str, Any] = {
        "id": "Rejected",
        "metric_name": "RejectedConnectionCount",
        "statistic": "Sum",
        "threshold": 5,
    }
    return TargetGroupAlarm(**(least | arguments))


def response_time(**arguments: Any) -> TargetGroupAlarm:
    return TargetGroupAlarm.response_time(threshold=Duration.seconds(1), **arguments)


def target_groups(template: Template) -> dict[str, str]:
    """The target groups' logical ids by colour; the task set starts on the blue one."""
    (balancer,) = properties(template, "AWS::ECS::TaskSet")["LoadBalancers"]
    blue = balancer["TargetGroupArn"]["Ref"]
    (green,) = resources(template, "AWS::ElasticLoadBalancingV2::TargetGroup").keys() - {blue}
    return {"Blue": blue, "Green": green}


def pair_on(template: Template, metric_name: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """The logical ids and properties of the alarms on a metric, by colour."""
    found = resources(template, ALARM, MetricName=metric_name)
    by_group = {
        dimension["Value"]["Fn::GetAtt"][0]: (id, alarm["Properties"])
        for id, alarm in found.items()
        for dimension in alarm["Properties"]["Dimensions"]
        if dimension["Name"] == "TargetGroup"
    }
    assert len(by_group) == len(found) == 2
    return {colour: by_group[group] for colour, group in target_groups(template).items()}


def rule_over(*alarms: str) -> dict[str, Any]:
    """The rule of a composite alarm that goes off with any of the alarms."""
    blue, green = ({"Fn::GetAtt": [alarm, "Arn"]} for alarm in alarms)
    return {"Fn::Join": ["", ['(ALARM("', blue, '") OR ALARM("', green, '"))']]}


@pytest.mark.parametrize(
    ("alarm", "rendered"),
    [
        (
            TargetGroupAlarm.unhealthy_hosts(),
            {
                "MetricName": "UnHealthyHostCount",
                "Statistic": "Average",
                "Threshold": 1,
                "Period": 60,
                "EvaluationPeriods": 2,
            },
        ),
        (
            TargetGroupAlarm.unhealthy_hosts(threshold=2.5, period=Duration.minutes(5), evaluation_periods=3),
            {
                "MetricName": "UnHealthyHostCount",
                "Statistic": "Average",
                "Threshold": 2.5,
                "Period": 300,
                "EvaluationPeriods": 3,
            },
        ),
        (
            TargetGroupAlarm.http_5xx(),
            {
                "MetricName": "HTTPCode_Target_5XX_Count",
                "Statistic": "Sum",
                "Threshold": 1,
                "Period": 60,
                "EvaluationPeriods": 1,
            },
        ),
        (
            TargetGroupAlarm.http_5xx(threshold=10, period=Duration.hours(1), evaluation_periods=24),
            {
                "MetricName": "HTTPCode_Target_5XX_Count",
                "Statistic": "Sum",
                "Threshold": 10,
                "Period": 3600,
                "EvaluationPeriods": 24,
            },
        ),
        (
            TargetGroupAlarm.response_time(threshold=Duration.millis(1500)),
            {
                "MetricName": "TargetResponseTime",
                "ExtendedStatistic": "p99",
                "Threshold": 1.5,
                "Period": 60,
                "EvaluationPeriods": 3,
            },
        ),
        (
            TargetGroupAlarm.response_time(
                threshold=Duration.minutes(1),
                statistic="Maximum",
                period=Duration.seconds(120),
                evaluation_periods=1,
            ),
            {
                "MetricName": "TargetResponseTime",
                "Statistic": "Maximum",
                "Threshold": 60,
                "Period": 120,
                "EvaluationPeriods": 1,
            },
        ),
        (
            custom(statistic="SampleCount", evaluation_periods=5, datapoints_to_alarm=3),
            {
                "MetricName": "RejectedConnectionCount",
                "Statistic": "SampleCount",
                "Threshold": 5,
                "Period": 60,
                "EvaluationPeriods": 5,
                "DatapointsToAlarm": 3,
            },
        ),
    ],
    ids=[
        "unhealthy hosts",
        "unhealthy hosts with all arguments",
        "5xx",
        "5xx with all arguments",
        "response time",
        "response time with all arguments",
        "custom",
    ],
)
def test_alarm_is_on_both_target_groups(
    stack: cdk.Stack, service: Service, alarm: TargetGroupAlarm, rendered: dict[str, Any]
) -> None:
    service(alarms=[alarm])
    template = template_of(stack)
    (balancer,) = resources(template, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    groups = target_groups(template)
    for colour, (_, given) in pair_on(template, alarm.metric_name).items():
        assert given == rendered | {
            "Namespace": "AWS/ApplicationELB",
            "Dimensions": [
                {"Name": "LoadBalancer", "Value": {"Fn::GetAtt": [balancer, "LoadBalancerFullName"]}},
                {"Name": "TargetGroup", "Value": {"Fn::GetAtt": [groups[colour], "TargetGroupFullName"]}},
            ],
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
        }


def test_composite_goes_off_with_either_colour(stack: cdk.Stack, service: Service) -> None:
    service(alarms=[TargetGroupAlarm.http_5xx()])
    template = template_of(stack)
    pair = pair_on(template, "HTTPCode_Target_5XX_Count")
    assert properties(template, COMPOSITE) == {"AlarmRule": rule_over(pair["Blue"][0], pair["Green"][0])}


def test_alarms_are_on_unhealthy_hosts_and_5xx_when_left_out(stack: cdk.Stack, service: Service) -> None:
    made = service()
    assert list(made.alarms) == ["UnhealthyHosts", "Http5xx"]
    assert made.rollback_alarms == [made.alarms["UnhealthyHosts"].composite, made.alarms["Http5xx"].composite]
    template = template_of(stack)
    assert len(resources(template, COMPOSITE)) == 2
    for metric_name in ("UnHealthyHostCount", "HTTPCode_Target_5XX_Count"):
        blue, green = (id for id, _ in pair_on(template, metric_name).values())
        assert resources(template, COMPOSITE, AlarmRule=rule_over(blue, green))


@pytest.mark.parametrize("nothing", [(), []])
def test_empty_sequence_makes_no_alarms(stack: cdk.Stack, service: Service, nothing: object) -> None:
    made = service(alarms=nothing, alarm_actions=[actions.SnsAction(sns.Topic(stack, "Topic"))])
    assert made.alarms == {}
    assert made.rollback_alarms == []
    assert not {resource["Type"] for resource in template_of(stack)["Resources"].values()} & {ALARM, COMPOSITE}


def test_attributes_are_the_alarms(stack: cdk.Stack, service: Service) -> None:
    pair = service(alarms=[custom()]).alarms["Rejected"]
    assert isinstance(pair, AlarmPair)
    template = template_of(stack)
    ids = pair_on(template, "RejectedConnectionCount")
    assert stack.resolve(pair.blue.logical_id) == ids["Blue"][0]
    assert stack.resolve(pair.green.logical_id) == ids["Green"][0]
    assert [stack.resolve(pair.composite.logical_id)] == list(resources(template, COMPOSITE))


def test_names_tell_the_colours_apart(stack: cdk.Stack, service: Service) -> None:
    service(alarms=[TargetGroupAlarm.http_5xx(name="web-5xx"), TargetGroupAlarm.unhealthy_hosts()])
    template = template_of(stack)
    names = {
        colour: given["AlarmName"] for colour, (_, given) in pair_on(template, "HTTPCode_Target_5XX_Count").items()
    }
    assert names == {"Blue": "web-5xx-Blue", "Green": "web-5xx-Green"}
    assert resources(template, COMPOSITE, AlarmName="web-5xx")
    assert not any("AlarmName" in given for _, given in pair_on(template, "UnHealthyHostCount").values())


@pytest.mark.parametrize(
    "make",
    [TargetGroupAlarm.unhealthy_hosts, TargetGroupAlarm.http_5xx, response_time],
    ids=["unhealthy hosts", "5xx", "response time"],
)
def test_every_usual_alarm_takes_a_name(service: Service, make: Callable[..., TargetGroupAlarm]) -> None:
    (pair,) = service(alarms=[make(name="named")]).alarms.values()
    assert (pair.blue.alarm_name, pair.green.alarm_name, pair.composite.alarm_name) == (
        "named-Blue",
        "named-Green",
        "named",
    )


@pytest.mark.parametrize(
    "statistic",
    ["p0", "p50", "p99.9", "p100", "tm95", "wm98", "tc90", "ts90", "IQM", "TM(5%:95%)", "WM(:95%)", "PR(0.1:2)"],
)
def test_extended_statistics_are_rendered_as_such(service: Service, statistic: str) -> None:
    pair = service(alarms=[custom(statistic=statistic)]).alarms["Rejected"]
    assert (pair.blue.extended_statistic, pair.green.extended_statistic) == (statistic, statistic)
    assert (pair.blue.statistic, pair.green.statistic) == (None, None)


def test_composites_act_and_single_alarms_do_not(stack: cdk.Stack, service: Service) -> None:
    topics = [sns.Topic(stack, id) for id in ("First", "Second")]
    service(alarm_actions=[actions.SnsAction(topic) for topic in topics])
    template = template_of(stack)
    first, second = resources(template, "AWS::SNS::Topic")
    composites = resources(template, COMPOSITE).values()
    assert [alarm["Properties"]["AlarmActions"] for alarm in composites] == 2 * [[{"Ref": first}, {"Ref": second}]]
    assert not any("AlarmActions" in alarm["Properties"] for alarm in resources(template, ALARM).values())


def make_function(scope: Construct) -> lambda_.Function:
    code = lambda_.Code.from_inline("def handler(event, context): pass")
    return lambda_.Function(scope, "Function", runtime=lambda_.Runtime.PYTHON_3_13, handler="index.handler", code=code)


PERMISSION_PER_ALARM = "@aws-cdk/aws-cloudwatch-actions:changeLambdaPermissionLogicalIdForLambdaAction"


@pytest.mark.parametrize(("by_flag", "by_argument"), [(True, False), (False, True)])
def test_a_function_may_be_called_by_each_composite(
    make_app: Callable[..., cdk.App], *, by_flag: bool, by_argument: bool
) -> None:
    """CDK gives the permissions different ids with a feature flag, or when the action asks for it."""
    stack = cdk.Stack(make_app(context={PERMISSION_PER_ALARM: by_flag}), "Stack")
    action = actions.LambdaAction(make_function(stack), use_unique_permission_id=by_argument)
    made = small_service(stack)(alarm_actions=[action])
    template = template_of(stack)
    (function,) = resources(template, "AWS::Lambda::Function")
    allowed = {
        permission["Properties"]["SourceArn"]["Fn::GetAtt"][0]
        for permission in resources(template, "AWS::Lambda::Permission").values()
    }
    assert allowed == {stack.resolve(alarm.logical_id) for alarm in made.rollback_alarms}
    assert all(
        alarm["Properties"]["AlarmActions"] == [{"Fn::GetAtt": [function, "Arn"]}]
        for alarm in resources(template, COMPOSITE).values()
    )


@jsii.implements(cloudwatch.IAlarmAction)
class OwnAction:
    """An action that a user wrote in Python."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def bind(self, scope: Construct, alarm: cloudwatch.IAlarm) -> cloudwatch.AlarmActionConfig:
        self.paths.append(scope.node.path)
        return cloudwatch.AlarmActionConfig(alarm_action_arn=TOPIC_ARN)


def test_own_action_is_bound_to_each_composite(stack: cdk.Stack, service: Service) -> None:
    action = OwnAction()
    made = service(alarm_actions=[action])
    assert action.paths == [alarm.node.path for alarm in made.rollback_alarms]
    composites = resources(template_of(stack), COMPOSITE).values()
    assert [alarm["Properties"]["AlarmActions"] for alarm in composites] == [[TOPIC_ARN], [TOPIC_ARN]]


def test_tokens_pass(stack: cdk.Stack, service: Service) -> None:
    number = cdk.CfnParameter(stack, "Number", type="Number", default=3)
    text = cdk.CfnParameter(stack, "Text", default="Latency")
    alarm = TargetGroupAlarm(
        id="Tokens",
        metric_name=text.value_as_string,
        statistic="Average",
        threshold=number.value_as_number,
        period=Duration.seconds(number.value_as_number),
        evaluation_periods=number.value_as_number,  # type: ignore[arg-type]
        datapoints_to_alarm=number.value_as_number,  # type: ignore[arg-type]
        name=text.value_as_string,
    )
    seconds = Duration.seconds(number.value_as_number)
    service(alarms=[alarm, TargetGroupAlarm.response_time(threshold=seconds, statistic=text.value_as_string)])
    template = template_of(stack)
    number_ref, text_ref = {"Ref": "Number"}, {"Ref": "Text"}
    for colour, (_, given) in pair_on(template, text_ref).items():  # type: ignore[arg-type]
        assert (
            given
            | {
                "Threshold": number_ref,
                "Period": number_ref,
                "EvaluationPeriods": number_ref,
                "DatapointsToAlarm": number_ref,
                "AlarmName": {"Fn::Join": ["", [text_ref, f"-{colour}"]]},
            }
            == given
        )
    for _, given in pair_on(template, "TargetResponseTime").values():
        assert given | {"Threshold": number_ref, "ExtendedStatistic": text_ref} == given


def test_alarms_are_no_more_than_a_stack_has_rollback_triggers(service: Service) -> None:
    alarms = [custom(id=f"Alarm{number}") for number in range(6)]
    assert mistakes_of(service, alarms=alarms) == [
        "alarms must be at most 5, got 6; a stack has no more rollback triggers: make further ones with CDK's own "
        "Alarm (rule L39)"
    ]


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        (custom(id="5xx"), "id must be letters and digits, not starting with Blue or Green, got '5xx'"),
        (custom(id="A-B"), "id must be letters and digits, not starting with Blue or Green, got 'A-B'"),
        (custom(id=""), "id must be letters and digits, not starting with Blue or Green, got ''"),
        (custom(id="BlueX"), "id must be letters and digits, not starting with Blue or Green, got 'BlueX'"),
        (custom(id="Green"), "id must be letters and digits, not starting with Blue or Green, got 'Green'"),
        (custom(id=None), "id must be letters and digits, not starting with Blue or Green, got None"),
        (custom(id=["X"]), "id must be letters and digits, not starting with Blue or Green, got ['X']"),
        (custom(metric_name="a b"), "metric_name must be a metric's name, got 'a b'"),
        (custom(metric_name=""), "metric_name must be a metric's name, got ''"),
        (custom(metric_name=5), "metric_name must be a metric's name, got 5"),
        (custom(metric_name=None), "metric_name must be given, got None"),
        (custom(threshold="5"), "threshold must be a number, got '5'"),
        (custom(threshold=None), "threshold must be a number, got None"),
        (custom(threshold=True), "threshold must be a number, got True"),
        (custom(threshold=float("nan")), "threshold must be a number, got nan"),
        (custom(threshold=float("inf")), "threshold must be a number, got inf"),
        (custom(threshold=10**400), f"threshold must be a number, got {10**400}"),
        (custom(threshold=0), "threshold must be above 0, got 0; the alarm goes off at the threshold or above it"),
        (
            custom(threshold=-0.5),
            "threshold must be above 0, got -0.5; the alarm goes off at the threshold or above it",
        ),
        (
            TargetGroupAlarm.response_time(threshold=Duration.millis(0)),
            "threshold must be above 0, got 0; the alarm goes off at the threshold or above it",
        ),
        (
            TargetGroupAlarm.response_time(threshold="2s"),  # type: ignore[arg-type]
            "threshold must be a number, got '2s'",
        ),
        (
            custom(period=Duration.seconds(30)),
            "period must be a Duration from 60 to 604800 whole seconds, got 30 seconds",
        ),
        (
            custom(period=Duration.days(8)),
            "period must be a Duration from 60 to 604800 whole seconds, got 691200 seconds",
        ),
        (custom(period=Duration.seconds(90)), "period must be whole minutes, got 90 seconds"),
        (
            custom(period=60),
            "period must be a Duration from 60 to 604800 whole seconds, got 60; make it with Duration.seconds(…)",
        ),
        (custom(evaluation_periods=0), "evaluation_periods must be a whole number of 1 or more, got 0"),
        (custom(evaluation_periods=1.5), "evaluation_periods must be a whole number of 1 or more, got 1.5"),
        (custom(evaluation_periods=None), "evaluation_periods must be given, got None"),
        (
            custom(evaluation_periods=1441),
            "evaluation_periods must be at most 1440 with a period of 60 seconds, got 1441; CloudWatch looks back for "
            "a day, or for 7 days with periods of an hour or longer",
        ),
        (
            custom(evaluation_periods=169, period=Duration.hours(1)),
            "evaluation_periods must be at most 168 with a period of 3600 seconds, got 169; CloudWatch looks back for "
            "a day, or for 7 days with periods of an hour or longer",
        ),
        (
            custom(evaluation_periods=3, datapoints_to_alarm=4),
            "datapoints_to_alarm must be a whole number from 1 to 3, got 4",
        ),
        (custom(datapoints_to_alarm=0), "datapoints_to_alarm must be a whole number from 1 to 1, got 0"),
        (custom(datapoints_to_alarm="1"), "datapoints_to_alarm must be a whole number from 1 to 1, got '1'"),
        (
            custom(evaluation_periods=10**5000),
            "evaluation_periods must be a whole number from 1 to 2147483647, got an int",
        ),
        *(
            (
                custom(name=name),
                "name must be a name of 1 to 249 characters, without control characters and double quotes, got "
                f"{name!r}",
            )
            for name in ("", "n" * 250, "two\nlines", 'say "5xx"', 5)
        ),
        *(
            (
                custom(statistic=statistic),
                "statistic must be Average, Sum, Minimum, Maximum, SampleCount or an extended statistic such as p99 or "
                f"TM(5%:95%), got {statistic!r}",
            )
            for statistic in (
                "average",
                "P99",
                "p\u0669\u0669",
                "p100.5",
                "p-1",
                "p",
                "tm",
                "TM(:)",
                "PR(0.5)",
                "Sum\n",
                "",
                None,
                99,
            )
        ),
    ],
)
def test_alarm_is_checked(service: Service, given: TargetGroupAlarm, mistake: str) -> None:
    assert mistakes_of(service, alarms=[TargetGroupAlarm.http_5xx(), given]) == [f"alarms[1].{mistake}"]


def test_id_can_not_be_a_token(service: Service) -> None:
    (mistake,) = mistakes_of(service, alarms=[custom(id=cdk.Aws.STACK_NAME)])
    assert mistake.startswith("alarms[0].id must be letters and digits, not starting with Blue or Green, got ")


@pytest.mark.parametrize(
    ("argument", "unit"),
    [("period", Duration.minutes), ("threshold", Duration.minutes), ("threshold", Duration.millis)],
)
def test_token_in_another_unit_is_refused(
    stack: cdk.Stack, service: Service, argument: str, unit: Callable[[float], Duration]
) -> None:
    """Nothing in a template can multiply."""
    value = unit(cdk.CfnParameter(stack, "Number", type="Number", default=3).value_as_number)
    (mistake,) = mistakes_of(service, alarms=[custom(**{argument: value})])
    assert mistake.startswith(f"alarms[0].{argument} must be ")
    assert mistake.endswith(", got a token in another unit; make it with Duration.seconds(…)")


def test_bounds_belong_to_the_ranges(service: Service) -> None:
    alarms = [
        custom(id="A", evaluation_periods=1440, datapoints_to_alarm=1440, name="n" * 249),
        custom(id="B", evaluation_periods=168, period=Duration.hours(1)),
        custom(id="C", period=Duration.days(7)),
        custom(id="D", period=Duration.minutes(1), metric_name="m" * 255),
        custom(id="Blau", threshold=0.001),
    ]
    made = service(alarms=alarms)
    assert list(made.alarms) == ["A", "B", "C", "D", "Blau"]
    assert len(made.rollback_alarms) == 5


def test_ids_and_names_must_differ(service: Service) -> None:
    alarms = [custom(id="A", name="x"), custom(id="A", name="x"), custom(id="B"), custom(id="C")]
    assert mistakes_of(service, alarms=alarms) == [
        "the ids of alarms must differ, got 'A' more than once; give each a different id",
        "the names of alarms must differ, got 'x' more than once; give each a different name",
    ]


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        ("http_5xx", "alarms must be a sequence of TargetGroupAlarm, got 'http_5xx'"),
        (5, "alarms must be a sequence of TargetGroupAlarm, got 5"),
        (
            custom(),
            f"alarms must be a sequence of TargetGroupAlarm, got {custom()!r}",
        ),
        (
            ["http_5xx"],
            "alarms[0] must be a TargetGroupAlarm, got 'http_5xx'; make one with TargetGroupAlarm.http_5xx(…) and the "
            "like",
        ),
        (
            [None],
            "alarms[0] must be a TargetGroupAlarm, got None; make one with TargetGroupAlarm.http_5xx(…) and the like",
        ),
    ],
    ids=["text", "number", "no sequence", "text inside", "None inside"],
)
def test_alarms_are_a_sequence(service: Service, given: object, mistake: str) -> None:
    assert mistakes_of(service, alarms=given) == [mistake]


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        (None, "alarm_actions must be a sequence of at most 5 alarm actions, got None"),
        (TOPIC_ARN, f"alarm_actions must be a sequence of at most 5 alarm actions, got {TOPIC_ARN!r}"),
        ([TOPIC_ARN], f"alarm_actions[0] must be an IAlarmAction, such as an SnsAction, got {TOPIC_ARN!r}"),
        (
            [actions.Ec2Action(actions.Ec2InstanceAction.REBOOT)] * 6,
            "alarm_actions must be a sequence of at most 5 alarm actions, got 6",
        ),
    ],
    ids=["None", "text", "text inside", "six"],
)
def test_alarm_actions_are_checked(service: Service, given: object, mistake: str) -> None:
    assert mistakes_of(service, alarm_actions=given) == [mistake]


def test_topic_is_no_action(stack: cdk.Stack, service: Service) -> None:
    assert mistakes_of(service, alarm_actions=[sns.Topic(stack, "Topic")]) == [
        "alarm_actions[0] must be an IAlarmAction, such as an SnsAction, got a Topic"
    ]


@jsii.implements(cloudwatch.IAlarmAction)
class Failing:
    def bind(self, _scope: Construct, _alarm: cloudwatch.IAlarm) -> cloudwatch.AlarmActionConfig:
        raise KeyError("topic")


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (lambda topic: targets.SnsTopic(topic), "_id must be one of (str, NoneType)"),
        (lambda _: elbv2.ListenerAction.fixed_response(404), "has no attribute 'alarm_action_arn'"),
        (lambda _: Failing(), "'topic'"),
    ],
    ids=["event target", "listener action", "failing action"],
)
def test_action_that_can_not_be_bound_is_refused_and_leaves_nothing_behind(
    stack: cdk.Stack, service: Service, action: Callable[[sns.ITopic], Any], reason: str
) -> None:
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0123456789abcdef0")
    given, task = action(sns.Topic(stack, "Topic")), fargate_task(stack)
    (mistake,) = mistakes_of(
        service, alarm_actions=[given], security_groups=[group], task_definition=task, enable_execute_command=True
    )
    assert mistake.startswith("alarm_actions was refused by CDK: ")
    assert reason in mistake
    assert stack.node.try_find_child("Service") is None
    assert group.node.children == []
    assert task.task_role.node.try_find_child("DefaultPolicy") is None


def test_mistakes_of_several_alarms_are_reported_together(service: Service) -> None:
    alarms = [custom(id="1", threshold=0, evaluation_periods=0), custom(statistic="mean")]
    assert len(mistakes_of(service, alarms=alarms, alarm_actions=[5])) == 5


def test_values_are_frozen_and_keyword_only() -> None:
    alarm = custom()
    with pytest.raises(FrozenInstanceError):
        alarm.threshold = 6  # type: ignore[misc]
    with pytest.raises(TypeError, match="positional"):
        TargetGroupAlarm("Rejected", "RejectedConnectionCount", "Sum", 5)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional"):
        TargetGroupAlarm.http_5xx(5)  # type: ignore[call-arg]


def test_equal_values_are_one_in_a_set() -> None:
    assert {custom(), custom(), custom(threshold=6)} == {custom(), replace(custom(), threshold=6)}


def test_values_show_what_they_are() -> None:
    assert repr(TargetGroupAlarm.http_5xx(threshold=5, name="web-5xx")) == (
        "TargetGroupAlarm(id='Http5xx', metric_name='HTTPCode_Target_5XX_Count', statistic='Sum', threshold=5, "
        "period=None, evaluation_periods=1, datapoints_to_alarm=None, name='web-5xx')"
    )


def test_pair_is_frozen(service: Service) -> None:
    pair = service().alarms["Http5xx"]
    with pytest.raises(FrozenInstanceError):
        pair.blue = pair.green  # type: ignore[misc]
