"""The steps that an update is split in."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_blue_green.template.update import Prediction, predict
from tests.support import Template
from tests.template.update.edits import (
    ROLE,
    SERVICE,
    TASK,
    TASK_SET,
    Edit,
    image,
    parameter,
    template,
    threshold,
    update,
    with_attributes,
    with_properties,
    with_resource,
    with_section,
    without_resource,
)

DEPLOYED = (
    with_section("Parameters", Stage=parameter("prod"), Limit=parameter("5")),
    with_section("Mappings", Sizes={"prod": {"cpu": "512"}, "test": {"cpu": "256"}}),
    with_section("Conditions", IsProd={"Fn::Equals": [{"Ref": "Stage"}, "prod"]}),
    with_properties("Errors", Period={"Ref": "Limit"}),
    with_properties(TASK, Cpu={"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "cpu"]}),
    with_resource("Extra", "AWS::SQS::Queue", DelaySeconds=1),
)
APPLICATION: list[Edit] = [
    image("v2"),
    with_properties(TASK, Memory="4096"),
    with_properties(TASK_SET, PlatformVersion="1.3.0"),
    with_section("Mappings", Sizes={"prod": {"cpu": "1024"}, "test": {"cpu": "256"}}),
]
INFRASTRUCTURE: list[Edit] = [
    threshold,
    with_properties(SERVICE, DesiredCount=9),
    with_resource("Queue", "AWS::SQS::Queue"),
    without_resource("Extra"),
    lambda parts: parts.resources.update(Renamed=parts.resources.pop("Extra")) if "Extra" in parts.resources else None,
    with_attributes("Errors", Metadata={"a": "b"}),
    with_resource("Batch", "AWS::ECS::TaskDefinition", Family="batch"),
    with_section("Parameters", Limit=parameter("7")),
    with_section("Outputs", Url={"Value": "https://example.com"}),
    with_properties(ROLE, Description="of the shop"),
]


def chosen(edits: list[Edit]) -> st.SearchStrategy[tuple[Edit, ...]]:
    return st.lists(st.sampled_from(edits), min_size=1, max_size=4, unique=True).map(tuple)


def application_of(source: Template) -> list[Any]:
    return [source["Resources"][TASK], source["Resources"][TASK_SET]]


def assert_steps_keep_their_promise(deployed: Template, prediction: Prediction) -> None:
    before, parameters = deployed, dict[str, Any]()
    for step in prediction.steps:
        found = predict(before, step.template, deployed_parameters=parameters, new_parameters=step.parameters)
        assert found.outcome == step.outcome, (step.title, found.reasons)
        before, parameters = dict(step.template), {**parameters, **step.parameters}


@settings(deadline=None)
@given(chosen(APPLICATION), chosen(INFRASTRUCTURE))
def test_a_mixed_update_is_split_in_steps_that_keep_their_promise(
    application: tuple[Edit, ...], infrastructure: tuple[Edit, ...]
) -> None:
    deployed, new = template(*DEPLOYED), template(*DEPLOYED, *infrastructure, *application)
    prediction = predict(deployed, new)
    plain = predict(deployed, template(*DEPLOYED, *infrastructure))
    if prediction.outcome != "refused":
        assert prediction.outcome == "unknown" or not [change for change in plain.changes if change.certain]
        return
    first, second = prediction.steps
    assert_steps_keep_their_promise(deployed, prediction)
    assert application_of(dict(first.template)) == application_of(deployed)
    assert second.template == new
    # Step 1 has exactly the infrastructure's changes.
    assert {change.logical_id for change in predict(deployed, first.template).changes} == {
        change.logical_id for change in prediction.changes if change.kind == "infrastructure"
    }


def test_steps_take_the_parameters_apart() -> None:
    deployed = (
        with_section("Parameters", Cpu=parameter("512"), Limit=parameter("5")),
        with_properties(TASK, Cpu={"Ref": "Cpu"}),
        with_properties("Errors", Threshold={"Ref": "Limit"}),
    )
    stack, given = {"Cpu": "512", "Limit": "5"}, {"Cpu": "1024", "Limit": "7"}
    prediction = update(image("v2"), deployed=deployed, deployed_parameters=stack, new_parameters=given)
    assert prediction.outcome == "refused"
    first, second = prediction.steps
    assert first.parameters == {"Cpu": "512", "Limit": "7"}
    assert second.parameters == given
    assert_steps_keep_their_promise(template(*deployed), prediction)


def test_a_parameter_of_both_can_not_be_split() -> None:
    deployed = (
        with_section("Parameters", Shared=parameter("5")),
        with_properties(TASK, Family={"Ref": "Shared"}),
        with_properties("Errors", Threshold={"Ref": "Shared"}),
    )
    prediction = update(image("v2"), deployed=deployed, new_parameters={"Shared": "7"})
    assert (prediction.outcome, prediction.steps) == ("refused", ())
    assert "step 1 would be no-change." in prediction.advice


@pytest.mark.parametrize("kept", [True, False], ids=["kept-by-condition", "plain"])
def test_what_the_running_application_needs_stays_until_it_is_gone(kept: bool) -> None:
    deployed = (
        with_section("Conditions", Always={"Fn::Equals": ["a", "a"]}),
        with_resource("Logs", "AWS::Logs::LogGroup", LogGroupName="old"),
        with_attributes("Logs", **({"Condition": "Always"} if kept else {})),
        with_properties(TASK, Family={"Fn::Sub": "x-${Logs}"}),
    )
    prediction = update(
        lambda parts: parts.template.pop("Conditions"),
        without_resource("Logs"),
        with_resource("NewLogs", "AWS::Logs::LogGroup", LogGroupName="new"),
        with_properties(TASK, Family={"Fn::Sub": "x-${NewLogs}"}),
        deployed=deployed,
    )
    assert prediction.outcome == "refused"
    assert [step.outcome for step in prediction.steps] == ["in-place-update", "green-deployment", "in-place-update"]
    assert_steps_keep_their_promise(template(*deployed), prediction)
    first, second, third = ({*step.template["Resources"]} for step in prediction.steps)
    assert {"Logs", "NewLogs"} <= first
    assert {"Logs", "NewLogs"} <= second
    assert "Logs" not in third


def test_what_the_application_depends_on_without_a_reference_stays_too() -> None:
    deployed = (with_resource("Logs", "AWS::Logs::LogGroup"), with_attributes(TASK, DependsOn="Logs"))
    edits = (without_resource("Logs"), with_attributes(TASK, DependsOn=[]), image("v2"), threshold)
    prediction = update(*edits, deployed=deployed)
    assert [step.outcome for step in prediction.steps] == ["in-place-update", "green-deployment", "in-place-update"]
    assert ["Logs" in step.template["Resources"] for step in prediction.steps] == [True, True, False]
