"""How a green deployment moves traffic."""

from typing import Any

import aws_cdk as cdk
import pytest

from ecs_blue_green import AllAtOnce, HttpListener, LifecycleHooks, TimeBasedCanary, TimeBasedLinear
from ecs_blue_green.template.schedule import in_words, traffic_schedule
from ecs_blue_green.testing import template_of
from tests.support import Service, hook_of


def moves(hook: dict[str, Any]) -> list[tuple[int | None, int]]:
    """Minute and percentage of each step in which production traffic moves."""
    return [(step.minute, step.production) for step in traffic_schedule(hook) if step.event == "AllowTraffic"]


@pytest.mark.parametrize(
    ("routing", "expected"),
    [
        (AllAtOnce(), [(0, 100)]),
        (None, [(0, 15), (5, 100)]),
        (TimeBasedCanary(step_percentage=20, bake_time=cdk.Duration.minutes(15)), [(0, 20), (15, 100)]),
        (TimeBasedLinear(step_percentage=40, bake_time=cdk.Duration.minutes(3)), [(0, 40), (3, 80), (6, 100)]),
        (TimeBasedLinear(step_percentage=25), [(0, 25), (5, 50), (10, 75), (15, 100)]),
        (TimeBasedLinear(step_percentage=100), [(0, 100)]),
    ],
    ids=["all-at-once", "default", "canary", "linear", "linear-by-quarters", "linear-in-one-step"],
)
def test_production_traffic_moves_as_the_routing_says(
    stack: cdk.Stack, service: Service, routing: Any, expected: list[tuple[int, int]]
) -> None:
    service(traffic_routing=routing)
    hook = hook_of(template_of(stack))
    assert moves(hook) == expected
    last = traffic_schedule(hook)[-1]
    assert (last.event, last.minute) == ("TerminateBlue", expected[-1][0] + 5)


def test_hook_that_says_nothing_has_the_documented_defaults() -> None:
    hook: dict[str, Any] = {"Applications": [{"ECSAttributes": {"TrafficRouting": {}}}]}
    assert [(step.event, step.minute) for step in traffic_schedule(hook)] == [
        ("Install", None),
        ("AllowTraffic", 0),
        ("AllowTraffic", 5),
        ("TerminateBlue", 10),
    ]
    assert moves(hook) == [(0, 15), (5, 100)]


def test_functions_are_called_at_their_events_and_every_step_has_words(stack: cdk.Stack, service: Service) -> None:
    events = ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"]
    service(
        test_listener=HttpListener(port=8080),
        traffic_routing=TimeBasedCanary(step_percentage=20, bake_time=cdk.Duration.minutes(15)),
        termination_wait_time=cdk.Duration.minutes(30),
        lifecycle_hooks=LifecycleHooks(
            before_install="CodeDeployHook_BeforeInstall",
            after_install="CodeDeployHook_AfterInstall",
            after_allow_test_traffic="CodeDeployHook_AfterAllowTestTraffic",
            before_allow_traffic="CodeDeployHook_BeforeAllowTraffic",
            after_allow_traffic="CodeDeployHook_AfterAllowTraffic",
            role="CodeDeployHookRole",
        ),
    )
    steps = traffic_schedule(hook_of(template_of(stack)))
    assert [(step.event, step.minute) for step in steps] == [
        ("BeforeInstall", None),
        ("Install", None),
        ("AfterInstall", None),
        ("AllowTestTraffic", None),
        ("AfterAllowTestTraffic", None),
        ("BeforeAllowTraffic", None),
        ("AllowTraffic", 0),
        ("AllowTraffic", 15),
        ("AfterAllowTraffic", 15),
        ("TerminateBlue", 45),
    ]
    assert {step.event: step.function for step in steps if step.function} == {
        event: f"CodeDeployHook_{event}" for event in events
    }
    words = [in_words(step) for step in steps]
    assert words[3:8] == [
        "the test listener sends to green",
        "CodeDeploy calls CodeDeployHook_AfterAllowTestTraffic (AfterAllowTestTraffic) and rolls back if it fails",
        "CodeDeploy calls CodeDeployHook_BeforeAllowTraffic (BeforeAllowTraffic) and rolls back if it fails",
        "the production listener sends 20 % to green",
        "the production listener sends 100 % to green",
    ]
