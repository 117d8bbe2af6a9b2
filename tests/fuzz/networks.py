"""Networks, load balancers and certificates that a call may be given."""

from functools import cached_property
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from tests.support import PRIVATE_SUBNETS, PUBLIC_SUBNETS, imported_cluster

ACCOUNT = "123456789012"
ZONES = ["us-east-1a", "us-east-1b"]
ISOLATED_SUBNETS = ["subnet-00000000000000005", "subnet-00000000000000006"]


def not_empty(stack: cdk.Stack) -> None:
    """Put something into a stack, as CDK finds fault with one that has no resources."""
    cdk.CfnWaitConditionHandle(stack, "Anything")


class Networks:
    """Makes each when it is first asked for: in ``stack``, unless its name says otherwise."""

    def __init__(self, stack: cdk.Stack) -> None:
        self.stack = stack

    @cached_property
    def other(self) -> cdk.Stack:
        """A stack of the same app."""
        return self._new_stack("Other")

    @cached_property
    def unused_stack(self) -> cdk.Stack:
        return self._new_stack("Unused")

    def _new_stack(self, name: str) -> cdk.Stack:
        stack = cdk.Stack(cdk.Stage.of(self.stack), f"{self.stack.node.id}{name}")
        not_empty(stack)
        return stack

    @cached_property
    def text_token(self) -> str:
        return cdk.CfnParameter(self.stack, "TextToken").value_as_string

    @cached_property
    def number_token(self) -> float:
        return cdk.CfnParameter(self.stack, "NumberToken", type="Number").value_as_number

    @cached_property
    def cluster(self) -> ecs.ICluster:
        return imported_cluster(self.stack)

    @cached_property
    def vpc(self) -> ec2.IVpc:
        return self.cluster.vpc

    @cached_property
    def own_vpc(self) -> ec2.Vpc:
        return ec2.Vpc(self.stack, "OwnVpc", max_azs=2, nat_gateways=1, restrict_default_security_group=False)

    def _vpc(self, id: str, kind: str, subnet_ids: list[str], zones: list[str] = ZONES) -> ec2.IVpc:
        route_tables = [f"rtb-{number:017}" for number, _ in enumerate(zones)]
        subnets: dict[str, Any] = {f"{kind}_subnet_ids": subnet_ids, f"{kind}_subnet_route_table_ids": route_tables}
        given = {"vpc_id": "vpc-0123456789abcdef0", "availability_zones": zones} | (subnets if subnet_ids else {})
        return ec2.Vpc.from_vpc_attributes(self.stack, id, **given)

    def _cluster(self, id: str, vpc: ec2.IVpc) -> ecs.ICluster:
        return ecs.Cluster.from_cluster_attributes(self.stack, id, cluster_name="cluster", vpc=vpc)

    @cached_property
    def own_cluster(self) -> ecs.Cluster:
        return ecs.Cluster(self.stack, "OwnCluster", vpc=self.own_vpc, enable_fargate_capacity_providers=True)

    @cached_property
    def other_cluster(self) -> ecs.Cluster:
        vpc = ec2.Vpc(self.other, "Vpc", max_azs=2, nat_gateways=1, restrict_default_security_group=False)
        return ecs.Cluster(self.other, "Cluster", vpc=vpc)

    @cached_property
    def public_cluster(self) -> ecs.ICluster:
        vpc = self._vpc("PublicVpc", "public", PUBLIC_SUBNETS)
        return self._cluster("PublicCluster", vpc)

    @cached_property
    def isolated_cluster(self) -> ecs.ICluster:
        vpc = self._vpc("IsolatedVpc", "isolated", ISOLATED_SUBNETS)
        return self._cluster("IsolatedCluster", vpc)

    @cached_property
    def one_zone_cluster(self) -> ecs.ICluster:
        vpc = self._vpc("OneZoneVpc", "private", PRIVATE_SUBNETS[:1], ZONES[:1])
        return self._cluster("OneZoneCluster", vpc)

    @cached_property
    def token_cluster(self) -> ecs.ICluster:
        ids = cdk.Fn.split(",", cdk.CfnParameter(self.stack, "Subnets").value_as_string, 2)
        vpc = self._vpc("TokenVpc", "private", ids)
        return self._cluster("TokenCluster", vpc)

    @cached_property
    def empty_cluster(self) -> ecs.ICluster:
        return self._cluster("EmptyCluster", self._vpc("EmptyVpc", "private", []))

    @cached_property
    def cluster_by_arn(self) -> ecs.ICluster:
        return ecs.Cluster.from_cluster_arn(self.stack, "ByArn", f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/cluster")

    @cached_property
    def exec_cluster(self) -> ecs.Cluster:
        logging = ecs.ExecuteCommandLogConfiguration(
            cloud_watch_log_group=logs.LogGroup(self.stack, "ExecLog"),
            s3_bucket=s3.Bucket(self.stack, "ExecBucket", encryption_key=kms.Key(self.stack, "BucketKey")),
        )
        configuration = ecs.ExecuteCommandConfiguration(
            kms_key=kms.Key(self.stack, "ExecKey"),
            log_configuration=logging,
            logging=ecs.ExecuteCommandLogging.OVERRIDE,
        )
        return ecs.Cluster(self.stack, "ExecCluster", vpc=self.own_vpc, execute_command_configuration=configuration)

    def _subnet(self, id: str, subnet_id: str) -> ec2.ISubnet:
        table = "rtb-00000000000000009"
        return ec2.Subnet.from_subnet_attributes(self.stack, id, subnet_id=subnet_id, route_table_id=table)

    @cached_property
    def subnet(self) -> ec2.ISubnet:
        return self._subnet("OneSubnet", PRIVATE_SUBNETS[0])

    @cached_property
    def other_subnet(self) -> ec2.ISubnet:
        return self._subnet("OtherSubnet", ISOLATED_SUBNETS[0])

    @cached_property
    def token_subnet(self) -> ec2.ISubnet:
        return self._subnet("TokenSubnet", self.text_token)

    @cached_property
    def group(self) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(self.stack, "Group", vpc=self.vpc)

    @cached_property
    def imported_group(self) -> ec2.ISecurityGroup:
        return ec2.SecurityGroup.from_security_group_id(self.stack, "ImportedGroup", "sg-0123456789abcdef0")

    @cached_property
    def immutable_group(self) -> ec2.ISecurityGroup:
        return ec2.SecurityGroup.from_security_group_id(
            self.stack, "ImmutableGroup", "sg-00000000000000001", mutable=False
        )

    @cached_property
    def other_group(self) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(self.other, "Group", vpc=self.other_imported_vpc)

    @cached_property
    def other_imported_vpc(self) -> ec2.IVpc:
        return imported_cluster(Construct(self.other, "Imported")).vpc

    @cached_property
    def balancer(self) -> elbv2.ApplicationLoadBalancer:
        return elbv2.ApplicationLoadBalancer(self.stack, "Balancer", vpc=self.vpc, internet_facing=True)

    @cached_property
    def internal_balancer(self) -> elbv2.ApplicationLoadBalancer:
        return elbv2.ApplicationLoadBalancer(self.stack, "InternalBalancer", vpc=self.vpc)

    @cached_property
    def dual_stack_balancer(self) -> elbv2.ApplicationLoadBalancer:
        kind = elbv2.IpAddressType.DUAL_STACK
        return elbv2.ApplicationLoadBalancer(
            self.stack, "DualStack", vpc=self.vpc, internet_facing=True, ip_address_type=kind
        )

    @cached_property
    def other_balancer(self) -> elbv2.ApplicationLoadBalancer:
        return elbv2.ApplicationLoadBalancer(self.other, "Balancer", vpc=self.other_imported_vpc)

    @cached_property
    def imported_balancer(self) -> elbv2.IApplicationLoadBalancer:
        arn = f"arn:aws:elasticloadbalancing:us-east-1:{ACCOUNT}:loadbalancer/app/shared/50dc6c495c0c9188"
        return elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
            self.stack, "Shared", load_balancer_arn=arn, security_group_id="sg-0fedcba9876543210"
        )

    @cached_property
    def network_balancer(self) -> elbv2.NetworkLoadBalancer:
        return elbv2.NetworkLoadBalancer(self.stack, "Network", vpc=self.vpc)

    @cached_property
    def plain_balancer(self) -> elbv2.CfnLoadBalancer:
        return elbv2.CfnLoadBalancer(self.stack, "Plain")

    @cached_property
    def listener(self) -> elbv2.ApplicationListener:
        action = elbv2.ListenerAction.fixed_response(404)
        http = elbv2.ApplicationProtocol.HTTP
        return self.balancer.add_listener("Listener", port=8888, protocol=http, default_action=action, open=False)

    @cached_property
    def target_group(self) -> elbv2.ApplicationTargetGroup:
        return elbv2.ApplicationTargetGroup(self.stack, "Targets", vpc=self.vpc, port=80)

    @cached_property
    def certificate(self) -> acm.Certificate:
        return acm.Certificate(self.other, "Certificate", domain_name="example.com")

    @cached_property
    def imported_certificate(self) -> acm.ICertificate:
        arn = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/99992222-3333-4444-5555-666677778888"
        return acm.Certificate.from_certificate_arn(self.stack, "ImportedCertificate", arn)
