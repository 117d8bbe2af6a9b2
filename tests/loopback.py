"""A real HTTP server on this machine that remembers what it was asked."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest


@dataclass(frozen=True)
class Request:
    """What a client asked for."""

    method: str
    path: str
    headers: Message
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What the client gets.

    Attributes:
        raw: The whole of it, part by part, in place of what follows from the rest.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: Iterable[bytes] | None = None


@dataclass(frozen=True)
class Loopback:
    """A running server."""

    url: str
    requests: list[Request]


@contextmanager
def loopback(answer: Callable[[Request], Answer | None] = lambda _: Answer(b"{}")) -> Iterator[Loopback]:
    """Serve on a free port, every connection for one request in a thread of its own; no answer closes it."""
    requests: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            request = Request(self.command, self.path, self.headers, body)
            requests.append(request)
            reply = answer(request)
            if reply is None:
                return
            if reply.raw is not None:
                with suppress(OSError):  # a client need not wait for its end
                    for part in reply.raw:
                        self.wfile.write(part)
                return
            # An answer with a date of its own tells no other.
            (self.send_response_only if "Date" in reply.headers else self.send_response)(reply.status)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = answer

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the requests are remembered."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Loopback(f"http://127.0.0.1:{server.server_port}", requests)
        finally:
            server.shutdown()
            thread.join()


def lambda_environment(codedeploy_url: str) -> dict[str, str]:
    """What boto3 finds in Lambda's environment, with CodeDeploy on this machine, and nothing of the developer's own."""
    return {
        "AWS_ENDPOINT_URL_CODEDEPLOY": codedeploy_url,
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        "AWS_MAX_ATTEMPTS": "1",
        "NO_PROXY": "*",
    }


def use_codedeploy(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Have boto3 find CodeDeploy at a URL of this machine."""
    import boto3

    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, value in lambda_environment(url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it has read the environment before
