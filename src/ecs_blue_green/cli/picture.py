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
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Patch

from ..template.schedule import ScheduleStep, rollback_in_words
from .printable import printable
from .schedules import HookSchedule

# Inches. A step is as wide as what is written in it needs, and not as long as it takes: minutes and days fit in one.
_STEP_WIDTH = 1.15
_LEFT = 1.0
_HEIGHTS = {"hook function": 0.7, "production": 1.5, "test": 0.7, "a rollback then": 0.6}

# Letters that fit into a step.
_LETTERS = 18

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


def picture(schedules: Sequence[HookSchedule], format: str) -> bytes:
    """Draw schedules below each other.

    Args:
        schedules: One or more.
        format: ``svg`` or ``png``.

    Returns:
        What a file of that format holds.
    """
    with matplotlib.style.context(["default", _STYLE], after_reset=True), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph ")  # a letter that the font lacks is a box
        heights = [sum(_HEIGHTS[name] for name in _rows(one.schedule.steps)) + 1 for one in schedules]
        width = _LEFT + _STEP_WIDTH * max(len(one.schedule.steps) for one in schedules)
        figure = Figure(figsize=(max(width, 6), sum(heights) + 0.3), layout="constrained")
        parts = figure.subfigures(len(schedules), squeeze=False, height_ratios=heights)[:, 0]
        for part, one in zip(parts, schedules, strict=True):
            _draw(part, one)
        figure.legend(
            handles=[
                Patch(**_GREEN, label="to the green tasks"),
                Patch(**_BLUE | {"edgecolor": "black"}, label="to the blue tasks"),
            ],
            loc="outside lower left",
            ncols=2,
            frameon=False,
        )
        content = BytesIO()
        metadata = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}[format]
        figure.savefig(content, format=format, dpi=min(150, 2**16 // figure.get_figheight()), metadata=metadata)
        return content.getvalue()


def _rows(steps: Sequence[ScheduleStep]) -> list[str]:
    there = {"hook function": any(step.function for step in steps), "test": steps[0].test is not None}
    return [name for name in _HEIGHTS if there.get(name, True)]


def _draw(part: SubFigure, one: HookSchedule) -> None:
    steps = one.schedule.steps
    rows = _rows(steps)
    axes = part.subplots(len(rows), sharex=True, height_ratios=[_HEIGHTS[name] for name in rows])
    for name, place in zip(rows, axes, strict=True):
        place.set_ylabel(name.replace(" then", "\nthen"), rotation=0, ha="right", va="center")
        place.set_yticks([])
        place.tick_params(axis="x", length=0)
        if name == "hook function":
            _write_boxes(place, [step.function or "" for step in steps])
        elif name == "a rollback then":
            _write_boxes(place, [rollback_in_words(step) for step in steps])
        else:
            _fill(place, [getattr(step, name) for step in steps])
    axes[-1].set_xlim(0, len(steps))
    axes[-1].set_xticks([number + 0.5 for number in range(len(steps))], [_label(step) for step in steps])
    axes[-1].set_xlabel("step, and the minute at which it begins (all are drawn equally wide)")
    part.suptitle(f"{_shortened(one.title, 90)}\n{one.total}")


def _fill(place: Axes, shares: Sequence[int]) -> None:
    """Fill the share of green, step by step; what is left is blue's."""
    place.set_facecolor(_BLUE["facecolor"])
    place.stairs(shares, baseline=0, fill=True, linewidth=0, **_GREEN)
    place.stairs(shares, baseline=None, color="black", linewidth=1.5)
    for number, share in enumerate(shares):
        side, offset = ("bottom", 4) if share < 50 else ("top", -4)
        place.annotate(
            f"{share} %",
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
    event = step.event if len(step.event) < _LETTERS else re.sub(r"(?<=Allow)(?=T)", "\n", step.event)
    return f"{event}\n{'before' if step.minute is None else f'minute {step.minute}'}"


def _shortened(text: str, letters: int) -> str:
    half = (letters - 1) // 2
    return text if len(text) <= letters else f"{text[:half]}…{text[-half:]}"
