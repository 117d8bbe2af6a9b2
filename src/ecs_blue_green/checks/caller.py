"""Where a call of this package stands in its user's code."""

from __future__ import annotations

import sys
from pathlib import Path


def caller() -> str:
    """File and line of the innermost frame that is not ours, jsii's or contextlib's."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        if package not in {"ecs_blue_green", "jsii", "contextlib"}:
            break
    file = Path(frame.f_code.co_filename)
    if file.is_relative_to(Path.cwd()):
        file = file.relative_to(Path.cwd())
    return f"{file}:{frame.f_lineno}"
