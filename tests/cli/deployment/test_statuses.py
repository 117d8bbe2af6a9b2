"""Every status that CloudFormation's model has, and what the commands make of it."""

from typing import get_args

import botocore.session
import pytest
from botocore.model import StringShape
from types_boto3_cloudformation.literals import StackStatusType

from ecs_blue_green.cli.deployment.watching import end_of
from tests.cli.deployment.fakes import FakeEngine, state, use
from tests.cli.support import invoke

RUNS, ROLLS_BACK, RESTS = "runs", "rolls back", "rests"
UNDER_WAY = "and only an update can be cancelled (documented: L11)"
ALREADY = "is rolling back already"
NONE = "no update is under way"

# What goes on; how it ended, and in which words; why `abort` does not cancel it.
TABLE = {
    "REVIEW_IN_PROGRESS": (
        RESTS,
        "waiting",
        "Nothing is deployed yet: stack Shop is REVIEW_IN_PROGRESS: it has had no more than a change set.",
        "nothing is deployed yet, and no update is under way",
    ),
    "CREATE_IN_PROGRESS": (RUNS, "", "", UNDER_WAY),
    "CREATE_COMPLETE": (RESTS, "deployed", "Deployed.", NONE),
    "CREATE_FAILED": (
        RESTS,
        "failed",
        "Failed: stack Shop is CREATE_FAILED: what was created so far is still there.",
        NONE,
    ),
    "ROLLBACK_IN_PROGRESS": (ROLLS_BACK, "", "", ALREADY),
    "ROLLBACK_COMPLETE": (
        RESTS,
        "failed",  # not as before: nothing is left
        "Failed: stack Shop is ROLLBACK_COMPLETE: its creation was undone, and all that can be done with it is to "
        "delete it.",
        NONE,
    ),
    "ROLLBACK_FAILED": (
        RESTS,
        "failed",
        "Failed: stack Shop is ROLLBACK_FAILED: its creation could not be undone completely.",
        NONE,
    ),
    "DELETE_IN_PROGRESS": (RUNS, "", "", UNDER_WAY),
    "DELETE_COMPLETE": (RESTS, "deleted", "Deleted: stack Shop is DELETE_COMPLETE.", NONE),
    "DELETE_FAILED": (
        RESTS,
        "failed",
        "Failed: stack Shop is DELETE_FAILED: it could not be deleted completely.",
        NONE,
    ),
    "UPDATE_IN_PROGRESS": (RUNS, "", "", ""),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": (RUNS, "", "", "is updated, and only cleans up"),
    "UPDATE_COMPLETE": (RESTS, "deployed", "Deployed.", NONE),
    "UPDATE_FAILED": (RESTS, "failed", "Failed: stack Shop is UPDATE_FAILED: it was not rolled back.", NONE),
    "UPDATE_ROLLBACK_IN_PROGRESS": (ROLLS_BACK, "", "", ALREADY),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": (ROLLS_BACK, "", "", ALREADY),
    "UPDATE_ROLLBACK_COMPLETE": (
        RESTS,
        "rolled back",
        "Rolled back: stack Shop is UPDATE_ROLLBACK_COMPLETE.",
        NONE,
    ),
    "UPDATE_ROLLBACK_FAILED": (
        RESTS,
        "failed",
        "Failed: stack Shop is UPDATE_ROLLBACK_FAILED: it could not be rolled back completely; "
        "`aws cloudformation continue-update-rollback` goes on with that.",
        NONE,
    ),
    "IMPORT_IN_PROGRESS": (RUNS, "", "", UNDER_WAY),
    "IMPORT_COMPLETE": (RESTS, "deployed", "Imported.", NONE),
    "IMPORT_ROLLBACK_IN_PROGRESS": (ROLLS_BACK, "", "", ALREADY),
    "IMPORT_ROLLBACK_COMPLETE": (RESTS, "rolled back", "Rolled back: stack Shop is IMPORT_ROLLBACK_COMPLETE.", NONE),
    "IMPORT_ROLLBACK_FAILED": (
        RESTS,
        "failed",
        "Failed: stack Shop is IMPORT_ROLLBACK_FAILED: it could not be rolled back completely.",
        NONE,
    ),
}


def test_table_has_every_status_of_the_model() -> None:
    model = botocore.session.get_session().get_service_model("cloudformation")
    shape = model.shape_for("StackStatus")
    assert isinstance(shape, StringShape)
    assert {*TABLE} >= {*shape.enum}
    assert {*TABLE} == {*get_args(StackStatusType)}


@pytest.mark.parametrize("status", TABLE)
def test_status_tells_what_goes_on_and_how_it_ended(status: str) -> None:
    does, result, message, _ = TABLE[status]
    found = state(status)
    assert (found.is_running, found.is_rolling_back) == {
        RUNS: (True, False),
        ROLLS_BACK: (True, True),
        RESTS: (False, False),
    }[does]
    assert found.is_deployed is (result == "deployed")
    if does == RESTS:
        end = end_of(found, ("because",))
        assert (end.result, end.message) == (result, message)
        assert end.reasons == (() if result == "deployed" else ("because",))


@pytest.mark.parametrize("status", TABLE)
def test_abort_cancels_nothing_but_an_update(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    *_, obstacle = TABLE[status]
    engine = FakeEngine(state(status), after_cancel=[state("UPDATE_ROLLBACK_COMPLETE")])
    use(engine, monkeypatch)
    result = invoke("abort", "Shop", "--yes", "--interval", "0.01")
    assert obstacle in result.stderr
    assert ("cancel" in engine.calls, result.exit_code) == ((False, 2) if obstacle else (True, 0))


@pytest.mark.parametrize("status", ["EXPORT_COMPLETE", "SHELVED"])
def test_status_that_is_not_known_is_shown_as_it_is(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    end = end_of(state(status), ())
    assert (end.result, end.message) == (
        "unknown",
        f"Ended: stack Shop is {status}: this version does not know this status.",
    )
    use(FakeEngine(state(status)), monkeypatch)
    assert invoke("status", "Shop").exit_code == 0
    assert state(f"{status}_IN_PROGRESS").is_running
