"""What cfn-lint finds in the templates that are kept as snapshots."""

import json
from pathlib import Path

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]

# What cfn-lint warns about and is not ours to change: a resource type's finding, and how it comes about.
NOT_OURS = {
    ("W3005", "AWS::Lambda::Function"): "CDK's own Function depends on its role, although it refers to it",
    ("W3010", "AWS::EC2::Subnet"): "CDK's own Vpc names its zones where it knows the region, as the example's does",
}

SNAPSHOTS = sorted(Path(__file__).parent.glob("**/__snapshots__/*/*.json"))


@pytest.mark.parametrize("file", SNAPSHOTS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_cfn_lint_finds_nothing_but_the_hooks_section(file: Path) -> None:
    text = file.read_text()
    types = {id: resource["Type"] for id, resource in json.loads(text)["Resources"].items()}
    findings = [
        f"{finding.rule.id} at {finding.path}: {finding.message}"
        for finding in lint(text, regions=["us-east-1"])
        # CloudFormation knows the section, and cfn-lint doesn't. What is elsewhere with the same rule id counts.
        if finding.path != ["Hooks"] and (finding.rule.id, types.get(str(*finding.path[1:2]))) not in NOT_OURS
    ]
    assert findings == []
