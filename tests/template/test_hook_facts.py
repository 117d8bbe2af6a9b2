"""The facts of the hook, and that each stands in one place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecs_blue_green.template import hook_facts
from ecs_blue_green.template.rules import RULES
from tests.support import ROOT

SOURCE = ROOT / "src/ecs_blue_green"
# The names of our classes are AWS's, and the package lists them.
ELSEWHERE = {SOURCE / "__init__.py", SOURCE / "template/hook_facts.py", SOURCE / "template/native_facts.py"}
MODULES = [path for path in sorted(SOURCE.glob("**/*.py")) if path not in ELSEWHERE]
FACTS = {name: value for name, value in vars(hook_facts).items() if name.isupper()}
# What else these numbers are: a whole in percent, minutes in an hour, and 5 anything.
COMMON = {5, 60, 100}


def values() -> set[Any]:
    """All texts and numbers among the facts; hours too, as sentences have them."""
    flat = [item for fact in FACTS.values() for item in (fact if isinstance(fact, tuple) else (fact,))]
    return {*flat, hook_facts.LONGEST_DEPLOYMENT_MINUTES // 60} - COMMON


def written(tree: ast.AST) -> Iterator[Any]:
    """List the values that a module writes out, but for its docstrings: a rule's is a title, which is checked below."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            yield node.value
            if isinstance(node.value, str):
                yield from (int(number) for number in re.findall(r"\b\d+\b", node.value))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_fact_stands_in_a_second_place(path: Path) -> None:
    assert {*written(ast.parse(path.read_text()))} & values() == set()


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("step-percentage", ["LEAST_STEP_PERCENTAGE", "MOST_STEP_PERCENTAGE"]),
        ("termination-wait-time", ["LONGEST_TERMINATION_WAIT_MINUTES"]),
        ("hook-function-prefix", ["FUNCTION_NAME_PREFIX"]),
        ("service-controller", ["DEPLOYMENT_CONTROLLER"]),
        ("task-set-scale", ["TASK_SET_SCALE_VALUE"]),
    ],
)
def test_title_and_page_of_a_rule_say_what_the_facts_are(rule: str, facts: list[str]) -> None:
    for text in (RULES[rule].title, RULES[rule].page):
        assert [fact for fact in facts if str(FACTS[fact]) not in text] == []


def test_deployment_that_is_too_long_takes_more_than_36_hours() -> None:
    hours = hook_facts.LONGEST_DEPLOYMENT_MINUTES / 60
    assert f"less than {hours:g} hours" in RULES["deployment-too-long"].title
    assert f"after {hours:g} hours" in RULES["deployment-too-long"].page
