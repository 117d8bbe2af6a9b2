"""The one way out: what is said to people and programs, and asked, is printable whatever it is made of.

Nothing else in ``cli`` writes to standard output or standard error, but ``console`` for what has colours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

# What GitHub Actions runs when it stands in the log of a workflow: `::` at the start of a line, after spaces, and `##[`
# anywhere (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs). Any word can come to stand
# at the start of a line where lines wrap; a long word is broken anywhere, so that there the commands' names count.
_COMMAND = re.compile(
    r"#(?=#\[)|(?<!\S):(?=:)|:(?=:(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|"
    r"remove-matcher|save-state|set-env|set-output|stop-commands|warning)\b)",
    re.IGNORECASE,
)

# What Unicode calls letters, marks and symbols, and nobody sees: fillers, joiners and variation selectors
# (https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt, Default_Ignorable_Code_Point), and a blank.
_UNSEEN = frozenset(
    map(
        chr,
        [
            *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ],
    )
)


_READABLE = 1_000_000  # letters of JSON


class Printable(str):
    r"""Text that stays in its line: of what it is made of, all else is written out, such as ``\x1b`` or ``\u202e``.

    That is control and format characters, the ends of lines, what changes the direction of writing, lone surrogates,
    what Unicode does not assign, all spaces but the usual one, what nobody sees (``\ufe0f``), and the beginnings of
    GitHub's workflow commands.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Printable:
        """Write out what is not printable; what is stays as it is, and so does what was made printable before."""
        return super().__new__(cls, _COMMAND.sub(lambda found: f"\\x{ord(found[0]):x}", _written_out(text)))


def _written_out(text: str) -> str:
    if text.isprintable() and _UNSEEN.isdisjoint(text):
        return text
    return "".join(
        one if one.isprintable() and one not in _UNSEEN else one.encode("unicode_escape").decode() for one in text
    )


def printable(text: str) -> Printable:
    """Make a text printable."""
    return Printable(text)


def workflow_command(name: str, message: str, **properties: str) -> Printable:
    """Make one of GitHub's workflow commands, which nothing in it can end or make another of.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands

    Args:
        name: The command, such as ``error``.
        message: Its message; ends of lines stay what they are, as GitHub writes them.
        properties: Its properties, such as ``file``.
    """

    def escaped(text: str, also: str = "") -> str:
        return _written_out(
            "".join(f"%{ord(character):02X}" if character in f"%\r\n{also}" else character for character in text)
        )

    listed = ",".join(f"{name}={escaped(value, also=':,')}" for name, value in properties.items())
    return str.__new__(Printable, f"::{name} {listed}::{escaped(message)}")


def json_lines(
    value: object, *, indent: int | None = 2, default: Callable[[Any], object] | None = None
) -> list[Printable]:
    r"""Make JSON of a value, of printable ASCII alone; what is not is written as JSON does, such as ``\u202e``.

    Args:
        value: The value.
        indent: By how much to indent; None for a single line, which it is in any case if it is very long.
        default: Makes something that JSON has of a value that it has not.
    """
    import json  # here, as most commands print none

    dumped = json.dumps(value, default=default)
    if indent is not None and len(dumped) < _READABLE:  # to indent takes ten times as long, and the memory
        dumped = json.dumps(value, indent=indent, default=default)
    dumped = _COMMAND.sub(lambda found: f"\\u{ord(found[0]):04x}", dumped)
    return [str.__new__(Printable, line) for line in dumped.split("\n")]


def say(*lines: Printable, stderr: bool = False) -> None:
    """Print lines.

    Args:
        lines: The lines, each without its end.
        stderr: Whether to print to standard error.
    """
    if lines:
        click.echo("\n".join(lines), err=stderr)


def is_agreed(question: Printable, *, stderr: bool = False) -> bool:
    """Ask whether to go on; where there is nobody to answer, the answer is no.

    Args:
        question: What to ask.
        stderr: Whether to ask on standard error, because standard output is for a program.

    Raises:
        KeyboardInterrupt: If Ctrl-C is the answer.
    """
    try:
        return click.confirm(question, err=stderr)
    except click.Abort as error:  # Ctrl-C, or the end of the input
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        click.echo(err=stderr)
        return False
