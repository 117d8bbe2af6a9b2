"""Which colour a stack runs."""

from typing import Any

import pytest

from ecs_blue_green.template.colour import live_colour
from tests.support import Template
from tests.template.update.edits import TASK_SET, template, without_hook
from tests.template.update.live import green


def test_blue_is_live_in_a_processed_template_with_the_blue_task_set() -> None:
    assert live_colour(template(), template()) == "blue"


def test_green_is_live_in_a_processed_template_with_the_green_task_set() -> None:
    assert live_colour(template(), green(template())) == "green"


def with_both() -> Template:
    both = template()
    both["Resources"][f"{TASK_SET}Green"] = both["Resources"][TASK_SET]
    return both


@pytest.mark.parametrize(
    ("hooked", "processed"),
    [(template(), {"Resources": {}}), (template(), with_both()), (template(without_hook), template()), (None, [])],
    ids=["neither", "both", "no hook", "no template"],
)
def test_none_can_be_told_otherwise(hooked: Any, processed: Any) -> None:
    assert live_colour(hooked, processed) is None
