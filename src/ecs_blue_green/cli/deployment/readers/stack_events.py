"""What a stack's operations have done so far, read event by event and none twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ..state import EndedOperation, ResourceChange
from ..statuses import REVIEW, begins, is_of_rollback, is_running

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackEventTypeDef

_MOST_EARLIER = 100  # operations that are remembered after their end


@dataclass(kw_only=True, slots=True)
class Operation:
    """A stack's last operation, as far as its events tell.

    Attributes:
        id: That of the event it began with; empty when that is not known.
        token: The token that its request had; empty when that is not known.
        began: When it began; None when that is not known.
        first: The status of the stack it began with.
        status: The last status of the stack.
        reason: What CloudFormation says of that.
        rollback_reason: Why it rolls back, or did; empty when it does not, or nobody knows.
        failed: When it began to roll back, or failed; None when it did not.
        ended: When it ended; None when it did not.
        changes: The last change of each resource, in the order of time.
        failures: What failed in it, and why, by the resource: what has failed is deleted by the rollback.
    """

    id: str = ""
    token: str = ""
    began: datetime | None = None
    first: str = ""
    status: str = ""
    reason: str = ""
    rollback_reason: str = ""
    failed: datetime | None = None
    ended: datetime | None = None
    changes: dict[str, ResourceChange] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def resources(self) -> tuple[ResourceChange, ...]:
        """What it has done so far: the last change of each resource, in the order of time."""
        return tuple(self.changes.values())

    def reasons(self, otherwise: str = "") -> Iterator[str]:
        """Say why it rolls back or failed, in CloudFormation's words.

        Args:
            otherwise: What the stack says of its status, for when the events say nothing.
        """
        if reason := self.rollback_reason or otherwise:
            yield f"CloudFormation: {reason}"
        for id, reason in self.failures.items():
            yield f"{id}: {reason}"

    def is_ended_by(self, event: StackEventTypeDef) -> bool:
        """Tell whether an event of the stack is the first of another operation."""
        status = event.get("ResourceStatus", "")
        if not is_running(status):
            return False
        if not is_running(self.status):
            return True
        # A transform, among others, has the stack say again that it is in progress. A rollback belongs to its update.
        others = {self.token, event.get("ClientRequestToken", "")} - {""}
        return begins(status) and (status != self.first or self.status != self.first or len(others) > 1)

    def note_stack(self, event: StackEventTypeDef) -> None:
        """Take note of an event of the stack itself."""
        self.status, self.reason = event.get("ResourceStatus", ""), event.get("ResourceStatusReason", "")
        if is_of_rollback(self.status):
            self.rollback_reason = self.rollback_reason or self.reason
        if is_of_rollback(self.status) or self.status.endswith("_FAILED"):
            self.failed = self.failed or event["Timestamp"]
        self.ended = None if is_running(self.status) else event["Timestamp"]

    def note_resource(self, event: StackEventTypeDef) -> None:
        """Take note of an event of a resource."""
        id, status = event.get("LogicalResourceId", "a resource"), event.get("ResourceStatus", "")
        reason = event.get("ResourceStatusReason", "")
        self.changes.pop(id, None)  # the last change of all comes last
        self.changes[id] = ResourceChange(logical_id=id, status=status, reason=reason)
        # When one resource fails, the others are cancelled, which explains nothing.
        if status.endswith("_FAILED") and "cancelled" not in reason:
            self.failures.setdefault(id, reason or status)


class StackEvents:
    """The events of a stack."""

    def __init__(self, client: CloudFormationClient, stack_id: str) -> None:
        """Read nothing yet."""
        self._client = client
        self._stack_id = stack_id
        self._newest = ""  # the id of the newest event that was read
        self._earlier: deque[EndedOperation] = deque(maxlen=_MOST_EARLIER)
        self.last = Operation()

    @property
    def earlier(self) -> tuple[EndedOperation, ...]:
        """The operations before the last one, as far as their events were read."""
        return tuple(self._earlier)

    def read(self) -> Operation:
        """Read what is new, and give the last operation; at first no more than its events are read."""
        for event in reversed([*self._unread()]):
            self._note(event)
        return self.last

    def _unread(self) -> Iterator[StackEventTypeDef]:
        """Give the events that were not read yet, the newest first."""
        has_begun = False
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=self._stack_id)
        for event in (event for page in pages for event in page.get("StackEvents", [])):
            if event["EventId"] == self._newest:
                return
            if not self._newest and self._is_of_stack(event):
                at_work = is_running(event.get("ResourceStatus", ""))
                if has_begun and not at_work:  # the end of the operation before the last one
                    return
                has_begun = has_begun or at_work
            yield event

    def _note(self, event: StackEventTypeDef) -> None:
        self._newest = event["EventId"]
        if "ResourceStatus" not in event:
            return
        if not self._is_of_stack(event):
            if self.last.id:
                self.last.note_resource(event)
            return
        status = event.get("ResourceStatus", "")
        if self.last.is_ended_by(event):
            if self.last.id and self.last.began:
                self._earlier.append(
                    EndedOperation(
                        id=self.last.id,
                        began=self.last.began,
                        status=self.last.status,
                        reasons=tuple(self.last.reasons(self.last.reason)) if self.last.failed else (),
                    )
                )
            self.last = Operation(
                id=event["EventId"],
                token=event.get("ClientRequestToken", ""),
                began=event["Timestamp"],
                first=status,
            )
        if self.last.id and status != REVIEW:
            self.last.note_stack(event)

    def _is_of_stack(self, event: StackEventTypeDef) -> bool:
        return event.get("PhysicalResourceId") == self._stack_id
