"""The schedules of all hooks that a path of the command line means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ...template import model
from ...template.hook_facts import LONGEST_DEPLOYMENT_MINUTES
from ...template.schedule import Schedule, ScheduleError, read_schedule, rollback_in_words
from ..templates import UnreadableError, read_templates
from ..terminal import Printable, json_lines, printable


@dataclass(frozen=True, kw_only=True, slots=True)
class HookSchedule:
    """The schedule of a hook.

    Attributes:
        path: The template's file, or ``-`` for standard input.
        template: What people call the template: its stack's name, or else the file's.
        hook: The hook's logical id.
        schedule: How it moves traffic.
        assumed: The parameters whose defaults are taken for their values.
    """

    path: str
    template: str
    hook: str
    schedule: Schedule
    assumed: tuple[str, ...] = ()

    @property
    def title(self) -> Printable:
        """What stands above it."""
        assumed = f", with the default of {', '.join(self.assumed)}" if self.assumed else ""
        return printable(f"{self.template}: {self.hook}{assumed}")

    @property
    def total(self) -> Printable:
        """How long it takes, in a sentence."""
        minutes = self.schedule.total_minutes
        too_long = ", which is too long" if minutes > LONGEST_DEPLOYMENT_MINUTES else ""
        return printable(
            f"{minutes} minutes in all{too_long}; CloudFormation probably gives up after {LONGEST_DEPLOYMENT_MINUTES} "
            f"({LONGEST_DEPLOYMENT_MINUTES // 60} hours; inferred: L36)"
        )


def read_schedules(path: str) -> tuple[list[HookSchedule], list[UnreadableError]]:
    """Read the schedules of all hooks in one or more templates.

    Args:
        path: A template file, a cdk.out folder, or ``-`` for standard input.

    Returns:
        The schedules, and what can't be told; there is always one or the other.
    """
    templates, unreadable = read_templates([path])
    schedules = []
    for template in templates:
        view = model.Template(template.content)
        for hook in view.settled_hooks:
            try:
                schedule = read_schedule(hook.body)
            except ScheduleError as error:
                reason = f"the schedule of {hook.id} can't be told from the template: {error}"
                unreadable.append(UnreadableError(template.path, reason))
            else:
                schedules.append(
                    HookSchedule(
                        path=template.path,
                        template=template.name,
                        hook=hook.id,
                        schedule=schedule,
                        assumed=view.assumed_in(hook.id),
                    )
                )
    if not schedules and not unreadable:
        reason = f"there is no hook of type {model.HOOK} in it, and without one no deployment is blue/green"
        unreadable.append(UnreadableError(path, reason))
    return schedules, unreadable


def as_json(schedules: Sequence[HookSchedule]) -> list[Printable]:
    """Give a JSON object with the list ``schedules``."""
    listed = [
        {
            "path": one.path,
            "hook": one.hook,
            "steps": [{**asdict(step), "rollback": rollback_in_words(step)} for step in one.schedule.steps],
            "total_minutes": one.schedule.total_minutes,
            "limit_minutes": LONGEST_DEPLOYMENT_MINUTES,
        }
        for one in schedules
    ]
    return json_lines({"schedules": listed})
