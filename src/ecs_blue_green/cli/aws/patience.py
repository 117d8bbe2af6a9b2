"""Asking AWS again, after a trouble that passes."""

from __future__ import annotations

from .session import AwsError, Trouble

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
