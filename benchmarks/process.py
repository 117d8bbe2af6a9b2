"""Runs one fresh process and tells what it cost, its Node child included."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

# ru_maxrss counts bytes on macOS and KiB elsewhere.
MAXRSS_PER_MIB = 2**20 if sys.platform == "darwin" else 2**10


class MeasurementError(RuntimeError):
    """A measured process failed, so that there is nothing to compare."""


@dataclass(frozen=True)
class Sample:
    """What one whole process cost, from its start to its exit.

    Attributes:
        wall: Wall time in seconds, as the parent sees it.
        cpu: User and system time in seconds, of Python and Node.
        memory: Peak resident memory in MiB: Python's own peak plus Node's.
        stack_round_trips: Requests to jsii's Node process that make the services' stacks, without the loading of
            assemblies.
        round_trips: The same with those that make the app and synthesize it.
    """

    wall: float
    cpu: float
    memory: float
    stack_round_trips: int
    round_trips: int


@contextmanager
def measuring_environment() -> Iterator[dict[str, str]]:
    """Gives the environment variables for measured processes.

    Bytecode is kept in a folder of this run's own: without any, compiling aws_cdk again would take
    longer than all that is to be measured, and some shells and containers switch it off.
    """
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        environ = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        yield environ


def measure_synthesis(side: str, services: int, environ: Mapping[str, str], *, validation: bool = False) -> Sample:
    """Measures a process that synthesizes an app.

    Args:
        side: ``by hand`` or ``library``.
        services: How many services the app holds.
        environ: The environment variables of the process.
        validation: Whether CDK validates the templates at synth.

    Returns:
        What the process cost.

    Raises:
        MeasurementError: If the process fails.
    """
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        wall, cpu = _run(
            ["-m", "benchmarks.workload", side, str(services), folder],
            {**environ, "CDK_VALIDATION": "true" if validation else "false"},
        )
        report = json.loads((Path(folder) / "report.json").read_text())
    memory = sum(report["peaks"].values()) / MAXRSS_PER_MIB
    counts = {name: report[name] for name in ("stack_round_trips", "round_trips")}
    return Sample(wall=wall, cpu=cpu, memory=memory, **counts)


def measure_statement(statement: str, environ: Mapping[str, str]) -> float:
    """Measures the wall time, in seconds, of a process that runs one Python statement.

    Args:
        statement: The statement; empty for the bare interpreter.
        environ: The environment variables of the process.

    Returns:
        Seconds from start to exit.

    Raises:
        MeasurementError: If the process fails.
    """
    return _run(["-c", statement], environ)[0]


def list_modules(statement: str, environ: Mapping[str, str]) -> list[str]:
    """Lists the modules of aws_cdk, constructs and jsii that a Python statement loads.

    Args:
        statement: The statement.
        environ: The environment variables of the process.

    Returns:
        Their full names, sorted.
    """
    program = f"{statement}\nimport sys\nprint(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {"aws_cdk", "constructs", "jsii"}
    return [name for name in done.stdout.split() if name.partition(".")[0] in heavy]


def _run(arguments: Sequence[str], environ: Mapping[str, str]) -> tuple[float, float]:
    """Runs Python to its end; returns wall and CPU time, waited-for children included."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        # Not process.wait(): only wait4 tells what this one process and its children used.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
            raise MeasurementError(f"'python {' '.join(arguments)}' ended with {process.returncode} and said:\n{said}")
    return wall, usage.ru_utime + usage.ru_stime
