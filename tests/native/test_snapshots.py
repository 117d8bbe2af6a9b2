"""Whole templates of native services, as they were when their logical ids were promised.

Read a difference as a user's change set: a rule or a target group that changes while green is live is an outage (NL7).
"""

import inspect
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct
from syrupy.assertion import SnapshotAssertion

from ecs_blue_green import (
    Canary,
    EcsNativeBlueGreenService,
    ExistingListener,
    HttpListener,
    LambdaHook,
    OnTimeout,
    PauseHook,
    PauseStage,
    Rolling,
    ServiceConnect,
    Stage,
    TestHeader,
)
from ecs_blue_green.testing import TemplateSnapshot, assert_logical_ids, template_of
from tests.native.support import NativeService
from tests.support import ROOT, fargate_task, imported_cluster
from tests.test_snapshots import everything


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compares with the template that is kept for the test."""
    return snapshot.use_extension(TemplateSnapshot)


def test_least_arguments(stack: cdk.Stack, service: NativeService, snapshot: SnapshotAssertion) -> None:
    service()
    assert template_of(stack) == snapshot


def everything_native(stack: cdk.Stack) -> dict[str, Any]:
    """A value other than the default for every argument of the service."""
    shared = {
        name: value
        for name, value in everything(stack).items()
        if name not in {"traffic_routing", "termination_wait_time", "lifecycle_hooks", "update_mode"}
    }
    task = shared["task_definition"]
    task.find_container("app").add_port_mappings(ecs.PortMapping(container_port=3002, name="metrics"))
    task.add_volume(name="data", configured_at_launch=True)
    volume = ecs.ServiceManagedVolume(
        stack,
        "Data",
        name="data",
        managed_ebs_volume=ecs.ServiceManagedEBSVolumeConfiguration(size=cdk.Size.gibibytes(20)),
    )
    volume.mount_in(task.find_container("app"), container_path="/data", read_only=False)
    function = lambda_.Function.from_function_arn(
        stack, "Tests", "arn:aws:lambda:us-east-1:123456789012:function:tests"
    )
    return {
        **shared,
        "target_protocol_version": elbv2.ApplicationProtocolVersion.HTTP2,
        "service_connect": ServiceConnect(
            ecs.ServiceConnectProps(
                namespace="internal",
                services=[ecs.ServiceConnectService(port_mapping_name="metrics", dns_name="metrics")],
            ),
            test_header=TestHeader("X-Test", "green"),
        ),
        "volume_configurations": [volume],
        "deployment": Canary(percentage=20, canary_bake_time=Duration.minutes(15), bake_time=Duration.minutes(30)),
        "lifecycle_hooks": [
            LambdaHook(
                function,
                stages=[Stage.POST_TEST_TRAFFIC_SHIFT, Stage.POST_PRODUCTION_TRAFFIC_SHIFT],
                timeout=Duration.hours(1),
                details={"url": "https://example.com:9443"},
            ),
            PauseHook(
                stages=[PauseStage.POST_TEST_TRAFFIC_SHIFT],
                timeout=Duration.hours(4),
                on_timeout=OnTimeout.CONTINUE,
            ),
        ],
        "circuit_breaker": False,
        "deployment_alarms": [
            cloudwatch.Alarm.from_alarm_arn(stack, "Orders", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:Orders")
        ],
        "infrastructure_role": iam.Role.from_role_arn(
            stack, "Infrastructure", "arn:aws:iam::123456789012:role/infrastructure"
        ),
        "force_new_deployment": "2026-11-28",
    }


def test_every_argument(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    arguments = everything_native(stack)
    assert {"self", "scope", "id", *arguments} == {*inspect.signature(EcsNativeBlueGreenService.__init__).parameters}
    EcsNativeBlueGreenService(stack, "Service", **arguments)
    assert template_of(stack) == snapshot


def test_logical_ids_stay_the_same(stack: cdk.Stack) -> None:
    """A release that changes one is a major release, which no --snapshot-update may hide."""
    arguments = everything_native(stack)
    del arguments["infrastructure_role"]
    made = EcsNativeBlueGreenService(stack, "Service", **arguments)
    made.auto_scale_task_count(max_capacity=8).scale_on_cpu_utilization("Cpu", target_utilization_percent=60)
    assert_logical_ids(stack, ROOT / "tests/native/logical_ids.json")


def test_two_services_on_one_listener(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    """One by its host, the other by a path; tests reach both by a header, on the same listener."""
    cluster = imported_cluster(stack)
    balancer = elbv2.ApplicationLoadBalancer(stack, "Shared", vpc=cluster.vpc, internet_facing=True)
    listener = balancer.add_listener(
        "Http",
        port=80,
        protocol=elbv2.ApplicationProtocol.HTTP,
        default_action=elbv2.ListenerAction.fixed_response(404),
    )
    conditions = {
        "Shop": elbv2.ListenerCondition.host_headers(["shop.example.com"]),
        "Search": elbv2.ListenerCondition.path_patterns(["/search/*"]),
    }
    for number, (id, condition) in enumerate(conditions.items(), start=1):
        EcsNativeBlueGreenService(
            stack,
            id,
            cluster=cluster,
            task_definition=fargate_task(stack, f"{id}Task"),
            production_listener=ExistingListener(listener, priority=10 * number, conditions=[condition]),
            test_listener=TestHeader("X-Test", f"{id.lower()}-green"),
        )
    assert template_of(stack) == snapshot


def test_imported_listener_of_a_shared_load_balancer(
    stack: cdk.Stack, service: NativeService, snapshot: SnapshotAssertion
) -> None:
    name = "app/shared/50dc6c495c0c9188"
    prefix = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0fedcba9876543210")
    service(
        load_balancer=elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
            stack,
            "Shared",
            load_balancer_arn=f"{prefix}:loadbalancer/{name}",
            security_group_id="sg-0fedcba9876543210",
        ),
        production_listener=ExistingListener(
            elbv2.ApplicationListener.from_application_listener_attributes(
                stack, "Imported", listener_arn=f"{prefix}:listener/{name}/f2f7dc8efc522ab2", security_group=group
            ),
            priority=20,
            conditions=[elbv2.ListenerCondition.host_headers(["shop.example.com"])],
        ),
        test_listener=HttpListener(port=8080),
    )
    assert template_of(stack) == snapshot


def test_workers_without_a_load_balancer(stack: cdk.Stack, service: NativeService, snapshot: SnapshotAssertion) -> None:
    task = ecs.FargateTaskDefinition(stack, "Worker")
    task.add_container("worker", image=ecs.ContainerImage.from_registry("example.com/worker:v1"))
    service(
        production_listener=None,
        task_definition=task,
        lifecycle_hooks=[PauseHook(stages=[PauseStage.POST_SCALE_UP], timeout=Duration.hours(1))],
    )
    assert template_of(stack) == snapshot


def test_step_of_a_move_from_the_hook(stack: cdk.Stack, service: NativeService, snapshot: SnapshotAssertion) -> None:
    service(deployment=Rolling(), test_listener=HttpListener(port=8080))
    assert template_of(stack) == snapshot


def test_nested_stack(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    nested = cdk.NestedStack(stack, "Nested")
    EcsNativeBlueGreenService(
        nested,
        "Service",
        cluster=imported_cluster(Construct(nested, "Network")),
        task_definition=fargate_task(nested),
        production_listener=HttpListener(),
    )
    assert template_of(nested) == snapshot
