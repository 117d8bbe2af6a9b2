"""The blue/green service: its parts, and the engine that deploys them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import jsii
from aws_cdk import CfnHook, Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ..checks.mistakes import Mistakes, stack_of
from ..lifecycle_hooks import LifecycleHooks
from ..parts.alarms import AlarmPair, Alarms, TargetGroupAlarm
from ..parts.attributes import PartAttributes
from ..parts.front import Front
from ..parts.help import ConstructClass
from ..parts.listeners import Listener
from ..parts.load_balancer import LoadBalancer
from ..parts.service_settings import checked_vpc
from ..parts.task_definition import TaskDefinition
from ..parts.tasks import Tasks
from .engine import CodeDeployHook
from .traffic_routing import TrafficRouting
from .update_mode import UpdateMode

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch


@jsii.implements(ec2.IConnectable)
class EcsBlueGreenService(PartAttributes, Construct, metaclass=ConstructClass):
    """A container service that CloudFormation deploys blue/green, through CodeDeploy, when its tasks change.

    Creates blue and green target groups, production and test listeners, a service with the EXTERNAL deployment
    controller, a task set and a primary task set, and alarms on both target groups. Load balancer, task definition and
    the tasks' security groups are given, or created as well. In the stack's template it puts the
    ``AWS::CodeDeployBlueGreen`` transform and the ``AWS::CodeDeploy::BlueGreen`` hook. It makes the stack fit for them:
    no ``AWS::CDK::Metadata`` resource, at least one parameter, and CDK's finding about the Hooks section acknowledged.

        EcsBlueGreenService(
            self,
            "Web",
            cluster=cluster,
            task_definition=task_definition,
            production_listener=HttpsListener(certificates=[certificate]),
            test_listener=HttpsListener(certificates=[certificate], port=8443),
            traffic_routing=TimeBasedCanary(step_percentage=20, bake_time=Duration.minutes(15)),
        )

    A stack can have one such service (rule L6), and must be a top-level one (rule L9). An image has a literal tag: with
    a tag from a template parameter no green deployment starts (rule P3). At most 5 alarms belong on a stack's rollback
    triggers, and so to a service (rule L39). These and the other rules about whole templates are checked at synth, for
    the whole app: ``docs/rules.md`` explains each.

    Attributes:
        load_balancer: The load balancer, given or new.
        new_load_balancer: The load balancer that was made; an EcsBlueGreenError when one was given.
        target_groups: The blue and the green target group.
        listeners: The production listener, the test listener and redirects.
        task_definition: The blue task definition, given or made.
        container: Name and port of the container that serves.
        service: The service.
        task_set: The blue task set.
        primary_task_set: Says which task set is in production.
        hook: The hook in the template's Hooks section; None when this update is made in place.
        alarms: The alarms by their ids, such as ``alarms["Http5xx"].composite``.
        rollback_alarms: What belongs on the stack's rollback triggers: the composite alarms.
        security_groups: The tasks' security groups.
        connections: The tasks' network connections; the load balancer may reach the container's port already.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: ecs.ICluster,
        task_definition: TaskDefinition,
        production_listener: Listener,
        test_listener: Listener | None = None,
        container_name: str | None = None,
        container_port: int | None = None,
        load_balancer: LoadBalancer | None = None,
        target_protocol: elbv2.ApplicationProtocol = elbv2.ApplicationProtocol.HTTP,
        deregistration_delay: Duration | None = None,
        health_check: elbv2.HealthCheck | None = None,
        desired_count: int = 1,
        propagate_tags: ecs.PropagatedTagSource = ecs.PropagatedTagSource.SERVICE,
        health_check_grace_period: Duration | None = None,
        availability_zone_rebalancing: ecs.AvailabilityZoneRebalancing | None = None,
        enable_execute_command: bool = False,
        capacity_provider_strategies: Sequence[ecs.CapacityProviderStrategy] = (),
        platform_version: ecs.FargatePlatformVersion | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        assign_public_ip: bool = False,
        cloud_map_services: Sequence[ecs.AssociateCloudMapServiceOptions] = (),
        traffic_routing: TrafficRouting | None = None,
        termination_wait_time: Duration | None = None,
        lifecycle_hooks: LifecycleHooks | None = None,
        alarms: Sequence[TargetGroupAlarm] | None = None,
        alarm_actions: Sequence[cloudwatch.IAlarmAction] = (),
        update_mode: UpdateMode | None = None,
    ) -> None:
        """Create the service and everything around it.

        Args:
            scope: Where to create it; the hook goes into that stack's template.
            id: Construct id, part of every logical id in it: never change it afterwards.
            cluster: Where the service runs. Its VPC is that of the target groups and the tasks.
            task_definition: A task definition of the same stack (checked at synth), with awsvpc networking and its
                containers added, or ``TaskImage(…)`` to have one made.
            production_listener: ``HttpsListener(…)`` or ``HttpListener(…)`` for production traffic.
            test_listener: The same for test traffic, at another port; reachable by nobody unless it says by whom. Left
                out: no test listener, and so nothing to test the green tasks through before production traffic moves.
            container_name: Container that the load balancer sends to. Left out: the task definition's default
                container.
            container_port: Port of that container, 1 to 65535. Left out: that of its first port mapping.
            load_balancer: An Application Load Balancer, imported ones too, or ``NewLoadBalancer(…)``. Left out: a new
                internal one.
            target_protocol: Protocol between load balancer and container.
            deregistration_delay: Time for open requests to end before a task is stopped, 0 to 3600 seconds. Left out:
                300 seconds, Elastic Load Balancing's default.
            health_check: How the load balancer asks whether a task is healthy. Left out: ``GET /`` every 30 seconds,
                200 expected, Elastic Load Balancing's defaults, over ``target_protocol``.
            desired_count: Number of tasks, 0 or more; twice as many run during a deployment.
            propagate_tags: Where tasks get their tags from.
            health_check_grace_period: Time after its start in which a task's failed health checks don't count, in whole
                seconds. Left out: none.
            availability_zone_rebalancing: Whether ECS evens tasks out over zones. Left out: ECS's default.
            enable_execute_command: Whether ECS Exec can open a shell in the tasks; adds to the task role what that
                needs, and what the cluster's own configuration of it needs.
            capacity_provider_strategies: Capacity providers of the cluster to run on, by weights of 0 to 1000 above a
                base of 0 to 100000 tasks for one of them. Left out: the Fargate launch type.
            platform_version: Fargate platform version. Left out: the latest.
            vpc_subnets: Where tasks run, at most 16 subnets. Left out: private subnets with egress, or public ones
                with ``assign_public_ip``.
            security_groups: The tasks' security groups, 1 to 5. Left out: a new one that lets everything out.
            assign_public_ip: Whether tasks get public addresses.
            cloud_map_services: AWS Cloud Map services that tasks register with. Left out: none. With SRV records the
                serving container and its port are registered unless the options name others.
            traffic_routing: ``AllAtOnce()``, ``TimeBasedCanary(…)`` or ``TimeBasedLinear(…)``. Left out:
                ``TimeBasedCanary()``, that is 15 percent, and the rest after 5 minutes (rule S6).
            termination_wait_time: Time for which the old tasks are kept after all traffic has moved, 0 to 2880 whole
                minutes (rule S12); a rollback within that time is fast. Left out: 5 minutes.
            lifecycle_hooks: Functions that CodeDeploy calls during a green deployment. Left out: none.
            alarms: What to alarm on, ``()`` for nothing. Left out: unhealthy hosts and HTTP 5xx responses.
            alarm_actions: What the composite alarms do when they go off, such as an ``SnsAction``. Left out: nothing.
            update_mode: ``UpdateMode.IN_PLACE`` leaves transform and hook out, for one deployment that changes
                infrastructure; ``docs/update-mode.md`` has the steps that avoid an outage. Left out: as the app's
                context says (``-c ecs-blue-green:update-mode=in-place``), otherwise blue/green.

        Raises:
            InvalidArgumentsError: Mistakes have values that can't work; all of them are named.
        """
        mistakes = Mistakes()
        stack = stack_of(scope)
        vpc = checked_vpc(mistakes, cluster)
        tasks = Tasks.checked(
            mistakes,
            cluster=cluster,
            vpc=vpc,
            task_definition=task_definition,
            container_name=container_name,
            container_port=container_port,
            desired_count=desired_count,
            propagate_tags=propagate_tags,
            health_check_grace_period=health_check_grace_period,
            availability_zone_rebalancing=availability_zone_rebalancing,
            enable_execute_command=enable_execute_command,
            capacity_provider_strategies=capacity_provider_strategies,
            platform_version=platform_version,
            vpc_subnets=vpc_subnets,
            security_groups=security_groups,
            assign_public_ip=assign_public_ip,
            cloud_map_services=cloud_map_services,
        )
        front = Front.checked(
            mistakes,
            vpc=vpc,
            load_balancer=load_balancer,
            production_listener=production_listener,
            test_listener=test_listener,
            target_protocol=target_protocol,
            deregistration_delay=deregistration_delay,
            health_check=health_check,
        )
        wanted = Alarms.checked(mistakes, alarms=alarms, alarm_actions=alarm_actions)
        engine = CodeDeployHook.checked(
            mistakes,
            scope=scope,
            id=id,
            stack=stack,
            alarms=wanted,
            traffic_routing=traffic_routing,
            termination_wait_time=termination_wait_time,
            lifecycle_hooks=lifecycle_hooks,
            update_mode=update_mode,
        )
        with mistakes.checked(scope, id):
            super().__init__(scope, id)
        assert tasks is not None  # otherwise a mistake was noted, as with the engine
        assert engine is not None

        # What CDK may refuse comes first, as long as nothing beside this construct has changed.
        with mistakes.left_to_cdk("task_definition", self):
            self._tasks = tasks.create(self, stream_prefix=id)
        self._front = front.create(self, self._tasks, engine.default_action)
        with mistakes.left_to_cdk("alarm_actions", self):
            self._alarms = wanted.create(self, self._front)
        front.allow_access(self._front, self._tasks, engine.stack)
        tasks.allow_execute_command(self._tasks)
        self._deployed = engine.bind(self, self._tasks, self._front)

    @property
    def service(self) -> ecs.CfnService:
        """The service."""
        return self._deployed.service

    @property
    def task_set(self) -> ecs.CfnTaskSet:
        """The blue task set."""
        return self._deployed.task_set

    @property
    def primary_task_set(self) -> ecs.CfnPrimaryTaskSet:
        """Says which task set is in production."""
        return self._deployed.primary_task_set

    @property
    def hook(self) -> CfnHook | None:
        """The hook in the template's Hooks section; None when this update is made in place."""
        return self._deployed.hook

    @property
    def alarms(self) -> dict[str, AlarmPair]:
        """The alarms by their ids, such as ``alarms["Http5xx"].composite``."""
        return self._alarms

    @property
    def rollback_alarms(self) -> list[cloudwatch.CfnCompositeAlarm]:
        """What belongs on the stack's rollback triggers: the composite alarms.

        A template can't set rollback triggers: they are an argument of the stack operation (rule L40).
        """
        return [pair.composite for pair in self.alarms.values()]
