"""What is certain of an update, and what only CloudFormation knows: a table for each kind."""

from typing import Any, NamedTuple

import pytest

from tests.template.defects.parts import Parts
from tests.template.update.edits import (
    SERVICE,
    TASK,
    TASK_SET,
    TEST_LISTENER,
    Edit,
    cited,
    image,
    parameter,
    threshold,
    update,
    with_attributes,
    with_properties,
    with_resource,
    with_section,
    without,
    without_resource,
)

REGION, NO_VALUE = {"Ref": "AWS::Region"}, {"Ref": "AWS::NoValue"}
FREE = with_section("Parameters", Free=parameter(), Stage=parameter("prod"))
UNKNOWN = with_section("Conditions", Unknown={"Fn::Equals": [{"Ref": "Free"}, "x"]})
PORT_80 = {"ContainerPort": 80}


def container(**properties: Any) -> Edit:
    return lambda parts: parts.of(TASK)["ContainerDefinitions"][0].update(properties)


def entries(*names: Any, value: Any = "1") -> list[Any]:
    return [{"Name": name, "Value": value} if isinstance(name, str) else name for name in names]


def environment(*names: Any, value: Any = "1") -> Edit:
    return container(Environment=entries(*names, value=value))


def sidecar(*, first: bool, **more: Any) -> Edit:
    def add(parts: Parts) -> None:
        containers = parts.of(TASK)["ContainerDefinitions"]
        containers.insert(
            0 if first else len(containers), {"Name": "x", "Image": {"Fn::Sub": "${AWS::Region}/x"}, **more}
        )

    return add


class Case(NamedTuple):
    """An update, and what is right to say of it."""

    deployed: tuple[Edit, ...]
    edits: tuple[Edit, ...]
    outcome: str
    # Of what changes, the logical ids of what does so for certain; the application's primary task set is left out.
    certain: set[str]
    rules: set[str]
    known: dict[str, Any] | None = None


APPLICATION = {TASK, TASK_SET}
TABLE = with_resource("Table", "AWS::DynamoDB::Table", BillingMode="PAY_PER_REQUEST")
REFUSED, GREEN = {"L3", "L5"}, {"L1"}
LOOK = {"L12", "Q3"}

ADDITIONS = {
    "variable-appended": Case(
        (environment("A"),), (environment("A", {"Name": "B", "Value": REGION}),), "green-deployment", APPLICATION, GREEN
    ),
    "variable-inserted": Case(
        (environment("A"),), (environment({"Name": "B", "Value": REGION}, "A"),), "green-deployment", APPLICATION, GREEN
    ),
    "variable-removed": Case(
        (environment("A", {"Name": "B", "Value": REGION}, "C"),),
        (environment("A", "C"),),
        "green-deployment",
        APPLICATION,
        GREEN,
    ),
    "first-variable": Case(
        (),
        (environment({"Name": "B", "Value": {"Fn::GetAtt": [SERVICE, "Name"]}}),),
        "green-deployment",
        APPLICATION,
        GREEN,
    ),
    "secret": Case(
        (),
        (container(Secrets=[{"Name": "S", "ValueFrom": {"Ref": "Errors"}}]),),
        "green-deployment",
        APPLICATION,
        GREEN,
    ),
    "mount": Case(
        (container(MountPoints=[{"ContainerPath": "/a"}]),),
        (container(MountPoints=[{"ContainerPath": "/b", "SourceVolume": REGION}, {"ContainerPath": "/a"}]),),
        "green-deployment",
        APPLICATION,
        GREEN,
    ),
    "sidecar-appended": Case((), (sidecar(first=False),), "green-deployment", APPLICATION, GREEN),
    "sidecar-inserted": Case((), (sidecar(first=True),), "green-deployment", APPLICATION, GREEN),
    "role": Case((), (with_properties(TASK, PidMode=REGION),), "green-deployment", APPLICATION, GREEN),
    "with-its-table": Case(
        (environment("A"),),
        (TABLE, environment("A", {"Name": "T", "Value": {"Ref": "Table"}})),
        "refused",
        {*APPLICATION, "Table"},
        REFUSED,
    ),
    "with-its-table-inserted": Case(
        (environment("A"),),
        (TABLE, environment({"Name": "T", "Value": {"Ref": "Table"}}, "A")),
        "refused",
        {*APPLICATION, "Table"},
        REFUSED,
    ),
    "no-value": Case((), (with_properties(TASK, PidMode=NO_VALUE),), "unknown", set(), {"U3", "P3", *LOOK}),
    "perhaps-a-value": Case(
        (FREE, UNKNOWN),
        (with_properties(TASK, PidMode={"Fn::If": ["Unknown", "a", NO_VALUE]}),),
        "unknown",
        set(),
        LOOK,
    ),
    "either-value": Case(
        (FREE, UNKNOWN),
        (with_properties(TASK, PidMode={"Fn::If": ["Unknown", "a", "b"]}),),
        "green-deployment",
        APPLICATION,
        GREEN,
    ),
    "perhaps-a-variable": Case(
        (FREE, UNKNOWN, environment("A")),
        (environment("A", {"Fn::If": ["Unknown", {"Name": "B"}, NO_VALUE]}),),
        "unknown",
        set(),
        LOOK,
    ),
    "perhaps-the-same-variable": Case(
        (FREE, UNKNOWN, environment("A", {"Fn::If": ["Unknown", {"Name": "B", "Value": "1"}, NO_VALUE]})),
        (environment("A", "B"),),
        "unknown",
        set(),
        LOOK,
    ),
    "a-variable-and-perhaps-another": Case(
        (FREE, UNKNOWN, environment("A", {"Fn::If": ["Unknown", {"Name": "B", "Value": "1"}, NO_VALUE]})),
        (environment("A", "B", "C"),),
        "green-deployment",
        APPLICATION,
        GREEN,
    ),
    "nothing-in-it": Case((), (with_properties(TASK, Volumes=[]),), "unknown", set(), LOOK),
    "what-an-include-brings": Case(
        (),
        (with_properties(TASK, RuntimePlatform={"Fn::Transform": {"Name": "AWS::Include"}}),),
        "unknown",
        set(),
        LOOK,
    ),
}

ORDER = {
    "variables": Case((environment("A", "B"),), (environment("B", "A"),), "unknown", set(), {"E15", *LOOK}),
    "variables-of-one-name": Case(
        (environment({"Name": "A", "Value": "1"}, {"Name": "A", "Value": "2"}),),
        (environment({"Name": "A", "Value": "2"}, {"Name": "A", "Value": "1"}),),
        "unknown",
        set(),
        {"E15", *LOOK},
    ),
    "perhaps-the-same-variables": Case(
        (
            FREE,
            UNKNOWN,
            environment(*({"Fn::If": ["Unknown", {"Name": name, "Value": "1"}, NO_VALUE]} for name in "BC")),
        ),
        (environment("C", "B"),),
        "unknown",
        set(),
        LOOK,
    ),
    "variables-and-a-value": Case(
        (environment("A", "B"),), (environment("B", "A", value="2"),), "green-deployment", APPLICATION, GREEN
    ),
    "ports": Case(
        (container(PortMappings=[PORT_80, {"ContainerPort": 81}]),),
        (container(PortMappings=[{"ContainerPort": 81}, PORT_80]),),
        "unknown",
        set(),
        {"E15", *LOOK},
    ),
    "command": Case(
        (container(Command=["a", "b"]),), (container(Command=["b", "a"]),), "green-deployment", APPLICATION, GREEN
    ),
    "mounts": Case(
        (container(MountPoints=[{"ContainerPath": "/a"}, {"ContainerPath": "/b"}]),),
        (container(MountPoints=[{"ContainerPath": "/b"}, {"ContainerPath": "/a"}]),),
        "green-deployment",
        APPLICATION,
        GREEN,
    ),
    "health-check": Case(
        (container(HealthCheck={"Command": ["a", "b"]}),),
        (container(HealthCheck={"Command": ["b", "a"]}),),
        "green-deployment",
        APPLICATION,
        GREEN,
    ),
    "of-a-task-set": Case(
        (with_properties(TASK_SET, CapacityProviderStrategy=[{"CapacityProvider": "a"}, {"CapacityProvider": "b"}]),),
        (with_properties(TASK_SET, CapacityProviderStrategy=[{"CapacityProvider": "b"}, {"CapacityProvider": "a"}]),),
        "unknown",
        set(),
        {"E15", *LOOK},
    ),
    "of-infrastructure": Case(
        (with_properties("Errors", AlarmActions=["a", "b"]),),
        (with_properties("Errors", AlarmActions=["b", "a"]),),
        "in-place-update",
        set(),
        {"Q12"},
    ),
    "of-infrastructure-beside-the-image": Case(
        (with_properties("Errors", AlarmActions=["a", "b"]),),
        (with_properties("Errors", AlarmActions=["b", "a"]), image("v2")),
        "unknown",
        APPLICATION,
        {"L3", *LOOK},
    ),
}

QUEUE = with_resource("Queue", "AWS::SQS::Queue")
MAYBE_QUEUE: tuple[Edit, ...] = (QUEUE, with_attributes("Queue", Condition="Unknown"))
OR = with_section("Conditions", Either={"Fn::Or": [{"Fn::Equals": ["a", "b"]}, {"Condition": "Unknown"}]})

CONDITIONS = {
    "added": Case((FREE, UNKNOWN), MAYBE_QUEUE, "in-place-update", set(), {"Q12"}),
    "added-beside-the-image": Case((FREE, UNKNOWN), (*MAYBE_QUEUE, image("v2")), "unknown", APPLICATION, {"L3", *LOOK}),
    "removed-beside-the-image": Case(
        (FREE, UNKNOWN, *MAYBE_QUEUE), (without_resource("Queue"), image("v2")), "unknown", APPLICATION, {"L3", *LOOK}
    ),
    "renamed": Case(
        (FREE, UNKNOWN, *MAYBE_QUEUE),
        (
            without_resource("Queue"),
            lambda parts: parts.resources.update(Other={"Type": "AWS::SQS::Queue", "Properties": {}}),
        ),
        "in-place-update",
        set(),
        {"Q12", "U7"},
    ),
    "changed": Case(
        (FREE, UNKNOWN, *MAYBE_QUEUE), (with_properties("Queue", DelaySeconds=1),), "in-place-update", set(), {"Q12"}
    ),
    "comes-for-certain": Case(
        (FREE, UNKNOWN, *MAYBE_QUEUE), (with_resource("Queue", "AWS::SQS::Queue"),), "in-place-update", set(), {"Q12"}
    ),
    "or-of-false-and-unknown": Case(
        (FREE, UNKNOWN, OR),
        (QUEUE, with_attributes("Queue", Condition="Either"), image("v2")),
        "unknown",
        APPLICATION,
        {"L3", *LOOK},
    ),
    "not-declared": Case(
        (), (QUEUE, with_attributes("Queue", Condition="Nowhere"), image("v2")), "unknown", APPLICATION, {"L3", *LOOK}
    ),
    "of-the-application": Case(
        (FREE, UNKNOWN, with_attributes(TASK, Condition="Unknown")), (image("v2"),), "unknown", set(), LOOK
    ),
    "of-what-follows": Case(
        (FREE, UNKNOWN, with_attributes(TASK_SET, Condition="Unknown")),
        (image("v2"),),
        "green-deployment",
        {TASK},
        GREEN,
    ),
    "of-an-output": Case(
        (FREE, UNKNOWN),
        (with_section("Outputs", Url={"Value": "x", "Condition": "Unknown"}),),
        "in-place-update",
        set(),
        {"Q12", "U4"},
    ),
}


def described(value: Any) -> Edit:
    """Give the alarm a description."""
    return with_properties("Errors", AlarmDescription=value)


def named(name: Any) -> Edit:
    return with_section("Parameters", Map=parameter(name))


TWO_MAPS = with_section("Mappings", One={"a": {"b": "1"}}, Two={"a": {"b": "2"}})
OTHER_TWO = with_section("Mappings", One={"a": {"b": "1"}}, Two={"a": {"b": "3"}})
IN_MAP = described({"Fn::FindInMap": [{"Ref": "Map"}, "a", "b"]})
INCLUDED = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://a"}}}
INCLUDED_B = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b"}}}
LOOP = {"Fn::ForEach::Queues": ["Name", {"Ref": "Names"}, {"Queue${Name}": {"Type": "AWS::SQS::Queue"}}]}


def with_transforms(*transforms: Any) -> Edit:
    return lambda parts: parts.template.update(Transform=["AWS::CodeDeployBlueGreen", *transforms])


def include(location: Any) -> dict[str, Any]:
    return {"Name": "AWS::Include", "Parameters": {"Location": location}}


def with_section_of(section: str, content: Any) -> Edit:
    return lambda parts: parts.template.setdefault(section, {}).update(content)


TRANSFORMS = {
    "in-a-property": Case((described(INCLUDED),), (described(INCLUDED_B),), "in-place-update", set(), {"Q12"}),
    "beside-others-in-a-property": Case(
        (with_properties("Errors", Metrics={**INCLUDED, "Id": "a"}),),
        (with_properties("Errors", Metrics={**INCLUDED_B, "Id": "a"}),),
        "in-place-update",
        set(),
        {"Q12"},
    ),
    "of-a-resource": Case(
        (with_attributes("Errors", **INCLUDED),),
        (with_attributes("Errors", **INCLUDED_B),),
        "in-place-update",
        set(),
        {"Q12"},
    ),
    "in-the-application": Case(
        (with_properties(TASK, PidMode=INCLUDED),), (with_properties(TASK, PidMode=INCLUDED_B),), "unknown", set(), LOOK
    ),
    "of-the-template": Case(
        (with_transforms(include("a")),), (with_transforms(include("b")),), "unknown", set(), {"L22", *LOOK}
    ),
    "of-the-template-by-a-parameter": Case(
        (FREE, with_transforms(include({"Ref": "Stage"}))),
        (),
        "unknown",
        set(),
        {"L22", *LOOK},
        {"new_parameters": {"Stage": "x"}},
    ),
    "that-goes": Case(
        (with_transforms("AWS::Serverless-2016-10-31"),), (with_transforms(),), "unknown", set(), {"L22", *LOOK}
    ),
    "globals": Case(
        (with_transforms("AWS::Serverless-2016-10-31"), with_section("Globals", Function={"Timeout": 3})),
        (with_section("Globals", Function={"Timeout": 4}),),
        "unknown",
        set(),
        {"L22", *LOOK},
    ),
    "loop-over-a-parameter": Case(
        (with_section("Parameters", Names=parameter("A", "CommaDelimitedList")), with_section_of("Resources", LOOP)),
        (),
        "unknown",
        set(),
        LOOK,
        {"new_parameters": {"Names": "A,B"}},
    ),
    "loop-over-outputs": Case(
        (with_section_of("Outputs", LOOP), with_section("Parameters", Names=parameter("A"))),
        (),
        "unknown",
        set(),
        LOOK,
        {"new_parameters": {"Names": "B"}},
    ),
    "in-mappings": Case(
        (with_section_of("Mappings", INCLUDED),), (with_section_of("Mappings", INCLUDED_B),), "unknown", set(), LOOK
    ),
    "within-a-mapping": Case(
        (with_section("Mappings", One=INCLUDED), described({"Fn::FindInMap": ["One", "a", "b"]})),
        (with_section("Mappings", One=INCLUDED_B),),
        "in-place-update",
        set(),
        {"Q12"},
    ),
    "that-stays": Case(
        (with_transforms(include("a")),), (image("v2"),), "green-deployment", APPLICATION, {"L1", "L22"}
    ),
    "that-only-adds-functions": Case(
        (), (with_transforms("AWS::LanguageExtensions"), image("v2")), "green-deployment", APPLICATION, {"L1", "L22"}
    ),
}

VALUES = {
    "mapping-named-by-a-parameter": Case(
        (TWO_MAPS, named("One"), IN_MAP), (), "in-place-update", {"Errors"}, {"Q12"}, {"new_parameters": {"Map": "Two"}}
    ),
    "its-content": Case((TWO_MAPS, named("Two"), IN_MAP), (OTHER_TWO,), "in-place-update", {"Errors"}, {"Q12"}),
    "another-mapping": Case((TWO_MAPS, named("One"), IN_MAP), (OTHER_TWO,), "no-change", set(), {"U3"}),
    "mapping-not-known": Case(
        (TWO_MAPS, with_section("Parameters", Map=parameter()), IN_MAP), (OTHER_TWO,), "in-place-update", set(), {"Q12"}
    ),
    "mapping-named-by-another-unknown": Case(
        (FREE, TWO_MAPS, with_section("Parameters", Map=parameter()), IN_MAP),
        (described({"Fn::FindInMap": [{"Ref": "Free"}, "a", "b"]}),),
        "in-place-update",
        set(),
        {"Q12"},
    ),
    "default-of-a-mapping": Case(
        (TWO_MAPS, described({"Fn::FindInMap": ["One", "a", "c", {"DefaultValue": "1"}]})),
        (described("1"),),
        "no-change",
        set(),
        {"U3"},
    ),
    "blanks-in-a-text": Case(
        (FREE, described({"Fn::Sub": "${ Stage }-${ Errors }"})),
        (described({"Fn::Sub": "${Stage}-${Errors}"}),),
        "no-change",
        set(),
        {"U3"},
    ),
    "blanks-around-what-changes": Case(
        (FREE, described({"Fn::Sub": "${ Stage }"})),
        (),
        "in-place-update",
        {"Errors"},
        {"Q12"},
        {"new_parameters": {"Stage": "x"}},
    ),
    "no-value-in-a-join": Case(
        (described({"Fn::Join": ["-", ["a", NO_VALUE, "b"]]}),), (described("a-b"),), "no-change", set(), {"U3"}
    ),
    "no-value-in-a-list-of-lists": Case(
        (described({"A": [["a", NO_VALUE]]}),), (described({"A": [["a"]]}),), "no-change", set(), {"U3"}
    ),
    "pseudo-parameter": Case(
        (described(REGION),),
        (described("eu-west-1"),),
        "no-change",
        set(),
        {"U3"},
        {"deployed_parameters": {"AWS::Region": "eu-west-1"}},
    ),
    "pseudo-parameter-given": Case(
        (described(REGION),),
        (described("eu-west-1"),),
        "no-change",
        set(),
        {"U3"},
        {"new_parameters": {"AWS::Region": "eu-west-1"}},
    ),
    "condition-shifts-what-a-parameter-changes": Case(
        (
            FREE,
            container(
                Environment=entries(
                    {"Fn::If": ["Never", {"Name": "N"}, NO_VALUE]}, {"Name": "S", "Value": {"Ref": "Stage"}}
                )
            ),
            with_section("Conditions", Never={"Fn::Equals": ["a", "b"]}),
        ),
        (),
        "unknown",
        APPLICATION,
        {"L1", "E2", "P3", *LOOK},
        {"new_parameters": {"Stage": "x"}},
    ),
}

DOCUMENTATION = {
    "controller": Case(
        (), (with_properties(SERVICE, DeploymentController={"Type": "ECS"}),), "unknown", {SERVICE}, LOOK
    ),
    "other-green-ids": Case(
        (), (lambda parts: parts.ecs.update(TaskSets=[TASK_SET, "Other"]),), "unknown", set(), {"Q5", "Q6"}
    ),
    "other-green-ids-beside-the-image": Case(
        (),
        (lambda parts: parts.ecs.update(TaskSets=[TASK_SET, "Other"]), image("v2")),
        "unknown",
        APPLICATION,
        {"Q5", "Q6"},
    ),
    "other-green-ids-with-blue-live": Case(
        (),
        (lambda parts: parts.ecs.update(TaskSets=[TASK_SET, "Other"]), image("v2")),
        "green-deployment",
        APPLICATION,
        GREEN,
        {"live_colour": "blue"},
    ),
    "other-green-ids-with-green-live": Case(
        (),
        (lambda parts: parts.ecs.update(TaskSets=[TASK_SET, "Other"]), image("v2")),
        "unknown",
        APPLICATION,
        {"Q5", "Q6"},
        {"live_colour": "green"},
    ),
    "other-green-target-group": Case(
        (), (lambda parts: parts.routing.update(TargetGroups=[parts.blue_id, "Other"]),), "unknown", set(), {"Q5", "Q6"}
    ),
    "worker": Case(
        (with_resource("Worker", "AWS::ECS::Service", TaskDefinition={"Ref": TASK}),),
        (image("v2"),),
        "unknown",
        {*APPLICATION, "Worker"},
        {"L3", *LOOK},
    ),
    "scheduled-task": Case(
        (
            with_resource(
                "Rule", "AWS::Events::Rule", Targets=[{"EcsParameters": {"TaskDefinitionArn": {"Ref": TASK}}}]
            ),
        ),
        (image("v2"),),
        "unknown",
        {*APPLICATION, "Rule"},
        {"L3", *LOOK},
    ),
    "policy-to-run-it": Case(
        (with_resource("Policy", "AWS::IAM::Policy", PolicyDocument={"Statement": [{"Resource": {"Ref": TASK}}]}),),
        (image("v2"),),
        "unknown",
        {*APPLICATION, "Policy"},
        {"L3", *LOOK},
    ),
    "text-of-it": Case(
        (with_resource("Name", "AWS::SSM::Parameter", Value={"Fn::Sub": f"x-${{{TASK_SET}.Id}}"}),),
        (image("v2"),),
        "unknown",
        {*APPLICATION, "Name"},
        {"L3", *LOOK},
    ),
    "worker-beside-a-change": Case(
        (with_resource("Worker", "AWS::ECS::Service", TaskDefinition={"Ref": TASK}),),
        (image("v2"), threshold),
        "refused",
        {*APPLICATION, "Worker", "Errors"},
        {"L3", "L5", "Q13", "Q14"},
    ),
    "listener-that-goes": Case(
        (),
        (without_resource(TEST_LISTENER), lambda parts: parts.routing.pop("TestTrafficRoute")),
        "in-place-update",
        {TEST_LISTENER},
        {"Q12"},
    ),
    "listener-with-other-metadata": Case(
        (), (with_attributes(TEST_LISTENER, Metadata={"a": "b"}),), "in-place-update", {TEST_LISTENER}, {"Q12", "U1"}
    ),
}

SECRET = (with_section("Parameters", Secret=parameter(NoEcho=True)), with_properties(TASK, Family={"Ref": "Secret"}))

PERHAPS_REFUSED = {
    "type-of-what-may-not-exist": Case(
        (FREE, UNKNOWN, *MAYBE_QUEUE), (with_resource("Queue", "AWS::SNS::Topic"),), "unknown", set(), {"U5"}
    ),
    "type-for-certain": Case((QUEUE,), (with_resource("Queue", "AWS::SNS::Topic"),), "refused", {"Queue"}, {"U5"}),
    "no-transform-and-perhaps-replaced": Case(
        (), (without("Transform"), with_properties(TASK_SET, Novelty=True)), "unknown", {TASK_SET}, {"P7"}
    ),
    "hidden-value-that-may-be-the-same": Case(
        SECRET, (image("v2"),), "unknown", APPLICATION, {"L10", *LOOK}, {"new_parameters": {"Secret": "x"}}
    ),
    "hidden-value-that-is-another": Case(
        SECRET,
        (image("v2"),),
        "refused",
        APPLICATION,
        {"L3", "L10", "Q13", "Q14"},
        {"deployed_parameters": {"Secret": "y"}, "new_parameters": {"Secret": "x"}},
    ),
}

PRIMARY_TYPE = "AWS::ECS::PrimaryTaskSet"


def assert_said(case: Case) -> None:
    prediction = update(*case.edits, deployed=case.deployed, **(case.known or {}))
    certain = {change.logical_id for change in prediction.changes if change.certain and change.type != PRIMARY_TYPE}
    assert (prediction.outcome, certain, cited(prediction)) == case[2:5], (prediction.reasons, prediction.warnings)


@pytest.mark.parametrize("case", ADDITIONS.values(), ids=ADDITIONS)
def test_an_addition_is_a_change_whatever_its_value(case: Case) -> None:
    assert_said(case)


@pytest.mark.parametrize("case", ORDER.values(), ids=ORDER)
def test_another_order_is_what_the_schemas_say(case: Case) -> None:
    assert_said(case)


@pytest.mark.parametrize("case", CONDITIONS.values(), ids=CONDITIONS)
def test_what_a_condition_decides_that_is_not_known_is_perhaps(case: Case) -> None:
    assert_said(case)


@pytest.mark.parametrize("case", TRANSFORMS.values(), ids=TRANSFORMS)
def test_what_transforms_make_is_not_known(case: Case) -> None:
    assert_said(case)


@pytest.mark.parametrize("case", VALUES.values(), ids=VALUES)
def test_values_are_worked_out(case: Case) -> None:
    assert_said(case)


@pytest.mark.parametrize("case", PERHAPS_REFUSED.values(), ids=PERHAPS_REFUSED)
def test_what_may_be_refused_is_not_known(case: Case) -> None:
    assert_said(case)


@pytest.mark.parametrize("case", DOCUMENTATION.values(), ids=DOCUMENTATION)
def test_what_is_not_documented_is_not_known(case: Case) -> None:
    assert_said(case)


def test_image_parameter_behind_a_condition_is_named_as_the_cause() -> None:
    case = VALUES["condition-shifts-what-a-parameter-changes"]
    prediction = update(*case.edits, deployed=case.deployed, **(case.known or {}))
    causes = {
        str(cause)
        for change in prediction.changes
        if change.logical_id == TASK
        for cause in change.properties[0].causes
    }
    assert causes == {"parameter Stage changes"}


# What is declared of a parameter, its value, and the part of the declaration that it breaks.
CONSTRAINTS: list[tuple[dict[str, Any], str, str]] = [
    ({"AllowedValues": ["prod", "dev"]}, "dev", ""),
    ({"AllowedValues": ["prod", "dev"]}, "test", "AllowedValues"),
    ({"AllowedValues": [1, 2], "Type": "Number"}, "2", ""),
    ({"AllowedValues": ["a", "b"], "Type": "CommaDelimitedList"}, "a, b", ""),
    ({"AllowedValues": ["a", "b"], "Type": "CommaDelimitedList"}, "a,c", "AllowedValues"),
    ({"AllowedValues": ["/a"], "Type": "AWS::SSM::Parameter::Value<String>"}, "/b", ""),
    ({"AllowedValues": ["a"]}, "{{resolve:ssm:a}}", ""),
    ({"AllowedPattern": "[a-z]+"}, "abc", ""),
    ({"AllowedPattern": "[a-z]+"}, "abc1", "AllowedPattern"),
    ({"AllowedPattern": r"\d+"}, "٣", "AllowedPattern"),
    ({"AllowedPattern": "[a-z]+", "Type": "CommaDelimitedList"}, "a,1", "AllowedPattern"),
    ({"AllowedPattern": "[a-z&&[^b]]+"}, "b", ""),
    ({"AllowedPattern": "("}, "b", ""),
    # What could take too long is not tried.
    ({"AllowedPattern": "(a+)+b"}, "a" * 60, ""),
    ({"AllowedPattern": "a*a*a*a*a*b"}, "a" * 60, ""),
    ({"AllowedPattern": "(a|a)" * 30}, "a" * 29 + "b", ""),
    ({"AllowedPattern": r"(([0-9]|[1-9][0-9]|1[0-9]{2})\.){3}[0-9]+"}, "10.0.0.x", "AllowedPattern"),
    ({"AllowedPattern": 5}, "b", ""),
    ({"MinLength": "3"}, "ab", "MinLength"),
    ({"MinLength": 3, "MaxLength": 3}, "abc", ""),
    ({"MaxLength": 3}, "abcd", "MaxLength"),
    ({"MinValue": 3, "Type": "Number"}, "2", "MinValue"),
    ({"MinValue": 3, "MaxValue": "3", "Type": "Number"}, "3", ""),
    ({"MaxValue": 3, "Type": "Number"}, "3.5", "MaxValue"),
    ({"MaxValue": 3, "Type": "List<Number>"}, "1,4", "MaxValue"),
    ({"MaxValue": 3}, "4", ""),
    ({"Type": "Number"}, "four", "Type"),
    ({"MinLength": 3, "Type": "AWS::EC2::VPC::Id"}, "a", ""),
]


@pytest.mark.parametrize(("declared", "value", "broken"), CONSTRAINTS)
def test_value_that_the_new_template_does_not_allow_is_refused(
    declared: dict[str, Any], value: str, broken: str
) -> None:
    new = with_section("Parameters", Free=parameter(None, **{"Type": "String", **declared}))
    free = with_section("Parameters", Free=parameter())
    for known in ({"new_parameters": {"Free": value}}, {"deployed_parameters": {"Free": value}}):
        prediction = update(new, deployed=(free,), **known)
        assert (prediction.outcome == "refused") == bool(broken), prediction.reasons
        if broken:
            assert cited(prediction) == {"U8"}
            assert f" its {broken} " in prediction.reasons[0]
            assert prediction.steps == ()


def test_value_that_stays_as_it_was_is_allowed() -> None:
    odd = with_section("Parameters", Free=parameter("x", AllowedValues=["a"]))
    assert update(deployed=(odd,)).outcome == "no-change"
    assert update(deployed=(odd,), new_parameters={"Free": "y"}).outcome == "refused"


def test_hidden_value_that_is_not_allowed_is_not_shown() -> None:
    hidden = with_section("Parameters", Free=parameter(NoEcho=True, AllowedValues=["a"]))
    prediction = update(deployed=(hidden,), new_parameters={"Free": "s3cret"})
    assert prediction.outcome == "refused"
    assert "s3cret" not in str(prediction)
