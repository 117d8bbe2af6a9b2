"""Who finds the defects of ECS's own deployments: ``python -m benchmarks.native_defects`` prints a table.

Each defect of ``tests/template/defects/native`` is planted in a good template, alone. A tool finds it when it says
something of the template that it doesn't say of the good one. It takes about two minutes.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.template.defects import DEFECTS
from tests.template.defects.native.parts import good

Said = set[tuple[str, str]]


def main() -> int:
    """Print a line for each defect, and how many each tool finds."""
    planted = [defect for defect in DEFECTS if defect.good is good]
    templates = {"": good().template}
    for defect in planted:
        parts = good()
        defect.plant(parts)
        templates[defect.plant.__name__] = parts.template
    tools = {"cfn-lint": _cfn_lint(templates), "CDK": _cdk(templates), "ecs-blue-green": _ours(templates)}
    width = max(map(len, templates))
    print(f"{'defect':<{width}}  {'  '.join(tools)}  rules")
    for defect in planted:
        name = defect.plant.__name__
        marks = [("yes" if said[name] - said[""] else "-").ljust(len(tool)) for tool, said in tools.items()]
        print(f"{name:<{width}}  {'  '.join(marks)}  {', '.join(sorted(defect.rules))}")
    counts = {tool: sum(bool(said[name] - said[""]) for name in templates) for tool, said in tools.items()}
    print(f"\nof {len(planted)} defects: " + ", ".join(f"{tool} {count}" for tool, count in counts.items()))
    return 0


def _ours(templates: dict[str, Any]) -> dict[str, Said]:
    from ecs_blue_green.template.rules import lint

    return {name: {(found.rule, found.message) for found in lint(content)} for name, content in templates.items()}


def _cfn_lint(templates: dict[str, Any]) -> dict[str, Said]:
    from cfnlint.api import lint  # type: ignore[import-untyped]

    return {
        name: {(found.rule.id, found.message) for found in lint(json.dumps(content), regions=["us-east-1"])}
        for name, content in templates.items()
    }


def _cdk(templates: dict[str, Any]) -> dict[str, Said]:
    """Have CDK validate the templates, each in a stack, in one synth."""
    import aws_cdk as cdk

    found: dict[str, Said] = {name: set() for name in templates}
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        flags = {"@aws-cdk/core:validateAgainstDefaultRules": False}  # it reports, and doesn't fail the synth
        app = cdk.App(outdir=f"{folder}/out", analytics_reporting=False, context=flags)
        stacks: dict[str, str] = {}
        for number, (name, content) in enumerate(templates.items()):
            synthesizer = cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
            stack = cdk.Stack(app, f"Stack{number}", synthesizer=synthesizer)
            stacks[stack.stack_name] = name
            _fill(stack, content)
        app.synth()
        report = json.loads(Path(folder, "out/validation-report.json").read_text())
    for plugin in report["pluginReports"]:
        for violation in plugin["violations"]:
            for construct in violation["violatingConstructs"]:
                name = stacks[construct["constructPath"].partition("/")[0]]
                found[name].add((violation["ruleName"], violation["description"]))
    return found


def _fill(stack: Any, content: dict[str, Any]) -> None:
    """Put a template into a stack as it is, without the checks of CDK's own classes."""
    import aws_cdk as cdk

    for id, body in content["Parameters"].items():
        cdk.CfnParameter(stack, id, type=body["Type"])
    for id, body in content["Resources"].items():
        resource = cdk.CfnResource(stack, id, type=body["Type"], properties=body.get("Properties"))
        resource.override_logical_id(id)
        if "DependsOn" in body:
            resource.add_override("DependsOn", body["DependsOn"])
    if transform := content.get("Transform"):
        stack.add_transform(transform)


if __name__ == "__main__":
    sys.exit(main())
