"""What `lint` finds in the new template counts for the prediction."""

from typing import Any

import pytest

from ecs_blue_green.template.rules import RULES, lint
from ecs_blue_green.template.update import Prediction, predict
from tests.template.defects import DEFECTS, Plant, good
from tests.template.defects.parts import Parts
from tests.template.update.edits import (
    HOOK,
    TASK,
    TASK_SET,
    Edit,
    image,
    parameter,
    template,
    threshold,
    update,
    with_properties,
    with_resource,
    with_section,
    without,
)

# The errors that fail every update: those about the template as such, the transform, the section Hooks, the parameters.
EVERY_UPDATE = {
    *("bake-time", "blue-id-undefined", "colours-not-a-pair", "dependency-undefined", "hook-reference", "hook-schema"),
    *("module", "nested-stack", "no-parameters", "null-property", "resource-attribute", "resource-type-missing"),
    *("route-undefined", "second-service", "step-percentage", "target-group-undefined", "target-undefined"),
    "traffic-routing-block",
}
LATER = {"metadata-resource"}


def linted(*edits: Edit, deployed: tuple[Edit, ...] = (), **known: Any) -> Prediction:
    """Predict with the findings."""
    return update(*edits, deployed=deployed, lint=True, **known)


def steps(percentage: Any) -> Edit:
    """Change the step percentage."""
    linear = {"Type": "TimeBasedLinear", "TimeBasedLinear": {"StepPercentage": percentage, "BakeTimeMins": 5}}
    return lambda parts: parts.settings.update(TrafficRoutingConfig=linear)


def rules_of(sentences: tuple[str, ...]) -> set[str]:
    """The rules that sentences begin with."""
    return {word for sentence in sentences for word in [sentence.split()[0].strip(",:")] if word in RULES}


OF_THE_HOOK = [
    pytest.param(defect.plant, defect.rules, id=defect.plant.__name__) for defect in DEFECTS if defect.good is good
]


def test_errors_fail_these_updates() -> None:
    errors = {id: rule.fails for id, rule in RULES.items() if rule.severity == "error"}
    assert {id for id, fails in errors.items() if fails == "every update"} == EVERY_UPDATE
    assert {id for id, fails in errors.items() if fails == "later"} == LATER


@pytest.mark.parametrize(("plant", "rules"), OF_THE_HOOK)
def test_every_error_refuses_a_green_deployment_and_every_finding_is_named(plant: Plant, rules: set[str]) -> None:
    prediction = linted(image("v2"), deployed=(plant,))
    without_findings = update(image("v2"), deployed=(plant,))
    refusing = {id for id in rules if RULES[id].severity == "error"} - LATER
    if without_findings.outcome == "green-deployment":
        assert prediction.outcome == ("refused" if refusing else "green-deployment")
        assert rules_of(prediction.reasons) == refusing
    assert rules <= rules_of((*prediction.reasons, *prediction.warnings)) | {
        "image-tag-latest",
        "image-tag-not-literal",
    }


@pytest.mark.parametrize(("plant", "rules"), OF_THE_HOOK)
def test_update_in_place_is_refused_by_errors_about_transform_hook_and_parameters(
    plant: Plant, rules: set[str]
) -> None:
    prediction = linted(threshold, deployed=(plant,))
    if update(threshold, deployed=(plant,)).outcome == "in-place-update":
        assert prediction.outcome == ("refused" if rules & EVERY_UPDATE else "in-place-update")
        assert rules_of(prediction.reasons) == rules & EVERY_UPDATE
        assert rules_of(prediction.warnings) == rules - EVERY_UPDATE


def test_good_template_has_no_more_to_say() -> None:
    assert linted(image("v2")) == update(image("v2"))


def test_error_that_the_deployed_template_has_too_is_named_so() -> None:
    prediction = linted(image("v2"), deployed=(steps(10),))
    (reason,) = prediction.reasons
    assert reason.startswith(f"step-percentage of {HOOK}, which the deployed template has too: Expect CloudFormation ")
    assert reason.endswith("got 10. Choose one in that range. (documented: S10)")
    assert prediction.advice == (
        "Fix this in the new template first, and predict again: `ecs-blue-green rules RULE` explains each rule."
    )
    (reason,) = linted(image("v2"), steps(12), deployed=(steps(10),)).reasons
    assert reason.startswith(f"step-percentage of {HOOK}: ")


def test_finding_about_the_whole_template_names_no_id() -> None:
    (reason,) = linted(image("v2"), without("Parameters")).reasons
    assert reason.startswith("no-parameters: The update fails with ")


def test_refusal_keeps_its_own_reason_and_offers_no_steps_that_would_be_refused() -> None:
    prediction = linted(image("v2"), threshold, steps(10))
    assert prediction.outcome == "refused"
    assert prediction.steps == ()
    assert len(prediction.reasons) == 2
    assert "L3" in prediction.reasons[0]
    assert rules_of(prediction.reasons) == {"step-percentage"}


def test_refusal_for_other_reasons_keeps_its_steps() -> None:
    prediction = linted(image("v2"), threshold, with_section("Outputs", Url={"Value": "x"}))
    assert len(prediction.steps) == 2
    assert rules_of(prediction.warnings) == {"plain-output"}


def test_steps_are_not_offered_where_one_keeps_an_error() -> None:
    nested = with_resource("Nested", "AWS::CloudFormation::Stack", TemplateURL="x")
    uses = with_properties(TASK, Family={"Fn::GetAtt": ["Nested", "Outputs.Name"]})
    prediction = linted(image("v2"), without_nested, with_properties(TASK, Family="shop"), deployed=(nested, uses))
    assert prediction.outcome == "refused"
    assert prediction.steps == ()


def without_nested(parts: Parts) -> None:
    del parts.resources["Nested"]


class TestUnknown:
    TAG = (with_section("Parameters", Tag=parameter("v1")), image({"Fn::Sub": "example.com/app:${Tag}"}))

    def test_outcome_is_refused_by_what_fails_every_update_if_anything_changes(self) -> None:
        known = {"new_parameters": {"Tag": "v2"}}
        assert linted(deployed=(*self.TAG,), **known).outcome == "unknown"
        assert linted(steps(10), deployed=(*self.TAG,), **known).outcome == "refused"

    def test_outcome_stays_so_where_a_green_deployment_alone_would_fail(self) -> None:
        half = with_properties(TASK_SET, Scale={"Unit": "PERCENT", "Value": 1})
        prediction = linted(deployed=(*self.TAG, half), new_parameters={"Tag": "v2"})
        assert prediction.outcome == "unknown"
        assert "task-set-scale" in rules_of(prediction.warnings)

    def test_outcome_stays_so_where_perhaps_nothing_changes(self) -> None:
        secret = (with_section("Parameters", Secret=parameter()), with_properties(TASK, Family={"Ref": "Secret"}))
        known = {"deployed_parameters": {"Secret": "****"}, "new_parameters": {"Secret": "new"}}
        assert linted(deployed=(*secret, steps(10)), **known).outcome == "unknown"

    def test_outcome_of_what_is_no_stack_stays_so(self) -> None:
        assert predict({}, template(steps(10))).outcome == "unknown"


class TestNoChange:
    def test_is_not_refused_and_names_what_is_new(self) -> None:
        prediction = linted(steps(10))
        assert prediction.outcome == "no-change"
        assert rules_of(prediction.warnings) == {"step-percentage"}

    def test_does_not_repeat_what_the_deployed_template_has(self) -> None:
        assert linted(deployed=(steps(10),)).warnings == ()


def test_values_of_the_parameters_count_rather_than_their_defaults() -> None:
    deployed = (with_section("Parameters", Step=parameter("20", "Number")), steps({"Ref": "Step"}))
    assert linted(image("v2"), deployed=deployed).outcome == "green-deployment"
    assert linted(image("v2"), deployed=deployed, new_parameters={"Step": "10"}).outcome == "refused"
    assert linted(image("v2"), deployed=deployed, deployed_parameters={"Step": "10"}).outcome == "refused"
    wrong = (with_section("Parameters", Step=parameter("10", "Number")), steps({"Ref": "Step"}))
    assert lint(template(*wrong))
    assert linted(image("v2"), deployed=wrong, deployed_parameters={"Step": "20"}).outcome == "green-deployment"


def test_findings_can_be_left_out() -> None:
    assert predict(template(steps(10)), template(steps(10), image("v2"))).outcome == "refused"
    assert predict(template(steps(10)), template(steps(10), image("v2")), lint=False).outcome == "green-deployment"
