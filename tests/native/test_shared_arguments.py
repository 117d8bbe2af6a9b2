"""Both constructs: what they share has the same names, types, defaults and words, and the same ids."""

import inspect
import re
import typing
from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from ecs_blue_green import (
    EcsBlueGreenService,
    EcsNativeBlueGreenService,
    HttpListener,
    NewLoadBalancer,
    TargetGroupAlarm,
)
from ecs_blue_green.testing import template_of
from tests.native.support import native_service
from tests.support import Resources, resources, small_service

# What the hook alone has, or has with another type; and listeners, of which ECS's own rules allow more.
HOOKS_OWN = {"traffic_routing", "termination_wait_time", "lifecycle_hooks", "update_mode"}
WIDER = {"production_listener", "test_listener"}

OF_HOOK, OF_NATIVE = (
    inspect.signature(kind.__init__).parameters for kind in (EcsBlueGreenService, EcsNativeBlueGreenService)
)
SHARED = [name for name in OF_HOOK if name not in HOOKS_OWN]


def described(kind: type) -> dict[str, str]:
    """Give what the constructor's docstring says of each argument, in one line."""
    text = (
        (inspect.getdoc(inspect.getattr_static(kind, "__init__")) or "").partition("Args:")[2].partition("Raises:")[0]
    )
    found = re.findall(r"^ {4}(\w+): (.*?)(?=^ {4}\w|\Z)", text, re.MULTILINE | re.DOTALL)
    return {name: " ".join(words.split()) for name, words in found}


def test_every_argument_that_both_have_is_the_same() -> None:
    assert [name for name in OF_NATIVE if name in SHARED] == SHARED
    types = [
        typing.get_type_hints(kind.__init__, localns={"cloudwatch": cloudwatch})
        for kind in (EcsBlueGreenService, EcsNativeBlueGreenService)
    ]
    docs = [described(kind) for kind in (EcsBlueGreenService, EcsNativeBlueGreenService)]
    assert [{*doc} for doc in docs] == [{*OF_HOOK} - {"self"}, {*OF_NATIVE} - {"self"}]
    for name in SHARED:
        if name == "self":
            continue
        assert OF_HOOK[name].default == OF_NATIVE[name].default, name
        assert OF_HOOK[name].kind is OF_NATIVE[name].kind, name
        if name in WIDER:
            assert {*typing.get_args(types[0][name])} < {*typing.get_args(types[1][name])}, name
            assert docs[1][name].startswith(docs[0][name]), name
        elif name not in {"scope", "id"}:
            assert types[0][name] == types[1][name], name
            assert docs[0][name] == docs[1][name], name


@pytest.fixture
def both(make_app: Callable[..., cdk.App]) -> tuple[Resources, Resources]:
    """The resources of the same service, by the hook and by ECS itself."""
    found = []
    for make in (small_service, native_service):
        stack = cdk.Stack(make_app(), "Stack")
        make(stack)(
            production_listener=HttpListener(port=8080, open=True),
            test_listener=HttpListener(port=9090),
            load_balancer=NewLoadBalancer(internet_facing=True),
            health_check=elbv2.HealthCheck(path="/health", interval=Duration.seconds(10)),
            deregistration_delay=Duration.seconds(5),
            enable_execute_command=True,
            alarms=[TargetGroupAlarm.http_5xx(name="Errors"), TargetGroupAlarm.unhealthy_hosts()],
        )
        found.append(resources_of(stack))
    return found[0], found[1]


def resources_of(stack: cdk.Stack) -> Resources:
    found: Resources = template_of(stack)["Resources"]
    return found


def test_children_that_both_have_keep_their_ids_and_mostly_what_they_say(both: tuple[Resources, Resources]) -> None:
    hook, native = both
    gone = {hook[id]["Type"] for id in {*hook} - {*native}}
    assert gone == {"AWS::ECS::TaskSet", "AWS::ECS::PrimaryTaskSet"}
    new = {id: native[id]["Type"] for id in {*native} - {*hook}}
    assert new == {
        "ServiceProductionRule16D94C7E": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "ServiceTestRule43DA0830": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "ServiceInfrastructureRole93A0E885": "AWS::IAM::Role",
    }
    changed = {hook[id]["Type"] for id in {*hook} & {*native} if hook[id] != native[id]}
    assert changed == {"AWS::ECS::Service", "AWS::ElasticLoadBalancingV2::Listener"}


def test_nothing_is_asked_of_the_stack(both: tuple[Resources, Resources], stack: cdk.Stack) -> None:
    native_service(stack)()
    template = template_of(stack)
    assert {*template} <= {"Resources", "Parameters", "Rules"}
    assert {*template.get("Parameters", {})} <= {"BootstrapVersion"}
    assert resources(template, "AWS::ECS::Service")
