"""``abort``: cancels updates in a small account on this machine."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.deployment.scripts import play, rollback, success, until_bake, until_tests
from tests.cli.deployment.stage import STACK, Stage, Step, after
from tests.cli.support import run


def abort(
    stage: Stage, folder: Path, *options: str, steps: tuple[Step, ...] = (), given: str = ""
) -> subprocess.CompletedProcess[str]:
    with stage.playing(after(0), after(0), *steps):
        return run("abort", STACK, "--interval", "0.01", *options, cwd=folder, given=given, **stage.aws.environment)


def cancelled(stage: Stage) -> int:
    return len(stage.aws.calls_of("cloudformation:CancelUpdateStack"))


# What CloudFormation does after the cancellation itself.
ROLLBACK = tuple(rollback("User Initiated")[1:])


def test_confirmed_abort_rolls_back_and_ends_with_0(stage: Stage, tmp_path: Path) -> None:
    play(stage, until_bake())
    done = abort(stage, tmp_path, steps=ROLLBACK, given="y\n")
    assert (done.returncode, done.stderr, cancelled(stage)) == (0, "", 1)
    shown, _, followed = done.stdout.partition("\nAborting now: production traffic goes back to blue.\n")
    assert "production traffic: blue 80 %, green 20 %" in shown
    assert followed.startswith(f"Cancel the update of {STACK}? [y/N]: ")
    assert f"Rolled back: stack {STACK} is as before.\n" in followed


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_abort_that_is_not_confirmed_cancels_nothing_and_ends_with_2(answer: str, stage: Stage, tmp_path: Path) -> None:
    play(stage, until_bake())
    done = abort(stage, tmp_path, given=answer)
    assert (done.returncode, done.stderr, cancelled(stage)) == (2, "Nothing was cancelled.\n", 0)


@pytest.mark.parametrize(
    ("steps", "meaning"),
    [
        (until_tests()[:1], "CloudFormation undoes what it has changed so far; no traffic has moved"),
        (until_tests()[:3], "the green tasks stop; no traffic is on them"),
        (until_tests(), "test traffic goes back to blue"),
        (until_bake(), "production traffic goes back to blue"),
    ],
    ids=["before CodeDeploy", "green starts", "tests run", "traffic moved"],
)
def test_meaning_of_an_abort_depends_on_how_far_the_deployment_is(
    steps: list[Step], meaning: str, stage: Stage, tmp_path: Path
) -> None:
    play(stage, steps)
    assert f"\nAborting now: {meaning}.\n" in abort(stage, tmp_path, given="n\n").stdout


def test_yes_asks_nothing_and_json_is_that_of_watch(stage: Stage, tmp_path: Path) -> None:
    play(stage, until_bake())
    done = abort(stage, tmp_path, "--yes", "--json", steps=ROLLBACK)
    assert (done.returncode, cancelled(stage)) == (0, 1)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["type"] for line in lines} == {"state", "notice", "end"}
    assert (lines[-1]["type"], lines[-1]["result"]) == ("end", "rolled back")


def test_json_without_yes_is_refused(stage: Stage, tmp_path: Path) -> None:
    done = abort(stage, tmp_path, "--json")
    assert (done.returncode, stage.aws.calls) == (2, [])
    assert "Error: --json needs --yes" in done.stderr


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("UPDATE_COMPLETE", f"stack {STACK} is UPDATE_COMPLETE: no update is under way"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "is rolling back already (UPDATE_ROLLBACK_IN_PROGRESS): `ecs-blue-green watch"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "deploy the old version again (documented, L11)"),
        ("CREATE_IN_PROGRESS", "only an update can be cancelled (documented, L11)"),
    ],
)
def test_what_can_not_be_cancelled_is_said_and_ends_with_2(
    status: str, said: str, stage: Stage, tmp_path: Path
) -> None:
    stage.status(status)
    done = abort(stage, tmp_path, "--yes")
    assert (done.returncode, done.stdout, cancelled(stage)) == (2, "", 0)
    assert done.stderr.startswith("Error: ")
    assert said in done.stderr


def test_update_that_ends_while_it_is_asked_is_no_longer_cancelled(stage: Stage, tmp_path: Path) -> None:
    play(stage, success()[:-1])
    stage.stack["StackStatus"] = "UPDATE_IN_PROGRESS"
    stage.refuses_to_cancel = True
    done = abort(stage, tmp_path, given="y\n")
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: stack {STACK}: AWS says: CancelUpdateStack cannot be called")


def test_rollback_that_fails_ends_with_1(stage: Stage, tmp_path: Path) -> None:
    play(stage, until_bake())
    failed = after(1, lambda s: s.status("UPDATE_ROLLBACK_FAILED", "The role is gone"))
    done = abort(stage, tmp_path, "--yes", steps=(failed,))
    assert done.returncode == 1
    assert f"Failed: stack {STACK} is UPDATE_ROLLBACK_FAILED.\n" in done.stdout


def test_timeout_ends_with_3_while_the_rollback_goes_on(stage: Stage, tmp_path: Path) -> None:
    play(stage, until_bake())
    done = abort(stage, tmp_path, "--yes", "--timeout", "0.002")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        3,
        f"Still running: stack {STACK} is UPDATE_ROLLBACK_IN_PROGRESS, and goes on.",
    )
