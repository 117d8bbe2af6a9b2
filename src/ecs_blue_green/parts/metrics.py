"""Metrics of both target groups together: the colours take turns, and share traffic during a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from aws_cdk import Duration

from ..checks.mistakes import Mistakes
from ..errors import EcsBlueGreenError
from .load_balancer import full_name

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch
    from constructs import Node

    from .front import MadeFront

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
SIMPLE_STATISTICS = ("Average", "Sum", "Minimum", "Maximum", "SampleCount")
_EXTENDED_STATISTICS = (
    r"(p|tm|wm|tc|ts)([0-9]{1,2}(\.[0-9]{1,10})?|100)",  # p99
    r"(PR|TM|WM|TC|TS)\((?!:\))[0-9.%]*:[0-9.%]*\)",  # TM(5%:95%)
    "IQM",
)

# A colour without targets has no data, which must not make the whole expression have none.
_EXPRESSIONS = {
    "sum": "FILL({blue}, 0) + FILL({green}, 0)",
    "max": "MAX([FILL({blue}, 0), FILL({green}, 0)])",
}


def check_statistic(mistakes: Mistakes, argument: str, statistic: object) -> None:
    """Check that a statistic is one that CloudWatch has."""
    allowed = f"{', '.join(SIMPLE_STATISTICS)} or an extended statistic such as p99 or TM(5%:95%)"
    if statistic is None:
        mistakes.refuse(argument, statistic, allowed)
    mistakes.text(argument, statistic, "|".join((*SIMPLE_STATISTICS, *_EXTENDED_STATISTICS)), allowed)


class PairMetrics:
    """What a service can tell about its two target groups.

    Every method takes the ``period`` that one data point covers, 1 or more whole minutes; left out: 5 minutes. It
    raises InvalidArgumentsError when an argument has a value that can't work.
    """

    node: Node
    _front: MadeFront | None

    def _in_front(self) -> MadeFront:
        """Give what stands in front of the tasks.

        Raises:
            EcsBlueGreenError: Nothing does.
        """
        if self._front is None:
            raise EcsBlueGreenError(
                f"{self.node.path}: nothing stands in front of the tasks, as production_listener is None"
            )
        return self._front

    def metric_request_count(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Count the requests that reached a target."""
        return self._metric("RequestCount", "Sum", "sum", "Requests", period)

    def metric_http_5xx(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Count the HTTP 5xx responses that targets sent."""
        return self._metric("HTTPCode_Target_5XX_Count", "Sum", "sum", "HTTP 5xx responses", period)

    def metric_healthy_hosts(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Count the targets that pass their health check."""
        return self._metric("HealthyHostCount", "Average", "sum", "Healthy hosts", period)

    def metric_unhealthy_hosts(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Count the targets that fail their health check."""
        return self._metric("UnHealthyHostCount", "Average", "sum", "Unhealthy hosts", period)

    def metric_response_time(
        self, *, statistic: str = "Average", period: Duration | None = None
    ) -> cloudwatch.MathExpression:
        """Measure the seconds that targets take to answer, of the slower colour.

        Args:
            statistic: ``Average``, ``Minimum``, ``Maximum``, a percentile such as ``p99`` …
            period: Time that one data point covers, 1 or more whole minutes. Left out: 5 minutes.

        Returns:
            The metric.
        """
        return self._metric("TargetResponseTime", statistic, "max", "Response time", period)

    def _metric(
        self, name: str, statistic: str, combination: Literal["sum", "max"], label: str, period: Duration | None
    ) -> cloudwatch.MathExpression:
        # Imported on use, for apps that want no metrics: hashlib alone takes 3 MiB.
        import hashlib

        from aws_cdk import aws_cloudwatch as cloudwatch

        self._check(statistic, period)
        balancer, target_groups = full_name(self._in_front().load_balancer), self._in_front().target_groups
        groups = {"blue": target_groups.cfn_blue, "green": target_groups.cfn_green}
        # A graph knows each metric by one id, and can show several of these, and of several services.
        key = f"{self.node.addr} {name} {statistic} {period.to_minutes() if period else 5}"
        ids = {colour: f"{colour}_{hashlib.sha256(key.encode()).hexdigest()[:8]}" for colour in groups}
        return cloudwatch.MathExpression(
            expression=_EXPRESSIONS[combination].format(**ids),
            label=label,
            period=period,
            using_metrics={
                ids[colour]: cloudwatch.Metric(
                    namespace="AWS/ApplicationELB",
                    metric_name=name,
                    statistic=statistic,
                    dimensions_map={"LoadBalancer": balancer, "TargetGroup": group.attr_target_group_full_name},
                )
                for colour, group in groups.items()
            },
        )

    def _check(self, statistic: str, period: Duration | None) -> None:
        mistakes = Mistakes()
        check_statistic(mistakes, "statistic", statistic)
        if isinstance(period, Duration) and period.is_unresolved():
            mistakes.note("period must be a literal Duration, got a token", "CDK's metrics take no other")
        else:
            mistakes.duration("period", period, 1, unit="minutes")
        node = self.node
        mistakes.raise_mistakes(node.scope, node.id)
