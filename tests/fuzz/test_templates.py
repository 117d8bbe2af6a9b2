"""Whatever a template holds: Python's functions give what they promise, and commands a sentence or what can be read.

``--hypothesis-profile=hunt`` tries many templates, and other ones each time.
"""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecs_blue_green.template.losses import losses
from ecs_blue_green.template.model import Template as View
from ecs_blue_green.template.rollback_alarms import rollback_alarms
from ecs_blue_green.template.rules import RULES, lint
from ecs_blue_green.template.schedule import ScheduleError, read_schedule
from ecs_blue_green.template.update import Outcome, predict
from tests.cli.support import invoke
from tests.fuzz.templates import OF_JSON, OF_PYTHON, SOURCES, changed, written
from tests.support import Template

FEW = max(10, settings().max_examples // 8)


def in_resource(value: Any) -> tuple[Template, Template]:
    """The first source, with a value as a property of a topic."""
    resources = SOURCES[0]["Resources"] | {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": value}}}
    return SOURCES[0], SOURCES[0] | {"Resources": resources}


def in_image(value: Any) -> tuple[Template, Template]:
    """The first source, with a value as the image: a resource that changes is worked out, and a new one is not."""
    resources = copy.deepcopy(SOURCES[0]["Resources"])
    (task,) = (body for body in resources.values() if body["Type"] == "AWS::ECS::TaskDefinition")
    task["Properties"]["ContainerDefinitions"][0]["Image"] = value
    return SOURCES[0], SOURCES[0] | {"Resources": resources}


def with_default(value: Any) -> tuple[Template, Template]:
    """The first source, with another default of a parameter of which only one value is allowed."""
    declaration = {"Type": "String", "Default": value, "AllowedValues": ["prod"]}
    return SOURCES[0], SOURCES[0] | {"Parameters": {"Stage": declaration}}


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # long numbers are the point of it
@given(changed(OF_PYTHON))
@example(in_resource({"Fn::Sub": []}))
@example(in_image({"Fn::Sub": []}))
@example(in_image({"Fn::Sub": [[]]}))
@example(in_resource({"Fn::Sub": [1, None]}))
@example(in_resource({"Fn::Base64": "text"}))
@example(in_resource({"Fn::Base64": "\ud800"}))
@example(in_resource({1: 2, None: 3, ("a",): 4, b"b": 5}))
@example(in_resource(10**5000))
@example(with_default(-(10**5000)))
def test_any_template_of_python_has_findings_a_prediction_and_schedules(pair: tuple[Template, Template]) -> None:
    source, template = pair
    for finding in lint(template):
        assert finding.severity == RULES[finding.rule].severity
        assert isinstance(finding.logical_id, str)
    for prediction in (predict(source, template), predict(template, source, live_colour="green")):
        assert prediction.outcome in get_args(Outcome)
        assert all(isinstance(sentence, str) for sentence in (*prediction.reasons, *prediction.warnings))
    assert isinstance(losses(source, template) + losses(template, source), list)
    view = View(template)
    assert isinstance(rollback_alarms(view), dict)
    for hook in view.settled_hooks:
        with suppress(ScheduleError):
            assert read_schedule(hook.body).steps[-1].event == "TerminateBlue"


def commands(folder: Path, source: str, template: str) -> Iterator[list[str]]:
    for format in ("text", "json", "github", "sarif"):
        yield ["lint", "--format", format, template]
    for format in ("text", "json", "markdown"):
        yield ["predict", "--format", format, "--deployed", source, template]
    for format in ("text", "json"):
        yield ["schedule", "--format", format, template]


def check(command: list[str], variables: dict[str, str | None]) -> None:
    """Run a command: its exit code is documented, its lines can be printed, and its JSON can be read by anybody."""
    result = invoke(*command, variables=variables)
    assert result.exit_code in {0, 1, 2}, (command, result.output, result.exception)
    assert "Traceback" not in result.output
    format = command[command.index("--format") + 1]
    for line in result.output.splitlines():
        assert all(character.isprintable() or (character == "\x1b" and variables) for character in line), line
    if format in {"json", "sarif"} and result.stdout:
        json.loads(result.stdout, parse_constant=pytest.fail)


@settings(max_examples=FEW)
@given(changed(OF_JSON), st.sampled_from(["json", "yaml"]))
def test_any_template_is_told_in_every_format(pair: tuple[Template, Template], form: str) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "old.json").write_bytes(written(pair[0], "json"))
        (folder / f"new.{form}").write_bytes(written(pair[1], form))
        for command in commands(folder, str(folder / "old.json"), str(folder / f"new.{form}")):
            check(command, {})


@settings(max_examples=FEW // 2)
@given(
    changed(OF_JSON),
    st.sampled_from(["0", "1", "-1", "2", "7", "40", "100000", "99999999999999999999", "x", ""])
    | st.integers().map(str),
)
def test_any_terminal_shows_any_template(pair: tuple[Template, Template], columns: str) -> None:
    variables: dict[str, str | None] = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": columns}
    with TemporaryDirectory() as name:
        for file, template in zip(("old.json", "new.json"), pair, strict=True):
            (Path(name) / file).write_bytes(written(template, "json"))
        for command in commands(Path(name), f"{name}/old.json", f"{name}/new.json"):
            if "text" in command:
                check(command, variables)
