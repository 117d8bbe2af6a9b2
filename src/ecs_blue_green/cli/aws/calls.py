"""Every call of AWS, by whichever client: it ends in time, and its answer has the form that AWS documents."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from datetime import datetime
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar
from xml.etree import ElementTree

from .clock import YEARS, time_of

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.model import OperationModel, Shape

_T = TypeVar("_T")

# For one question, with all its pages, repeated requests, and the credentials that are fetched for it. A stack of 500
# resources has 5 pages; 10,000 events have 100.
MOST_SECONDS = 120.0
MOST_CALLS = 1000
MOST_BYTES = 32 * 2**20  # a template has one million at most, and a page of events less
MOST_VALUES = 500_000  # in one answer, of which each takes many times the memory that it has letters

SERVER_ERROR = 500  # and above: HTTP's statuses for what may have been done or not


class UnansweredError(Exception):
    """There was no answer in time."""


class UnreadableAnswerError(Exception):
    """An answer came, and it is none that AWS documents, or has no end."""


@dataclass(slots=True)
class _Question:
    until: float
    calls: int = 0
    bytes: int = 0


_question: ContextVar[_Question | None] = ContextVar("_question", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Have what is asked here end in time, or sooner where it stands in another one of these.

    Args:
        seconds: For all calls together; infinity for as long as they take.
    """
    outer = _question.get()
    until = time.monotonic() + seconds
    token = _question.set(_Question(min(until, outer.until) if outer else until))
    try:
        yield
    finally:
        _question.reset(token)


def in_time(call: Callable[[], _T]) -> _T:
    """Make a call in the time that there is for it.

    The limits of sockets do not do: each byte that comes begins them anew, and a program that is asked for credentials
    has none. So the call is left alone in its thread, which ends with the process at the latest.

    Raises:
        UnansweredError: If it has not ended by then.
        UnreadableAnswerError: If it is one call too many, as where each page names another one.
    """
    question = _question.get() or _Question(time.monotonic() + MOST_SECONDS)
    question.calls += 1
    if question.calls > MOST_CALLS:
        raise UnreadableAnswerError(f"there is no end of it after {MOST_CALLS:,} requests")
    context, outcome = copy_context(), Future[_T]()

    def work() -> None:
        try:
            outcome.set_result(context.run(call))
        except BaseException as error:
            outcome.set_exception(error)

    Thread(target=work, daemon=True).start()
    # No call may take longer than a question, whatever stands around it.
    wait([outcome], min(max(question.until - time.monotonic(), 0), MOST_SECONDS))
    if not outcome.done():
        raise UnansweredError("it has not answered in time")
    return outcome.result()


def watch_calls(session: Session) -> None:
    """Have each client that a session makes from now on, those that fetch credentials too, ask in time, and read well.

    Their calls raise ``UnansweredError`` and ``UnreadableAnswerError`` beside botocore's own errors, and nothing else
    on account of an answer.
    """

    def watch(class_attributes: dict[str, Any], **_: object) -> None:
        class_attributes["_make_api_call"] = _make_call

    session.events.register("creating-client-class", watch)
    session.events.register("before-parse", _check_before_parsing)


def _make_call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
    """Stand for the method of botocore's clients that all of their calls pass through."""
    from botocore import exceptions
    from botocore.client import BaseClient
    from botocore.parsers import ResponseParserError

    known = (exceptions.BotoCoreError, ResponseParserError)
    make: Callable[..., Any] = vars(BaseClient)["_make_api_call"]
    endpoint = client._endpoint
    if not isinstance(endpoint.http_session, _Sender):
        endpoint.http_session = _Sender(endpoint.http_session)

    def call() -> Any:
        try:
            answer = make(client, operation, parameters)
            model = client.meta.service_model
            if shape := model.operation_model(operation).output_shape:
                _check(shape, answer, operation, is_whole=model.service_name in _WHOLE)
        except exceptions.ClientError as error:
            about, code = error.response["ResponseMetadata"], str(error.response.get("Error", {}).get("Code") or "")
            # A proxy refuses too. Botocore gives the status where AWS's name for an error is missing.
            if about["HTTPStatusCode"] < SERVER_ERROR and (not code or code.isdecimal()):
                raise UnreadableAnswerError(
                    f"its status is {about['HTTPStatusCode']}, without an error of AWS's"
                ) from error
            raise
        except (*known, UnansweredError, UnreadableAnswerError):
            raise
        except Exception as error:  # botocore raises whatever comes of what it does not expect
            raise UnreadableAnswerError(f"{type(error).__name__}: {error}") from error
        return answer

    return in_time(call)


class _Sender:
    """Sends a client's requests as botocore does, but that it reads no more of the answers than there is room for."""

    def __init__(self, sender: Any) -> None:
        self._sender = sender

    def send(self, request: Any) -> Any:
        from botocore.exceptions import HTTPClientError

        request.stream_output = True  # or all of the answer is read before it is given
        response = self._sender.send(request)
        response.raw = _Bounded(response.raw)
        try:
            _ = response.content  # which reads it, and keeps it
        except UnreadableAnswerError:
            raise
        except Exception as error:  # of the connection, for which the request is repeated
            raise HTTPClientError(error=error) from error
        return response

    def close(self) -> None:
        self._sender.close()


@dataclass(frozen=True, slots=True)
class _Bounded:
    """The content of an answer, which ends in an error where a question has had enough."""

    content: Any

    def stream(self) -> Iterator[bytes]:
        question = _question.get() or _Question(0)
        for part in self.content.stream():
            question.bytes += len(part)
            if question.bytes > MOST_BYTES:
                self.content.close()
                raise UnreadableAnswerError(f"there is no end of it after {MOST_BYTES >> 20} MiB")
            yield part


def _check_before_parsing(operation_model: OperationModel, response_dict: dict[str, Any], **_: object) -> None:
    """Raise where botocore would fill the memory, or make an empty answer of something that is none."""
    if date := response_dict["headers"].get("date"):
        time_of(date)
    body, protocol = response_dict["body"], operation_model.service_model.resolved_protocol
    if sum(map(body.count, (b"<",) if protocol == "query" else (b"{", b"[", b","))) > MOST_VALUES:
        raise UnreadableAnswerError(f"it holds more than {MOST_VALUES:,} values")
    if not 200 <= response_dict["status_code"] < 300:
        return
    if protocol in {"json", "rest-json"} and operation_model.output_shape:
        if not isinstance(json.loads(body), dict):
            raise UnreadableAnswerError("it is no JSON object")
    elif protocol == "query" and not operation_model.output_shape:
        name = ElementTree.fromstring(body).tag.rpartition("}")[2]
        if name != f"{operation_model.name}Response":
            raise UnreadableAnswerError(f"it is a {name}")


_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "timestamp": datetime,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
}
_BITS = {"integer": 31, "long": 63}
_READ_BY_BOTOCORE = "TemplateBody"  # a string by AWS's model, of which botocore makes what is in it


# Whose shapes are those of answers. Others, such as ECS's, are those of requests too, which must name more.
_WHOLE = {"cloudformation"}


def _check(shape: Shape, value: Any, path: str, *, is_whole: bool) -> None:
    """Raise unless a value has the types that AWS's model says: our code relies on them.

    Args:
        shape: What the model says.
        value: The value.
        path: What to call it.
        is_whole: Whether it must have all members that the model requires, on which our code relies too.
    """
    kind = shape.type_name
    is_right = isinstance(value, _TYPES.get(kind, object)) and (kind == "boolean" or not isinstance(value, bool))
    if kind in _BITS:
        is_right = is_right and abs(value) < 1 << _BITS[kind]
    elif kind == "timestamp":
        is_right = is_right and value.tzinfo is not None and value.year in YEARS
    if not is_right:
        raise UnreadableAnswerError(f"{path} is no {kind}")
    parts: Any = shape
    if kind == "structure":
        for name in parts.required_members if is_whole else ():
            if name not in value:
                raise UnreadableAnswerError(f"{path} has no {name}")
        for name, part in value.items():
            if name in parts.members and name != _READ_BY_BOTOCORE:
                _check(parts.members[name], part, f"{path}.{name}", is_whole=is_whole)
    elif kind in {"list", "map"}:
        part_shape = parts.member if kind == "list" else parts.value
        for part in value if kind == "list" else value.values():
            _check(part_shape, part, path, is_whole=is_whole)
