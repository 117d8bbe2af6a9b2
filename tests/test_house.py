"""That one finds one's way: names in the package, one way out. Who imports whom is import-linter's (`dev.py lint`)."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

SOURCE = ROOT / "src/ecs_blue_green"
MODULES = sorted(SOURCE.glob("**/*.py"))


def test_no_two_public_classes_share_a_name() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for module in MODULES:
        for node in ast.parse(module.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(module.relative_to(SOURCE)))
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_no_module_repeats_the_name_of_its_folder() -> None:
    repeating = [module for module in MODULES if module.stem.startswith(module.parent.name)]
    assert repeating == []


# What the commands print goes through `terminal`, or with colours through `console`, which take printable text only.
WAYS_OUT = {SOURCE / "cli/terminal.py", SOURCE / "cli/console.py"}
PRINTERS = {*WAYS_OUT, SOURCE / "cli/__init__.py"}  # which says that click is missing, in words of its own
LAYOUTS = {
    "rich.console": {"ConsoleOptions", "Group"},
    "rich.live": {"Live"},
    "rich.padding": {"Padding"},
    "rich.table": {"Table"},
}
WRITERS = {
    *("confirm", "echo", "echo_via_pager", "get_binary_stream", "get_text_stream", "progressbar", "prompt", "secho"),
    *("log", "out", "print", "print_exc", "print_exception", "print_json", "print_tb", "write", "writelines"),
    "__new__",  # makes a Printable of anything
}
CALLED = {"control", "input", "rule", "status"}  # of rich's consoles


def prints(module: str) -> Iterator[str]:
    """All by which a module could print past the ways out."""
    tree = ast.parse(module)
    descriptors = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "fileno"
    }
    for node in ast.walk(tree):
        match node:
            case ast.Name(id="print" | "input"):
                yield node.id
            case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr" | "__stdout__" | "__stderr__"):
                if id(node) not in descriptors:
                    yield f"sys.{node.attr}"
            case ast.Attribute() if node.attr in WRITERS:
                yield f".{node.attr}"
            case ast.Call(func=ast.Attribute(attr=name)) if name in CALLED:
                yield f".{name}()"
            case ast.ImportFrom(module="click" | "sys"):
                yield f"from {node.module}"
            case ast.ImportFrom(module=str() as source) if source.partition(".")[0] in {"rich", "logging"}:
                yield from (f"{source}.{one.name}" for one in node.names if one.name not in LAYOUTS.get(source, ()))
            case ast.Import():
                yield from (one.name for one in node.names if one.name.partition(".")[0] in {"rich", "logging"})


@pytest.mark.parametrize("module", sorted({*SOURCE.glob("cli/**/*.py")} - PRINTERS), ids=lambda path: path.stem)
def test_a_command_prints_by_the_one_way_out(module: Path) -> None:
    assert [*prints(module.read_text())] == []


@pytest.mark.parametrize(
    "line",
    [
        "print(name)",
        "click.echo(name)",
        "out = click.secho",
        "from click import echo",
        "console.print(name)",
        "console.rule(name)",
        "with console.status(name): ...",
        "sys.stderr.write(name)",
        "with redirect_stdout(sys.stdout): ...",
        "from rich.text import Text",
        "from rich.console import Console",
        "import rich.console",
        "import logging",
        "error.__class__.__new__(Printable, name)",
        "traceback.print_exc()",
    ],
)
def test_other_ways_out_are_found(line: str) -> None:
    assert [*prints(line)]
