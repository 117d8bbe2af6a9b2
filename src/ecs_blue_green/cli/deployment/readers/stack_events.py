"""What a stack's last operation has done so far, read event by event and none twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..state import ResourceChange

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackEventTypeDef

_BEGINNINGS = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS", "DELETE_IN_PROGRESS"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """A stack's last operation.

    Attributes:
        began: When it began; None when that is not known.
        resources: What it has done so far: the last change of each resource, in the order of time.
        rollback_reason: Why it rolls back, or did; empty when it does not, or nobody knows.
    """

    began: datetime | None = None
    resources: tuple[ResourceChange, ...] = ()
    rollback_reason: str = ""


class StackEvents:
    """The events of a stack."""

    def __init__(self, client: CloudFormationClient, stack_id: str) -> None:
        """Read nothing yet."""
        self._client = client
        self._stack_id = stack_id
        self._events: list[StackEventTypeDef] = []  # those of the last operation, the newest first

    def read(self) -> Operation:
        """Read what is new."""
        events: list[StackEventTypeDef] = []
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=self._stack_id)
        for event in (event for page in pages for event in page["StackEvents"]):
            if self._events and event["EventId"] == self._events[0]["EventId"]:
                events += self._events
                break
            events.append(event)
            if self._is_of_stack(event) and event.get("ResourceStatus") in _BEGINNINGS:
                break
        self._events = events
        return self._operation()

    def _is_of_stack(self, event: StackEventTypeDef) -> bool:
        return event.get("PhysicalResourceId") == self._stack_id

    def _operation(self) -> Operation:
        resources: dict[str, ResourceChange] = {}
        rollback_reason = ""
        for event in reversed(self._events):
            id = event.get("LogicalResourceId", "")
            status, reason = event.get("ResourceStatus", ""), event.get("ResourceStatusReason", "")
            if not self._is_of_stack(event):
                resources.pop(id, None)  # the last change of all comes last
                resources[id] = ResourceChange(logical_id=id, status=status, reason=reason)
            elif "ROLLBACK" in status:
                rollback_reason = rollback_reason or reason
        began = self._events[-1]["Timestamp"] if self._events else None
        return Operation(began=began, resources=tuple(resources.values()), rollback_reason=rollback_reason)
