"""The time by AWS's clock, which this machine's need not agree with."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3 import Session


YEARS = range(2000, 2200)  # in which all of AWS's times are


class Clock:
    """AWS's clock, as the answers of a session tell it.

    Attributes:
        now: When AWS answered last; before the first answer, this machine's time.
    """

    def __init__(self, session: Session) -> None:
        """Listen to the answers of the clients that the session will make."""
        self.now = datetime.now(UTC)
        session.events.register("after-call", self._read)

    def _read(self, parsed: dict[str, Any], **_: object) -> None:
        date = parsed.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
        if date:
            self.now = time_of(date)


def time_of(date: str) -> datetime:
    """Read an HTTP header that tells a time.

    Raises:
        ValueError: If it tells none.
    """
    try:
        time = parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"{date!r} is no time") from error
    if time.year not in YEARS:
        raise ValueError(f"{date!r} is no time of AWS's")
    return time.replace(tzinfo=time.tzinfo or UTC)  # one without an offset, which is written -0000, is in UTC
