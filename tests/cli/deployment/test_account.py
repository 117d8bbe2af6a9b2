"""``watch``: a process of its own follows scripted deployments in a small account on this machine."""

import json
import signal
import subprocess
from pathlib import Path

from syrupy.assertion import SnapshotAssertion

from tests.cli.aws.server import LostConnectionError
from tests.cli.aws.support import AwsProblem
from tests.cli.deployment.scripts import play, rollback, success, until_bake, until_tests
from tests.cli.deployment.stage import HOOK_FUNCTION, STACK, TASK_SET, Stage, Step, after
from tests.cli.support import COMMAND, environment, run, run_in_terminal, screen_on_page
from tests.cli.terminal import COLUMNS, LINES, screens

OPTIONS = ("--interval", "0.01")


def in_terminal(stage: Stage, steps: list[Step], folder: Path) -> tuple[int, list[str]]:
    """Watch what is played in a terminal; give the exit code, and what was seen."""
    with stage.playing(*steps):
        code, output = run_in_terminal(
            "watch", STACK, *OPTIONS, cwd=folder, COLUMNS=str(COLUMNS), LINES=str(LINES), **stage.aws.environment
        )
    return code, screens(output)


def in_lines(stage: Stage, steps: list[Step], folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Watch what is played through a pipe."""
    with stage.playing(*steps):
        return run("watch", STACK, *OPTIONS, *options, cwd=folder, **stage.aws.environment)


def test_success_is_followed_from_before_its_beginning_to_its_end(
    stage: Stage, tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    code, shown = in_terminal(stage, [after(0), *success()], tmp_path)
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
    code, shown = in_terminal(stage, steps, tmp_path)
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
    code, shown = in_terminal(stage, steps, tmp_path)
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
    code, shown = in_terminal(stage, steps, tmp_path)
    assert code == 1
    assert shown[-1] == snapshot
    assert "2 tasks of trivia:2 stopped: Essential container in task exited (web: exit code 137)" in shown[-1]


def test_cancelled_by_someone_else_is_followed_back(stage: Stage, tmp_path: Path) -> None:
    done = in_lines(stage, [*until_bake(), *rollback("User Initiated")], tmp_path)
    assert done.returncode == 1
    assert "UPDATE_ROLLBACK_IN_PROGRESS (User Initiated)" in done.stdout
    assert done.stdout.endswith(f"Rolled back: stack {STACK} is as before.\n  CloudFormation: User Initiated\n")


def test_lines_tell_each_change_once_with_the_time_of_aws(
    stage: Stage, tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    done = in_lines(stage, success(), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == snapshot


def test_update_without_green_deployment_is_followed_too(stage: Stage, tmp_path: Path) -> None:
    steps = [
        after(1, lambda s: s.status("UPDATE_IN_PROGRESS")),
        after(1, lambda s: s.resource(TASK_SET, "UPDATE_IN_PROGRESS")),
        after(1, lambda s: s.resource(TASK_SET, "UPDATE_COMPLETE")),
        after(1, lambda s: s.status("UPDATE_COMPLETE")),
    ]
    done = in_lines(stage, steps, tmp_path)
    assert done.returncode == 0
    assert f"12:03:00 {TASK_SET}: UPDATE_COMPLETE\n" in done.stdout
    assert "CodeDeploy" not in done.stdout


def test_update_that_ended_between_two_looks_is_not_missed(stage: Stage, tmp_path: Path) -> None:
    quick = after(1, lambda s: s.status("UPDATE_IN_PROGRESS"), lambda s: s.status("UPDATE_COMPLETE"))
    done = in_lines(stage, [after(0), after(0), quick], tmp_path)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Deployed: trivia:1 is live on blue.")


def test_late_start_catches_up(stage: Stage, tmp_path: Path) -> None:
    play(stage, success()[:-3])
    done = in_lines(stage, [after(0), *success()[-3:]], tmp_path, "--json")
    assert done.returncode == 0
    first = json.loads(done.stdout.splitlines()[0])
    assert first["began"] == "2026-11-25T12:01:00+00:00"
    assert first["progress"] == {
        "done_seconds": 25 * 60,
        "total_seconds": 45 * 60,
        "step": {"event": "AllowTraffic", "production": 100},
        "next": {"event": "TerminateBlue", "production": 100, "at": "2026-11-25T12:49:00+00:00"},
    }


def test_throttling_makes_it_slower_and_nothing_else(stage: Stage, tmp_path: Path) -> None:
    throttled = AwsProblem("ThrottlingException", "Rate exceeded")
    steps = success()
    steps.insert(4, after(0, lambda s: s.fail("ecs:DescribeServices", throttled, times=3)))
    done = in_lines(stage, steps, tmp_path)
    assert done.returncode == 0
    (notice,) = {line for line in done.stdout.splitlines() if "too many requests" in line}
    assert notice.startswith("-------- task sets: AWS gets too many requests from this account just now")
    assert "green tasks: 2 running, 0 pending of 2" in done.stdout


def test_lost_network_is_waited_for(stage: Stage, tmp_path: Path) -> None:
    steps = success()
    steps.insert(4, after(0, lambda s: s.fail("*", LostConnectionError(), times=5)))
    done = in_lines(stage, steps, tmp_path)
    assert done.returncode == 0
    assert f"-------- stack {STACK}: AWS can't be reached: " in done.stdout


def test_credentials_that_expire_half_way_end_it_with_2_and_a_sentence(stage: Stage, tmp_path: Path) -> None:
    expired = AwsProblem("ExpiredTokenException", "The security token included in the request is expired", 403)
    steps = [*until_bake(), after(0, lambda s: s.fail("*", expired))]
    done = in_lines(stage, steps, tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        f"Error: stack {STACK}: the credentials have expired: sign in again (such as with `aws sso login`), or set new "
        "ones\n"
    )


def test_source_without_permission_says_so_in_its_place_and_hides_no_other(stage: Stage, tmp_path: Path) -> None:
    denied = AwsProblem(
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/me is not authorized to perform: codedeploy:ListDeployments",
    )
    stage.fail("codedeploy:ListDeployments", denied, times=99)
    done = in_lines(stage, success(), tmp_path)
    assert done.returncode == 0
    said = [line for line in done.stdout.splitlines() if "no permission" in line]
    assert len(said) == 1
    assert (
        "CodeDeploy: no permission: arn:aws:iam::123456789012:user/me lacks the permission codedeploy:List" in said[0]
    )
    assert "production traffic: blue 80 %, green 20 %" in done.stdout


def test_timeout_ends_it_with_3_while_the_update_goes_on(stage: Stage, tmp_path: Path) -> None:
    done = in_lines(stage, until_tests()[:1], tmp_path, "--timeout", "0.002")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        3,
        f"Still running: stack {STACK} is UPDATE_IN_PROGRESS, and goes on.",
    )


def test_timeout_ends_the_waiting_too(stage: Stage, tmp_path: Path) -> None:
    done = in_lines(stage, [], tmp_path, "--timeout", "0.002")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (3, f"No update of {STACK} has begun in time.")


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
    assert said == (
        f"Interrupted. What is under way goes on without being watched; `ecs-blue-green abort {STACK}` cancels it.\n"
    )


def test_stack_that_does_not_exist_ends_with_2(stage: Stage, tmp_path: Path) -> None:
    missing = AwsProblem("ValidationError", f"Stack with id {STACK} does not exist")
    stage.fail("cloudformation:DescribeStacks", missing)
    done = in_lines(stage, [], tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: stack {STACK}: there is none in eu-west-1 of the account ")


def test_hundred_looks_at_eight_tasks_cost_fewer_than_900_calls(account: str, tmp_path: Path) -> None:
    stage = Stage(account, tasks=4)  # four of each colour
    done = in_lines(stage, [*success()[:-1], *[after(0)] * 91, success()[-1]], tmp_path)
    assert done.returncode == 0
    looks = sum(name == "cloudformation:DescribeStackEvents" for name, _ in stage.aws.calls)
    assert looks >= 100
    assert len(stage.aws.calls) < 900
