"""Whatever way a hook function is written: it is refused, or there is one report or answer, and that its code ran.

``--hypothesis-profile=hunt`` writes many functions, and other ones each time.
"""

import asyncio
import contextlib
import functools
import gc
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_blue_green.lifecycle import Later, LifecycleEvent, lifecycle_hook

LOG = logging.getLogger("ecs_blue_green.lifecycle")
EVENT = {"DeploymentId": "d-ABCDEF123", "LifecycleEventHookExecutionId": "execution"}
ECS_EVENT: dict[str, Any] = {
    "executionId": "execution",
    "lifecycleStage": "PRODUCTION_TRAFFIC_SHIFT",
    "resourceArn": "service-deployment",
    "executionDetails": {
        "serviceArn": "service",
        "targetServiceRevisionArn": "green",
        "testTrafficWeights": {},
        "productionTrafficWeights": {"green": 0, "blue": 100},
    },
    "hookDetails": {"given": 1},
}


@dataclass
class Check:
    """What a hook function checks, and what came of it."""

    error: BaseException | None
    result: object = None
    runs: list[object] = field(default_factory=list)

    def run(self, event: object) -> Any:
        self.runs.append(event)
        if self.error is not None:
            raise self.error
        return self.result


Hook = Callable[[Any], Any]


def plain(check: Check) -> Hook:
    return lambda event: check.run(event)


def asynchronous(check: Check) -> Hook:
    async def hook(event: object) -> None:
        check.run(event)

    return hook


def generator(check: Check) -> Hook:
    def hook(event: object) -> Iterator[None]:
        check.run(event)
        yield

    return hook


def asynchronous_generator(check: Check) -> Hook:
    async def hook(event: object) -> Any:
        check.run(event)
        yield

    return hook


def later(check: Check) -> Hook:
    return lambda event: map(check.run, [event])


def expression(check: Check) -> Hook:
    return lambda event: (check.run(each) for each in [event])


def awaitable(check: Check) -> Hook:
    class Awaitable:
        def __await__(self) -> Iterator[None]:
            yield check.run(None)

    return lambda event: Awaitable()


KINDS = [plain, asynchronous, generator, asynchronous_generator, later, expression, awaitable]


def partial(hook: Hook) -> Hook:
    return functools.partial(hook)


def with_more(hook: Hook) -> Hook:
    return functools.partial(lambda more, event: hook(event), "more")


def called(hook: Hook) -> Hook:
    return lambda event: hook(event)


def wrapped(hook: Hook) -> Hook:
    @functools.wraps(hook)
    def wrapper(*arguments: Any, **named: Any) -> Any:
        return hook(*arguments, **named)

    return wrapper


def method(hook: Hook) -> Hook:
    class Checks:
        def check(self, event: object) -> Any:
            return hook(event)

    return Checks().check


def asynchronous_method(hook: Hook) -> Hook:
    class Checks:
        async def check(self, event: object) -> Any:
            return hook(event)

    return Checks().check


def static(hook: Hook) -> Hook:
    return staticmethod(hook)


def an_object(hook: Hook) -> Hook:
    class Checks:
        def __call__(self, event: object) -> Any:
            return hook(event)

    return Checks()


def an_asynchronous_object(hook: Hook) -> Hook:
    class Checks:
        async def __call__(self, event: object) -> Any:
            return hook(event)

    return Checks()


def with_it_as_call(hook: Hook) -> Hook:
    checks: Hook = type("Checks", (), {"__call__": staticmethod(hook)})()
    return checks


def with_it_as_partial_method(hook: Hook) -> Hook:
    def check(self: object, hook: Hook, event: object) -> Any:
        return hook(event)

    checks: Hook = type("Checks", (), {"__call__": functools.partialmethod(check, hook)})()
    return checks


def cached(hook: Hook) -> Hook:
    return functools.cache(hook)


def dispatched(hook: Hook) -> Hook:
    return functools.singledispatch(called(hook))


def run_by_it(hook: Hook) -> Hook:
    """Runs whatever it is given, as a right hook function does."""

    @functools.wraps(hook)
    def run(event: object) -> Any:
        result = hook(event)
        if asyncio.iscoroutine(result):
            with contextlib.closing(result):  # one that runs in another one's loop is refused, and would be warned of
                result = asyncio.run(result)
        return list(result) if hasattr(result, "__next__") else result

    return run


WRAPPERS = [
    partial,
    with_more,
    called,
    wrapped,
    method,
    asynchronous_method,
    static,
    an_object,
    an_asynchronous_object,
    with_it_as_call,
    with_it_as_partial_method,
    cached,
    dispatched,
    run_by_it,
]
ERRORS: list[Callable[[], BaseException | None]] = [
    lambda: None,
    lambda: None,
    lambda: RuntimeError("no answer"),
    lambda: SystemExit(0),
    lambda: StopAsyncIteration("no more"),
    lambda: GeneratorExit(),
    lambda: nested(ValueError("deep"), 2000),
]


def nested(error: Exception, depth: int) -> Exception:
    for _ in range(depth):
        error = ExceptionGroup("around", [error])
    return error


RESULTS = [None, None, True, Later(60, {"tries": 1}), {"hookStatus": "FAILED"}]


@dataclass
class CodeDeploy:
    """Remembers what it was told."""

    reports: list[str] = field(default_factory=list)

    def put_lifecycle_event_hook_execution_status(self, *, status: str, **_: str) -> None:
        self.reports.append(status)


@given(
    st.sampled_from([EVENT, ECS_EVENT]),
    st.sampled_from(KINDS),
    st.lists(st.sampled_from(WRAPPERS), max_size=5),
    st.sampled_from(ERRORS),
    st.sampled_from(RESULTS),
)
def test_success_is_told_only_of_what_has_run(
    event: dict[str, Any],
    kind: Callable[[Check], Hook],
    wrappers: list[Callable[[Hook], Hook]],
    error: Callable[[], BaseException | None],
    result: object,
) -> None:
    # Of the kinds, only the plain one returns what the check returned.
    check, codedeploy = Check(error(), result if kind is plain else None), CodeDeploy()
    hook = kind(check)
    for wrapper in wrappers:
        hook = wrapper(hook)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        patch.setattr(boto3, "client", lambda *_, **__: codedeploy)
        patch.setattr(LOG, "handlers", [logging.StreamHandler(StringIO())])
        patch.setattr(LOG, "propagate", False)
        if is_refused(hook):
            assert may_be_refused(kind, wrappers)
            return
        answer = lifecycle_hook(hook)(event)
        del hook
        gc.collect(0)
    assert [str(warning.message) for warning in warned] == []
    has_run = bool(check.runs) and check.error is None
    succeeded = has_run and not isinstance(check.result, Later | dict)
    if event is EVENT:
        assert (codedeploy.reports, answer) == (["Succeeded" if succeeded else "Failed"], None)
    elif has_run and isinstance(check.result, Later):
        details = {"given": 1, "tries": 1}
        assert answer == {"hookStatus": "IN_PROGRESS", "callBackDelay": 60, "hookDetails": details}
    else:
        assert (codedeploy.reports, answer) == ([], {"hookStatus": "SUCCEEDED" if succeeded else "FAILED"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda values: st.lists(values, max_size=2) | st.dictionaries(st.text(max_size=3), values, max_size=2),
    max_leaves=3,
)
NO_JSON: list[object] = [object(), b"bytes", {"set"}, {("tuple",): 1}, {1: 1, None: 2}, "\ud800", ("tuple",), 10**5000]
ANYTHING = JSON | st.sampled_from(NO_JSON)
DETAILS = st.dictionaries(st.text(max_size=3), ANYTHING, max_size=2) | ANYTHING
PATHS = [(), *((name,) for name in ECS_EVENT), *(("executionDetails", name) for name in ECS_EVENT["executionDetails"])]


def changed(path: tuple[str, ...], value: object, *, is_removed: bool) -> Any:
    """Give the event of ECS with another value at a path, or without it."""
    if not path:
        return value
    event = json.loads(json.dumps(ECS_EVENT))
    holder = event if len(path) == 1 else event[path[0]]
    holder[path[-1]] = value
    if is_removed:
        del holder[path[-1]]
    return event


def answer_of(hook: Hook, event: Any) -> Any:
    """Give the answer, or None when the event is refused."""
    try:
        return lifecycle_hook(hook)(event)
    except ValueError as error:
        if not str(error).startswith("event must be one of CodeDeploy's, "):
            raise
        return None


@given(st.sampled_from(PATHS), JSON, st.booleans(), st.integers(-5, 100_000) | ANYTHING, DETAILS)
def test_ecs_gets_one_answer_that_it_knows_whatever_it_sends_and_the_function_gives(
    path: tuple[str, ...], value: object, is_removed: bool, seconds: Any, details: Any
) -> None:
    runs: list[LifecycleEvent] = []

    def hook(event: LifecycleEvent) -> Later:
        assert event.is_rollback in (True, False)
        assert event.previous_revision in (None, *event.production_weights, *event.test_weights)
        runs.append(event)
        return Later(seconds, details)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LOG, "handlers", [logging.StreamHandler(StringIO())])
        patch.setattr(LOG, "propagate", False)
        answer = answer_of(hook, changed(path, value, is_removed=is_removed))
    assert len(runs) == (answer is not None)
    if answer is None:
        return
    assert json.loads(json.dumps(answer, allow_nan=False, ensure_ascii=False).encode()) == answer  # as Lambda does
    if answer != {"hookStatus": "FAILED"}:
        assert {"hookStatus", "callBackDelay"} <= answer.keys() <= {"hookStatus", "callBackDelay", "hookDetails"}
        assert (answer["hookStatus"], answer["callBackDelay"]) == ("IN_PROGRESS", seconds)
        assert isinstance(answer.get("hookDetails", {}), dict)


def is_refused(hook: Hook) -> bool:
    try:
        lifecycle_hook(hook)
    except TypeError as error:
        return "must be a function without async and yield" in str(error)
    return False


def may_be_refused(kind: Callable[[Check], Hook], wrappers: list[Callable[[Hook], Hook]]) -> bool:
    """Tell whether nobody would run what is made, as it is not passed through something that does."""
    asynchronous_ones = {asynchronous_method, an_asynchronous_object}
    after_run = wrappers[len(wrappers) - wrappers[::-1].index(run_by_it) :] if run_by_it in wrappers else wrappers
    is_lazy = run_by_it not in wrappers and kind in (asynchronous, generator, asynchronous_generator)
    return is_lazy or not asynchronous_ones.isdisjoint(after_run)
