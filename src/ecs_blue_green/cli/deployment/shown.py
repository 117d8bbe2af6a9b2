"""What a question is about, shown before it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..terminal import printable, say

if TYPE_CHECKING:
    from .state import State


def show_state(state: State, meaning: str) -> None:
    """Show a state, and what the answer will mean.

    Args:
        state: What is known.
        meaning: A sentence.
    """
    from ..console import open_console
    from . import live
    from .plain import Lines

    console = open_console()
    if console.is_interactive:
        console.show(live.view(state, console.options))
    else:
        Lines().state(state)
    say(printable(""), printable(meaning))
