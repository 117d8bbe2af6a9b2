"""A Lambda function that CodeDeploy calls at a lifecycle event."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsii
from aws_cdk import (
    ArnFormat,
    AssetHashType,
    BundlingOptions,
    DockerImage,
    Duration,
    ILocalBundling,
    Stack,
    Token,
)
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from .arguments import Arguments

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs

# AWS's managed policies let CodeDeploy call functions with this prefix only (rules S28, S33).
NAME_PREFIX = "CodeDeployHook_"

_RUN_TIME_MODULE = Path(__file__).with_name("lifecycle.py")


class LifecycleHookFunction(Construct):
    """A Python function that CodeDeploy calls at a lifecycle event of a green deployment.

    Creates the function, its role (which may report to CodeDeploy and write its log) and its log group. The function's
    package holds the code and the module ``ecs_blue_green.lifecycle``. It belongs into a stack of its own, deployed
    before the service's (rule S35). Its name is a literal, so that the service's stack can name it without an export.

    Attributes:
        function_name: The name, as the hook wants it.
        function: The Lambda function.
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
            code: A folder of Python files (as ``Path``), or the source of one module called ``index`` (as ``str``).
            handler: Module and function that ``ecs_blue_green.lifecycle.lifecycle_hook`` decorates, as
                ``module.function``.
            function_name: Name of the function: ``CodeDeployHook_`` and up to 49 more characters. Left out: that, the
                name of the stack, a hyphen and the id.
            runtime: A Python runtime. Left out: Python 3.13.
            timeout: Longest run, 1 second to 15 minutes. Left out: 5 minutes.
            memory_size: Memory in MiB, 128 to 10240.
            environment: Environment variables.
            vpc: Network that the function runs in, to reach an internal load balancer. Left out: none, from where it
                can reach what is open to the internet.
            vpc_subnets: Where in the VPC. Left out: private subnets with egress, which reporting to CodeDeploy needs.
            security_groups: The function's security groups in the VPC. Left out: a new one.
            log_retention: How long logs are kept. Left out: one month.

        Raises:
            InvalidArgumentsError: An argument has a value that can't work.
        """
        # Loading aws_lambda takes longer than all else here, and a service's stack has no use for it.
        from aws_cdk import aws_lambda as lambda_
        from aws_cdk import aws_logs as logs

        arguments = Arguments()
        name = literal_name(arguments, scope, "function_name", function_name, NAME_PREFIX, r"[\w-]", suffix=f"-{id}")
        arguments.text(
            "function_name",
            function_name,
            rf"(?s){NAME_PREFIX}.*",
            f"a name that starts with {NAME_PREFIX} (rule S33)",
        )
        _check_code(arguments, code, handler)
        arguments.duration("timeout", timeout, 1, 900)
        arguments.whole_number("memory_size", memory_size, 128, 10240)
        if (
            runtime is not None
            and arguments.instance("runtime", runtime, (lambda_.Runtime,), "a lambda_.Runtime")
            and runtime.family != lambda_.RuntimeFamily.PYTHON
        ):
            arguments.refuse("runtime", runtime.name, "a Python runtime")
        _check_network(arguments, vpc, vpc_subnets, security_groups)
        with arguments.checked(scope, id):
            super().__init__(scope, id)
        self.function_name = name
        self.log_group = logs.LogGroup(self, "LogGroup", retention=log_retention or logs.RetentionDays.ONE_MONTH)
        self.role = self._create_role(in_vpc=vpc is not None)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description="Tests the new task set of a blue/green deployment and reports to CodeDeploy",
            runtime=runtime or lambda_.Runtime.PYTHON_3_13,
            code=_package(code),
            handler=handler,
            timeout=timeout or Duration.minutes(5),
            memory_size=memory_size,
            environment=environment,
            vpc=vpc,
            vpc_subnets=vpc_subnets,
            security_groups=security_groups,
            role=self.role,
            log_group=self.log_group,
        )

    def _create_role(self, *, in_vpc: bool) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                "ReportToCodeDeploy": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["codedeploy:PutLifecycleEventHookExecutionStatus"],
                            # CloudFormation makes no deployment group that could be named here (rule L15).
                            resources=[
                                Stack.of(self).format_arn(
                                    service="codedeploy",
                                    resource="deploymentgroup",
                                    resource_name="*/*",
                                    arn_format=ArnFormat.COLON_RESOURCE_NAME,
                                )
                            ],
                        )
                    ]
                )
            },
        )
        self.log_group.grant_write(role)
        if in_vpc:
            role.add_managed_policy(
                iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AWSLambdaVPCAccessExecutionRole")
            )
        return role


def literal_name(
    arguments: Arguments,
    scope: object,
    argument: str,
    given: str | None,
    prefix: str,
    character: str,
    *,
    suffix: str = "",
) -> str:
    """Check a given name, or make one of the stack's name; either has to be a literal of at most 64 characters."""
    name, advice = given, ""
    if given is None:
        if not isinstance(scope, Construct):
            return ""
        name, advice = f"{prefix}{Stack.of(scope).stack_name}{suffix}", f"give a {argument}"
    if not isinstance(name, str) or Token.is_unresolved(name):
        arguments.note(
            f"{argument} must be a literal name, got a token"
            if isinstance(name, str)
            else f"{argument} must be a literal name, got {name!r}",
            "the service's stack names it without an export (rule S32)",
        )
        return ""
    arguments.text(argument, name, rf"{character}{{1,64}}", "a name of at most 64 characters", advice)
    return name


def _check_code(arguments: Arguments, code: Path | str, handler: str) -> None:
    arguments.text("handler", handler, r"[\w/]+(\.\w+)+", "module.function")
    if isinstance(code, str):
        if "\n" not in code and Path(code).is_dir():
            arguments.refuse("code", code, "a Path or the source of a module", f"write Path({code!r})")
        elif not str(handler).startswith("index."):
            arguments.refuse("handler", handler, "index.function when code is the source of a module")
    elif arguments.instance("code", code, (Path,), "a folder as Path or the source of a module as str"):
        module = str(handler).rpartition(".")[0].replace(".", "/")
        if not code.is_dir():
            arguments.refuse("code", str(code), "an existing folder")
        elif not (code / f"{module}.py").is_file():
            arguments.refuse("handler", handler, f"a function of a module in {code}", f"there is no {module}.py")


def _check_network(
    arguments: Arguments,
    vpc: ec2.IVpc | None,
    vpc_subnets: ec2.SubnetSelection | None,
    security_groups: Sequence[ec2.ISecurityGroup] | None,
) -> None:
    if vpc is not None:
        arguments.interface("vpc", vpc, "vpc_id", "an ec2.IVpc")
    elif vpc_subnets is not None or security_groups is not None:
        given = "vpc_subnets" if vpc_subnets is not None else "security_groups"
        arguments.note(f"vpc must be given together with {given}, got None")
    if vpc_subnets is not None:
        arguments.instance("vpc_subnets", vpc_subnets, (ec2.SubnetSelection,), "an ec2.SubnetSelection")
    for index, group in enumerate(
        arguments.items("security_groups", security_groups or (), "a sequence of security groups")
    ):
        arguments.interface(f"security_groups[{index}]", group, "security_group_id", "a security group")


def _package(code: Path | str) -> lambda_.Code:
    """Make a deployment package of the user's code and our run-time module, with neither Docker nor network."""
    from aws_cdk import aws_lambda as lambda_

    return lambda_.Code.from_asset(
        str(code if isinstance(code, Path) else _RUN_TIME_MODULE.parent),
        # What was made is hashed, and not what it was made of, so that our module's changes count.
        asset_hash_type=AssetHashType.OUTPUT,
        bundling=BundlingOptions(image=DockerImage.from_registry("never-used"), local=_LocalBundling(code)),
    )


@jsii.implements(ILocalBundling)
class _LocalBundling:
    """Copies the user's code and our run-time module, which then are a package of the same names as here."""

    def __init__(self, code: Path | str) -> None:
        self._code = code

    # jsii passes the bundling options as one value, and typed Python as many; neither is of use here.
    def try_bundle(self, output_dir: str, *_options: Any, **_named: Any) -> bool:
        output = Path(output_dir)
        if isinstance(self._code, Path):
            ignored = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
            shutil.copytree(self._code, output, ignore=ignored, dirs_exist_ok=True)
        else:
            (output / "index.py").write_text(self._code)
        package = output / "ecs_blue_green"
        package.mkdir(exist_ok=True)
        (package / "__init__.py").write_text('"""The part of ecs-blue-green-cdk that hook functions use."""\n')
        shutil.copyfile(_RUN_TIME_MODULE, package / "lifecycle.py")
        return True
