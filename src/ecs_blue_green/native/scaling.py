"""Service auto scaling beside deployments that double the tasks."""

from __future__ import annotations

from typing import Any, NoReturn

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_applicationautoscaling as appscaling
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from ..checks.mistakes import Mistakes
from ..errors import EcsBlueGreenError
from ..template.native_facts import REFUSED_SCALING_METRIC


class TaskCount(ecs.ScalableTaskCount):
    """CDK's own count of tasks, without what doesn't work here: the one method can't be taken away by composing."""

    def scale_on_request_count(self, id: str, **arguments: Any) -> NoReturn:
        """Refuse: the metric is of one target group, and the tasks change theirs with every deployment.

        Raises:
            EcsBlueGreenError: Always.
        """
        raise EcsBlueGreenError(
            f"{self.node.path}: tasks of a blue/green service can't be scaled on {REFUSED_SCALING_METRIC}; use "
            f"scale_on_cpu_utilization(…), or scale_on_metric(…) with metric_request_count() of the service (rule NB13)"
        )


def create_task_count(
    scope: Construct, cluster: ecs.ICluster, service: ecs.CfnService, *, min_capacity: int, max_capacity: int
) -> ecs.ScalableTaskCount:
    """Let the number of tasks of a service change by itself."""
    mistakes = Mistakes()
    least = mistakes.whole_number("min_capacity", min_capacity, 0, required=True)
    mistakes.whole_number("max_capacity", max_capacity, least or 0, required=True)
    node = scope.node
    if node.try_find_child("TaskCount") is not None:
        mistakes.note("auto_scale_task_count must be called once")
    mistakes.raise_mistakes(node.scope, node.id)
    # CloudFormation would set it with every update of the service, whatever the number of tasks has become.
    service.desired_count = None
    role = Stack.of(scope).format_arn(
        service="iam",
        region="",
        resource="role/aws-service-role/ecs.application-autoscaling.amazonaws.com",
        resource_name="AWSServiceRoleForApplicationAutoScaling_ECSService",
        arn_format=ArnFormat.SLASH_RESOURCE_NAME,
    )
    return TaskCount(
        scope,
        "TaskCount",
        dimension="ecs:service:DesiredCount",
        resource_id=f"service/{cluster.cluster_name}/{service.attr_name}",
        role=iam.Role.from_role_arn(scope, "ScalingRole", role),
        service_namespace=appscaling.ServiceNamespace.ECS,
        min_capacity=min_capacity,
        max_capacity=max_capacity,
    )
