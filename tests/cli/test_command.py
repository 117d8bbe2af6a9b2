"""The command as a whole: help, version, what it loads, and what it says when its extra is not installed."""

import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

from ecs_blue_green.cli import command
from tests.cli.support import CLEAN, environment, help_of, invoke, run, write
from tests.support import ROOT

COMMANDS = [*command._COMMANDS]


def test_help_lists_every_command_with_a_line(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for name, (_, line) in command._COMMANDS.items():
        assert f"  {name}" in done.stdout
        assert line in done.stdout


def test_no_command_shows_the_help() -> None:
    result = invoke()
    assert result.exit_code == 2
    assert "Commands:" in result.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_of_its_own(name: str) -> None:
    result = invoke(name, "-h")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: ecs-blue-green {name} ")


def test_help_of_lint_shows_examples_and_exit_codes_as_they_were_written() -> None:
    lines = invoke("lint", "--help").stdout.splitlines()
    (examples,) = [number for number, line in enumerate(lines) if line.strip() == "Examples:"]
    commands = [line.partition("#")[0].rstrip() for line in lines[examples + 1 : examples + 6]]
    assert commands == [
        "    ecs-blue-green lint cdk.out",
        "    ecs-blue-green lint service.yaml network.json",
        "    ecs-blue-green lint --strict --format github cdk.out",
        "    aws cloudformation get-template --stack-name Shop --query TemplateBody \\",
        "      | ecs-blue-green lint -",
    ]
    help = help_of("lint")
    assert help.codes == ["0", "1", "2"]
    assert help.width <= 80


def test_version_is_that_of_the_distribution() -> None:
    assert invoke("--version").stdout == f"ecs-blue-green {version('ecs-blue-green-cdk')}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lnt", "cdk.out"], "No such command 'lnt'"),
        (["lint"], "Missing argument 'PATH...'"),
        (
            ["lint", "--format", "xml", "cdk.out"],
            "Invalid value for '--format': 'xml' is not one of 'text', 'json', 'github', 'sarif'",
        ),
        (["lint", "--strickt", "cdk.out"], "No such option"),
    ],
)
def test_wrong_command_line_ends_with_2_and_a_sentence(arguments: list[str], said: str) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert f"Error: {said}" in result.stderr


HEAVY = ["aws_cdk", "boto3", "botocore", "constructs", "jsii", "matplotlib"]


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        *((([name, "--help"]), [*HEAVY, "rich", "yaml"]) for name in ("abort", "status", "watch")),
        (["lint", "--help"], [*HEAVY, "rich", "yaml", "json"]),
        (["lint", "clean.json"], [*HEAVY, "yaml"]),
        (["lint", "--format", "json", "clean.json"], [*HEAVY, "yaml", "rich"]),
        (["lint", "clean.yaml"], HEAVY),
        (["predict", "--help"], [*HEAVY, "rich", "yaml", "json"]),
        (["predict", "--deployed", "clean.json", "clean.json"], [*HEAVY, "yaml"]),
        (["predict", "--deployed", "clean.json", "--json", "clean.json"], [*HEAVY, "yaml", "rich"]),
        (["rollback-triggers", "set", "--help"], [*HEAVY, "rich", "yaml", "json"]),
        (["rules", "--help"], [*HEAVY, "rich", "yaml", "json"]),
        (["rules"], [*HEAVY, "yaml"]),
        (["rules", "module", "--json"], [*HEAVY, "rich", "yaml"]),
        (["schedule", "--help"], [*HEAVY, "rich", "yaml", "json"]),
        (["schedule", "clean.json"], [*HEAVY, "yaml"]),
        (["schedule", "--format", "json", "clean.json"], [*HEAVY, "yaml", "rich"]),
    ],
    ids=" ".join,
)
def test_command_loads_only_what_it_uses(arguments: list[str], unused: list[str], tmp_path: Path) -> None:
    write(tmp_path / "clean.json", CLEAN)
    (tmp_path / "clean.yaml").write_text("Resources: {}")
    program = (
        "import atexit, sys\n"
        "from ecs_blue_green.cli import main\n"
        f"atexit.register(lambda: print('loaded', *[name for name in {unused} if name in sys.modules]))\n"
        f"sys.argv[1:] = {arguments!r}\n"
        "sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "loaded"


@pytest.mark.parametrize(
    ("installed", "missing"), [([], "click and rich and yaml"), (["click", "yaml"], "rich")], ids=["none", "some"]
)
def test_without_the_extra_it_says_how_to_install_it(installed: list[str], missing: str, tmp_path: Path) -> None:
    for name in installed:
        (package,) = import_module(name).__path__
        (tmp_path / name).symlink_to(package)
    done = subprocess.run(
        [sys.executable, "-S", "-m", "ecs_blue_green.cli", "lint", "cdk.out"],  # -S: nothing that is installed
        cwd=tmp_path,
        env={**environment(), "PYTHONPATH": f"{ROOT / 'src'}:{tmp_path}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"Error: ecs-blue-green needs {missing}, which the extra `cli` brings: pip install 'ecs-blue-green-cdk[cli]'\n"
    )
