"""The blue/green service: wires the parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import jsii
from aws_cdk import App, CfnHook, CfnResource, Duration, Stack, Stage
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct, IConstruct

from ..checks.mistakes import Arguments, stack_of
from ..lifecycle_hooks import LifecycleHooks, lifecycle_hook_settings
from ..parts.access import allow_access, target_ports
from ..parts.alarms import TargetGroupAlarm, checked_alarms, create_alarms
from ..parts.execute_command import allow_execute_command
from ..parts.l1 import create_l1
from ..parts.listeners import Listener, check_listeners, create_listeners
from ..parts.load_balancer import LoadBalancer, NewLoadBalancer, check_load_balancer, create_load_balancer
from ..parts.metrics import PairMetrics
from ..parts.network import check_security_groups, create_security_groups, task_subnets
from ..parts.serving_container import serving_container
from ..parts.target_groups import TargetGroups, target_group_settings
from ..parts.task_definition import TaskDefinition, TaskImage, create_task_definition
from ..validation import validate
from .hook import check_stack, create_hook, fit_stack, hook_settings
from .task_set import check_cluster, create_service, create_task_set, service_settings, task_set_settings
from .traffic_routing import TimeBasedCanary, TrafficRouting
from .update_mode import UpdateMode, chosen_update_mode, warn_in_place

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch


@jsii.implements(ec2.IConnectable)
class EcsBlueGreenService(PairMetrics, Construct):
    """A container service that CloudFormation deploys blue/green, through CodeDeploy, when its tasks change.

    Creates blue and green target groups, production and test listeners, a service with the EXTERNAL deployment
    controller, a task set and a primary task set, alarms on both target groups, and in the stack's template the
    ``AWS::CodeDeployBlueGreen`` transform and the ``AWS::CodeDeploy::BlueGreen`` hook; on request also the load
    balancer, the task definition and the tasks' security group. It makes its stack fit for the hook: no
    ``AWS::CDK::Metadata`` resource, at least one parameter, and CDK's finding about the Hooks section acknowledged.

        EcsBlueGreenService(
            self,
            "Web",
            cluster=cluster,
            task_definition=task_definition,
            production_listener=HttpsListener(certificates=[certificate]),
            test_listener=HttpsListener(certificates=[certificate], port=8443),
            traffic_routing=TimeBasedCanary(step_percentage=20, bake_time=Duration.minutes(15)),
        )

    A stack can have one such service (rule L6), and must be a top-level one (rule L9). These and the other rules about
    whole templates are checked at synth, for the whole app: ``docs/rules.md`` explains each.

    Attributes:
        load_balancer: The load balancer, given or new.
        target_groups: The blue and the green target group.
        listeners: The production listener, the test listener and redirects.
        task_definition: The blue task definition, given or made.
        container: Name and port of the container that serves.
        service: The service.
        task_set: The blue task set.
        primary_task_set: Says which task set is in production.
        hook: The hook in the template's Hooks section; None when this update is made in place.
        alarms: The alarms by their ids, such as ``alarms["Http5xx"].composite``.
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
                containers added, or ``TaskImage(…)`` to have one made. Give an image with a literal tag: with a tag
                from a template parameter no green deployment starts (rule P3).
            production_listener: ``HttpsListener(…)`` or ``HttpListener(…)`` for production traffic.
            test_listener: The same for test traffic, at another port; reachable by nobody unless it says by whom. Left
                out: no test listener, and so nothing to test the green task set through before production traffic
                moves.
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
            alarms: What to alarm on, at most 5, ``()`` for nothing. Left out: unhealthy hosts and HTTP 5xx responses.
            alarm_actions: What the composite alarms do when they go off, such as an ``SnsAction``. Left out: nothing.
            update_mode: ``UpdateMode.IN_PLACE`` leaves transform and hook out, for one deployment that changes
                infrastructure; ``docs/update-mode.md`` has the steps that avoid an outage. Left out: as the app's
                context says (``-c ecs-blue-green:update-mode=in-place``), otherwise blue/green.

        Raises:
            InvalidArgumentsError: Arguments have values that can't work; all of them are named.
        """
        arguments = Arguments()
        load_balancer = NewLoadBalancer() if load_balancer is None else load_balancer
        traffic_routing = TimeBasedCanary() if traffic_routing is None else traffic_routing
        stack = stack_of(scope)  # None is refused below
        vpc = check_cluster(arguments, cluster)
        check_load_balancer(arguments, load_balancer, vpc)
        check_listeners(arguments, production_listener, test_listener)
        check_security_groups(arguments, security_groups)
        subnet_ids = task_subnets(arguments, vpc, vpc_subnets=vpc_subnets, assign_public_ip=assign_public_ip)
        container = serving_container(
            arguments,
            task_definition,
            container_name=container_name,
            container_port=container_port,
            on_fargate=isinstance(capacity_provider_strategies, Sequence) and not capacity_provider_strategies,
        )
        target_group = target_group_settings(
            arguments,
            protocol=target_protocol,
            port=container.port,
            deregistration_delay=deregistration_delay,
            health_check=health_check,
        )
        service = service_settings(
            arguments,
            desired_count=desired_count,
            propagate_tags=propagate_tags,
            health_check_grace_period=health_check_grace_period,
            availability_zone_rebalancing=availability_zone_rebalancing,
            enable_execute_command=enable_execute_command,
        )
        task_set = task_set_settings(
            arguments,
            capacity_provider_strategies=capacity_provider_strategies,
            platform_version=platform_version,
            cloud_map_services=cloud_map_services,
            task_definition=task_definition,
            container=container,
        )
        hook = hook_settings(
            arguments,
            traffic_routing=traffic_routing,
            termination_wait_time=termination_wait_time,
        ) | lifecycle_hook_settings(arguments, lifecycle_hooks)
        alarm_settings = checked_alarms(arguments, alarms, alarm_actions)
        stage = None if stack is None else Stage.of(stack)  # in one round trip, mostly the app
        app = stage.node.root if stage and not isinstance(stage, App) else stage
        mode = chosen_update_mode(arguments, update_mode, app=app, scope=scope, id=id)
        check_stack(arguments, stack)
        with arguments.checked(scope, id):
            super().__init__(scope, id)

        # What CDK may refuse comes first, as long as nothing beside this construct has changed.
        with arguments.left_to_cdk("task_definition", self):
            self.task_definition = (
                create_task_definition(self, task_definition, container, stream_prefix=id)
                if isinstance(task_definition, TaskImage)
                else task_definition
            )
        self._connections: ec2.Connections | None = None
        self.container = container
        self.load_balancer = (
            create_load_balancer(self, vpc, load_balancer)
            if isinstance(load_balancer, NewLoadBalancer)
            else load_balancer
        )
        self.target_groups = TargetGroups(self, vpc, target_group)
        with arguments.left_to_cdk("alarm_actions", self):
            self.alarms = create_alarms(
                self,
                alarm_settings,
                target_groups=self.target_groups,
                load_balancer=self.load_balancer,
                actions=alarm_actions,
            )
        target_group_arn = self.target_groups.blue.ref
        self.listeners = create_listeners(
            self,
            self.load_balancer,
            target_group_arn=target_group_arn,
            production=production_listener,
            test=test_listener,
        )
        self.security_groups = create_security_groups(self, vpc, security_groups)
        allow_access(
            self.load_balancer,
            given=load_balancer,
            production=production_listener,
            test=test_listener,
            security_groups=self.security_groups,
            ports=target_ports(container.port, health_check),
            stack=cast(Stack, stack),
        )
        if enable_execute_command:
            allow_execute_command(self.task_definition, cluster)
        cluster_name = cluster.cluster_name
        self.service = create_service(self, cluster_name=cluster_name, settings=service)
        self.service.node.add_dependency(*self._find_dependencies(lifecycle_hooks, mode))
        if capacity_provider_strategies:
            # A cluster's providers are associated with it by another resource.
            self.service.node.add_dependency(cluster)
        service_name = self.service.attr_name
        self.task_set = create_task_set(
            self,
            cluster_name=cluster_name,
            service_name=service_name,
            task_definition_arn=self.task_definition.task_definition_arn,
            container=container,
            target_group_arn=target_group_arn,
            network=ecs.CfnTaskSet.AwsVpcConfigurationProperty(
                assign_public_ip="ENABLED" if assign_public_ip else "DISABLED",
                security_groups=[group.security_group_id for group in self.security_groups],
                subnets=subnet_ids,
            ),
            settings=task_set,
        )
        self.primary_task_set = create_l1(
            ecs.CfnPrimaryTaskSet,
            self,
            "PrimaryTaskSet",
            cluster=cluster_name,
            service=service_name,
            task_set_id=self.task_set.attr_id,
        )
        self.hook: CfnHook | None = None
        if mode is UpdateMode.BLUE_GREEN:
            self.hook = create_hook(
                self,
                service=self.service,
                task_definition=cast(CfnResource, self.task_definition.node.default_child),
                task_set=self.task_set,
                listeners=self.listeners,
                target_groups=self.target_groups,
                properties=hook,
            )
        else:
            warn_in_place(self)
            for listener in self.listeners.routes:
                # If green is live, both listeners are about to send to blue, which has no tasks yet (rule Q14).
                listener.node.add_dependency(self.task_set, self.primary_task_set)
        fit_stack(cast(Stack, stack), mode)
        validate(cast(Stack, stack), stage=stage, app=app)

    @property
    def connections(self) -> ec2.Connections:
        """The tasks' network connections; the load balancer may reach the container's port already."""
        if self._connections is None:
            self._connections = ec2.Connections(
                default_port=ec2.Port.tcp(self.container.port), security_groups=self.security_groups
            )
        return self._connections

    @property
    def rollback_alarms(self) -> list[cloudwatch.CfnCompositeAlarm]:
        """What belongs on the stack's rollback triggers: the composite alarms.

        A template can't set rollback triggers: they are an argument of the stack operation (rule L40).
        """
        return [pair.composite for pair in self.alarms.values()]

    def _find_dependencies(self, lifecycle_hooks: LifecycleHooks | None, mode: UpdateMode) -> list[IConstruct]:
        """List what has to be there before the service.

        A task set can register only with target groups that a listener forwards to (rule L33); in an update in place
        they are already there, and wait for the task set. Functions and role of another stack make that stack deploy
        first, unless they are in another stage, where the user has to see to the order.
        """
        hooks = lifecycle_hooks.constructs if lifecycle_hooks else []
        stage = hooks and Stage.of(self)
        return [
            self.target_groups.blue,
            self.target_groups.green,
            *(self.listeners.routes if mode is UpdateMode.BLUE_GREEN else ()),
            *(construct for construct in hooks if Stage.of(construct) is stage),
        ]
