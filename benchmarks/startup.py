"""``python -m benchmarks.startup``: how long the command takes to start, beside the libraries that it is made of."""

import argparse
import sys
from statistics import median

from benchmarks.process import MeasurementError, measure_statement, measuring_environment

# What the installed script does.
COMMAND = "import sys; sys.argv[1:] = ['lint', '--help']; from ecs_blue_green.cli import main; sys.exit(main())"
LIBRARIES = "import click, rich"
TARGET = 2.0


def main() -> int:
    """Measures both in turns and prints their medians and ratio.

    Returns:
        The exit status: 0 also when the ratio is over its target, 1 when a measured process fails.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--repeat", type=int, default=25, metavar="N", help="how often both are started (%(default)s)")
    repeat = max(1, parser.parse_args().repeat)
    try:
        with measuring_environment() as environ:
            for statement in (COMMAND, LIBRARIES):
                measure_statement(statement, environ)  # compiles to bytecode
            pairs = [
                (measure_statement(COMMAND, environ), measure_statement(LIBRARIES, environ)) for _ in range(repeat)
            ]
    except MeasurementError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    ratio = median(command / libraries for command, libraries in pairs)
    print(f"ecs-blue-green lint --help       {1000 * median(command for command, _ in pairs):6.1f} ms")
    print(f"python -c 'import click, rich'   {1000 * median(libraries for _, libraries in pairs):6.1f} ms")
    print(f"ratio                            {ratio:6.2f}      <= {TARGET:.2f}  {'ok' if ratio <= TARGET else 'over'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
