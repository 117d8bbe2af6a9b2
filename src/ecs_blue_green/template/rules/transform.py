"""Rules about what the transform fails on or loses, as it writes the whole template again."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import TARGET_GROUP, TASK_DEFINITION, TRANSFORM, Template
from ..values import dig, nodes, sequence
from .rule import Found, rule

# Properties of task definitions and containers that are younger than the transform's last known change.
_YOUNG_PROPERTIES = {"ConfiguredAtLaunch", "EnableFaultInjection", "RestartPolicy", "VersionConsistency"}


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


@rule("reported", rests_on=("L21",))
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
        if resource.type == TASK_DEFINITION:
            for volume in sequence(given.get("Volumes")):
                if dig(volume, "EFSVolumeConfiguration") is not None:
                    yield resource.id, "EFSVolumeConfiguration"
        elif resource.type == "AWS::CertificateManager::Certificate" and "DomainValidationOptions" in given:
            yield resource.id, "DomainValidationOptions"
        elif resource.type == TARGET_GROUP and given.get("ProtocolVersion") in ("GRPC", "HTTP2"):
            yield resource.id, f"ProtocolVersion {given['ProtocolVersion']}"
