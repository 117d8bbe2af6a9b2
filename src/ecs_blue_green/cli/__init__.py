"""The ``ecs-blue-green`` command. Each of its commands is a module of its own, listed in ``command.py``."""

from __future__ import annotations

import io
import signal
import sys
from importlib.util import find_spec

_NEEDS = ("click", "rich", "yaml")


def main() -> int:
    """Run the command on the arguments of this process, unless the extra ``cli`` is not installed.

    Returns:
        The exit code.
    """
    if missing := [name for name in _NEEDS if find_spec(name) is None]:
        print(
            f"Error: ecs-blue-green needs {' and '.join(missing)}, which the extra `cli` brings: "
            "pip install 'ecs-blue-green-cdk[cli]'",
            file=sys.stderr,
        )
        return 2
    from .command import ecs_blue_green
    from .errors import terminate

    signal.signal(signal.SIGTERM, terminate)
    for stream in (sys.stdout, sys.stderr):  # a logical id or a path can hold what a terminal's encoding lacks
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    ecs_blue_green(prog_name="ecs-blue-green")
    return 0
