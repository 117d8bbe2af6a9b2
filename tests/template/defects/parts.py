"""What defects are planted in, and the list of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.support import ROOT, Template

if TYPE_CHECKING:
    from .native.parts import NativeParts

Plant = Callable[[Any], None]

_SOURCE = ROOT / "tests/__snapshots__/test_snapshots/test_every_argument.json"


class Defect(NamedTuple):
    """A defect, the rules that must find it, and no others, and what it is planted in."""

    plant: Plant
    rules: set[str]
    good: Callable[[], Parts | NativeParts]


DEFECTS: list[Defect] = []


class Parts:
    """A good template, and the parts of it that defects are planted in."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.resources: dict[str, Any] = template["Resources"]
        ((self.hook_id, self.hook),) = template["Hooks"].items()
        self.settings: dict[str, Any] = self.hook["Properties"]
        (self.application,) = self.settings["Applications"]
        self.ecs: dict[str, Any] = self.application["ECSAttributes"]
        self.routing: dict[str, Any] = self.ecs["TrafficRouting"]
        self.service_id = self.application["Target"]["LogicalID"]
        self.task_id, self.task_set_id = self.ecs["TaskDefinitions"][0], self.ecs["TaskSets"][0]
        self.blue_id, self.green_id = self.routing["TargetGroups"]
        self.production_id = self.routing["ProdTrafficRoute"]["LogicalID"]
        self.test_id = self.routing["TestTrafficRoute"]["LogicalID"]

    def of(self, id: str) -> dict[str, Any]:
        """The properties of a resource."""
        properties: dict[str, Any] = self.resources[id]["Properties"]
        return properties

    def add(self, type: str, **properties: Any) -> None:
        """Add a resource."""
        self.resources["Another"] = {"Type": type, "Properties": properties}

    def image(self, image: Any) -> None:
        """Change the image of the first container."""
        self.of(self.task_id)["ContainerDefinitions"][0]["Image"] = image

    def forward(self, listener_id: str, *groups: tuple[str, Any]) -> None:
        """Change where a listener forwards to, with weights."""
        (action,) = self.of(listener_id)["DefaultActions"]
        action["ForwardConfig"] = {"TargetGroups": [{"TargetGroupArn": {"Ref": id}, "Weight": n} for id, n in groups]}


def good() -> Parts:
    """A template of the construct, with every argument, that no rule has anything to say about."""
    return Parts(json.loads(_SOURCE.read_text()))


def breaks(*rules: str) -> Callable[[Plant], Plant]:
    """Add a defect of the hook's template to the list, with the rules that must find it, and no others.

    There are two where one implies the other: a listener that is no route, for one, has traffic that never moves.
    """
    return adds_to(good, *rules)


def adds_to(good: Callable[[], Parts | NativeParts], *rules: str) -> Callable[[Plant], Plant]:
    """Add a defect to the list.

    Args:
        good: What it is planted in.
        rules: The rules that must find it, and no others.
    """

    def add(plant: Plant) -> Plant:
        DEFECTS.append(Defect(plant, set(rules), good))
        return plant

    return add
