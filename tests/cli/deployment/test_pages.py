"""The pages and the JSON of ``watch``, ``status``, ``abort`` and ``continue``, held to what the commands do."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from ecs_blue_green.cli.deployment.engines.stack_engine import StackEngine
from tests.cli.deployment.engines.ecs_native import played as ecs
from tests.cli.deployment.fakes import FULL, FakeEngine, state, use
from tests.cli.deployment.scripts import play, rollback, until_tests
from tests.cli.deployment.stage import STACK, Stage, Step, after
from tests.cli.support import definitions, help_of, invoke, page, schema

COMMANDS = ("watch", "status", "abort")
OPTIONS = {
    "watch": ["--interval", "0.01"],
    "status": [],
    "abort": ["--interval", "0.01", "--yes"],
    "continue": ["--yes"],
}

# A deployment that fails in every way at once: whatever can be asked is.
FAILURE = [
    after(0.5, lambda s: s.stop_task("Essential container in task exited", exit_code=1)),
    after(0.5, lambda s: s.lifecycle_event("AfterAllowTestTraffic", "Failed", "500")),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_policy_allows_what_is_called_and_nothing_else(
    command: str, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: dict[str, tuple[list[Step], list[Step]]] = {
        "abort": ([*until_tests(), *FAILURE], [after(0), after(0), after(0), *rollback("User Initiated")[1:]]),
        "status": ([*until_tests(), *FAILURE, *rollback("failed")], []),
        "watch": ([], [*until_tests(), *FAILURE, *rollback("failed")]),
    }
    before, meanwhile = steps[command]
    play(stage, before)
    with stage.playing(*meanwhile):
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        for name, value in stage.aws.environment.items():
            monkeypatch.setenv(name, value)
        invoke(command, STACK, *OPTIONS[command])
    assert called(name for name, _ in stage.aws.calls) == allowed_by(policies(command)[0])


def policies(command: str) -> list[str]:
    """Give the policies of a page: for a stack with the hook, then for one that ECS deploys."""
    return re.findall(r"^```json\n(.*?)^```$", page(command), re.MULTILINE | re.DOTALL)


def allowed_by(policy: str) -> set[str]:
    return {action for statement in json.loads(policy)["Statement"] for action in statement["Action"]}


def called(names: Iterable[str]) -> set[str]:
    return {name.replace("elbv2:", "elasticloadbalancing:") for name in names}


@pytest.mark.parametrize("command", [*COMMANDS, "continue"])
def test_policy_for_ecs_allows_what_is_called_and_nothing_else(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = [*ecs.until_tests(), *ecs.rolled_back("the function arn:aws:lambda:eu-west-1:1:function:f failed")]
    cancelled = [ecs.after(0), ecs.after(0), ecs.after(0), *failing[-2:]]
    steps: dict[str, tuple[list[ecs.Step], list[ecs.Step]]] = {
        "abort": (ecs.until_canary(), cancelled),
        "status": (failing, []),
        "watch": ([], failing),
        "continue": ([*ecs.until_tests(), ecs.after(0, lambda a: a.pause())], []),
    }
    before, meanwhile = steps[command]
    aws = ecs.play(ecs.PlayedEcs(), *before)
    aws.answers["ecs:ListTasks"] = {"taskArns": ["task/1"]}
    if command == "abort":
        stopped = ecs.play(ecs.PlayedEcs(), ecs.after(0, lambda a: a.revision(2), lambda a: a.deploy()))
        use(StackEngine(stopped.session, ecs.STACK), monkeypatch)
        assert invoke(command, ecs.STACK, "--yes").exit_code == 3
        aws.calls += stopped.calls
        aws.deployment(
            statusReason="the function arn:aws:lambda:eu-west-1:1:function:f failed", status="STOP_REQUESTED"
        )
    aws.steps = iter(meanwhile)
    use(StackEngine(aws.session, ecs.STACK), monkeypatch)
    assert invoke(command, ecs.STACK, *OPTIONS[command]).exit_code in {0, 1}
    assert called(aws.names) == allowed_by(policies(command)[-1])


def validate(lines: Sequence[dict[str, Any]]) -> None:
    """Hold each line to the schema, and to the part of it that it names."""
    validator, named = schema("deployment"), definitions("deployment")
    for line in lines:
        assert [*validator.descend(line, named[line["type"]])] == []
        assert validator.is_valid(line)


ROLLBACK = [state("UPDATE_ROLLBACK_IN_PROGRESS", 7), state("UPDATE_ROLLBACK_COMPLETE", 8)]


@pytest.mark.parametrize(
    ("command", "engine", "types"),
    [
        ("watch", FakeEngine(FULL, *ROLLBACK), ["state", "state", "notice", "state", "end"]),
        ("watch", FakeEngine(FULL, state("UPDATE_COMPLETE", 7)), ["state", "state", "end"]),
        ("status", FakeEngine(FULL), ["status"]),
        ("status", FakeEngine(state("UPDATE_ROLLBACK_COMPLETE")), ["status"]),
        ("abort", FakeEngine(FULL, after_cancel=ROLLBACK), ["state", "notice", "state", "end"]),
    ],
    ids=["watch rollback", "watch success", "status running", "status failed", "abort"],
)
def test_schema_describes_what_is_printed(
    command: str, engine: FakeEngine, types: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(engine, monkeypatch)
    lines = [json.loads(line) for line in invoke(command, "Shop", "--json", *OPTIONS[command]).stdout.splitlines()]
    assert [line["type"] for line in lines] == types
    validate(lines)


@pytest.mark.parametrize("command", [*COMMANDS, "continue"])
def test_help_teaches_with_examples_and_the_exit_codes_of_the_page(command: str) -> None:
    help = help_of(command)
    assert sum(example.startswith(f"ecs-blue-green {command} Shop") for example in help.examples) >= 2
    assert set(help.codes) == set(re.findall(r"^\| (\d+) \|", page(command), re.MULTILINE))
    assert help.width <= 80
