"""The rules find something or nothing in any value, and never fail."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_blue_green.template.rules import RULES, lint
from tests.support import ROOT, Template
from tests.template.defects import good
from tests.template.defects.native.parts import good as native_good

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(JSON)
def test_any_json_has_findings_or_none(value: Any) -> None:
    assert lint(value) == []


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["Parameters", "Resources", "Outputs", "Hooks", "Rules"]), JSON), JSON)
def test_any_sections_beside_the_transform_have_findings(sections: Template, other: Any) -> None:
    findings = lint(sections | {"Transform": ["AWS::CodeDeployBlueGreen", other]})
    name = other.get("Name") if isinstance(other, dict) else other
    if not isinstance(name, str) or not name:  # another transform may bring the hook
        assert "hook-missing" in {finding.rule for finding in findings}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """List where something stands in a template."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def mutate(template: Template, place: tuple[Any, ...], how: str, other: Any) -> None:
    """Drop, duplicate, rename or retype what stands in a place, if it still does."""
    parent: Any = template
    for key in place[:-1]:
        if not (
            (isinstance(parent, dict) and key in parent) or (isinstance(parent, list) and key in range(len(parent)))
        ):
            return
        parent = parent[key]
    key = place[-1]
    if isinstance(parent, dict) and key in parent:
        value = parent.pop(key)
        if how == "duplicate":
            parent |= {key: value, f"{key}Copy": copy.deepcopy(value)}
        elif how == "rename":
            parent[f"{key}Renamed"] = value
        elif how == "retype":
            parent[key] = other
    elif isinstance(parent, list) and key in range(len(parent)):
        parent[key : key + 1] = {"drop": [], "duplicate": [parent[key]] * 2}.get(how, [other])


TRIVIA = sorted((ROOT / "tests/examples/__snapshots__/test_trivia").glob("*Backend[PT]*.json"))
DOCUMENTED = ROOT / "tests/template/documented_example.yaml"
SOURCES = [
    good().template,
    native_good().template,
    yaml.safe_load(DOCUMENTED.read_text()),
    *(json.loads(path.read_text()) for path in TRIVIA),
]
MUTATIONS = st.sampled_from(SOURCES).flatmap(
    lambda source: st.tuples(
        st.just(source),
        st.lists(
            st.tuples(
                st.sampled_from([*places(source)]), st.sampled_from(["drop", "duplicate", "rename", "retype"]), JSON
            ),
            min_size=1,
            max_size=5,
        ),
    )
)


@settings(deadline=None)
@given(MUTATIONS)
def test_mutated_templates_have_findings_of_known_rules(case: tuple[Template, list[Any]]) -> None:
    source, mutations = case
    template = copy.deepcopy(source)
    for mutation in mutations:
        mutate(template, *mutation)
    for finding in lint(template):
        assert finding.severity == RULES[finding.rule].severity
        assert isinstance(finding.logical_id, str)
