"""A moto server on this machine, which holds what it can of an account."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from tests.loopback import Answer, Request


@contextmanager
def moto() -> Iterator[str]:
    """Run a server of its own; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    variables = {**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}  # which nobody asks for, at each reset
    with subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while not _answers(f"{url}/moto-api/data.json"):
                assert process.poll() is None
                time.sleep(0.05)
            yield url
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url).close()
    except OSError:
        return False
    return True


def forward(request: Request, url: str) -> Answer:
    """Have a server at another address answer a request."""
    passed = {name: value for name, value in request.headers.items() if name.lower() not in {"host", "content-length"}}
    onward = urllib.request.Request(f"{url}{request.path}", request.body, passed, method=request.method)
    try:
        with urllib.request.urlopen(onward) as answer:
            return Answer(answer.read(), answer.status, {"Content-Type": answer.headers["Content-Type"]})
    except urllib.error.HTTPError as error:
        return Answer(error.read(), error.code)
