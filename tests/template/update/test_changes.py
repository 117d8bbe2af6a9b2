"""Which values an update changes, and why."""

from collections.abc import Iterator
from typing import Any

import pytest

from ecs_blue_green.template.update import Cause, Change, Prediction, PropertyChange, predict
from tests.support import Template
from tests.template.update.edits import parameter


def stack(value: Any, *, beside: Template | None = None, **sections: Any) -> Template:
    """A template whose resource ``Only`` has a value as its description; keywords are sections."""
    only = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmDescription": value}}
    return {**sections, "Resources": {"Only": only, **(beside or {})}}


def resource(type: str, **properties: Any) -> Template:
    return {"Type": type, "Properties": properties}


def values(prediction: Prediction) -> Iterator[tuple[str, PropertyChange]]:
    for change in prediction.changes:
        for part in change.properties:
            yield change.logical_id, part


def only_value(prediction: Prediction) -> PropertyChange:
    (found,) = (part for _, part in values(prediction))
    return found


PARAMETERS = {"Stage": parameter("prod"), "Sizes": parameter("1, 2", "CommaDelimitedList"), "Free": parameter()}
MAPPINGS = {"Limits": {"prod": {"errors": 5}, "test": {"errors": 50}}}
CONDITIONS = {
    "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
    "IsTest": {"Fn::Not": [{"Condition": "IsProd"}]},
    "Either": {"Fn::Or": [{"Condition": "IsProd"}, {"Fn::Equals": [{"Ref": "Free"}, "x"]}]},
    "Both": {"Fn::And": [{"Condition": "IsTest"}, {"Fn::Equals": [{"Ref": "Free"}, "x"]}]},
    "HasFree": {"Fn::Equals": [{"Ref": "Free"}, "x"]},
    "Same": {"Fn::Equals": [{"Ref": "Free"}, {"Ref": "Free"}]},
}
SECTIONS: dict[str, Any] = {"Parameters": PARAMETERS, "Mappings": MAPPINGS, "Conditions": CONDITIONS}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Ref": "Stage"}, "prod"),
        ({"Fn::Sub": "a-${Stage}-${!Literal}"}, "a-prod-${Literal}"),
        ({"Fn::Sub": ["${Own}-${Stage}", {"Own": {"Ref": "Stage"}}]}, "prod-prod"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}, 5]]}, "a-prod-5"),
        ({"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}]]}, {"Fn::Sub": "a-${AWS::Region}"}),
        ({"Fn::Join": ["", ["a", {"Fn::Join": ["", ["b", {"Ref": "AWS::Region"}]]}]]}, {"Fn::Sub": "ab${AWS::Region}"}),
        ({"Fn::Sub": "${Other.Arn}"}, {"Fn::GetAtt": ["Other", "Arn"]}),
        ({"Fn::GetAtt": "Other.Endpoint.Port"}, {"Fn::GetAtt": ["Other", "Endpoint", "Port"]}),
        ({"Fn::Select": [1, {"Ref": "Sizes"}]}, "2"),
        ({"Fn::Select": ["0", {"Fn::Split": ["/", "a/b"]}]}, "a"),
        ({"Fn::FindInMap": ["Limits", {"Ref": "Stage"}, "errors"]}, 5),
        ({"Fn::If": ["IsProd", "yes", "no"]}, "yes"),
        ({"Fn::If": ["IsTest", "yes", "no"]}, "no"),
        ({"Fn::If": ["Either", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Both", "yes", "no"]}, "no"),
        ({"Fn::If": ["Same", "yes", "no"]}, "yes"),
        ({"A": 1, "B": {"Fn::If": ["IsProd", {"Ref": "AWS::NoValue"}, 2]}}, {"A": 1}),
        ({"A": [1, {"Fn::If": ["IsProd", {"Ref": "AWS::NoValue"}, 2]}]}, {"A": [1]}),
        (80, "80"),
        (True, "true"),
    ],
)
def test_functions_of_what_is_known_are_worked_out(one: Any, other: Any) -> None:
    assert predict(stack(one, **SECTIONS), stack(other, **SECTIONS)).outcome == "no-change"
    assert predict(stack(other, **SECTIONS), stack(one, **SECTIONS)).outcome == "no-change"


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Join": "a"},
        {"Fn::Join": ["", {"Ref": "AWS::Region"}]},
        {"Fn::Sub": 5},
        {"Fn::Sub": ["a"]},
        {"Fn::GetAtt": []},
        {"Fn::Select": [7, ["a"]]},
        {"Fn::Select": [1, ["a"]]},
        {"Fn::Select": "a"},
        {"Fn::Split": ["", "a"]},
        {"Fn::If": ["IsProd", "a"]},
        {"Fn::If": ["Circle", "a", "b"]},
        {"Fn::FindInMap": ["Limits"]},
        {"Fn::FindInMap": ["Limits", "nowhere", "errors"]},
        {"Ref": ["a"]},
    ],
    ids=str,
)
def test_functions_that_can_not_be_worked_out_stay(value: Any) -> None:
    circle = CONDITIONS | {"Circle": {"Fn::Not": [{"Condition": "Circle"}]}}
    pair = [stack(given, **(SECTIONS | {"Conditions": circle})) for given in (value, {"A": value})]
    assert predict(pair[0], pair[0]).outcome == "no-change"
    assert predict(*pair).outcome == "in-place-update"


def ref(id: str) -> Any:
    return {"Ref": id}


def attribute(id: str, name: Any) -> Any:
    return {"Fn::GetAtt": [id, name]}


def sub(text: str) -> Any:
    return {"Fn::Sub": text}


def select(index: int, value: Any) -> Any:
    return {"Fn::Select": [index, value]}


def split(text: Any) -> Any:
    return {"Fn::Split": [":", text]}


def choose(one: Any, other: Any, condition: str = "HasFree") -> Any:
    return {"Fn::If": [condition, one, other]}


REGION = ref("AWS::Region")
BESIDE = {
    "Queue": resource("AWS::SQS::Queue"),
    "Queue2": resource("AWS::SQS::Queue"),
    "Topic": resource("AWS::SNS::Topic"),
    "Named": resource("AWS::IAM::Role", RoleName="shop"),
    "NamedToo": resource("AWS::ECS::Cluster", ClusterName="shop"),
    "Group": resource("AWS::EC2::SecurityGroup"),
    "Group2": resource("AWS::EC2::SecurityGroup"),
    "Custom": resource("Custom::Thing"),
    "Custom2": resource("Custom::Thing"),
}

CERTAIN: list[tuple[Any, Any]] = [
    ("a", "b"),
    ("a", ["a"]),
    ({"A": "a"}, "a"),
    # References that differ in their ids.
    (ref("Queue"), ref("Queue2")),
    (ref("Queue"), ref("Topic")),
    (ref("Named"), ref("Queue")),
    (attribute("Queue", "Arn"), attribute("Queue2", "Arn")),
    (attribute("Named", "Arn"), attribute("NamedToo", "Arn")),
    (attribute("Group", "GroupId"), attribute("Group2", "GroupId")),
    (sub("${Queue}-a"), sub("${Queue2}-a")),
    # Texts with one literal part that differs, or one more.
    (sub("${AWS::Region}-a"), sub("${AWS::Region}-b")),
    (sub("a-${AWS::Region}"), sub("b-${AWS::Region}")),
    (sub("a-${AWS::Region}-b"), sub("c-${AWS::Region}-d")),
    (sub("a${AWS::Region}"), sub("ab${AWS::Region}")),
    (sub("${AWS::Region}-a"), sub("${AWS::AccountId}-b")),
    (sub("a-${AWS::Region}"), sub("b-${AWS::AccountId}")),
    (sub("${AWS::Region}-${Free}"), sub("${AWS::Region}-a-${Free}")),
    (REGION, sub("${AWS::Region}-a")),
    (sub("${AWS::Region}"), sub("${AWS::Region}${Queue}")),
    (sub("a-${AWS::Region}"), "b"),
    ("{{resolve:ssm:a:1}}-a", "{{resolve:ssm:a:1}}-b"),
    # Functions that keep different values different.
    ({"Fn::Base64": "a"}, {"Fn::Base64": "b"}),
    ({"Fn::Base64": sub("a-${AWS::Region}")}, {"Fn::Base64": sub("b-${AWS::Region}")}),
    ({"Fn::ToJsonString": {"A": REGION, "B": "a"}}, {"Fn::ToJsonString": {"A": REGION, "B": "b"}}),
    # Whatever the condition says.
    (choose("a", "b"), choose("c", "d")),
    (choose("a", "b"), "c"),
    ("c", choose("a", "b")),
    (choose({"A": ["a"]}, "b"), choose({"A": ["c"]}, "d")),
    # Nothing to something.
    (None, REGION),
    (choose("a", "b"), None),
    (None, {"A": REGION}),
    (None, [REGION]),
]

UNCERTAIN: list[tuple[Any, Any]] = [
    ("a", ref("Queue")),
    (ref("Queue"), ref("Free")),
    (REGION, "eu-west-1"),
    (ref("Free"), "x"),
    (ref("Free"), ref("AWS::StackName")),
    # The same resource in other words, attributes that several share, names that the template gives.
    (ref("Group"), attribute("Group", "GroupId")),
    (attribute("Group", "VpcId"), attribute("Group2", "VpcId")),
    (attribute("Queue", "Whatever"), attribute("Queue2", "Whatever")),
    (ref("Queue"), attribute("Queue2", "Arn")),
    (ref("Named"), ref("NamedToo")),
    (ref("Custom"), ref("Custom2")),
    (attribute("Queue", "QueueVersionId"), attribute("Queue2", "QueueVersionId")),
    # Texts with more than one part that differs.
    (sub("${AWS::Region}-a"), sub("${AWS::AccountId}-a")),
    (sub("${Queue}-${Queue2}"), sub("${Queue2}-${Queue}")),
    (sub("${Free}"), sub("${Free}${AWS::Region}")),
    (sub("a-${AWS::Region}"), "a-b"),
    # Functions that take a part, or make the same of different values.
    (select(0, {"Fn::Cidr": [REGION, 4, 8]}), {"Fn::Cidr": [REGION, 6, 8]}),
    (select(0, {"Fn::Cidr": [REGION, 4, 8]}), select(1, {"Fn::Cidr": [REGION, 4, 8]})),
    (select(0, split(sub("${AWS::Region}:v1"))), select(0, split(sub("${AWS::Region}:v2")))),
    (split(sub("${AWS::Region}:v1")), split(sub("${AWS::AccountId}:v1"))),
    ({"Fn::Length": ref("Free")}, {"Fn::Length": REGION}),
    ({"Fn::FindInMap": ["Limits", REGION, "errors"]}, {"Fn::FindInMap": ["Limits", ref("AWS::AccountId"), "errors"]}),
    ({"Fn::FindInMap": ["Limits", REGION, "errors"]}, {"Fn::FindInMap": ["Other", REGION, "errors"]}),
    ({"Fn::GetAZs": "a"}, {"Fn::GetAZs": REGION}),
    ({"Fn::ImportValue": "a"}, {"Fn::ImportValue": "b"}),
    ({"Fn::Join": [",", ref("Free")]}, {"Fn::Join": [";", ref("Free")]}),
    ({"Fn::Base64": REGION}, {"Fn::Base64": "eu-west-1"}),
    ("{{resolve:ssm:a:1}}", "{{resolve:ssm:a:2}}"),
    # Conditions, transforms and what may be nothing.
    (choose("a", "b"), choose("a", "c")),
    (choose("a", "b"), "b"),
    (choose("a", "b"), choose("b", "a", "HasFreeToo")),
    (None, choose("a", ref("AWS::NoValue"))),
    ({"Fn::Join": ["-", ["a", choose("b", ref("AWS::NoValue"))]]}, "a"),
    (select(0, [choose("b", ref("AWS::NoValue")), "a"]), "a"),
    (attribute("Queue", ref("Free")), attribute("Queue2", ref("Free"))),
    (None, {"Fn::Transform": {"Name": "x"}}),
    (None, {}),
    (None, [{}]),
]


def said_of(old: Any, new: Any) -> PropertyChange:
    conditions = CONDITIONS | {"HasFreeToo": {"Fn::Equals": [ref("Free"), "y"]}}
    pair = [
        stack(value, beside=BESIDE, Parameters=PARAMETERS, Conditions=conditions, Mappings=MAPPINGS)
        for value in (old, new)
    ]
    for side in pair:
        if side["Resources"]["Only"]["Properties"]["AlarmDescription"] is None:
            del side["Resources"]["Only"]["Properties"]["AlarmDescription"]
    return only_value(predict(*pair))


@pytest.mark.parametrize(("old", "new"), CERTAIN, ids=str)
def test_a_difference_that_nothing_can_make_none_is_certain(old: Any, new: Any) -> None:
    assert said_of(old, new).certain
    assert said_of(new, old).certain


@pytest.mark.parametrize(("old", "new"), UNCERTAIN, ids=str)
def test_a_difference_that_may_be_none_is_not_certain(old: Any, new: Any) -> None:
    assert not said_of(old, new).certain
    assert not said_of(new, old).certain


def test_functions_of_any_depth_are_not_certain() -> None:
    deep: list[Any] = [REGION, ref("Free")]
    for _ in range(3_000):
        deep = [{"Fn::Base64": value} for value in deep]
    assert not said_of(*deep).certain


# What changes of a resource, an attribute of it, and what becomes of that.
ATTRIBUTES: list[tuple[str, dict[str, Any], Any, str]] = [
    ("AWS::IAM::Role", {"Description": "x"}, ref("It"), "stays"),
    ("AWS::IAM::Role", {"Description": "x"}, attribute("It", "Arn"), "stays"),
    ("AWS::IAM::Role", {"Description": "x"}, attribute("It", ref("Unknown")), "perhaps"),
    ("AWS::IAM::Role", {"Description": "x"}, attribute("It", "RoleId"), "stays"),
    ("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": []}, attribute("It", "GroupId"), "stays"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", {"SecurityGroups": ["x"]}, attribute("It", "DNSName"), "stays"),
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        {"SecurityGroups": ["x"]},
        attribute("It", "LoadBalancerFullName"),
        "stays",
    ),
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        {"IpAddressType": "x"},
        attribute("It", "CanonicalHostedZoneID"),
        "stays",
    ),
    ("AWS::ECS::Service", {"DesiredCount": 2}, attribute("It", "Name"), "stays"),
    ("AWS::SSM::Parameter", {"Value": "x"}, attribute("It", "Value"), "changes"),
    ("AWS::SSM::Parameter", {"Description": "x"}, attribute("It", "Value"), "stays"),
    ("AWS::SSM::Parameter", {"Tags": {"a": "b"}}, attribute("It", "Whatever"), "stays"),
    ("AWS::RDS::DBInstance", {"AllocatedStorage": "9"}, attribute("It", "Endpoint.Port"), "stays"),
    ("AWS::RDS::DBInstance", {"AllocatedStorage": "9"}, attribute("It", "Endpoint.Address"), "stays"),
    ("AWS::RDS::DBCluster", {"Port": 9}, attribute("It", "Endpoint.Port"), "perhaps"),
    (
        "AWS::RDS::DBInstance",
        {"ManageMasterUserPassword": True},
        attribute("It", "MasterUserSecret.SecretArn"),
        "perhaps",
    ),
    ("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": {}}, attribute("It", "LatestVersionNumber"), "perhaps"),
    ("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": {}}, ref("It"), "stays"),
    ("AWS::CloudFormation::Stack", {"TemplateURL": "x"}, attribute("It", "Outputs.Url"), "perhaps"),
    ("AWS::CloudFormation::Stack", {"Parameters": {"A": "b"}}, attribute("It", "Outputs.Url"), "perhaps"),
    ("AWS::CloudFormation::Stack", {"TemplateURL": "x"}, ref("It"), "stays"),
    ("AWS::DynamoDB::Table", {"BillingMode": "x"}, attribute("It", "StreamArn"), "stays"),
    ("AWS::DynamoDB::Table", {"StreamSpecification": {"A": 1}}, attribute("It", "StreamArn"), "perhaps"),
    (
        "AWS::StepFunctions::StateMachine",
        {"DefinitionString": "x"},
        attribute("It", "StateMachineRevisionId"),
        "perhaps",
    ),
    ("AWS::Lambda::Function", {"MemorySize": 1}, attribute("It", "SnapStartResponse.OptimizationStatus"), "perhaps"),
    # Where the resource is replaced, or perhaps.
    ("AWS::EC2::SecurityGroup", {"GroupDescription": "x"}, ref("It"), "changes"),
    ("AWS::EC2::SecurityGroup", {"GroupDescription": "x"}, attribute("It", "GroupId"), "changes"),
    ("AWS::EC2::SecurityGroup", {"GroupDescription": "x"}, attribute("It", "VpcId"), "perhaps"),
    ("AWS::EC2::SecurityGroup", {"VpcId": "x"}, attribute("It", "VpcId"), "changes"),
    ("AWS::EC2::SecurityGroup", {"GroupDescription": "x"}, sub("${It}-x"), "changes"),
    ("AWS::EC2::SecurityGroup", {"GroupDescription": "x"}, select(0, split(ref("It"))), "perhaps"),
    ("AWS::RDS::DBInstance", {"Port": "9"}, ref("It"), "perhaps"),
    ("Custom::Thing", {"A": "x"}, attribute("It", "Arn"), "perhaps"),
    ("AWS::Other::Thing", {"A": "x"}, attribute("It", "Arn"), "perhaps"),
]


@pytest.mark.parametrize(("type", "changed", "value", "becomes"), ATTRIBUTES)
def test_what_becomes_of_a_reference(type: str, changed: dict[str, Any], value: Any, becomes: str) -> None:
    def referred(more: dict[str, Any]) -> Template:
        return stack(value, beside={"It": resource(type, **more)})

    found = dict(values(predict(referred(dict.fromkeys(changed, "former")), referred(changed))))
    assert "It" in found
    said = "stays" if "Only" not in found else "changes" if found["Only"].certain else "perhaps"
    assert said == becomes


@pytest.mark.parametrize(
    "condition",
    [
        {"Fn::Or": [{"Condition": "IsTest"}, {"Condition": "HasFree"}]},
        {"Fn::And": [{"Condition": "IsProd"}, {"Condition": "HasFree"}]},
        {"Fn::Not": [{"Condition": "HasFree"}]},
        {"Condition": "HasFree"},
    ],
    ids=lambda condition: next(iter(condition)),
)
def test_condition_that_depends_on_what_is_not_known_is_not_known(condition: Any) -> None:
    sections = SECTIONS | {"Conditions": CONDITIONS | {"Depends": condition}}
    value = {"Fn::If": ["Depends", "a", "b"]}
    for known in ("a", "b"):
        assert not only_value(predict(stack(value, **sections), stack(known, **sections))).certain


@pytest.mark.parametrize(
    ("value", "edit", "cause"),
    [
        ({"Ref": "Stage"}, {"Parameters": {"Stage": parameter("test")}}, "parameter Stage changes"),
        ({"Fn::Sub": "x-${Stage}"}, {"Parameters": {"Stage": parameter("test")}}, "parameter Stage changes"),
        (
            {"Fn::FindInMap": ["Limits", "prod", "errors"]},
            {"Mappings": {"Limits": {"prod": {"errors": 7}}}},
            "mapping Limits changes",
        ),
        (
            {"Fn::FindInMap": ["Limits", {"Ref": "AWS::Region"}, "errors"]},
            {"Mappings": {"Limits": {"prod": {"errors": 7}}}},
            "mapping Limits changes",
        ),
        (
            {"Fn::If": ["IsProd", "a", "b"]},
            {"Conditions": {"IsProd": {"Fn::Equals": ["a", "b"]}}},
            "condition IsProd changes",
        ),
        (
            {"Fn::If": ["HasFree", "a", "b"]},
            {"Conditions": {"HasFree": {"Fn::Equals": [{"Ref": "Free"}, "y"]}}},
            "condition HasFree changes",
        ),
    ],
    ids=["parameter", "parameter-in-text", "mapping", "mapping-by-region", "condition", "unknown-condition"],
)
def test_cause_is_named_where_the_template_says_the_same(value: Any, edit: Any, cause: str) -> None:
    given = {name: body["Default"] for name, body in edit.get("Parameters", {}).items()}
    prediction = predict(stack(value, **SECTIONS), stack(value, **(SECTIONS | edit)), new_parameters=given)
    assert [str(found) for found in only_value(prediction).causes] == [cause]


def test_mapping_that_another_parameter_names_is_a_cause_too() -> None:
    value = {"Fn::FindInMap": [{"Ref": "Map"}, "a", "b"]}
    old, new = (
        stack(
            value, Parameters={"Map": parameter("One")}, Mappings={"One": {"a": {"b": "1"}}, "Two": {"a": {"b": two}}}
        )
        for two in ("2", "3")
    )
    causes = only_value(predict(old, new, new_parameters={"Map": "Two"})).causes
    assert [str(cause) for cause in causes] == ["parameter Map changes", "mapping Two changes"]


def test_condition_of_a_resource_decides_whether_there_is_one() -> None:
    beside = {"Extra": {"Type": "AWS::SQS::Queue", "Condition": "IsProd"}}
    conditional = stack("x", beside=beside, Parameters=PARAMETERS, Conditions=CONDITIONS)

    def staged(old: str, new: str) -> Prediction:
        parameters = ({"Stage": stage} for stage in (old, new))
        deployed, given = parameters
        return predict(conditional, conditional, deployed_parameters=deployed, new_parameters=given)

    (added,) = staged("test", "prod").changes
    assert (added.logical_id, added.action, added.replacement) == ("Extra", "add", None)
    (removed,) = staged("prod", "test").changes
    assert (removed.logical_id, removed.action) == ("Extra", "remove")
    assert staged("other", "test").outcome == "no-change"


def test_condition_that_is_not_known_may_change_a_resource() -> None:
    def conditional(value: str) -> Template:
        beside = {"Extra": {"Type": "AWS::SQS::Queue", "Condition": "HasFree"}}
        condition = {"Fn::Equals": [{"Ref": "Free"}, value]}
        return stack("x", beside=beside, Parameters=PARAMETERS, Conditions={"HasFree": condition})

    assert predict(conditional("x"), conditional("x")).outcome == "no-change"
    part = only_value(predict(conditional("x"), conditional("y")))
    assert (part.attribute, part.certain) == ("Condition", False)


def test_values_are_told_with_path_old_and_new() -> None:
    old = {"Tags": [{"Key": "a", "Value": "1"}], "Gone": 1}
    new = {"Tags": [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}], "Come": {"Ref": "Stage"}}
    pair = [{"Parameters": PARAMETERS, "Resources": {"A": resource("AWS::SQS::Queue", **part)}} for part in (old, new)]
    assert {part.path: (part.old, part.new, part.replacement) for _, part in values(predict(*pair))} == {
        "Tags[0].Value": ("1", "2", "never"),
        "Tags[1]": (None, {"Key": "b", "Value": "3"}, "never"),
        "Gone": (1, None, "unknown"),
        "Come": (None, "prod", "unknown"),
    }


def test_reference_to_an_attribute_that_is_updated_in_place_changes() -> None:
    def stored(value: str) -> Template:
        task = resource("AWS::ECS::TaskDefinition", Family={"Fn::GetAtt": ["Store", "Value"]})
        queue = resource("AWS::SQS::Queue", QueueName={"Ref": "Store"})
        store = resource("AWS::SSM::Parameter", Type="String", Value=value)
        return {"Resources": {"Store": store, "Task": task, "Queue": queue}}

    found = dict(values(predict(stored("a"), stored("b"))))
    assert set(found) == {"Store", "Task"}
    assert (found["Task"].replacement, found["Task"].path) == ("always", "Family")
    assert [str(cause) for cause in found["Task"].causes] == ["Store, which it refers to, is updated"]


def test_reference_to_an_attribute_that_is_perhaps_updated_perhaps_changes() -> None:
    def stored(value: Any) -> Template:
        task = resource("AWS::ECS::TaskDefinition", Family={"Fn::GetAtt": ["Store", "Value"]})
        store = resource("AWS::SSM::Parameter", Type="String", Value=value)
        return {"Parameters": PARAMETERS, "Resources": {"Store": store, "Task": task}}

    found = dict(values(predict(stored("a"), stored({"Ref": "Free"}))))
    assert (found["Task"].replacement, found["Task"].certain) == ("always", False)


def test_parameter_that_the_deployed_template_lacks_has_its_default() -> None:
    old, new = stack("v2"), stack({"Ref": "Tag"}, Parameters={"Tag": parameter("v2")})
    assert predict(old, new, deployed_parameters={"Tag": "v1"}).outcome == "no-change"


def test_replacement_that_depends_makes_what_refers_to_it_depend() -> None:
    def service(launch: str) -> Template:
        task_set = resource(
            "AWS::ECS::TaskSet", Service={"Ref": "Service"}, Tags=[{"Key": "s", "Value": {"Ref": "Service"}}]
        )
        return {"Resources": {"Service": resource("AWS::ECS::Service", LaunchType=launch), "Set": task_set}}

    found = {(id, part.path): part for id, part in values(predict(service("EC2"), service("FARGATE")))}
    assert found["Service", "LaunchType"].replacement == "conditionally"
    assert found["Set", "Service"].replacement == "conditionally"
    assert found["Set", "Tags[0].Value"].replacement == "never"
    assert not found["Set", "Service"].certain


def test_value_that_changes_and_perhaps_by_a_reference_too_changes_for_certain() -> None:
    def service(launch: str, name: str) -> Template:
        task_set = resource("AWS::ECS::TaskSet", ExternalId={"Fn::Sub": f"${{Service}}-{name}"})
        return {"Resources": {"Service": resource("AWS::ECS::Service", LaunchType=launch), "Set": task_set}}

    found = dict(values(predict(service("EC2", "a"), service("FARGATE", "b"))))
    assert found["Set"].certain
    assert found["Set"].causes == (Cause(kind="template"), Cause(kind="replacement", name="Service"))


@pytest.mark.parametrize(("delay", "certain"), [(1, False), (2, True)])
def test_resource_changes_for_certain_if_one_of_its_values_does(delay: int, certain: bool) -> None:
    old, new = (
        {
            "Parameters": PARAMETERS,
            "Resources": {"A": resource("AWS::SQS::Queue", DelaySeconds=seconds, QueueName=name)},
        }
        for seconds, name in ((1, "x"), (delay, {"Ref": "Free"}))
    )
    (change,) = predict(old, new).changes
    assert change.certain is certain


def test_circle_of_references_ends() -> None:
    def circle(name: str) -> Template:
        one = resource("AWS::EC2::SecurityGroup", GroupName=name, VpcId={"Ref": "Two"})
        return {"Resources": {"One": one, "Two": resource("AWS::EC2::SecurityGroup", VpcId={"Ref": "One"})}}

    assert [change.replacement for change in predict(circle("a"), circle("b")).changes] == ["always", "always"]


def rename_pair(*names: tuple[str, str], **properties: Any) -> tuple[Change, ...]:
    """The changes when queues get other logical ids."""
    old, new = ({name: resource("AWS::SQS::Queue", **properties) for name in side} for side in zip(*names, strict=True))
    return predict({"Resources": old}, {"Resources": new}).changes


def test_renames_are_told_by_content() -> None:
    assert [(change.previous_id, change.logical_id) for change in rename_pair(("A", "X"), ("B", "Y"))] == [
        ("A", "X"),
        ("B", "Y"),
    ]
    old = {
        "A": resource("AWS::SQS::Queue", DelaySeconds=1),
        "P": resource("AWS::SQS::QueuePolicy", Queues=[{"Ref": "A"}]),
    }
    new = {
        "B": resource("AWS::SQS::Queue", DelaySeconds=1),
        "Q": resource("AWS::SQS::QueuePolicy", Queues=[{"Ref": "B"}]),
    }
    changes = predict({"Resources": old}, {"Resources": new}).changes
    assert [(change.action, change.previous_id, change.logical_id) for change in changes] == [
        ("rename", "A", "B"),
        ("rename", "P", "Q"),
    ]
    new["B"]["Properties"]["DelaySeconds"] = 2
    changes = predict({"Resources": old}, {"Resources": new}).changes
    assert [(change.action, change.logical_id) for change in changes] == [
        ("add", "B"),
        ("rename", "Q"),
        ("remove", "A"),
    ]
