"""What is deployed: the rollback triggers that a stack has, and the alarms of its template that should be some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...template import model
from ...template.rollback_alarms import rollback_alarms
from ..aws.alarms import alarm_name
from ..aws.stack import list_resources, read_stack_template

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackTypeDef


@dataclass(frozen=True, kw_only=True, slots=True)
class Triggers:
    """Rollback triggers as a stack has them.

    Attributes:
        types: The type of each trigger's alarm by the alarm's ARN.
        monitoring_minutes: For how many minutes after an update the alarms are watched, from 0 to 180.
    """

    types: Mapping[str, str]
    monitoring_minutes: int

    @classmethod
    def of(cls, stack: StackTypeDef) -> Triggers:
        """Read those of a stack."""
        given = stack.get("RollbackConfiguration", {})
        return cls(
            types={trigger["Arn"]: trigger["Type"] for trigger in given.get("RollbackTriggers", [])},
            monitoring_minutes=given.get("MonitoringTimeInMinutes", 0),
        )

    def as_parameter(self) -> dict[str, Any]:
        """Give what CloudFormation calls a rollback configuration."""
        return {
            "RollbackTriggers": [{"Arn": arn, "Type": type} for arn, type in self.types.items()],
            "MonitoringTimeInMinutes": self.monitoring_minutes,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateAlarm:
    """A composite alarm over the target groups of the hook, in the deployed template.

    Attributes:
        logical_id: Its logical id.
        name: Its name; empty if the stack has not made it.
        metric_alarms: The names of the metric alarms that its rule names.
    """

    logical_id: str
    name: str
    metric_alarms: Sequence[str]


def template_alarms(cloudformation: CloudFormationClient, stack: str) -> list[TemplateAlarm]:
    """Find the composite alarms over the hook's target groups.

    Args:
        cloudformation: Where the stack is.
        stack: Its name or ARN.

    Raises:
        AwsError: If the stack can't be read.
        UnreadableError: If its template can't be.
    """
    composites = rollback_alarms(model.Template(read_stack_template(cloudformation, stack, "Original").content))
    names: dict[str, str] = {}
    if composites:
        for resource in list_resources(cloudformation, stack):
            # An alarm's physical id is its name; that of a composite one has been its ARN.
            names[resource["LogicalResourceId"]] = alarm_name(resource.get("PhysicalResourceId", ""))
    return [
        TemplateAlarm(logical_id=id, name=names.get(id, ""), metric_alarms=[names[of] for of in under if of in names])
        for id, under in composites.items()
    ]
