"""``status`` with an engine that is none of AWS's."""

import json
from typing import Any

import pytest

from tests.cli.deployment.fakes import FULL, FakeEngine, state, task_set, use
from tests.cli.support import invoke


def as_json(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    use(engine, monkeypatch)
    result = invoke("status", "Shop", "--json")
    assert result.exit_code == 0
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_lines_are_the_facts_then_how_it_ended_then_remarks(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(FULL, remarks=["Look here."]), monkeypatch)
    lines = invoke("status", "Shop").stdout.splitlines()
    assert lines[0] == "12:06:00 stack Shop: UPDATE_IN_PROGRESS (User Initiated)"
    assert lines[-2:] == [
        "Under way: UPDATE_IN_PROGRESS for 6 min.",
        "Look here.",
    ]


def test_json_has_all_that_the_engine_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    found = as_json(FakeEngine(FULL), monkeypatch)
    assert (found["live"], found["result"], found["status"]) == ("blue", "running", "UPDATE_IN_PROGRESS")
    assert (found["deployment"]["engine"], found["deployment"]["id"]) == ("ECS", "sd-1")
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


def test_remarks_are_those_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(state("UPDATE_COMPLETE"), remarks=["this", "that"])
    assert as_json(engine, monkeypatch)["remarks"] == ["this", "that"]
