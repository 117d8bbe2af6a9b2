"""What a hook function uses in Lambda: reports are checked against botocore's model, and as sent over real HTTP.

What it answers ECS is checked against what AWS documents: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html
"""

import asyncio
import functools
import gc
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoRegionError, ParamValidationError
from botocore.stub import Stubber

from ecs_blue_green.lifecycle import DeadlineError, Later, LifecycleEvent, lifecycle_hook
from tests.loopback import Answer, Request, lambda_environment, loopback, use_codedeploy
from tests.support import ROOT

EVENT = {"DeploymentId": "d-ABCDEF123", "LifecycleEventHookExecutionId": "execution"}
OPERATION = "put_lifecycle_event_hook_execution_status"
OPERATION_NAME = "PutLifecycleEventHookExecutionStatus"
CODEDEPLOY = boto3.client(
    "codedeploy", region_name="eu-west-1", aws_access_key_id="key", aws_secret_access_key="secret"
)
ALREADY_COMPLETED = Answer(b'{"__type": "LifecycleEventAlreadyCompletedException", "message": "done"}', status=400)


class Context:
    """The part of Lambda's context that counts."""

    def __init__(self, seconds_left: float) -> None:
        self.end = time.monotonic() + seconds_left

    def get_remaining_time_in_millis(self) -> int:
        return int((self.end - time.monotonic()) * 1000)


@pytest.fixture
def codedeploy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """A real client that checks requests against AWS's model, and refuses one more than was expected."""

    def client(service: str, **_: Any) -> Any:
        assert service == "codedeploy"
        return CODEDEPLOY

    monkeypatch.setattr(boto3, "client", client)
    with Stubber(CODEDEPLOY) as stubber:
        yield stubber
    stubber.assert_no_pending_responses()


def expect(codedeploy: Stubber, status: str, event: dict[str, str] = EVENT) -> None:
    expected = {
        "deploymentId": event["DeploymentId"],
        "lifecycleEventHookExecutionId": event["LifecycleEventHookExecutionId"],
        "status": status,
    }
    response = {"lifecycleEventHookExecutionId": event["LifecycleEventHookExecutionId"]}
    codedeploy.add_response(OPERATION, response, expected)


def raiser(error: BaseException) -> Callable[[LifecycleEvent], None]:
    def hook(event: LifecycleEvent) -> None:
        raise error

    return hook


@pytest.mark.parametrize("result", [None, True, False, 0, "Failed"])
def test_returning_anything_reports_success_once(result: object, codedeploy: Stubber) -> None:
    expect(codedeploy, "Succeeded")
    seen = []

    @lifecycle_hook
    def handler(event: LifecycleEvent) -> object:
        seen.append(event)
        return result

    handler(EVENT, Context(300))
    assert seen == [LifecycleEvent(deployment_id="d-ABCDEF123", execution_id="execution")]


def test_success_is_logged_although_lambda_logs_warnings_only(
    codedeploy: Stubber, caplog: pytest.LogCaptureFixture
) -> None:
    assert logging.getLogger().level == logging.WARNING
    expect(codedeploy, "Succeeded")
    lifecycle_hook(lambda event: None)(EVENT)
    assert caplog.messages == ["Deployment d-ABCDEF123: the lifecycle hook succeeded"]


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("no answer from the new task set"),
        AssertionError("expected 4 categories"),
        SystemExit(0),
        KeyboardInterrupt("interrupted"),
        DeadlineError("raised by hand"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_raising_anything_reports_failure_once_and_logs_why(
    error: BaseException, codedeploy: Stubber, caplog: pytest.LogCaptureFixture
) -> None:
    expect(codedeploy, "Failed")
    lifecycle_hook(raiser(error))(EVENT, Context(300))
    assert "Deployment d-ABCDEF123: the lifecycle hook failed" in caplog.messages
    assert f"{type(error).__name__}: {error}" in caplog.text


def repeat_after_any_exception(event: LifecycleEvent) -> None:
    for _ in range(300):
        try:
            time.sleep(0.01)
            raise RuntimeError("not yet")
        except Exception:
            pass


def go_on_after_anything(event: LifecycleEvent) -> None:
    try:
        time.sleep(3)
    except BaseException:
        time.sleep(3)


def wait_for_a_thread(event: LifecycleEvent) -> None:
    with ThreadPoolExecutor() as pool:
        pool.submit(TEST_IS_OVER.wait, 3).result()


TEST_IS_OVER = threading.Event()


@pytest.fixture(autouse=True)
def end_threads() -> Iterator[None]:
    TEST_IS_OVER.clear()
    yield
    TEST_IS_OVER.set()


@pytest.mark.parametrize("hook", [repeat_after_any_exception, go_on_after_anything, wait_for_a_thread])
def test_deadline_ends_function_and_reports_failure_once(
    hook: Callable[[LifecycleEvent], None], codedeploy: Stubber, caplog: pytest.LogCaptureFixture
) -> None:
    expect(codedeploy, "Failed")
    lifecycle_hook(hook)(EVENT, Context(5.1))
    assert "DeadlineError: still running 5 seconds before the function's time-out" in caplog.text


@pytest.mark.parametrize("seconds_left", [0, 4, 5])
def test_function_that_starts_after_the_deadline_fails(
    seconds_left: float, codedeploy: Stubber, caplog: pytest.LogCaptureFixture
) -> None:
    expect(codedeploy, "Failed")
    lifecycle_hook(repeat_after_any_exception)(EVENT, Context(seconds_left))
    assert "DeadlineError" in caplog.text


def test_deadline_as_the_function_returns_is_one_failure(codedeploy: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    set_timer = signal.setitimer
    interrupted: list[bool] = []

    def interrupted_once(which: int, seconds: float, interval: float = 0) -> None:
        if seconds == 0 and not interrupted:
            interrupted.append(True)
            raise DeadlineError("just before the timer would have been stopped")
        set_timer(which, seconds, interval)

    monkeypatch.setattr(signal, "setitimer", interrupted_once)
    expect(codedeploy, "Failed")
    lifecycle_hook(lambda event: None)(EVENT, Context(300))
    assert interrupted
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.parametrize(
    ("hook", "status"),
    [
        (lambda event: None, "Succeeded"),
        (raiser(RuntimeError("no answer")), "Failed"),
        (repeat_after_any_exception, "Failed"),
    ],
    ids=["returned", "raised", "deadline"],
)
def test_report_has_a_timer_of_its_own_and_none_is_left_behind(
    hook: Callable[[LifecycleEvent], None], status: str, codedeploy: Stubber
) -> None:
    before = signal.getsignal(signal.SIGALRM)
    while_reporting = []

    def look(**_: Any) -> None:
        while_reporting.append(signal.getitimer(signal.ITIMER_REAL))

    CODEDEPLOY.meta.events.register("before-parameter-build.codedeploy", look, unique_id="look")
    expect(codedeploy, status)
    lifecycle_hook(hook)(EVENT, Context(5.1))
    CODEDEPLOY.meta.events.unregister("before-parameter-build.codedeploy", unique_id="look")
    ((until_deadline, _),) = while_reporting
    assert 0 < until_deadline <= 4.1
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_one_environment_serves_many_invocations(codedeploy: Stubber) -> None:
    events = [{"DeploymentId": f"d-{n}", "LifecycleEventHookExecutionId": f"execution-{n}"} for n in range(4)]
    for event, status in zip(events, ["Succeeded", "Failed", "Failed", "Succeeded"], strict=True):
        expect(codedeploy, status, event)

    @lifecycle_hook
    def handler(event: LifecycleEvent) -> None:
        if event.deployment_id == "d-1":
            raise RuntimeError("no answer")
        if event.deployment_id == "d-2":
            repeat_after_any_exception(event)

    for event in events:
        handler(event, Context(5.1 if event["DeploymentId"] == "d-2" else 300))


@pytest.mark.parametrize("context", [None, {}, object()], ids=["none", "mapping", "object"])
def test_context_is_not_needed(context: object, codedeploy: Stubber) -> None:
    expect(codedeploy, "Succeeded")
    lifecycle_hook(lambda event: None)(EVENT, context)


def test_context_may_be_left_out(codedeploy: Stubber) -> None:
    expect(codedeploy, "Succeeded")
    lifecycle_hook(lambda event: None)(EVENT)


def test_runs_without_a_deadline_outside_the_main_thread(codedeploy: Stubber) -> None:
    expect(codedeploy, "Succeeded")
    with ThreadPoolExecutor() as pool:
        pool.submit(lifecycle_hook(lambda event: time.sleep(0.05)), EVENT, Context(5.01)).result()


def test_runs_without_a_deadline_where_there_are_no_alarms(
    codedeploy: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SIGALRM", "ITIMER_REAL", "setitimer"):  # none of which Windows has
        monkeypatch.delattr(signal, name)
    expect(codedeploy, "Succeeded")
    lifecycle_hook(lambda event: time.sleep(0.05))(EVENT, Context(5.01))


ERRORS = [shape.name for shape in CODEDEPLOY.meta.service_model.operation_model(OPERATION_NAME).error_shapes]


@pytest.mark.parametrize("code", [*ERRORS, "AccessDeniedException", "ThrottlingException"])
@pytest.mark.parametrize(
    ("hook", "status"), [(lambda event: None, "Succeeded"), (raiser(RuntimeError("no answer")), "Failed")]
)
def test_refused_report_fails_the_function(
    code: str,
    hook: Callable[[LifecycleEvent], None],
    status: str,
    codedeploy: Stubber,
    caplog: pytest.LogCaptureFixture,
) -> None:
    codedeploy.add_client_error(OPERATION, code)
    with pytest.raises(ClientError) as caught:
        lifecycle_hook(hook)(EVENT)
    assert caught.value.response["Error"]["Code"] == code
    assert f"Deployment d-ABCDEF123: could not report {status} to CodeDeploy" in caplog.messages


def test_ids_that_the_model_refuses_fail_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    use_codedeploy(monkeypatch, "http://127.0.0.1:1")
    event = {"DeploymentId": 1, "LifecycleEventHookExecutionId": "execution"}
    with pytest.raises(ParamValidationError, match="deploymentId"):
        lifecycle_hook(lambda event: None)(event)


def test_unreachable_codedeploy_fails_the_function(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with loopback() as closed:
        pass
    use_codedeploy(monkeypatch, closed.url)
    with pytest.raises(EndpointConnectionError):
        lifecycle_hook(lambda event: None)(EVENT, Context(300))
    assert "Deployment d-ABCDEF123: could not report Succeeded to CodeDeploy" in caplog.messages


def test_report_without_an_answer_is_given_up_before_the_time_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wait(_: Request) -> None:
        TEST_IS_OVER.wait(30)

    with loopback(wait) as server:
        use_codedeploy(monkeypatch, server.url)
        context = Context(1.5)
        with pytest.raises(DeadlineError, match="still running 1 second before the function's time-out"):
            lifecycle_hook(repeat_after_any_exception)(EVENT, context)
        assert len(server.requests) == 1
        TEST_IS_OVER.set()
    assert "Deployment d-ABCDEF123: could not report Failed to CodeDeploy" in caplog.messages


def test_a_try_to_report_waits_two_seconds_at_most_to_connect_and_to_be_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_codedeploy(monkeypatch, "http://127.0.0.1:1")
    make, clients = boto3.client, []

    def client(*arguments: Any, **options: Any) -> Any:
        clients.append(make(*arguments, **options))
        return clients[-1]

    monkeypatch.setattr(boto3, "client", client)
    with pytest.raises(EndpointConnectionError):
        lifecycle_hook(lambda event: None)(EVENT)
    (config,) = [client.meta.config for client in clients]
    assert (config.connect_timeout, config.read_timeout) == (2, 2)


def test_report_whose_answer_was_lost_has_arrived(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers = iter([None, ALREADY_COMPLETED])
    with loopback(lambda _: next(answers)) as server:
        use_codedeploy(monkeypatch, server.url)
        monkeypatch.delenv("AWS_MAX_ATTEMPTS")
        lifecycle_hook(lambda event: None)(EVENT, Context(300))
    assert len(server.requests) == 2
    assert "could not report" not in caplog.text


def test_nothing_runs_when_there_will_be_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    use_codedeploy(monkeypatch, "http://127.0.0.1:1")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    ran: list[LifecycleEvent] = []
    with pytest.raises(NoRegionError):
        lifecycle_hook(ran.append)(EVENT)
    assert ran == []


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"key1": "value1"},
        {"DeploymentId": "d-ABCDEF123"},
        {"LifecycleEventHookExecutionId": "execution"},
        {"Authorization": "secret"},
        [],
        None,
        "event",
    ],
    ids=repr,
)
def test_foreign_event_is_refused_before_anything_runs(event: Any, codedeploy: Stubber) -> None:
    ran: list[LifecycleEvent] = []
    with pytest.raises(ValueError, match="event must be one of CodeDeploy's, with ") as caught:
        lifecycle_hook(ran.append)(event)
    got = f"one with {', '.join(map(repr, event)) or 'nothing'}" if isinstance(event, dict) else type(event).__name__
    assert str(caught.value) == (
        "event must be one of CodeDeploy's, with DeploymentId and LifecycleEventHookExecutionId, or of ECS's, with "
        "lifecycleStage, resourceArn, executionId and, in executionDetails, serviceArn and targetServiceRevisionArn as "
        f"text, and weights and hookDetails as objects if there are any, got {got}; "
        "nothing was run, reported or answered"
    )
    assert ran == []


def test_foreign_event_is_refused_by_its_names_alone(codedeploy: Stubber) -> None:
    with pytest.raises(ValueError, match=r"got one with 'headers'; nothing was run") as caught:
        lifecycle_hook(print)({"headers": {"authorization": "hunter2"}})
    assert "hunter2" not in str(caught.value)


async def asynchronous(event: LifecycleEvent) -> None:
    """Would not run."""


def generator(event: LifecycleEvent) -> Iterator[None]:
    yield


async def asynchronous_generator(event: LifecycleEvent) -> AsyncIterator[None]:
    yield


class Checks:
    """Somebody's checks, all of which a call would only make."""

    async def check(self, event: LifecycleEvent) -> None:
        """Would not run."""

    async def __call__(self, event: LifecycleEvent) -> None:
        """Would not run."""


class StaticCall:
    __call__ = staticmethod(asynchronous)


class PartialCall:
    __call__ = functools.partial(asynchronous)


class Fixed(functools.partial[object]):
    """A partial that holds another one as it is."""


LAZY: dict[str, Callable[..., object]] = {
    "asynchronous": asynchronous,
    "generator": generator,
    "asynchronous_generator": asynchronous_generator,
    "Checks.check": Checks().check,
    "Checks object": Checks(),
    "StaticCall object": StaticCall(),
    "PartialCall object": PartialCall(),
    "a partial of asynchronous": functools.partial(asynchronous),
    "a partial of Checks.check": Fixed(Fixed(functools.partial(Checks().check))),
    "a partial of Checks object": functools.partial(Checks()),
    "a partial of asynchronous ": functools.partial(staticmethod(asynchronous)),
}


@pytest.mark.parametrize("name", LAZY)
def test_function_that_a_call_would_not_run_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match="must be a function without async and yield; a call would run noth") as caught:
        lifecycle_hook(LAZY[name])
    assert str(caught.value).startswith(f"{name.strip()} must be ")


@pytest.mark.parametrize("function", [None, 5, "handler"])
def test_what_can_not_be_called_is_refused(function: Any) -> None:
    with pytest.raises(TypeError, match=f"lifecycle_hook must decorate a function, got {function!r}"):
        lifecycle_hook(function)


class PartialMethodCall:
    """Of which Python doesn't tell that it is one."""

    async def _check(self, url: str, event: LifecycleEvent) -> None: ...

    __call__ = functools.partialmethod(_check, "https://example.com")


class Awaitable:
    def __await__(self) -> Iterator[None]:
        yield


@functools.wraps(asynchronous)
def wrapper(event: LifecycleEvent) -> object:
    return asynchronous(event)


NEVER_RUN: list[tuple[Callable[[LifecycleEvent], object], str]] = [
    (lambda event: asynchronous(event), "<lambda> must run its code before it returns, got a coroutine, which nothing"),
    (wrapper, "asynchronous must run its code before it returns, got a coroutine"),
    (functools.cache(asynchronous), "got a coroutine"),
    (PartialMethodCall(), "got a coroutine"),
    (lambda event: generator(event), "got a generator"),
    (lambda event: (print(each) for each in [event]), "got a generator"),
    (lambda event: asynchronous_generator(event), "got an async generator"),
    (lambda event: Awaitable(), "got an Awaitable"),
    (lambda event: map(print, [event]), "got a map"),
    (lambda event: filter(print, [event]), "got a filter"),
]


@pytest.mark.parametrize(("function", "reason"), NEVER_RUN, ids=lambda value: value if isinstance(value, str) else "")
def test_function_that_returns_what_has_yet_to_run_failed(
    function: Callable[[LifecycleEvent], object],
    reason: str,
    codedeploy: Stubber,
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    expect(codedeploy, "Failed")
    lifecycle_hook(function)(EVENT, Context(300))
    gc.collect()
    assert reason in caplog.text
    assert [str(warning.message) for warning in recwarn] == []


ARN = "arn:aws:ecs:eu-west-1:123456789012"
GREEN, BLUE, OLDER = (f"{ARN}:service-revision/shop/web/{number}" for number in (9313423515462893900, 192, 7))


def ecs_event(stage: str = "POST_TEST_TRAFFIC_SHIFT", *, details: Any = None, **weights: Any) -> dict[str, Any]:
    """What ECS calls a function with; left out, as in what was logged at this stage, the weights are empty."""
    event: dict[str, Any] = {
        "executionId": "a635edb5-a66b-4f44-bf3f-fcee4b3641a5",
        "lifecycleStage": stage,
        "resourceArn": f"{ARN}:service-deployment/shop/web/TFX5sH9q9XDboDTOv0rIt",
        "executionDetails": {
            "serviceArn": f"{ARN}:service/shop/web",
            "targetServiceRevisionArn": GREEN,
            "testTrafficWeights": {},
            "productionTrafficWeights": {},
        }
        | {f"{kind}TrafficWeights": given for kind, given in weights.items()},
    }
    return event if details is None else event | {"hookDetails": details}


@pytest.fixture
def no_codedeploy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What answers ECS needs no boto3."""
    monkeypatch.setitem(sys.modules, "boto3", None)


@pytest.mark.usefixtures("no_codedeploy")
@pytest.mark.parametrize("result", [None, True, False, 0, "FAILED", {"status": "FAILED"}])
def test_ecs_is_answered_that_the_hook_succeeded_whatever_it_returns(
    result: object, caplog: pytest.LogCaptureFixture
) -> None:
    seen = []

    @lifecycle_hook
    def handler(event: LifecycleEvent) -> object:
        seen.append(event)
        return result

    assert handler(ecs_event(), Context(300)) == {"hookStatus": "SUCCEEDED"}
    deployment = f"{ARN}:service-deployment/shop/web/TFX5sH9q9XDboDTOv0rIt"
    assert seen == [
        LifecycleEvent(
            deployment_id=deployment,
            execution_id="a635edb5-a66b-4f44-bf3f-fcee4b3641a5",
            stage="POST_TEST_TRAFFIC_SHIFT",
            service=f"{ARN}:service/shop/web",
            revision=GREEN,
        )
    ]
    assert caplog.messages == [f"Deployment {deployment}: the lifecycle hook at POST_TEST_TRAFFIC_SHIFT succeeded"]


@pytest.mark.usefixtures("no_codedeploy")
@pytest.mark.parametrize(
    "error",
    [RuntimeError("no answer"), SystemExit(0), KeyboardInterrupt("interrupted"), DeadlineError("raised by hand")],
    ids=lambda error: type(error).__name__,
)
def test_ecs_is_answered_that_the_hook_failed_and_the_log_says_why(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    assert lifecycle_hook(raiser(error))(ecs_event(), Context(300)) == {"hookStatus": "FAILED"}
    assert "the lifecycle hook at POST_TEST_TRAFFIC_SHIFT failed" in caplog.messages[0]
    assert f"{type(error).__name__}: {error}" in caplog.text


@pytest.mark.usefixtures("no_codedeploy")
def test_deadline_is_answered_to_ecs_as_failed(caplog: pytest.LogCaptureFixture) -> None:
    assert lifecycle_hook(repeat_after_any_exception)(ecs_event(), Context(5.1)) == {"hookStatus": "FAILED"}
    assert "DeadlineError: still running 5 seconds before the function's time-out" in caplog.text
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_event_of_ecs_has_stage_service_revision_weights_and_details() -> None:
    seen: list[LifecycleEvent] = []
    production, test = {GREEN: 12.5, BLUE: 87.5}, {GREEN: 100, BLUE: 0}
    event = ecs_event("PRODUCTION_TRAFFIC_SHIFT", production=production, test=test, details={"build": 7})
    assert lifecycle_hook(seen.append)(event) == {"hookStatus": "SUCCEEDED"}
    (told,) = seen
    assert (told.stage, told.revision, told.previous_revision) == ("PRODUCTION_TRAFFIC_SHIFT", GREEN, BLUE)
    assert (told.production_weights, told.test_weights, told.details) == (production, test, {"build": 7})
    assert told.is_rollback is False


def test_event_of_codedeploy_tells_nothing_of_what_only_ecs_has(codedeploy: Stubber) -> None:
    expect(codedeploy, "Succeeded")
    seen: list[LifecycleEvent] = []
    lifecycle_hook(seen.append)(EVENT)
    (told,) = seen
    assert (told.stage, told.service, told.revision, told.previous_revision) == (None, None, None, None)
    assert (told.production_weights, told.test_weights, told.details, told.is_rollback) == ({}, {}, {}, False)


@pytest.mark.parametrize(
    ("weights", "previous"),
    [
        ({}, None),
        ({"production": {GREEN: 100}}, None),
        ({"test": {GREEN: 100, BLUE: 0}}, BLUE),
        ({"production": {BLUE: 100}}, BLUE),
        ({"production": {GREEN: 0, BLUE: 60, OLDER: 40}}, None),
        ({"production": None, "test": None}, None),
    ],
)
def test_previous_revision_is_the_only_other_one_that_the_weights_name(
    weights: dict[str, Any], previous: str | None
) -> None:
    seen: list[LifecycleEvent] = []
    assert lifecycle_hook(seen.append)(ecs_event(**weights)) == {"hookStatus": "SUCCEEDED"}
    assert [event.previous_revision for event in seen] == [previous]


@pytest.mark.parametrize(
    ("stage", "weights", "is_rollback"),
    [
        ("PRODUCTION_TRAFFIC_SHIFT", {"production": {GREEN: 0, BLUE: 100}}, True),
        ("PRODUCTION_TRAFFIC_SHIFT", {"production": {GREEN: 100, BLUE: 0}}, False),
        ("PRODUCTION_TRAFFIC_SHIFT", {"production": {GREEN: 0, BLUE: 95, OLDER: 5}}, False),
        ("PRODUCTION_TRAFFIC_SHIFT", {"test": {GREEN: 0, BLUE: 100}}, False),
        ("PRODUCTION_TRAFFIC_SHIFT", {"production": {BLUE: 100}}, False),
        ("TEST_TRAFFIC_SHIFT", {"test": {GREEN: 0, BLUE: 100}}, True),
        ("TEST_TRAFFIC_SHIFT", {"production": {GREEN: 0, BLUE: 100}}, False),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", {"production": {GREEN: 0, BLUE: 100}}, False),
        ("PRODUCTION_TRAFFIC_SHIFT", {}, False),
    ],
)
def test_rollback_is_told_by_the_weights_of_what_the_stage_moves(
    stage: str, weights: dict[str, Any], is_rollback: bool
) -> None:
    seen: list[LifecycleEvent] = []
    lifecycle_hook(seen.append)(ecs_event(stage, **weights))
    assert [event.is_rollback for event in seen] == [is_rollback]


def test_unknown_stage_is_text() -> None:
    seen: list[LifecycleEvent] = []
    lifecycle_hook(seen.append)(ecs_event("POST_EVERYTHING"))
    assert [event.stage for event in seen] == ["POST_EVERYTHING"]


@pytest.mark.parametrize(
    ("given", "details"),
    [
        (None, {}),
        ({}, {}),
        ('{"bucket": "approvals"}', {"bucket": "approvals"}),
        ({"bucket": "approvals"}, {"bucket": "approvals"}),
    ],
)
def test_details_are_an_object_or_json_of_one(given: Any, details: dict[str, str]) -> None:
    seen: list[LifecycleEvent] = []
    lifecycle_hook(seen.append)(ecs_event() | {"hookDetails": given})
    assert [event.details for event in seen] == [details]


MISSING = [("lifecycleStage",), ("executionId",), ("resourceArn",), ("executionDetails",)] + [
    ("executionDetails", name) for name in ("serviceArn", "targetServiceRevisionArn")
]


@pytest.mark.parametrize("path", MISSING, ids=lambda path: path[-1])
@pytest.mark.parametrize("value", [None, 5, ["secret"]], ids=["none", "number", "list"])
def test_event_that_lacks_what_ecs_tells_is_refused_before_anything_runs(path: tuple[str, ...], value: object) -> None:
    event = ecs_event()
    inner = event if len(path) == 1 else event[path[0]]
    inner[path[-1]] = value
    ran: list[LifecycleEvent] = []
    with pytest.raises(ValueError, match="must be one of CodeDeploy's") as caught:
        lifecycle_hook(ran.append)(event)
    assert f"got one with {', '.join(map(repr, event))}; nothing was run" in str(caught.value)
    assert ran == []


@pytest.mark.parametrize("details", ["text", '["list"]', "7", 7, ["list"]])
def test_details_that_are_no_object_are_refused_before_anything_runs(details: Any) -> None:
    ran: list[LifecycleEvent] = []
    with pytest.raises(ValueError, match="weights and hookDetails as objects if there are any"):
        lifecycle_hook(ran.append)(ecs_event(details=details))
    assert ran == []


@pytest.mark.usefixtures("no_codedeploy")
@pytest.mark.parametrize(
    ("later", "details", "answer"),
    [
        (Later(), None, {"callBackDelay": 30}),
        (Later(1), None, {"callBackDelay": 1}),
        (Later(86_400), {}, {"callBackDelay": 86_400}),
        (Later(60, {"build": 7}), None, {"callBackDelay": 60, "hookDetails": {"build": 7}}),
        (Later(60), {"bucket": "b"}, {"callBackDelay": 60, "hookDetails": {"bucket": "b"}}),
        (
            Later(60, {"tries": 2}),
            {"bucket": "b", "tries": 1},
            {"callBackDelay": 60, "hookDetails": {"bucket": "b", "tries": 2}},
        ),
        (Later(60, {"seen": ("a", "é")}), None, {"callBackDelay": 60, "hookDetails": {"seen": ["a", "é"]}}),
    ],
)
def test_later_asks_ecs_to_call_again_with_the_details(
    later: Later, details: Any, answer: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    given = lifecycle_hook(lambda event: later)(ecs_event(details=details), Context(300))
    assert given == {"hookStatus": "IN_PROGRESS"} | answer
    assert caplog.messages[0].endswith(
        f"the lifecycle hook at POST_TEST_TRAFFIC_SHIFT is to be called again in {answer['callBackDelay']} seconds"
    )


def test_details_go_from_one_call_to_the_next() -> None:
    """However ECS hands on the details: what it gets in the place of what it had, or added to that."""

    @lifecycle_hook
    def handler(event: LifecycleEvent) -> Later | None:
        tries = event.details.get("tries", 0) + 1
        return None if tries == 3 else Later(5, {"tries": tries})

    for is_added in (True, False):
        event = ecs_event(details={"bucket": "b"})
        statuses: list[str] = []
        while not statuses or statuses[-1] == "IN_PROGRESS":
            answer = json.loads(json.dumps(handler(event)))
            statuses.append(answer["hookStatus"])
            assert event["hookDetails"]["bucket"] == "b"
            event["hookDetails"] = (event["hookDetails"] if is_added else {}) | answer.get("hookDetails", {})
        assert statuses == ["IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"]


CIRCLE: dict[str, Any] = {}
CIRCLE["itself"] = CIRCLE


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        *(
            ((seconds,), "must return Later with whole seconds from 1 to 86400, got")
            for seconds in (0, -1, 86_401, 1.0, True, "60", None)
        ),
        *(
            ((60, details), "must return Later with details that JSON can write: ")
            for details in ({"a": {1}}, {"a": float("nan")}, {"a": "\ud800"}, {("a",): 1}, CIRCLE, ["a"])
        ),
    ],
)
def test_later_that_ecs_could_not_be_told_failed(
    arguments: tuple[Any, ...], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    @lifecycle_hook
    def handler(event: LifecycleEvent) -> Later:
        return Later(*arguments)

    assert handler(ecs_event()) == {"hookStatus": "FAILED"}
    assert f"handler {reason}" in caplog.text


def test_log_has_nothing_of_the_details(caplog: pytest.LogCaptureFixture) -> None:
    for later in (
        Later(60, {"token": "secret-1"}),
        Later(60, {"token": {"secret-2"}}),
        Later(0, {"token": "secret-3"}),
    ):
        lifecycle_hook(functools.partial(lambda later, event: later, later))(ecs_event(details={"token": "secret-4"}))
    assert len(caplog.messages) == 3
    assert "secret" not in caplog.text


def test_later_is_nothing_for_codedeploy(codedeploy: Stubber, caplog: pytest.LogCaptureFixture) -> None:
    expect(codedeploy, "Failed")

    @lifecycle_hook
    def handler(event: LifecycleEvent) -> Later:
        return Later(60)

    assert handler(EVENT, Context(300)) is None
    assert (
        "handler must return or raise once it knows how it went, got Later: "
        "only ECS calls a hook function again, CodeDeploy doesn't"
    ) in caplog.text


@pytest.mark.parametrize(
    ("result", "got"), [({"hookStatus": "FAILED"}, "a hookStatus"), (Later, "the class Later")], ids=["answer", "class"]
)
@pytest.mark.parametrize("engine", ["ECS", "CodeDeploy"])
def test_what_is_no_success_by_its_look_failed(
    result: object, got: str, engine: str, codedeploy: Stubber, caplog: pytest.LogCaptureFixture
) -> None:
    if engine == "CodeDeploy":
        expect(codedeploy, "Failed")
    answer = lifecycle_hook(lambda event: result)(EVENT if engine == "CodeDeploy" else ecs_event())
    assert answer == (None if engine == "CodeDeploy" else {"hookStatus": "FAILED"})
    expected = f"<lambda> must return to succeed, raise to fail, or return Later(seconds) to be called again, got {got}"
    assert expected in caplog.text


@pytest.mark.usefixtures("no_codedeploy")
@pytest.mark.parametrize(("function", "reason"), NEVER_RUN, ids=lambda value: value if isinstance(value, str) else "")
def test_ecs_is_answered_that_what_has_yet_to_run_failed(
    function: Callable[[LifecycleEvent], object], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert lifecycle_hook(function)(ecs_event(), Context(300)) == {"hookStatus": "FAILED"}
    assert reason in caplog.text


def test_wrapper_that_runs_a_coroutine_succeeds(codedeploy: Stubber) -> None:
    expect(codedeploy, "Succeeded")

    @functools.wraps(asynchronous)
    def run(event: LifecycleEvent) -> None:
        return asyncio.run(asynchronous(event))

    lifecycle_hook(run)(EVENT, Context(300))


def test_what_was_opened_may_be_returned(codedeploy: Stubber) -> None:
    """A response or a file is an iterator as well."""
    expect(codedeploy, "Succeeded")
    with Path(__file__).open() as file:
        lifecycle_hook(lambda event: file)(EVENT, Context(300))


@pytest.mark.parametrize("status", ["Succeeded", "Failed"])
def test_log_that_breaks_is_no_reason_not_to_report_or_answer(
    status: str, codedeploy: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise RecursionError(record.getMessage())

    monkeypatch.setattr(logging.getLogger("ecs_blue_green.lifecycle"), "handlers", [Broken()])
    expect(codedeploy, status)
    handler = lifecycle_hook(raiser(OSError("no answer")) if status == "Failed" else lambda event: None)
    handler(EVENT)
    assert handler(ecs_event()) == {"hookStatus": status.upper()}


# In the forked process the function ends as the argument says; the parent's waits for it and prints its exit code.
FORKS = """
import json, logging, os, sys
from ecs_blue_green.lifecycle import lifecycle_hook
logging.basicConfig(format="%(message)s")

@lifecycle_hook
def handler(event):
    child = os.fork()
    if child:
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        return
    print("in the child")
    exec(sys.argv[1])

print(handler(json.loads(sys.argv[2])), flush=True)
"""


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("pass", 0),
        ("sys.exit(0)", 0),
        ("sys.exit(3)", 3),
        ("sys.exit(256 + 3)", 3),
        ("sys.exit('no answer')", 1),
        ("raise RuntimeError('no answer')", 1),
        ("os.fork() and os.wait()", 0),
    ],
)
def test_process_that_the_function_forks_never_reports_or_answers(ending: str, code: int) -> None:
    # One process per engine would take twice as long, and they part only after the fork.
    event = EVENT if code == 0 else ecs_event()
    with loopback(lambda _: Answer(b'{"lifecycleEventHookExecutionId": "e-1"}')) as server:
        done = subprocess.run(
            [sys.executable, "-c", FORKS, ending, json.dumps(event)],
            cwd=ROOT,
            env=os.environ | lambda_environment(server.url),
            capture_output=True,
            text=True,
            check=False,
        )
    reported = [json.loads(request.body)["status"] for request in server.requests]
    answered = "None" if event is EVENT else "{'hookStatus': 'SUCCEEDED'}"
    assert reported == (["Succeeded"] if event is EVENT else [])
    assert done.stdout.splitlines() == ["in the child", str(code), answered]
    assert ("RuntimeError: no answer" in done.stderr) == ("RuntimeError" in ending)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("hook", "status"), [(lambda event: None, "Succeeded"), (raiser(SystemExit("no answer")), "Failed")]
)
def test_request_as_sent(hook: Callable[[LifecycleEvent], None], status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with loopback(lambda _: Answer(b'{"lifecycleEventHookExecutionId": "execution"}')) as server:
        use_codedeploy(monkeypatch, server.url)
        lifecycle_hook(hook)(EVENT, Context(300))
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/")
    assert request.headers["X-Amz-Target"] == "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus"
    assert request.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert "/eu-west-1/codedeploy/aws4_request" in request.headers["Authorization"]
    assert json.loads(request.body) == {
        "deploymentId": "d-ABCDEF123",
        "lifecycleEventHookExecutionId": "execution",
        "status": status,
    }


def test_refusal_as_received(monkeypatch: pytest.MonkeyPatch) -> None:
    with loopback(lambda _: ALREADY_COMPLETED) as server:
        use_codedeploy(monkeypatch, server.url)
        with pytest.raises(ClientError, match="LifecycleEventAlreadyCompletedException"):
            lifecycle_hook(lambda event: None)(EVENT)
    assert len(server.requests) == 1


def test_handler_keeps_name_docstring_and_function() -> None:
    def smoke_test(event: LifecycleEvent) -> str:
        """Says what it tests."""
        return event.deployment_id

    handler = lifecycle_hook(smoke_test)
    assert (getattr(handler, "__name__", ""), handler.__doc__) == ("smoke_test", "Says what it tests.")
    assert handler.__wrapped__ is smoke_test
    assert handler.__wrapped__(LifecycleEvent(deployment_id="d-1", execution_id="e-1")) == "d-1"


def test_importing_testing_and_answering_ecs_needs_neither_cdk_nor_boto3() -> None:
    script = """
import sys
for name in ("aws_cdk", "boto3", "botocore", "constructs", "jsii"):
    sys.modules[name] = None  # an import would fail
from ecs_blue_green.lifecycle import LifecycleEvent, lifecycle_hook
handler = lifecycle_hook(lambda event: event.deployment_id)
print(handler.__wrapped__(LifecycleEvent(deployment_id="d-1", execution_id="e-1")))
import json
print(json.dumps(handler(json.loads(sys.argv[1]))))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(ecs_event())], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ('d-1\n{"hookStatus": "SUCCEEDED"}\n', "")
