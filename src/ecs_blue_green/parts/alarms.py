"""An alarm pair for each metric, one alarm a target group, and the composite alarm over it.

Colours take turns, so only an alarm over both target groups says how the service is doing (rule L41).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from constructs import Construct

from ..checks.mistakes import Arguments
from .alarm_settings import alarm_settings
from .l1 import create_l1
from .load_balancer import full_name

if TYPE_CHECKING:
    from aws_cdk import Duration
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from .target_groups import TargetGroups

# CloudFormation takes no more rollback triggers (rule L39).
_MOST_ROLLBACK_TRIGGERS = 5

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


def checked_alarms(
    arguments: Arguments,
    alarms: Sequence[TargetGroupAlarm] | None,
    alarm_actions: Sequence[cloudwatch.IAlarmAction],
) -> list[tuple[TargetGroupAlarm, dict[str, Any]]]:
    """Check what to alarm on, and render what the alarms on the two colours have in common."""
    if alarms is None:
        alarms = (TargetGroupAlarm.unhealthy_hosts(), TargetGroupAlarm.http_5xx())
    allowed = f"a sequence of at most {_MOST_ROLLBACK_TRIGGERS} TargetGroupAlarm"
    items = arguments.items("alarms", alarms, allowed)
    if len(items) > _MOST_ROLLBACK_TRIGGERS:
        arguments.note(
            f"alarms must be {allowed}, got {len(items)}",
            "a stack has no more rollback triggers (rule L39); make further alarms with CDK's own Alarm",
        )
    allowed = f"a sequence of at most {_MOST_ACTIONS} alarm actions"
    actions = arguments.items("alarm_actions", alarm_actions, allowed)
    if len(actions) > _MOST_ACTIONS:
        arguments.note(f"alarm_actions must be {allowed}, got {len(actions)}")
    for index, action in enumerate(actions):
        arguments.interface(f"alarm_actions[{index}]", action, "bind", "an IAlarmAction, such as an SnsAction")
    advice = "make one with TargetGroupAlarm.http_5xx(…) and the like"
    checked = [
        (alarm, alarm_settings(arguments, f"alarms[{index}]", alarm))
        for index, alarm in enumerate(items)
        if arguments.instance(f"alarms[{index}]", alarm, (TargetGroupAlarm,), "a TargetGroupAlarm", advice)
        and isinstance(alarm, TargetGroupAlarm)
    ]
    for field in ("id", "name"):
        values = [getattr(alarm, field) for alarm, _ in checked]
        arguments.distinct(f"the {field}s of alarms", values, f"give each a different {field}")
    return checked


def create_alarms(
    scope: Construct,
    alarms: Sequence[tuple[TargetGroupAlarm, dict[str, Any]]],
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
    for alarm, settings in alarms:
        blue = _create_alarm(scope, alarm, settings, "Blue", blue_group, balancer)
        green = _create_alarm(scope, alarm, settings, "Green", green_group, balancer)
        composite = _create_composite(scope, alarm, blue, green, actions)
        pairs[alarm.id] = AlarmPair(blue=blue, green=green, composite=composite)
    return pairs


def _create_alarm(
    scope: Construct,
    alarm: TargetGroupAlarm,
    settings: dict[str, Any],
    colour: str,
    target_group: str,
    load_balancer: str,
) -> cloudwatch.CfnAlarm:
    # Imported on use, for apps that want no alarms.
    from aws_cdk import aws_cloudwatch as cloudwatch

    dimensions = {"LoadBalancer": load_balancer, "TargetGroup": target_group}
    return create_l1(
        cloudwatch.CfnAlarm,
        scope,
        f"{colour}{alarm.id}Alarm",
        alarm_name=alarm.name and f"{alarm.name}-{colour}",
        namespace="AWS/ApplicationELB",
        dimensions=[{"name": name, "value": value} for name, value in dimensions.items()],
        comparison_operator="GreaterThanOrEqualToThreshold",
        # The colour that is not live has no targets and so no data, which is no reason for alarm.
        treat_missing_data="notBreaching",
        **settings,
    )


def _create_composite(
    scope: Construct,
    alarm: TargetGroupAlarm,
    blue: cloudwatch.CfnAlarm,
    green: cloudwatch.CfnAlarm,
    actions: Sequence[cloudwatch.IAlarmAction],
) -> cloudwatch.CfnCompositeAlarm:
    from aws_cdk import aws_cloudwatch as cloudwatch

    id = f"{alarm.id}Alarm"
    composite = create_l1(
        cloudwatch.CfnCompositeAlarm,
        scope,
        id,
        alarm_name=alarm.name,
        alarm_rule=f'(ALARM("{blue.attr_arn}") OR ALARM("{green.attr_arn}"))',
    )
    if actions:
        # Some actions make ids of this one: it has to differ from alarm to alarm.
        bound = cloudwatch.Alarm.from_alarm_arn(composite, id, composite.attr_arn)
        composite.alarm_actions = [action.bind(composite, bound).alarm_action_arn for action in actions]
    return composite
