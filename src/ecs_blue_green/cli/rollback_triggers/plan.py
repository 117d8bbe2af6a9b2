"""The rollback triggers of a stack, and changes of them that change nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...template import model
from ...template.rollback_alarms import rollback_alarms
from ..aws.alarms import FoundAlarm, alarm_name, find_alarms
from ..aws.session import asking
from ..aws.stack import describe_stack, obstacle_to_update, read_stack_template
from ..errors import CommandError

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackTypeDef
    from types_boto3_cloudwatch import CloudWatchClient

MOST_TRIGGERS = 5  # rule L39


class RefusedError(CommandError):
    """A change that would fail, or do something else than what was asked for; as a text it is whole sentences."""

    exit_code = 1


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
        with asking(f"stack {stack}"):
            for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
                for resource in page["StackResourceSummaries"]:
                    # An alarm's physical id is its name; that of a composite one has been its ARN.
                    names[resource["LogicalResourceId"]] = alarm_name(resource.get("PhysicalResourceId", ""))
    return [
        TemplateAlarm(logical_id=id, name=names.get(id, ""), metric_alarms=[names[of] for of in under if of in names])
        for id, under in composites.items()
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A change of a stack's rollback triggers.

    Attributes:
        stack: The stack, as CloudFormation describes it.
        before: Its triggers.
        after: Those that it shall have.
        alarms: The alarms that exist of these, by ARN.
    """

    stack: StackTypeDef
    before: Triggers
    after: Triggers
    alarms: Mapping[str, FoundAlarm]

    @property
    def is_needed(self) -> bool:
        """Whether the stack has other triggers than it shall have."""
        return self.before != self.after

    @property
    def read_anew(self) -> list[str]:
        """The parameters whose values CloudFormation reads from SSM's Parameter Store at each update (documented)."""
        return [given["ParameterKey"] for given in self.stack.get("Parameters", []) if "ResolvedValue" in given]

    def request(self) -> dict[str, Any]:
        """Give the parameters of UpdateStack.

        Tags, notification topics, stack policy and role stay as they are when they are left out; so would the rollback
        triggers, but of these the list given is the whole list. A template with a transform needs the capability to
        expand it (documented, L19).
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
) -> Change:
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
    if len(types) > MOST_TRIGGERS:
        listed = "".join(f"\n  {arn}{' (set)' if arn in before.types else ''}" for arn in types)
        raise RefusedError(
            f"A stack has at most {MOST_TRIGGERS} rollback triggers (documented, L39), not {len(types)}: name fewer "
            f"alarms, or clear some.{listed}"
        )
    minutes = before.monitoring_minutes if monitoring_minutes is None else monitoring_minutes
    after = Triggers(types=types, monitoring_minutes=minutes)
    return Change(stack=described, before=before, after=after, alarms={alarm.arn: alarm for alarm in found.values()})


def plan_to_clear(
    cloudformation: CloudFormationClient, cloudwatch: CloudWatchClient, stack: str, identifiers: Sequence[str]
) -> Change:
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
        has = f"it has {', '.join(map(alarm_name, before.types))}" if before.types else "it has none"
        raise RefusedError(f"No rollback trigger of stack {stack}: {', '.join(unknown)}; {has}.")
    kept = {
        arn: type
        for arn, type in before.types.items()
        if identifiers and arn not in identifiers and alarm_name(arn) not in identifiers
    }
    found = _existing(cloudwatch, kept, stack)
    after = Triggers(types=kept, monitoring_minutes=before.monitoring_minutes if kept else 0)
    return Change(stack=described, before=before, after=after, alarms=found)


def _updatable(cloudformation: CloudFormationClient, stack: str) -> StackTypeDef:
    described = describe_stack(cloudformation, stack)
    name, status = described["StackName"], described["StackStatus"]
    if status == "UPDATE_FAILED":
        raise RefusedError(
            f"Stack {name} is {status}: any update would go on with the one that failed. End that first, such as with "
            "`aws cloudformation rollback-stack`."
        )
    if obstacle := obstacle_to_update(name, status):
        raise RefusedError(obstacle)
    return described


def _names_in_template(cloudformation: CloudFormationClient, stack: str) -> list[str]:
    found = template_alarms(cloudformation, stack)
    if not found:
        raise RefusedError(
            f"The deployed template of stack {stack} has no composite alarm over the target groups of a blue/green "
            "hook: name the alarms that shall be rollback triggers."
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
            f"No such alarm in {cloudwatch.meta.region_name} of this account: {', '.join(missing)}. CloudFormation "
            "fails every update with a rollback trigger that does not exist (documented, L39): make the alarm first, "
            f"or, if it is a trigger already, remove it: `ecs-blue-green rollback-triggers clear {stack} ALARM`."
        )
    return found
