"""How clients in the same namespace find the service, and where ECS sends their test traffic."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ..checks.mistakes import Mistakes
from ..parts.task_definition import TaskDefinition
from ..parts.tasks import MadeTasks
from .listener_rules import TestHeader, check_header


@dataclass(frozen=True, slots=True)
class ServiceConnect:
    """ECS Service Connect, from CDK's own options struct.

    Args:
        options: Namespace (left out: the cluster's), services and logging. A service names a port mapping of the task
            definition, and has its port unless the options say otherwise.
        test_header: What marks a client's request as test traffic; without a ``priority``, as there is no rule. Left
            out: ECS's own header, ``x-amzn-ecs-blue-green-test`` in its documentation (rule NS29).
    """

    options: ecs.ServiceConnectProps
    _: KW_ONLY
    test_header: TestHeader | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedServiceConnect:
    """Service Connect, with what is read of it.

    Attributes:
        options: What was given.
        namespace: The namespace.
        services: The properties of its services.
    """

    options: ecs.ServiceConnectProps
    namespace: str
    services: tuple[dict[str, Any], ...]

    @classmethod
    def checked(
        cls,
        mistakes: Mistakes,
        given: ServiceConnect | None,
        *,
        cluster: ecs.ICluster,
        task_definition: TaskDefinition,
    ) -> CheckedServiceConnect | None:
        """Check Service Connect against cluster and task definition; None where there is none."""
        if given is None or not mistakes.instance("service_connect", given, ServiceConnect, "ServiceConnect(…)"):
            return None
        argument, struct = "service_connect.options", ecs.ServiceConnectProps
        header = None if given.test_header is None else _checked_header(mistakes, given.test_header)
        options = mistakes.instance(argument, given.options, struct, f"an ecs.{struct.__name__}")
        if options is None:
            return None
        namespace = options.namespace
        if namespace is None and hasattr(cluster, "default_cloud_map_namespace"):  # or it is refused on its own
            own = cluster.default_cloud_map_namespace
            namespace = None if own is None else own.namespace_name
            if namespace is None:
                mistakes.note(
                    f"{argument}.namespace must be given for a cluster without a namespace of its own, got None"
                )
        if header is not None and not options.services:
            mistakes.note(
                "service_connect.test_header must be None without services, got TestHeader(…)",
                "it marks test traffic to a service of the options: give one",
            )
        services = [
            _service(mistakes, f"{argument}.services[{index}]", service, task_definition, header)
            for index, service in enumerate(options.services or ())
        ]
        return cls(options=options, namespace=namespace or "", services=tuple(services))

    def properties(self, scope: Construct, tasks: MadeTasks) -> dict[str, Any]:
        """Give the properties of the service."""
        driver, access = self.options.log_driver, self.options.access_log_configuration
        container = None if driver is None else tasks.definition.default_container
        logging = None if driver is None or container is None else driver.bind(scope, container)
        return _given(
            enabled=True,
            namespace=self.namespace,
            services=[*self.services] or None,
            logConfiguration=logging
            and _given(logDriver=logging.log_driver, options=logging.options, secretOptions=logging.secret_options),
            accessLogConfiguration=access
            and _given(
                format=access.format,
                includeQueryParameters="ENABLED" if access.include_query_parameters else "DISABLED",
            ),
        )


def _checked_header(mistakes: Mistakes, header: TestHeader) -> TestHeader | None:
    argument = "service_connect.test_header"
    if mistakes.instance(argument, header, TestHeader, "TestHeader(…)") is None:
        return None
    check_header(mistakes, argument, header)
    if header.priority is not None:
        mistakes.refuse(f"{argument}.priority", header.priority, "None", "Service Connect has no listener rules")
    return header


def _service(
    mistakes: Mistakes,
    name: str,
    service: ecs.ServiceConnectService,
    task_definition: TaskDefinition,
    header: TestHeader | None,
) -> dict[str, Any]:
    named = service.port_mapping_name
    mapping = None
    if isinstance(task_definition, ecs.TaskDefinition):
        mapping = task_definition.find_port_mapping_by_name(named)
    if mapping is None:
        allowed = "the name of a port mapping of task_definition"
        mistakes.refuse(f"{name}.port_mapping_name", named, allowed, "give an ecs.PortMapping that name")
    for field in ("port", "ingress_port_override"):
        mistakes.whole_number(f"{name}.{field}", getattr(service, field), 1, 65535)
    rules = header and {"header": {"name": header.name, "value": {"exact": header.value}}}
    port = service.port or (mapping and mapping.container_port)
    tls = service.tls
    return _given(
        portName=named,
        discoveryName=service.discovery_name,
        ingressPortOverride=service.ingress_port_override,
        clientAliases=[_given(port=port, dnsName=service.dns_name, testTrafficRules=rules)],
        timeout=_given(
            idleTimeoutSeconds=_seconds(mistakes, f"{name}.idle_timeout", service.idle_timeout),
            perRequestTimeoutSeconds=_seconds(mistakes, f"{name}.per_request_timeout", service.per_request_timeout),
        )
        or None,
        tls=tls
        and _given(
            issuerCertificateAuthority=_given(awsPcaAuthorityArn=tls.aws_pca_authority_arn),
            kmsKey=tls.kms_key and tls.kms_key.key_ref.key_arn,
            roleArn=tls.role and tls.role.role_arn,
        ),
    )


def _seconds(mistakes: Mistakes, argument: str, given: Duration | None) -> float | None:
    return mistakes.duration(argument, given, 0)


def _given(**properties: Any) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}
