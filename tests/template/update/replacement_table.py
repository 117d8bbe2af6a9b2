"""``python -m tests.template.update.replacement_table`` writes the table of what replaces a resource.

It is taken from CloudFormation's own resource schemas, as cfn-lint has them.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[3] / "src/ecs_blue_green/template/update/replacement.json"
REGION = "us-east-1"

# What is found in a stack with a container service and a load balancer; any other type reads as unknown.
SERVICES = (
    "ApplicationAutoScaling|AutoScaling|CDK|CertificateManager|CloudFormation|CloudWatch|CodeBuild|CodeDeploy|CodePipeline|"
    "DynamoDB|ECR|ECS|EFS|ElastiCache|ElasticLoadBalancing|ElasticLoadBalancingV2|Events|IAM|KMS|Kinesis|Lambda|Logs|RDS|"
    "Route53|S3|SNS|SQS|SSM|Scheduler|SecretsManager|ServiceDiscovery|StepFunctions|WAFv2|XRay"
)
NETWORK = (
    "DHCPOptions|EIP.*|EgressOnlyInternetGateway|FlowLog|GatewayRouteTableAssociation|Instance|InternetGateway|"
    "LaunchTemplate|NatGateway|NetworkAcl.*|NetworkInterface.*|PrefixList|Route|RouteTable|SecurityGroup.*|Subnet.*|"
    "VPC.*|VPNGateway.*|Volume.*"
)
TYPES = re.compile(rf"AWS::(?:(?:{SERVICES})::\w+|EC2::(?:{NETWORK}))")


def replacement_table() -> dict[str, dict[str, list[str]]]:
    """Give, by type, the properties whose change replaces a resource always, conditionally and never."""
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

    types = sorted(type for type in PROVIDER_SCHEMA_MANAGER.get_resource_types(REGION) if TYPES.fullmatch(type))
    return {type: _row(PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type).schema) for type in types}


def _row(schema: dict[str, Any]) -> dict[str, list[str]]:
    always, conditionally, read_only = (
        {path.removeprefix("/properties/") for path in schema.get(name, [])}
        for name in ("createOnlyProperties", "conditionalCreateOnlyProperties", "readOnlyProperties")
    )
    never = {*schema.get("properties", {})} - always - conditionally - read_only
    row = {"always": always, "conditionally": conditionally, "never": never}
    return {replacement: sorted(paths) for replacement, paths in row.items()}


def as_text(table: dict[str, dict[str, list[str]]]) -> str:
    """Write a table as JSON, with a line for each type."""
    rows = ",\n".join(f"{json.dumps(type)}: {json.dumps(row)}" for type, row in table.items())
    return f"{{\n{rows}\n}}\n"


if __name__ == "__main__":
    FILE.write_text(as_text(replacement_table()))
    print(f"{FILE}: {FILE.stat().st_size} bytes", file=sys.stderr)
