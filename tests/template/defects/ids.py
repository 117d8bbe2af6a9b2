"""Defects of the logical ids that the hook names."""

import copy

from .parts import Parts, breaks


@breaks("colours-not-a-pair")
def only_a_blue_task_set(parts: Parts) -> None:
    parts.ecs["TaskSets"].pop()


@breaks("colours-not-a-pair")
def no_task_definitions(parts: Parts) -> None:
    parts.ecs["TaskDefinitions"] = []


@breaks("colours-not-a-pair")
def three_task_definitions(parts: Parts) -> None:
    parts.ecs["TaskDefinitions"].append("Third")


@breaks("colours-not-a-pair")
def one_target_group_twice(parts: Parts) -> None:
    parts.routing["TargetGroups"][1] = parts.blue_id


@breaks("green-id-defined")
def green_task_definition_defined(parts: Parts) -> None:
    parts.resources[parts.ecs["TaskDefinitions"][1]] = copy.deepcopy(parts.resources[parts.task_id])


@breaks("green-id-defined")
def green_task_set_defined(parts: Parts) -> None:
    parts.resources[parts.ecs["TaskSets"][1]] = copy.deepcopy(parts.resources[parts.task_set_id])


@breaks("blue-id-undefined")
def blue_task_definition_undefined(parts: Parts) -> None:
    parts.ecs["TaskDefinitions"][0] = "Nothing"


@breaks("blue-id-undefined")
def blue_task_set_is_the_service(parts: Parts) -> None:
    parts.ecs["TaskSets"][0] = parts.service_id


@breaks("target-group-undefined")
def green_target_group_undefined(parts: Parts) -> None:
    parts.routing["TargetGroups"][1] = "Nothing"


@breaks("target-group-undefined", "dependency-undefined")
def green_target_group_of_another_stack(parts: Parts) -> None:
    parts.resources.pop(parts.green_id)


@breaks("route-undefined", "unshifted-traffic")
def production_listener_undefined(parts: Parts) -> None:
    parts.routing["ProdTrafficRoute"]["LogicalID"] = "Nothing"


@breaks("route-undefined", "unshifted-traffic")
def test_route_is_the_load_balancer(parts: Parts) -> None:
    parts.routing["TestTrafficRoute"]["LogicalID"] = parts.of(parts.test_id)["LoadBalancerArn"]["Ref"]


@breaks("target-undefined")
def target_undefined(parts: Parts) -> None:
    parts.application["Target"]["LogicalID"] = "Nothing"


@breaks("target-undefined")
def target_is_the_task_set(parts: Parts) -> None:
    parts.application["Target"]["LogicalID"] = parts.task_set_id
