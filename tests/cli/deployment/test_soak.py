"""A long deployment, compressed: nothing is lost, no call is made too often, and memory stays flat.

``pytest -s`` prints the figures.
"""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from copy import copy
from datetime import datetime
from itertools import cycle
from typing import Any

from botocore import exceptions
from botocore.credentials import RefreshableCredentials
from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

from ecs_blue_green.cli.deployment.engines.stack_engine import StackEngine
from ecs_blue_green.cli.deployment.facts import Known
from ecs_blue_green.cli.deployment.state import State
from ecs_blue_green.cli.deployment.watching import End, watch
from tests.cli.aws.support import AwsProblem
from tests.cli.deployment.engines.codedeploy_hook.test_engine import Account, event
from tests.cli.deployment.fakes import FakeClock, at
from tests.cli.deployment.stage import STACK

MINUTES = 45
EVENTS, RESOURCES, PAGE = 10_000, 200, 100
INTERVAL = 20.0  # seconds
FAILING = 0.01  # of all calls
RENEWAL = MINUTES / 2
EARLY_LOOK = 30

# When production traffic is on green, in percent; and when lifecycle events begin and end.
SHIFTS = [(0, 0), (8, 20), (23, 100)]
LIFECYCLE = [
    ("BeforeInstall", 0.5, 0.6),
    ("Install", 1, 4),
    ("AllowTestTraffic", 5, 5.1),
    ("AfterAllowTestTraffic", 5.2, 7),
    ("AllowTraffic", 8, 23),
]
FAILURES: list[AwsProblem | Exception] = [
    AwsProblem("Throttling", status=400),
    AwsProblem("ServiceUnavailable", status=503),
    AwsProblem("InternalFailure", status=500),
    AwsProblem("AccessDenied", "User: me is not authorized to perform: x:Y", 403),
    exceptions.ReadTimeoutError(endpoint_url="https://x"),
    exceptions.ConnectionClosedError(endpoint_url="https://x"),
    exceptions.EndpointConnectionError(endpoint_url="https://x"),
    exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2),
    ResponseParserError("<html>"),
]


class LongDeployment(Account):
    """A deployment that goes on with the time, in an account whose clock is days behind this machine's."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.counted: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.tokens: Counter[str] = Counter()
        super().__init__()
        inner: Any = self.session._session
        inner._credentials = self._credentials()  # as boto3 has those of a role
        self._failures = (copy(one) for one in cycle(FAILURES))  # an error keeps where it was raised
        self._random = random.Random(20261128)
        happened = [event(STACK, "UPDATE_IN_PROGRESS", at(0), "User Initiated")]
        for number in range(EVENTS - 2):
            id, status = f"Resource{number % RESOURCES}", "COMPLETE" if number // RESOURCES % 2 else "IN_PROGRESS"
            happened.append(event(id, f"UPDATE_{status}", at(0.1 + number * (MINUTES - 1) / EVENTS), str(number)))
        self.happened = [*happened, event(STACK, "UPDATE_COMPLETE", at(MINUTES))]
        self._times = [one["Timestamp"] for one in self.happened]
        self.answers |= {
            "cloudformation:DescribeStackEvents": self._page,
            "codedeploy:BatchGetDeploymentTargets": lambda _: {
                "deploymentTargets": [
                    {"cloudFormationTarget": {"status": "InProgress", "lifecycleEvents": self._events()}}
                ]
            },
            "elbv2:DescribeListeners": lambda _: {"Listeners": [self._production()]},
        }

    def _credentials(self) -> RefreshableCredentials:
        def renewed() -> dict[str, str]:
            return {
                "access_key": "AKIAI44QH8DHBEXAMPLE",
                "secret_key": "s",
                "token": "new",
                "expiry_time": ends(9 * MINUTES),
            }

        def ends(minutes: float) -> str:
            return at(minutes).isoformat()

        return RefreshableCredentials(
            "AKIAIOSFODNN7EXAMPLE",
            "s",
            "old",
            expiry_time=at(RENEWAL + 15),  # they are renewed a quarter of an hour before
            refresh_using=renewed,
            method="a test",
            time_fetcher=lambda: self.time,
        )

    @property
    def time(self) -> datetime:
        return at(self._clock.now / 60)

    def _note(self, params: dict[str, Any], model: OperationModel, **_: object) -> None:
        self.calls = [(f"{model.service_model.service_name}:{model.name}", params)]
        self.counted[self.calls[0][0]] += 1

    def _answer(self, model: OperationModel, **more: Any) -> tuple[Any, dict[str, Any]]:
        self.now = self.time
        name = self.calls[0][0]
        token = more["request_signer"]._credentials.get_frozen_credentials().token
        self.tokens[token] += 1
        assert token == "new" or self.time <= at(RENEWAL + 15)  # AWS would refuse it
        if self._random.random() < FAILING:
            failure = next(self._failures)
            if name == "cloudformation:DescribeStacks" and getattr(failure, "code", "") == "AccessDenied":
                failure = next(self._failures)  # without that permission there is nothing to follow
            self.failed[getattr(failure, "code", type(failure).__name__)] += 1
            if isinstance(failure, AwsProblem):
                return self.respond({"Error": {"Code": failure.code, "Message": failure.message}}, failure.status)
            raise failure
        answer: Any = self.answers[name]
        return self.respond(answer(self.calls[-1][1]) if callable(answer) else answer)

    def _page(self, given: dict[str, Any]) -> dict[str, Any]:
        end = int(given.get("NextToken", bisect_right(self._times, self.time)))
        first = max(end - PAGE, 0)
        return {"StackEvents": self.happened[first:end][::-1]} | ({"NextToken": str(first)} if first else {})

    def _events(self) -> list[dict[str, Any]]:
        return [
            {"lifecycleEventName": name, "startTime": at(start), "status": "InProgress"}
            | ({"endTime": at(end), "status": "Succeeded"} if at(end) <= self.time else {})
            for name, start, end in LIFECYCLE
            if at(start) <= self.time
        ]

    def _production(self) -> dict[str, Any]:
        green = [percent for minute, percent in SHIFTS if at(minute) <= self.time][-1]
        return self.listener("production", blue=100 - green, green=green)


def memory() -> int:
    """How many bytes are in use that the library asked for; botocore fills caches of its own."""
    gc.collect()
    ours = tracemalloc.Filter(True, "*/ecs_blue_green/*")
    return sum(one.size for one in tracemalloc.take_snapshot().filter_traces([ours]).statistics("filename"))


class Reader:
    """A reader who remembers sentences, each once, and how much memory is in use."""

    def __init__(self) -> None:
        self._known = Known()
        self.told: set[str] = set()
        self.last: State | None = None
        self.looks = 0
        self.notices = 0
        self.memory = 0  # of ours, when all resources have been seen

    def state(self, state: State) -> None:
        self.looks += 1
        # Sentences of resources are as many as its events: their numbers are checked in the last state.
        self.told |= {sentence for sentence in self._known.news(state) if not sentence.startswith("Resource")}
        self.last = state
        if self.looks == EARLY_LOOK:
            self.memory = memory()

    def notice(self, message: str) -> None:
        self.notices += 1

    def reasons(self, reasons: Sequence[str]) -> None:
        raise AssertionError(reasons)

    def another(self, ended: Sequence[End], message: str) -> None:
        raise AssertionError(message)

    def end(self, end: End) -> None:
        raise AssertionError(end)


def test_deployment_of_45_minutes_with_10_000_events_and_failing_calls() -> None:
    clock, reader = FakeClock(), Reader()
    aws = LongDeployment(clock)
    engine = StackEngine(aws.session, STACK)
    tracemalloc.start()
    began = time.perf_counter()
    end = watch(engine, reader, interval=INTERVAL, timeout=None, clock=clock, sleep=clock.sleep)
    took = time.perf_counter() - began
    early, late = reader.memory, memory()
    tracemalloc.stop()

    looks = aws.counted["cloudformation:DescribeStacks"] - 1  # one is for the templates
    calls, failed = aws.counted.total(), aws.failed.total()
    print(
        f"\n{clock.now / 60:.0f} minutes in {took:.1f} s: {looks} looks, {calls} calls ({calls / looks:.2f} a look), "
        f"{failed} failed ({dict(sorted(aws.failed.items()))}), {reader.notices} notices; {EVENTS} events in "
        f"{aws.counted['cloudformation:DescribeStackEvents']} calls; credentials {dict(aws.tokens)}; memory "
        f"{early / 1024:.0f} KiB at look {EARLY_LOOK}, {late / 1024:.0f} KiB at the end"
    )

    # Nothing is lost.
    assert end.result == "deployed"
    assert clock.now / 60 < MINUTES + 5
    last = reader.last
    assert last is not None
    newest = {one["LogicalResourceId"]: one for one in aws.happened if one["LogicalResourceId"] != STACK}
    assert {one.logical_id: (one.status, one.reason) for one in last.resources} == {
        id: (one["ResourceStatus"], one["ResourceStatusReason"]) for id, one in newest.items()
    }
    assert last.began == at(0)
    assert {f"production traffic: blue {100 - green} %, green {green} %" for _, green in SHIFTS} <= reader.told
    assert {f"{name}: Succeeded" for name, *_ in LIFECYCLE} <= reader.told
    assert not any(sentence.endswith("tasks: gone") for sentence in reader.told)

    # Calls fail in every way, and are no more than documented: eight a look, and a few at the beginning.
    assert len(aws.failed) >= len(FAILURES) - 1
    assert failed >= calls * FAILING / 2
    assert calls <= 8 * looks + 16
    assert aws.counted["cloudformation:DescribeStackEvents"] <= looks + EVENTS / PAGE / 5
    assert aws.counted["cloudformation:GetTemplate"] <= 4
    assert aws.counted["cloudformation:ListStackResources"] <= 2
    # With the credentials that are good then.
    assert min(aws.tokens["old"], aws.tokens["new"]) > calls / 5
    # Memory is flat.
    assert 0 < late < early * 1.05 + 8 * 1024
