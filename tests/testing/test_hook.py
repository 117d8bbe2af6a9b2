"""What assert_blue_green compares, and what it says of what differs."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration

from ecs_blue_green import (
    AllAtOnce,
    CodeDeployHookRole,
    HttpListener,
    InvalidArgumentsError,
    LifecycleHookFunction,
    LifecycleHooks,
    TimeBasedCanary,
    TimeBasedLinear,
)
from ecs_blue_green.testing import assert_blue_green, template_of
from tests.support import Service, Template, hook_of
from tests.template.defects import good

HOOKS = LifecycleHooks(after_allow_test_traffic="CodeDeployHook_smoke", role="CodeDeployHookRole")


def failure(stack_or_template: Any, **expected: Any) -> list[str]:
    with pytest.raises(AssertionError) as caught:
        assert_blue_green(stack_or_template, **expected)
    return [line.removeprefix("  ") for line in str(caught.value).splitlines()]


def documented_hook(**properties: Any) -> Template:
    """A template whose hook says no more than it must, and some properties."""
    parts = good()
    parts.hook["Properties"] = {"Applications": [parts.application], **properties}
    return parts.template


def test_hook_is_there_and_is_returned(stack: cdk.Stack, service: Service) -> None:
    service()
    assert assert_blue_green(stack) == hook_of(template_of(stack))


@pytest.mark.parametrize(
    "values",
    [
        {"traffic_routing": AllAtOnce()},
        {"traffic_routing": TimeBasedCanary(step_percentage=20, bake_time=Duration.hours(1))},
        {"traffic_routing": TimeBasedLinear(step_percentage=25)},
        {"termination_wait_time": Duration.minutes(30)},
        {"termination_wait_time": Duration.minutes(0)},
        {"lifecycle_hooks": HOOKS},
        {"lifecycle_hooks": LifecycleHooks()},
        {"lifecycle_hooks": LifecycleHooks(role="CodeDeployHookRole")},
    ],
    ids=["all at once", "canary", "linear", "wait", "no wait", "functions", "no functions", "role"],
)
def test_values_that_a_service_was_made_with_are_found(
    values: dict[str, Any], stack: cdk.Stack, service: Service
) -> None:
    service(**values)
    for stack_or_template in (stack, template_of(stack)):
        assert assert_blue_green(stack_or_template, **values)["Applications"]


def test_functions_and_role_may_be_constructs(stack: cdk.Stack, service: Service) -> None:
    hooks_stack = cdk.Stack(cdk.App.of(stack), "Hooks")
    smoke = LifecycleHookFunction(hooks_stack, "Smoke", code="def handler(event, context): ...")
    hooks = LifecycleHooks(after_install=smoke, role=CodeDeployHookRole(hooks_stack, "Role"))
    service(lifecycle_hooks=hooks)
    assert_blue_green(stack, lifecycle_hooks=hooks)
    by_name = LifecycleHooks(after_install="CodeDeployHook_Hooks-Smoke", role="CodeDeployHookRole_Hooks")
    assert_blue_green(stack, lifecycle_hooks=by_name)


def test_tokens_are_those_of_the_stack(stack: cdk.Stack, service: Service) -> None:
    minutes = Duration.minutes(cdk.CfnParameter(stack, "Minutes", type="Number").value_as_number)
    name = cdk.CfnParameter(stack, "Name").value_as_string
    values: dict[str, Any] = {
        "traffic_routing": TimeBasedCanary(bake_time=minutes),
        "termination_wait_time": minutes,
        "lifecycle_hooks": LifecycleHooks(before_install=name, role=name),
    }
    service(**values)
    assert_blue_green(stack, **values)
    assert failure(stack, termination_wait_time=Duration.minutes(5)) == [
        "Stack Stack is not blue/green as expected:",
        "AdditionalOptions.TerminationWaitTimeInMinutes: expected 5, found {'Ref': 'Minutes'}",
    ]


@pytest.mark.parametrize(
    ("has_test_listener", "arguments"), [(True, {"test_listener": HttpListener(port=8080)}), (False, {})]
)
def test_test_listener_is_there_or_not(
    has_test_listener: bool, arguments: dict[str, Any], stack: cdk.Stack, service: Service
) -> None:
    service(**arguments)
    assert_blue_green(stack, has_test_listener=has_test_listener)
    assert failure(stack, has_test_listener=not has_test_listener) == [
        "Stack Stack is not blue/green as expected:",
        f"has_test_listener: expected {not has_test_listener}, found {has_test_listener}",
    ]


def test_every_value_that_differs_is_told(stack: cdk.Stack, service: Service) -> None:
    service(traffic_routing=TimeBasedCanary(step_percentage=20, bake_time=Duration.minutes(15)), lifecycle_hooks=HOOKS)
    assert failure(
        stack,
        traffic_routing=TimeBasedCanary(step_percentage=25, bake_time=Duration.minutes(10)),
        termination_wait_time=Duration.minutes(30),
        lifecycle_hooks=LifecycleHooks(before_install="CodeDeployHook_check", role="AnotherRole"),
        has_test_listener=True,
    ) == [
        "Stack Stack is not blue/green as expected:",
        "TrafficRoutingConfig.TimeBasedCanary.StepPercentage: expected 25, found 20",
        "TrafficRoutingConfig.TimeBasedCanary.BakeTimeMins: expected 10, found 15",
        "AdditionalOptions.TerminationWaitTimeInMinutes: expected 30, found 5",
        "LifecycleEventHooks.BeforeInstall: expected 'CodeDeployHook_check', found nothing",
        "LifecycleEventHooks.AfterAllowTestTraffic: expected nothing, found 'CodeDeployHook_smoke'",
        "ServiceRole: expected 'AnotherRole', found 'CodeDeployHookRole'",
        "has_test_listener: expected True, found False",
    ]


def test_what_is_left_out_is_not_compared(stack: cdk.Stack, service: Service) -> None:
    service(traffic_routing=AllAtOnce(), lifecycle_hooks=HOOKS)
    assert_blue_green(stack, termination_wait_time=Duration.minutes(5))
    assert failure(stack, lifecycle_hooks=LifecycleHooks()) == [
        "Stack Stack is not blue/green as expected:",
        "LifecycleEventHooks.AfterAllowTestTraffic: expected nothing, found 'CodeDeployHook_smoke'",
        "ServiceRole: expected nothing, found 'CodeDeployHookRole'",
    ]


@pytest.mark.parametrize("kind", [TimeBasedCanary, TimeBasedLinear])
def test_other_kind_of_traffic_routing_is_told(kind: Any, stack: cdk.Stack, service: Service) -> None:
    service(traffic_routing=AllAtOnce())
    assert failure(stack, traffic_routing=kind(step_percentage=50)) == [
        "Stack Stack is not blue/green as expected:",
        f"TrafficRoutingConfig.Type: expected '{kind.__name__}', found 'AllAtOnce'",
        f"TrafficRoutingConfig.{kind.__name__}.StepPercentage: expected 50, found nothing",
        f"TrafficRoutingConfig.{kind.__name__}.BakeTimeMins: expected 5, found nothing",
    ]


@pytest.mark.parametrize(
    ("properties", "routing"),
    [
        ({}, TimeBasedCanary()),
        ({"TrafficRoutingConfig": {"Type": "TimeBasedLinear"}}, TimeBasedLinear()),
        (
            {"TrafficRoutingConfig": {"Type": "TimeBasedCanary", "TimeBasedCanary": {"StepPercentage": 30}}},
            TimeBasedCanary(step_percentage=30),
        ),
        ({"TrafficRoutingConfig": {"Type": "AllAtOnce"}}, AllAtOnce()),
    ],
    ids=["nothing", "no block", "half a block", "all at once"],
)
def test_defaults_hold_where_a_template_says_nothing(properties: dict[str, Any], routing: Any) -> None:
    template = documented_hook(**properties)
    assert_blue_green(
        template,
        traffic_routing=routing,
        termination_wait_time=Duration.minutes(5),
        lifecycle_hooks=LifecycleHooks(),
        has_test_listener=True,
    )
    assert failure(template, termination_wait_time=Duration.minutes(6)) == [
        "The template is not blue/green as expected:",
        "AdditionalOptions.TerminationWaitTimeInMinutes: expected 6, found 5",
    ]


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ("AllAtOnce", "TrafficRoutingConfig.Type: expected 'AllAtOnce', found nothing"),
        ({"Type": "Slow"}, "TrafficRoutingConfig.Type: expected 'AllAtOnce', found 'Slow'"),
        ({"Type": []}, "TrafficRoutingConfig.Type: expected 'AllAtOnce', found []"),
    ],
)
def test_hook_that_no_one_understands_differs(config: Any, found: str) -> None:
    assert found in failure(documented_hook(TrafficRoutingConfig=config), traffic_routing=AllAtOnce())


def test_value_that_only_cloudformation_knows_is_shown_as_it_is() -> None:
    condition = {"Fn::If": ["IsProduction", {}, {}]}
    template = documented_hook(AdditionalOptions=condition)
    assert failure(template, termination_wait_time=Duration.minutes(5))[1:] == [
        f"AdditionalOptions: expected {{'TerminationWaitTimeInMinutes': 5}}, found {condition}"
    ]


def test_tokens_mean_nothing_to_a_template(stack: cdk.Stack) -> None:
    hooks = LifecycleHooks(before_install=cdk.CfnParameter(stack, "Name").value_as_string, role="CodeDeployHookRole")
    with pytest.raises(InvalidArgumentsError, match=r"must be the stack where values are tokens, got a template$"):
        assert_blue_green(good().template, lifecycle_hooks=hooks)


def without_transform(template: Template) -> None:
    del template["Transform"]


def without_hook(template: Template) -> None:
    del template["Hooks"]


def without_both(template: Template) -> None:
    without_transform(template)
    without_hook(template)


def with_two_hooks(template: Template) -> None:
    template["Hooks"]["Another"] = template["Hooks"]["ServiceHookD2C3F0D8"] = next(iter(template["Hooks"].values()))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (without_transform, "error transform-missing "),
        (without_hook, "error hook-missing: "),
        (with_two_hooks, "error second-service "),
        (
            without_both,
            "there is neither a hook of type AWS::CodeDeploy::BlueGreen nor the transform AWS::CodeDeployBlueGreen, "
            "which an update in place leaves out",
        ),
    ],
)
def test_template_without_one_hook_and_its_transform_is_not_blue_green(
    change: Callable[[Template], None], problem: str
) -> None:
    template = good().template
    change(template)
    for expected in ({}, {"traffic_routing": AllAtOnce()}):
        first, second, *_ = failure(template, **expected)
        assert first == "The template is not blue/green as expected:"
        assert second.startswith(problem)


@pytest.mark.parametrize(
    ("expected", "mistake"),
    [
        (
            {"traffic_routing": TimeBasedCanary(step_percentage=5)},
            "traffic_routing.step_percentage must be a whole number from 14 to 99, got 5",
        ),
        (
            {"traffic_routing": "AllAtOnce"},
            "traffic_routing must be AllAtOnce(), TimeBasedCanary(…) or TimeBasedLinear(…), got 'AllAtOnce'",
        ),
        (
            {"termination_wait_time": 30},
            "termination_wait_time must be a Duration from 0 to 2880 whole minutes, got 30; make it with "
            "Duration.minutes(…)",
        ),
        ({"lifecycle_hooks": {}}, "lifecycle_hooks must be LifecycleHooks(…), got {}"),
        ({"has_test_listener": "yes"}, "has_test_listener must be True or False, got 'yes'"),
    ],
)
def test_value_that_no_service_takes_is_refused(expected: dict[str, Any], mistake: str) -> None:
    with pytest.raises(InvalidArgumentsError, match=r"^assert_blue_green \(\S*test_hook\.py:\d+\): ") as caught:
        assert_blue_green(good().template, **expected)
    assert [*caught.value.mistakes] == [mistake]
