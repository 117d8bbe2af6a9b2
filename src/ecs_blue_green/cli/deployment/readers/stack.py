"""A stack whose operations are followed: its status, its events, its resources."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ....template.rollback_alarms import COMPOSITE_ALARM
from ...aws.clock import Clock
from ...aws.session import asking, client_settings
from ...aws.stack import Stack, describe_stack, read_stack
from ..state import State
from .sources import Sources
from .stack_events import Operation, StackEvents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from boto3 import Session
    from types_boto3_cloudformation.type_defs import StackTypeDef


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
    triggers: tuple[str, ...]

    def reasons(self) -> Iterator[str]:
        """Say why the operation rolls back or failed, in CloudFormation's words."""
        if reason := self.operation.rollback_reason or self.reason:
            yield f"CloudFormation: {reason}"
        for change in self.operation.resources:
            # When one resource fails, the others are cancelled, which explains nothing.
            if change.status.endswith("_FAILED") and "cancelled" not in change.reason:
                yield f"{change.logical_id}: {change.reason or change.status}"


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
        self._name = stack
        self._events: StackEvents | None = None

    def has_news(self, state: State) -> bool:
        """Tell in one call whether the stack does, or did, something since it rested.

        Raises:
            AwsError: If that can't be told.
        """
        stack = describe_stack(self._client, self._name)
        return stack["StackStatus"] != state.status or _updated(stack) != state.updated

    def look(self, sources: Sources) -> StackLook:
        """Look at it, in two calls.

        Raises:
            AwsError: If there is no such stack, AWS can't be reached, throttles, or does not take the credentials.
        """
        stack = describe_stack(self._client, self._name)
        at, updated = self._clock.now, _updated(stack)
        self._events = self._events or StackEvents(self._client, stack["StackId"])
        operation = sources.ask("stack events", self._events.read, Operation(began=updated))
        triggers = stack.get("RollbackConfiguration", {}).get("RollbackTriggers", [])
        return StackLook(
            at=at,
            id=stack["StackId"],
            name=stack["StackName"],
            status=stack["StackStatus"],
            reason=stack.get("StackStatusReason", ""),
            updated=updated,
            operation=operation,
            began=operation.began or updated,
            triggers=tuple(trigger["Arn"] for trigger in triggers),
        )

    def deployed(self, id: str) -> DeployedStack:
        """Read its templates and resources.

        Args:
            id: Its ARN: its name could be another stack's by now.

        Raises:
            AwsError: If they can't be read.
            UnreadableError: If its template is none.
        """
        stack = read_stack(self._client, id)
        with asking(f"stack {stack.name}"):
            pages = self._client.get_paginator("list_stack_resources").paginate(StackName=stack.id)
            listed = [one for page in pages for one in page["StackResourceSummaries"] if "PhysicalResourceId" in one]
        alarms = sorted(one["PhysicalResourceId"] for one in listed if one["ResourceType"] == COMPOSITE_ALARM)
        return DeployedStack(
            stack=stack,
            physical={one["LogicalResourceId"]: one["PhysicalResourceId"] for one in listed},
            composite_alarms=tuple(alarms),
        )

    def cancel_update(self) -> None:
        """Cancel its update: CloudFormation rolls it back.

        Raises:
            AwsError: If CloudFormation refuses, as when the update has ended.
        """
        with asking(f"stack {self._name}"):
            self._client.cancel_update_stack(StackName=self._name)


def _updated(stack: StackTypeDef) -> datetime:
    return stack.get("LastUpdatedTime", stack["CreationTime"])
