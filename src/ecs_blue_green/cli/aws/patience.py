"""Asking AWS again, after a trouble that passes, or until something shows."""

from __future__ import annotations

import time
from collections.abc import Callable

from .session import AwsError, Trouble

SECONDS_BETWEEN_LOOKS = 5.0
LOOKS = 5
_LONGEST_PAUSE = 60.0  # seconds between two looks while AWS throttles


def pause_after(error: AwsError, pause: float) -> float:
    """Say how long to wait before AWS is asked again, because it throttles or can't be reached.

    Args:
        error: What became of the last question.
        pause: Seconds between the last two.

    Returns:
        Seconds: twice as long while AWS throttles, up to a minute.

    Raises:
        AwsError: The error itself, if asking again is of no use.
    """
    if error.trouble not in {Trouble.THROTTLED, Trouble.UNREACHABLE}:
        raise error
    return min(2 * pause, _LONGEST_PAUSE) if error.trouble is Trouble.THROTTLED else pause


def shows_soon(is_seen: Callable[[], bool]) -> bool:
    """Look a few times whether something has happened: AWS may tell of it late.

    Args:
        is_seen: A look.

    Returns:
        Whether it was seen.

    Raises:
        AwsError: If AWS can't be asked, not even the last time.
    """
    pause = SECONDS_BETWEEN_LOOKS
    for looks_left in reversed(range(LOOKS)):
        try:
            if is_seen():
                return True
        except AwsError as error:
            pause = pause_after(error, pause)
            if not looks_left:
                raise
        if looks_left:
            time.sleep(pause)
    return False
