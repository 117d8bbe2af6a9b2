"""The table of what replaces a resource."""

from typing import Any

import pytest

from ecs_blue_green.template.update import predict
from tests.template.update.replacement_table import FILE, as_text, replacement_table


def test_table_is_what_the_schemas_say() -> None:
    assert FILE.read_text() == as_text(replacement_table()), (
        "write it again: python -m tests.template.update.replacement_table"
    )


def test_table_says_of_the_application_what_aws_documents() -> None:
    table = replacement_table()
    assert table["AWS::ECS::TaskDefinition"]["never"] == ["Tags"]
    assert table["AWS::ECS::TaskSet"]["never"] == ["Scale", "Tags"]
    for type in ("AWS::ECS::TaskDefinition", "AWS::ECS::TaskSet"):
        assert table[type]["conditionally"] == []
    assert table["AWS::ElasticLoadBalancingV2::Listener"]["always"] == ["LoadBalancerArn"]


POINT = "AWS::EC2::VPCEndpoint"  # of whose DnsOptions two parts replace it


@pytest.mark.parametrize(
    ("type", "old", "new", "replacement"),
    [
        ("AWS::ECS::TaskDefinition", {"Family": "a"}, {"Family": "b"}, "always"),
        ("AWS::ECS::TaskDefinition", {"Volumes": [{"Name": "a"}]}, {"Volumes": [{"Name": "b"}]}, "always"),
        ("AWS::ECS::TaskDefinition", {"Tags": []}, {"Tags": [{"Key": "a"}]}, "never"),
        ("AWS::ECS::Service", {"LaunchType": "EC2"}, {"LaunchType": "FARGATE"}, "conditionally"),
        ("AWS::ECS::Service", {"Novelty": 1}, {"Novelty": 2}, "unknown"),
        ("AWS::Nobody::Knows", {"A": 1}, {"A": 2}, "unknown"),
        ("Custom::Thing", {"A": 1}, {"A": 2}, "conditionally"),
        ("AWS::CloudFormation::CustomResource", {"A": 1}, {"A": 2}, "conditionally"),
        (POINT, {"DnsOptions": {"PrivateDnsPreference": 1}}, {"DnsOptions": {"PrivateDnsPreference": 2}}, "always"),
        (POINT, {"DnsOptions": {"DnsRecordIpType": 1}}, {"DnsOptions": {"DnsRecordIpType": 2}}, "never"),
        (POINT, {}, {"DnsOptions": {"PrivateDnsPreference": 1}}, "always"),
        (POINT, {}, {"DnsOptions": {"DnsRecordIpType": 1}}, "never"),
        (POINT, {}, {"DnsOptions": {"Fn::Transform": {"Name": "x"}}}, "conditionally"),
        (
            "AWS::EC2::LaunchTemplate",
            {"LaunchTemplateName": "a", "LaunchTemplateData": {"ImageId": 1}},
            {"LaunchTemplateName": "b", "LaunchTemplateData": {"ImageId": 2}},
            "always",
        ),
    ],
)
def test_replacement_follows_the_table(type: str, old: Any, new: Any, replacement: str) -> None:
    pair = [{"Resources": {"A": {"Type": type, "Properties": properties}}} for properties in (old, new)]
    (change,) = predict(*pair).changes
    assert change.replacement == replacement
