"""What defects of services that ECS deploys by itself are planted in."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import yaml

from tests.support import ROOT, Template

from ..parts import Plant, adds_to

_SOURCE = ROOT / "src/ecs_blue_green/template/rules/native/example.yaml"


class NativeParts:
    """A good template, and the parts of it that defects are planted in."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.resources: dict[str, Any] = template["Resources"]
        self.service = self.of("Service")
        self.configuration: dict[str, Any] = self.service["DeploymentConfiguration"]
        self.lambda_hook, self.pause_hook = self.configuration["LifecycleHooks"]
        (self.balancer,) = self.service["LoadBalancers"]
        self.advanced: dict[str, Any] = self.balancer["AdvancedConfiguration"]

    def of(self, id: str) -> dict[str, Any]:
        """The properties of a resource."""
        properties: dict[str, Any] = self.resources[id]["Properties"]
        return properties

    def add(self, type: str, id: str = "Another", **properties: Any) -> None:
        """Add a resource."""
        self.resources[id] = {"Type": type, "Properties": properties}

    def strategy(self, name: str, **configuration: Any) -> None:
        """Change the strategy, and take the block of the former one out."""
        del self.configuration["CanaryConfiguration"]
        self.configuration |= {"Strategy": name, **configuration}

    def forward(self, rule: str, *groups: tuple[str, Any]) -> None:
        """Change where a listener rule forwards to, with weights; None for one without."""
        listed = [
            {"TargetGroupArn": {"Ref": id}} | ({} if weight is None else {"Weight": weight}) for id, weight in groups
        ]
        self.of(rule)["Actions"] = [{"Type": "forward", "ForwardConfig": {"TargetGroups": listed}}]

    def network(self) -> None:
        """Put a Network Load Balancer in the place of the load balancer, with listeners in the place of rules."""
        self.of("LoadBalancer")["Type"] = "network"
        for listener, rule in (("Production", "ProductionRule"), ("Test", "TestRule")):
            self.of(listener)["Protocol"] = "TCP"
            self.of(listener)["DefaultActions"] = [{"Type": "forward", "TargetGroupArn": {"Ref": "Blue"}}]
            del self.resources[rule]
            self.advanced[f"{listener}ListenerRule"] = {"Ref": listener}
        for group in ("Blue", "Green"):
            self.of(group)["Protocol"] = "TCP"


@cache
def _example() -> Template:
    content: Template = yaml.safe_load(_SOURCE.read_text())
    return content


def good() -> NativeParts:
    """A template that no rule has anything to say about."""
    return NativeParts(copy.deepcopy(_example()))


def breaks(*rules: str) -> Callable[[Plant], Plant]:
    """Add a defect to the list, with the rules that must find it, and no others."""
    return adds_to(good, *rules)
