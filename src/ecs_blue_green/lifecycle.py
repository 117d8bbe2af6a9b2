"""What a lifecycle hook function uses when it runs in AWS Lambda.

    from ecs_blue_green.lifecycle import LifecycleEvent, lifecycle_hook

    @lifecycle_hook
    def handler(event: LifecycleEvent) -> None:
        if not answers("https://example.com:9002/health"):
            raise RuntimeError("the new task set does not answer")

It needs nothing but Python and the boto3 that Lambda ships.
"""

from __future__ import annotations

import functools
import inspect
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import Any, Literal, Protocol

__all__ = ["DeadlineError", "LifecycleEvent", "LifecycleHookHandler", "lifecycle_hook"]

_log = logging.getLogger(__name__)
_log.setLevel(logging.INFO)  # Lambda's own root logger starts at WARNING

# What is left of the function's time for the report to CodeDeploy, and of that to say that it failed.
_SECONDS_FOR_REPORT = 5
_SECONDS_FOR_LOG = 1


class DeadlineError(BaseException):
    """The hook function, or the report after it, was still running shortly before Lambda's time-out; raised inside it.

    It is no Exception, so that a loop that tries again after any Exception ends as well.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class LifecycleEvent:
    """What CodeDeploy calls a hook function with.

    Attributes:
        deployment_id: The deployment, such as ``d-ABCDEF123``.
        execution_id: This execution of the hook, which the report is about.
    """

    deployment_id: str
    execution_id: str


class LifecycleHookHandler(Protocol):
    """A Lambda handler that reports to CodeDeploy.

    Attributes:
        __wrapped__: The function that it calls, for tests.
    """

    __wrapped__: Callable[[LifecycleEvent], object]

    def __call__(self, event: Mapping[str, Any], context: Any = None) -> None:
        """Call the function and report."""


def lifecycle_hook(function: Callable[[LifecycleEvent], object]) -> LifecycleHookHandler:
    """Turn a function that returns or raises into a Lambda handler that reports to CodeDeploy.

    When the function returns, the lifecycle event is reported as ``Succeeded``, whatever it returns but for what shows
    that its code has yet to run: a coroutine or anything else to await, a generator, an async generator, a ``map`` or a
    ``filter``. Then, and when it raises, the reason is logged and the event is reported as ``Failed``, which rolls the
    deployment back. When it is still running five seconds before Lambda's time-out, ``DeadlineError`` is raised inside
    it. There is exactly one report, and when that fails, or has no answer a second before the time-out, the handler
    raises, so that the failure shows in the function's errors. A process that the function forked ends where it comes
    out of the function, and reports nothing.

    Args:
        function: Called with the event of CodeDeploy. Code with ``async`` is run by it, as with ``asyncio.run``.

    Returns:
        The handler. Its attribute ``__wrapped__`` is the function, for tests.

    Raises:
        TypeError: The function can't be called, or has ``async`` or ``yield``, be it as a method, as the ``__call__``
            of an object or in a ``functools.partial``.
        ValueError: The handler was called with an event that is not CodeDeploy's.
    """
    if not callable(function):
        raise TypeError(f"lifecycle_hook must decorate a function, got {function!r:.200}")
    if _is_lazy(function):
        raise TypeError(
            f"{_name_of(function)} must be a function without async and yield; "
            "a call would run nothing of it: call asyncio.run(…) in a function without async"
        )

    @functools.wraps(function)
    def handler(event: Mapping[str, Any], context: Any = None) -> None:
        lifecycle_event = _lifecycle_event(event)
        # Before the function, as it takes seconds where there is little memory, and the deadline leaves few.
        codedeploy = _codedeploy()
        _report(codedeploy, lifecycle_event, _run(function, lifecycle_event, context), context)

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
    return getattr(function, "__qualname__", None) or f"{function!r:.200}"


def _lifecycle_event(event: Mapping[str, Any]) -> LifecycleEvent:
    try:
        return LifecycleEvent(
            deployment_id=event["DeploymentId"],
            execution_id=event["LifecycleEventHookExecutionId"],
        )
    except (KeyError, TypeError):
        # Lambda logs this: an event of somebody else's may hold secrets, such as the headers of a request.
        got = f"one with {[*event]!r:.200}" if isinstance(event, Mapping) else f"a {type(event).__name__}"
        raise ValueError(
            "event must be one of CodeDeploy's, with DeploymentId and LifecycleEventHookExecutionId, "
            f"got {got}; nothing was run or reported"
        ) from None


def _codedeploy() -> Any:
    import boto3  # here, so that tests of hook functions don't need it
    from botocore.config import Config

    # Without an answer botocore would wait a minute; there are to be two tries in what the deadline leaves.
    return boto3.client("codedeploy", config=Config(connect_timeout=2, read_timeout=2))


def _run(
    function: Callable[[LifecycleEvent], object], event: LifecycleEvent, context: Any
) -> Literal["Succeeded", "Failed"]:
    process = os.getpid()
    try:
        with _deadline(context, _SECONDS_FOR_REPORT):
            _check_has_run(function, function(event))
    except BaseException as error:  # sys.exit() too must not leave CodeDeploy waiting for an hour
        _end_if_forked(process, error)
        with suppress(BaseException):  # nor must a log that breaks, as Python's own does over deep groups of exceptions
            _log.exception("Deployment %s: the lifecycle hook failed", event.deployment_id)
        return "Failed"
    _end_if_forked(process, None)
    with suppress(BaseException):
        _log.info("Deployment %s: the lifecycle hook succeeded", event.deployment_id)
    return "Succeeded"


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
    """End a process that the function forked and that came out of the function: the report is its parent's to make."""
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
