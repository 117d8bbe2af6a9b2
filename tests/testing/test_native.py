"""What assert_native_blue_green compares, and what it says of what differs."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ecs_blue_green import (
    BlueGreen,
    Canary,
    HttpListener,
    InvalidArgumentsError,
    LambdaHook,
    LifecycleHookFunction,
    Linear,
    OnTimeout,
    PauseHook,
    PauseStage,
    Rolling,
    Stage,
    TargetGroupAlarm,
    TestHeader,
)
from ecs_blue_green.native.deployment import Deployment
from ecs_blue_green.testing import (
    assert_blue_green,
    assert_native_blue_green,
    template_of,
)
from tests.native.support import NativeService, native_service
from tests.support import Template, imported_cluster, properties
from tests.template.defects import good

MINUTES = Duration.minutes
SERVICE = "AWS::ECS::Service"
ID = "ServiceD69D759B"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:smoke"
PAUSE = PauseHook(stages=[PauseStage.POST_TEST_TRAFFIC_SHIFT], timeout=Duration.hours(4))


def failure(stack_or_template: Any, **expected: Any) -> list[str]:
    with pytest.raises(AssertionError) as caught:
        assert_native_blue_green(stack_or_template, **expected)
    return [line.removeprefix("  ") for line in str(caught.value).splitlines()]


def differences(stack_or_template: Any, **expected: Any) -> list[str]:
    first, *lines = failure(stack_or_template, **expected)
    whose = "The template" if isinstance(stack_or_template, dict) else "Stack Stack"
    assert first == f"{whose} does not deploy {ID} as expected:"
    return lines


def written(configuration: Any, **more: Any) -> Template:
    """A template by hand, with one service that says no more than this."""
    return {"Resources": {ID: {"Type": SERVICE, "Properties": {"DeploymentConfiguration": configuration, **more}}}}


@pytest.fixture
def smoke(stack: cdk.Stack) -> lambda_.IFunction:
    """A function of somebody's own."""
    return lambda_.Function.from_function_arn(stack, "Smoke", ARN)


def test_service_is_there_and_its_properties_are_returned(stack: cdk.Stack, native: NativeService) -> None:
    native()
    assert assert_native_blue_green(stack) == properties(template_of(stack), SERVICE)


@pytest.mark.parametrize(
    "deployment",
    [
        BlueGreen(),
        BlueGreen(bake_time=MINUTES(0)),
        Linear(step_percentage=33.4, step_bake_time=Duration.hours(1)),
        Canary(percentage=0.1, canary_bake_time=MINUTES(0), bake_time=MINUTES(5)),
        Rolling(),
    ],
)
def test_strategy_that_a_service_was_made_with_is_found(
    deployment: Deployment, stack: cdk.Stack, native: NativeService
) -> None:
    native(deployment=deployment)
    for stack_or_template in (stack, template_of(stack)):
        assert assert_native_blue_green(stack_or_template, deployment=deployment)["LoadBalancers"]


def test_hooks_alarms_circuit_breaker_and_test_listener_are_found(
    stack: cdk.Stack, native: NativeService, smoke: lambda_.IFunction
) -> None:
    ours = LifecycleHookFunction(stack, "Ours", code="def handler(event, context): ...")
    metric = cloudwatch.Metric(namespace="Shop", metric_name="Orders")
    orders = cloudwatch.Alarm(stack, "Orders", metric=metric, threshold=1, evaluation_periods=1)
    first = LambdaHook(ours, stages=[Stage.PRE_SCALE_UP, Stage.POST_SCALE_UP], on_timeout=OnTimeout.CONTINUE)
    hooks: list[LambdaHook | PauseHook] = [
        first,
        LambdaHook(smoke, stages=[Stage.POST_TEST_TRAFFIC_SHIFT], details={"url": cdk.Aws.REGION, "tries": 3}),
        PAUSE,
    ]
    alarms = [TargetGroupAlarm.http_5xx(threshold=5), TargetGroupAlarm.response_time(threshold=Duration.millis(500))]
    values: dict[str, Any] = {"lifecycle_hooks": hooks, "alarms": alarms, "deployment_alarms": [orders]}
    native(test_listener=HttpListener(port=8080), circuit_breaker=False, **values)
    expected = values | {"circuit_breaker": False, "has_test_listener": True}
    assert_native_blue_green(stack, **expected)
    reordered = [PAUSE, hooks[1], LambdaHook(ours, stages=[*reversed(first.stages)], on_timeout=OnTimeout.CONTINUE)]
    assert_native_blue_green(stack, lifecycle_hooks=reordered, alarms=alarms[::-1])


def test_nothing_is_found_where_there_is_nothing(stack: cdk.Stack, native: NativeService) -> None:
    native(production_listener=None, circuit_breaker=True)
    nothing: dict[str, Any] = {"lifecycle_hooks": (), "alarms": (), "deployment_alarms": ()}
    assert_native_blue_green(stack, has_test_listener=False, circuit_breaker=True, **nothing)


def test_header_at_the_production_listener_counts_as_a_test_listener(stack: cdk.Stack, native: NativeService) -> None:
    native(test_listener=TestHeader("X-Test", "green"))
    assert_native_blue_green(stack, has_test_listener=True)
    assert differences(stack, has_test_listener=False) == ["has_test_listener: expected False, found True"]


def test_every_value_that_differs_is_told(stack: cdk.Stack, native: NativeService, smoke: lambda_.IFunction) -> None:
    hook = LambdaHook(smoke, stages=[Stage.POST_TEST_TRAFFIC_SHIFT], timeout=MINUTES(5), details={"tries": 3})
    native(deployment=Canary(percentage=20), lifecycle_hooks=[hook, PAUSE])
    assert differences(
        stack,
        deployment=Canary(percentage=25, canary_bake_time=MINUTES(5), bake_time=MINUTES(30)),
        lifecycle_hooks=[
            PAUSE,
            LambdaHook(smoke, stages=[Stage.PRE_SCALE_UP], details={"tries": 4}),
            PauseHook(stages=[PauseStage.PRE_SCALE_UP]),
        ],
        circuit_breaker=False,
        alarms=[TargetGroupAlarm.http_5xx(threshold=5), TargetGroupAlarm.response_time(threshold=Duration.seconds(1))],
        deployment_alarms=[cloudwatch.Alarm.from_alarm_name(stack, "Orders", "Orders")],
        has_test_listener=True,
    ) == [
        "BakeTimeInMinutes: expected 30, found 15",
        "CanaryConfiguration.CanaryPercent: expected 25, found 20",
        "CanaryConfiguration.CanaryBakeTimeInMinutes: expected 5, found 10",
        "LifecycleHooks[0].TimeoutConfiguration.TimeoutInMinutes: expected 1440, found 5",
        "LifecycleHooks[0].HookDetails.tries: expected 4, found 3",
        "LifecycleHooks[0].LifecycleStages: expected ['PRE_SCALE_UP'], found ['POST_TEST_TRAFFIC_SHIFT']",
        "LifecycleHooks: expected {'TargetType': 'PAUSE', 'TimeoutConfiguration': {'TimeoutInMinutes': 1440, 'Action': "
        "'ROLLBACK'}, 'LifecycleStages': ['PRE_SCALE_UP']}, found nothing",
        "DeploymentCircuitBreaker.Enable: expected False, found True",
        "DeploymentCircuitBreaker.Rollback: expected False, found True",
        "Alarms.HTTPCode_Target_5XX_Count.blue.Threshold: expected 5, found 1",
        "Alarms.HTTPCode_Target_5XX_Count.green.Threshold: expected 5, found 1",
        "Alarms.TargetResponseTime.blue: expected an alarm, found none",
        "Alarms.TargetResponseTime.green: expected an alarm, found none",
        "Alarms.UnHealthyHostCount.blue: expected none, found an alarm",
        "Alarms.UnHealthyHostCount.green: expected none, found an alarm",
        "Alarms.AlarmNames: expected 'Orders', found nothing",
        "has_test_listener: expected True, found False",
    ]


def test_hooks_and_alarms_that_are_too_many_are_told(stack: cdk.Stack, native: NativeService) -> None:
    orders = cloudwatch.Alarm.from_alarm_name(stack, "Orders", "Orders")
    native(lifecycle_hooks=[PAUSE], deployment_alarms=[orders], alarms=())
    told = differences(stack, lifecycle_hooks=(), alarms=(), deployment_alarms=())
    assert [line.partition(", found ")[0] for line in told] == [
        "LifecycleHooks[0]: expected nothing",
        "Alarms.AlarmNames: expected nothing",
    ]
    assert_native_blue_green(stack, deployment_alarms=[orders], lifecycle_hooks=[PAUSE])


def test_two_alarms_on_one_metric_are_two(stack: cdk.Stack, native: NativeService) -> None:
    def alarm(id: str, threshold: int) -> TargetGroupAlarm:
        return TargetGroupAlarm(id=id, metric_name="RequestCount", statistic="Sum", threshold=threshold)

    native(alarms=[alarm("Many", 10), alarm("More", 20)])
    assert_native_blue_green(stack, alarms=[alarm("Some", 10), alarm("Other", 20)])
    assert_native_blue_green(stack, alarms=[alarm("More", 20), alarm("Many", 10)])
    assert differences(stack, alarms=[alarm("Many", 10), alarm("More", 21)]) == [
        "Alarms.RequestCount.blue[2].Threshold: expected 21, found 20",
        "Alarms.RequestCount.green[2].Threshold: expected 21, found 20",
    ]


def test_other_strategy_is_told(stack: cdk.Stack, native: NativeService) -> None:
    native(deployment=Linear())
    assert differences(stack, deployment=BlueGreen()) == [
        "Strategy: expected 'BLUE_GREEN', found 'LINEAR'",
        "LinearConfiguration.StepPercent: expected nothing, found 10",
        "LinearConfiguration.StepBakeTimeInMinutes: expected nothing, found 6",
    ]


def test_rolling_is_blue_green_only_to_whom_expects_it(stack: cdk.Stack, native: NativeService) -> None:
    native(deployment=Rolling())
    assert_native_blue_green(stack, deployment=Rolling(), circuit_breaker=False, lifecycle_hooks=())
    expected = "Strategy: expected one of BLUE_GREEN, LINEAR, CANARY, found 'ROLLING'"
    assert differences(stack) == differences(stack, service="Service", circuit_breaker=False) == [expected]


def test_tokens_are_those_of_the_stack(stack: cdk.Stack, native: NativeService) -> None:
    number = cdk.CfnParameter(stack, "Minutes", type="Number", default=5).value_as_number
    values: dict[str, Any] = {"deployment": BlueGreen(bake_time=MINUTES(number))}
    native(**values)
    assert_native_blue_green(stack, **values)
    assert differences(stack, deployment=BlueGreen(bake_time=MINUTES(5))) == [
        "BakeTimeInMinutes: expected 5, found {'Ref': 'Minutes'}"
    ]
    with pytest.raises(InvalidArgumentsError, match=r"must be the stack where values are tokens, got a template$"):
        assert_native_blue_green(template_of(stack), **values)


def test_defaults_hold_where_a_template_says_nothing_and_are_known(smoke: lambda_.IFunction) -> None:
    template = written({"Strategy": "CANARY", "CanaryConfiguration": {"CanaryPercent": 20}, "BakeTimeInMinutes": 15})
    assert_native_blue_green(template, deployment=Canary(percentage=20))
    assert_native_blue_green(written({"Strategy": "LINEAR", "BakeTimeInMinutes": 15}), deployment=Linear())
    hook = {"HookTargetArn": ARN, "RoleArn": "arn:…", "LifecycleStages": ["PRE_SCALE_UP"], "HookDetails": {"tries": 3}}
    template = written({"Strategy": "BLUE_GREEN", "LifecycleHooks": [hook]})
    expected = LambdaHook(smoke, stages=[Stage.PRE_SCALE_UP], details={"tries": 3})
    assert_native_blue_green(template, lifecycle_hooks=[expected])
    assert_native_blue_green(written(None), service=ID, deployment=Rolling())


def test_what_is_left_out_is_not_off_and_its_bake_time_is_not_known() -> None:
    assert differences(
        written({"Strategy": "BLUE_GREEN"}),
        deployment=BlueGreen(),
        lifecycle_hooks=(),
        circuit_breaker=False,
        alarms=(),
    ) == [
        "BakeTimeInMinutes: expected 15, found nothing",
        "LifecycleHooks: expected an empty list, found nothing",
        "DeploymentCircuitBreaker.Enable: expected False, found nothing",
        "DeploymentCircuitBreaker.Rollback: expected False, found nothing",
        "Alarms: expected AlarmNames, found nothing",
    ]


IF = {"Fn::If": ["IsProduction", {}, {}]}


@pytest.mark.parametrize(
    ("configuration", "expected", "told"),
    [
        (IF, {}, f"DeploymentConfiguration: expected an object, found {IF}"),
        (
            {"Strategy": IF, "BakeTimeInMinutes": 15},
            {"deployment": BlueGreen()},
            f"Strategy: expected 'BLUE_GREEN', found {IF}",
        ),
        (
            {"Strategy": "CANARY", "BakeTimeInMinutes": 15, "CanaryConfiguration": IF},
            {"deployment": Canary()},
            "CanaryConfiguration: expected {'CanaryPercent': 5.0, 'CanaryBakeTimeInMinutes': 10}, found " + str(IF),
        ),
        (
            {"Strategy": "BLUE_GREEN", "LifecycleHooks": IF},
            {"lifecycle_hooks": ()},
            f"LifecycleHooks: expected an empty list, found {IF}",
        ),
        (
            {"Strategy": "BLUE_GREEN", "LifecycleHooks": [IF]},
            {"lifecycle_hooks": ()},
            f"LifecycleHooks[0]: expected nothing, found {IF}",
        ),
        (
            {"Strategy": "BLUE_GREEN", "DeploymentCircuitBreaker": IF},
            {"circuit_breaker": True},
            "DeploymentCircuitBreaker: expected {'Enable': True, 'Rollback': True}, found " + str(IF),
        ),
        ({"Strategy": "BLUE_GREEN", "Alarms": IF}, {"alarms": ()}, f"Alarms: expected AlarmNames, found {IF}"),
        (
            {"Strategy": "BLUE_GREEN", "Alarms": {"AlarmNames": ["A", IF, 5], "Enable": True, "Rollback": False}},
            {"alarms": ()},
            "Alarms.Rollback: expected True, found False",
        ),
    ],
)
def test_what_only_cloudformation_knows_differs(configuration: Any, expected: dict[str, Any], told: str) -> None:
    assert differences(written(configuration), service=ID, **expected) == [told]


def test_alarms_by_hand_are_told_by_what_they_watch() -> None:
    def alarm(group: str, **more: Any) -> dict[str, Any]:
        dimension = {"Name": "TargetGroup", "Value": {"Fn::GetAtt": [group, "TargetGroupFullName"]}}
        return {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Dimensions": [dimension], **more}}

    template = written(
        {
            "Strategy": "BLUE_GREEN",
            "Alarms": {"AlarmNames": ["by-name", {"Ref": "G"}], "Enable": True, "Rollback": True},
        },
        LoadBalancers=[
            {
                "TargetGroupArn": {"Ref": "Blue"},
                "AdvancedConfiguration": {"AlternateTargetGroupArn": {"Ref": "Green"}},
            }
        ],
    )
    group = {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup"}
    template["Resources"] |= {"Blue": group, "Green": group}
    template["Resources"]["B"] = alarm("Blue", AlarmName="by-name", MetricName="Requests")
    template["Resources"]["G"] = alarm("Green", MetricName="Requests", AlarmDescription="Ours")
    assert_native_blue_green(template, deployment_alarms=())
    assert differences(template, alarms=()) == [
        "Alarms.Requests.blue: expected none, found an alarm",
        "Alarms.Requests.green: expected none, found an alarm",
    ]


def test_one_of_several_services_is_named(stack: cdk.Stack) -> None:
    made = {
        "web": native_service(Construct(stack, "Shops"))("Web", deployment=Canary()),
        "worker": native_service(stack)("Worker", production_listener=None, deployment=Linear()),
    }
    ids = {name: stack.resolve(service.service.logical_id) for name, service in made.items()}
    both = f"{ids['web']}, {ids['worker']}"
    assert failure(stack) == [f"Stack Stack has 2 services: {both}; name one of them: service={ids['web']!r}"]
    for name in (ids["web"], "Shops/Web", "Shops", "Shops/Web/Service"):
        assert_native_blue_green(stack, service=name, deployment=Canary())
    for stack_or_template, name in ((stack, "Worker"), (template_of(stack), ids["worker"])):
        assert_native_blue_green(stack_or_template, service=name, deployment=Linear())
    assert failure(stack, service="Web") == [f"Stack Stack has no service 'Web'; ECS deploys blue/green: {both}"]
    assert failure(template_of(stack), service="Worker") == [
        f"The template has no service 'Worker'; ECS deploys blue/green: {both}"
    ]


def test_construct_with_several_services_is_told(stack: cdk.Stack) -> None:
    shops = Construct(stack, "Shops")
    make = native_service(shops)
    make("Web", production_listener=None)
    make("Search", production_listener=None)
    (line,) = failure(stack, service="Shops")
    assert line.startswith("In 'Shops', Stack Stack has 2 services: ShopsWeb")


def test_service_of_cdks_own_is_found_by_its_construct(stack: cdk.Stack, native: NativeService) -> None:
    native()
    task = ecs.FargateTaskDefinition(stack, "Other")
    task.add_container("app", image=ecs.ContainerImage.from_registry("example.com/app:v1"))
    cluster = imported_cluster(Construct(stack, "Another"))
    ecs.FargateService(
        stack,
        "Rolling",
        cluster=cluster,
        task_definition=task,
        deployment_strategy=ecs.DeploymentStrategy.BLUE_GREEN,
        bake_time=MINUTES(30),
    )
    assert_native_blue_green(stack, service="Rolling", deployment=BlueGreen(bake_time=MINUTES(30)))


def test_nested_stack_has_a_service_of_its_own(stack: cdk.Stack) -> None:
    nested = cdk.NestedStack(stack, "Nested")
    native_service(nested)(production_listener=None)
    assert_native_blue_green(nested, deployment=BlueGreen())
    assert failure(stack) == [
        "Stack Stack has no service that ECS deploys with one of the strategies BLUE_GREEN, LINEAR, CANARY"
    ]


def test_each_engine_names_the_assertion_of_the_other(stack: cdk.Stack, native: NativeService) -> None:
    strategies = "ECS deploys with one of the strategies BLUE_GREEN, LINEAR, CANARY"
    assert failure(good().template) == [
        f"The template has no service that {strategies}; CloudFormation's hook deploys one: use assert_blue_green"
    ]
    native()
    with pytest.raises(AssertionError, match=f"and ECS itself deploys {ID}: use assert_native_blue_green$"):
        assert_blue_green(stack)
    assert failure(written({"Strategy": "ROLLING"})) == [
        f"The template has no service that {strategies}; other services are: {ID}"
    ]


@pytest.mark.parametrize(
    ("expected", "mistake"),
    [
        (
            {"deployment": Canary(percentage=100)},
            "deployment.percentage must be a number from 0.1 to 99.9 in steps of 0.1, got 100; "
            "use BlueGreen() to move all at once",
        ),
        (
            {"deployment": "CANARY"},
            "deployment must be BlueGreen(…), Linear(…), Canary(…) or Rolling(), got 'CANARY'",
        ),
        (
            {"lifecycle_hooks": PAUSE},
            "lifecycle_hooks must be a sequence of LambdaHook(…) or PauseHook(…), got ",
        ),
        ({"lifecycle_hooks": [PauseHook(stages=[])]}, "lifecycle_hooks[0].stages must be "),
        ({"alarms": ["Http5xx"]}, "alarms[0] must be a TargetGroupAlarm, got 'Http5xx'; "),
        ({"deployment_alarms": ["Orders"]}, "deployment_alarms[0] must be an alarm, such as a cloudwatch.Alarm, got "),
        ({"deployment_alarms": "Orders"}, "deployment_alarms must be a sequence of alarms, got 'Orders'"),
        ({"circuit_breaker": "yes"}, "circuit_breaker must be True or False, got 'yes'"),
        ({"has_test_listener": 1}, "has_test_listener must be True or False, got 1"),
        (
            {"service": 5},
            "service must be the logical id of a service, or the id of the construct that it is in, got 5",
        ),
        ({"service": ""}, "service must be the logical id of a service, or "),
    ],
)
def test_value_that_no_service_takes_is_refused(expected: dict[str, Any], mistake: str) -> None:
    with pytest.raises(
        InvalidArgumentsError, match=r"^assert_native_blue_green \(\S*test_native\.py:\d+\): "
    ) as caught:
        assert_native_blue_green(written({"Strategy": "BLUE_GREEN"}), **expected)
    (told,) = caught.value.mistakes
    assert told.startswith(mistake)
