"""What a call that can't work is told, and that it leaves nothing behind."""

import inspect
import math
from collections.abc import Callable
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ecs_blue_green import (
    EcsBlueGreenError,
    EcsBlueGreenService,
    HttpListener,
    HttpsListener,
    InvalidArgumentsError,
    NewLoadBalancer,
)
from ecs_blue_green.testing import template_of
from tests.support import ROOT, Service, fargate_task, hook_of, imported_cluster, mistakes_of, number_token, resources

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/11112222-3333-4444-5555-666677778888"


def error_of(call: Callable[..., object], *positional: Any, **arguments: Any) -> InvalidArgumentsError:
    with pytest.raises(InvalidArgumentsError) as caught:
        call(*positional, **arguments)
    return caught.value


def here() -> int:
    """The number of the line that calls this."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


@pytest.fixture
def needed(stack: cdk.Stack) -> dict[str, Any]:
    """The arguments that every service needs, made once for several calls."""
    return {
        "cluster": imported_cluster(stack),
        "task_definition": fargate_task(stack),
        "production_listener": HttpListener(),
    }


def test_message_tells_path_place_argument_value_what_is_allowed_and_what_to_do(
    stack: cdk.Stack, needed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    scope = Construct(Construct(stack, "Outer"), "Inner")
    needed["production_listener"] = HttpsListener(certificates=[])
    line = here() + 2
    with pytest.raises(InvalidArgumentsError) as caught:
        EcsBlueGreenService(scope, "Web", **needed)
    assert str(caught.value) == (
        f"Stack/Outer/Inner/Web (tests/checks/test_mistakes.py:{line}): production_listener.certificates must be a "
        "sequence of one or more certificates, got (); HTTPS needs one: give it, or use HttpListener() for traffic "
        "that is not encrypted"
    )
    assert caught.value.construct_path == "Stack/Outer/Inner/Web"
    assert caught.value.location == f"tests/checks/test_mistakes.py:{line}"
    assert len(caught.value.mistakes) == 1


def test_place_outside_the_working_folder_is_told_in_full(
    stack: cdk.Stack, needed: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    line = here() + 2
    with pytest.raises(InvalidArgumentsError) as caught:
        EcsBlueGreenService(stack, "Web", **needed, desired_count=-1)
    assert caught.value.location == f"{Path(__file__)}:{line}"


def test_place_is_that_of_the_call_in_a_users_own_construct(
    stack: cdk.Stack, needed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Web(EcsBlueGreenService):
        line = 0

        def __init__(self, scope: Construct, id: str) -> None:
            Web.line = here() + 1
            super().__init__(scope, id, **needed, desired_count=-1)

    monkeypatch.chdir(ROOT)
    assert error_of(Web, stack, "Web").location == f"tests/checks/test_mistakes.py:{Web.line}"


def test_several_mistakes_are_listed_together(stack: cdk.Stack, needed: dict[str, Any]) -> None:
    needed["production_listener"] = HttpListener(port=0)
    error = error_of(
        EcsBlueGreenService,
        stack,
        "Web",
        **needed,
        test_listener="https",
        load_balancer=80,
        deregistration_delay=Duration.hours(2),
        health_check=elbv2.HealthCheck(path="health"),
    )
    assert str(error) == (
        f"Stack/Web ({error.location}): 5 mistakes\n"
        "  - load_balancer must be an Application Load Balancer or NewLoadBalancer(…), got 80\n"
        "  - production_listener.port must be a whole number from 1 to 65535, got 0\n"
        "  - test_listener must be HttpsListener(certificates=[…]) or HttpListener(), got 'https'\n"
        "  - deregistration_delay must be a Duration from 0 to 3600 whole seconds, got 7200 seconds\n"
        "  - health_check.path must be a path that starts with /, got 'health'"
    )
    assert [f"  - {mistake}" for mistake in error.mistakes] == str(error).splitlines()[1:]


def test_error_is_a_value_error(stack: cdk.Stack, needed: dict[str, Any]) -> None:
    error = error_of(EcsBlueGreenService, stack, "Web", **needed, desired_count=-1)
    assert isinstance(error, EcsBlueGreenError)
    assert isinstance(error, ValueError)


def test_refused_call_leaves_nothing_behind(stack: cdk.Stack, needed: dict[str, Any]) -> None:
    children = {child.node.path for child in stack.node.find_all()}
    error_of(EcsBlueGreenService, stack, "Web", **needed, desired_count=-1, test_listener=HttpListener())
    assert {child.node.path for child in stack.node.find_all()} == children
    EcsBlueGreenService(stack, "Web", **needed)
    template = template_of(stack)
    assert len(resources(template, "AWS::ECS::Service")) == 1
    assert hook_of(template)["Applications"][0]["Target"]["Type"] == "AWS::ECS::Service"


def test_refused_call_changes_no_given_security_group(stack: cdk.Stack, needed: dict[str, Any]) -> None:
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0123456789abcdef0")
    error_of(EcsBlueGreenService, stack, "Web", **needed, security_groups=[group], desired_count=-1)
    assert group.node.children == []


def test_second_construct_of_the_same_id_is_refused(stack: cdk.Stack, needed: dict[str, Any]) -> None:
    first = EcsBlueGreenService(stack, "Web", **needed)
    error = error_of(EcsBlueGreenService, stack, "Web", **needed)
    assert error.construct_path == "Stack/Web"
    (mistake,) = error.mistakes
    assert mistake.startswith("id 'Web' was refused by CDK: There is already a Construct with name 'Web'")
    assert stack.node.try_find_child("Web") is first


@pytest.mark.parametrize(
    ("id", "shown"),
    [("", "''"), (None, "None"), (5, "5"), (b"Web", "b'Web'"), (["Web"], "['Web']"), ([10**5000], "a list")],
)
def test_id_must_be_text(stack: cdk.Stack, needed: dict[str, Any], id: Any, shown: str) -> None:
    error = error_of(EcsBlueGreenService, stack, id, **needed)
    assert error.mistakes == (f"id must be a non-empty string, got {shown}",)
    assert error.construct_path == f"Stack/{id if isinstance(id, str) else shown}"


def test_id_can_be_no_token(stack: cdk.Stack, needed: dict[str, Any]) -> None:
    error = error_of(EcsBlueGreenService, stack, cdk.Aws.REGION, **needed)
    assert error.mistakes == ("id must be a non-empty string, got a token",)


@pytest.mark.parametrize(
    ("scope", "path", "shown"),
    [
        (None, "Web", "None"),
        ("Stack", "Web", "'Stack'"),
        (cdk.Stack, "Web", "the class Stack"),
        (cdk.App, "Web", "the class App"),
        (ec2.Peer.any_ipv4(), "Web", "an IPeer"),
        (cdk.App(), "Web", "an App"),
        (cdk.Stage(cdk.App(), "Stage"), "Stage/Web", "a Stage"),
        (Construct(cdk.App(), "Construct"), "Construct/Web", "a Construct"),
    ],
)
def test_scope_must_belong_to_a_stack(needed: dict[str, Any], scope: Any, path: str, shown: str) -> None:
    error = error_of(EcsBlueGreenService, scope, "Web", **needed)
    assert error.mistakes == (
        f"scope must be a construct that belongs to a Stack, got {shown}; pass self inside a Stack",
    )
    assert error.construct_path == path
    if isinstance(scope, Construct):
        assert scope.node.children == []


def test_mistakes_in_scope_and_id_come_with_the_others(needed: dict[str, Any]) -> None:
    error = error_of(EcsBlueGreenService, None, "", **needed, desired_count=-1)
    assert [mistake.partition(" ")[0] for mistake in error.mistakes] == ["desired_count", "scope", "id"]


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        (Duration.seconds(0), "got 0 seconds"),
        (Duration.seconds(59), "got 59 seconds"),
        (Duration.seconds(61), "got 61 seconds"),
        (Duration.millis(60_001), "got Duration.millis(60001)"),
        (Duration.millis(0.5), "got Duration.millis(0.5)"),
        (Duration.minutes(1e308), "got Duration.minutes(1e+308)"),
        (Duration.seconds(10**400), "got Duration.seconds(Infinity)"),
        (Duration.days(3), "got 4320 minutes"),
        (10, "got 10; make it with Duration.minutes(…)"),
    ],
)
def test_duration_is_told_in_its_unit_where_it_is_whole(service: Service, time: Any, shown: str) -> None:
    mistake = f"termination_wait_time must be a Duration from 0 to 2880 whole minutes, {shown}"
    if shown == "got 0 seconds":
        assert service(termination_wait_time=time).node.id == "Service"
    else:
        assert mistakes_of(service, termination_wait_time=time) == [mistake]


def test_duration_of_a_token_passes_in_its_own_unit_only(stack: cdk.Stack, needed: dict[str, Any]) -> None:
    number = number_token(stack)
    error = error_of(
        EcsBlueGreenService,
        stack,
        "Web",
        **needed,
        termination_wait_time=Duration.seconds(number),
        deregistration_delay=Duration.minutes(number),
    )
    assert sorted(error.mistakes) == [
        f"{argument} must be a Duration from 0 to {most} whole {unit}, got a token in another unit; "
        f"make it with Duration.{unit}(…)"
        for argument, most, unit in (
            ("deregistration_delay", 3600, "seconds"),
            ("termination_wait_time", 2880, "minutes"),
        )
    ]
    EcsBlueGreenService(
        stack,
        "Web",
        **needed,
        termination_wait_time=Duration.minutes(number),
        deregistration_delay=Duration.seconds(number),
    )
    template = template_of(stack)
    assert hook_of(template)["AdditionalOptions"] == {"TerminationWaitTimeInMinutes": {"Ref": "Number"}}
    blue, green = resources(template, "AWS::ElasticLoadBalancingV2::TargetGroup").values()
    for group in (blue, green):
        attributes = group["Properties"]["TargetGroupAttributes"]
        assert {"Key": "deregistration_delay.timeout_seconds", "Value": {"Ref": "Number"}} in attributes


class Number(IntEnum):
    EIGHTY = 80


class Text(StrEnum):
    PATH = "/health"


def test_member_of_an_enum_is_no_text(stack: cdk.Stack, needed: dict[str, Any]) -> None:
    """Others than a StrEnum stand by their own names within a longer text, such as an alarm's name."""
    error = error_of(EcsBlueGreenService, stack, "Web", **needed, health_check=elbv2.HealthCheck(path=Text.PATH))
    assert error.mistakes == ("health_check.path must be a path that starts with /, got Text.PATH",)


class Silent:
    """Shows nothing, and can't be told from anything."""

    def __repr__(self) -> str:
        raise LookupError

    def __bool__(self) -> bool:
        raise LookupError

    def __eq__(self, other: object) -> Any:
        return self

    __hash__ = None  # type: ignore[assignment]


@jsii.implements(cdk.IStableStringProducer)
class Producer:
    def produce(self) -> str:
        return "lazy"


def odd_values(stack: cdk.Stack) -> dict[str, object]:
    """Give values that somebody might pass by mistake, of every kind, with a name for each."""
    text = cdk.CfnParameter(stack, "Text")
    tokens = {
        "token of a text": text.value_as_string,
        "token of a number": number_token(stack),
        "token of a list": cdk.CfnParameter(stack, "List", type="CommaDelimitedList").value_as_list,
        "token of an import": cdk.Fn.import_value("export"),
        "token of a lazy text": cdk.Lazy.string(Producer()),
        "token as an object": cdk.Token.as_any({"Ref": "Text"}),
    }
    objects = {
        "Duration": Duration.seconds(5),
        "HealthCheck": elbv2.HealthCheck(),
        "HttpListener": HttpListener(port=8080),
        "NewLoadBalancer": NewLoadBalancer(),
        "Peer": ec2.Peer.any_ipv4(),
        "Peers": [ec2.Peer.any_ipv4()],
        "Stack": stack,
        "SubnetSelection": ec2.SubnetSelection(),
        "parameter": text,
        "an L1 construct": elbv2.CfnLoadBalancer(stack, "Plain"),
    }
    plain: dict[str, object] = {"None": None, "text": "text", "True": True, "no items": [], "no items either": ()}
    # What fits nowhere.
    others: list[object] = [
        "",
        b"text",
        0,
        -1,
        70_000,
        1.5,
        math.nan,
        math.inf,
        1 + 2j,
        10**400,
        10**5000,
        Number.EIGHTY,
        Silent(),
        [None],
        [[]],
        ["text"],
        [object()],
        [math.nan],
        {},
        {"key": "value"},
        {1, 2},
        object(),
        object,
        print,
        Path("x"),
        Duration,
        cdk.Stack,
        ec2.InstanceType("t3.micro"),
        ec2.Port.tcp(80),
        ec2.SubnetType.PUBLIC,
        ecs.ContainerImage.from_registry("example.com/app:v1"),
        elbv2.Protocol.TCP,
    ]
    return plain | tokens | objects | {f"other {number}": value for number, value in enumerate(others)}


def https(**arguments: Any) -> HttpsListener:
    given: dict[str, Any] = {"certificates": [ARN], "port": 8443} | arguments
    return HttpsListener(**given)


TEXT_TOKENS = {"token of a text", "token of an import", "token of a lazy text"}
NUMBER_TOKEN = {"token of a number"}
FLAG = {"None", "True"}
PEERS = {"no items", "no items either", "Peers"}


@pytest.mark.parametrize(
    ("argument", "give", "fitting"),
    [
        ("scope", lambda value: {"scope": value}, {"Stack", "parameter", "an L1 construct"}),
        ("id", lambda value: {"id": value}, {"text"}),
        ("production_listener", lambda value: {"production_listener": value}, {"HttpListener"}),
        (
            "production_listener.certificates",
            lambda value: {"production_listener": https(certificates=value)},
            set(),
        ),
        (
            "production_listener.certificates[0]",
            lambda value: {"production_listener": https(certificates=[value])},
            TEXT_TOKENS,
        ),
        ("production_listener.port", lambda value: {"production_listener": https(port=value)}, NUMBER_TOKEN),
        ("production_listener.ssl_policy", lambda value: {"production_listener": https(ssl_policy=value)}, {"None"}),
        ("production_listener.open", lambda value: {"production_listener": https(open=value)}, FLAG),
        ("production_listener.peers", lambda value: {"production_listener": https(peers=value)}, PEERS),
        ("production_listener.peers[0]", lambda value: {"production_listener": https(peers=[value])}, {"Peer"}),
        (
            "production_listener.redirect_http_from",
            lambda value: {"production_listener": https(redirect_http_from=value)},
            {"None"} | NUMBER_TOKEN,
        ),
        ("test_listener", lambda value: {"test_listener": value}, {"None", "HttpListener"}),
        ("test_listener.port", lambda value: {"test_listener": HttpListener(port=value)}, NUMBER_TOKEN),
        ("test_listener.open", lambda value: {"test_listener": HttpListener(port=81, open=value)}, FLAG),
        ("test_listener.peers", lambda value: {"test_listener": HttpListener(port=81, peers=value)}, PEERS),
        ("load_balancer", lambda value: {"load_balancer": value}, {"None", "NewLoadBalancer"}),
        (
            "load_balancer.internet_facing",
            lambda value: {"load_balancer": NewLoadBalancer(internet_facing=value)},
            FLAG,
        ),
        (
            "load_balancer.vpc_subnets",
            lambda value: {"load_balancer": NewLoadBalancer(vpc_subnets=value)},
            {"None", "SubnetSelection"},
        ),
        (
            "load_balancer.deletion_protection",
            lambda value: {"load_balancer": NewLoadBalancer(deletion_protection=value)},
            FLAG,
        ),
        ("target_protocol", lambda value: {"target_protocol": value}, set()),
        ("deregistration_delay", lambda value: {"deregistration_delay": value}, {"None", "Duration"}),
        ("health_check", lambda value: {"health_check": value}, {"None", "HealthCheck"}),
    ],
)
def test_odd_value_is_refused_unless_it_fits(
    stack: cdk.Stack,
    needed: dict[str, Any],
    argument: str,
    give: Callable[[Any], dict[str, Any]],
    fitting: set[str],
) -> None:
    passed = set()
    for number, (name, value) in enumerate(odd_values(stack).items()):
        arguments: dict[str, Any] = {"scope": stack, "id": f"Web{number}"} | needed | give(value)
        try:
            EcsBlueGreenService(**arguments)
        except InvalidArgumentsError as error:
            (mistake,) = error.mistakes
            assert mistake.startswith(argument), (name, mistake)
            assert stack.node.try_find_child(f"Web{number}") is None
        else:
            passed.add(name)
    assert passed == fitting
