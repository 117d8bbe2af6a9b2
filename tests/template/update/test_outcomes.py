"""What comes of an update of a service's stack."""

import copy
import json
from typing import Any

import pytest

from ecs_blue_green.template.colour import Colour
from ecs_blue_green.template.update import Cause, Prediction, predict
from tests.support import ROOT
from tests.template.defects.parts import Parts
from tests.template.update.edits import (
    HOOK,
    LOAD_BALANCER_GROUP,
    PRIMARY,
    PRODUCTION,
    ROLE,
    ROLE_POLICY,
    SERVICE,
    TASK,
    TASK_SET,
    Edit,
    changes,
    cited,
    image,
    parameter,
    template,
    threshold,
    update,
    with_attributes,
    with_properties,
    with_resource,
    with_section,
    without,
    without_hook,
    without_resource,
)


def test_same_template_is_no_change() -> None:
    prediction = update()
    assert prediction == Prediction(outcome="no-change", reasons=prediction.reasons)
    assert len(prediction.reasons) == 1


def test_another_image_is_a_green_deployment() -> None:
    prediction = update(image("v2"))
    assert (prediction.outcome, prediction.warnings, prediction.advice) == ("green-deployment", (), "")
    assert cited(prediction) == {"L1"}
    assert {id: (change.kind, change.replacement) for id, change in changes(prediction).items()} == {
        TASK: ("application", "always"),
        TASK_SET: ("application", "always"),
        PRIMARY: ("consequence", "never"),
    }


@pytest.mark.parametrize("stage", ["Test", "Prod"])
def test_trivia_example_is_predicted_as_promised(stage: str) -> None:
    file = ROOT / f"tests/examples/__snapshots__/test_trivia/test_template[TriviaBackend{stage}].json"
    v1, v2 = (json.loads(file.read_text().replace("backend:latest", f"backend:{tag}")) for tag in ("v1", "v2"))
    assert v1 != v2
    with_alarm_v1, with_alarm_v2 = copy.deepcopy(v1), copy.deepcopy(v2)
    for new in (with_alarm_v1, with_alarm_v2):
        (alarm,) = (
            resource["Properties"]
            for resource in new["Resources"].values()
            if resource.get("Properties", {}).get("AlarmName") == f"TriviaBackend{stage}-Http-500-Blue"
        )
        alarm["Threshold"] = 7
    assert predict(v1, v2).outcome == "green-deployment"
    assert predict(v1, with_alarm_v1).outcome == "in-place-update"
    refused = predict(v1, with_alarm_v2)
    assert refused.outcome == "refused"
    first, second = refused.steps
    assert predict(v1, first.template).outcome == first.outcome == "in-place-update"
    assert predict(first.template, second.template).outcome == second.outcome == "green-deployment"
    assert first.template == with_alarm_v1
    assert second.template == with_alarm_v2


@pytest.mark.parametrize(
    "edit",
    [
        threshold,
        with_properties(TASK, Tags=[{"Key": "team", "Value": "shop"}]),
        with_properties(TASK_SET, Scale={"Unit": "PERCENT", "Value": 50}),
        with_properties(SERVICE, DesiredCount=7),
        with_resource("Queue", "AWS::SQS::Queue"),
        without_resource("Errors"),
        with_resource("Batch", "AWS::ECS::TaskDefinition", Family="batch"),
    ],
    ids=["alarm", "tags-of-task", "scale-of-task-set", "count", "added", "removed", "another-task"],
)
def test_no_replacement_of_the_application_is_an_update_in_place(edit: Edit) -> None:
    prediction = update(edit)
    assert prediction.outcome == "in-place-update"
    assert cited(prediction) == {"Q12"}
    assert not prediction.steps


@pytest.mark.parametrize(
    "edit",
    [
        threshold,
        with_properties(SERVICE, DesiredCount=7),
        with_resource("Queue", "AWS::SQS::Queue"),
        without_resource("Errors"),
        with_resource("Batch", "AWS::ECS::TaskDefinition", Family="batch"),
        with_attributes("Errors", Metadata={"aws:cdk:path": "Shop/Errors"}),
        with_attributes("Errors", DeletionPolicy="Retain"),
    ],
    ids=["alarm", "count", "added", "removed", "another-task", "metadata", "deletion-policy"],
)
def test_any_other_change_beside_the_application_is_refused(edit: Edit) -> None:
    prediction = update(image("v2"), edit)
    assert prediction.outcome == "refused"
    assert cited(prediction) == {"L3", "L5"}
    assert [step.outcome for step in prediction.steps] == ["in-place-update", "green-deployment"]


@pytest.mark.parametrize(
    "edit",
    [
        with_properties(TASK, Tags=[{"Key": "team", "Value": "shop"}]),
        with_properties(TASK_SET, Scale={"Unit": "PERCENT", "Value": 50}),
        with_attributes(TASK, Metadata={"aws:cdk:path": "Shop/Task"}),
        with_properties(TASK_SET, PlatformVersion="1.3.0"),
    ],
    ids=["tags", "scale", "metadata", "platform"],
)
def test_whatever_changes_in_the_application_goes_along_with_a_green_deployment(edit: Edit) -> None:
    assert update(image("v2"), edit).outcome == "green-deployment"


def test_replacement_of_infrastructure_that_the_task_set_refers_to_replaces_the_application() -> None:
    deployed = (
        with_resource("Tasks", "AWS::EC2::SecurityGroup", GroupDescription="Tasks"),
        with_properties(
            TASK_SET,
            NetworkConfiguration={"AwsVpcConfiguration": {"SecurityGroups": [{"Ref": "Tasks"}], "Subnets": []}},
        ),
    )
    prediction = update(with_properties("Tasks", GroupDescription="Tasks of the shop"), deployed=deployed)
    assert prediction.outcome == "refused"
    assert prediction.steps == ()
    assert "step 1 would be refused" in prediction.advice
    assert cited(*prediction.warnings) == {"P3"}


class TestHook:
    def test_switched_off_with_an_application_change_is_an_update_in_place_with_a_warning(self) -> None:
        prediction = update(without_hook, image("v2"), threshold)
        assert prediction.outcome == "in-place-update"
        assert cited(*prediction.reasons) == {"L3"}
        assert cited(*prediction.warnings) == {"Q13", "Q14"}

    def test_switched_off_alone_may_replace_the_green_task_set(self) -> None:
        prediction = update(without_hook)
        assert prediction.outcome == "in-place-update"
        assert cited(*prediction.reasons) == {"Q13"}
        assert cited(*prediction.warnings) == {"Q13", "Q14"}

    def test_switched_off_with_blue_live_is_no_danger(self) -> None:
        assert update(without_hook, live_colour="blue").warnings == ()
        assert cited(*update(without_hook, live_colour="green").warnings) == {"Q6", "Q13", "Q14"}

    def test_switched_on_with_an_application_change_is_a_green_deployment_as_it_seems(self) -> None:
        prediction = predict(template(without_hook), template(image("v2")))
        assert prediction.outcome == "green-deployment"
        assert cited(prediction) == {"L1", "L3"}

    def test_switched_on_with_everything_takes_two_steps(self) -> None:
        prediction = predict(template(without_hook), template(image("v2"), threshold))
        assert (prediction.outcome, len(prediction.steps)) == ("refused", 2)
        assert "Hooks" in prediction.steps[0].template

    def test_switched_on_alone_is_no_change(self) -> None:
        prediction = predict(template(without_hook), template())
        assert prediction.outcome == "no-change"
        assert cited(prediction) == {"U3"}

    def test_missing_in_both_templates_is_told(self) -> None:
        prediction = predict(template(without_hook), template(without_hook, image("v2"), threshold))
        assert prediction.outcome == "in-place-update"
        assert cited(prediction) == {"L3"}
        assert prediction.warnings == ()
        assert predict(template(without_hook), template(without_hook)).outcome == "no-change"

    def test_other_settings_alone_are_no_change_and_count_in_a_green_deployment(self) -> None:
        settings = with_section("Hooks", **{HOOK: other_settings()})
        assert update(settings).outcome == "no-change"
        prediction = update(settings, image("v2"))
        assert prediction.outcome == "green-deployment"
        assert len(prediction.reasons) == 2

    def test_another_logical_id_of_the_hook_is_no_change(self) -> None:
        assert update(lambda parts: parts.template.update(Hooks={"Other": parts.hook})).outcome == "no-change"

    def test_without_its_transform_refuses_an_application_change(self) -> None:
        prediction = update(without("Transform"), image("v2"))
        assert prediction.outcome == "refused"
        assert cited(prediction) == {"P7"}
        assert update(without("Transform"), without_resource(TASK_SET)).outcome == "refused"
        assert update(without("Transform"), threshold).outcome == "in-place-update"

    def test_transform_alone_is_unknown(self) -> None:
        prediction = update(without("Hooks"), image("v2"))
        assert prediction.outcome == "unknown"
        assert cited(prediction) == {"S1"}

    def test_of_no_application_is_unknown(self) -> None:
        def misname(parts: Parts) -> None:
            parts.ecs.update(TaskDefinitions=["No", "NoGreen"], TaskSets=["None", "NoneGreen"])

        prediction = update(threshold, deployed=(misname,))
        assert prediction.outcome == "unknown"
        assert cited(prediction) == {"S18", "S19"}


def other_settings() -> dict[str, Any]:
    hook: dict[str, Any] = template()["Hooks"][HOOK]
    hook["Properties"]["AdditionalOptions"]["TerminationWaitTimeInMinutes"] = 5
    return hook


class TestParameters:
    IMAGE = (with_section("Parameters", Tag=parameter("v1")), image({"Fn::Sub": "example.com/app:${Tag}"}))

    def test_image_tag_from_a_parameter_is_unknown(self) -> None:
        prediction = update(deployed=self.IMAGE, new_parameters={"Tag": "v2"})
        assert prediction.outcome == "unknown"
        assert cited(*prediction.reasons) == {"L1", "E2", "P3"}
        (part,) = changes(prediction)[TASK].properties
        assert part.causes == (Cause(kind="parameter", name="Tag"),)
        assert cited(prediction.advice) == {"L12", "Q3"}

    def test_a_literal_change_beside_it_is_a_green_deployment(self) -> None:
        prediction = update(with_properties(TASK, Memory="4096"), deployed=self.IMAGE, new_parameters={"Tag": "v2"})
        assert prediction.outcome == "green-deployment"

    @pytest.mark.parametrize("known", [{}, {"deployed_parameters": {"Tag": "v1"}}], ids=["default", "known"])
    def test_a_new_default_is_no_change_and_the_outcome_of_taking_it_is_told(self, known: dict[str, Any]) -> None:
        prediction = update(with_section("Parameters", Tag=parameter("v2")), deployed=self.IMAGE, **known)
        assert prediction.outcome == "no-change"
        (line,) = prediction.warnings
        assert cited(line) == {"U6"}
        assert "the outcome would be unknown" in line

    @pytest.mark.parametrize(
        ("edit", "known"),
        [
            (with_section("Parameters", Tag=parameter("v2")), {"deployed_parameters": {"Tag": "v2"}}),
            (with_section("Parameters", Tag=parameter()), {}),
            (with_section("Parameters", New=parameter("x")), {}),
        ],
        ids=["has that value", "no default any more", "new parameter"],
    )
    def test_a_default_that_makes_no_difference_is_not_spoken_of(self, edit: Edit, known: dict[str, Any]) -> None:
        prediction = update(edit, deployed=self.IMAGE, **known)
        assert (prediction.outcome, prediction.warnings) == ("no-change", ())

    def test_a_new_default_that_is_given_as_well_is_another_value(self) -> None:
        edit = with_section("Parameters", Tag=parameter("v2"))
        prediction = update(edit, deployed=self.IMAGE, new_parameters={"Tag": "v2"})
        assert (prediction.outcome, prediction.warnings) == ("unknown", ())

    @pytest.mark.parametrize("given", [None, {"Tag": "v7"}], ids=["kept", "given again"])
    def test_a_value_that_stays_is_no_change(self, given: dict[str, str] | None) -> None:
        prediction = update(deployed=self.IMAGE, deployed_parameters={"Tag": "v7"}, new_parameters=given)
        assert prediction.outcome == "no-change"

    @pytest.mark.parametrize(
        "declared",
        [
            parameter("old", NoEcho=True),
            parameter("old", NoEcho="true"),
            parameter("old", NoEcho="True"),
            parameter("{{resolve:secretsmanager:old}}"),
        ],
        ids=["boolean", "text", "text-of-yaml", "dynamic-reference"],
    )
    def test_a_hidden_one_can_not_be_updated_in_a_green_deployment(self, declared: dict[str, Any]) -> None:
        secret = with_section("Parameters", Secret=declared)
        use = with_properties(TASK, Family={"Ref": "Secret"})
        hidden = "{{resolve:secretsmanager:new}}" if "NoEcho" not in declared else "new"
        prediction = update(image("v2"), deployed=(secret, use), new_parameters={"Secret": hidden})
        assert prediction.outcome == "refused"
        assert cited(*prediction.reasons) == {"L10"}
        assert prediction.steps == ()
        assert cited(prediction.advice) == {"L3", "Q13", "Q14"}

    def test_a_mapping_of_the_same_name_is_not_hidden(self) -> None:
        deployed = (
            with_section("Parameters", Sizes=parameter("x", NoEcho=True)),
            with_section("Mappings", Sizes={"a": {"cpu": "256"}}),
            with_properties(TASK, Cpu={"Fn::FindInMap": ["Sizes", "a", "cpu"]}),
        )
        prediction = update(image("v2"), with_section("Mappings", Sizes={"a": {"cpu": "512"}}), deployed=deployed)
        assert prediction.outcome == "green-deployment"

    def test_one_that_is_not_hidden_goes_along_with_a_green_deployment(self) -> None:
        deployed = (with_section("Parameters", Name=parameter("old", NoEcho=False)),)
        use = with_properties(TASK, Family={"Ref": "Name"})
        prediction = update(image("v2"), deployed=(*deployed, use), new_parameters={"Name": "new"})
        assert prediction.outcome == "green-deployment"

    def test_a_hidden_value_that_is_set_may_be_another_one(self) -> None:
        secret = with_section("Parameters", Secret=parameter(NoEcho="true"))
        use = with_properties(TASK, Family={"Ref": "Secret"})
        masked = {"Secret": "****"}
        assert update(deployed=(secret, use), deployed_parameters=masked).outcome == "no-change"
        prediction = update(deployed=(secret, use), deployed_parameters=masked, new_parameters={"Secret": "new"})
        assert prediction.outcome == "unknown"
        assert not changes(prediction)[TASK].certain
        assert len(prediction.warnings) == 1

    def test_one_from_systems_manager_is_taken_to_keep_its_value(self) -> None:
        def named(name: str) -> Edit:
            return with_section("Parameters", Limit=parameter(name, "AWS::SSM::Parameter::Value<String>"))

        deployed = (named("/limit"), with_properties("Errors", Threshold={"Ref": "Limit"}))
        prediction = update(image("v2"), deployed=deployed)
        assert prediction.outcome == "green-deployment"
        assert len(prediction.warnings) == 1
        assert update(deployed=deployed).warnings == ()  # nothing changes, and so nothing is assumed
        other = {"new_parameters": {"Limit": "/other"}}
        prediction = update(deployed=deployed, **other)
        assert prediction.outcome == "in-place-update"
        assert not changes(prediction)["Errors"].certain
        prediction = update(image("v2"), deployed=deployed, **other)
        assert prediction.outcome == "unknown"
        assert cited(*prediction.reasons) == {"L3"}
        prediction = update(image("v2"), with_resource("Queue", "AWS::SQS::Queue"), deployed=deployed, **other)
        assert prediction.outcome == "refused"


class TestLogicalIds:
    def test_a_renamed_resource_is_infrastructure_and_another_resource(self) -> None:
        prediction = update(lambda parts: parts.resources.update(Faults=parts.resources.pop("Errors")))
        assert prediction.outcome == "in-place-update"
        (change,) = prediction.changes
        assert (change.action, change.previous_id, change.logical_id) == ("rename", "Errors", "Faults")
        assert (change.kind, change.replacement) == ("infrastructure", "always")
        assert cited(*prediction.warnings) == {"U7"}

    def test_a_renamed_application_is_unknown(self) -> None:
        def rename(parts: Parts) -> None:
            parts.resources["Renamed"] = parts.resources.pop(TASK)
            parts.ecs["TaskDefinitions"] = ["Renamed", "RenamedGreen"]
            parts.of(TASK_SET)["TaskDefinition"] = {"Ref": "Renamed"}

        prediction = update(rename)
        assert prediction.outcome == "unknown"
        assert cited(prediction) == {"Q5", "U7"}

    def test_a_removed_application_is_unknown(self) -> None:
        assert update(without_resource(TASK_SET)).outcome == "unknown"

    def test_a_logical_id_of_another_type_is_refused(self) -> None:
        prediction = update(with_resource("Errors", "AWS::SQS::Queue"))
        assert prediction.outcome == "refused"
        assert cited(prediction) == {"U5"}


class TestIgnored:
    @pytest.mark.parametrize(
        "edit",
        [
            lambda parts: parts.template.update(Description="The shop"),
            with_section("Metadata", Owner="shop"),
            with_section("Conditions", Never={"Fn::Equals": ["a", "b"]}),
            with_section("Mappings", Unused={"A": {"B": "C"}}),
            with_section("Parameters", Unused=parameter("x")),
        ],
        ids=["description", "metadata", "condition", "mapping", "parameter"],
    )
    def test_another_section_alone_is_no_change(self, edit: Edit) -> None:
        prediction = update(edit)
        assert prediction.outcome == "no-change"
        assert cited(prediction) == {"U3"}
        assert update(edit, image("v2")).outcome == "green-deployment"

    def test_dependencies_alone_are_no_change(self) -> None:
        edit = with_attributes("Errors", DependsOn=[SERVICE])
        prediction = update(edit)
        assert prediction.outcome == "no-change"
        assert cited(*prediction.reasons) == {"U2"}
        prediction = update(edit, image("v2"))
        assert prediction.outcome == "green-deployment"
        assert cited(*prediction.warnings) == {"U2"}

    def test_other_words_for_the_same_are_no_change_but_of_the_application(self) -> None:
        deployed = (with_properties("Errors", AlarmDescription={"Fn::Join": ["", ["In ", {"Ref": "AWS::Region"}]]}),)
        edit = with_properties("Errors", AlarmDescription={"Fn::Sub": "In ${AWS::Region}"})
        prediction = update(edit, deployed=deployed)
        assert prediction.outcome == "no-change"
        assert cited(*prediction.reasons) == {"U3"}
        prediction = update(edit, image("v2"), deployed=deployed)
        assert prediction.outcome == "green-deployment"
        assert cited(*prediction.warnings) == {"U3"}

        deployed = (image({"Fn::Join": ["", ["app-", {"Ref": "AWS::Region"}]]}),)
        prediction = update(image({"Fn::Sub": "app-${AWS::Region}"}), deployed=deployed)
        assert prediction.outcome == "unknown"
        assert cited(*prediction.reasons) == {"U3", "P3"}
        prediction = update(image({"Fn::Sub": "app-${AWS::Region}"}), threshold, deployed=deployed)
        assert prediction.outcome == "unknown"

    @pytest.mark.parametrize(
        "edit",
        [
            with_attributes("Errors", Metadata={"aws:cdk:path": "Shop/Errors"}),
            with_attributes("Errors", CreationPolicy={"ResourceSignal": {"Count": 1}}),
            with_attributes("Errors", UpdatePolicy={"UseOnlineResharding": True}),
            with_attributes("Errors", DeletionPolicy="Retain"),
            with_attributes("Errors", UpdateReplacePolicy="Retain"),
        ],
        ids=["metadata", "creation", "update", "deletion", "replacement"],
    )
    def test_other_attributes_are_an_update(self, edit: Edit) -> None:
        prediction = update(edit)
        assert prediction.outcome == "in-place-update"
        assert cited(prediction) == {"Q12", "U1"}

    def test_outputs_alone_are_an_update(self) -> None:
        edit = with_section("Outputs", Url={"Value": "https://example.com"})
        prediction = update(edit)
        assert (prediction.outcome, prediction.changes) == ("in-place-update", ())
        assert cited(prediction) == {"Q12", "U4"}
        prediction = update(edit, image("v2"))
        assert prediction.outcome == "green-deployment"
        assert cited(*prediction.warnings) == {"L7"}

    def test_output_with_a_condition_that_is_false_is_none(self) -> None:
        never = with_section("Conditions", Never={"Fn::Equals": ["a", "b"]})
        edit = with_section("Outputs", Url={"Value": "https://example.com", "Condition": "Never"})
        assert update(edit, deployed=(never,)).outcome == "no-change"


def with_entries(entries: dict[str, Any]) -> Edit:
    return lambda parts: parts.resources.update(copy.deepcopy(entries))


class TestUnknown:
    @pytest.mark.parametrize(("deployed", "new"), [({}, template()), (template(), {"Resources": []}), (None, 5)])
    def test_what_is_no_template_is(self, deployed: Any, new: Any) -> None:
        prediction = predict(deployed, new)
        assert prediction.outcome == "unknown"
        assert (len(prediction.reasons), prediction.advice) == (1, "")

    def test_reference_to_a_type_that_the_table_does_not_know_is(self) -> None:
        deployed = (with_resource("Box", "AWS::Other::Box", Size=1), with_properties(TASK, TaskRoleArn={"Ref": "Box"}))
        prediction = update(with_properties("Box", Size=2), deployed=deployed)
        assert prediction.outcome == "unknown"
        assert not changes(prediction)[TASK].certain
        assert changes(prediction)["Box"].replacement == "unknown"

    def test_reference_to_a_custom_resource_that_is_updated_is(self) -> None:
        deployed = (
            with_resource("Made", "Custom::Made", ServiceToken="arn", Size=1),
            with_properties(TASK, TaskRoleArn={"Fn::GetAtt": ["Made", "Role"]}),
        )
        prediction = update(with_properties("Made", Size=2), deployed=deployed)
        assert prediction.outcome == "unknown"
        assert changes(prediction)["Made"].replacement == "conditionally"

    def test_property_of_the_application_that_the_table_does_not_know_is(self) -> None:
        prediction = update(with_properties(TASK_SET, Novelty=True))
        assert prediction.outcome == "unknown"
        assert changes(prediction)[TASK_SET].replacement == "unknown"

    def test_resources_that_a_transform_makes_are(self) -> None:
        loop = {"Fn::ForEach::Queues": ["Name", ["A", "B"], {"Queue${Name}": {"Type": "AWS::SQS::Queue"}}]}
        other = {"Fn::ForEach::Queues": ["Name", ["A", "C"], {"Queue${Name}": {"Type": "AWS::SQS::Queue"}}]}
        deployed: Edit = with_entries(loop)
        prediction = update(with_entries(other), deployed=(deployed,))
        assert prediction.outcome == "unknown"
        assert "Fn::ForEach::Queues" in prediction.reasons[0]
        assert update(image("v2"), deployed=(deployed,)).outcome == "green-deployment"

    def test_reference_in_place_of_a_literal_is(self) -> None:
        assert update(with_properties(TASK, TaskRoleArn="arn:aws:iam::123456789012:role/x")).outcome == "unknown"


class TestWarnings:
    @pytest.mark.parametrize(("live", "rules"), [(None, {"Q9"}), ("green", {"Q6", "Q9"}), ("blue", set())])
    def test_listener_of_the_hook(self, live: Colour | None, rules: set[str]) -> None:
        prediction = update(with_properties(PRODUCTION, SslPolicy="ELBSecurityPolicy-2016-08"), live_colour=live)
        assert prediction.outcome == "in-place-update"
        assert cited(*prediction.warnings) == rules

    def test_metadata_of_cdk(self) -> None:
        deployed = (with_resource("CDKMetadata", "AWS::CDK::Metadata", Analytics="v2:abc"),)
        prediction = update(with_properties("CDKMetadata", Analytics="v2:def"), image("v2"), deployed=deployed)
        assert prediction.outcome == "refused"
        assert cited(*prediction.warnings) == {"P2"}
        without = (*deployed, without_hook)
        assert update(with_properties("CDKMetadata", Analytics="v2:def"), deployed=without).warnings == ()

    def test_further_reference_to_the_application(self) -> None:
        deployed = (with_resource("Name", "AWS::SSM::Parameter", Type="String", Value={"Ref": TASK}),)
        prediction = update(image("v2"), deployed=deployed)
        assert prediction.outcome == "unknown"
        assert changes(prediction)["Name"].kind == "consequence"
        assert cited(*prediction.reasons) == {"L3"}

    def test_further_reference_to_the_application_beside_a_change_of_its_own_is_infrastructure(self) -> None:
        deployed = (with_resource("Name", "AWS::SSM::Parameter", Type="String", Value={"Ref": TASK}),)
        prediction = update(image("v2"), with_properties("Name", Description="x"), deployed=deployed)
        assert prediction.outcome == "refused"
        assert changes(prediction)["Name"].kind == "infrastructure"

    @pytest.mark.parametrize("id", [TASK, TASK_SET])
    def test_processed_template(self, id: str) -> None:
        deployed = template()
        deployed["Resources"][f"{id}Green"] = deployed["Resources"].pop(id)
        assert "Q7" in cited(*predict(deployed, template()).warnings)
        assert "Q7" not in cited(*predict(template(), template(image("v2"))).warnings)

    def test_other_transforms(self) -> None:
        def include(parts: Parts) -> None:
            parts.template["Transform"] = [parts.template["Transform"], "AWS::Include"]

        assert cited(*update(include).warnings) == {"L22"}


def test_many_names_are_counted() -> None:
    queues = [with_resource(f"Queue{number}", "AWS::SQS::Queue", DelaySeconds=number) for number in range(9)]
    prediction = update(image("v2"), *queues)
    assert "a change of Queue0, Queue1, Queue2 and 6 more: " in prediction.reasons[0]
    assert "(Queue0, Queue1, Queue2 and 6 more)" in prediction.steps[0].title
    few = update(image("v2"), *queues[:4])
    assert "(Queue0, Queue1, Queue2 and Queue3)" in few.steps[0].title


def test_replacement_goes_on_through_references() -> None:
    deployed = (
        with_resource("Network", "AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
        with_properties(LOAD_BALANCER_GROUP, VpcId={"Ref": "Network"}),
    )
    prediction = update(with_properties("Network", CidrBlock="10.1.0.0/16"), deployed=deployed)
    found = changes(prediction)
    assert found["Network"].replacement == found[LOAD_BALANCER_GROUP].replacement == "always"
    rules = [change for change in prediction.changes if change.type == "AWS::EC2::SecurityGroupEgress"]
    assert rules
    assert {change.replacement for change in rules} == {"always"}
    assert {change.kind for change in prediction.changes} == {"infrastructure"}


def test_role_of_the_application_that_goes_takes_a_third_step() -> None:
    def move(parts: Parts) -> None:
        parts.resources["NewRole"] = {
            "Type": "AWS::IAM::Role",
            "Properties": parts.resources.pop(ROLE)["Properties"] | {"Description": "x"},
        }
        parts.of(TASK)["TaskRoleArn"] = {"Fn::GetAtt": ["NewRole", "Arn"]}
        parts.of(ROLE_POLICY)["Roles"] = [{"Ref": "NewRole"}]

    prediction = update(move)
    assert prediction.outcome == "refused"
    assert [step.outcome for step in prediction.steps] == ["in-place-update", "green-deployment", "in-place-update"]
    assert f"({ROLE})" in prediction.steps[2].title
