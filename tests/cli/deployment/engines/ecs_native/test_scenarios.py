"""Deployments by ECS, played from their beginning to their end: what is told of them."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from ecs_blue_green.cli.console import Screen
from ecs_blue_green.cli.deployment.engines.stack_engine import StackEngine
from ecs_blue_green.cli.deployment.live import view
from ecs_blue_green.cli.deployment.state import State
from tests.cli.aws.support import AwsProblem
from tests.cli.deployment.engines.ecs_native.played import (
    ALARM,
    DENIED,
    GROUPS,
    RULES,
    SERVICE_ARN,
    STACK,
    TEMPLATE,
    PlayedEcs,
    after,
    play,
    rolled_back,
    service,
    success,
    summary,
    until_bake,
    until_canary,
    until_tests,
    watched,
)
from tests.cli.deployment.fakes import Recorder, at, use
from tests.cli.support import invoke, screen_on_page


def looked(aws: PlayedEcs, service: str = "") -> tuple[State, StackEngine]:
    """Look once."""
    engine = StackEngine(aws.session, STACK, service)
    return engine.read(), engine


def remarks(aws: PlayedEcs) -> list[str]:
    state, engine = looked(aws)
    return engine.remarks(state)


def needs(told: Recorder) -> list[str]:
    return [*dict.fromkeys(need for state in told.of("state") for need in state.needs)]


@pytest.fixture
def aws() -> PlayedEcs:
    return PlayedEcs()


def test_canary_that_goes_well_is_followed_by_the_weights_of_its_rule(aws: PlayedEcs) -> None:
    end, told = watched(aws, *success())
    assert (end.result, end.message) == ("deployed", "Deployed: shop:2 is live on green.")
    states = told.of("state")
    assert [*dict.fromkeys((one.live, one.target) for one in states)] == [
        ("blue", ""),
        ("blue", "green"),
        ("", "green"),  # traffic is split
        ("green", "green"),
        ("green", ""),
    ]
    in_canary = next(one for one in states if one.at == at(12))
    assert in_canary.progress
    assert in_canary.progress.next
    step, when = in_canary.progress.next
    assert (in_canary.progress.done, step.production, when) == (timedelta(minutes=6), 100, at(21))
    assert [(one.colour, one.status, one.images) for one in in_canary.task_sets] == [
        ("blue", "OLD", ("example.com/shop:v1",)),
        ("green", "NEW", ("example.com/shop:v2",)),
    ]
    assert [(one.name, one.started, one.ended) for one in states[-1].deployment.events[:2]] == [
        ("PRE_SCALE_UP", None, at(2)),  # nobody saw it begin
        ("SCALE_UP", at(2), at(4)),
    ]


def seen(state: State) -> list[str]:
    """What a terminal shows of a state."""
    to = Screen(width=100, file=StringIO(), highlight=False)
    to.show(view(state, to.options))
    assert isinstance(to.file, StringIO)
    return [line.rstrip() for line in to.file.getvalue().splitlines()]


def test_canary_looks_as_on_its_page(aws: PlayedEcs) -> None:
    _, told = watched(aws, *until_canary())
    assert seen(told.of("state")[-1]) == screen_on_page("watch", STACK)


def test_look_takes_nine_calls_and_a_few_more_at_the_first(aws: PlayedEcs) -> None:
    play(aws, *until_canary())
    engine = StackEngine(aws.session, STACK)
    aws.revisions[next(iter(aws.revisions))]["resolvedConfiguration"] = {}
    engine.read()
    assert len(aws.calls) <= 16
    aws.revision(2, "green")
    aws.revision(1, "blue")
    engine.read()
    aws.calls.clear()
    engine.read()
    assert sorted(aws.names) == sorted(
        [
            "cloudformation:DescribeStacks",
            "cloudformation:DescribeStackEvents",
            "ecs:DescribeServices",
            "ecs:ListServiceDeployments",
            "ecs:DescribeServiceDeployments",
            "elbv2:DescribeRules",
            "elbv2:DescribeTargetHealth",
            "elbv2:DescribeTargetHealth",
            "cloudwatch:DescribeAlarms",
        ]
    )


FAILED = (
    "Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. Lifecycle hook target "
    "arn:aws:lambda:eu-west-1:123456789012:function:check-green returned FAILED status."
)


def test_failing_hook_names_its_function_and_where_that_logs(aws: PlayedEcs) -> None:
    end, told = watched(aws, *until_tests(), after(1, lambda a: a.function("FAILED")), *rolled_back(FAILED))
    assert end.result == "rolled back"
    assert end.reasons[:4] == (
        f"ECS: {FAILED}",
        "The hook's function answered FAILED: its log says why (documented: NH3)",
        "The hook function check-green failed",
        "The log group of the function check-green is /shop/check-green",
    )
    (failed,) = [one for one in told.of("state")[-1].deployment.events if one.status == "Failed"]
    assert failed.name == "POST_TEST_TRAFFIC_SHIFT"


def test_hook_that_answers_later_runs_until_it_does(aws: PlayedEcs) -> None:
    end, told = watched(aws, *until_tests(), after(10), *success()[5:])
    hooks = [
        (one.at, one.deployment.hooks[0].status) for one in told.of("state") if one.deployment and one.deployment.hooks
    ]
    assert hooks[:3] == [(at(4.5), "IN_PROGRESS"), (at(14.5), "IN_PROGRESS"), (at(15.5), "SUCCEEDED")]
    assert end.result == "deployed"


PAUSED = after(0, lambda a: a.pause())


class TestPause:
    def test_says_who_may_answer_and_until_when(self, aws: PlayedEcs) -> None:
        _, told = watched(
            aws,
            *until_tests(),
            PAUSED,
            after(30, lambda a: a.pause(status="SUCCEEDED"), lambda a: a.deployment(lifecycleHookDetails=[])),
            *success()[5:],
        )
        assert needs(told) == [
            "The deployment pauses at POST_TEST_TRAFFIC_SHIFT until 2026-11-25 16:04:30 UTC; then ECS rolls back. "
            "Whoever may call ecs:ContinueServiceDeployment goes on with `ecs-blue-green continue Shop`, or rolls back "
            "with --rollback (documented: NH10)."
        ]
        assert told.of("end")[0].result == "deployed"

    def test_is_seen_with_its_mark_and_what_there_is_to_do(self, aws: PlayedEcs) -> None:
        _, told = watched(aws, *until_tests(), PAUSED)
        lines = seen(told.of("state")[-1])
        assert "▸ hook function check-green: IN_PROGRESS" in lines
        assert "‖ pause ecs-pause-1: AWAITING_ACTION until 16:04:30 UTC, then ROLLBACK" in lines
        assert any("`ecs-blue-green continue Shop`" in line for line in lines)

    def test_that_is_rolled_back_tells_so(self, aws: PlayedEcs) -> None:
        reason = "Service deployment rolled back because a pause hook was rolled back."
        end, _ = watched(aws, *until_tests(), PAUSED, *rolled_back(reason))
        assert (end.result, end.reasons[0]) == ("rolled back", f"ECS: {reason}")

    def test_whose_time_is_up_tells_so(self, aws: PlayedEcs) -> None:
        late = after(240, lambda a: a.deployment(lifecycleHookDetails=[]), lambda a: a.pause(status="TIMED_OUT"))
        end, _ = watched(aws, *until_tests(), PAUSED, late, *rolled_back("a hook timed out"))
        assert "The pause ecs-pause-1 was not answered in time: ROLLBACK" in end.reasons

    def test_among_several_is_named(self, aws: PlayedEcs) -> None:
        play(aws, *until_tests(), PAUSED, after(0, lambda a: a.pause(2)))
        state, _ = looked(aws)
        assert [f"--hook ecs-pause-{number}" in need for number, need in zip((1, 2), state.needs, strict=True)] == [
            True,
            True,
        ]

    def test_stops_the_clock_of_the_schedule(self, aws: PlayedEcs) -> None:
        _, told = watched(aws, *until_canary(), PAUSED)
        progress = told.of("state")[-1].progress
        assert (progress.next, progress.step.production) == (None, 20)


def test_alarm_in_bake_time_is_the_reason_even_when_it_has_calmed_down(aws: PlayedEcs) -> None:
    reason = "Service deployment rolled back because a CloudWatch alarm was triggered."
    steps = [
        *until_bake(),
        after(1, lambda a: a.deployment(alarms={"status": "TRIGGERED", "triggeredAlarmNames": [ALARM]})),
        *rolled_back(reason),
    ]
    end, _ = watched(aws, *steps)
    assert end.reasons[:2] == (f"ECS: {reason}", f"The alarm {ALARM} went off during the deployment")


def test_circuit_breaker_is_the_reason(aws: PlayedEcs) -> None:
    reason = "Service deployment rolled back because the circuit breaker threshold was exceeded."
    triggered = {"status": "TRIGGERED", "failureCount": 3, "threshold": 3}
    aws.answers["ecs:ListTasks"] = {"taskArns": ["task/1"]}
    aws.answers["ecs:DescribeTasks"] = {"tasks": [{"taskDefinitionArn": "x/shop:2", "stoppedReason": "exited"}]}
    steps = [*until_tests()[:3], after(5, lambda a: a.deployment(deploymentCircuitBreaker=triggered))]
    end, _ = watched(aws, *steps, *rolled_back(reason))
    assert end.reasons[:2] == (
        f"ECS: {reason}",
        "The circuit breaker stopped the deployment: 3 failures, of 3 that it bears",
    )
    assert "1 task of shop:2 stopped: exited" in end.reasons


def test_rollback_that_fails_is_said_to_have(aws: PlayedEcs) -> None:
    steps = [*until_canary(), *rolled_back(FAILED, "ROLLBACK_FAILED")[:2]]
    end, told = watched(aws, *steps, after(1, lambda a: a.status("UPDATE_ROLLBACK_FAILED")))
    assert end.result == "failed"
    assert any(reason.startswith("ECS could not roll back") for reason in end.reasons)
    assert told.of("state")[-1].deployment.status == "ROLLBACK_FAILED"


def test_reasons_are_asked_for_as_soon_as_the_stack_rolls_back(aws: PlayedEcs) -> None:
    _, told = watched(aws, *until_tests(), *rolled_back(FAILED))
    (reasons,) = told.of("reasons")
    assert reasons[0] == f"ECS: {FAILED}"


class TestFirstDeployment:
    @staticmethod
    def creation() -> list[Any]:
        return [
            after(0, lambda a: a.status("CREATE_IN_PROGRESS", "User Initiated")),
            after(1, lambda a: a.revision(1), lambda a: a.deploy(1, None)),
            after(2, lambda a: a.scaled(1), lambda a: a.targets.update(green=2), lambda a: a.stage("BAKE_TIME")),
            after(0, lambda a: a.shift("production", blue=0, green=100), lambda a: a.revision(1, "green")),
        ]

    @staticmethod
    def account() -> PlayedEcs:
        aws = PlayedEcs()
        aws.events, aws.revisions, aws.targets = [], {}, {"blue": 0, "green": 0}
        aws.current()
        aws.stack["StackStatus"] = "REVIEW_IN_PROGRESS"
        return aws

    def test_leaves_green_live_and_nothing_says_blue(self) -> None:
        done = [
            after(1, lambda a: a.end("SUCCESSFUL"), lambda a: a.current(1)),
            after(0, lambda a: a.status("CREATE_COMPLETE")),
        ]
        end, told = watched(self.account(), after(0), *self.creation(), *done)
        assert end.message == "Deployed: shop:1 is live on green."
        assert {one.live for one in told.of("state")} == {"", "green"}

    def test_has_not_moved_what_the_rule_sends_to_it_from_the_beginning(self) -> None:
        steps = [
            *self.creation()[:2],
            after(1, lambda a: a.revision(1, "blue"), lambda a: a.targets.update(blue=2), lambda a: a.scaled(1)),
        ]
        _, told = watched(self.account(), after(0), *steps)
        state = told.of("state")[-1]
        assert (state.target, state.progress.step) == ("blue", None)

    def test_whose_hook_fails_is_explained_by_the_events_of_the_service(self) -> None:
        said = (
            "(service web) deployment failed: Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) "
            "failed. ECS was unable to parse the response from "
            "arn:aws:lambda:eu-west-1:123456789012:function:check-green due to: HookStatus must not be null."
        )
        nothing = "No rollback candidate was found to run the rollback."
        steps = [
            *self.creation()[:2],
            after(1, lambda a: a.say(said), lambda a: a.say("(service web) has reached a steady state.")),
            after(
                0, lambda a: a.end("ROLLBACK_FAILED", nothing), lambda a: a.happen("Service", "CREATE_FAILED", nothing)
            ),
            after(
                0, lambda a: a.status("ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Service].")
            ),
            after(1, lambda a: a.status("ROLLBACK_COMPLETE")),
        ]
        end, _ = watched(self.account(), after(0), *steps)
        assert end.result == "failed"
        for reason in (
            f"ECS: {said}",
            "The hook's function failed, ran out of time, or answered no hookStatus: its log says which "
            "(documented: NH3)",
            "The log group of the function check-green is /shop/check-green",
            "No earlier deployment has succeeded, so there is nothing to roll back to (reported: NE7)",
        ):
            assert reason in end.reasons
        assert not any("steady state" in reason for reason in end.reasons)


def test_missing_right_to_modify_the_listener_is_no_failure_of_a_hook(aws: PlayedEcs) -> None:
    reason = (
        "Service deployment rolled back because TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. User: me is not "
        "authorized to perform: elasticloadbalancing:ModifyListener on resource: x because no policy allows it"
    )
    end, _ = watched(aws, *until_tests()[:4], *rolled_back(reason))
    assert end.reasons[1] == (
        "The infrastructure role lacks elasticloadbalancing:ModifyListener, whatever it says of hooks: no hook failed "
        "(documented: NE12)"
    )
    assert "lambda:GetFunctionConfiguration" not in aws.names


class TestSplitWeights:
    @pytest.fixture
    def split(self, aws: PlayedEcs) -> PlayedEcs:
        aws.shift("production", blue=950, green=50)
        return aws

    def test_are_warned_of_with_the_command_that_repairs_them(self, split: PlayedEcs) -> None:
        (remark,) = [one for one in remarks(split) if "95 % to blue and 5 % to green" in one]
        assert "(documented: NL1; reported: NL8)" in remark
        command = remark.partition("Repair it with: ")[2]
        assert command.startswith(f"aws elbv2 modify-rule --rule-arn {RULES['production']} --actions '[{{")
        assert f'"TargetGroupArn": "{GROUPS["blue"]}", "Weight": 100}}' in command
        assert f'"TargetGroupArn": "{GROUPS["green"]}", "Weight": 0}}' in command
        assert command.endswith(" --region eu-west-1")

    def test_leave_no_colour_live(self, split: PlayedEcs) -> None:
        state, _ = looked(split)
        assert (state.live, state.weights["production"]) == ("", {"blue": 95, "green": 5})

    def test_with_tasks_in_both_are_for_a_person_to_decide(self, split: PlayedEcs) -> None:
        split.targets["green"] = 2
        (remark,) = [one for one in remarks(split) if "Every later deployment" in one]
        assert remark.count("aws elbv2 modify-rule") == 2
        assert "yours to say" in remark

    @pytest.mark.parametrize("is_first", [True, False])
    def test_of_a_rule_that_does_more_have_no_command(self, is_first: bool, split: PlayedEcs) -> None:
        more = [{"Type": "authenticate-oidc"}, *split.actions("production")][:: 1 if is_first else -1]
        split.answers["elbv2:DescribeRules"] = {"Rules": [{"RuleArn": RULES["production"], "Actions": more}]}
        (remark,) = [one for one in remarks(split) if "Every later deployment" in one]
        assert "--rule-arn" not in remark

    @pytest.mark.parametrize("is_known", [True, False])
    def test_are_no_news_while_a_deployment_moves_them(self, is_known: bool, aws: PlayedEcs) -> None:
        play(aws, *until_canary())
        if not is_known:
            aws.answers["ecs:ListServiceDeployments"] = DENIED
        assert not any("Every later deployment" in one for one in remarks(aws))

    def test_a_little_is_not_nothing(self, aws: PlayedEcs) -> None:
        aws.shift("production", blue=9999, green=1)
        state, _ = looked(aws)
        assert (state.live, state.weights["production"]) == ("", {"blue": 99.9, "green": 0.1})

    def test_that_made_a_deployment_fail_are_explained(self, split: PlayedEcs) -> None:
        reason = "productionListenerRule x should have exactly one target group serving traffic but found 2"
        end, _ = watched(split, *until_tests()[:2], *rolled_back(reason))
        assert any("`ecs-blue-green status` tells how to repair it" in one for one in end.reasons)


def test_traffic_to_a_group_without_tasks_is_an_outage_that_is_said(aws: PlayedEcs) -> None:
    play(aws, *success(), after(1, lambda a: a.shift("production", blue=100, green=0)))
    (remark,) = [one for one in remarks(aws) if "nobody is served" in one]
    assert "sends all to blue" in remark
    assert f'"TargetGroupArn": "{GROUPS["green"]}", "Weight": 100}}' in remark
    state, _ = looked(aws)
    assert state.live == ""


def test_rule_that_differs_from_the_template_is_explained(aws: PlayedEcs) -> None:
    play(aws, *success())
    said = [one for one in remarks(aws) if "the deployed template says 100 % to blue" in one]
    assert [one.split()[1] for one in said] == ["production", "test"]
    assert "(inferred: NL7)" in said[0]


class TestTurns:
    @pytest.mark.parametrize(
        ("before", "last", "said"),
        [
            (
                "blue",
                "green",
                "The last deployment went to green, and the one before to blue: they take turns (documented: NB11).",
            ),
            (
                "green",
                "green",
                "The last two deployments both went to green: the target groups do not take turns here "
                "(reported: NE10).",
            ),
            (
                "",
                "green",
                "Whether the target groups take turns is not known: ECS does not say in which one each of the last "
                "two revisions was (reported: NE10).",
            ),
        ],
    )
    def test_are_told_after_the_second_deployment(self, before: str, last: str, said: str, aws: PlayedEcs) -> None:
        for number, colour in ((1, before), (2, last)):
            play(aws, after(1, lambda a, n=number, c=colour: a.revision(n, c)))  # type: ignore[misc]
            play(aws, after(1, lambda a, n=number: a.deploy(n, None)), after(1, lambda a: a.end("SUCCESSFUL")))  # type: ignore[misc]
        assert said in remarks(aws)

    def test_are_not_told_after_the_first(self, aws: PlayedEcs) -> None:
        play(aws, after(1, lambda a: a.deploy(1, None)), after(1, lambda a: a.end("SUCCESSFUL")))
        assert not any("turns" in one for one in remarks(aws))


class TestCancelled:
    def test_deployment_that_goes_on_is_offered_to_be_stopped(self, aws: PlayedEcs) -> None:
        cancelled = after(1, lambda a: a.status("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated"))
        _, told = watched(aws, *until_canary(), cancelled, after(1), after(2))
        (need,) = needs(told)
        assert "CloudFormation has been rolling back for 3 min, and ECS still deploys" in need
        assert "(inferred: NW3)" in need
        assert "`ecs-blue-green abort Shop` has ECS roll it back (StopServiceDeployment; documented: NR5)" in need

    @pytest.mark.parametrize("is_at_rest", [True, False])
    def test_deployment_that_goes_on_is_stopped_by_another_abort(
        self, is_at_rest: bool, aws: PlayedEcs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if is_at_rest:
            play(aws, after(1, lambda a: a.revision(2), lambda a: a.deploy()))
        else:
            cancelled = after(1, lambda a: a.status("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated"))
            play(aws, *until_canary(), cancelled, after(3))
            aws.steps = iter([after(0), after(0), *rolled_back("stopped")[1:]])
        use(StackEngine(aws.session, STACK), monkeypatch)
        result = invoke("abort", STACK, "--interval", "0.01", given="y\n")
        assert result.exit_code == (3 if is_at_rest else 0)
        assert "Have ECS roll back its deployment of Shop? [y/N]: y" in result.stdout
        assert "Aborting now: ECS rolls its deployment back (StopServiceDeployment; documented: NR5)" in result.stdout
        assert [given["stopType"] for given in aws.asked("ecs:StopServiceDeployment")] == ["ROLLBACK"]
        assert "cloudformation:CancelUpdateStack" not in aws.names

    def test_deployment_may_take_a_while_to_stop_before_another_abort_is_of_use(
        self, aws: PlayedEcs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cancelled = after(1, lambda a: a.status("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated"))
        play(aws, *until_canary(), cancelled, after(1))
        use(StackEngine(aws.session, STACK), monkeypatch)
        result = invoke("abort", STACK, "--yes", "--timeout", "0")
        assert (result.exit_code, "ecs:StopServiceDeployment" in aws.names) == (2, False)
        assert "is rolling back already" in result.stderr

    def test_deployment_that_rolls_back_needs_nobody(self, aws: PlayedEcs) -> None:
        end, told = watched(aws, *until_canary(), *rolled_back("stopped"), after(5))
        assert (end.result, needs(told)) == ("rolled back", [])

    def test_rollback_by_another_deployment_needs_nobody(self, aws: PlayedEcs) -> None:
        again = after(
            1,
            lambda a: a.end("STOPPED"),
            lambda a: a.status("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated"),
        )
        _, told = watched(
            aws, *until_canary(), again, after(0.1, lambda a: a.revision(3), lambda a: a.deploy(3, 1)), after(10)
        )
        assert needs(told) == []
        assert told.of("state")[-1].deployment.id == "deployment-3"

    @pytest.mark.parametrize(
        ("steps", "said"),
        [
            (until_canary(), "production traffic, 20 % of which is on green, goes back"),
            (until_tests(), "test traffic, 100 % of which is on green, goes back"),
            (until_tests()[:2], "no production or test traffic is on green"),
        ],
    )
    def test_update_means_what_has_moved(self, steps: list[Any], said: str, aws: PlayedEcs) -> None:
        play(aws, *steps)
        aws.revision(2, "green")
        state, engine = looked(aws)
        assert engine.way_back(state) == (
            f"CloudFormation undoes the update, and ECS rolls the service back; {said}; whether ECS stops its "
            "deployment at once is not known (inferred: NW3)"
        )

    def test_update_without_a_deployment_claims_nothing_of_ecs(self, aws: PlayedEcs) -> None:
        state, engine = looked(play(aws, *until_tests()[:1]))
        assert engine.way_back(state) == (
            "CloudFormation undoes what it has changed so far; whether traffic has moved is not known (inferred: NW3)"
        )

    def test_cancel_is_of_the_update_of_the_stack(self, aws: PlayedEcs) -> None:
        _, engine = looked(play(aws, *until_canary()))
        engine.cancel()
        assert aws.stack["StackStatus"] == "UPDATE_ROLLBACK_IN_PROGRESS"
        assert "ecs:StopServiceDeployment" not in aws.names


def test_deployment_without_an_operation_of_the_stack_is_shown_and_can_be_stopped(aws: PlayedEcs) -> None:
    play(aws, after(1, lambda a: a.revision(2), lambda a: a.deploy()))
    state, _ = looked(aws)
    assert state.deployment
    assert state.deployment.id == "deployment-2"
    (need,) = state.needs
    assert "no operation of the stack is under way" in need
    assert "`ecs-blue-green abort Shop` has ECS roll it back" in need


def test_throttling_slows_the_looks_down(aws: PlayedEcs) -> None:
    steps = until_canary()

    def throttle(played: PlayedEcs) -> None:
        answers = iter([AwsProblem("ThrottlingException"), {"services": [played.service]}])
        played.answers["ecs:DescribeServices"] = lambda _: next(answers, {"services": [played.service]})

    end, told = watched(aws, *steps[:3], after(0, throttle), *success()[3:])
    assert end.result == "deployed"
    assert any("AWS gets too many requests" in notice for notice in told.of("notice"))


@pytest.mark.parametrize(
    ("call", "source"),
    [
        ("ecs:DescribeServices", "service"),
        ("ecs:ListServiceDeployments", "service deployments"),
        ("ecs:DescribeServiceDeployments", "service deployments"),
        ("ecs:DescribeServiceRevisions", "service revisions"),
        ("elbv2:DescribeRules", "listener rules"),
        ("elbv2:DescribeTargetHealth", "target health"),
        ("cloudwatch:DescribeAlarms", "alarms"),
    ],
)
def test_permission_that_is_missing_hides_what_it_is_for_and_no_more(call: str, source: str, aws: PlayedEcs) -> None:
    play(aws, *until_canary())
    aws.answers[call] = DENIED
    state, _ = looked(aws)
    assert source in state.missing
    assert state.missing[source].startswith("no permission: ")
    assert state.status == "UPDATE_IN_PROGRESS"
    if source == "listener rules":
        assert (state.live, state.weights) == ("", {})


def test_colours_that_ecs_does_not_tell_are_those_that_must_be(aws: PlayedEcs) -> None:
    for one in aws.revisions.values():
        one["resolvedConfiguration"] = {}
    _, told = watched(aws, *until_canary())
    assert [one.colour for one in told.of("state")[-1].task_sets] == ["blue", "green"]


def test_colours_are_not_guessed_once_production_traffic_moves(aws: PlayedEcs) -> None:
    play(aws, *until_canary())
    for one in aws.revisions.values():
        one["resolvedConfiguration"] = {}
    state, engine = looked(aws)
    assert ([one.colour for one in state.task_sets], state.target, state.progress and state.progress.step) == (
        ["", ""],
        "",
        None,
    )
    assert "whether traffic has moved is not known" in engine.way_back(state)


def test_colours_are_not_guessed_once_all_traffic_has_moved(aws: PlayedEcs) -> None:
    play(aws, *until_bake())
    for one in aws.revisions.values():
        one["resolvedConfiguration"] = {}
    state, _ = looked(aws)
    assert ([one.colour for one in state.task_sets], state.live, state.target) == (["", ""], "green", "")


@pytest.mark.parametrize(
    ("new", "old", "target"),
    [(20.0, 80.0, "green"), (80.0, 20.0, "blue"), (50.0, 50.0, ""), (30.0, 70.0, ""), (None, 80.0, "")],
)
def test_colours_are_known_when_the_rule_has_just_what_is_requested(
    new: float | None, old: float, target: str, aws: PlayedEcs
) -> None:
    play(aws, *until_canary())
    for one in aws.revisions.values():
        one["resolvedConfiguration"] = {}
    requested = {} if new is None else {"requestedProductionTrafficWeight": new}
    aws.deployment(
        targetServiceRevision=summary(2) | requested,
        sourceServiceRevisions=[summary(1) | {"requestedProductionTrafficWeight": old}],
    )
    state, _ = looked(aws)
    assert state.target == target


def test_green_that_is_live_goes_to_blue(aws: PlayedEcs) -> None:
    aws.revision(1, "green")
    aws.targets = {"blue": 0, "green": 2}
    for rule in RULES:
        aws.shift(rule, blue=0, green=100)
    state, _ = looked(play(aws, *until_tests()[:3]))
    assert (state.live, state.target) == ("green", "blue")


def test_stage_and_statuses_that_are_new_are_text(aws: PlayedEcs) -> None:
    play(aws, *until_tests(), after(1, lambda a: a.stage("SOMETHING_NEW"), lambda a: a.function("SOMETHING_ELSE")))
    state, _ = looked(aws)
    assert state.deployment
    assert [one.name for one in state.deployment.events] == ["SOMETHING_NEW"]
    assert state.deployment.hooks[0].status == "SOMETHING_ELSE"
    assert state.needs == ()


def test_alarm_that_was_in_alarm_before_is_said_to_be_ignored(aws: PlayedEcs) -> None:
    aws.alarm = {"StateValue": "ALARM", "StateTransitionedTimestamp": at(-5)}
    (remark,) = [one for one in remarks(play(aws, *until_canary())) if "ignores" in one]
    assert ALARM in remark
    assert "(documented: NR2)" in remark


class TestService:
    @staticmethod
    def two(**more: Any) -> dict[str, Any]:
        return {"Resources": {**TEMPLATE["Resources"], "Other": service(), **more}}

    def test_among_several_must_be_named(self, aws: PlayedEcs) -> None:
        aws.template = self.two()
        state, _ = looked(aws)
        assert state.missing == {"service": "the stack has several, Service and Other: name one with --service"}
        assert "ecs:DescribeServices" not in aws.names

    def test_that_is_named_is_looked_at(self, aws: PlayedEcs) -> None:
        aws.template = self.two()
        state, _ = looked(aws, "Service")
        assert (state.live, state.missing) == ("blue", {})

    def test_that_is_not_there_is_said_not_to_be(self, aws: PlayedEcs) -> None:
        state, _ = looked(aws, "Nothing")
        assert state.missing == {"service": "the stack has no Nothing: ECS deploys Service"}

    def test_with_a_strategy_goes_before_one_without(self, aws: PlayedEcs) -> None:
        aws.template = self.two(Other=service(DeploymentConfiguration={}))
        assert looked(aws)[0].live == "blue"

    def test_without_a_load_balancer_has_revisions_and_no_colours(self, aws: PlayedEcs) -> None:
        aws.service["loadBalancers"] = []
        aws.revision(1)
        state, engine = looked(aws)
        assert ([one.colour for one in state.task_sets], state.weights, state.live) == ([""], {}, "")
        assert state.serving
        assert not any(name.startswith("elbv2:") for name in aws.names)
        assert engine.remarks(state) == []
        (line,) = [line for line in seen(state) if "shop:1" in line]
        assert line.split()[:3] == ["tasks", "current", "2/2"]
        assert not any(line.startswith(("blue", "green")) for line in seen(state))

    def test_of_a_network_load_balancer_has_listeners_for_rules(self, aws: PlayedEcs) -> None:
        advanced = aws.service["loadBalancers"][0]["advancedConfiguration"]
        advanced |= {"productionListenerRule": "arn:x:listener/net/1", "testListenerRule": "arn:x:listener/net/2"}
        aws.answers["elbv2:DescribeListeners"] = lambda given: {
            "Listeners": [
                {"ListenerArn": arn, "DefaultActions": aws.actions("production")} for arn in given["ListenerArns"]
            ]
        }
        assert looked(aws)[0].live == "blue"
        aws.shift("production", blue=1, green=1)
        assert any(
            "aws elbv2 modify-listener --listener-arn arn:x:listener/net/1 --default-actions" in one
            for one in remarks(aws)
        )

    def test_whose_controller_is_another_is_not_taken_for_one_of_ecs(self, aws: PlayedEcs) -> None:
        aws.service["deploymentController"] = {"type": "CODE_DEPLOY"}
        state, _ = looked(aws)
        assert state.missing["service"] == "not known: ECS does not deploy this service by itself"
        assert (state.live, state.deployment) == ("", None)


class TestEngine:
    def test_of_a_stack_is_found_again_with_each_operation(self, aws: PlayedEcs) -> None:
        external = service(DeploymentController={"Type": "EXTERNAL"})
        aws.template = {"Resources": {**TEMPLATE["Resources"], "Service": external}}
        aws.answers["codedeploy:ListDeployments"] = {"deployments": []}

        def change(played: PlayedEcs) -> None:
            played.template = TEMPLATE

        end, told = watched(aws, after(0), after(0, change), *success())
        assert [one.is_live_by_weights for one in told.of("state")][:2] == [False, True]
        assert end.message == "Deployed: shop:2 is live on green."

    def test_of_ecs_asks_nothing_of_codedeploy(self, aws: PlayedEcs) -> None:
        watched(aws, *success())
        assert not any(name.startswith("codedeploy:") for name in aws.names)


@pytest.mark.parametrize(
    "explain",
    [
        (
            "ECS was unable to invoke hook x due to User: me is not authorized to perform: lambda:InvokeFunction",
            "NK22",
        ),
        ("TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. ECS was unable to assume role x", "NH6"),
        ("One or more rules not found", "NE12"),
        ("User: me is not authorized to perform: elasticloadbalancing:ModifyRule on x", "NE12"),
    ],
)
def test_messages_that_mislead_are_explained(explain: tuple[str, str], aws: PlayedEcs) -> None:
    message, rule = explain
    end, _ = watched(aws, *until_tests()[:2], *rolled_back(message))
    assert rule in end.reasons[1]
    assert ("no hook failed" in end.reasons[1]) is False


def test_service_is_asked_for_in_its_cluster(aws: PlayedEcs) -> None:
    looked(aws)
    assert aws.asked("ecs:DescribeServices") == [{"cluster": "games", "services": [SERVICE_ARN]}]
