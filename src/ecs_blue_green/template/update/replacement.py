"""Which changes replace a resource, as CloudFormation's resource schemas say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..values import is_function, mapping
from .difference import Path as PropertyPath
from .prediction import Replacement

# From the weakest to the strongest: what a resource gets that changes in several ways.
_STRENGTH: Sequence[Replacement] = ("never", "conditionally", "unknown", "always")


def strongest(replacements: Iterable[Replacement]) -> Replacement:
    """Give what comes of several changes of one resource together."""
    return max(replacements, key=_STRENGTH.index, default="never")


def when_referring(own: Replacement, target: Replacement) -> Replacement:
    """Give what comes of a value that changes only if the resource that it refers to is replaced.

    Args:
        own: What a change of the value does.
        target: Whether the other resource is replaced.
    """
    if own == "never" or target == "always":
        return own
    return "unknown" if "unknown" in (own, target) else "conditionally"


# Properties that never replace their resource by the schemas, and do so by AWS's documentation, or perhaps.
CONTRADICTED = {
    "AWS::CertificateManager::Certificate.ValidationMethod",
    "AWS::EC2::EIP.Domain",
    "AWS::EC2::VPCPeeringConnection.AssumeRoleRegion",
    "AWS::EC2::VPCPeeringConnection.PeerRoleArn",
    "AWS::ECS::Service.DeploymentController",
    "AWS::ElastiCache::CacheCluster.AZMode",
    "AWS::ElastiCache::CacheCluster.NumCacheNodes",
    "AWS::ElastiCache::CacheCluster.PreferredAvailabilityZone",
    "AWS::ElastiCache::ReplicationGroup.Engine",
    "AWS::ElastiCache::ReplicationGroup.NumNodeGroups",
    "AWS::ElastiCache::ReplicationGroup.ReplicasPerNodeGroup",
    "AWS::ElastiCache::User.Engine",
    "AWS::ElastiCache::UserGroup.Engine",
    "AWS::Events::EventBus.EventSourceName",
    "AWS::Lambda::EventSourceMapping.AmazonManagedKafkaEventSourceConfig",
    "AWS::Lambda::EventSourceMapping.SelfManagedKafkaEventSourceConfig",
    "AWS::RDS::DBInstance.Port",
    "AWS::RDS::DBInstance.StorageType",
    "AWS::Route53::RecordSet.Name",
    "AWS::S3::Bucket.ObjectLockEnabled",
}


def replacement_of(type: str, path: PropertyPath, *values: Any) -> Replacement:
    """Tell whether a change of a property replaces its resource.

    Args:
        type: The resource's type.
        path: The names and indices that lead to the property, or to a part of it.
        values: What stands there, before and after.

    Returns:
        ``unknown`` for a type or a property that the table does not know, rather than a guess.
    """
    if is_custom(type):
        return "conditionally"  # it is up to the function behind it
    row = _table().get(type, {})
    names = tuple(part for part in path if isinstance(part, str))
    if not any(rule[:1] == names[:1] for rules in row.values() for rule in rules):
        return "unknown"
    if f"{type}.{names[0]}" in CONTRADICTED:
        return "unknown"
    effects = [_reach(rule, names, values) for rule in row["always"]]
    effects += ["conditionally" for rule in row["conditionally"] if _reach(rule, names, values) != "never"]
    return strongest(effects)


def is_custom(type: str) -> bool:
    """Tell whether a function decides what becomes of resources of a type."""
    return type.startswith("Custom::") or type == "AWS::CloudFormation::CustomResource"


def has_property(type: str, name: str) -> bool:
    """Tell whether the table knows a property of a type."""
    return any(rule[:1] == (name,) for rules in _table().get(type, {}).values() for rule in rules)


def _reach(rule: Sequence[str], names: Sequence[str], values: Iterable[Any]) -> Replacement:
    """Tell whether a change is within what a rule names, or takes that along."""
    shared = min(len(rule), len(names))
    if rule[:shared] != names[:shared]:
        return "never"
    if len(names) >= len(rule) or any(_holds(value, rule[shared:]) for value in values):
        return "always"
    return "conditionally" if any(is_function(value) for value in values) else "never"


def _holds(value: Any, names: Sequence[str]) -> bool:
    found = [value]
    for name in names:
        parts = [part for item in found for part in (item if isinstance(item, list) else [item])]
        found = [part[name] for part in parts if name in mapping(part)]
    return bool(found)


@cache
def _table() -> dict[str, dict[str, list[tuple[str, ...]]]]:
    text = Path(__file__).with_name("replacement.json").read_text(encoding="utf-8")
    return {
        type: {
            replacement: [tuple(name for name in rule.split("/") if name != "*") for rule in rules]
            for replacement, rules in row.items()
        }
        for type, row in json.loads(text).items()
    }
