"""What users write of services that ECS deploys, and mypy must accept as it is."""

from collections.abc import Mapping
from typing import Any, assert_type

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ecs_blue_green import (
    AlarmPair,
    BlueGreen,
    Canary,
    EcsNativeBlueGreenService,
    ExistingListener,
    HttpListener,
    LambdaHook,
    LifecycleHookFunction,
    Linear,
    ListenerRules,
    OnTimeout,
    PauseHook,
    PauseStage,
    Rolling,
    ServiceConnect,
    Stage,
    TargetGroupAlarm,
    TestHeader,
)
from ecs_blue_green.testing import assert_native_blue_green


class Shop(cdk.Stack):
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: ecs.ICluster,
        listener: elbv2.ApplicationListener,
        orders: cloudwatch.Alarm,
        smoke: lambda_.Function,
    ) -> None:
        super().__init__(scope, id)
        task_definition = ecs.FargateTaskDefinition(self, "Task")
        ours = LifecycleHookFunction(self, "Ours", code="def handler(event, context): ...")
        service = EcsNativeBlueGreenService(
            self,
            "Service",
            cluster=cluster,
            task_definition=task_definition,
            production_listener=ExistingListener(
                listener, priority=10, conditions=[elbv2.ListenerCondition.host_headers(["shop.example.com"])]
            ),
            test_listener=TestHeader("X-Test", "green"),
            deployment=Canary(percentage=12.5, canary_bake_time=Duration.minutes(15)),
            lifecycle_hooks=[
                LambdaHook(smoke, stages=[Stage.POST_TEST_TRAFFIC_SHIFT], timeout=Duration.hours(1)),
                LambdaHook(ours, stages=(Stage.PRE_SCALE_UP,), details={"tries": 3}),
                PauseHook(stages=[PauseStage.POST_TEST_TRAFFIC_SHIFT], on_timeout=OnTimeout.CONTINUE),
            ],
            alarms=[TargetGroupAlarm.http_5xx()],
            deployment_alarms=[orders],
            service_connect=ServiceConnect(ecs.ServiceConnectProps(namespace="internal")),
            infrastructure_role=iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("ecs.amazonaws.com")),
        )
        assert_type(service.listener_rules, ListenerRules)
        assert_type(service.listener_rules.production, elbv2.CfnListenerRule)
        assert_type(service.listener_rules.test, elbv2.CfnListenerRule | None)
        assert_type(service.infrastructure_role, iam.CfnRole | iam.IRole)
        assert_type(service.service, ecs.CfnService)
        assert_type(service.alarms, dict[str, AlarmPair])
        assert_type(service.metric_request_count(), cloudwatch.MathExpression)
        count = service.auto_scale_task_count(max_capacity=6)
        assert_type(count, ecs.ScalableTaskCount)
        count.scale_on_cpu_utilization("Cpu", target_utilization_percent=60)
        EcsNativeBlueGreenService(
            self,
            "Second",
            cluster=cluster,
            task_definition=task_definition,
            production_listener=ExistingListener(
                service.listeners.production,
                priority=20,
                conditions=[elbv2.ListenerCondition.path_patterns(["/search/*"])],
            ),
            test_listener=HttpListener(port=8080),
            load_balancer=service.load_balancer,
            deployment=deployment("slow"),
        )
        EcsNativeBlueGreenService(
            self, "Worker", cluster=cluster, task_definition=task_definition, production_listener=None
        )


def deployment(kind: str) -> BlueGreen | Linear | Canary | Rolling:
    if kind == "slow":
        return Linear(step_percentage=20)
    return Rolling() if kind == "move" else BlueGreen(bake_time=Duration.minutes(5))


def test_shop(stack: cdk.Stack, template: Mapping[str, Any], smoke: lambda_.Function, orders: cloudwatch.Alarm) -> None:
    found = assert_native_blue_green(
        stack,
        service="Web",
        deployment=Canary(percentage=20),
        lifecycle_hooks=[
            LambdaHook(smoke, stages=[Stage.POST_TEST_TRAFFIC_SHIFT]),
            PauseHook(stages=[PauseStage.POST_TEST_TRAFFIC_SHIFT]),
        ],
        circuit_breaker=True,
        alarms=[TargetGroupAlarm.http_5xx()],
        deployment_alarms=(orders,),
        has_test_listener=True,
    )
    assert_type(found, dict[str, Any])
    assert_native_blue_green(template, deployment=deployment("move"), lifecycle_hooks=(), alarms=())
