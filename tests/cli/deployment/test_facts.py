"""What is said of a state, and what of it is news."""

import pytest

from ecs_blue_green.cli.deployment.facts import Known
from ecs_blue_green.cli.deployment.state import Health, ResourceChange, State
from tests.cli.deployment.fakes import state, task_set

OLD, NEW = (task_set("blue", "DRAINING", task_definition="shop:1", id="a"), task_set("blue", "PRIMARY", id="b"))
DENIED = {"task sets": "no permission"}


def told(*states: State) -> list[list[str]]:
    known = Known()
    return [[sentence for sentence in known.news(one) if "stack Shop" not in sentence] for one in states]


def test_two_task_sets_of_one_colour_are_both_told() -> None:
    first, second = told(state(task_sets=(OLD, NEW)), state(task_sets=(NEW,)))
    assert first == [
        "blue tasks of shop:1: 2 running, 0 pending of 2 (draining, shop:1)",
        "blue tasks of shop:blue: 2 running, 0 pending of 2 (primary, shop:blue)",
    ]
    assert second == [
        "blue tasks: 2 running, 0 pending of 2 (primary, shop:blue)",
        "blue tasks of shop:1: gone",
    ]


def test_task_sets_that_can_not_be_read_are_not_gone() -> None:
    seen, hidden = state(task_sets=(OLD,)), state(missing=DENIED)
    assert told(seen, hidden, seen)[1:] == [["task sets: no permission"], ["task sets: read again"]]
    assert told(seen, hidden, state())[2] == ["blue tasks: gone", "task sets: read again"]


def test_what_another_operation_did_is_no_news_of_this_one() -> None:
    done = (ResourceChange(logical_id="Service", status="UPDATE_COMPLETE", reason=""),)
    first, again, other = told(state(resources=done), state(resources=done), state(resources=done, operation="another"))
    assert (first, again, other) == (["Service: UPDATE_COMPLETE"], [], ["Service: UPDATE_COMPLETE"])


@pytest.mark.parametrize(
    ("health", "status", "said"),
    [
        (Health(healthy=1, targets=2), "UPDATE_IN_PROGRESS", "1 of 2 healthy"),
        (Health(healthy=0, targets=0), "UPDATE_IN_PROGRESS", "0 of 0 healthy"),
        (Health(healthy=0, targets=0, unused=2), "UPDATE_IN_PROGRESS", "2 not yet used"),
        (Health(healthy=0, targets=0, unused=2), "UPDATE_COMPLETE", "2 not used"),
        (Health(healthy=1, targets=1, unused=1), "UPDATE_IN_PROGRESS", "1 of 1 healthy, 1 not yet used"),
        (Health(healthy=0, targets=2, others={"NEW": 2}), "UPDATE_IN_PROGRESS", "0 of 2 healthy, 2 NEW"),
    ],
)
def test_targets_that_get_nothing_yet_are_not_said_to_be_ill(health: Health, status: str, said: str) -> None:
    (sentences,) = told(state(status, task_sets=(), health={"green": health}, operation=""))
    assert sentences == [f"green targets: {said.replace(' yet', '')}"]
    live = (task_set("blue", "PRIMARY"),)
    (sentences,) = told(state(status, task_sets=live, health={"green": health}))
    assert sentences[-1] == f"green targets: {said}"
