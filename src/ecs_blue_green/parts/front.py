"""What stands in front of the tasks: load balancer, target groups, listeners, and who may reach them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ..checks.mistakes import Mistakes
from .access import allow_access, target_ports
from .listeners import GivenListener, Listener, Listeners, ListenerSettings
from .load_balancer import LoadBalancer, LoadBalancerSettings, NewLoadBalancer
from .target_groups import TargetGroups, TargetGroupSettings
from .task_definition import ServingContainer
from .tasks import MadeTasks


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeFront:
    """What stands in front of the tasks.

    Attributes:
        load_balancer: The load balancer, given or new.
        new_load_balancer: The same if it is new; None if it was given.
        target_groups: The blue and the green target group.
        listeners: The listeners.
        container: The container that all this sends to.
    """

    load_balancer: elbv2.IApplicationLoadBalancer
    new_load_balancer: elbv2.ApplicationLoadBalancer | None
    target_groups: TargetGroups
    listeners: Listeners
    container: ServingContainer


@dataclass(frozen=True, kw_only=True, slots=True)
class Front:
    """What is to stand in front of the tasks.

    Attributes:
        load_balancer: The load balancer.
        target_groups: What the target groups share.
        listeners: The listeners.
    """

    load_balancer: LoadBalancerSettings
    target_groups: TargetGroupSettings
    listeners: ListenerSettings

    @classmethod
    def checked(
        cls,
        mistakes: Mistakes,
        *,
        vpc: ec2.IVpc | None,
        load_balancer: LoadBalancer | None,
        production_listener: Listener | GivenListener,
        test_listener: Listener | GivenListener | None,
        target_protocol: elbv2.ApplicationProtocol,
        deregistration_delay: Duration | None,
        health_check: elbv2.HealthCheck | None,
        target_protocol_version: elbv2.ApplicationProtocolVersion | None = None,
        has_rules: bool = False,
    ) -> Front:
        """Check the arguments that say what stands in front of the tasks.

        An engine that moves rules can have them on a listener that was given as well.
        """
        return cls(
            load_balancer=LoadBalancerSettings.checked(mistakes, load_balancer, vpc),
            listeners=ListenerSettings.checked(
                mistakes, production_listener=production_listener, test_listener=test_listener, has_rules=has_rules
            ),
            target_groups=TargetGroupSettings.checked(
                mistakes,
                target_protocol=target_protocol,
                target_protocol_version=target_protocol_version,
                deregistration_delay=deregistration_delay,
                health_check=health_check,
            ),
        )

    def create(
        self,
        scope: Construct,
        tasks: MadeTasks,
        default_action: Callable[[TargetGroups], elbv2.CfnListener.ActionProperty],
    ) -> MadeFront:
        """Create it, with the engine's default action for the listeners; nothing beside ``scope`` changes."""
        vpc, container = tasks.asked.network.vpc, tasks.asked.task.container
        assert container is not None  # as the tasks are to be served
        load_balancer = self.load_balancer.create(scope, vpc)
        target_groups = self.target_groups.create(scope, vpc=vpc, port=container.port, load_balancer=load_balancer)
        listeners = self.listeners.create(scope, load_balancer, default_action(target_groups))
        is_new = isinstance(self.load_balancer.given, NewLoadBalancer)
        return MadeFront(
            load_balancer=load_balancer,
            new_load_balancer=load_balancer
            if is_new and isinstance(load_balancer, elbv2.ApplicationLoadBalancer)
            else None,
            target_groups=target_groups,
            listeners=listeners,
            container=container,
        )

    def allow_access(self, made: MadeFront, tasks: MadeTasks, stack: Stack) -> None:
        """Let peers reach the listeners, and the load balancer reach the tasks; may change given security groups."""
        allow_access(
            made.load_balancer,
            settings=self.load_balancer,
            listeners=self.listeners,
            security_groups=tasks.security_groups,
            ports=target_ports(made.container.port, self.target_groups.health_check),
            stack=stack,
        )
