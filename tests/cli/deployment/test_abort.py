"""``abort`` with an engine that is none of AWS's."""

import json
from dataclasses import replace

import pytest

from ecs_blue_green.cli.aws.session import AwsError
from ecs_blue_green.cli.deployment.state import State
from tests.cli.deployment.fakes import FULL, FakeEngine, state, task_set, use
from tests.cli.support import invoke

OPTIONS = ("abort", "Shop", "--interval", "0.01")
ROLLBACK = (state("UPDATE_ROLLBACK_IN_PROGRESS", 7), state("UPDATE_ROLLBACK_COMPLETE", 8))


def test_confirmed_abort_shows_asks_cancels_and_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(FULL, after_cancel=[replace(FULL, status="UPDATE_ROLLBACK_IN_PROGRESS"), ROLLBACK[-1]])
    use(engine, monkeypatch)
    result = invoke(*OPTIONS, given="y\n")
    assert (result.exit_code, result.stderr) == (0, "")
    assert engine.calls == ["read", "cancel", "read", "reasons", "read"]
    shown, _, followed = result.stdout.partition("\nAborting now: 30 % goes back.\n")
    assert "production traffic: blue 70 %, green 30 %" in shown
    assert followed.startswith("Cancel the update of Shop? [y/N]: ")
    assert "production traffic" not in followed  # it was shown already
    assert "Rolled back: stack Shop is UPDATE_ROLLBACK_COMPLETE.\n" in followed


@pytest.mark.parametrize("answer", ["n\n", "\n", ""], ids=["no", "enter", "nobody"])
def test_abort_that_is_not_confirmed_cancels_nothing(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(FULL)
    use(engine, monkeypatch)
    result = invoke(*OPTIONS, given=answer)
    assert (result.exit_code, result.stderr, engine.calls) == (2, "Nothing was cancelled.\n", ["read"])


@pytest.mark.parametrize("yes", ["-y", "--yes"])
def test_yes_asks_nothing(yes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(FULL, after_cancel=ROLLBACK)
    use(engine, monkeypatch)
    result = invoke(*OPTIONS, yes)
    assert result.exit_code == 0
    assert "[y/N]" not in result.stdout


BOTH = (task_set("blue", "PRIMARY"), task_set("green", created=1))


@pytest.mark.parametrize(
    ("found", "meaning"),
    [
        (state(), "CloudFormation undoes what it has changed so far; no traffic has moved"),
        (FULL, "30 % goes back"),
        (
            state(task_sets=BOTH, weights={"production": {"blue": 80, "green": 20}}),
            "production traffic, 20 % of which is on green, goes back",
        ),
        (
            state(task_sets=BOTH, weights={"production": {"blue": 100}, "test": {"green": 100}}),
            "test traffic, 100 % of which is on green, goes back",
        ),
        (
            state(task_sets=BOTH, missing={"listeners": "no permission: …"}),
            "CloudFormation undoes what it has changed so far; whether traffic has moved is not known",
        ),
        (
            state(task_sets=BOTH[:1], weights={"production": {"blue": 100}}),
            "CloudFormation undoes what it has changed so far; no traffic has moved",
        ),
    ],
    ids=["no deployment", "a step", "no schedule", "test traffic", "hidden", "one task set"],
)
def test_meaning_depends_on_how_far_the_deployment_is(
    found: State, meaning: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(FakeEngine(found), monkeypatch)
    assert f"\nAborting now: {meaning}.\n" in invoke(*OPTIONS, given="n\n").stdout


def test_json_is_that_of_watch_and_shows_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(FULL, after_cancel=ROLLBACK), monkeypatch)
    result = invoke(*OPTIONS, "--yes", "--json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["type"] for line in lines] == ["state", "notice", "state", "end"]
    assert (result.exit_code, lines[-1]["result"]) == (0, "rolled back")


@pytest.mark.parametrize("option", [["--json"], ["--format", "json"]])
def test_json_without_yes_is_refused(option: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(FULL)
    use(engine, monkeypatch)
    result = invoke(*OPTIONS, *option)
    assert (result.exit_code, engine.calls) == (2, [])
    assert "--format json needs --yes: a program can't be asked." in result.stderr


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("UPDATE_COMPLETE", "stack Shop is UPDATE_COMPLETE: no update is under way"),
        (
            "UPDATE_ROLLBACK_IN_PROGRESS",
            "stack Shop is rolling back already (UPDATE_ROLLBACK_IN_PROGRESS): `ecs-blue-green watch Shop` follows it",
        ),
        (
            "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            "stack Shop is updated, and only cleans up (UPDATE_COMPLETE_CLEANUP_IN_PROGRESS): deploy the old version "
            "again (documented: L11)",
        ),
        (
            "CREATE_IN_PROGRESS",
            "stack Shop is CREATE_IN_PROGRESS, and only an update can be cancelled (documented: L11)",
        ),
    ],
)
def test_what_can_not_be_cancelled_is_said(status: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(state(status))
    use(engine, monkeypatch)
    result = invoke(*OPTIONS, "--yes")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {said}\n")
    assert engine.calls == ["read"]


def test_refusal_to_cancel_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(FakeEngine):
        def cancel(self) -> None:
            raise AwsError("stack Shop: AWS says: too late")

    use(Refusing(FULL), monkeypatch)
    result = invoke(*OPTIONS, "--yes")
    assert (result.exit_code, result.stderr) == (2, "Error: stack Shop: AWS says: too late\n")


@pytest.mark.parametrize(
    ("last", "code"),
    [("UPDATE_ROLLBACK_COMPLETE", 0), ("UPDATE_COMPLETE", 1), ("UPDATE_ROLLBACK_FAILED", 1)],
)
def test_exit_code_tells_how_it_ended(last: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(FULL, after_cancel=[state(last, 8)]), monkeypatch)
    assert invoke(*OPTIONS, "--yes").exit_code == code


def test_timeout_ends_with_3_while_the_rollback_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(FULL, after_cancel=ROLLBACK[:1]), monkeypatch)
    assert invoke(*OPTIONS, "--yes", "--timeout", "0.001").exit_code == 3


def test_interruption_says_that_the_rollback_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(FULL, after_cancel=[ROLLBACK[0], KeyboardInterrupt()]), monkeypatch)
    result = invoke(*OPTIONS, "--yes")
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1].endswith(
        "The rollback goes on without being watched. `ecs-blue-green watch Shop` follows it."
    )
