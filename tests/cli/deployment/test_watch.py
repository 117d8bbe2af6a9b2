"""``watch`` with an engine that is none of AWS's: the command knows no more of engines than ``Engine``."""

import json

import pytest
from botocore import exceptions

from ecs_blue_green.cli.aws.session import AwsError
from ecs_blue_green.cli.deployment import following
from ecs_blue_green.cli.deployment.state import EndedOperation, State
from ecs_blue_green.cli.deployment.watching import End
from tests.cli.deployment.fakes import FULL, FakeEngine, at, aws_error, state, use
from tests.cli.support import invoke

OPTIONS = ("watch", "Shop", "--interval", "0.01")


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (state("UPDATE_COMPLETE"), 0),
        (state("UPDATE_ROLLBACK_COMPLETE"), 1),
        (state("UPDATE_ROLLBACK_FAILED"), 1),
    ],
    ids=lambda value: value.status if isinstance(value, State) else "",
)
def test_exit_code_tells_how_it_ended(last: State, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(state("UPDATE_IN_PROGRESS"), last), monkeypatch)
    assert invoke(*OPTIONS).exit_code == code


def test_exit_code_of_what_still_runs_is_3(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(state("UPDATE_IN_PROGRESS")), monkeypatch)
    assert invoke(*OPTIONS, "--timeout", "0.001").exit_code == 3


@pytest.mark.parametrize(("options", "asked"), [([], (5, None)), (["--interval", "7", "--timeout", "90"], (7, 5400))])
def test_options_are_seconds_between_looks_and_minutes_in_all(
    options: list[str], asked: tuple[float, float | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def watch(*_: object, interval: float, timeout: float | None, **__: object) -> End:
        assert (interval, timeout) == asked
        return End(result="waiting", message="")

    use(FakeEngine(FULL), monkeypatch)
    monkeypatch.setattr(following, "watch", watch)
    assert invoke("watch", "Shop", *options).exit_code == 3


def test_exit_code_of_what_has_not_begun_is_3(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(state("UPDATE_COMPLETE")), monkeypatch)
    result = invoke(*OPTIONS, "--timeout", "0.001")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (3, "No update of Shop has begun in time.")


def test_lines_tell_each_change_once(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(FULL, FULL, state("UPDATE_ROLLBACK_COMPLETE", 9), why=["it was slow"]), monkeypatch)
    assert invoke(*OPTIONS).stdout.splitlines() == [
        "12:06:00 stack Shop: UPDATE_IN_PROGRESS (User Initiated)",
        "12:06:00 Service: UPDATE_IN_PROGRESS",
        "12:06:00 ECS deployment sd-1: IN_PROGRESS",
        "12:06:00 SCALE_UP: Succeeded",
        "12:06:00 SHIFT: InProgress",
        "12:06:00 blue tasks: 2 running, 0 pending of 2 (primary, shop:blue)",
        "12:06:00 green tasks: 1 running, 1 pending of 2 (active, shop:green, shop:2)",
        "12:06:00 production traffic: blue 70 %, green 30 %",
        "12:06:00 test traffic: neither to blue nor to green",
        "12:06:00 blue targets: 2 of 2 healthy",
        "12:06:00 green targets: 1 of 2 healthy",
        "12:06:00 alarm Errors: OK",
        "12:06:00 alarm Latency (no rollback trigger): ALARM",
        "12:06:00 target health: no permission: me lacks it",
        "12:09:00 stack Shop: UPDATE_ROLLBACK_COMPLETE",
        "12:09:00 blue tasks: gone",
        "12:09:00 green tasks: gone",
        "12:09:00 target health: read again",
        "Rolled back: stack Shop is UPDATE_ROLLBACK_COMPLETE.",
        "  it was slow",
    ]


def test_lines_tell_reasons_as_soon_as_they_are_known_and_notices_once(monkeypatch: pytest.MonkeyPatch) -> None:
    back = state("UPDATE_ROLLBACK_IN_PROGRESS")
    use(FakeEngine(back, back, state("UPDATE_ROLLBACK_COMPLETE")), monkeypatch)
    assert "-------- CloudFormation: it failed\n" in invoke(*OPTIONS).stdout


def test_lines_tell_a_notice_again_only_after_a_look_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = aws_error(exceptions.ReadTimeoutError(endpoint_url="https://example.com"))
    use(FakeEngine(FULL, lost, lost, FULL, lost, state("UPDATE_COMPLETE")), monkeypatch)
    said = [line for line in invoke(*OPTIONS).stdout.splitlines() if line.startswith("-------- ")]
    assert said == ["-------- stack Shop: no answer; next look in 1 s"] * 2


def test_json_has_a_line_for_what_is_new_and_none_for_time_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    resting = state("UPDATE_COMPLETE", updated=at(-9))
    later = [state("UPDATE_IN_PROGRESS", minute) for minute in (0, 1, 2)]
    use(FakeEngine(resting, resting, *later, state("UPDATE_COMPLETE", 3)), monkeypatch)
    result = invoke(*OPTIONS, "--json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["type"] for line in lines] == ["state", "notice", "state", "state", "end"]
    assert lines[-1] == {"type": "end", "result": "deployed", "message": "Deployed.", "reasons": []}


def test_json_is_short_for_the_format(monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = []
    for options in (["--json"], ["--format", "json"]):
        use(FakeEngine(FULL, state("UPDATE_COMPLETE")), monkeypatch)
        outputs.append(invoke(*OPTIONS, *options).stdout)
    assert outputs[0] == outputs[1] != ""


def test_error_of_aws_is_a_sentence_with_exit_code_2(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(AwsError("stack Shop: there is none")), monkeypatch)
    result = invoke(*OPTIONS)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "Error: stack Shop: there is none\n")


def test_interruption_says_that_the_deployment_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(FULL, KeyboardInterrupt()), monkeypatch)
    result = invoke(*OPTIONS)
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1].endswith(
        "What is under way goes on without being watched. `ecs-blue-green abort Shop` cancels it."
    )


def test_defect_is_no_exit_code_of_a_rollback(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(FULL, ZeroDivisionError()), monkeypatch)
    assert invoke(*OPTIONS).exit_code == 70


ENDED = EndedOperation(
    id="an update", began=at(0), status="UPDATE_ROLLBACK_COMPLETE", reasons=("CloudFormation: A failed",)
)
NEXT = [
    state(status, now, operation="B", began=at(8), updated=at(8), earlier=(ENDED,))
    for status, now in (("UPDATE_IN_PROGRESS", 9), ("UPDATE_COMPLETE", 10))
]


def test_lines_tell_that_another_operation_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(state("UPDATE_IN_PROGRESS"), *NEXT), monkeypatch)
    result = invoke(*OPTIONS)
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,  # that of the one that was followed to the end
        [
            "12:00:00 stack Shop: UPDATE_IN_PROGRESS",
            "Rolled back: stack Shop was UPDATE_ROLLBACK_COMPLETE, and another operation has begun since.",
            "  CloudFormation: A failed",
            "-------- another operation of Shop began at 12:08:00 UTC: that one is followed from here on",
            "12:10:00 stack Shop: UPDATE_COMPLETE",
            "Deployed.",
        ],
    )


def test_json_tells_that_another_operation_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(state("UPDATE_IN_PROGRESS"), *NEXT), monkeypatch)
    lines = [json.loads(line) for line in invoke(*OPTIONS, "--json").stdout.splitlines()]
    assert [line["type"] for line in lines] == ["state", "notice", "notice", "notice", "state", "state", "end"]
    assert [line["operation"] for line in lines if "operation" in line] == ["an update", "B", "B"]


@pytest.mark.parametrize(
    ("last", "code"),
    [("DELETE_COMPLETE", 1), ("ROLLBACK_COMPLETE", 1), ("SHELVED", 1), ("CREATE_COMPLETE", 0), ("IMPORT_COMPLETE", 0)],
)
def test_exit_code_of_other_ends(last: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(state("CREATE_IN_PROGRESS"), state(last)), monkeypatch)
    assert invoke(*OPTIONS).exit_code == code
