"""What users get wrong of services that ECS deploys: in every line that names an error code, and in no other."""

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from ecs_blue_green import (
    BlueGreen,
    Canary,
    EcsNativeBlueGreenService,
    ExistingListener,
    HttpListener,
    LambdaHook,
    LifecycleHookFunction,
    Linear,
    PauseHook,
    PauseStage,
    Rolling,
    Stage,
    TestHeader,
    TimeBasedCanary,
)
from ecs_blue_green.testing import assert_blue_green, assert_native_blue_green


def deployments() -> None:
    Canary(20)  # expect: call-arg
    Canary(percentage="20")  # expect: arg-type
    Canary(step_percentage=20)  # expect: call-arg
    Linear(percentage=20)  # expect: call-arg
    BlueGreen(bake_time=15)  # expect: arg-type
    Rolling(bake_time=Duration.minutes(15))  # expect: call-arg
    Canary().percentage = 20  # expect: misc


def hooks(function: LifecycleHookFunction) -> None:
    LambdaHook(function)  # expect: call-arg
    LambdaHook("CodeDeployHook_x", stages=[Stage.PRE_SCALE_UP])  # expect: arg-type
    LambdaHook(function, stages=["PRE_SCALE_UP"])  # expect: list-item
    LambdaHook(function, stages=[Stage.BAKE_TIME])  # expect: attr-defined
    PauseHook(stages=[Stage.PRE_SCALE_UP])  # expect: list-item
    PauseHook(stages=[PauseStage.TEST_TRAFFIC_SHIFT])  # expect: attr-defined
    PauseHook(stages=[PauseStage.PRE_SCALE_UP], on_timeout="ROLLBACK")  # expect: arg-type


def service(stack: cdk.Stack, cluster: ecs.ICluster, task: ecs.FargateTaskDefinition) -> EcsNativeBlueGreenService:
    http = HttpListener()
    EcsNativeBlueGreenService(stack, "A", cluster=cluster, task_definition=task)  # expect: call-arg
    ExistingListener("arn:…", priority=1, conditions=[])  # expect: arg-type
    TestHeader("X-Test")  # expect: call-arg
    return EcsNativeBlueGreenService(
        stack,
        "B",
        cluster=cluster,
        task_definition=task,
        production_listener=TestHeader("X-Test", "green"),  # expect: arg-type
        test_listener=http,
        deployment=TimeBasedCanary(),  # expect: arg-type
        lifecycle_hooks=PauseHook(stages=[PauseStage.PRE_SCALE_UP]),  # expect: arg-type
        circuit_breaker=None,  # expect: arg-type
        deployment_alarms=["Orders"],  # expect: list-item
        infrastructure_role="arn:…",  # expect: arg-type
        force_new_deployment=1,  # expect: arg-type
    )


def results(service: EcsNativeBlueGreenService, alarm: cloudwatch.Alarm) -> None:
    print(service.task_set)  # expect: attr-defined
    print(service.rollback_alarms)  # expect: attr-defined
    service.auto_scale_task_count()  # expect: call-arg
    print(service.listener_rules.test.ref)  # expect: union-attr
    print(alarm, elbv2)


def assertions(stack: cdk.Stack, service: EcsNativeBlueGreenService, hook: LambdaHook) -> None:
    assert_native_blue_green("Shop.template.json")  # expect: arg-type
    assert_native_blue_green(stack, "Web")  # expect: call-arg
    assert_native_blue_green(stack, service=service)  # expect: arg-type
    assert_native_blue_green(stack, deployment=TimeBasedCanary())  # expect: arg-type
    assert_native_blue_green(stack, traffic_routing=TimeBasedCanary())  # expect: call-arg
    assert_native_blue_green(stack, lifecycle_hooks=hook)  # expect: arg-type
    assert_native_blue_green(stack, deployment_alarms=["Orders"])  # expect: list-item
    assert_native_blue_green(stack, has_test_listener=HttpListener())  # expect: arg-type
    assert_blue_green(stack, deployment=Canary())  # expect: call-arg
