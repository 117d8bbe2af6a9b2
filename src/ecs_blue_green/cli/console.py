"""The way out for what has colours: lines, and rich's layouts of lines."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from .terminal import Printable, printable, say

WIDEST = 100  # columns; longer lines are hard to read
_NARROWEST = 20  # in fewer, rich leaves parts of a table out, or all of it
# What rich takes for a size without a closer look, be it 0 or a superscript.
_SIZE = re.compile(r"[1-9][0-9]{0,5}")


class Line(Text):
    """A line with styles, printable whatever it is made of; where it is too long for its place, it wraps."""

    def __init__(self, *parts: str | tuple[str, str] | Line, style: str = "") -> None:
        """Put parts one after the other.

        Args:
            parts: Texts, those with styles of their own in tuples.
            style: The style of all.
        """
        super().__init__(style=style)
        for part in parts:
            self.append(*(part if isinstance(part, tuple) else (part,)))

    def append(self, text: Text | str, style: str | Style | None = None) -> Line:
        """Put another part behind; with what stands before it, it makes no command either."""
        if isinstance(text, str):
            text = printable(text)
            if text and (whole := self.plain + text) != printable(whole):
                text = f"\\x{ord(text[0]):x}{text[1:]}"
        super().append(text, style)
        return self


Part = Line | Table | Padding | Group


class Screen(Console):
    """A console for lines and layouts of lines."""

    def show(self, *parts: Part, soft_wrap: bool = False) -> None:
        """Print parts below each other.

        Args:
            parts: What to print.
            soft_wrap: Whether a line that is too long is left to the terminal, in one piece.
        """
        self.print(*parts, sep="\n", soft_wrap=soft_wrap)

    def show_page(self, page: str) -> None:
        """Print a page of ours that is Markdown, in the terminal's own colours, which can be read on its background."""
        from rich.markdown import Markdown  # here, as it brings a parser and a highlighter

        self.print(Markdown(page, code_theme="ansi_dark"))

    def render_str(self, text: str, *, style: str | Style = "", **options: Any) -> Text:
        """Make a line of a plain text in a layout, such as a cell: rich would look for markup in it."""
        line = Line(text)
        line.style, line.justify, line.overflow = style, options.get("justify"), options.get("overflow")
        return line


def open_console(*, stderr: bool = False) -> Screen:
    """Give where to print for people; a terminal is used as far as people can read lines.

    Args:
        stderr: Whether to print to standard error.
    """
    variables = {
        name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"} or _SIZE.fullmatch(value)
    }
    screen = Screen(stderr=stderr, highlight=False, _environ=variables)
    if screen.is_terminal:
        screen.width = max(_NARROWEST, min(screen.width, WIDEST))
    return screen


@contextmanager
def progress(waiting: Printable) -> Iterator[Callable[[Printable], object]]:
    """Give what tells on standard error how far it is: on a terminal in a line that goes again.

    Args:
        waiting: What stands in that line at first.
    """
    screen = open_console(stderr=True)
    if screen.is_interactive:
        with screen.status(Line(waiting)) as status:
            yield lambda sentence: status.update(Line(sentence))
    else:
        yield lambda sentence: say(sentence, stderr=True)
