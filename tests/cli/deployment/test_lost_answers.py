"""What the commands make of a network that loses answers, or that holds them back."""

import itertools
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from click.testing import Result

from ecs_blue_green.cli.aws import calls, patience
from ecs_blue_green.cli.deployment import watching
from tests.cli.aws.server import Aws, LostConnectionError, Operations, aws
from tests.cli.aws.support import AwsProblem
from tests.cli.deployment.ending import Deployment
from tests.cli.deployment.fakes import at
from tests.cli.deployment.stage import STACK
from tests.cli.support import invoke
from tests.loopback import Answer

CANCEL = "cloudformation:CancelUpdateStack"
SERVER_ERROR = AwsProblem("InternalFailure", "Sorry.", 500)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SECONDS_BETWEEN_LOOKS", 0)
    monkeypatch.delenv("AWS_PROFILE", raising=False)


def run(operations: Operations, *arguments: str, attempts: str = "1", **serving: Any) -> tuple[Result, Aws]:
    with aws(operations, clock=lambda: at(6), **serving) as server:
        variables = {**server.environment, "AWS_MAX_ATTEMPTS": attempts}
        pace = () if arguments[0] == "status" else ("--interval", "0.01")
        return invoke(*arguments, *pace, variables=variables), server


def abort(account: Deployment, **more: Any) -> tuple[Result, Aws]:
    return run(account.operations(), "abort", STACK, "--yes", **more)


class TestCancellation:
    @pytest.mark.parametrize(
        ("lost", "attempts", "late"),
        [
            (SERVER_ERROR, "1", 0),
            (SERVER_ERROR, "2", 3),
            (LostConnectionError(), "1", 4),
            (LostConnectionError(), "2", 0),
        ],
        ids=["500", "500, then refused, and late", "no answer, and late", "no answer, then refused"],
    )
    def test_that_worked_is_followed_though_its_answer_was_lost(
        self, lost: Exception, attempts: str, late: int
    ) -> None:
        account = Deployment()
        account.lost, account.late = lost, late
        result, server = abort(account, attempts=attempts)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "\nRolled back: " in result.stdout
        tokens = [given["ClientRequestToken"] for given in server.calls_of(CANCEL)]
        assert (len(tokens), len({*tokens})) == (int(attempts), 1)

    def test_has_a_token_of_its_own(self) -> None:
        tokens = {abort(Deployment())[1].calls_of(CANCEL)[0]["ClientRequestToken"] for _ in range(2)}
        assert len(tokens) == 2

    @pytest.mark.parametrize("lost", [SERVER_ERROR, LostConnectionError()], ids=["500", "no answer"])
    def test_that_never_got_through_is_told_with_what_was_looked_at(self, lost: Exception) -> None:
        account = Deployment()
        account.refusal = lost
        result, server = abort(account)
        assert result.exit_code == 2
        id = account.stack["StackId"]
        first, second = result.stderr.splitlines()
        assert first.startswith(f"Error: stack {id}: AWS ")
        assert second == (f"Error: stack {id} is UPDATE_IN_PROGRESS still: nothing was cancelled, as far as AWS says")
        assert [name for name, _ in server.calls[-patience.LOOKS :]] == ["cloudformation:DescribeStacks"] * 5

    def test_of_which_nothing_is_known_is_told(self) -> None:
        account = Deployment()
        account.lost = LostConnectionError()

        def before(name: str, _: dict[str, Any]) -> None:
            if account.is_cancelled and name == "cloudformation:DescribeStacks":
                raise AwsProblem("ExpiredToken", "", 403)

        result, _ = abort(account, before=before)
        assert result.exit_code == 2
        first, second, third = result.stderr.splitlines()
        assert "AWS can't be reached" in first
        assert second.startswith("Error: whether the update was cancelled is not known")
        assert "the credentials have expired" in third

    def test_that_is_refused_at_once_is_told_at_once(self) -> None:
        account = Deployment()
        account.refusal = AwsProblem("ValidationError", "No.")
        result, server = abort(account)
        assert (result.exit_code, server.calls[-1][0]) == (2, CANCEL)
        assert "AWS says: No. (ValidationError, CancelUpdateStack)" in result.stderr
        assert len(result.stderr.splitlines()) == 1

    def test_that_can_not_be_watched_is_told(self) -> None:
        account = Deployment()

        def before(name: str, _: dict[str, Any]) -> None:
            if account.is_cancelled:
                raise AwsProblem("ExpiredToken", "", 403)

        result, _ = abort(account, before=before)
        assert result.exit_code == 2
        assert "The cancellation of the update was asked for" in result.stderr.splitlines()[-1]

    def test_that_came_too_late_is_followed_by_how_the_update_ended(self) -> None:
        account = Deployment()

        def before(name: str, _: dict[str, Any]) -> None:
            if name == CANCEL:
                account.become("UPDATE_COMPLETE")
                raise LostConnectionError

        result, _ = abort(account, before=before)
        assert (result.exit_code, result.stderr) == (1, "")
        assert result.stdout.splitlines()[-1].startswith("Deployed")


def drips(_: Answer) -> Answer:
    """An answer whose first bytes come, and then one after the other."""

    def parts() -> Iterable[bytes]:
        yield b"HTTP/1.1 200 OK\r\nX: "
        for _ in range(20):
            time.sleep(0.1)
            yield b"x"

    return Answer(raw=parts())


def from_call(first: int, broken: Callable[[Answer], Answer]) -> Callable[[str, Answer], Answer]:
    numbers = itertools.count()
    return lambda _, answer: broken(answer) if next(numbers) >= first else answer


class TestTimeout:
    def test_holds_while_a_server_drips(self) -> None:
        result, _ = run(Deployment().operations(), "watch", STACK, "--timeout", "0.02", sent=from_call(20, drips))
        assert (result.exit_code, result.stderr) == (3, "")
        assert result.stdout.splitlines()[-1].startswith("Still running: ")
        assert "next look in" not in result.stdout  # there is none

    def test_gives_the_first_look_some_time_and_no_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert run(Deployment().operations(), "watch", STACK, "--timeout", "0")[0].exit_code == 3
        monkeypatch.setattr(watching, "_FIRST_LOOK_SECONDS", 0.3)
        result, _ = run(Deployment().operations(), "watch", STACK, "--timeout", "0", sent=from_call(3, drips))
        assert result.exit_code == 2
        assert "it has not answered in time" in result.stderr


def endless(operations: Operations, name: str, token: str) -> Operations:
    """Have all pages of an operation name another one."""
    numbers = itertools.count()

    def page(given: dict[str, Any]) -> dict[str, Any]:
        return {**operations[name](given), token: str(next(numbers))}

    return {**operations, name: page}


@pytest.mark.parametrize(
    ("command", "name", "token"),
    [
        ("watch", "cloudformation:ListStackResources", "NextToken"),
        ("status", "cloudwatch:DescribeAlarms", "NextToken"),
        ("abort", "codedeploy:ListDeployments", "nextToken"),
    ],
)
def test_pages_without_end_are_a_sentence(command: str, name: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MOST_CALLS", 30)
    result, server = run(endless(Deployment().operations(), name, token), command, STACK)
    assert result.exit_code == 2
    assert "there is no end of it after 30 requests" in result.stderr
    assert len(server.calls_of(name)) <= 30
