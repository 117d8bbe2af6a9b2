"""The service with the EXTERNAL controller, the blue task set and the primary task set.

They are L1 constructs: CDK's FargateService knows no task sets (rule P13).
"""

from __future__ import annotations

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ..parts.front import MadeFront
from ..parts.l1 import create_l1
from ..parts.service_settings import ServiceSettings
from ..parts.tasks import MadeTasks
from ..template.hook_facts import DEPLOYMENT_CONTROLLER, TASK_SET_SCALE_UNIT, TASK_SET_SCALE_VALUE


def create_service(scope: Construct, cluster_name: str, settings: ServiceSettings) -> ecs.CfnService:
    """Create the service."""
    return create_l1(
        ecs.CfnService,
        scope,
        "Service",
        cluster=cluster_name,
        deployment_controller=ecs.CfnService.DeploymentControllerProperty(type=DEPLOYMENT_CONTROLLER),
        **settings.properties(),
    )


def create_task_set(
    scope: Construct, cluster_name: str, service_name: str, tasks: MadeTasks, front: MadeFront
) -> ecs.CfnTaskSet:
    """Create the blue task set, which the first green deployment replaces."""
    kind, container = ecs.CfnTaskSet, front.container
    return create_l1(
        ecs.CfnTaskSet,
        scope,
        "TaskSet",
        cluster=cluster_name,
        service=service_name,
        task_definition=tasks.definition.task_definition_arn,
        # Anything but 100 percent of the service's desired count never becomes stable (rule P9).
        scale=kind.ScaleProperty(unit=TASK_SET_SCALE_UNIT, value=TASK_SET_SCALE_VALUE),
        load_balancers=[
            kind.LoadBalancerProperty(
                container_name=container.name,
                container_port=container.port,
                target_group_arn=front.target_groups.blue_arn,
            )
        ],
        network_configuration={"awsVpcConfiguration": tasks.vpc_configuration()},
        **tasks.properties(),
    )


def create_primary_task_set(
    scope: Construct, cluster_name: str, service_name: str, task_set: ecs.CfnTaskSet
) -> ecs.CfnPrimaryTaskSet:
    """Say that the blue task set is in production."""
    return create_l1(
        ecs.CfnPrimaryTaskSet,
        scope,
        "PrimaryTaskSet",
        cluster=cluster_name,
        service=service_name,
        task_set_id=task_set.attr_id,
    )
