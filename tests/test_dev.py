"""The script behind the README's two commands, as far as it goes without installing anything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from tests.support import ROOT


def run(*arguments: str, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "dev.py", *arguments],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def fake_node(folder: Path, says: str) -> str:
    """Make a folder with a `node` that prints a line, and give it as PATH."""
    node = folder / "node"
    node.write_text(f"#!/bin/sh\necho '{says}'\n")
    node.chmod(0o755)
    return str(folder)


def test_help_names_every_command_and_says_what_it_does() -> None:
    done = run("--help")
    assert done.returncode == 0
    for name, command in dev.COMMANDS.items():
        assert name in done.stdout
        assert command.help in done.stdout


def test_without_a_command_help_is_shown_and_nothing_done() -> None:
    done = run()
    assert done.returncode == 2
    assert "commands:" in done.stdout


def test_unknown_command_is_refused() -> None:
    done = run("tset")
    assert done.returncode == 2
    assert "invalid choice: 'tset'" in done.stderr


def test_missing_node_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = run("trivia", path=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == ("dev.py: needs Node 20 or newer, and there is no `node` on the PATH: install it\n")


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("v18.20.1", "needs Node 20 or newer, and {node} is Node 18: install a newer one"),
        ("nonsense", "needs Node 20 or newer, and `{node} --version` does not tell its version"),
    ],
)
def test_unfit_node_is_said_in_a_sentence(tmp_path: Path, says: str, expected: str) -> None:
    done = run("trivia", path=fake_node(tmp_path, says))
    assert done.returncode == 1
    assert done.stderr == f"dev.py: {expected.format(node=tmp_path / 'node')}\n"


def test_every_command_names_programs_or_modules_that_there_are() -> None:
    started = {step[0]: dev.DEFAULT.command(step[0]) for command in dev.COMMANDS.values() for step in command.steps}
    modules = [name for name, command in started.items() if command[1:] == ["-m", name]]
    assert sorted(modules) == ["benchmarks", "examples.trivia"]
    assert sorted(started.keys() - modules) == ["lint-imports", "mypy", "pytest", "ruff"]
