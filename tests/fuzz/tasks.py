"""Task definitions that a call may be given, what they are made of, and names for their tasks."""

from functools import cached_property
from typing import Any

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_servicediscovery as servicediscovery

from tests.fuzz.networks import ACCOUNT, Networks
from tests.support import fargate_task

IMAGE = ecs.ContainerImage.from_registry("example.com/app:v1")


class Tasks(Networks):
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
