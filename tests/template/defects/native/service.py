"""Defects of the rest of the service."""

from .parts import NativeParts, breaks


@breaks("native-capacity")
def native_launch_type_and_capacity_providers(parts: NativeParts) -> None:
    parts.service["CapacityProviderStrategy"] = [{"CapacityProvider": "FARGATE", "Weight": 1}]


@breaks("native-service-name")
def native_service_with_a_name(parts: NativeParts) -> None:
    parts.service["ServiceName"] = "shop"


@breaks("native-mixed-hook")
def task_set_of_a_native_service(parts: NativeParts) -> None:
    parts.add("AWS::ECS::TaskSet", Cluster={"Ref": "Cluster"}, Service={"Ref": "Service"})


@breaks("native-mixed-hook")
def primary_task_set_of_a_native_service(parts: NativeParts) -> None:
    parts.add("AWS::ECS::PrimaryTaskSet", Cluster={"Ref": "Cluster"}, Service={"Fn::GetAtt": ["Service", "Name"]})


@breaks("native-beside-hook", "hook-missing")
def transform_without_a_hook(parts: NativeParts) -> None:
    parts.template["Transform"] = "AWS::CodeDeployBlueGreen"


@breaks("native-scaling-metric")
def scaling_by_requests_of_a_target_group(parts: NativeParts) -> None:
    name = {"Fn::Join": ["/", ["service", {"Ref": "Cluster"}, {"Fn::GetAtt": ["Service", "Name"]}]]}
    parts.add("AWS::ApplicationAutoScaling::ScalableTarget", "Target", ResourceId=name, MinCapacity=1, MaxCapacity=9)
    metric = {"PredefinedMetricType": "ALBRequestCountPerTarget"}
    config = {"TargetValue": 100, "PredefinedMetricSpecification": metric}
    parts.add(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        ScalingTargetId={"Ref": "Target"},
        TargetTrackingScalingPolicyConfiguration=config,
    )
