"""Any values give a prediction, and a prediction is consistent."""

import copy
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_blue_green.template.update import Outcome, Prediction, predict
from tests.support import Template
from tests.template.test_rules_fuzz import JSON, MUTATIONS, SOURCES, mutate
from tests.template.update.edits import EVIDENCE

FUNCTIONS = st.sampled_from(
    [
        *(
            "Ref",
            "Fn::GetAtt",
            "Fn::Sub",
            "Fn::Join",
            "Fn::Select",
            "Fn::Split",
            "Fn::If",
            "Fn::FindInMap",
            "Fn::Base64",
        ),
        *("Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not", "Condition", "Fn::Transform", "Fn::ForEach::X"),
    ]
)
SECTIONS = ["Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Hooks", "Transform", "Metadata"]


def with_functions(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values with functions of anything in them."""
    return st.recursive(
        value | st.sampled_from(["A", "B", "A.B", "${A}", "${A.B}", "AWS::NoValue", "AWS::Region"]),
        lambda inner: (
            st.dictionaries(FUNCTIONS, inner, max_size=1)
            | st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["A", "B", "Type", "Properties", "Default"]), inner, max_size=3)
        ),
        max_leaves=12,
    )


ODD = with_functions(JSON)
TEMPLATES = st.dictionaries(
    st.sampled_from(SECTIONS), ODD | st.dictionaries(st.sampled_from(["A", "B"]), ODD, max_size=2), max_size=6
)


def assert_consistent(prediction: Prediction) -> None:
    assert prediction.outcome in get_args(Outcome)
    assert prediction.reasons
    assert bool(prediction.steps) <= (prediction.outcome == "refused")
    if prediction.outcome in {"refused", "unknown"}:
        assert prediction.advice or "no resources" in prediction.reasons[0]
    if prediction.outcome == "no-change":
        assert not prediction.changes
    if prediction.outcome == "green-deployment":
        assert {change.kind for change in prediction.changes} <= {"application", "consequence"}
    for change in prediction.changes:
        assert bool(change.properties) == (change.action == "modify")
        assert bool(change.previous_id) == (change.action == "rename")
        for part in change.properties:
            assert part.causes
    for sentence in (*prediction.reasons, *prediction.warnings, *prediction.advice.splitlines()):
        assert sentence.endswith((".", ")"))  # the latter in findings of lint
        for found in EVIDENCE.finditer(sentence):
            assert sentence[found.end() :][:1] in {".", ""}, sentence  # at the end of what it is the evidence of


@settings(deadline=None)
@given(JSON | TEMPLATES, JSON | TEMPLATES, st.dictionaries(st.sampled_from("AB"), JSON), st.none() | st.just({"A": 1}))
def test_any_json_has_a_prediction(deployed: Any, new: Any, stack: Any, given_parameters: Any) -> None:
    assert_consistent(predict(deployed, new, deployed_parameters=stack, new_parameters=given_parameters))


@settings(deadline=None)
@given(TEMPLATES)
def test_a_template_against_itself_is_no_change(template: Template) -> None:
    assert predict(template, copy.deepcopy(template)).outcome in {"no-change", "unknown"}


@settings(deadline=None, max_examples=200)
@given(MUTATIONS)
def test_mutated_templates_have_consistent_predictions(case: tuple[Template, list[Any]]) -> None:
    source, mutations = case
    new = copy.deepcopy(source)
    for mutation in mutations:
        mutate(new, *mutation)
    assert_consistent(predict(source, new))
    assert_consistent(predict(new, source))


def nested(depth: int, end: Any) -> Any:
    """A value in lists, functions and objects within each other."""
    for level in range(depth):
        end = [{"Fn::Join": ["", [end]]}, [end], {"A": end}][level % 3]
    return end


def test_nesting_of_any_depth_has_a_prediction() -> None:
    pair = [copy.copy(SOURCES[0]), copy.copy(SOURCES[0])]
    for template, end in zip(pair, ("a", "b"), strict=True):
        deep = nested(5_000, end)
        resource = {"Type": "AWS::SQS::Queue", "Properties": {"Deep": deep}, "Metadata": {"Deep": nested(5_000, end)}}
        template["Resources"] = {**template["Resources"], "Deep": resource, f"Renamed{end}": resource}
        template["Conditions"] = {"Deep": nested(5_000, end)} | {
            f"C{number}": {"Condition": f"C{number + 1}"} for number in range(5_000)
        }
        template["Mappings"] = {"Deep": {"A": {"B": deep}}}
        template["Parameters"] = {"Deep": {"Type": "String", "Default": deep}}
        template["Outputs"] = {"Deep": {"Value": deep}}
    prediction = predict(*pair)
    assert prediction.outcome == "in-place-update"
    assert "Deep" in {change.logical_id for change in prediction.changes}
    assert predict(pair[0], pair[0]).outcome == "no-change"
