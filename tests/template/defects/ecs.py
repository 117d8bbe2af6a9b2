"""Defects of service, task definition and task set."""

import copy

from .parts import Parts, breaks


@breaks("service-controller")
def codedeploy_as_the_controller(parts: Parts) -> None:
    parts.of(parts.service_id)["DeploymentController"]["Type"] = "CODE_DEPLOY"


@breaks("service-controller")
def no_controller(parts: Parts) -> None:
    del parts.of(parts.service_id)["DeploymentController"]


@breaks("service-property")
def task_definition_on_the_service(parts: Parts) -> None:
    parts.of(parts.service_id)["TaskDefinition"] = {"Ref": parts.task_id}


@breaks("service-property")
def load_balancers_on_the_service(parts: Parts) -> None:
    parts.of(parts.service_id)["LoadBalancers"] = parts.of(parts.task_set_id)["LoadBalancers"]


@breaks("service-property")
def a_circuit_breaker(parts: Parts) -> None:
    breaker = {"Enable": True, "Rollback": True}
    parts.of(parts.service_id)["DeploymentConfiguration"] = {"DeploymentCircuitBreaker": breaker}


@breaks("service-property")
def service_connect(parts: Parts) -> None:
    parts.of(parts.service_id)["ServiceConnectConfiguration"] = {"Enabled": True}


@breaks("service-property")
def a_daemon(parts: Parts) -> None:
    parts.of(parts.service_id)["SchedulingStrategy"] = "DAEMON"


@breaks("service-dependencies")
def service_that_waits_for_nothing(parts: Parts) -> None:
    del parts.resources[parts.service_id]["DependsOn"]


@breaks("image-tag-not-literal")
def tag_from_a_parameter(parts: Parts) -> None:
    parts.image({"Fn::Join": ["", ["example.com/shop:", {"Ref": "Tag"}]]})


@breaks("image-tag-not-literal")
def image_from_a_parameter(parts: Parts) -> None:
    parts.image({"Ref": "Tag"})


@breaks("image-tag-not-literal")
def image_joined_from_a_list_parameter(parts: Parts) -> None:
    parts.image({"Fn::Join": ["", {"Ref": "Parts"}]})


@breaks("image-tag-not-literal")
def tag_by_substitution(parts: Parts) -> None:
    parts.image({"Fn::Sub": "${AWS::AccountId}.dkr.ecr.us-east-1.amazonaws.com/shop:${Tag}"})


@breaks("image-tag-latest")
def latest(parts: Parts) -> None:
    parts.image("example.com/shop:latest")


@breaks("image-tag-latest")
def no_tag(parts: Parts) -> None:
    parts.image("localhost:5000/shop")


@breaks("task-set-scale")
def half_a_task_set(parts: Parts) -> None:
    parts.of(parts.task_set_id)["Scale"]["Value"] = 50


@breaks("task-set-scale")
def no_scale(parts: Parts) -> None:
    del parts.of(parts.task_set_id)["Scale"]


@breaks("task-set-capacity")
def launch_type_and_capacity_providers(parts: Parts) -> None:
    parts.of(parts.task_set_id)["LaunchType"] = "FARGATE"


@breaks("task-set-target-group")
def task_set_on_green(parts: Parts) -> None:
    parts.of(parts.task_set_id)["LoadBalancers"][0]["TargetGroupArn"]["Ref"] = parts.green_id


@breaks("task-set-target-group")
def task_set_on_both_colours(parts: Parts) -> None:
    blue = parts.of(parts.task_set_id)["LoadBalancers"]
    blue.append({**blue[0], "TargetGroupArn": {"Ref": parts.green_id}})


@breaks("task-set-target-group")
def task_set_without_a_load_balancer(parts: Parts) -> None:
    del parts.of(parts.task_set_id)["LoadBalancers"]


@breaks("task-set-container-port")
def task_set_of_no_container(parts: Parts) -> None:
    parts.of(parts.task_set_id)["LoadBalancers"][0]["ContainerName"] = "another"


@breaks("task-set-container-port")
def task_set_at_no_port(parts: Parts) -> None:
    parts.of(parts.task_set_id)["LoadBalancers"][0]["ContainerPort"] = 81


@breaks("task-set-container-port")
def task_set_at_a_port_of_udp(parts: Parts) -> None:
    for container in parts.of(parts.task_id)["ContainerDefinitions"]:
        for mapping in container.get("PortMappings", []):
            mapping["Protocol"] = "udp"


@breaks("task-set-elsewhere")
def task_set_of_another_task_definition(parts: Parts) -> None:
    parts.resources["Another"] = copy.deepcopy(parts.resources[parts.task_id])
    parts.of(parts.task_set_id)["TaskDefinition"] = {"Ref": "Another"}


@breaks("task-set-elsewhere")
def task_set_of_another_service(parts: Parts) -> None:
    parts.resources["Another"] = copy.deepcopy(parts.resources[parts.service_id])
    parts.of(parts.task_set_id)["Service"] = {"Fn::GetAtt": ["Another", "Name"]}


@breaks("task-set-retained")
def retained_task_set(parts: Parts) -> None:
    parts.resources[parts.task_set_id]["DeletionPolicy"] = "Retain"


@breaks("primary-task-set-missing")
def no_primary_task_set(parts: Parts) -> None:
    for id in [id for id, body in parts.resources.items() if body["Type"] == "AWS::ECS::PrimaryTaskSet"]:
        del parts.resources[id]
