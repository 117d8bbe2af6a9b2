"""How production traffic moves: the values, what of them is rendered, and what is refused."""

from dataclasses import FrozenInstanceError
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration

from ecs_blue_green import AllAtOnce, TimeBasedCanary, TimeBasedLinear
from ecs_blue_green.codedeploy.traffic_routing import TrafficRouting
from ecs_blue_green.testing import template_of
from tests.support import Service, hook_of, mistakes_of

KINDS = (AllAtOnce, TimeBasedCanary, TimeBasedLinear)
STEPS = (TimeBasedCanary, TimeBasedLinear)


@pytest.mark.parametrize(
    ("routing", "rendered"),
    [
        (None, {"Type": "TimeBasedCanary", "TimeBasedCanary": {"StepPercentage": 15, "BakeTimeMins": 5}}),
        (AllAtOnce(), {"Type": "AllAtOnce"}),
        (
            TimeBasedCanary(step_percentage=20, bake_time=Duration.minutes(15)),
            {"Type": "TimeBasedCanary", "TimeBasedCanary": {"StepPercentage": 20, "BakeTimeMins": 15}},
        ),
        (
            TimeBasedLinear(step_percentage=25, bake_time=Duration.hours(1)),
            {"Type": "TimeBasedLinear", "TimeBasedLinear": {"StepPercentage": 25, "BakeTimeMins": 60}},
        ),
        (
            TimeBasedLinear(),
            {"Type": "TimeBasedLinear", "TimeBasedLinear": {"StepPercentage": 15, "BakeTimeMins": 5}},
        ),
    ],
    ids=["left out", "all at once", "canary", "linear", "linear by default"],
)
def test_only_the_block_of_the_kind_is_rendered(
    stack: cdk.Stack, service: Service, routing: TrafficRouting | None, rendered: dict[str, Any]
) -> None:
    service(traffic_routing=routing)
    assert hook_of(template_of(stack))["TrafficRoutingConfig"] == rendered


@pytest.mark.parametrize(
    "routing",
    [
        TimeBasedCanary(step_percentage=14, bake_time=Duration.minutes(1)),
        TimeBasedCanary(step_percentage=99, bake_time=Duration.seconds(60)),
        TimeBasedLinear(step_percentage=14, bake_time=Duration.minutes(1)),
        TimeBasedLinear(step_percentage=100, bake_time=Duration.days(1)),
    ],
    ids=["canary-low", "canary-high", "linear-low", "linear-high"],
)
def test_bounds_belong_to_the_ranges(service: Service, routing: TrafficRouting) -> None:
    hook = service(traffic_routing=routing).hook
    assert hook is not None
    assert hook.type == "AWS::CodeDeploy::BlueGreen"


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (13, "13"),
        (0, "0"),
        (-20, "-20"),
        (101, "101; use AllAtOnce() to move all traffic in one step"),
        (20.5, "20.5"),
        ("20", "'20'"),
        (True, "True"),
    ],
)
def test_step_percentage_is_checked(service: Service, kind: Any, given: object, shown: str) -> None:
    most = 99 if kind is TimeBasedCanary else 100
    assert mistakes_of(service, traffic_routing=kind(step_percentage=given)) == [
        f"traffic_routing.step_percentage must be a whole number from 14 to {most}, got {shown}"
    ]


def test_canary_of_100_percent_is_refused(service: Service) -> None:
    assert mistakes_of(service, traffic_routing=TimeBasedCanary(step_percentage=100)) == [
        "traffic_routing.step_percentage must be a whole number from 14 to 99, got 100; "
        "use AllAtOnce() to move all traffic in one step"
    ]


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (Duration.minutes(0), "0 minutes"),
        (Duration.seconds(59), "59 seconds"),
        (Duration.seconds(90), "90 seconds"),
        (Duration.millis(60001), "Duration.millis(60001)"),
        (5, "5; make it with Duration.minutes(…)"),
        ("PT5M", "'PT5M'; make it with Duration.minutes(…)"),
    ],
    ids=["none", "below a minute", "minute and a half", "parts of a second", "number", "text"],
)
def test_bake_time_is_checked(service: Service, kind: Any, given: object, shown: str) -> None:
    assert mistakes_of(service, traffic_routing=kind(bake_time=given)) == [
        f"traffic_routing.bake_time must be a Duration of 1 or more whole minutes, got {shown}"
    ]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("AllAtOnce", "'AllAtOnce'"),
        (AllAtOnce, "the class AllAtOnce"),
        ({"step_percentage": 20}, "{'step_percentage': 20}"),
        (20, "20"),
    ],
)
def test_wrong_kind_is_refused(service: Service, given: object, shown: str) -> None:
    assert mistakes_of(service, traffic_routing=given) == [
        f"traffic_routing must be AllAtOnce(), TimeBasedCanary(…) or TimeBasedLinear(…), got {shown}"
    ]


@pytest.mark.parametrize("kind", STEPS)
def test_tokens_pass(stack: cdk.Stack, service: Service, kind: Any) -> None:
    step = cdk.CfnParameter(stack, "Step", type="Number", default=20)
    bake = cdk.CfnParameter(stack, "Bake", type="Number", default=10)
    service(
        traffic_routing=kind(
            step_percentage=step.value_as_number,
            bake_time=Duration.minutes(bake.value_as_number),
        )
    )
    assert hook_of(template_of(stack))["TrafficRoutingConfig"][kind.__name__] == {
        "StepPercentage": {"Ref": "Step"},
        "BakeTimeMins": {"Ref": "Bake"},
    }


def test_token_in_another_unit_is_refused(stack: cdk.Stack, service: Service) -> None:
    """Nothing in a template can divide by 60."""
    bake = cdk.CfnParameter(stack, "Bake", type="Number", default=600)
    bake_time = Duration.seconds(bake.value_as_number)
    assert mistakes_of(service, traffic_routing=TimeBasedCanary(bake_time=bake_time)) == [
        "traffic_routing.bake_time must be a Duration of 1 or more whole minutes, got a token in another unit; "
        "make it with Duration.minutes(…)"
    ]


@pytest.mark.parametrize("kind", STEPS)
def test_values_are_frozen(kind: Any) -> None:
    routing = kind()
    with pytest.raises(FrozenInstanceError):
        routing.step_percentage = 50
    with pytest.raises((AttributeError, TypeError)):
        routing.steps = 50


@pytest.mark.parametrize("kind", STEPS)
def test_values_are_keyword_only(kind: Any) -> None:
    with pytest.raises(TypeError, match="positional"):
        kind(20)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_values_are_one_in_a_set_and_differ_from_other_kinds(kind: Any) -> None:
    assert {kind(), kind()} == {kind()}
    assert [other for other in KINDS if other() == kind()] == [kind]


@pytest.mark.parametrize(
    ("routing", "text"),
    [
        (AllAtOnce(), "AllAtOnce()"),
        (TimeBasedCanary(step_percentage=20), "TimeBasedCanary(step_percentage=20, bake_time=None)"),
        (TimeBasedLinear(), "TimeBasedLinear(step_percentage=15, bake_time=None)"),
    ],
)
def test_values_show_what_they_are(routing: TrafficRouting, text: str) -> None:
    assert repr(routing) == text
