"""How far a deployment by ECS is, by its own configuration and by what was seen of its traffic."""

from datetime import timedelta
from typing import Any

import pytest

from ecs_blue_green.cli.deployment.engines.ecs_native.progress import progress_of
from ecs_blue_green.cli.deployment.engines.ecs_native.stages import SeenStages
from ecs_blue_green.cli.deployment.state import BlueGreenDeployment, Progress
from tests.cli.deployment.fakes import at, state, task_set

BLUE_GREEN: Any = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 30}
CANARY: Any = {
    "strategy": "CANARY",
    "bakeTimeInMinutes": 30,
    "canaryConfiguration": {"canaryPercent": 0.1, "canaryBakeTimeInMinutes": 15},
}
LINEAR: Any = {
    "strategy": "LINEAR",
    "bakeTimeInMinutes": 30,
    "linearConfiguration": {"stepPercent": 33.3, "stepBakeTimeInMinutes": 5},
}


def how_far(configuration: Any, moved: float | None, minutes: float = 2, stage: str = "") -> Progress | None:
    """Look at minute 0, when no traffic had moved, then when so much had, then some minutes later."""
    seen = SeenStages()
    stage = stage or "PRODUCTION_TRAFFIC_SHIFT"
    seen.note(at(0), "SCALE_UP", "IN_PROGRESS", "")
    seen.note_traffic(at(0), None if moved is None else 0)
    seen.note(at(1), stage, "IN_PROGRESS", "")
    seen.note_traffic(at(1), moved)
    deployment = BlueGreenDeployment(engine="ECS", id="d", status="IN_PROGRESS", events=seen.events, stage=stage)
    new = task_set("green", "NEW")
    now = state(now=1 + minutes, deployment=deployment, task_sets=(new,), is_live_by_weights=True)
    return progress_of(configuration, now, seen)


@pytest.mark.parametrize(
    ("configuration", "moved", "total", "done", "following"),
    [
        (BLUE_GREEN, 0, 30, 0, None),
        (BLUE_GREEN, 100, 30, 0, None),  # the bake time has not begun
        (CANARY, 0, 45, 0, None),
        (CANARY, 0.1, 45, 2, (100, 15)),
        (CANARY, 99.9, 45, 2, (100, 15)),  # nearly all is not all
        (CANARY, None, 45, 0, None),
        (LINEAR, 33.3, 45, 2, (66.6, 5)),
        (LINEAR, 66.6, 45, 7, (99.9, 5)),
        (LINEAR, 99.9, 45, 12, (100, 5)),
        (LINEAR, 100, 45, 15, None),
    ],
)
def test_progress_is_told_by_the_traffic(
    configuration: Any, moved: float | None, total: float, done: float, following: tuple[float, float] | None
) -> None:
    found = how_far(configuration, moved)
    assert found
    assert (found.total, found.done) == (timedelta(minutes=total), timedelta(minutes=done))
    if following is None:
        assert found.next is None
    else:
        assert found.next
        assert (found.next[0].production, found.next[1]) == (following[0], at(1 + following[1]))


def test_bake_time_runs_from_when_it_was_seen_to_begin() -> None:
    found = how_far(BLUE_GREEN, 100, 10, "BAKE_TIME")
    assert found
    assert found.next
    assert (found.done, found.next[0].event, found.next[1]) == (timedelta(minutes=10), "CLEAN_UP", at(31))


def test_step_that_takes_longer_has_no_end_in_sight() -> None:
    found = how_far(CANARY, 0.1, 60)
    assert found
    assert (found.done, found.next) == (timedelta(minutes=15), None)


def test_hook_before_the_next_step_stops_the_clock() -> None:
    found = how_far(CANARY, 0.1, 2, "PRE_PRODUCTION_TRAFFIC_SHIFT")
    assert found
    assert found.next is None


def test_clean_up_is_the_end_of_the_schedule() -> None:
    found = how_far(BLUE_GREEN, 100, 1, "CLEAN_UP")
    assert found
    assert found.left == timedelta()


@pytest.mark.parametrize(
    "configuration",
    [
        {},
        {"strategy": "ROLLING", "bakeTimeInMinutes": 0},
        {"strategy": "BLUE_GREEN"},
        {**LINEAR, "linearConfiguration": {"stepPercent": 0.0}},
    ],
)
def test_schedule_that_is_not_known_has_no_progress(configuration: Any) -> None:
    assert how_far(configuration, 100) is None


def test_default_of_what_ecs_leaves_out_is_documented() -> None:
    found = how_far({"strategy": "CANARY", "bakeTimeInMinutes": 30}, 5)
    assert found
    assert found.next
    assert (found.total, found.next[1]) == (timedelta(minutes=40), at(11))


class TestStages:
    def test_at_the_first_look_have_no_beginning(self) -> None:
        seen = SeenStages()
        seen.note(at(5), "BAKE_TIME", "IN_PROGRESS", "")
        seen.note(at(6), "BAKE_TIME", "IN_PROGRESS", "")
        assert [(one.name, one.status, one.started, one.ended) for one in seen.events] == [
            ("BAKE_TIME", "InProgress", None, None)
        ]

    def test_that_come_again_go_on(self) -> None:
        seen = SeenStages()
        names = ("SCALE_UP", "PRE_PRODUCTION_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT")
        for minute, name in enumerate(names):
            seen.note(at(minute), name, "IN_PROGRESS", "")
        assert [(one.name, one.status, one.started) for one in seen.events[1:]] == [
            ("PRE_PRODUCTION_TRAFFIC_SHIFT", "InProgress", at(1)),
            ("PRODUCTION_TRAFFIC_SHIFT", "Succeeded", at(2)),
        ]

    @pytest.mark.parametrize(
        ("status", "reason", "end"),
        [
            ("SUCCESSFUL", "", "Succeeded"),
            ("ROLLBACK_REQUESTED", "an alarm went off", "Interrupted"),
            ("ROLLBACK_IN_PROGRESS", "BAKE_TIME lifecycle hook(s) failed", "Failed"),
            ("SOMETHING_NEW", "", "Interrupted"),
        ],
    )
    def test_end_with_the_deployment(self, status: str, reason: str, end: str) -> None:
        seen = SeenStages()
        seen.note(at(0), "BAKE_TIME", "IN_PROGRESS", "")
        seen.note(at(1), "PRODUCTION_TRAFFIC_SHIFT", status, reason)  # of the rollback
        assert [(one.name, one.status, one.ended) for one in seen.events] == [("BAKE_TIME", end, at(1))]
