"""Changes of a stack's rollback triggers that change nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...template.hook_facts import MOST_ROLLBACK_TRIGGERS
from ..aws.alarms import FoundAlarm, alarm_name, find_alarms
from ..aws.session import AwsError
from ..aws.stack import describe_stack, obstacle_to_update
from ..errors import CommandError
from .deployed import Triggers, template_alarms

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackTypeDef
    from types_boto3_cloudwatch import CloudWatchClient


class RefusedError(CommandError):
    """A change that would fail, or do something else than what was asked for; as a text it is whole sentences."""

    exit_code = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class TriggerChange:
    """A change of a stack's rollback triggers.

    Attributes:
        stack: The stack, as CloudFormation describes it.
        before: Its triggers.
        after: Those that it is to have.
        alarms: The alarms that exist of these, by ARN.
    """

    stack: StackTypeDef
    before: Triggers
    after: Triggers
    alarms: Mapping[str, FoundAlarm]

    @property
    def is_needed(self) -> bool:
        """Whether the stack has other triggers than it is to have."""
        return self.before != self.after

    def is_same_as(self, other: TriggerChange) -> bool:
        """Tell whether another change makes the same of the same: what was agreed to, if the other one was."""
        return (
            self.stack.get("StackId") == other.stack.get("StackId")
            and self.before == other.before
            and self.request() == other.request()
        )

    @property
    def read_again(self) -> list[str]:
        """The parameters whose values CloudFormation reads from SSM's Parameter Store at each update (documented)."""
        return [given["ParameterKey"] for given in self.stack.get("Parameters", []) if "ResolvedValue" in given]

    def request(self) -> dict[str, Any]:
        """Give the parameters of UpdateStack.

        Tags, notification topics, stack policy and role stay as they are when they are left out; so would the rollback
        triggers, but of these the list given is the whole list. A template with a transform needs the capability to
        expand it (documented: L19).
        """
        return {
            "StackName": self.stack["StackName"],
            "UsePreviousTemplate": True,
            "Parameters": [
                {"ParameterKey": given["ParameterKey"], "UsePreviousValue": True}
                for given in self.stack.get("Parameters", [])
            ],
            "Capabilities": sorted({*self.stack.get("Capabilities", []), "CAPABILITY_AUTO_EXPAND"}),
            "RollbackConfiguration": self.after.as_parameter(),
        }


def plan_to_set(
    cloudformation: CloudFormationClient,
    cloudwatch: CloudWatchClient,
    stack: str,
    identifiers: Sequence[str],
    monitoring_minutes: int | None,
) -> TriggerChange:
    """Plan to add alarms to a stack's rollback triggers; those that there are stay.

    Args:
        cloudformation: Where the stack is.
        cloudwatch: Where the alarms are.
        stack: The stack's name or ARN.
        identifiers: Names or ARNs of alarms; none for the composite alarms over the target groups of the stack's hook.
        monitoring_minutes: How long the alarms are watched after an update, from 0 to 180; None to leave it.

    Raises:
        RefusedError: If the stack can't be updated now, an alarm does not exist, or there would be more than 5.
        AwsError: If something can't be read.
        UnreadableError: If the template can't be.
    """
    described = _updatable(cloudformation, stack)
    before = Triggers.of(described)
    wanted = list(identifiers) or _names_in_template(cloudformation, stack)
    found = _existing(cloudwatch, [*before.types, *wanted], stack)
    types = {alarm.arn: alarm.type for alarm in found.values()}
    if len(types) > MOST_ROLLBACK_TRIGGERS:
        more = _names(arn for arn in types if arn not in before.types)
        raise RefusedError(
            f"A stack has at most {MOST_ROLLBACK_TRIGGERS} rollback triggers, not {len(types)}: name fewer alarms, or "
            f"clear some. It has {_names(before.types)}, and would get {more} (documented: L39)."
        )
    minutes = before.monitoring_minutes if monitoring_minutes is None else monitoring_minutes
    after = Triggers(types=types, monitoring_minutes=minutes)
    return TriggerChange(
        stack=described, before=before, after=after, alarms={alarm.arn: alarm for alarm in found.values()}
    )


def plan_to_clear(
    cloudformation: CloudFormationClient, cloudwatch: CloudWatchClient, stack: str, identifiers: Sequence[str]
) -> TriggerChange:
    """Plan to remove rollback triggers of a stack.

    Args:
        cloudformation: Where the stack is.
        cloudwatch: Where the alarms are.
        stack: The stack's name or ARN.
        identifiers: Names or ARNs of alarms, which need not exist any more; none for all, and the monitoring time.

    Raises:
        RefusedError: If the stack can't be updated now, has no such trigger, or would keep one whose alarm is gone.
        AwsError: If something can't be read.
    """
    described = _updatable(cloudformation, stack)
    before = Triggers.of(described)
    known = {id for arn in before.types for id in (arn, alarm_name(arn))}
    if unknown := [id for id in identifiers if id not in known]:
        raise RefusedError(
            f"No rollback trigger of stack {stack}: {', '.join(unknown)}; it has {_names(before.types)}."
        )
    kept = {
        arn: type
        for arn, type in before.types.items()
        if identifiers and arn not in identifiers and alarm_name(arn) not in identifiers
    }
    found = _existing(cloudwatch, kept, stack)
    after = Triggers(types=kept, monitoring_minutes=before.monitoring_minutes if kept else 0)
    return TriggerChange(stack=described, before=before, after=after, alarms=found)


def _updatable(cloudformation: CloudFormationClient, stack: str) -> StackTypeDef:
    described = describe_stack(cloudformation, stack)
    name, status = described["StackName"], described["StackStatus"]
    if status == "UPDATE_FAILED":
        raise RefusedError(
            f"Stack {name} is {status}: any update would go on with the one that failed. End that one first, such as "
            "with `aws cloudformation rollback-stack`."
        )
    if obstacle := obstacle_to_update(name, status):
        raise RefusedError(obstacle)
    if not all("ParameterKey" in given for given in described.get("Parameters", [])):  # an update names each of them
        raise AwsError(f"stack {stack}: AWS's answer can't be read: a parameter has no name")
    return described


def _names_in_template(cloudformation: CloudFormationClient, stack: str) -> list[str]:
    found = template_alarms(cloudformation, stack)
    if not found:
        raise RefusedError(
            f"The deployed template of stack {stack} has no composite alarm over the target groups of a blue/green "
            "hook: name the alarms that are to be rollback triggers."
        )
    if missing := [alarm.logical_id for alarm in found if not alarm.name]:
        raise RefusedError(f"Stack {stack} has not made {', '.join(missing)}, which its template has: deploy it first.")
    return [alarm.name for alarm in found]


def _existing(cloudwatch: CloudWatchClient, identifiers: Iterable[str], stack: str) -> dict[str, FoundAlarm]:
    """Find alarms that must all exist: CloudFormation fails any operation with a trigger that does not (rule L39)."""
    given = list(dict.fromkeys(identifiers))
    found = find_alarms(cloudwatch, given)
    if missing := [id for id in given if id not in found]:
        raise RefusedError(
            f"No such alarm in {cloudwatch.meta.region_name} of this account: {', '.join(missing)}. Make it first; if "
            f"it is a rollback trigger already, remove it: `ecs-blue-green rollback-triggers clear {stack} ALARM`. "
            "CloudFormation fails every update with a rollback trigger that does not exist (documented: L39)."
        )
    return found


def _names(arns: Iterable[str]) -> str:
    return ", ".join(map(alarm_name, arns)) or "none"
