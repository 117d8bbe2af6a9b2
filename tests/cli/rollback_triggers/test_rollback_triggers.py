"""What ``rollback-triggers`` shows, changes and refuses."""

import json
import re
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

from ecs_blue_green.cli.aws import patience
from tests.cli.aws.deployed import (
    CERTIFICATE,
    COMPOSITE,
    HTTP,
    METRIC,
    NAME,
    TEMPLATE,
    UNHEALTHY,
    Deployed,
    arn,
    trigger,
)
from tests.cli.aws.server import ME, Aws, LostConnectionError, aws
from tests.cli.aws.support import AwsProblem
from tests.cli.support import invoke

Serve = Callable[[Deployed], Aws]
BOTH = [trigger(HTTP), trigger(UNHEALTHY)]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serves a deployed stack to boto3 in this process, with no time between two looks at it."""
    monkeypatch.setattr(patience, "SECONDS_BETWEEN_LOOKS", 0)
    with ExitStack() as servers:

        def start(deployed: Deployed) -> Aws:
            server = servers.enter_context(aws(deployed.operations()))
            monkeypatch.delenv("AWS_PROFILE", raising=False)
            for name, value in server.environment.items():
                monkeypatch.setenv(name, value)
            return server

        yield start


def triggers(name: str, *arguments: str, given: str = "") -> Result:
    return invoke("rollback-triggers", name, NAME, *arguments, given=given)


def updates(server: Aws) -> list[dict[str, Any]]:
    """The updates that were asked for, without their tokens."""
    return [
        {name: value for name, value in given.items() if name != "ClientRequestToken"}
        for given in server.calls_of("cloudformation:UpdateStack")
    ]


def refused(result: Result, code: int = 1) -> str:
    """The sentence that a command ends with."""
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    return result.stderr.rpartition("Error: ")[2]


def pasted(line: str) -> list[str]:
    """What a shell gives to the program `aws` when a line is pasted into it."""
    script = 'aws() { printf "%s\\0" "$@"; }\n' + line
    done = subprocess.run(["sh", "-eu"], input=script, capture_output=True, text=True, check=True)
    return done.stdout.split("\0")[:-1]


# set


def test_set_makes_the_composites_of_the_template_triggers_and_keeps_all_else(serve: Serve) -> None:
    server = serve(Deployed())
    result = triggers("set", "--yes")
    assert (result.exit_code, result.stdout) == (0, f"Done: the update of stack {NAME} is complete.\n")
    assert updates(server) == [
        {
            "StackName": NAME,
            "UsePreviousTemplate": True,
            "Parameters": [
                {"ParameterKey": "BlueGreenTransformParameter", "UsePreviousValue": True},
                {"ParameterKey": CERTIFICATE, "UsePreviousValue": True},
            ],
            "Capabilities": ["CAPABILITY_AUTO_EXPAND", "CAPABILITY_NAMED_IAM"],
            "RollbackConfiguration": {"RollbackTriggers": BOTH, "MonitoringTimeInMinutes": 0},
        }
    ]


def test_set_keeps_the_triggers_that_are_there_and_their_monitoring_time(serve: Serve) -> None:
    deployed = Deployed(triggers=[trigger("Queue", METRIC)], monitoring=7)
    deployed.metric_alarms["Queue"] = "OK"
    serve(deployed)
    assert triggers("set", "--yes").exit_code == 0
    assert deployed.triggers == [trigger("Queue", METRIC), *BOTH]
    assert deployed.monitoring == 7


@pytest.mark.parametrize("identifier", ["Queue", arn("Queue")])
def test_set_takes_alarms_of_both_kinds_by_name_and_by_arn(identifier: str, serve: Serve) -> None:
    deployed = Deployed()
    deployed.metric_alarms["Queue"] = "OK"
    server = serve(deployed)
    assert triggers("set", identifier, UNHEALTHY, "--monitoring-time", "5", "--yes").exit_code == 0
    assert deployed.triggers == [trigger("Queue", METRIC), trigger(UNHEALTHY, COMPOSITE)]
    assert deployed.monitoring == 5
    assert server.calls_of("cloudformation:GetTemplate") == []


def test_set_changes_the_monitoring_time_alone(serve: Serve) -> None:
    deployed = Deployed(triggers=BOTH, monitoring=5)
    serve(deployed)
    result = triggers("set", "--monitoring-time", "0", "--yes")
    assert (deployed.triggers, deployed.monitoring) == (BOTH, 0)
    assert "watched for 0 minutes after an update (until now 5)" in result.stderr


def test_set_has_nothing_to_do_when_all_is_as_wanted(serve: Serve) -> None:
    server = serve(Deployed(triggers=[*reversed(BOTH)], monitoring=5))
    result = triggers("set")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"Nothing to do: the rollback triggers of stack {NAME} are as wanted.\n"
    assert server.calls_of("cloudformation:UpdateStack") == []


def test_set_says_before_it_asks_what_will_change(serve: Serve) -> None:
    deployed = Deployed(triggers=[trigger(HTTP)])
    server = serve(deployed)
    result = triggers("set", "--monitoring-time", "1", given="y\n")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        f"Stack {NAME}: rollback triggers after the update",
        f"    {HTTP} (composite, OK)",
        f"  + {UNHEALTHY} (composite, OK)",
        "    watched for 1 minute after an update (until now 0), this one too",
        "Any update reads these parameters from SSM's Parameter Store again, and takes a value that has changed there "
        f"(documented): {CERTIFICATE}",
        "Update the stack? [y/N]: y",
        f"Stack {NAME}: UPDATE_IN_PROGRESS",
        f"Stack {NAME}: UPDATE_COMPLETE",
    ]
    assert len(server.calls_of("cloudformation:UpdateStack")) == 1


@pytest.mark.parametrize("answer", ["n\n", "\n", ""], ids=["no", "nothing", "nobody"])
@pytest.mark.parametrize("name", ["set", "clear"])
def test_nothing_changes_unless_somebody_says_yes(name: str, answer: str, serve: Serve) -> None:
    server = serve(Deployed(triggers=[trigger(HTTP)]))
    said = refused(triggers(name, given=answer), 2)
    assert said == "Nothing was changed: nobody said yes. Add --yes where there is no one to ask.\n"
    assert server.calls_of("cloudformation:UpdateStack") == []


def test_set_warns_of_an_alarm_that_is_on(serve: Serve) -> None:
    serve(Deployed(composite_alarms={HTTP: "ALARM", UNHEALTHY: "OK"}))
    assert (
        f"\n{HTTP} is in ALARM now. Expect CloudFormation to roll this update back, and any other (inferred).\n"
        in triggers("set", "--yes").stderr
    )


def test_set_refuses_more_than_five_and_lists_them(serve: Serve) -> None:
    deployed = Deployed(triggers=[trigger(f"Queue{number}", METRIC) for number in range(4)])
    deployed.metric_alarms |= {f"Queue{number}": "OK" for number in range(4)}
    serve(deployed)
    assert refused(triggers("set", "--yes")) == (
        "A stack has at most 5 rollback triggers, not 6: name fewer alarms, or clear some. It has Queue0, Queue1, "
        f"Queue2, Queue3, and would get {HTTP}, {UNHEALTHY} (documented: L39).\n"
    )


def test_set_refuses_alarms_that_do_not_exist_and_names_them(serve: Serve) -> None:
    server = serve(Deployed(composite_alarms={UNHEALTHY: "OK"}))
    elsewhere = arn(UNHEALTHY).replace("eu-west-1", "us-east-1")
    said = refused(triggers("set", HTTP, elsewhere, UNHEALTHY, "--yes"))
    assert said == (
        f"No such alarm in eu-west-1 of this account: {HTTP}, {elsewhere}. Make it first; if it is a rollback trigger "
        f"already, remove it: `ecs-blue-green rollback-triggers clear {NAME} ALARM`. CloudFormation fails every update "
        "with a rollback trigger that does not exist (documented: L39).\n"
    )
    assert server.calls_of("cloudformation:UpdateStack") == []


def test_set_refuses_to_keep_a_trigger_whose_alarm_is_gone(serve: Serve) -> None:
    serve(Deployed(triggers=[trigger("Gone", METRIC)]))
    assert refused(triggers("set", "--yes")).startswith(f"No such alarm in eu-west-1 of this account: {arn('Gone')}. ")


def test_set_refuses_alarms_that_the_stack_has_not_made(serve: Serve) -> None:
    (id,) = [id for id, body in TEMPLATE["Resources"].items() if body.get("Properties", {}).get("AlarmName") == HTTP]
    serve(Deployed(unmade={id}))
    assert refused(triggers("set", "--yes")) == (
        f"Stack {NAME} has not made {id}, which its template has: deploy it first.\n"
    )


def test_set_refuses_a_template_without_alarms_over_the_target_groups(serve: Serve) -> None:
    serve(Deployed(template={**TEMPLATE, "Hooks": {}}))
    assert refused(triggers("set", "--yes")) == (
        f"The deployed template of stack {NAME} has no composite alarm over the target groups of a blue/green hook: "
        "name the alarms that are to be rollback triggers.\n"
    )


@pytest.mark.parametrize("name", ["set", "clear"])
@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("UPDATE_IN_PROGRESS", "CloudFormation refuses any other update until that has ended."),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "CloudFormation refuses any other update until that has ended."),
        ("ROLLBACK_COMPLETE", "it can't be updated. Delete it and create it again."),
        (
            "UPDATE_ROLLBACK_FAILED",
            "CloudFormation updates it only after its rollback was continued (`aws cloudformation "
            "continue-update-rollback`).",
        ),
        (
            "UPDATE_FAILED",
            "any update would go on with the one that failed. End that one first, such as with `aws cloudformation "
            "rollback-stack`.",
        ),
    ],
)
def test_a_stack_that_can_not_be_updated_is_refused(name: str, status: str, why: str, serve: Serve) -> None:
    server = serve(Deployed(status=status, triggers=BOTH))
    assert refused(triggers(name, "--yes")) == f"Stack {NAME} is {status}: {why}\n"
    assert [called for called, _ in server.calls] == ["cloudformation:DescribeStacks"]


@pytest.mark.parametrize("minutes", ["-1", "181", "five"])
def test_a_monitoring_time_is_from_0_to_180_minutes(minutes: str) -> None:
    result = triggers("set", "--monitoring-time", minutes)
    assert result.exit_code == 2
    assert "Invalid value for '--monitoring-time'" in result.stderr


# The update


def test_the_call_is_printed_ready_to_paste_and_not_made(serve: Serve) -> None:
    server = serve(Deployed())
    result = triggers("set", "--monitoring-time", "5", "--dry-run", "--region", "eu-west-1")
    assert result.exit_code == 0
    words = pasted(result.stdout)
    assert words[: words.index("--rollback-configuration")] == [
        *("cloudformation", "update-stack", "--stack-name", NAME, "--use-previous-template"),
        *("--parameters", "ParameterKey=BlueGreenTransformParameter,UsePreviousValue=true"),
        f"ParameterKey={CERTIFICATE},UsePreviousValue=true",
        *("--capabilities", "CAPABILITY_AUTO_EXPAND", "CAPABILITY_NAMED_IAM"),
    ]
    configuration, *more = words[words.index("--rollback-configuration") + 1 :]
    assert json.loads(configuration) == {"RollbackTriggers": BOTH, "MonitoringTimeInMinutes": 5}
    assert more == ["--region", "eu-west-1"]
    assert server.calls_of("cloudformation:UpdateStack") == []


def test_the_call_as_json_is_the_one_that_is_made(serve: Serve) -> None:
    server = serve(Deployed())
    dry = json.loads(triggers("set", "--dry-run", "--json").stdout)
    made = json.loads(triggers("set", "--yes", "--json").stdout)
    assert (dry["outcome"], made["outcome"]) == ("dry-run", "updated")
    assert [dry["update_stack"]] == [made["update_stack"]] == updates(server)


def test_no_wait_ends_when_the_update_has_started(serve: Serve) -> None:
    server = serve(Deployed())
    result = triggers("set", "--yes", "--no-wait")
    assert (result.exit_code, result.stdout) == (0, f"The update of stack {NAME} has started.\n")
    assert server.calls[-1][0] == "cloudformation:UpdateStack"


def test_an_update_that_is_rolled_back_is_told_with_its_reason(serve: Serve) -> None:
    reason = f"Alarm with ARN {arn(HTTP)} went to ALARM state"
    statuses = ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"]
    serve(Deployed(statuses=statuses, reasons={"UPDATE_ROLLBACK_IN_PROGRESS": reason}))
    result = triggers("set", "--yes")
    assert refused(result) == f"The update of stack {NAME} has failed (UPDATE_ROLLBACK_COMPLETE): {reason}\n"
    assert re.findall(rf"^Stack {NAME}: (\w+)$", result.stderr, re.MULTILINE) == [
        *("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")
    ]


def test_an_update_that_says_nothing_of_its_failure_is_told_without_reason(serve: Serve) -> None:
    serve(Deployed(statuses=["UPDATE_ROLLBACK_COMPLETE"]))
    assert refused(triggers("set", "--yes")) == f"The update of stack {NAME} has failed (UPDATE_ROLLBACK_COMPLETE)\n"


def test_triggers_that_are_not_there_after_the_update_are_told(serve: Serve) -> None:
    serve(Deployed(keeps_triggers=True))
    assert refused(triggers("set", "--yes")) == (
        f"The update of stack {NAME} is complete, and yet its rollback triggers are not those that were given: see "
        f"`ecs-blue-green rollback-triggers show {NAME}`.\n"
    )


def test_that_there_is_nothing_to_update_is_explained(serve: Serve) -> None:
    serve(Deployed(refusal=AwsProblem("ValidationError", "No updates are to be performed.")))
    said = refused(triggers("set", "--yes"))
    assert said.startswith(
        f"CloudFormation says of stack {NAME} that there is nothing to update: rollback triggers alone are no update "
        "for it. Give them with the next change of the stack: `aws cloudformation create-change-set` and "
        "`update-stack` take --rollback-configuration "
    )
    configuration = shlex.split(said.rpartition(" take ")[2])[1]
    assert json.loads(configuration) == {"RollbackTriggers": BOTH, "MonitoringTimeInMinutes": 0}


def test_a_stack_that_is_busy_by_the_time_of_the_update_is_told(serve: Serve) -> None:
    message = f"Stack:{NAME} is in UPDATE_IN_PROGRESS state and can not be updated."
    serve(Deployed(refusal=AwsProblem("ValidationError", message)))
    assert refused(triggers("set", "--yes")) == f"Stack {NAME} is busy by now: {message}\n"


@pytest.mark.parametrize("code", ["ValidationError", "InsufficientCapabilitiesException"])
def test_whatever_else_cloudformation_says_is_told(code: str, serve: Serve) -> None:
    serve(Deployed(refusal=AwsProblem(code, "Requires something.")))
    said = refused(triggers("set", "--yes"), code=2)
    assert said == f"stack {NAME}: AWS says: Requires something. ({code}, UpdateStack)\n"


def test_interrupted_waiting_says_that_the_update_goes_on(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)
    serve(Deployed())
    result = triggers("set", "--yes")
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.splitlines()[-2:] == [
        "Error: interrupted",
        f"Error: if the update of stack {NAME} has started, it goes on: `ecs-blue-green watch {NAME}` shows it",
    ]


# Others change the stack too


def changing_when_asked(monkeypatch: pytest.MonkeyPatch, *changes: Callable[[], object]) -> None:
    """Have something happen before each answer; with it the answer is yes, and at last no."""
    happening = iter(changes)

    def confirm(*_: object, **__: object) -> bool:
        change = next(happening, None)
        if change:
            change()
        return change is not None

    monkeypatch.setattr(click, "confirm", confirm)


@pytest.mark.parametrize("name", ["set", "clear"])
def test_a_trigger_that_came_meanwhile_is_kept_after_another_question(
    name: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed = Deployed(triggers=[trigger(HTTP)], monitoring=5)
    deployed.metric_alarms["Queue"] = "OK"
    server = serve(deployed)
    changing_when_asked(
        monkeypatch, lambda: deployed.triggers.append(trigger("Queue", METRIC)), lambda: server.calls.clear()
    )
    result = triggers(name, UNHEALTHY) if name == "set" else triggers(name, HTTP)
    assert result.exit_code == 0, result.output
    kept = [trigger(HTTP), trigger("Queue", METRIC), trigger(UNHEALTHY)]
    assert deployed.triggers == (kept if name == "set" else [trigger("Queue", METRIC)])
    first, second = result.stderr.split(
        "Meanwhile somebody has changed the stack. This is what the update makes of it now:\n"
    )
    assert ("Queue" in first, "    Queue (metric, OK)\n" in second) == (False, True)
    called = [called for called, _ in server.calls]
    assert called.index("cloudformation:DescribeStacks") < called.index("cloudformation:UpdateStack")


@pytest.mark.parametrize(
    "change",
    [
        lambda deployed: setattr(deployed, "monitoring", 7),
        lambda deployed: deployed.parameters.append("New"),
        lambda deployed: setattr(deployed, "id", "22223333"),
    ],
    ids=["monitoring", "parameter", "another stack"],
)
def test_nobody_who_says_no_to_what_has_changed_meanwhile_has_changed_it(
    change: Callable[[Deployed], object], serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed = Deployed(triggers=[trigger(HTTP)])
    server = serve(deployed)

    changing_when_asked(monkeypatch, lambda: change(deployed))
    said = refused(triggers("set"), 2)
    assert said == "Nothing was changed: nobody said yes. Add --yes where there is no one to ask.\n"
    assert updates(server) == []


def test_clear_asks_again_before_it_removes_a_trigger_that_came_meanwhile(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed = Deployed(triggers=[trigger(HTTP)])
    server = serve(deployed)
    changing_when_asked(monkeypatch, lambda: deployed.triggers.append(trigger(UNHEALTHY)))
    refused(triggers("clear"), 2)
    assert (updates(server), deployed.triggers) == ([], BOTH)


def test_what_somebody_else_has_done_meanwhile_is_left(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed = Deployed(triggers=[trigger(HTTP)])
    server = serve(deployed)
    changing_when_asked(monkeypatch, lambda: deployed.triggers.append(trigger(UNHEALTHY)))
    result = triggers("set", "--json")
    assert (result.exit_code, json.loads(result.stdout)["outcome"]) == (0, "unchanged")
    assert updates(server) == []


def test_an_update_that_began_meanwhile_is_told(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed = Deployed()
    server = serve(deployed)
    changing_when_asked(monkeypatch, lambda: setattr(deployed, "status", "UPDATE_IN_PROGRESS"))
    assert refused(triggers("set")).startswith(f"Stack {NAME} is UPDATE_IN_PROGRESS: ")
    assert updates(server) == []


def test_with_yes_the_stack_is_read_once_right_before_the_update(serve: Serve) -> None:
    server = serve(Deployed())
    assert triggers("set", "--yes", "--no-wait").exit_code == 0
    called = [called for called, _ in server.calls]
    assert called.count("cloudformation:DescribeStacks") == 1


# Lost answers

SERVER_ERROR = AwsProblem("InternalFailure", "Sorry.", 500)


@pytest.mark.parametrize("lost", [SERVER_ERROR, LostConnectionError()], ids=["500", "no answer"])
@pytest.mark.parametrize("attempts", ["1", "2"], ids=["once", "repeated"])
def test_an_update_that_has_begun_is_followed_though_its_answer_was_lost(
    lost: Exception, attempts: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed = Deployed(lost=lost, late=2)
    server = serve(deployed)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", attempts)
    result = triggers("set", "--yes")
    assert (result.exit_code, result.stdout) == (0, f"Done: the update of stack {NAME} is complete.\n"), result.output
    assert deployed.triggers == BOTH
    tokens = [given["ClientRequestToken"] for given in server.calls_of("cloudformation:UpdateStack")]
    assert (len(tokens), len({*tokens})) == (int(attempts), 1)
    assert re.fullmatch(r"[a-zA-Z0-9][-a-zA-Z0-9]{0,127}", tokens[0])


def test_each_update_has_a_token_of_its_own(serve: Serve) -> None:
    tokens = set()
    for _ in range(2):
        server = serve(Deployed())
        assert triggers("set", "--yes", "--no-wait").exit_code == 0
        (given,) = server.calls_of("cloudformation:UpdateStack")
        tokens.add(given["ClientRequestToken"])
    assert len(tokens) == 2


def test_an_update_that_is_over_before_the_request_is_repeated_has_worked(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = AwsProblem("ValidationError", "No updates are to be performed.")
    serve(Deployed(lost=SERVER_ERROR, repetition=nothing, statuses=["UPDATE_COMPLETE"]))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    assert triggers("set", "--yes").exit_code == 0


def test_an_update_that_never_began_is_told_with_what_was_looked_at(serve: Serve) -> None:
    server = serve(Deployed(refusal=SERVER_ERROR))
    assert refused(triggers("set", "--yes"), code=2) == (
        f"the events of stack {NAME} tell of no such update: it has not begun, as far as AWS says\n"
    )
    assert len(server.calls_of("cloudformation:DescribeStackEvents")) == patience.LOOKS


def test_the_update_of_somebody_else_is_not_followed(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first request gets lost on its way, and the second one finds an update of somebody else."""
    deployed = Deployed(lost=SERVER_ERROR, late=patience.LOOKS)
    serve(deployed)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    assert refused(triggers("set", "--yes")).startswith(f"Stack {NAME} is busy by now: ")


@pytest.mark.parametrize("code", ["ValidationError", "AccessDenied"])
def test_what_is_refused_at_once_has_not_begun(code: str, serve: Serve) -> None:
    server = serve(Deployed(refusal=AwsProblem(code, "Requires something.", 403)))
    refused(triggers("set", "--yes"), code=2)
    assert server.calls_of("cloudformation:DescribeStackEvents") == []


def test_that_it_is_not_known_whether_an_update_has_begun_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    operations = {**Deployed(lost=SERVER_ERROR).operations()}
    del operations["cloudformation:DescribeStackEvents"]
    with aws(operations) as server:
        result = invoke(
            "rollback-triggers", "set", NAME, "--yes", variables={**server.environment, "AWS_PROFILE": None}
        )
    assert result.exit_code == 2
    first, second, third = result.stderr.split("Error: ")[1:]
    assert first == f"stack {NAME}: AWS says: Sorry. (InternalFailure, UpdateStack)\n"
    assert second == (f"whether the update has begun is not known: `ecs-blue-green status {NAME}` shows the stack\n")
    assert "lacks the permission cloudformation:DescribeStackEvents" in third


# Waiting

THROTTLED = AwsProblem("Throttling", "Rate exceeded")


def test_waiting_survives_what_passes_and_waits_longer_while_aws_throttles(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    troubles: list[Exception | None] = [*[THROTTLED] * 5, SERVER_ERROR, None, LostConnectionError()]
    deployed = Deployed(troubles=troubles)
    serve(deployed)
    monkeypatch.setattr(patience, "SECONDS_BETWEEN_LOOKS", 5.0)
    result = triggers("set", "--yes")
    assert (result.exit_code, deployed.triggers) == (0, BOTH), result.output
    assert pauses == [10, 20, 40, 60, 60, 60, 5, 5]
    about = [line for line in result.stderr.splitlines() if line.startswith(f"stack {deployed.arn}: ")]
    assert about[0] == (
        f"stack {deployed.arn}: AWS gets too many requests from this account just now (Throttling): try again in a "
        "minute; next look in 10 s"
    )
    assert len(about) == 7


@pytest.mark.parametrize(
    ("troubles", "looks"),
    [
        ([AwsProblem("AccessDenied", "No", 403)], 1),
        ([AwsProblem("ExpiredToken", "Late", 403)], 1),
        ([SERVER_ERROR] * 100, 20),
        ([*[THROTTLED] * 19, None, *[THROTTLED] * 100], 40),
    ],
    ids=["denied", "expired", "unreachable", "throttled"],
)
def test_who_can_not_wait_for_the_end_is_told_that_the_update_goes_on(
    troubles: list[Exception | None], looks: int, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    server = serve(Deployed(troubles=troubles))
    said = refused(triggers("set", "--yes"), code=2)
    assert said == (
        f"the update of stack {NAME} has started, and goes on without this command: `ecs-blue-green status {NAME}` "
        "shows it\n"
    )
    assert len(server.calls_of("cloudformation:DescribeStacks")) == 1 + looks


# clear


def test_clear_removes_all_triggers_and_the_monitoring_time(serve: Serve) -> None:
    deployed = Deployed(triggers=BOTH, monitoring=5)
    serve(deployed)
    result = triggers("clear", "--yes")
    assert (result.exit_code, deployed.triggers, deployed.monitoring) == (0, [], 0)
    assert result.stderr.splitlines()[:5] == [
        f"Stack {NAME}: rollback triggers after the update",
        f"  - {HTTP}",
        f"  - {UNHEALTHY}",
        "    none",
        "    watched for 0 minutes after an update (until now 5), this one too",
    ]


@pytest.mark.parametrize("identifier", [HTTP, arn(HTTP)])
def test_clear_removes_one_by_name_or_arn_and_keeps_the_others(identifier: str, serve: Serve) -> None:
    deployed = Deployed(triggers=BOTH, monitoring=5)
    serve(deployed)
    assert triggers("clear", identifier, "--yes").exit_code == 0
    assert (deployed.triggers, deployed.monitoring) == ([trigger(UNHEALTHY)], 5)


def test_clear_removes_a_trigger_whose_alarm_is_gone(serve: Serve) -> None:
    deployed = Deployed(triggers=[trigger("Gone"), *BOTH])
    serve(deployed)
    assert triggers("clear", "Gone", "--yes").exit_code == 0
    assert deployed.triggers == BOTH


def test_clear_refuses_to_keep_a_trigger_whose_alarm_is_gone(serve: Serve) -> None:
    serve(Deployed(triggers=[trigger("Gone"), *BOTH]))
    assert refused(triggers("clear", HTTP, "--yes")).startswith(
        f"No such alarm in eu-west-1 of this account: {arn('Gone')}. "
    )


@pytest.mark.parametrize(("before", "has"), [([], "it has none"), (BOTH, f"it has {HTTP}, {UNHEALTHY}")])
def test_clear_refuses_what_is_no_trigger(before: list[dict[str, str]], has: str, serve: Serve) -> None:
    serve(Deployed(triggers=before))
    assert refused(triggers("clear", "Queue", "--yes")) == f"No rollback trigger of stack {NAME}: Queue; {has}.\n"


def test_clear_has_nothing_to_do_without_triggers(serve: Serve) -> None:
    server = serve(Deployed())
    assert triggers("clear").stdout == f"Nothing to do: the rollback triggers of stack {NAME} are as wanted.\n"
    assert [called for called, _ in server.calls] == ["cloudformation:DescribeStacks"]


# show


def test_show_lists_triggers_and_what_should_be_some(serve: Serve) -> None:
    deployed = Deployed(triggers=[trigger("Queue", METRIC), trigger(HTTP)], monitoring=5)
    deployed.metric_alarms["Queue"] = "INSUFFICIENT_DATA"
    serve(deployed)
    result = triggers("show")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "set      metric     INSUFFICIENT_DATA  Queue",
        f"set      composite  OK                 {HTTP}",
        f"missing  composite  OK                 {UNHEALTHY}",
    ]
    assert result.stderr.splitlines() == [
        "Alarms are watched during an update, and for 5 minutes after it.",
        f"1 of the template's alarms rolls nothing back: ecs-blue-green rollback-triggers set {NAME}",
    ]


def test_show_says_when_there_is_nothing_to_show(serve: Serve) -> None:
    serve(Deployed(template={"Resources": {}}))
    result = triggers("show", "--check")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "No rollback triggers, and no composite alarm over the target groups of a blue/green hook in the deployed "
        f"template. Name the alarms to watch: ecs-blue-green rollback-triggers set {NAME} ALARM\n"
    )


def test_show_tells_triggers_whose_alarm_is_gone(serve: Serve) -> None:
    serve(Deployed(triggers=[trigger("Gone away", METRIC), *BOTH], composite_alarms={HTTP: "OK"}))
    result = triggers("show")
    assert result.stdout.splitlines() == [
        "set      metric     does not exist     Gone away",
        f"set      composite  OK                 {HTTP}",
        f"set      composite  does not exist     {UNHEALTHY}",
    ]
    assert result.stderr.splitlines()[-1] == (
        "CloudFormation fails every update with a trigger that does not exist (documented: L39): ecs-blue-green "
        f"rollback-triggers clear {NAME} 'Gone away' {UNHEALTHY}"
    )


def test_show_lists_alarms_that_are_not_made_by_their_logical_ids(serve: Serve) -> None:
    ids = {id for id, body in TEMPLATE["Resources"].items() if body["Type"] == COMPOSITE}
    serve(Deployed(unmade=ids, composite_alarms={}))
    assert triggers("show").stdout.splitlines() == [
        f"missing  composite  does not exist     {id}" for id in sorted(ids)
    ]


@pytest.mark.parametrize(
    ("deployed", "code"),
    [
        (Deployed(triggers=BOTH), 0),
        (Deployed(triggers=[trigger(HTTP)]), 1),
        (Deployed(triggers=[*BOTH, trigger("Gone")]), 1),
        (Deployed(), 1),
        (Deployed(triggers=BOTH, status="UPDATE_IN_PROGRESS"), 0),
    ],
    ids=["all", "one missing", "one gone", "none", "busy"],
)
def test_check_ends_with_1_unless_all_is_as_wanted(deployed: Deployed, code: int, serve: Serve) -> None:
    serve(deployed)
    assert triggers("show").exit_code == 0
    assert triggers("show", "--check").exit_code == code


def test_cdk_options_name_the_metric_alarms_under_the_composites(serve: Serve) -> None:
    serve(Deployed(triggers=BOTH, monitoring=5))
    result = triggers("show", "--format", "cdk")
    words = [f"{name}-{colour}" for colour in ("Blue", "Green") for name in (HTTP, UNHEALTHY)]
    listed = shlex.split(result.stdout)
    assert listed[-2:] == ["--monitoring-time-minutes", "5"]
    assert listed[:-2:2] == ["--rollback-trigger-alarm-arns"] * 4  # one ARN an option, as the CDK CLI reads them
    assert sorted(listed[1:-2:2]) == sorted(map(arn, words))
    assert result.stderr == (
        f"With these options, `cdk deploy` removes {HTTP}, {UNHEALTHY} from the rollback triggers: it takes no "
        "composite alarm, and replaces the list. Without them, it leaves the triggers as they are.\n"
    )


def test_cdk_options_are_five_at_most_those_that_are_set_first(serve: Serve) -> None:
    deployed = Deployed(triggers=[trigger("Queue", METRIC), trigger("Other", METRIC)])
    deployed.metric_alarms |= {"Queue": "OK", "Other": "OK"}
    serve(deployed)
    result = triggers("show", "--format", "cdk")
    listed = shlex.split(result.stdout)[1:-2:2]
    assert (listed[:2], len(listed)) == ([arn("Queue"), arn("Other")], 5)
    assert re.fullmatch(
        rf"Left out: {NAME}-\S+-(Blue|Green)\. There are 5 at most \(documented: L39\)\.\n", result.stderr
    )


def test_cdk_options_without_a_metric_alarm_are_none(serve: Serve) -> None:
    serve(Deployed(template={"Resources": {}}))
    result = triggers("show", "--format", "cdk")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "There is no metric alarm to name, and `cdk deploy` takes no others.\n"


def test_cdk_options_are_in_the_json_object_too(serve: Serve) -> None:
    serve(Deployed())
    options: dict[str, Any] = json.loads(triggers("show", "--json").stdout)["cdk_options"]
    assert len(options["alarm_arns"]) == 4


# AWS


def test_a_stack_that_does_not_exist_is_told(serve: Serve) -> None:
    serve(Deployed())
    for name in ("show", "set", "clear"):
        said = refused(invoke("rollback-triggers", name, "Shop"), code=2)
        assert said == (
            "stack Shop: there is none in eu-west-1 of the account that the credentials belong to: check the name, "
            "--region and --profile\n"
        )


def test_what_can_not_be_read_as_a_template_is_told(serve: Serve) -> None:
    serve(Deployed(template=["no template"]))
    assert (
        refused(triggers("show"), code=2)
        == f"stack {NAME}: is no template: a template is an object, and this is a list\n"
    )


@pytest.mark.parametrize(
    ("name", "arguments", "needed"),
    [
        ("show", [], ["DescribeStacks", "GetTemplate", "ListStackResources", "DescribeAlarms"]),
        ("set", [], ["DescribeStacks", "GetTemplate", "ListStackResources", "DescribeAlarms", "UpdateStack"]),
        ("set", [UNHEALTHY], ["DescribeStacks", "DescribeAlarms", "UpdateStack"]),
        ("clear", [], ["DescribeStacks", "UpdateStack"]),
        ("clear", [HTTP], ["DescribeStacks", "DescribeAlarms", "UpdateStack"]),
    ],
)
def test_each_permission_that_is_missing_is_named(
    name: str, arguments: list[str], needed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS_BETWEEN_LOOKS", 0)
    yes = [] if name == "show" else ["--yes"]
    for operation in needed:
        deployed = Deployed(triggers=BOTH if name == "clear" else [])
        action = f"{'cloudwatch' if operation == 'DescribeAlarms' else 'cloudformation'}:{operation}"
        allowed = {key: answer for key, answer in deployed.operations().items() if key != action}
        with aws(allowed) as server, monkeypatch.context() as patch:
            for variable, value in server.environment.items():
                patch.setenv(variable, value)
            said = refused(triggers(name, *arguments, *yes), code=2)
        about = "alarms" if operation == "DescribeAlarms" else f"stack {NAME}"
        assert said == f"{about}: {ME} lacks the permission {action}: the command's page lists the policy it needs\n"


def test_no_region_and_no_credentials_are_told() -> None:
    nowhere: dict[str, str | None] = {"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}
    nowhere |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": None, "AWS_REGION": "", "AWS_DEFAULT_REGION": ""}
    nowhere |= dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"))
    said = refused(invoke("rollback-triggers", "show", NAME, variables=nowhere), code=2)
    assert said.startswith("AWS: no region is given: ")
    said = refused(invoke("rollback-triggers", "show", NAME, "--region", "eu-west-1", variables=nowhere), code=2)
    assert said.startswith(f"stack {NAME}: there are no credentials: ")


def test_region_and_profile_are_those_of_the_command_line(serve: Serve, tmp_path: Path) -> None:
    server = serve(Deployed(composite_alarms={}))
    (tmp_path / "config").write_text(
        "[profile shop]\n"
        "region = eu-central-1\n"
        "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
        "aws_secret_access_key = secret\n"
    )
    no_region = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"))
    variables = {**server.environment, **no_region, "AWS_CONFIG_FILE": str(tmp_path / "config")}
    for options, region in (
        (["--profile", "shop"], "eu-central-1"),
        (["--profile", "shop", "--region", "us-west-2"], "us-west-2"),
    ):
        said = refused(invoke("rollback-triggers", "set", NAME, "--yes", *options, variables=variables))
        assert said.startswith(f"No such alarm in {region} of this account: ")
    said = refused(invoke("rollback-triggers", "show", NAME, "--profile", "none", variables=variables), code=2)
    assert said.startswith("AWS: there is no profile 'none': ")
