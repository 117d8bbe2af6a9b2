"""Changes and losses in words."""

from typing import Any

import pytest

from ecs_blue_green.cli.predict import words
from ecs_blue_green.template.losses import Loss
from ecs_blue_green.template.update import Action, Cause, Change, PropertyChange, Replacement, Step


def part(
    replacement: Replacement = "never",
    *causes: Cause,
    certain: bool = True,
    old: Any = 1,
    new: Any = 2,
    attribute: str = "Properties",
    path: str = "Cpu",
) -> PropertyChange:
    return PropertyChange(
        attribute=attribute,
        path=path,
        replacement=replacement,
        certain=certain,
        causes=causes or (Cause(kind="template"),),
        old=old,
        new=new,
    )


@pytest.mark.parametrize(
    ("replacement", "certain", "text"),
    [
        ("never", True, ""),
        ("conditionally", True, "may replace the resource"),
        ("unknown", True, "whether that replaces the resource is not known"),
        ("always", True, "replaces the resource"),
        ("never", False, "perhaps changes"),
        ("conditionally", False, "perhaps changes, which may replace the resource"),
        ("unknown", False, "perhaps changes, and whether that replaces the resource is not known"),
        ("always", False, "perhaps changes, which replaces the resource"),
    ],
)
def test_what_a_change_does_is_told_then_its_causes(replacement: Replacement, certain: bool, text: str) -> None:
    assert words.details(part(replacement, certain=certain)) == text
    caused = part(replacement, Cause(kind="template"), Cause(kind="mapping", name="Sizes"), certain=certain)
    assert words.details(caused).removeprefix(text).removeprefix("; ") == "mapping Sizes changes"


@pytest.mark.parametrize(
    ("action", "replacement", "certain", "text"),
    [
        ("add", None, True, "added"),
        ("remove", None, True, "removed"),
        ("rename", "always", True, "renamed"),
        ("modify", "never", True, "updated"),
        ("modify", "never", False, "perhaps updated"),
        ("modify", "conditionally", True, "perhaps replaced"),
        ("modify", "unknown", False, "perhaps replaced"),
        ("modify", "always", True, "replaced"),
        ("modify", "always", False, "perhaps replaced"),
    ],
)
def test_what_happens_to_a_resource_is_a_word_or_two(
    action: Action, replacement: Replacement | None, certain: bool, text: str
) -> None:
    change = Change(
        logical_id="A", type="T", action=action, kind="infrastructure", replacement=replacement, certain=certain
    )
    assert words.action(change) == text


@pytest.mark.parametrize(
    ("attribute", "path", "text"),
    [
        ("Properties", "Cpu", "Cpu"),
        ("Properties", "", "Properties"),
        ("Metadata", "", "Metadata"),
        ("Metadata", "a.b", "Metadata.a.b"),
        ("DependsOn", "[1]", "DependsOn[1]"),
    ],
)
def test_place_of_a_property_is_its_path_alone(attribute: str, path: str, text: str) -> None:
    assert words.place(part(attribute=attribute, path=path)) == text


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("a", "b", '"a" -> "b"'),
        (None, "b", '(nothing) -> "b"'),
        ("a", None, '"a" -> (nothing)'),
        ({"Ref": "A"}, {"Ref": "A"}, '{"Ref": "A"}'),
        ("****", "****", '"****" -> "****"'),
        (f"{'x' * 70}****", f"{'x' * 70}****", f'"{"x" * 58}… -> "{"x" * 58}…'),
        ("x" * 58, "y", f'"{"x" * 58}" -> "y"'),
        ("x" * 59, "y", f'"{"x" * 58}… -> "y"'),
        ("x" * 70 + "a", "x" * 70 + "b", f'…{"x" * 20}a" -> …{"x" * 20}b"'),
    ],
)
def test_values_are_cut_to_60_columns_around_where_they_differ(old: Any, new: Any, text: str) -> None:
    assert words.values(part(old=old, new=new)) == text


def test_losses_are_told_with_what_was_there() -> None:
    lost = Loss(logical_id="A", attribute="Properties", path="Cpu", value="512")
    assert words.loss(lost) == 'Cpu, which was "512"'
    assert words.loss(Loss(logical_id="A", value={"Type": "T"})) == 'the whole resource, which was {"Type": "T"}'


@pytest.mark.parametrize(
    ("parameters", "tags", "text"),
    [
        ({}, None, "Step 1: Do it. Predicted for it: in-place update."),
        ({"A": "b", "C": 1}, None, "Step 1: Do it. With the parameters A=b C=1. Predicted for it: in-place update."),
        ({}, {"Owner": "a"}, "Step 1: Do it. With the tags Owner=a. Predicted for it: in-place update."),
        ({}, {}, "Step 1: Do it. Without tags. Predicted for it: in-place update."),
    ],
)
def test_step_names_its_parameters_and_tags(parameters: dict[str, Any], tags: dict[str, str] | None, text: str) -> None:
    step = Step(title="Do it.", outcome="in-place-update", template={}, parameters=parameters, tags=tags)
    assert words.step(1, step) == text
