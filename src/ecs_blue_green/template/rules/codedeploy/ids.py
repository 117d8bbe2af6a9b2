"""Rules about the logical ids that the hook names."""

from __future__ import annotations

from ...model import LISTENER, SERVICE, TARGET_GROUP, TASK_DEFINITION, TASK_SET, Deployment, Template
from ...values import written_out
from ..rule import Found, rule

# What the hook names in pairs, blue and green, each with its type.
_PAIRS = {"TaskDefinitions": TASK_DEFINITION, "TaskSets": TASK_SET, "TargetGroups": TARGET_GROUP}


@rule("documented", rests_on=("S18", "S19", "S22"), fails="every update")
def colours_not_a_pair(template: Template) -> Found:
    """TaskDefinitions, TaskSets and TargetGroups each name a blue and a green one."""
    for deployment in template.deployments:
        for name in _PAIRS:
            ids, given = deployment.ids(name), deployment.attribute(name)
            if isinstance(given, list) and (len(ids) != 2 or ids[0] == ids[1] != ""):
                yield (
                    deployment.hook.id,
                    f"The hook can't tell blue from green: {name} must be two different logical ids, blue first, got "
                    f"{', '.join(map(written_out, given)) or 'none'}. Name the blue and the green one.",
                )


@rule("documented", "reported", rests_on=("Q7",))
def green_id_defined(template: Template) -> Found:
    """The green task definition and task set are defined nowhere."""
    for deployment in template.deployments:
        for name in ("TaskDefinitions", "TaskSets"):
            blue, *others = deployment.ids(name) or [""]
            for green in others:
                if green != blue and green in template.resources:
                    yield (
                        green,
                        f"Expect the deployment to fail: the transform makes the resource {green} itself, but the "
                        "template defines one. Remove the resource, and leave its id in the hook.",
                    )


@rule("documented", rests_on=("S23", "S24"), fails="every update")
def blue_id_undefined(template: Template) -> Found:
    """The blue task definition and task set exist, with the right type."""
    for deployment in template.deployments:
        for name in ("TaskDefinitions", "TaskSets"):
            for blue in deployment.ids(name)[:1]:
                yield from _undefined(template, deployment, blue, f"the blue one of {name}", _PAIRS[name])


@rule("documented", "reported", rests_on=("S22", "S23", "L32"), fails="every update")
def target_group_undefined(template: Template) -> Found:
    """Both target groups exist."""
    for deployment in template.deployments:
        for id in deployment.ids("TargetGroups"):
            yield from _undefined(template, deployment, id, "one of TargetGroups", TARGET_GROUP)


@rule("documented", "reported", rests_on=("S20", "S23", "L32"), fails="every update")
def route_undefined(template: Template) -> Found:
    """The production and the test route are listeners of the template."""
    for deployment in template.deployments:
        for route, id in deployment.routes.items():
            yield from _undefined(template, deployment, id, f"the {route}", LISTENER)


@rule("documented", rests_on=("S17", "S23"), fails="every update")
def target_undefined(template: Template) -> Found:
    """The target is a service of the template."""
    for deployment in template.deployments:
        yield from _undefined(template, deployment, deployment.target, "the Target", SERVICE)


def _undefined(template: Template, deployment: Deployment, id: str, what: str, type: str) -> Found:
    found = deployment.resources.get(id)
    if id and not deployment.named(id, type) and (found or not template.may_hold_more("Resources")):
        instead = f"it is of type {found.type or 'none'}" if found else "there is no such resource"
        yield (
            deployment.hook.id,
            f"Expect CloudFormation to refuse the template: {what} is {id} in the hook. It must be the logical id of a "
            f"resource of type {type} in this template, but {instead}. Name the resource that is meant, or move it to "
            "this stack.",
        )
