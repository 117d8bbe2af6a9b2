"""Edits of the construct's template, and the prediction of an update by some of them."""

import copy
import re
from collections.abc import Callable
from typing import Any

from ecs_blue_green.template.update import Change, Prediction, predict
from tests.support import Template
from tests.template.defects import good
from tests.template.defects.parts import Parts

Edit = Callable[[Parts], object]

# In brackets, where something is known from, with the rules behind it.
EVIDENCE = re.compile(r"\((?:documented|reported|inferred|[A-Z]\d+)[^()]*\)")
RULE = re.compile(r"\b[A-Z]\d+\b")

_PARTS = good()
TASK, TASK_SET, PRODUCTION = _PARTS.task_id, _PARTS.task_set_id, _PARTS.production_id
SERVICE, HOOK, TEST_LISTENER = _PARTS.service_id, _PARTS.hook_id, _PARTS.test_id
(PRIMARY,) = (id for id, body in _PARTS.resources.items() if body["Type"] == "AWS::ECS::PrimaryTaskSet")
ROLE, ROLE_POLICY = "TaskTaskRoleE98524A1", "TaskTaskRoleDefaultPolicyC02AED32"
LOAD_BALANCER_GROUP = "ServiceLoadBalancerSecurityGroup7E82940C"


def template(*edits: Edit) -> Template:
    """The construct's template with a literal image and an alarm ``Errors``, after some edits."""
    parts = good()
    for edit in (image("v1"), with_resource("Errors", "AWS::CloudWatch::Alarm", Threshold=5, Period=60), *edits):
        edit(parts)
    return parts.template


def update(*edits: Edit, deployed: tuple[Edit, ...] = (), **parameters: Any) -> Prediction:
    """Predict an update by some edits of a deployed template, without what `lint` finds unless that is asked for."""
    return predict(template(*deployed), template(*deployed, *edits), **{"lint": False} | parameters)


def changes(prediction: Prediction) -> dict[str, Change]:
    """The changes by logical id."""
    return {change.logical_id: change for change in prediction.changes}


def sentences(prediction: Prediction) -> list[str]:
    """All that a prediction says."""
    titles = [step.title for step in prediction.steps]
    return [*prediction.reasons, *prediction.warnings, prediction.advice, *titles]


def cited(*said: Prediction | str) -> set[str]:
    """The rules of docs/hook-rules.md that predictions or sentences name."""
    texts = [text for one in said for text in ([one] if isinstance(one, str) else sentences(one))]
    return {rule for text in texts for bracket in EVIDENCE.findall(text) for rule in RULE.findall(bracket)}


def image(tag: Any) -> Edit:
    """Change the image's tag, or the whole of it."""
    return lambda parts: parts.image(f"example.com/app:{tag}" if isinstance(tag, str) else tag)


def threshold(parts: Parts) -> None:
    """Change the alarm, and so the infrastructure."""
    parts.of("Errors")["Threshold"] = 10


def without_hook(parts: Parts) -> None:
    """Switch the hook off."""
    del parts.template["Hooks"], parts.template["Transform"]


def without(section: str) -> Edit:
    """Drop a section."""
    return lambda parts: parts.template.pop(section)


def with_section(section: str, **entries: Any) -> Edit:
    """Add entries to a section, or replace them."""
    return lambda parts: parts.template.setdefault(section, {}).update(copy.deepcopy(entries))


def with_resource(id: str, type: str, **properties: Any) -> Edit:
    """Add a resource, or replace it."""
    return lambda parts: parts.resources.update({id: {"Type": type, "Properties": copy.deepcopy(properties)}})


def without_resource(id: str) -> Edit:
    """Drop a resource."""
    return lambda parts: parts.resources.pop(id, None)


def with_properties(id: str, **properties: Any) -> Edit:
    """Add properties to a resource, or replace them."""
    return lambda parts: parts.of(id).update(copy.deepcopy(properties))


def with_attributes(id: str, **attributes: Any) -> Edit:
    """Add attributes to a resource, or replace them."""
    return lambda parts: parts.resources[id].update(copy.deepcopy(attributes))


def parameter(default: str | None = None, type: str = "String", **more: Any) -> dict[str, Any]:
    """A parameter's declaration."""
    return {"Type": type, **({} if default is None else {"Default": default}), **more}
