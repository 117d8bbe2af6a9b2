"""The trivia service with ECS's own deployments, through the library: the same as by_hand_native.py."""

from collections.abc import Mapping

from aws_cdk import CfnOutput, Duration, Environment, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from ecs_blue_green import (
    Canary,
    EcsNativeBlueGreenService,
    HttpsListener,
    LambdaHook,
    NewLoadBalancer,
    Stage,
    TargetGroupAlarm,
)


class NativeStack(Stack):
    """One trivia service that ECS deploys."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        domain_name: str,
        domain_zone: str,
        image_tag: str,
        hook_function: str,
        env: Environment,
        tags: Mapping[str, str],
    ) -> None:
        """Creates the service and everything around it.

        Args:
            scope: The app or stage that holds the stack.
            id: The stack's id, which is also its name.
            domain_name: The service's domain; its certificate's ARN is in the SSM parameter
                ``CertificateArn-<domain_name>``.
            domain_zone: The hosted zone that the domain is in.
            image_tag: The tag of the image to run.
            hook_function: The name of the function that tests the green tasks.
            env: Account and region; both are needed for the look-ups.
            tags: Tags of every resource in the stack.
        """
        super().__init__(scope, id, env=env, tags=tags)
        vpc = ec2.Vpc(self, "VPC", max_azs=2)
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
            image=ecs.ContainerImage.from_ecr_repository(repository, image_tag),
            logging=ecs.LogDrivers.aws_logs(stream_prefix="Service"),
            port_mappings=[ecs.PortMapping(container_port=80)],
        )
        five_seconds = Duration.seconds(5)
        hook = lambda_.Function.from_function_name(self, "HookFunction", hook_function)
        service = EcsNativeBlueGreenService(
            self,
            "Service",
            cluster=cluster,
            task_definition=task_definition,
            container_name="web",
            desired_count=3,
            load_balancer=NewLoadBalancer(internet_facing=True),
            production_listener=HttpsListener(certificates=[certificate]),
            test_listener=HttpsListener(certificates=[certificate], port=9002, open=True),
            deregistration_delay=five_seconds,
            health_check=elb.HealthCheck(
                interval=five_seconds,
                path="/",
                protocol=elb.Protocol.HTTP,
                healthy_http_codes="200",
                healthy_threshold_count=2,
                unhealthy_threshold_count=3,
                timeout=Duration.seconds(4),
            ),
            deployment=Canary(percentage=20, canary_bake_time=Duration.minutes(15), bake_time=Duration.minutes(30)),
            lifecycle_hooks=[LambdaHook(hook, stages=[Stage.POST_TEST_TRAFFIC_SHIFT])],
            alarms=[
                TargetGroupAlarm.unhealthy_hosts(period=Duration.minutes(5), name=f"{id}-Unhealthy-Hosts"),
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
        CfnOutput(self, "ServiceURL", value=f"https://{domain_name}/api/docs/")
        CfnOutput(self, "LoadBalancerDnsName", value=service.load_balancer.load_balancer_dns_name)
