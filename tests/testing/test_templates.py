"""The template of a stack, and what is refused in its place."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from constructs import RootConstruct

from ecs_blue_green import InvalidArgumentsError
from ecs_blue_green.testing import (
    assert_blue_green,
    assert_logical_ids,
    assert_native_blue_green,
    assert_no_findings,
    freeze_logical_ids,
    template_of,
)
from tests.support import ROOT, Service

TEMPLATE = ROOT / "tests/__snapshots__/test_snapshots/test_least_arguments.json"


def with_a_topic(stack: cdk.Stack, name: str) -> cdk.Stack:
    cdk.CfnResource(stack, "Topic", type="AWS::SNS::Topic", properties={"TopicName": name})
    return stack


def topic_names(stack: cdk.Stack) -> list[str]:
    resources = template_of(stack)["Resources"].values()
    return [resource["Properties"]["TopicName"] for resource in resources if resource["Type"] == "AWS::SNS::Topic"]


def test_template_is_that_of_the_stack_wherever_it_is_in_the_app(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    stage = cdk.Stage(app, "Prod")
    inner = cdk.Stage(stage, "West")
    stacks = {f"{scope.node.path}-shop": cdk.Stack(scope, "Shop") for scope in (app, stage, inner)}
    stacks |= {f"{name}-nested": cdk.NestedStack(stack, "Nested") for name, stack in stacks.items()}
    for name, stack in stacks.items():
        with_a_topic(stack, name)
    assert {name: topic_names(stack) for name, stack in stacks.items()} == {name: [name] for name in stacks}
    assert len(stacks) == 6


def test_stack_without_a_scope_has_an_app_of_its_own() -> None:
    assert topic_names(with_a_topic(cdk.Stack(), "alone")) == ["alone"]


def test_app_is_synthesized_once(stack: cdk.Stack, tmp_path: Path) -> None:
    with_a_topic(stack, "orders")
    first = template_of(stack)
    (file,) = tmp_path.glob("cdk.out.*/Stack.template.json")
    written = file.stat().st_mtime_ns
    first["Resources"].clear()
    assert topic_names(stack) == ["orders"], "what a test does to a template is not what the next one gets"
    assert file.stat().st_mtime_ns == written


def test_construct_that_is_added_after_that_is_cdks_to_refuse(stack: cdk.Stack) -> None:
    template_of(with_a_topic(stack, "orders"))
    cdk.CfnResource(stack, "Late", type="AWS::SNS::Topic")
    with pytest.raises(RuntimeError, match="modified after the first synth"):
        template_of(stack)


ADVICE = "pass the stack that a construct is in, and of a Template of aws_cdk.assertions its to_json()"
A_STACK = "a Stack of an App, or a template as a dict with Resources"

TAKE_A_TEMPLATE: dict[str, Callable[[Any], object]] = {
    "assert_blue_green": assert_blue_green,
    "assert_native_blue_green": assert_native_blue_green,
    "assert_no_findings": assert_no_findings,
    "assert_logical_ids": lambda given: assert_logical_ids(given, TEMPLATE),
    "freeze_logical_ids": lambda given: freeze_logical_ids(given, TEMPLATE),
}


def refused(call: Callable[[Any], object], given: object) -> tuple[str, list[str]]:
    """What is refused, without the place: the name of the function, and the mistakes."""
    with pytest.raises(InvalidArgumentsError) as caught:
        call(given)
    assert re.fullmatch(r"\S*test_templates\.py:\d+", caught.value.location)
    return caught.value.construct_path, [*caught.value.mistakes]


def something_else(stack: cdk.Stack, service: Service) -> dict[str, Any]:
    """What is no stack, by what the message has to say of it."""
    return {
        "an App": stack.node.root,
        "an EcsBlueGreenService": service(),
        "a Template": assertions.Template.from_stack(cdk.Stack()),
        "the class Stack": cdk.Stack,
        "'Stack.template.json'": "Stack.template.json",
        "None": None,
        "[]": [],
    }


def test_what_is_no_stack_is_refused_by_every_function(stack: cdk.Stack, service: Service) -> None:
    for shown, given in something_else(stack, service).items():
        assert refused(template_of, given) == (
            "template_of",
            [f"stack must be a Stack of an App, got {shown}; {ADVICE}"],
        )
        for name, call in TAKE_A_TEMPLATE.items():
            assert refused(call, given) == (name, [f"stack_or_template must be {A_STACK}, got {shown}; {ADVICE}"])


def test_stack_without_an_app_is_refused() -> None:
    stack = cdk.Stack(RootConstruct(), "Stack")
    assert refused(template_of, stack) == (
        "template_of",
        ["stack must be a Stack of an App, got a Stack without an App"],
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, "nothing in it"),
        ({"TrafficRoutingConfig": {}, "Applications": []}, "TrafficRoutingConfig, Applications"),
        ({"Resources": []}, "Resources"),
    ],
)
@pytest.mark.parametrize("name", TAKE_A_TEMPLATE)
def test_dict_that_is_no_template_is_refused(name: str, given: dict[str, Any], shown: str) -> None:
    assert refused(TAKE_A_TEMPLATE[name], given) == (
        name,
        [f"stack_or_template must be {A_STACK}, got a dict with {shown}"],
    )


def test_template_of_cdks_own_assertions_is_a_template_as_json(stack: cdk.Stack, service: Service) -> None:
    service()
    template = assertions.Template.from_stack(stack).to_json()
    assert_no_findings(template)
    assert assert_blue_green(template) == assert_blue_green(stack)


USERS_TEST = f"""
import json
import sys
import unittest
from ecs_blue_green.testing import assert_blue_green, assert_logical_ids, assert_no_findings, freeze_logical_ids

def load():
    with open({str(TEMPLATE)!r}) as file:
        return json.load(file)

def test_right():
    assert_blue_green(load())
    assert_no_findings(load())
    freeze_logical_ids(load(), "ids.json")
    assert_logical_ids(load(), "ids.json")
    assert not {{"aws_cdk", "jsii"}} & sys.modules.keys()

def test_wrong():
    template = load()
    template["Resources"]["Inner"] = {{"Type": "AWS::CloudFormation::Stack"}}
    assert_no_findings(template)

class Tests(unittest.TestCase):
    def test_right(self):
        test_right()

    def test_wrong(self):
        test_wrong()
"""


@pytest.mark.parametrize("runner", ["pytest", "unittest"])
def test_assertions_over_templates_need_no_cdk_and_fail_readably_under_any_runner(runner: str, tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(USERS_TEST)
    done = subprocess.run(
        [sys.executable, "-m", runner, "test_shop.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    told = done.stdout + done.stderr
    assert done.returncode == 1
    assert re.search("2 failed, 2 passed|FAILED .failures=1.", told), told
    assert "AssertionError: The template has 1 unwanted finding:\n" in told
    assert "error nested-stack Inner: Expect CloudFormation to refuse the template: " in told
    if runner == "pytest":
        assert "testing/findings.py" not in told, "the traceback ends in the user's code"
