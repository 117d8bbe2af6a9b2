"""The alarms around a stack's deployments: its rollback triggers, and its composite alarms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from ...aws.alarms import find_alarms, is_alarm_arn
from ..state import State, WatchedAlarm

if TYPE_CHECKING:
    from types_boto3_cloudwatch.client import CloudWatchClient

# By how much the clocks of two of AWS's services may differ.
_SKEW = timedelta(minutes=1)

# For how long after something failed what is seen now is what was there then.
_NEW = timedelta(minutes=5)


def read_alarms(
    cloudwatch: CloudWatchClient,
    stack_id: str,
    *,
    triggers: Iterable[str],
    composite_alarms: Iterable[str],
    of_deployment: Iterable[str] = (),
) -> tuple[WatchedAlarm, ...]:
    """Tell in which state the alarms are.

    Args:
        cloudwatch: CloudWatch.
        stack_id: The stack's ARN, which tells account and region.
        triggers: The ARNs of the rollback triggers.
        composite_alarms: The names or ARNs of the stack's composite alarms.
        of_deployment: The names of the alarms that roll a deployment by ECS back.

    Raises:
        AwsError: If CloudWatch can't be asked.
    """
    here = ""
    if stack_id.startswith("arn:") and stack_id.count(":") >= 5:  # else nobody said more than the stack's name
        _, partition, _, region, account, _ = stack_id.split(":", 5)
        here = f"arn:{partition}:cloudwatch:{region}:{account}:alarm:"

    def arns(alarms: Iterable[str]) -> list[str]:
        return [alarm if is_alarm_arn(alarm) else f"{here}{alarm}" for alarm in alarms]

    watched = arns(of_deployment)
    is_trigger = dict.fromkeys([*arns(composite_alarms), *watched], False) | dict.fromkeys(triggers, True)
    found = find_alarms(cloudwatch, is_trigger)
    return tuple(
        WatchedAlarm(
            name=arn.removeprefix(here),
            state=found[arn].state if arn in found else "missing",
            reason=found[arn].reason if arn in found else "",
            is_rollback_trigger=is_trigger[arn],
            since=found[arn].since if arn in found else None,
            is_of_deployment=arn in watched,
        )
        for arn in sorted(is_trigger)
    )


def reasons_of_alarms(state: State) -> Iterator[str]:
    """Tell of the rollback triggers that roll the stack back, or did.

    What an alarm is now explains what happened long ago only if it is so since then.
    """
    failed = state.failed or (state.at if state.is_running else None)
    if failed is None:
        return
    is_new = state.at - failed < _NEW
    for alarm in state.alarms:
        if not alarm.is_rollback_trigger:
            continue
        if alarm.state == "ALARM" and (alarm.since <= failed + _SKEW if alarm.since else is_new):
            reason = f": {alarm.reason}" if alarm.reason else ""
            yield f"The alarm {alarm.name}, a rollback trigger, went off{reason}"
        elif alarm.state == "missing" and is_new:
            yield f"The alarm {alarm.name}, a rollback trigger, was not found"
