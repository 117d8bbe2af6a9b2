"""A Lambda function that CodeDeploy calls at a lifecycle event, or ECS at a lifecycle stage."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import Annotations, ArnFormat, Duration, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from ..checks.mistakes import Mistakes, kind_of, shown
from ..parts.help import ConstructClass
from ..parts.network import checked_security_groups, selected_subnet_ids
from ..template.hook_facts import FUNCTION_NAME_PREFIX
from .names import FUNCTION_NAME, literal_name
from .package import Package

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs

# https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html
_VARIABLE = r"[A-Za-z][A-Za-z0-9_]+"

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
_NETWORK_INTERFACE_ACTIONS = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]


class LifecycleHookFunction(Construct, metaclass=ConstructClass):
    """A Python function that CodeDeploy calls at a lifecycle event, or ECS at a lifecycle stage.

    Creates the function, its role (which may write its log, and report to CodeDeploy) and its log group. The function's
    package holds the code and the module ``ecs_blue_green.lifecycle``.

    A function that reports to CodeDeploy belongs into a stack of its own, deployed before the service's (rule S35). Its
    name is a literal, so that the service's stack can name it without an export. ECS can call it as well, as while a
    service moves from one to the other. With ``reports_to_codedeploy=False`` ECS alone calls it: it may be in the
    service's stack, its name is anyone's, and its role may not report (rules NH6, NH7).

    Attributes:
        function_name: The name: of a function that reports to CodeDeploy a literal, as the hook wants it.
        reports_to_codedeploy: Whether CodeDeploy can call it.
        function: The Lambda function, with its ARN as ``function.function_arn``.
        role: The function's role.
        log_group: Where the function logs.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        code: Path | str,
        handler: str = "index.handler",
        include: Sequence[str] | None = None,
        reports_to_codedeploy: bool = True,
        function_name: str | None = None,
        runtime: lambda_.Runtime | None = None,
        timeout: Duration | None = None,
        memory_size: int = 256,
        environment: Mapping[str, str] | None = None,
        vpc: ec2.IVpc | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        log_retention: logs.RetentionDays | None = None,
    ) -> None:
        """Create the function.

        Args:
            scope: Where to create it.
            id: Construct id.
            code: A folder of Python files (as ``Path``), or the source of one module called ``index`` (as ``str``). Of
                a folder, hidden files, caches and ``cdk.out`` are left out. So are keys (such as ``id_rsa``, ``*.pem``,
                ``*.key`` and ``.env``) and environments (such as ``venv`` and ``node_modules``), which the warning
                ``ecs-blue-green:left-out-of-package`` names. Links are followed within the folder. Files are packed
                with mode 0755 when they can be run, else 0644.
            handler: Module and function that ``ecs_blue_green.lifecycle.lifecycle_hook`` decorates, as
                ``module.function``.
            include: What of a folder is packed although it would be left out, such as ``["certificates/ca.pem"]``:
                paths of files or folders in ``code``, with slashes. In such a folder, keys are left out again unless
                they are named too. Left out: nothing.
            reports_to_codedeploy: Whether CodeDeploy can call the function, so that ``LifecycleHooks`` can name it.
                False: it is for ECS alone.
            function_name: Name of the function: ``CodeDeployHook_`` and up to 49 more characters. Left out: that, the
                name of the stack, a hyphen and the id. For ECS alone: up to 64 characters, and left out one that
                CloudFormation makes.
            runtime: A Python runtime, 3.11 or later. Left out: Python 3.13.
            timeout: Longest run, 10 seconds to 15 minutes, of which the last 5 seconds are for the report or the
                answer. Left out: 5 minutes.
            memory_size: Memory in MiB, 128 to 10240.
            environment: Environment variables.
            vpc: Network that the function runs in, to reach an internal load balancer. Left out: none, from where it
                can reach what is open to the internet.
            vpc_subnets: Where in the VPC. Left out: private subnets with egress, which reporting to CodeDeploy needs,
                and answering ECS doesn't.
            security_groups: The function's security groups in the VPC. Left out: a new one.
            log_retention: How long logs are kept. Left out: one month.

        Raises:
            InvalidArgumentsError: An argument has a value that can't work.
        """
        # Loading aws_lambda takes longer than all else here, and a service's stack has no use for it.
        from aws_cdk import aws_lambda as lambda_
        from aws_cdk import aws_logs as logs

        mistakes = Mistakes()
        mistakes.instance("reports_to_codedeploy", reports_to_codedeploy, bool, "True or False")
        if reports_to_codedeploy:
            name: str | None = _codedeploy_name(mistakes, function_name, scope, id)
        else:
            name = function_name
            mistakes.text("function_name", name, FUNCTION_NAME, "up to 64 letters, digits, hyphens and underscores")
        package = Package.checked(mistakes, code, handler, include, scope=scope)
        mistakes.duration("timeout", timeout, 10, 900, advice="the last 5 seconds of it are for the report")
        mistakes.whole_number("memory_size", memory_size, 128, 10240, required=True)
        if runtime is not None:
            runtime = mistakes.instance("runtime", runtime, lambda_.Runtime, "a lambda_.Runtime")
        if runtime is not None:
            mistakes.text("runtime", runtime.name, r"python3\.(1[1-9]|[2-9][0-9])", "a Python runtime, 3.11 or later")
        if environment is not None:
            _check_environment(mistakes, environment)
        groups = _checked_network(mistakes, vpc, vpc_subnets, security_groups)
        if log_retention is not None:
            mistakes.instance("log_retention", log_retention, logs.RetentionDays, "a logs.RetentionDays")
        with mistakes.checked(scope, id):
            super().__init__(scope, id)
        self.reports_to_codedeploy = reports_to_codedeploy
        if package.warning:
            Annotations.of(self).add_warning_v2("ecs-blue-green:left-out-of-package", package.warning)
        self.log_group = logs.LogGroup(self, "LogGroup", retention=log_retention or logs.RetentionDays.ONE_MONTH)
        self.role = self._create_role(in_vpc=vpc is not None)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description="Tests the new task set of a blue/green deployment and reports to CodeDeploy"
            if reports_to_codedeploy
            else "Tests the new tasks of a blue/green deployment and answers ECS",
            runtime=runtime or lambda_.Runtime.PYTHON_3_13,
            code=package.create(),
            handler=handler,
            timeout=timeout or Duration.minutes(5),
            memory_size=memory_size,
            environment=dict(environment or {}),
            vpc=vpc,
            vpc_subnets=vpc_subnets,
            security_groups=[*groups] or None,
            role=self.role,
            log_group=self.log_group,
        )
        self.function_name = name or self.function.function_name

    def _create_role(self, *, in_vpc: bool) -> iam.Role:
        policies = {}
        if self.reports_to_codedeploy:
            # CloudFormation makes no deployment group that could be named here (rule L15).
            deployment_groups = Stack.of(self).format_arn(
                service="codedeploy",
                resource="deploymentgroup",
                resource_name="*/*",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
            report = ["codedeploy:PutLifecycleEventHookExecutionStatus"]
            policies["ReportToCodeDeploy"] = _allow(report, on=deployment_groups)
        if in_vpc:
            # AWS's managed policy for functions in a VPC would open every log group as well.
            policies["ManageNetworkInterfaces"] = _allow(_NETWORK_INTERFACE_ACTIONS, on="*")
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies=policies or None,
        )
        self.log_group.grant_write(role)
        return role


def name_for_codedeploy(mistakes: Mistakes, argument: str, function: LifecycleHookFunction | str) -> str:
    """Give the name that CodeDeploy calls a function by, which is to report to it."""
    if not isinstance(function, LifecycleHookFunction):
        return function
    if not function.reports_to_codedeploy:
        mistakes.note(
            f"{argument} must be a function that reports to CodeDeploy, got one with reports_to_codedeploy=False",
            "give ECS's functions to a LambdaHook",
        )
    return function.function_name


def _codedeploy_name(mistakes: Mistakes, given: str | None, scope: Construct, id: str) -> str:
    return literal_name(
        mistakes,
        "function_name",
        given,
        scope=scope,
        prefix=FUNCTION_NAME_PREFIX,
        suffix=f"-{id}" if isinstance(id, str) else "",  # anything else is refused on its own
        pattern=rf"{FUNCTION_NAME_PREFIX}[A-Za-z0-9_-]{{0,49}}",
        allowed=f"{FUNCTION_NAME_PREFIX} and up to 49 letters, digits, hyphens and underscores",
        rule="S33",
    )


def _allow(actions: list[str], *, on: str) -> iam.PolicyDocument:
    return iam.PolicyDocument(statements=[iam.PolicyStatement(actions=actions, resources=[on])])


def _check_environment(mistakes: Mistakes, environment: Mapping[str, object]) -> None:
    if not mistakes.instance("environment", environment, Mapping, "a mapping of names to values"):
        return
    for name, value in environment.items():
        argument = f"environment[{shown(name)}]"
        if not isinstance(name, str) or not re.fullmatch(_VARIABLE, name):
            mistakes.note(f"{argument} must have a name of two or more letters, digits and _, starting with a letter")
        if not isinstance(value, str):  # which is not shown: it may be a secret
            mistakes.note(f"{argument} must be a string, got {kind_of(value)}")


def _checked_network(
    mistakes: Mistakes,
    vpc: ec2.IVpc | None,
    vpc_subnets: ec2.SubnetSelection | None,
    security_groups: Sequence[ec2.ISecurityGroup] | None,
) -> tuple[ec2.ISecurityGroup, ...]:
    """Check where in a VPC the function runs, and give its security groups."""
    if vpc is None:
        for argument, given in {"vpc_subnets": vpc_subnets, "security_groups": security_groups}.items():
            if given is not None:
                mistakes.note(f"vpc must be given together with {argument}, got None")
        if vpc_subnets is not None:
            mistakes.instance("vpc_subnets", vpc_subnets, ec2.SubnetSelection, "an ec2.SubnetSelection")
    elif mistakes.interface("vpc", vpc, "select_subnets", "an ec2.IVpc"):
        private = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
        selected = selected_subnet_ids(mistakes, "vpc_subnets", vpc, private if vpc_subnets is None else vpc_subnets)
        public = {subnet.subnet_id for subnet in vpc.public_subnets}
        if not public.isdisjoint(selected):
            mistakes.note(
                "vpc_subnets must be private subnets, got public ones",
                "a function has no public address, and reaches the internet through a NAT gateway only",
            )
    return checked_security_groups(mistakes, security_groups)
