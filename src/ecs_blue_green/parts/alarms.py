"""An alarm pair for each metric, one alarm a target group, and the composite alarm over it.

Colours take turns, so only an alarm over both target groups says how the service is doing (rule L41).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import Duration
from constructs import Construct

from ..checks.mistakes import LARGEST, Mistakes, shown
from ..checks.tokens import is_number_token
from .front import MadeFront
from .l1 import create_l1
from .load_balancer import full_name
from .metrics import SIMPLE_STATISTICS, check_statistic

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch

# In seconds.
_MINUTE, _HOUR, _DAY = 60, 3600, 86400

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
_MOST_ACTIONS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetGroupAlarm:
    """An alarm on a metric of the blue and of the green target group.

    Make the usual ones with ``unhealthy_hosts``, ``http_5xx`` and ``response_time``.

    Args:
        id: Construct id, letters and digits, not starting with ``Blue`` or ``Green``. It is part of the alarms' logical
            ids: never change it afterwards.
        metric_name: Name in the namespace AWS/ApplicationELB, with the dimensions TargetGroup and LoadBalancer:
            https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
        statistic: ``Average``, ``Sum``, ``Minimum``, ``Maximum``, ``SampleCount``, a percentile such as ``p99`` or
            another extended statistic such as ``TM(5%:95%)``:
            https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
        threshold: The alarm goes off at this value or above it, a number above 0. A Duration stands for its seconds.
        period: Time that one data point covers, 1 or more whole minutes. Left out: 1 minute.
        evaluation_periods: Number of the latest data points looked at, 1 or more. They cover at most a day, or 7 days
            with periods of an hour or longer:
            https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
        datapoints_to_alarm: Number of these that must be at the threshold or above it, 1 to ``evaluation_periods``.
            Left out: all.
        name: Name of the composite alarm, up to 249 characters, and with ``-Blue`` and ``-Green`` of the other two.
            Left out: CloudFormation names them.
    """

    id: str
    metric_name: str
    statistic: str
    threshold: float | Duration
    period: Duration | None = None
    evaluation_periods: int = 1
    datapoints_to_alarm: int | None = None
    name: str | None = None

    @classmethod
    def unhealthy_hosts(
        cls,
        *,
        threshold: float = 1,
        period: Duration | None = None,
        evaluation_periods: int = 2,
        name: str | None = None,
    ) -> TargetGroupAlarm:
        """Alarm on the average number of targets that fail their health check."""
        return cls(
            id="UnhealthyHosts",
            metric_name="UnHealthyHostCount",
            statistic="Average",
            threshold=threshold,
            period=period,
            evaluation_periods=evaluation_periods,
            name=name,
        )

    @classmethod
    def http_5xx(
        cls,
        *,
        threshold: float = 1,
        period: Duration | None = None,
        evaluation_periods: int = 1,
        name: str | None = None,
    ) -> TargetGroupAlarm:
        """Alarm on the number of HTTP 5xx responses that targets sent in a period."""
        return cls(
            id="Http5xx",
            metric_name="HTTPCode_Target_5XX_Count",
            statistic="Sum",
            threshold=threshold,
            period=period,
            evaluation_periods=evaluation_periods,
            name=name,
        )

    @classmethod
    def response_time(
        cls,
        *,
        threshold: Duration,
        statistic: str = "p99",
        period: Duration | None = None,
        evaluation_periods: int = 3,
        name: str | None = None,
    ) -> TargetGroupAlarm:
        """Alarm on the time that targets take to answer."""
        return cls(
            id="ResponseTime",
            metric_name="TargetResponseTime",
            statistic=statistic,
            threshold=threshold,
            period=period,
            evaluation_periods=evaluation_periods,
            name=name,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmPair:
    """The alarms on one metric.

    Attributes:
        blue: Alarm on the blue target group.
        green: Alarm on the green target group.
        composite: Alarm that goes off with either.
    """

    blue: cloudwatch.CfnAlarm
    green: cloudwatch.CfnAlarm
    composite: cloudwatch.CfnCompositeAlarm


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarms:
    """What to alarm on, and what is done then.

    Attributes:
        alarms: The alarms, with what is read of them.
        actions: What each composite alarm does.
    """

    alarms: tuple[_Alarm, ...]
    actions: tuple[cloudwatch.IAlarmAction, ...]

    @classmethod
    def checked(
        cls,
        mistakes: Mistakes,
        *,
        alarms: Sequence[TargetGroupAlarm] | None,
        alarm_actions: Sequence[cloudwatch.IAlarmAction],
    ) -> Alarms:
        """Check the alarms, by themselves and against each other, and their actions."""
        if alarms is None:
            alarms = (TargetGroupAlarm.unhealthy_hosts(), TargetGroupAlarm.http_5xx())
        advice = "make one with TargetGroupAlarm.http_5xx(…) and the like"
        checked = []
        for index, item in enumerate(mistakes.items("alarms", alarms, "a sequence of TargetGroupAlarm")):
            name = f"alarms[{index}]"
            if alarm := mistakes.instance(name, item, TargetGroupAlarm, "a TargetGroupAlarm", advice):
                checked.append(_Alarm.checked(mistakes, name, alarm))
        for field in ("id", "name"):
            values = [getattr(alarm.given, field) for alarm in checked]
            mistakes.distinct(f"the {field}s of alarms", values, f"give each a different {field}")
        allowed = f"a sequence of at most {_MOST_ACTIONS} alarm actions"
        actions = mistakes.items("alarm_actions", alarm_actions, allowed, most=_MOST_ACTIONS)
        for index, action in enumerate(actions):
            mistakes.interface(f"alarm_actions[{index}]", action, "bind", "an IAlarmAction, such as an SnsAction")
        return cls(alarms=tuple(checked), actions=actions)

    def create(self, scope: Construct, front: MadeFront) -> dict[str, AlarmPair]:
        """Create a pair for each alarm; somebody's own action may refuse its composite alarm."""
        if not self.alarms:
            return {}
        load_balancer = full_name(front.load_balancer)
        blue = front.target_groups.cfn_blue.attr_target_group_full_name
        green = front.target_groups.cfn_green.attr_target_group_full_name
        return {
            alarm.given.id: alarm.create(scope, load_balancer, blue=blue, green=green, actions=self.actions)
            for alarm in self.alarms
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Alarm:
    """An alarm, with what is read of it.

    Attributes:
        given: The alarm.
        threshold: Its threshold, a Duration in seconds.
        period: Its period in seconds.
    """

    given: TargetGroupAlarm
    threshold: float
    period: float

    @classmethod
    def checked(cls, mistakes: Mistakes, name: str, alarm: TargetGroupAlarm) -> _Alarm:
        """Check an alarm, called by the name of its argument.

        The limits: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
        """
        # A token can't name a construct; Blue and Green are put in front of the id for the alarms on the target groups.
        if not isinstance(alarm.id, str) or not re.fullmatch(r"(?!Blue|Green)[A-Za-z][A-Za-z0-9]*", alarm.id):
            allowed = "letters and digits, not starting with Blue or Green"
            mistakes.note(f"{name}.id must be {allowed}, got {shown(alarm.id)}")
        for field in ("metric_name", "evaluation_periods"):
            if getattr(alarm, field) is None:
                mistakes.note(f"{name}.{field} must be given, got None")
        mistakes.text(f"{name}.metric_name", alarm.metric_name, r"\S{1,255}", "a metric's name")
        check_statistic(mistakes, f"{name}.statistic", alarm.statistic)
        # A double quote would end the name in the composite alarm's rule.
        allowed = "a name of 1 to 249 characters, without control characters and double quotes"
        mistakes.text(f"{name}.name", alarm.name, r"[^\x00-\x1f\x7f\"]{1,249}", allowed)
        periods = mistakes.whole_number(f"{name}.evaluation_periods", alarm.evaluation_periods, 1)
        mistakes.whole_number(f"{name}.datapoints_to_alarm", alarm.datapoints_to_alarm, 1, periods or LARGEST)
        return cls(
            given=alarm,
            threshold=_threshold(mistakes, f"{name}.threshold", alarm.threshold),
            period=_period(mistakes, name, alarm.period, periods),
        )

    def create(
        self,
        scope: Construct,
        load_balancer: str,
        *,
        blue: str,
        green: str,
        actions: Sequence[cloudwatch.IAlarmAction],
    ) -> AlarmPair:
        """Create the alarms on both target groups, and the composite one over them, which alone acts."""
        # Imported on use, for apps that want no alarms.
        from aws_cdk import aws_cloudwatch as cloudwatch

        on_blue = self._create_one(scope, "Blue", load_balancer, blue)
        on_green = self._create_one(scope, "Green", load_balancer, green)
        id = f"{self.given.id}Alarm"
        composite = create_l1(
            cloudwatch.CfnCompositeAlarm,
            scope,
            id,
            alarm_name=self.given.name,
            alarm_rule=f'(ALARM("{on_blue.attr_arn}") OR ALARM("{on_green.attr_arn}"))',
        )
        if actions:
            # Some actions make ids of this one: it has to differ from alarm to alarm.
            bound = cloudwatch.Alarm.from_alarm_arn(composite, id, composite.attr_arn)
            composite.alarm_actions = [action.bind(composite, bound).alarm_action_arn for action in actions]
        return AlarmPair(blue=on_blue, green=on_green, composite=composite)

    def _create_one(self, scope: Construct, colour: str, load_balancer: str, target_group: str) -> cloudwatch.CfnAlarm:
        from aws_cdk import aws_cloudwatch as cloudwatch

        alarm = self.given
        return create_l1(
            cloudwatch.CfnAlarm,
            scope,
            f"{colour}{alarm.id}Alarm",
            alarm_name=alarm.name and f"{alarm.name}-{colour}",
            dimensions=[
                {"name": "LoadBalancer", "value": load_balancer},
                {"name": "TargetGroup", "value": target_group},
            ],
            **self.settings,
        )

    @property
    def settings(self) -> dict[str, Any]:
        """The properties that the alarms on both target groups share."""
        alarm = self.given
        is_simple = alarm.statistic in SIMPLE_STATISTICS
        return {
            "namespace": "AWS/ApplicationELB",
            "metric_name": alarm.metric_name,
            "statistic": alarm.statistic if is_simple else None,
            "extended_statistic": None if is_simple else alarm.statistic,
            "comparison_operator": "GreaterThanOrEqualToThreshold",
            "threshold": self.threshold,
            "period": self.period,
            "evaluation_periods": alarm.evaluation_periods,
            "datapoints_to_alarm": alarm.datapoints_to_alarm,
            # The colour that is not live has no targets and so no data, which is no reason for alarm.
            "treat_missing_data": "notBreaching",
        }


def _threshold(mistakes: Mistakes, name: str, threshold: float | Duration) -> float:
    """Check a threshold, and read a Duration as seconds."""
    if isinstance(threshold, Duration):
        try:
            threshold = threshold.to_seconds(integral=False)
        except RuntimeError:  # all that jsii tells of an error in JavaScript
            mistake = f"{name} must be a number or a Duration, got a token in another unit"
            mistakes.note(mistake, "make it with Duration.seconds(…)")
            return 0
    mistakes.number(name, threshold)
    if isinstance(threshold, int | float) and not is_number_token(threshold) and threshold <= 0:
        mistakes.refuse(name, threshold, "above 0", "the alarm goes off at the threshold or above it")
    return threshold


def _period(mistakes: Mistakes, name: str, given: Duration | None, periods: int | None) -> float:
    """Check a period, by itself and together with the number of periods, and read it as seconds."""
    period = _MINUTE if given is None else mistakes.duration(f"{name}.period", given, _MINUTE, 7 * _DAY)
    if not isinstance(period, int):  # a token, or a mistake
        return period or _MINUTE
    if period % _MINUTE:
        mistakes.note(f"{name}.period must be whole minutes, got {period} seconds")
    most = (7 * _DAY if period >= _HOUR else _DAY) // period
    if periods is not None and periods > most:
        mistakes.refuse(
            f"{name}.evaluation_periods",
            periods,
            f"at most {most} with a period of {period} seconds",
            "CloudWatch looks back for a day, or for 7 days with periods of an hour or longer",
        )
    return period
