"""Rules about what the transform fails on or loses, as it writes the whole template again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...model import TARGET_GROUP, TASK_DEFINITION, TRANSFORM, Resource, Template
from ...values import dig, mapping, nodes, sequence
from ..rule import Found, rule

# Properties of task definitions and containers that are younger than the transform's last known change.
_YOUNG_PROPERTIES = {"ConfiguredAtLaunch", "EnableFaultInjection", "RestartPolicy", "VersionConsistency"}

# The keys of a task definition's volumes, and of what these have of EFS, by their letters alone.
_VOLUME_KEYS = {
    key.lower(): key
    for key in (
        *("Name", "Host", "ConfiguredAtLaunch", "DockerVolumeConfiguration", "EFSVolumeConfiguration"),
        "FSxWindowsFileServerVolumeConfiguration",
    )
}
_EFS_KEYS = {
    key.lower(): key
    for key in (
        *("FilesystemId", "RootDirectory", "TransitEncryption", "TransitEncryptionPort", "AuthorizationConfig"),
        *("AccessPointId", "IAM"),
    )
}


@rule("inferred", rests_on=("L22",))
def other_transform(template: Template) -> Found:
    """No other transform."""
    for name in template.transforms:
        if name and name != TRANSFORM:
            yield (
                "",
                f"The blue/green transform may not read what {name} leaves: no one reports the two working together. "
                f"Avoid what needs {name}, or move it to another stack.",
            )


@rule("reported", rests_on=("L21",), fails="every update")
def module(template: Template) -> Found:
    """No modules."""
    for resource in template.resources.values():
        if resource.type.endswith("::MODULE"):
            yield (
                resource.id,
                "The transform fails with 'Failed to parse the template resource': it doesn't know modules. Write the "
                "module's resources out.",
            )


@rule("reported", rests_on=("P5",))
def lost_property(template: Template) -> Found:
    """Nothing that the transform is known to lose."""
    for id, what in _lost_properties(template):
        yield (
            id,
            f"The transform loses {what} when it writes the template again, so that the resource fails or comes out "
            "different. Do without it, or move the resource to another stack.",
        )


@rule("reported", "contradicted", rests_on=("P5", "E3"))
def efs_volume(template: Template) -> Found:
    """No volume of EFS."""
    for resource, volume in _volumes(template):
        if dig(volume, "EFSVolumeConfiguration") is not None:
            yield (
                resource.id,
                "The transform may lose EFSVolumeConfiguration when it writes the template again: some saw that, and "
                "others update an application that has it. Compare the processed template of a change set with this "
                "one.",
            )


@rule("reported", rests_on=("E3",))
def volume_key(template: Template) -> Found:
    """The keys of volumes are in AWS's letter case."""
    for resource, volume in _volumes(template):
        for key, right in _misspelt(volume):
            yield (
                resource.id,
                f"Expect the update to fail, or the volume to be lost: a volume has the key {key}, and the letter case "
                f"counts. Write {right}.",
            )


def _volumes(template: Template) -> Iterator[tuple[Resource, Any]]:
    for resource in template.resources_of(TASK_DEFINITION):
        for volume in sequence(resource.properties.get("Volumes")):
            yield resource, volume


def _misspelt(volume: object) -> Iterator[tuple[str, str]]:
    """List the keys of a volume that AWS writes in another letter case, each with the right one."""
    for name, value in mapping(volume).items():
        right = _VOLUME_KEYS.get(str(name).lower(), str(name))
        if right != name:
            yield name, right
        if right == "EFSVolumeConfiguration":
            for key, inner in mapping(value).items():
                for part in (key, *(mapping(inner) if str(key).lower() == "authorizationconfig" else ())):
                    spelt = _EFS_KEYS.get(str(part).lower(), part)
                    if spelt != part:
                        yield part, spelt


@rule("inferred", rests_on=("P5",))
def young_property(template: Template) -> Found:
    """Nothing that may be younger than the transform."""
    for resource in template.resources_of(TASK_DEFINITION):
        for name in sorted({name for name, _ in nodes(resource.properties)} & _YOUNG_PROPERTIES):
            yield (
                resource.id,
                f"The transform may lose {name} when it writes the template again: it lost other properties that it "
                "didn't know, and this one is young. Compare the processed template of a change set with this one, or "
                "do without it.",
            )


def _lost_properties(template: Template) -> Iterator[tuple[str, str]]:
    for resource in template.resources.values():
        given = resource.properties
        if resource.type == "AWS::CertificateManager::Certificate" and "DomainValidationOptions" in given:
            yield resource.id, "DomainValidationOptions"
        elif resource.type == TARGET_GROUP and given.get("ProtocolVersion") in ("GRPC", "HTTP2"):
            yield resource.id, f"ProtocolVersion {given['ProtocolVersion']}"
