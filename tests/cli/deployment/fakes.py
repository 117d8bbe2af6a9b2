"""States of a stack, and an engine, a clock and a reporter that play and remember: no AWS and no waiting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from ecs_blue_green.cli.aws.session import AwsError
from ecs_blue_green.cli.deployment import engines
from ecs_blue_green.cli.deployment.engine import Action, Engine
from ecs_blue_green.cli.deployment.engines.codedeploy_hook.way_back import way_back
from ecs_blue_green.cli.deployment.state import (
    BlueGreenDeployment,
    DeploymentStep,
    EventProgress,
    Health,
    Progress,
    ResourceChange,
    State,
    TaskSet,
    WatchedAlarm,
)
from ecs_blue_green.cli.deployment.watching import End

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def state(status: str = "UPDATE_IN_PROGRESS", now: float = 0, **known: Any) -> State:
    """The stack Shop, whose last operation began at noon."""
    defaults: dict[str, Any] = {
        "stack": "Shop",
        "reason": "",
        "updated": NOON,
        "began": NOON,
        "deployment": None,
        "task_sets": (),
        "weights": {},
        "health": {},
        "alarms": (),
        "resources": (),
        "missing": {},
        "id": "arn:shop",
        "operation": "an update",
    }
    return State(at=at(now), status=status, **(defaults | known))


def task_set(colour: str, status: str = "ACTIVE", created: float | None = -60, **known: Any) -> TaskSet:
    defaults: dict[str, Any] = {"running": 2, "pending": 0, "desired": 2, "task_definition": f"shop:{colour}"}
    return TaskSet(colour=colour, status=status, created=None if created is None else at(created), **(defaults | known))


def event(name: str, status: str = "Succeeded", *, started: float = 0, ended: float | None = None) -> EventProgress:
    return EventProgress(
        name=name, status=status, started=at(started), ended=None if ended is None else at(ended), message=""
    )


def alarm(name: str, state: str = "OK", *, is_trigger: bool = True) -> WatchedAlarm:
    return WatchedAlarm(name=name, state=state, reason="", is_rollback_trigger=is_trigger)


# An engine of tomorrow, whose words are its own.
BAKING = DeploymentStep(
    event="BAKE_TIME", production=100, meaning="both revisions run", way_back="the old revision gets it all"
)
SHIFTING = DeploymentStep(event="SHIFT", production=30, meaning="30 % moves", way_back="30 % goes back")

FULL = state(
    now=6,
    reason="User Initiated",
    deployment=BlueGreenDeployment(
        engine="ECS", id="sd-1", status="IN_PROGRESS", events=(event("SCALE_UP", ended=1), event("SHIFT", "InProgress"))
    ),
    task_sets=(task_set("blue", "PRIMARY"), task_set("green", created=1, running=1, pending=1, images=("shop:2",))),
    weights={"production": {"blue": 70, "green": 30}, "test": {}},
    health={"blue": Health(healthy=2, targets=2), "green": Health(healthy=1, targets=2)},
    alarms=(alarm("Errors"), alarm("Latency", "ALARM", is_trigger=False)),
    resources=(ResourceChange(logical_id="Service", status="UPDATE_IN_PROGRESS", reason=""),),
    missing={"target health": "no permission: me lacks it"},
    progress=Progress(done=timedelta(minutes=6), total=timedelta(minutes=10), step=SHIFTING, next=(BAKING, at(8))),
)


class FakeClock:
    """A clock that goes on when somebody sleeps.

    Attributes:
        now: Seconds.
        pauses: How long was slept, one time after the other.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


_Look = TypeVar("_Look", State, BaseException)


class FakeEngine:
    """An engine that plays what each look finds: a state, or an error. The last one stays.

    Attributes:
        calls: The methods that were called.
        after_cancel: What looks find from the cancellation on; None for what they find anyway.
    """

    def __init__(
        self,
        *looks: State | BaseException,
        why: Sequence[str] = ("CloudFormation: it failed",),
        remarks: Sequence[str] = (),
        after_cancel: Sequence[State | BaseException] | None = None,
    ) -> None:
        self._looks = list(looks)
        self._why = [*why]
        self._remarks = [*remarks]
        self.calls: list[str] = []
        self.after_cancel = after_cancel

    def has_news(self, state: State) -> bool:
        self.calls.append("has_news")
        new = self._looks[0]
        if isinstance(new, BaseException):
            raise self._next(new)
        if (new.status, new.updated) == (state.status, state.updated):
            self._next(new)
            return False
        return True

    def read(self) -> State:
        self.calls.append("read")
        found = self._looks[0]
        if isinstance(found, BaseException):
            raise self._next(found)
        self._next(found)
        return found

    def reasons(self, state: State) -> list[str]:
        self.calls.append("reasons")
        return self._why

    def remarks(self, state: State) -> list[str]:
        return self._remarks

    def way_back(self, state: State) -> str:
        return way_back(state)

    def way_on(self, state: State, action: Action) -> str:
        return f"{action.lower()} it"

    def answer(self, hook: str, action: Action) -> None:
        self.calls.append(f"answer {hook} {action}")

    def cancel(self) -> None:
        self.calls.append("cancel")
        if self.after_cancel is not None:
            self._looks = [*self.after_cancel]

    def _next(self, look: _Look) -> _Look:
        if len(self._looks) > 1:
            self._looks.pop(0)
        return look


class Recorder:
    """A reporter that remembers: what it was told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    def state(self, state: State) -> None:
        self.told.append(("state", state))

    def notice(self, message: str) -> None:
        self.told.append(("notice", message))

    def reasons(self, reasons: Sequence[str]) -> None:
        self.told.append(("reasons", tuple(reasons)))

    def another(self, ended: Sequence[End], message: str) -> None:
        self.told.append(("another", (*ended, message)))

    def end(self, end: End) -> None:
        self.told.append(("end", end))

    def of(self, kind: str) -> list[Any]:
        return [what for name, what in self.told if name == kind]


def use(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the commands find this engine, whichever stack they are asked for."""

    def open_engine(stack: str, *, region: str | None, profile: str | None, service: str = "") -> Engine:
        return engine

    monkeypatch.setattr(engines, "open_engine", open_engine)


def aws_error(cause: Exception) -> AwsError:
    """An error as `asking` makes it."""
    error = AwsError("stack Shop: no answer")
    error.__cause__ = cause
    return error
