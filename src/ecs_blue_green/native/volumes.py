"""Amazon EBS volumes that ECS makes for the tasks, one for each."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import CfnTag, Token
from aws_cdk import aws_ecs as ecs

from ..checks.mistakes import Mistakes

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ebs-volumes.html
_MOST_VOLUMES = 1


def checked_volumes(
    mistakes: Mistakes, volumes: Sequence[ecs.ServiceManagedVolume]
) -> tuple[ecs.ServiceManagedVolume, ...]:
    """Check the volumes, and give a copy."""
    kind, argument = ecs.ServiceManagedVolume, "volume_configurations"
    allowed = f"a sequence of at most {_MOST_VOLUMES} {kind.__name__}"
    given = mistakes.items(argument, volumes, allowed, most=_MOST_VOLUMES)
    for index, volume in enumerate(given):
        mistakes.instance(f"{argument}[{index}]", volume, kind, f"an ecs.{kind.__name__}")
    return given


def volume_properties(volume: ecs.ServiceManagedVolume) -> ecs.CfnService.ServiceVolumeConfigurationProperty:
    """Give the properties of a volume, as CDK's own service has them."""
    kind, config = ecs.CfnService, volume.config
    if config is None:
        return kind.ServiceVolumeConfigurationProperty(name=volume.name)
    key, size, rate = config.kms_key_id, config.size, config.volume_initialization_rate
    tags = [
        kind.EBSTagSpecificationProperty(
            resource_type="volume",
            propagate_tags=_name(spec.propagate_tags),
            tags=[CfnTag(key=key, value=value) for key, value in (spec.tags or {}).items()] or None,
        )
        for spec in config.tag_specifications or ()
    ]
    return kind.ServiceVolumeConfigurationProperty(
        name=volume.name,
        managed_ebs_volume=kind.ServiceManagedEBSVolumeConfigurationProperty(
            role_arn=volume.role.role_arn,
            encrypted=config.encrypted,
            filesystem_type=_name(config.file_system_type),
            iops=config.iops,
            kms_key_id=None if key is None else key.key_id,
            throughput=config.throughput,
            volume_type=_name(config.volume_type),
            snapshot_id=config.snap_shot_id,
            size_in_gib=None if size is None else size.to_gibibytes(),
            volume_initialization_rate=None if rate is None else rate.to_mebibytes(),
            tag_specifications=tags or None,
        ),
    )


def _name(member: object) -> str | None:
    """Give the name of an enum's member in CloudFormation's words, which the Python enum doesn't know."""
    return None if member is None else Token.as_string(member)
