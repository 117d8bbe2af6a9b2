"""Serves the trivia backend over HTTP.

Run it with `python3 server.py`; it needs Python 3.11 and nothing else. It serves on
http://127.0.0.1:8080 unless the environment variables HOST and PORT say otherwise.

It is made of http.server, because no server tried from PyPI gives a request an overall time: to
waitress 3.0, uvicorn 0.54, hypercorn 0.18, gunicorn 27.0 (threads) and granian 2.8, a client could
send a body byte by byte for as long as it liked, and to the first two and gunicorn a head as well.
"""

import json
import logging
import os
import re
import signal
import socket
import sys
import time
from contextlib import suppress
from http import HTTPStatus
from http.client import LineTooLong
from http.server import BaseHTTPRequestHandler
from io import BufferedReader, RawIOBase
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import Any

from api import Refusal, Reply, respond

MAX_CONNECTIONS = 256  # each is a thread
MAX_HEAD_BYTES = 2**17
MAX_BODY_BYTES = 4096
MAX_DISCARDED_BYTES = 2**20
# Longer than the 60 s after which a load balancer drops an idle connection: when the target is the
# first to hang up, a request that is on its way at that moment ends as a 502.
IDLE_SECONDS = 75
# From a request's first byte to the last of its reply. A stop waits for what is running, and for a
# request that begins just then: twice as long at most, and so for less than the 30 s of ECS.
REQUEST_SECONDS = 10

# What HTTP/1 allows and nothing else: on anything else, a load balancer may see another request.
REQUEST_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~\x80-\xff]+ HTTP/1\.[0-9]\r\n")
HEADER_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*\r\n")


def hang_up(connection: socket.socket, how: int) -> None:
    """End a connection that another thread may be reading, writing or closing."""
    with suppress(OSError):
        connection.shutdown(how)


class TriviaServer(ThreadingTCPServer):
    """A thread per connection, so many and for so long; closing it waits for the busy ones.

    What takes too long is ended by its socket, as each thread waits for one only.
    """

    allow_reuse_address = True
    request_queue_size = 128
    stopping = False

    def __init__(self, host: str, port: int) -> None:
        self.ends: dict[socket.socket, float] = {}  # by when each connection has to be done
        self.idle: set[socket.socket] = set()
        super().__init__((host, port), TriviaHandler)

    def verify_request(self, request: Any, client_address: object) -> bool:
        """Take a connection; beyond the bound, the one that is idle for the longest has to go."""
        if len(self.ends) >= MAX_CONNECTIONS:
            idle = self.idle.copy()
            if not idle:
                return False
            self.end_idle(min(idle, key=lambda connection: self.ends.get(connection, 0)))
        self.is_idle(request)
        return True

    def shutdown_request(self, request: Any) -> None:
        self.idle.discard(request)
        self.ends.pop(request, None)
        super().shutdown_request(request)

    def is_idle(self, connection: socket.socket) -> None:
        self.ends[connection] = time.monotonic() + IDLE_SECONDS
        # First idle, then the look at `stopping`; server_close() does it the other way round, so
        # that one of the two hangs up.
        self.idle.add(connection)
        if self.stopping:
            self.end_idle(connection)

    def is_busy(self, connection: socket.socket) -> None:
        self.ends[connection] = time.monotonic() + REQUEST_SECONDS
        self.idle.discard(connection)

    def end_idle(self, connection: socket.socket) -> None:
        """Let a connection end after the requests that have arrived already."""
        self.idle.discard(connection)
        hang_up(connection, socket.SHUT_RD)

    def service_actions(self) -> None:
        """End what takes too long; serve_forever() calls this twice a second."""
        now = time.monotonic()
        for connection, end in self.ends.copy().items():
            if end < now and connection in self.idle:
                self.end_idle(connection)
            elif end < now:
                hang_up(connection, socket.SHUT_RDWR)

    def server_close(self) -> None:
        self.socket.close()
        self.stopping = True
        for connection in self.idle.copy():
            self.end_idle(connection)
        while self.ends:
            self.service_actions()
            time.sleep(0.05)
        super().server_close()


class RequestStream(BufferedReader):
    """What a client sends, with the lines of the present request's head."""

    def __init__(self, raw: RawIOBase) -> None:
        super().__init__(raw)
        self.head: list[bytes] = []

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.head.append(line)
        if sum(map(len, self.head)) > MAX_HEAD_BYTES:
            raise LineTooLong("head")
        return line


class TriviaHandler(BaseHTTPRequestHandler):
    """One connection: reads requests and writes replies, one after the other."""

    server: TriviaServer
    protocol_version = "HTTP/1.1"  # which keeps connections alive
    disable_nagle_algorithm = True  # headers and body are two writes: no wait between them
    rfile: RequestStream

    def setup(self) -> None:
        super().setup()
        self.rfile = RequestStream(self.rfile.detach())

    def handle_one_request(self) -> None:
        self.server.is_idle(self.connection)
        self.rfile.head.clear()
        try:
            if self.rfile.peek(1):
                self.server.is_busy(self.connection)
                super().handle_one_request()
            else:
                self.close_connection = True
        except ConnectionError:  # the client is gone, or took too long
            self.close_connection = True

    def parse_request(self) -> bool:
        self.require_whole(self.rfile.head[0])
        if not super().parse_request():
            return False
        request_line, *header_lines, end = self.rfile.head
        self.require_whole(end)
        if not REQUEST_LINE.fullmatch(request_line):
            self.send_error(HTTPStatus.BAD_REQUEST, "the first line is not one of HTTP/1")
            return False
        if end != b"\r\n" or not all(map(HEADER_LINE.fullmatch, header_lines)):
            self.send_error(HTTPStatus.BAD_REQUEST, "a header line is malformed")
            return False
        return True

    def require_whole(self, line: bytes) -> None:
        if not line.endswith(b"\n"):
            raise ConnectionError("the client hung up in the middle of a request's head")

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
