"""That what users give is copied: a list that they change later changes nothing."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_servicediscovery as servicediscovery

from ecs_blue_green import CodeDeployHookRole, HttpListener, HttpsListener, LifecycleHookFunction, TargetGroupAlarm
from ecs_blue_green.testing import template_of
from tests.support import Service, imported_cluster, resources

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/11112222-3333-4444-5555-666677778888"


@pytest.mark.parametrize("listener", [HttpListener, lambda peers: HttpsListener(certificates=[ARN], peers=peers)])
def test_peers_of_a_listener_are_copied(listener: Callable[..., HttpListener | HttpsListener]) -> None:
    office, home = ec2.Peer.ipv4("192.0.2.0/24"), ec2.Peer.ipv4("198.51.100.0/24")
    peers = [office]
    made = listener(peers=peers)
    peers.append(home)
    assert made.peers == (office,)


def test_certificates_of_a_listener_are_copied() -> None:
    certificates = [ARN]
    made = HttpsListener(certificates=certificates)
    certificates.clear()
    assert made.certificates == (ARN,)


def test_a_listener_keeps_what_is_no_sequence_for_the_construct_to_refuse() -> None:
    given: dict[str, Any] = {"peers": 5, "certificates": ARN}
    made = HttpsListener(**given)
    assert {name: getattr(made, name) for name in given} == given


def lists(stack: cdk.Stack) -> dict[str, list[Any]]:
    """A list for every argument of the service that takes one."""
    namespace = servicediscovery.HttpNamespace(stack, "Namespace", name="shop")
    alias = lambda_.Function.from_function_attributes(
        stack, "Function", function_arn="arn:aws:lambda:us-east-1:123456789012:function:act", same_environment=True
    )
    return {
        "capacity_provider_strategies": [ecs.CapacityProviderStrategy(capacity_provider="FARGATE_SPOT", weight=1)],
        "security_groups": [ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0123456789abcdef0")],
        "cloud_map_services": [ecs.AssociateCloudMapServiceOptions(service=namespace.create_service("Cloud"))],
        "alarms": [TargetGroupAlarm.http_5xx()],
        "alarm_actions": [actions.LambdaAction(alias)],
    }


def test_lists_of_a_service_are_copied(stack: cdk.Stack, service: Service) -> None:
    given = lists(stack)
    made = service(cluster=imported_cluster(stack), **given)
    for items in given.values():
        items.clear()
    assert len(made.security_groups) == 1
    assert len(made.connections.security_groups) == 1
    made.security_groups.clear()
    assert len(made.security_groups) == 1
    task_set = next(iter(resources(template_of(stack), "AWS::ECS::TaskSet").values()))["Properties"]
    assert [item["CapacityProvider"] for item in task_set["CapacityProviderStrategy"]] == ["FARGATE_SPOT"]
    assert len(task_set["ServiceRegistries"]) == 1
    assert [*made.alarms] == ["Http5xx"]
    (alarm,) = resources(template_of(stack), "AWS::CloudWatch::CompositeAlarm").values()
    assert len(alarm["Properties"]["AlarmActions"]) == 1


def test_functions_of_a_role_and_variables_of_a_function_are_copied(stack: cdk.Stack) -> None:
    functions, environment = ["CodeDeployHook_one"], {"URL": "https://example.com"}
    role = CodeDeployHookRole(stack, "Role", functions=functions)
    code = "def handler(event, context): ..."
    LifecycleHookFunction(stack, "Function", code=code, environment=environment)
    functions.append("CodeDeployHook_two")
    environment["URL"] = "https://example.org"
    assert not role.may_invoke("CodeDeployHook_two")
    (function,) = resources(template_of(stack), "AWS::Lambda::Function").values()
    assert function["Properties"]["Environment"] == {"Variables": {"URL": "https://example.com"}}
