"""How far a deployment is, whatever its hook says and whichever colour it goes to."""

from datetime import timedelta
from typing import Any

import pytest

from ecs_blue_green.cli.deployment.durations import in_short
from ecs_blue_green.cli.deployment.engines.codedeploy_hook.progress import progress_of
from ecs_blue_green.cli.deployment.state import BlueGreenDeployment, Progress, State, TaskSet
from ecs_blue_green.template.schedule import Schedule, ScheduleStep
from tests.cli.deployment import fakes
from tests.cli.deployment.fakes import at, event, task_set


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
        event(name, "InProgress" if ended is None else "Succeeded", started=started, ended=ended)
        for name, started, ended in events
    )
    deployment = BlueGreenDeployment(engine="CodeDeploy", id="d-1", status="InProgress", events=lifecycle)
    return fakes.state(now=now, **({"deployment": deployment} | known))


def how_far(state: State, schedule: Schedule = SCHEDULE) -> Progress:
    found = progress_of(schedule, state)
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
        (state(60, INSTALLED, ("AllowTraffic", 5, None)), 30, ("AllowTraffic", 100), None),  # it takes longer
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
    [{"deployment": None}, {"status": "UPDATE_ROLLBACK_IN_PROGRESS"}, {"status": "UPDATE_COMPLETE"}],
    ids=["none", "rollback", "over"],
)
def test_without_a_green_deployment_on_its_way_there_is_no_progress(known: dict[str, Any]) -> None:
    assert progress_of(SCHEDULE, state(9, INSTALLED, **known)) is None


def test_without_a_known_schedule_there_is_no_progress() -> None:
    assert progress_of(None, state(9, INSTALLED)) is None


@pytest.mark.parametrize(
    ("newest", "meaning", "way_back"),
    [
        (
            "green",
            "the production listener sends 20 % to green",
            "production traffic goes back to blue (documented: L14)",
        ),
        (
            "blue",
            "the production listener sends 20 % to blue",
            "production traffic goes back to green (documented: L14)",
        ),
    ],
)
def test_sentences_name_the_colours_of_the_deployment(newest: str, meaning: str, way_back: str) -> None:
    older = {"blue": "green", "green": "blue"}[newest]
    sets = (task_set(older), task_set(newest, created=1))
    step = how_far(state(5, INSTALLED, ("AllowTraffic", 5, None), task_sets=sets)).step
    assert step
    assert (step.meaning, step.way_back) == (meaning, way_back)


def test_function_keeps_its_name_whatever_colour_is_in_it() -> None:
    schedule = Schedule(steps=(step("Install", None, 0), step("AfterInstall", None, 0, "test-green-tasks")))
    sets = (task_set("green"), task_set("blue", created=1))
    found = how_far(state(5, INSTALLED, ("AfterInstall", 2, None), task_sets=sets), schedule).step
    assert found
    assert found.meaning == "CodeDeploy calls test-green-tasks (AfterInstall) and rolls back if it fails"
    assert found.way_back == "the blue tasks stop; no traffic is on them (documented: L14)"


@pytest.mark.parametrize("name", ["green", "CodeDeployHook_shop-green-check", "blue-green"])
@pytest.mark.parametrize(("sets", "stops"), [((task_set("green", "PRIMARY"),), "blue"), ((), "new")])
def test_name_of_a_function_is_none_of_the_words_of_a_sentence(
    name: str, sets: tuple[TaskSet, ...], stops: str
) -> None:
    schedule = Schedule(steps=(step("Install", None, 0), step("AfterInstall", None, 0, name)))
    found = how_far(state(5, INSTALLED, ("AfterInstall", 2, None), task_sets=sets), schedule).step
    assert found
    assert found.meaning == f"CodeDeploy calls {name} (AfterInstall) and rolls back if it fails"
    assert found.way_back == f"the {stops} tasks stop; no traffic is on them (documented: L14)"


@pytest.mark.parametrize(
    ("running", "way_back"),
    [
        (2, "production traffic goes back to blue (documented: L14)"),
        (0, "not possible any more: deploy the old version again (inferred: Q18)"),
    ],
)
def test_blue_tasks_that_still_run_are_not_stopped_by_the_time(running: int, way_back: str) -> None:
    sets = (task_set("blue", "ACTIVE", running=running), task_set("green", "PRIMARY", created=1))
    late = state(99, INSTALLED, MOVED, ("AfterAllowTraffic", 15, 40), task_sets=sets)
    found = how_far(late).step
    assert found
    assert found.way_back == way_back


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-3, "0 s"), (0, "0 s"), (59.6, "1 min"), (61, "1 min 1 s"), (3600, "1 h"), (3900, "1 h 5 min"), (90000, "25 h")],
)
def test_durations_are_short(seconds: float, said: str) -> None:
    assert in_short(timedelta(seconds=seconds)) == said
