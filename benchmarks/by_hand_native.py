"""The trivia service with ECS's own deployments and without the library, as CDK's README has it: its L2 constructs.

This is what ``EcsNativeBlueGreenService`` is measured and compared against; the values are those of by_hand.py.
"""

import os
from collections.abc import Mapping

from aws_cdk import CfnOutput, Duration, Environment, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_ssm as ssm
from constructs import Construct


class ByHandNativeStack(Stack):
    """One trivia service that ECS deploys, wired by hand."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        domain_name: str,
        domain_zone: str,
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
            hook_function: The name of the function that tests the green tasks.
            env: Account and region; both are needed for the look-ups.
            tags: Tags of every resource in the stack.
        """
        super().__init__(scope, id, env=env, tags=tags)

        image_repo = ecr.Repository.from_repository_name(self, "Repo", "reinvent-trivia-backend")
        tag = os.environ.get("IMAGE_TAG") or "latest"
        image = ecs.ContainerImage.from_ecr_repository(image_repo, tag)

        # Network infrastructure
        vpc = ec2.Vpc(self, "VPC", max_azs=2)
        cluster = ecs.Cluster(
            self,
            "Cluster",
            cluster_name=domain_name.replace(".", "-"),
            vpc=vpc,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
        )
        service_sg = ec2.SecurityGroup(self, "ServiceSecurityGroup", vpc=vpc)

        # Pre-existing TLS certificate
        certificate_arn = ssm.StringParameter.from_string_parameter_attributes(
            self, "CertArnParameter", parameter_name="CertificateArn-" + domain_name
        ).string_value
        certificate = acm.Certificate.from_certificate_arn(self, "Certificate", certificate_arn)

        # Public load balancer
        load_balancer = elb.ApplicationLoadBalancer(self, "LoadBalancer", vpc=vpc, internet_facing=True)
        service_sg.connections.allow_from(load_balancer, ec2.Port.tcp(80))
        CfnOutput(self, "ServiceURL", value="https://" + domain_name + "/api/docs/")
        CfnOutput(self, "LoadBalancerDnsName", value=load_balancer.load_balancer_dns_name)
        zone = route53.HostedZone.from_lookup(self, "Zone", domain_name=domain_zone)
        route53.ARecord(
            self,
            "DNS",
            zone=zone,
            record_name=domain_name,
            target=route53.RecordTarget.from_alias(targets.LoadBalancerTarget(load_balancer)),
        )

        # Target groups
        blue = elb.ApplicationTargetGroup(
            self,
            "ServiceTargetGroupBlue",
            port=80,
            protocol=elb.ApplicationProtocol.HTTP,
            target_type=elb.TargetType.IP,
            vpc=vpc,
            deregistration_delay=Duration.seconds(5),
            health_check=elb.HealthCheck(
                interval=Duration.seconds(5),
                path="/",
                protocol=elb.Protocol.HTTP,
                healthy_http_codes="200",
                healthy_threshold_count=2,
                unhealthy_threshold_count=3,
                timeout=Duration.seconds(4),
            ),
        )
        green = elb.ApplicationTargetGroup(
            self,
            "ServiceTargetGroupGreen",
            port=80,
            protocol=elb.ApplicationProtocol.HTTP,
            target_type=elb.TargetType.IP,
            vpc=vpc,
            deregistration_delay=Duration.seconds(5),
            health_check=elb.HealthCheck(
                interval=Duration.seconds(5),
                path="/",
                protocol=elb.Protocol.HTTP,
                healthy_http_codes="200",
                healthy_threshold_count=2,
                unhealthy_threshold_count=3,
                timeout=Duration.seconds(4),
            ),
        )

        # Listeners, and the rules that ECS moves traffic with
        listener = load_balancer.add_listener(
            "ProductionListener",
            port=443,
            protocol=elb.ApplicationProtocol.HTTPS,
            open=True,
            certificates=[certificate],
            default_action=elb.ListenerAction.fixed_response(404, content_type="text/plain", message_body="Not Found"),
        )
        test_listener = load_balancer.add_listener(
            "TestListener",
            port=9002,
            protocol=elb.ApplicationProtocol.HTTPS,
            open=True,
            certificates=[certificate],
            default_action=elb.ListenerAction.fixed_response(404, content_type="text/plain", message_body="Not Found"),
        )
        production_rule = elb.ApplicationListenerRule(
            self,
            "ProductionRule",
            listener=listener,
            priority=1,
            conditions=[elb.ListenerCondition.path_patterns(["*"])],
            action=elb.ListenerAction.weighted_forward(
                [
                    elb.WeightedTargetGroup(target_group=blue, weight=100),
                    elb.WeightedTargetGroup(target_group=green, weight=0),
                ]
            ),
        )
        test_rule = elb.ApplicationListenerRule(
            self,
            "TestRule",
            listener=test_listener,
            priority=1,
            conditions=[elb.ListenerCondition.path_patterns(["*"])],
            action=elb.ListenerAction.weighted_forward(
                [
                    elb.WeightedTargetGroup(target_group=blue, weight=100),
                    elb.WeightedTargetGroup(target_group=green, weight=0),
                ]
            ),
        )

        # Alarms
        blue_unhealthy = cloudwatch.Alarm(
            self,
            "TargetGroupBlueUnhealthyHosts",
            alarm_name=self.stack_name + "-Unhealthy-Hosts-Blue",
            metric=cloudwatch.Metric(
                namespace="AWS/ApplicationELB",
                metric_name="UnHealthyHostCount",
                statistic="Average",
                dimensions_map={
                    "TargetGroup": blue.target_group_full_name,
                    "LoadBalancer": load_balancer.load_balancer_full_name,
                },
            ),
            threshold=1,
            evaluation_periods=2,
        )
        blue_5xx = cloudwatch.Alarm(
            self,
            "TargetGroupBlue5xx",
            alarm_name=self.stack_name + "-Http-500-Blue",
            metric=cloudwatch.Metric(
                namespace="AWS/ApplicationELB",
                metric_name="HTTPCode_Target_5XX_Count",
                statistic="Sum",
                dimensions_map={
                    "TargetGroup": blue.target_group_full_name,
                    "LoadBalancer": load_balancer.load_balancer_full_name,
                },
                period=Duration.minutes(1),
            ),
            threshold=1,
            evaluation_periods=1,
        )
        green_unhealthy = cloudwatch.Alarm(
            self,
            "TargetGroupGreenUnhealthyHosts",
            alarm_name=self.stack_name + "-Unhealthy-Hosts-Green",
            metric=cloudwatch.Metric(
                namespace="AWS/ApplicationELB",
                metric_name="UnHealthyHostCount",
                statistic="Average",
                dimensions_map={
                    "TargetGroup": green.target_group_full_name,
                    "LoadBalancer": load_balancer.load_balancer_full_name,
                },
            ),
            threshold=1,
            evaluation_periods=2,
        )
        green_5xx = cloudwatch.Alarm(
            self,
            "TargetGroupGreen5xx",
            alarm_name=self.stack_name + "-Http-500-Green",
            metric=cloudwatch.Metric(
                namespace="AWS/ApplicationELB",
                metric_name="HTTPCode_Target_5XX_Count",
                statistic="Sum",
                dimensions_map={
                    "TargetGroup": green.target_group_full_name,
                    "LoadBalancer": load_balancer.load_balancer_full_name,
                },
                period=Duration.minutes(1),
            ),
            threshold=1,
            evaluation_periods=1,
        )
        cloudwatch.CompositeAlarm(
            self,
            "CompositeUnhealthyHosts",
            composite_alarm_name=self.stack_name + "-Unhealthy-Hosts",
            alarm_rule=cloudwatch.AlarmRule.any_of(
                cloudwatch.AlarmRule.from_alarm(blue_unhealthy, cloudwatch.AlarmState.ALARM),
                cloudwatch.AlarmRule.from_alarm(green_unhealthy, cloudwatch.AlarmState.ALARM),
            ),
        )
        cloudwatch.CompositeAlarm(
            self,
            "Composite5xx",
            composite_alarm_name=self.stack_name + "-Http-500",
            alarm_rule=cloudwatch.AlarmRule.any_of(
                cloudwatch.AlarmRule.from_alarm(blue_5xx, cloudwatch.AlarmState.ALARM),
                cloudwatch.AlarmRule.from_alarm(green_5xx, cloudwatch.AlarmState.ALARM),
            ),
        )

        # Task definition and service
        task_definition = ecs.FargateTaskDefinition(self, "TaskDefinition")
        task_definition.add_container(
            "web",
            image=image,
            logging=ecs.LogDrivers.aws_logs(stream_prefix="Service"),
            port_mappings=[ecs.PortMapping(container_port=80)],
        )
        hook = lambda_.Function.from_function_name(self, "HookFunction", hook_function)
        service = ecs.FargateService(
            self,
            "Service",
            cluster=cluster,
            task_definition=task_definition,
            security_groups=[service_sg],
            desired_count=3,
            min_healthy_percent=100,
            max_healthy_percent=200,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            deployment_strategy=ecs.DeploymentStrategy.CANARY,
            canary_configuration=ecs.TrafficShiftConfig(step_percent=20, step_bake_time=Duration.minutes(15)),
            bake_time=Duration.minutes(30),
            deployment_alarms=ecs.DeploymentAlarmConfig(
                alarm_names=[
                    blue_unhealthy.alarm_name,
                    green_unhealthy.alarm_name,
                    blue_5xx.alarm_name,
                    green_5xx.alarm_name,
                ],
                behavior=ecs.AlarmBehavior.ROLLBACK_ON_ALARM,
            ),
            lifecycle_hooks=[
                ecs.DeploymentLifecycleLambdaTarget(
                    hook, "PostTestTraffic", lifecycle_stages=[ecs.DeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT]
                )
            ],
        )
        target = service.load_balancer_target(
            container_name="web",
            container_port=80,
            alternate_target=ecs.AlternateTarget(
                "AlternateTarget",
                alternate_target_group=green,
                production_listener=ecs.ListenerRuleConfiguration.application_listener_rule(production_rule),
                test_listener=ecs.ListenerRuleConfiguration.application_listener_rule(test_rule),
            ),
        )
        blue.add_target(target)
