"""What a stage has whichever engine deploys it: network, cluster, task definition, and the domain's name."""

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

from ecs_blue_green import TargetGroupAlarm

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


class TriviaStack(cdk.Stack):
    """The trivia backend at one domain, without its service."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        domain_name: str,
        image_tag: str,
        env: cdk.Environment,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id, env=env, tags=tags)
        self.domain_name = domain_name
        # A custom resource of CDK would change with its releases, and be refused beside a new image.
        vpc = ec2.Vpc(self, "VPC", max_azs=2, restrict_default_security_group=False)
        self.cluster = ecs.Cluster(
            self,
            "Cluster",
            cluster_name=domain_name.replace(".", "-"),
            vpc=vpc,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
        )
        repository = ecr.Repository.from_repository_name(self, "Repo", "reinvent-trivia-backend")
        self.certificate = ssm.StringParameter.value_for_string_parameter(self, f"CertificateArn-{domain_name}")
        self.task_definition = ecs.FargateTaskDefinition(self, "TaskDefinition")
        self.task_definition.add_container(
            "web",
            # The tag is literal text: from a parameter, CodeDeploy would not see it change.
            image=ecs.ContainerImage.from_ecr_repository(repository, image_tag),
            logging=ecs.LogDrivers.aws_logs(stream_prefix="Service"),
            port_mappings=[ecs.PortMapping(container_port=80)],
        )
        self.alarms = [
            TargetGroupAlarm.unhealthy_hosts(period=Duration.minutes(5), name=f"{id}-Unhealthy-Hosts"),
            TargetGroupAlarm.http_5xx(name=f"{id}-Http-500"),
        ]

    def point_domain_at(self, load_balancer: elbv2.IApplicationLoadBalancer, *, zone: str) -> None:
        """Let the domain's name lead to a load balancer."""
        route53.ARecord(
            self,
            "DNS",
            zone=route53.HostedZone.from_lookup(self, "Zone", domain_name=zone),
            record_name=self.domain_name,
            target=route53.RecordTarget.from_alias(targets.LoadBalancerTarget(load_balancer)),
        )
