"""Whatever AWS answers: a command ends as its help says, in sentences, and tells what it has changed or left behind.

``--hypothesis-profile=hunt`` breaks many answers, and other ones each time.
"""

import errno
import io
import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from click.testing import Result
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from ecs_blue_green.cli.aws import patience
from ecs_blue_green.cli.aws.change_set import try_change_set
from ecs_blue_green.cli.command import ecs_blue_green
from ecs_blue_green.cli.terminal import printable
from tests.cli.aws.deployed import NAME, TEMPLATE, Deployed, trigger
from tests.cli.aws.server import Operations, aws
from tests.cli.aws.support import AwsProblem
from tests.cli.deployment.ending import Deployment
from tests.cli.deployment.engines.codedeploy_hook.test_engine import event
from tests.cli.deployment.engines.ecs_native import played as ecs
from tests.cli.deployment.fakes import at
from tests.cli.deployment.stage import STACK, TASK_SET
from tests.cli.support import help_of, invoke, write
from tests.fuzz.answers import BREAKS, Break
from tests.loopback import Answer

SLOW = [Phase.explicit, Phase.reuse, Phase.generate]  # to find a smaller case takes minutes
FOLLOWING = ("--interval", "0.01")


@dataclass
class Play:
    """A command, and the account that it asks.

    Attributes:
        arguments: Of the command line.
        operations: What the account answers.
        has_changed: Tells whether the command has changed the account, or left something behind.
        words: One of which it must say then, unless it ends well.
    """

    arguments: tuple[str, ...]
    operations: Operations
    has_changed: Callable[[], bool] = lambda: False
    words: tuple[str, ...] = ()


@dataclass
class ChangeSets(Deployed):
    """A stack for which change sets can be made."""

    change_sets: set[str] = field(default_factory=set)

    def get_template(self, given: dict[str, Any]) -> dict[str, Any]:
        return super().get_template(given | {"TemplateStage": "Original"})

    def operations(self) -> Operations:
        return {
            **super().operations(),
            "cloudformation:CreateChangeSet": self._create,
            "cloudformation:DescribeChangeSet": lambda _: {"Status": "CREATE_COMPLETE"},
            "cloudformation:DeleteChangeSet": self._delete,
        }

    def _create(self, given: dict[str, Any]) -> dict[str, Any]:
        self.change_sets.add(given["ChangeSetName"])
        return {"Id": self.arn, "StackId": self.arn}

    def _delete(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["ChangeSetName"] not in self.change_sets:
            raise AwsProblem("ChangeSetNotFound", "there is none", 404)
        self.change_sets.remove(given["ChangeSetName"])
        return {}


def watch(_: str) -> Play:
    return Play(("watch", STACK, *FOLLOWING), Deployment().operations())


def status(_: str) -> Play:
    account = Deployment()
    account.events.insert(0, event(TASK_SET, "CREATE_FAILED", at(4), "not stable"))
    account.become("UPDATE_ROLLBACK_COMPLETE")
    account.looks = 9
    return Play(("status", STACK), account.operations())


def abort(_: str) -> Play:
    account = Deployment()
    words = (
        "was cancelled",
        "was asked for",
        "rolling back already",
        "another operation has begun",
        "as far as AWS says",
        "running",
    )
    return Play(("abort", STACK, "--yes", *FOLLOWING), account.operations(), lambda: account.is_cancelled, words)


def status_of_ecs(_: str) -> Play:
    failing = [*ecs.until_tests(), ecs.after(0, lambda a: a.function("FAILED")), *ecs.rolled_back("it failed")]
    return Play(("status", ecs.STACK), ecs.play(ecs.PlayedEcs(), *failing).operations())


def continue_pause(_: str) -> Play:
    account = ecs.play(ecs.PlayedEcs(), *ecs.until_tests(), ecs.after(0, lambda a: a.pause()))
    return Play(
        ("continue", ecs.STACK, "--yes"),
        account.operations(),
        lambda: account.deployments[-1]["lifecycleHookDetails"][-1]["status"] != "AWAITING_ACTION",
        ("Answered", "Not answered", "is not known", "still waits"),
    )


def predict(new: str) -> Play:
    return Play(("predict", "--stack", NAME, new), ChangeSets().operations())


def predict_with_change_set(new: str) -> Play:
    account = ChangeSets()
    arguments = ("predict", "--stack", NAME, "--change-set", new)
    return Play(arguments, account.operations(), lambda: bool(account.change_sets), ("left behind",))


def show_triggers(_: str) -> Play:
    return Play(("rollback-triggers", "show", NAME), Deployed(triggers=[trigger("Gone")]).operations())


def _changing(account: Deployed, name: str) -> Play:
    words = ("goes on", "is complete", "is not known", "has failed", "and yet", "as far as AWS says")
    return Play(("rollback-triggers", name, NAME, "--yes"), account.operations(), lambda: account.updating, words)


def set_triggers(_: str) -> Play:
    return _changing(Deployed(), "set")


def clear_triggers(_: str) -> Play:
    return _changing(Deployed(triggers=[trigger("Gone")]), "clear")


def set_triggers_without_waiting(_: str) -> Play:
    play = set_triggers("")
    return replace(play, arguments=(*play.arguments, "--no-wait", "--json"), words=(*play.words, "has started"))


PLAYS = [
    watch,
    status,
    abort,
    status_of_ecs,
    continue_pause,
    predict,
    predict_with_change_set,
    show_triggers,
    set_triggers,
    set_triggers_without_waiting,
    clear_triggers,
]


@pytest.fixture(scope="module", autouse=True)
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Takes out of a run what takes time: waiting, and reading the models of AWS again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))
        patch.setattr(patience, "SECONDS_BETWEEN_LOOKS", 0)
        defaults: Any = try_change_set.__kwdefaults__
        patch.setitem(defaults, "wait", lambda _: None)
        patch.delenv("AWS_PROFILE", raising=False)
        yield


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A template to update to."""
    changed = {**TEMPLATE, "Description": "another one"}
    return write(Path(tmp_path_factory.mktemp("new")) / "new.json", changed)


def run(play: Play, sent: Callable[[str, Answer], Answer]) -> Result:
    with aws(play.operations, sent=sent, clock=lambda: at(6)) as server:
        variables: Mapping[str, str] = server.environment
        return invoke(*play.arguments, variables=variables)


def check(play: Play, result: Result, *, is_good: bool) -> None:
    """Check how a command has ended."""
    said = result.output
    names = play.arguments[: 2 if play.arguments[0] == "rollback-triggers" else 1]
    codes = {int(code) for code in help_of(*names).codes} - {130}
    assert result.exit_code in codes, said
    assert "Traceback" not in said
    for line in said.splitlines():
        assert printable(line) == line
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    if result.exit_code == 2:  # predict ends so as well when it can't be told what an update will do
        assert errors or (result.stdout and play.arguments[0] == "predict"), said
    if is_good:
        assert errors == []
    if play.has_changed() and result.exit_code != 0:
        assert any(word in said for word in play.words), said


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_command_ends_well_where_nothing_is_broken(play: Callable[[str], Play], new: str) -> None:
    made = play(new)
    result = run(made, lambda _, answer: answer)
    check(made, result, is_good=True)
    assert result.exit_code == 0


def body(content: bytes) -> bytes:
    return b"<TemplateBody>{&quot;Resources&quot;: {&quot;A&quot;: " + content + b"}}</TemplateBody>"


def deep(depth: int) -> bytes:
    return body(b"[" * depth + b"]" * depth)


BODY = rb"<TemplateBody>.*</TemplateBody>"


@pytest.mark.parametrize(
    ("play", "pattern", "other"),
    [
        (clear_triggers, rb"ParameterKey>", b"Unheard>"),
        (status, rb"<StackId>[^<]*", b"<StackId>arn:"),
        (abort, rb"<StackId>[^<]*", b"<StackId>"),
        *((play, BODY, deep(depth)) for play in (predict, status) for depth in (800, 945)),
        (show_triggers, BODY, body(b"[]")),
    ],
)
def test_what_was_found_is_kept(play: Callable[[str], Play], pattern: bytes, other: bytes, new: str) -> None:
    made = play(new)
    result = run(made, lambda _, answer: replace(answer, body=re.sub(pattern, other, answer.body)))
    check(made, result, is_good=False)


CHANGES = {f"cloudformation:{name}" for name in ("CancelUpdateStack", "CreateChangeSet", "UpdateStack")}


@settings(max_examples=-(-settings().max_examples // 4), phases=SLOW)
@given(st.sampled_from(PLAYS), st.integers(0, 30), st.booleans(), BREAKS)
def test_answers_that_are_broken_end_in_sentences(
    new: str, play: Callable[[str], Play], first: int, is_lasting: bool, broken: Break
) -> None:
    made, number = play(new), 0
    if FOLLOWING[0] in made.arguments:  # which goes on for as long as nothing can be read
        made.arguments += ("--timeout", "0.004")

    def sent(name: str, answer: Answer) -> Answer:
        nonlocal number
        number += 1
        if not (number - 1 >= first if is_lasting else number - 1 == first):
            return answer
        changed = broken(answer)
        # AWS does not refuse what it does.
        is_lie = name in CHANGES and changed.status < 500 and changed.body.startswith(b"<ErrorResponse>")
        return answer if is_lie else changed

    check(made, run(made, sent), is_good=False)


STATUSES = [
    "CREATE_IN_PROGRESS",
    "DELETE_COMPLETE",
    "REVIEW_IN_PROGRESS",
    "ROLLBACK_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_FAILED",
    "UPDATE_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
]


def meanwhile(play: Play, first: int, happens: str) -> Operations:
    """Have somebody else do something with the stack before one of the calls: give it a status, or delete it."""
    number = 0

    def answering(name: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
        def changed(given: dict[str, Any]) -> dict[str, Any]:
            nonlocal number
            number += 1
            if number <= first:
                return answer(given)
            if happens == "gone" and name.startswith("cloudformation:"):
                raise AwsProblem("ValidationError", f"Stack with id {given.get('StackName')} does not exist")
            result = answer(given)
            if name != "cloudformation:DescribeStacks" or happens == "gone":
                return result
            (stack,) = result["Stacks"]
            other = {"StackId": f"{stack['StackId']}-another"} if happens == "another" else {"StackStatus": happens}
            return {"Stacks": [{**stack, "LastUpdatedTime": at(5.5), **other}]}

        return changed

    return {name: answering(name, answer) for name, answer in play.operations.items()}


@settings(max_examples=-(-settings().max_examples // 8), phases=SLOW)
@given(st.sampled_from(PLAYS), st.integers(0, 30), st.sampled_from(["gone", "another", *STATUSES]))
@example(play=abort, first=0, happens="REVIEW_IN_PROGRESS")
def test_what_somebody_else_does_meanwhile_ends_in_sentences(
    new: str, play: Callable[[str], Play], first: int, happens: str
) -> None:
    made = play(new)
    made.operations = meanwhile(made, first, happens)
    if FOLLOWING[0] in made.arguments:
        made.arguments += ("--timeout", "0.004")
    check(made, run(made, lambda _, answer: answer), is_good=False)


class Filling(io.RawIOBase):
    """An output with room for some bytes."""

    def __init__(self, room: float, number: int) -> None:
        self.room, self._number = room, number
        self._behind = os.open(os.devnull, os.O_WRONLY)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._behind

    def write(self, data: Any) -> int:
        if len(data) > self.room:
            raise OSError(self._number, "No more")
        self.room -= len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            os.close(self._behind)
        super().close()


def run_into(play: Play, output: Filling) -> tuple[int, str]:
    """Run a command whose standard output has an end; give its exit code and what standard error got."""
    said = io.StringIO()
    with (
        aws(play.operations, clock=lambda: at(6)) as server,
        pytest.MonkeyPatch.context() as patch,
        io.TextIOWrapper(io.BufferedWriter(output), encoding="utf-8") as stream,
        redirect_stdout(stream),
        redirect_stderr(said),
    ):
        for name, value in server.environment.items():
            patch.setenv(name, value)
        code = ecs_blue_green.main(play.arguments, prog_name="ecs-blue-green", standalone_mode=False)
        output.room = math.inf
    return int(code or 0), said.getvalue()


@settings(max_examples=-(-settings().max_examples // 8), phases=SLOW)
@given(st.sampled_from(PLAYS), st.sampled_from([(errno.ENOSPC, 2), (errno.EPIPE, 141)]), st.integers(0, 40))
@example(play=set_triggers, trouble=(errno.ENOSPC, 2), room=0)
@example(play=set_triggers_without_waiting, trouble=(errno.EPIPE, 141), room=0)
def test_output_that_can_not_be_written_ends_in_its_exit_code(
    new: str, play: Callable[[str], Play], trouble: tuple[int, int], room: int
) -> None:
    made, (number, code) = play(new), trouble
    output = Filling(20 * room, number)
    ended, said = run_into(made, output)
    assert ended in {0, code}
    assert "Traceback" not in said
    if ended == 2:
        assert "there is no space left" in said
    if ended and made.has_changed():
        assert any(word in said for word in made.words), said
