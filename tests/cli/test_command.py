"""The command as a whole: help, shared options, what ends it early, what it loads, and life without its extra."""

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import Result

from ecs_blue_green import cli
from ecs_blue_green.cli import command, errors
from ecs_blue_green.cli.aws.session import AwsError
from ecs_blue_green.cli.errors import CommandError
from ecs_blue_green.cli.options import aws_options, format_options, yes_option
from ecs_blue_green.cli.rollback_triggers.plan import RefusedError
from ecs_blue_green.cli.templates import UnreadableError
from tests.cli.support import CLEAN, COMMAND, environment, help_of, invoke, page, with_output, write
from tests.support import ROOT

COMMANDS = [*command._COMMANDS]


def test_help_lists_every_command_with_a_line_and_the_exit_codes_of_all() -> None:
    result = invoke("--help")
    assert (result.exit_code, result.stderr) == (0, "")
    for name, (_, line) in command._COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(line)}$", result.stdout, re.MULTILINE)
    assert help_of().codes == ["70", "130", "141", "143"]
    assert re.findall(r"^\| (\d+) \|", page("commands"), re.MULTILINE) == help_of().codes


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
        (["prdict"], "No such command 'prdict'. Did you mean 'predict'?"),
        (["rollback-trigger"], "No such command 'rollback-trigger'. Did you mean 'rollback-triggers'?"),
        (["rollback-triggers", "sett"], "No such command 'sett'. Did you mean 'set'?"),
        (["deploy"], "No such command 'deploy'."),
        (["lint"], "Missing argument 'PATH...'."),
        (
            ["lint", "--format", "xml", "cdk.out"],
            "Invalid value for '--format': 'xml' is not one of 'text', 'json', 'github', 'sarif'.",
        ),
        (["lint", "--strickt", "cdk.out"], "No such option '--strickt'. Did you mean '--strict'?"),
        (["lint", "--json", "--format", "sarif", "cdk.out"], "--json and --format sarif exclude each other."),
        (["schedule", "--format", "text", "--json", "cdk.out"], "--json and --format text exclude each other."),
    ],
)
def test_wrong_command_line_ends_with_2_and_a_sentence(arguments: list[str], said: str) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stderr.endswith(f"Error: {said}\n")


# Options that all commands share


def leaves(group: click.Group, *names: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All commands that do something, by their names."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found
        if isinstance(found, click.Group):
            yield from leaves(found, *names, name)
        else:
            yield (*names, name), found


LEAVES = dict(leaves(command.ecs_blue_green))


def test_format_json_has_a_short_form(tmp_path: Path) -> None:
    for name, template in (("lint", with_output()), ("schedule", CLEAN)):
        file = write(tmp_path / f"{name}.json", template)
        content = json.loads(invoke(name, "--format", "json", file).stdout)
        assert json.loads(invoke(name, "--json", file).stdout) == content
        assert json.loads(invoke(name, "--json", "--format", "json", file).stdout) == content


@pytest.mark.parametrize(
    ("name", "shared"),
    [
        (("lint",), ["--format", "--json"]),
        (("schedule",), ["--format", "--json"]),
        (("rollback-triggers", "show"), ["--format", "--json", "--profile", "--region"]),
        (("rollback-triggers", "set"), ["--format", "--json", "--profile", "--region", "--yes", "-y"]),
        (("rollback-triggers", "clear"), ["--format", "--json", "--profile", "--region", "--yes", "-y"]),
    ],
    ids=str,
)
def test_one_thing_has_one_option(name: tuple[str, ...], shared: list[str]) -> None:
    @format_options(text="For people", json="for programs")
    @aws_options
    @yes_option
    @click.command()
    def everything() -> None:
        """Have all options that are shared."""

    known = {option.name: option for option in everything.params}
    options = [option for option in LEAVES[name].params if option.name in known]
    assert sorted(spelling for option in options for spelling in option.opts) == shared
    for option in options:
        assert isinstance(option, click.Option)
        if option.name != "format":  # of which some commands have more
            assert option.to_info_dict() == known[option.name].to_info_dict()


# What ends a command early


def end(leaf: tuple[str, ...], error: BaseException, monkeypatch: pytest.MonkeyPatch) -> Result:
    """Have a command raise in place of what it does."""

    def fail() -> None:
        raise error

    monkeypatch.setattr(LEAVES[leaf], "params", [])
    monkeypatch.setattr(LEAVES[leaf], "callback", fail)
    return invoke(*leaf)


@pytest.mark.parametrize("leaf", LEAVES, ids=" ".join)
def test_a_defect_is_no_exit_code_of_a_commands_own(leaf: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    result = end(leaf, RuntimeError("\x1b[2Jout of order"), monkeypatch)
    assert (result.exit_code, result.stdout) == (70, "")
    *_, raised, said = result.stderr.splitlines()
    assert raised == r"  RuntimeError: \x1b[2Jout of order"
    assert said.startswith("Error: this is a defect of ecs-blue-green: ")
    assert 70 not in map(int, help_of(*leaf).codes)


@pytest.mark.parametrize("error", [RefusedError("First."), AwsError("First."), UnreadableError("a.json", "First.")])
def test_an_error_ends_with_its_own_exit_code_and_notes(error: CommandError, monkeypatch: pytest.MonkeyPatch) -> None:
    error.add_note("Second.\n")
    result = end(("lint",), error, monkeypatch)
    assert (result.exit_code, result.stdout) == (error.exit_code, "")
    assert result.stderr == f"Error: {error}\nError: Second.\\n\n"


def test_errors_are_told_apart_by_their_exit_codes() -> None:
    assert (RefusedError.exit_code, AwsError.exit_code, UnreadableError.exit_code) == (1, 2, 2)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()], ids=["Ctrl-C", "abort"])
def test_an_interrupted_command_ends_with_130_and_the_notes(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    error.add_note("It goes on.")
    result = end(("lint",), error, monkeypatch)
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == "\nError: interrupted\nError: It goes on.\n"


@pytest.mark.parametrize("trouble", [BrokenPipeError(), OSError(errno.ENOSPC, "full")], ids=["closed", "full"])
@pytest.mark.parametrize(("error", "code"), [(RefusedError("No."), 1), (AwsError("No."), 2), (RuntimeError("No."), 70)])
def test_an_exit_code_is_true_when_the_error_can_not_be_written(
    error: Exception, code: int, trouble: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*problems: str) -> None:
        raise trouble

    monkeypatch.setattr(errors, "complain", fail)
    assert end(("lint",), error, monkeypatch).exit_code == code


def test_a_terminated_command_ends_with_143_and_the_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyboardInterrupt) as caught:
        errors.terminate()
    caught.value.add_note("It goes on.")
    result = end(("lint",), caught.value, monkeypatch)
    assert (result.exit_code, result.stderr) == (143, "\nError: terminated\nError: It goes on.\n")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BrokenPipeError(), 141),
        *((OSError(number, "full"), 2) for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)),
        (RuntimeError("no"), 70),
    ],
)
def test_notes_are_told_of_whatever_ends_a_command(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "_give_up_output", lambda: None)
    error.add_note("It goes on.")
    result = end(("lint",), error, monkeypatch)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (code, "Error: It goes on.")


def test_notes_are_told_of_what_rich_makes_of_a_closed_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_give_up_output", lambda: None)
    error = SystemExit(1)
    error.__context__ = BrokenPipeError()
    error.add_note("It goes on.")
    result = end(("lint",), error, monkeypatch)
    assert (result.exit_code, result.stderr) == (141, "Error: It goes on.\n")


def test_an_exit_code_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (SystemExit(7), click.exceptions.Exit(7)):
        result = end(("lint",), error, monkeypatch)
        assert (result.exit_code, result.output) == (7, "")


def test_output_that_nobody_reads_or_that_has_no_space_is_told_by_the_exit_code(tmp_path: Path) -> None:
    write(tmp_path / "shop.json", CLEAN)
    for arguments in (["--help"], ["schedule", "shop.json"]):
        ours, theirs = os.pipe()
        os.close(ours)
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=tmp_path,
            env=environment(FORCE_COLOR="1"),  # rich has a way of its own to end then
            stdout=theirs,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(theirs)
        assert (done.returncode, done.stderr) == (141, b"")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "schedule", "shop.json"], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (2, b"Error: the output can't be written: there is no space left\n")


# What is loaded

HEAVY = ["aws_cdk", "boto3", "botocore", "constructs", "jsii", "matplotlib"]

# In this order, each loads no less than the one before it.
USES = [
    *(([name, "--help"], [*HEAVY, "rich", "yaml", "json"]) for name in COMMANDS),
    (["rollback-triggers", "set", "--help"], [*HEAVY, "rich", "yaml", "json"]),
    (["rules", "module", "--json"], [*HEAVY, "rich", "yaml"]),
    (["lint", "--json", "clean.json"], [*HEAVY, "yaml", "rich"]),
    (["predict", "--deployed", "clean.json", "--json", "clean.json"], [*HEAVY, "yaml", "rich"]),
    (["schedule", "--json", "clean.json"], [*HEAVY, "yaml", "rich"]),
    (["rules"], [*HEAVY, "yaml"]),
    (["lint", "clean.json"], [*HEAVY, "yaml"]),
    (["predict", "--deployed", "clean.json", "clean.json"], [*HEAVY, "yaml"]),
    (["schedule", "clean.json"], [*HEAVY, "yaml"]),
    (["lint", "clean.yaml"], HEAVY),
]


def test_commands_load_only_what_they_use(tmp_path: Path) -> None:
    write(tmp_path / "clean.json", CLEAN)
    (tmp_path / "clean.yaml").write_text("Resources: {}")
    program = (
        "import sys\n"
        "from ecs_blue_green.cli.command import ecs_blue_green\n"
        f"for arguments, unused in {USES!r}:\n"
        "    code = ecs_blue_green.main(arguments, prog_name='ecs-blue-green', standalone_mode=False)\n"
        "    print(arguments, code or 0, [name for name in unused if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if line.startswith("[")]
    assert told == [f"{arguments} 0 []" for arguments, _ in USES], done.stderr


def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path) -> None:
    for name in ("click", "yaml"):
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
        "Error: ecs-blue-green needs rich, which the extra `cli` brings: pip install 'ecs-blue-green-cdk[cli]'\n"
    )


def test_all_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    assert cli.main() == 2
    assert capsys.readouterr().err.startswith("Error: ecs-blue-green needs click and rich and yaml, ")
