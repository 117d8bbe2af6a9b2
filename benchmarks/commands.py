"""``python -m benchmarks.commands``: how long commands take over inputs that are large, or made to take long."""

import argparse
import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.prediction import APPLICATION, HOOKS

Template = dict[str, Any]

# Runs a command, and prints the seconds of CPU time and the most memory that it took.
PEAK = """
import resource, sys
from ecs_blue_green.cli import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss // (1024 * 1024 if sys.platform == "darwin" else 1024))
"""


def main() -> int:
    """Runs each command in a process of its own, and prints its seconds of CPU time and its peak memory.

    Returns:
        The exit status: 0 also when a number is over its target.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.commands", description=__doc__)
    parser.add_argument("--only", metavar="TEXT", default="", help="leave out what has no such text in its name")
    only = parser.parse_args().only
    print(f"{'input':52}{'seconds':>9}{'MB':>7}   target")
    with TemporaryDirectory() as name:
        for label, arguments, seconds, megabytes in cases(Path(name)):
            if only in label:
                took, peak = measure(arguments)
                verdict = "ok" if took <= seconds and peak <= megabytes else "over"
                print(f"{label:52}{took:>9.2f}{peak:>7}   <= {seconds} s, {megabytes} MB  {verdict}", flush=True)
    return 0


def measure(arguments: list[str]) -> tuple[float, int]:
    """Runs a command; gives its seconds of CPU time, the start of Python included, and its peak memory in megabytes."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *arguments], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    seconds, megabytes = done.stdout.split()[-2:]
    return float(seconds), int(megabytes)


def cases(folder: Path) -> Iterator[tuple[str, list[str], float, int]]:
    """Writes inputs into a folder; gives what they are, the command, and its targets."""
    old, new = updated(with_conditions(300))
    yield "predict: 300 nested conditions", _predict(folder, old, new), 1, 100
    old, new = updated(with_topics(400, 20))
    for format in ("text", "json", "markdown"):
        yield f"predict: 400 resources, 20 references each, {format}", _predict(folder, old, new, format), 1, 150
    old, new = updated(with_topics(400, 165))  # as many as fit into 1 MB without spaces
    for format in ("text", "json", "markdown"):
        yield f"predict: 400 resources, 165 each, {format}", _predict(folder, old, new, format), 1, 150
    findings = _write(folder / "findings.json", with_nested_stacks(3000))
    for format in ("text", "json", "github", "sarif"):
        yield f"lint: 3,000 findings, {format}", ["lint", "--format", format, findings], 1, 100
    yield "lint: 2,000 stacks", ["lint", str(_assembly(folder / "cdk.out", 2000))], 4, 250
    (folder / "list.yaml").write_text("a: [" + "1," * 900_000 + "]")
    yield "lint: a YAML list of 900,000 items", ["lint", str(folder / "list.yaml")], 10, 250
    (folder / "list.json").write_text("[" + "{}," * 600_000 + "{}]")
    yield "lint: a JSON list of 600,000 objects", ["lint", str(folder / "list.json")], 1, 100
    (folder / "digits.yaml").write_text("a: 1" + ":1" * 900_000)
    yield "lint: a number of a million digits", ["lint", str(folder / "digits.yaml")], 4, 150


def _predict(folder: Path, old: Template, new: Template, format: str = "json") -> list[str]:
    files = [_write(folder / f"{name}.json", template) for name, template in (("old", old), ("new", new))]
    return ["predict", "--format", format, "--deployed", *files]


def _write(file: Path, template: object) -> str:
    file.write_text(json.dumps(template, separators=(",", ":")))
    return str(file)


def with_resources(**resources: Any) -> Template:
    """Makes a template with a blue/green service and other resources."""
    return {
        "Transform": "AWS::CodeDeployBlueGreen",
        "Hooks": HOOKS,
        "Parameters": {"Free": {"Type": "String"}},
        "Resources": {**copy.deepcopy(APPLICATION), **resources},
    }


def with_conditions(number: int) -> Template:
    """Makes a template with conditions that each name the one before twice; the first is not known."""
    template = with_resources()
    template["Conditions"] = {"C0": {"Fn::Equals": [{"Ref": "Free"}, "x"]}} | {
        f"C{n}": {"Fn::Or": [{"Condition": f"C{n - 1}"}] * 2} for n in range(1, number)
    }
    template["Resources"]["TaskDefinition"]["Properties"]["Cpu"] = {"Fn::If": [f"C{number - 1}", "256", "512"]}
    return template


def with_topics(number: int, references: int) -> Template:
    """Makes a template with topics that refer to those after them, in a circle."""
    return with_resources(
        **{
            f"Topic{n}": {
                "Type": "AWS::SNS::Topic",
                "Properties": {
                    "TopicName": {
                        "Fn::Join": ["", [{"Ref": f"Topic{(n + m) % number}"} for m in range(1, references + 1)]]
                    },
                },
            }
            for n in range(number)
        }
    )


def with_nested_stacks(number: int) -> Template:
    """Makes a template with as many findings."""
    body = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://example.com"}}
    return with_resources(**{f"Nested{n}": body for n in range(number)})


def updated(template: Template) -> tuple[Template, Template]:
    """Gives a template, and the same with another image and another name of a topic."""
    new = copy.deepcopy(template)
    new["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"][0]["Image"] = "example.com/app:v2"
    if "Topic0" in new["Resources"]:
        new["Resources"]["Topic0"]["Properties"]["TopicName"] = "other"
    return template, new


def _assembly(folder: Path, stacks: int) -> Path:
    folder.mkdir()
    artifacts = {}
    for n in range(stacks):
        file = f"Shop{n}.template.json"
        _write(folder / file, with_topics(10, 2))
        ids = {f"/Shop{n}/Topic{m}/Resource": [{"type": "aws:cdk:logicalId", "data": f"Topic{m}"}] for m in range(10)}
        artifacts[f"Shop{n}"] = {"displayName": f"Shop{n}", "properties": {"templateFile": file}, "metadata": ids}
    _write(folder / "manifest.json", {"artifacts": artifacts})
    return folder


if __name__ == "__main__":
    sys.exit(main())
