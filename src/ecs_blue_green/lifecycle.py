"""What a lifecycle hook function uses when it runs in AWS Lambda.

    from ecs_blue_green.lifecycle import LifecycleEvent, lifecycle_hook

    @lifecycle_hook
    def handler(event: LifecycleEvent) -> None:
        if not answers("https://example.com:9002/health"):
            raise RuntimeError("the new tasks do not answer")

CodeDeploy calls it at a lifecycle event, and ECS at a lifecycle stage; what the function is called with tells which of
them. It needs nothing but Python, and the boto3 that Lambda ships to report to CodeDeploy.
"""

from __future__ import annotations

import functools
import inspect
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FunctionType, MethodType
from typing import Any, Literal, Protocol

__all__ = ["DeadlineError", "Later", "LifecycleEvent", "LifecycleHookHandler", "lifecycle_hook"]

_log = logging.getLogger(__name__)
_log.setLevel(logging.INFO)  # Lambda's own root logger starts at WARNING

# What is left of the function's time for the report or the answer, and of that to say that the report failed.
_SECONDS_FOR_REPORT = 5
_SECONDS_FOR_LOG = 1

# What ECS is answered (rule NH2).
_SUCCEEDED, _FAILED, _IN_PROGRESS = "SUCCEEDED", "FAILED", "IN_PROGRESS"

# What ECS waits for at most until a hook has succeeded or failed (24 hours; rule NH3).
_LONGEST_HOOK = 86_400


class DeadlineError(BaseException):
    """The hook function, or the report after it, was still running shortly before Lambda's time-out; raised inside it.

    It is no Exception, so that a loop that tries again after any Exception ends as well.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class LifecycleEvent:
    """What a hook function is called with. CodeDeploy tells its first two attributes, and ECS all of them.

    Attributes:
        deployment_id: The deployment: CodeDeploy's, such as ``d-ABCDEF123``, or the ARN of ECS's service deployment.
        execution_id: This execution of the hook. What is reported to CodeDeploy is about it.
        stage: The lifecycle stage, such as ``POST_TEST_TRAFFIC_SHIFT``. None from CodeDeploy, which doesn't tell the
            lifecycle event.
        service: The ARN of the service. None from CodeDeploy.
        revision: The ARN of the service revision that is being deployed, also while it is rolled back. None from
            CodeDeploy.
        production_weights: The percentage of production traffic by ARN of service revision. Empty where ECS tells none:
            at most stages, by the documentation's examples.
        test_weights: The same for test traffic.
        details: What the hook's definition gives, and what the ``Later`` before has given. Empty for nothing.
    """

    deployment_id: str
    execution_id: str
    stage: str | None = None
    service: str | None = None
    revision: str | None = None
    production_weights: Mapping[str, float] = field(default_factory=dict, hash=False)
    test_weights: Mapping[str, float] = field(default_factory=dict, hash=False)
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def previous_revision(self) -> str | None:
        """The ARN of the other service revision that the weights name; None where they name none.

        None proves nothing, as most stages come without weights. And there may be no previous revision: hooks run at a
        service's first deployment too (reported: NE7).
        """
        others = {*self.production_weights, *self.test_weights} - {self.revision}
        return others.pop() if len(others) == 1 else None

    @property
    def is_rollback(self) -> bool:
        """Whether the weights say that ECS moves traffic back: it calls the hooks of the stages that move it again.

        At PRODUCTION_TRAFFIC_SHIFT, 0 % for the revision that is being deployed and 100 % for another one are
        documented to mean this (rule NH4). Of test traffic at TEST_TRAFFIC_SHIFT it is inferred.
        """
        moved = {"PRODUCTION_TRAFFIC_SHIFT": self.production_weights, "TEST_TRAFFIC_SHIFT": self.test_weights}
        weights = moved.get(self.stage or "", {})
        return weights.get(self.revision or "") == 0 and 100 in weights.values()


@dataclass(frozen=True, slots=True)
class Later:
    """What a hook function returns that can't tell yet how it went: ECS calls it again, and CodeDeploy doesn't.

    ECS goes on calling until the function succeeds or fails, or until the hook's time-out.

    Args:
        seconds: How many seconds to wait, 1 to 86400. AWS documents no range; the longest is what a hook may take in
            all. Left out: 30, as when ECS is told nothing (rule NH2).
        details: What the event of the next call has in its ``details``, beside what is there already. It has to be
            what JSON can write, and comes back as JSON reads it. Left out: nothing is added.
    """

    seconds: int = 30
    details: Mapping[str, Any] = field(default_factory=dict)


class LifecycleHookHandler(Protocol):
    """A Lambda handler that reports to CodeDeploy, or answers ECS.

    Attributes:
        __wrapped__: The function that it calls, for tests.
    """

    __wrapped__: Callable[[LifecycleEvent], object]

    def __call__(self, event: Mapping[str, Any], context: Any = None) -> dict[str, Any] | None:
        """Call the function, and report to CodeDeploy, or give the answer for ECS."""


def lifecycle_hook(function: Callable[[LifecycleEvent], object]) -> LifecycleHookHandler:
    """Turn a function that returns or raises into a Lambda handler that reports to CodeDeploy, or answers ECS.

    When the function returns, the hook has succeeded, whatever it returns but for ``Later``, and for what shows a
    mistake: an answer in ECS's own form, or what has yet to run, such as a coroutine or anything else to await, a
    generator, an async generator, a ``map`` or a ``filter``. Then, and when it raises, the reason is logged and the
    hook has failed, which rolls the deployment back. When the function is still running five seconds before Lambda's
    time-out, ``DeadlineError`` is raised inside it.

    ECS gets exactly one answer: ``SUCCEEDED``, ``FAILED``, or for ``Later`` ``IN_PROGRESS``. CodeDeploy gets exactly
    one report, ``Succeeded`` or ``Failed``; ``Later`` is reported as ``Failed``. When that report fails, or has no
    answer a second before the time-out, the handler raises, so that the failure shows in the function's errors. A
    process that the function forked ends where it comes out of the function, and neither reports nor answers.

    Args:
        function: Called with the event. Code with ``async`` is run by it, as with ``asyncio.run``.

    Returns:
        The handler. Its attribute ``__wrapped__`` is the function, for tests.

    Raises:
        TypeError: The function can't be called, or has ``async`` or ``yield``, be it as a method, as the ``__call__``
            of an object or in a ``functools.partial``.
        ValueError: The handler was called with an event that is neither CodeDeploy's nor ECS's.
    """
    if not callable(function):
        raise TypeError(f"lifecycle_hook must decorate a function, got {function!r:.200}")
    if _is_lazy(function):
        raise TypeError(
            f"{_name_of(function)} must be a function without async and yield; "
            "a call would run nothing of it: call asyncio.run(…) in a function without async"
        )

    @functools.wraps(function)
    def handler(event: Mapping[str, Any], context: Any = None) -> dict[str, Any] | None:
        lifecycle_event = _lifecycle_event(event)
        if lifecycle_event.stage is not None:
            return _run(function, lifecycle_event, context)
        # Before the function, as it takes seconds where there is little memory, and the deadline leaves few.
        codedeploy = _codedeploy()
        answer = _run(function, lifecycle_event, context)
        status: Literal["Succeeded", "Failed"] = "Succeeded" if answer["hookStatus"] == _SUCCEEDED else "Failed"
        _report(codedeploy, lifecycle_event, status, context)
        return None

    return handler


def _is_lazy(function: object) -> bool:
    """Tell whether a call would only make what has yet to run, as far as that can be told without a call.

    A wrapper that names such a function in its ``__wrapped__`` may well run it.
    """
    if isinstance(function, functools.partial):
        return _is_lazy(function.func)
    if isinstance(function, MethodType | staticmethod):
        return _is_lazy(function.__func__)
    makes = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
    if any(made_by(function) for made_by in makes):
        return True
    call = type(function).__call__
    return isinstance(call, FunctionType | MethodType | functools.partial) and _is_lazy(call)


def _name_of(function: object) -> str:
    """Name it for a message, without what a partial or another object holds, as that may be a secret."""
    if isinstance(function, functools.partial):
        return f"a partial of {_name_of(function.func)}"
    return getattr(function, "__qualname__", None) or f"{type(function).__qualname__} object"


def _lifecycle_event(event: Any) -> LifecycleEvent:
    """Read the event, which tells the engine: only ECS's has a stage (rule NH1)."""
    with suppress(KeyError, TypeError):
        return LifecycleEvent(
            deployment_id=event["DeploymentId"],
            execution_id=event["LifecycleEventHookExecutionId"],
        )
    with suppress(KeyError, TypeError):
        deployment = event["executionDetails"]
        return LifecycleEvent(
            deployment_id=_text(event["resourceArn"]),
            execution_id=_text(event["executionId"]),
            stage=_text(event["lifecycleStage"]),
            service=_text(deployment["serviceArn"]),
            revision=_text(deployment["targetServiceRevisionArn"]),
            production_weights=_object(deployment.get("productionTrafficWeights")),
            test_weights=_object(deployment.get("testTrafficWeights")),
            details=_object(event.get("hookDetails")),
        )
    raise ValueError(
        "event must be one of CodeDeploy's, with DeploymentId and LifecycleEventHookExecutionId, or of ECS's, with "
        "lifecycleStage, resourceArn, executionId and, in executionDetails, serviceArn and targetServiceRevisionArn as "
        "text, and weights and hookDetails as objects if there are any, "
        f"got {_form_of(event)}; nothing was run, reported or answered"
    )


def _form_of(event: object) -> str:
    """Describe an event without its values: nobody knows whose these are."""
    if isinstance(event, Mapping):
        return f"one with {', '.join(map(repr, event)) or 'nothing'}"[:200]
    return type(event).__name__


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _object(value: object) -> Mapping[str, Any]:
    """Read an object, which may be left out, or be JSON in a text: a template gives details as one (rule NS21)."""
    if isinstance(value, str):
        with suppress(ValueError):
            value = json.loads(value)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError
    return value


def _codedeploy() -> Any:
    import boto3  # here, so that tests of hook functions don't need it
    from botocore.config import Config

    # Without an answer botocore would wait a minute; there are to be two tries in what the deadline leaves.
    return boto3.client("codedeploy", config=Config(connect_timeout=2, read_timeout=2))


def _run(function: Callable[[LifecycleEvent], object], event: LifecycleEvent, context: Any) -> dict[str, Any]:
    """Call the function, and give what ECS is answered; of CodeDeploy's events it is never IN_PROGRESS."""
    process = os.getpid()
    stage = f" at {event.stage}" if event.stage else ""
    try:
        with _deadline(context, _SECONDS_FOR_REPORT):
            answer = _answer(function, event, function(event))
    except BaseException as error:  # sys.exit() too must not leave CodeDeploy waiting for an hour
        _end_if_forked(process, error)
        with suppress(BaseException):  # nor must a log that breaks, as Python's own does over deep groups of exceptions
            _log.exception("Deployment %s: the lifecycle hook%s failed", event.deployment_id, stage)
        return {"hookStatus": _FAILED}
    _end_if_forked(process, None)
    with suppress(BaseException):
        seconds = answer.get("callBackDelay")
        outcome = f"is to be called again in {seconds} seconds" if seconds else "succeeded"
        _log.info("Deployment %s: the lifecycle hook%s %s", event.deployment_id, stage, outcome)
    return answer


def _answer(function: object, event: LifecycleEvent, result: object) -> dict[str, Any]:
    """Tell what ECS is answered to what the function returned; raise for a mistake."""
    if isinstance(result, Later):
        return _answer_later(function, event, result)
    if result is Later or (isinstance(result, Mapping) and "hookStatus" in result):
        raise TypeError(
            f"{_name_of(function)} must return to succeed, raise to fail, or return Later(seconds) to be called again, "
            f"got {'the class Later' if result is Later else 'a hookStatus'}"
        )
    _check_has_run(function, result)
    return {"hookStatus": _SUCCEEDED}


def _answer_later(function: object, event: LifecycleEvent, later: Later) -> dict[str, Any]:
    if event.stage is None:
        raise TypeError(
            f"{_name_of(function)} must return or raise once it knows how it went, got Later: "
            "only ECS calls a hook function again, CodeDeploy doesn't"
        )
    seconds = later.seconds
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 1 <= seconds <= _LONGEST_HOOK:
        raise ValueError(
            f"{_name_of(function)} must return Later with whole seconds from 1 to {_LONGEST_HOOK}, got {seconds!r:.200}"
        )
    answer: dict[str, Any] = {"hookStatus": _IN_PROGRESS, "callBackDelay": seconds}
    try:
        # All of them, whether ECS adds what it gets to what it has, as is documented, or puts it in the place of that.
        text = json.dumps({**event.details, **later.details}, allow_nan=False, ensure_ascii=False)
        details = json.loads(text.encode())  # as Lambda will write it
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"{_name_of(function)} must return Later with details that JSON can write: {error}") from None
    return answer | {"hookDetails": details} if details else answer


def _check_has_run(function: object, result: object) -> None:
    """Raise when the result shows that the function's code has yet to run."""
    if not isinstance(result, Awaitable | Generator | AsyncGenerator | map | filter):
        return
    if isinstance(result, Coroutine | Generator):
        with suppress(Exception):
            result.close()  # Python would warn that nobody awaited it
    kind = type(result).__name__.replace("_", " ")
    article = "an" if kind[0] in "aAeEiIoO" else "a"
    raise TypeError(
        f"{_name_of(function)} must run its code before it returns, got {article} {kind}, which nothing runs: "
        "call asyncio.run(…), or go through it, in the function"
    )


def _end_if_forked(process: int, error: BaseException | None) -> None:
    """End a process that the function forked and that came out of the function: report and answer are its parent's."""
    if os.getpid() == process:
        return
    code = error.code if isinstance(error, SystemExit) else error and 1
    with suppress(BaseException):
        if error is not None and not isinstance(error, SystemExit):
            _log.exception("A process that the lifecycle hook forked failed")
        sys.stdout.flush()
    # Not as Python ends, which would go on in Lambda's own code, and answer in the parent's place.
    os._exit(code & 0xFF if isinstance(code, int) else int(code is not None))


def _report(codedeploy: Any, event: LifecycleEvent, status: Literal["Succeeded", "Failed"], context: Any) -> None:
    try:
        with _deadline(context, _SECONDS_FOR_LOG, least=1):  # a try costs nothing
            codedeploy.put_lifecycle_event_hook_execution_status(
                deploymentId=event.deployment_id,
                lifecycleEventHookExecutionId=event.execution_id,
                status=status,
            )
    except BaseException as error:
        if not _has_arrived_before(error):
            _log.error("Deployment %s: could not report %s to CodeDeploy", event.deployment_id, status)
            raise


def _has_arrived_before(error: BaseException) -> bool:
    """Tell whether botocore repeated a report whose answer it had lost."""
    response = getattr(error, "response", {})
    tries_before: int = response.get("ResponseMetadata", {}).get("RetryAttempts", 0)
    return tries_before > 0 and response["Error"]["Code"] == "LifecycleEventAlreadyCompletedException"


@contextmanager
def _deadline(context: Any, reserve: int, *, least: float = 0.001) -> Iterator[None]:
    """Raise DeadlineError in the block while there are some seconds left, but not before it had the least ones."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    # Signals reach the main thread only, and Windows, where tests may run, has no alarm.
    if remaining is None or threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return

    def interrupt(signal_number: int, frame: object) -> None:
        unit = "second" if reserve == 1 else "seconds"
        raise DeadlineError(f"still running {reserve} {unit} before the function's time-out")

    seconds = max(remaining() / 1000 - reserve, least)
    previous = signal.signal(signal.SIGALRM, interrupt)
    try:
        try:
            # Every second from then on, as a bare except or a `with` that waits for its threads may hold one up.
            signal.setitimer(signal.ITIMER_REAL, seconds, 1)
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)  # again: a signal may have come just before the first time
        signal.signal(signal.SIGALRM, previous)
