"""A stack whose operations are followed: its status, its events, its resources."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from ....template.rollback_alarms import COMPOSITE_ALARM
from ...aws.clock import Clock
from ...aws.patience import shows_soon
from ...aws.session import AwsError, asking, client_settings
from ...aws.stack import Stack, describe_stack, list_resources, read_stack
from ..state import EndedOperation, State
from ..statuses import is_running
from .sources import Sources
from .stack_events import Operation, StackEvents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from boto3 import Session
    from types_boto3_cloudformation.type_defs import StackTypeDef


_UPDATING = "UPDATE_IN_PROGRESS"
_MOST_LATE_LOOKS = 5  # at a stack that rests, by all but its events


@dataclass(frozen=True, kw_only=True, slots=True)
class StackLook:
    """What one look at a stack shows.

    Attributes:
        at: When, by the clock of AWS.
        id: The stack's ARN.
        name: Its name.
        status: CloudFormation's word for what it is doing.
        reason: What CloudFormation says of that.
        updated: When it was updated last, or created.
        operation: Its last operation.
        began: When that began.
        earlier: The operations before it, as far as they were seen.
        triggers: The ARNs of its rollback triggers.
    """

    at: datetime
    id: str
    name: str
    status: str
    reason: str
    updated: datetime
    operation: Operation
    began: datetime
    earlier: tuple[EndedOperation, ...]
    triggers: tuple[str, ...]

    def reasons(self) -> Iterator[str]:
        """Say why the operation rolls back or failed, in CloudFormation's words."""
        yield from self.operation.reasons(self.reason)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployedStack:
    """What is deployed in a stack.

    Attributes:
        stack: The stack, with its templates.
        physical: What AWS calls its resources, by logical id.
        composite_alarms: The names or ARNs of its composite alarms.
    """

    stack: Stack
    physical: Mapping[str, str] = field(repr=False)
    composite_alarms: tuple[str, ...]


class FollowedStack:
    """A stack that is looked at again and again."""

    def __init__(self, session: Session, stack: str) -> None:
        """Ask nothing yet.

        Args:
            session: With AWS.
            stack: The stack's name or ARN.
        """
        self._clock = Clock(session)
        self._client = session.client("cloudformation", config=client_settings())
        self._name = stack  # from the first look on its ARN: a deleted stack has no other, and another can get its name
        self._events: StackEvents | None = None
        self._updated: datetime | None = None
        self._late_looks = 0

    def has_news(self, state: State) -> bool:
        """Tell in one call whether the stack does, or did, something since it rested.

        Raises:
            AwsError: If that can't be told.
        """
        stack = describe_stack(self._client, self._name, in_review=True)
        return stack["StackStatus"] != state.status or _updated(stack) != state.updated

    def look(self, sources: Sources) -> StackLook:
        """Look at it, in two calls.

        Raises:
            AwsError: If there is no such stack, AWS can't be reached, throttles, or does not take the credentials.
        """
        stack = describe_stack(self._client, self._name, in_review=True)
        at, updated = self._clock.now, _updated(stack)
        self._name = stack.get("StackId", self._name)
        self._events = self._events or StackEvents(self._client, self._name)
        known = self._events.last if updated == self._updated else Operation()
        operation = sources.ask("stack events", self._events.read, known)
        self._updated = updated
        # Between the two calls an operation can end, and another begin: what the events tell fits together. But should
        # an operation end without an event, nobody must wait for it.
        is_late = not is_running(stack["StackStatus"]) and stack["StackStatus"] != operation.status
        self._late_looks = self._late_looks + 1 if is_late else 0
        are_read = operation.status and "stack events" not in sources.missing and self._late_looks < _MOST_LATE_LOOKS
        triggers = stack.get("RollbackConfiguration", {}).get("RollbackTriggers", [])
        return StackLook(
            at=at,
            id=self._name,
            name=stack["StackName"],
            status=operation.status if are_read else stack["StackStatus"],
            reason=operation.reason if are_read else stack.get("StackStatusReason", ""),
            updated=updated,
            operation=operation,
            began=operation.began or updated,
            earlier=self._events.earlier,
            triggers=tuple(trigger["Arn"] for trigger in triggers if "Arn" in trigger),
        )

    def deployed(self, known: DeployedStack | None) -> DeployedStack:
        """Read its templates and resources.

        Args:
            known: What was read before in the same operation, whose templates are the same; None for nothing.

        Raises:
            AwsError: If they can't be read.
            UnreadableError: If its template is none.
        """
        stack = known.stack if known else read_stack(self._client, self._name)
        listed = list_resources(self._client, self._name)
        physical = {
            one["LogicalResourceId"]: one["PhysicalResourceId"] for one in listed if one.get("PhysicalResourceId")
        }
        alarms = {one["LogicalResourceId"] for one in listed if one["ResourceType"] == COMPOSITE_ALARM}
        return DeployedStack(
            stack=stack,
            physical=physical,
            composite_alarms=tuple(sorted(physical[id] for id in alarms if id in physical)),
        )

    def cancel_update(self) -> None:
        """Cancel the update of the stack that was looked at, which is found by its ARN: CloudFormation rolls it back.

        When the answer is lost, or a repeated request is refused, the stack tells whether its update goes on.

        Raises:
            AwsError: If CloudFormation refuses, as when the update has ended; or if that can't be told.
        """
        try:
            with asking(f"stack {self._name}"):
                self._client.cancel_update_stack(StackName=self._name, ClientRequestToken=f"ecs-blue-green-{uuid4()}")
        except AwsError as error:
            if error.is_certain:
                raise
            try:
                if shows_soon(self._has_left_update):
                    return
                error.add_note(f"stack {self._name} is {_UPDATING} still: nothing was cancelled, as far as AWS says")
            except AwsError as trouble:
                error.add_note("whether the update was cancelled is not known: `ecs-blue-green status` shows the stack")
                error.add_note(str(trouble))
            raise

    def _has_left_update(self) -> bool:
        return describe_stack(self._client, self._name)["StackStatus"] != _UPDATING


def _updated(stack: StackTypeDef) -> datetime:
    return stack.get("LastUpdatedTime", stack["CreationTime"])
