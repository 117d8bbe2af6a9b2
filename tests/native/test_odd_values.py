"""Whatever an argument is given: it passes, or it is told among the mistakes; nothing else is raised."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from ecs_blue_green import (
    BlueGreen,
    Canary,
    ExistingListener,
    LambdaHook,
    Linear,
    PauseHook,
    ServiceConnect,
    Stage,
    TestHeader,
)
from tests.native.support import NativeService
from tests.support import mistakes_of, number_token

ODD: list[Any] = [
    *(None, True, 0, -1, 10**400, 1.5, float("nan"), float("inf"), "", "x", b"x", "\ud800"),
    *((), [None], ["x"], [[]], {}, {"x": 1}, object(), int, Stage.PRE_SCALE_UP, Duration.seconds(1), lambda: None),
    elbv2.ListenerCondition.path_patterns(["*"]),
]
ARGUMENTS = [
    *("production_listener", "test_listener", "target_protocol_version", "service_connect", "volume_configurations"),
    *("deployment", "lifecycle_hooks", "circuit_breaker", "deployment_alarms", "infrastructure_role"),
    "force_new_deployment",
]


@pytest.mark.parametrize("argument", ARGUMENTS)
def test_odd_value_of_an_argument(argument: str, stack: cdk.Stack, service: NativeService) -> None:
    for value in [*ODD, cdk.Aws.REGION, number_token(stack), stack]:
        mistakes = mistakes_of(service, desired_count=-1, **{argument: value})
        assert mistakes[0].startswith("desired_count must be ")


@pytest.mark.parametrize(
    ("argument", "kind", "fields"),
    [
        ("production_listener", ExistingListener, {"listener": None, "priority": 1, "conditions": []}),
        ("test_listener", ExistingListener, {"listener": None, "priority": 1, "conditions": []}),
        ("test_listener", TestHeader, {"name": "X-Test", "value": "green", "priority": 1}),
        ("service_connect", ServiceConnect, {"options": None, "test_header": None}),
        ("deployment", BlueGreen, {"bake_time": None}),
        ("deployment", Linear, {"step_percentage": 10, "step_bake_time": None, "bake_time": None}),
        ("deployment", Canary, {"percentage": 10, "canary_bake_time": None, "bake_time": None}),
        (
            "lifecycle_hooks",
            LambdaHook,
            {"function": None, "stages": [], "timeout": None, "on_timeout": None, "details": None},
        ),
        ("lifecycle_hooks", PauseHook, {"stages": [], "timeout": None, "on_timeout": None}),
    ],
)
def test_odd_value_of_a_field(
    argument: str, kind: type, fields: dict[str, Any], stack: cdk.Stack, service: NativeService
) -> None:
    for field in fields:
        for odd in [*ODD, cdk.Aws.REGION, number_token(stack, f"{field}Number"), stack]:
            value = kind(**(fields | {field: odd}))
            given = [value] if argument == "lifecycle_hooks" else value
            mistakes = mistakes_of(service, desired_count=-1, **{argument: given})
            assert mistakes[0].startswith("desired_count must be ")
