"""A deployed stack, read without changing anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from ...template.colour import Colour, live_colour
from ..templates import TemplateFile, UnreadableError, template_in
from .session import AwsError, asking, code_of, message_of

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackResourceSummaryTypeDef, StackTypeDef

Stage = Literal["Original", "Processed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """A stack.

    Attributes:
        name: Its name.
        id: Its ARN, which names it also when another one gets its name.
        region: Where it is.
        status: CloudFormation's word for what it is doing, such as ``UPDATE_COMPLETE``.
        updated: When its last update began; None before the first.
        parameters: The parameters' values by name; one that NoEcho hides is ``****``.
        tags: Its tags.
        role: The ARN of its service role; empty without one.
        notification_topics: The ARNs of the topics that it tells of its events.
        rollback_triggers: The ARNs of the alarms that roll an update back.
        monitoring_minutes: For how many minutes after an update these are watched, from 0 to 180.
        original: The deployed template, as it was submitted.
        processed: The deployed template, as its transforms left it.
    """

    name: str
    id: str
    region: str
    status: str
    updated: datetime | None
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    role: str
    notification_topics: tuple[str, ...]
    rollback_triggers: tuple[str, ...]
    monitoring_minutes: int
    original: TemplateFile = field(repr=False)
    processed: TemplateFile = field(repr=False)

    @property
    def live_colour(self) -> Colour | None:
        """Which colour's task set it runs (rule Q6); None if that can't be told."""
        return live_colour(self.original.content, self.processed.content)

    @property
    def pseudo_parameters(self) -> dict[str, str | list[str]]:
        """What ``AWS::Region`` and the like are in its template."""
        partition, _, region, account, *_ = [*self.id.split(":")[1:], "", "", "", ""]
        suffix = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}.get(partition)
        found = {
            "AWS::AccountId": account,
            "AWS::NotificationARNs": [*self.notification_topics],
            "AWS::Partition": partition,
            "AWS::Region": region,
            "AWS::StackId": self.id if account else "",
            "AWS::StackName": self.name,
            "AWS::URLSuffix": suffix,
        }
        return {name: value for name, value in found.items() if value}

    def summary(self, live: str = "") -> str:
        """Say what is known of it, in a line.

        Args:
            live: What is known of where production traffic goes; empty for the colour of the task set.
        """
        colour = f"{self.live_colour} is live (inferred: Q6)" if self.live_colour else "the live colour is not known"
        number = len(self.rollback_triggers)
        triggers = f"{number or 'no'} rollback trigger{'' if number == 1 else 's'}"
        watched = f", watched for {self.monitoring_minutes} minutes after an update" if number else ""
        return f"Stack {self.name} in {self.region}: {self.status}; {triggers}{watched}; {live or colour}."

    @property
    def obstacle(self) -> str:
        """Why it can't be updated now, as a sentence; empty if it can."""
        obstacle = obstacle_to_update(self.name, self.status)
        if self.status.endswith("_IN_PROGRESS"):
            obstacle += " What is deployed may be another template then: predict again after that."
        return obstacle


def obstacle_to_update(name: str, status: str) -> str:
    """Say why a stack can't be updated now, as a sentence; empty if it can.

    Args:
        name: The stack's name.
        status: CloudFormation's word for what it is doing.
    """
    if status in {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}:
        return f"Stack {name} is {status}: it can't be updated. Delete it and create it again."
    if status == "UPDATE_ROLLBACK_FAILED":
        return (
            f"Stack {name} is {status}: CloudFormation updates it only after its rollback was continued "
            "(`aws cloudformation continue-update-rollback`)."
        )
    if status.endswith("_IN_PROGRESS"):
        return f"Stack {name} is {status}: CloudFormation refuses any other update until that has ended."
    return ""


def read_stack(client: CloudFormationClient, name: str) -> Stack:
    """Read a stack and its template.

    Args:
        client: CloudFormation.
        name: The stack's name or ARN.

    Raises:
        AwsError: If there is no such stack, or it can't be read.
        UnreadableError: If its template can't be.
    """
    described = describe_stack(client, name)
    rollback = described.get("RollbackConfiguration", {})
    return Stack(
        name=described["StackName"],
        id=described.get("StackId", name),
        region=client.meta.region_name,
        status=described["StackStatus"],
        updated=described.get("LastUpdatedTime"),
        parameters={
            given["ParameterKey"]: given.get("ParameterValue", "")
            for given in described.get("Parameters", [])
            if "ParameterKey" in given
        },
        tags={tag["Key"]: tag["Value"] for tag in described.get("Tags", [])},
        role=described.get("RoleARN", ""),
        notification_topics=tuple(described.get("NotificationARNs", [])),
        rollback_triggers=tuple(trigger["Arn"] for trigger in rollback.get("RollbackTriggers", [])),
        monitoring_minutes=rollback.get("MonitoringTimeInMinutes", 0),
        original=read_stack_template(client, name, "Original"),
        processed=read_stack_template(client, name, "Processed"),
    )


def check_unchanged(client: CloudFormationClient, name: str, stack: Stack) -> None:
    """Look whether what was read of a stack belongs together: it is read in several requests.

    Args:
        client: CloudFormation.
        name: The stack's name or ARN, by which it was read.
        stack: What was read.

    Raises:
        AwsError: If an update has begun meanwhile, or there is another stack of that name, or AWS can't be asked.
    """
    described = describe_stack(client, name)
    if (described.get("StackId", name), described.get("LastUpdatedTime")) != (stack.id, stack.updated):
        raise AwsError(f"stack {name}: an update of it has begun while it was read: try again when that has ended")


def describe_stack(client: CloudFormationClient, name: str, *, in_review: bool = False) -> StackTypeDef:
    """Ask CloudFormation what it knows of a stack.

    Args:
        client: CloudFormation.
        name: The stack's name or ARN.
        in_review: Whether a stack will do that has had no more than a change set.

    Raises:
        AwsError: If there is no such stack, or it can't be read.
    """
    from botocore.exceptions import ClientError

    about = f"stack {name}"
    with asking(about):
        try:
            found = client.describe_stacks(StackName=name).get("Stacks", [])
        except ClientError as error:
            if code_of(error) == "ValidationError" and "does not exist" in message_of(error):
                raise AwsError(
                    f"{about}: there is none in {client.meta.region_name} of the account that the credentials belong "
                    "to: check the name, --region and --profile"
                ) from error
            raise
    if len(found) != 1:
        raise AwsError(f"{about}: AWS's answer can't be read: it describes {len(found)} stacks")
    (described,) = found
    if described["StackStatus"] == "REVIEW_IN_PROGRESS" and not in_review:
        raise AwsError(f"{about}: nothing is deployed yet: it has had no more than a change set")
    return described


def list_resources(client: CloudFormationClient, stack: str) -> list[StackResourceSummaryTypeDef]:
    """List the resources of a stack, with what AWS calls them.

    Args:
        client: CloudFormation.
        stack: The stack's name or ARN.

    Raises:
        AwsError: If they can't be read.
    """
    with asking(f"stack {stack}"):
        pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
        return [one for page in pages for one in page.get("StackResourceSummaries", [])]


def read_stack_template(
    client: CloudFormationClient, stack: str, stage: Stage, change_set: str | None = None
) -> TemplateFile:
    """Read the template of a stack, or of a change set for it.

    Args:
        client: CloudFormation.
        stack: The stack's name or ARN.
        stage: As it was submitted, or as its transforms left it.
        change_set: The change set's name; None for the deployed template.

    Raises:
        AwsError: If it can't be read.
        UnreadableError: If it is none.
    """
    about = f"stack {stack}"
    body: Any  # botocore reads JSON itself, and leaves YAML as text
    with asking(about):
        if change_set is None:
            answer = client.get_template(StackName=stack, TemplateStage=stage)
        else:
            answer = client.get_template(StackName=stack, ChangeSetName=change_set, TemplateStage=stage)
    body = answer.get("TemplateBody", "")
    try:
        text = body if isinstance(body, str) else json.dumps(body)
    except RecursionError as error:
        raise UnreadableError(about, "is nested too deeply for a template") from error
    return template_in(about, text)
