"""``python -m benchmarks``: what the library costs beside the hand-written application."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from benchmarks.comparison import NATIVE_TARGETS, Round, compare, compare_apps
from benchmarks.process import (
    MeasurementError,
    Sample,
    list_modules,
    measure_statement,
    measure_synthesis,
    measuring_environment,
)
from benchmarks.report import ImportCost, describe_machine, format_json, format_table

DESCRIPTION = """\
Synthesizes the trivia services twice over, through the library (examples/trivia) and through a
literal hand translation of the original application (benchmarks/by_hand.py), each time in a fresh
process: start, import, synthesize, exit. The two take turns, so that both see the same machine.
Then the same with ECS's own deployments: CDK's L2 by hand (benchmarks/by_hand_native.py), and
through the library (benchmarks/with_library_native.py).
"""

EPILOG = """\
reading the table:
  by hand, library   medians over the rounds
  ratio              median of the rounds' ratios, library to by hand: below 1 the library wins
  best               the ratio of the lowest costs; far from 'ratio', the machine was too busy
  peak memory        the peak of Python plus the peak of jsii's Node process
  jsii round trips   requests from Python to Node that make the stacks, without the loading of assemblies
  one more service   the slope of the costs over the number of services
  growth             what a service costs in a big app, relative to a smaller one; 1 is linear

CDK's own template validation is off on both sides, except where a heading says otherwise.
The exit status is 0 also when a ratio is over its target, and 1 when a measured process fails.
"""

IMPORT = "import ecs_blue_green"

# The names of the two sides in the workload: what the hook deploys, and what ECS deploys by itself.
HOOK = ("by hand", "library")
NATIVE = ("native by hand", "native library")


def main() -> int:
    """Measures as the command line says and prints the table.

    Returns:
        The exit status.
    """
    arguments = _parse_arguments()
    sizes = sorted({1, 2, *arguments.services})
    try:
        with measuring_environment() as environ:
            _progress("warming up the jsii package cache and Python's bytecode")
            for side in (*HOOK, *NATIVE):
                measure_synthesis(side, 1, environ)
            rounds = list(_run_rounds(arguments.repeat, sizes, environ, validation=False))
            rows = compare(rounds)
            native = list(_run_rounds(arguments.repeat, [1, 2], environ, validation=False, sides=NATIVE))
            for size in (1, 2):
                rows += compare_apps(native, size, ", ECS's own deployments", NATIVE_TARGETS)
            if not arguments.quick:
                few = min(3, arguments.repeat)
                validated = list(_run_rounds(few, [1], environ, validation=True))
                rows += compare_apps(validated, 1, ", CDK's template validation on")
            imported = _measure_import(environ)
    except MeasurementError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    render = format_json if arguments.json else format_table
    print(render(describe_machine(), rows, imported))
    return 0


def _run_rounds(
    repeat: int,
    sizes: Sequence[int],
    environ: Mapping[str, str],
    *,
    validation: bool,
    sides: tuple[str, str] = HOOK,
) -> Iterator[Round]:
    """Measures all sizes in each round; the side that goes first alternates."""
    for number in range(1, repeat + 1):
        measured: dict[int, tuple[Sample, Sample]] = {}
        for size in sizes:
            pair: dict[str, Sample] = {}
            for side in sides if number % 2 else sides[::-1]:
                pair[side] = measure_synthesis(side, size, environ, validation=validation)
            by_hand, library = (pair[side] for side in sides)
            measured[size] = (by_hand, library)
            _progress(
                f"round {number} of {repeat}{', validation on' if validation else ''}: "
                f"{size} service(s) in {by_hand.wall:.2f} s {sides[0]}, {library.wall:.2f} s {sides[1]}"
            )
        yield measured


def _measure_import(environ: Mapping[str, str]) -> ImportCost:
    pairs = [(measure_statement("", environ), measure_statement(IMPORT, environ)) for _ in range(9)]
    return ImportCost(
        bare=1000 * median(bare for bare, _ in pairs),
        library=1000 * median(library for _, library in pairs),
        loaded=list_modules(IMPORT, environ),
    )


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--repeat",
        type=_positive,
        metavar="N",
        help="rounds, each of which measures every size on both sides (default: 5)",
    )
    parser.add_argument(
        "--services",
        type=_sizes,
        metavar="LIST",
        help="numbers of services in one app, one stack each, with commas (default: 1,5,20,50); "
        "1 and 2, the trivia application itself, are always measured",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a first look in half a minute: 2 rounds of 1 and 5 services, none with validation",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    arguments = parser.parse_args()
    arguments.repeat = arguments.repeat or (2 if arguments.quick else 5)
    arguments.services = arguments.services or ([1, 5] if arguments.quick else [1, 5, 20, 50])
    return arguments


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1, got {text!r}")
    return int(text)


def _sizes(text: str) -> list[int]:
    return [_positive(part) for part in text.split(",")]


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
