"""What a service tells of its parts, whatever engine deploys it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import EcsBlueGreenError
from .metrics import PairMetrics

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from .listeners import Listeners
    from .target_groups import TargetGroups
    from .task_definition import ServingContainer
    from .tasks import MadeTasks


class PartAttributes(PairMetrics):
    """What a service tells of its parts."""

    _tasks: MadeTasks

    @property
    def load_balancer(self) -> elbv2.IApplicationLoadBalancer:
        """The load balancer, given or new."""
        return self._in_front().load_balancer

    @property
    def new_load_balancer(self) -> elbv2.ApplicationLoadBalancer:
        """The load balancer that was made, with all that CDK's own class can do.

        Raises:
            EcsBlueGreenError: None was made, because one was given.
        """
        made = self._in_front().new_load_balancer
        if made is None:
            raise EcsBlueGreenError(
                f"{self.node.path}: there is no new_load_balancer, as load_balancer was given; use load_balancer"
            )
        return made

    @property
    def target_groups(self) -> TargetGroups:
        """The blue and the green target group."""
        return self._in_front().target_groups

    @property
    def listeners(self) -> Listeners:
        """The production listener, the test listener and redirects."""
        return self._in_front().listeners

    @property
    def task_definition(self) -> ecs.TaskDefinition:
        """The blue task definition, given or made."""
        return self._tasks.definition

    @property
    def container(self) -> ServingContainer:
        """Name and port of the container that serves."""
        return self._in_front().container

    @property
    def security_groups(self) -> list[ec2.ISecurityGroup]:
        """The tasks' security groups."""
        return [*self._tasks.security_groups]

    @property
    def connections(self) -> ec2.Connections:
        """The tasks' network connections; the load balancer may reach the container's port already."""
        return self._tasks.connections
