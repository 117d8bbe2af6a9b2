"""How a deployment moves traffic: CodeDeploy's by the hook, and ECS's own by the service."""

from __future__ import annotations

from .hook import read_schedule, traffic_schedule
from .native import read_native_schedule
from .steps import Schedule, ScheduleError, ScheduleStep
from .words import in_words, rollback_in_words

__all__ = [
    "Schedule",
    "ScheduleError",
    "ScheduleStep",
    "in_words",
    "read_native_schedule",
    "read_schedule",
    "rollback_in_words",
    "traffic_schedule",
]
