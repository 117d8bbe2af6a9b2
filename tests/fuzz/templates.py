"""Templates that nobody would write: those of the tests, changed in many places at once."""

import copy
import json
from typing import Any

import yaml
from hypothesis import strategies as st

from ecs_blue_green.cli.short_tags import load
from tests.support import ROOT, Template
from tests.template.defects import DEFECTS, Defect, good
from tests.template.test_rules_fuzz import mutate, places

FUNCTIONS = (
    *("Ref", "Condition", "Fn::And", "Fn::Base64", "Fn::Equals", "Fn::FindInMap", "Fn::ForEach::X", "Fn::GetAtt"),
    *("Fn::If", "Fn::Join", "Fn::Not", "Fn::Or", "Fn::Select", "Fn::Split", "Fn::Sub", "Fn::Transform"),
)
NAMES = ("Type", "Properties", "DependsOn", "Name", "AWS::NoValue", "AWS::Region", "", "Service", "TaskSet", "Stage")
TEXTS = (
    *("\x1b[2J", "a\nb", "::error ::", "\u202e", "\ud800", "\0", "${", "${A.B}", "${!A}", "{{resolve:ssm:a}}", "%0A"),
    *(
        "<b>|`*",
        "0x10",
        "1e999",
        "latest",
        "AWS::CodeDeploy::BlueGreen",
        "AWS::CodeDeployBlueGreen",
        "true",
        "#[group]",
    ),
)
# Numbers of any length: those beyond 4,300 digits Python refuses to write.
NUMBERS = st.integers() | st.floats() | st.sampled_from([30, 5000]).map(lambda digits: -(10**digits))

TEXT = st.sampled_from((*TEXTS, *NAMES)) | st.text(max_size=6)
KEY = st.sampled_from((*FUNCTIONS, *NAMES)) | TEXT
STRANGE_KEY = KEY | st.none() | st.integers() | st.booleans() | st.tuples(TEXT) | st.binary(max_size=2) | st.floats()


def _values(keys: st.SearchStrategy[Any], numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | numbers | TEXT,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=12,
    )


# What JSON can hold; and what else a dict of Python can.
OF_JSON = _values(KEY, st.integers() | st.floats(allow_nan=False, allow_infinity=False))
OF_PYTHON = _values(STRANGE_KEY, NUMBERS)


def _planted(defect: Defect) -> Template:
    parts = defect.good()
    defect.plant(parts)
    return parts.template


CASES = sorted((ROOT / "tests/template/cases").glob("*.yaml"))
SOURCES: list[Template] = [
    good().template,
    load((ROOT / "tests/template/documented_example.yaml").read_text()),
    *(_planted(defect) for defect in DEFECTS[::8]),
    *(load(path.read_text()) for path in CASES[::3] if path.stem not in {"14-duplicate-key", "15-unknown-tag"}),
]
SOURCES[0]["Conditions"] = {
    "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
    "Either": {"Fn::Or": [{"Condition": "IsProd"}, {"Fn::Not": [{"Condition": "IsProd"}]}]},
}
SOURCES[0]["Mappings"] = {"Limits": {"prod": {"errors": 5}}}


def changed(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Template, Template]]:
    """Draw a template, and the same with one to six changes."""
    how = st.sampled_from(["drop", "duplicate", "rename", "retype", "retype", "retype"])
    return st.sampled_from(SOURCES).flatmap(
        lambda source: st.lists(st.tuples(st.sampled_from([*places(source)]), how, values), min_size=1, max_size=6).map(
            lambda mutations: (source, _mutated(source, mutations))
        )
    )


def _mutated(source: Template, mutations: list[Any]) -> Template:
    template = copy.deepcopy(source)
    for mutation in mutations:
        mutate(template, *mutation)
    return template


def written(template: Template, form: str) -> bytes:
    """Write a template as JSON or as YAML."""
    text = yaml.safe_dump(template) if form == "yaml" else json.dumps(template)
    return text.encode("utf-8", "surrogatepass")
