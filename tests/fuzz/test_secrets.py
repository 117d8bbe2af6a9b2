"""Wherever a template has a secret, no format of ``predict`` prints it, or a part of it.

``--hypothesis-profile=hunt`` makes many templates, and other ones each time.
"""

import json
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_blue_green.template.update import predict
from tests.cli.support import STYLES, invoke, invoke_on_terminal, write
from tests.support import Template
from tests.template.update.edits import TASK, parameter, template, with_properties, with_section

SHORTEST = 6  # characters of a secret that nobody may see

# Of letters that no other text has side by side, with what functions may split it at.
WORDS = st.text("qxzjkvQXZJKV", min_size=SHORTEST, max_size=12)
SECRETS = st.lists(WORDS, min_size=1, max_size=3).map("-".join) | st.lists(WORDS, min_size=2, max_size=3).map(",".join)

NAMES = ["Secret", "Others"]
REFERENCES = st.sampled_from([{"Ref": name} for name in NAMES])
TEXTS = st.sampled_from(["a", "-", ",", "q", "IsOne", "${Secret}", "x${Others}y", "AWS::NoValue"])


def functions_of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, min_size=1, max_size=3)
    delimiters, conditions = st.sampled_from(["", "-", ",", "q"]), st.sampled_from(["IsOne", "IsOther", "IsUnknown"])
    return st.one_of(
        st.builds(lambda text: {"Fn::Sub": text}, TEXTS),
        st.builds(lambda text, value: {"Fn::Sub": [f"<{text}${{V}}>", {"V": value}]}, TEXTS, inner),
        st.builds(lambda *parts: {"Fn::Join": [*parts]}, delimiters, some | inner),
        st.builds(lambda *parts: {"Fn::Split": [*parts]}, delimiters, inner),
        st.builds(lambda *parts: {"Fn::Select": [*parts]}, st.sampled_from([0, "1", {"Ref": "Secret"}]), some | inner),
        st.builds(lambda *parts: {"Fn::If": [*parts]}, conditions, inner, inner),
        st.builds(lambda *parts: {"Fn::FindInMap": [*parts]}, st.just("Map") | inner, st.just("k") | inner, inner),
        st.builds(lambda name, value: {name: value}, st.sampled_from(["Fn::Base64", "Fn::Length", "Ref"]), inner),
        st.builds(lambda value: {"Fn::GetAtt": [TASK, value]}, inner),
        some,
        st.dictionaries(st.sampled_from(["Name", "Value", "A", "Environment"]), inner, min_size=1, max_size=2),
    )


VALUES = st.recursive(REFERENCES | TEXTS, functions_of, max_leaves=5)
DECLARATIONS = st.builds(
    lambda type, no_echo, more: parameter(type=type, NoEcho=no_echo) | more,
    st.sampled_from(["String", "String", "CommaDelimitedList", "Number", "AWS::SSM::Parameter::Value<String>"]),
    st.sampled_from([True, "true"]),
    st.sampled_from([{}, {}, {"AllowedPattern": "[a-z]+"}, {"MaxLength": 3}, {"AllowedValues": ["a"]}]),
)


class Update(NamedTuple):
    """An update by command line: both templates, the values of parameters, and the secrets in all of it."""

    deployed: Template
    new: Template
    before: dict[str, str]
    after: dict[str, str]
    secrets: list[str]

    def __repr__(self) -> str:
        """Show what is drawn, without what all templates have."""
        sides = [
            {
                **{section: side.get(section) for section in ("Parameters", "Conditions", "Outputs")},
                "Errors": side["Resources"]["Errors"],
                "Task": side["Resources"][TASK]["Properties"]["ContainerDefinitions"][0],
            }
            for side in (self.deployed, self.new)
        ]
        return f"{sides[0]!r} -> {sides[1]!r}, {self.before} -> {self.after}"


@st.composite
def updates(draw: st.DrawFn) -> Update:
    secrets = draw(st.lists(SECRETS, min_size=3, max_size=3))
    chosen = st.sampled_from(secrets)
    sides = [_side(draw, chosen) for _ in range(2)]
    if draw(st.booleans()):
        sides[1]["Resources"] = json.loads(json.dumps(sides[0]["Resources"]))  # only the parameters change
    if draw(st.booleans()):  # hidden by one of both
        del draw(st.sampled_from(sides))["Parameters"]["Secret"]["NoEcho"]
    values = [draw(st.dictionaries(st.sampled_from(NAMES), chosen)) for _ in range(2)]
    return Update(sides[0], sides[1], values[0], values[1], secrets)


def _side(draw: st.DrawFn, secrets: st.SearchStrategy[str]) -> Template:
    variables = [{"Name": "A", "Value": draw(VALUES | secrets)}, {"Name": draw(st.just("B") | VALUES), "Value": "b"}]
    side = template(
        with_section("Parameters", **{name: draw(DECLARATIONS) for name in NAMES}, Open=parameter()),
        with_section("Mappings", Map={"k": {"a": "1", "q": "2"}, "a": {"a": "3"}}),
        with_section(
            "Conditions",
            IsOne={"Fn::Equals": [draw(VALUES), draw(VALUES)]},
            IsOther={"Fn::Not": [{"Fn::Equals": [{"Ref": "Secret"}, {"Ref": "Others"}]}]},
            IsUnknown={"Fn::Or": [{"Condition": "IsOne"}, {"Fn::Equals": [{"Ref": "Open"}, draw(VALUES)]}]},
        ),
        with_section(
            "Outputs", **draw(st.dictionaries(st.just("Out"), st.builds(lambda value: {"Value": value}, VALUES)))
        ),
        with_properties("Errors", AlarmDescription=draw(VALUES), AlarmActions=draw(VALUES)),
        with_properties(TASK, Family=draw(VALUES)),
    )
    container = side["Resources"][TASK]["Properties"]["ContainerDefinitions"][0]
    container |= {
        "Image": draw(st.just("example.com/app:v1") | VALUES),
        "Command": draw(VALUES),
        "Environment": variables,
    }
    side["Resources"]["Errors"] |= draw(
        st.sampled_from([{}, {"Condition": "IsOne"}, {"Condition": "IsUnknown"}])
        | st.builds(lambda name, value: {name: value}, st.sampled_from(["Metadata", "DeletionPolicy"]), VALUES)
    )
    hook = next(iter(side["Hooks"].values()))
    hook["Properties"]["TrafficRoutingConfig"]["Type"] = draw(st.just("AllAtOnce") | VALUES)
    if draw(st.booleans()):
        side["Parameters"]["Secret"]["Default"] = draw(secrets)
    return side


def assert_hidden(printed: str, secrets: list[str]) -> None:
    """Look for parts of secrets in what is printed, wherever its lines end."""
    joined = "".join(STYLES.sub("", printed).split())
    parts = {word[start:end] for word in secrets for start, end in combinations(range(len(word) + 1), 2)}
    assert not [part for part in parts if len(part) == SHORTEST and part in joined]


@settings(max_examples=settings().max_examples // 4)  # each is five predictions
@given(updates())
def test_no_format_prints_a_secret_or_a_part_of_it(update: Update) -> None:
    prediction = predict(update.deployed, update.new, deployed_parameters=update.before, new_parameters=update.after)
    assert_hidden(repr(prediction), update.secrets)
    with TemporaryDirectory() as folder:
        old, new = (write(Path(folder) / f"{side}.json", getattr(update, side)) for side in ("deployed", "new"))
        arguments = ["predict", "--deployed", old, new]
        for option, values in (("--deployed-parameter", update.before), ("--parameter", update.after)):
            arguments += [text for name, value in values.items() for text in (option, f"{name}={value}")]
        assert_hidden(invoke_on_terminal(*arguments)[1], update.secrets)
        for format in ("text", "json", "markdown"):
            result = invoke(*arguments, "--format", format)
            assert result.exit_code in {0, 1, 2}, result.output
            assert prediction.outcome in result.output or format == "markdown"
            assert_hidden(result.output, update.secrets)
