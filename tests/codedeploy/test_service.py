"""The service as a whole."""

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_s3 as s3
from aws_cdk import pipelines
from constructs import Construct, IConstruct, RootConstruct

from ecs_blue_green import (
    CodeDeployHookRole,
    EcsBlueGreenService,
    HttpListener,
    InvalidArgumentsError,
    LifecycleHookFunction,
    LifecycleHooks,
    TargetGroupAlarm,
)
from ecs_blue_green.testing import template_of
from tests.support import (
    Service,
    Template,
    accept_exports,
    fargate_task,
    hook_of,
    imported_cluster,
    mistakes_of,
    properties,
    resources,
    small_service,
)

TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
TEST_LISTENER = HttpListener(port=8080)


def hook_ids(template: Template) -> dict[str, list[str]]:
    """The logical ids that the hook names, by the resources' type; green ones that no template defines are left out."""
    (application,) = hook_of(template)["Applications"]
    attributes = application["ECSAttributes"]
    routing = attributes["TrafficRouting"]
    return {
        application["Target"]["Type"]: [application["Target"]["LogicalID"]],
        "AWS::ECS::TaskDefinition": attributes["TaskDefinitions"][:1],
        "AWS::ECS::TaskSet": attributes["TaskSets"][:1],
        TARGET_GROUP: routing["TargetGroups"],
        LISTENER: [route["LogicalID"] for name, route in routing.items() if name.endswith("Route")],
    }


def assert_consistent(template: Template) -> None:
    """The hook names all the resources that it is about, and green ones that nothing defines."""
    for type, ids in hook_ids(template).items():
        assert sorted(ids) == sorted(resources(template, type))
    attributes = hook_of(template)["Applications"][0]["ECSAttributes"]
    for blue, green in (attributes["TaskDefinitions"], attributes["TaskSets"]):
        assert green == f"{blue}Green"
        assert green not in template["Resources"]


# What it makes.


def test_service_has_external_controller_and_waits_for_listeners_and_target_groups(
    stack: cdk.Stack, service: Service
) -> None:
    service(test_listener=TEST_LISTENER)
    template = template_of(stack)
    (resource,) = resources(template, "AWS::ECS::Service").values()
    assert resource["Properties"]["DeploymentController"] == {"Type": "EXTERNAL"}
    assert sorted(resource["DependsOn"]) == sorted([*resources(template, TARGET_GROUP), *resources(template, LISTENER)])


def test_hook_names_blue_resources_and_undefined_green_ones(stack: cdk.Stack, service: Service) -> None:
    service(test_listener=TEST_LISTENER)
    assert_consistent(template_of(stack))


def test_every_attribute_that_is_documented_is_there(service: Service) -> None:
    made = service(test_listener=TEST_LISTENER)
    docstring = inspect.getdoc(EcsBlueGreenService) or ""
    documented = re.findall(r"^ {4}(\w+): ", docstring.partition("Attributes:")[2], re.M)
    public = {name for name in dir(EcsBlueGreenService) if isinstance(getattr(EcsBlueGreenService, name), property)}
    assert {*documented} == public - {"node"}
    assert not [name for name in vars(made) if not name.startswith("_")]
    assert {name: type(getattr(made, name)).__name__ for name in documented} == {
        "alarms": "dict",
        "connections": "Connections",
        "container": "ServingContainer",
        "hook": "CfnHook",
        "listeners": "Listeners",
        "load_balancer": "ApplicationLoadBalancer",
        "new_load_balancer": "ApplicationLoadBalancer",
        "primary_task_set": "CfnPrimaryTaskSet",
        "rollback_alarms": "list",
        "security_groups": "list",
        "service": "CfnService",
        "target_groups": "TargetGroups",
        "task_definition": "FargateTaskDefinition",
        "task_set": "CfnTaskSet",
    }


def test_rollback_alarms_are_the_composite_alarms(service: Service) -> None:
    made = service(alarms=[TargetGroupAlarm.http_5xx(), TargetGroupAlarm.unhealthy_hosts()])
    assert [*made.alarms] == ["Http5xx", "UnhealthyHosts"]
    assert made.rollback_alarms == [pair.composite for pair in made.alarms.values()]


def test_no_alarms_are_no_rollback_alarms(service: Service) -> None:
    assert service(alarms=()).rollback_alarms == []


# Going on with plain CDK.


def ingress_of(template: Template) -> list[tuple[Any, Any, int]]:
    """The rules of security groups as their group, their source and the first port."""
    rules = [rule["Properties"] for rule in resources(template, "AWS::EC2::SecurityGroupIngress").values()]
    return [(rule["GroupId"], rule["SourceSecurityGroupId"], rule["FromPort"]) for rule in rules]


def test_service_is_a_peer_for_what_cdk_connects(stack: cdk.Stack, service: Service) -> None:
    made = service()
    group = made.security_groups[0]
    other = ec2.SecurityGroup(stack, "Other", vpc=imported_cluster(Construct(stack, "Network")).vpc)
    # Each of these asks the service for its connections from JavaScript.
    other.connections.allow_to(made, ec2.Port.tcp(9090))
    other.connections.allow_from(made, ec2.Port.tcp(5432))
    other.connections.allow_to_default_port(made)
    made.connections.allow_from(other, ec2.Port.tcp(9091))
    made.connections.allow_default_port_from(other)
    tasks, peer = stack.resolve(group.security_group_id), stack.resolve(other.security_group_id)
    load_balancer = stack.resolve(made.load_balancer.connections.security_groups[0].security_group_id)
    expected = [
        (tasks, load_balancer, 8080),
        (tasks, peer, 9090),
        (peer, tasks, 5432),
        (tasks, peer, 8080),
        (tasks, peer, 9091),
    ]
    assert sorted(ingress_of(template_of(stack)), key=str) == sorted(expected, key=str)


def test_connections_stay_the_same(service: Service) -> None:
    made = service()
    assert made.connections is made.connections
    assert made.connections.security_groups == made.security_groups


def test_service_can_reach_another_service(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    front, back = (small_service(cdk.Stack(app, id))() for id in ("Front", "Back"))
    back.connections.allow_default_port_from(front)
    back_stack = cdk.Stack.of(back)
    accept_exports(back_stack, cdk.Stack.of(front))
    template = template_of(back_stack)
    assert [port for _, _, port in ingress_of(template)] == [8080, 8080]
    assert back_stack.dependencies == [cdk.Stack.of(front)]


def test_tags_reach_every_resource_that_takes_them(stack: cdk.Stack, service: Service) -> None:
    made = service(test_listener=TEST_LISTENER)
    cdk.Tags.of(made).add("team", "shop")
    template = template_of(stack)
    tagged = {
        resource["Type"]
        for resource in template["Resources"].values()
        if {"Key": "team", "Value": "shop"} in resource["Properties"].get("Tags", [])
    }
    assert tagged >= {"AWS::ECS::Service", "AWS::ECS::TaskSet", "AWS::EC2::SecurityGroup", TARGET_GROUP}
    assert "AWS::ECS::TaskDefinition" not in tagged, "the given one is not below the service"


def test_parts_can_be_changed(stack: cdk.Stack, service: Service) -> None:
    made = service(test_listener=TEST_LISTENER)
    made.service.service_name = "shop"
    made.service.enable_ecs_managed_tags = True
    made.task_set.add_property_override("ExternalId", "shop")
    made.target_groups.cfn_green.name = "shop-green"
    made.listeners.cfn_production.add_property_override("Port", 81)
    assert made.hook is not None
    made.hook.override_logical_id("ShopHook")
    template = template_of(stack)
    service_properties = properties(template, "AWS::ECS::Service")
    assert service_properties["ServiceName"] == "shop"
    assert service_properties["EnableECSManagedTags"] is True
    assert properties(template, "AWS::ECS::TaskSet")["ExternalId"] == "shop"
    assert resources(template, TARGET_GROUP, Name="shop-green")
    assert resources(template, LISTENER, Port=81)
    assert [*template["Hooks"]] == ["ShopHook"]


def test_logical_ids_can_be_overridden_afterwards(stack: cdk.Stack, service: Service) -> None:
    made = service(test_listener=TEST_LISTENER)
    assert made.listeners.cfn_test is not None
    task_definition = made.task_definition.node.default_child
    assert isinstance(task_definition, cdk.CfnResource)
    renamed = {
        "ShopTask": task_definition,
        "ShopTaskSet": made.task_set,
        "ShopService": made.service,
        "ShopBlue": made.target_groups.cfn_blue,
        "ShopGreen": made.target_groups.cfn_green,
        "ShopListener": made.listeners.cfn_production,
        "ShopTestListener": made.listeners.cfn_test,
    }
    for id, resource in renamed.items():
        resource.override_logical_id(id)
    template = template_of(stack)
    assert_consistent(template)
    assert {id for ids in hook_ids(template).values() for id in ids} == {*renamed}
    assert not re.findall(r"Service(?:TaskSet|BlueTargetGroup|GreenTargetGroup)\w+", json.dumps(template))


@jsii.implements(cdk.IAspect)
class NamedTaskSets:
    """An aspect that names what it visits, and sets a property of task sets."""

    def __init__(self) -> None:
        self.visited: list[str] = []

    def visit(self, node: IConstruct) -> None:
        self.visited.append(node.node.path)
        if isinstance(node, ecs.CfnTaskSet):
            node.external_id = "aspect"


def test_aspects_visit_all_parts(stack: cdk.Stack, service: Service) -> None:
    made = service()
    aspect = NamedTaskSets()
    cdk.Aspects.of(stack).add(aspect)
    cdk.RemovalPolicies.of(made).destroy()
    template = template_of(stack)
    assert {"Stack/Service", "Stack/Service/TaskSet", "Stack/Service/BlueTargetGroup"} <= {*aspect.visited}
    assert properties(template, "AWS::ECS::TaskSet")["ExternalId"] == "aspect"
    (task_set,) = resources(template, "AWS::ECS::TaskSet").values()
    assert task_set["DeletionPolicy"] == "Delete"


# Where it can be.


def test_logical_ids_do_not_depend_on_account_and_region(make_app: Callable[..., cdk.App]) -> None:
    def ids(env: cdk.Environment | None) -> list[str]:
        stack = cdk.Stack(make_app(), "Stack", env=env)
        small_service(stack)(test_listener=TEST_LISTENER)
        template = template_of(stack)
        assert_consistent(template)
        return [*template["Resources"]]

    here = cdk.Environment(account="123456789012", region="us-east-1")
    there = cdk.Environment(account="210987654321", region="eu-central-1")
    assert ids(None) == ids(here) == ids(there)


def test_two_stacks_of_an_app_have_a_service_each(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    stacks = [cdk.Stack(app, id) for id in ("Blue", "Red")]
    for stack in stacks:
        small_service(stack)(test_listener=TEST_LISTENER)
    blue, red = (template_of(stack) for stack in stacks)
    assert_consistent(blue)
    assert hook_ids(blue) == hook_ids(red)


def test_second_service_of_a_stack_is_created(stack: cdk.Stack) -> None:
    cluster = imported_cluster(stack)
    for id in ("One", "Two"):
        service = small_service(stack)(id, cluster=cluster, task_definition=fargate_task(stack, f"{id}Task"))
        assert service.node.path == f"Stack/{id}"


def test_service_can_be_below_another_construct(stack: cdk.Stack) -> None:
    scope = Construct(Construct(stack, "Shop"), "Web")
    small_service(scope)(test_listener=TEST_LISTENER)
    template = template_of(stack)
    assert_consistent(template)
    assert all(id.startswith("ShopWeb") for ids in hook_ids(template).values() for id in ids)


def test_cluster_and_load_balancer_can_be_of_other_stacks(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    shared, stack = cdk.Stack(app, "Shared"), cdk.Stack(app, "Stack")
    vpc = ec2.Vpc(shared, "Vpc", restrict_default_security_group=False)
    cluster = ecs.Cluster(shared, "Cluster", vpc=vpc, enable_fargate_capacity_providers=True)
    made = small_service(stack)(
        cluster=cluster,
        load_balancer=elbv2.ApplicationLoadBalancer(shared, "LoadBalancer", vpc=vpc),
        test_listener=TEST_LISTENER,
        capacity_provider_strategies=[ecs.CapacityProviderStrategy(capacity_provider="FARGATE", weight=1)],
        enable_execute_command=True,
    )
    accept_exports(stack)
    template = template_of(stack)
    assert_consistent(template)
    assert stack.dependencies == [shared]
    assert shared.dependencies == []
    assert "RefCluster" in json.dumps(properties(template, "AWS::ECS::Service")["Cluster"])
    for listener in resources(template, LISTENER).values():
        assert "RefLoadBalancer" in json.dumps(listener["Properties"]["LoadBalancerArn"])
    assert made.load_balancer.stack is shared


def with_hook_stack(scope: Construct) -> tuple[cdk.Stack, cdk.Stack]:
    """A stack with a hook function and its role, and one with a service that uses them."""
    hooks, stack = cdk.Stack(scope, "Hooks"), cdk.Stack(scope, "Web")
    function = LifecycleHookFunction(hooks, "Function", code="def handler(event, context): ...")
    role = CodeDeployHookRole(hooks, "Role", functions=[function])
    lifecycle_hooks = LifecycleHooks(after_allow_test_traffic=function, role=role)
    small_service(stack)(test_listener=TEST_LISTENER, lifecycle_hooks=lifecycle_hooks)
    return hooks, stack


def test_stage_has_its_own_hook_stack(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    stages = {id: with_hook_stack(cdk.Stage(app, id)) for id in ("Test", "Prod")}
    for id, (hooks, stack) in stages.items():
        template, functions = template_of(stack), template_of(hooks)
        assert_consistent(template)
        name = properties(functions, "AWS::Lambda::Function")["FunctionName"]
        assert name == f"CodeDeployHook_{id}-Hooks-Function"
        assert hook_of(template)["LifecycleEventHooks"] == {"AfterAllowTestTraffic": name}
        assert resources(functions, "AWS::IAM::Role", RoleName=hook_of(template)["ServiceRole"])
        assert stack.dependencies == [hooks]


def test_pipeline_deploys_a_stage(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    env = cdk.Environment(account="123456789012", region="us-east-1")
    pipeline_stack = cdk.Stack(app, "Pipeline", env=env)
    source = pipelines.CodePipelineSource.s3(
        s3.Bucket.from_bucket_name(pipeline_stack, "Source", "source"), "source.zip"
    )
    synth = pipelines.ShellStep("Synth", input=source, commands=["npx cdk synth"])
    pipeline = pipelines.CodePipeline(pipeline_stack, "Pipeline", synth=synth)
    stage = cdk.Stage(app, "Prod", env=env)
    hooks, stack = with_hook_stack(stage)
    pipeline.add_stage(stage)
    assembly = Path(app.synth().directory)
    template = json.loads((assembly / "assembly-Prod" / stack.template_file).read_text())
    assert_consistent(template)
    (deployment,) = (
        part["Actions"]
        for part in properties(template_of(pipeline_stack), "AWS::CodePipeline::Pipeline")["Stages"]
        if part["Name"] == "Prod"
    )
    order = {action["Configuration"]["StackName"]: action["RunOrder"] for action in deployment}
    assert order[hooks.stack_name] < order[stack.stack_name]


# What it refuses.


def test_several_mistakes_are_reported_together(service: Service) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        service(desired_count=-1, production_listener="https")
    assert len(caught.value.mistakes) == 2
    assert "desired_count must be a whole number of 0 or more, got -1" in str(caught.value)
    assert str(caught.value).startswith("Stack/Service (")


def test_every_part_reports_its_mistakes(stack: cdk.Stack, service: Service) -> None:
    found = mistakes_of(
        service,
        cluster=None,
        task_definition=fargate_task(stack),
        container_name="other",
        security_groups=[],
        assign_public_ip="yes",
        desired_count=-1,
        platform_version="1.4.0",
        cloud_map_services=None,
    )
    assert [mistake.partition(" ")[0] for mistake in found] == [
        "cluster",
        "security_groups",
        "assign_public_ip",
        "container_name",
        "desired_count",
        "platform_version",
        "cloud_map_services",
    ]


def test_refused_call_leaves_nothing_behind(stack: cdk.Stack) -> None:
    cluster, task = imported_cluster(stack), fargate_task(stack)
    before = [child.node.path for child in stack.node.find_all()]
    service = small_service(stack)
    mistakes_of(service, cluster=cluster, task_definition=task, desired_count=-1)
    assert [child.node.path for child in stack.node.find_all()] == before
    service(cluster=cluster, task_definition=task)


ARGUMENTS = [*inspect.signature(EcsBlueGreenService.__init__).parameters][3:]

# No argument takes any of these.
WRONG: list[Any] = [
    "two words",
    b"bytes",
    -1,
    0.5,
    float("nan"),
    [1],
    [None],
    ["text"],
    {"a": 1},
    {1},
    object(),
    ecs.Cluster,
    ecs.NetworkMode.AWS_VPC,
    cdk.Duration.millis(1),
    cdk.RemovalPolicy,
]


@pytest.mark.parametrize("argument", ARGUMENTS)
def test_value_of_a_wrong_kind_is_refused(argument: str, stack: cdk.Stack) -> None:
    service = small_service(stack)
    right = {
        "cluster": imported_cluster(stack),
        "task_definition": fargate_task(stack),
        "production_listener": HttpListener(),
    }
    tokens: list[Any] = [cdk.Token.as_list({"Ref": "List"})]
    if argument != "container_name":
        tokens.append(cdk.Token.as_string({"Ref": "Text"}))
    if argument not in {"desired_count", "container_port"}:
        tokens.append(cdk.Token.as_number({"Ref": "Number"}))
    for value in [*WRONG, s3.Bucket(stack, "Bucket"), *tokens]:
        found = mistakes_of(service, **right | {argument: value})
        assert any(re.match(rf"(the \w+ of )?{argument}\b", mistake) for mistake in found), (value, found)


def test_none_is_refused_where_a_value_is_needed(stack: cdk.Stack) -> None:
    parameters = inspect.signature(EcsBlueGreenService.__init__).parameters
    needed = [name for name in ARGUMENTS if parameters[name].default is inspect.Parameter.empty]
    found = mistakes_of(small_service(stack), **dict.fromkeys(needed))
    assert sorted(mistake.partition(" ")[0] for mistake in found) == sorted(needed)


@pytest.mark.parametrize("make_scope", [lambda app: app, lambda app: cdk.Stage(app, "Stage"), lambda _: None])
def test_scope_outside_a_stack_is_refused(
    make_scope: Callable[[cdk.App], Any], make_app: Callable[..., cdk.App]
) -> None:
    app = make_app()
    stack = cdk.Stack(app, "Stack")
    with pytest.raises(InvalidArgumentsError, match="scope must be a construct that belongs to a Stack, got"):
        EcsBlueGreenService(
            make_scope(app),
            "Service",
            cluster=imported_cluster(stack),
            task_definition=fargate_task(stack),
            production_listener=HttpListener(),
        )


def test_stack_needs_no_app() -> None:
    made = small_service(cdk.Stack(RootConstruct(), "Stack"))()
    assert made.hook is not None


def test_id_that_is_taken_is_refused(stack: cdk.Stack, service: Service) -> None:
    Construct(stack, "Service")
    (mistake,) = mistakes_of(service)
    assert mistake.startswith("id 'Service' was refused by CDK: ")
