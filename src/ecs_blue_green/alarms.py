"""An alarm pair for each metric, one alarm a target group, and the composite alarm over it.

Colours take turns, so only an alarm over both target groups says how the service is doing (rule L41).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from constructs import Construct

from .arguments import Arguments
from .load_balancer import full_name

if TYPE_CHECKING:
    from aws_cdk import Duration
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from .target_groups import TargetGroups

_STATISTICS = ("Average", "Sum", "Minimum", "Maximum", "SampleCount")

# CloudFormation takes no more rollback triggers (rule L39).
_MOST_ROLLBACK_TRIGGERS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetGroupAlarm:
    """An alarm on a metric of the blue and of the green target group.

    Make the usual ones with ``unhealthy_hosts``, ``http_5xx`` and ``response_time``.

    Args:
        id: Construct id, part of the alarms' logical ids: never change it afterwards.
        metric_name: Name in the namespace AWS/ApplicationELB, with the dimensions TargetGroup and LoadBalancer:
            https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
        statistic: ``Average``, ``Sum``, ``Minimum``, ``Maximum``, ``SampleCount`` or a percentile such as ``p99``.
        threshold: The alarm goes off at this value or above it.
        period: Time that one data point covers, 1 to 1440 whole minutes. Left out: 1 minute.
        evaluation_periods: Number of the latest data points looked at, 1 or more.
        datapoints_to_alarm: Number of these that must be at the threshold, 1 to ``evaluation_periods``. Left out: all.
        name: Name of the composite alarm, and with ``-Blue`` and ``-Green`` of the other two. Left out: CloudFormation
            names them.
    """

    id: str
    metric_name: str
    statistic: str
    threshold: float
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
            threshold=threshold.to_milliseconds() / 1000,
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


def checked_alarms(
    arguments: Arguments,
    alarms: Sequence[TargetGroupAlarm] | None,
    alarm_actions: Sequence[cloudwatch.IAlarmAction],
) -> list[tuple[TargetGroupAlarm, int]]:
    """Check what to alarm on, and read each alarm's period in seconds."""
    if alarms is None:
        alarms = (TargetGroupAlarm.unhealthy_hosts(), TargetGroupAlarm.http_5xx())
    allowed = f"a sequence of at most {_MOST_ROLLBACK_TRIGGERS} TargetGroupAlarm"
    items = arguments.items("alarms", alarms, allowed)
    if len(items) > _MOST_ROLLBACK_TRIGGERS:
        arguments.note(
            f"alarms must be {allowed}, got {len(items)}",
            "a stack has no more rollback triggers (rule L39); make further alarms with CDK's own Alarm",
        )
    for index, action in enumerate(arguments.items("alarm_actions", alarm_actions, "a sequence of alarm actions")):
        arguments.interface(f"alarm_actions[{index}]", action, "bind", "an IAlarmAction, such as an SnsAction")
    checked = [
        (alarm, _check_alarm(arguments, f"alarms[{index}]", alarm))
        for index, alarm in enumerate(items)
        if arguments.instance(
            f"alarms[{index}]",
            alarm,
            (TargetGroupAlarm,),
            "a TargetGroupAlarm",
            "make one with TargetGroupAlarm.http_5xx(…) and the like",
        )
        and isinstance(alarm, TargetGroupAlarm)
    ]
    arguments.distinct("the ids of alarms", [alarm.id for alarm, _ in checked], "give each a different id")
    return checked


def _check_alarm(arguments: Arguments, name: str, alarm: TargetGroupAlarm) -> int:
    arguments.text(f"{name}.id", alarm.id, r"[A-Za-z][A-Za-z0-9]*", "letters and digits")
    arguments.text(f"{name}.metric_name", alarm.metric_name, r"\S{1,255}", "a metric's name")
    arguments.text(
        f"{name}.statistic",
        alarm.statistic,
        rf"{'|'.join(_STATISTICS)}|p(\d{{1,2}}(\.\d{{1,10}})?|100)",
        f"one of {', '.join(_STATISTICS)} or a percentile such as p99",
    )
    arguments.number(f"{name}.threshold", alarm.threshold)
    arguments.whole_number(f"{name}.evaluation_periods", alarm.evaluation_periods, 1)
    if alarm.datapoints_to_alarm is not None:
        most = alarm.evaluation_periods if isinstance(alarm.evaluation_periods, int) else None
        arguments.whole_number(f"{name}.datapoints_to_alarm", alarm.datapoints_to_alarm, 1, most)
    arguments.text(f"{name}.name", alarm.name, r".{1,249}", "a name of 1 to 249 characters")
    minutes = arguments.duration(f"{name}.period", alarm.period, 1, 1440, unit="minutes")
    return 60 if minutes is None else 60 * minutes


def create_alarms(
    scope: Construct,
    alarms: Sequence[tuple[TargetGroupAlarm, int]],
    *,
    target_groups: TargetGroups,
    load_balancer: elbv2.IApplicationLoadBalancer,
    actions: Sequence[cloudwatch.IAlarmAction],
) -> dict[str, AlarmPair]:
    """Create the alarms."""
    if not alarms:
        return {}
    balancer = full_name(load_balancer)
    blue_group = target_groups.blue.attr_target_group_full_name
    green_group = target_groups.green.attr_target_group_full_name
    pairs = {}
    for alarm, period in alarms:
        blue = _create_alarm(scope, alarm, period, "Blue", blue_group, balancer)
        green = _create_alarm(scope, alarm, period, "Green", green_group, balancer)
        composite = _create_composite(scope, alarm, blue, green)
        if actions:
            _add_actions(composite, actions)
        pairs[alarm.id] = AlarmPair(blue=blue, green=green, composite=composite)
    return pairs


def _create_alarm(
    scope: Construct, alarm: TargetGroupAlarm, period: int, colour: str, target_group: str, load_balancer: str
) -> cloudwatch.CfnAlarm:
    # Imported on use, for apps that want no alarms.
    from aws_cdk import aws_cloudwatch as cloudwatch

    dimensions = {"LoadBalancer": load_balancer, "TargetGroup": target_group}
    is_percentile = alarm.statistic not in _STATISTICS
    return cloudwatch.CfnAlarm(
        scope,
        f"{colour}{alarm.id}Alarm",
        alarm_name=alarm.name and f"{alarm.name}-{colour}",
        namespace="AWS/ApplicationELB",
        metric_name=alarm.metric_name,
        dimensions=[
            cloudwatch.CfnAlarm.DimensionProperty(name=name, value=value) for name, value in dimensions.items()
        ],
        statistic=None if is_percentile else alarm.statistic,
        extended_statistic=alarm.statistic if is_percentile else None,
        period=period,
        threshold=alarm.threshold,
        comparison_operator="GreaterThanOrEqualToThreshold",
        evaluation_periods=alarm.evaluation_periods,
        datapoints_to_alarm=alarm.datapoints_to_alarm,
        # The colour that is not live has no targets and so no data, which is no reason for alarm.
        treat_missing_data="notBreaching",
    )


def _create_composite(
    scope: Construct, alarm: TargetGroupAlarm, blue: cloudwatch.CfnAlarm, green: cloudwatch.CfnAlarm
) -> cloudwatch.CfnCompositeAlarm:
    from aws_cdk import aws_cloudwatch as cloudwatch

    return cloudwatch.CfnCompositeAlarm(
        scope,
        f"{alarm.id}Alarm",
        alarm_name=alarm.name,
        alarm_rule=f'(ALARM("{blue.attr_arn}") OR ALARM("{green.attr_arn}"))',
    )


def _add_actions(composite: cloudwatch.CfnCompositeAlarm, actions: Sequence[cloudwatch.IAlarmAction]) -> None:
    from aws_cdk import aws_cloudwatch as cloudwatch

    alarm = cloudwatch.Alarm.from_alarm_arn(composite, "Alarm", composite.attr_arn)
    composite.alarm_actions = [action.bind(composite, alarm).alarm_action_arn for action in actions]
