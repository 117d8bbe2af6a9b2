"""What each status of a stack means: CloudFormation's words, a row each.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Result = Literal["deployed", "rolled back", "failed", "deleted", "unknown", "running", "waiting"]

REVIEW = "REVIEW_IN_PROGRESS"
_IN_PROGRESS, _ROLLBACK = "_IN_PROGRESS", "ROLLBACK"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How an operation ended that left the stack in a status.

    Attributes:
        result: In a word or two.
        word: The same as the first word of a sentence.
        more: What else follows from the status, as a clause; may be empty.
    """

    result: Result
    word: str
    more: str = ""


_DEPLOYED = Ending(result="deployed", word="Deployed")
_ROLLED_BACK = Ending(result="rolled back", word="Rolled back")

_ENDINGS = {
    "CREATE_COMPLETE": _DEPLOYED,
    "CREATE_FAILED": Ending(result="failed", word="Failed", more="what was created so far is still there"),
    "ROLLBACK_COMPLETE": Ending(
        result="failed", word="Failed", more="its creation was undone, and all that can be done with it is to delete it"
    ),
    "ROLLBACK_FAILED": Ending(result="failed", word="Failed", more="its creation could not be undone completely"),
    "DELETE_COMPLETE": Ending(result="deleted", word="Deleted"),
    "DELETE_FAILED": Ending(result="failed", word="Failed", more="it could not be deleted completely"),
    "UPDATE_COMPLETE": _DEPLOYED,
    "UPDATE_FAILED": Ending(result="failed", word="Failed", more="it was not rolled back"),
    "UPDATE_ROLLBACK_COMPLETE": _ROLLED_BACK,
    "UPDATE_ROLLBACK_FAILED": Ending(
        result="failed",
        word="Failed",
        more="it could not be rolled back completely; `aws cloudformation continue-update-rollback` goes on with that",
    ),
    "IMPORT_COMPLETE": Ending(result="deployed", word="Imported"),
    "IMPORT_ROLLBACK_COMPLETE": _ROLLED_BACK,
    "IMPORT_ROLLBACK_FAILED": Ending(result="failed", word="Failed", more="it could not be rolled back completely"),
}
_BEGINNINGS = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS", "DELETE_IN_PROGRESS"}


def is_running(status: str) -> bool:
    """Tell whether CloudFormation is at work on the stack; it is not when there is no more than a change set."""
    return status.endswith(_IN_PROGRESS) and status != REVIEW


def is_rolling_back(status: str) -> bool:
    """Tell whether CloudFormation brings the stack back to what it was, or undoes its creation."""
    return is_running(status) and _ROLLBACK in status


def is_of_rollback(status: str) -> bool:
    """Tell whether the stack rolls back, or did."""
    return _ROLLBACK in status


def begins(status: str) -> bool:
    """Tell whether an operation can begin with this status, whatever happened before."""
    return status in _BEGINNINGS


def ending_of(status: str) -> Ending:
    """Tell how an operation ended that left the stack in a status; of one that is not known here, nothing is said."""
    if status == REVIEW:
        return Ending(result="waiting", word="Nothing is deployed yet", more="it has had no more than a change set")
    return _ENDINGS.get(status, Ending(result="unknown", word="Ended", more="this version does not know this status"))
