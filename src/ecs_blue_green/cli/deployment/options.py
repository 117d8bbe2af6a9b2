"""What `watch` and `abort` take: how long and how often to look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def watch_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Take how often to look, as ``interval``, and for how long, as ``timeout``."""
    for option in (
        click.option(
            "--interval",
            metavar="SECONDS",
            type=click.FloatRange(min=0.01),
            default=5,
            show_default=True,
            help="Time between two looks; a look takes eight API calls, or a few more.",
        ),
        click.option(
            "--timeout",
            metavar="MINUTES",
            type=click.FloatRange(min=0),
            help="Watch no longer. Left out: as long as it takes.",
        ),
    ):
        command = option(command)
    return command
