"""Calls over real HTTP: they end in time, and their answers are what AWS documents."""

import gzip
import itertools
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ecs_blue_green.cli.aws import calls, session
from ecs_blue_green.cli.aws.calls import within
from ecs_blue_green.cli.aws.session import AwsError, Trouble, asking, open_cloudformation, open_session
from ecs_blue_green.cli.aws.stack import describe_stack
from tests.cli.aws.support import ARN, environment_of
from tests.loopback import Answer, Request, loopback

STACK = f"<member><StackName>Shop</StackName><StackId>{ARN}</StackId><CreationTime>2026-11-01T00:00:00Z</CreationTime>"
STACK += "<StackStatus>UPDATE_COMPLETE</StackStatus></member>"
Ask = Callable[..., Any]


def described(content: str = f"<Stacks>{STACK}</Stacks>") -> bytes:
    result = f"<DescribeStacksResult>{content}</DescribeStacksResult>"
    return f"<DescribeStacksResponse>{result}</DescribeStacksResponse>".encode()


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Serves an answer, and makes a call."""
    servers = []

    def call(answer: Callable[[Request], Answer] | Answer, service: str, operation: str, **parameters: Any) -> Any:
        serving = loopback(answer if callable(answer) else lambda _: answer)
        server = serving.__enter__()
        servers.append(serving)
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        for name, value in environment_of(server.url).items():
            monkeypatch.setenv(name, value)
        opened: Any = open_session(region=None, profile=None)
        client = opened.client(service, config=session.client_settings())
        with asking("it"):
            if client.can_paginate(operation):
                return [*client.get_paginator(operation).paginate(**parameters)]
            return getattr(client, operation)(**parameters)

    yield call
    for serving in servers:
        serving.__exit__(None, None, None)


def failing(ask: Ask, answer: Callable[[Request], Answer] | Answer, *call: str, **parameters: Any) -> AwsError:
    with pytest.raises(AwsError) as caught:
        ask(answer, *call, **parameters)
    assert caught.value.trouble is Trouble.UNREACHABLE
    return caught.value


STACKS = ("cloudformation", "describe_stacks")
ALARMS = ("cloudwatch", "describe_alarms")
HTML = Answer(b"<html><head/><body>Sign in</body></html>", headers={"Content-Type": "text/html"})


def test_good_answers_are_given(ask: Ask) -> None:
    (page,) = ask(Answer(described()), *STACKS)
    assert page["Stacks"][0]["CreationTime"] == datetime(2026, 11, 1, tzinfo=UTC)
    (page,) = ask(Answer(b'{"MetricAlarms": [{"AlarmName": "A", "StateUpdatedTimestamp": 1.8e9}]}'), *ALARMS)
    assert page["MetricAlarms"][0]["AlarmName"] == "A"
    (page,) = ask(Answer(b'{"MetricAlarms": [{"Dimensions": [{}]}]}'), *ALARMS)  # a request would have to name more
    assert page["MetricAlarms"] == [{"Dimensions": [{}]}]
    assert ask(
        Answer(b"<CancelUpdateStackResponse/>"), "cloudformation", "cancel_update_stack", StackName="Shop"
    )  # nothing but metadata


def test_template_is_what_botocore_makes_of_it(ask: Ask) -> None:
    body = '<GetTemplateResult><TemplateBody>{"Resources": {}}</TemplateBody></GetTemplateResult>'
    answer = Answer(f"<GetTemplateResponse>{body}</GetTemplateResponse>".encode())
    assert ask(answer, "cloudformation", "get_template", StackName="Shop")["TemplateBody"] == {"Resources": {}}


@pytest.mark.parametrize(
    ("call", "answer", "said"),
    [
        (STACKS, HTML, "KeyError"),
        (ALARMS, HTML, "JSONDecodeError"),
        (("cloudformation", "cancel_update_stack"), HTML, "it is a html"),
        (STACKS, Answer(), "Unable to parse response"),
        (ALARMS, Answer(), "JSONDecodeError"),
        (("cloudformation", "cancel_update_stack"), Answer(), "ParseError"),
        (STACKS, Answer(described()[:-40]), "Unable to parse response"),
        (ALARMS, Answer(b'{"MetricAlarms": ['), "JSONDecodeError"),
        (ALARMS, Answer(b"[]"), "it is no JSON object"),
        (ALARMS, Answer(b"\xff{}"), "UnicodeDecodeError"),
        (ALARMS, Answer(b'{"MetricAlarms": 5}'), "TypeError"),
        (ALARMS, Answer(b'{"MetricAlarms": ["A"]}'), "AttributeError"),
        (ALARMS, Answer(b'{"MetricAlarms": [null]}'), "DescribeAlarms.MetricAlarms is no structure"),
        (ALARMS, Answer(b'{"MetricAlarms": [{"AlarmName": 5}]}'), "DescribeAlarms.MetricAlarms.AlarmName is no string"),
        (ALARMS, Answer(b'{"MetricAlarms": [{"Period": true}]}'), "DescribeAlarms.MetricAlarms.Period is no integer"),
        (ALARMS, Answer(b'{"MetricAlarms": [{"Period": 1e400}]}'), "MetricAlarms.Period is no integer"),
        (ALARMS, Answer(b'{"MetricAlarms": [{"Period": 2147483648}]}'), "MetricAlarms.Period is no integer"),
        (ALARMS, Answer(b'{"MetricAlarms": [{"StateUpdatedTimestamp": "x"}]}'), "ValueError: Invalid timestamp"),
        (ALARMS, Answer(b'{"MetricAlarms": [{"StateUpdatedTimestamp": 0}]}'), "StateUpdatedTimestamp is no timestamp"),
        (ALARMS, Answer(b'{"MetricAlarms": [{"StateUpdatedTimestamp": 1e300}]}'), ""),
        (ALARMS, Answer(b'{"MetricAlarms": ' + b"[" * 100_000), "RecursionError"),
        (STACKS, Answer(described().replace(b"00:00:00Z", b"00:00:00")), "Stacks.CreationTime is no timestamp"),
        (STACKS, Answer(described().replace(b"StackStatus", b"Status")), "DescribeStacks.Stacks has no StackStatus"),
        (STACKS, Answer(described(), headers={"Date": "yesterday"}), "'yesterday' is no time"),
        (STACKS, Answer(described(), headers={"Date": "Mon, 01 Jan 2300 00:00:00 GMT"}), "is no time of AWS's"),
        (STACKS, Answer(described(), 302, headers={"Location": "/"}), "its status is 302, without an error of AWS's"),
        (ALARMS, Answer(HTML.body, 403), "its status is 403, without an error of AWS's"),
        (ALARMS, Answer(b'{"__type": ["x"]}', 400), ""),
    ],
)
def test_answer_that_is_none_of_aws_is_a_sentence(call: tuple[str, str], answer: Answer, said: str, ask: Ask) -> None:
    parameters = {"StackName": "Shop"} if call[1] == "cancel_update_stack" else {}
    error = str(failing(ask, answer, *call, **parameters))
    assert error.startswith("it: AWS")
    assert said in error
    assert len(error) < 1300


def dripping(body: bytes) -> Iterable[bytes]:
    """A byte each tenth of a second, which begins the time anew that a socket may wait."""
    for number in range(len(body)):
        yield body[number : number + 1]
        time.sleep(0.1)


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nX: " + b"x" * 30, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b" " * 30]
)
def test_server_that_drips_is_given_up(head: bytes, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "MOST_SECONDS", 0.3)
    error = failing(ask, lambda _: Answer(raw=dripping(head)), *STACKS)
    assert "it has not answered in time" in str(error)


def test_pages_without_end_are_given_up(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MOST_CALLS", 7)
    asked: list[Request] = []

    def page(request: Request) -> Answer:
        asked.append(request)
        return Answer(json.dumps({"NextToken": str(len(asked))}).encode())

    assert "there is no end of it after 7 requests" in str(failing(ask, page, *ALARMS))
    assert len(asked) == 7


def test_page_that_comes_again_is_told(ask: Ask) -> None:
    assert "The same next token was received twice" in str(failing(ask, Answer(b'{"NextToken": "1"}'), *ALARMS))


def test_limits_are_those_of_each_question_and_of_all_around_it(ask: Ask) -> None:
    with within(0), pytest.raises(AwsError, match="it has not answered in time"):
        ask(lambda _: Answer(raw=dripping(b"HTTP/1.1 200 OK\r\n")), *STACKS)
    assert ask(Answer(described()), *STACKS)


def test_program_that_gives_no_credentials_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    config = tmp_path / "config"
    config.write_text("[profile slow]\nregion = eu-west-1\ncredential_process = sleep 3\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setattr(session, "MOST_SECONDS", 0.3)
    with pytest.raises(AwsError, match=r"^AWS: AWS can't be reached: it has not answered in time"):
        open_session(region=None, profile="slow")


def endless(head: bytes, part: bytes) -> Iterator[bytes]:
    """An answer that goes on as fast as it is read."""
    yield b"HTTP/1.1 " + head
    yield from itertools.repeat(part)


CHUNKED = b"200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
PART = b" " * 4096


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b"200 OK\r\n\r\n", PART),
        (b"200 OK\r\nContent-Length: 99999999999\r\n\r\n", PART),
        (b"500 Oh\r\n\r\n", PART),
        (CHUNKED, b"1000\r\n%b\r\n" % PART),
        (CHUNKED, b"64\r\n%b\r\n" % PART[:100]),
        (CHUNKED + b"FFFFFFFFFF\r\n", PART),
    ],
    ids=["without a length", "with one", "of an error", "in chunks", "in small ones", "in a large one"],
)
def test_answer_without_end_is_given_up(head: bytes, part: bytes, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MOST_BYTES", 2**20)
    error = failing(ask, lambda _: Answer(raw=endless(head, part)), *STACKS)
    assert str(error).startswith("it: AWS's answer can't be read: there is no end of it after 1 MiB.")


def test_no_more_is_read_of_all_pages_than_of_one(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MOST_BYTES", 2**20)
    asked: list[Request] = []

    def page(request: Request) -> Answer:
        asked.append(request)
        return Answer(json.dumps({"NextToken": f"{len(asked)}{'x' * 300_000}"}).encode())

    assert "there is no end of it after 1 MiB" in str(failing(ask, page, *ALARMS))
    assert len(asked) == 4


def test_largest_answer_of_aws_is_read(ask: Ask) -> None:
    content = "x" * 8_000_000  # one megabyte of a template, of which each character may be written as eight
    body = f"<GetTemplateResult><TemplateBody>{content}</TemplateBody></GetTemplateResult>"
    answer = Answer(f"<GetTemplateResponse>{body}</GetTemplateResponse>".encode())
    assert ask(answer, "cloudformation", "get_template", StackName="Shop")["TemplateBody"] == content


@pytest.mark.parametrize(
    "answer",
    [
        Answer(gzip.compress(bytes(2**24)), headers={"Content-Encoding": "gzip"}),
        Answer(raw=endless(b"200 OK\r\n", b"X: y\r\n")),
        Answer(raw=[b"HTTP/1.1 200 OK\r\nX: " + b"y" * 2**20]),
        Answer(raw=[b"\x15\x03\x01\x00\x02\x02\x0a"]),
        Answer(raw=[b"SSH-2.0-OpenSSH_9\r\n"]),
        Answer(raw=[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n"]),
        Answer(raw=[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"]),
        Answer(raw=[b"HTTP/9.9 999 What\r\nContent-Length: 0\r\n\r\n"]),
        Answer(b"", 307, headers={"Location": "http://elsewhere.example/"}),
        Answer(b"", 407, headers={"Proxy-Authenticate": "Basic"}),
    ],
    ids=[
        *("packed zeros", "headers", "a long header", "TLS", "SSH", "no chunk", "half a chunk", "no HTTP"),
        *("elsewhere", "a proxy"),
    ],
)
def test_server_that_is_none_of_aws_is_a_sentence(answer: Answer, ask: Ask) -> None:
    assert str(failing(ask, answer, *STACKS)).startswith("it: AWS")


def test_answers_that_announce_another_one_are_given_up(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "MOST_SECONDS", 0.5)
    error = failing(ask, lambda _: Answer(raw=endless(b"100 Continue\r\n\r\n", b"HTTP/1.1 100 A\r\n\r\n")), *STACKS)
    assert "it has not answered in time" in str(error)


def test_credentials_that_expire_are_told_at_the_page_where_they_do(ask: Ask) -> None:
    asked: list[Request] = []

    def page(request: Request) -> Answer:
        asked.append(request)
        if len(asked) == 3:
            return Answer(json.dumps({"__type": "ExpiredTokenException", "message": "It has expired"}).encode(), 400)
        return Answer(json.dumps({"NextToken": str(len(asked))}).encode())

    with pytest.raises(AwsError, match="the credentials have expired") as caught:
        ask(page, *ALARMS)
    assert caught.value.trouble is Trouble.CREDENTIALS


@pytest.mark.parametrize(
    "printed", ["", "{", "[]", "5", '{"Version": 1}', '{"Version": 2, "AccessKeyId": 5}', "\\377\\376"]
)
def test_program_that_prints_no_credentials_is_a_sentence(
    printed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    program, config = tmp_path / "program", tmp_path / "config"
    program.write_text(f"#!/bin/sh\nprintf '{printed}'\n")
    program.chmod(0o755)
    config.write_text(f"[profile odd]\nregion = eu-west-1\ncredential_process = {program}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    with loopback(lambda _: Answer(described())) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(AwsError):
            describe_stack(open_cloudformation(region=None, profile="odd"), "Shop")


def test_machine_that_drips_its_credentials_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setattr(session, "MOST_SECONDS", 0.5)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b" " * 90
    with loopback(lambda _: Answer(raw=dripping(head))) as server:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url)
        with pytest.raises(AwsError, match="it has not answered in time"):
            open_session(region="eu-west-1", profile=None)


@pytest.mark.parametrize("answer", [described("hunter")[:-40], b"hunter", b"<A>hunter</A>", b"\xffhunter"], ids=str)
def test_answer_that_can_not_be_read_is_not_told(answer: bytes, ask: Ask) -> None:
    assert "hunter" not in str(failing(ask, Answer(answer), *STACKS))
    assert "hunter" not in str(failing(ask, Answer(answer), *ALARMS))


@pytest.mark.parametrize("status", [200, 400, 503])
@pytest.mark.parametrize(
    ("call", "body"),
    [(STACKS, b"<A>%b</A>" % (b"<B/>" * 500_000)), (ALARMS, b'{"A": [%b0]}' % (b"0," * 500_000))],
    ids=["XML", "JSON"],
)
def test_answer_of_countless_values_is_not_parsed(call: tuple[str, str], body: bytes, status: int, ask: Ask) -> None:
    assert "it holds more than 500,000 values" in str(failing(ask, Answer(body, status), *call))
