"""How a stack is followed: when it is looked at, what is told, and when it ends. No AWS, and no waiting."""

import pytest
from botocore import exceptions

from ecs_blue_green.cli.aws.session import AwsError
from ecs_blue_green.cli.deployment.state import State
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
REST = state("UPDATE_COMPLETE", updated=at(-60), began=at(-60))


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
    watched = Watched(FakeEngine(ROLLED_BACK, ROLLED_BACK, RUNNING, DEPLOYED))
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


@pytest.mark.parametrize(
    ("status", "result", "message"),
    [
        ("UPDATE_COMPLETE", "deployed", "Deployed: shop:2 is live on green."),
        ("CREATE_COMPLETE", "deployed", "Deployed: shop:2 is live on green."),
        ("UPDATE_ROLLBACK_COMPLETE", "rolled back", "Rolled back: stack Shop is UPDATE_ROLLBACK_COMPLETE."),
        ("ROLLBACK_COMPLETE", "rolled back", "Rolled back: stack Shop is ROLLBACK_COMPLETE."),
        ("UPDATE_ROLLBACK_FAILED", "failed", "Failed: stack Shop is UPDATE_ROLLBACK_FAILED."),
        ("UPDATE_FAILED", "failed", "Failed: stack Shop is UPDATE_FAILED."),
        ("DELETE_COMPLETE", "failed", "Failed: stack Shop is DELETE_COMPLETE."),
    ],
)
def test_end_is_told_by_the_status_of_the_stack(status: str, result: str, message: str) -> None:
    sets = (task_set("blue"), task_set("green", "PRIMARY", task_definition="shop:2"))
    end = end_of(state(status, task_sets=sets), ("because",))
    assert (end.result, end.message) == (result, message)
    assert end.reasons == (() if result == "deployed" else ("because",))


def test_task_set_in_neither_target_group_is_live_on_its_own() -> None:
    sets = (task_set("", "PRIMARY", task_definition="shop:2"),)
    assert (
        end_of(state("UPDATE_COMPLETE", task_sets=sets), ()).message == "Deployed: shop:2 is live on its target group."
    )
