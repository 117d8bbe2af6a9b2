"""What cfn-lint finds in a template, apart from what is not ours."""

import json

from cfnlint.api import lint  # type: ignore[import-untyped]

# What cfn-lint warns about and is not ours to change: a resource type's finding, and how it comes about.
NOT_OURS = {
    ("W3005", "AWS::ECS::Service"): "the service waits for all that is in a cluster, as its capacity providers may be",
    ("W3005", "AWS::Lambda::Function"): "CDK's own Function depends on its role, although it refers to it",
    ("W3010", "AWS::EC2::Subnet"): "CDK's own Vpc names its zones where it knows the region, as the example's does",
}


def cfn_lint(text: str) -> list[str]:
    """List the findings in a template's JSON."""
    types = {id: resource["Type"] for id, resource in json.loads(text)["Resources"].items()}
    found = []
    for finding in lint(text, regions=["us-east-1"]):
        path = getattr(finding, "path", [])  # a text that can't be read has no paths
        # CloudFormation knows the section, and cfn-lint doesn't. What is elsewhere with the same rule id counts.
        if path != ["Hooks"] and (finding.rule.id, types.get(str(*path[1:2]))) not in NOT_OURS:
            found.append(f"{finding.rule.id} at {path}: {finding.message}")
    return found
