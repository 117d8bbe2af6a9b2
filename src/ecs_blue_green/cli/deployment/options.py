"""What several commands take: how long and how often to look, and at which service."""

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
            help="Time between two looks; a look takes about ten API calls.",
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


def service_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Take which of the stack's services is meant, as ``service``."""
    return click.option(
        "--service",
        metavar="LOGICAL_ID",
        default="",
        help="Of several services that ECS deploys by itself, the one that is meant.",
    )(command)
