"""What ECS waits for: functions and pauses, and the role that it calls functions with."""

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_

from ecs_blue_green import (
    LambdaHook,
    LifecycleHookFunction,
    LifecycleHooks,
    OnTimeout,
    PauseHook,
    PauseStage,
    Rolling,
    Stage,
)
from ecs_blue_green.native.hooks import LifecycleHook
from ecs_blue_green.template import native_facts as facts
from ecs_blue_green.testing import template_of
from tests.native.support import NativeService
from tests.support import Template, mistakes_of, properties, resources

ARN = "arn:aws:lambda:us-east-1:123456789012:function:tests"
HOOK_ROLE = "Lets ECS call the lifecycle hook functions of a service"


@pytest.fixture
def function(stack: cdk.Stack) -> lambda_.IFunction:
    """A function of somebody else's."""
    return lambda_.Function.from_function_arn(stack, "Imported", ARN)


def hooks_of(template: Template) -> list[dict[str, Any]]:
    """Give the hooks of the only service."""
    hooks: list[dict[str, Any]] = properties(template, "AWS::ECS::Service")["DeploymentConfiguration"]["LifecycleHooks"]
    return hooks


def test_hooks_say_all_that_they_are(stack: cdk.Stack, service: NativeService, function: lambda_.IFunction) -> None:
    ours = LifecycleHookFunction(stack, "Ours", code="def handler(event, context): ...")
    service(
        lifecycle_hooks=[
            LambdaHook(function, stages=[Stage.PRE_SCALE_UP, Stage.POST_TEST_TRAFFIC_SHIFT]),
            LambdaHook(
                ours,
                stages=[Stage.PRE_PRODUCTION_TRAFFIC_SHIFT],
                timeout=Duration.minutes(5),
                on_timeout=OnTimeout.CONTINUE,
                details={"url": "https://example.com", "tries": 3},
            ),
            PauseHook(stages=[PauseStage.POST_TEST_TRAFFIC_SHIFT], timeout=Duration.days(14)),
        ]
    )
    template = template_of(stack)
    called, told, pause = hooks_of(template)
    role = told["RoleArn"]
    assert called == {
        "TargetType": "AWS_LAMBDA",
        "HookTargetArn": ARN,
        "RoleArn": role,
        "LifecycleStages": ["PRE_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"],
        "TimeoutConfiguration": {"TimeoutInMinutes": 1440, "Action": "ROLLBACK"},
    }
    assert json.loads(told.pop("HookDetails")) == {"url": "https://example.com", "tries": 3}
    (ours_id,) = resources(template, "AWS::Lambda::Function")
    assert told == {
        "TargetType": "AWS_LAMBDA",
        "HookTargetArn": {"Fn::GetAtt": [ours_id, "Arn"]},
        "RoleArn": role,
        "LifecycleStages": ["PRE_PRODUCTION_TRAFFIC_SHIFT"],
        "TimeoutConfiguration": {"TimeoutInMinutes": 5, "Action": "CONTINUE"},
    }
    assert pause == {
        "TargetType": "PAUSE",
        "LifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"],
        "TimeoutConfiguration": {"TimeoutInMinutes": 20160, "Action": "ROLLBACK"},
    }
    (role_id,) = resources(template, "AWS::IAM::Role", Description=HOOK_ROLE)
    assert role == {"Fn::GetAtt": [role_id, "Arn"]}
    rendered = template["Resources"][role_id]["Properties"]
    assert rendered["AssumeRolePolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs.amazonaws.com"}}
    ]
    (policy,) = rendered["Policies"]
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["lambda:InvokeFunction"],
            "Resource": [ARN, {"Fn::GetAtt": [ours_id, "Arn"]}],
        }
    ]


def test_pauses_need_no_role(stack: cdk.Stack, service: NativeService) -> None:
    service(lifecycle_hooks=[PauseHook(stages=[*PauseStage])])
    template = template_of(stack)
    assert hooks_of(template)[0]["LifecycleStages"] == [*facts.PAUSE_STAGES]
    assert resources(template, "AWS::IAM::Role", Description=HOOK_ROLE) == {}


def test_stages_are_those_of_ecs() -> None:
    assert [stage.value for stage in Stage] == [*facts.HOOK_STAGES]
    assert [stage.value for stage in PauseStage] == [*facts.PAUSE_STAGES]


def test_hooks_are_off_in_a_rolling_deployment(
    stack: cdk.Stack, service: NativeService, function: lambda_.IFunction
) -> None:
    service(deployment=Rolling(), lifecycle_hooks=[LambdaHook(function, stages=[Stage.POST_SCALE_UP])])
    template = template_of(stack)
    assert hooks_of(template) == []
    assert resources(template, "AWS::IAM::Role", Description=HOOK_ROLE) == {}


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"function": ARN}, "function"),
        ({"function": None}, "function"),
        ({"stages": []}, "stages"),
        ({"stages": None}, "stages"),
        ({"stages": Stage.PRE_SCALE_UP}, "stages"),
        ({"stages": ["PRE_SCALE_UP"]}, "stages[0]"),
        ({"stages": [PauseStage.PRE_SCALE_UP]}, "stages[0]"),
        ({"timeout": Duration.minutes(0)}, "timeout"),
        ({"timeout": Duration.minutes(1441)}, "timeout"),
        ({"timeout": 5}, "timeout"),
        ({"on_timeout": "ROLLBACK"}, "on_timeout"),
        ({"details": "{}"}, "details"),
        ({"details": {"at": object()}}, "details"),
        ({"details": {"at": float("nan")}}, "details"),
    ],
)
def test_hook_that_can_not_be_is_refused(
    arguments: dict[str, Any], argument: str, service: NativeService, function: lambda_.IFunction
) -> None:
    hook = LambdaHook(**({"function": function, "stages": [Stage.PRE_SCALE_UP]} | arguments))
    (mistake,) = mistakes_of(service, lifecycle_hooks=[hook])
    assert mistake.startswith(f"lifecycle_hooks[0].{argument} must be ")


@pytest.mark.parametrize(
    ("hooks", "beginning"),
    [
        ([PauseHook(stages=[PauseStage.PRE_SCALE_UP], timeout=Duration.minutes(20161))], "lifecycle_hooks[0].timeout "),
        ([PauseHook(stages=[PauseStage.PRE_SCALE_UP] * 2)], "lifecycle_hooks[0].stages must differ, got "),
        (
            [PauseHook(stages=[PauseStage.PRE_SCALE_UP])] * 11,
            "lifecycle_hooks must have at most 10 of PauseHook, got 11",
        ),
        (["post-test"], "lifecycle_hooks[0] must be LambdaHook(…) or PauseHook(…), got 'post-test'"),
        (PauseHook(stages=[PauseStage.PRE_SCALE_UP]), "lifecycle_hooks must be a sequence of LambdaHook(…) or "),
        (None, "lifecycle_hooks must be a sequence of LambdaHook(…) or PauseHook(…), got None"),
    ],
)
def test_hooks_that_can_not_be_are_refused(hooks: list[LifecycleHook], beginning: str, service: NativeService) -> None:
    (mistake,) = mistakes_of(service, lifecycle_hooks=hooks)
    assert mistake.startswith(beginning)


def test_what_looks_like_a_sequence_of_hooks_is_told_what_to_use(service: NativeService) -> None:
    for given, advice in {
        PauseHook(stages=[PauseStage.PRE_SCALE_UP]): "put it into a list",
        LifecycleHooks(): "that is for CodeDeploy: use LambdaHook(function, stages=[…]) for each of its functions",
    }.items():
        (mistake,) = mistakes_of(service, lifecycle_hooks=given)
        assert mistake.endswith(f"; {advice}")


def test_whoever_pauses_at_a_stage_for_functions_is_told_why_not(service: NativeService) -> None:
    stages: Any = [Stage.TEST_TRAFFIC_SHIFT, Stage.PRE_SCALE_UP]
    assert mistakes_of(service, lifecycle_hooks=[PauseHook(stages=stages)]) == [
        "lifecycle_hooks[0].stages[0] must be a PauseStage, got Stage.TEST_TRAFFIC_SHIFT; no deployment pauses while "
        "traffic moves: use a stage before or after it (rule NH9)",
        "lifecycle_hooks[0].stages[1] must be a PauseStage, got Stage.PRE_SCALE_UP; use PauseStage.PRE_SCALE_UP",
    ]


def test_ten_hooks_of_each_kind_are_taken(
    stack: cdk.Stack, service: NativeService, function: lambda_.IFunction
) -> None:
    pauses = [PauseHook(stages=[PauseStage.PRE_SCALE_UP])] * 10
    service(lifecycle_hooks=[*pauses, *[LambdaHook(function, stages=[Stage.PRE_SCALE_UP])] * 10])
    assert len(hooks_of(template_of(stack))) == 20


def test_values_keep_copies() -> None:
    stages = [PauseStage.PRE_SCALE_UP]
    hook = PauseHook(stages=stages)
    stages.clear()
    assert hook.stages == (PauseStage.PRE_SCALE_UP,)
