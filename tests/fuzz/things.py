"""What a call may be given, right or wrong."""

from functools import cached_property
from typing import Any, NoReturn

import aws_cdk as cdk
import jsii
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_servicediscovery as servicediscovery
from aws_cdk import aws_sns as sns
from constructs import Construct

from ecs_blue_green import CodeDeployHookRole, LifecycleHookFunction
from tests.support import PRIVATE_SUBNETS, PUBLIC_SUBNETS, fargate_task, imported_cluster

ZONES = ["us-east-1a", "us-east-1b"]
ISOLATED_SUBNETS = ["subnet-00000000000000005", "subnet-00000000000000006"]
IMAGE = ecs.ContainerImage.from_registry("example.com/app:v1")
CODE = lambda_.Code.from_inline("def handler(event, context): ...")
ACCOUNT = "123456789012"


class Ambiguous:
    """Can't tell whether it is true, or equal to something, as an array can't."""

    def __bool__(self) -> NoReturn:
        raise ValueError("ambiguous")

    def __eq__(self, other: object) -> Any:
        return self

    __hash__ = None  # type: ignore[assignment]


@jsii.implements(cdk.IStableStringProducer)
class Producer:
    def produce(self) -> str:
        return "lazy"


@jsii.implements(cloudwatch.IAlarmAction)
class OwnAction:
    def bind(self, _scope: Construct, _alarm: Any) -> cloudwatch.AlarmActionConfig:
        return cloudwatch.AlarmActionConfig(alarm_action_arn=f"arn:aws:sns:us-east-1:{ACCOUNT}:own")


class Things:
    """Makes each thing when it is first asked for: in ``stack``, unless its name says otherwise."""

    def __init__(self, stack: cdk.Stack, other: cdk.Stack) -> None:
        self.stack = stack
        self.other = other

    def __getitem__(self, name: str) -> Any:
        """Give a thing by its name, as ``eval`` asks for it."""
        if name.startswith("_") or not hasattr(type(self), name) and name not in vars(self):
            raise KeyError(name)
        return getattr(self, name)

    # Tokens.

    @cached_property
    def text_token(self) -> str:
        return cdk.CfnParameter(self.stack, "TextToken").value_as_string

    @cached_property
    def number_token(self) -> float:
        return cdk.CfnParameter(self.stack, "NumberToken", type="Number").value_as_number

    @cached_property
    def list_token(self) -> list[str]:
        return cdk.CfnParameter(self.stack, "ListToken", type="CommaDelimitedList").value_as_list

    @cached_property
    def any_token(self) -> Any:
        return cdk.Token.as_any({"Ref": "AWS::StackName"})

    @cached_property
    def lazy_text(self) -> str:
        return cdk.Lazy.string(Producer())

    @cached_property
    def import_token(self) -> str:
        return cdk.Fn.import_value("export")

    @cached_property
    def secret_token(self) -> str:
        return cdk.SecretValue.secrets_manager("secret").unsafe_unwrap()

    # Networks.

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

    # Load balancers and what belongs to them.

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

    # Tasks.

    @cached_property
    def task(self) -> ecs.FargateTaskDefinition:
        """A container ``app`` at 8080 and 9090, and a container ``proxy`` at 8000."""
        task = fargate_task(self.stack)
        self._container(task).add_port_mappings(ecs.PortMapping(container_port=9090))
        task.add_container("proxy", image=IMAGE, port_mappings=[ecs.PortMapping(container_port=8000)])
        return task

    @staticmethod
    def _container(task: ecs.TaskDefinition) -> ecs.ContainerDefinition:
        container = task.find_container("app")
        assert container is not None
        return container

    @cached_property
    def container(self) -> ecs.ContainerDefinition:
        return self._container(self.task)

    @cached_property
    def foreign_container(self) -> ecs.ContainerDefinition:
        return self._container(fargate_task(self.stack, "Foreign"))

    @cached_property
    def ec2_task(self) -> ecs.Ec2TaskDefinition:
        task = ecs.Ec2TaskDefinition(self.stack, "Ec2Task", network_mode=ecs.NetworkMode.AWS_VPC)
        mapping = ecs.PortMapping(container_port=8080)
        task.add_container("app", image=IMAGE, memory_limit_mib=128, port_mappings=[mapping])
        return task

    @cached_property
    def bridge_task(self) -> ecs.Ec2TaskDefinition:
        task = ecs.Ec2TaskDefinition(self.stack, "BridgeTask")
        mapping = ecs.PortMapping(container_port=8080)
        task.add_container("app", image=IMAGE, memory_limit_mib=128, port_mappings=[mapping])
        return task

    @cached_property
    def external_task(self) -> ecs.ExternalTaskDefinition:
        task = ecs.ExternalTaskDefinition(self.stack, "ExternalTask")
        mapping = ecs.PortMapping(container_port=8080)
        task.add_container("app", image=IMAGE, memory_limit_mib=128, port_mappings=[mapping])
        return task

    def _task(self, id: str, **mapping: Any) -> ecs.FargateTaskDefinition:
        task = ecs.FargateTaskDefinition(self.stack, id)
        mappings = [ecs.PortMapping(**mapping)] if mapping else []
        task.add_container("app", image=IMAGE, port_mappings=mappings)
        return task

    @cached_property
    def empty_task(self) -> ecs.FargateTaskDefinition:
        return ecs.FargateTaskDefinition(self.stack, "EmptyTask")

    @cached_property
    def portless_task(self) -> ecs.FargateTaskDefinition:
        return self._task("PortlessTask")

    @cached_property
    def udp_task(self) -> ecs.FargateTaskDefinition:
        return self._task("UdpTask", container_port=53, protocol=ecs.Protocol.UDP)

    @cached_property
    def range_task(self) -> ecs.FargateTaskDefinition:
        whole = ecs.ContainerDefinition.CONTAINER_PORT_USE_RANGE
        return self._task("RangeTask", container_port=whole, container_port_range="8080-8090")

    @cached_property
    def wrong_port_task(self) -> ecs.FargateTaskDefinition:
        return self._task("WrongPortTask", container_port=70000)

    @cached_property
    def token_port_task(self) -> ecs.FargateTaskDefinition:
        return self._task("TokenPortTask", container_port=self.number_token)

    @cached_property
    def sidecar_task(self) -> ecs.FargateTaskDefinition:
        task = ecs.FargateTaskDefinition(self.stack, "SidecarTask")
        task.add_container("app", image=IMAGE, essential=False)
        return task

    @cached_property
    def imported_role_task(self) -> ecs.FargateTaskDefinition:
        task = ecs.FargateTaskDefinition(self.stack, "ImportedRoleTask", task_role=self.imported_role)
        task.add_container("app", image=IMAGE, port_mappings=[ecs.PortMapping(container_port=8080)])
        return task

    @cached_property
    def other_task(self) -> ecs.FargateTaskDefinition:
        return fargate_task(self.other)

    @cached_property
    def imported_task(self) -> ecs.ITaskDefinition:
        arn = f"arn:aws:ecs:us-east-1:{ACCOUNT}:task-definition/app:1"
        return ecs.FargateTaskDefinition.from_fargate_task_definition_arn(self.stack, "ImportedTask", arn)

    @cached_property
    def image(self) -> ecs.ContainerImage:
        return IMAGE

    @cached_property
    def missing_image(self) -> ecs.ContainerImage:
        return ecs.ContainerImage.from_asset("/nowhere")

    @cached_property
    def missing_tarball(self) -> ecs.ContainerImage:
        return ecs.ContainerImage.from_tarball("/nowhere.tar")

    @cached_property
    def role(self) -> iam.Role:
        return iam.Role(self.stack, "Role", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))

    @cached_property
    def imported_role(self) -> iam.IRole:
        return iam.Role.from_role_arn(self.stack, "ImportedRole", f"arn:aws:iam::{ACCOUNT}:role/tasks")

    @cached_property
    def secret(self) -> ecs.Secret:
        return ecs.Secret.from_secrets_manager(secretsmanager.Secret(self.stack, "Secret"))

    @cached_property
    def log_driver(self) -> ecs.LogDriver:
        return ecs.LogDrivers.splunk(secret_token=self.secret, url="https://splunk.example.com")

    # Names.

    @cached_property
    def namespace(self) -> servicediscovery.IPrivateDnsNamespace:
        return servicediscovery.PrivateDnsNamespace.from_private_dns_namespace_attributes(
            self.stack,
            "Namespace",
            namespace_arn=f"arn:aws:servicediscovery:us-east-1:{ACCOUNT}:namespace/ns-0123456789abcdef",
            namespace_id="ns-0123456789abcdef",
            namespace_name="internal",
        )

    def _discovery(self, kind: str) -> servicediscovery.Service:
        type = getattr(servicediscovery.DnsRecordType, kind)
        return servicediscovery.Service(self.stack, f"Discovery{kind}", namespace=self.namespace, dns_record_type=type)

    @cached_property
    def a_records(self) -> servicediscovery.Service:
        return self._discovery("A")

    @cached_property
    def srv_records(self) -> servicediscovery.Service:
        return self._discovery("SRV")

    @cached_property
    def imported_records(self) -> servicediscovery.IService:
        return servicediscovery.Service.from_service_attributes(
            self.stack,
            "ImportedDiscovery",
            namespace=self.namespace,
            service_name="app",
            service_arn=f"arn:aws:servicediscovery:us-east-1:{ACCOUNT}:service/srv-0123456789abcdef",
            service_id="srv-0123456789abcdef",
            dns_record_type=servicediscovery.DnsRecordType.SRV,
            routing_policy=servicediscovery.RoutingPolicy.MULTIVALUE,
        )

    # Functions, alarms and peers.

    @cached_property
    def function(self) -> lambda_.Function:
        return lambda_.Function(
            self.stack, "Function", code=CODE, handler="index.handler", runtime=lambda_.Runtime.PYTHON_3_13
        )

    @cached_property
    def function_in_vpc(self) -> lambda_.Function:
        return lambda_.Function(
            self.stack,
            "FunctionInVpc",
            code=CODE,
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            vpc=self.vpc,
        )

    @cached_property
    def smoke(self) -> LifecycleHookFunction:
        return LifecycleHookFunction(self.other, "Smoke", code="def handler(event, context): ...")

    @cached_property
    def near_smoke(self) -> LifecycleHookFunction:
        return LifecycleHookFunction(self.stack, "NearSmoke", code="def handler(event, context): ...")

    @cached_property
    def hook_role(self) -> CodeDeployHookRole:
        return CodeDeployHookRole(self.other, "HookRole")

    @cached_property
    def smoke_role(self) -> CodeDeployHookRole:
        return CodeDeployHookRole(self.other, "SmokeRole", functions=[self.smoke], role_name="smoke")

    @cached_property
    def topic(self) -> sns.ITopic:
        return sns.Topic.from_topic_arn(self.stack, "Topic", f"arn:aws:sns:us-east-1:{ACCOUNT}:operators")

    @cached_property
    def sns_action(self) -> cloudwatch.IAlarmAction:
        return actions.SnsAction(self.topic)

    @cached_property
    def own_topic_action(self) -> cloudwatch.IAlarmAction:
        return actions.SnsAction(sns.Topic(self.other, "OwnTopic"))

    @cached_property
    def lambda_action(self) -> cloudwatch.IAlarmAction:
        return actions.LambdaAction(self.function)

    @cached_property
    def ec2_action(self) -> cloudwatch.IAlarmAction:
        return actions.Ec2Action(actions.Ec2InstanceAction.REBOOT)

    @cached_property
    def ssm_action(self) -> cloudwatch.IAlarmAction:
        return actions.SsmAction(actions.OpsItemSeverity.CRITICAL)

    @cached_property
    def own_action(self) -> cloudwatch.IAlarmAction:
        return OwnAction()

    @cached_property
    def alarm(self) -> cloudwatch.IAlarm:
        return cloudwatch.Alarm.from_alarm_arn(
            self.stack, "Alarm", f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:alarm"
        )

    @cached_property
    def peer(self) -> ec2.IPeer:
        return ec2.Peer.ipv4("192.0.2.0/24")

    @cached_property
    def ambiguous(self) -> Ambiguous:
        return Ambiguous()

    @cached_property
    def app(self) -> Any:
        return self.stack.node.root

    @cached_property
    def construct(self) -> Construct:
        return Construct(self.stack, "Construct")

    @cached_property
    def foreign_construct(self) -> Construct:
        return Construct(cdk.App(), "Foreign")


NAMES = sorted(name for name, value in vars(Things).items() if isinstance(value, cached_property))
