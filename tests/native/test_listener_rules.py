"""The rules that ECS moves traffic with: on listeners of our own, and on listeners that are there already."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ecs_blue_green import (
    EcsBlueGreenError,
    ExistingListener,
    HttpListener,
    HttpsListener,
    NewLoadBalancer,
    TestHeader,
)
from ecs_blue_green.testing import template_of
from tests.native.support import NativeService
from tests.support import Template, imported_cluster, mistakes_of, number_token, properties, resources

RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
GROUPS = [
    {"TargetGroupArn": {"Ref": "ServiceBlueTargetGroup456AB9F8"}, "Weight": 100},
    {"TargetGroupArn": {"Ref": "ServiceGreenTargetGroup87E8011A"}, "Weight": 0},
]
FORWARD = [{"Type": "forward", "ForwardConfig": {"TargetGroups": GROUPS}}]
EVERYTHING = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["*"]}}]
SHOP = [elbv2.ListenerCondition.host_headers(["shop.example.com"])]
SHOP_RENDERED = {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example.com"]}}
HEADER_RENDERED = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Test", "Values": ["green"]}}


@pytest.fixture
def load_balancer(stack: cdk.Stack) -> elbv2.ApplicationLoadBalancer:
    """A load balancer of the user's own."""
    vpc = imported_cluster(Construct(stack, "Network")).vpc
    return elbv2.ApplicationLoadBalancer(stack, "Given", vpc=vpc, internet_facing=True)


@pytest.fixture
def listener(load_balancer: elbv2.ApplicationLoadBalancer) -> elbv2.ApplicationListener:
    """A listener of it, which answers 404."""
    return load_balancer.add_listener(
        "Http",
        port=80,
        protocol=elbv2.ApplicationProtocol.HTTP,
        default_action=elbv2.ListenerAction.fixed_response(404),
    )


def rules(template: Template) -> dict[str, Any]:
    """Give the properties of the rules, by what is before the hash in their ids."""
    return {id[:-8]: rule["Properties"] for id, rule in resources(template, RULE).items()}


def test_both_rules_take_everything_and_know_both_groups(stack: cdk.Stack, service: NativeService) -> None:
    made = service(test_listener=HttpListener(port=8080))
    template = template_of(stack)
    found = rules(template)
    assert {*found} == {"ServiceProductionRule", "ServiceTestRule"}
    for name, listener in {"Production": made.listeners.cfn_production, "Test": made.listeners.cfn_test}.items():
        assert listener is not None
        assert found[f"Service{name}Rule"] == {
            "ListenerArn": stack.resolve(listener.ref),
            "Priority": 50000,
            "Conditions": EVERYTHING,
            "Actions": FORWARD,
        }
    not_found = {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "Not Found"}
    for resource in resources(template, LISTENER).values():
        assert resource["Properties"]["DefaultActions"] == [
            {"Type": "fixed-response", "FixedResponseConfig": not_found}
        ]
    balancer = properties(template, "AWS::ECS::Service")["LoadBalancers"]
    advanced = balancer[0]["AdvancedConfiguration"]
    assert len(balancer) == 1
    assert advanced["ProductionListenerRule"] == stack.resolve(made.listener_rules.production.ref)
    assert made.listener_rules.test is not None
    assert advanced["TestListenerRule"] == stack.resolve(made.listener_rules.test.ref)
    assert [balancer[0]["TargetGroupArn"], advanced["AlternateTargetGroupArn"]] == [
        group["TargetGroupArn"] for group in GROUPS
    ]


def test_without_test_traffic_there_is_one_rule(stack: cdk.Stack, service: NativeService) -> None:
    made = service()
    assert made.listener_rules.test is None
    template = template_of(stack)
    assert {*rules(template)} == {"ServiceProductionRule"}
    advanced = properties(template, "AWS::ECS::Service")["LoadBalancers"][0]["AdvancedConfiguration"]
    assert "TestListenerRule" not in advanced


def test_header_marks_test_traffic_at_the_production_listener(stack: cdk.Stack, service: NativeService) -> None:
    service(test_listener=TestHeader("X-Test", "green"))
    template = template_of(stack)
    found = rules(template)
    assert len(resources(template, LISTENER)) == 1
    assert found["ServiceTestRule"]["ListenerArn"] == found["ServiceProductionRule"]["ListenerArn"]
    assert found["ServiceTestRule"]["Conditions"] == [HEADER_RENDERED]
    assert [found[f"Service{name}Rule"]["Priority"] for name in ("Test", "Production")] == [49999, 50000]


def test_rules_on_a_listener_that_is_there_already(
    stack: cdk.Stack, service: NativeService, listener: elbv2.ApplicationListener
) -> None:
    made = service(
        production_listener=ExistingListener(listener, priority=20, conditions=SHOP),
        test_listener=TestHeader("X-Test", "green", priority=7),
    )
    template = template_of(stack)
    found = rules(template)
    assert found["ServiceProductionRule"]["Conditions"] == [SHOP_RENDERED]
    assert found["ServiceTestRule"]["Conditions"] == [SHOP_RENDERED, HEADER_RENDERED]
    assert [found[f"Service{name}Rule"]["Priority"] for name in ("Test", "Production")] == [7, 20]
    assert {rule["ListenerArn"]["Ref"] for rule in found.values()} == {*resources(template, LISTENER)}
    assert made.listeners.production is listener
    assert made.load_balancer is listener.load_balancer
    assert made.listeners.test is None
    assert made.listeners.cfn_test is None
    with pytest.raises(EcsBlueGreenError, match="there is no cfn_production"):
        _ = made.listeners.cfn_production
    statements = properties(
        template, "AWS::IAM::Role", Description="Lets ECS register tasks and move the traffic of a service"
    )
    listeners = statements["Policies"][0]["PolicyDocument"]["Statement"][2]
    assert listeners == {
        "Effect": "Allow",
        "Action": ["elasticloadbalancing:ModifyListener"],
        "Resource": {"Ref": "GivenHttp6DCB856A"},
    }


def test_nobody_is_let_in_to_a_listener_that_is_there_already(
    stack: cdk.Stack, service: NativeService, listener: elbv2.ApplicationListener
) -> None:
    def ingress() -> list[Any]:
        groups = resources(template_of(stack), "AWS::EC2::SecurityGroup").values()
        return [rule for group in groups for rule in group["Properties"].get("SecurityGroupIngress", [])]

    service(production_listener=ExistingListener(listener, priority=20, conditions=SHOP))
    assert {rule["FromPort"] for rule in ingress()} == {80}  # CDK's own, of the user's listener


def test_imported_listener_needs_its_load_balancer(stack: cdk.Stack, service: NativeService) -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2"
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0fedcba9876543210")
    imported = elbv2.ApplicationListener.from_application_listener_attributes(
        stack, "Imported", listener_arn=arn, security_group=group
    )
    existing = ExistingListener(imported, priority=20, conditions=SHOP)
    for given in (None, NewLoadBalancer()):
        (mistake,) = mistakes_of(service, production_listener=existing, load_balancer=given)
        assert mistake.startswith("load_balancer must be the one of production_listener, got ")
    shared = elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack,
        "Shared",
        load_balancer_arn="arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shared/50dc6c495c0c9188",
        security_group_id="sg-0fedcba9876543210",
    )
    service(production_listener=existing, load_balancer=shared)
    assert rules(template_of(stack))["ServiceProductionRule"]["ListenerArn"] == arn


def test_listener_of_another_load_balancer_is_refused(
    stack: cdk.Stack, service: NativeService, listener: elbv2.ApplicationListener
) -> None:
    other = elbv2.ApplicationLoadBalancer(stack, "Second", vpc=listener.load_balancer.vpc)  # type: ignore[arg-type]
    existing = ExistingListener(listener, priority=20, conditions=SHOP)
    (mistake,) = mistakes_of(service, production_listener=existing, load_balancer=other)
    assert mistake == "production_listener must be a listener of load_balancer, got one of another load balancer"


def test_test_listener_can_be_there_already(
    stack: cdk.Stack, service: NativeService, listener: elbv2.ApplicationListener
) -> None:
    test = ExistingListener(listener, priority=20, conditions=SHOP)
    made = service(production_listener=HttpListener(port=8080), test_listener=test)
    assert made.listeners.test is listener
    found = rules(template_of(stack))
    assert found["ServiceTestRule"]["Conditions"] == [SHOP_RENDERED]
    assert found["ServiceTestRule"]["ListenerArn"] != found["ServiceProductionRule"]["ListenerArn"]


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"priority": 0}, "production_listener.priority"),
        ({"priority": 50001}, "production_listener.priority"),
        ({"priority": None}, "production_listener.priority"),
        ({"priority": "1"}, "production_listener.priority"),
        ({"conditions": []}, "production_listener.conditions"),
        ({"conditions": ["shop.example.com"]}, "production_listener.conditions[0]"),
        ({"listener": "arn:aws:x"}, "production_listener.listener"),
    ],
)
def test_rule_that_can_not_be_is_refused(
    arguments: dict[str, Any], argument: str, service: NativeService, listener: elbv2.ApplicationListener
) -> None:
    given: dict[str, Any] = {"listener": listener, "priority": 20, "conditions": SHOP} | arguments
    (mistake,) = mistakes_of(
        service, production_listener=ExistingListener(**given), load_balancer=listener.load_balancer
    )
    assert mistake.startswith(f"{argument} must be ")


def test_listener_of_a_network_load_balancer_is_refused(
    stack: cdk.Stack, service: NativeService, load_balancer: elbv2.ApplicationLoadBalancer
) -> None:
    network = elbv2.NetworkLoadBalancer(stack, "Tcp", vpc=load_balancer.vpc)  # type: ignore[arg-type]
    group = elbv2.ApplicationTargetGroup(stack, "Group", vpc=load_balancer.vpc)
    for wrong in (network.add_listener("Tcp", port=80), load_balancer, group):
        existing = ExistingListener(wrong, priority=20, conditions=SHOP)  # type: ignore[arg-type]
        (mistake,) = mistakes_of(service, production_listener=existing, load_balancer=load_balancer)
        assert mistake.startswith("production_listener.listener must be an Application Load Balancer's listener, got ")


def test_a_rule_has_five_values_and_one_condition_of_a_kind(
    stack: cdk.Stack, service: NativeService, listener: elbv2.ApplicationListener
) -> None:
    kind = elbv2.ListenerCondition

    def existing(*conditions: elbv2.ListenerCondition, priority: int = 20) -> ExistingListener:
        return ExistingListener(listener, priority=priority, conditions=conditions)

    five = (kind.host_headers(["a.example.com", "b.example.com"]), kind.path_patterns(["/a", "/b", "/c"]))
    header = kind.query_strings([elbv2.QueryStringCondition(value="x")])
    advice = "take some out, or put a wildcard in their place"
    assert mistakes_of(service, production_listener=existing(*five, header)) == [
        f"production_listener.conditions must have at most 5 values, got 6; {advice}"
    ]
    assert mistakes_of(service, production_listener=existing(*five), test_listener=TestHeader("X-Test", "green")) == [
        f"production_listener.conditions must have at most 4 values beside a TestHeader, got 5; {advice}"
    ]
    assert mistakes_of(service, test_listener=existing(*five, header), load_balancer=listener.load_balancer) == [
        f"test_listener.conditions must have at most 5 values, got 6; {advice}"
    ]
    assert mistakes_of(service, production_listener=existing(*SHOP, *SHOP)) == [
        "production_listener.conditions must have one of host-header at most, got 2; put all values into one"
    ]
    hidden = kind.host_headers(cdk.CfnParameter(stack, "Hosts", type="CommaDelimitedList").value_as_list)
    service(production_listener=existing(hidden, five[1], header))


def test_test_rule_that_takes_all_production_traffic_is_refused(
    stack: cdk.Stack, service: NativeService, listener: elbv2.ApplicationListener
) -> None:
    path = elbv2.ListenerCondition.path_patterns(["/search/*"])
    twice = elbv2.ApplicationListener.from_application_listener_attributes(
        stack,
        "Twice",
        listener_arn=listener.listener_arn,
        security_group=ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0fedcba9876543210"),
    )
    for test in (
        ExistingListener(listener, priority=5, conditions=SHOP),
        ExistingListener(twice, priority=5, conditions=[path]),
    ):
        production = ExistingListener(listener, priority=20, conditions=[*SHOP, path])
        assert mistakes_of(service, production_listener=production, test_listener=test) == [
            "test_listener.conditions must ask for more than those of production_listener, got none that these lack; "
            "the test rule comes first, and would take all production traffic: use TestHeader(…), or another listener "
            "(rule NL11)"
        ]
    service(
        production_listener=ExistingListener(listener, priority=20, conditions=SHOP),
        test_listener=ExistingListener(listener, priority=5, conditions=[*SHOP, path]),
    )


@pytest.mark.parametrize(
    ("header", "argument"),
    [
        (TestHeader("", "green"), "test_listener.name"),
        (TestHeader("Host", "green"), "test_listener.name"),
        (TestHeader("X Test", "green"), "test_listener.name"),
        (TestHeader("X-*", "green"), "test_listener.name"),
        (TestHeader("X" * 41, "green"), "test_listener.name"),
        (TestHeader(None, "green"), "test_listener.name"),  # type: ignore[arg-type]
        (TestHeader("X-Test", ""), "test_listener.value"),
        (TestHeader("X-Test", "g" * 129), "test_listener.value"),
        (TestHeader("X-Test", "green", priority=0), "test_listener.priority"),
        (TestHeader("X-Test", "green", priority=50000), "test_listener.priority"),
    ],
)
def test_header_that_can_not_be_is_refused(header: TestHeader, argument: str, service: NativeService) -> None:
    (mistake,) = mistakes_of(service, test_listener=header)
    assert mistake.startswith(f"{argument} must be ")


def test_rule_for_tests_comes_first(
    stack: cdk.Stack, service: NativeService, listener: elbv2.ApplicationListener
) -> None:
    header = [elbv2.ListenerCondition.http_header("X-Test", ["green"])]

    def refused(production: Any, test: ExistingListener | TestHeader) -> str:
        given = ExistingListener(listener, priority=production, conditions=SHOP)
        (mistake,) = mistakes_of(service, production_listener=given, test_listener=test)
        return mistake

    assert refused(20, ExistingListener(listener, priority=21, conditions=header)) == (
        "test_listener.priority must be smaller than that of the production rule, got 21 and 20; the smaller number "
        "comes first, and the production rule takes test traffic as well (rule NL11)"
    )
    assert refused(20, TestHeader("X-Test", "green", priority=20)).startswith("test_listener.priority must be smaller ")
    assert refused(1, TestHeader("X-Test", "green")).startswith("production_listener.priority must be 2 or more ")
    token = number_token(stack)
    assert refused(token, TestHeader("X-Test", "green")).startswith("test_listener.priority must be given ")


@pytest.mark.parametrize("argument", ["production_listener", "test_listener"])
def test_what_is_no_listener_is_refused(argument: str, service: NativeService) -> None:
    (mistake,) = mistakes_of(service, **{argument: "443"})
    more = " or ExistingListener(…)" if argument == "production_listener" else ", ExistingListener(…) or TestHeader(…)"
    assert mistake == f"{argument} must be HttpsListener(certificates=[…]), HttpListener(){more}, got '443'"


def test_header_at_production_is_refused(service: NativeService) -> None:
    (mistake,) = mistakes_of(service, production_listener=TestHeader("X-Test", "green"))
    assert mistake.startswith("production_listener must be HttpsListener(certificates=[…]), ")


@pytest.mark.parametrize("version", ["HTTP2", "GRPC"])
def test_http2_and_grpc_need_https(
    version: str, stack: cdk.Stack, service: NativeService, make_app: Callable[..., cdk.App]
) -> None:
    chosen = elbv2.ApplicationProtocolVersion[version]
    mistakes = mistakes_of(service, target_protocol_version=chosen, test_listener=HttpListener(port=8080))
    assert [mistake.partition(" ")[0] for mistake in mistakes] == ["production_listener", "test_listener"]
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/11112222-3333-4444-5555-666677778888"
    is_grpc = version == "GRPC"
    codes = elbv2.HealthCheck(
        path="/health",
        healthy_grpc_codes="0,12" if is_grpc else None,
        healthy_http_codes=None if is_grpc else "200-299",
    )
    service(
        production_listener=HttpsListener(certificates=[certificate]),
        target_protocol_version=chosen,
        health_check=codes,
    )
    for group in resources(template_of(stack), "AWS::ElasticLoadBalancingV2::TargetGroup").values():
        assert group["Properties"]["ProtocolVersion"] == version
        matcher = {"GrpcCode": "0,12"} if is_grpc else {"HttpCode": "200-299"}
        assert group["Properties"]["Matcher"] == matcher


def test_codes_fit_the_protocol_version(service: NativeService) -> None:
    grpc = elbv2.ApplicationProtocolVersion.GRPC
    listener = HttpsListener(certificates=["arn:aws:acm:us-east-1:123456789012:certificate/1"])
    for argument, check in {
        "health_check.healthy_http_codes": elbv2.HealthCheck(healthy_http_codes="200"),
        "health_check.healthy_grpc_codes": elbv2.HealthCheck(healthy_grpc_codes="100"),
    }.items():
        (mistake,) = mistakes_of(
            service, production_listener=listener, target_protocol_version=grpc, health_check=check
        )
        assert mistake.startswith(f"{argument} must be ")
    (mistake,) = mistakes_of(service, target_protocol_version="GRPC")
    assert mistake == "target_protocol_version must be an ApplicationProtocolVersion, got 'GRPC'"
