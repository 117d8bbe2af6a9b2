"""Amazon EBS volumes that ECS makes for the tasks, one for each."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Token
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
    rate = config.volume_initialization_rate
    return kind.ServiceVolumeConfigurationProperty(
        name=volume.name,
        managed_ebs_volume=kind.ServiceManagedEBSVolumeConfigurationProperty(
            role_arn=volume.role.role_arn,
            encrypted=config.encrypted,
            filesystem_type=config.file_system_type and Token.as_string(config.file_system_type),
            iops=config.iops,
            kms_key_id=config.kms_key_id and config.kms_key_id.key_id,
            throughput=config.throughput,
            # Token.as_string gives the type's name, which the Python enum doesn't know.
            volume_type=config.volume_type and Token.as_string(config.volume_type),
            snapshot_id=config.snap_shot_id,
            size_in_gib=config.size and config.size.to_gibibytes(),
            volume_initialization_rate=rate and rate.to_mebibytes(),
            tag_specifications=[
                kind.EBSTagSpecificationProperty(
                    resource_type="volume",
                    propagate_tags=spec.propagate_tags and Token.as_string(spec.propagate_tags),
                    tags=[{"key": key, "value": value} for key, value in (spec.tags or {}).items()] or None,
                )
                for spec in config.tag_specifications or ()
            ]
            or None,
        ),
    )
