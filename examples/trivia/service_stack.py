"""The service of one stage, with the network it runs in."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from ecs_blue_green import (
    EcsBlueGreenService,
    HttpsListener,
    LifecycleHooks,
    NewLoadBalancer,
    TargetGroupAlarm,
    TimeBasedCanary,
)

FIVE_SECONDS = Duration.seconds(5)
HEALTH_CHECK = elbv2.HealthCheck(
    interval=FIVE_SECONDS,
    path="/",
    protocol=elbv2.Protocol.HTTP,
    healthy_http_codes="200",
    healthy_threshold_count=2,
    unhealthy_threshold_count=3,
    timeout=Duration.seconds(4),
)
# A fifth of production traffic for a quarter of an hour, then all; half an hour later the old tasks go.
TRAFFIC_ROUTING = TimeBasedCanary(step_percentage=20, bake_time=Duration.minutes(15))
TERMINATION_WAIT_TIME = Duration.minutes(30)
UNHEALTHY_HOSTS_PERIOD = Duration.minutes(5)


class TriviaBackendStack(cdk.Stack):
    """The trivia backend at one domain."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        domain_name: str,
        domain_zone: str,
        image_tag: str,
        lifecycle_hooks: LifecycleHooks,
        env: cdk.Environment,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id, env=env, tags=tags)
        # A custom resource of CDK would change with its releases, and be refused beside a new image.
        vpc = ec2.Vpc(self, "VPC", max_azs=2, restrict_default_security_group=False)
        cluster = ecs.Cluster(
            self,
            "Cluster",
            cluster_name=domain_name.replace(".", "-"),
            vpc=vpc,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
        )
        repository = ecr.Repository.from_repository_name(self, "Repo", "reinvent-trivia-backend")
        certificate = ssm.StringParameter.value_for_string_parameter(self, f"CertificateArn-{domain_name}")
        task_definition = ecs.FargateTaskDefinition(self, "TaskDefinition")
        task_definition.add_container(
            "web",
            # The tag is literal text: from a parameter, CodeDeploy would not see it change.
            image=ecs.ContainerImage.from_ecr_repository(repository, image_tag),
            logging=ecs.LogDrivers.aws_logs(stream_prefix="Service"),
            port_mappings=[ecs.PortMapping(container_port=80)],
        )
        service = EcsBlueGreenService(
            self,
            "Service",
            cluster=cluster,
            task_definition=task_definition,
            container_name="web",
            desired_count=3,
            load_balancer=NewLoadBalancer(internet_facing=True),
            production_listener=HttpsListener(certificates=[certificate]),
            # Open, as the hook function tests from outside the VPC.
            test_listener=HttpsListener(certificates=[certificate], port=9002, open=True),
            deregistration_delay=FIVE_SECONDS,
            health_check=HEALTH_CHECK,
            traffic_routing=TRAFFIC_ROUTING,
            termination_wait_time=TERMINATION_WAIT_TIME,
            lifecycle_hooks=lifecycle_hooks,
            alarms=[
                TargetGroupAlarm.unhealthy_hosts(period=UNHEALTHY_HOSTS_PERIOD, name=f"{id}-Unhealthy-Hosts"),
                TargetGroupAlarm.http_5xx(name=f"{id}-Http-500"),
            ],
        )
        zone = route53.HostedZone.from_lookup(self, "Zone", domain_name=domain_zone)
        route53.ARecord(
            self,
            "DNS",
            zone=zone,
            record_name=domain_name,
            target=route53.RecordTarget.from_alias(targets.LoadBalancerTarget(service.load_balancer)),
        )
