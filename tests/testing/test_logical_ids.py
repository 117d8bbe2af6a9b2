"""Logical ids that are frozen in a file."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from ecs_blue_green import InvalidArgumentsError
from ecs_blue_green.testing import assert_logical_ids, freeze_logical_ids, template_of
from tests.native.support import NativeService
from tests.support import Service, Template

ADVICE = "If this is meant, call freeze_logical_ids in this place, once, and commit the file."
REPLACED = (
    "CloudFormation makes what is new and deletes what is gone, with what runs on it: under another logical id, a "
    "resource is replaced. Logical ids come from the ids of the construct and of those around it."
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "logical_ids.json"


@pytest.fixture
def template() -> Template:
    """A template with two resources."""
    return {"Resources": {"Web": {"Type": "AWS::ECS::Service"}, "Blue": {"Type": "TargetGroup", "Properties": {}}}}


def failure(stack_or_template: Any, file: Path) -> list[str]:
    with pytest.raises(AssertionError) as caught:
        assert_logical_ids(stack_or_template, file)
    return [line.removeprefix("  ") for line in str(caught.value).splitlines()]


def test_file_is_sorted_json_of_types_by_logical_ids(template: Template, file: Path) -> None:
    freeze_logical_ids(template, str(file))
    assert file.read_bytes() == b'{\n  "Blue": "TargetGroup",\n  "Web": "AWS::ECS::Service"\n}\n'


def test_all_resources_of_a_stack_are_frozen(stack: cdk.Stack, service: Service, file: Path) -> None:
    service()
    freeze_logical_ids(stack, file)
    resources = template_of(stack)["Resources"]
    assert json.loads(file.read_text()) == {id: resource["Type"] for id, resource in resources.items()}
    assert_logical_ids(stack, file)
    assert_logical_ids(template_of(stack), str(file))


def test_listener_rules_and_roles_of_ecs_are_frozen_too(stack: cdk.Stack, native: NativeService, file: Path) -> None:
    """CloudFormation would write a rule anew under another id, with all traffic on blue."""
    made = native("Web")
    freeze_logical_ids(stack, file)
    assert_logical_ids(stack, file)
    frozen = json.loads(file.read_text())
    rule = stack.resolve(made.listener_rules.production.logical_id)
    assert frozen[rule] == "AWS::ElasticLoadBalancingV2::ListenerRule"
    file.write_text(json.dumps({id.replace("WebProductionRule", "WebRule"): type for id, type in frozen.items()}))
    assert failure(stack, file)[1:3] == [
        f"removed: {rule.replace('WebProductionRule', 'WebRule')} ({frozen[rule]})",
        f"added: {rule} ({frozen[rule]})",
    ]


def test_what_else_changes_is_not_compared(template: Template, file: Path) -> None:
    freeze_logical_ids(template, file)
    template["Resources"]["Blue"]["Properties"] = {"Port": 80}
    template["Outputs"] = {"Url": {"Value": "https://shop.example.com"}}
    assert_logical_ids(template, file)


def test_missing_file_is_a_failure_that_tells_how_to_write_it(template: Template, file: Path) -> None:
    assert failure(template, file) == [
        f"There is no {file} yet: call freeze_logical_ids in this place, once, and commit the file"
    ]
    assert not file.exists()


def test_renamed_construct_is_a_resource_removed_and_one_added(stack: cdk.Stack, service: Service, file: Path) -> None:
    service("Web")
    resources = template_of(stack)["Resources"]
    frozen = {id.replace("Web", "Shop"): resource for id, resource in resources.items()}
    freeze_logical_ids({"Resources": frozen}, file)
    first, *changes, meaning, advice = failure(stack, file)
    assert first == f"Stack Stack does not have the logical ids of {file}:"
    assert changes == [
        *(f"removed: {id} ({frozen[id]['Type']})" for id in sorted(frozen) if id not in resources),
        *(f"added: {id} ({resources[id]['Type']})" for id in sorted(resources) if id not in frozen),
    ]
    assert len(changes) > 10
    assert (meaning, advice) == (REPLACED, ADVICE)


def test_removed_resource_is_told(template: Template, file: Path) -> None:
    freeze_logical_ids(template, file)
    del template["Resources"]["Web"]
    assert failure(template, file) == [
        f"The template does not have the logical ids of {file}:",
        "removed: Web (AWS::ECS::Service)",
        REPLACED,
        ADVICE,
    ]


def test_resource_of_another_type_is_told(template: Template, file: Path) -> None:
    freeze_logical_ids(template, file)
    template["Resources"]["Web"]["Type"] = "AWS::ECS::TaskSet"
    assert failure(template, file) == [
        f"The template does not have the logical ids of {file}:",
        "of another type: Web (AWS::ECS::TaskSet, was AWS::ECS::Service)",
        REPLACED,
        ADVICE,
    ]


def test_added_resource_is_told_to_be_harmless(template: Template, file: Path) -> None:
    """It has to be frozen as well, or its id could change later without a word."""
    freeze_logical_ids(template, file)
    template["Resources"]["Queue"] = {"Type": "AWS::SQS::Queue"}
    assert failure(template, file) == [
        f"The template does not have the logical ids of {file}:",
        "added: Queue (AWS::SQS::Queue)",
        "What is there already stays as it is.",
        ADVICE,
    ]
    freeze_logical_ids(template, file)
    assert_logical_ids(template, file)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", ": Expecting value: line 1 column 1 (char 0)"),
        (b"[]", ", which holds no types by logical ids"),
        (b'{"Resources": {}}', ", which holds no types by logical ids"),
        (b'{"Web": "\xff"}', ": 'utf-8' codec can't decode byte 0xff in position 9: invalid start byte"),
    ],
)
def test_file_that_was_not_frozen_is_refused(content: bytes, reason: str, template: Template, file: Path) -> None:
    file.write_bytes(content)
    with pytest.raises(InvalidArgumentsError, match=r"^assert_logical_ids \(\S*test_logical_ids\.py:\d+\): ") as caught:
        assert_logical_ids(template, file)
    assert [*caught.value.mistakes] == [f"file must be one that freeze_logical_ids wrote, got '{file}'{reason}"]


def test_folder_is_refused(template: Template, tmp_path: Path) -> None:
    with pytest.raises(
        InvalidArgumentsError, match=r"file must be one that freeze_logical_ids wrote, got '.*: .*Is a dir"
    ):
        assert_logical_ids(template, tmp_path)
    with pytest.raises(InvalidArgumentsError, match=r"file must be one that can be written, got '.*': Is a directory$"):
        freeze_logical_ids(template, tmp_path)


def test_file_in_a_folder_that_does_not_exist_is_refused(template: Template, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentsError, match=r"file must be one that can be written, got '.*': No such file"):
        freeze_logical_ids(template, tmp_path / "snapshots/ids.json")


@pytest.mark.parametrize("function", [assert_logical_ids, freeze_logical_ids])
def test_what_is_no_path_is_refused(function: Any, template: Template) -> None:
    with pytest.raises(InvalidArgumentsError, match=r"file must be the path of a file, got 5$"):
        function(template, 5)
