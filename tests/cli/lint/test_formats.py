"""What ``lint`` prints for programs."""

import json
import re
from contextlib import chdir
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecs_blue_green.template.rules import RULES
from tests.cli.support import CLEAN, invoke, schema, with_nested_stack, with_output, write


def results(*arguments: str, given: str = "") -> list[dict[str, Any]]:
    """The results of a SARIF log."""
    (run,) = json.loads(invoke("lint", "--format", "sarif", *arguments, given=given).stdout)["runs"]
    found: list[dict[str, Any]] = run["results"]
    return found


def place(result: dict[str, Any]) -> tuple[str, int]:
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


def test_json_is_what_was_promised(tmp_path: Path) -> None:
    write(tmp_path / "shop.json", with_output(template=with_nested_stack()))
    with chdir(tmp_path):
        result = invoke("lint", "--format", "json", "shop.json")
    assert (result.exit_code, result.stderr) == (1, "")
    content = json.loads(result.stdout)
    schema("lint").validate(content)
    assert [*content] == ["findings"]
    assert [[*finding] for finding in content["findings"]] == [
        ["path", "rule", "severity", "logical_id", "message", "evidence", "rests_on", "help"]
    ] * 2
    assert [[*finding.values()][:4] for finding in content["findings"]] == [
        ["shop.json", "nested-stack", "error", "Reports"],
        ["shop.json", "plain-output", "warning", "Url"],
    ]
    assert [finding["help"] for finding in content["findings"]] == [
        RULES["nested-stack"].help,
        RULES["plain-output"].help,
    ]


@pytest.mark.parametrize(("format", "said"), [("json", '{\n  "findings": []\n}\n'), ("github", "")])
def test_nothing_found(format: str, said: str, tmp_path: Path) -> None:
    result = invoke("lint", "--format", format, write(tmp_path / "clean.json", CLEAN))
    assert (result.exit_code, result.stdout, result.stderr) == (0, said, "")


@pytest.mark.parametrize("format", ["json", "github", "sarif"])
def test_exit_code_is_that_of_every_format(format: str, tmp_path: Path) -> None:
    warning = write(tmp_path / "warning.json", with_output())
    error = write(tmp_path / "error.json", with_nested_stack())
    assert invoke("lint", "--format", format, warning).exit_code == 0
    assert invoke("lint", "--format", format, "--strict", warning).exit_code == 1
    assert invoke("lint", "--format", format, warning, error).exit_code == 1
    unreadable = invoke("lint", "--format", format, error, str(tmp_path / "gone.json"))
    assert unreadable.exit_code == 2
    assert "nested-stack" in unreadable.stdout
    assert unreadable.stderr == f"Error: {tmp_path}/gone.json: there is no such file or folder\n"


def test_github_gets_a_command_a_finding_with_file_line_and_rule(tmp_path: Path) -> None:
    write(tmp_path / "shop.json", with_output(template=with_nested_stack()))
    with chdir(tmp_path):
        error, warning = invoke("lint", "--format", "github", "shop.json").stdout.splitlines()
    lines = (tmp_path / "shop.json").read_text().splitlines()
    reports, url = (lines.index(line) + 1 for line in ('  "Reports": {', '  "Url": {'))
    assert error.startswith(f"::error file=shop.json,line={reports},title=nested-stack::Reports: ")
    assert error.endswith(f" See `{RULES['nested-stack'].help}`")
    assert warning.startswith(f"::warning file=shop.json,line={url},title=plain-output::Url: ")


def test_github_commands_are_escaped(tmp_path: Path) -> None:
    write(tmp_path / "50%,a:b.json", with_output("100%\r\n::error::"))
    with chdir(tmp_path):
        (line,) = invoke("lint", "--format", "github", "50%,a:b.json").stdout.splitlines()
    assert line.startswith("::warning file=50%25%2Ca%3Ab.json,line=1,title=plain-output::100%25%0D%0A::error::: ")


def test_github_annotates_no_file_for_standard_input() -> None:
    result = invoke("lint", "--format", "github", "-", given=json.dumps(with_nested_stack()))
    assert result.stdout.startswith("::error title=nested-stack::Reports: ")


def test_sarif_has_the_parts_that_its_schema_requires(tmp_path: Path) -> None:
    file = write(tmp_path / "shop.json", with_output(template=with_nested_stack()))
    log = json.loads(invoke("lint", "--format", "sarif", file).stdout)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("ecs-blue-green", version("ecs-blue-green-cdk"))
    assert [rule["id"] for rule in driver["rules"]] == [*RULES]
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"] == RULES[rule["id"]].title
        assert rule["help"] == {"text": f"See `{RULES[rule['id']].help}`"}
        assert rule["defaultConfiguration"]["level"] == RULES[rule["id"]].severity
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("nested-stack", "error"),
        ("plain-output", "warning"),
    ]
    for result, id in zip(run["results"], ("Reports", "Url"), strict=True):
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"].startswith(f"{id}: ")
        assert result["locations"][0]["logicalLocations"] == [{"name": id}]
        assert place(result)[0] == f"file://{file}"
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_sarif_names_files_as_addresses(tmp_path: Path) -> None:
    write(tmp_path / "50% of a shop.json", with_nested_stack())
    with chdir(tmp_path):
        (result,) = results("50% of a shop.json", "-", given="{")
    assert place(result)[0] == "50%25%20of%20a%20shop.json"


def test_sarif_tells_what_could_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_text('{\n"Resources"')
    (run,) = json.loads(invoke("lint", "--format", "sarif", str(tmp_path / "shop.json")).stdout)["runs"]
    assert run["results"] == []
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith(f"{tmp_path}/shop.json:2: can't be read as JSON: ")
    assert place(notification) == (f"file://{tmp_path}/shop.json", 2)


def test_sarif_about_a_whole_template_points_to_its_first_line(tmp_path: Path) -> None:
    template = {name: section for name, section in CLEAN.items() if name != "Hooks"}
    (result,) = results(write(tmp_path / "shop.json", template))
    assert place(result)[1] == 1
    assert "logicalLocations" not in result["locations"][0]


@pytest.mark.parametrize("dump", [partial(yaml.safe_dump, sort_keys=False), partial(json.dumps, indent=2)])
def test_line_is_that_of_the_definition_and_of_no_property_with_its_name(dump: Any, tmp_path: Path) -> None:
    template = with_nested_stack("Service")  # as the property of the task set, which comes first
    template["Resources"] = dict(sorted(template["Resources"].items(), key=lambda item: item[0] == "Service"))
    (tmp_path / "shop").write_text(dump(template))
    (result,) = results(str(tmp_path / "shop"))
    line = place(result)[1]
    text = (tmp_path / "shop").read_text().splitlines()
    assert re.fullmatch(r' +"?Service"?: ?{?', text[line - 1])
    assert any("AWS::CloudFormation::Stack" in after for after in text[line : line + 4])
    assert any(re.match(' +"?Service"?:', before) for before in text[: line - 1])
