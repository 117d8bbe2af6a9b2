"""The steps of a deployment in words, whichever engine makes it."""

from __future__ import annotations

from .. import hook_facts, native_facts
from .steps import ScheduleStep

_HAPPENING = {
    hook_facts.INSTALL: "the green tasks start next to the blue ones",
    hook_facts.ALLOW_TEST_TRAFFIC: "the test listener sends to green",
    hook_facts.TERMINATE_BLUE: "the blue tasks are stopped",
    native_facts.SCALE_UP: "the green tasks start next to the blue ones",
    native_facts.TEST_TRAFFIC_SHIFT: "test traffic goes to green",
    native_facts.BAKE_TIME: "blue and green both run",
    native_facts.CLEAN_UP: "the blue tasks are stopped",
}
_BEFORE_TASKS = {hook_facts.BEFORE_INSTALL, native_facts.RECONCILE_SERVICE, native_facts.PRE_SCALE_UP}
_AT_THE_END = {hook_facts.TERMINATE_BLUE, native_facts.CLEAN_UP}


def in_words(step: ScheduleStep) -> str:
    """Say a ``step`` as a sentence without its time."""
    if step.pause:
        then = "it goes on" if step.pause.on_timeout == native_facts.CONTINUE else "it rolls back"
        return (
            f"ECS waits for up to {step.pause.minutes} minutes for somebody to let it go on ({step.event}); after that "
            f"{then}"
        )
    if step.function:
        caller = "CodeDeploy" if step.event in hook_facts.LIFECYCLE_EVENTS else "ECS"
        outcome = (
            "; a rollback is not possible then"
            if step.event == hook_facts.BEFORE_INSTALL
            else " and rolls back if it fails"
        )
        return f"{caller} calls {step.function} ({step.event}){outcome}"
    if step.event == hook_facts.ALLOW_TRAFFIC:
        return f"the production listener sends {step.production} % to green"
    if step.event == native_facts.PRODUCTION_TRAFFIC_SHIFT:
        return f"{step.production:g} % of production traffic goes to green"
    return _HAPPENING[step.event]


def rollback_in_words(step: ScheduleStep) -> str:
    """Say what a rollback means while a ``step`` is the last one taken.

    Of the hook it is documented that none is possible before the green tasks start (rule Q4), and that it leads back to
    the state before the update (rules L14, Q16); the way there is inferred (rule Q18). Of ECS's own deployments it is
    documented that a rollback leads back to the last revision that was deployed with success (rule NR1), with all of
    its traffic; that blue's tasks run until CLEAN_UP (rule NB12).
    """
    if step.event in _BEFORE_TASKS:
        is_codedeploy = step.event == hook_facts.BEFORE_INSTALL
        return "not possible yet: nothing has changed" if is_codedeploy else "no green task has started yet"
    if step.event in _AT_THE_END:
        return "not possible any more: deploy the old version again"
    if step.production:
        return "production traffic goes back to blue"
    if step.test:
        return "test traffic goes back to blue"
    return "the green tasks stop; no traffic is on them"
