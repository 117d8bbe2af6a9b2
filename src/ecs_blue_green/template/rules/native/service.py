"""Rules about the rest of the service, which hold as soon as it is made ready for such deployments."""

from __future__ import annotations

from ...model import PRIMARY_TASK_SET, TASK_SET, TRANSFORM
from ...native_facts import REFUSED_SCALING_METRIC
from ...native_model import NativeService
from ...values import dig, references
from ..rule import Found, rule

_SCALING_POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"


@rule("documented", rests_on=("NK32",))
def native_capacity(service: NativeService) -> Found:
    """The service has a launch type or capacity providers, not both."""
    if {"LaunchType", "CapacityProviderStrategy"} <= service.properties.keys():
        yield (
            service.id,
            "ECS refuses the service: with a CapacityProviderStrategy, LaunchType must be left out. Remove one.",
        )


@rule("documented", "inferred", rests_on=("NS2", "NM9"))
def native_service_name(service: NativeService) -> Found:
    """The service has no fixed name."""
    if "ServiceName" in service.properties:
        yield (
            service.id,
            "A later change of cluster, scheduling strategy or perhaps launch type probably fails: it replaces the "
            "service, and the new one can't have the name of the old one while that exists. Remove ServiceName.",
        )


@rule("documented", rests_on=("L25", "NS31", "NM7"))
def native_mixed_hook(service: NativeService) -> Found:
    """Neither CloudFormation's hook nor task sets are there for the service."""
    for deployment in service.template.deployments:
        if deployment.target == service.id:
            yield (
                deployment.hook.id,
                f"Two engines would deploy {service.id}: ECS by its DeploymentConfiguration, and this hook through "
                "CodeDeploy, which needs another deployment controller. Remove the hook and its transform, or keep the "
                "service as the hook needs it.",
            )
    for task_set in service.template.resources_of(TASK_SET, PRIMARY_TASK_SET):
        if service.id in references(task_set.properties.get("Service")):
            yield (
                task_set.id,
                f"ECS refuses task sets of {service.id}: a service with the ECS deployment controller has none. Remove "
                "this; in a migration, give it DeletionPolicy Retain one update earlier.",
            )


@rule("inferred", rests_on=("P5", "NK35"))
def native_beside_hook(service: NativeService) -> Found:
    """The blue/green transform is not in the template."""
    others = [deployment for deployment in service.template.deployments if deployment.target != service.id]
    if TRANSFORM in service.template.transforms and (others or not service.template.deployments):
        yield (
            service.id,
            f"Properties of {service.id} may get lost: the transform {TRANSFORM} reads the whole template, and people "
            "saw it lose properties that it doesn't know. Move the service to a stack without the transform, or "
            "remove the transform.",
        )


@rule("documented", rests_on=("NB13",))
def native_scaling_metric(service: NativeService) -> Found:
    """The service doesn't scale by requests of a target group."""
    for policy in service.template.resources_of(_SCALING_POLICY):
        properties = service.template.settled(policy).properties
        config = dig(properties, "TargetTrackingScalingPolicyConfiguration", "PredefinedMetricSpecification")
        metric = dig(config, "PredefinedMetricType")
        if metric == REFUSED_SCALING_METRIC and service.id in service.template.made_before(policy):
            yield (
                policy.id,
                f"AWS doesn't support this for {service.id}: {REFUSED_SCALING_METRIC} counts the requests of one "
                "target group, and its deployments move traffic between two. Scale by CPU, or by both groups.",
            )
