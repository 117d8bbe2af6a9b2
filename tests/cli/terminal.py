"""What a person sees on a terminal that got some output."""

import re

import pyte

COLUMNS, LINES = 100, 40


def screens(output: str) -> list[str]:
    """Show the terminal before each redrawing of a live view, and at the end."""
    screen = pyte.Screen(COLUMNS, LINES)
    screen.set_mode(pyte.modes.LNM)
    stream = pyte.Stream(screen)
    shown = []
    # rich goes to the first column and erases line by line upwards to draw again.
    for part in re.split(r"(?=\r\x1b\[2K)", output):
        shown.append(_text(screen))
        stream.feed(part)
    return [*shown, _text(screen)]


def _text(screen: pyte.Screen) -> str:
    return "\n".join(line.rstrip() for line in screen.display).strip("\n")
