"""Watches a deployment and tells the user of it, in the way that fits where the output goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from .engine import Engine
from .state import State
from .watching import End, Reporter, watch


def follow(
    engine: Engine,
    *,
    is_json: bool,
    interval: float,
    timeout: float | None,
    under_way: State | None = None,
) -> End:
    """Watch until the stack's operation has ended.

    Args:
        engine: What deploys.
        is_json: Whether a program reads the output.
        interval: Seconds between two looks.
        timeout: Minutes to watch at most; None for as long as it takes.
        under_way: What is known, and has been shown, of the operation to follow; None if any will do.
    """
    seconds = None if timeout is None else timedelta(minutes=timeout).total_seconds()
    with _reporter(is_json, under_way) as reporter:
        end = watch(engine, reporter, interval=interval, timeout=seconds, under_way=under_way)
        reporter.end(end)
    return end


@contextmanager
def _reporter(is_json: bool, known: State | None) -> Iterator[Reporter]:
    if is_json:
        from .plain import JsonLines

        yield JsonLines()
        return
    from ..console import open_console

    console = open_console()
    if console.is_interactive:
        from .live import LiveView

        with LiveView(console) as view:
            yield view
    else:
        from .plain import Lines

        yield Lines(known)
