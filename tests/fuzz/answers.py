"""Answers of AWS, broken in every way that a network, a proxy, or a version that nobody knows may break them."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from tests.loopback import Answer

Break = Callable[[Answer], Answer]

HTML = b"<!doctype html><html><head><title>Sign in</title></head><body><p>Sign in</body></html>"
XHTML = b"<html><head/><body><p>Sign in</p></body></html>"
DATES = ["yesterday", "", "0", "Sat, 28 Nov 99999 10:00:00 GMT", "Sat, 28 Nov 2026 10:00:00 -0000", "9" * 5000]
TEXTS = [
    "",
    "0",
    "-1",
    "true",
    "NaN",
    "Infinity",
    "9" * 5000,
    "x" * 5000,
    "\N{RIGHT-TO-LEFT OVERRIDE}txt\N{PARAGRAPH SEPARATOR}",
    "::error::x",
    "UPDATE_FAILED",
    "DELETE_COMPLETE",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "REVIEW_IN_PROGRESS",
    "2026-13-45T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-11-25T12:00:00",
    "arn:",
    "arn:aws:cloudwatch:::alarm:",
    "{}",
    '{"Resources": []}',
    "!Sub [",
    "&a [*a]",
]
VALUES: list[Any] = [
    *TEXTS,
    "\x1b[2J\r\n\x00",
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    1e308,
    2**31,
    -(2**31),
    [],
    {},
    [[]],
    [{}],
]
HEADERS = [
    {"Content-Encoding": "gzip"},
    {"Transfer-Encoding": "chunked"},
    {"Content-Length": "5"},
    {"Content-Length": "-1"},
    {"Content-Length": "many"},
    {"Content-Length": "999999"},
    {"Content-Type": "text/html; charset=utf-16"},
    {"Location": "http://127.0.0.1:9/"},
    {"X-Amzn-Query-Error": "A;B;C"},
    *({"Date": date} for date in DATES),
]
CODES = [
    "",
    "ValidationError",
    "AccessDenied",
    "Throttling",
    "ExpiredToken",
    "ChangeSetNotFound",
    "a:b#c",
    "5",
    "x" * 5000,
]


def raw(answer: Answer, *, end: float = 1) -> Answer:
    """The bytes of an answer, of which what the headers say need not be true, up to some part of them."""
    headers = {"Content-Length": str(len(answer.body)), **answer.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    whole = f"HTTP/1.1 {answer.status} What\r\n{head}\r\n".encode("latin-1") + answer.body
    return Answer(raw=[whole[: round(end * len(whole))]])


def _refusal(answer: Answer, code: Any, message: Any, status: int) -> Answer:
    if answer.body.startswith(b"{"):
        return replace(answer, body=json.dumps({"__type": code, "message": message}).encode(), status=status)
    error = f"<Error><Code>{escape(str(code))}</Code><Message>{_as_xml(message)}</Message></Error>"
    return replace(answer, body=f"<ErrorResponse>{error}</ErrorResponse>".encode(), status=status)


def _as_xml(value: Any) -> str:
    return escape(re.sub(r"[\x00-\x1f]", "", value if isinstance(value, str) else json.dumps(value)))


def _changed(answer: Answer, number: int, value: Any) -> Answer:
    """Have one of the values of an answer be another one."""
    if answer.body.startswith(b"{"):
        content = json.loads(answer.body)
        places = [*_places(content)]
        if places:
            container, key = places[number % len(places)]
            container[key] = value
        return replace(answer, body=json.dumps(content).encode())
    places_of_text = [*re.finditer(r">[^<]*<", answer.body.decode())]
    found = places_of_text[number % len(places_of_text)]
    text = answer.body.decode()
    return replace(answer, body=f"{text[: found.start() + 1]}{_as_xml(value)}{text[found.end() - 1 :]}".encode())


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, part in [*value.items()] if isinstance(value, dict) else [*enumerate(value)]:
        yield value, key
        if isinstance(part, dict | list):
            yield from _places(part)


def _renamed(answer: Answer, number: int) -> Answer:
    """Have one of the members of an answer be missing, as one of that name is there that nobody knows."""
    pattern = rb'"(\w+)":' if answer.body.startswith(b"{") else rb"(?<=[</])(\w+)(?=/?>)"
    names = sorted({*re.findall(pattern, answer.body)})
    if not names:
        return answer
    return replace(answer, body=re.sub(rb"\b%s\b" % names[number % len(names)], b"Unheard", answer.body))


def _deep(answer: Answer, depth: int) -> Answer:
    if answer.body.startswith(b"{"):
        return replace(answer, body=answer.body[:-1] + b', "a": ' + b"[" * depth + b"]" * depth + b"}")
    inside = b"<a>" * depth + b"</a>" * depth
    return replace(answer, body=re.sub(rb">", b">" + inside, answer.body, count=2))


NUMBERS = st.integers(0, 200)
BREAKS: st.SearchStrategy[Break] = st.one_of(
    st.sampled_from([b"", HTML, XHTML, b"{}", b"[]", b"null", b"5", b"\xff\xfe", b"<a", b"{"]).map(
        lambda body: lambda answer: replace(answer, body=body)
    ),
    st.sampled_from([100, 204, 206, 300, 302, 304, 400, 403, 404, 407, 429, 500, 502, 503, 599]).flatmap(
        lambda status: st.booleans().map(
            lambda is_html: lambda answer: replace(answer, status=status, **({"body": HTML} if is_html else {}))
        )
    ),
    st.floats(0, 1).map(lambda end: lambda answer: raw(answer, end=end)),
    st.floats(0, 1).map(lambda end: lambda answer: replace(answer, body=answer.body[: round(end * len(answer.body))])),
    st.sampled_from(HEADERS).map(lambda headers: lambda answer: raw(replace(answer, headers=answer.headers | headers))),
    st.tuples(st.sampled_from(CODES), st.sampled_from(VALUES), st.sampled_from([400, 403, 500])).map(
        lambda given: lambda answer: _refusal(answer, *given)
    ),
    st.tuples(NUMBERS, st.sampled_from(VALUES)).map(lambda given: lambda answer: _changed(answer, *given)),
    st.tuples(NUMBERS, st.sampled_from(VALUES)).map(lambda given: lambda answer: _changed(answer, *given)),
    NUMBERS.map(lambda number: lambda answer: _renamed(answer, number)),
    st.sampled_from([900, 3000, 100_000]).map(lambda depth: lambda answer: _deep(answer, depth)),
)
