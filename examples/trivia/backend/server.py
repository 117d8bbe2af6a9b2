"""Serves the trivia backend over HTTP.

Run it with `python3 server.py`; it needs Python 3.11 and nothing else. It serves on
http://127.0.0.1:8080 unless the environment variables HOST and PORT say otherwise.
"""

import json
import logging
import os
import re
import signal
import socket
import sys
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread

from api import Refusal, Reply, respond

MAX_BODY_BYTES = 4096
MAX_DISCARDED_BYTES = 2**20
# Longer than the 60 s after which a load balancer drops an idle connection: when the target is the
# first to hang up, a request that is on its way at that moment ends as a 502.
IDLE_SECONDS = 75
# Once begun, a request has to keep coming: it must not hold up a stop for longer than ECS waits.
STALLED_SECONDS = 10


def hang_up(connection: socket.socket) -> None:
    """Let a connection end after the requests that have arrived already."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RD)


class TriviaServer(ThreadingTCPServer):
    """A thread per connection; closing it ends the idle ones and waits for the busy ones."""

    allow_reuse_address = True
    request_queue_size = 128
    stopping = False

    def __init__(self, host: str, port: int) -> None:
        self.idle: set[socket.socket] = set()
        super().__init__((host, port), TriviaHandler)

    def server_close(self) -> None:
        self.stopping = True
        for connection in self.idle.copy():
            hang_up(connection)
        super().server_close()


class TriviaHandler(BaseHTTPRequestHandler):
    """One connection: reads requests and writes replies, one after the other."""

    server: TriviaServer
    protocol_version = "HTTP/1.1"  # which keeps connections alive
    disable_nagle_algorithm = True  # headers and body are two writes: no wait between them

    def handle_one_request(self) -> None:
        # First idle, then the look at `stopping`; server_close() does it the other way round, so
        # that one of the two hangs up.
        self.server.idle.add(self.connection)
        self.connection.settimeout(IDLE_SECONDS)
        if self.server.stopping:
            hang_up(self.connection)
        try:
            super().handle_one_request()
        except ConnectionError:  # the client is gone
            self.close_connection = True
        finally:
            self.server.idle.discard(self.connection)

    def parse_request(self) -> bool:
        # The first line of a request is here.
        self.server.idle.discard(self.connection)
        self.connection.settimeout(STALLED_SECONDS)
        return super().parse_request()

    def answer(self) -> None:
        try:
            reply = respond(self.command, self.path.partition("?")[0], self.read_body())
        except Refusal as refusal:
            reply = refusal.reply
        self.send(reply)

    do_GET = do_HEAD = do_POST = answer
    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_CONNECT = answer

    def read_body(self) -> bytes:
        """The request's body, read whatever the method, so that the next request can follow."""
        if "Transfer-Encoding" in self.headers:
            why = "send the body with a Content-Length instead of a Transfer-Encoding"
            raise Refusal(HTTPStatus.LENGTH_REQUIRED, why, Connection="close")
        given = ", ".join(self.headers.get_all("Content-Length", ["0"]))
        if not re.fullmatch("[0-9]{1,18}", given):
            why = f"Content-Length must be one whole number, got {given:.40}"
            raise Refusal(HTTPStatus.BAD_REQUEST, why, Connection="close")
        length = int(given)
        if length > MAX_BODY_BYTES:
            why = f"the body must be at most {MAX_BODY_BYTES} bytes long, got {length}"
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, why, Connection="close")
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionError("the client hung up in the middle of a body")
        return body

    def send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.content)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        unread = "Connection" in reply.headers  # the request was refused before its end
        if not unread and (self.close_connection or self.server.stopping):
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.content)
        if unread:
            self.discard_input()

    def discard_input(self) -> None:
        """Let the client finish: a connection that closes over unread data loses the reply."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.rfile.read(MAX_DISCARDED_BYTES)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what the base class could not read as a request."""
        self.request_version = self.protocol_version  # else it takes the client for HTTP/0.9
        status = HTTPStatus(code)
        self.send(Refusal(status, message or status.phrase, Connection="close").reply)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        # As a JSON string the first line of the request can't bring line breaks or control codes.
        logging.info("%s %s %d", self.client_address[0], json.dumps(self.requestline), code)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing beside the requests: that an idle connection timed out is no news."""


def main() -> None:
    """Serve until SIGTERM (ECS stops the task) or SIGINT (Ctrl-C)."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8080")
    if not (re.fullmatch("[0-9]{1,5}", port) and int(port) <= 65535):
        sys.exit(f"PORT must be a whole number between 0 (any free port) and 65535, got {port!r}")
    try:
        server = TriviaServer(host, int(port))
    except OSError as error:
        sys.exit(f"cannot serve on {host}:{port}: {error.strerror}; choose another HOST or PORT")
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s")
    with server:
        for number in (signal.SIGTERM, signal.SIGINT):
            # shutdown() waits for serve_forever() to return, so this thread can't call it.
            signal.signal(number, lambda *_: Thread(target=server.shutdown).start())
        logging.info("serving on http://%s:%d/api/docs/", host, server.server_address[1])
        server.serve_forever()
    logging.info("stopped")


if __name__ == "__main__":
    main()
