"""The service of one stage, deployed by ECS itself."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from constructs import Construct
from hooks_stack import CODE
from trivia_stack import FIVE_SECONDS, HEALTH_CHECK, TriviaStack

from ecs_blue_green import (
    BlueGreen,
    EcsNativeBlueGreenService,
    HttpsListener,
    LambdaHook,
    LifecycleHookFunction,
    NewLoadBalancer,
    Stage,
)

# All production traffic at once; half an hour later the old tasks go.
DEPLOYMENT = BlueGreen(bake_time=Duration.minutes(30))


class TriviaNativeStack(TriviaStack):
    """The trivia backend at one domain, with its hook function in the same stack."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        domain_name: str,
        domain_zone: str,
        image_tag: str,
        env: cdk.Environment,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id, domain_name=domain_name, image_tag=image_tag, env=env, tags=tags)
        function = LifecycleHookFunction(
            self,
            "PreTrafficHook",
            code=CODE,
            handler="pre_traffic.handler",
            reports_to_codedeploy=False,
            environment={"TARGET_URL": f"https://{domain_name}:9002/api/trivia/all"},
        )
        service = EcsNativeBlueGreenService(
            self,
            "Service",
            cluster=self.cluster,
            task_definition=self.task_definition,
            container_name="web",
            desired_count=3,
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.ENABLED,
            load_balancer=NewLoadBalancer(internet_facing=True),
            production_listener=HttpsListener(certificates=[self.certificate]),
            # Open, as the hook function tests from outside the VPC.
            test_listener=HttpsListener(certificates=[self.certificate], port=9002, open=True),
            deregistration_delay=FIVE_SECONDS,
            health_check=HEALTH_CHECK,
            deployment=DEPLOYMENT,
            lifecycle_hooks=[LambdaHook(function, stages=[Stage.POST_TEST_TRAFFIC_SHIFT])],
            alarms=self.alarms,
        )
        self.point_domain_at(service.load_balancer, zone=domain_zone)
        cdk.CfnOutput(self, "ServiceURL", value=f"https://{domain_name}/api/docs/")
        cdk.CfnOutput(self, "LoadBalancerDnsName", value=service.load_balancer.load_balancer_dns_name)
