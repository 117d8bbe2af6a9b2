"""A template with a service that ECS itself deploys in steps, and edits of it."""

import copy
from collections.abc import Callable
from typing import Any

from ecs_blue_green.template.update import Prediction, predict
from tests.support import Template

LOAD_BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/main/1"

Edit = Callable[[Template], object]

SERVICE, TASK, RULE, TEST_RULE, BLUE, GREEN = "Service", "Task", "ProductionRule", "TestRule", "Blue", "Green"


def _rule(listener: str, port: int) -> list[dict[str, Any]]:
    groups = [
        {"TargetGroupArn": {"Ref": BLUE}, "Weight": 100},
        {"TargetGroupArn": {"Ref": GREEN}, "Weight": 0},
    ]
    rule = {
        "ListenerArn": {"Ref": listener},
        "Priority": 50000,
        "Conditions": [{"Field": "path-pattern", "Values": ["*"]}],
        "Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}],
    }
    return [
        {"LoadBalancerArn": LOAD_BALANCER, "Port": port, "DefaultActions": [{"Type": "fixed-response"}]},
        rule,
    ]


def _container(image: Any) -> dict[str, Any]:
    return {"Name": "web", "Image": image, "PortMappings": [{"ContainerPort": 80}]}


def template() -> Template:
    """A canary with a hook and a pause."""
    elb = "AWS::ElasticLoadBalancingV2"
    (listener, rule), (test_listener, test_rule) = _rule("Listener", 80), _rule("TestListener", 8080)
    group = {"Port": 80, "Protocol": "HTTP", "TargetType": "ip", "VpcId": "vpc-1"}
    resources = {
        BLUE: (f"{elb}::TargetGroup", group),
        GREEN: (f"{elb}::TargetGroup", copy.deepcopy(group)),
        "Listener": (f"{elb}::Listener", listener),
        "TestListener": (f"{elb}::Listener", test_listener),
        RULE: (f"{elb}::ListenerRule", rule),
        TEST_RULE: (f"{elb}::ListenerRule", test_rule),
        TASK: ("AWS::ECS::TaskDefinition", {"ContainerDefinitions": [_container("example.com/app:v1")]}),
        SERVICE: (
            "AWS::ECS::Service",
            {
                "Cluster": "main",
                "TaskDefinition": {"Ref": TASK},
                "DesiredCount": 2,
                "LaunchType": "FARGATE",
                "DeploymentConfiguration": {
                    "Strategy": "CANARY",
                    "BakeTimeInMinutes": 30,
                    "CanaryConfiguration": {"CanaryPercent": 20, "CanaryBakeTimeInMinutes": 15},
                    "LifecycleHooks": [
                        {
                            "TargetType": "AWS_LAMBDA",
                            "HookTargetArn": {"Fn::GetAtt": ["SmokeTest", "Arn"]},
                            "RoleArn": "arn:aws:iam::111111111111:role/hooks",
                            "LifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"],
                        },
                        {
                            "TargetType": "PAUSE",
                            "LifecycleStages": ["PRE_PRODUCTION_TRAFFIC_SHIFT"],
                            "TimeoutConfiguration": {"TimeoutInMinutes": 60, "Action": "CONTINUE"},
                        },
                    ],
                },
                "LoadBalancers": [
                    {
                        "ContainerName": "web",
                        "ContainerPort": 80,
                        "TargetGroupArn": {"Ref": BLUE},
                        "AdvancedConfiguration": {
                            "AlternateTargetGroupArn": {"Ref": GREEN},
                            "ProductionListenerRule": {"Ref": RULE},
                            "TestListenerRule": {"Ref": TEST_RULE},
                            "RoleArn": "arn:aws:iam::111111111111:role/infrastructure",
                        },
                    }
                ],
            },
        ),
    }
    return {"Resources": {id: {"Type": type, "Properties": body} for id, (type, body) in resources.items()}}


def update(*edits: Edit, deployed: tuple[Edit, ...] = (), **parameters: Any) -> Prediction:
    """Predict an update by some edits of a deployed template, without what `lint` finds unless that is asked for."""
    old = template()
    for edit in deployed:
        edit(old)
    new = copy.deepcopy(old)
    for edit in edits:
        edit(new)
    return predict(old, new, **{"lint": False} | parameters)


def put(id: str, **properties: Any) -> Edit:
    """Change properties of a resource; None takes one away."""

    def edit(template: Template) -> None:
        body = template["Resources"][id]
        together = body["Properties"] | properties
        body["Properties"] = {name: value for name, value in together.items() if value is not None}

    return edit


def configure(**members: Any) -> Edit:
    """Change members of the service's DeploymentConfiguration; None takes one away."""

    def edit(template: Template) -> None:
        properties = template["Resources"][SERVICE]["Properties"]
        together = properties["DeploymentConfiguration"] | members
        properties["DeploymentConfiguration"] = {name: value for name, value in together.items() if value is not None}

    return edit


def image(value: Any) -> Edit:
    """Change the image."""
    return put(TASK, ContainerDefinitions=[_container(value)])
