"""The rules about services that ECS deploys by itself: what they leave alone, and how many services they look at."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from ecs_blue_green.template import hook_facts, native_facts
from ecs_blue_green.template.rules import RULES, lint, looks_at
from ecs_blue_green.template.rules.native import FAMILIES
from tests.support import ROOT, Template, fargate_task, imported_cluster
from tests.template.defects import DEFECTS
from tests.template.defects import good as hook_good
from tests.template.defects.native.parts import NativeParts, good

CONSTRUCT = sorted((ROOT / "tests/native/__snapshots__/test_snapshots").glob("*.json"))
NATIVE = {rule.id for family in FAMILIES for rule in family.rules}
ALWAYS = {rule.id for rule in FAMILIES[1].rules}
UNKNOWN = [
    {"Fn::ImportValue": "of-another-stack"},
    {"Ref": "Vpc"},  # a parameter without a default
    {"Fn::If": ["IsProd", {"Ref": "Vpc"}, {"Ref": "AWS::NoValue"}]},
    {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://shop/part.yaml"}}},
]


def found(template: Template) -> list[tuple[str, str]]:
    return [(finding.rule, finding.logical_id) for finding in lint(template)]


# What CDK and AWS make


@pytest.fixture
def stack() -> cdk.Stack:
    app = cdk.App(analytics_reporting=False)
    return cdk.Stack(app, "Shop", env=cdk.Environment(account="123456789012", region="us-east-1"))


def template_of(stack: cdk.Stack) -> Template:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    template: Template = app.synth().get_stack_by_name(stack.stack_name).template
    return template


class Neighbours:
    """What a service needs beside it, as CDK's L2 constructs make it."""

    def __init__(self, stack: cdk.Stack) -> None:
        self.cluster = imported_cluster(stack)
        self.task = fargate_task(stack)
        self.balancer = elbv2.ApplicationLoadBalancer(stack, "LoadBalancer", vpc=self.cluster.vpc)
        self.blue, self.green = (self.group(stack, name) for name in ("Blue", "Green"))
        self.production, self.test = (self.rule(stack, *one) for one in (("Production", 80), ("Test", 9002)))
        self.alarms = [self.alarm(stack, name, group) for name, group in (("B", self.blue), ("G", self.green))]
        self.function = lambda_.Function(
            stack,
            "Checks",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline("def handler(event, context): return {'hookStatus': 'SUCCEEDED'}"),
        )

    def group(self, stack: cdk.Stack, name: str) -> elbv2.ApplicationTargetGroup:
        http, ip = elbv2.ApplicationProtocol.HTTP, elbv2.TargetType.IP
        vpc = self.cluster.vpc
        return elbv2.ApplicationTargetGroup(stack, name, vpc=vpc, port=80, protocol=http, target_type=ip)

    def rule(self, stack: cdk.Stack, name: str, port: int) -> elbv2.ApplicationListenerRule:
        listener = self.balancer.add_listener(
            name,
            port=port,
            protocol=elbv2.ApplicationProtocol.HTTP,
            default_action=elbv2.ListenerAction.fixed_response(404),
        )
        weights = ((self.blue, 100), (self.green, 0))
        groups = [elbv2.WeightedTargetGroup(target_group=group, weight=weight) for group, weight in weights]
        return elbv2.ApplicationListenerRule(
            stack,
            f"{name}Rule",
            listener=listener,
            priority=1,
            conditions=[elbv2.ListenerCondition.path_patterns(["*"])],
            action=elbv2.ListenerAction.weighted_forward(groups),
        )

    def alarm(self, stack: cdk.Stack, name: str, group: elbv2.ApplicationTargetGroup) -> cloudwatch.Alarm:
        metric = group.metrics.http_code_target(elbv2.HttpCodeTarget.TARGET_5XX_COUNT)
        return metric.create_alarm(stack, f"Errors{name}", threshold=1, evaluation_periods=1)


def test_service_of_cdks_l2_is_only_warned_of_the_policy_that_it_does_not_wait_for(stack: cdk.Stack) -> None:
    parts = Neighbours(stack)
    stage = ecs.DeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT
    service = ecs.FargateService(
        stack,
        "Service",
        cluster=parts.cluster,
        task_definition=parts.task,
        min_healthy_percent=100,
        deployment_strategy=ecs.DeploymentStrategy.CANARY,
        canary_configuration=ecs.TrafficShiftConfig(step_percent=20, step_bake_time=cdk.Duration.minutes(15)),
        bake_time=cdk.Duration.minutes(30),
        circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
        lifecycle_hooks=[ecs.DeploymentLifecycleLambdaTarget(parts.function, "Hook", lifecycle_stages=[stage])],
        deployment_alarms=ecs.DeploymentAlarmConfig(
            alarm_names=[alarm.alarm_name for alarm in parts.alarms], behavior=ecs.AlarmBehavior.ROLLBACK_ON_ALARM
        ),
    )
    by_rule = ecs.ListenerRuleConfiguration.application_listener_rule
    service.load_balancer_target(
        container_name="app",
        container_port=8080,
        alternate_target=ecs.AlternateTarget(
            "Green",
            alternate_target_group=parts.green,
            production_listener=by_rule(parts.production),
            test_listener=by_rule(parts.test),
        ),
    ).attach_to_application_target_group(parts.blue)
    template = template_of(stack)
    ((rule, policy),) = found(template)
    assert rule == "native-policy-order"
    (id,) = (id for id, resource in template["Resources"].items() if resource["Type"] == "AWS::ECS::Service")
    template["Resources"][id]["DependsOn"].append(policy)
    assert lint(template) == []


def test_service_of_cdks_l1_has_no_findings(stack: cdk.Stack) -> None:
    parts = Neighbours(stack)
    ecs_may_take_it = iam.ServicePrincipal("ecs.amazonaws.com")
    name = "AmazonECSInfrastructureRolePolicyForLoadBalancers"
    policy = iam.ManagedPolicy.from_managed_policy_arn(stack, "Policy", f"arn:aws:iam::aws:policy/{name}")
    role = iam.Role(stack, "Role", assumed_by=ecs_may_take_it, managed_policies=[policy])
    may_call = iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[parts.function.function_arn])
    policies = {"call": iam.PolicyDocument(statements=[may_call])}
    hook_role = iam.Role(stack, "HookRole", assumed_by=ecs_may_take_it, inline_policies=policies)
    ecs.CfnService(
        stack,
        "Service",
        cluster=parts.cluster.cluster_name,
        task_definition=parts.task.task_definition_arn,
        launch_type="FARGATE",
        deployment_configuration=ecs.CfnService.DeploymentConfigurationProperty(
            strategy="LINEAR",
            linear_configuration=ecs.CfnService.LinearConfigurationProperty(
                step_percent=25, step_bake_time_in_minutes=5
            ),
            bake_time_in_minutes=15,
            alarms=ecs.CfnService.DeploymentAlarmsProperty(
                alarm_names=[alarm.alarm_name for alarm in parts.alarms], enable=True, rollback=True
            ),
            lifecycle_hooks=[
                ecs.CfnService.DeploymentLifecycleHookProperty(
                    hook_target_arn=parts.function.function_arn,
                    role_arn=hook_role.role_arn,
                    lifecycle_stages=["POST_TEST_TRAFFIC_SHIFT"],
                )
            ],
        ),
        load_balancers=[
            ecs.CfnService.LoadBalancerProperty(
                container_name="app",
                container_port=8080,
                target_group_arn=parts.blue.target_group_arn,
                advanced_configuration=ecs.CfnService.AdvancedConfigurationProperty(
                    alternate_target_group_arn=parts.green.target_group_arn,
                    production_listener_rule=parts.production.listener_rule_arn,
                    test_listener_rule=parts.test.listener_rule_arn,
                    role_arn=role.role_arn,
                ),
            )
        ],
    )
    template = template_of(stack)
    assert looks_at(template)
    assert lint(template) == []


@pytest.mark.parametrize("path", CONSTRUCT, ids=lambda path: path.stem)
def test_templates_of_the_construct_have_no_findings(path: Any) -> None:
    template = json.loads(path.read_text())
    assert looks_at(template)
    assert lint(template) == []


def test_shape_of_awss_migration_is_warned_of_the_condition_that_aws_warns_of() -> None:
    """Weights 1 and 0, a default action that forwards too, and a rule for some requests only (NM2)."""
    parts = good()
    parts.forward("ProductionRule", ("Blue", 1), ("Green", 0))
    parts.of("Production")["DefaultActions"] = copy.deepcopy(parts.of("ProductionRule")["Actions"])
    parts.configuration["DeploymentCircuitBreaker"] = {"Enable": True, "Rollback": True}
    assert lint(parts.template) == []
    agent = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "User-Agent", "Values": ["*Mozilla*"]}}
    parts.of("ProductionRule")["Conditions"] = [agent]
    assert found(parts.template) == [("native-rule-catches-all", "ProductionRule")]


def test_shape_of_awss_own_application_has_no_findings() -> None:
    """All at once, rules of priority 1, an alarm of another stack, a hook without a time-out (NC1)."""
    parts = good()
    parts.strategy("BLUE_GREEN", LifecycleHooks=[parts.lambda_hook])
    parts.configuration["Alarms"]["AlarmNames"].append("Synthetics-Alarm-shop")
    del parts.lambda_hook["TimeoutConfiguration"], parts.configuration["DeploymentCircuitBreaker"]
    for rule in ("ProductionRule", "TestRule"):
        parts.of(rule)["Priority"] = 1
    assert lint(parts.template) == []


# What is not known


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """List where something stands in the properties of resources."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


@pytest.mark.parametrize("unknown", UNKNOWN, ids=lambda value: next(iter(value)))
def test_what_is_not_known_is_never_minded(unknown: dict[str, Any]) -> None:
    """Whatever stands in the place of any value of the good template."""
    parts = good()
    ids = [id for id, resource in parts.resources.items() if "Properties" in resource]
    paths = [(id, *path) for id in ids for path in places(parts.of(id))]
    assert len(paths) > 200
    minded: list[Any] = []
    for id, *path in paths:
        parts = good()
        inner: Any = parts.of(id)
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = unknown
        minded += [(finding.rule, id, *path) for finding in lint(parts.template)]
    assert minded == []


def test_what_a_transform_may_bring_is_not_missing() -> None:
    parts = good()
    brings = {"Fn::Transform": {"Name": "AWS::Include"}}
    del parts.configuration["BakeTimeInMinutes"], parts.advanced["RoleArn"], parts.lambda_hook["RoleArn"]
    for one in (parts.configuration, parts.advanced, parts.lambda_hook):
        one |= brings
    assert lint(parts.template) == []


def test_resources_of_another_template_are_not_known() -> None:
    parts = good()
    for id in ("ProductionRule", "TestRule", "Blue", "Green", "InfrastructureRole", "HookRole", "Checks", "Task"):
        del parts.resources[id]
        parts.template["Parameters"][id] = {"Type": "String"}
    for id in ("BlueErrors", "GreenErrors"):
        parts.of(id)["Dimensions"] = []
    assert [rule for rule, _ in found(parts.template)] == []


def test_values_of_parameters_are_their_defaults() -> None:
    parts = good()
    parts.template["Parameters"] |= {
        "Strategy": {"Type": "String", "Default": "LINEAR"},
        "Step": {"Type": "Number", "Default": "5"},
        "Bake": {"Type": "Number", "Default": "120"},
    }
    parts.strategy({"Ref": "Strategy"})  # type: ignore[arg-type]
    steps = {"StepPercent": {"Ref": "Step"}, "StepBakeTimeInMinutes": {"Ref": "Bake"}}
    parts.configuration |= {"LinearConfiguration": steps, "LifecycleHooks": []}
    assert found(parts.template) == [("native-too-long", "Service")]
    assert lint(parts.template, parameters={"Strategy": "LINEAR", "Step": "5", "Bake": "60"}) == []
    assert lint(parts.template, parameters={}) == []


# Which services are looked at


def test_service_that_is_deployed_in_place_has_no_findings() -> None:
    parts = good()
    parts.strategy("ROLLING", MaximumPercent=100)
    del parts.balancer["AdvancedConfiguration"]
    parts.service |= {"ServiceName": "shop", "CapacityProviderStrategy": []}
    assert not looks_at(parts.template)
    assert lint(parts.template) == []


@pytest.mark.parametrize("configuration", [{"Strategy": "ROLLING"}, {}, None], ids=str)
def test_service_that_is_made_ready_breaks_what_holds_already(configuration: dict[str, Any] | None) -> None:
    """As in a step of a move, where much of the rest comes later."""
    parts = good()
    parts.service["DeploymentConfiguration"] = configuration
    if configuration is None:
        del parts.service["DeploymentConfiguration"]
    del parts.advanced["RoleArn"]
    parts.service |= {"ServiceName": "shop", "CapacityProviderStrategy": []}
    parts.add("AWS::ECS::TaskSet", Service={"Ref": "Service"})
    rules = {rule for rule, _ in found(parts.template)}
    assert rules == {"native-capacity", "native-service-name", "native-mixed-hook"}
    assert rules < ALWAYS


def test_each_service_is_looked_at_by_itself() -> None:
    """Two on one listener, by path; what one has wrong is said of that one."""
    parts = good()
    for id in ("Blue", "Green", "ProductionRule", "TestRule", "Service"):
        text = json.dumps(parts.resources[id])
        for name in ("Blue", "Green", "ProductionRule", "TestRule"):
            text = text.replace(f'"Ref": "{name}"', f'"Ref": "Other{name}"')
        parts.resources[f"Other{id}"] = json.loads(text)
    for rule in ("OtherProductionRule", "OtherTestRule"):
        parts.of(rule).update(Priority=10, Conditions=[{"Field": "path-pattern", "Values": ["/other/*"]}])
    for service, mine in (("Service", "Blue"), ("OtherService", "OtherBlue")):
        parts.of(service)["DeploymentConfiguration"]["Alarms"] = {"AlarmNames": [], "Enable": False, "Rollback": False}
        assert parts.of(service)["LoadBalancers"][0]["TargetGroupArn"] == {"Ref": mine}
    assert lint(parts.template) == []
    parts.of("OtherService")["DeploymentController"] = {"Type": "CODE_DEPLOY"}
    parts.forward("OtherProductionRule", ("OtherBlue", 1), ("OtherGreen", 1))
    first, second = lint(parts.template)
    assert [first.rule, second.rule] == ["native-one-weight", "native-controller"]
    assert [first.logical_id, second.logical_id] == ["OtherProductionRule", "OtherService"]
    assert "of OtherService " in first.message


@pytest.mark.parametrize("conditional", [["Service"], ["Another"], ["Service", "Another"]], ids="-".join)
def test_service_under_a_condition_shares_with_nobody_for_certain(conditional: list[str]) -> None:
    parts = good()
    parts.resources["Another"] = copy.deepcopy(parts.resources["Service"])
    for id in conditional:
        parts.resources[id]["Condition"] = "IsProd"
    assert lint(parts.template) == []


def test_hook_and_native_service_in_one_template_are_each_looked_at() -> None:
    hook = hook_good()
    native = good()
    hook.template["Resources"] |= {f"Native{id}": resource for id, resource in native.resources.items()}
    text = json.dumps(hook.template)
    for id in native.resources:
        text = text.replace(f'"Ref": "{id}"', f'"Ref": "Native{id}"').replace(f'tt": ["{id}"', f'tt": ["Native{id}"')
    template = json.loads(text)
    template["Parameters"] |= native.template["Parameters"]
    rules = {(rule, id) for rule, id in found(template) if rule in NATIVE}
    assert rules == {("native-beside-hook", "NativeService")}
    template["Resources"]["NativeService"]["Properties"]["DeploymentController"] = {"Type": "EXTERNAL"}
    template["Resources"][hook.service_id]["Properties"]["SchedulingStrategy"] = "DAEMON"
    assert {("native-controller", "NativeService"), ("service-property", hook.service_id)} <= {*found(template)}


def test_hook_of_a_native_service_is_an_error() -> None:
    hook = hook_good()
    hook.of(hook.service_id)["DeploymentConfiguration"] = {"Strategy": "BLUE_GREEN", "BakeTimeInMinutes": 15}
    rules = {(finding.rule, finding.logical_id) for finding in lint(hook.template) if finding.rule in NATIVE}
    assert ("native-mixed-hook", hook.hook_id) in rules
    assert ("native-controller", hook.service_id) in rules


# What is right


def test_network_load_balancer_with_listeners_has_no_findings() -> None:
    parts = good()
    parts.network()
    assert lint(parts.template) == []


def test_service_without_a_load_balancer_has_no_findings() -> None:
    parts = good()
    del parts.service["LoadBalancers"]
    assert lint(parts.template) == []


def test_service_connect_brings_test_traffic() -> None:
    parts = good()
    parts.service["ServiceConnectConfiguration"] = {"Enabled": True}
    del parts.advanced["TestListenerRule"], parts.resources["TestRule"]
    assert lint(parts.template) == []


@pytest.mark.parametrize(
    ("groups", "rules"),
    [
        ([("Blue", 1), ("Green", 0)], []),
        ([("Blue", 0), ("Green", "100")], []),
        ([("Blue", None), ("Green", None)], []),  # what ELB makes of it isn't known
        ([("Blue", 1), ("Green", None)], []),
        ([("Blue", {"Ref": "Vpc"}), ("Green", 1)], []),
        ([("Blue", "1"), ("Green", "1")], ["native-one-weight"]),
        ([("Green", None)], ["native-rule-names-both"]),
    ],
    ids=str,
)
def test_weights_are_read_however_they_are_written(groups: list[tuple[str, Any]], rules: list[str]) -> None:
    parts = good()
    parts.forward("ProductionRule", *groups)
    assert [rule for rule, _ in found(parts.template)] == rules


@pytest.mark.parametrize(
    ("step", "minutes", "rules"),
    [
        (3.0, 59, []),  # 33 waits: 32.5 hours
        (3.0, 60, ["native-too-long"]),  # 33 waits of an hour, and the bake time
        (10, 216, []),  # 9 waits
        (10, 217, ["native-too-long"]),
        ("50", "1440", []),
    ],
)
def test_step_that_reaches_all_waits_for_nothing(step: Any, minutes: Any, rules: list[str]) -> None:
    parts = good()
    steps = {"StepPercent": step, "StepBakeTimeInMinutes": minutes}
    parts.strategy("LINEAR", LinearConfiguration=steps, LifecycleHooks=[])
    parts.configuration["BakeTimeInMinutes"] = 30 if step == 3.0 else 36
    assert [rule for rule, _ in found(parts.template)] == rules


@pytest.mark.parametrize(
    ("stages", "minutes", "total"),
    [
        ([["PRE_PRODUCTION_TRAFFIC_SHIFT"]], 180, None),  # ten times, and 84 minutes
        ([["PRE_PRODUCTION_TRAFFIC_SHIFT"]], 200, 2084),
        ([["POST_TEST_TRAFFIC_SHIFT"], ["POST_TEST_TRAFFIC_SHIFT"]], 1440, None),  # at the same time
        ([["PRE_SCALE_UP"], ["POST_TEST_TRAFFIC_SHIFT"]], 1440, 2964),
    ],
)
def test_pauses_come_with_every_step_and_side_by_side(stages: Any, minutes: int, total: int | None) -> None:
    parts = good()
    pauses = [
        {"TargetType": "PAUSE", "LifecycleStages": own, "TimeoutConfiguration": {"TimeoutInMinutes": minutes}}
        for own in stages
    ]
    steps = {"StepPercent": 10, "StepBakeTimeInMinutes": 6}
    parts.strategy("LINEAR", LinearConfiguration=steps, LifecycleHooks=pauses)
    parts.configuration["BakeTimeInMinutes"] = 30
    messages = [finding.message for finding in lint(parts.template)]
    assert [f"{total} minutes" in message for message in messages] == ([] if total is None else [True])


@pytest.mark.parametrize(
    ("action", "resource", "is_right"),
    [
        ("lambda:InvokeFunction", "*", True),
        ("lambda:*", {"Fn::GetAtt": ["Checks", "Arn"]}, True),
        ("*", {"Fn::Sub": "${Checks.Arn}:*"}, True),
        (["logs:*", "lambda:Invoke*"], ["arn:aws:s3:::shop", {"Fn::GetAtt": ["Checks", "Arn"]}], True),
        ("lambda:InvokeFunction", {"Fn::ImportValue": "arn"}, True),
        ("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:function:other", False),
        ("lambda:InvokeAsync", {"Fn::GetAtt": ["Checks", "Arn"]}, False),
        ("s3:*", "*", False),
    ],
    ids=str,
)
def test_rights_of_a_hooks_role_are_read_as_iam_does(action: Any, resource: Any, is_right: bool) -> None:
    parts = good()
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    parts.of("HookRole")["Policies"][0]["PolicyDocument"]["Statement"] = statement
    assert found(parts.template) == ([] if is_right else [("native-hook-rights", "HookRole")])


def test_policy_that_the_service_waits_for_is_right() -> None:
    parts = good()
    inline = parts.of("HookRole").pop("Policies")[0]
    parts.add("AWS::IAM::Policy", **inline, Roles=[{"Ref": "HookRole"}])
    parts.resources["Service"]["DependsOn"] = ["Another"]
    assert lint(parts.template) == []


def test_hook_of_an_alias_may_be_called_by_the_right_on_its_function() -> None:
    parts = good()
    parts.add("AWS::Lambda::Alias", "Live", FunctionName={"Ref": "Checks"}, FunctionVersion="1", Name="live")
    parts.lambda_hook["HookTargetArn"] = {"Ref": "Live"}
    assert lint(parts.template) == []


def test_alarm_by_a_literal_name_is_right_when_the_service_waits_for_it() -> None:
    parts = good()
    parts.of("GreenErrors")["AlarmName"] = "green-errors"
    parts.configuration["Alarms"]["AlarmNames"][1] = "green-errors"
    parts.resources["Service"]["DependsOn"] = "GreenErrors"
    assert lint(parts.template) == []


def test_alarm_that_is_not_known_may_watch_the_other_target_group() -> None:
    parts = good()
    parts.configuration["Alarms"]["AlarmNames"] = [{"Ref": "BlueErrors"}, "shop-errors"]
    assert lint(parts.template) == []


def test_scaling_of_another_service_is_not_minded() -> None:
    (scaled,) = (defect for defect in DEFECTS if defect.rules == {"native-scaling-metric"})
    parts = good()
    scaled.plant(parts)
    parts.of("Target")["ResourceId"] = "service/cluster/other"
    assert lint(parts.template) == []


def test_test_rule_on_the_production_listener_with_the_smaller_number_is_right() -> None:
    parts = good()
    header = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-test", "Values": ["yes"]}}
    parts.of("TestRule").update(ListenerArn={"Ref": "Production"}, Priority=1, Conditions=[header])
    assert lint(parts.template) == []


@pytest.mark.parametrize("numbers", [("NaN", []), (10**400, []), (-5, []), (True, [])], ids=lambda one: str(one)[:5])
def test_number_that_is_none_counts_nothing(numbers: tuple[Any, list[str]]) -> None:
    value, rules = numbers
    parts = good()
    parts.configuration["BakeTimeInMinutes"] = value
    parts.configuration["CanaryConfiguration"]["CanaryBakeTimeInMinutes"] = 1440
    parts.configuration["LifecycleHooks"] = []
    assert [rule for rule, _ in found(parts.template)] == rules


def nested(depth: int, leaf: Any) -> Any:
    for _ in range(depth):
        leaf = {"Fn::If": ["IsProd", leaf, leaf if depth < 2 else ""]}
    return leaf


def test_nothing_of_a_native_service_is_too_deep() -> None:
    def plant(parts: NativeParts, deep: Any) -> None:
        for one in (parts.service, parts.configuration, parts.advanced, parts.of("ProductionRule"), parts.lambda_hook):
            for name in [*one]:
                one[name] = deep

    parts = good()
    deep = nested(3000, "x")
    plant(parts, deep)
    parts.advanced["TestListenerRule"] = deep
    assert lint(parts.template) == []
    parts = good()
    for group in ("TargetGroupArn",):
        parts.balancer[group] = parts.advanced["AlternateTargetGroupArn"] = nested(3000, "x")
    parts.of("ProductionRule")["Actions"][0]["ForwardConfig"]["TargetGroups"][0]["TargetGroupArn"] = nested(3000, "x")
    assert found(parts.template) == [("native-distinct-target-groups", "Service")]


# Facts


SOURCE = ROOT / "src/ecs_blue_green"
ELSEWHERE = {"native_facts.py"}


def test_names_of_ecs_stand_in_one_place() -> None:
    names = {*native_facts.STAGES, *native_facts.SHIFTING_STRATEGIES, native_facts.INFRASTRUCTURE_POLICY}
    for path in (SOURCE / "template").glob("**/*.py"):
        if path.name not in ELSEWHERE:
            assert {name for name in names if f'"{name}"' in path.read_text()} == set(), path


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("native-too-long", [native_facts.LONGEST_BAKING_MINUTES // 60, hook_facts.LONGEST_DEPLOYMENT_MINUTES // 60]),
        ("native-hook-count", [native_facts.MOST_HOOKS_OF_A_TYPE]),
        (
            "native-hook-timeout",
            [native_facts.LONGEST_LAMBDA_HOOK_MINUTES, native_facts.LONGEST_PAUSE_MINUTES],
        ),
        ("native-infrastructure-role", [native_facts.ECS]),
        ("native-infrastructure-policy", [f"policy/{native_facts.INFRASTRUCTURE_POLICY}"]),
        ("native-scaling-metric", [native_facts.REFUSED_SCALING_METRIC]),
        ("native-strategy-defaults", [f"{native_facts.DEFAULT_CANARY_PERCENTAGE:g} percent for 10 minutes"]),
    ],
)
def test_page_of_a_native_rule_says_what_the_facts_are(rule: str, facts: list[Any]) -> None:
    assert [fact for fact in facts if str(fact) not in RULES[rule].page] == []
