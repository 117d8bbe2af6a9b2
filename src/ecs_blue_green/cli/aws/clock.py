"""The time by AWS's clock, which this machine's need not agree with."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3 import Session


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
            self.now = parsedate_to_datetime(date)
