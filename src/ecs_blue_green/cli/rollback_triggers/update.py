"""The stack update that changes rollback triggers, and waiting for its end."""

from __future__ import annotations

import json
import math
import shlex
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

from ..aws import patience
from ..aws.patience import pause_after, shows_soon
from ..aws.session import AwsError, asking, code_of, message_of
from ..aws.stack import describe_stack
from ..errors import CommandError
from .deployed import Triggers
from .plan import RefusedError, TriggerChange

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

MOST_FAILURES = 20  # looks in a row that AWS gives no answer to


def command_line(change: TriggerChange, *, region: str | None, profile: str | None) -> list[str]:
    """Write a change as a call of AWS's command line, ready to paste: its lines.

    Args:
        change: The change.
        region: The region to name; None for that of the environment.
        profile: The profile to name; None for that of the environment.
    """
    request = change.request()
    parameters = [f"ParameterKey={given['ParameterKey']},UsePreviousValue=true" for given in request["Parameters"]]
    options = [
        ["--stack-name", request["StackName"]],
        ["--use-previous-template"],
        ["--parameters", *parameters] if parameters else [],
        ["--capabilities", *request["Capabilities"]],
        ["--rollback-configuration", json.dumps(request["RollbackConfiguration"])],
        ["--region", region] if region else [],
        ["--profile", profile] if profile else [],
    ]
    *lines, last = ["aws cloudformation update-stack", *(f"    {shlex.join(option)}" for option in options if option)]
    return [*(f"{line} \\" for line in lines), last]


def start_update(cloudformation: CloudFormationClient, change: TriggerChange) -> None:
    """Start the update that makes a change.

    When the answer is lost, or a repeated request is refused, the stack's events tell whether the update has begun all
    the same.

    Args:
        cloudformation: Where the stack is.
        change: The change.

    Raises:
        RefusedError: If CloudFormation says that there is nothing to update, or that the stack is busy.
        AwsError: If CloudFormation can't be asked, or says anything else.
    """
    name, token = change.stack["StackName"], f"ecs-blue-green-{uuid4()}"
    try:
        with asking(f"stack {name}"):
            cloudformation.update_stack(**change.request(), ClientRequestToken=token)
    except AwsError as error:
        if error.is_certain:
            raise _refusal(error, change) from error.__cause__
        try:
            has_begun = shows_soon(lambda: _has_begun(cloudformation, change.stack.get("StackId", name), token))
        except AwsError as trouble:
            error.add_note(f"whether the update has begun is not known: `ecs-blue-green status {name}` shows the stack")
            error.add_note(str(trouble))
            raise error from error.__cause__
        if not has_begun:
            raise _refusal(error, change) from error.__cause__


def _has_begun(cloudformation: CloudFormationClient, stack: str, token: str) -> bool:
    """Tell by a stack's events whether an update has begun: each event bears its operation's token (documented).

    Raises:
        AwsError: If they can't be read.
    """
    with asking(f"the events of stack {stack}"):
        newest = cloudformation.describe_stack_events(StackName=stack).get("StackEvents", [])
    return any(event.get("ClientRequestToken") == token for event in newest)


def _refusal(error: AwsError, change: TriggerChange) -> CommandError:
    """Say what a refusal means for a change, or leave it as it is."""
    from botocore.exceptions import ClientError

    name, cause = change.stack["StackName"], error.__cause__
    if isinstance(cause, ClientError) and code_of(cause) == "ValidationError":
        if "No updates are to be performed" in message_of(cause):
            # An update of nothing else was reported to work (rule L40), and CDK's command line counts on it.
            option = shlex.join(["--rollback-configuration", json.dumps(change.after.as_parameter())])
            return RefusedError(
                f"CloudFormation says of stack {name} that there is nothing to update: rollback triggers alone are "
                "no update for it. Give them with the next change of the stack: `aws cloudformation "
                f"create-change-set` and `update-stack` take {option}"
            )
        if "can not be updated" in message_of(cause):
            return RefusedError(f"Stack {name} is busy by now: {message_of(cause)}")
    if not error.is_certain:
        error.add_note(f"the events of stack {name} tell of no such update: it has not begun, as far as AWS says")
    return error


def follow_update(cloudformation: CloudFormationClient, change: TriggerChange) -> Iterator[str]:
    """Wait until an update has ended, also while AWS throttles or can't be reached.

    Args:
        cloudformation: Where the stack is.
        change: The change that it makes.

    Yields:
        A sentence with the stack's status, at first and whenever it is another one; and about each look that failed.

    Raises:
        RefusedError: If the update failed or was rolled back, or the stack has other triggers after it.
        AwsError: If CloudFormation can't be asked, for which it gets 20 chances in a row.
    """
    name = change.stack["StackName"]
    status = reason = ""
    pause, failures = patience.SECONDS_BETWEEN_LOOKS, 0
    while True:
        try:
            # By its ARN: the name could be another stack's by now.
            stack = describe_stack(cloudformation, change.stack.get("StackId", name))
        except AwsError as error:
            error.add_note(
                f"the update of stack {name} has started, and goes on without this command: "
                f"`ecs-blue-green status {name}` shows it"
            )
            failures += 1
            pause = pause_after(error, pause)
            if failures == MOST_FAILURES:
                raise
            yield f"{error}; next look in {math.ceil(pause)} s"
        else:
            pause, failures = patience.SECONDS_BETWEEN_LOOKS, 0
            reason = stack.get("StackStatusReason", reason)  # the end of a rollback has none of its own
            if stack["StackStatus"] != status:
                status = stack["StackStatus"]
                yield f"Stack {name}: {status}"
            if not status.endswith("_IN_PROGRESS"):
                break
        time.sleep(pause)
    if status != "UPDATE_COMPLETE":
        because = f": {reason}" if reason else ""
        raise RefusedError(f"The update of stack {name} has failed ({status}){because}")
    if Triggers.of(stack) != change.after:
        raise RefusedError(
            f"The update of stack {name} is complete, and yet its rollback triggers are not those that were given: "
            f"see `ecs-blue-green rollback-triggers show {name}`."
        )
