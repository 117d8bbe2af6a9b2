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
from .calls import within
from .patience import pause_after
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
_MOST_FAILURES = 3  # of the deletion, which AWS gives no answer to
_TIMES_UNSEEN = 3  # that a change set is deleted of which nobody knows whether it comes to be


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
    body = _body(template)
    role: _Role = {"RoleARN": stack.role} if stack.role else {}
    name = f"{PREFIX}{uuid4().hex[:12]}"
    tell(f"Creating change set {name} of stack {stack.name}, which changes nothing and is deleted again …")
    exists: bool | None = None  # not known: what is asked for may be there, whatever became of the answer
    try:
        try:
            with asking(f"stack {stack.name}"):
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
        except AwsError as error:
            # A request that is repeated after its answer was lost finds what it has made itself.
            if _code(error) != "AlreadyExistsException":
                exists = False if error.is_certain else None
                raise
        exists = True
        refusal = _wait_for_creation(client, stack, name, wait)
        processed = None if refusal else read_stack_template(client, stack.id, "Processed", name)
    except BaseException as error:
        if exists is not False and (leftover := _delete(client, stack, name, wait, is_there=exists is True)):
            error.add_note(leftover)
        raise
    leftover = _delete(client, stack, name, wait, is_there=True)
    return ChangeSet(refusal=refusal, processed=processed, leftover=leftover)


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
    with within(_PATIENCE_SECONDS):
        for _ in range(_PATIENCE_SECONDS // _PAUSE_SECONDS):
            with asking(f"stack {stack.name}"):
                described = client.describe_change_set(StackName=stack.id, ChangeSetName=name)
            status = described.get("Status", "")
            if status == "CREATE_COMPLETE":
                return ""
            if status == "FAILED":
                return described.get("StatusReason") or "CloudFormation gives no reason."
            if status.startswith("DELETE_"):
                raise AwsError(f"stack {stack.name}: somebody deletes the change set {name}: try again")
            wait(_PAUSE_SECONDS)
    raise AwsError(
        f"stack {stack.name}: CloudFormation has not created the change set within {_PATIENCE_SECONDS // 60} minutes: "
        "try again later"
    )


def _delete(
    client: CloudFormationClient, stack: Stack, name: str, wait: Callable[[float], object], *, is_there: bool
) -> str:
    """Delete a change set, once it is not being created any more; say so if that fails.

    One that nobody knows to be there may come yet: it is deleted more than once.
    """
    reason = "it is being created still"
    failures, times = 0, 1 if is_there else _TIMES_UNSEEN
    try:
        with within(_PATIENCE_SECONDS):
            for _ in range(_PATIENCE_SECONDS // _PAUSE_SECONDS):
                try:
                    if _is_gone(client, stack, name):
                        times -= 1
                    else:
                        is_there, times = True, 1
                except AwsError as error:
                    failures += 1
                    if failures == _MOST_FAILURES:
                        raise
                    pause_after(error, _PAUSE_SECONDS)  # raises it where asking again is of no use
                if not times:
                    return ""
                wait(_PAUSE_SECONDS)
    except AwsError as error:
        reason, is_there = str(error), is_there and error.is_certain
    except KeyboardInterrupt:
        reason, is_there = "its deletion was interrupted", False
    return (
        f"Change set {name} of stack {stack.name} {'is' if is_there else 'may be'} left behind ({reason}). Delete it: "
        f"aws cloudformation delete-change-set --stack-name {stack.name} --change-set-name {name} --region "
        f"{stack.region}"
    )


def _is_gone(client: CloudFormationClient, stack: Stack, name: str) -> bool:
    """Ask for the deletion of a change set; tell whether there is none now, or one that is being created still."""
    try:
        with asking(f"stack {stack.name}"):
            client.delete_change_set(StackName=stack.id, ChangeSetName=name)
    except AwsError as error:
        if _code(error).startswith("InvalidChangeSetStatus"):
            return False
        if not _code(error).startswith("ChangeSetNotFound"):
            raise
    return True


def _code(error: AwsError) -> str:
    from botocore.exceptions import ClientError

    return code_of(error.__cause__) if isinstance(error.__cause__, ClientError) else ""
