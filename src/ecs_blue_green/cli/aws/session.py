"""Sessions with AWS, whose errors are sentences."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum, auto
from typing import TYPE_CHECKING

from ...template.hiding import MASK, without_values
from ..errors import CommandError
from .calls import MOST_SECONDS, SERVER_ERROR, UnansweredError, UnreadableAnswerError, in_time, watch_calls, within

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.config import Config
    from botocore.exceptions import ClientError
    from types_boto3_cloudformation.client import CloudFormationClient


class Trouble(Enum):
    """What keeps AWS from answering, for what goes on in spite of it."""

    DENIED = auto()
    THROTTLED = auto()
    UNREACHABLE = auto()
    CREDENTIALS = auto()
    OTHER = auto()


class AwsError(CommandError):
    """Something that AWS could not be asked, or refused; as a text it is a whole sentence."""

    @property
    def trouble(self) -> Trouble:
        """The kind of trouble, by botocore's error that caused this one."""
        from botocore import exceptions

        cause = self.__cause__
        if isinstance(cause, exceptions.ClientError):
            return _trouble_of_refusal(cause)
        if isinstance(cause, (*_lost(), *_unreadable())):
            return Trouble.UNREACHABLE
        return Trouble.CREDENTIALS if isinstance(cause, exceptions.BotoCoreError) else Trouble.OTHER

    @property
    def is_certain(self) -> bool:
        """Whether AWS has refused the only request there was; of a repeated one, the first may have got through."""
        from botocore.exceptions import ClientError

        if not isinstance(self.__cause__, ClientError):
            return False
        about = self.__cause__.response.get("ResponseMetadata", {})
        return about.get("RetryAttempts", 0) == 0 and about.get("HTTPStatusCode", 0) < SERVER_ERROR


def _lost() -> tuple[type[Exception], ...]:
    """Give the errors of a connection that fails, or breaks off, or ends at something that does not answer."""
    from botocore import exceptions

    return exceptions.HTTPClientError, exceptions.ConnectionError, exceptions.IncompleteReadError, UnansweredError


def _unreadable() -> tuple[type[Exception], ...]:
    """Give the errors of answers that are none of AWS's: a proxy's, it may be."""
    from botocore.exceptions import PaginationError
    from botocore.parsers import ResponseParserError

    return ResponseParserError, PaginationError, UnreadableAnswerError


def open_session(*, region: str | None, profile: str | None) -> Session:
    """Find the account and the region to work in.

    Args:
        region: The region, such as ``eu-west-1``; None for the environment's or the profile's.
        profile: A profile of AWS's configuration files; None for the environment's.

    Raises:
        AwsError: If there is no such profile, no region, or a damaged configuration file; or no boto3.
    """
    try:
        import boto3
    except ModuleNotFoundError as error:
        raise AwsError(
            f"AWS: {error.name} is missing, which the extra `cli` brings: pip install 'ecs-blue-green-cdk[cli]'"
        ) from error

    with making_clients():
        # AWS's command line reads AWS_REGION, and boto3 does not.
        session = boto3.Session(region_name=region or os.environ.get("AWS_REGION") or None, profile_name=profile)
        if not session.region_name:
            raise AwsError("AWS: no region is given: add --region, or set AWS_REGION, or a region in the profile")
        watch_calls(session)
        # Else the first client looks for them, for as long as what gives them takes.
        in_time(lambda: _find_credentials(session))
    return session


def _find_credentials(session: Session) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    known: tuple[type[Exception], ...] = (BotoCoreError, ClientError, *_lost(), *_unreadable())
    try:
        session.get_credentials()
    except known:
        raise
    except Exception as error:  # botocore raises whatever comes of what a program prints
        raise AwsError(f"AWS: the credentials can't be read: {_said(error)}") from error


def open_cloudformation(*, region: str | None, profile: str | None) -> CloudFormationClient:
    """Make a client of CloudFormation.

    Args:
        region: The region; None for the environment's or the profile's.
        profile: The profile; None for the environment's.

    Raises:
        AwsError: If that can't be, for which see ``open_session``, or if credentials or region are malformed.
    """
    session = open_session(region=region, profile=profile)
    with making_clients():
        return session.client("cloudformation", config=client_settings())


@contextmanager
def making_clients() -> Iterator[None]:
    """Make a sentence of whatever environment or configuration have that no client can be made of.

    Raises:
        AwsError: In place of botocore's errors.
    """
    try:
        with asking("AWS"):
            yield
    except ValueError as error:  # of an endpoint that is no URL, or of what is to be a number
        raise AwsError(f"AWS: AWS's configuration can't be used: {_said(error)}") from error


def client_settings() -> Config:
    """Give the settings of a client: an endpoint that can't be reached is told within half a minute."""
    from botocore.config import Config

    return Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard"})


@contextmanager
def asking(about: str) -> Iterator[None]:
    """Make a sentence of whatever keeps AWS from answering, which takes two minutes at most.

    Args:
        about: What AWS is asked about, such as ``stack Shop``; the sentence begins with it.

    Raises:
        AwsError: In place of the errors of botocore and of ``calls``.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    failures: tuple[type[Exception], ...] = (BotoCoreError, *_lost(), *_unreadable())
    try:
        with within(MOST_SECONDS):
            yield
    except ClientError as error:
        raise AwsError(f"{about}: {_refusal(error)}") from error
    except failures as error:
        raise AwsError(f"{about}: {_failure(error)}") from error


_hidden: ContextVar[tuple[str, ...]] = ContextVar("_hidden", default=())


@contextmanager
def hiding(values: Iterable[str]) -> Iterator[None]:
    """Take values out of all that is told here of AWS's errors, such as those of a request that has them.

    Args:
        values: The values.
    """
    token = _hidden.set((*_hidden.get(), *values))
    try:
        yield
    finally:
        _hidden.reset(token)


def code_of(error: ClientError) -> str:
    """Give AWS's name for an error."""
    return str(error.response.get("Error", {}).get("Code") or "")


def message_of(error: ClientError) -> str:
    """Give what AWS says of an error."""
    return str(error.response.get("Error", {}).get("Message") or "")


_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_INVALID = {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "IncompleteSignature"}
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/retries.html#standard-retry-mode
# but for LimitExceededException, which CloudFormation says of a quota that more time does not change.
_THROTTLED = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
}


def _trouble_of_refusal(error: ClientError) -> Trouble:
    code = code_of(error)
    if code in _DENIED:
        return Trouble.DENIED
    if code in _EXPIRED | _INVALID:
        return Trouble.CREDENTIALS
    if code in _THROTTLED:
        return Trouble.THROTTLED
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Trouble.UNREACHABLE if status >= SERVER_ERROR else Trouble.OTHER


_LONGEST = 1000  # characters of what AWS or botocore says, which may be all of an answer
_SIGN_IN = "sign in again (such as with `aws sso login`), or set new ones"
_WHO_LACKS_WHAT = re.compile(r"(?:User: )?(\S+) is not authorized to perform: (\S+)(?: on resource: (\S+))?(.*)", re.S)


def _refusal(error: ClientError) -> str:
    """Say why AWS refuses, and what to do."""
    code, message = code_of(error), _told(message_of(error).strip())
    if code in _DENIED:
        return denial(message) or f"the permission to call {error.operation_name} is missing: {message or code}"
    if code in _EXPIRED:
        return f"the credentials have expired: {_SIGN_IN}"
    if code in _INVALID:
        return f"AWS does not know these credentials ({code}): check the profile and the AWS_… environment variables"
    if code in _THROTTLED:
        return f"AWS gets too many requests from this account just now ({code}): try again in a minute"
    return f"AWS says: {message or code} ({code}, {error.operation_name})"


def denial(message: str) -> str:
    """Say which permission is missing, by what AWS says; nothing if that is about something else."""
    match = _WHO_LACKS_WHAT.search(message)
    if not match:
        return ""
    who, action, resource, why = match.groups()
    where = f" on {resource}" if resource else ""
    return f"{who} lacks the permission {action}{where}{why.rstrip('.')}: the command's page lists the policy it needs"


def _failure(error: Exception) -> str:
    """Say why AWS could not be asked, and what to do."""
    from botocore import exceptions

    if isinstance(error, exceptions.ProfileNotFound):
        return f"there is no profile {error.kwargs['profile']!r}: `aws configure list-profiles` lists those there are"
    if isinstance(error, exceptions.NoCredentialsError):
        return "there are no credentials: sign in (such as with `aws sso login`), or name a profile with --profile"
    if isinstance(error, exceptions.SSOError | exceptions.SSOTokenLoadError | exceptions.TokenRetrievalError) or type(
        error
    ).__name__.startswith("Login"):
        return f"the sign-in has expired, or there was none: {_SIGN_IN}"
    if isinstance(error, exceptions.PartialCredentialsError | exceptions.CredentialRetrievalError):
        return f"the credentials can't be read: {_said(error)}"
    if isinstance(error, exceptions.NoRegionError | exceptions.InvalidRegionError):
        return f"this is no region: {_said(error)}"
    if isinstance(error, exceptions.ConfigParseError | exceptions.ConfigNotFound):
        return f"AWS's configuration can't be read: {_said(error)}"
    if isinstance(error, _unreadable()):
        return f"AWS's answer can't be read: {_said(error)}. Check the network, and a proxy (HTTPS_PROXY)"
    if isinstance(error, _lost()):
        return f"AWS can't be reached: {_said(error)}. Check the network, a proxy (HTTPS_PROXY) and the region"
    return f"AWS can't be asked: {_said(error)}"


# What botocore's errors quote: who signs in to a proxy, a session token with the end of its line, what is taken for the
# host of a proxy's URL where its password has a slash, and a whole answer, such as a template.
_QUOTED = re.compile(
    r"(?<=//)\S*(?=@)|(?<=Invalid header value ).*|(?<=Failed to parse: )\S+|(?<=Further retries may succeed: ).*"
)


def _said(error: Exception) -> str:
    return _told(_QUOTED.sub(MASK, " ".join(str(error).split())).rstrip("."))


def _told(said: str) -> str:
    told = without_values(said, _hidden.get())  # before any of it is cut off, which would leave the beginning of one
    return f"{told[:_LONGEST]} …" if len(told) > _LONGEST else told
