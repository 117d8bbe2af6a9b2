"""What replaces a resource, beside what @aws-cdk/cloudformation-diff says of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ecs_blue_green.template.update import Change, predict
from ecs_blue_green.template.values import is_function, references
from tests.support import Template
from tests.template.update.cloudformation_diff import compare, install
from tests.template.update.pairs import OTHERS, TABLE, TRIVIA, generated_pairs

Pair = tuple[Template, Template]
Answer = dict[str, Any]

# The package has no word for what nobody says: "unknown" agrees with nothing, and so is always explained.
IMPACTS = {
    "always": "WILL_REPLACE",
    "conditionally": "MAY_REPLACE",
    "never": "WILL_UPDATE",
    "unknown": "",
    None: "WILL_UPDATE",
}

# Every property of which the registry and the package say something else, by what both say, and why. Some properties
# are missing here: what the package does not know at all is not worth a row each.
TOP_LEVEL = "the package looks at whole properties, and the registry says it of a part of one"
CUSTOM = "the function behind a custom resource decides, which the package does not say"
CONDITIONAL = "the registry has it as conditional, the package's source does not"
SOURCES = "the package has it from AWS's documentation, and the registry says never: so it is unknown"

DISAGREEMENTS: Mapping[tuple[str, str, str], str] = {
    ("always", "WILL_UPDATE", TOP_LEVEL): """
        CertificateManager::AcmeDomainValidation.PrevalidationOptions/DnsPrevalidation/HostedZoneId
        EC2::VPCEndpoint.DnsOptions/PrivateDnsPreference
        EC2::VPCEndpoint.DnsOptions/PrivateDnsSpecifiedDomains
        ECS::CapacityProvider.AutoScalingGroupProvider/AutoScalingGroupArn
        Kinesis::Channel.S3DestinationConfiguration/DeadLetterQueueS3Configuration
        Kinesis::Channel.S3DestinationConfiguration/StorageConfiguration
        Kinesis::Channel.S3TablesDestinationConfiguration/DeadLetterQueueS3Configuration
        Kinesis::Channel.S3TablesDestinationConfiguration/S3TablesConfigurationList
        Route53::HealthCheck.HealthCheckConfig/MeasureLatency
        Route53::HealthCheck.HealthCheckConfig/RequestInterval
        Route53::HealthCheck.HealthCheckConfig/Type
        S3::StorageLens.StorageLensConfiguration/Id
        SSM::CloudConnector.Configuration/AzureConfiguration/TenantId
        XRay::SamplingRule.SamplingRule/Version
        """,
    ("conditionally", "WILL_UPDATE", CUSTOM): "CloudFormation::CustomResource.ServiceTimeout",
    ("conditionally", "WILL_REPLACE", CUSTOM): "CloudFormation::CustomResource.ServiceToken",
    ("conditionally", "WILL_UPDATE", CONDITIONAL): """
        AutoScaling::AutoScalingGroup.LaunchConfigurationName
        AutoScaling::AutoScalingGroup.LaunchTemplate
        AutoScaling::AutoScalingGroup.MixedInstancesPolicy
        AutoScaling::AutoScalingGroup.VPCZoneIdentifier
        DynamoDB::GlobalTable.GlobalTableSourceArn
        EC2::NetworkInterface.ConnectionTrackingSpecification
        EC2::NetworkInterface.EnablePrimaryIpv6
        ElastiCache::CacheCluster.IpDiscovery
        Lambda::Function.DurableConfig
        SNS::Subscription.Region
        """,
    ("conditionally", "WILL_REPLACE", CONDITIONAL): """
        DynamoDB::GlobalTable.KeySchema
        DynamoDB::GlobalTable.LocalSecondaryIndexes
        DynamoDB::Table.KeySchema
        ECS::Service.LaunchType
        Events::Rule.EventBusName
        RDS::DBCluster.AvailabilityZones
        """,
    ("unknown", "WILL_REPLACE", SOURCES): """
        CertificateManager::Certificate.ValidationMethod
        EC2::EIP.Domain
        EC2::VPCPeeringConnection.AssumeRoleRegion
        EC2::VPCPeeringConnection.PeerRoleArn
        ECS::Service.DeploymentController
        ElastiCache::ReplicationGroup.Engine
        ElastiCache::ReplicationGroup.ReplicasPerNodeGroup
        ElastiCache::User.Engine
        ElastiCache::UserGroup.Engine
        Events::EventBus.EventSourceName
        Lambda::EventSourceMapping.AmazonManagedKafkaEventSourceConfig
        Lambda::EventSourceMapping.SelfManagedKafkaEventSourceConfig
        RDS::DBInstance.Port
        Route53::RecordSet.Name
        S3::Bucket.ObjectLockEnabled
        """,
    ("unknown", "MAY_REPLACE", SOURCES): """
        ElastiCache::CacheCluster.AZMode
        ElastiCache::CacheCluster.NumCacheNodes
        ElastiCache::CacheCluster.PreferredAvailabilityZone
        ElastiCache::ReplicationGroup.NumNodeGroups
        RDS::DBInstance.StorageType
        """,
}
EXPLAINED = {f"AWS::{rule}": key for key, rules in DISAGREEMENTS.items() for rule in rules.split()}

RULES = [(type, rule) for type, row in TABLE.items() for rules in row.values() for rule in rules]


def one_property(type: str, rule: str, value: Any) -> Template:
    """A template with one resource, and a value in one place of it."""
    for name in reversed(rule.split("/")):
        value = [value] if name == "*" else {name: value}
    # Without a policy the package breaks.
    return {"Resources": {"Only": {"Type": type, "Properties": {"PolicyDocument": {}} | value}}}


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    """A pair for each property of the table, then generated ones."""
    rules = [(one_property(*rule, "old"), one_property(*rule, "new")) for rule in RULES]
    return [*rules, *generated_pairs(500, TRIVIA), *generated_pairs(100, OTHERS)]


@pytest.fixture(scope="module")
def answers(pairs: list[Pair], pytestconfig: pytest.Config) -> list[Answer]:
    """What the package says of each pair."""
    return compare(install(pytestconfig.cache.mkdir("cloudformation-diff")), pairs)


def test_every_property_of_the_table_agrees_or_is_explained(pairs: list[Pair], answers: list[Answer]) -> None:
    disagreeing = set()
    for (type, rule), pair, answer in zip(RULES, pairs, answers, strict=False):
        (change,) = predict(*pair).changes
        theirs = answer.get("Only", {"impact": "NO_CHANGE"})["impact"]
        assert change.replacement in IMPACTS
        if theirs not in (IMPACTS[change.replacement], "NO_CHANGE"):  # the latter: a property that it does not know
            expected = EXPLAINED.get(f"{type}.{rule}", ("", "", ""))
            assert (change.replacement, theirs) == expected[:2], f"{type}.{rule}"
            disagreeing.add(f"{type}.{rule}")
    assert disagreeing == {*EXPLAINED}
    assert len(RULES) > 2000


# Why the package may say something else of a resource in a template.
PROPERTY = "the registry and the package disagree on one of its properties"
VALUES = "the package compares texts, without the values of parameters"
WITHIN = "the package does not see a reference within another function"
FOLLOWS = "it refers to a resource of which they say something else"
PERHAPS = "it refers to a resource that is perhaps replaced, which the package does not follow"


def explain(id: str, change: Change | None, answer: Answer, new: Template, others: set[str]) -> str:
    """Give the reason why both say something else of a resource; empty if there is none."""
    resource = new["Resources"][id]
    parts = [part for part in change.properties if part.attribute == "Properties"] if change else []
    names = {part.path.partition(".")[0].partition("[")[0] for part in parts} | {*answer.get("properties", ())}
    if {f"{resource['Type']}.{name}" for name in names} & {rule.partition("/")[0] for rule in EXPLAINED}:
        return PROPERTY
    referring = references({name: resource["Properties"].get(name) for name in names})
    stronger = [part for part in parts if part.replacement != "never"]
    parameters = any(cause.kind == "parameter" for part in parts for cause in part.causes)
    if parameters or (not stronger and referring & {*new["Parameters"]}):
        return VALUES
    if any(not is_function(part.new) or [*part.new] not in (["Ref"], ["Fn::GetAtt"]) for part in stronger):
        return WITHIN
    if referring & others:
        return FOLLOWS
    causes = {cause.kind for part in stronger for cause in part.causes}
    return PERHAPS if causes == {"replacement"} and change and change.replacement == "conditionally" else ""


def disagreements(pair: Pair, answer: Answer) -> Iterator[tuple[str, Change | None]]:
    """List the resources of both templates whose replacement they disagree on."""
    ours = {change.logical_id: change for change in predict(*pair).changes}
    for id in pair[0]["Resources"].keys() & pair[1]["Resources"].keys():
        change = ours.get(id)
        replacement = change.replacement if change else None
        theirs = answer.get(id, {"impact": "NO_CHANGE"})["impact"].replace("NO_CHANGE", "WILL_UPDATE")
        if theirs != IMPACTS.get(replacement):
            yield id, change


def test_generated_updates_agree_or_are_explained(pairs: list[Pair], answers: list[Answer]) -> None:
    reasons: Counter[str] = Counter()
    replaced = 0
    for pair, answer in [*zip(pairs, answers, strict=True)][len(RULES) :]:
        replaced += sum(found["impact"] == "WILL_REPLACE" for found in answer.values())
        found = dict(disagreements(pair, answer))
        for id, change in found.items():
            reason = explain(id, change, answer.get(id, {}), pair[1], {*found} - {id})
            assert reason, (id, change, answer.get(id))
            reasons[reason] += 1
    assert {PROPERTY, VALUES, FOLLOWS, PERHAPS} <= set(reasons) <= {PROPERTY, VALUES, WITHIN, FOLLOWS, PERHAPS}
    assert replaced > 3 * reasons.total()
