"""What the transform loses of a template."""

import copy
from typing import Any

import pytest

from ecs_blue_green.template.losses import Loss, losses
from tests.template.update.edits import TASK, TASK_SET, template, with_attributes, with_properties, with_resource
from tests.template.update.live import green

VOLUME = {"Name": "data", "EFSVolumeConfiguration": {"FilesystemId": "fs-1", "RootDirectory": "/"}}


def paths(submitted: Any, processed: Any) -> list[tuple[str, str, str]]:
    return [(lost.logical_id, lost.attribute, lost.path) for lost in losses(submitted, processed)]


def test_same_template_lost_nothing() -> None:
    assert losses(template(), template()) == []


def test_green_application_lost_nothing_though_its_ids_and_references_are_others() -> None:
    assert losses(template(), green(template())) == []


@pytest.mark.parametrize("live", [copy.deepcopy, green], ids=["blue", "green"])
def test_property_is_lost_once_with_all_that_is_in_it(live: Any) -> None:
    submitted = template(with_properties(TASK, Volumes=[VOLUME]))
    processed = live(submitted)
    task = processed["Resources"].get(TASK) or processed["Resources"][f"{TASK}Green"]
    del task["Properties"]["Volumes"][0]["EFSVolumeConfiguration"]
    assert losses(submitted, processed) == [
        Loss(
            logical_id=TASK,
            attribute="Properties",
            path="Volumes[0].EFSVolumeConfiguration",
            value=VOLUME["EFSVolumeConfiguration"],
        )
    ]


def test_resource_and_item_of_a_list_are_lost() -> None:
    submitted = template(
        with_resource("Queue", "AWS::SQS::Queue"), with_properties("Errors", AlarmActions=["arn:one", "arn:two"])
    )
    processed = copy.deepcopy(submitted)
    del processed["Resources"]["Queue"]
    del processed["Resources"]["Errors"]["Properties"]["AlarmActions"][1]
    assert paths(submitted, processed) == [("Errors", "Properties", "AlarmActions[1]"), ("Queue", "", "")]


def test_attributes_of_resources_are_lost_too() -> None:
    submitted = template(with_attributes("Errors", DependsOn=[TASK], DeletionPolicy="Retain"))
    processed = copy.deepcopy(submitted)
    processed["Resources"]["Errors"]["DependsOn"] = TASK  # which is the same
    del processed["Resources"]["Errors"]["DeletionPolicy"]
    assert paths(submitted, processed) == [("Errors", "DeletionPolicy", "")]
    del processed["Resources"]["Errors"]["DependsOn"]
    assert [lost.value for lost in losses(submitted, processed) if lost.attribute == "DependsOn"] == [[TASK]]


@pytest.mark.parametrize("nothing", [{}, [], {"Ref": "AWS::NoValue"}], ids=["object", "list", "no-value"])
def test_what_holds_nothing_is_not_lost(nothing: Any) -> None:
    assert losses(template(with_properties("Errors", Dimensions=nothing)), template()) == []


def test_what_becomes_another_value_or_a_function_is_not_lost() -> None:
    submitted = template(with_properties("Errors", Threshold="5", Dimensions=[{"Name": "a", "Value": "b"}]))
    processed = template(with_properties("Errors", Threshold=5.0, Dimensions={"Fn::If": ["C", [], []]}))
    assert losses(submitted, processed) == []


def test_order_is_that_of_the_template() -> None:
    submitted = template(with_properties(TASK_SET, A=1, B={"C": 2, "D": 3}, E=4))
    assert [path for *_, path in paths(submitted, template())] == ["A", "B", "E"]


@pytest.mark.parametrize("processed", [None, "text", {}, {"Resources": []}])
def test_any_value_is_a_template(processed: Any) -> None:
    assert {lost.attribute for lost in losses(template(), processed)} == {""}
    assert losses(processed, template()) == []


def test_values_of_environment_variables_are_not_told() -> None:
    variables = [{"Name": "STAGE", "Value": "hunter"}]

    def with_variables(parts: Any) -> None:
        parts.of(TASK)["ContainerDefinitions"][0] |= {"Cpu": 1, "Environment": copy.deepcopy(variables)}

    submitted = template(with_variables)
    processed = copy.deepcopy(submitted)
    (variable,) = processed["Resources"][TASK]["Properties"]["ContainerDefinitions"][0]["Environment"]
    del variable["Value"]
    (lost,) = losses(submitted, processed)
    assert (lost.path, lost.value) == ("ContainerDefinitions[0].Environment[STAGE].Value", "****")
    del processed["Resources"][TASK]
    (lost,) = losses(submitted, processed)
    assert lost.value["Properties"]["ContainerDefinitions"][0]["Environment"] == [{"Name": "STAGE", "Value": "****"}]
    assert "hunter" not in repr(lost)
