"""Rules about the blue task set and the primary task set."""

from __future__ import annotations

from ...hook_facts import TASK_SET_SCALE_UNIT, TASK_SET_SCALE_VALUE
from ...model import PRIMARY_TASK_SET, Resource, Template
from ...values import dig, integer, is_function, may_hold_more, references, sequence, text
from ..ports import may_serve
from ..rule import Found, rule


@rule("reported", rests_on=("P9",))
def task_set_scale(template: Template) -> Found:
    """The task set's scale is 100 percent."""
    for task_set in _task_sets(template):
        unit, value = dig(task_set.properties, "Scale", "Unit"), dig(task_set.properties, "Scale", "Value")
        right = (TASK_SET_SCALE_VALUE, str(TASK_SET_SCALE_VALUE))
        if any(map(may_hold_more, (task_set.properties, task_set.properties.get("Scale")))):
            continue
        if not is_function(value) and (unit != TASK_SET_SCALE_UNIT or value not in right):
            yield (
                task_set.id,
                "The update fails with 'task set computed desired count does not match service desired count': a task "
                f"set whose scale isn't {TASK_SET_SCALE_VALUE} percent never becomes stable. Set Scale to Unit "
                f"{TASK_SET_SCALE_UNIT} and Value {TASK_SET_SCALE_VALUE}; the number of tasks is the service's "
                "DesiredCount.",
            )


@rule("documented", rests_on=("L27",))
def task_set_capacity(template: Template) -> Found:
    """The task set has a launch type or capacity providers, not both."""
    for task_set in _task_sets(template):
        if {"LaunchType", "CapacityProviderStrategy"} <= task_set.properties.keys():
            yield (
                task_set.id,
                "Expect ECS to refuse the task set: LaunchType and CapacityProviderStrategy exclude each other. "
                "Remove one of them.",
            )


@rule("documented", rests_on=("S24", "L25"))
def task_set_target_group(template: Template) -> Found:
    """The task set registers with the blue target group, and only with it."""
    for deployment in template.deployments:
        task_set, blue = deployment.task_set, deployment.blue_target_group
        given = [
            dig(item, "TargetGroupArn") for item in sequence(dig(task_set and task_set.properties, "LoadBalancers"))
        ]
        if task_set and may_hold_more(task_set.properties):
            continue
        if task_set and blue and [references(arn) for arn in given] != [{blue.id}]:
            yield (
                task_set.id,
                "Expect the first deployment to fail, or the service to get no traffic: the task set must register "
                f"with the blue target group {blue.id}, which the listeners start with, and with no other. Make it the "
                "only item of LoadBalancers, by Ref.",
            )


@rule("reported", rests_on=("P19",))
def task_set_container_port(template: Template) -> Found:
    """The container and port that the task set registers are a TCP port mapping of the task definition."""
    for deployment in template.deployments:
        task_set, task_definition = deployment.task_set, deployment.task_definition
        if not task_set or not task_definition:
            continue
        containers = sequence(task_definition.properties.get("ContainerDefinitions"))
        if any(map(may_hold_more, (task_definition.properties, *containers))):
            continue
        for item in sequence(task_set.properties.get("LoadBalancers")):
            name, port = dig(item, "ContainerName"), integer(dig(item, "ContainerPort"))
            if not is_function(name) and port is not None and not may_serve(containers, name, port):
                yield (
                    task_set.id,
                    f"ECS refuses the task set with 'The container {text(name)} did not have a container port {port} "
                    f"defined', or it never becomes stable: {task_definition.id} has no such container, or no port "
                    "mapping of TCP for it. Let ContainerName and ContainerPort name one of its port mappings.",
                )


@rule("inferred", rests_on=("S17", "S18"))
def task_set_elsewhere(template: Template) -> Found:
    """The task set is one of the hook's service and task definition."""
    for deployment in template.deployments:
        if not (task_set := deployment.task_set):
            continue
        parts = {"Service": deployment.service, "TaskDefinition": deployment.task_definition}
        for name, meant in parts.items():
            named = references(task_set.properties.get(name))
            if meant and named and meant.id not in named:
                yield (
                    task_set.id,
                    f"The deployment would not replace what runs: the hook is for {meant.id}, but the task set's "
                    f"{name} is {', '.join(sorted(named))}. Let both name the same.",
                )


@rule("inferred", rests_on=("L24",))
def task_set_retained(template: Template) -> Found:
    """The task set is deleted with its colour."""
    for task_set in _task_sets(template):
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if text(task_set.body.get(policy)).startswith("Retain"):
                yield (
                    task_set.id,
                    f"Old tasks keep running: with {policy} {task_set.body[policy]}, the task set stays in the service "
                    "after a deployment has replaced it. Remove the policy, or make it Delete.",
                )


@rule("documented", rests_on=("Q1",))
def primary_task_set_missing(template: Template) -> Found:
    """There is a primary task set for the blue task set."""
    if template.may_hold_more("Resources"):
        return
    primaries = template.resources_of(PRIMARY_TASK_SET)
    for task_set in _task_sets(template):
        if not any(task_set.id in references(primary.properties.get("TaskSetId")) for primary in primaries):
            yield (
                task_set.id,
                "The service would have no primary task set, which a deployment moves from blue to green: no "
                f"{PRIMARY_TASK_SET} names the task set {task_set.id}. Add one with the cluster, the service and "
                f"TaskSetId as Fn::GetAtt {task_set.id}.Id.",
            )


def _task_sets(template: Template) -> list[Resource]:
    return [deployment.task_set for deployment in template.deployments if deployment.task_set]
