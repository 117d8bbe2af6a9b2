"""What a call may be given, right or wrong, by its name."""

import inspect
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import aws_cdk as cdk
import jsii
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from ecs_blue_green import CodeDeployHookRole, LifecycleHookFunction
from tests.fuzz.networks import ACCOUNT
from tests.fuzz.tasks import Tasks

CODE = lambda_.Code.from_inline("def handler(event, context): ...")


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


class Things(Tasks):
    def __getitem__(self, name: str) -> Any:
        """Give a thing by its name, as ``eval`` asks for it."""
        if name not in NAMES:
            raise KeyError(name)
        return getattr(self, name)

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
    def folder(self) -> Path:
        """A folder with a hook function's code."""
        folder = Path(self.app.outdir, "code")
        folder.mkdir()
        (folder / "index.py").write_text("def handler(event, context): ...")
        (folder / "ca.pem").write_text("")
        return folder

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


NAMES = ["stack", *(name for name, _ in inspect.getmembers(Things, lambda value: isinstance(value, cached_property)))]
