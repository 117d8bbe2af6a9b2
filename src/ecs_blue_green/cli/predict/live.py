"""Where production traffic goes in a stack whose services ECS itself deploys in steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...template.model import Template
from ...template.native_model import shifting_services
from ...template.update import LiveWeights, production_routes
from ..aws.listeners import read_actions, weights_of
from ..aws.session import asking, client_settings, making_clients
from ..aws.stack import Stack, list_resources

if TYPE_CHECKING:
    from boto3 import Session
    from types_boto3_cloudformation.client import CloudFormationClient


def read_live_weights(session: Session, client: CloudFormationClient, stack: Stack) -> LiveWeights:
    """Read the weights of production traffic from the rules themselves, which ECS writes (rules NL5, NE3).

    Args:
        session: With AWS.
        client: CloudFormation.
        stack: The stack.

    Returns:
        The percentage of each target group, by the logical ids of rules and target groups; nothing if ECS deploys no
        service of the stack in steps.

    Raises:
        AwsError: If they can't be read.
    """
    services = shifting_services(Template(stack.original.content, parameters=stack.parameters))
    routes = {route for service in services for route in production_routes(service.resource)}
    if not routes:
        return {}
    names = {
        one["PhysicalResourceId"]: one["LogicalResourceId"]
        for one in list_resources(client, stack.id)
        if one.get("PhysicalResourceId")
    }
    arns = [arn for arn, id in names.items() if id in routes]
    with making_clients():
        elbv2 = session.client("elbv2", config=client_settings())
    with asking(f"listener rules of stack {stack.name}"):
        found = read_actions(elbv2, arns)
    return {names[arn]: weights_of([*actions], names) for arn, actions in found.items()}
