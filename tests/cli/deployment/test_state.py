"""What a state tells by itself."""

import pytest

from tests.cli.deployment.fakes import state, task_set


def test_live_is_the_colour_of_the_primary_task_set() -> None:
    assert state(task_sets=(task_set("blue"), task_set("green", "PRIMARY"))).live == "green"
    assert state(task_sets=(task_set("blue"), task_set("green", "DRAINING"))).live == ""


def test_newest_is_the_colour_of_the_task_set_that_was_created_last() -> None:
    assert state(task_sets=(task_set("blue", "PRIMARY", created=2), task_set("green", created=1))).newest == "blue"
    assert state().newest == ""


@pytest.mark.parametrize(
    ("status", "is_running", "is_rolling_back", "is_deployed"),
    [
        ("UPDATE_IN_PROGRESS", True, False, False),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", True, False, False),
        ("UPDATE_ROLLBACK_IN_PROGRESS", True, True, False),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", True, True, False),
        ("REVIEW_IN_PROGRESS", False, False, False),
        ("UPDATE_COMPLETE", False, False, True),
        ("CREATE_COMPLETE", False, False, True),
        ("IMPORT_COMPLETE", False, False, True),
        ("UPDATE_ROLLBACK_COMPLETE", False, False, False),
        ("DELETE_COMPLETE", False, False, False),
    ],
)
def test_status_of_the_stack_tells_what_goes_on(
    status: str, is_running: bool, is_rolling_back: bool, is_deployed: bool
) -> None:
    found = state(status)
    assert (found.is_running, found.is_rolling_back, found.is_deployed) == (is_running, is_rolling_back, is_deployed)
