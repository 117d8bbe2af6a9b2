"""The trivia example's hook function, run as Lambda runs it, with backend and CodeDeploy on this machine."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import pre_traffic
import pytest

from tests.loopback import Answer, Request, loopback, use_codedeploy
from tests.support import ROOT

EVENT = {"DeploymentId": "d-ABCDEF123", "LifecycleEventHookExecutionId": "execution"}
CATEGORIES: list[dict[str, object]] = [{"category": name, "questions": []} for name in ("one", "two", "three", "four")]
GOOD = Answer(json.dumps(CATEGORIES).encode())

Run = Callable[..., list[str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the function against a URL, and gives what it reported to CodeDeploy."""
    with loopback() as codedeploy:
        use_codedeploy(monkeypatch, codedeploy.url)
        monkeypatch.setenv("SECONDS_TO_SETTLE", "0")

        def report(url: str, context: Any = None) -> list[str]:
            monkeypatch.setenv("TARGET_URL", url)
            pre_traffic.handler(EVENT, context)
            return [json.loads(request.body)["status"] for request in codedeploy.requests]

        yield report


@pytest.mark.parametrize(("categories", "status"), [(CATEGORIES, "SUCCEEDED"), (CATEGORIES[:3], "FAILED")])
def test_the_same_function_answers_ecs(categories: object, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = "arn:aws:ecs:eu-west-1:123456789012"
    event = {
        "executionId": "execution",
        "lifecycleStage": "POST_TEST_TRAFFIC_SHIFT",
        "resourceArn": f"{arn}:service-deployment/trivia/backend/1",
        "executionDetails": {
            "serviceArn": f"{arn}:service/trivia/backend",
            "targetServiceRevisionArn": f"{arn}:service-revision/trivia/backend/1",
        },
    }
    monkeypatch.setenv("SECONDS_TO_SETTLE", "0")
    with loopback(lambda _: Answer(json.dumps(categories).encode())) as backend:
        monkeypatch.setenv("TARGET_URL", backend.url)
        assert pre_traffic.handler(event) == {"hookStatus": status}


def test_four_categories_succeed(run: Run) -> None:
    with loopback(lambda _: GOOD) as backend:
        assert run(f"{backend.url}/api/trivia/all") == ["Succeeded"]
    assert [(request.method, request.path) for request in backend.requests] == [("GET", "/api/trivia/all")]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            Answer(json.dumps(CATEGORIES[:3]).encode()),
            "RuntimeError: expected a list of 4 categories, got [{'category'",
        ),
        (Answer(json.dumps([*CATEGORIES, {}]).encode()), "RuntimeError: expected a list of 4 categories, got [{"),
        (Answer(b"[]"), "RuntimeError: expected a list of 4 categories, got []"),
        (Answer(b'{"a": 1, "b": 2, "c": 3, "d": 4}'), "RuntimeError: expected a list of 4 categories, got {'a': 1"),
        (Answer(b'"four"'), "RuntimeError: expected a list of 4 categories, got 'four'"),
        (Answer(b"<html>"), "JSONDecodeError"),
        (Answer(b""), "JSONDecodeError"),
        (Answer(b"\xff"), "UnicodeDecodeError"),
        (Answer(GOOD.body, status=201), "RuntimeError: expected status 200 from http://127.0.0.1:"),
        (Answer(GOOD.body, status=404), "HTTPError: HTTP Error 404"),
        (Answer(GOOD.body, status=500), "HTTPError: HTTP Error 500"),
        (Answer(GOOD.body, status=503), "HTTPError: HTTP Error 503"),
    ],
    ids=[
        "three categories",
        "five categories",
        "no categories",
        "object",
        "string",
        "no JSON",
        "nothing",
        "no text",
        "201",
        "404",
        "500",
        "503",
    ],
)
def test_any_other_answer_fails_and_is_logged(
    answer: Answer, reason: str, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    with loopback(lambda _: answer) as backend:
        assert run(backend.url) == ["Failed"]
    assert reason in caplog.text


def test_refused_connection_fails(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    with loopback() as stopped:
        pass
    assert run(stopped.url) == ["Failed"]
    assert "Connection refused" in caplog.text


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_fails_even_to_a_good_answer(status: int, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    def answer(request: Request) -> Answer:
        return GOOD if request.path == "/production" else Answer(status=status, headers={"Location": "/production"})

    with loopback(answer) as backend:
        assert run(f"{backend.url}/test") == ["Failed"]
    assert f"expected status 200 from {backend.url}/test, got 200 from {backend.url}/production" in caplog.text


def test_redirect_in_a_circle_fails(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    with loopback(lambda _: Answer(status=302, headers={"Location": "/"})) as backend:
        assert run(backend.url) == ["Failed"]
    assert "HTTPError" in caplog.text


def test_backend_that_never_answers_fails_at_the_deadline(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    is_over = Event()

    def answer(_: Request) -> Answer:
        is_over.wait(60)
        return GOOD

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 5_100  # five seconds of it are for the report

    with loopback(answer) as backend:
        assert run(backend.url, Context()) == ["Failed"]
        is_over.set()
    assert "DeadlineError" in caplog.text


def test_listener_gets_half_a_minute_to_settle(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.delenv("SECONDS_TO_SETTLE")
    monkeypatch.setattr(time, "sleep", waits.append)
    with loopback(lambda _: GOOD) as backend:
        assert run(backend.url) == ["Succeeded"]
    assert waits == [30]


@pytest.fixture
def backend() -> Iterator[str]:
    """The example's own backend, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-u", ROOT / "examples/trivia/backend/server.py"],
        env=os.environ | {"PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
        process.terminate()


def test_backend_of_the_example_passes(backend: str, run: Run) -> None:
    assert run(f"http://{urlsplit(backend).netloc}/api/trivia/all") == ["Succeeded"]
