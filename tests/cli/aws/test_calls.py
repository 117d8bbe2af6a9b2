"""Calls over real HTTP: they end in time, and their answers are what AWS documents."""

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
from ecs_blue_green.cli.aws.session import AwsError, Trouble, asking, open_session
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
