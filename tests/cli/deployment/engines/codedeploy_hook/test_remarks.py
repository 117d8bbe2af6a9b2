"""What is remarked of a stack with the hook."""

from ecs_blue_green.cli.deployment.engines.codedeploy_hook.remarks import remarks
from tests.cli.deployment.fakes import alarm, at, state

GREEN_IS_LIVE = {"production": {"blue": 0, "green": 100}, "test": {"blue": 0, "green": 100}}


def test_remarks_explain_a_leftover_of_weight_0() -> None:
    declared = {"production": {"green": 100}, "test": {"blue": 0, "green": 100}}
    assert remarks(state("UPDATE_COMPLETE", weights=GREEN_IS_LIVE), declared) == [
        "The production listener still names blue, with weight 0, and the deployed template does not. No traffic "
        "goes to it. CodeDeploy leaves it there, and drift detection will report it (reported: Q9)."
    ]


def test_remarks_explain_a_listener_that_sends_elsewhere_than_the_template_says() -> None:
    declared = {"production": {"blue": 100}, "test": {}}
    assert remarks(state("UPDATE_COMPLETE", weights=GREEN_IS_LIVE), declared) == [
        f"The {listener} listener sends 100 % to green, and the deployed template says {said}. CodeDeploy moves "
        "the listener, and not the template. An update that changes the listener writes the template's weights "
        "back (reported: Q9)."
        for listener, said in (("production", "100 % to blue"), ("test", "nothing to either"))
    ]


def test_remarks_say_nothing_of_a_listener_as_declared() -> None:
    assert remarks(state("UPDATE_COMPLETE", weights=GREEN_IS_LIVE), GREEN_IS_LIVE) == []


def test_remarks_say_nothing_of_a_listener_of_which_nothing_is_declared() -> None:
    assert remarks(state("UPDATE_COMPLETE", weights=GREEN_IS_LIVE), {}) == []


def test_remarks_say_nothing_of_weights_while_a_deployment_moves_them() -> None:
    declared = {"production": {"blue": 100}, "test": {"blue": 100}}
    assert remarks(state("UPDATE_IN_PROGRESS", weights=GREEN_IS_LIVE), declared) == []


def test_remarks_name_rollback_triggers_that_were_not_found() -> None:
    alarms = (alarm("a"), alarm("gone", "missing"), alarm("other", "missing", is_trigger=False))
    assert remarks(state("UPDATE_COMPLETE", updated=at(1), alarms=alarms), {})[1:] == [
        "These rollback triggers were not found: gone. Every update fails while a rollback trigger does not exist "
        "(documented: L39)."
    ]


def test_remarks_name_alarms_that_roll_nothing_back() -> None:
    assert remarks(state("UPDATE_COMPLETE", alarms=(alarm("a", is_trigger=False), alarm("b"))), {}) == [
        "These alarms are no rollback triggers: a. Nothing rolls back when they go off (documented: L40)."
    ]
