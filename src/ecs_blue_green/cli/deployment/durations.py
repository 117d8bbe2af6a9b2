"""Durations as people say them."""

from __future__ import annotations

from datetime import timedelta

_SECONDS_PER_MINUTE, _MINUTES_PER_HOUR = 60, 60


def in_short(duration: timedelta) -> str:
    """Say a duration, such as ``1 h 5 min``, ``12 min`` or ``40 s``."""
    seconds = max(round(duration.total_seconds()), 0)
    minutes, rest = divmod(seconds, _SECONDS_PER_MINUTE)
    hours, over = divmod(minutes, _MINUTES_PER_HOUR)
    if hours:
        return f"{hours} h {over} min" if over else f"{hours} h"
    return f"{minutes} min" if minutes and not rest else f"{minutes} min {rest} s" if minutes else f"{rest} s"
