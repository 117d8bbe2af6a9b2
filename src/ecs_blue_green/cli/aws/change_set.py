"""A change set that is created to see what becomes of a template, and deleted again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict
from uuid import uuid4

from ...template.values import mapping
from ..templates import TemplateFile
from .session import AwsError, asking, code_of
from .stack import Stack, read_stack_template

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient
    from types_boto3_cloudformation.type_defs import ParameterTypeDef

# Which a policy can name.
PREFIX = "ecs-blue-green-predict-"

_MOST_BYTES = 51_200
_PAUSE_SECONDS = 2
_PATIENCE_SECONDS = 600


class _Role(TypedDict, total=False):
    RoleARN: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeSet:
    """What became of a change set.

    Attributes:
        refusal: Why it could not be created, in CloudFormation's words; empty if it could.
        processed: What the transforms made of the template; None if it could not be created.
        leftover: Why it could not be deleted again, as a sentence; empty if it could.
    """

    refusal: str
    processed: TemplateFile | None
    leftover: str


def try_change_set(
    client: CloudFormationClient,
    stack: Stack,
    template: TemplateFile,
    parameters: Mapping[str, str],
    tags: Mapping[str, str],
    *,
    tell: Callable[[str], object],
    wait: Callable[[float], object] = time.sleep,
) -> ChangeSet:
    """Create a change set, look at it, and delete it, whatever comes between.

    Args:
        client: CloudFormation.
        stack: The stack that the change set is for.
        template: The new template.
        parameters: The parameters that the update sets, by name.
        tags: The tags that the update sets: a change set without them would take the stack's away.
        tell: Takes sentences about how far it is.
        wait: Waits for some seconds.

    Raises:
        AwsError: If there can't be a change set, for reasons that are not the template's.
        UnreadableError: If the processed template can't be read. A note of any exception, such as that of Ctrl-C, says
            if the change set could not be deleted.
    """
    from botocore.exceptions import ClientError

    body = _body(template)
    role: _Role = {"RoleARN": stack.role} if stack.role else {}
    name = f"{PREFIX}{uuid4().hex[:12]}"
    exists = True
    try:
        with asking(f"stack {stack.name}"):
            tell(f"Creating change set {name} of stack {stack.name}, which changes nothing and is deleted again …")
            try:
                client.create_change_set(
                    StackName=stack.id,
                    ChangeSetName=name,
                    ChangeSetType="UPDATE",
                    TemplateBody=body,
                    Parameters=_parameters(template, stack, parameters),
                    Tags=[{"Key": name, "Value": value} for name, value in tags.items() if not name.startswith("aws:")],
                    NotificationARNs=[*stack.notification_topics],
                    **role,
                    Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
                    Description="A look at what an update would do, by ecs-blue-green predict.",
                    ClientToken=name,
                )
            except ClientError as error:
                # A request that is repeated after its answer was lost finds what it has made itself.
                exists = code_of(error) == "AlreadyExistsException"
                if not exists:
                    raise
            refusal = _wait_for_creation(client, stack, name, wait)
        processed = None if refusal else read_stack_template(client, stack.id, "Processed", name)
    except BaseException as error:
        if exists and (leftover := _delete(client, stack, name, wait)):
            error.add_note(leftover)
        raise
    return ChangeSet(refusal=refusal, processed=processed, leftover=_delete(client, stack, name, wait))


def _body(template: TemplateFile) -> str:
    """Give the text of a template, without spaces if it would be too long with them."""
    short = json.dumps(template.content, ensure_ascii=False, separators=(",", ":"))
    for body in (template.text, short):
        if len(body.encode()) <= _MOST_BYTES:
            return body
    raise AwsError(
        f"{template.path}: without spaces the template has {len(short.encode()):,} bytes, and a change set takes at "
        f"most {_MOST_BYTES:,} unless the template is in an S3 bucket, where this command writes nothing: let `cdk "
        "deploy --method=prepare-change-set` make one, and look at it in CloudFormation's console"
    )


def _parameters(template: TemplateFile, stack: Stack, given: Mapping[str, str]) -> list[ParameterTypeDef]:
    """Set what is given, and keep what the stack has, as `cdk deploy` does."""
    found: list[ParameterTypeDef] = []
    for name in mapping(template.content.get("Parameters")):
        if name in given:
            found.append({"ParameterKey": name, "ParameterValue": given[name]})
        elif name in stack.parameters:
            found.append({"ParameterKey": name, "UsePreviousValue": True})
    return found


def _wait_for_creation(client: CloudFormationClient, stack: Stack, name: str, wait: Callable[[float], object]) -> str:
    """Wait until a change set is there; give the reason if it could not be created."""
    for _ in range(_PATIENCE_SECONDS // _PAUSE_SECONDS):
        described = client.describe_change_set(StackName=stack.id, ChangeSetName=name)
        if described["Status"] == "CREATE_COMPLETE":
            return ""
        if described["Status"] == "FAILED":
            return described.get("StatusReason") or "CloudFormation gives no reason."
        wait(_PAUSE_SECONDS)
    raise AwsError(
        f"stack {stack.name}: CloudFormation has not created the change set within {_PATIENCE_SECONDS // 60} minutes: "
        "try again later"
    )


def _delete(client: CloudFormationClient, stack: Stack, name: str, wait: Callable[[float], object]) -> str:
    """Delete a change set, once it is not being created any more; say so if that fails."""
    from botocore.exceptions import ClientError

    reason = "it is being created still"
    try:
        for _ in range(_PATIENCE_SECONDS // _PAUSE_SECONDS):
            try:
                with asking(f"stack {stack.name}"):
                    client.delete_change_set(StackName=stack.id, ChangeSetName=name)
                return ""
            except AwsError as error:
                cause = error.__cause__
                code = code_of(cause) if isinstance(cause, ClientError) else ""
                if code.startswith("ChangeSetNotFound"):
                    return ""
                if not code.startswith("InvalidChangeSetStatus"):
                    reason = str(error)
                    break
            wait(_PAUSE_SECONDS)
    except KeyboardInterrupt:
        reason = "its deletion was interrupted"
    return (
        f"Change set {name} of stack {stack.name} is left behind ({reason}). Delete it: aws cloudformation "
        f"delete-change-set --stack-name {stack.name} --change-set-name {name} --region {stack.region}"
    )
