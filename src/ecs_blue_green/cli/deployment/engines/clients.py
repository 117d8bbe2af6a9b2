"""The clients of AWS's services that deployers ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...aws.session import client_settings

if TYPE_CHECKING:
    from boto3 import Session
    from types_boto3_cloudwatch.client import CloudWatchClient
    from types_boto3_codedeploy.client import CodeDeployClient
    from types_boto3_ecs.client import ECSClient
    from types_boto3_elbv2.client import ElasticLoadBalancingv2Client
    from types_boto3_lambda.client import LambdaClient


@dataclass(frozen=True, kw_only=True, slots=True)
class Clients:
    """Clients that are made before anything is asked, as making them fails where the environment is wrong.

    Attributes:
        region: Where they ask.
        codedeploy: CodeDeploy.
        ecs: ECS.
        elbv2: Elastic Load Balancing.
        cloudwatch: CloudWatch.
        functions: Lambda.
    """

    region: str
    codedeploy: CodeDeployClient
    ecs: ECSClient
    elbv2: ElasticLoadBalancingv2Client
    cloudwatch: CloudWatchClient
    functions: LambdaClient


def make_clients(session: Session) -> Clients:
    """Make them.

    Args:
        session: With AWS.
    """
    settings = client_settings()
    return Clients(
        region=session.region_name,
        codedeploy=session.client("codedeploy", config=settings),
        ecs=session.client("ecs", config=settings),
        elbv2=session.client("elbv2", config=settings),
        cloudwatch=session.client("cloudwatch", config=settings),
        functions=session.client("lambda", config=settings),
    )
