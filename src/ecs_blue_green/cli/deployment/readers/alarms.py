"""The alarms around a stack's deployments: its rollback triggers, and its composite alarms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ...aws.alarms import find_alarms
from ..state import State, WatchedAlarm

if TYPE_CHECKING:
    from types_boto3_cloudwatch.client import CloudWatchClient


def read_alarms(
    cloudwatch: CloudWatchClient, stack_id: str, *, triggers: Iterable[str], composite_alarms: Iterable[str]
) -> tuple[WatchedAlarm, ...]:
    """Tell in which state the alarms are.

    Args:
        cloudwatch: CloudWatch.
        stack_id: The stack's ARN, which tells account and region.
        triggers: The ARNs of the rollback triggers.
        composite_alarms: The names or ARNs of the stack's composite alarms.

    Raises:
        AwsError: If CloudWatch can't be asked.
    """
    _, partition, _, region, account, _ = stack_id.split(":", 5)
    here = f"arn:{partition}:cloudwatch:{region}:{account}:alarm:"
    own = [alarm if alarm.startswith("arn:") else f"{here}{alarm}" for alarm in composite_alarms]
    is_trigger = dict.fromkeys(own, False) | dict.fromkeys(triggers, True)
    found = find_alarms(cloudwatch, is_trigger)
    return tuple(
        WatchedAlarm(
            name=arn.removeprefix(here),
            state=found[arn].state if arn in found else "missing",
            reason=found[arn].reason if arn in found else "",
            is_rollback_trigger=is_trigger[arn],
        )
        for arn in sorted(is_trigger)
    )


def reasons_of_alarms(state: State) -> Iterator[str]:
    """Tell of the rollback triggers that roll the stack back."""
    for alarm in state.alarms:
        if alarm.is_rollback_trigger and alarm.state in {"ALARM", "missing"}:
            said = f"went off: {alarm.reason}" if alarm.state == "ALARM" else "was not found"
            yield f"The alarm {alarm.name}, a rollback trigger, {said}"
