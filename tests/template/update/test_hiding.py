"""What a prediction doesn't tell: values of hidden parameters and of environment variables, which it compares."""

from typing import Any

import pytest

from ecs_blue_green.template.update import Prediction, PropertyChange, predict
from tests.support import Template
from tests.template.update.edits import (
    TASK,
    Edit,
    changes,
    image,
    parameter,
    sentences,
    template,
    threshold,
    update,
    with_attributes,
    with_properties,
    with_resource,
    with_section,
)

OLD, NEW = "hunter-one", "hunter-two,three"
HIDDEN = with_section("Parameters", Secret=parameter(NoEcho=True))
SECRET = {"Ref": "Secret"}
VALUES: dict[str, Any] = {"deployed_parameters": {"Secret": OLD}, "new_parameters": {"Secret": NEW}}


def described(value: Any) -> Edit:
    """Let the alarm's description be a value."""
    return with_properties("Errors", AlarmDescription=value)


def part_of(prediction: Prediction, id: str = "Errors") -> PropertyChange:
    """The only property of a resource that changes."""
    assert "hunter" not in repr(prediction)
    (part,) = changes(prediction)[id].properties
    return part


def told(value: Any, *edits: Edit, **values: Any) -> tuple[Any, Any]:
    """What is told of the alarm's description, which is such a value."""
    part = part_of(update(deployed=(HIDDEN, *edits, described(value)), **VALUES | values))
    assert part.certain
    return part.old, part.new


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (SECRET, "****"),
        ({"Fn::Sub": "postgres://shop:${Secret}@db"}, "postgres://shop:****@db"),
        ({"Fn::Sub": ["x${A}y", {"A": {"Fn::Sub": "-${Secret}-"}}]}, "x-****-y"),
        ({"Fn::Join": [":", ["a", SECRET, "b", SECRET]]}, "a:****:b:****"),
        (
            {"Fn::Join": ["", ["a", SECRET, {"Ref": "AWS::Region"}]]},
            {"Fn::Join": ["", ["a****", {"Ref": "AWS::Region"}]]},
        ),
        ({"Fn::Base64": {"Fn::Sub": "password=${Secret}"}}, {"Fn::Base64": "password=****"}),
        (
            {"Fn::Select": ["1", {"Fn::Split": ["-", SECRET]}]},
            {"Fn::Select": ["1", {"Fn::Split": ["-", "****"]}]},
        ),
        ({"Fn::Sub": ["x${A}", {"A": {"Fn::Select": [0, {"Fn::Split": ["w", SECRET]}]}}]}, None),
        ({"Fn::If": ["IsOne", "one", "two"]}, None),
    ],
    ids=lambda value: str(value)[:60],
)
def test_functions_of_a_hidden_parameter_tell_nothing_of_it(value: Any, shown: Any) -> None:
    is_one = with_section("Conditions", IsOne={"Fn::Equals": [SECRET, OLD]})
    pair = told(value, is_one)
    if shown is not None:
        assert pair == (shown, shown)


def test_a_condition_of_a_hidden_parameter_is_worked_out_with_its_value() -> None:
    is_one = with_section("Conditions", IsOne={"Fn::Equals": [SECRET, OLD]})
    assert told({"Fn::If": ["IsOne", "one", "other"]}, is_one) == ("one", "other")
    prediction = update(deployed=(HIDDEN, is_one, with_attributes("Errors", Condition="IsOne")), **VALUES)
    assert changes(prediction)["Errors"].action == "remove"


def test_a_condition_that_is_not_known_tells_nothing_of_what_it_compares() -> None:
    conditions = with_section(
        "Conditions",
        IsBoth={"Fn::And": [{"Fn::Equals": [{"Ref": "Other"}, SECRET]}, {"Fn::Not": [{"Condition": "Is"}]}]},
    )
    more = with_section("Parameters", Other=parameter())
    values = VALUES | {"deployed_parameters": {"Secret": OLD}}
    for edit in (described({"Fn::If": ["IsBoth", "one", "other"]}), with_attributes("Errors", Condition="IsBoth")):
        prediction = update(deployed=(HIDDEN, more, conditions, edit), **values)
        assert prediction.changes
        assert "hunter" not in repr(prediction)


def test_what_a_mapping_has_for_a_hidden_parameter_is_compared_and_not_told() -> None:
    sizes = with_section("Mappings", Sizes={OLD: {"Cpu": "a", "Same": "c"}, NEW: {"Cpu": "b", "Same": "c"}})
    deployed = (HIDDEN, sizes, described({"Fn::FindInMap": ["Sizes", SECRET, "Cpu"]}))
    (part,) = changes(update(deployed=deployed, **VALUES))["Errors"].properties
    assert part.certain
    for side in (part.old, part.new):
        assert side["Fn::FindInMap"][1:] == ["****", "Cpu"]
    # What it chooses is the same.
    deployed = (HIDDEN, sizes, described({"Fn::FindInMap": ["Sizes", SECRET, "Same"]}))
    assert update(deployed=deployed, **VALUES).outcome == "no-change"


def test_which_mapping_a_hidden_parameter_names_is_not_told() -> None:
    value = {"Fn::FindInMap": [SECRET, "a", "b"]}
    mappings = {"One": {"a": {"b": "1"}}, "Two": {"a": {"b": "2"}}}
    new = {"One": {"a": {"b": "3"}}, "Two": {"a": {"b": "4"}}}
    prediction = update(
        with_section("Mappings", **new),
        deployed=(HIDDEN, with_section("Mappings", **mappings), described(value)),
        deployed_parameters={"Secret": "One"},
    )
    causes = {(cause.kind, cause.name) for cause in changes(prediction)["Errors"].properties[0].causes}
    assert causes == {("mapping", "One"), ("mapping", "Two")}


def test_an_item_of_a_hidden_list_is_told_as_hidden() -> None:
    hidden = with_section("Parameters", Secret=parameter(type="CommaDelimitedList", NoEcho=True))
    deployed = (hidden, with_properties("Errors", AlarmActions=SECRET))
    parameters = {"deployed_parameters": {"Secret": f"{OLD},b"}, "new_parameters": {"Secret": f"{OLD},c"}}
    part = part_of(update(deployed=deployed, **parameters))
    assert (part.path, part.old, part.new) == ("AlarmActions[1]", "****", "****")


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [(OLD, SECRET, ("****", "****")), (SECRET, NEW, ("****", "****")), (None, SECRET, (None, "****"))],
    ids=["a literal before", "a literal after", "nothing before"],
)
def test_what_a_hidden_value_takes_the_place_of_is_not_told_either(old: Any, new: Any, shown: Any) -> None:
    part = part_of(
        update(described(new), deployed=(HIDDEN, described(old)), **VALUES | {"new_parameters": {"Secret": "x"}})
    )
    assert (part.old, part.new) == shown


def test_the_same_value_in_a_hidden_parameter_is_no_change() -> None:
    prediction = update(described(SECRET), deployed=(HIDDEN, described(OLD)), deployed_parameters={"Secret": OLD})
    assert prediction.outcome == "no-change"


def test_what_refers_to_a_resource_and_a_hidden_parameter_tells_nothing_of_the_latter() -> None:
    value = {"Fn::Sub": f"${{{TASK}}}-${{Secret}}"}
    prediction = update(image("v2"), deployed=(HIDDEN, described(value)), deployed_parameters={"Secret": OLD})
    assert part_of(prediction).new == {"Fn::Join": ["", [{"Ref": TASK}, "-****"]]}


NO_ECHO = [True, "true", "yes", {"Ref": "AWS::NoValue"}]


@pytest.mark.parametrize("which", ["deployed", "new"])
@pytest.mark.parametrize("declared", [*({"NoEcho": given} for given in NO_ECHO), {"Fn::Transform": "Include"}], ids=str)
def test_what_either_template_may_hide_is_hidden(which: str, declared: dict[str, Any]) -> None:
    sides: dict[str, Template] = {}
    for name in ("deployed", "new"):
        more = declared if name == which else {}
        sides[name] = template(with_section("Parameters", Secret=parameter(**more)), described(SECRET))
    prediction = predict(sides["deployed"], sides["new"], lint=False, **VALUES)
    part = part_of(prediction)
    assert (part.old, part.new) == ("****", "****")


@pytest.mark.parametrize("declared", [{}, {"NoEcho": False}, {"NoEcho": "false"}], ids=str)
def test_what_no_template_hides_is_told(declared: dict[str, Any]) -> None:
    open = with_section("Parameters", Secret=parameter(**declared))
    (part,) = changes(update(deployed=(open, described(SECRET)), **VALUES))["Errors"].properties
    assert (part.old, part.new) == (OLD, NEW)


def test_secure_strings_are_hidden_and_dynamic_references_told_as_they_are_written() -> None:
    secure = with_section("Parameters", Secret=parameter(type="AWS::SSM::Parameter::Value<SecureString>"))
    part = part_of(update(deployed=(secure, described(SECRET)), **VALUES))
    assert (part.old, part.new) == ("****", "****")
    reference = "{{resolve:secretsmanager:shop:SecretString:password}}"
    (part,) = changes(update(described(reference), deployed=(described("x"),)))["Errors"].properties
    assert part.new == reference


@pytest.mark.parametrize(
    ("constraint", "value"),
    [({"AllowedPattern": "hunter-[0-9]+"}, NEW), ({"AllowedValues": [OLD]}, NEW), ({"MaxLength": 12}, NEW)],
    ids=lambda value: str(value),
)
def test_a_hidden_value_that_is_not_allowed_is_not_told_nor_what_is_allowed(
    constraint: dict[str, Any], value: str
) -> None:
    hidden = with_section("Parameters", Secret=parameter(NoEcho="true", **constraint))
    prediction = update(deployed=(hidden, described(SECRET)), **VALUES | {"new_parameters": {"Secret": value}})
    assert prediction.outcome == "refused"
    (reason,) = prediction.reasons
    assert reason.startswith(
        f"Parameter Secret: its value is not allowed by its {next(iter(constraint))} in the new template, so"
    )
    assert "hunter" not in repr(prediction)


def test_a_value_that_only_the_deployed_template_hides_is_not_told_when_it_is_not_allowed() -> None:
    new = with_section("Parameters", Secret=parameter(AllowedValues=["a"]))
    prediction = update(new, described("y"), deployed=(HIDDEN,), **VALUES)
    assert prediction.outcome == "refused"
    assert "hunter" not in repr(prediction)


def test_steps_set_hidden_parameters_to_a_mask_and_others_to_their_values() -> None:
    more = with_section("Parameters", Tag=parameter("a"))
    prediction = update(
        image("v2"),
        threshold,
        deployed=(HIDDEN, more, with_properties("Errors", AlarmDescription=SECRET, Namespace={"Ref": "Tag"})),
        deployed_parameters={"Secret": OLD},
        new_parameters={"Secret": NEW, "Tag": "b"},
    )
    assert prediction.outcome == "refused"
    assert [dict(step.parameters) for step in prediction.steps][:1] == [{"Secret": "****", "Tag": "b"}]
    assert all(step.parameters.get("Secret", "****") == "****" for step in prediction.steps)
    assert "hunter" not in repr(prediction)


def test_steps_are_predicted_with_the_hidden_values() -> None:
    is_one = with_section("Conditions", IsTwo={"Fn::Equals": [SECRET, NEW]})
    extra = with_resource("Extra", "AWS::SQS::Queue")
    deployed = (HIDDEN, is_one, extra, with_attributes("Extra", Condition="IsTwo"))
    prediction = update(image("v2"), deployed=deployed, **VALUES)
    assert changes(prediction)["Extra"].action == "add"
    assert [step.outcome for step in prediction.steps] == ["in-place-update", "green-deployment"]


def test_steps_are_predicted_with_a_hidden_value_of_the_application() -> None:
    deployed = (HIDDEN, with_properties(TASK, Family={"Fn::Sub": "shop-${Secret}"}))
    values: dict[str, Any] = {"deployed_parameters": {"Secret": OLD}, "new_parameters": {"Secret": OLD}}
    prediction = update(image("v2"), threshold, deployed=deployed, **values)
    # With masks in place of the values, the first step would perhaps replace the task definition.
    assert [step.outcome for step in prediction.steps] == ["in-place-update", "green-deployment"]
    assert [dict(step.parameters) for step in prediction.steps] == [{"Secret": "****"}, {"Secret": "****"}]


def test_a_parameter_that_no_template_declares_is_hidden_in_steps() -> None:
    prediction = update(image("v2"), threshold, deployed=(HIDDEN,), new_parameters={"Elsewhere": "hunter-three"})
    assert prediction.steps
    assert "hunter" not in repr(prediction)


def test_repr_of_a_step_leaves_its_template_out() -> None:
    hidden = with_section("Parameters", Secret=parameter(OLD, NoEcho=True))
    prediction = update(image("v2"), threshold, deployed=(hidden,))
    assert prediction.steps[0].template["Parameters"]["Secret"]["Default"] == OLD
    assert "hunter" not in repr(prediction)


def test_findings_of_lint_quote_no_hidden_value() -> None:
    def step(parts: Any) -> None:
        hook = next(iter(parts.template["Hooks"].values()))
        hook["Properties"]["TrafficRoutingConfig"] = {
            "Type": "TimeBasedLinear",
            "TimeBasedLinear": {"StepPercentage": {"Ref": "Step"}, "BakeTimeMins": 5},
        }

    def said(**declared: Any) -> str:
        given = with_section("Parameters", Step=parameter(type="Number", **declared))
        prediction = update(image("v2"), deployed=(given, step), new_parameters={"Step": "4711"}, lint=True)
        return " ".join(sentences(prediction))

    assert "4711" in said()
    assert "4711" not in said(NoEcho=True)


VARIABLE, OTHER = {"Name": "STAGE", "Value": "hunter-one"}, {"Name": "TABLE", "Value": "hunter-three"}


def with_variables(*variables: Any) -> Edit:
    def edit(parts: Any) -> None:
        parts.of(TASK)["ContainerDefinitions"][0]["Environment"] = [*variables]

    return edit


def test_environment_variables_are_named_and_their_values_hidden() -> None:
    changed = {"Name": "STAGE", "Value": "hunter-two"}
    part = part_of(update(with_variables(OTHER, changed), deployed=(with_variables(OTHER, VARIABLE),)), TASK)
    assert (part.path, part.old, part.new) == ("ContainerDefinitions[0].Environment[STAGE].Value", "****", "****")
    assert (part.certain, part.replacement) == (True, "always")
    part = part_of(update(with_variables(OTHER, VARIABLE), deployed=(with_variables(OTHER),)), TASK)
    assert (part.path, part.new) == ("ContainerDefinitions[0].Environment[STAGE]", {"Name": "STAGE", "Value": "****"})
    part = part_of(update(with_variables(OTHER), deployed=(with_variables(VARIABLE, OTHER),)), TASK)
    assert (part.path, part.old) == ("ContainerDefinitions[0].Environment[STAGE]", {"Name": "STAGE", "Value": "****"})


def test_a_container_that_comes_has_its_variables_hidden_and_all_else_told() -> None:
    def sidecar(parts: Any) -> None:
        parts.of(TASK)["ContainerDefinitions"].append({"Name": "b", "Image": "c", "Environment": [VARIABLE]})

    part = part_of(update(sidecar), TASK)
    assert part.new == {"Name": "b", "Image": "c", "Environment": [{"Name": "STAGE", "Value": "****"}]}


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({"Variables": {"Name": "hunter", "B": {"Ref": "X"}}}, {"Variables": {"Name": "****", "B": "****"}}),
        (
            {"Image": "i", "EnvironmentVariables": [{"Name": "A", "Type": "PLAINTEXT", "Value": "hunter"}]},
            {"Image": "i", "EnvironmentVariables": [{"Name": "A", "Type": "****", "Value": "****"}]},
        ),
        (
            [{"Fn::If": ["Is", {"Name": "A", "Value": "hunter"}, {"Ref": "AWS::NoValue"}]}],
            [{"Fn::If": ["****", {"Name": "A", "Value": "****"}, "****"]}],
        ),
        (
            {"Fn::If": ["Is", {"Variables": {"A": "hunter"}}, "hunter"]},
            {"Fn::If": ["****", {"Variables": "****"}, "****"]},
        ),
        (
            {"Variables": {"Fn::If": ["Is", {"A": "hunter"}, {}]}},
            {"Variables": {"Fn::If": ["****", {"A": "****"}, {}]}},
        ),
        ({"Fn::FindInMap": ["hunter", "a", "b"]}, "****"),
        (["hunter"], ["****"]),
        ("hunter", "****"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_environments_of_every_shape_are_hidden(environment: Any, shown: Any) -> None:
    properties = {"Environment": environment, "Code": "c"}
    prediction = update(
        with_properties("Function", Nested=properties), deployed=(with_resource("Function", "AWS::Lambda::Function"),)
    )
    (part,) = changes(prediction)["Function"].properties
    assert part.new == {"Environment": shown, "Code": "c"}


def test_another_order_of_hidden_values_is_told_as_one() -> None:
    twice = [{"Name": "A", "Value": "hunter-one"}, {"Name": "A", "Value": "hunter-two"}]
    prediction = update(with_variables(*reversed(twice)), deployed=(with_variables(*twice),))
    assert part_of(prediction, TASK).reordered
    assert "(E15)" in prediction.reasons[0]


def test_a_hidden_parameter_of_the_application_refuses_a_green_deployment() -> None:
    prediction = update(image("v2"), deployed=(HIDDEN, with_properties(TASK, Family=SECRET)), **VALUES)
    assert prediction.outcome == "refused"
    assert "Another value for Secret" in prediction.reasons[0]
    assert "hunter" not in repr(prediction)
