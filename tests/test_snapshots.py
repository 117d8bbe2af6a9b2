"""Whole templates, as they were when their logical ids were promised.

Update them with ``pytest --snapshot-update``, and read the difference as a user's change set: a logical id that changes
replaces a running resource.
"""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_ecs_patterns as ecs_patterns
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_servicediscovery as servicediscovery
from aws_cdk import aws_sns as sns
from syrupy.assertion import SnapshotAssertion

from ecs_blue_green import (
    AllAtOnce,
    CodeDeployHookRole,
    EcsBlueGreenService,
    HttpListener,
    HttpsListener,
    LifecycleHookFunction,
    LifecycleHooks,
    NewLoadBalancer,
    TargetGroupAlarm,
    TaskImage,
    TimeBasedCanary,
    TimeBasedLinear,
    UpdateMode,
)
from ecs_blue_green.codedeploy.traffic_routing import TrafficRouting
from ecs_blue_green.testing import TemplateSnapshot, assert_logical_ids, template_of
from tests.support import ROOT, Service, imported_cluster

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/11112222-3333-4444-5555-666677778888"
OTHER_CERTIFICATE = CERTIFICATE.replace("1111", "9999")
LOAD_BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shared/50dc6c495c0c9188"


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compares with the template that is kept for the test."""
    return snapshot.use_extension(TemplateSnapshot)


def test_least_arguments(stack: cdk.Stack, service: Service, snapshot: SnapshotAssertion) -> None:
    service()
    assert template_of(stack) == snapshot


def everything(stack: cdk.Stack) -> dict[str, Any]:
    """A value other than the default for every argument of the service."""
    task = ecs.FargateTaskDefinition(stack, "Task", cpu=1024, memory_limit_mib=2048)
    for name, ports in {"proxy": [8080], "app": [3000, 3001]}.items():
        task.add_container(
            name,
            image=ecs.ContainerImage.from_registry(f"example.com/{name}:v1"),
            port_mappings=[ecs.PortMapping(container_port=port) for port in ports],
        )
    office = ec2.Peer.ipv4("192.0.2.0/24")
    namespace = servicediscovery.PrivateDnsNamespace.from_private_dns_namespace_attributes(
        stack,
        "Namespace",
        namespace_arn="arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-0123456789abcdef",
        namespace_id="ns-0123456789abcdef",
        namespace_name="internal",
    )
    group = ec2.SecurityGroup.from_security_group_id(stack, "SecurityGroup", "sg-0123456789abcdef0")
    return {
        "cluster": imported_cluster(stack),
        "task_definition": task,
        "production_listener": HttpsListener(
            certificates=[CERTIFICATE, OTHER_CERTIFICATE],
            port=8443,
            ssl_policy=elbv2.SslPolicy.TLS13_RES,
            open=True,
            peers=[office],
            redirect_http_from=8080,
        ),
        "test_listener": HttpsListener(certificates=[CERTIFICATE], port=9443, peers=[office], redirect_http_from=9080),
        "container_name": "app",
        "container_port": 3001,
        "load_balancer": NewLoadBalancer(
            internet_facing=True,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
            deletion_protection=True,
        ),
        "target_protocol": elbv2.ApplicationProtocol.HTTPS,
        "deregistration_delay": Duration.seconds(10),
        "health_check": elbv2.HealthCheck(
            path="/health",
            port="3000",
            protocol=elbv2.Protocol.HTTPS,
            healthy_http_codes="200-299",
            healthy_threshold_count=2,
            unhealthy_threshold_count=4,
            interval=Duration.seconds(10),
            timeout=Duration.seconds(6),
        ),
        "desired_count": 4,
        "propagate_tags": ecs.PropagatedTagSource.TASK_DEFINITION,
        "health_check_grace_period": Duration.seconds(90),
        "availability_zone_rebalancing": ecs.AvailabilityZoneRebalancing.ENABLED,
        "enable_execute_command": True,
        "capacity_provider_strategies": [
            ecs.CapacityProviderStrategy(capacity_provider="FARGATE", base=1, weight=1),
            ecs.CapacityProviderStrategy(capacity_provider="FARGATE_SPOT", weight=3),
        ],
        "platform_version": ecs.FargatePlatformVersion.VERSION1_4,
        "vpc_subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
        "security_groups": [group],
        "assign_public_ip": True,
        "cloud_map_services": [
            ecs.AssociateCloudMapServiceOptions(
                service=servicediscovery.Service(
                    stack, "Discovery", namespace=namespace, dns_record_type=servicediscovery.DnsRecordType.SRV
                ),
            )
        ],
        "traffic_routing": TimeBasedLinear(step_percentage=25, bake_time=Duration.minutes(10)),
        "termination_wait_time": Duration.minutes(45),
        "lifecycle_hooks": LifecycleHooks(
            before_install="CodeDeployHook_before-install",
            after_install="CodeDeployHook_after-install",
            after_allow_test_traffic="CodeDeployHook_after-allow-test-traffic",
            before_allow_traffic="CodeDeployHook_before-allow-traffic",
            after_allow_traffic="CodeDeployHook_after-allow-traffic",
            role="CodeDeployHookRole",
        ),
        "alarms": [
            TargetGroupAlarm.unhealthy_hosts(threshold=2, period=Duration.minutes(5), name="Unhealthy"),
            TargetGroupAlarm.http_5xx(threshold=10, evaluation_periods=2),
            TargetGroupAlarm.response_time(threshold=Duration.millis(500)),
            TargetGroupAlarm(
                id="BusyTargets",
                metric_name="RequestCountPerTarget",
                statistic="Sum",
                threshold=1000,
                evaluation_periods=3,
                datapoints_to_alarm=2,
            ),
        ],
        "update_mode": UpdateMode.BLUE_GREEN,
        "alarm_actions": [
            actions.SnsAction(
                sns.Topic.from_topic_arn(stack, "Topic", "arn:aws:sns:us-east-1:123456789012:operators"),
            )
        ],
    }


def test_every_argument(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    arguments = everything(stack)
    assert {"self", "scope", "id", *arguments} == {*inspect.signature(EcsBlueGreenService.__init__).parameters}
    EcsBlueGreenService(stack, "Service", **arguments)
    assert template_of(stack) == snapshot


def test_logical_ids_stay_the_same(stack: cdk.Stack) -> None:
    """A release that changes one is a major release, which no --snapshot-update may hide."""
    EcsBlueGreenService(stack, "Service", **everything(stack))
    assert_logical_ids(stack, ROOT / "tests/logical_ids.json")


@pytest.mark.parametrize(
    "routing", [AllAtOnce(), TimeBasedCanary(), TimeBasedLinear()], ids=lambda routing: type(routing).__name__
)
def test_traffic_routing(
    routing: TrafficRouting, stack: cdk.Stack, service: Service, snapshot: SnapshotAssertion
) -> None:
    service(
        traffic_routing=routing,
        production_listener=HttpsListener(certificates=[CERTIFICATE]),
        test_listener=HttpsListener(certificates=[CERTIFICATE], port=8443),
    )
    assert template_of(stack) == snapshot


def test_task_image(stack: cdk.Stack, service: Service, snapshot: SnapshotAssertion) -> None:
    service(
        task_definition=TaskImage(
            options=ecs_patterns.ApplicationLoadBalancedTaskImageOptions(
                image=ecs.ContainerImage.from_registry("example.com/app:v1"),
                container_name="app",
                container_port=3000,
                environment={"LEVEL": "info"},
                command=["serve"],
                entry_point=["/bin/app"],
                docker_labels={"team": "web"},
                family="web",
            ),
            cpu=512,
            memory_limit_mib=1024,
            runtime_platform=ecs.RuntimePlatform(cpu_architecture=ecs.CpuArchitecture.ARM64),
        )
    )
    assert template_of(stack) == snapshot


def test_given_load_balancer(stack: cdk.Stack, service: Service, snapshot: SnapshotAssertion) -> None:
    cluster = imported_cluster(stack)
    load_balancer = elbv2.ApplicationLoadBalancer(stack, "Given", vpc=cluster.vpc, internet_facing=True)
    service(cluster=cluster, load_balancer=load_balancer, test_listener=HttpListener(port=8080))
    assert template_of(stack) == snapshot


def test_imported_load_balancer(stack: cdk.Stack, service: Service, snapshot: SnapshotAssertion) -> None:
    load_balancer = elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack, "Shared", load_balancer_arn=LOAD_BALANCER, security_group_id="sg-0fedcba9876543210"
    )
    service(load_balancer=load_balancer, test_listener=HttpListener(port=8080))
    assert template_of(stack) == snapshot


def test_hook_function_and_role(make_app: Callable[..., cdk.App], tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "checks.py").write_text("def handler(event, context): ...")
    stack = cdk.Stack(make_app(), "Hooks")
    in_account = LifecycleHookFunction(stack, "Inline", code="def handler(event, context): ...")
    in_vpc = LifecycleHookFunction(
        stack,
        "InVpc",
        code=code,
        handler="checks.handler",
        function_name="CodeDeployHook_checks",
        timeout=Duration.minutes(1),
        memory_size=512,
        environment={"TARGET_URL": "https://example.com:8443/"},
        vpc=imported_cluster(stack).vpc,
    )
    CodeDeployHookRole(stack, "Role", functions=[in_account, in_vpc])
    assert template_of(stack) == snapshot


def test_hook_function_for_ecs_alone(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    LifecycleHookFunction(stack, "Hook", code="def handler(event, context): ...", reports_to_codedeploy=False)
    assert template_of(stack) == snapshot
