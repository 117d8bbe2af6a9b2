"""What users and we write, and mypy must accept as it is."""

from pathlib import Path
from typing import Any, assert_type

import aws_cdk as cdk
from aws_cdk import Duration, assertions
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_ecs_patterns as ecs_patterns
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct
from rich.table import Table
from syrupy.assertion import SnapshotAssertion

import ecs_blue_green
from ecs_blue_green import (
    AlarmPair,
    AllAtOnce,
    CodeDeployHookRole,
    EcsBlueGreenError,
    EcsBlueGreenService,
    HttpListener,
    HttpsListener,
    InvalidArgumentsError,
    LifecycleHookFunction,
    LifecycleHooks,
    Listeners,
    NewLoadBalancer,
    ServingContainer,
    TargetGroupAlarm,
    TargetGroups,
    TaskImage,
    TimeBasedCanary,
    TimeBasedLinear,
)
from ecs_blue_green.cli.console import Line, open_console, progress
from ecs_blue_green.cli.terminal import is_agreed, printable, say
from ecs_blue_green.lifecycle import Later, LifecycleEvent, lifecycle_hook
from ecs_blue_green.testing import (
    TemplateSnapshot,
    assert_blue_green,
    assert_logical_ids,
    assert_no_findings,
    freeze_logical_ids,
    template_of,
)

IMAGE = ecs_patterns.ApplicationLoadBalancedTaskImageOptions(
    image=ecs.ContainerImage.from_registry("example.com/app:v1"), container_port=8080
)


class Hooks(cdk.Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        smoke = LifecycleHookFunction(self, "Smoke", code="def handler(event, context): ...")
        load = LifecycleHookFunction(
            self,
            "Load",
            code=Path("hook"),
            handler="load.handler",
            function_name="CodeDeployHook_load",
            timeout=Duration.minutes(10),
            environment={"URL": "https://example.com"},
        )
        for_ecs = LifecycleHookFunction(self, "ForEcs", code=Path("hook"), reports_to_codedeploy=False)
        assert_type(for_ecs.function.function_arn, str)
        role = CodeDeployHookRole(self, "Role", functions=[smoke, load, "CodeDeployHook_another"])
        assert_type(role.may_invoke(smoke.function_name), bool)
        self.lifecycle_hooks = LifecycleHooks(
            after_allow_test_traffic=smoke, before_allow_traffic=load, after_allow_traffic="CodeDeployHook_x", role=role
        )


class Web(cdk.Stack):
    def __init__(self, scope: Construct, id: str, *, cluster: ecs.ICluster, hooks: LifecycleHooks) -> None:
        super().__init__(scope, id)
        certificate = acm.Certificate.from_certificate_arn(self, "Certificate", "arn:aws:acm:us-east-1:1:certificate/1")
        office = ec2.Peer.ipv4("192.0.2.0/24")
        topic = sns.Topic(self, "Topic")
        service = EcsBlueGreenService(
            self,
            "Service",
            cluster=cluster,
            task_definition=TaskImage(options=IMAGE, cpu=512, memory_limit_mib=1024),
            production_listener=HttpsListener(certificates=[certificate, "arn:aws:acm:us-east-1:1:certificate/2"]),
            test_listener=HttpsListener(certificates=(certificate,), port=8443, peers=[office, topic_reader(self)]),
            load_balancer=NewLoadBalancer(internet_facing=True),
            health_check=elbv2.HealthCheck(path="/health"),
            traffic_routing=TimeBasedCanary(step_percentage=20, bake_time=Duration.minutes(15)),
            lifecycle_hooks=hooks,
            alarms=[
                TargetGroupAlarm.http_5xx(threshold=5),
                TargetGroupAlarm.response_time(threshold=Duration.seconds(1)),
            ],
            alarm_actions=[actions.SnsAction(topic)],
        )
        assert_type(service.load_balancer, elbv2.IApplicationLoadBalancer)
        assert_type(service.target_groups, TargetGroups)
        assert_type(service.target_groups.blue, elbv2.IApplicationTargetGroup)
        assert_type(service.target_groups.cfn_blue, elbv2.CfnTargetGroup)
        assert_type(service.listeners, Listeners)
        assert_type(service.listeners.production, elbv2.IApplicationListener)
        assert_type(service.listeners.test, elbv2.IApplicationListener | None)
        assert_type(service.listeners.cfn_production, elbv2.CfnListener)
        assert_type(service.listeners.cfn_test, elbv2.CfnListener | None)
        assert_type(service.listeners.cfn_redirects, tuple[elbv2.CfnListener, ...])
        assert_type(service.container, ServingContainer)
        assert_type(service.container.port, float)
        assert_type(service.service, ecs.CfnService)
        assert_type(service.task_set, ecs.CfnTaskSet)
        assert_type(service.primary_task_set, ecs.CfnPrimaryTaskSet)
        assert_type(service.hook, cdk.CfnHook | None)
        assert_type(service.alarms, dict[str, AlarmPair])
        assert_type(service.alarms["Http5xx"].composite, cloudwatch.CfnCompositeAlarm)
        assert_type(service.rollback_alarms, list[cloudwatch.CfnCompositeAlarm])
        assert_type(service.connections, ec2.Connections)
        assert_type(service.metric_http_5xx(period=Duration.minutes(1)), cloudwatch.MathExpression)
        service.task_definition.add_to_task_role_policy(cdk.aws_iam.PolicyStatement(actions=["s3:GetObject"]))
        # What CDK's own constructs take.
        service.new_load_balancer.log_access_logs(s3.Bucket(self, "Logs"))
        on_api = [elbv2.ListenerCondition.path_patterns(["/api/*"])]
        forward = elbv2.ListenerAction.forward([service.target_groups.blue])
        service.listeners.production.add_action("Api", action=forward, priority=10, conditions=on_api)
        service.listeners.production.add_certificates("More", [certificate])
        elbv2.ApplicationListenerRule(
            self,
            "Rule",
            listener=service.listeners.production,
            priority=11,
            conditions=on_api,
            target_groups=[service.target_groups.green],
        )
        assert_type(service.target_groups.blue.metrics.request_count(), cloudwatch.Metric)
        # It is connectable, and a construct like any other.
        topic_reader(self).connections.allow_to(service, ec2.Port.tcp(service.container.port))
        cdk.Tags.of(service).add("team", "web")


def topic_reader(scope: Construct) -> ec2.SecurityGroup:
    return ec2.SecurityGroup(scope, "Reader", vpc=ec2.Vpc(scope, "Vpc"))


def routing(kind: str) -> AllAtOnce | TimeBasedCanary | TimeBasedLinear:
    if kind == "slow":
        return TimeBasedLinear(step_percentage=20)
    return TimeBasedCanary() if kind == "careful" else AllAtOnce()


def least(stack: cdk.Stack, cluster: ecs.ICluster, task_definition: ecs.FargateTaskDefinition) -> str:
    try:
        service = EcsBlueGreenService(
            stack,
            "Service",
            cluster=cluster,
            task_definition=task_definition,
            production_listener=HttpListener(),
            traffic_routing=routing("slow"),
        )
    except InvalidArgumentsError as error:
        assert_type(error.mistakes, tuple[str, ...])
        return "\n".join(error.mistakes)
    except EcsBlueGreenError as error:
        return str(error)
    return service.service.attr_name


@lifecycle_hook
def handler(event: LifecycleEvent) -> None:
    assert_type(event.deployment_id, str)


@lifecycle_hook
def approval(event: LifecycleEvent) -> Later | None:
    assert_type(event.stage, str | None)
    assert_type(event.previous_revision, str | None)
    if event.is_rollback or event.details.get("approved"):
        return None
    return Later(60, {"approved": event.production_weights == {}})


def test_handler() -> None:
    answer = handler({"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}, None)
    assert_type(answer, dict[str, Any] | None)
    handler.__wrapped__(LifecycleEvent(deployment_id="d-1", execution_id="e-1"))


def test_stack(stack: cdk.Stack, hooks: LifecycleHooks, snapshot: SnapshotAssertion) -> None:
    hook = assert_blue_green(
        stack,
        traffic_routing=routing("slow"),
        termination_wait_time=Duration.minutes(30),
        lifecycle_hooks=hooks,
        has_test_listener=True,
    )
    assert_type(hook, dict[str, Any])
    assert_no_findings(stack, allow={"plain-output": "People look there for the address."})
    frozen = Path(__file__).with_name("logical_ids.json")
    freeze_logical_ids(stack, frozen)
    assert_logical_ids(stack, str(frozen))
    assert_type(template_of(stack), dict[str, Any])
    assert template_of(stack) == snapshot(extension_class=TemplateSnapshot)


def test_template(stack: cdk.Stack) -> None:
    template = assertions.Template.from_stack(stack).to_json()
    assert_blue_green(template)
    assert_no_findings(template)
    assert_logical_ids({"Resources": {}}, "logical_ids.json")


assert_type(ecs_blue_green.TimeBasedCanary().step_percentage, int)


def printing(name: str) -> None:
    say(printable(name), printable(f"{name}: missing"))
    console = open_console(stderr=True)
    console.show(Line(name, (": missing", "bold red")), Table(name))
    with progress(printable("Waiting")) as tell:
        tell(printable(name))
    assert_type(is_agreed(printable(f"Go on with {name}?")), bool)
