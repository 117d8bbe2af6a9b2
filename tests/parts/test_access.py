"""Who may reach the listeners, and that the load balancer may reach the tasks."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ecs_blue_green import EcsBlueGreenService, HttpListener, HttpsListener, NewLoadBalancer
from ecs_blue_green.testing import template_of
from tests.support import (
    Service,
    Template,
    accept_exports,
    accept_token_ports,
    fargate_task,
    imported_cluster,
    mistakes_of,
    number_token,
    resources,
)

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/11112222-3333-4444-5555-666677778888"
LOAD_BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shared/50dc6c495c0c9188"
SHARED = "sg-0123456789abcdef0"
OFFICE = "sg-0fedcba9876543210"
ANYONE = "0.0.0.0/0"
ANYONE_V6 = "::/0"
INTERNET_FACING = NewLoadBalancer(internet_facing=True)

Rules = list[tuple[Any, Any]]


def rules(template: Template, group: Any, direction: str) -> Rules:
    """List who a security group lets in or out, and at which port, wherever the rule is written."""
    found = []
    for id, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::EC2::SecurityGroup" and group == {"Fn::GetAtt": [id, "GroupId"]}:
            found += properties.get(f"SecurityGroup{direction}", [])
        if resource["Type"] == f"AWS::EC2::SecurityGroup{direction}" and properties["GroupId"] == group:
            found.append(properties)
    return [(_peer(rule), rule["FromPort"]) for rule in found if "FromPort" in rule]


def _peer(rule: dict[str, Any]) -> Any:
    assert rule["IpProtocol"] == "tcp"
    assert rule["FromPort"] == rule["ToPort"]
    (peer,) = (rule[key] for key in rule if key.startswith(("Cidr", "Source", "Destination")))
    return peer


def group_of(load_balancer: elbv2.IApplicationLoadBalancer) -> Any:
    (group,) = load_balancer.connections.security_groups
    return cdk.Stack.of(load_balancer).resolve(group.security_group_id)


def let_in(made: EcsBlueGreenService) -> Rules:
    """List who may reach the listeners."""
    return rules(template_of(cdk.Stack.of(made)), group_of(made.load_balancer), "Ingress")


def own_load_balancer(scope: Construct, **arguments: Any) -> elbv2.ApplicationLoadBalancer:
    vpc = ec2.Vpc(scope, "OwnVpc", restrict_default_security_group=False)
    return elbv2.ApplicationLoadBalancer(scope, "Own", vpc=vpc, **arguments)


def imported_load_balancer(scope: Construct) -> elbv2.IApplicationLoadBalancer:
    return elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        scope, "Imported", load_balancer_arn=LOAD_BALANCER, security_group_id=SHARED
    )


def test_nobody_may_reach_an_internal_load_balancer(service: Service) -> None:
    assert let_in(service(test_listener=HttpListener(port=8080))) == []


def test_anyone_may_reach_the_production_listener_but_not_the_test_listener(service: Service) -> None:
    made = service(load_balancer=INTERNET_FACING, test_listener=HttpListener(port=8080))
    assert let_in(made) == [(ANYONE, 80)]


def test_test_listener_is_open_when_asked_for(service: Service) -> None:
    made = service(load_balancer=INTERNET_FACING, test_listener=HttpListener(port=8080, open=True))
    assert let_in(made) == [(ANYONE, 80), (ANYONE, 8080)]


def test_production_listener_can_be_closed(service: Service) -> None:
    assert let_in(service(load_balancer=INTERNET_FACING, production_listener=HttpListener(open=False))) == []


def test_production_listener_of_an_internal_load_balancer_can_be_opened(service: Service) -> None:
    assert let_in(service(production_listener=HttpListener(open=True))) == [(ANYONE, 80)]


def test_peers_take_the_place_of_anyone(service: Service) -> None:
    made = service(
        load_balancer=INTERNET_FACING,
        production_listener=HttpListener(peers=[ec2.Peer.ipv4("198.51.100.0/24")]),
        test_listener=HttpListener(port=8080, peers=(ec2.Peer.ipv4("203.0.113.0/24"),)),
    )
    assert let_in(made) == [("198.51.100.0/24", 80), ("203.0.113.0/24", 8080)]


def test_listener_can_be_open_and_have_peers(service: Service) -> None:
    office = ec2.Peer.security_group_id(OFFICE)
    made = service(production_listener=HttpListener(open=True, peers=[office]))
    assert let_in(made) == [(ANYONE, 80), (OFFICE, 80)]


def test_closed_listener_keeps_its_peers(service: Service) -> None:
    office = ec2.Peer.security_group_id(OFFICE)
    made = service(load_balancer=INTERNET_FACING, production_listener=HttpListener(open=False, peers=[office]))
    assert let_in(made) == [(OFFICE, 80)]


@jsii.implements(ec2.IConnectable)
class Office:
    """Something of a user's own that has connections."""

    def __init__(self, group: ec2.ISecurityGroup) -> None:
        self._connections = ec2.Connections(security_groups=[group])

    @property
    def connections(self) -> ec2.Connections:
        return self._connections


def test_peers_of_every_kind_are_let_in(stack: cdk.Stack, service: Service) -> None:
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", OFFICE)
    other = own_load_balancer(stack)
    made = service(
        production_listener=HttpListener(
            peers=[
                ec2.Peer.ipv4("198.51.100.0/24"),
                ec2.Peer.ipv6("2001:db8::/32"),
                ec2.Peer.prefix_list("pl-0123456789abcdef0"),
                group,
                other,
                Office(ec2.SecurityGroup.from_security_group_id(stack, "Other", SHARED)),
                ec2.Peer.ipv4(cdk.CfnParameter(stack, "Cidr").value_as_string),
            ]
        )
    )
    expected = [
        ("198.51.100.0/24", 80),
        ("2001:db8::/32", 80),
        ("pl-0123456789abcdef0", 80),
        (OFFICE, 80),
        (group_of(other), 80),
        (SHARED, 80),
        ({"Ref": "Cidr"}, 80),
    ]
    assert sorted(let_in(made), key=str) == sorted(expected, key=str)


def test_redirect_is_as_open_as_its_listener(service: Service) -> None:
    made = service(
        load_balancer=INTERNET_FACING,
        production_listener=HttpsListener(certificates=[ARN], redirect_http_from=80),
        test_listener=HttpsListener(
            certificates=[ARN], port=8443, redirect_http_from=8080, peers=[ec2.Peer.ipv4("198.51.100.0/24")]
        ),
    )
    assert let_in(made) == [
        (ANYONE, 443),
        (ANYONE, 80),
        ("198.51.100.0/24", 8443),
        ("198.51.100.0/24", 8080),
    ]


def test_redirect_of_a_closed_listener_is_closed(service: Service) -> None:
    made = service(
        load_balancer=INTERNET_FACING,
        production_listener=HttpsListener(certificates=[ARN], open=False),
        test_listener=HttpsListener(certificates=[ARN], port=8443, redirect_http_from=8080),
    )
    assert let_in(made) == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"internet_facing": True}, [(ANYONE, 80)]),
        ({"internet_facing": False}, []),
        (
            {"internet_facing": True, "ip_address_type": elbv2.IpAddressType.DUAL_STACK},
            [(ANYONE, 80), (ANYONE_V6, 80)],
        ),
        (
            {"internet_facing": True, "ip_address_type": elbv2.IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4},
            [(ANYONE, 80), (ANYONE_V6, 80)],
        ),
        ({"internet_facing": True, "ip_address_type": elbv2.IpAddressType.IPV4}, [(ANYONE, 80)]),
        ({"internet_facing": False, "ip_address_type": elbv2.IpAddressType.DUAL_STACK}, []),
    ],
)
def test_given_load_balancer_is_open_as_its_scheme_and_addresses_say(
    stack: cdk.Stack, service: Service, arguments: dict[str, Any], expected: Rules
) -> None:
    assert let_in(service(load_balancer=own_load_balancer(stack, **arguments))) == expected


def test_imported_load_balancer_is_taken_for_internet_facing(stack: cdk.Stack, service: Service) -> None:
    made = service(load_balancer=imported_load_balancer(stack), test_listener=HttpListener(port=8080))
    assert rules(template_of(stack), SHARED, "Ingress") == [(ANYONE, 80)]
    assert group_of(made.load_balancer) == SHARED


def test_open_rule_says_so(stack: cdk.Stack, service: Service) -> None:
    accept_token_ports(stack)
    port = number_token(stack, "Port")
    service(
        load_balancer=imported_load_balancer(stack),
        test_listener=HttpListener(port=port, open=True),
    )
    described = {
        str(resource["Properties"]["FromPort"]): resource["Properties"]["Description"]
        for resource in template_of(stack)["Resources"].values()
        if resource["Type"] == "AWS::EC2::SecurityGroupIngress" and resource["Properties"].get("CidrIp") == ANYONE
    }
    assert described == {
        "80": "Allow from anyone on port 80",
        "{'Ref': 'Port'}": {"Fn::Join": ["", ["Allow from anyone on port ", {"Ref": "Port"}]]},
    }


def test_ports_that_are_tokens_are_opened_one_by_one(stack: cdk.Stack, service: Service) -> None:
    accept_token_ports(stack)
    ports = {id: number_token(stack, id) for id in ("A", "B", "C", "D")}
    made = service(
        production_listener=HttpsListener(
            certificates=[ARN], port=ports["A"], redirect_http_from=ports["B"], open=True
        ),
        test_listener=HttpsListener(certificates=[ARN], port=ports["C"], redirect_http_from=ports["D"], open=True),
    )
    assert let_in(made) == [(ANYONE, {"Ref": id}) for id in ports]


def target_rules(stack: cdk.Stack, made: EcsBlueGreenService) -> tuple[Rules, Rules]:
    """List what the load balancer may reach, and what the tasks' only security group lets in."""
    template = template_of(stack)
    (tasks,) = made.security_groups
    return (
        rules(template, group_of(made.load_balancer), "Egress"),
        rules(template, stack.resolve(tasks.security_group_id), "Ingress"),
    )


@pytest.mark.parametrize(
    ("health_check_port", "ports"),
    [(None, [8080]), ("traffic-port", [8080]), ("8080", [8080]), ("9000", [8080, 9000])],
)
def test_load_balancer_may_reach_the_tasks_at_their_ports(
    stack: cdk.Stack, service: Service, health_check_port: str | None, ports: list[int]
) -> None:
    made = service(health_check=elbv2.HealthCheck(port=health_check_port))
    (tasks,) = made.security_groups
    out, into = target_rules(stack, made)
    assert out == [(stack.resolve(tasks.security_group_id), port) for port in ports]
    assert into == [(group_of(made.load_balancer), port) for port in ports]


def test_load_balancer_may_reach_health_checks_at_a_port_that_is_a_token(stack: cdk.Stack, service: Service) -> None:
    accept_token_ports(stack)
    port = cdk.CfnParameter(stack, "HealthPort").value_as_string
    made = service(health_check=elbv2.HealthCheck(port=port))
    _, into = target_rules(stack, made)
    assert into == [(group_of(made.load_balancer), 8080), (group_of(made.load_balancer), {"Ref": "HealthPort"})]


def test_port_of_health_checks_can_have_a_token_in_it(stack: cdk.Stack, service: Service) -> None:
    accept_token_ports(stack)
    port = f"80{cdk.CfnParameter(stack, 'Digits').value_as_string}"
    made = service(health_check=elbv2.HealthCheck(port=port))
    _, into = target_rules(stack, made)
    assert into[1] == (group_of(made.load_balancer), {"Fn::Join": ["", ["80", {"Ref": "Digits"}]]})


@pytest.mark.parametrize("make_load_balancer", [own_load_balancer, imported_load_balancer])
def test_load_balancer_may_reach_a_security_group_of_another_stack(
    make_load_balancer: Callable[[Construct], elbv2.IApplicationLoadBalancer], stack: cdk.Stack, service: Service
) -> None:
    other = cdk.Stack(cdk.Stage.of(stack), "Other")
    group = ec2.SecurityGroup(other, "Group", vpc=imported_cluster(other).vpc)
    made = service(load_balancer=make_load_balancer(stack), security_groups=[group])
    accept_exports(stack)
    template = template_of(stack)
    (rule,) = (
        found["Properties"]
        for found in resources(template, "AWS::EC2::SecurityGroupIngress").values()
        if found["Properties"]["FromPort"] == 8080
    )
    assert rule["SourceSecurityGroupId"] == group_of(made.load_balancer)
    assert rule["GroupId"] == stack.resolve(group.security_group_id)


def test_load_balancer_may_reach_all_given_security_groups(stack: cdk.Stack, service: Service) -> None:
    groups = [ec2.SecurityGroup.from_security_group_id(stack, id, id) for id in (SHARED, OFFICE)]
    made = service(security_groups=groups, task_definition=fargate_task(stack, port=3000))
    template = template_of(stack)
    assert rules(template, group_of(made.load_balancer), "Egress") == [(SHARED, 3000), (OFFICE, 3000)]
    for group in (SHARED, OFFICE):
        assert rules(template, group, "Ingress") == [(group_of(made.load_balancer), 3000)]


def test_imported_load_balancer_may_reach_the_tasks(stack: cdk.Stack, service: Service) -> None:
    _, into = target_rules(stack, service(load_balancer=imported_load_balancer(stack)))
    assert into == [(SHARED, 8080)]


def test_function_outside_a_vpc_can_not_be_a_peer(stack: cdk.Stack, service: Service) -> None:
    function = lambda_.Function(
        stack,
        "Function",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    imported = lambda_.Function.from_function_name(stack, "Imported", "other")
    mistakes = mistakes_of(service, production_listener=HttpListener(peers=[function, imported]))
    assert len(mistakes) == 2
    for index, mistake in enumerate(mistakes):
        allowed = "must be an ec2.Peer or another IConnectable"
        assert mistake.startswith(f"production_listener.peers[{index}] {allowed}, got one without connections: ")
        assert "Only VPC-associated Lambda Functions have security groups to manage" in mistake


@pytest.mark.parametrize(
    ("peer", "shown"),
    [
        (None, "None"),
        ("10.0.0.0/8", "'10.0.0.0/8'"),
        (443, "443"),
        (ec2.Peer, "the class Peer"),
        (ec2.Port.tcp(443), "a Port"),
        ({"cidr": "10.0.0.0/8"}, "{'cidr': '10.0.0.0/8'}"),
    ],
)
def test_what_is_no_peer_is_refused(service: Service, peer: Any, shown: str) -> None:
    assert mistakes_of(service, test_listener=HttpListener(port=8080, peers=[ec2.Peer.any_ipv4(), peer])) == [
        f"test_listener.peers[1] must be an ec2.Peer or another IConnectable, got {shown}"
    ]
