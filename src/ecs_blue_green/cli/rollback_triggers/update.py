"""The stack update that changes rollback triggers, and waiting for its end."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..aws.session import asking, code_of, message_of
from ..aws.stack import describe_stack
from .deployed import Triggers
from .plan import RefusedError, TriggerChange

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

SECONDS_BETWEEN_LOOKS = 5.0


def command_line(change: TriggerChange, *, region: str | None, profile: str | None) -> str:
    """Write a change as a call of AWS's command line, ready to paste.

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
    return " \\\n    ".join(["aws cloudformation update-stack", *(shlex.join(option) for option in options if option)])


def start_update(cloudformation: CloudFormationClient, change: TriggerChange) -> None:
    """Start the update that makes a change.

    Args:
        cloudformation: Where the stack is.
        change: The change.

    Raises:
        RefusedError: If CloudFormation says that there is nothing to update, or that the stack is busy.
        AwsError: If CloudFormation can't be asked, or says anything else.
    """
    from botocore.exceptions import ClientError

    name = change.stack["StackName"]
    with asking(f"stack {name}"):
        try:
            cloudformation.update_stack(**change.request())
        except ClientError as error:
            if code_of(error) != "ValidationError":
                raise
            if "No updates are to be performed" in message_of(error):
                # An update of nothing else was reported to work (rule L40), and CDK's command line counts on it.
                option = shlex.join(["--rollback-configuration", json.dumps(change.after.as_parameter())])
                raise RefusedError(
                    f"CloudFormation says of stack {name} that there is nothing to update: rollback triggers alone are "
                    "no update for it. Give them with the next change of the stack: `aws cloudformation "
                    f"create-change-set` and `update-stack` take {option}"
                ) from error
            if "can not be updated" in message_of(error):
                raise RefusedError(f"Stack {name} is busy by now: {message_of(error)}") from error
            raise


def follow_update(cloudformation: CloudFormationClient, change: TriggerChange) -> Iterator[str]:
    """Wait until an update has ended.

    Args:
        cloudformation: Where the stack is.
        change: The change that it makes.

    Yields:
        The stack's status, at first and whenever it is another one.

    Raises:
        RefusedError: If the update failed or was rolled back, or the stack has other triggers after it.
        AwsError: If CloudFormation can't be asked.
    """
    name = change.stack["StackName"]
    status = reason = ""
    while True:
        # By its ARN: the name could be another stack's by now.
        stack = describe_stack(cloudformation, change.stack.get("StackId", name))
        reason = stack.get("StackStatusReason", reason)  # the end of a rollback has none of its own
        if stack["StackStatus"] != status:
            status = stack["StackStatus"]
            yield status
        if not status.endswith("_IN_PROGRESS"):
            break
        time.sleep(SECONDS_BETWEEN_LOOKS)
    if status != "UPDATE_COMPLETE":
        because = f": {reason}" if reason else ""
        raise RefusedError(f"The update of stack {name} has failed ({status}){because}")
    if Triggers.of(stack) != change.after:
        raise RefusedError(
            f"The update of stack {name} is complete, and yet its rollback triggers are not those that were given: "
            f"see `ecs-blue-green rollback-triggers show {name}`."
        )
