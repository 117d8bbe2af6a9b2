"""How a deployment of ECS's own moves traffic."""

from typing import Any

import pytest

from ecs_blue_green.template.model import Template
from ecs_blue_green.template.native_model import shifting_services
from ecs_blue_green.template.schedule import (
    Schedule,
    ScheduleError,
    in_words,
    read_native_schedule,
    rollback_in_words,
)

TRAFFIC = [{"AdvancedConfiguration": {"ProductionListenerRule": "rule", "TestListenerRule": "other"}}]


def schedule(*, load_balancers: Any = None, **configuration: Any) -> Schedule:
    return read_native_schedule(
        {
            "DeploymentConfiguration": {"Strategy": "BLUE_GREEN"} | configuration,
            "LoadBalancers": TRAFFIC if load_balancers is None else load_balancers,
        }
    )


def moves(found: Schedule) -> list[tuple[int | None, float]]:
    return [(step.minute, step.production) for step in found.steps if step.event == "PRODUCTION_TRAFFIC_SHIFT"]


def function(*stages: Any, **more: Any) -> dict[str, Any]:
    return {"TargetType": "AWS_LAMBDA", "LifecycleStages": [*stages], **more}


def pause(*stages: str, **timeout: Any) -> dict[str, Any]:
    return {"TargetType": "PAUSE", "LifecycleStages": [*stages], "TimeoutConfiguration": timeout}


@pytest.mark.parametrize(
    ("configuration", "expected", "total"),
    [
        ({}, [(0, 100)], 15),
        ({"BakeTimeInMinutes": "0"}, [(0, 100)], 0),
        ({"Strategy": "CANARY"}, [(0, 5), (10, 100)], 25),
        (
            {
                "Strategy": "CANARY",
                "CanaryConfiguration": {"CanaryPercent": 12.5, "CanaryBakeTimeInMinutes": 20},
                "BakeTimeInMinutes": 5,
            },
            [(0, 12.5), (20, 100)],
            25,
        ),
        ({"Strategy": "CANARY", "CanaryConfiguration": {"CanaryPercent": 100}}, [(0, 100)], 15),
        (
            {"Strategy": "LINEAR", "LinearConfiguration": {"StepPercent": "33.3", "StepBakeTimeInMinutes": 2}},
            [(0, 33.3), (2, 66.6), (4, 99.9), (6, 100)],
            21,
        ),
        ({"Strategy": "LINEAR", "LinearConfiguration": {"StepPercent": 50}}, [(0, 50), (6, 100)], 21),
    ],
    ids=str,
)
def test_traffic_moves_as_the_strategy_says(configuration: Any, expected: Any, total: int) -> None:
    found = schedule(**configuration)
    assert moves(found) == expected
    assert (found.total_minutes, found.limit_minutes) == (total, 1980)


def test_linear_has_ten_steps_where_nothing_is_said() -> None:
    assert len(moves(schedule(Strategy="LINEAR"))) == 10


def test_hooks_and_pauses_stand_at_their_stages_and_every_step_has_words() -> None:
    found = schedule(
        Strategy="LINEAR",
        LinearConfiguration={"StepPercent": 50, "StepBakeTimeInMinutes": 4},
        BakeTimeInMinutes=1,
        LifecycleHooks=[
            function("RECONCILE_SERVICE", "PRE_SCALE_UP", HookTargetArn={"Fn::GetAtt": ["First", "Arn"]}),
            function(
                "POST_SCALE_UP",
                "TEST_TRAFFIC_SHIFT",
                "PRODUCTION_TRAFFIC_SHIFT",
                HookTargetArn="arn:aws:lambda:eu-west-1:1:function:second",
            ),
            pause("POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT", TimeoutInMinutes=60, Action="CONTINUE"),
            pause("POST_PRODUCTION_TRAFFIC_SHIFT"),
        ],
    )
    assert [(step.event, step.minute, step.function) for step in found.steps] == [
        ("RECONCILE_SERVICE", None, "First"),
        ("PRE_SCALE_UP", None, "First"),
        ("SCALE_UP", None, None),
        ("POST_SCALE_UP", None, "second"),
        ("TEST_TRAFFIC_SHIFT", None, None),
        ("TEST_TRAFFIC_SHIFT", None, "second"),
        ("POST_TEST_TRAFFIC_SHIFT", None, None),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", None, None),
        ("PRODUCTION_TRAFFIC_SHIFT", 0, None),
        ("PRODUCTION_TRAFFIC_SHIFT", 0, "second"),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", 4, None),
        ("PRODUCTION_TRAFFIC_SHIFT", 4, None),
        ("PRODUCTION_TRAFFIC_SHIFT", 4, "second"),
        ("POST_PRODUCTION_TRAFFIC_SHIFT", 4, None),
        ("BAKE_TIME", 4, None),
        ("CLEAN_UP", 5, None),
    ]
    assert [(step.production, step.test) for step in found.steps[3:11]] == [
        *[(0, 0), (0, 100), (0, 100), (0, 100), (0, 100), (50, 100), (50, 100), (50, 100)]
    ]
    assert found.pause_minutes == 3 * 60 + 1440
    words = [in_words(step) for step in found.steps]
    assert words[6] == (
        "ECS waits for up to 60 minutes for somebody to let it go on (POST_TEST_TRAFFIC_SHIFT); after that it goes on"
    )
    assert words[13].endswith(
        "up to 1440 minutes for somebody to let it go on (POST_PRODUCTION_TRAFFIC_SHIFT); after that it rolls back"
    )
    assert words[3] == "ECS calls second (POST_SCALE_UP) and rolls back if it fails"
    assert words[2:9:2][0] == "the green tasks start next to the blue ones"
    assert (words[4], words[8], words[14], words[15]) == (
        "test traffic goes to green",
        "50 % of production traffic goes to green",
        "blue and green both run",
        "the blue tasks are stopped",
    )
    assert [*dict.fromkeys(map(rollback_in_words, found.steps))] == [
        "no green task has started yet",
        "the green tasks stop; no traffic is on them",
        "test traffic goes back to blue",
        "production traffic goes back to blue",
        "not possible any more: deploy the old version again",
    ]


def test_pauses_at_one_stage_wait_side_by_side() -> None:
    found = schedule(
        LifecycleHooks=[
            pause("POST_SCALE_UP", TimeoutInMinutes=60),
            pause("POST_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT", TimeoutInMinutes=90),
        ]
    )
    assert found.pause_minutes == 90 + 90


def test_a_stage_that_is_no_text_is_none() -> None:
    found = schedule(LifecycleHooks=[function(10**5000, None), pause("POST_SCALE_UP")])
    assert [step.event for step in found.steps if step.pause or step.function] == ["POST_SCALE_UP"]


def test_without_a_test_rule_or_a_load_balancer() -> None:
    only_production = schedule(load_balancers=[{"AdvancedConfiguration": {"ProductionListenerRule": "rule"}}])
    assert {step.test for step in only_production.steps} == {None}
    assert only_production.has_traffic
    worker = schedule(load_balancers=[])
    assert not worker.has_traffic
    assert not any("traffic goes back" in rollback_in_words(step) for step in worker.steps)
    connected = read_native_schedule(
        {
            "DeploymentConfiguration": {"Strategy": "BLUE_GREEN"},
            "ServiceConnectConfiguration": {"Services": [{"PortName": "web"}]},
        }
    )
    assert (connected.has_traffic, connected.steps[-1].test) == (True, 100)


@pytest.mark.parametrize(
    ("configuration", "what"),
    [
        ({"Strategy": "ROLLING"}, "Strategy"),
        ({"Strategy": {"Ref": "Which"}}, "Strategy comes from Ref"),
        ({"BakeTimeInMinutes": {"Ref": "Bake"}}, "BakeTimeInMinutes comes from Ref"),
        ({"BakeTimeInMinutes": 1.5}, "BakeTimeInMinutes"),
        ({"BakeTimeInMinutes": -1}, "BakeTimeInMinutes"),
        ({"BakeTimeInMinutes": True}, "BakeTimeInMinutes"),
        ({"BakeTimeInMinutes": "1e99"}, "BakeTimeInMinutes"),
        ({"BakeTimeInMinutes": "NaN"}, "BakeTimeInMinutes"),
        ({"Strategy": "CANARY", "CanaryConfiguration": {"CanaryPercent": 0}}, "CanaryPercent"),
        ({"Strategy": "LINEAR", "LinearConfiguration": {"StepPercent": 2.9}}, "StepPercent"),
        ({"Strategy": "LINEAR", "LinearConfiguration": {"StepPercent": 101}}, "StepPercent"),
        ({"LifecycleHooks": {"Fn::If": ["A", [], []]}}, "LifecycleHooks comes from Fn::If"),
        ({"LifecycleHooks": [{"TargetType": "QUEUE"}]}, "LifecycleHooks[0].TargetType"),
        ({"LifecycleHooks": [function("A"), {"LifecycleStages": {"Ref": "A"}}]}, "LifecycleHooks[1].LifecycleStages"),
    ],
    ids=str,
)
def test_what_can_not_be_told_is_said(configuration: dict[str, Any], what: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        schedule(**configuration)
    assert str(caught.value).startswith(what)


def test_defaults_of_parameters_are_put_in() -> None:
    view = Template(
        {
            "Parameters": {"Bake": {"Type": "Number", "Default": 7}, "Other": {"Type": "String", "Default": "x"}},
            "Resources": {
                "Rolling": {"Type": "AWS::ECS::Service", "Properties": {}},
                "Web": {
                    "Type": "AWS::ECS::Service",
                    "Properties": {
                        "ServiceName": {"Ref": "Other"},
                        "DeploymentConfiguration": {"Strategy": "BLUE_GREEN", "BakeTimeInMinutes": {"Ref": "Bake"}},
                    },
                },
            },
        }
    )
    (service,) = shifting_services(view)
    assert read_native_schedule(service.properties).total_minutes == 7
    assert view.assumed_in("Web") == ("Bake",)
