"""The text of every sentence of a prediction, once."""

from typing import Any

import pytest

from ecs_blue_green.template.refusals import explain
from ecs_blue_green.template.update import Cause, Prediction, predict
from tests.template.defects.parts import Parts
from tests.template.update.edits import (
    EVIDENCE,
    PRODUCTION,
    ROLE,
    ROLE_POLICY,
    SERVICE,
    TASK,
    TASK_SET,
    Edit,
    image,
    parameter,
    sentences,
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

TAG = (with_section("Parameters", Tag=parameter("v1")), image({"Fn::Sub": "example.com/app:${Tag}"}))
LIMIT = (
    with_section("Parameters", Limit=parameter("/limit", "AWS::SSM::Parameter::Value<String>")),
    with_properties("Errors", Threshold={"Ref": "Limit"}),
)
SECRET = (
    with_section("Parameters", Secret=parameter("old", NoEcho=True)),
    with_properties(TASK, Family={"Ref": "Secret"}),
)
IN_REGION = (with_properties("Errors", AlarmDescription={"Fn::Join": ["", ["In ", {"Ref": "AWS::Region"}]]}),)
REWORDED = with_properties("Errors", AlarmDescription={"Fn::Sub": "In ${AWS::Region}"})
LISTENER = with_properties(PRODUCTION, SslPolicy="ELBSecurityPolicy-2016-08")
GROUP = (
    with_resource("Tasks", "AWS::EC2::SecurityGroup", GroupDescription="Tasks"),
    with_properties(
        TASK_SET, NetworkConfiguration={"AwsVpcConfiguration": {"SecurityGroups": [{"Ref": "Tasks"}], "Subnets": []}}
    ),
)


def misname(parts: Parts) -> None:
    parts.ecs.update(TaskDefinitions=["No", "NoGreen"], TaskSets=["None", "NoneGreen"])


def rename(old: str, new: str) -> Edit:
    return lambda parts: parts.resources.update({new: parts.resources.pop(old)})


def loop(*names: str) -> Edit:
    body = {"Fn::ForEach::Queues": ["Name", [*names], {"Queue${Name}": {"Type": "AWS::SQS::Queue"}}]}
    return lambda parts: parts.resources.update(body)


def other_settings(parts: Parts) -> None:
    parts.hook["Properties"]["AdditionalOptions"] = {"TerminationWaitTimeInMinutes": 7}


def other_green(parts: Parts) -> None:
    parts.ecs.update(TaskDefinitions=[TASK, "NewTask"], TaskSets=[TASK_SET, "NewSet"])


def include(parts: Parts) -> None:
    parts.template["Transform"] = ["AWS::CodeDeployBlueGreen", "AWS::Include"]


MAYBE = (
    with_section("Parameters", Free=parameter()),
    with_section("Conditions", Unknown={"Fn::Equals": [{"Ref": "Free"}, "x"]}),
    with_resource("Queue", "AWS::SQS::Queue"),
    with_attributes("Queue", Condition="Unknown"),
)


def green_id(parts: Parts) -> None:
    parts.resources[f"{TASK}Green"] = parts.resources.pop(TASK)


def other_role(parts: Parts) -> None:
    parts.resources["NewRole"] = {"Type": "AWS::IAM::Role", "Properties": {"Description": "x"}}
    parts.of(TASK)["TaskRoleArn"] = {"Fn::GetAtt": ["NewRole", "Arn"]}
    for id in [id for id in parts.resources if id.startswith("TaskTaskRole")]:
        del parts.resources[id]


LOOK = (
    "Create a change set and look at it before you execute it, as AWS recommends (documented: L12). It adds green "
    "resources if there will be a green deployment (inferred: Q3)."
)
SWITCH = (
    "CloudFormation makes a blue task set, points the listeners back at blue and deletes the green task set (inferred: "
    "Q13). If the service waits for the listeners, they switch before the blue tasks run: an outage (reported: Q14). "
    "In the update mode in-place, the service does not wait for them."
)

IN_PLACE = (
    "Deploy once without transform and hook, in the update mode in-place. That replaces the application without a "
    "green deployment (documented: L3). Look first which colour is live: with green live, it can be an outage "
    "(reported and inferred: Q13, Q14). docs/update-mode.md has the safe order. To split the update does not help:"
)
NOT_REPLACED = (
    "No replacement of the task definition or the task set: CloudFormation updates in place, without CodeDeploy "
    "(documented: Q12)."
)
REFUSED = (
    "that can't be one update (documented: L3). Expect 'Additional resource diff other than ECS application related "
    "resource update is detected' (reported: L5)."
)

# What is deployed, what the update edits, what else is known, and what is said.
Case = tuple[tuple[Edit, ...], tuple[Edit, ...], dict[str, Any], list[str]]

CASES: dict[str, Case] = {
    "nothing": ((), (), {}, ["No resource and no output changes."]),
    "other-sections": (
        (),
        (with_section("Metadata", Owner="shop"),),
        {},
        [
            "No resource and no output changes.",
            "What does change is no update by itself, and takes effect with the next one: Metadata (documented: U3).",
        ],
    ),
    "further-sections": (
        (),
        (with_section("Metadata", Owner="shop"), other_settings),
        {},
        [
            "No resource and no output changes.",
            "What does change is no update by itself, and takes effect with the next one: Hooks and Metadata "
            "(inferred and documented: U3).",
        ],
    ),
    "dependencies": (
        (),
        (with_attributes("Errors", DependsOn=[SERVICE]),),
        {},
        [
            "No resource and no output changes.",
            "CloudFormation ignores a change of DependsOn of Errors (reported: U2).",
        ],
    ),
    "other-words": (
        IN_REGION,
        (REWORDED,),
        {},
        ["No resource and no output changes.", "Written differently, with the same result: Errors (reported: U3)."],
    ),
    "other-words-of-the-application": (
        (image({"Fn::Join": ["", ["app-", {"Ref": "AWS::Region"}]]}),),
        (image({"Fn::Sub": "app-${AWS::Region}"}),),
        {},
        [
            f"{TASK} is written differently, with the same result. To CloudFormation that is no change (reported: U3). "
            "The hook seems to compare the text, and may see one (inferred from P3).",
            LOOK,
        ],
    ),
    "generated": (
        (loop("A", "B"),),
        (loop("A", "C"),),
        {},
        ["What Fn::ForEach::Queues makes of the template is not in the template.", LOOK],
    ),
    "type": (
        (),
        (with_resource("Errors", "AWS::SQS::Queue"),),
        {},
        [
            "Another type for Errors: expect 'Update of resource type is not permitted' (reported: U5).",
            "Give the resource of the other type a logical id of its own.",
        ],
    ),
    "hook-goes": (
        (),
        (without_hook,),
        {},
        [
            "Only transform and hook go. With blue live, there is nothing to update. With green live, the blue task "
            "set replaces the green one, without CodeDeploy (inferred: Q13).",
            f"Look first which colour is live. With green live, {SWITCH}",
        ],
    ),
    "hook-goes-with-green-live": (
        (),
        (without_hook, image("v2")),
        {"live_colour": "green"},
        [
            "The new template has neither hook nor transform: CloudFormation updates in place (documented: L3).",
            f"There is no green deployment for {TASK_SET} and {TASK}.",
            f"Green is live (inferred: Q6). So {SWITCH} It is better to deploy blue/green once more first, so that "
            "blue is live.",
        ],
    ),
    "no-transform": (
        (),
        (without("Transform"), image("v2")),
        {},
        [
            f"A replacement of {TASK}, and the transform is missing: expect 'The TaskDefinition logical Id is the same "
            "between initial and final template' (reported: P7).",
            "Add the transform AWS::CodeDeployBlueGreen.",
        ],
    ),
    "no-hook": (
        (),
        (without("Hooks"), threshold),
        {},
        [
            "The template has the transform without a hook. What comes of that is not known (S1).",
            "Add the hook, or remove the transform.",
        ],
    ),
    "no-application": (
        (misname,),
        (threshold,),
        {},
        [
            "The hook names neither a task definition nor a task set of the template (S18, S19).",
            "Name them. `ecs-blue-green lint` tells what else is wrong with the hook.",
        ],
    ),
    "application-goes": (
        (),
        (without_resource(TASK_SET),),
        {},
        [
            f"The application goes, or gets other logical ids: {TASK_SET}. By its ids the hook tells blue from green. "
            "What it makes of a change of them is not known (inferred from Q5).",
            "Keep the logical ids of the application.",
        ],
    ),
    "perhaps-changed": (
        SECRET,
        (),
        {"deployed_parameters": {"Secret": "****"}, "new_parameters": {"Secret": "new"}},
        [
            f"Whether Family of {TASK} changes is known to CloudFormation only.",
            "Whether Secret gets another value is not known: what is deployed is hidden, or was not given.",
            LOOK,
        ],
    ),
    "perhaps-replaced": (
        (),
        (with_properties(TASK_SET, Novelty=True),),
        {},
        [f"Whether a change of Novelty of {TASK_SET} replaces it is not known.", LOOK],
    ),
    "perhaps-seen": (
        TAG,
        (),
        {"new_parameters": {"Tag": "v2"}},
        [
            f"ContainerDefinitions[0].Image of {TASK} changes, but not its text in the template: parameter Tag "
            "changes. A replacement starts a green deployment (documented: L1). One application starts its deployments "
            "with another value of its image parameter (reported: E2). Others report that none starts with the image's "
            "tag in a parameter (reported: P3).",
            LOOK,
        ],
    ),
    "perhaps-refused": (
        LIMIT,
        (image("v2"),),
        {"new_parameters": {"Limit": "/other"}},
        [
            f"A replacement of {TASK}, and perhaps a change of Errors. Both in one update would be refused "
            "(documented: L3). Whether there is that change is known to CloudFormation only.",
            "CloudFormation reads Limit from Systems Manager when the update begins. It is assumed that nothing has "
            "changed there since the last update.",
            LOOK,
        ],
    ),
    "refused": (
        (),
        (image("v2"), threshold),
        {},
        [
            f"A replacement of {TASK} together with a change of Errors: {REFUSED}",
            "Deploy in 2 steps, one after the other.",
            "Change the infrastructure (Errors), with the application that is running.",
            f"Change the application ({TASK}).",
        ],
    ),
    "refused-with-three-steps": (
        (),
        (other_role, with_section("Outputs", Url={"Value": "https://example.com"})),
        {},
        [
            f"A replacement of {TASK} together with a change of NewRole, {ROLE_POLICY} and {ROLE}: {REFUSED}",
            "Outputs change as well: Url. AWS says that outputs are not supported beside the hook (documented and "
            "contradicted: L7).",
            "Deploy in 3 steps, one after the other.",
            f"Change the infrastructure (NewRole, {ROLE_POLICY} and {ROLE}), with the application that is running.",
            f"Change the application ({TASK}).",
            f"Remove what the former application needed ({ROLE}).",
        ],
    ),
    "refused-without-steps": (
        SECRET,
        (image("v2"),),
        {"new_parameters": {"Secret": "new"}},
        [
            "Another value for Secret: a green deployment can't update a parameter that NoEcho hides, or whose value "
            "is a dynamic reference (documented: L10).",
            f"{IN_PLACE} step 1 would be no-change. No resource and no output changes.",
        ],
    ),
    "unseen": (
        GROUP,
        (with_properties("Tasks", GroupDescription="Other"), image("v1")),
        {},
        [
            f"A replacement of {TASK_SET} together with a change of Tasks: {REFUSED}",
            f"A replacement of {TASK_SET}, whose text in the template stays the same: Tasks, which it refers to, is "
            "replaced. The hook may not see that, and the running tasks would be replaced in place (inferred from P3).",
            f"{IN_PLACE} step 1 would be refused. A replacement of {TASK_SET} together with a change of Tasks: "
            f"{REFUSED}",
        ],
    ),
    "green": (
        IN_REGION,
        (image("v2"), other_settings, REWORDED, with_attributes("Errors", DependsOn=[SERVICE])),
        {},
        [
            f"A replacement of {TASK}. No other resource changes, except for what follows from that: the hook makes a "
            "green deployment of the update (documented: L1).",
            "The hook's settings change as well. The new ones should count (inferred).",
            "CloudFormation ignores what is different in DependsOn of Errors (reported: U2). Whether the hook sees it, "
            "and refuses the update, is not known.",
            "CloudFormation ignores what is different in Errors (reported: U3). Whether the hook sees it, and refuses "
            "the update, is not known.",
        ],
    ),
    "perhaps-another-type": (
        MAYBE,
        (with_resource("Queue", "AWS::SNS::Topic"),),
        {},
        [
            "Another type for Queue, if the stack has that: then expect 'Update of resource type is not permitted' "
            "(reported: U5).",
            "Give the resource of the other type a logical id of its own.",
        ],
    ),
    "perhaps-no-transform": (
        (),
        (without("Transform"), with_properties(TASK_SET, Novelty=True)),
        {},
        [
            f"Perhaps a replacement of {TASK_SET}, and the transform is missing: expect 'The TaskDefinition logical "
            "Id is the same between initial and final template' (reported: P7).",
            "Add the transform AWS::CodeDeployBlueGreen.",
        ],
    ),
    "perhaps-hidden": (
        SECRET,
        (image("v2"),),
        {"deployed_parameters": {"Secret": "****"}, "new_parameters": {"Secret": "new"}},
        [
            "Perhaps another value for Secret: a green deployment can't update a parameter that NoEcho hides, or whose "
            "value is a dynamic reference (documented: L10).",
            "Whether Secret gets another value is not known: what is deployed is hidden, or was not given.",
            LOOK,
        ],
    ),
    "several-unknown-values": (
        (
            with_section("Parameters", A=parameter(), B=parameter()),
            with_properties(TASK, Family={"Fn::Sub": "${A}${B}"}),
        ),
        (),
        {"new_parameters": {"A": "a", "B": "b"}},
        [
            f"Whether Family of {TASK} changes is known to CloudFormation only.",
            "Whether A and B get other values is not known: what is deployed is hidden, or was not given.",
            LOOK,
        ],
    ),
    "several-metadata-resources": (
        (
            with_resource("M", "AWS::CDK::Metadata", Analytics="a"),
            with_resource("N", "AWS::CDK::Metadata", Analytics="a"),
        ),
        (with_properties("M", Analytics="b"), with_properties("N", Analytics="b")),
        {},
        [
            NOT_REPLACED,
            "M and N change with every version of CDK: set analytics_reporting=False on the stack, and they go for "
            "good (reported: P2).",
        ],
    ),
    "several-defaults": (
        (
            with_section("Parameters", A=parameter("a"), B=parameter("b")),
            with_properties("Errors", AlarmDescription={"Fn::Sub": "${A}${B}"}),
        ),
        (with_section("Parameters", A=parameter("c"), B=parameter("d")), threshold),
        {},
        [
            NOT_REPLACED,
            "The defaults of A and B change. `cdk deploy` and `aws cloudformation deploy` keep the deployed values. An "
            "UpdateStack without them takes the new defaults (documented: U6). Then Errors would change in another "
            "way.",
        ],
    ),
    "default-of-nothing": (
        (with_section("Parameters", A=parameter("a")),),
        (with_section("Parameters", A=parameter("c")), threshold),
        {},
        [
            NOT_REPLACED,
            "The default of A changes. `cdk deploy` and `aws cloudformation deploy` keep the deployed value. An "
            "UpdateStack without it takes the new default (documented: U6). Then the same would change.",
        ],
    ),
    "remade-by-two": (
        (loop("A"), with_section("Globals", A=1), include),
        (loop("B"), with_section("Globals", A=2)),
        {},
        [
            "What Fn::ForEach::Queues and Globals make of the template is not in the template.",
            "What the transform AWS::Include makes of the templates is not looked at (L22).",
            LOOK,
        ],
    ),
    "others-follow": (
        (with_resource("Name", "AWS::SSM::Parameter", Type="String", Value={"Ref": TASK}),),
        (image("v2"),),
        {},
        [
            f"A replacement of {TASK}, and Name changes with it, for what it refers to. The hook allows no change of "
            "any other resource (documented: L3). Whether it refuses what only follows is not known (inferred from "
            "L3).",
            f"{LOOK} Better let nothing but the service refer to its task definition.",
        ],
    ),
    "other-green-ids": (
        (),
        (other_green,),
        {},
        [
            f"The hook gets other green ids in place of {TASK}Green and {TASK_SET}Green. With green live, these are "
            "what the stack has (inferred: Q6). By its ids the hook tells blue from green. What it makes of a change "
            "of them is not known (inferred from Q5).",
            "Keep the green ids, or change them while blue is live.",
        ],
    ),
    "disallowed": (
        (with_section("Parameters", Stage=parameter("prod", AllowedValues=["prod", "dev"])),),
        (),
        {"new_parameters": {"Stage": "test"}},
        [
            "Parameter Stage: 'test' is not allowed by its AllowedValues in the new template (['prod', 'dev']), so "
            "that CloudFormation refuses the update (documented: U8).",
            "Give another value with --parameter NAME=VALUE, or change what the template allows.",
        ],
    ),
    "another-order": (
        (with_properties(TASK, RequiresCompatibilities=["EC2", "FARGATE"]),),
        (with_properties(TASK, RequiresCompatibilities=["FARGATE", "EC2"]),),
        {},
        [f"Whether another order of RequiresCompatibilities of {TASK} is a change is not known (E15).", LOOK],
    ),
    "contradicted": (
        (with_properties(SERVICE, ServiceName="shop"), without_hook),
        (with_properties(SERVICE, DeploymentController={"Type": "ECS"}),),
        {},
        [
            f"The DeploymentController of {SERVICE} changes. What becomes of the running tasks then is documented "
            "nowhere (NM8).",
            f"A change of DeploymentController may replace {SERVICE}, and then fails, for the former one still has "
            "its name: AWS's documentation speaks of a replacement, AWS's schemas of none (documented and "
            "contradicted).",
            "Try it in a copy of the stack. docs/native-rules.md has the steps of a move from the hook, in section 3.",
        ],
    ),
    "perhaps-nothing": (
        LIMIT,
        (),
        {"new_parameters": {"Limit": "/other"}},
        [
            NOT_REPLACED,
            "In place, or nothing at all: whether anything changes is known to CloudFormation only.",
            "CloudFormation reads Limit from Systems Manager when the update begins. It is assumed that nothing has "
            "changed there since the last update.",
        ],
    ),
    "in-place": (
        (),
        (LISTENER,),
        {},
        [
            NOT_REPLACED,
            f"A change of {PRODUCTION} writes the template's weights back, which send traffic to blue: don't make it "
            "while green is live (inferred from Q9).",
        ],
    ),
    "in-place-with-green-live": (
        (),
        (LISTENER,),
        {"live_colour": "green"},
        [
            NOT_REPLACED,
            f"Green is live (inferred: Q6). A change of {PRODUCTION} writes the template's weights back, which send "
            "traffic to blue, where no task runs: an outage (inferred from Q9). Deploy blue/green once more first, so "
            "that blue is live.",
        ],
    ),
    "outputs": (
        (),
        (with_section("Outputs", Url={"Value": "https://example.com"}),),
        {},
        [
            NOT_REPLACED,
            "Only outputs change, which is an update to CloudFormation (reported: U4).",
        ],
    ),
    "attributes": (
        (),
        (with_attributes("Errors", Metadata={"a": "b"}),),
        {},
        [
            NOT_REPLACED,
            "A change of Metadata is an update of its resource (documented: U1).",
        ],
    ),
    "renamed": (
        (with_resource("CDKMetadata", "AWS::CDK::Metadata", Analytics="v2:abc"),),
        (rename("Errors", "Faults"), with_properties("CDKMetadata", Analytics="v2:def")),
        {},
        [
            NOT_REPLACED,
            "Errors gets the logical id Faults, which makes it another resource: CloudFormation creates it, and "
            "deletes the former one with all that is in it. With a physical name of its own it can't be created, for "
            "the former one still has that name (documented: U7).",
            "CDKMetadata changes with every version of CDK: set analytics_reporting=False on the stack, and it goes "
            "for good (reported: P2).",
        ],
    ),
    "default-kept": (
        TAG,
        (with_section("Parameters", Tag=parameter("v2")),),
        {"deployed_parameters": {"Tag": "v1"}},
        [
            "No resource and no output changes.",
            "What does change is no update by itself, and takes effect with the next one: Parameters (reported: U3).",
            "The default of Tag changes. `cdk deploy` and `aws cloudformation deploy` keep the deployed value. An "
            "UpdateStack without it takes the new default (documented: U6). Then the outcome would be unknown.",
        ],
    ),
    "processed": (
        (green_id,),
        (),
        {},
        [
            "No resource and no output changes.",
            f"The deployed template defines {TASK}Green, which only the transform makes (Q7). Compare with the "
            "template as it was submitted: the stage Original of GetTemplate.",
        ],
    ),
    "other-transforms": (
        (lambda parts: parts.template.update(Transform=["AWS::CodeDeployBlueGreen", "AWS::Include"]),),
        (),
        {},
        [
            "No resource and no output changes.",
            "What the transform AWS::Include makes of the templates is not looked at (L22).",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_texts(case: Case) -> None:
    deployed, edits, known, expected = case
    said = [sentence for sentence in sentences(update(*edits, deployed=deployed, **known)) if sentence]
    assert said == expected


def test_text_of_a_hook_that_comes() -> None:
    prediction = predict(template(without_hook), template(image("v2")))
    assert prediction.reasons[1] == (
        "Transform and hook come with this update. The new template seems to count (inferred from L3)."
    )


@pytest.mark.parametrize(("deployed", "new", "which"), [({}, template(), "deployed"), (template(), {}, "new")])
def test_text_of_what_is_no_template(deployed: Any, new: Any, which: str) -> None:
    assert sentences(predict(deployed, new))[0] == f"The {which} template has no resources: it can't be a stack's."


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (Cause(kind="template"), "the template says something else"),
        (Cause(kind="parameter", name="A"), "parameter A changes"),
        (Cause(kind="mapping", name="A"), "mapping A changes"),
        (Cause(kind="condition", name="A"), "condition A changes"),
        (Cause(kind="replacement", name="A"), "A, which it refers to, is replaced"),
        (Cause(kind="update", name="A"), "A, which it refers to, is updated"),
    ],
)
def test_texts_of_causes(cause: Cause, text: str) -> None:
    assert str(cause) == text


def refusals(prediction: Prediction) -> list[str]:
    """The messages of CloudFormation that a prediction tells to expect."""
    return [part.partition("'")[0] for text in prediction.reasons for part in text.split("xpect '")[1:]]


def test_messages_to_expect_are_those_that_are_explained() -> None:
    """What is predicted and what is explained is the same message."""
    found = {
        message
        for deployed, edits, known, _ in CASES.values()
        for message in refusals(update(*edits, deployed=deployed, **known))
    }
    assert len(found) == 3
    for message in found:
        assert EVIDENCE.search(explain(message)), message
