"""What ``rules`` prints, and how it ends."""

import json
import re
from pathlib import Path

import pytest
import yaml

from ecs_blue_green.template.rules import RULES, example_of, lint
from tests.cli.support import help_of, invoke, run_in_terminal, schema

STYLES = re.compile(r"\x1b\[([\d;]*)m")


def test_every_rule_is_a_line_with_severity_title_and_evidence() -> None:
    result = invoke("rules")
    assert result.exit_code == 0
    assert [re.split(" {2,}", line) for line in result.stdout.splitlines()] == [
        [rule.severity, rule.id, f"{rule.title} ({rule.basis})"] for rule in RULES.values()
    ]
    assert "`ecs-blue-green rules RULE`" in result.stderr


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_terminal_lists_every_rule_in_colours_at_any_width(columns: int, tmp_path: Path) -> None:
    code, screen = run_in_terminal("rules", cwd=tmp_path, COLUMNS=str(columns))
    assert code == 0
    assert "\x1b[1;31merror" in screen
    assert "\x1b[1;33mwarning" in screen
    listed, _, advice = STYLES.sub("", screen).rpartition("\n\n")
    assert "ecs-blue-green rules RULE" in advice
    lines = [line.rstrip() for line in listed.splitlines()]
    assert max(map(len, lines)) <= min(columns, 100)
    assert [line.split() for line in lines if not line.startswith(" ")] == [
        [rule.severity, rule.id] for rule in RULES.values()
    ]
    said = "".join("".join(line.split()) for line in lines)
    for rule in RULES.values():
        assert "".join(f"{rule.title} ({rule.basis})".split()) in said


def test_page_of_a_rule_is_markdown_and_says_what_the_examples_are_part_of() -> None:
    result = invoke("rules", "nested-stack")
    assert result.exit_code == 0
    page, about = result.stdout[: len(RULES["nested-stack"].page)], result.stdout[len(RULES["nested-stack"].page) :]
    assert page == RULES["nested-stack"].page
    assert "`ecs-blue-green rules nested-stack --example`" in about


def test_terminal_shows_the_page_without_marks_of_markdown(tmp_path: Path) -> None:
    code, screen = run_in_terminal("rules", "hook-function-prefix", cwd=tmp_path, COLUMNS="60")
    lines = [line.strip() for line in STYLES.sub("", screen).splitlines()]
    assert code == 0
    assert "\x1b[" in screen
    for heading in (
        "hook-function-prefix",
        "Mistake",
        "Fix",
        "Evidence",
        "LifecycleEventHooks: {AfterAllowTestTraffic:",
    ):
        assert heading in lines
    assert lines[2].startswith("Severity: warning. ")
    assert max(map(len, lines)) <= 60
    assert not re.search(r"[#`*]", "".join(lines))


def test_dumb_terminal_gets_the_page_as_it_is(tmp_path: Path) -> None:
    _, screen = run_in_terminal("rules", "nested-stack", cwd=tmp_path, TERM="dumb")
    assert "\x1b" not in screen
    assert "Mistake" in screen


@pytest.mark.parametrize("rule", ["nested-stack", "native-controller"])
def test_example_is_the_template_that_the_page_takes_excerpts_of(rule: str) -> None:
    result = invoke("rules", rule, "--example")
    assert result.exit_code == 0
    assert result.stdout == example_of(RULES[rule]).read_text()
    assert lint(yaml.safe_load(result.stdout)) == []


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [(["--json"], [*RULES]), (["--format", "json"], [*RULES]), (["module", "--json"], ["module"])],
    ids=" ".join,
)
def test_json_is_what_was_promised(arguments: list[str], ids: list[str]) -> None:
    content = json.loads(invoke("rules", *arguments).stdout)
    schema("rules").validate(content)
    assert [rule["id"] for rule in content["rules"]] == ids
    for rule in content["rules"]:
        known = RULES[rule["id"]]
        assert rule == {
            "id": known.id,
            "severity": known.severity,
            "title": known.title,
            "evidence": [*known.evidence],
            "rests_on": [*known.rests_on],
            "page": known.page,
        }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nestd-stack"], "There is no rule 'nestd-stack'. Did you mean 'nested-stack'?"),
        (["xyz"], "There is no rule 'xyz'. `ecs-blue-green rules` lists the rules."),
        (["--example"], "--example needs a RULE, and no format: "),
        (["module", "--json", "--example"], "--example needs a RULE, and no format: "),
    ],
)
def test_wrong_command_line_ends_with_2_and_a_sentence(arguments: list[str], said: str) -> None:
    result = invoke("rules", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Error: {said}" in result.stderr


def test_help_shows_examples_and_exit_codes() -> None:
    help = help_of("rules")
    assert [len(example.split()) for example in help.examples] == [2, 3, 4]
    assert help.codes == ["0", "2"]
    assert help.width <= 80
