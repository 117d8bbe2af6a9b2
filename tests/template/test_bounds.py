"""Work grows with the template, and not faster: calls are counted, or the memory that is taken, never time."""

import copy
import gc
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from ecs_blue_green.template import values
from ecs_blue_green.template.digests import digest, is_larger
from ecs_blue_green.template.functions import Scope, evaluate
from ecs_blue_green.template.rules import lint
from ecs_blue_green.template.schedule import read_native_schedule, read_schedule
from ecs_blue_green.template.update import predict
from tests.support import Template
from tests.template.defects import good

Pair = tuple[Template, Template]


def work(do: Callable[[], object]) -> int:
    """Count the calls of functions, those written in C too."""
    calls = 0

    def look(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    gc.disable()  # which calls what others have registered
    sys.setprofile(look)
    try:
        do()
    finally:
        sys.setprofile(before)
        gc.enable()
    return calls


def peak(do: Callable[[], object]) -> int:
    """Give the most bytes that were taken at a time."""
    tracemalloc.start()
    try:
        do()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def updated(template: Template) -> Pair:
    """A template, and the same with another image."""
    new = copy.deepcopy(template)
    (task,) = [one for one in new["Resources"].values() if one["Type"] == "AWS::ECS::TaskDefinition"]
    task["Properties"]["ContainerDefinitions"][0]["Image"] = "example.com/other:v2"
    return template, new


def with_conditions(number: int) -> Pair:
    """Conditions that each name the one before twice, the first of them over a parameter that is not known."""
    parts = good()
    parts.template["Parameters"]["Free"] = {"Type": "String"}
    parts.template["Conditions"] = {"C0": {"Fn::Equals": [{"Ref": "Free"}, "x"]}} | {
        f"C{n}": {"Fn::Or": [{"Condition": f"C{n - 1}"}, {"Condition": f"C{n - 1}"}]} for n in range(1, number)
    }
    parts.of(parts.task_id)["Cpu"] = {"Fn::If": [f"C{number - 1}", "256", "512"]}
    return updated(parts.template)


def in_a_mesh(number: int) -> Pair:
    """Topics that all refer to each other, and of which one is replaced."""
    parts = good()
    ids = [f"Topic{n}" for n in range(number)]
    for id in ids:
        names = [{"Ref": other} for other in ids if other != id]
        parts.resources[id] = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Join": ["", names]}}}
    new = copy.deepcopy(parts.template)
    new["Resources"]["Topic0"]["Properties"]["TopicName"] = "other"
    return parts.template, new


def with_a_list(number: int) -> Pair:
    """The same, with each reference as an item of a list of its own."""
    old, new = in_a_mesh(number)
    for template in (old, new):
        for id in [id for id in template["Resources"] if id.startswith("Topic")]:
            others = [{"Ref": other} for other in template["Resources"] if other.startswith("Topic") and other != id]
            template["Resources"][id]["Properties"] |= {"TopicName": "a", "Subscription": others}
    new["Resources"]["Topic0"]["Properties"]["TopicName"] = "b"
    return old, new


@pytest.mark.parametrize(
    ("make", "number", "growth"),
    [(with_conditions, 10, 2), (in_a_mesh, 20, 4), (with_a_list, 20, 4)],
)
def test_predictions_take_work_by_what_the_template_says(make: Callable[[int], Pair], number: int, growth: int) -> None:
    predict(*make(2))  # reads what is read once
    small, large = make(number), make(2 * number)
    assert work(lambda: predict(*large)) < 1.2 * growth * work(lambda: predict(*small))


def test_a_reference_costs_a_prediction_few_calls() -> None:
    """What is known of its place is worked out once, and not for each resource that the place refers to."""
    pair = in_a_mesh(40)
    predict(*pair)
    assert work(lambda: predict(*pair)) < 500 * 40 * 39


def test_a_place_that_refers_to_many_is_one_change() -> None:
    changes = {change.logical_id: change for change in predict(*in_a_mesh(40)).changes}
    (one,) = changes["Topic1"].properties
    (other,) = changes["Topic2"].properties
    assert len(one.causes) == len(other.causes) == 39
    assert one.old is one.new
    assert {id(cause) for cause in one.causes if cause.name == "Topic0"} == {
        id(cause) for cause in other.causes if cause.name == "Topic0"
    }


def test_300_conditions_in_a_prediction_take_little_memory() -> None:
    pair = with_conditions(300)
    assert peak(lambda: predict(*pair)) < 10_000_000


@pytest.mark.parametrize("make", [with_conditions, in_a_mesh])
def test_findings_take_work_by_what_the_template_says(make: Callable[[int], Pair]) -> None:
    growth = 2 if make is with_conditions else 4
    lint(make(2)[1])
    small, large = make(20)[1], make(40)[1]
    assert work(lambda: lint(large)) < 1.2 * growth * work(lambda: lint(small))


def nested(depth: int) -> Any:
    """A text that doubles with each level."""
    value: Any = "text"
    for _ in range(depth):
        value = {"Fn::Sub": ["${A}${A}", {"A": value}]}
    return value


def evaluated(value: Any, **parameters: Any) -> Any:
    return evaluate(value, Scope(parameters=parameters, mappings={"Map": {"a": parameters}}, conditions={}))


@pytest.mark.parametrize(
    "value",
    [
        nested(24),
        {"Fn::Sub": "${Long}" * 5_000},
        {"Fn::Join": [{"Ref": "Long"}, ["a"] * 5_000]},
        [{"Fn::FindInMap": ["Map", {"Ref": "Unknown"}, str(number)]} for number in range(500)],
        [{"Fn::Sub": "${Huge}!"} for _ in range(500)],
    ],
    ids=["nested", "sub", "join", "map", "parameter"],
)
def test_what_functions_make_is_not_much_larger_than_the_template(value: Any) -> None:
    found = []
    # Each 4,000 letters, or 100,000, which is more than a parameter can have.
    assert peak(lambda: found.append(evaluated(value, Long="x" * 4_000, Huge="y" * 100_000))) < 3_000_000
    assert found[0] == evaluated(value, Long="x" * 4_000, Huge="y" * 100_000)
    assert found[0] != evaluated(value, Long="z" * 4_000, Huge="z" * 100_000) or value == nested(24)


def holding_itself(kind: str) -> Any:
    """A value of Python that is no tree."""
    if kind == "list":
        items: list[Any] = []
        items.append(items)
        return items
    if kind == "dict":
        entries: dict[str, Any] = {}
        entries["Ref"] = entries
        return entries
    value: Any = "x"
    for _ in range(60):
        value = [value, value]
    return value


@pytest.mark.parametrize("kind", ["list", "dict", "each twice"])
@pytest.mark.parametrize(
    "told",
    [
        lint,
        lambda value: lint(good().template | {"Hooks": {"Hook": value}}),
        lambda value: lint(good().template, parameters={"Stage": value}),
        lambda value: predict(good().template, good().template | {"Resources": {"Topic": {"Properties": value}}}),
        lambda value: predict(value, good().template),
        lambda value: predict(good().template, good().template, new_parameters={"Stage": value}),
        lambda value: predict(good().template, good().template, deployed_parameters={"Stage": value}),
        lambda value: read_schedule({"Properties": {"TrafficRoutingConfig": value}}),
        lambda value: read_native_schedule({"DeploymentConfiguration": value}),
    ],
)
def test_what_holds_itself_is_no_template(
    kind: str, told: Callable[[Any], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(values, "_MOST_NODES", 1_000)
    with pytest.raises(ValueError, match="this is no template: an object holds itself, or there are more than 1,000"):
        told(holding_itself(kind))


def test_what_python_does_not_write_can_stand_in_a_sentence() -> None:
    assert values.quoted(10**5000) == hex(10**5000)
    assert values.quoted([10**5000]) == "what can't be written"
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert values.quoted(deep) == "what can't be written"
    assert values.quoted("a'b") == '"a\'b"'


def test_values_of_a_parameters_size_are_worked_out() -> None:
    assert evaluated({"Fn::Sub": "${Long}-${Long}"}, Long="x" * 4_096) == "-".join(["x" * 4_096] * 2)
    assert evaluated({"Fn::Select": ["90", {"Ref": "Many"}]}, Many=[str(n) for n in range(100)]) == "90"
    items = [letter * 5_000 for letter in "abc"]
    assert evaluated({"Fn::Join": [",", items]}) == ",".join(items)
    assert evaluated({"Fn::Base64": "text"}) == "dGV4dA=="


def test_a_condition_behind_a_circle_is_not_known_and_all_others_are() -> None:
    parts = good()
    parts.template["Conditions"] = {
        "Yes": {"Fn::Equals": ["a", "a"]},
        "One": {"Fn::Not": [{"Condition": "Other"}]},
        "Other": {"Fn::Not": [{"Condition": "One"}]},
        "Behind": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "One"}]},
    }
    parts.of(parts.task_id)["Cpu"] = {"Fn::If": ["Yes", "256", "512"]}
    parts.of(parts.task_id)["Memory"] = {"Fn::If": ["Behind", "512", "1024"]}
    new = copy.deepcopy(parts.template)
    new["Resources"][parts.task_id]["Properties"] |= {"Cpu": "256", "Memory": "512"}
    (change,) = [one for one in predict(parts.template, new).changes if one.logical_id == parts.task_id]
    assert [(part.path, part.certain) for part in change.properties] == [("Memory", False)]


def test_a_large_condition_differs_where_its_parameter_does() -> None:
    old, _ = with_conditions(40)
    assert {change.logical_id for change in predict(old, old).changes} == set()
    other = copy.deepcopy(old)
    other["Conditions"]["C0"]["Fn::Equals"][1] = "y"
    assert ("Cpu", False) in {
        (part.path, part.certain) for change in predict(old, other).changes for part in change.properties
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([[]], [[]]),
    ],
)
def test_digests_of_equal_values_are_equal(one: Any, other: Any) -> None:
    assert digest(one) == digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": {"b": 1}, "c": {}}, {"a": {}, "c": {"b": 1}}),
        ([["a"], []], [[], ["a"]]),
        ("1", 1),
        (True, 1),
        (["ab", "c"], ["a", "bc"]),
        ({"a": None}, {"a": "None"}),
        ([], {}),
    ],
)
def test_digests_of_different_values_differ(one: Any, other: Any) -> None:
    assert digest(one) != digest(other)


def test_size_is_seen_without_reading_it_all() -> None:
    assert is_larger("abc", 2)
    assert not is_larger("abc", 3)
    assert is_larger([1] * 10, 10)
    assert is_larger({"a" * 20: 1}, 10)
    assert not is_larger({"a": [1, "b"]}, 10)
    assert work(lambda: is_larger([[n] for n in range(100_000)], 10)) < 100
