"""What cfn-lint finds in a template, apart from what is not ours."""

import json
from collections.abc import Collection

from cfnlint.api import lint  # type: ignore[import-untyped]

# What cfn-lint warns about and is not ours to change: a resource type's finding, and how it comes about.
NOT_OURS = {
    ("W3005", "AWS::Lambda::Function"): "CDK's own Function depends on its role, although it refers to it",
    ("W3010", "AWS::EC2::Subnet"): "CDK's own Vpc names its zones where it knows the region, as the example's does",
}
# What not every template has. A service waits for all that is in a cluster of its stack, as its capacity providers may
# be; and the parameter for the transform stays where the update mode leaves the hook out for one deployment.
SELDOM: set[tuple[str, str | None]] = {("W3005", "AWS::ECS::Service"), ("W2001", None)}


def cfn_lint(text: str, *, but_for: Collection[tuple[str, str | None]] = ()) -> list[str]:
    """List the findings in a template's JSON, but for some by rule and type of resource."""
    left_out = {*NOT_OURS, *but_for}
    types = {id: resource["Type"] for id, resource in json.loads(text)["Resources"].items()}
    found = []
    for finding in lint(text, regions=["us-east-1"]):
        path = getattr(finding, "path", [])  # a text that can't be read has no paths
        # CloudFormation knows the section, and cfn-lint doesn't. What is elsewhere with the same rule id counts.
        if path != ["Hooks"] and (finding.rule.id, types.get(str(*path[1:2]))) not in left_out:
            found.append(f"{finding.rule.id} at {path}: {finding.message}")
    return found
