"""The whole: the real command in a process of its own follows deployments in a small account on this machine.

All else about ``watch``, ``status`` and ``abort`` is tested without processes; these show that the parts fit.
"""

import json
import signal
import subprocess
from pathlib import Path

from syrupy.assertion import SnapshotAssertion

from tests.cli.aws.server import LostConnectionError
from tests.cli.deployment.scripts import play, rollback, success, until_bake, until_tests
from tests.cli.deployment.stage import HOOK_FUNCTION, STACK, STACK_ID, TASK_SET, Stage, Step, after
from tests.cli.support import COMMAND, environment, run, run_in_terminal, screen_on_page
from tests.cli.terminal import COLUMNS, LINES, screens

OPTIONS = ("--interval", "0.01")


def in_terminal(stage: Stage, command: str, steps: list[Step], folder: Path, *options: str) -> tuple[int, list[str]]:
    """Run a command in a terminal while steps are played; give the exit code, and what was seen."""
    size = {"COLUMNS": str(COLUMNS), "LINES": str(LINES)}
    with stage.playing(*steps):
        code, output = run_in_terminal(command, STACK, *options, cwd=folder, **size, **stage.aws.environment)
    return code, screens(output)


def watch_in_terminal(stage: Stage, steps: list[Step], folder: Path) -> tuple[int, list[str]]:
    return in_terminal(stage, "watch", steps, folder, *OPTIONS)


def test_success_is_followed_from_before_its_beginning_to_its_end(
    stage: Stage, tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    code, shown = watch_in_terminal(stage, [after(0), *success()], tmp_path)
    assert code == 0
    assert any("waiting for an update" in screen for screen in shown)
    in_bake = next(screen for screen in shown if "20 %" in screen and "AllowTraffic  6 min" in screen)
    assert in_bake == snapshot(name="in the middle of the canary")
    assert in_bake.splitlines() == screen_on_page("watch")
    assert shown[-1] == snapshot(name="at the end")


def test_failing_hook_names_its_function_and_where_that_logs(
    stage: Stage, tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    message = "GET /api/trivia/all: 500"
    steps = [
        *until_tests(),
        after(0.75, lambda s: s.lifecycle_event("AfterAllowTestTraffic", "Failed", message)),
        *rollback("The blue/green deployment failed"),
    ]
    code, shown = watch_in_terminal(stage, steps, tmp_path)
    assert code == 1
    assert shown[-1] == snapshot
    assert f"AfterAllowTestTraffic failed: {message}" in shown[-1]
    assert HOOK_FUNCTION in shown[-1]
    assert "/trivia/pre-traffic-hook" in shown[-1]


def test_alarm_during_bake_is_the_reason_even_when_it_has_calmed_down(
    stage: Stage, tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    steps = [
        *until_bake(),
        after(1, lambda s: s.alarm("ALARM", "7 of the last 10 minutes had errors")),
        *rollback("Rollback triggered by an alarm"),
    ]
    code, shown = watch_in_terminal(stage, steps, tmp_path)
    assert code == 1
    assert shown[-1] == snapshot
    why = "The alarm TriviaBackendProd-Http-500, a rollback trigger, went off: 7 of the last 10 minutes"
    assert why in shown[-1]
    calm = next(screen for screen in shown if "UPDATE_ROLLBACK_IN_PROGRESS" in screen and "ALARM " not in screen)
    assert why in calm


def test_task_set_that_is_never_stable_tells_why_its_tasks_stopped(
    stage: Stage, tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    steps = [
        *until_tests()[:3],
        after(1, lambda s: s.stop_task("Essential container in task exited", exit_code=137)),
        after(1, lambda s: s.stop_task("Essential container in task exited", exit_code=137)),
        after(1, lambda s: s.stop_task("Scaling activity initiated by (task set)")),
        after(60, lambda s: s.resource(TASK_SET, "CREATE_FAILED", "Resource did not become stable")),
        *rollback("The following resource(s) failed to create: [ServiceTaskSet]"),
    ]
    code, shown = watch_in_terminal(stage, steps, tmp_path)
    assert code == 1
    assert shown[-1] == snapshot
    assert "2 tasks of trivia:2 stopped: Essential container in task exited (web: exit code 137)" in shown[-1]


def test_lines_tell_each_change_once_with_the_time_of_aws(
    stage: Stage, tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    with stage.playing(*success()):
        done = run("watch", STACK, *OPTIONS, cwd=tmp_path, **stage.aws.environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == snapshot


def test_late_start_catches_up_though_the_network_is_lost(stage: Stage, tmp_path: Path) -> None:
    play(stage, success()[:-3])
    lost = after(0, lambda s: s.fail("*", LostConnectionError(), times=3))
    with stage.playing(after(0), lost, *success()[-3:]):
        done = run("watch", STACK, *OPTIONS, "--json", cwd=tmp_path, **stage.aws.environment)
    assert done.returncode == 0
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["began"] == "2026-11-25T12:01:00+00:00"
    assert lines[0]["progress"] == {
        "done_seconds": 25 * 60,
        "total_seconds": 45 * 60,
        "step": {"event": "AllowTraffic", "production": 100},
        "next": {"event": "TerminateBlue", "production": 100, "at": "2026-11-25T12:49:00+00:00"},
    }
    assert any("AWS can't be reached" in line.get("message", "") for line in lines)


def test_interruption_says_that_the_deployment_goes_on(stage: Stage, tmp_path: Path) -> None:
    with (
        stage.playing(*until_tests()[:1]),
        subprocess.Popen(
            [*COMMAND, "watch", STACK, *OPTIONS],
            cwd=tmp_path,
            env=environment(**stage.aws.environment, PYTHONUNBUFFERED="1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130
    assert f"`ecs-blue-green abort {STACK}` cancels it." in said
    assert "Traceback" not in said


def test_status_shows_what_is_live_after_a_deployment(
    stage: Stage, tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    play(stage, success())
    code, shown = in_terminal(stage, "status", [], tmp_path)
    assert code == 0
    assert shown[-1] == snapshot
    assert shown[-1].splitlines() == screen_on_page("status")


def test_abort_of_a_canary_is_that_of_its_page(stage: Stage, tmp_path: Path) -> None:
    play(stage, until_bake())
    with stage.playing(after(0), after(0), after(0), *rollback("User Initiated")[1:]):
        done = run("abort", STACK, *OPTIONS, cwd=tmp_path, given="y\n", **stage.aws.environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert [one["StackName"] for one in stage.aws.calls_of("cloudformation:CancelUpdateStack")] == [STACK_ID]
    assert done.stdout.replace("[y/N]: ", "[y/N]: y\n").splitlines() == screen_on_page("abort")
