"""How far a deployment is, whatever its hook says and whichever colour it goes to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ecs_blue_green.cli.deployment.progress import Progress, in_short, in_true_colours, progress
from ecs_blue_green.cli.deployment.state import Deployment, LifecycleEvent, State, TaskSet
from ecs_blue_green.template.schedule import Schedule, ScheduleStep

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def step(event: str, minute: int | None, production: int, function: str | None = None) -> ScheduleStep:
    return ScheduleStep(event=event, minute=minute, production=production, function=function)


# A canary of 10 minutes with a function after it, and a termination wait of 20.
SCHEDULE = Schedule(
    steps=(
        step("Install", None, 0),
        step("AllowTraffic", 0, 20),
        step("AllowTraffic", 10, 100),
        step("AfterAllowTraffic", 10, 100, "check"),
        step("TerminateBlue", 30, 100),
    )
)


def state(now: float, *events: tuple[str, float, float | None], **known: Any) -> State:
    """A deployment with lifecycle events of a name, a start and an end, in minutes."""
    lifecycle = tuple(
        LifecycleEvent(
            name=name,
            status="InProgress" if ended is None else "Succeeded",
            started=at(started),
            ended=None if ended is None else at(ended),
            message="",
        )
        for name, started, ended in events
    )
    defaults: dict[str, Any] = {
        "status": "UPDATE_IN_PROGRESS",
        "schedule": SCHEDULE,
        "deployment": Deployment(id="d-1", status="InProgress", events=lifecycle),
        "task_sets": (),
    }
    return State(
        at=at(now),
        stack="Shop",
        reason="",
        updated=NOON,
        began=NOON,
        weights={},
        health={},
        alarms=(),
        resources=(),
        missing={},
        **(defaults | known),
    )


def how_far(state: State) -> Progress:
    found = progress(state)
    assert found is not None
    return found


INSTALLED = ("Install", 1, 2)
MOVED = ("AllowTraffic", 5, 15)


@pytest.mark.parametrize(
    ("state", "done", "last", "following"),
    [
        (state(0), 0, None, None),
        (state(2, ("Install", 1, None)), 0, ("Install", 0), None),
        (state(5, INSTALLED, ("AllowTraffic", 5, None)), 0, ("AllowTraffic", 20), ("AllowTraffic", 15)),
        (state(9, INSTALLED, ("AllowTraffic", 5, None)), 4, ("AllowTraffic", 20), ("AllowTraffic", 15)),
        (state(15, INSTALLED, MOVED), 10, ("AllowTraffic", 100), None),
        (state(40, INSTALLED, MOVED, ("AfterAllowTraffic", 15, None)), 10, ("AfterAllowTraffic", 100), None),
        (
            state(42, INSTALLED, MOVED, ("AfterAllowTraffic", 15, 40)),
            12,
            ("AfterAllowTraffic", 100),
            ("TerminateBlue", 60),
        ),
        (state(99, INSTALLED, MOVED, ("AfterAllowTraffic", 15, 40)), 30, ("TerminateBlue", 100), None),
    ],
)
def test_time_counts_from_the_first_traffic_without_that_of_functions(
    state: State, done: int, last: tuple[str, int] | None, following: tuple[str, int] | None
) -> None:
    found = how_far(state)
    assert (found.done, found.total) == (timedelta(minutes=done), timedelta(minutes=30))
    assert (found.step and (found.step.event, found.step.production)) == last
    assert (found.next and (found.next[0].event, found.next[1])) == (following and (following[0], at(following[1])))


@pytest.mark.parametrize(
    "known",
    [
        {"schedule": None},
        {"deployment": None},
        {"status": "UPDATE_ROLLBACK_IN_PROGRESS"},
        {"status": "UPDATE_COMPLETE"},
    ],
)
def test_without_a_green_deployment_on_its_way_there_is_no_progress(known: dict[str, Any]) -> None:
    assert progress(state(9, INSTALLED, **known)) is None


@pytest.mark.parametrize(
    ("newest", "said"),
    [("green", "blue tasks stop, green ones stay"), ("blue", "green tasks stop, blue ones stay")],
)
def test_sentences_name_the_colours_of_the_deployment(newest: str, said: str) -> None:
    older = {"blue": "green", "green": "blue"}[newest]
    sets = tuple(
        TaskSet(
            colour=colour, status="ACTIVE", running=1, pending=0, desired=1, created=created, task_definition="shop:1"
        )
        for colour, created in ((older, at(0)), (newest, at(1)))
    )
    assert in_true_colours("blue tasks stop, green ones stay", state(9, task_sets=sets)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-3, "0 s"), (0, "0 s"), (59.6, "1 min"), (61, "1 min 1 s"), (3600, "1 h"), (3900, "1 h 5 min"), (90000, "25 h")],
)
def test_durations_are_short(seconds: float, said: str) -> None:
    assert in_short(timedelta(seconds=seconds)) == said
