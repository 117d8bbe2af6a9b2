"""What users and we get wrong, and mypy must refuse: in every line that names an error code, and in no other."""

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from rich.table import Table
from rich.text import Text

import ecs_blue_green
from ecs_blue_green import (
    AllAtOnce,
    EcsBlueGreenService,
    HttpListener,
    HttpsListener,
    LifecycleHookFunction,
    LifecycleHooks,
    NewLoadBalancer,
    TargetGroupAlarm,
    TaskImage,
    TimeBasedCanary,
)
from ecs_blue_green.cli.console import Line, open_console, progress
from ecs_blue_green.cli.terminal import is_agreed, printable, say
from ecs_blue_green.lifecycle import LifecycleEvent, lifecycle_hook
from ecs_blue_green.parts.l1 import create_l1
from ecs_blue_green.testing import assert_blue_green, assert_logical_ids, assert_no_findings, template_of


def traffic_routing() -> None:
    TimeBasedCanary(20)  # expect: call-arg
    TimeBasedCanary(step_percentage="20")  # expect: arg-type
    TimeBasedCanary(bake_time=15)  # expect: arg-type
    TimeBasedCanary(step_percent=20)  # expect: call-arg
    AllAtOnce(step_percentage=20)  # expect: call-arg
    TimeBasedCanary().step_percentage = 20  # expect: misc


def listeners() -> None:
    HttpsListener()  # expect: call-arg
    HttpsListener(certificates=[1])  # expect: list-item
    HttpsListener(certificates=["arn:…"], ssl_policy="ELBSecurityPolicy-2016-08")  # expect: arg-type
    HttpListener(certificates=["arn:…"])  # expect: call-arg
    HttpListener(port="80")  # expect: arg-type
    HttpListener(peers=["192.0.2.0/24"])  # expect: list-item


def hooks(stack: cdk.Stack, role: LifecycleHookFunction) -> None:
    LifecycleHooks(after_test_traffic="CodeDeployHook_x")  # expect: call-arg
    LifecycleHooks(after_install="CodeDeployHook_x", role=role)  # expect: arg-type
    LifecycleHookFunction(stack, "Hook")  # expect: call-arg
    LifecycleHookFunction(stack, "Hook", code=b"")  # expect: arg-type


def alarms() -> None:
    TargetGroupAlarm.http_5xx(threshold="1")  # expect: arg-type
    TargetGroupAlarm.response_time()  # expect: call-arg
    TargetGroupAlarm.response_time(threshold=0.5)  # expect: arg-type
    TargetGroupAlarm.http_4xx()  # expect: attr-defined


def service(stack: cdk.Stack, cluster: ecs.ICluster, task: ecs.FargateTaskDefinition) -> EcsBlueGreenService:
    http = HttpListener()
    EcsBlueGreenService(stack, "A", task_definition=task, production_listener=http)  # expect: call-arg
    EcsBlueGreenService(stack, "B", cluster, task, http)  # expect: call-arg
    EcsBlueGreenService(  # expect: call-arg
        stack, "C", cluster=cluster, task_definition=task, production_listener=http, desired_counts=3
    )
    return EcsBlueGreenService(
        stack,
        "D",
        cluster="cluster",  # expect: arg-type
        task_definition=TaskImage(options="example.com/app:v1"),  # expect: arg-type
        production_listener=443,  # expect: arg-type
        test_listener=elbv2.ListenerAction,  # expect: arg-type
        load_balancer=NewLoadBalancer(scheme="internal"),  # expect: call-arg
        deregistration_delay=5,  # expect: arg-type
        health_check={"path": "/health"},  # expect: arg-type
        desired_count="3",  # expect: arg-type
        health_check_grace_period=60,  # expect: arg-type
        platform_version="1.4.0",  # expect: arg-type
        traffic_routing="AllAtOnce",  # expect: arg-type
        termination_wait_time=30,  # expect: arg-type
        lifecycle_hooks={"after_install": "CodeDeployHook_x"},  # expect: arg-type
        alarms=["Http5xx"],  # expect: list-item
        alarm_actions=["arn:aws:sns:us-east-1:123456789012:topic"],  # expect: list-item
    )


def results(service: EcsBlueGreenService) -> None:
    service.listeners.test.add_certificates("More", [])  # expect: union-attr
    print(service.listeners.production.ref)  # expect: attr-defined
    print(service.alarms["Http5xx"].red)  # expect: attr-defined
    print(service.target_group)  # expect: attr-defined
    service.metric_http_5xx(Duration.minutes(1))  # expect: call-arg


def assertions(app: cdk.App, stack: cdk.Stack) -> None:
    template_of(app)  # expect: arg-type
    assert_blue_green("Shop.template.json")  # expect: arg-type
    assert_blue_green(stack, TimeBasedCanary())  # expect: call-arg
    assert_blue_green(stack, step_percentage=20)  # expect: call-arg
    assert_blue_green(stack, termination_wait_time=30)  # expect: arg-type
    assert_blue_green(stack, has_test_listener=HttpListener())  # expect: arg-type
    assert_no_findings(stack, allow=["plain-output"])  # expect: arg-type
    assert_no_findings(stack, allow={"plain-output": None})  # expect: dict-item
    assert_logical_ids(stack)  # expect: call-arg


def l1(stack: cdk.Stack) -> None:
    create_l1(ecs.CfnService, stack, "Service", cluster="cluster", desired_count=1)
    create_l1(ecs.CfnService, stack, "Service", clustr="cluster")  # expect: call-arg
    create_l1(ecs.CfnService, stack, "Service", cluster=1)  # expect: arg-type
    create_l1(ecs.CfnTaskSet, stack, "TaskSet", cluster="cluster")  # expect: call-arg


def names() -> None:
    from ecs_blue_green import EcsBlueGreenServise  # expect: attr-defined
    from ecs_blue_green.testing import assert_nothing  # expect: attr-defined

    print(EcsBlueGreenServise, assert_nothing)
    print(ecs_blue_green.BlueGreenService)  # expect: attr-defined


def printing(name: str) -> None:
    say(name)  # expect: arg-type
    say(f"{printable(name)}: missing", stderr=True)  # expect: arg-type
    say("\n".join([printable(name)]))  # expect: arg-type
    is_agreed(name)  # expect: arg-type
    console = open_console()
    console.show(name)  # expect: arg-type
    console.show(Text(name))  # expect: arg-type
    console.show(Line(name), Table(), printable(name))  # expect: arg-type
    console.show(Line(", ").join([Line(name)]))  # expect: arg-type
    with progress("Waiting") as tell:  # expect: arg-type
        tell(name)  # expect: arg-type


@lifecycle_hook  # expect: arg-type
def takes_two(event: LifecycleEvent, context: object) -> None:
    print(event.execution)  # expect: attr-defined
