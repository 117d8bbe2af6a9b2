"""The service as a whole."""

import aws_cdk as cdk
import pytest

from ecs_blue_green import InvalidArgumentsError
from tests.support import Service, hook_of, properties, resources, template_of


def test_service_has_external_controller_and_waits_for_listeners_and_target_groups(
    stack: cdk.Stack, service: Service
) -> None:
    service(test_listener=None)
    template = template_of(stack)
    (resource,) = resources(template, "AWS::ECS::Service").values()
    assert resource["Properties"]["DeploymentController"] == {"Type": "EXTERNAL"}
    assert sorted(resource["DependsOn"]) == sorted(
        [
            *resources(template, "AWS::ElasticLoadBalancingV2::TargetGroup"),
            *resources(template, "AWS::ElasticLoadBalancingV2::Listener"),
        ]
    )


def test_hook_names_blue_resources_and_undefined_green_ones(stack: cdk.Stack, service: Service) -> None:
    service()
    template = template_of(stack)
    attributes = hook_of(template)["Applications"][0]["ECSAttributes"]
    for key, type in {"TaskDefinitions": "AWS::ECS::TaskDefinition", "TaskSets": "AWS::ECS::TaskSet"}.items():
        (blue,) = resources(template, type)
        assert attributes[key] == [blue, f"{blue}Green"]
        assert f"{blue}Green" not in template["Resources"]


def test_several_mistakes_are_reported_together(service: Service) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        service(desired_count=-1, production_listener="https")
    assert len(caught.value.mistakes) == 2
    assert "desired_count must be a whole number of 0 or more, got -1" in str(caught.value)
    assert str(caught.value).startswith("Stack/Service (")


def test_desired_count_is_rendered(stack: cdk.Stack, service: Service) -> None:
    service(desired_count=3)
    assert properties(template_of(stack), "AWS::ECS::Service")["DesiredCount"] == 3
