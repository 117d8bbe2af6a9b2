"""The example's service stacks beside the hand-written application that they stand for."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import aws_cdk as cdk
import pytest

from benchmarks.by_hand import ByHandStack
from ecs_blue_green.testing import template_of
from tests.renaming import Entries, differences, entries, references, types
from tests.support import ROOT

EXAMPLE = ROOT / "examples/trivia"

# Lines that are not empty in the hand-written application, which was one file of TypeScript.
LINES_BY_HAND = 356

PRESENT, ABSENT = "present", "absent"


class Difference(NamedTuple):
    """A row of the README's table of intended differences from the hand-written application."""

    entries: str
    property: str
    by_hand: str
    here: str
    why: str

    def apply(self, by_hand: Entries, ours: Entries) -> None:
        """Change what was written by hand to what is said to be here, or remove what is said to be on one side only."""
        (name, *_), path = _code(self.entries), _code(self.property)
        if not path:
            assert {self.by_hand, self.here} == {PRESENT, ABSENT}
            _remove(name, by_hand if self.by_hand == PRESENT else ours)
            return
        for id in _find(name, by_hand):
            part = by_hand[id]["Properties"]
            for key in path[:-1]:
                part = part[key]
            assert part.pop(path[-1], ABSENT) == _value(self.by_hand)
            if self.here != ABSENT:
                part[path[-1]] = _value(self.here)


def _code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _value(cell: str) -> Any:
    return cell if cell == ABSENT else json.loads(_code(cell)[0])


def _find(name: str, side: Entries) -> set[str]:
    found = {id for id, type in types(side).items() if name in (id, type)}
    assert found, f"there is no {name}"
    return found


def _remove(name: str, side: Entries) -> None:
    """Remove entries, and what was there only for them."""
    going = _find(name, side)
    while going:
        needed = {id for gone in going for id in references(side.pop(gone))}
        going = needed - {id for entry in side.values() for id in references(entry)}


def intended_differences() -> list[Difference]:
    text = (EXAMPLE / "README.md").read_text()
    table = text.partition("\n## Differences from the hand-written application\n")[2].partition("\n## ")[0]
    _, _, *rows = [line for line in table.splitlines() if line.startswith("|")]
    return [Difference(*(cell.strip() for cell in row.strip("|").split("|"))) for row in rows]


@pytest.mark.parametrize(
    ("stage", "domain_name"), [("Test", "api-test.reinvent-trivia.com"), ("Prod", "api.reinvent-trivia.com")]
)
def test_resources_and_hook_are_those_of_the_hand_written_application(
    stage: str, domain_name: str, trivia: Callable[[], dict[str, cdk.Stack]], make_app: Callable[..., cdk.App]
) -> None:
    name = f"TriviaBackend{stage}"
    context = {
        **json.loads((EXAMPLE / "cdk.json").read_text())["context"],
        **json.loads((EXAMPLE / "cdk.context.json").read_text()),
    }
    stack = ByHandStack(
        make_app(context=context),
        name,
        domain_name=domain_name,
        domain_zone="reinvent-trivia.com",
        deployment_hooks_stack=f"TriviaBackendHooks{stage}",
        env=cdk.Environment(account="123456789012", region="us-east-1"),
        tags={"project": "reinvent-trivia"},
    )
    cdk.Validations.of(stack).acknowledge(
        cdk.Acknowledgment(id="CloudFormation-Validate::F0005", reason="what the library does by itself")
    )
    by_hand, ours = entries(template_of(stack)), entries(template_of(trivia()[name]))
    assert differences(by_hand, ours), "nothing differs, so that there is nothing to explain"
    for difference in intended_differences():
        assert difference.why
        difference.apply(by_hand, ours)
    assert differences(by_hand, ours) == []


def test_service_stack_is_at_most_half_as_long() -> None:
    lines = [line for line in (EXAMPLE / "service_stack.py").read_text().splitlines() if line.strip()]
    assert len(lines) <= LINES_BY_HAND / 2
