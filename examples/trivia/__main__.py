"""Synthesizes the example and prints what was made; ``python -m examples.trivia --help`` says more."""

import argparse
import json
import os
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path

from ecs_blue_green.template.model import Template
from ecs_blue_green.template.native_model import shifting_services
from ecs_blue_green.template.schedule import in_words, read_native_schedule, read_schedule

HERE = Path(__file__).parent
SAMPLE_TAG = "v1"  # of the app's own default, `latest`, a warning says that it never starts a green deployment


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="examples.trivia",
        description="Synthesizes the trivia example, without an AWS account, and prints what was made.",
        epilog=f"The image's tag comes from the environment variable IMAGE_TAG; without it, it is `{SAMPLE_TAG}`.",
    )
    parser.add_argument("--output", type=Path, default=HERE / "cdk.out", help="folder for the templates (%(default)s)")
    output = parser.parse_args().output.resolve()
    print("Synthesizing, which includes CDK's validation of every template …", file=sys.stderr, flush=True)
    code = subprocess.run(
        [sys.executable, HERE / "app.py"],
        env={"IMAGE_TAG": SAMPLE_TAG, **os.environ, "CDK_OUTDIR": str(output)},
        check=False,
    ).returncode
    if code == 0:
        print_stacks(output)
    return code


def print_stacks(output: Path) -> None:
    """Prints the stacks of a cloud assembly in the order in which they are deployed."""
    for path in sorted(output.glob("*.template.json"), key=lambda path: ("Hooks" not in path.name, path.name)):
        template = json.loads(path.read_text())
        types = [resource["Type"].removeprefix("AWS::") for resource in template["Resources"].values()]
        print(f"\n{path.name.removesuffix('.template.json')}: {len(types)} resources, {path}")
        for service in sorted({type.partition("::")[0] for type in types}):
            counts = Counter(type.partition("::")[2] for type in types if type.startswith(f"{service}::"))
            listed = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
            print(textwrap.fill(f"  {service:<24}{listed}", width=100, subsequent_indent=" " * 26))
        view = Template(template)
        schedules = [read_schedule(hook.body) for hook in view.settled_hooks]
        schedules += [read_native_schedule(service.properties) for service in shifting_services(view)]
        for schedule in schedules:
            print("  a release, step by step (times from when production traffic begins to move):")
            for step in schedule.steps:
                time = "before" if step.minute is None else f"{step.minute} min"
                print(f"    {time:>6}  {in_words(step)}")


if __name__ == "__main__":
    sys.exit(main())
