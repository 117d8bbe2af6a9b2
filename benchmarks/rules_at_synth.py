"""What the rules cost at synth: ``python -m benchmarks.rules_at_synth`` prints their share for an app of 50 services.

It times the plugin within one synth, first with CDK's own validation of templates and then without.
"""

import os
import subprocess
import sys
import tempfile
import time

from benchmarks.process import ROOT, measuring_environment

SERVICES = 50


def main() -> None:
    """Prints a line with CDK's own validation and one without."""
    with measuring_environment() as environ:
        for validation in ("true", "false"):
            subprocess.run(
                [sys.executable, "-m", "benchmarks.rules_at_synth", "measure"],
                cwd=ROOT,
                env={**environ, "CDK_VALIDATION": validation},
                check=True,
            )


def measure() -> None:
    """Synthesizes the services in this process, and prints what share of that the rules took."""
    from aws_cdk import App, Environment

    from benchmarks.account import ACCOUNT, LOOKUPS, REGION
    from benchmarks.workload import add_with_library
    from ecs_blue_green.validation import RulesPlugin

    calls: list[float] = []
    validate = RulesPlugin.validate

    def timed(plugin: RulesPlugin, context: object) -> object:
        started = time.perf_counter()
        report = validate(plugin, context)  # type: ignore[arg-type]
        calls.append(time.perf_counter() - started)
        return report

    RulesPlugin.validate = timed  # type: ignore[method-assign,assignment]
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        started = time.perf_counter()
        app = App(context=LOOKUPS, outdir=folder)
        for number in range(SERVICES):
            add_with_library(app, number, Environment(account=ACCOUNT, region=REGION))
        constructed = time.perf_counter()
        app.synth()
        ended = time.perf_counter()
    rules, synth, whole = sum(calls), ended - constructed, ended - started
    print(
        f"{SERVICES} services, CDK_VALIDATION={os.environ['CDK_VALIDATION']}: the rules ran {len(calls)} time and took "
        f"{rules:.3f} s, {rules / synth:.1%} of app.synth() ({synth:.2f} s), {rules / whole:.1%} of all ({whole:.2f} s)"
    )


if __name__ == "__main__":
    measure() if sys.argv[1:] else main()
