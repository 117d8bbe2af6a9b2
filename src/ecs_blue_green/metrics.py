"""Metrics of both target groups together: the colours take turns, and share traffic during a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from .load_balancer import full_name

if TYPE_CHECKING:
    from aws_cdk import Duration
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from .target_groups import TargetGroups

# A colour without targets has no data, which must not make the whole expression have none.
_EXPRESSIONS = {
    "sum": "FILL(blue, 0) + FILL(green, 0)",
    "max": "MAX([FILL(blue, 0), FILL(green, 0)])",
}


class PairMetrics:
    """What a service can tell about its two target groups.

    Every method takes the ``period`` that one data point covers, 1 or more whole minutes; left out: 5 minutes.
    """

    load_balancer: elbv2.IApplicationLoadBalancer
    target_groups: TargetGroups

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
            statistic: ``Average``, ``Maximum``, a percentile such as ``p99`` …
            period: Time that one data point covers.

        Returns:
            The metric.
        """
        return self._metric("TargetResponseTime", statistic, "max", "Response time", period)

    def _metric(
        self, name: str, statistic: str, combination: Literal["sum", "max"], label: str, period: Duration | None
    ) -> cloudwatch.MathExpression:
        # Imported on use, for apps that want no metrics.
        from aws_cdk import aws_cloudwatch as cloudwatch

        balancer = full_name(self.load_balancer)
        groups = {"blue": self.target_groups.blue, "green": self.target_groups.green}
        return cloudwatch.MathExpression(
            expression=_EXPRESSIONS[combination],
            label=label,
            period=period,
            using_metrics={
                colour: cloudwatch.Metric(
                    namespace="AWS/ApplicationELB",
                    metric_name=name,
                    statistic=statistic,
                    period=period,
                    dimensions_map={"LoadBalancer": balancer, "TargetGroup": group.attr_target_group_full_name},
                )
                for colour, group in groups.items()
            },
        )
