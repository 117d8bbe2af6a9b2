"""The trivia service stacks without the library: the original application, line by line in Python.

This is what the library is measured and compared against. It stays a literal translation (same
constructs, same order, nothing read once and kept), because that is how such a stack gets written.
"""

import os
from collections.abc import Mapping
from typing import cast

from aws_cdk import (
    App,
    CfnCodeDeployBlueGreenAdditionalOptions,
    CfnCodeDeployBlueGreenApplication,
    CfnCodeDeployBlueGreenApplicationTarget,
    CfnCodeDeployBlueGreenEcsAttributes,
    CfnCodeDeployBlueGreenHook,
    CfnCodeDeployBlueGreenLifecycleEventHooks,
    CfnOutput,
    CfnTrafficRoute,
    CfnTrafficRouting,
    CfnTrafficRoutingConfig,
    CfnTrafficRoutingTimeBasedCanary,
    CfnTrafficRoutingType,
    Duration,
    Environment,
    Stack,
)
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from benchmarks.account import ACCOUNT, LOOKUPS, REGION


class ByHandStack(Stack):
    """One trivia service with blue/green deployments, wired by hand."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        domain_name: str,
        domain_zone: str,
        deployment_hooks_stack: str,
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
            deployment_hooks_stack: The name of the stack with the hook function and its role.
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
        tg1 = elb.ApplicationTargetGroup(
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
        tg2 = elb.ApplicationTargetGroup(
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

        # Listeners
        listener = load_balancer.add_listener(
            "ProductionListener",
            port=443,
            protocol=elb.ApplicationProtocol.HTTPS,
            open=True,
            certificates=[certificate],
            default_action=elb.ListenerAction.weighted_forward([elb.WeightedTargetGroup(target_group=tg1, weight=100)]),
        )
        test_listener = load_balancer.add_listener(
            "TestListener",
            port=9002,
            protocol=elb.ApplicationProtocol.HTTPS,
            open=True,
            certificates=[certificate],
            default_action=elb.ListenerAction.weighted_forward([elb.WeightedTargetGroup(target_group=tg1, weight=100)]),
        )

        # ECS resources: task definition, service, task set
        task_definition = ecs.FargateTaskDefinition(self, "TaskDefinition")
        container = task_definition.add_container("web", image=image, logging=ecs.AwsLogDriver(stream_prefix="Service"))
        container.add_port_mappings(ecs.PortMapping(container_port=80))
        service = ecs.CfnService(
            self,
            "Service",
            cluster=cluster.cluster_name,
            desired_count=3,
            deployment_controller=ecs.CfnService.DeploymentControllerProperty(type="EXTERNAL"),
            propagate_tags="SERVICE",
        )
        service.node.add_dependency(tg1)
        service.node.add_dependency(tg2)
        service.node.add_dependency(listener)
        service.node.add_dependency(test_listener)
        task_set = ecs.CfnTaskSet(
            self,
            "TaskSet",
            cluster=cluster.cluster_name,
            service=service.attr_name,
            scale=ecs.CfnTaskSet.ScaleProperty(unit="PERCENT", value=100),
            task_definition=task_definition.task_definition_arn,
            launch_type="FARGATE",
            load_balancers=[
                ecs.CfnTaskSet.LoadBalancerProperty(
                    container_name="web",
                    container_port=80,
                    target_group_arn=tg1.target_group_arn,
                )
            ],
            network_configuration=ecs.CfnTaskSet.NetworkConfigurationProperty(
                aws_vpc_configuration=ecs.CfnTaskSet.AwsVpcConfigurationProperty(
                    assign_public_ip="DISABLED",
                    security_groups=[service_sg.security_group_id],
                    subnets=vpc.select_subnets(subnet_type=ec2.SubnetType.PRIVATE_WITH_NAT).subnet_ids,
                )
            ),
        )
        ecs.CfnPrimaryTaskSet(
            self,
            "PrimaryTaskSet",
            cluster=cluster.cluster_name,
            service=service.attr_name,
            task_set_id=task_set.attr_id,
        )

        # CodeDeploy hook and transform
        self.add_transform("AWS::CodeDeployBlueGreen")
        task_def_logical_id = self.get_logical_id(cast(ecs.CfnTaskDefinition, task_definition.node.default_child))
        task_set_logical_id = self.get_logical_id(task_set)
        CfnCodeDeployBlueGreenHook(
            self,
            "CodeDeployBlueGreenHook",
            traffic_routing_config=CfnTrafficRoutingConfig(
                type=CfnTrafficRoutingType.TIME_BASED_CANARY,
                time_based_canary=CfnTrafficRoutingTimeBasedCanary(step_percentage=20, bake_time_mins=15),
            ),
            additional_options=CfnCodeDeployBlueGreenAdditionalOptions(termination_wait_time_in_minutes=30),
            lifecycle_event_hooks=CfnCodeDeployBlueGreenLifecycleEventHooks(
                after_allow_test_traffic="CodeDeployHook_-" + deployment_hooks_stack + "-pre-traffic-hook"
            ),
            service_role="CodeDeployHookRole_" + deployment_hooks_stack,
            applications=[
                CfnCodeDeployBlueGreenApplication(
                    target=CfnCodeDeployBlueGreenApplicationTarget(
                        type=service.cfn_resource_type,
                        logical_id=self.get_logical_id(service),
                    ),
                    ecs_attributes=CfnCodeDeployBlueGreenEcsAttributes(
                        task_definitions=[task_def_logical_id, task_def_logical_id + "Green"],
                        task_sets=[task_set_logical_id, task_set_logical_id + "Green"],
                        traffic_routing=CfnTrafficRouting(
                            prod_traffic_route=CfnTrafficRoute(
                                type=elb.CfnListener.CFN_RESOURCE_TYPE_NAME,
                                logical_id=self.get_logical_id(cast(elb.CfnListener, listener.node.default_child)),
                            ),
                            test_traffic_route=CfnTrafficRoute(
                                type=elb.CfnListener.CFN_RESOURCE_TYPE_NAME,
                                logical_id=self.get_logical_id(cast(elb.CfnListener, test_listener.node.default_child)),
                            ),
                            target_groups=[
                                self.get_logical_id(cast(elb.CfnTargetGroup, tg1.node.default_child)),
                                self.get_logical_id(cast(elb.CfnTargetGroup, tg2.node.default_child)),
                            ],
                        ),
                    ),
                )
            ],
        )

        # Alarms
        tg1_unhealthy_hosts = cloudwatch.Alarm(
            self,
            "TargetGroupBlueUnhealthyHosts",
            alarm_name=self.stack_name + "-Unhealthy-Hosts-Blue",
            metric=cloudwatch.Metric(
                namespace="AWS/ApplicationELB",
                metric_name="UnHealthyHostCount",
                statistic="Average",
                dimensions_map={
                    "TargetGroup": tg1.target_group_full_name,
                    "LoadBalancer": load_balancer.load_balancer_full_name,
                },
            ),
            threshold=1,
            evaluation_periods=2,
        )
        tg1_api_failure = cloudwatch.Alarm(
            self,
            "TargetGroupBlue5xx",
            alarm_name=self.stack_name + "-Http-500-Blue",
            metric=cloudwatch.Metric(
                namespace="AWS/ApplicationELB",
                metric_name="HTTPCode_Target_5XX_Count",
                statistic="Sum",
                dimensions_map={
                    "TargetGroup": tg1.target_group_full_name,
                    "LoadBalancer": load_balancer.load_balancer_full_name,
                },
                period=Duration.minutes(1),
            ),
            threshold=1,
            evaluation_periods=1,
        )
        tg2_unhealthy_hosts = cloudwatch.Alarm(
            self,
            "TargetGroupGreenUnhealthyHosts",
            alarm_name=self.stack_name + "-Unhealthy-Hosts-Green",
            metric=cloudwatch.Metric(
                namespace="AWS/ApplicationELB",
                metric_name="UnHealthyHostCount",
                statistic="Average",
                dimensions_map={
                    "TargetGroup": tg2.target_group_full_name,
                    "LoadBalancer": load_balancer.load_balancer_full_name,
                },
            ),
            threshold=1,
            evaluation_periods=2,
        )
        tg2_api_failure = cloudwatch.Alarm(
            self,
            "TargetGroupGreen5xx",
            alarm_name=self.stack_name + "-Http-500-Green",
            metric=cloudwatch.Metric(
                namespace="AWS/ApplicationELB",
                metric_name="HTTPCode_Target_5XX_Count",
                statistic="Sum",
                dimensions_map={
                    "TargetGroup": tg2.target_group_full_name,
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
                cloudwatch.AlarmRule.from_alarm(tg1_unhealthy_hosts, cloudwatch.AlarmState.ALARM),
                cloudwatch.AlarmRule.from_alarm(tg2_unhealthy_hosts, cloudwatch.AlarmState.ALARM),
            ),
        )
        cloudwatch.CompositeAlarm(
            self,
            "Composite5xx",
            composite_alarm_name=self.stack_name + "-Http-500",
            alarm_rule=cloudwatch.AlarmRule.any_of(
                cloudwatch.AlarmRule.from_alarm(tg1_api_failure, cloudwatch.AlarmState.ALARM),
                cloudwatch.AlarmRule.from_alarm(tg2_api_failure, cloudwatch.AlarmState.ALARM),
            ),
        )


def build_app() -> App:
    """Makes the original's app: the service stacks of both stages, ready to synthesize."""
    app = App(context=LOOKUPS)
    for stage, domain_name in (
        ("Test", "api-test.reinvent-trivia.com"),
        ("Prod", "api.reinvent-trivia.com"),
    ):
        ByHandStack(
            app,
            f"TriviaBackend{stage}",
            domain_name=domain_name,
            domain_zone="reinvent-trivia.com",
            deployment_hooks_stack=f"TriviaBackendHooks{stage}",
            env=Environment(account=ACCOUNT, region=REGION),
            tags={"project": "reinvent-trivia"},
        )
    return app


if __name__ == "__main__":
    build_app().synth()
