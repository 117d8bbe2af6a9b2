"""Rollback triggers for programs."""

from __future__ import annotations

from dataclasses import asdict

from ..aws.alarms import alarm_name
from ..terminal import Printable, json_lines
from .deployed import Triggers
from .plan import TriggerChange
from .status import TriggerStatus


def status_as_json(status: TriggerStatus) -> list[Printable]:
    """Give a JSON object, which schemas/rollback-triggers-show.json describes."""
    return json_lines(
        {**asdict(status), "missing": status.missing, "gone": status.gone, "is_as_wanted": status.is_as_wanted}
    )


def change_as_json(change: TriggerChange, outcome: str) -> list[Printable]:
    """Give a JSON object, which schemas/rollback-triggers-change.json describes.

    Args:
        change: The change.
        outcome: ``unchanged``, ``dry-run``, ``started`` or ``updated``.
    """
    return json_lines(
        {
            "stack": change.stack["StackName"],
            "outcome": outcome,
            "before": _triggers(change.before),
            "after": _triggers(change.after),
            "update_stack": change.request() if change.is_needed else None,
        }
    )


def _triggers(triggers: Triggers) -> dict[str, object]:
    listed = [{"name": alarm_name(arn), "arn": arn, "type": type} for arn, type in triggers.types.items()]
    return {"triggers": listed, "monitoring_minutes": triggers.monitoring_minutes}
