"""``python -m benchmarks.prediction``: how long it takes to predict an update, and how that grows with the template."""

import argparse
import copy
import sys
from time import process_time
from typing import Any

from ecs_blue_green.template.update import predict

# CloudFormation allows 500 resources in a stack.
SIZES = (500, 1000, 2000)
TARGET = 1.0
TARGET_GROWTH = 1.25


def main() -> int:
    """Predicts an update of templates of several sizes, and prints the least seconds of CPU time and their growth.

    Returns:
        The exit status: 0 also when a number is over its target.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prediction", description=__doc__)
    parser.add_argument("--repeat", type=int, default=9, metavar="N", help="how often each is predicted (%(default)s)")
    repeat = max(1, parser.parse_args().repeat)
    pairs = {size: make_update(size) for size in SIZES}
    predict(*pairs[SIZES[0]])  # reads the table of what replaces a resource
    seconds = dict.fromkeys(SIZES, float("inf"))
    for _ in range(repeat):  # in turns, so that all sizes see the same machine
        for size in SIZES:
            seconds[size] = min(seconds[size], measure(*pairs[size]))
    print("resources   seconds   per resource, relative to the size before")
    for before, size in zip((None, *SIZES), SIZES, strict=False):
        growth = seconds[size] / seconds[before] * before / size if before else None
        note = "" if growth is None else f"   {growth:.2f}   <= {TARGET_GROWTH:.2f}  {verdict(growth, TARGET_GROWTH)}"
        print(f"{size:>9}   {seconds[size]:7.3f}{note}")
    largest = seconds[SIZES[-1]]
    print(f"largest     {largest:7.3f}   <= {TARGET:.2f} s  {verdict(largest, TARGET)}")
    return 0


def verdict(value: float, target: float) -> str:
    """Says whether a value is within its target."""
    return "ok" if value <= target else "over"


def measure(deployed: dict[str, Any], new: dict[str, Any]) -> float:
    """Predicts an update, which must be refused with two steps, and returns the seconds of CPU time that it took."""
    start = process_time()
    prediction = predict(deployed, new)
    seconds = process_time() - start
    if len(prediction.steps) != 2:
        sys.exit(f"benchmarks: expected a refused update with two steps, got {prediction.outcome}")
    return seconds


def make_update(size: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Makes a template with a blue/green service, and one in which the image and every fourth resource changes."""
    resources = {**APPLICATION, **{f"Alarm{number}": _alarm(number) for number in range(size - len(APPLICATION))}}
    deployed: dict[str, Any] = {
        "Transform": "AWS::CodeDeployBlueGreen",
        "Hooks": HOOKS,
        "Parameters": {"Stage": {"Type": "String", "Default": "Prod"}},
        "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "Prod"]}},
        "Mappings": {"Thresholds": {"Prod": {"Errors": 5}, "Test": {"Errors": 50}}},
        "Resources": resources,
    }
    new = copy.deepcopy(deployed)
    new["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"][0]["Image"] = "example.com/app:v2"
    for number in range(0, size - len(APPLICATION), 4):
        new["Resources"][f"Alarm{number}"]["Properties"]["Period"] = 120
        new["Resources"][f"Alarm{number}"]["Properties"]["AlarmName"] = f"renamed-{number}"
    return deployed, new


def _alarm(number: int) -> dict[str, Any]:
    """Makes an alarm that uses every function, and refers to the alarm before it and to the service."""
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "DependsOn": ["Service"],
        "Metadata": {"aws:cdk:path": f"Shop/Service/Alarm{number}/Resource"},
        "Properties": {
            "AlarmName": f"alarm-{number}",
            "AlarmDescription": {"Fn::Sub": "Errors of ${Service.Name} in ${AWS::Region} (${Stage})"},
            "AlarmActions": [{"Fn::GetAtt": [f"Alarm{number - 1}", "Arn"]}] if number else [],
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Dimensions": [
                {"Name": "LoadBalancer", "Value": {"Fn::Join": ["/", ["app", {"Ref": "Blue"}, {"Ref": "Stage"}]]}},
                {"Name": "TargetGroup", "Value": {"Fn::Select": [1, {"Fn::Split": ["/", "targetgroup/blue"]}]}},
            ],
            "EvaluationPeriods": {"Fn::If": ["IsProd", 1, 3]},
            "MetricName": "HTTPCode_Target_5XX_Count",
            "Namespace": "AWS/ApplicationELB",
            "Period": 60,
            "Statistic": "Sum",
            "Threshold": {"Fn::FindInMap": ["Thresholds", {"Ref": "Stage"}, "Errors"]},
            "Tags": [{"Key": f"tag-{tag}", "Value": f"value-{tag}"} for tag in range(4)],
        },
    }


HOOKS = {
    "Hook": {
        "Type": "AWS::CodeDeploy::BlueGreen",
        "Properties": {
            "Applications": [
                {
                    "Target": {"Type": "AWS::ECS::Service", "LogicalID": "Service"},
                    "ECSAttributes": {
                        "TaskDefinitions": ["TaskDefinition", "TaskDefinitionGreen"],
                        "TaskSets": ["TaskSet", "TaskSetGreen"],
                        "TrafficRouting": {
                            "ProdTrafficRoute": {
                                "Type": "AWS::ElasticLoadBalancingV2::Listener",
                                "LogicalID": "Listener",
                            },
                            "TargetGroups": ["Blue", "Green"],
                        },
                    },
                }
            ]
        },
    }
}

APPLICATION: dict[str, Any] = {
    "Blue": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": {"Port": 80, "VpcId": "vpc-1"}},
    "Green": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": {"Port": 80, "VpcId": "vpc-1"}},
    "Listener": {
        "Type": "AWS::ElasticLoadBalancingV2::Listener",
        "Properties": {"DefaultActions": [{"Type": "forward", "TargetGroupArn": {"Ref": "Blue"}}]},
    },
    "Service": {"Type": "AWS::ECS::Service", "Properties": {"DeploymentController": {"Type": "EXTERNAL"}}},
    "TaskDefinition": {
        "Type": "AWS::ECS::TaskDefinition",
        "Properties": {"ContainerDefinitions": [{"Name": "app", "Image": "example.com/app:v1"}]},
    },
    "TaskSet": {
        "Type": "AWS::ECS::TaskSet",
        "Properties": {
            "TaskDefinition": {"Ref": "TaskDefinition"},
            "Service": {"Ref": "Service"},
            "LoadBalancers": [{"TargetGroupArn": {"Ref": "Blue"}}],
        },
    },
    "PrimaryTaskSet": {
        "Type": "AWS::ECS::PrimaryTaskSet",
        "Properties": {"TaskSetId": {"Fn::GetAtt": ["TaskSet", "Id"]}},
    },
}


if __name__ == "__main__":
    sys.exit(main())
