"""The service of one stage, deployed by CloudFormation's hook."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import Duration
from constructs import Construct
from hooks_stack import TriviaBackendHooksStack
from trivia_stack import FIVE_SECONDS, HEALTH_CHECK, TriviaStack

from ecs_blue_green import EcsBlueGreenService, HttpsListener, LifecycleHooks, NewLoadBalancer, TimeBasedCanary

# A fifth of production traffic for a quarter of an hour, then all; half an hour later the old tasks go.
TRAFFIC_ROUTING = TimeBasedCanary(step_percentage=20, bake_time=Duration.minutes(15))
TERMINATION_WAIT_TIME = Duration.minutes(30)


class TriviaBackendStack(TriviaStack):
    """The trivia backend at one domain; its hook function is in a stack of its own, which is made unless given."""

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
        lifecycle_hooks: LifecycleHooks | None = None,
    ) -> None:
        if lifecycle_hooks is None:
            hooks_id = id.replace("TriviaBackend", "TriviaBackendHooks")
            hooks = TriviaBackendHooksStack(scope, hooks_id, domain_name=domain_name, env=env, tags=tags)
            lifecycle_hooks = hooks.lifecycle_hooks
        super().__init__(scope, id, domain_name=domain_name, image_tag=image_tag, env=env, tags=tags)
        service = EcsBlueGreenService(
            self,
            "Service",
            cluster=self.cluster,
            task_definition=self.task_definition,
            container_name="web",
            desired_count=3,
            load_balancer=NewLoadBalancer(internet_facing=True),
            production_listener=HttpsListener(certificates=[self.certificate]),
            # Open, as the hook function tests from outside the VPC.
            test_listener=HttpsListener(certificates=[self.certificate], port=9002, open=True),
            deregistration_delay=FIVE_SECONDS,
            health_check=HEALTH_CHECK,
            traffic_routing=TRAFFIC_ROUTING,
            termination_wait_time=TERMINATION_WAIT_TIME,
            lifecycle_hooks=lifecycle_hooks,
            alarms=self.alarms,
        )
        self.point_domain_at(service.load_balancer, zone=domain_zone)
