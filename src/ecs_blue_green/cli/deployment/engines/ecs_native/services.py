"""The services of a stack that ECS deploys by itself, and the parts that a deployment of one moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .....template.model import SERVICE, Resource, Template
from .....template.native_facts import DEPLOYMENT_CONTROLLER, SHIFTING_STRATEGIES
from .....template.values import dig, is_function, sequence
from ....aws.listeners import weights_of
from ...readers.stack import DeployedStack
from ...state import BLUE, GREEN, PRODUCTION, TEST

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What a deployment of a service moves; what the service lacks is empty.

    Attributes:
        target_groups: The colours of the two target groups, by ARN: blue is the one that the service declares as its
            target group, green the alternate one. Which of them is live changes with each deployment (NB11).
        rules: ``production`` and ``test``, by the ARN of the listener's rule; of a Network Load Balancer by that of the
            listener itself (NS25).
    """

    target_groups: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)


def services_of(deployed: DeployedStack) -> dict[str, Resource]:
    """Find the services whose controller is ECS, or which a parameter may make one; by logical id."""
    template = Template(deployed.stack.processed.content)
    return {one.id: one for one in template.resources_of(SERVICE) if _may_be_native(one)}


def _may_be_native(service: Resource) -> bool:
    controller = dig(service.properties, "DeploymentController", "Type")
    return controller in (None, DEPLOYMENT_CONTROLLER) or is_function(controller)


def chosen(services: Mapping[str, Resource], wanted: str) -> tuple[str, str]:
    """Choose the service to look at.

    Args:
        services: All there are, by logical id.
        wanted: The logical id of one; empty for the only one.

    Returns:
        Its logical id, and why there is none.
    """
    names = " and ".join(services)
    if wanted:
        return (wanted, "") if wanted in services else ("", f"the stack has no {wanted}: ECS deploys {names}")
    shifting = [id for id, one in services.items() if _strategy(one) in SHIFTING_STRATEGIES]
    candidates = shifting or [*services]
    if len(candidates) == 1:
        return candidates[0], ""
    return "", f"the stack has several, {' and '.join(candidates)}: name one with --service"


def _strategy(service: Resource) -> object:
    return dig(service.properties, "DeploymentConfiguration", "Strategy")


def parts_of(service: ServiceTypeDef) -> Parts:
    """Find what a deployment moves: of several load balancers, those of the first that has a pair of target groups."""
    for balancer in service.get("loadBalancers", []):
        advanced = balancer.get("advancedConfiguration", {})
        pair = (balancer.get("targetGroupArn"), advanced.get("alternateTargetGroupArn"))
        if not all(pair):
            continue
        rules = (advanced.get("productionListenerRule"), advanced.get("testListenerRule"))
        return Parts(
            target_groups={arn: colour for arn, colour in zip(pair, (BLUE, GREEN), strict=True) if arn},
            rules={arn: name for arn, name in zip(rules, (PRODUCTION, TEST), strict=True) if arn},
        )
    return Parts()


def declared_weights(deployed: DeployedStack, parts: Parts) -> dict[str, dict[str, float]]:
    """Tell what the deployed template says of the rules, as ``State.weights``."""
    ids = {physical: id for id, physical in deployed.physical.items()}
    references = {f"Ref:{ids[arn]}": colour for arn, colour in parts.target_groups.items() if arn in ids}
    resources = Template(deployed.stack.processed.content).resources
    found = {}
    for arn, name in parts.rules.items():
        rule = resources.get(ids.get(arn, ""))
        if rule:
            actions = rule.properties.get("Actions", rule.properties.get("DefaultActions"))
            found[name] = weights_of(sequence(actions), references)
    return found
