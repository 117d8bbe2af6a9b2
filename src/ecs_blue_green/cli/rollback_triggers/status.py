"""Which rollback triggers a stack has, and which alarms of its template are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...template.hook_facts import MOST_ROLLBACK_TRIGGERS
from ...template.rollback_alarms import ALARM, COMPOSITE_ALARM
from ..aws.alarms import alarm_name, find_alarms
from ..aws.stack import describe_stack
from .deployed import Triggers, template_alarms

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudwatch import CloudWatchClient


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmStatus:
    """An alarm that is a rollback trigger, or that should be one.

    Attributes:
        name: Its name; its logical id if the stack has not made it.
        arn: Its ARN; None if it is not known, as the alarm does not exist.
        type: ``AWS::CloudWatch::Alarm`` or ``AWS::CloudWatch::CompositeAlarm``.
        state: ``OK``, ``ALARM`` or ``INSUFFICIENT_DATA``; None if the alarm does not exist.
        is_trigger: Whether it is a rollback trigger of the stack.
        in_template: Whether it is a composite alarm over the target groups of the hook in the stack's template.
    """

    name: str
    arn: str | None
    type: str
    state: str | None
    is_trigger: bool
    in_template: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CdkOptions:
    """What `cdk deploy` can be given in place of the stack's triggers: it takes metric alarms only.

    Attributes:
        alarm_arns: The metric alarms, at most 5: those that are triggers, then those under the composites.
        left_out: The names of those for which there is no place.
        composites: The names of the composite alarms that `cdk deploy` would remove from the triggers.
        monitoring_minutes: The monitoring time of the stack.
    """

    alarm_arns: Sequence[str]
    left_out: Sequence[str]
    composites: Sequence[str]
    monitoring_minutes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TriggerStatus:
    """The rollback triggers of a stack.

    Attributes:
        stack: The stack's name.
        stack_status: CloudFormation's word for what the stack is doing.
        monitoring_minutes: For how many minutes after an update the alarms are watched.
        alarms: The triggers, then what should be some.
        cdk_options: What to give `cdk deploy`.
    """

    stack: str
    stack_status: str
    monitoring_minutes: int
    alarms: Sequence[AlarmStatus]
    cdk_options: CdkOptions

    @property
    def missing(self) -> list[str]:
        """The alarms of the template that are no triggers."""
        return [alarm.name for alarm in self.alarms if not alarm.is_trigger]

    @property
    def gone(self) -> list[str]:
        """The triggers whose alarm does not exist."""
        return [alarm.name for alarm in self.alarms if alarm.is_trigger and alarm.state is None]

    @property
    def is_as_wanted(self) -> bool:
        """Whether there are triggers, all of them exist, and all alarms of the template are among them."""
        return bool(self.alarms) and not self.missing and not self.gone


def read_status(cloudformation: CloudFormationClient, cloudwatch: CloudWatchClient, stack: str) -> TriggerStatus:
    """Read which rollback triggers a stack has, and which it should have.

    Args:
        cloudformation: Where the stack is.
        cloudwatch: Where the alarms are.
        stack: The stack's name or ARN.

    Raises:
        AwsError: If something can't be read.
        UnreadableError: If the template can't be.
    """
    described = describe_stack(cloudformation, stack)
    triggers = Triggers.of(described)
    composites = template_alarms(cloudformation, stack)
    metric = [name for composite in composites for name in composite.metric_alarms]
    in_template = {composite.name or composite.logical_id: composite.name for composite in composites}
    # The stack's triggers first, then what should be some: each name with what to find the alarm by.
    identifiers = {alarm_name(arn): arn for arn in triggers.types}
    identifiers |= {name: id for name, id in in_template.items() if name not in identifiers}
    found = find_alarms(cloudwatch, [*filter(None, identifiers.values()), *metric])
    alarms = [
        AlarmStatus(
            name=name,
            arn=found[id].arn if id in found else id if id in triggers.types else None,
            type=found[id].type if id in found else triggers.types.get(id, COMPOSITE_ALARM),
            state=found[id].state if id in found else None,
            is_trigger=id in triggers.types,
            in_template=name in in_template,
        )
        for name, id in identifiers.items()
    ]
    set_metric = [arn for arn in triggers.types if arn in found and found[arn].type == ALARM]
    candidates = list(dict.fromkeys([*set_metric, *(found[name].arn for name in metric if name in found)]))
    return TriggerStatus(
        stack=described["StackName"],
        stack_status=described["StackStatus"],
        monitoring_minutes=triggers.monitoring_minutes,
        alarms=alarms,
        cdk_options=CdkOptions(
            alarm_arns=candidates[:MOST_ROLLBACK_TRIGGERS],
            left_out=[alarm_name(arn) for arn in candidates[MOST_ROLLBACK_TRIGGERS:]],
            composites=[alarm.name for alarm in alarms if alarm.is_trigger and alarm.type == COMPOSITE_ALARM],
            monitoring_minutes=triggers.monitoring_minutes,
        ),
    )
