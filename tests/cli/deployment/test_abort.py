"""``abort`` with an engine that is none of AWS's."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore import exceptions

from ecs_blue_green.cli.aws.session import AwsError
from ecs_blue_green.cli.deployment.state import DeploymentStep, EndedOperation, Progress, State
from tests.cli.deployment.fakes import FULL, FakeEngine, at, aws_error, state, task_set, use
from tests.cli.support import invoke

OPTIONS = ("abort", "Shop", "--interval", "0.01")


def progress(production: int) -> Progress:
    step = DeploymentStep(event="STEP", production=production, meaning="it goes on", way_back="the way back")
    return Progress(done=timedelta(), total=timedelta(minutes=10), step=step, next=None)


ROLLBACK = (state("UPDATE_ROLLBACK_IN_PROGRESS", 7), state("UPDATE_ROLLBACK_COMPLETE", 8))


def test_confirmed_abort_shows_asks_cancels_and_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(FULL, after_cancel=[replace(FULL, status="UPDATE_ROLLBACK_IN_PROGRESS"), ROLLBACK[-1]])
    use(engine, monkeypatch)
    result = invoke(*OPTIONS, given="y\n")
    assert (result.exit_code, result.stderr) == (0, "")
    assert engine.calls == ["read", "read", "cancel", "read", "reasons", "read"]
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


UNDONE = "CloudFormation undoes what it has changed so far (documented: L14)"
DENIED = {"a source": "no permission: me"}
NOT_READ = (
    f"{UNDONE}; whether traffic has moved is not known, because not all could be read (a source: no permission: me)"
)
BLUE, GREEN = task_set("blue", "PRIMARY"), task_set("green", created=1)
GREEN_LIVE, NEW_BLUE = task_set("green", "PRIMARY"), task_set("blue", created=1)


def weights(production: Mapping[str, int], test: Mapping[str, int]) -> dict[str, Mapping[str, int]]:
    return {"production": production, "test": test}


@pytest.mark.parametrize(
    ("found", "meaning"),
    [
        (FULL, "30 % goes back"),
        (
            state(task_sets=(BLUE, GREEN), weights=weights({"blue": 80, "green": 20}, {})),
            "production traffic, 20 % of which is on green, goes back (documented: L14)",
        ),
        (
            state(task_sets=(GREEN_LIVE, NEW_BLUE), weights=weights({"blue": 20, "green": 80}, {})),
            "production traffic, 20 % of which is on blue, goes back (documented: L14)",
        ),
        (
            state(task_sets=(BLUE, GREEN), weights=weights({"blue": 100}, {"green": 100})),
            "test traffic, 100 % of which is on green, goes back (documented: L14)",
        ),
        (
            state(task_sets=(BLUE,), weights=weights({"blue": 100}, {"blue": 100})),
            f"{UNDONE}; no production or test traffic is on green",
        ),
        (
            state(task_sets=(GREEN_LIVE,), weights=weights({"green": 100}, {"green": 100})),
            f"{UNDONE}; no production or test traffic is on blue",
        ),
        (
            state(task_sets=(BLUE,), weights={"production": {"blue": 100}}),
            f"{UNDONE}; no production traffic is on green",
        ),
        (
            replace(FULL, progress=progress(production=0), weights=weights({"blue": 70, "green": 30}, {})),
            "production traffic, 30 % of which is on green, goes back (documented: L14)",  # the listener knows better
        ),
        (replace(FULL, progress=progress(production=0), weights=weights({"blue": 100}, {})), "the way back"),
        (
            state(),
            f"{UNDONE}; whether traffic has moved is not known: the stack has no listener and no live colour that a "
            "hook names",
        ),
        (state(missing=DENIED), NOT_READ),
        (state(missing=DENIED, task_sets=(BLUE, GREEN)), NOT_READ),
        (state(missing=DENIED, weights=weights({"blue": 100}, {})), NOT_READ),
    ],
)
def test_meaning_depends_on_how_far_the_deployment_is(
    found: State, meaning: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(FakeEngine(found), monkeypatch)
    assert f"\nAborting now: {meaning}.\n" in invoke(*OPTIONS, given="n\n").stdout


class TestChangeBetweenQuestionAndAnswer:
    OTHER = replace(FULL, operation="another", began=at(1), updated=at(1))

    @pytest.mark.parametrize(
        "now",
        [
            OTHER,
            replace(FULL, deployment=None),
            replace(FULL, progress=progress(production=100)),
            replace(FULL, id="arn:another"),
        ],
        ids=["operation", "deployment", "traffic", "stack"],
    )
    def test_is_shown_and_asked_about_again(self, now: State, monkeypatch: pytest.MonkeyPatch) -> None:
        engine = FakeEngine(FULL, now, now, after_cancel=[replace(now, status="UPDATE_ROLLBACK_COMPLETE")])
        use(engine, monkeypatch)
        result = invoke(*OPTIONS, given="y\ny\n")
        assert result.exit_code == 0
        assert result.stdout.count("[y/N]") == 2
        assert "This has changed meanwhile" in result.stdout
        assert engine.calls[:4] == ["read", "read", "read", "cancel"]

    def test_is_not_agreed_to_by_the_first_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        engine = FakeEngine(FULL, self.OTHER)
        use(engine, monkeypatch)
        result = invoke(*OPTIONS, given="y\nn\n")
        assert (result.exit_code, result.stderr, "cancel" in engine.calls) == (2, "Nothing was cancelled.\n", False)

    @pytest.mark.parametrize("options", [[], ["--yes"]])
    def test_that_leaves_nothing_to_cancel_is_said(self, options: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        engine = FakeEngine(FULL, replace(FULL, status="UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"))
        use(engine, monkeypatch)
        result = invoke(*OPTIONS, *options, given="y\n")
        assert (result.exit_code, "cancel" in engine.calls) == (2, False)
        assert "only cleans up" in result.stderr

    @pytest.mark.parametrize(
        ("now", "is_cancelled"),
        [
            (replace(FULL, progress=progress(production=100)), True),
            (replace(FULL, deployment=None), True),
            (OTHER, False),
            (replace(FULL, operation="", updated=at(1)), False),  # not known
            (replace(FULL, id="arn:another"), False),
        ],
        ids=["traffic", "deployment", "operation", "unknown operation", "stack"],
    )
    def test_with_yes_cancels_no_other_operation(
        self, now: State, is_cancelled: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        engine = FakeEngine(FULL, now, after_cancel=[replace(now, status="UPDATE_ROLLBACK_COMPLETE")])
        use(engine, monkeypatch)
        result = invoke(*OPTIONS, "--yes")
        assert ("cancel" in engine.calls, result.exit_code) == (is_cancelled, 0 if is_cancelled else 2)
        if not is_cancelled:
            assert "nothing was cancelled" in result.stderr


@pytest.mark.parametrize("code", ["Throttling", "RequestThrottled", "InternalFailure"])
def test_rollback_is_followed_though_aws_does_not_answer(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 500}}
    error = aws_error(exceptions.ClientError(answer, "DescribeStacks"))
    use(FakeEngine(FULL, after_cancel=[error, ROLLBACK[0], error, ROLLBACK[1]]), monkeypatch)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    result = invoke(*OPTIONS, "--yes")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("next look in") == 2


def test_next_operation_is_not_taken_for_the_rollback(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = EndedOperation(
        id="an update", began=at(0), status="UPDATE_ROLLBACK_COMPLETE", reasons=("CloudFormation: cancelled",)
    )
    following = state("UPDATE_IN_PROGRESS", 9, operation="B", began=at(8), earlier=(ended,))
    use(FakeEngine(FULL, after_cancel=[following]), monkeypatch)
    result = invoke(*OPTIONS, "--yes")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-2:] == [
        "Rolled back: stack Shop was UPDATE_ROLLBACK_COMPLETE, and another operation has begun since.",
        "  CloudFormation: cancelled",
    ]


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
        "What follows goes on without being watched: `ecs-blue-green watch Shop` shows it."
    )
