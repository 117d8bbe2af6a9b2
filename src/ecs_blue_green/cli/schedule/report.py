"""The schedules of all hooks and services that a path of the command line means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from ...template.model import HOOK, Template
from ...template.native_facts import CONTINUE
from ...template.native_model import shifting_services
from ...template.schedule import (
    Schedule,
    ScheduleError,
    ScheduleStep,
    read_native_schedule,
    read_schedule,
    rollback_in_words,
)
from ..templates import TemplateFile, UnreadableError, read_templates
from ..terminal import Printable, json_lines, printable

Engine = Literal["codedeploy", "ecs"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrafficSchedule:
    """The schedule of a hook, or of a service that ECS itself deploys.

    Attributes:
        path: The template's file, or ``-`` for standard input.
        template: What people call the template: its stack's name, or else the file's.
        engine: Who moves the traffic.
        logical_id: The hook's logical id, or the service's.
        schedule: How traffic moves.
        assumed: The parameters whose defaults are taken for their values.
    """

    path: str
    template: str
    engine: Engine
    logical_id: str
    schedule: Schedule
    assumed: tuple[str, ...] = ()

    @property
    def title(self) -> Printable:
        """What stands above it."""
        assumed = f", with the default of {', '.join(self.assumed)}" if self.assumed else ""
        return printable(f"{self.template}: {self.logical_id}{assumed}")

    @property
    def is_too_long(self) -> bool:
        """Whether it takes longer than a deployment may."""
        return self.schedule.total_minutes > self.schedule.limit_minutes

    @property
    def total(self) -> Printable:
        """How long it takes, in a sentence."""
        limit = self.schedule.limit_minutes
        too_long = ", which is too long" if self.is_too_long else ""
        said = f"{self.schedule.total_minutes} minutes in all"
        if self.engine == "codedeploy":
            return printable(
                f"{said}{too_long}; CloudFormation probably gives up after {limit} ({limit // 60} hours; inferred: L36)"
            )
        pauses = self.schedule.pause_minutes
        more = f", and up to {pauses} of pauses" if pauses else ""
        return printable(
            f"{said}{more}{too_long}; CloudFormation refuses bake times of more than {limit} in all ({limit // 60} "
            "hours; documented: NS17)"
        )


def read_schedules(path: str) -> tuple[list[TrafficSchedule], list[UnreadableError]]:
    """Read the schedules of all hooks and services in one or more templates.

    Args:
        path: A template file, a cdk.out folder, or ``-`` for standard input.

    Returns:
        The schedules, and what can't be told; there is always one or the other.
    """
    templates, unreadable = read_templates([path])
    schedules = []
    for template in templates:
        for found in _schedules(template):
            if isinstance(found, TrafficSchedule):
                schedules.append(found)
            else:
                unreadable.append(found)
    if not schedules and not unreadable:
        reason = (
            f"there is no hook of type {HOOK} in it, and no service of strategy BLUE_GREEN, LINEAR or CANARY. "
            "Without one of these no deployment is blue/green"
        )
        unreadable.append(UnreadableError(path, reason))
    return schedules, unreadable


def _schedules(template: TemplateFile) -> Iterator[TrafficSchedule | UnreadableError]:
    view = Template(template.content)
    found: list[tuple[Engine, str, Callable[[object], Schedule], object]] = [
        *(("codedeploy", hook.id, read_schedule, hook.body) for hook in view.settled_hooks),
        *(("ecs", one.id, read_native_schedule, one.properties) for one in shifting_services(view)),
    ]
    for engine, id, read, source in found:
        try:
            schedule = read(source)
        except ScheduleError as error:
            yield UnreadableError(template.path, f"the schedule of {id} can't be told from the template: {error}")
        else:
            yield TrafficSchedule(
                path=template.path,
                template=template.name,
                engine=engine,
                logical_id=id,
                schedule=schedule,
                assumed=view.assumed_in(id),
            )


def hook_in_words(step: ScheduleStep) -> str:
    """Say what of a hook acts in a step: a function's name, or how long a pause may take; empty if none does."""
    if step.pause:
        then = "goes on" if step.pause.on_timeout == CONTINUE else "rolls back"
        return f"pause of up to {step.pause.minutes} minutes, then it {then}"
    return step.function or ""


def as_json(schedules: Sequence[TrafficSchedule]) -> list[Printable]:
    """Give a JSON object with the list ``schedules``."""
    listed = [
        {
            "path": one.path,
            "engine": one.engine,
            "logical_id": one.logical_id,
            "steps": [
                {
                    **asdict(step),
                    "production": step.production if one.schedule.has_traffic else None,
                    "rollback": rollback_in_words(step),
                }
                for step in one.schedule.steps
            ],
            "total_minutes": one.schedule.total_minutes,
            "pause_minutes": one.schedule.pause_minutes,
            "limit_minutes": one.schedule.limit_minutes,
        }
        for one in schedules
    ]
    return json_lines({"schedules": listed})
