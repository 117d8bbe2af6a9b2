"""Where tasks run in the VPC, and their security groups."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ecs_blue_green.testing import template_of
from tests.support import (
    PRIVATE_SUBNETS,
    PUBLIC_SUBNETS,
    STRICT,
    Service,
    Template,
    accept_exports,
    imported_cluster,
    mistakes_of,
    properties,
    resources,
    small_service,
)

ENV = cdk.Environment(account="123456789012", region="us-east-1")
ZONES = ["us-east-1a", "us-east-1b"]
ISOLATED_SUBNETS = ["subnet-00000000000000005", "subnet-00000000000000006"]


def network_of(template: Template) -> dict[str, Any]:
    network: dict[str, Any] = properties(template, "AWS::ECS::TaskSet")["NetworkConfiguration"]["AwsVpcConfiguration"]
    return network


def cluster_in(scope: Construct, vpc: ec2.IVpc) -> ecs.ICluster:
    return ecs.Cluster.from_cluster_attributes(scope, "ClusterInVpc", cluster_name="cluster", vpc=vpc)


def vpc_of(scope: Construct, **subnets: Any) -> ec2.IVpc:
    """An imported VPC with these subnets."""
    return ec2.Vpc.from_vpc_attributes(
        scope, "OtherVpc", vpc_id="vpc-0123456789abcdef0", availability_zones=ZONES, **subnets
    )


# Subnets.


def test_tasks_run_in_private_subnets_without_public_addresses(stack: cdk.Stack, service: Service) -> None:
    service()
    network = network_of(template_of(stack))
    assert network["Subnets"] == PRIVATE_SUBNETS
    assert network["AssignPublicIp"] == "DISABLED"


def test_tasks_with_public_addresses_run_in_public_subnets(stack: cdk.Stack, service: Service) -> None:
    service(assign_public_ip=True)
    network = network_of(template_of(stack))
    assert network["Subnets"] == PUBLIC_SUBNETS
    assert network["AssignPublicIp"] == "ENABLED"


def test_selected_subnets_count_whatever_the_addresses(stack: cdk.Stack, service: Service) -> None:
    service(assign_public_ip=True, vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS))
    network = network_of(template_of(stack))
    assert network["Subnets"] == PRIVATE_SUBNETS
    assert network["AssignPublicIp"] == "ENABLED"


@pytest.mark.parametrize(
    ("make_selection", "subnets"),
    [
        (lambda _: {}, PRIVATE_SUBNETS),
        (lambda _: {"subnet_type": ec2.SubnetType.PUBLIC}, PUBLIC_SUBNETS),
        (lambda _: {"subnet_group_name": "Public"}, PUBLIC_SUBNETS),
        (lambda _: {"availability_zones": ["us-east-1b"]}, PRIVATE_SUBNETS[1:]),
        (lambda _: {"subnet_filters": [ec2.SubnetFilter.by_ids(PRIVATE_SUBNETS[1:])]}, PRIVATE_SUBNETS[1:]),
        (lambda scope: {"subnets": [ec2.Subnet.from_subnet_id(scope, "One", PUBLIC_SUBNETS[1])]}, PUBLIC_SUBNETS[1:]),
    ],
    ids=["nothing", "subnet_type", "subnet_group_name", "availability_zones", "subnet_filters", "subnets"],
)
def test_every_way_to_select_subnets_works(
    make_selection: Callable[[cdk.Stack], dict[str, Any]], subnets: list[str], stack: cdk.Stack, service: Service
) -> None:
    service(vpc_subnets=ec2.SubnetSelection(**make_selection(stack)))
    assert network_of(template_of(stack))["Subnets"] == subnets


def test_one_subnet_a_zone_can_be_selected(stack: cdk.Stack, service: Service) -> None:
    vpc = vpc_of(stack, private_subnet_ids=PRIVATE_SUBNETS + ISOLATED_SUBNETS)
    service(cluster=cluster_in(stack, vpc), vpc_subnets=ec2.SubnetSelection(one_per_az=True))
    assert network_of(template_of(stack))["Subnets"] == PRIVATE_SUBNETS


def test_vpc_can_be_made_in_the_same_stack(stack: cdk.Stack, service: Service) -> None:
    vpc = ec2.Vpc(stack, "OwnVpc", restrict_default_security_group=False)
    service(cluster=ecs.Cluster(stack, "OwnCluster", vpc=vpc))
    template = template_of(stack)
    (vpc_id,) = resources(template, "AWS::EC2::VPC")
    private = [
        {"Ref": id} for id in resources(template, "AWS::EC2::Subnet", MapPublicIpOnLaunch=False, VpcId={"Ref": vpc_id})
    ]
    assert len(private) == 2
    assert network_of(template)["Subnets"] == private
    for group in resources(template, "AWS::ElasticLoadBalancingV2::TargetGroup").values():
        assert group["Properties"]["VpcId"] == {"Ref": vpc_id}


def test_cluster_can_make_the_vpc(stack: cdk.Stack, service: Service) -> None:
    service(cluster=ecs.Cluster(stack, "OwnCluster"))
    template = template_of(stack)
    assert len(network_of(template)["Subnets"]) == 2
    assert {subnet["Ref"] for subnet in network_of(template)["Subnets"]} <= {*resources(template, "AWS::EC2::Subnet")}


def test_vpc_can_be_of_another_stack(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    network, stack = cdk.Stack(app, "Network"), cdk.Stack(app, "Stack")
    vpc = ec2.Vpc(network, "Vpc", restrict_default_security_group=False)
    small_service(stack)(cluster=ecs.Cluster(stack, "OwnCluster", vpc=vpc))
    accept_exports(stack)
    subnets = network_of(template_of(stack))["Subnets"]
    assert len(subnets) == 2
    # Feature flags decide how CDK refers to another stack: Fn::ImportValue or Fn::GetStackOutput.
    assert all("OutputRefVpcPrivateSubnet" in json.dumps(subnet) for subnet in subnets)
    assert stack.dependencies == [network]


# What the CDK CLI writes into cdk.context.json when it looks a VPC up.
LOOKED_UP = {
    "vpc-provider:account=123456789012:filter.vpc-id=vpc-0123456789abcdef0:region=us-east-1:"
    "returnAsymmetricSubnets=true": {
        "vpcId": "vpc-0123456789abcdef0",
        "vpcCidrBlock": "10.0.0.0/16",
        "ownerAccountId": "123456789012",
        "availabilityZones": [],
        "subnetGroups": [
            {
                "name": name,
                "type": name,
                "subnets": [
                    {"subnetId": id, "cidr": "10.0.0.0/24", "availabilityZone": zone, "routeTableId": f"rtb-{id[7:]}"}
                    for id, zone in zip(ids, ZONES, strict=True)
                ],
            }
            for name, ids in {
                "Public": PUBLIC_SUBNETS,
                "Private": PRIVATE_SUBNETS,
                "Isolated": ISOLATED_SUBNETS,
            }.items()
        ],
    }
}


def in_looked_up_vpc(app: cdk.App, **selection: Any) -> Template:
    stack = cdk.Stack(app, "Stack", env=ENV)
    vpc = ec2.Vpc.from_lookup(stack, "LookedUp", vpc_id="vpc-0123456789abcdef0")
    arguments = {"vpc_subnets": ec2.SubnetSelection(**selection)} if selection else {}
    small_service(stack)(cluster=cluster_in(stack, vpc), **arguments)
    return template_of(stack)


@pytest.mark.parametrize(
    ("selection", "subnets"),
    [
        ({}, PRIVATE_SUBNETS),
        ({"subnet_type": ec2.SubnetType.PRIVATE_ISOLATED}, ISOLATED_SUBNETS),
        ({"subnet_group_name": "Isolated"}, ISOLATED_SUBNETS),
    ],
)
def test_vpc_can_be_looked_up(selection: dict[str, Any], subnets: list[str], make_app: Callable[..., cdk.App]) -> None:
    assert network_of(in_looked_up_vpc(make_app(context=LOOKED_UP), **selection))["Subnets"] == subnets


@pytest.mark.parametrize(
    "selection", [{}, {"subnet_type": ec2.SubnetType.PRIVATE_ISOLATED}, {"availability_zones": ["us-east-1f"]}]
)
def test_synth_before_the_lookup_succeeds_for_the_cli_to_learn_what_to_look_up(
    selection: dict[str, Any], make_app: Callable[..., cdk.App]
) -> None:
    # The ids of CDK's stand-in are none that its own validation takes.
    app = make_app(context={STRICT: False})
    stack = cdk.Stack(app, "Stack", env=ENV)
    vpc = ec2.Vpc.from_lookup(stack, "LookedUp", vpc_id="vpc-0123456789abcdef0")
    small_service(stack)(cluster=cluster_in(stack, vpc), vpc_subnets=ec2.SubnetSelection(**selection))
    manifest = json.loads((Path(app.synth().directory) / "manifest.json").read_text())
    assert [missing["provider"] for missing in manifest["missing"]] == ["vpc-provider"]


def test_subnet_ids_can_be_tokens(stack: cdk.Stack, service: Service) -> None:
    ids = cdk.CfnParameter(stack, "Subnets", type="List<AWS::EC2::Subnet::Id>").value_as_list
    zones = cdk.CfnParameter(stack, "Zones", type="List<AWS::EC2::AvailabilityZone::Name>").value_as_list
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "OtherVpc",
        vpc_id=cdk.CfnParameter(stack, "VpcId", type="AWS::EC2::VPC::Id").value_as_string,
        availability_zones=[cdk.Fn.select(index, zones) for index in (0, 1)],
        private_subnet_ids=[cdk.Fn.select(index, ids) for index in (0, 1)],
    )
    service(cluster=cluster_in(stack, vpc))
    template = template_of(stack)
    assert network_of(template)["Subnets"] == [{"Fn::Select": [index, {"Ref": "Subnets"}]} for index in (0, 1)]
    for group in resources(template, "AWS::ElasticLoadBalancingV2::TargetGroup").values():
        assert group["Properties"]["VpcId"] == {"Ref": "VpcId"}


@pytest.mark.parametrize(
    ("subnets", "assign_public_ip", "mistake"),
    [
        (
            {"public_subnet_ids": PUBLIC_SUBNETS},
            False,
            "vpc_subnets must be given for a VPC without private subnets with egress, got None; select others, or turn "
            "assign_public_ip on",
        ),
        (
            {"isolated_subnet_ids": ISOLATED_SUBNETS},
            False,
            "vpc_subnets must be given for a VPC without private subnets with egress, got None; select others, or turn "
            "assign_public_ip on",
        ),
        (
            {"private_subnet_ids": PRIVATE_SUBNETS},
            True,
            "vpc_subnets must be given for a VPC without public subnets, got None; select others, or turn "
            "assign_public_ip off",
        ),
    ],
)
def test_vpc_without_the_usual_subnets_needs_a_selection(
    subnets: dict[str, Any], assign_public_ip: bool, mistake: str, stack: cdk.Stack, service: Service
) -> None:
    load_balancer = elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack,
        "LoadBalancer",
        load_balancer_arn="arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/0123456789abcdef",
        security_group_id="sg-0123456789abcdef0",
    )
    cluster = cluster_in(stack, vpc_of(stack, **subnets))
    arguments = {"cluster": cluster, "load_balancer": load_balancer, "assign_public_ip": assign_public_ip}
    assert mistakes_of(service, **arguments) == [mistake]


def test_isolated_subnets_can_be_selected(stack: cdk.Stack, service: Service) -> None:
    cluster = cluster_in(stack, vpc_of(stack, isolated_subnet_ids=ISOLATED_SUBNETS, private_subnet_ids=PRIVATE_SUBNETS))
    service(cluster=cluster, vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED))
    assert network_of(template_of(stack))["Subnets"] == ISOLATED_SUBNETS


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        ({"subnet_type": ec2.SubnetType.PRIVATE_ISOLATED}, "There are no 'Isolated' subnet groups in this VPC."),
        ({"subnet_group_name": "Database"}, "There are no subnet groups with name 'Database' in this VPC."),
        (
            {"subnet_group_name": "Public", "subnet_type": ec2.SubnetType.PUBLIC},
            "Only one of 'subnetType,subnetGroupName' can be supplied to subnet selection.",
        ),
    ],
)
def test_selection_that_cdk_refuses_is_refused_with_its_reason(
    selection: dict[str, Any], reason: str, service: Service
) -> None:
    (mistake,) = mistakes_of(service, vpc_subnets=ec2.SubnetSelection(**selection))
    assert mistake.startswith("vpc_subnets must select subnets of the VPC, got an error: ")
    assert reason in mistake


@pytest.mark.parametrize("selection", [{"availability_zones": ["us-east-1f"]}, {"subnets": []}])
def test_selection_without_subnets_is_refused(selection: dict[str, Any], service: Service) -> None:
    assert mistakes_of(service, vpc_subnets=ec2.SubnetSelection(**selection)) == [
        "vpc_subnets must select 1 or more subnets, got 0"
    ]


@pytest.mark.parametrize("others", [{}, {"one_per_az": True}])
def test_something_else_than_a_subnet_is_refused(others: dict[str, Any], stack: cdk.Stack, service: Service) -> None:
    subnets: Any = [ec2.Subnet.from_subnet_id(stack, "Subnet", PRIVATE_SUBNETS[0]), PRIVATE_SUBNETS[1]]
    assert mistakes_of(service, vpc_subnets=ec2.SubnetSelection(subnets=subnets, **others)) == [
        f"vpc_subnets.subnets[1] must be a subnet, got {PRIVATE_SUBNETS[1]!r}"
    ]


def test_more_subnets_than_ecs_takes_are_refused(stack: cdk.Stack, service: Service) -> None:
    subnets: list[ec2.ISubnet] = [ec2.Subnet.from_subnet_id(stack, f"Subnet{n}", f"subnet-{n}") for n in range(17)]
    assert mistakes_of(service, vpc_subnets=ec2.SubnetSelection(subnets=subnets)) == [
        "vpc_subnets must select at most 16 subnets, got 17"
    ]


def test_as_many_subnets_as_ecs_takes_are_taken(stack: cdk.Stack, service: Service) -> None:
    subnets: list[ec2.ISubnet] = [ec2.Subnet.from_subnet_id(stack, f"Subnet{n}", f"subnet-{n}") for n in range(16)]
    made = service(vpc_subnets=ec2.SubnetSelection(subnets=subnets))
    assert len(stack.resolve(made.task_set.network_configuration)["awsVpcConfiguration"]["subnets"]) == 16


# Security groups.


def test_new_security_group_lets_everything_out_and_the_load_balancer_in(stack: cdk.Stack, service: Service) -> None:
    made = service()
    template = template_of(stack)
    ids = network_of(template)["SecurityGroups"]
    assert ids == [stack.resolve(group.security_group_id) for group in made.security_groups]
    (id,) = ids
    group = template["Resources"][id["Fn::GetAtt"][0]]
    assert group["Type"] == "AWS::EC2::SecurityGroup"
    assert "SecurityGroupIngress" not in group["Properties"]
    (egress,) = group["Properties"]["SecurityGroupEgress"]
    assert (egress["CidrIp"], egress["IpProtocol"]) == ("0.0.0.0/0", "-1")
    ingress = properties(template, "AWS::EC2::SecurityGroupIngress")
    assert ingress["GroupId"] == id
    assert (ingress["FromPort"], ingress["ToPort"], ingress["IpProtocol"]) == (8080, 8080, "tcp")


def test_given_security_groups_are_all_used_and_let_the_load_balancer_in(stack: cdk.Stack, service: Service) -> None:
    groups: list[ec2.ISecurityGroup] = [
        ec2.SecurityGroup.from_security_group_id(stack, "Imported", "sg-0123456789abcdef0"),
        ec2.SecurityGroup.from_security_group_id(
            stack, "Token", cdk.CfnParameter(stack, "Group", type="AWS::EC2::SecurityGroup::Id").value_as_string
        ),
        ec2.SecurityGroup.from_security_group_id(stack, "Immutable", "sg-0123456789abcdef1", mutable=False),
    ]
    made = service(security_groups=groups)
    assert made.security_groups == groups
    template = template_of(stack)
    assert network_of(template)["SecurityGroups"] == ["sg-0123456789abcdef0", {"Ref": "Group"}, "sg-0123456789abcdef1"]
    rules = resources(template, "AWS::EC2::SecurityGroupIngress").values()
    assert [rule["Properties"]["GroupId"] for rule in rules] == ["sg-0123456789abcdef0", {"Ref": "Group"}]
    assert len(resources(template, "AWS::EC2::SecurityGroup")) == 1, "that of the load balancer"


def test_changing_the_given_list_afterwards_changes_nothing(stack: cdk.Stack, service: Service) -> None:
    groups: list[ec2.ISecurityGroup] = [ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")]
    made = service(security_groups=groups)
    groups.clear()
    assert len(made.security_groups) == 1
    assert len(made.connections.security_groups) == 1


@pytest.mark.parametrize(
    ("make_groups", "mistakes"),
    [
        (
            lambda _: [],
            ["security_groups must be a sequence of 1 to 5 security groups, got []; leave it out to have one made"],
        ),
        (
            lambda scope: ec2.SecurityGroup.from_security_group_id(scope, "Group", "sg-1"),
            [
                "security_groups must be a sequence of 1 to 5 security groups, got an ISecurityGroup; leave it out to "
                "have one made"
            ],
        ),
        (lambda _: ["sg-1"], ["security_groups[0] must be a security group, got 'sg-1'"]),
        (
            lambda scope: [
                ec2.SecurityGroup.from_security_group_id(scope, "Group", "sg-1"),
                ec2.Peer.any_ipv4(),
                None,
            ],
            [
                "security_groups[1] must be a security group, got an IPeer",
                "security_groups[2] must be a security group, got None",
            ],
        ),
        (
            lambda scope: [ec2.SecurityGroup.from_security_group_id(scope, f"Group{n}", f"sg-{n}") for n in range(6)],
            ["security_groups must be a sequence of 1 to 5 security groups, got 6"],
        ),
        (
            lambda scope: cdk.CfnParameter(scope, "Groups", type="List<AWS::EC2::SecurityGroup::Id>").value_as_list,
            [
                "security_groups must be a sequence of 1 to 5 security groups, got a token; a token hides how many "
                "there are: take each with Fn.select(…)"
            ],
        ),
    ],
    ids=["none", "one", "ids", "others", "too many", "token"],
)
def test_wrong_security_groups_are_refused(
    make_groups: Callable[[cdk.Stack], Any], mistakes: list[str], stack: cdk.Stack, service: Service
) -> None:
    assert mistakes_of(service, security_groups=make_groups(stack)) == mistakes


# The cluster.


def test_cluster_imported_without_its_vpc_is_refused(stack: cdk.Stack, service: Service) -> None:
    arn = "arn:aws:ecs:us-east-1:123456789012:cluster/cluster"
    assert mistakes_of(service, cluster=ecs.Cluster.from_cluster_arn(stack, "Imported", arn)) == [
        "cluster must know its VPC, got one that was imported without; import it with "
        "Cluster.from_cluster_attributes(…)"
    ]


@pytest.mark.parametrize(
    ("make_cluster", "shown"),
    [
        (lambda _: None, "None"),
        (lambda _: "cluster", "'cluster'"),
        (lambda scope: ecs.CfnCluster(scope, "Other"), "a CfnCluster"),
        (lambda scope: imported_cluster(scope).vpc, "an IVpc"),
    ],
)
def test_something_else_than_a_cluster_is_refused(
    make_cluster: Callable[[cdk.Stack], Any], shown: str, stack: cdk.Stack, service: Service
) -> None:
    assert mistakes_of(service, cluster=make_cluster(stack)) == [f"cluster must be an ECS cluster, got {shown}"]
