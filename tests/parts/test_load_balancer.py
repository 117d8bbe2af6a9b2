"""The load balancer in front of the service: a new one, a given one, an imported one."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancing as classic
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from ecs_blue_green import EcsBlueGreenError, HttpListener, NewLoadBalancer
from ecs_blue_green.testing import template_of
from tests.support import (
    PRIVATE_SUBNETS,
    PUBLIC_SUBNETS,
    Service,
    Template,
    accept_exports,
    fargate_task,
    imported_cluster,
    mistakes_of,
    properties,
    resources,
)

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shared/50dc6c495c0c9188"
GROUP = "sg-0123456789abcdef0"
SUBNETS = "load_balancer.vpc_subnets must"


def attributes_of(load_balancer: dict[str, Any]) -> dict[str, str]:
    return {item["Key"]: item["Value"] for item in load_balancer["LoadBalancerAttributes"]}


def alarmed_load_balancers(template: Template) -> list[Any]:
    """List the load balancers that the alarms' metrics are of."""
    return [
        dimension["Value"]
        for alarm in resources(template, "AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Properties"]["Dimensions"]
        if dimension["Name"] == "LoadBalancer"
    ]


def cluster_with(scope: Construct, **subnets: Any) -> ecs.ICluster:
    """A cluster in a VPC with other subnets than the usual."""
    vpc = ec2.Vpc.from_vpc_attributes(scope, "OtherVpc", vpc_id="vpc-0fedcba9876543210", **subnets)
    return ecs.Cluster.from_cluster_attributes(scope, "OtherCluster", cluster_name="other", vpc=vpc)


def test_internal_load_balancer_is_made_when_none_is_given(stack: cdk.Stack, service: Service) -> None:
    made = service()
    template = template_of(stack)
    load_balancer = properties(template, LOAD_BALANCER)
    assert load_balancer["Type"] == "application"
    assert load_balancer["Scheme"] == "internal"
    assert load_balancer["Subnets"] == PRIVATE_SUBNETS
    assert attributes_of(load_balancer) == {
        "deletion_protection.enabled": "false",
        "routing.http.drop_invalid_header_fields.enabled": "true",
    }
    (id,) = resources(template, LOAD_BALANCER)
    assert stack.resolve(made.load_balancer.load_balancer_arn) == {"Ref": id}


def test_arguments_of_a_new_load_balancer_are_rendered(stack: cdk.Stack, service: Service) -> None:
    service(load_balancer=NewLoadBalancer(internet_facing=True, deletion_protection=True))
    load_balancer = properties(template_of(stack), LOAD_BALANCER)
    assert load_balancer["Scheme"] == "internet-facing"
    assert load_balancer["Subnets"] == PUBLIC_SUBNETS
    assert attributes_of(load_balancer) == {
        "deletion_protection.enabled": "true",
        "routing.http.drop_invalid_header_fields.enabled": "true",
    }


def test_new_load_balancer_is_in_the_given_subnets(stack: cdk.Stack, service: Service) -> None:
    subnets = [ec2.Subnet.from_subnet_id(stack, id, id) for id in PUBLIC_SUBNETS]
    service(load_balancer=NewLoadBalancer(vpc_subnets=ec2.SubnetSelection(subnets=subnets)))
    load_balancer = properties(template_of(stack), LOAD_BALANCER)
    assert load_balancer["Scheme"] == "internal"
    assert load_balancer["Subnets"] == PUBLIC_SUBNETS


def test_given_load_balancer_gets_the_listeners(stack: cdk.Stack, service: Service) -> None:
    vpc = ec2.Vpc(stack, "OwnVpc", restrict_default_security_group=False)
    own = elbv2.ApplicationLoadBalancer(stack, "Own", vpc=vpc)
    made = service(load_balancer=own, test_listener=HttpListener(port=8080))
    template = template_of(stack)
    (id,) = resources(template, LOAD_BALANCER)
    listeners = resources(template, LISTENER).values()
    assert [listener["Properties"]["LoadBalancerArn"] for listener in listeners] == [{"Ref": id}] * 2
    assert made.load_balancer is own
    assert alarmed_load_balancers(template) == [{"Fn::GetAtt": [id, "LoadBalancerFullName"]}] * 4


def test_load_balancer_of_another_stack_gets_the_listeners(stack: cdk.Stack, service: Service) -> None:
    other = cdk.Stack(cdk.Stage.of(stack), "Other")
    own = elbv2.ApplicationLoadBalancer(other, "Own", vpc=ec2.Vpc(other, "Vpc", restrict_default_security_group=False))
    service(load_balancer=own)
    accept_exports(stack)
    template = template_of(stack)
    assert resources(template, LOAD_BALANCER) == {}
    assert properties(template, LISTENER)["LoadBalancerArn"].keys() <= {"Fn::ImportValue", "Fn::GetStackOutput"}
    egress = resources(template, "AWS::EC2::SecurityGroupEgress")
    ingress = resources(template, "AWS::EC2::SecurityGroupIngress")
    assert [len(egress), len(ingress)] == [1, 1]


def test_imported_load_balancer_gets_the_listeners(stack: cdk.Stack, service: Service) -> None:
    imported = elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack, "Imported", load_balancer_arn=ARN, security_group_id=GROUP
    )
    made = service(load_balancer=imported, test_listener=HttpListener(port=8080))
    template = template_of(stack)
    assert resources(template, LOAD_BALANCER) == {}
    listeners = resources(template, LISTENER).values()
    assert [listener["Properties"]["LoadBalancerArn"] for listener in listeners] == [ARN] * 2
    assert made.load_balancer is imported
    assert alarmed_load_balancers(template) == ["app/shared/50dc6c495c0c9188"] * 4


def test_imported_load_balancer_can_be_known_by_a_token(stack: cdk.Stack, service: Service) -> None:
    imported = elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack,
        "Imported",
        load_balancer_arn=cdk.CfnParameter(stack, "Arn").value_as_string,
        security_group_id=cdk.CfnParameter(stack, "Group").value_as_string,
    )
    service(load_balancer=imported)
    template = template_of(stack)
    assert properties(template, LISTENER)["LoadBalancerArn"] == {"Ref": "Arn"}
    full_name = {"Fn::Select": [1, {"Fn::Split": ["loadbalancer/", {"Ref": "Arn"}]}]}
    assert alarmed_load_balancers(template) == [full_name] * 4
    group = {"Ref": "Group"}
    assert properties(template, "AWS::EC2::SecurityGroupIngress", FromPort=80)["GroupId"] == group
    assert properties(template, "AWS::EC2::SecurityGroupIngress", FromPort=8080)["SourceSecurityGroupId"] == group


@pytest.mark.parametrize(
    ("load_balancer", "mistake"),
    [
        ("arn:…", "load_balancer must be {allowed}, got 'arn:…'"),
        (80, "load_balancer must be {allowed}, got 80"),
        (NewLoadBalancer, "load_balancer must be {allowed}, got the class NewLoadBalancer"),
        (
            elbv2.ApplicationLoadBalancer,
            "load_balancer must be {allowed}, got the class ApplicationLoadBalancer",
        ),
        (
            NewLoadBalancer(internet_facing="yes"),  # type: ignore[arg-type]
            "load_balancer.internet_facing must be True or False, got 'yes'",
        ),
        (
            NewLoadBalancer(deletion_protection=1),  # type: ignore[arg-type]
            "load_balancer.deletion_protection must be True or False, got 1",
        ),
        (
            NewLoadBalancer(vpc_subnets=PUBLIC_SUBNETS),  # type: ignore[arg-type]
            f"{SUBNETS} be an ec2.SubnetSelection, got {PUBLIC_SUBNETS}",
        ),
        (
            NewLoadBalancer(vpc_subnets=ec2.SubnetSelection(subnets=[])),
            f"{SUBNETS} select 2 or more subnets, got 0",
        ),
        (
            NewLoadBalancer(vpc_subnets=ec2.SubnetSelection(availability_zones=["us-east-1a"])),
            f"{SUBNETS} select 2 or more subnets, got 1",
        ),
    ],
)
def test_mistake_in_the_load_balancer_is_told(service: Service, load_balancer: Any, mistake: str) -> None:
    allowed = "an Application Load Balancer or NewLoadBalancer(…)"
    assert mistakes_of(service, load_balancer=load_balancer) == [mistake.format(allowed=allowed)]


def test_other_constructs_are_no_application_load_balancer(stack: cdk.Stack, service: Service) -> None:
    cluster, task = imported_cluster(stack), fargate_task(stack)
    vpc = ec2.Vpc(stack, "OwnVpc")
    others = {
        "a NetworkLoadBalancer": elbv2.NetworkLoadBalancer(stack, "Network", vpc=vpc),
        "an INetworkLoadBalancer": elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
            stack, "Imported", load_balancer_arn=ARN.replace("/app/", "/net/")
        ),
        "a LoadBalancer": classic.LoadBalancer(stack, "Classic", vpc=vpc),
        "a CfnLoadBalancer": elbv2.CfnLoadBalancer(stack, "Plain"),
        "a Vpc": vpc,
    }
    for shown, other in others.items():
        assert mistakes_of(service, load_balancer=other, cluster=cluster, task_definition=task) == [
            f"load_balancer must be an Application Load Balancer or NewLoadBalancer(…), got {shown}"
        ]


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        (
            ec2.SubnetSelection(subnet_group_name="Backend"),
            "There are no subnet groups with name 'Backend' in this VPC",
        ),
        (
            ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            "There are no 'Isolated' subnet groups in this VPC",
        ),
    ],
)
def test_subnets_that_the_vpc_does_not_have_are_refused(
    service: Service, selection: ec2.SubnetSelection, reason: str
) -> None:
    (mistake,) = mistakes_of(service, load_balancer=NewLoadBalancer(vpc_subnets=selection))
    assert mistake.startswith(f"{SUBNETS} select subnets of the VPC, got an error: ")
    assert reason in mistake


@pytest.mark.parametrize("public_subnets", [PUBLIC_SUBNETS[:1], []])
def test_internet_facing_load_balancer_needs_public_subnets_in_two_zones(
    stack: cdk.Stack, service: Service, public_subnets: list[str]
) -> None:
    zones = ["us-east-1a", "us-east-1b"][: len(public_subnets) or 2]
    cluster = cluster_with(
        stack,
        availability_zones=zones,
        private_subnet_ids=PRIVATE_SUBNETS[: len(zones)],
        public_subnet_ids=public_subnets or None,
    )
    assert mistakes_of(service, cluster=cluster, load_balancer=NewLoadBalancer(internet_facing=True)) == [
        f"{SUBNETS} be given for a VPC with fewer than 2 public subnets, got None"
    ]


@pytest.mark.parametrize("load_balancer", [None, NewLoadBalancer()])
def test_internal_load_balancer_needs_private_subnets_in_two_zones(
    stack: cdk.Stack, service: Service, load_balancer: NewLoadBalancer | None
) -> None:
    cluster = cluster_with(stack, availability_zones=["us-east-1a"], private_subnet_ids=PRIVATE_SUBNETS[:1])
    assert mistakes_of(service, cluster=cluster, load_balancer=load_balancer) == [
        f"{SUBNETS} be given for a VPC with fewer than 2 private subnets, got None"
    ]


@pytest.mark.parametrize(
    "load_balancer",
    [None, NewLoadBalancer(vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS))],
    ids=["default", "selected"],
)
def test_subnets_that_are_a_token_are_not_counted(
    stack: cdk.Stack, service: Service, load_balancer: NewLoadBalancer | None
) -> None:
    subnets = cdk.CfnParameter(stack, "Subnets", type="List<AWS::EC2::Subnet::Id>").value_as_list
    cluster = cluster_with(stack, availability_zones=["us-east-1a"], private_subnet_ids=subnets)
    service(cluster=cluster, load_balancer=load_balancer)
    template = template_of(stack)
    assert properties(template, LOAD_BALANCER)["Subnets"] == {"Ref": "Subnets"}
    task_set = properties(template, "AWS::ECS::TaskSet")
    assert task_set["NetworkConfiguration"]["AwsVpcConfiguration"]["Subnets"] == {"Ref": "Subnets"}


def test_given_load_balancer_can_serve_a_vpc_of_one_zone(stack: cdk.Stack, service: Service) -> None:
    cluster = cluster_with(stack, availability_zones=["us-east-1a"], private_subnet_ids=PRIVATE_SUBNETS[:1])
    imported = elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack, "Imported", load_balancer_arn=ARN, security_group_id=GROUP
    )
    service(cluster=cluster, load_balancer=imported)
    task_set = properties(template_of(stack), "AWS::ECS::TaskSet")
    assert task_set["NetworkConfiguration"]["AwsVpcConfiguration"]["Subnets"] == PRIVATE_SUBNETS[:1]


def test_new_load_balancer_can_do_what_cdks_own_class_can(stack: cdk.Stack, service: Service) -> None:
    made = service(load_balancer=NewLoadBalancer())
    assert made.new_load_balancer is made.load_balancer
    made.new_load_balancer.set_attribute("idle_timeout.timeout_seconds", "120")
    wafv2.CfnWebACLAssociation(
        stack,
        "Firewall",
        resource_arn=made.load_balancer.load_balancer_arn,
        web_acl_arn="arn:aws:wafv2:us-east-1:123456789012:regional/webacl/acl/1",
    )
    template = template_of(stack)
    (load_balancer,) = resources(template, LOAD_BALANCER)
    assert attributes_of(properties(template, LOAD_BALANCER))["idle_timeout.timeout_seconds"] == "120"
    assert properties(template, "AWS::WAFv2::WebACLAssociation")["ResourceArn"] == {"Ref": load_balancer}


def test_given_load_balancer_is_no_new_one(stack: cdk.Stack, service: Service) -> None:
    vpc = imported_cluster(Construct(stack, "Network")).vpc
    made = service(load_balancer=elbv2.ApplicationLoadBalancer(stack, "Given", vpc=vpc))
    with pytest.raises(EcsBlueGreenError, match=r"^Stack/Service: there is no new_load_balancer.*; use load_balancer$"):
        _ = made.new_load_balancer
