"""Sets this project up and runs its commands; ``python3 dev.py --help`` lists them.

Needs Python 3.11 or newer and Node 20 or newer, and nothing else.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - it is the older Python that has to say so
    sys.exit(
        "dev.py: needs Python 3.11 or newer, and this is Python {}.{}:"
        " start it with a newer one, for example: python3.11 dev.py".format(*sys.version_info[:2])
    )

import argparse
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent
OLDEST_NODE = 20
UV = "0.13.9"  # builds the release too, so it is one version, here and in all that .projenrc.py generates
# jsii, below aws_cdk, prints a banner at every start on these, which it still runs on.
END_OF_LIFE_NODES = {20}
# Each worker is a Python and a Node process.
PYTEST = ["pytest", "--numprocesses=2", "--dist=worksteal"]
# uv lowers what is named directly: the runtime dependencies. The tools' lower bounds are recent.
LOWEST_REQUIREMENTS = ["--resolution=lowest-direct", "--group=test", "--editable=."]
NOT_INSTALLED = (
    "uv could not install the dependencies into {0}; the reason is above. Without a direct"
    " network, set UV_DEFAULT_INDEX: uv does not read pip's configuration. If {0} itself is"
    " damaged, delete it and try again"
)


class Environment(NamedTuple):
    """A virtual environment in the root of the project."""

    name: str

    @property
    def folder(self) -> Path:
        """Where it is."""
        return ROOT / self.name

    @property
    def programs(self) -> Path:
        """The folder with its executables."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def program(self, name: str) -> Path:
        """Where one of its executables is, or would be."""
        return self.programs / (f"{name}.exe" if os.name == "nt" else name)

    def command(self, name: str) -> list[str | Path]:
        """How to start one of its programs, or a Python module of the project."""
        program = self.program(name)
        return [program] if program.exists() else [self.program("python"), "-m", name]


DEFAULT = Environment(".venv")
LOWEST = Environment(".venv-lowest")


class Command(NamedTuple):
    """A row of the help: one or more programs or Python modules, run one after the other."""

    help: str
    steps: Sequence[Sequence[str]]
    environment: Environment = DEFAULT


COMMANDS = {
    "trivia": Command(
        "synthesize the trivia example and print what was made",
        [["examples.trivia"]],
    ),
    "test": Command(
        "run the tests with a new CDK app's feature flags, then those that make apps with none",
        # The tests that are left out without flags have snapshots too.
        [PYTEST, [*PYTEST, "--cdk-flags=none", "--snapshot-warn-unused"]],
    ),
    "lowest": Command(
        "run the tests on the lowest allowed runtime dependencies",
        [PYTEST],
        environment=LOWEST,
    ),
    "lint": Command(
        "check style, format, types and who imports whom",
        [["ruff", "check"], ["ruff", "format", "--check"], ["lint-imports", "--no-logo"], ["mypy"]],
    ),
    "benchmark": Command(
        "compare speed and memory with the hand-written application",
        [["benchmarks"]],
    ),
}


def main() -> int:
    """Run one command and return its exit code."""
    command, arguments = parse_command_line()
    environment = command.environment
    variables = os.environ | silence_jsii(find_node())
    variables |= {
        "VIRTUAL_ENV": str(environment.folder),
        "PATH": os.pathsep.join([str(environment.programs), variables.get("PATH", os.defpath)]),
    }
    variables.pop("PYTHONHOME", None)
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # importing aws_cdk takes three times as long without bytecode

    uv = install_uv(variables)
    if environment == DEFAULT:
        install_newest(uv, variables)
    else:
        install_lowest(uv, variables)

    steps = [[*command.steps[0], *arguments]] if arguments else command.steps
    for step in steps:
        say(shlex.join(step))
        code = run([*environment.command(step[0]), *step[1:]], variables)
        if code:
            return code
    return 0


def parse_command_line() -> tuple[Command, list[str]]:
    """Return the command, and what it is to be called with."""
    parser = argparse.ArgumentParser(
        prog="dev.py",
        description="Sets the project up in .venv, where it is not yet, and runs a command there.",
        epilog="commands:\n"
        + "".join(f"  {name:<10} {command.help}\n" for name, command in COMMANDS.items())
        + "\nFurther arguments go to the first program of the command, and only that one is run:\n"
        "  python3 dev.py test -k canary\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="command", help="one of those below")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="passed on")
    if len(sys.argv) == 1:
        parser.print_help()
        sys.exit(2)
    options = parser.parse_args()
    return COMMANDS[options.command], options.arguments


def find_node() -> int:
    """Return the major version of Node, on which every CDK app runs."""
    node = shutil.which("node")
    if node is None:
        fail(f"needs Node {OLDEST_NODE} or newer, and there is no `node` on the PATH: install it")
    output = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.", output.stdout)
    if version is None:
        fail(f"needs Node {OLDEST_NODE} or newer, and `{node} --version` does not tell its version")
    major = int(version[1])
    if major < OLDEST_NODE:
        fail(f"needs Node {OLDEST_NODE} or newer, and {node} is Node {major}: install a newer one")
    return major


def silence_jsii(node: int) -> dict[str, str]:
    """Return the variables that turn jsii's banner about an old Node into a line of ours."""
    if node not in END_OF_LIFE_NODES:
        return {}
    say(f"Node {node} is past its end of life: this works, but better use Node 22 or 24")
    return {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": str(node)}


def install_uv(variables: dict[str, str]) -> Path:
    """Return the uv of ``.venv``, having made both where they are missing."""
    python, uv = DEFAULT.program("python"), DEFAULT.program("uv")
    if not python.exists():
        say(f"making {DEFAULT.name} with {sys.executable}")
        # Without pip, for the next step: Debian's Python lacks what puts pip into an environment.
        must(
            [sys.executable, "-m", "venv", "--clear", "--without-pip", DEFAULT.folder],
            f"could not make {DEFAULT.name}; the reason is above",
        )
    if not uv.exists():
        say(f"installing uv into {DEFAULT.name}")
        must(
            [python, "-m", "ensurepip"],
            f"could not put pip into {DEFAULT.name}: this Python came without its ensurepip module."
            " On Debian and Ubuntu, `apt-get install python3-venv` brings it",
            variables,
            output=subprocess.DEVNULL,
        )
        must(
            [python, "-m", "pip", "install", "--disable-pip-version-check", f"uv=={UV}"],
            "pip could not install uv; the reason is above. Without a direct network, tell pip"
            " where the packages are (PIP_INDEX_URL or `pip config`)",
            variables,
        )
    return uv


def install_newest(uv: Path, variables: dict[str, str]) -> None:
    """Bring ``.venv`` up to date with ``pyproject.toml``."""
    must(
        [uv, "sync", "--python", DEFAULT.program("python")],
        NOT_INSTALLED.format(DEFAULT.name),
        variables | {"UV_PROJECT_ENVIRONMENT": str(DEFAULT.folder)},
    )


def install_lowest(uv: Path, variables: dict[str, str]) -> None:
    """Make ``.venv-lowest`` again, with the lowest runtime dependencies that are allowed."""
    otherwise = NOT_INSTALLED.format(LOWEST.name)
    python = DEFAULT.program("python")
    must([uv, "venv", "--clear", "--python", python, LOWEST.folder], otherwise, variables)
    python = LOWEST.program("python")
    must([uv, "pip", "install", "--python", python, *LOWEST_REQUIREMENTS], otherwise, variables)


def must(
    command: Sequence[str | Path],
    otherwise: str,
    variables: dict[str, str] | None = None,
    output: int | None = None,
) -> None:
    """Run a program that is part of the set-up, and end with a sentence where it fails."""
    if run(command, variables, output):
        fail(otherwise)


def run(
    command: Sequence[str | Path],
    variables: dict[str, str] | None = None,
    output: int | None = None,
) -> int:
    """Run a program in the project's root and return its exit code, as a shell would."""
    code = subprocess.run(command, cwd=ROOT, env=variables, stdout=output, check=False).returncode
    return 128 - code if code < 0 else code


def say(text: str) -> None:
    """Tell what is going on, beside the output of the commands."""
    print(f"dev.py: {text}", file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    """End with a sentence."""
    sys.exit(f"dev.py: {text}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
