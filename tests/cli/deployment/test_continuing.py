"""``continue``: what it shows and asks, and what becomes of an answer."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore import exceptions

from ecs_blue_green.cli.deployment.engines.stack_engine import StackEngine
from tests.cli.aws.support import AwsProblem
from tests.cli.deployment.engines.ecs_native.played import (
    DENIED,
    STACK,
    STACK_ID,
    PlayedEcs,
    Step,
    after,
    play,
    until_tests,
)
from tests.cli.deployment.fakes import FULL, FakeEngine, use
from tests.cli.support import invoke, schema, screen_on_page

CONTINUE = "ecs:ContinueServiceDeployment"
ARN = "arn:aws:ecs:eu-west-1:123456789012:service-deployment/games/web/deployment-2"
PAUSED: list[Step] = [*until_tests(), after(1, lambda a: a.deployment(lifecycleHookDetails=[]), lambda a: a.pause())]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> PlayedEcs:
    """An account with a deployment that pauses."""
    played = play(PlayedEcs(), *PAUSED)
    use(StackEngine(played.session, STACK), monkeypatch)
    return played


def answered(aws: PlayedEcs) -> list[tuple[str, str]]:
    for given in aws.asked(CONTINUE):
        assert given["serviceDeploymentArn"] == ARN
    return [(given["hookId"], given["action"]) for given in aws.asked(CONTINUE)]


def test_pause_is_shown_then_asked_about_then_continued(aws: PlayedEcs) -> None:
    result = invoke("continue", STACK, given="y\n")
    assert (result.exit_code, result.stderr) == (0, "")
    assert answered(aws) == [("ecs-pause-1", "CONTINUE")]
    shown, _, rest = result.stdout.partition(
        "\nContinuing now: the deployment goes on to move production traffic to the new revision (documented: NH10).\n"
    )
    assert "pause ecs-pause-1: AWAITING_ACTION until 16:05:30 UTC, then ROLLBACK" in shown
    assert rest.splitlines() == [
        "Continue the deployment? [y/N]: y",
        "Answered: ECS continues after ecs-pause-1.",
        "`ecs-blue-green watch Shop` follows it.",
    ]
    assert result.stdout.splitlines() == screen_on_page("continue")


def test_pause_is_rolled_back(aws: PlayedEcs) -> None:
    result = invoke("continue", STACK, "--rollback", given="y\n")
    assert (result.exit_code, answered(aws)) == (0, [("ecs-pause-1", "ROLLBACK")])
    assert (
        "Rolling back now: ECS rolls the deployment back (documented: NH10); test traffic, 100 % of which is on green, "
        "goes back; CloudFormation's operation then fails and rolls back too (inferred: NR6).\n"
        "Roll back the deployment? [y/N]: y\n"
        "Answered: ECS rolls back after ecs-pause-1.\n"
    ) in result.stdout


@pytest.mark.parametrize("answer", ["n\n", "\n", ""], ids=["no", "enter", "nobody"])
def test_what_is_not_confirmed_is_not_answered(answer: str, aws: PlayedEcs) -> None:
    result = invoke("continue", STACK, given=answer)
    assert (result.exit_code, result.stderr, answered(aws)) == (2, "Nothing was answered.\n", [])


@pytest.mark.parametrize("yes", ["-y", "--yes"])
def test_yes_asks_nothing(yes: str, aws: PlayedEcs) -> None:
    result = invoke("continue", STACK, yes)
    assert (result.exit_code, "[y/N]" in result.stdout, len(answered(aws))) == (0, False, 1)


@pytest.mark.parametrize("options", [[], ["--rollback"]])
def test_json_is_that_of_the_schema(options: list[str], aws: PlayedEcs) -> None:
    result = invoke("continue", STACK, "--yes", "--json", *options)
    found = json.loads(result.stdout)
    assert [*schema("continue").iter_errors(found)] == []
    assert (found["stack_id"], found["deployment"], found["hooks"]) == (STACK_ID, ARN, ["ecs-pause-1"])
    assert (found["action"], found["is_answered"]) == ("ROLLBACK" if options else "CONTINUE", True)


def test_json_without_yes_is_refused(aws: PlayedEcs) -> None:
    result = invoke("continue", STACK, "--json")
    assert (result.exit_code, aws.calls) == (2, [])


class TestSeveral:
    @pytest.fixture(autouse=True)
    def second(self, aws: PlayedEcs) -> None:
        aws.pause(2)

    def test_must_be_named_to_be_continued(self, aws: PlayedEcs) -> None:
        result = invoke("continue", STACK, "--yes")
        assert (result.exit_code, answered(aws)) == (2, [])
        assert "2 pauses wait for an answer, ecs-pause-1, ecs-pause-2: say with --hook" in result.stderr

    @pytest.mark.parametrize("hooks", [["ecs-pause-2"], ["ecs-pause-1", "ecs-pause-2"]])
    def test_that_are_named_are_continued(self, hooks: list[str], aws: PlayedEcs) -> None:
        result = invoke("continue", STACK, "--yes", *[word for hook in hooks for word in ("--hook", hook)])
        assert (result.exit_code, answered(aws)) == (0, [(hook, "CONTINUE") for hook in hooks])
        assert "once 1 other pause is answered" in result.stdout

    def test_are_rolled_back_by_one(self, aws: PlayedEcs) -> None:
        assert invoke("continue", STACK, "--yes", "--rollback").exit_code == 0
        assert answered(aws) == [("ecs-pause-1", "ROLLBACK")]

    def test_do_not_know_any_other(self, aws: PlayedEcs) -> None:
        result = invoke("continue", STACK, "--yes", "--hook", "ecs-pause-9")
        assert (result.exit_code, answered(aws)) == (2, [])
        assert "no pause ecs-pause-9 waits for an answer; these do: ecs-pause-1, ecs-pause-2" in result.stderr


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (
            lambda a: a.deployment(lifecycleHookDetails=[]),
            "ECS deployment deployment-2 is IN_PROGRESS at POST_TEST_TRAFFIC_SHIFT: no pause waits for an answer",
        ),
        (
            lambda a: a.deployment(status="ROLLBACK_IN_PROGRESS"),
            "ECS deployment deployment-2 is ROLLBACK_IN_PROGRESS: no pause waits for an answer",
        ),
        (
            lambda a: (a.deployment(lifecycleHookDetails=[]), a.pause(status="TIMED_OUT")),
            "no pause waits for an answer; the time of ecs-pause-1 was up, and ECS did ROLLBACK",
        ),
        (lambda a: a.deployments.clear(), "stack Shop is UPDATE_IN_PROGRESS: no deployment by ECS is under way"),
        (
            lambda a: a.answers.update({"ecs:ListServiceDeployments": DENIED}),
            "stack Shop: whether a deployment pauses is not known: service deployments: no permission",
        ),
    ],
    ids=["none", "rolling back", "timed out", "no deployment", "not known"],
)
def test_wrong_moment_is_said_to_be_one(moment: Callable[[PlayedEcs], Any], said: str, aws: PlayedEcs) -> None:
    moment(aws)
    if not aws.deployments:
        aws.service.pop("currentServiceDeployment")
    result = invoke("continue", STACK, "--yes")
    assert (result.exit_code, result.stdout, answered(aws)) == (2, "", [])
    assert said in result.stderr


def test_deployment_by_codedeploy_has_no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(FULL)
    use(engine, monkeypatch)
    result = invoke("continue", "Shop", "--yes")
    assert (result.exit_code, engine.calls) == (2, ["read"])
    assert "no pause waits for an answer" in result.stderr


class TestChangeBetweenQuestionAndAnswer:
    def test_is_shown_and_asked_about_again(self, aws: PlayedEcs) -> None:
        aws.steps = iter([after(0), after(1, lambda a: a.shift("test", blue=50, green=50), lambda a: a.stage("NEW"))])
        result = invoke("continue", STACK, given="y\ny\n")
        assert (result.exit_code, len(answered(aws))) == (0, 1)
        assert (result.stdout.count("[y/N]"), "This has changed meanwhile" in result.stdout) == (2, True)

    def test_that_leaves_nothing_to_answer_is_said(self, aws: PlayedEcs) -> None:
        aws.steps = iter([after(0), after(1, lambda a: a.deployment(status="ROLLBACK_IN_PROGRESS"))])
        result = invoke("continue", STACK, given="y\n")
        assert (result.exit_code, answered(aws)) == (2, [])

    def test_to_another_pause_is_not_agreed_to_by_yes(self, aws: PlayedEcs) -> None:
        aws.steps = iter([after(0), after(1, lambda a: a.deployment(lifecycleHookDetails=[]), lambda a: a.pause(2))])
        result = invoke("continue", STACK, "--yes")
        assert (result.exit_code, answered(aws)) == (2, [])
        assert "another pause, or another deployment, has begun meanwhile: nothing was answered" in result.stderr


LOST = exceptions.ReadTimeoutError(endpoint_url="https://ecs")


class TestLostAnswer:
    """ECS may have taken the call though nobody was told, or refuses because an earlier try of it was taken."""

    @staticmethod
    def answer(aws: PlayedEcs, error: Exception, then: Callable[[PlayedEcs], Any]) -> None:
        def lose(_: dict[str, Any]) -> Any:
            then(aws)
            if isinstance(error, AwsProblem):
                return error
            raise error

        aws.answers[CONTINUE] = lose

    @pytest.fixture(autouse=True)
    def no_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(time, "sleep", lambda _: None)

    TAKEN = AwsProblem("InvalidParameterException", "The hookId is completed or unavailable.")

    @pytest.mark.parametrize("error", [LOST, TAKEN, AwsProblem("ServerException", status=500)])
    @pytest.mark.parametrize("status", ["SUCCEEDED", "gone"])
    def test_to_a_hook_that_has_succeeded_is_an_answer(self, status: str, error: Exception, aws: PlayedEcs) -> None:
        def taken(played: PlayedEcs) -> None:
            played.deployment(lifecycleHookDetails=[])
            if status != "gone":
                played.pause(status=status)

        self.answer(aws, error, taken)
        result = invoke("continue", STACK, "--yes")
        assert result.exit_code == 0
        assert (
            "Answered, as far as can be seen, by this or by another call: the deployment is IN_PROGRESS"
            in result.stdout
        )

    def test_of_a_rollback_is_an_answer_when_ecs_rolls_back(self, aws: PlayedEcs) -> None:
        self.answer(aws, LOST, lambda a: a.deployment(status="ROLLBACK_REQUESTED"))
        assert invoke("continue", STACK, "--yes", "--rollback").exit_code == 0

    def test_to_a_hook_that_still_waits_is_none(self, aws: PlayedEcs) -> None:
        self.answer(aws, LOST, lambda _: None)
        result = invoke("continue", STACK, "--yes")
        assert result.exit_code == 2
        assert "The pause ecs-pause-1 still waits: nothing was answered, as far as ECS says" in result.stderr

    def test_that_shows_late_is_an_answer(self, aws: PlayedEcs) -> None:
        late = after(1, lambda a: a.deployment(lifecycleHookDetails=[]), lambda a: a.pause(status="SUCCEEDED"))
        self.answer(aws, LOST, lambda a: setattr(a, "steps", iter([after(0), after(0), late])))
        assert invoke("continue", STACK, "--yes").exit_code == 0

    @pytest.mark.parametrize(
        ("options", "then"),
        [
            ([], lambda a: a.deployment(status="ROLLBACK_REQUESTED")),
            ([], lambda a: (a.deployment(lifecycleHookDetails=[]), a.pause(status="TIMED_OUT"))),
            (["--rollback"], lambda a: (a.deployment(lifecycleHookDetails=[]), a.pause(status="SUCCEEDED"))),
        ],
        ids=["rolled back", "timed out", "continued"],
    )
    def test_to_a_hook_that_was_answered_otherwise_is_none(
        self, options: list[str], then: Callable[[PlayedEcs], Any], aws: PlayedEcs
    ) -> None:
        self.answer(aws, self.TAKEN, then)
        result = invoke("continue", STACK, "--yes", "--json", *options)
        assert (result.exit_code, json.loads(result.stdout)["is_answered"]) == (1, False)

    def test_when_ecs_can_not_be_asked_either_is_not_known(self, aws: PlayedEcs) -> None:
        self.answer(aws, LOST, lambda a: a.answers.update({"cloudformation:DescribeStacks": LOST}))
        result = invoke("continue", STACK, "--yes")
        assert result.exit_code == 2
        assert "Whether ECS has taken the answer is not known" in result.stderr

    def test_for_want_of_a_permission_is_a_refusal(self, aws: PlayedEcs) -> None:
        aws.answers[CONTINUE] = DENIED
        aws.calls.clear()
        result = invoke("continue", STACK, "--yes")
        assert (result.exit_code, aws.names[-1]) == (2, CONTINUE)
        assert "lacks the permission" in result.stderr
