"""``status`` with an engine that is none of AWS's."""

import json
from typing import Any

import pytest

from ecs_blue_green.cli.deployment.remarks import remarks
from tests.cli.deployment.fakes import FULL, FakeEngine, alarm, at, state, task_set, use
from tests.cli.support import invoke

GREEN_IS_LIVE = {"production": {"blue": 0, "green": 100}, "test": {"blue": 0, "green": 100}}


def as_json(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    use(engine, monkeypatch)
    result = invoke("status", "Shop", "--json")
    assert result.exit_code == 0
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_lines_are_the_facts_then_how_it_ended_then_remarks(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(FULL), monkeypatch)
    lines = invoke("status", "Shop").stdout.splitlines()
    assert lines[0] == "12:06:00 stack Shop: UPDATE_IN_PROGRESS (User Initiated)"
    assert lines[-2:] == [
        "Under way: UPDATE_IN_PROGRESS for 6 min.",
        "These alarms are no rollback triggers: Latency. Nothing rolls back when they go off (documented: L40).",
    ]


def test_json_has_all_that_the_engine_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    found = as_json(FakeEngine(FULL), monkeypatch)
    assert (found["live"], found["result"], found["status"]) == ("blue", "running", "UPDATE_IN_PROGRESS")
    assert [*found["deployment"]] == ["id", "status", "events"]
    assert found["progress"] == {
        "done_seconds": 360,
        "total_seconds": 600,
        "step": {"event": "SHIFT", "production": 30},
        "next": {"event": "BAKE_TIME", "production": 100, "at": "2026-11-25T12:08:00+00:00"},
    }


def test_failed_deployment_tells_why(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(
        state("UPDATE_ROLLBACK_COMPLETE", task_sets=(task_set("blue", "PRIMARY"),)), why=["it was slow"]
    )
    found = as_json(engine, monkeypatch)
    assert (found["live"], found["result"], found["reasons"]) == ("blue", "rolled back", ["it was slow"])


@pytest.mark.parametrize(
    "status",
    ["UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "DELETE_COMPLETE", "REVIEW_IN_PROGRESS"],
)
def test_what_has_not_failed_is_not_asked_why(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(state(status))
    assert as_json(engine, monkeypatch)["reasons"] == []
    assert engine.calls == ["read"]


def test_declared_weights_are_those_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = {"production": {"blue": 100}, "test": {"green": 100}}
    engine = FakeEngine(state("UPDATE_COMPLETE", weights=GREEN_IS_LIVE), declared=declared)
    assert [remark.partition(" listener ")[2][:11] for remark in as_json(engine, monkeypatch)["remarks"]] == [
        "sends 100 %",
        "still names",
    ]


class TestRemarks:
    def test_explain_a_leftover_of_weight_0(self) -> None:
        declared = {"production": {"green": 100}, "test": {"blue": 0, "green": 100}}
        assert remarks(state("UPDATE_COMPLETE", weights=GREEN_IS_LIVE), declared) == [
            "The production listener still names blue, with weight 0, and the deployed template does not. No traffic "
            "goes to it. CodeDeploy leaves it there, and drift detection will report it (reported: Q9)."
        ]

    def test_explain_a_listener_that_sends_elsewhere_than_the_template_says(self) -> None:
        declared = {"production": {"blue": 100}, "test": {}}
        assert remarks(state("UPDATE_COMPLETE", weights=GREEN_IS_LIVE), declared) == [
            f"The {listener} listener sends 100 % to green, and the deployed template says {said}. CodeDeploy moves "
            "the listener, and not the template. An update that changes the listener writes the template's weights "
            "back (reported: Q9)."
            for listener, said in (("production", "100 % to blue"), ("test", "nothing to either"))
        ]

    def test_say_nothing_of_a_listener_as_declared(self) -> None:
        assert remarks(state("UPDATE_COMPLETE", weights=GREEN_IS_LIVE), GREEN_IS_LIVE) == []

    def test_say_nothing_of_a_listener_of_which_nothing_is_declared(self) -> None:
        assert remarks(state("UPDATE_COMPLETE", weights=GREEN_IS_LIVE), {}) == []

    def test_say_nothing_of_weights_while_a_deployment_moves_them(self) -> None:
        declared = {"production": {"blue": 100}, "test": {"blue": 100}}
        assert remarks(state("UPDATE_IN_PROGRESS", weights=GREEN_IS_LIVE), declared) == []

    def test_name_rollback_triggers_that_were_not_found(self) -> None:
        alarms = (alarm("a"), alarm("gone", "missing"), alarm("other", "missing", is_trigger=False))
        assert remarks(state("UPDATE_COMPLETE", updated=at(1), alarms=alarms), {})[1:] == [
            "These rollback triggers were not found: gone. Every update fails while a rollback trigger does not exist "
            "(documented: L39)."
        ]
