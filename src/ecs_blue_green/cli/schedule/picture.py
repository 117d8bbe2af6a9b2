"""A picture of schedules: shares of traffic step by step, the functions that are called, and what a rollback means."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from io import BytesIO
from itertools import groupby
from textwrap import wrap
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ...template.schedule import ScheduleStep, rollback_in_words
from ..terminal import printable
from .report import TrafficSchedule, hook_in_words

# Inches. A step is as wide as what is written in it needs, and not as long as it takes: minutes and days fit in one.
_STEP_WIDTH = 1.25
_LEFT, _RIGHT, _TITLE, _GAP, _LABELS, _LEGEND = 1.0, 0.1, 0.45, 0.08, 0.75, 0.3
_HEIGHTS = {"hook": 0.7, "production": 1.5, "test": 0.7, "a rollback then": 0.6}
_LEAST_WIDTH = 7.5  # what the longest title needs

# How many schedules a picture can hold: a PNG of matplotlib's is at most 65,536 dots high.
MOST_SCHEDULES = 80
_DOTS_PER_INCH = 150

# Where the name of an event or a stage goes on in another line, and letters that fit into a step.
_BREAK = re.compile(r"(?<=Allow)(?=T)|(?<=PRODUCTION_)|(?<=TEST_)(?=TRAFFIC)|(?<=RECONCILE_)")
_LETTERS = 19

# Green and blue differ by hatching, so that they do without colour as well.
_GREEN: dict[str, Any] = {"facecolor": "#bfe3c4", "edgecolor": "#14532d", "hatch": "////"}
_BLUE: dict[str, Any] = {"facecolor": "#eef4fb", "edgecolor": "none"}

_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}

# Whatever the reader's own settings of matplotlib are, one schedule has one picture, of the same bytes.
_STYLE = {
    "font.size": 7,
    "hatch.linewidth": 0.5,
    "svg.fonttype": "none",  # texts that can be searched and read aloud
    "svg.hashsalt": "ecs-blue-green",
    "text.parse_math": False,  # a name with dollars is no formula
}


def picture(schedules: Sequence[TrafficSchedule], format: str) -> bytes:
    """Draw schedules below each other.

    Args:
        schedules: One to ``MOST_SCHEDULES``.
        format: ``svg`` or ``png``.

    Returns:
        What a file of that format holds.
    """
    with matplotlib.style.context(["default", _STYLE], after_reset=True), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph ")  # a letter that the font lacks is a box
        most_steps = max(len(one.schedule.steps) for one in schedules)
        width = max(_LEFT + most_steps * _STEP_WIDTH + _RIGHT, _LEAST_WIDTH)
        height = sum(_height(one) for one in schedules) + _LEGEND
        figure = Figure(figsize=(width, height))
        top = height
        for one in schedules:
            _draw(figure, one, top)
            top -= _height(one)
        figure.legend(
            handles=[
                Patch(**_GREEN, label="to the green tasks"),
                Patch(**_BLUE | {"edgecolor": "black"}, label="to the blue tasks"),
            ],
            loc="lower left",
            ncols=2,
            frameon=False,
        )
        content = BytesIO()
        metadata = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}[format]
        figure.savefig(content, format=format, dpi=_DOTS_PER_INCH, metadata=metadata)
        return content.getvalue()


def _rows(one: TrafficSchedule) -> list[str]:
    steps = one.schedule.steps
    there = {
        "hook": any(map(hook_in_words, steps)),
        "production": one.schedule.has_traffic,
        "test": steps[0].test is not None,
    }
    return [name for name in _HEIGHTS if there.get(name, True)]


def _height(one: TrafficSchedule) -> float:
    return _TITLE + sum(_HEIGHTS[name] + _GAP for name in _rows(one)) + _LABELS


def _draw(figure: Figure, one: TrafficSchedule, top: float) -> None:
    """Draw a schedule, so many inches from the figure's lower edge."""
    steps, (width, height) = one.schedule.steps, figure.get_size_inches()
    figure.text(
        _LEFT / width, (top - _GAP) / height, f"{_shortened(one.title, 90)}\n{one.total}", size="large", va="top"
    )
    top -= _TITLE
    for name in _rows(one):
        top -= _HEIGHTS[name] + _GAP
        place = figure.add_axes(
            (_LEFT / width, top / height, len(steps) * _STEP_WIDTH / width, _HEIGHTS[name] / height),
            xlim=(0, len(steps)),
            xticks=[],
            yticks=[],
        )
        place.set_ylabel(name.replace(" then", "\nthen"), rotation=0, ha="right", va="center")
        if name == "hook":
            _write_boxes(place, [hook_in_words(step) for step in steps])
        elif name == "a rollback then":
            _write_boxes(place, [rollback_in_words(step) for step in steps])
        else:
            _fill(place, [getattr(step, name) for step in steps])
    place.set_xticks([number + 0.5 for number in range(len(steps))], [_label(step) for step in steps])
    place.tick_params(axis="x", length=0)
    place.set_xlabel("step, and the minute at which it begins (all are drawn equally wide)", loc="left")


def _fill(place: Axes, shares: Sequence[float]) -> None:
    """Fill the share of green, step by step; what is left is blue's."""
    place.set_facecolor(_BLUE["facecolor"])
    place.stairs(shares, baseline=0, fill=True, linewidth=0, **_GREEN)
    place.stairs(shares, baseline=None, color="black", linewidth=1.5)
    for number, share in enumerate(shares):
        side, offset = ("bottom", 4) if share < 50 else ("top", -4)
        place.annotate(
            f"{share:g} %",
            (number + 0.5, share),
            (0, offset),
            textcoords="offset points",
            ha="center",
            va=side,
            bbox=_PAPER,
        )
    place.set_ylim(0, 100)


def _write_boxes(place: Axes, texts: Sequence[str]) -> None:
    """Write texts into boxes below their steps; neighbours that say the same share one."""
    start = 0
    for text, group in groupby(texts):
        count = len([*group])
        if text:
            place.axvspan(start, start + count, facecolor="white", edgecolor="black", linewidth=0.8)
            lines = wrap(_shortened(printable(text), 64), _LETTERS * count, break_on_hyphens=False)
            place.text(start + count / 2, 0.5, "\n".join(lines), ha="center", va="center")
        start += count


def _label(step: ScheduleStep) -> str:
    event = step.event if len(step.event) < _LETTERS else _BREAK.sub("\n", step.event, count=1)
    return f"{event}\n{'before' if step.minute is None else f'minute {step.minute}'}"


def _shortened(text: str, letters: int) -> str:
    half = (letters - 1) // 2
    return text if len(text) <= letters else f"{text[:half]}…{text[-half:]}"
