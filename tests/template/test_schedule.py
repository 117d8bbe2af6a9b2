"""How a green deployment moves traffic."""

import copy
from collections.abc import Iterator
from contextlib import suppress
from functools import reduce
from operator import getitem
from typing import Any

import aws_cdk as cdk
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_blue_green import AllAtOnce, HttpListener, LifecycleHooks, TimeBasedCanary, TimeBasedLinear
from ecs_blue_green.template.model import Template
from ecs_blue_green.template.schedule import (
    ScheduleError,
    in_words,
    read_schedule,
    rollback_in_words,
    traffic_schedule,
)
from ecs_blue_green.testing import template_of
from tests.support import Service, hook_of
from tests.template.defects import good

EVENTS = ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"]


def hook_with(**properties: Any) -> dict[str, Any]:
    """A sound hook with other properties; None takes one away."""
    hook: dict[str, Any] = copy.deepcopy(good().hook)
    hook["Properties"] = {name: value for name, value in (hook["Properties"] | properties).items() if value is not None}
    return hook


def reason_against(hook: object) -> str:
    """Why a hook's schedule can't be told."""
    with pytest.raises(ScheduleError) as caught:
        read_schedule(hook)
    return str(caught.value)


def linear(**settings: Any) -> dict[str, Any]:
    return {"Type": "TimeBasedLinear", "TimeBasedLinear": settings}


def moves(hook: dict[str, Any]) -> list[tuple[int | None, float]]:
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
        event: f"CodeDeployHook_{event}" for event in EVENTS
    }
    words = [in_words(step) for step in steps]
    assert words[0] == "CodeDeploy calls CodeDeployHook_BeforeInstall (BeforeInstall); a rollback is not possible then"
    assert words[3:8] == [
        "the test listener sends to green",
        "CodeDeploy calls CodeDeployHook_AfterAllowTestTraffic (AfterAllowTestTraffic) and rolls back if it fails",
        "CodeDeploy calls CodeDeployHook_BeforeAllowTraffic (BeforeAllowTraffic) and rolls back if it fails",
        "the production listener sends 20 % to green",
        "the production listener sends 100 % to green",
    ]


def test_test_traffic_is_on_green_from_the_switch_of_the_test_listener_on() -> None:
    steps = read_schedule(hook_with(LifecycleEventHooks=dict.fromkeys(EVENTS, "CodeDeployHook_f"))).steps
    shares = {step.event: step.test for step in steps}
    assert [event for event, share in shares.items() if share == 0] == ["BeforeInstall", "Install", "AfterInstall"]
    assert {share for event, share in shares.items() if event not in {"BeforeInstall", "Install", "AfterInstall"}} == {
        100
    }


def test_without_a_test_listener_there_is_no_test_traffic() -> None:
    hook = hook_with()
    del hook["Properties"]["Applications"][0]["ECSAttributes"]["TrafficRouting"]["TestTrafficRoute"]
    steps = read_schedule(hook).steps
    assert {step.test for step in steps} == {None}
    assert "AllowTestTraffic" not in [step.event for step in steps]


def test_rollback_means_less_and_less_until_blue_is_gone() -> None:
    hook = hook_with(LifecycleEventHooks=dict.fromkeys(EVENTS, "CodeDeployHook_f"))
    assert [
        (step.event, rollback_in_words(step)) for step in read_schedule(hook).steps if step.production in (0, 100)
    ] == [
        ("BeforeInstall", "not possible yet: nothing has changed"),
        ("Install", "the green tasks stop; no traffic is on them"),
        ("AfterInstall", "the green tasks stop; no traffic is on them"),
        ("AllowTestTraffic", "test traffic goes back to blue"),
        ("AfterAllowTestTraffic", "test traffic goes back to blue"),
        ("BeforeAllowTraffic", "test traffic goes back to blue"),
        ("AllowTraffic", "production traffic goes back to blue"),
        ("AfterAllowTraffic", "production traffic goes back to blue"),
        ("TerminateBlue", "not possible any more: deploy the old version again"),
    ]


def test_rollback_while_green_has_a_part_of_the_traffic_moves_it_back() -> None:
    steps = read_schedule(hook_with(TrafficRoutingConfig=linear(StepPercentage=40))).steps
    part = [step for step in steps if 0 < step.production < 100]
    assert [step.production for step in part] == [40, 80]
    assert {rollback_in_words(step) for step in part} == {"production traffic goes back to blue"}


def test_total_is_the_time_until_blue_is_gone() -> None:
    schedule = read_schedule(
        hook_with(
            TrafficRoutingConfig=linear(StepPercentage=14, BakeTimeMins=10),
            AdditionalOptions={"TerminationWaitTimeInMinutes": 30},
        )
    )
    assert [step.production for step in schedule.steps if step.event == "AllowTraffic"] == [
        *(14, 28, 42, 56, 70, 84, 98, 100)
    ]
    assert schedule.total_minutes == 7 * 10 + 30


def test_no_time_at_all_is_a_time() -> None:
    schedule = read_schedule(
        hook_with(
            TrafficRoutingConfig=linear(StepPercentage=50, BakeTimeMins=0),
            AdditionalOptions={"TerminationWaitTimeInMinutes": 0},
        )
    )
    assert schedule.total_minutes == 0


def test_hook_without_settings_is_read_with_the_documented_defaults() -> None:
    schedule = read_schedule(hook_with(TrafficRoutingConfig=None, AdditionalOptions=None, LifecycleEventHooks=None))
    assert [(step.minute, step.production) for step in schedule.steps if step.minute is not None] == [
        (0, 15),
        (5, 100),
        (10, 100),
    ]


@pytest.mark.parametrize(
    ("properties", "name", "function"),
    [
        ({"TrafficRoutingConfig": linear(StepPercentage={"Ref": "Step"})}, "StepPercentage", "Ref"),
        ({"TrafficRoutingConfig": {"Fn::If": ["IsProd", linear(), linear()]}}, "TrafficRoutingConfig", "Fn::If"),
        (
            {"AdditionalOptions": {"TerminationWaitTimeInMinutes": {"Fn::FindInMap": ["Stages", "Prod", "Wait"]}}},
            "TerminationWaitTimeInMinutes",
            "Fn::FindInMap",
        ),
        ({"LifecycleEventHooks": {"Fn::If": ["IsProd", {}, {}]}}, "LifecycleEventHooks", "Fn::If"),
    ],
)
def test_what_only_cloudformation_knows_is_said_to_be_so(properties: dict[str, Any], name: str, function: str) -> None:
    assert reason_against(hook_with(**properties)) == (
        f"{name} comes from {function}, whose value is known only when CloudFormation runs. Write the value itself"
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ({"Ref": "Function"}, "${Function}"),
        ({"Fn::Sub": "CodeDeployHook_${AWS::StackName}"}, "CodeDeployHook_${AWS::StackName}"),
        ({"Fn::Sub": ["CodeDeployHook_${Name}", {"Name": "x"}]}, "CodeDeployHook_${Name}"),
        (
            {"Fn::Join": ["-", ["CodeDeployHook_a", {"Ref": "AWS::StackName"}, "b"]]},
            "CodeDeployHook_a-${AWS::StackName}-b",
        ),
        ({"Fn::Join": ["", {"Ref": "Parts"}]}, "${Fn::Join}"),
        ({"Fn::Join": ["", ["a", {"Fn::Select": [0, []]}]]}, "a${Fn::Select}"),
        ({"Fn::FindInMap": ["Functions", "Prod", "Check"]}, "${Fn::FindInMap}"),
        ({"Fn::GetAtt": ["Check", "Name"]}, "${Check.Name}"),
        ({"Fn::GetAtt": "Check.Name"}, "${Check.Name}"),
    ],
    ids=str,
)
def test_name_of_a_function_that_only_cloudformation_knows_is_written_out(name: Any, written: str) -> None:
    for event in ("AfterInstall", "AfterAllowTraffic"):
        steps = read_schedule(hook_with(LifecycleEventHooks={event: name})).steps
        assert [step.function for step in steps if step.function] == [written]


class TestParameters:
    """What the settings of a hook have from parameters and mappings."""

    @staticmethod
    def settled(step: Any, parameters: dict[str, Any] | None = None, **values: Any) -> list[tuple[int | None, float]]:
        source = {
            "Parameters": {"Step": values},
            "Mappings": {"Steps": {"prod": {"Percent": 30}, "dev": {"Percent": "50"}}},
            "Hooks": {"Hook": hook_with(TrafficRoutingConfig=linear(StepPercentage=step, BakeTimeMins=5))},
        }
        (hook,) = Template(source, parameters=parameters).settled_hooks
        return moves(hook.properties)

    @pytest.mark.parametrize("default", [50, "50"])
    def test_default_counts(self, default: Any) -> None:
        assert self.settled({"Ref": "Step"}, Default=default) == [(0, 50), (5, 100)]
        assert self.settled({"Fn::Sub": "${Step}"}, Default=default) == [(0, 50), (5, 100)]

    @pytest.mark.parametrize(("stage", "percent"), [("prod", 30), ("dev", 50)])
    def test_mapping_counts(self, stage: str, percent: int) -> None:
        found = self.settled({"Fn::FindInMap": ["Steps", {"Ref": "Step"}, "Percent"]}, Default=stage)
        assert found[0] == (0, percent)

    def test_known_value_counts_and_not_the_default(self) -> None:
        assert self.settled({"Ref": "Step"}, {"Step": "100"}, Default=50) == [(0, 100)]

    @pytest.mark.parametrize(
        ("parameters", "declaration"),
        [({}, {"Default": 50}), (None, {}), (None, {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "50"})],
    )
    def test_value_that_is_not_known_stays_so(
        self, parameters: dict[str, Any] | None, declaration: dict[str, Any]
    ) -> None:
        source = {
            "Parameters": {"Step": declaration},
            "Hooks": {"Hook": hook_with(TrafficRoutingConfig=linear(StepPercentage={"Ref": "Step"}))},
        }
        (hook,) = Template(source, parameters=parameters).settled_hooks
        assert reason_against(hook.body).startswith("StepPercentage comes from Ref, ")


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        (
            {"LifecycleEventHooks": {"AfterInstall": ""}},
            "AfterInstall must be the name of a function, as literal text, got '' (documented: S13)",
        ),
        (
            {"LifecycleEventHooks": {"AfterInstall": 5}},
            "AfterInstall must be the name of a function, as literal text, got 5 (documented: S13)",
        ),
        (
            {"TrafficRoutingConfig": linear(StepPercentage=13)},
            "StepPercentage must be 14 to 100, got 13 (documented: S10)",
        ),
        (
            {"TrafficRoutingConfig": linear(StepPercentage=101)},
            "StepPercentage must be 14 to 100, got 101 (documented: S10)",
        ),
        ({"TrafficRoutingConfig": linear(BakeTimeMins=-1)}, "BakeTimeMins must be 0 or more minutes, got -1"),
        (
            {"AdditionalOptions": {"TerminationWaitTimeInMinutes": -5}},
            "TerminationWaitTimeInMinutes must be 0 or more minutes, got -5",
        ),
        (
            {"TrafficRoutingConfig": linear(BakeTimeMins=10**19)},
            "Properties.TrafficRoutingConfig.TimeBasedLinear.BakeTimeMins must be a whole number, got "
            "10000000000000000000 (documented: S2-S22)",
        ),
        (
            {"TrafficRoutingConfig": {"Steps": 5}},
            "Properties.TrafficRoutingConfig must have Type, and 1 more that `ecs-blue-green lint` lists "
            "(documented: S2-S22)",
        ),
    ],
)
def test_hook_that_makes_no_sense_is_refused_with_the_reason(properties: dict[str, Any], reason: str) -> None:
    assert reason_against(hook_with(**properties)) == reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SETTING = JSON | st.integers(0, 101) | st.just({"Ref": "Parameter"}) | st.text(max_size=8)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """List where something stands in a hook."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(inner, (*path, key))


@settings(deadline=None)
@given(JSON)
def test_any_json_is_refused_with_a_reason(hook: Any) -> None:
    assert reason_against(hook)


@settings(deadline=None)
@given(st.sampled_from([*places(good().hook)]), st.none() | st.tuples(SETTING))
def test_any_mistake_in_a_hook_leaves_a_schedule_or_a_reason(place: tuple[Any, ...], other: tuple[Any] | None) -> None:
    hook = copy.deepcopy(good().hook)
    parent = reduce(getitem, place[:-1], hook)
    del parent[place[-1]]
    if other and isinstance(parent, dict):
        (parent[place[-1]],) = other
    elif other:
        parent[place[-1] : place[-1]] = other
    with suppress(ScheduleError):
        steps = read_schedule(hook).steps
        assert [step.production for step in steps] == sorted(step.production for step in steps)
        assert steps[-1].event == "TerminateBlue"
        assert all(in_words(step) and rollback_in_words(step) for step in steps)
