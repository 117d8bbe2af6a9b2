"""What a reference to a resource gives: what tells it from any other, and what changes with its properties."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

from ..model import Resource
from .replacement import has_property, is_custom

# How ``Ref`` is written where attributes are listed.
REF = ""

# Attributes that name their resource and no other, beside those made of the type's own name, such as ``RoleId``.
_IDENTITIES = {
    *(
        "AllocationId",
        "Arn",
        "DNSName",
        "DomainName",
        "Endpoint.Address",
        "GroupId",
        "Id",
        "Name",
        "ReadEndpoint.Address",
    ),
    *("RegionalDomainName", "DualStackDomainName", "RepositoryUri"),
}
_SUFFIXES = ("Arn", "FullName", "Id", "Name", "Uri", "Url")
_CHANGING = ("Version", "Revision")
# What else stays with its resource, though it may be the same for several.
_STEADY = {"CanonicalHostedZoneID", "DefaultNetworkAcl", "DefaultSecurityGroup", "HostedZoneId", "VpcId"}
# Attributes that come from properties of other names, by the end of the type.
_SOURCES: dict[tuple[str, str], frozenset[str]] = {
    ("RDS::DBInstance", "Endpoint.Port"): frozenset({"Port"}),
    ("RDS::DBCluster", "Endpoint.Port"): frozenset({"Port"}),
    ("DynamoDB::Table", "StreamArn"): frozenset({"StreamSpecification"}),
    ("EC2::LaunchTemplate", "LatestVersionNumber"): frozenset({"LaunchTemplateData", "VersionDescription"}),
}

Effect = Literal["changes", "perhaps", "stays"]


def identifies(resource: Resource, attribute: str) -> bool:
    """Tell whether no two resources of a type have the same value of an attribute.

    Args:
        resource: A resource.
        attribute: Its attribute; ``REF`` for what ``Ref`` gives.
    """
    if is_custom(resource.type):
        return False
    kind = resource.type.rpartition("::")[2].lower()
    own = attribute.lower().startswith(kind) and attribute.endswith(_SUFFIXES)
    steady = not any(word in attribute for word in _CHANGING)
    return attribute == REF or (steady and (attribute in _IDENTITIES or own))


def after_replacement(resource: Resource, attribute: str, changed: Collection[str]) -> Effect:
    """Tell what becomes of an attribute when its resource is replaced.

    Args:
        resource: The resource.
        attribute: Its attribute; ``REF`` for what ``Ref`` gives.
        changed: Names of the properties that change.
    """
    if identifies(resource, attribute):
        return "changes"
    return "changes" if attribute in changed else "perhaps"


def after_update(resource: Resource, attribute: str, changed: Collection[str]) -> Effect:
    """Tell what becomes of an attribute when its resource is updated in place.

    Args:
        resource: The resource.
        attribute: Its attribute; ``REF`` for what ``Ref`` gives.
        changed: Names of the properties that change.
    """
    if attribute == REF or not {*changed} - {"Tags"}:
        return "stays"
    sources = _SOURCES.get((resource.type.removeprefix("AWS::"), attribute))
    if attribute in changed:
        return "changes"
    if sources is not None:
        return "perhaps" if sources & {*changed} else "stays"
    steady = has_property(resource.type, attribute) or attribute in _STEADY or identifies(resource, attribute)
    return "stays" if steady else "perhaps"


def strongest(effects: Iterable[Effect]) -> Effect:
    """Give what becomes of a value that takes several attributes."""
    order: tuple[Effect, ...] = ("stays", "perhaps", "changes")
    return max(effects, key=order.index, default="stays")
