"""What a state tells by itself."""

from typing import Any

import pytest

from ecs_blue_green.cli.deployment.state import TaskSet
from tests.cli.deployment.fakes import at, state, task_set


def test_live_is_the_colour_of_the_primary_task_set() -> None:
    assert state(task_sets=(task_set("blue"), task_set("green", "PRIMARY"))).live == "green"
    assert state(task_sets=(task_set("blue"), task_set("green", "DRAINING"))).live == ""


BLUE_LIVE, GREEN_LIVE = task_set("blue", "PRIMARY"), task_set("green", "PRIMARY")


@pytest.mark.parametrize(
    ("sets", "target"),
    [
        # With blue live, before the green task set is there, then beside it, then with green promoted, then alone.
        ([BLUE_LIVE], "green"),
        ([BLUE_LIVE, task_set("green", created=1)], "green"),
        ([task_set("blue"), task_set("green", "PRIMARY", created=1)], "green"),
        ([task_set("green", "PRIMARY", created=1)], "green"),
        # With green live likewise.
        ([GREEN_LIVE], "blue"),
        ([GREEN_LIVE, task_set("blue", created=1)], "blue"),
        ([task_set("green"), task_set("blue", "PRIMARY", created=1)], "blue"),
        ([task_set("blue", "PRIMARY", created=1)], "blue"),
        # Leftovers of an earlier deployment are older than the live one.
        ([BLUE_LIVE, task_set("green", "DRAINING", created=-90)], "green"),
        ([GREEN_LIVE, task_set("blue", "DRAINING", created=-90)], "blue"),
        ([task_set("green", "DRAINING", created=-90), BLUE_LIVE, task_set("green", created=1)], "green"),
        # Two of the live colour.
        ([BLUE_LIVE, task_set("blue", "DRAINING", created=-90)], "green"),
        # What nobody knows.
        ([], ""),
        ([task_set("", "PRIMARY")], ""),
        ([task_set("blue", "PRIMARY", created=None)], "green"),
        ([task_set("blue", "SOMETHING_NEW", created=None)], ""),
    ],
)
def test_target_is_the_colour_that_traffic_moves_to(sets: list[TaskSet], target: str) -> None:
    assert state(task_sets=tuple(sets)).target == target


@pytest.mark.parametrize(
    ("sets", "target"),
    [
        ([BLUE_LIVE], ""),  # by its end, green may have become the live one
        ([BLUE_LIVE, task_set("green", created=1)], "green"),
        ([task_set("blue"), task_set("green", "PRIMARY", created=1)], ""),
    ],
)
def test_target_of_an_operation_whose_beginning_is_not_known_is_that_of_a_newer_task_set_only(
    sets: list[TaskSet], target: str
) -> None:
    assert state(task_sets=tuple(sets), operation="").target == target


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"operation": "a"}, {"operation": "a", "updated": at(9)}, True),
        ({"operation": "a"}, {"operation": "b"}, False),
        ({"operation": "a"}, {"operation": ""}, True),  # it could not be read this time
        ({"operation": "a"}, {"operation": "", "updated": at(9)}, None),
        ({"operation": ""}, {"operation": "", "updated": at(9)}, None),
        ({"operation": "a"}, {"operation": "a", "id": "arn:another"}, False),
    ],
)
def test_operation_is_the_same_by_its_beginning(
    one: dict[str, Any], other: dict[str, Any], is_same: bool | None
) -> None:
    assert state(**one).is_of_operation_of(state(**other)) is is_same
    assert state(**other).is_of_operation_of(state(**one)) is is_same
