"""What the transform is thought to make of a template (rules Q5, Q6, Q8)."""

import copy
from typing import Any

from tests.support import Template
from tests.template.defects.parts import Parts


def green(template: Template) -> Template:
    """Give the processed template of a stack with green live."""
    parts = Parts(copy.deepcopy(template))
    pairs = [parts.ecs["TaskDefinitions"], parts.ecs["TaskSets"], [parts.blue_id, parts.green_id]]
    moved = dict(pairs)
    ids = dict(pairs[:2])
    for id in (parts.production_id, parts.test_id, *ids):
        parts.resources[id] = _renamed(parts.resources[id], moved)
    for id, body in parts.resources.items():
        if body["Type"] == "AWS::ECS::PrimaryTaskSet":
            parts.resources[id] = _renamed(body, ids)
    parts.template["Resources"] = {ids.get(id, id): body for id, body in parts.resources.items()}
    del parts.template["Hooks"], parts.template["Transform"]
    return parts.template


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _renamed(part, names) for name, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    return names.get(value, value) if isinstance(value, str) else value
