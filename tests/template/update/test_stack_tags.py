"""A change of the stack's tags, which are not in its template."""

import pytest

from ecs_blue_green.template.update import Prediction, predict
from tests.template.update.edits import (
    TASK,
    TASK_SET,
    Edit,
    cited,
    image,
    parameter,
    template,
    threshold,
    with_properties,
    with_resource,
    with_section,
    without_hook,
)

OLD, NEW = {"Owner": "shop", "Team": "a"}, {"Owner": "web", "Team": "a"}


def tagged(*edits: Edit, old: dict[str, str] | None = OLD, new: dict[str, str] | None = NEW) -> Prediction:
    """Predict an update by some edits, and of the stack's tags."""
    return predict(template(), template(*edits), deployed_tags=old, new_tags=new)


def test_by_themselves_they_are_an_update_in_place() -> None:
    prediction = tagged()
    assert prediction.outcome == "in-place-update"
    assert prediction.reasons == (
        "The stack's tags change (Owner): CloudFormation modifies every resource that supports tags (reported: E7).",
    )


def test_with_an_application_change_they_are_refused_in_two_steps() -> None:
    prediction = tagged(image("v2"))
    assert prediction.outcome == "refused"
    assert prediction.reasons == (
        f"A replacement of {TASK} together with a change of the stack's tags (Owner), which modifies every resource "
        "that supports tags: that can't be one update (reported and inferred: E7, L3).",
    )
    assert prediction.advice == "Deploy in 2 steps, one after the other."
    first, second = prediction.steps
    assert first.title == "Change the stack's tags, with the template that is deployed."
    assert (first.outcome, first.template, first.tags) == ("in-place-update", template(), NEW)
    assert (second.outcome, second.template, second.tags) == ("green-deployment", template(image("v2")), None)
    assert predict(template(), first.template, deployed_tags=OLD, new_tags=first.tags).outcome == first.outcome
    assert predict(first.template, second.template, deployed_tags=NEW).outcome == second.outcome


def test_with_infrastructure_and_application_they_go_with_the_infrastructure() -> None:
    prediction = tagged(image("v2"), threshold)
    assert (prediction.outcome, len(prediction.reasons)) == ("refused", 2)
    first, second = prediction.steps
    assert first.title.endswith(" with the application that is running. Set the stack's tags with it.")
    assert (first.tags, second.tags) == (NEW, None)


def test_with_infrastructure_they_are_in_place() -> None:
    prediction = tagged(threshold)
    assert prediction.outcome == "in-place-update"
    assert cited(prediction) == {"Q12", "E7"}


def test_without_the_hook_nothing_is_refused() -> None:
    assert tagged(without_hook, image("v2")).outcome == "in-place-update"


def test_with_a_refusal_for_other_reasons_they_are_told() -> None:
    prediction = tagged(with_resource("Errors", "AWS::SQS::Queue"))
    assert prediction.outcome == "refused"
    assert prediction.reasons[-1].startswith("The stack's tags change (Owner): ")
    assert cited(prediction) == {"U5", "E7"}


def test_steps_that_begin_with_a_template_that_is_refused_are_none() -> None:
    old, new = template(), template(image("v2"))
    del old["Parameters"]
    prediction = predict(old, new, deployed_tags=OLD, new_tags=NEW)
    assert prediction.outcome == "refused"
    assert prediction.steps == ()
    assert "step 1 would be refused. " in prediction.advice


def test_with_what_is_unknown_they_are_a_warning() -> None:
    prediction = tagged(with_properties(TASK_SET, Novelty=True))
    assert prediction.outcome == "unknown"
    assert prediction.warnings[0] == (
        "The stack's tags change (Owner): CloudFormation modifies every resource that supports tags. If the "
        "application is replaced, that is refused (reported and inferred: E7, L3)."
    )


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (OLD, OLD, False),
        (OLD, {**OLD}, False),
        (OLD, {}, True),
        ({}, NEW, True),
        ({}, {}, False),
        (OLD, None, False),
        (None, NEW, False),
        ({**OLD, "aws:cloudformation:x": "1"}, OLD, False),
    ],
)
def test_what_is_a_change_of_them(old: dict[str, str] | None, new: dict[str, str] | None, changes: bool) -> None:
    assert (tagged(old=old, new=new).outcome != "no-change") == changes


class TestPseudoParameters:
    def test_are_looked_up(self) -> None:
        said = [{"Fn::Sub": "${AWS::Region}.example.com/app:v1"}, "eu-west-1.example.com/app:v1"]
        old, new = (template(with_properties("Errors", AlarmDescription=text)) for text in said)
        assert predict(old, new, deployed_parameters={"AWS::Region": "eu-west-1"}).outcome == "no-change"
        assert predict(old, new, new_parameters={"AWS::Region": "eu-west-1"}).outcome == "no-change"
        changed = predict(old, new, new_parameters={"AWS::Region": "eu-west-2"})
        (change,) = changed.changes
        assert (changed.outcome, change.certain) == ("in-place-update", True)

    def test_decide_conditions(self) -> None:
        conditions = with_section("Conditions", Here={"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]})
        limits = (with_properties("Errors", Threshold={"Fn::If": ["Here", 5, limit]}) for limit in (6, 7))
        old, new = (template(conditions, limit) for limit in limits)
        assert predict(old, new, deployed_parameters={"AWS::Region": "eu-west-1"}).outcome == "no-change"
        assert predict(old, new, deployed_parameters={"AWS::Region": "eu-west-2"}).outcome == "in-place-update"

    def test_are_no_parameters_of_the_steps(self) -> None:
        tag = with_section("Parameters", Tag=parameter("v1"))
        given = {"AWS::Region": "eu-west-1", "Tag": "v1"}
        prediction = predict(template(tag), template(tag, image("v2"), threshold), new_parameters=given)
        assert [step.parameters for step in prediction.steps] == [{"Tag": "v1"}, {"Tag": "v1"}]
