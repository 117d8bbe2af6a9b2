"""What the alarms on the two target groups have in common, checked and rendered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aws_cdk import Duration

from ..checks.mistakes import LARGEST, Arguments, shown
from ..checks.tokens import is_number_token
from .metrics import SIMPLE_STATISTICS, check_statistic

if TYPE_CHECKING:
    from .alarms import TargetGroupAlarm

# In seconds.
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def alarm_settings(arguments: Arguments, name: str, alarm: TargetGroupAlarm) -> dict[str, Any]:
    """Check an alarm, called by the name of its argument, and render what both colours share, by its names in CDK.

    The limits: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    # A token can't name a construct; Blue and Green are put in front of the id for the alarms on the target groups.
    if not isinstance(alarm.id, str) or not re.fullmatch(r"(?!Blue|Green)[A-Za-z][A-Za-z0-9]*", alarm.id):
        arguments.note(f"{name}.id must be letters and digits, not starting with Blue or Green, got {shown(alarm.id)}")
    for field in ("metric_name", "evaluation_periods"):
        if getattr(alarm, field) is None:
            arguments.note(f"{name}.{field} must be given, got None")
    arguments.text(f"{name}.metric_name", alarm.metric_name, r"\S{1,255}", "a metric's name")
    check_statistic(arguments, f"{name}.statistic", alarm.statistic)
    # A double quote would end the name in the composite alarm's rule.
    allowed = "a name of 1 to 249 characters, without control characters and double quotes"
    arguments.text(f"{name}.name", alarm.name, r"[^\x00-\x1f\x7f\"]{1,249}", allowed)
    periods = arguments.whole_number(f"{name}.evaluation_periods", alarm.evaluation_periods, 1)
    arguments.whole_number(f"{name}.datapoints_to_alarm", alarm.datapoints_to_alarm, 1, periods or LARGEST)
    is_simple = isinstance(alarm.statistic, str) and alarm.statistic in SIMPLE_STATISTICS
    return {
        "metric_name": alarm.metric_name,
        "statistic" if is_simple else "extended_statistic": alarm.statistic,
        "threshold": _threshold(arguments, f"{name}.threshold", alarm.threshold),
        "period": _period(arguments, name, alarm.period, periods),
        "evaluation_periods": alarm.evaluation_periods,
        "datapoints_to_alarm": alarm.datapoints_to_alarm,
    }


def _threshold(arguments: Arguments, name: str, threshold: float | Duration) -> float:
    """Check a threshold, and read a Duration as seconds."""
    if isinstance(threshold, Duration):
        try:
            threshold = threshold.to_seconds(integral=False)
        except RuntimeError:  # all that jsii tells of an error in JavaScript
            mistake = f"{name} must be a number or a Duration, got a token in another unit"
            arguments.note(mistake, "make it with Duration.seconds(…)")
            return 0
    arguments.number(name, threshold)
    if isinstance(threshold, int | float) and not is_number_token(threshold) and threshold <= 0:
        arguments.refuse(name, threshold, "above 0", "the alarm goes off at the threshold or above it")
    return threshold


def _period(arguments: Arguments, name: str, given: Duration | None, periods: int | None) -> int:
    """Check a period, by itself and together with the number of periods, and read it as seconds."""
    period = _MINUTE if given is None else arguments.duration(f"{name}.period", given, _MINUTE, 7 * _DAY)
    if not isinstance(period, int):  # a token, or a mistake
        return period or _MINUTE
    if period % _MINUTE:
        arguments.note(f"{name}.period must be whole minutes, got {period} seconds")
    most = (7 * _DAY if period >= _HOUR else _DAY) // period
    if periods is not None and periods > most:
        arguments.refuse(
            f"{name}.evaluation_periods",
            periods,
            f"at most {most} with a period of {period} seconds",
            "CloudWatch looks back for a day, or for 7 days with periods of an hour or longer",
        )
    return period
