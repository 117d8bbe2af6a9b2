"""The pages and the JSON of ``watch``, ``status`` and ``abort``, held to what the commands do."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.aws.support import AwsProblem
from tests.cli.deployment.scripts import play, rollback, success, until_bake, until_tests
from tests.cli.deployment.stage import STACK, Stage, Step, after
from tests.cli.support import definitions, help_of, page, run, schema, screen_on_page

COMMANDS = ("watch", "status", "abort")
OPTIONS = {"watch": ["--interval", "0.01"], "status": [], "abort": ["--interval", "0.01", "--yes"]}

# A deployment that fails in every way at once: whatever can be asked is.
FAILURE = [
    after(0.5, lambda s: s.stop_task("Essential container in task exited", exit_code=1)),
    after(0.5, lambda s: s.lifecycle_event("AfterAllowTestTraffic", "Failed", "500")),
]


def test_page_of_abort_shows_a_canary_that_is_cancelled(stage: Stage, tmp_path: Path) -> None:
    play(stage, until_bake())
    with stage.playing(after(0), after(0), *rollback("User Initiated")[1:]):
        done = run("abort", STACK, "--interval", "0.01", cwd=tmp_path, given="y\n", **stage.aws.environment)
    assert done.stdout.replace("[y/N]: ", "[y/N]: y\n").splitlines() == screen_on_page("abort")


@pytest.mark.parametrize("command", COMMANDS)
def test_policy_allows_what_is_called_and_nothing_else(command: str, stage: Stage, tmp_path: Path) -> None:
    if command == "abort":
        play(stage, [*until_tests(), *FAILURE])
        steps = [after(0), after(0), *rollback("User Initiated")[1:]]
    elif command == "status":
        play(stage, [*until_tests(), *FAILURE, *rollback("failed")])
        steps = []
    else:
        steps = [*until_tests(), *FAILURE, *rollback("failed")]
    with stage.playing(*steps):
        run(command, STACK, *OPTIONS[command], cwd=tmp_path, **stage.aws.environment)
    (policy,) = re.findall(r"^```json\n(.*?)^```$", page(command), re.MULTILINE | re.DOTALL)
    allowed = {action for statement in json.loads(policy)["Statement"] for action in statement["Action"]}
    assert {name.replace("elbv2:", "elasticloadbalancing:") for name, _ in stage.aws.calls} == allowed


def validate(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Hold each line to the schema; give the types of lines that there were."""
    validator, named = schema("deployment"), definitions("deployment")
    types = set()
    for line in map(json.loads, done.stdout.splitlines()):
        assert [*validator.descend(line, named[line["type"]])] == []
        assert validator.is_valid(line)
        types.add(line["type"])
    return types


DENIED = AwsProblem("AccessDenied", "not authorized", 403)


@pytest.mark.parametrize(
    "steps",
    [
        [after(0), *success()],
        [*until_tests(), *FAILURE, *rollback("failed")],
        [*until_bake(), after(0, lambda s: s.fail("elbv2:DescribeListeners", DENIED)), *rollback("User Initiated")],
    ],
    ids=["success", "failure", "denied"],
)
def test_schema_describes_what_watch_prints(steps: list[Step], stage: Stage, tmp_path: Path) -> None:
    with stage.playing(*steps):
        done = run("watch", STACK, "--json", *OPTIONS["watch"], cwd=tmp_path, **stage.aws.environment)
    assert {"state", "end"} <= validate(done) <= {"state", "notice", "end"}


@pytest.mark.parametrize(
    "steps",
    [[], until_bake(), success(), [*until_tests(), *FAILURE, *rollback("failed")]],
    ids=["rest", "bake", "live", "failed"],
)
def test_schema_describes_what_status_prints(steps: list[Step], stage: Stage, tmp_path: Path) -> None:
    play(stage, steps)
    with stage.playing():
        assert validate(run("status", STACK, "--json", cwd=tmp_path, **stage.aws.environment)) == {"status"}


def test_schema_describes_what_abort_prints(stage: Stage, tmp_path: Path) -> None:
    play(stage, until_bake())
    with stage.playing(after(0), after(0), *rollback("User Initiated")[1:]):
        done = run("abort", STACK, "--json", *OPTIONS["abort"], cwd=tmp_path, **stage.aws.environment)
    assert validate(done) == {"state", "notice", "end"}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches_with_examples_and_the_exit_codes_of_the_page(command: str) -> None:
    help = help_of(command)
    assert sum(example.startswith(f"ecs-blue-green {command} Shop") for example in help.examples) >= 2
    assert set(help.codes) == set(re.findall(r"^\| (\d+) \|", page(command), re.MULTILINE))
    assert help.width <= 80
