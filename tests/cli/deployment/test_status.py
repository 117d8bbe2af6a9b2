"""``status``: one look at a small account on this machine."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.cli.aws.support import AwsProblem
from tests.cli.deployment.scripts import play, rollback, success, until_bake, until_tests
from tests.cli.deployment.stage import HTTP_500, STACK, Stage, after
from tests.cli.support import run, run_in_terminal, screen_on_page
from tests.cli.terminal import COLUMNS, LINES, screens

REST = f"{STACK}-Unhealthy-Hosts"


def status(stage: Stage, folder: Path, *options: str) -> tuple[int, str, str]:
    with stage.playing():
        done = run("status", STACK, *options, cwd=folder, **stage.aws.environment)
    return done.returncode, done.stdout, done.stderr


def as_json(stage: Stage, folder: Path) -> dict[str, Any]:
    code, output, _ = status(stage, folder, "--json")
    assert code == 0
    found: dict[str, Any] = json.loads(output)
    return found


def test_terminal_shows_what_is_live_after_a_deployment(
    stage: Stage, tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    play(stage, success())
    with stage.playing():
        code, output = run_in_terminal(
            "status", STACK, cwd=tmp_path, COLUMNS=str(COLUMNS), LINES=str(LINES), **stage.aws.environment
        )
    assert code == 0
    assert screens(output)[-1] == snapshot
    assert screens(output)[-1].splitlines() == screen_on_page("status")


def test_lines_name_image_and_revision_of_each_task_set(stage: Stage, tmp_path: Path) -> None:
    play(stage, until_bake())
    code, output, errors = status(stage, tmp_path)
    assert (code, errors) == (0, "")
    assert "blue tasks: 2 running, 0 pending of 2 (primary, trivia:1, example.com/trivia:v1)" in output
    assert "green tasks: 2 running, 0 pending of 2 (active, trivia:2, example.com/trivia:v2)" in output
    assert "\nUnder way: UPDATE_IN_PROGRESS for 9 min.\n" in output


def test_failed_deployment_tells_why(stage: Stage, tmp_path: Path) -> None:
    failed = after(1, lambda s: s.lifecycle_event("AfterAllowTestTraffic", "Failed", "500"))
    play(stage, [*until_tests(), failed, *rollback("The deployment failed")])
    found = as_json(stage, tmp_path)
    assert (found["live"], found["result"]) == ("blue", "rolled back")
    assert "AfterAllowTestTraffic failed: 500" in found["reasons"]


def test_leftover_of_weight_0_is_explained(stage: Stage, tmp_path: Path) -> None:
    play(stage, success())
    found = as_json(stage, tmp_path)
    assert found["live"] == "green"
    assert found["weights"] == {"production": {"blue": 0, "green": 100}, "test": {"blue": 0, "green": 100}}
    about_listeners = [remark for remark in found["remarks"] if "listener" in remark]
    assert [remark.partition(":")[0] for remark in about_listeners] == [
        f"The {name} listener still names blue, with weight 0, and the deployed template does not"
        for name in ("production", "test")
    ]


def test_listener_that_sends_elsewhere_than_the_template_says_is_explained(stage: Stage, tmp_path: Path) -> None:
    play(stage, success())
    stage.process("blue")
    assert as_json(stage, tmp_path)["remarks"][0].startswith(
        "The production listener sends 100 % to green, and the deployed template says 100 % to blue: "
    )


def test_untouched_listener_needs_no_remark(stage: Stage, tmp_path: Path) -> None:
    assert [remark for remark in as_json(stage, tmp_path)["remarks"] if "listener" in remark] == []


def test_weights_are_no_drift_while_a_deployment_moves_them(stage: Stage, tmp_path: Path) -> None:
    play(stage, until_bake())
    assert [remark for remark in as_json(stage, tmp_path)["remarks"] if "listener" in remark] == []


def test_alarms_that_are_no_rollback_triggers_are_named(stage: Stage, tmp_path: Path) -> None:
    found = as_json(stage, tmp_path)
    assert {alarm["name"]: alarm["is_rollback_trigger"] for alarm in found["alarms"]} == {HTTP_500: True, REST: False}
    assert found["remarks"] == [
        f"Nothing rolls back when these alarms go off, which are no rollback triggers (documented, L40): {REST}."
    ]


def test_rollback_trigger_that_does_not_exist_is_named(stage: Stage, tmp_path: Path) -> None:
    trigger = {"Arn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:gone", "Type": "AWS::CloudWatch::Alarm"}
    stage.stack["RollbackConfiguration"]["RollbackTriggers"].append(trigger)
    found = as_json(stage, tmp_path)
    assert [alarm["state"] for alarm in found["alarms"] if alarm["name"] == "gone"] == ["missing"]
    assert "Every update fails while these rollback triggers do not exist (documented, L39): gone." in found["remarks"]


@pytest.mark.parametrize(
    ("call", "source", "hidden"),
    [
        ("cloudformation:ListStackResources", "resources", "task_sets"),
        ("cloudformation:DescribeStackEvents", "stack events", "resources"),
        ("ecs:DescribeServices", "task sets", "task_sets"),
        ("elbv2:DescribeListeners", "listeners", "weights"),
        ("elbv2:DescribeTargetHealth", "target health", "health"),
        ("cloudwatch:DescribeAlarms", "alarms", "alarms"),
    ],
)
def test_source_without_permission_is_named_and_hides_nothing_else(
    call: str, source: str, hidden: str, stage: Stage, tmp_path: Path
) -> None:
    stage.fail(call, AwsProblem("AccessDenied", f"User: me is not authorized to perform: {call}", 403))
    found = as_json(stage, tmp_path)
    assert [*found["missing"]] == [source]
    assert re.match(rf"no permission: (stack \S+: )?me lacks the permission {call}:", found["missing"][source])
    assert not found[hidden]
    assert found["status"] == "UPDATE_COMPLETE"
