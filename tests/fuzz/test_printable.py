"""Whatever text comes from outside: it stays in its line, and is no markup, no sequence and no command there.

``--hypothesis-profile=hunt`` tries many texts, and other ones each time.
"""

import json
import re
from io import StringIO

from hypothesis import example, given
from hypothesis import strategies as st
from rich.table import Table

from ecs_blue_green.cli.console import Line, Screen
from ecs_blue_green.cli.terminal import json_lines, printable, workflow_command

STYLES = re.compile(r"\x1b\[[\d;]*m")
# As GitHub's runner reads a line: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
COMMAND = re.compile(r"\s*::(?:error|notice|set-output|stop-commands)(?: [^:]*)?::|.*##\[", re.IGNORECASE)
# What nobody sees of what Python calls printable: Hangul's fillers, a joiner, a blank, variation selectors.
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")

PIECES = st.sampled_from(
    [
        *"\u3164\ufe0f\u034f\U000e0101",
        *":#[] \n\r\t\x1b\x9b\u202e\u2028\u200b\xa0\x7f%,\\",
        *("::", "##[", "error", "::Error::", "::stop-commands::", "[red]", ":smile:"),
    ]
)
TEXTS = st.lists(PIECES | st.characters() | st.characters(categories=["Cs", "Co", "Cf", "Cc", "Zs"])).map("".join)


@given(TEXTS)
def test_a_line_is_printable_and_no_command(text: str) -> None:
    line = printable(text)
    assert line.isprintable()
    assert not UNSEEN.search(line)
    assert not re.match(r"\s*::", line)
    assert not COMMAND.match(line)
    assert printable(line) == line
    if text.isprintable() and "::" not in text and "##[" not in text and not UNSEEN.search(text):
        assert line == text


@given(TEXTS, st.sampled_from([None, 2]))
def test_json_says_the_same_in_ascii(text: str, indent: int | None) -> None:
    lines = json_lines({text: [text]}, indent=indent)
    assert all(line.isascii() and line.isprintable() and not COMMAND.match(line) for line in lines)
    read = json.loads(json.dumps(text))  # two surrogates that stand side by side are one character to JSON
    assert json.loads("\n".join(lines)) == {read: [read]}


@given(TEXTS, TEXTS)
def test_a_workflow_command_is_one_of_its_properties(file: str, message: str) -> None:
    line = workflow_command("error", message, file=file, line="1")
    assert line.isprintable()
    assert not UNSEEN.search(line)
    properties, _, _ = line.removeprefix("::error ").partition("::")
    assert [one.partition("=")[0] for one in properties.split(",")] == ["file", "line"]


@given(TEXTS, TEXTS, st.integers(20, 60))
@example("#", "#[", 20)
@example("##", "[error]", 20)
@example(":", ":error::a", 20)
def test_what_wraps_on_a_terminal_is_printable_and_no_command(one: str, other: str, width: int) -> None:
    to = Screen(file=StringIO(), force_terminal=True, width=width, legacy_windows=False, _environ={})
    table = Table(one, box=None, pad_edge=False)
    table.add_row(other)
    to.show(Line(one, (other, "bold red")), table)
    assert isinstance(to.file, StringIO)
    for line in STYLES.sub("", to.file.getvalue()).split("\n"):
        assert line.isprintable()
        assert not UNSEEN.search(line)
        assert not COMMAND.match(line)
