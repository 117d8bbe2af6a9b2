"""Alarms of CloudWatch, found by their names or ARNs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ...template.rollback_alarms import ALARM, COMPOSITE_ALARM
from .session import asking

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_cloudwatch.type_defs import CompositeAlarmTypeDef, MetricAlarmTypeDef

_ARN = re.compile(r"arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)", re.DOTALL)

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
_MOST_NAMES = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundAlarm:
    """An alarm that exists.

    Attributes:
        name: Its name, unique in account and region.
        arn: Its ARN.
        type: ``AWS::CloudWatch::Alarm`` or ``AWS::CloudWatch::CompositeAlarm``.
        state: ``OK``, ``ALARM`` or ``INSUFFICIENT_DATA``, or what else CloudWatch says; ``unknown`` if it says nothing.
        reason: Why it is in that state, in CloudWatch's words; empty if CloudWatch does not say.
        since: Since when it is in that state; None if CloudWatch does not say.
    """

    name: str
    arn: str
    type: str
    state: str
    reason: str
    since: datetime | None = None


def alarm_name(identifier: str) -> str:
    """Give the name of an alarm that is identified by name or by ARN."""
    match = _ARN.fullmatch(identifier)
    return match[1] if match else identifier


def is_alarm_arn(identifier: str) -> bool:
    """Tell whether an alarm is identified by its ARN; its name can be nearly any text."""
    return _ARN.fullmatch(identifier) is not None


def find_alarms(cloudwatch: CloudWatchClient, identifiers: Iterable[str]) -> dict[str, FoundAlarm]:
    """Find alarms, metric and composite alike.

    Args:
        cloudwatch: Where to look.
        identifiers: Names or ARNs.

    Returns:
        The alarms that exist, by the identifiers they were asked for with.

    Raises:
        AwsError: If CloudWatch can't be asked.
    """
    alarms: dict[str, FoundAlarm] = {}
    given = list(dict.fromkeys(identifiers))
    names = list(dict.fromkeys(map(alarm_name, given)))
    for first in range(0, len(names), _MOST_NAMES):
        with asking("alarms"):
            for page in cloudwatch.get_paginator("describe_alarms").paginate(
                AlarmNames=names[first : first + _MOST_NAMES], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
            ):
                found_here = [
                    *(_alarm(metric, ALARM) for metric in page.get("MetricAlarms", [])),
                    *(_alarm(composite, COMPOSITE_ALARM) for composite in page.get("CompositeAlarms", [])),
                ]
                alarms |= {alarm.name: alarm for alarm in found_here if alarm.name}
    found = {identifier: alarms.get(alarm_name(identifier)) for identifier in given}
    # An ARN may be of another account or region, where its name means another alarm, or none.
    return {id: alarm for id, alarm in found.items() if alarm and id in (alarm.name, alarm.arn)}


def _alarm(described: MetricAlarmTypeDef | CompositeAlarmTypeDef, type: str) -> FoundAlarm:
    return FoundAlarm(
        name=described.get("AlarmName", ""),
        arn=described.get("AlarmArn", ""),
        type=type,
        state=described.get("StateValue", "unknown"),
        reason=described.get("StateReason", ""),
        since=described.get("StateTransitionedTimestamp", described.get("StateUpdatedTimestamp")),
    )
