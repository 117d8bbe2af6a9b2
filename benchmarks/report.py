"""Prints what was measured: for people as an aligned table, for programs as JSON."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version

from benchmarks.comparison import Row

COLUMNS = f"{'':31}{'by hand':>10}{'library':>10}{'ratio':>8}{'best':>8}   target"


@dataclass(frozen=True)
class ImportCost:
    """What ``import ecs_blue_green`` costs and loads.

    Attributes:
        bare: Median wall time, in milliseconds, of an interpreter that does nothing.
        library: The same of one that imports the library.
        loaded: The modules of aws_cdk, constructs and jsii that the import loads.
    """

    bare: float
    library: float
    loaded: Sequence[str]


def describe_machine() -> dict[str, str]:
    """Tells what the numbers depend on: the machine and the versions of what runs on it."""
    node = subprocess.run(
        [os.environ.get("JSII_NODE", "node"), "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "Node": node.stdout.strip().removeprefix("v"),
        "aws-cdk-lib": version("aws-cdk-lib"),
        "jsii": version("jsii"),
    }


def format_table(machine: Mapping[str, str], rows: Sequence[Row], imported: ImportCost) -> str:
    """Makes the table.

    Args:
        machine: What ``describe_machine`` tells.
        rows: The comparison, in order.
        imported: What the import costs.

    Returns:
        The table's text, without a line break at its end.
    """
    lines = [", ".join(f"{name} {value}" for name, value in machine.items()), "", COLUMNS]
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            lines.append(group)
        lines.append(_format_row(row))
    lines += [
        "import ecs_blue_green",
        f"  {imported.library - imported.bare:.1f} ms on top of the bare interpreter's {imported.bare:.1f} ms",
        f"  modules of aws_cdk, constructs and jsii: "
        f"{', '.join(imported.loaded) or 'none'}   {'over' if imported.loaded else 'ok'}",
    ]
    return "\n".join(lines)


def format_json(machine: Mapping[str, str], rows: Sequence[Row], imported: ImportCost) -> str:
    """Makes the same as ``format_table``, as one JSON object.

    Args:
        machine: What ``describe_machine`` tells.
        rows: The comparison, in order.
        imported: What the import costs.

    Returns:
        The JSON text.
    """
    content = {
        "machine": machine,
        "rows": [{**asdict(row), "verdict": row.verdict} for row in rows],
        "import": asdict(imported),
    }
    return json.dumps(content, indent=2)


def _format_row(row: Row) -> str:
    digits = 0 if max(row.by_hand, row.library) >= 100 else 3
    ratio = "" if row.ratio is None else f"{row.ratio:.3f}"
    target = "" if row.target is None else f"<= {row.target:.2f}  {row.verdict}"
    return (
        f"  {row.label:29}{row.by_hand:>10.{digits}f}{row.library:>10.{digits}f}{ratio:>8}{row.best:>8.3f}   {target}"
    ).rstrip()
