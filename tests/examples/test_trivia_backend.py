"""The trivia backend, run as its own process and asked over real HTTP."""

import contextlib
import html
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import pytest

BACKEND = Path(__file__).parents[2] / "examples" / "trivia" / "backend"
CATEGORIES: list[dict[str, Any]] = json.loads((BACKEND / "questions.json").read_text("utf-8"))
QUESTIONS: list[dict[str, Any]] = [question for category in CATEGORIES for question in category["questions"]]
STRING = next(q for q in QUESTIONS if q["answerType"] == "STRING" and "alternativeAnswers" in q)
NUMBER = next(q for q in QUESTIONS if q["answerType"] == "NUMBER" and "alternativeAnswers" in q)
DEADLINE = 30  # seconds until a test gives up; far more than anything here needs


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """The body, which says of itself that it is JSON."""
        assert self.headers["Content-Type"] == "application/json"
        return json.loads(self.body)


@dataclass(frozen=True)
class Backend:
    """A running backend."""

    process: subprocess.Popen[str]
    port: int

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        with closing(self.connect()) as connection:
            return ask(connection, method, path, body, headers)

    def guess(self, question: dict[str, Any], answer: object) -> Any:
        """What the backend says to an answer."""
        reply = self.ask("POST", question_path(question), json.dumps({"answer": answer}).encode())
        assert reply.status == 200
        return reply.json

    def send(self, raw: bytes) -> bytes:
        """Send bytes as they are; whatever comes back until the backend hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as connection:
            # A small buffer, so that what the backend does not read is noticed here.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            connection.sendall(raw)
            return read_to_end(connection)


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    return Answer(response.status, response.headers, response.read())


def question_path(question: dict[str, Any]) -> str:
    return f"/api/trivia/question/{question['id']}"


def read_to_end(connection: socket.socket) -> bytes:
    with connection.makefile("rb") as stream:
        return stream.read()


def command(folder: Path) -> list[str]:
    return [sys.executable, "-W", "error", str(folder / "server.py")]


def command_with(limits: Mapping[str, int]) -> list[str]:
    """Start the server with smaller limits than it has, so that a test is fast."""
    script = f"import sys; sys.path.insert(0, {str(BACKEND)!r}); import server; vars(server).update({limits!r})"
    return [sys.executable, "-W", "error", "-c", f"{script}; server.main()"]


@contextmanager
def running(folder: Path = BACKEND, limits: Mapping[str, int] | None = None, **environment: str) -> Iterator[Backend]:
    """Start the server as its user does and wait for the line that says where it serves."""
    with subprocess.Popen(
        command_with(limits) if limits else command(folder),
        env={**os.environ, "HOST": "127.0.0.1", "PORT": "0", **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            url = re.search(r"http://\S+", first)
            assert url, f"{first}{process.stdout.read()}"
            port = urlsplit(url[0]).port
            assert port
            yield Backend(process, port)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    """One backend for every test that leaves it running."""
    with running() as backend:
        yield backend


# The questions


def test_questions_keep_their_own_rules() -> None:
    """Four categories, each worth 100 to 500, ids that occur once, answers of the type they say."""
    assert len({category["category"] for category in CATEGORIES}) == len(CATEGORIES) == 4
    assert all(category.keys() == {"category", "questions"} for category in CATEGORIES)
    for category in CATEGORIES:
        assert [q["points"] for q in category["questions"]] == [100, 200, 300, 400, 500]
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS)
    assert len({question["question"] for question in QUESTIONS}) == len(QUESTIONS)
    needed = {"id", "points", "question", "answer", "answerType"}
    types = {"NUMBER": int, "STRING": str}
    for question in QUESTIONS:
        assert question.keys() - {"alternativeAnswers"} == needed
        assert type(question["id"]) is int
        assert question["question"].endswith("?")
        assert type(question["answer"]) is types[question["answerType"]]
        alternatives = question.get("alternativeAnswers", ["another"])
        assert alternatives
        assert all(type(alternative) is str for alternative in alternatives)
        accepted = [str(answer).casefold() for answer in [question["answer"], *alternatives]]
        assert len(set(accepted)) == len(accepted)


# GET


@pytest.mark.parametrize("path", ["/", "/health", "/health/", "/health?from=elb"])
def test_health_checks_succeed(backend: Backend, path: str) -> None:
    reply = backend.ask("GET", path)
    assert reply.status == 200
    assert reply.json["status"] == "ok"


@pytest.mark.parametrize("path", ["/api/trivia/all", "/api/trivia/all/"])
def test_all_is_the_array_of_the_four_categories(backend: Backend, path: str) -> None:
    reply = backend.ask("GET", path)
    assert reply.status == 200
    assert reply.json == CATEGORIES


def test_each_question_is_served_with_its_category(backend: Backend) -> None:
    for category in CATEGORIES:
        for question in category["questions"]:
            reply = backend.ask("GET", question_path(question))
            assert reply.status == 200
            assert reply.json == {"category": category["category"], **question}


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("number", ["99", "0", "-1", "01", "1.0", "one", "%31"])
def test_an_unknown_question_is_not_found(backend: Backend, method: str, number: str) -> None:
    reply = backend.ask(method, f"/api/trivia/question/{number}")
    assert reply.status == 404
    assert reply.json == {"error": f"there is no question {number}; /api/trivia/all lists every one"}


@pytest.mark.parametrize("path", ["/api", "/api/trivia", "/api/trivia/question", "/questions.json"])
def test_an_unknown_path_is_not_found(backend: Backend, path: str) -> None:
    reply = backend.ask("GET", path)
    assert reply.status == 404
    assert reply.json == {"error": f"there is nothing at {path}; see /api/docs/ for what is"}


# The documentation


def test_docs_are_a_page_that_needs_nothing_else(backend: Backend) -> None:
    reply = backend.ask("GET", "/api/docs/")
    page = reply.body.decode()
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.startswith("<!doctype html>")
    assert re.findall(r"<script|<img|@import|url\(", page) == []
    assert re.findall(r'<link[^>]*href="([^"]*)"', page) == ["data:,"]


def test_docs_link_to_what_exists(backend: Backend) -> None:
    page = backend.ask("GET", "/api/docs/").body.decode()
    links = re.findall(r'<a href="([^"]*)"', page)
    assert links
    assert {backend.ask("GET", link).status for link in links} == {200}


def test_docs_show_what_the_api_answers(backend: Backend) -> None:
    """Every documented response is what the documented request gives."""
    page = backend.ask("GET", "/api/docs/").body.decode()
    documented = {
        name: json.loads(html.unescape(example))
        for name, example in re.findall(r'<pre id="(\w+)-response">(.*?)</pre>', page, re.DOTALL)
    }
    (guess,) = re.findall(r"curl -d '(.*?)' \S+/api/trivia/question/2\b", page)
    first = {**CATEGORIES[0], "questions": CATEGORIES[0]["questions"][:1]}
    assert documented == {
        "all": [first],
        "question": backend.ask("GET", "/api/trivia/question/2").json,
        "answer": backend.ask("POST", "/api/trivia/question/2", guess.encode()).json,
        "health": backend.ask("GET", "/health").json,
        "error": backend.ask("GET", "/api/trivia/question/99").json,
    }


# POST


def test_every_answer_and_alternative_is_right(backend: Backend) -> None:
    for question in QUESTIONS:
        for answer in [question["answer"], *question.get("alternativeAnswers", [])]:
            assert backend.guess(question, answer) == {"id": question["id"], "result": True}


def test_another_answer_is_wrong(backend: Backend) -> None:
    for question in QUESTIONS:
        for answer in ["", "no idea", -7, f"not {question['answer']}"]:
            assert backend.guess(question, answer) == {"id": question["id"], "result": False}


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title, "  {}\t\n".format])
def test_case_and_white_space_make_no_difference(backend: Backend, change: Any) -> None:
    for answer in [STRING["answer"], *STRING["alternativeAnswers"]]:
        assert backend.guess(STRING, change(answer))["result"] is True


def test_white_space_within_an_answer_makes_no_difference(backend: Backend) -> None:
    spaced = next(q for q in QUESTIONS if " " in str(q["answer"]))
    assert backend.guess(spaced, spaced["answer"].replace(" ", " \n  "))["result"] is True
    assert backend.guess(spaced, spaced["answer"].replace(" ", ""))["result"] is False


@pytest.mark.parametrize("form", ["{}", " {} ", "{}.0", "0{}", "+{}", "{}e0"])
def test_numbers_are_compared_as_numbers(backend: Backend, form: str) -> None:
    assert backend.guess(NUMBER, form.format(NUMBER["answer"]))["result"] is True


@pytest.mark.parametrize("answer", [0.5, "NaN", "Infinity", float("nan"), float("inf"), "1 0"])
def test_what_is_no_right_number_is_wrong(backend: Backend, answer: object) -> None:
    assert backend.guess(NUMBER, NUMBER["answer"] + 0.0)["result"] is True
    assert backend.guess(NUMBER, answer)["result"] is False


@pytest.mark.parametrize("body", [b"", b"cgroups", b'{"answer": ', b"\xff\xfe\xff", b"[" * 4000, b"answer=cgroups"])
def test_a_malformed_body_is_refused(backend: Backend, body: bytes) -> None:
    reply = backend.ask("POST", question_path(STRING), body)
    assert reply.status == 400
    assert reply.json == {"error": "the body is not valid JSON"}


@pytest.mark.parametrize("body", [b"{}", b'{"Answer": "x"}', b'["answer"]', b'"answer"', b"null"])
def test_a_body_without_an_answer_is_refused(backend: Backend, body: bytes) -> None:
    reply = backend.ask("POST", question_path(STRING), body)
    assert reply.status == 400
    assert reply.json == {"error": 'the body must be a JSON object with an "answer"'}


@pytest.mark.parametrize("answer", ["null", "true", "[1]", '{"text": "x"}'])
def test_an_answer_that_is_neither_string_nor_number_is_refused(backend: Backend, answer: str) -> None:
    reply = backend.ask("POST", question_path(NUMBER), f'{{"answer": {answer}}}'.encode())
    assert reply.status == 400
    assert reply.json == {"error": f'"answer" must be a string or a number, got {answer}'}


def test_a_body_of_4096_bytes_is_read(backend: Backend) -> None:
    body = json.dumps({"answer": STRING["answer"]}).encode().ljust(4096)
    assert backend.ask("POST", question_path(STRING), body).json["result"] is True


@pytest.mark.parametrize("size", [4097, 1_000_000])
def test_a_longer_body_is_refused(backend: Backend, size: int) -> None:
    """Its reply arrives, and the connection ends in order, not with a reset."""
    head = f"POST {question_path(STRING)} HTTP/1.1\r\nContent-Length: {size}\r\n\r\n".encode()
    reply = backend.send(head + b" " * size)
    assert reply.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nConnection: close\r\n" in reply
    why = f"the body must be at most 4096 bytes long, got {size}"
    assert json.loads(reply.partition(b"\r\n\r\n")[2]) == {"error": why}


@pytest.mark.parametrize("length", ["-1", "+5", "1_0", "five", "9" * 19, "5, 5"])
def test_a_content_length_that_is_no_number_is_refused(backend: Backend, length: str) -> None:
    reply = backend.ask("POST", question_path(STRING), headers={"Content-Length": length})
    assert reply.status == 400
    assert reply.headers["Connection"] == "close"
    assert reply.json == {"error": f"Content-Length must be one whole number, got {length}"}


def test_a_body_without_a_length_is_refused(backend: Backend) -> None:
    headers = {"Transfer-Encoding": "chunked"}
    reply = backend.ask("POST", question_path(STRING), b"2\r\n{}\r\n0\r\n\r\n", headers)
    assert reply.status == 411
    assert reply.headers["Connection"] == "close"
    assert reply.json == {"error": "send the body with a Content-Length instead of a Transfer-Encoding"}


# Methods


@pytest.mark.parametrize(
    "path", ["/", "/health", "/api/docs/", "/api/trivia/all", "/api/trivia/question/1", "/nowhere"]
)
def test_head_is_get_without_the_body(backend: Backend, path: str) -> None:
    get, head = backend.ask("GET", path), backend.ask("HEAD", path)
    assert head.status == get.status
    assert head.body == b""
    same = ["Content-Type", "Content-Length"]
    assert [head.headers[name] for name in same] == [get.headers[name] for name in same]
    assert int(head.headers["Content-Length"]) == len(get.body)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/health", "/api/docs/", "/api/trivia/all"])
def test_what_is_only_read_allows_get_and_head(backend: Backend, method: str, path: str) -> None:
    reply = backend.ask(method, path)
    assert reply.status == 405
    assert reply.headers["Allow"] == "GET, HEAD"
    assert reply.json == {"error": f"{method} is not possible at {path}, only GET, HEAD"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_a_question_allows_post_too(backend: Backend, method: str) -> None:
    reply = backend.ask(method, "/api/trivia/question/1")
    assert reply.status == 405
    assert reply.headers["Allow"] == "GET, HEAD, POST"


# Connections


def test_a_connection_stays_open_from_request_to_request(backend: Backend) -> None:
    """Errors don't end it, nor do bodies that nobody asked for."""
    with closing(backend.connect()) as connection:
        right = json.dumps({"answer": STRING["answer"]}).encode()
        replies = [
            ask(connection, "GET", "/health", b"unwanted"),
            ask(connection, "DELETE", "/health", b"unwanted"),
            ask(connection, "POST", "/nowhere", b"unwanted"),
            ask(connection, "POST", question_path(STRING), b"not JSON"),
            ask(connection, "HEAD", "/api/docs/"),
            ask(connection, "POST", question_path(STRING), right),
        ]
        assert [reply.status for reply in replies] == [200, 405, 404, 400, 200, 200]
        assert all("Connection" not in reply.headers for reply in replies)
        assert replies[-1].json["result"] is True


def test_requests_sent_together_are_answered_one_after_the_other(backend: Backend) -> None:
    replies = backend.send(
        b"HEAD /api/docs/ HTTP/1.1\r\nHost: trivia\r\n\r\n"
        b"GET /health HTTP/1.1\r\nHost: trivia\r\n\r\n"
        b"GET /api/docs/ HTTP/1.1\r\nHost: trivia\r\nConnection: close\r\n\r\n"
    )
    assert replies.count(b"HTTP/1.1 200 OK\r\n") == 3
    assert replies.count(b"<!doctype html>") == 1  # none after HEAD
    assert replies.index(b'"status"') < replies.index(b"<!doctype html>")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"BREW / HTTP/1.1\r\n\r\n", 501),
        (b"GET / HTTP/3.0\r\n\r\n", 505),
        (b"GET /".ljust(2**16 + 1, b"x"), 414),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 101 + b"\r\n", 431),
    ],
)
def test_what_is_no_request_is_refused_with_json_too(backend: Backend, raw: bytes, status: int) -> None:
    head, _, body = backend.send(raw).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert {b"Content-Type: application/json", b"Connection: close"} <= set(head.split(b"\r\n"))
    assert json.loads(body).keys() == {"error"}


HEAD = b"POST /api/trivia/question/1 HTTP/1.1\r\nHost: trivia\r\n"
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: trivia\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"no header\r\nContent-Length: %d\r\n\r\n",
        HEAD + b": no name\r\nContent-Length: %d\r\n\r\n",
        HEAD + b" Content-Length: %d\r\n\r\n",
        HEAD + b"X: folded\r\n Content-Length: %d\r\n\r\n",
        HEAD + b"Content-Length : %d\r\n\r\n",
        HEAD + b"Content\tLength: %d\r\n\r\n",
        HEAD + b"X: carriage\rContent-Length: %d\r\n\r\n",
        HEAD + b"X: nothing\0\r\nContent-Length: %d\r\n\r\n",
        HEAD + b"X: line feed\nContent-Length: %d\r\n\r\n",
        HEAD + b"Content-Length: %d\r\n\n",
        HEAD.replace(b"\r\n", b"\n", 1) + b"Content-Length: %d\r\n\r\n",
        HEAD.replace(b" ", b"  ", 1) + b"Content-Length: %d\r\n\r\n",
        HEAD.replace(b" ", b"\t", 1) + b"Content-Length: %d\r\n\r\n",
        HEAD.replace(b"POST", b"PO\x0bST") + b"Content-Length: %d\r\n\r\n",
        b"GET /\r\nContent-Length: %d\r\n\r\n",
    ],
)
def test_a_malformed_head_is_refused_and_nothing_after_it_is_read(backend: Backend, head: bytes) -> None:
    """What follows may be a body to somebody else, and another request here."""
    reply = backend.send(head % len(HIDDEN) + HIDDEN)
    assert reply.startswith(b"HTTP/1.1 400 ")
    assert b"\r\nConnection: close\r\n" in reply
    assert reply.count(b"HTTP/1.1 ") == 1


def test_a_head_of_many_long_lines_is_refused(backend: Backend) -> None:
    assert backend.send(HEAD + (b"X: ".ljust(2**15, b"x") + b"\r\n") * 5 + b"\r\n").startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("part", [b"G", HEAD[:-2], HEAD, HEAD + b"X: y\r\n", HEAD + b"Content-Length: 1\r"])
def test_a_head_that_ends_in_the_middle_has_no_answer(backend: Backend, part: bytes) -> None:
    with socket.create_connection(("127.0.0.1", backend.port), DEADLINE) as connection:
        connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        assert read_to_end(connection) == b""


DRIPS = {
    "nothing": b"",
    "a first line": b"G",
    "a header line": HEAD + b"X: ",
    "a body": HEAD + b"Content-Length: 4000\r\n\r\n",
    "a body that is not wanted": HEAD + b"Content-Length: 5000\r\n\r\n",
    "a body after a malformed line": HEAD + b"no header\r\n\r\n",
}


@dataclass
class Drip:
    """A client that sends a byte ten times a second, for as long as it can."""

    backend: Backend
    start: bytes
    was_ended: bool = False

    def __enter__(self) -> Self:
        self._connection = socket.create_connection(("127.0.0.1", self.backend.port), DEADLINE)
        self._connection.sendall(self.start)
        self._thread = threading.Thread(target=self._send)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._connection.close()

    def _send(self) -> None:
        began = time.monotonic()
        try:
            while time.monotonic() - began < DEADLINE:
                self._connection.sendall(b"x")
                time.sleep(0.1)
        except OSError:
            self.was_ended = True


def test_a_request_has_an_overall_time(slow_backend: Backend) -> None:
    with contextlib.ExitStack() as stack:
        drips = {what: stack.enter_context(Drip(slow_backend, start)) for what, start in DRIPS.items()}
    assert {what: drip.was_ended for what, drip in drips.items()} == dict.fromkeys(DRIPS, True)
    assert slow_backend.ask("GET", "/health").status == 200


@pytest.fixture(scope="module")
def slow_backend() -> Iterator[Backend]:
    """A backend that gives a request one second."""
    with running(limits={"REQUEST_SECONDS": 1}) as backend:
        yield backend


def flood(connection: socket.socket) -> None:
    """Ask without end, and read nothing."""
    began = time.monotonic()
    while time.monotonic() - began < DEADLINE:
        connection.sendall(b"GET /api/trivia/all HTTP/1.1\r\nHost: trivia\r\n\r\n" * 100)


def test_a_client_that_reads_nothing_is_let_go(slow_backend: Backend) -> None:
    assert slow_backend.process.stdout is not None
    threading.Thread(target=slow_backend.process.stdout.read, daemon=True).start()  # a full pipe would stop it
    with (
        socket.create_connection(("127.0.0.1", slow_backend.port), DEADLINE) as connection,
        pytest.raises(ConnectionError),
    ):
        flood(connection)


def test_an_idle_connection_has_a_time_as_well() -> None:
    with running(limits={"IDLE_SECONDS": 1}) as backend, closing(backend.connect()) as connection:
        assert ask(connection, "GET", "/").status == 200
        assert connection.sock.recv(1) == b""


def test_a_stop_does_not_wait_for_slow_clients() -> None:
    with running(limits={"REQUEST_SECONDS": 2}) as backend, contextlib.ExitStack() as stack:
        for start in DRIPS.values():
            stack.enter_context(Drip(backend, start))
        time.sleep(0.3)
        backend.process.terminate()
        assert backend.process.wait(6) == 0


def test_what_a_stop_waits_for_is_less_than_ecs_waits() -> None:
    limits = dict(re.findall(r"^(\w+_SECONDS) = (\d+)$", (BACKEND / "server.py").read_text(), re.MULTILINE))
    assert int(limits["REQUEST_SECONDS"]) * 2 < 30


def test_there_is_a_bound_on_connections_and_idle_ones_make_room() -> None:
    with running(limits={"MAX_CONNECTIONS": 4}) as backend, contextlib.ExitStack() as stack:
        idle = [stack.enter_context(closing(backend.connect())) for _ in range(4)]
        for connection in idle:
            assert ask(connection, "GET", "/").status == 200
        assert backend.ask("GET", "/health").status == 200
        assert idle[0].sock.recv(1) == b""
        assert ask(idle[1], "GET", "/").status == 200


def test_beyond_the_bound_a_connection_is_refused_while_all_are_busy() -> None:
    with running(limits={"MAX_CONNECTIONS": 3, "REQUEST_SECONDS": 3}) as backend, contextlib.ExitStack() as stack:
        for _ in range(3):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", backend.port), DEADLINE))
            connection.sendall(b"GET ")
        time.sleep(1)  # until all of it has been read
        with pytest.raises((ConnectionError, http.client.BadStatusLine)):
            backend.ask("GET", "/health")
        while True:  # until the three have to go; the test ends with the connections' own deadline
            with contextlib.suppress(ConnectionError, http.client.BadStatusLine):
                assert backend.ask("GET", "/health").status == 200
                break
            time.sleep(0.1)


# The process


def test_each_request_is_one_line_of_the_log() -> None:
    with running() as backend:
        backend.ask("GET", "/health?a=1")
        backend.ask("POST", "/api/trivia/question/99", b"{}")
        backend.send(b"GET /\x1b[31m HTTP/1.1\r\nConnection: close\r\n\r\n")
        backend.process.terminate()
        log, _ = backend.process.communicate(timeout=DEADLINE)
    lines = log.splitlines()
    assert [line.partition("127.0.0.1 ")[2] for line in lines[:-1]] == [
        '"GET /health?a=1 HTTP/1.1" 200',
        '"POST /api/trivia/question/99 HTTP/1.1" 404',
        '"GET /\\u001b[31m HTTP/1.1" 400',
    ]
    assert lines[-1].endswith(" stopped")


def test_a_client_that_leaves_in_the_middle_does_no_harm() -> None:
    """Neither to the next one nor to the log."""
    head = f"POST {question_path(STRING)} HTTP/1.1\r\nContent-Length: 100\r\n\r\n".encode()
    with running() as backend:
        with socket.create_connection(("127.0.0.1", backend.port), DEADLINE) as connection:
            connection.sendall(head + b'{"answer"')
            connection.shutdown(socket.SHUT_WR)
            assert read_to_end(connection) == b""
        assert backend.ask("GET", "/health").status == 200
        backend.process.terminate()
        log, _ = backend.process.communicate(timeout=DEADLINE)
    request, stopped = log.splitlines()
    assert request.endswith('"GET /health HTTP/1.1" 200')
    assert stopped.endswith(" stopped")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_ends_idle_connections(number: signal.Signals) -> None:
    """An idle connection would otherwise live on for longer than this test waits."""
    with (
        running() as backend,
        closing(backend.connect()) as used,
        closing(backend.connect()) as new,
    ):
        assert ask(used, "GET", "/").status == 200
        new.connect()
        backend.process.send_signal(number)
        assert backend.process.wait(DEADLINE) == 0


def test_a_stop_lets_a_running_request_finish() -> None:
    body = json.dumps({"answer": STRING["answer"]}).encode()
    head = f"POST {question_path(STRING)} HTTP/1.1\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    with running() as backend:
        assert backend.process.stdout is not None
        with socket.create_connection(("127.0.0.1", backend.port), DEADLINE) as connection:
            connection.sendall(head.encode())
            assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            backend.process.terminate()
            wait_until_closed(backend.port)
            connection.sendall(body)
            reply = read_to_end(connection)
        assert backend.process.wait(DEADLINE) == 0
    assert reply.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nConnection: close\r\n" in reply
    assert json.loads(reply.partition(b"\r\n\r\n")[2]) == {"id": STRING["id"], "result": True}


def wait_until_closed(port: int) -> None:
    """Return when nobody listens on a port any more."""
    for _ in range(DEADLINE * 100):
        try:
            socket.create_connection(("127.0.0.1", port), DEADLINE).close()
        except (ConnectionRefusedError, ConnectionResetError):
            return
        time.sleep(0.01)
    pytest.fail(f"port {port} is still open")


@pytest.mark.parametrize("port", ["", "http", "-1", "65536", "80.0"])
def test_a_wrong_port_is_refused(port: str) -> None:
    done = run_to_the_end(PORT=port)
    assert done.returncode == 1
    wanted = f"PORT must be a whole number between 0 (any free port) and 65535, got {port!r}\n"
    assert done.stderr == wanted


def test_a_port_in_use_is_refused(backend: Backend) -> None:
    done = run_to_the_end(PORT=str(backend.port))
    assert done.returncode == 1
    assert done.stderr == (
        f"cannot serve on 127.0.0.1:{backend.port}: Address already in use; choose another HOST or PORT\n"
    )


def run_to_the_end(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(BACKEND),
        env={**os.environ, "HOST": "127.0.0.1", **environment},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )


# The image


def test_what_the_dockerfile_copies_is_enough_to_serve(tmp_path: Path) -> None:
    """With the environment that the Dockerfile sets, but for port 80."""
    dockerfile = (BACKEND / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    (copied,) = re.findall(r"^COPY (.+) \./$", dockerfile, re.MULTILINE)
    (settings,) = re.findall(r"^ENV (.+)$", dockerfile, re.MULTILINE)
    environment = dict(setting.split("=") for setting in settings.split())
    ignored, *allowed = (BACKEND / ".dockerignore").read_text("utf-8").split()
    assert ignored == "*"
    assert sorted(allowed) == sorted(f"!{name}" for name in copied.split())
    assert environment["PORT"] == "80"
    for name in copied.split():
        shutil.copy(BACKEND / name, tmp_path)
    with running(tmp_path, **{**environment, "PORT": "0"}) as backend:
        assert backend.ask("GET", "/").status == 200
        assert len(backend.ask("GET", "/api/trivia/all").json) == 4
        assert backend.ask("GET", "/api/docs/").status == 200
