"""The command in this process, or in one of its own: through pipes, and in a terminal; and templates for it."""

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from importlib.resources import files
from itertools import dropwhile
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from ecs_blue_green.cli.command import ecs_blue_green
from tests.support import ROOT

COMMAND = [sys.executable, "-m", "ecs_blue_green.cli"]
CLEAN: dict[str, Any] = json.loads((ROOT / "tests/__snapshots__/test_snapshots/test_least_arguments.json").read_text())

# What rich and click ask the environment for.
TERMINAL_VARIABLES = ("COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "TERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


def schema(name: str) -> Draft202012Validator:
    """What the JSON that a command prints is held to, as the package has it."""
    content = _schema(name)
    Draft202012Validator.check_schema(content)
    return Draft202012Validator(content)


def definitions(name: str) -> dict[str, Any]:
    """The parts of a schema that have names."""
    found: dict[str, Any] = _schema(name)["$defs"]
    return found


def _schema(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(files("ecs_blue_green.cli").joinpath("schemas", f"{name}.json").read_text())
    return content


def environment(**variables: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in TERMINAL_VARIABLES}
    return {**inherited, "TERM": "xterm-256color", **variables}


def run(*arguments: str, cwd: Path, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command through pipes."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(**variables),
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def run_in_terminal(*arguments: str, cwd: Path, **variables: str) -> tuple[int, str]:
    """Run the command in a pseudo-terminal; give its exit code and all that the terminal got."""
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [*COMMAND, *arguments], cwd=cwd, env=environment(**variables), stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        screen = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not part:
                break
            screen += part
    os.close(ours)
    return process.returncode, screen.decode().replace("\r\n", "\n")


Variables = Mapping[str, str | None]  # of the environment; None for one that is not set


def invoke(
    *arguments: str, given: str = "", charset: str = "utf-8", variables: Variables = MappingProxyType({})
) -> Result:
    """Run the command in this process, which is faster; its output goes nowhere near a terminal."""
    runner = CliRunner(charset=charset, env={**dict.fromkeys(TERMINAL_VARIABLES), **variables})
    return runner.invoke(ecs_blue_green, arguments, input=given, prog_name="ecs-blue-green")


STYLES = re.compile(r"\x1b\[[\d;?]*[A-Za-z]|\r")


def invoke_on_terminal(
    *arguments: str, columns: int = 80, charset: str = "utf-8", variables: Variables = MappingProxyType({})
) -> tuple[int, str]:
    """Run the command in this process as on a terminal; give its exit code and all that the terminal got."""
    terminal = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": str(columns)}
    result = invoke(*arguments, charset=charset, variables={**terminal, **variables})
    return result.exit_code, result.output


class Help(NamedTuple):
    """What a command's help shows: its examples, without their remarks; its exit codes; columns of the longest line."""

    examples: list[str]
    codes: list[str]
    width: int


def help_of(*command: str) -> Help:
    lines = invoke(*command, "--help").stdout.splitlines()
    codes = [*dropwhile(lambda line: not line.startswith("  Exit codes"), lines)]
    return Help(
        examples=[line.partition("#")[0].strip() for line in lines if line.startswith("    ecs-blue-green ")],
        codes=re.findall(r"^ +(\d+)  ", "\n".join(codes), re.MULTILINE),
        width=max(map(len, lines)),
    )


def with_output(id: str = "Url", template: dict[str, Any] = CLEAN) -> dict[str, Any]:
    """A template with a warning: a plain output."""
    changed = copy.deepcopy(template)
    changed.setdefault("Outputs", {})[id] = {"Value": "https://example.com"}
    return changed


def with_nested_stack(id: str = "Reports", template: dict[str, Any] = CLEAN) -> dict[str, Any]:
    """A template with an error: a nested stack."""
    changed = copy.deepcopy(template)
    changed["Resources"][id] = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://example.com/reports.json"},
    }
    return changed


def page(command: str) -> str:
    """Give the text of a command's page."""
    return (ROOT / f"docs/{command}.md").read_text()


def screen_on_page(command: str, about: str = ".+") -> list[str]:
    """Give the lines that a command's page shows below the command; about the first stack, or another."""
    shown = rf"^```console\n\$ ecs-blue-green {command} {about}\n((?:.*\n)+?)```$"
    match = re.search(shown, page(command), re.MULTILINE)
    assert match
    return match[1].splitlines()


def write(file: Path, template: object) -> str:
    """Write a template as JSON; give its path as an argument."""
    file.write_text(json.dumps(template, indent=1))
    return str(file)
