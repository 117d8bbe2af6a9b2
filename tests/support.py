"""What many tests need: the least service, its template, and resources of it by type and properties."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_blue_green import EcsBlueGreenService, HttpListener, InvalidArgumentsError

ROOT = Path(__file__).parents[1]

Template = dict[str, Any]
Resources = dict[str, dict[str, Any]]
Service = Callable[..., EcsBlueGreenService]

# What `cdk init` writes into cdk.json; the example keeps a copy there, as every app does.
# Whether what CDK's own validation finds fails the synth.
STRICT = "@aws-cdk/core:validateAgainstDefaultRules"
INIT_FLAGS: dict[str, Any] = json.loads((ROOT / "examples/trivia/cdk.json").read_text())["context"]

PUBLIC_SUBNETS = ["subnet-00000000000000001", "subnet-00000000000000002"]
PRIVATE_SUBNETS = ["subnet-00000000000000003", "subnet-00000000000000004"]


def imported_cluster(scope: Construct) -> ecs.ICluster:
    """A cluster of another stack, in a VPC with a public and a private subnet in each of two zones."""
    vpc = ec2.Vpc.from_vpc_attributes(
        scope,
        "Vpc",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=["us-east-1a", "us-east-1b"],
        public_subnet_ids=PUBLIC_SUBNETS,
        public_subnet_route_table_ids=["rtb-00000000000000001", "rtb-00000000000000002"],
        private_subnet_ids=PRIVATE_SUBNETS,
        private_subnet_route_table_ids=["rtb-00000000000000003", "rtb-00000000000000004"],
    )
    return ecs.Cluster.from_cluster_attributes(scope, "Cluster", cluster_name="cluster", vpc=vpc)


def fargate_task(scope: Construct, id: str = "Task", *, port: int = 8080) -> ecs.FargateTaskDefinition:
    """A task definition with one container, ``app``."""
    task = ecs.FargateTaskDefinition(scope, id)
    task.add_container(
        "app",
        image=ecs.ContainerImage.from_registry("example.com/app:v1"),
        port_mappings=[ecs.PortMapping(container_port=port)],
    )
    return task


def small_service(scope: Construct) -> Service:
    """Makes a service with the least arguments in a scope; further arguments are passed on."""

    def make(id: str = "Service", **arguments: Any) -> EcsBlueGreenService:
        defaults: dict[str, Callable[[], Any]] = {
            "cluster": partial(imported_cluster, scope),
            "task_definition": partial(fargate_task, scope),
            "production_listener": HttpListener,
        }
        given = {name: make() for name, make in defaults.items() if name not in arguments}
        return EcsBlueGreenService(scope, id, **given, **arguments)

    return make


def mistakes_of(service: Callable[..., object], **arguments: Any) -> list[str]:
    """Make a service that must be refused, and list its mistakes."""
    with pytest.raises(InvalidArgumentsError) as caught:
        service(**arguments)
    return [*caught.value.mistakes]


def number_token(scope: Construct, id: str = "Number") -> int:
    """Give a number that is known only when CloudFormation runs, typed as the library asks for it."""
    return cast(int, cdk.CfnParameter(scope, id, type="Number").value_as_number)


def accept_token_ports(stack: cdk.Stack) -> None:
    """Acknowledge a false finding of CDK 2.262, which takes a security group's port for none when it is a Ref."""
    reason = "The port is a parameter."
    cdk.Validations.of(stack).acknowledge(cdk.Acknowledgment(id="CloudFormation-Validate::E3687", reason=reason))


def accept_exports(*stacks: cdk.Stack) -> None:
    """Acknowledge how CDK refers to another stack where no feature flag tells it to do without exports."""
    reason = "The test is about what the stacks share."
    for stack in stacks:
        for rule in ("imported-value", "exported-output"):
            cdk.Validations.of(stack).acknowledge(cdk.Acknowledgment(id=f"ecs-blue-green::{rule}", reason=reason))


def resources(template: Template, type: str, **properties: Any) -> Resources:
    """Find resources by type, and by the exact values of some properties."""
    return {
        id: resource
        for id, resource in template["Resources"].items()
        if resource["Type"] == type
        and all(resource.get("Properties", {}).get(name) == value for name, value in properties.items())
    }


def properties(template: Template, type: str, **some: Any) -> dict[str, Any]:
    """Give the properties of the only resource of a type, or of the only one with these property values."""
    found = resources(template, type, **some)
    assert len(found) == 1, f"expected one {type} with {some}, found {[*found]}"
    only: dict[str, Any] = next(iter(found.values())).get("Properties", {})
    return only


def hook_of(template: Template) -> dict[str, Any]:
    """Give the properties of the only hook."""
    (hook,) = template["Hooks"].values()
    assert hook["Type"] == "AWS::CodeDeploy::BlueGreen"
    given: dict[str, Any] = hook["Properties"]
    return given
