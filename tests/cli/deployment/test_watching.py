"""How a stack is followed: when it is looked at, what is told, and when it ends. No AWS, and no waiting."""

from dataclasses import replace

import pytest
from botocore import exceptions

from ecs_blue_green.cli.aws.session import AwsError
from ecs_blue_green.cli.deployment.state import EndedOperation, State
from ecs_blue_green.cli.deployment.watching import End, end_of, watch
from tests.cli.deployment.fakes import FakeClock, FakeEngine, Recorder, at, aws_error, state, task_set

THROTTLED = aws_error(exceptions.ClientError({"Error": {"Code": "ThrottlingException"}}, "DescribeServices"))
UNREACHABLE = aws_error(exceptions.ReadTimeoutError(endpoint_url="https://example.com"))
EXPIRED = aws_error(exceptions.ClientError({"Error": {"Code": "ExpiredToken"}}, "DescribeStacks"))

RUNNING = state("UPDATE_IN_PROGRESS")
ROLLING_BACK = state("UPDATE_ROLLBACK_IN_PROGRESS")
DEPLOYED = state("UPDATE_COMPLETE")
ROLLED_BACK = state("UPDATE_ROLLBACK_COMPLETE")
FAILED = state("UPDATE_ROLLBACK_FAILED")
REST = state("UPDATE_COMPLETE", updated=at(-60), began=at(-60), operation="one of old")


class Watched:
    """One time of watching."""

    def __init__(self, engine: FakeEngine, timeout: float | None = 3600, under_way: State | None = None) -> None:
        self.engine, self.clock, self.reporter = engine, FakeClock(), Recorder()
        self.end = watch(
            engine,
            self.reporter,
            interval=5,
            timeout=timeout,
            under_way=under_way,
            clock=self.clock,
            sleep=self.clock.sleep,
        )


def test_every_look_is_told_until_the_operation_has_ended() -> None:
    watched = Watched(FakeEngine(RUNNING, RUNNING, DEPLOYED))
    assert watched.reporter.told == [("state", RUNNING), ("state", RUNNING), ("state", DEPLOYED)]
    assert (watched.end.result, watched.clock.pauses) == ("deployed", [5, 5])


def test_what_rests_is_waited_for_with_one_call_a_look() -> None:
    watched = Watched(FakeEngine(REST, REST, REST, RUNNING, DEPLOYED))
    assert watched.engine.calls == ["read", "has_news", "has_news", "has_news", "read", "read"]
    assert watched.reporter.of("notice") == ["nothing is under way: waiting for an update of Shop to begin"]
    assert watched.end.result == "deployed"


def test_operation_that_was_over_before_it_was_seen_is_not_missed() -> None:
    assert Watched(FakeEngine(REST, REST, DEPLOYED)).end.result == "deployed"


def test_end_that_is_known_already_is_none_to_report() -> None:
    known = replace(ROLLED_BACK, operation="one of old")
    watched = Watched(FakeEngine(known, known, RUNNING, DEPLOYED))
    assert watched.end == End(result="deployed", message="Deployed.")
    assert "reasons" not in watched.engine.calls


def test_what_is_under_way_ends_it_even_when_it_is_over_at_the_first_look() -> None:
    watched = Watched(FakeEngine(ROLLED_BACK), under_way=RUNNING)
    assert (watched.end.result, watched.engine.calls) == ("rolled back", ["read", "reasons"])


def test_reasons_are_asked_for_once_as_soon_as_the_rollback_begins() -> None:
    watched = Watched(FakeEngine(RUNNING, ROLLING_BACK, ROLLING_BACK, ROLLED_BACK, why=["it was slow"]))
    assert watched.engine.calls == ["read", "read", "reasons", "read", "read"]
    assert watched.reporter.of("reasons") == [("it was slow",)]
    assert watched.end.reasons == ("it was slow",)


def test_failure_without_rollback_is_explained_at_its_end_only() -> None:
    watched = Watched(FakeEngine(RUNNING, FAILED, why=["no role"]))
    assert watched.reporter.of("reasons") == []
    assert (watched.end.result, watched.end.reasons) == ("failed", ("no role",))


def test_success_has_no_reasons() -> None:
    assert "reasons" not in Watched(FakeEngine(RUNNING, DEPLOYED)).engine.calls


class TestTrouble:
    def test_throttling_doubles_the_pause_up_to_a_minute(self) -> None:
        watched = Watched(FakeEngine(RUNNING, *[THROTTLED] * 6, DEPLOYED))
        assert watched.clock.pauses == [5, 10, 20, 40, 60, 60, 60]
        assert watched.reporter.of("notice")[0] == "stack Shop: no answer; next look in 10 s"
        assert watched.end.result == "deployed"

    def test_good_look_makes_the_pause_short_again(self) -> None:
        watched = Watched(FakeEngine(RUNNING, THROTTLED, THROTTLED, RUNNING, THROTTLED, DEPLOYED))
        assert watched.clock.pauses == [5, 10, 20, 5, 10]

    def test_good_look_at_what_rests_makes_the_pause_short_again(self) -> None:
        watched = Watched(FakeEngine(REST, THROTTLED, REST, REST, DEPLOYED))
        assert watched.clock.pauses == [5, 10, 5, 5]

    def test_lost_network_is_tried_again_as_often_as_before(self) -> None:
        watched = Watched(FakeEngine(RUNNING, UNREACHABLE, UNREACHABLE, DEPLOYED))
        assert watched.clock.pauses == [5, 5, 5]
        assert len(watched.reporter.of("notice")) == 2

    def test_lost_network_is_tried_again_until_the_timeout(self) -> None:
        watched = Watched(FakeEngine(RUNNING, UNREACHABLE), timeout=60)
        assert (watched.end.result, watched.clock.now) == ("running", 60)

    @pytest.mark.parametrize("error", [EXPIRED, AwsError("stack Shop: there is none")], ids=["credentials", "other"])
    def test_other_trouble_ends_it(self, error: AwsError) -> None:
        with pytest.raises(AwsError) as caught:
            Watched(FakeEngine(RUNNING, error, DEPLOYED))
        assert caught.value is error

    @pytest.mark.parametrize("error", [THROTTLED, UNREACHABLE], ids=["throttled", "unreachable"])
    def test_at_the_first_look_ends_it(self, error: AwsError) -> None:
        with pytest.raises(AwsError) as caught:
            Watched(FakeEngine(error, RUNNING, DEPLOYED))
        assert caught.value is error

    def test_after_what_is_under_way_is_known_does_not(self) -> None:
        assert Watched(FakeEngine(UNREACHABLE, ROLLED_BACK), under_way=RUNNING).end.result == "rolled back"


class TestTimeout:
    def test_ends_it_while_the_operation_goes_on(self) -> None:
        watched = Watched(FakeEngine(RUNNING), timeout=60)
        assert watched.end == End(
            result="running", message="Still running: stack Shop is UPDATE_IN_PROGRESS, and goes on."
        )
        assert watched.clock.now == 60

    def test_ends_the_waiting(self) -> None:
        watched = Watched(FakeEngine(REST), timeout=12)
        assert watched.end == End(result="waiting", message="No update of Shop has begun in time.")
        assert watched.clock.now == 10

    def test_of_none_is_no_time_at_all_but_one_look(self) -> None:
        watched = Watched(FakeEngine(RUNNING), timeout=0)
        assert (watched.end.result, watched.engine.calls) == ("running", ["read"])

    def test_left_out_is_as_long_as_it_takes(self) -> None:
        watched = Watched(FakeEngine(*[RUNNING] * 30_000, DEPLOYED), timeout=None)
        assert watched.clock.now == 150_000


def test_end_tells_what_is_live() -> None:
    sets = (task_set("blue"), task_set("green", "PRIMARY", task_definition="shop:2"))
    assert end_of(state("UPDATE_COMPLETE", task_sets=sets), ()).message == "Deployed: shop:2 is live on green."


def test_task_set_in_neither_target_group_is_live_on_its_own() -> None:
    sets = (task_set("", "PRIMARY", task_definition="shop:2"),)
    assert (
        end_of(state("UPDATE_COMPLETE", task_sets=sets), ()).message == "Deployed: shop:2 is live on its target group."
    )


def ended(id: str, status: str, *reasons: str, began: float = 0) -> EndedOperation:
    return EndedOperation(id=id, began=at(began), status=status, reasons=reasons)


def of_b(status: str, *earlier: EndedOperation, now: float = 2) -> State:
    """The stack in the course of its next operation, B."""
    return state(status, now, operation="B", began=at(1), updated=at(1), earlier=earlier)


ANOTHER = "another operation of Shop began at 12:01:00 UTC: that one is followed from here on"


class TestOperations:
    """A is followed, or rests, and B has begun before the next look."""

    A = state(operation="A")
    A_ROLLS_BACK = state("UPDATE_ROLLBACK_IN_PROGRESS", operation="A")

    @pytest.mark.parametrize(
        ("seen", "status", "reasons", "end"),
        [
            (
                [A],
                "UPDATE_COMPLETE",
                [],
                End(
                    result="deployed",
                    message="Deployed: stack Shop was UPDATE_COMPLETE, and another operation has begun since.",
                ),
            ),
            (
                [A],
                "UPDATE_ROLLBACK_COMPLETE",
                ["CloudFormation: A failed"],
                End(
                    result="rolled back",
                    message="Rolled back: stack Shop was UPDATE_ROLLBACK_COMPLETE, and another operation has begun "
                    "since.",
                    reasons=("CloudFormation: A failed",),
                ),
            ),
            (
                [A, A_ROLLS_BACK],
                "UPDATE_ROLLBACK_COMPLETE",
                ["CloudFormation: A failed"],
                End(
                    result="rolled back",
                    message="Rolled back: stack Shop was UPDATE_ROLLBACK_COMPLETE, and another operation has begun "
                    "since.",
                    reasons=("CloudFormation: it failed",),  # what was asked for at once
                ),
            ),
            (
                [A],
                "CREATE_IN_PROGRESS",
                [],
                End(
                    result="unknown",
                    message="Cut short: stack Shop was CREATE_IN_PROGRESS when another operation began.",
                ),
            ),
        ],
    )
    def test_end_of_the_one_is_told_with_its_own_reasons_before_the_other_is_followed(
        self, seen: list[State], status: str, reasons: list[str], end: End
    ) -> None:
        running = of_b("UPDATE_IN_PROGRESS", ended("A", status, *reasons))
        watched = Watched(FakeEngine(*seen, running, of_b("UPDATE_COMPLETE", *running.earlier)))
        told = [what for what in watched.reporter.told if what[0] != "reasons"]
        assert told[len(seen) :][:2] == [("another", (end, ANOTHER)), ("state", running)]
        assert watched.end == End(result="deployed", message="Deployed.")

    def test_other_one_may_be_over_as_well(self) -> None:
        over = of_b("UPDATE_ROLLBACK_COMPLETE", ended("A", "UPDATE_COMPLETE"))
        watched = Watched(FakeEngine(self.A, over, why=["B failed"]))
        assert [ends[0].result for ends in watched.reporter.of("another")] == ["deployed"]
        assert (watched.end.result, watched.end.reasons) == ("rolled back", ("B failed",))

    def test_reasons_of_the_one_are_none_of_the_other(self) -> None:
        looks = [self.A_ROLLS_BACK, of_b("UPDATE_ROLLBACK_IN_PROGRESS", ended("A", "UPDATE_ROLLBACK_COMPLETE", "a"))]
        engine = FakeEngine(*looks, of_b("UPDATE_ROLLBACK_COMPLETE"))
        watched = Watched(engine)
        assert engine.calls.count("reasons") == 2
        assert watched.end.result == "rolled back"

    def test_all_that_ended_meanwhile_are_told(self) -> None:
        earlier = [ended("A", "UPDATE_COMPLETE"), ended("between", "UPDATE_ROLLBACK_COMPLETE", "why")]
        watched = Watched(FakeEngine(self.A, of_b("UPDATE_IN_PROGRESS", *earlier), of_b("UPDATE_COMPLETE", *earlier)))
        ((one, other, _),) = watched.reporter.of("another")
        assert (one.result, other.result, other.reasons) == ("deployed", "rolled back", ("why",))

    def test_end_that_was_known_before_is_not_told_again(self) -> None:
        running = of_b("UPDATE_IN_PROGRESS", ended("one of old", "UPDATE_COMPLETE", began=-60))
        watched = Watched(FakeEngine(REST, running, of_b("UPDATE_COMPLETE", *running.earlier)))
        assert watched.reporter.of("another") == []
        assert watched.end.result == "deployed"

    def test_only_the_one_to_follow_is_followed_when_it_was_named(self) -> None:
        running = of_b("UPDATE_IN_PROGRESS", ended("A", "UPDATE_ROLLBACK_COMPLETE", "cancelled"))
        engine = FakeEngine(running)
        watched = Watched(engine, under_way=self.A)
        assert (watched.end.result, watched.end.reasons, engine.calls) == ("rolled back", ("cancelled",), ["read"])

    def test_end_of_which_nobody_knows_whose_it_is_says_so(self) -> None:
        hidden = state("UPDATE_COMPLETE", operation="", updated=at(9), missing={"stack events": "no permission"})
        assert Watched(FakeEngine(self.A, hidden)).end.message == (
            "Deployed. It is not known whether this is the operation that was followed: the stack's events could not "
            "be read."
        )

    def test_course_of_which_nobody_knows_whose_it_is_is_said_to_be_so(self) -> None:
        hidden = state(operation="", missing={"stack events": "no permission"})
        looks = [hidden, hidden, of_b("UPDATE_IN_PROGRESS"), of_b("UPDATE_COMPLETE")]
        assert Watched(FakeEngine(*looks)).reporter.of("notice") == [
            "it is not known whether this is still the operation that was followed: the stack's events could not be "
            "read"
        ]

    def test_end_of_the_one_is_not_lost_when_the_next_look_fails(self) -> None:
        running = of_b("UPDATE_IN_PROGRESS", ended("A", "UPDATE_COMPLETE"))
        watched = Watched(FakeEngine(self.A, THROTTLED, running, of_b("UPDATE_COMPLETE", *running.earlier)))
        assert [ends[0].result for ends in watched.reporter.of("another")] == ["deployed"]


class TestCreation:
    REVIEW = state("REVIEW_IN_PROGRESS", operation="")

    @pytest.mark.parametrize(
        ("looks", "result"),
        [
            ([state("CREATE_IN_PROGRESS"), state("CREATE_COMPLETE")], "deployed"),
            ([state("CREATE_COMPLETE")], "deployed"),
            ([state("ROLLBACK_IN_PROGRESS"), state("ROLLBACK_COMPLETE")], "failed"),
            ([state("DELETE_COMPLETE")], "deleted"),
        ],
        ids=["seen", "over before it was seen", "rolled back", "given up"],
    )
    def test_is_waited_for_and_followed(self, looks: list[State], result: str) -> None:
        watched = Watched(FakeEngine(self.REVIEW, self.REVIEW, *looks))
        assert watched.reporter.of("notice") == ["nothing is deployed yet: waiting for the creation of Shop to begin"]
        assert watched.end.result == result
        assert watched.engine.calls[:2] == ["read", "has_news"]

    def test_that_does_not_begin_in_time_is_said_to_be_none(self) -> None:
        assert Watched(FakeEngine(self.REVIEW), timeout=60).end == End(
            result="waiting", message="No creation of Shop has begun in time."
        )

    def test_that_is_cut_short_by_a_deletion_is_followed_to_its_end(self) -> None:
        deleting = of_b("DELETE_IN_PROGRESS", ended("an update", "CREATE_IN_PROGRESS"))
        looks = [state("CREATE_IN_PROGRESS"), deleting, of_b("DELETE_COMPLETE", *deleting.earlier)]
        watched = Watched(FakeEngine(*looks))
        assert [ends[0].result for ends in watched.reporter.of("another")] == ["unknown"]
        assert watched.end == End(result="deleted", message="Deleted: stack Shop is DELETE_COMPLETE.")
        assert "reasons" not in watched.engine.calls


class Unsure(FakeEngine):
    """An engine that can't say why at first."""

    def __init__(self, *looks: State, failures: int) -> None:
        super().__init__(*looks)
        self._failures = failures

    def reasons(self, state: State) -> list[str]:
        found = super().reasons(state)
        self._failures -= 1
        if self._failures >= 0:
            raise THROTTLED
        return found


def test_reasons_that_could_not_be_asked_for_at_the_end_are_asked_for_again() -> None:
    watched = Watched(Unsure(RUNNING, ROLLED_BACK, failures=2))
    assert watched.engine.calls == ["read", "read", "reasons", "reasons", "reasons"]
    assert watched.end.reasons == ("CloudFormation: it failed",)


def test_end_without_reasons_is_told_when_there_is_no_more_time() -> None:
    watched = Watched(Unsure(RUNNING, ROLLED_BACK, failures=99), timeout=60)
    assert (watched.end.result, watched.end.reasons) == ("rolled back", ())
