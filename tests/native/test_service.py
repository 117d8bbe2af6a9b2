"""The service that ECS deploys: what it is made of, what it can do, and what it refuses."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_ecs_patterns as ecs_patterns
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_servicediscovery as servicediscovery
from constructs import Construct

from ecs_blue_green import (
    EcsBlueGreenError,
    EcsNativeBlueGreenService,
    HttpListener,
    InvalidArgumentsError,
    LambdaHook,
    LifecycleHookFunction,
    NewLoadBalancer,
    PauseHook,
    ServiceConnect,
    Stage,
    TargetGroupAlarm,
    TaskImage,
    TestHeader,
)
from ecs_blue_green.template import rules
from ecs_blue_green.template.findings import Finding
from ecs_blue_green.testing import assert_no_findings, template_of
from tests.native.support import NativeService, native_service
from tests.support import Template, fargate_task, imported_cluster, mistakes_of, properties, resources

SERVICE = "AWS::ECS::Service"
INFRASTRUCTURE_ROLE = "Lets ECS register tasks and move the traffic of a service"


def dependencies(template: Template, type: str = SERVICE) -> set[str]:
    """Give all that a resource waits for, by DependsOn, Ref or GetAtt."""
    (resource,) = resources(template, type).values()
    text = str(resource)
    return {id for id in template["Resources"] if f"'{id}'" in text}


def test_service_runs_on_fargate_and_is_deployed_by_ecs(stack: cdk.Stack, service: NativeService) -> None:
    service()
    rendered = properties(template_of(stack), SERVICE)
    assert rendered["DeploymentController"] == {"Type": "ECS"}
    assert rendered["LaunchType"] == "FARGATE"
    assert rendered["TaskDefinition"] == {"Ref": "Task79114B6B"}
    assert rendered["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED"


def test_infrastructure_role_may_do_what_is_needed_on_what_is_of_this_service(
    stack: cdk.Stack, service: NativeService
) -> None:
    made = service(test_listener=HttpListener(port=8080))
    template = template_of(stack)
    (role,) = resources(template, "AWS::IAM::Role", Description=INFRASTRUCTURE_ROLE).values()
    assert role["Properties"]["AssumeRolePolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs.amazonaws.com"}}
    ]
    (policy,) = role["Properties"]["Policies"]
    allowed = {
        action.removeprefix("elasticloadbalancing:"): statement["Resource"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in statement["Action"]
    }
    groups = [{"Ref": id} for id in resources(template, "AWS::ElasticLoadBalancingV2::TargetGroup")]
    assert allowed == {
        **dict.fromkeys(["DescribeListeners", "DescribeRules", "DescribeTargetGroups", "DescribeTargetHealth"], "*"),
        "RegisterTargets": groups,
        "DeregisterTargets": groups,
        "ModifyListener": [{"Ref": id} for id in resources(template, "AWS::ElasticLoadBalancingV2::Listener")],
        "ModifyRule": [{"Ref": id} for id in resources(template, "AWS::ElasticLoadBalancingV2::ListenerRule")],
    }
    assert isinstance(made.infrastructure_role, iam.CfnRole)


def test_given_infrastructure_role_is_used_and_its_policies_come_first(
    stack: cdk.Stack, service: NativeService
) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ecs.amazonaws.com"))
    role.add_to_policy(iam.PolicyStatement(actions=["elasticloadbalancing:*"], resources=["*"]))
    made = service(infrastructure_role=role)
    template = template_of(stack)
    assert made.infrastructure_role is role
    assert resources(template, "AWS::IAM::Role", Description=INFRASTRUCTURE_ROLE) == {}
    assert {*resources(template, "AWS::IAM::Policy")} < dependencies(template)


def test_no_policy_that_deployments_need_stands_beside_its_role(stack: cdk.Stack, service: NativeService) -> None:
    function = LifecycleHookFunction(stack, "Tests", code="def handler(event, context): ...")
    service(lifecycle_hooks=[LambdaHook(function, stages=[Stage.POST_TEST_TRAFFIC_SHIFT])])
    template = template_of(stack)
    of_functions = [id for id in resources(template, "AWS::IAM::Policy") if id.startswith("Tests")]
    assert [*resources(template, "AWS::IAM::Policy")] == of_functions


def test_metric_alarms_of_both_colours_roll_back_and_come_first(stack: cdk.Stack, service: NativeService) -> None:
    other = cloudwatch.Alarm(
        stack,
        "Other",
        metric=cloudwatch.Metric(namespace="Shop", metric_name="Orders"),
        threshold=1,
        evaluation_periods=1,
    )
    service(alarms=[TargetGroupAlarm.http_5xx(), TargetGroupAlarm.unhealthy_hosts()], deployment_alarms=[other])
    template = template_of(stack)
    alarms = properties(template, SERVICE)["DeploymentConfiguration"]["Alarms"]
    assert alarms["AlarmNames"] == [{"Ref": id} for id in sorted_alarms(template)]
    assert (alarms["Enable"], alarms["Rollback"]) == (True, True)
    assert len(alarms["AlarmNames"]) == 5


def sorted_alarms(template: Template) -> list[str]:
    """List the ids of the metric alarms: ours in their order, those of others last."""
    return sorted(resources(template, "AWS::CloudWatch::Alarm"), key=lambda id: id.startswith("Other"))


@pytest.mark.parametrize("field", ["account", "region"])
def test_alarm_of_elsewhere_is_refused(field: str, make_app: Callable[..., cdk.App]) -> None:
    here = {"account": "123456789012", "region": "us-east-1"}
    there = here | {field: "999999999999" if field == "account" else "eu-west-1"}
    stack = cdk.Stack(make_app(), "Here", env=cdk.Environment(**here))
    arn = f"arn:aws:cloudwatch:{there['region']}:{there['account']}:alarm:Orders"
    alarm = cloudwatch.Alarm.from_alarm_arn(stack, "Alarm", arn)
    (mistake,) = mistakes_of(native_service(stack), deployment_alarms=[alarm])
    assert mistake == (
        f"deployment_alarms[0] must be an alarm of the stack's {field} {here[field]}, got one of {there[field]}; "
        "ECS finds alarms by their names there"
    )


def test_alarm_of_a_stack_in_another_region_is_refused(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    there, here = (
        cdk.Stack(app, name, env=cdk.Environment(account="123456789012", region=region))
        for name, region in {"There": "eu-west-1", "Here": "us-east-1"}.items()
    )
    metric = cloudwatch.Metric(namespace="Shop", metric_name="Orders")
    alarm = cloudwatch.Alarm(there, "Orders", metric=metric, threshold=1, evaluation_periods=1)
    (mistake,) = mistakes_of(native_service(here), deployment_alarms=[alarm])
    assert mistake.startswith("deployment_alarms[0] must be an alarm of the stack's region us-east-1, got one of eu-w")


def test_circuit_breaker_can_be_off(stack: cdk.Stack, service: NativeService) -> None:
    service(circuit_breaker=False)
    breaker = properties(template_of(stack), SERVICE)["DeploymentConfiguration"]["DeploymentCircuitBreaker"]
    assert breaker == {"Enable": False, "Rollback": False}


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("circuit_breaker", None),
        ("circuit_breaker", "yes"),
        ("infrastructure_role", "arn:aws:iam::123456789012:role/infrastructure"),
        ("force_new_deployment", ""),
        ("force_new_deployment", "x" * 256),
        ("force_new_deployment", 1),
        ("deployment_alarms", "Orders"),
        ("deployment_alarms", None),
        ("volume_configurations", "data"),
        ("service_connect", True),
        ("service_connect", ServiceConnect(None)),  # type: ignore[arg-type]
    ],
)
def test_value_of_the_wrong_kind_is_refused(argument: str, value: Any, service: NativeService) -> None:
    (mistake,) = mistakes_of(service, **{argument: value})
    assert re.match(rf"{argument}[\w.]* must be ", mistake)


@pytest.mark.parametrize(
    ("argument", "values"), [("deployment_alarms", ["Orders"]), ("volume_configurations", ["data"])]
)
def test_item_of_the_wrong_kind_is_refused(argument: str, values: list[Any], service: NativeService) -> None:
    (mistake,) = mistakes_of(service, **{argument: values})
    assert mistake.startswith(f"{argument}[0] must be ")


def test_mistakes_are_told_together_and_nothing_is_left_behind(stack: cdk.Stack, service: NativeService) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        service(desired_count=-1, circuit_breaker=1, lifecycle_hooks=[PauseHook(stages=[])], force_new_deployment="")
    assert [mistake.split()[0] for mistake in caught.value.mistakes] == [
        "desired_count",
        "circuit_breaker",
        "force_new_deployment",
        "lifecycle_hooks[0].stages",
    ]
    assert stack.node.try_find_child("Service") is None


def test_nonce_forces_a_deployment(stack: cdk.Stack, service: NativeService) -> None:
    service(force_new_deployment="2026-11-28")
    assert properties(template_of(stack), SERVICE)["ForceNewDeployment"] == {
        "EnableForceNewDeployment": True,
        "ForceNewDeploymentNonce": "2026-11-28",
    }


def test_several_services_exports_and_nested_stacks_are_fine(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    stack = cdk.Stack(app, "Stack")
    make = native_service(stack)
    first = make("First")
    make("Second", production_listener=HttpListener(port=81))
    nested = native_service(cdk.NestedStack(stack, "Nested"))()
    cdk.CfnOutput(stack, "Arn", value=first.service.ref, export_name="FirstService")
    other = cdk.Stack(app, "Other")
    ecs.CfnService(other, "Uses", service_name=nested.service.attr_name, cluster="cluster")
    template = template_of(stack)
    assert len(resources(template, SERVICE)) == 2
    assert template["Outputs"]["Arn"]["Export"] == {"Name": "FirstService"}
    assert_no_findings(stack)


def test_workers_have_no_load_balancer(stack: cdk.Stack, service: NativeService) -> None:
    task = ecs.FargateTaskDefinition(stack, "Worker")
    task.add_container("worker", image=ecs.ContainerImage.from_registry("example.com/worker:v1"))
    made = service(production_listener=None, task_definition=task)
    template = template_of(stack)
    rendered = properties(template, SERVICE)
    assert "LoadBalancers" not in rendered
    assert rendered["DeploymentConfiguration"]["Alarms"]["AlarmNames"] == []
    kinds = {resource["Type"].rpartition("::")[0] for resource in template["Resources"].values()}
    assert kinds == {"AWS::ECS", "AWS::EC2", "AWS::IAM"}
    assert made.alarms == {}
    for name in ("load_balancer", "target_groups", "listeners", "listener_rules", "container", "infrastructure_role"):
        with pytest.raises(EcsBlueGreenError, match=r"Stack/Service: "):
            getattr(made, name)
    with pytest.raises(EcsBlueGreenError, match="nothing stands in front"):
        made.metric_request_count()
    peer = ec2.Peer.ipv4("192.0.2.0/24")
    with pytest.raises(RuntimeError):
        made.connections.allow_default_port_from(peer)


def test_worker_can_be_made_from_an_image(stack: cdk.Stack, service: NativeService) -> None:
    image = ecs_patterns.ApplicationLoadBalancedTaskImageOptions(
        image=ecs.ContainerImage.from_registry("example.com/worker:v1"), container_name="worker"
    )
    service(production_listener=None, task_definition=TaskImage(options=image))
    (container,) = properties(template_of(stack), "AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    assert container["Name"] == "worker"
    assert "PortMappings" not in container


def test_workers_refuse_what_belongs_to_a_load_balancer(service: NativeService, stack: cdk.Stack) -> None:
    given: dict[str, Any] = {
        "test_listener": HttpListener(),
        "load_balancer": NewLoadBalancer(),
        "target_protocol_version": elbv2.ApplicationProtocolVersion.GRPC,
        "deregistration_delay": Duration.seconds(5),
        "health_check": elbv2.HealthCheck(),
        "health_check_grace_period": Duration.seconds(5),
        "alarms": [TargetGroupAlarm.http_5xx()],
        "infrastructure_role": iam.Role.from_role_name(stack, "Role", "role"),
        "container_name": "app",
        "container_port": 8080,
    }
    mistakes = mistakes_of(service, production_listener=None, **given)
    assert {mistake.split()[0] for mistake in mistakes} == {*given}
    (mistake,) = mistakes_of(service, production_listener=None, health_check=elbv2.HealthCheck())
    assert mistake == (
        "health_check must be left out with production_listener=None, got a HealthCheck; "
        "without a load balancer there is nothing that it is about"
    )


def test_srv_record_of_a_worker_names_its_container(stack: cdk.Stack, service: NativeService) -> None:
    discovery = servicediscovery.Service.from_service_attributes(
        stack,
        "Discovery",
        namespace=namespace(stack),
        service_id="srv-1",
        service_arn="arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1",
        service_name="worker",
        dns_record_type=servicediscovery.DnsRecordType.SRV,
        routing_policy=servicediscovery.RoutingPolicy.MULTIVALUE,
    )
    options = ecs.AssociateCloudMapServiceOptions(service=discovery)
    (mistake,) = mistakes_of(service, production_listener=None, cloud_map_services=[options])
    assert mistake.startswith("cloud_map_services[0].container must be given ")


def namespace(scope: Construct) -> servicediscovery.IPrivateDnsNamespace:
    """A Cloud Map namespace of another stack."""
    return servicediscovery.PrivateDnsNamespace.from_private_dns_namespace_attributes(
        scope,
        "Namespace",
        namespace_arn="arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-0123456789abcdef",
        namespace_id="ns-0123456789abcdef",
        namespace_name="internal",
    )


def connectable_task(scope: Construct) -> ecs.FargateTaskDefinition:
    """A task definition whose port mapping has a name."""
    task = ecs.FargateTaskDefinition(scope, "Connectable")
    task.add_container(
        "app",
        image=ecs.ContainerImage.from_registry("example.com/app:v1"),
        port_mappings=[ecs.PortMapping(container_port=8080, name="http")],
    )
    return task


def test_service_connect_sends_test_traffic_by_a_header(stack: cdk.Stack, service: NativeService) -> None:
    options = ecs.ServiceConnectProps(
        namespace="internal",
        services=[
            ecs.ServiceConnectService(
                port_mapping_name="http", dns_name="shop", per_request_timeout=Duration.seconds(5)
            )
        ],
        log_driver=ecs.LogDrivers.aws_logs(stream_prefix="connect"),
    )
    service(
        task_definition=connectable_task(stack),
        service_connect=ServiceConnect(options, test_header=TestHeader("X-Test", "green")),
    )
    rendered = properties(template_of(stack), SERVICE)["ServiceConnectConfiguration"]
    assert rendered.pop("LogConfiguration")["LogDriver"] == "awslogs"
    assert rendered == {
        "Enabled": True,
        "Namespace": "internal",
        "Services": [
            {
                "PortName": "http",
                "ClientAliases": [
                    {
                        "Port": 8080,
                        "DnsName": "shop",
                        "TestTrafficRules": {"Header": {"Name": "X-Test", "Value": {"Exact": "green"}}},
                    }
                ],
                "Timeout": {"PerRequestTimeoutSeconds": 5},
            }
        ],
    }


NAMED = {"services": [{"portMappingName": "http"}]}


@pytest.mark.parametrize(
    ("options", "header", "argument"),
    [
        ({"services": []}, None, "options.namespace"),
        ({"services": [{"portMappingName": "grpc"}]}, None, "options.services[0].port_mapping_name"),
        ({"services": [{"portMappingName": "http", "port": 0}]}, None, "options.services[0].port"),
        (NAMED, TestHeader("Host", "green"), "test_header.name"),
        (NAMED, TestHeader("X-Test", "green", priority=1), "test_header.priority"),
        ({}, TestHeader("X-Test", "green"), "test_header"),
        ({}, "X-Test", "test_header"),
    ],
)
def test_service_connect_that_can_not_be_is_refused(
    options: dict[str, Any], header: Any, argument: str, stack: cdk.Stack, service: NativeService
) -> None:
    services = [
        ecs.ServiceConnectService(port_mapping_name=item["portMappingName"], port=item.get("port"))
        for item in options.get("services", [])
    ]
    props = ecs.ServiceConnectProps(
        namespace=None if argument == "options.namespace" else "internal", services=services
    )
    (mistake,) = mistakes_of(
        service,
        task_definition=connectable_task(stack),
        service_connect=ServiceConnect(props, test_header=header),
    )
    assert mistake.startswith(f"service_connect.{argument} must be ")


def test_volumes_of_ecs_and_of_efs(stack: cdk.Stack, service: NativeService) -> None:
    task = fargate_task(stack, "WithVolumes")
    volume = ecs.ServiceManagedVolume(
        stack,
        "Data",
        name="data",
        managed_ebs_volume=ecs.ServiceManagedEBSVolumeConfiguration(
            size=cdk.Size.gibibytes(20),
            volume_type=ec2.EbsDeviceVolumeType.GP3,
            file_system_type=ecs.FileSystemType.XFS,
            encrypted=True,
            tag_specifications=[
                ecs.EBSTagSpecification(propagate_tags=ecs.EbsPropagatedTagSource.SERVICE, tags={"team": "shop"})
            ],
        ),
    )
    task.add_volume(name="data", configured_at_launch=True)
    task.add_volume(name="shared", efs_volume_configuration=ecs.EfsVolumeConfiguration(file_system_id="fs-1"))
    assert task.default_container is not None
    volume.mount_in(task.default_container, container_path="/data", read_only=False)
    service(task_definition=task, volume_configurations=[volume])
    (rendered,) = properties(template_of(stack), SERVICE)["VolumeConfigurations"]
    assert rendered["Name"] == "data"
    assert rendered["ManagedEBSVolume"].pop("RoleArn")["Fn::GetAtt"][1] == "Arn"
    assert rendered["ManagedEBSVolume"] == {
        "Encrypted": True,
        "FilesystemType": "xfs",
        "SizeInGiB": 20,
        "VolumeType": "gp3",
        "TagSpecifications": [
            {"PropagateTags": "SERVICE", "ResourceType": "volume", "Tags": [{"Key": "team", "Value": "shop"}]}
        ],
    }


def test_tasks_scale_by_themselves_and_the_template_leaves_their_number_to_that(
    stack: cdk.Stack, service: NativeService
) -> None:
    count = service(desired_count=3).auto_scale_task_count(min_capacity=2, max_capacity=6)
    count.scale_on_cpu_utilization("Cpu", target_utilization_percent=60)
    template = template_of(stack)
    assert "DesiredCount" not in properties(template, SERVICE)
    target = properties(template, "AWS::ApplicationAutoScaling::ScalableTarget")
    (service_id,) = resources(template, SERVICE)
    name = {"Fn::GetAtt": [service_id, "Name"]}
    assert target["ResourceId"] == {"Fn::Join": ["", ["service/cluster/", name]]}
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 6)
    assert target["ScalableDimension"] == "ecs:service:DesiredCount"


def test_tasks_do_not_scale_on_requests_of_one_target_group(stack: cdk.Stack, service: NativeService) -> None:
    made = service()
    count = made.auto_scale_task_count(max_capacity=6)
    group = elbv2.ApplicationTargetGroup(stack, "Group", vpc=imported_cluster(Construct(stack, "Network")).vpc)
    with pytest.raises(EcsBlueGreenError, match=r"ALBRequestCountPerTarget.*\(rule NB13\)"):
        count.scale_on_request_count("Requests", requests_per_target=100, target_group=group)
    with pytest.raises(InvalidArgumentsError, match="must be called once"):
        made.auto_scale_task_count(max_capacity=6)


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"min_capacity": -1, "max_capacity": 2}, "min_capacity"),
        ({"min_capacity": 3, "max_capacity": 2}, "max_capacity"),
        ({"min_capacity": 1, "max_capacity": None}, "max_capacity"),
    ],
)
def test_count_that_can_not_be_is_refused(arguments: dict[str, Any], argument: str, service: NativeService) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        service().auto_scale_task_count(**arguments)
    (mistake,) = caught.value.mistakes
    assert mistake.startswith(f"{argument} must be ")


def test_capacity_providers_are_associated_first(stack: cdk.Stack, service: NativeService) -> None:
    cluster = ecs.Cluster(
        stack, "Own", vpc=imported_cluster(Construct(stack, "Network")).vpc, enable_fargate_capacity_providers=True
    )
    strategy = ecs.CapacityProviderStrategy(capacity_provider="FARGATE_SPOT", weight=1)
    service(cluster=cluster, capacity_provider_strategies=[strategy])
    template = template_of(stack)
    assert {*resources(template, "AWS::ECS::ClusterCapacityProviderAssociations")} < dependencies(template)
    assert "LaunchType" not in properties(template, SERVICE)


def test_every_attribute_that_is_documented_is_there(service: NativeService) -> None:
    made = service(test_listener=HttpListener(port=8080))
    docstring = inspect.getdoc(EcsNativeBlueGreenService) or ""
    documented = re.findall(r"^ {4}(\w+): ", docstring.partition("Attributes:")[2], re.M)
    kind = EcsNativeBlueGreenService
    public = {name for name in dir(kind) if isinstance(getattr(kind, name), property)}
    assert {*documented} == public - {"node"}
    assert all(getattr(made, name) for name in documented)


def test_example_of_the_docstring_works(stack: cdk.Stack) -> None:
    """What help() shows is what a reader copies."""
    import ecs_blue_green

    text = inspect.getdoc(EcsNativeBlueGreenService) or ""
    code = inspect.cleandoc("\n" + (re.search(r"^    EcsNative.*?^    \)$", text, re.M | re.S) or [""])[0])
    around = {
        "self": stack,
        "cluster": imported_cluster(stack),
        "task_definition": fargate_task(stack),
        "certificate": "arn:aws:acm:us-east-1:123456789012:certificate/11112222-3333-4444-5555-666677778888",
        "Duration": Duration,
        **{name: getattr(ecs_blue_green, name) for name in ("EcsNativeBlueGreenService", "HttpsListener", "Canary")},
    }
    exec(compile(code, "docstring", "exec"), around)
    rendered = properties(template_of(stack), SERVICE)
    assert rendered["DeploymentConfiguration"]["Strategy"] == "CANARY"


def test_rules_check_the_app_once_a_native_service_is_in_it(
    make_app: Callable[..., cdk.App], monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Template] = []

    def lint(template: Template, *, nested: bool) -> list[Finding]:
        checked.append(template)
        return []

    monkeypatch.setattr(rules, "lint", lint)
    app = make_app()
    native_service(cdk.Stack(app, "Stack"))(production_listener=None)
    ec2.CfnEIP(cdk.Stack(app, "Other"), "Address")
    app.synth()
    assert [[*resources(template, SERVICE)] for template in checked] == [["ServiceD69D759B"]]
