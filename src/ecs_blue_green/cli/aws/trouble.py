"""What kind of trouble keeps AWS from answering, for what goes on in spite of it."""

from __future__ import annotations

from enum import Enum, auto

from .session import DENIED, EXPIRED, INVALID, THROTTLED, AwsError, code_of


class Trouble(Enum):
    """Kinds of trouble."""

    DENIED = auto()
    THROTTLED = auto()
    UNREACHABLE = auto()
    CREDENTIALS = auto()
    OTHER = auto()


def trouble_of(error: AwsError) -> Trouble:
    """Tell the kind of an error."""
    from botocore import exceptions

    cause = error.__cause__
    if isinstance(cause, exceptions.ClientError):
        code = code_of(cause)
        if code in DENIED:
            return Trouble.DENIED
        if code in EXPIRED | INVALID:
            return Trouble.CREDENTIALS
        if code in THROTTLED:
            return Trouble.THROTTLED
        status = cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return Trouble.UNREACHABLE if status >= 500 else Trouble.OTHER
    if isinstance(cause, exceptions.HTTPClientError | exceptions.ConnectionError):
        return Trouble.UNREACHABLE
    return Trouble.CREDENTIALS if isinstance(cause, exceptions.BotoCoreError) else Trouble.OTHER
