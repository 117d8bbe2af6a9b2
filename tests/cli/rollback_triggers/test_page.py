"""Rollback triggers on a terminal, their page, and their JSON."""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cli.aws.deployed import CERTIFICATE, HTTP, METRIC, NAME, UNHEALTHY, Deployed, trigger
from tests.cli.aws.server import LostConnectionError, aws
from tests.cli.support import STYLES, help_of, invoke, invoke_on_terminal, run_in_terminal, schema
from tests.support import ROOT

PAGE = (ROOT / "docs/rollback-triggers.md").read_text()
BOTH = [trigger(HTTP), trigger(UNHEALTHY)]


def colourful(**settings: Any) -> Deployed:
    """A stack with triggers of each kind and state."""
    deployed = Deployed(
        triggers=[trigger("Queue-Too-Long", METRIC), trigger(HTTP), trigger("Removed-Last-Week", METRIC)],
        monitoring=5,
        **settings,
    )
    deployed.metric_alarms["Queue-Too-Long"] = "ALARM"
    return deployed


def with_queue() -> Deployed:
    """A stack with one trigger that is none of its template's alarms; its update ends before the first look."""
    deployed = Deployed(triggers=[trigger("Queue-Too-Long", METRIC)], statuses=["UPDATE_COMPLETE"])
    deployed.metric_alarms["Queue-Too-Long"] = "OK"
    return deployed


def screen(deployed: Deployed, *arguments: str, columns: int = 80, **more: str) -> tuple[int, str]:
    """What a terminal shows of a command."""
    with aws(deployed.operations()) as server:
        variables = {**server.environment, "AWS_PROFILE": None, **more}
        return invoke_on_terminal("rollback-triggers", *arguments, columns=columns, variables=variables)


@pytest.mark.parametrize(("name", "deploy"), [("show", colourful), ("set", with_queue)])
def test_the_page_shows_the_real_screens(name: str, deploy: Callable[[], Deployed]) -> None:
    match = re.search(rf"^\$ ecs-blue-green rollback-triggers ({name} .+)\n((?:.*\n)+?)```$", PAGE, re.MULTILINE)
    assert match
    code, shown = screen(deploy(), *match[1].split(), TERM="dumb")
    assert code == 0
    assert [line.rstrip() for line in shown.splitlines()] == match[2].splitlines()


def test_a_terminal_shows_states_in_colours() -> None:
    _, shown = screen(colourful(), "show", NAME)
    for styled in (
        "\x1b[32mset    ",
        "\x1b[1;31mmissing",
        "\x1b[1;31mALARM ",
        "\x1b[1;31mdoes not exist",
        "\x1b[32mOK ",
    ):
        assert styled in shown
    _, plain = screen(colourful(), "show", NAME, NO_COLOR="1")
    assert {code for codes in re.findall(r"\x1b\[([\d;]*)m", plain) for code in codes.split(";")} <= {"0", "1", "2", ""}
    assert STYLES.sub("", plain) == STYLES.sub("", shown)


@pytest.mark.parametrize("columns", [40, 200])
def test_a_terminal_leaves_commands_in_one_piece(columns: int) -> None:
    _, shown = screen(colourful(), "show", NAME, columns=columns)
    lines = STYLES.sub("", shown).splitlines()
    assert f"  ecs-blue-green rollback-triggers set {NAME}" in lines
    assert f"  ecs-blue-green rollback-triggers clear {NAME} Removed-Last-Week" in lines
    others = [line for line in lines if "ecs-blue-green" not in line]
    assert max(map(len, others)) <= columns


def test_a_narrow_terminal_shows_an_alarm_in_two_lines() -> None:
    _, shown = screen(colourful(), "show", NAME, columns=40)
    assert [line.rstrip() for line in STYLES.sub("", shown).splitlines()][1:12] == [
        "",
        "set Queue-Too-Long",
        "  metric, ALARM",
        f"set {HTTP}",
        "  composite, OK",
        "set Removed-Last-Week",
        "  metric, does not exist",
        "missing",
        UNHEALTHY,
        "  composite, OK",
        "",
    ]


@pytest.mark.parametrize("columns", [40, 200])
def test_a_terminal_wraps_what_a_change_will_do(columns: int) -> None:
    code, shown = screen(with_queue(), "set", NAME, "--yes", "--no-wait", columns=columns)
    assert code == 0
    lines = STYLES.sub("", shown).splitlines()
    assert max(map(len, lines[:-1])) <= min(columns, 100)
    assert CERTIFICATE in "".join(line.strip() for line in lines)


def test_a_terminal_shows_how_the_update_goes(tmp_path: Path) -> None:
    with aws(with_queue().operations()) as server:
        command = ("rollback-triggers", "set", NAME, "--yes")
        code, shown = run_in_terminal(*command, cwd=tmp_path, **server.environment)
    assert code == 0
    assert f"Stack {NAME}: UPDATE_COMPLETE" in shown
    assert f"\x1b[32m  + {HTTP} (composite, OK)" in shown
    assert STYLES.sub("", shown).endswith(f"Done: the update of stack {NAME} is complete.\n")


# JSON


def printed(deployed: Deployed, *arguments: str) -> dict[str, Any]:
    with aws(deployed.operations()) as server:
        result = invoke("rollback-triggers", *arguments, "--json", variables=server.environment)
    assert result.exit_code == 0, result.output
    content: dict[str, Any] = json.loads(result.stdout)
    return content


SHOWN = [
    colourful,
    Deployed,
    partial(Deployed, template={"Resources": {}}),
    partial(Deployed, composite_alarms={}, status="UPDATE_IN_PROGRESS"),
]


@pytest.mark.parametrize("deploy", SHOWN)
def test_the_schema_describes_what_show_prints(deploy: Callable[[], Deployed]) -> None:
    content = printed(deploy(), "show", NAME)
    schema("rollback-triggers-show").validate(content)


def test_json_of_show_tells_all_that_the_screen_does() -> None:
    content = printed(colourful(), "show", NAME)
    assert (content["stack"], content["stack_status"], content["monitoring_minutes"]) == (NAME, "UPDATE_COMPLETE", 5)
    assert [
        (alarm["name"], alarm["state"], alarm["is_trigger"], alarm["in_template"]) for alarm in content["alarms"]
    ] == [
        ("Queue-Too-Long", "ALARM", True, False),
        (HTTP, "OK", True, True),
        ("Removed-Last-Week", None, True, False),
        (UNHEALTHY, "OK", False, True),
    ]
    assert (content["missing"], content["gone"], content["is_as_wanted"]) == ([UNHEALTHY], ["Removed-Last-Week"], False)


@pytest.mark.parametrize(
    ("deploy", "arguments", "outcome"),
    [
        (partial(Deployed, triggers=BOTH), ["set", NAME], "unchanged"),
        (Deployed, ["set", NAME, "--dry-run"], "dry-run"),
        (Deployed, ["set", NAME, "--yes", "--no-wait"], "started"),
        (partial(Deployed, triggers=BOTH, statuses=["UPDATE_COMPLETE"]), ["clear", NAME, "--yes"], "updated"),
    ],
)
def test_the_schema_describes_what_changes_print(
    deploy: Callable[[], Deployed], arguments: list[str], outcome: str
) -> None:
    content = printed(deploy(), *arguments)
    assert content["outcome"] == outcome
    schema("rollback-triggers-change").validate(content)


@pytest.mark.parametrize("name", ["rollback-triggers-show", "rollback-triggers-change"])
def test_the_schemas_refuse_what_is_not_described(name: str) -> None:
    validator = schema(name)
    assert not validator.is_valid({})
    assert not validator.is_valid({"stack": NAME, "more": 1})


# Help


@pytest.mark.parametrize(
    ("name", "codes"), [("show", ["0", "1", "2"]), ("set", ["0", "1", "2", "130"]), ("clear", ["0", "1", "2", "130"])]
)
def test_help_shows_examples_and_exit_codes_as_they_were_written(name: str, codes: list[str]) -> None:
    help = help_of("rollback-triggers", name)
    assert f"ecs-blue-green rollback-triggers {name} Shop" in help.examples
    assert help.codes == codes
    assert help.width <= 80


# Permissions


def policy(name: str) -> set[str]:
    """The actions that the page's policy for a command allows."""
    (_, _, after) = PAGE.partition(f"\nFor `{name}`:\n\n```json\n")
    statements = json.loads(after.partition("```")[0])["Statement"]
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    return {
        action for of in statements for action in ([of["Action"]] if isinstance(of["Action"], str) else of["Action"])
    }


@pytest.mark.parametrize("name", ["show", "set", "clear"])
def test_the_pages_policy_is_what_a_command_needs_and_no_more(name: str) -> None:
    allowed = policy(name)
    called = set()
    for alarms in ([], [UNHEALTHY]) if name != "show" else ([],):
        # An answer that is lost has it look at the stack's events.
        deployed = Deployed(
            triggers=BOTH if name == "clear" else [], statuses=["UPDATE_COMPLETE"], lost=LostConnectionError()
        )
        operations = {action: answer for action, answer in deployed.operations().items() if action in allowed}
        yes = [] if name == "show" else ["--yes"]
        with aws(operations) as server:
            result = invoke("rollback-triggers", name, NAME, *alarms, *yes, variables=server.environment)
            called |= {action for action, _ in server.calls}
        assert result.exit_code == 0, result.output
    assert called == allowed
