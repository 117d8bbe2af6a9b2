"""The service that ECS deploys: its parts, and the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import jsii
from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from constructs import Construct

from ..checks.mistakes import Mistakes, stack_of
from ..errors import EcsBlueGreenError
from ..parts.alarms import AlarmPair, Alarms, TargetGroupAlarm
from ..parts.attributes import PartAttributes
from ..parts.front import Front
from ..parts.help import ConstructClass
from ..parts.load_balancer import LoadBalancer
from ..parts.service_settings import checked_vpc
from ..parts.task_definition import TaskDefinition
from ..parts.tasks import Tasks
from .deployment import Deployment
from .engine import EcsDeployments
from .hooks import LifecycleHook
from .listener_rules import ListenerRules, ProductionListener, RuleSettings, TestListener, not_found
from .service_connect import CheckedServiceConnect, ServiceConnect

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch


@jsii.implements(ec2.IConnectable)
class EcsNativeBlueGreenService(PartAttributes, Construct, metaclass=ConstructClass):
    """A container service that ECS itself deploys blue/green, in one step, linearly or as a canary.

    Creates blue and green target groups, production and test listeners with a rule each, whose weights ECS changes, a
    service, the roles that ECS deploys it with, and alarms on both target groups that roll a deployment back. Load
    balancer, listeners, task definition and the tasks' security groups are given, or created as well. It asks nothing
    of the stack: several such services in one are fine, in nested stacks too.

        EcsNativeBlueGreenService(
            self,
            "Web",
            cluster=cluster,
            task_definition=task_definition,
            production_listener=HttpsListener(certificates=[certificate]),
            test_listener=HttpsListener(certificates=[certificate], port=8443),
            deployment=Canary(percentage=20, canary_bake_time=Duration.minutes(15)),
        )

    Change no rule, target group or listener while green is live: CloudFormation would write the rule anew, with all
    traffic on blue, which has no tasks then (inferred: rule NL7). The rules about whole templates are checked at synth,
    for the whole app: ``docs/rules.md`` explains each.

    Attributes:
        load_balancer: The load balancer, given or new.
        new_load_balancer: The load balancer that was made; an EcsBlueGreenError when one was given.
        target_groups: The blue and the green target group.
        listeners: The production listener, the test listener and redirects.
        listener_rules: The rules whose weights ECS changes.
        task_definition: The task definition, given or made.
        container: Name and port of the container that serves.
        service: The service.
        infrastructure_role: The role that ECS moves traffic with, given or made.
        alarms: The alarms by their ids, such as ``alarms["Http5xx"].composite``.
        security_groups: The tasks' security groups.
        connections: The tasks' network connections; the load balancer may reach the container's port already.

    Without a load balancer, what belongs to one raises an EcsBlueGreenError.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: ecs.ICluster,
        task_definition: TaskDefinition,
        production_listener: ProductionListener | None,
        test_listener: TestListener | None = None,
        container_name: str | None = None,
        container_port: int | None = None,
        load_balancer: LoadBalancer | None = None,
        target_protocol: elbv2.ApplicationProtocol = elbv2.ApplicationProtocol.HTTP,
        target_protocol_version: elbv2.ApplicationProtocolVersion | None = None,
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
        service_connect: ServiceConnect | None = None,
        volume_configurations: Sequence[ecs.ServiceManagedVolume] = (),
        deployment: Deployment | None = None,
        lifecycle_hooks: Sequence[LifecycleHook] = (),
        circuit_breaker: bool = True,
        alarms: Sequence[TargetGroupAlarm] | None = None,
        alarm_actions: Sequence[cloudwatch.IAlarmAction] = (),
        deployment_alarms: Sequence[cloudwatch.IAlarm] = (),
        infrastructure_role: iam.IRole | None = None,
        force_new_deployment: str | None = None,
    ) -> None:
        """Create the service and everything around it.

        Args:
            scope: Where to create it.
            id: Construct id, part of every logical id in it: never change it afterwards.
            cluster: Where the service runs. Its VPC is that of the target groups and the tasks.
            task_definition: A task definition of the same stack (checked at synth), with awsvpc networking and its
                containers added, or ``TaskImage(…)`` to have one made.
            production_listener: ``HttpsListener(…)`` or ``HttpListener(…)`` for production traffic. Or
                ``ExistingListener(…)``, for a rule on a listener that is there already. Or None, for tasks that no load
                balancer sends to, such as workers of a queue: then leave out all that belongs to one.
            test_listener: The same for test traffic, at another port; reachable by nobody unless it says by whom. Left
                out: no test listener, and so nothing to test the green tasks through before production traffic moves.
                Or ``TestHeader(…)``, for test traffic at the production listener.
            container_name: Container that the load balancer sends to. Left out: the task definition's default
                container.
            container_port: Port of that container, 1 to 65535. Left out: that of its first port mapping.
            load_balancer: An Application Load Balancer, imported ones too, or ``NewLoadBalancer(…)``. Left out: a new
                internal one.
            target_protocol: Protocol between load balancer and container.
            target_protocol_version: Version of HTTP between them: ``HTTP1``, ``HTTP2`` or ``GRPC``, the latter two
                behind HTTPS only. Left out: HTTP/1.1.
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
            service_connect: ``ServiceConnect(…)``, so that clients in its namespace find the service. Left out: none.
            volume_configurations: An Amazon EBS volume that ECS makes for each task, which the task definition has too
                (``add_volume``). Left out: none. EFS volumes are the task definition's alone.
            deployment: ``BlueGreen(…)``, ``Linear(…)``, ``Canary(…)``, or ``Rolling()`` in a move from the hook's
                engine. Left out: ``BlueGreen()``, that is all traffic at once, and the old tasks for 15 minutes more.
            lifecycle_hooks: ``LambdaHook(…)`` and ``PauseHook(…)``, at most 10 of each (rule NS14). Left out: none.
            circuit_breaker: Whether a deployment whose tasks don't start is rolled back (reported: rule NE1).
            alarms: What to alarm on, ``()`` for nothing. Left out: unhealthy hosts and HTTP 5xx responses.
            alarm_actions: What the composite alarms do when they go off, such as an ``SnsAction``. Left out: nothing.
            deployment_alarms: Further alarms that roll a deployment back, of the service's own account and region. Left
                out: only those on the target groups do. What is in alarm when a deployment starts is ignored during it
                (rule NR2).
            infrastructure_role: The role that ECS moves traffic with, which ``ecs.amazonaws.com`` can take, with the
                rights of AWS's managed policy ``AmazonECSInfrastructureRolePolicyForLoadBalancers`` (rule NI1). Left
                out: a new one with the same actions on the target groups, listeners and rules of this service only.
            force_new_deployment: Any text of 1 to 255 characters; a new one deploys the same tasks again (rule NS30).

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
            is_served=production_listener is not None,
        )
        front, rules = None, None
        if production_listener is not None:
            rules = RuleSettings.checked(mistakes, production_listener=production_listener, test_listener=test_listener)
            rules.check_protocol(mistakes, target_protocol_version)
            front = Front.checked(
                mistakes,
                vpc=vpc,
                load_balancer=rules.load_balancer(mistakes, load_balancer),
                production_listener=rules.production_listener,
                test_listener=rules.test_listener,
                target_protocol=target_protocol,
                target_protocol_version=target_protocol_version,
                deregistration_delay=deregistration_delay,
                health_check=health_check,
                has_rules=True,
            )
        else:
            for name, value in {
                "test_listener": test_listener,
                "load_balancer": load_balancer,
                "target_protocol_version": target_protocol_version,
                "deregistration_delay": deregistration_delay,
                "health_check": health_check,
                "health_check_grace_period": health_check_grace_period,
                "alarms": alarms or None,
                "infrastructure_role": infrastructure_role,
            }.items():
                if value is not None:
                    advice = "without a load balancer there is nothing that it is about"
                    mistakes.refuse(name, value, "left out with production_listener=None", advice)
            alarms = ()
        wanted = Alarms.checked(mistakes, alarms=alarms, alarm_actions=alarm_actions)
        connect = CheckedServiceConnect.checked(
            mistakes, service_connect, cluster=cluster, task_definition=task_definition
        )
        engine = EcsDeployments.checked(
            mistakes,
            stack=stack,
            deployment=deployment,
            lifecycle_hooks=lifecycle_hooks,
            deployment_alarms=deployment_alarms,
            circuit_breaker=circuit_breaker,
            infrastructure_role=infrastructure_role,
            force_new_deployment=force_new_deployment,
            volume_configurations=volume_configurations,
        )
        with mistakes.checked(scope, id):
            super().__init__(scope, id)
        assert tasks is not None  # otherwise a mistake was noted, as with the engine
        assert engine is not None

        # What CDK may refuse comes first, as long as nothing beside this construct has changed.
        with mistakes.left_to_cdk("task_definition", self):
            self._tasks = tasks.create(self, stream_prefix=id)
        self._front = None if front is None else front.create(self, self._tasks, not_found)
        self._alarms: dict[str, AlarmPair] = {}
        if front is not None and self._front is not None:
            with mistakes.left_to_cdk("alarm_actions", self):
                self._alarms = wanted.create(self, self._front)
            front.allow_access(self._front, self._tasks, engine.stack)
        tasks.allow_execute_command(self._tasks)
        self._deployed = engine.bind(
            self, self._tasks, front=self._front, rules=rules, alarms=self._alarms, service_connect=connect
        )

    @property
    def service(self) -> ecs.CfnService:
        """The service."""
        return self._deployed.service

    @property
    def listener_rules(self) -> ListenerRules:
        """The rules whose weights ECS changes."""
        if self._deployed.listener_rules is None:
            raise EcsBlueGreenError(f"{self.node.path}: there are no listener_rules without a load balancer")
        return self._deployed.listener_rules

    @property
    def infrastructure_role(self) -> iam.CfnRole | iam.IRole:
        """The role that ECS moves traffic with, given or made."""
        if self._deployed.infrastructure_role is None:
            raise EcsBlueGreenError(f"{self.node.path}: there is no infrastructure_role without a load balancer")
        return self._deployed.infrastructure_role

    @property
    def alarms(self) -> dict[str, AlarmPair]:
        """The alarms by their ids, such as ``alarms["Http5xx"].composite``."""
        return self._alarms

    def auto_scale_task_count(self, *, min_capacity: int = 1, max_capacity: int) -> ecs.ScalableTaskCount:
        """Let the number of tasks change by itself; ``desired_count`` is then left to that.

        During a deployment tasks are added, and none taken away (rule NB13). Scale on CPU, memory or a metric of yours:
        the load balancer's requests for each target are of one target group only, and refused.

        Args:
            min_capacity: The fewest tasks, 0 or more.
            max_capacity: The most tasks, ``min_capacity`` or more; twice as many run during a deployment.

        Returns:
            CDK's own count of tasks, on which to call ``scale_on_cpu_utilization`` and the like.

        Raises:
            InvalidArgumentsError: An argument has a value that can't work, or the call is the second one.
        """
        from .scaling import create_task_count  # imported on use, for apps that scale nothing

        cluster = self._tasks.asked.settings.cluster
        return create_task_count(self, cluster, self.service, min_capacity=min_capacity, max_capacity=max_capacity)
