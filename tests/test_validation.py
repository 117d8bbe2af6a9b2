"""The rules at synth: findings name constructs, fail the synth where they are errors, and can be acknowledged."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sns as sns

from ecs_blue_green.template.rules import RULES
from ecs_blue_green.validation import PLUGIN_NAME
from tests.support import Service, fargate_task, imported_cluster, small_service


def report_of(app: cdk.App) -> list[dict[str, Any]]:
    """Read the violations that the plugin reported at synth."""
    file = Path(app.outdir) / "validation-report.json"
    plugins = json.loads(file.read_text())["pluginReports"] if file.exists() else []
    return [
        violation for plugin in plugins if plugin["pluginName"] == PLUGIN_NAME for violation in plugin["violations"]
    ]


def synth_refused(app: cdk.App) -> str:
    with pytest.raises(RuntimeError, match="ValidationFailed") as caught:
        app.synth()
    return str(caught.value)


def found(app: cdk.App) -> list[tuple[str, str, str]]:
    """List rule, severity and construct path of each finding."""
    return [
        (violation["ruleName"], violation["severity"], construct["constructPath"])
        for violation in report_of(app)
        for construct in violation["violatingConstructs"]
    ]


def test_nested_stack_export_and_second_service_are_readable_errors(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    shop = cdk.Stack(app, "Shop")
    cluster = imported_cluster(shop)
    small_service(shop)("Web", cluster=cluster)
    small_service(cdk.Stack(app, "Other"))("Web")
    small_service(shop)("Api", cluster=cluster, task_definition=fargate_task(shop, "ApiTask"))
    sns.Topic(cdk.NestedStack(shop, "Reports"), "Topic")
    cdk.CfnOutput(shop, "Url", value="https://example.com", export_name="url")
    message = synth_refused(app)
    assert found(app) == [
        ("second-service", "error", "Shop/Api/Service"),
        ("nested-stack", "error", "Shop/Reports.NestedStack/Reports.NestedStackResource"),
        ("exported-output", "error", "Shop/Url"),
    ]
    assert "ERROR Expect CloudFormation to refuse the template: outputs are not supported beside the hook" in message
    assert "Suggested fix: See `ecs-blue-green rules exported-output`" in message
    assert "Acknowledge with 'ecs-blue-green::exported-output'" in message


def test_warning_is_told_and_does_not_fail_the_synth(
    stack: cdk.Stack, service: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    service()
    cdk.CfnOutput(stack, "Url", value="https://example.com")
    app = stack.node.root
    assert isinstance(app, cdk.App)
    app.synth()
    assert found(app) == [("plain-output", "warning", "Stack/Url")]
    hint, said = "Acknowledge with 'ecs-blue-green::plain-output'", ""
    for _ in range(1000):  # jsii hands on what Node says, a bit later
        said += capfd.readouterr().err
        if hint in said:
            break
        time.sleep(0.01)
    assert hint in said


def test_error_can_be_acknowledged_at_the_stack_with_a_reason(stack: cdk.Stack, service: Service) -> None:
    service()
    cdk.CfnOutput(stack, "Url", value="https://example.com", export_name="url")
    reason = "It has been there for years."
    cdk.Validations.of(stack).acknowledge(cdk.Acknowledgment(id="ecs-blue-green::exported-output", reason=reason))
    app = stack.node.root
    assert isinstance(app, cdk.App)
    assert app.synth().stacks
    assert report_of(app) == []


def test_finding_about_the_whole_template_is_acknowledged_at_the_stack(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    small_service(cdk.Stack(app, "Shop"))()
    raw = cdk.Stack(app, "Raw", synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False))
    raw.add_transform("AWS::CodeDeployBlueGreen")
    sns.CfnTopic(raw, "Topic")
    synth_refused(app)
    assert {(rule, path) for rule, _, path in found(app)} == {("hook-missing", "Raw"), ("no-parameters", "Raw")}
    other = make_app()
    small_service(cdk.Stack(other, "Shop"))()
    raw = cdk.Stack(other, "Raw")
    raw.add_transform("AWS::CodeDeployBlueGreen")
    sns.CfnTopic(raw, "Topic")
    cdk.Validations.of(raw).acknowledge(cdk.Acknowledgment(id="ecs-blue-green::hook-missing", reason="It comes later."))
    assert other.synth().stacks


def raw_hook(stack: cdk.Stack) -> None:
    """A hook as somebody writes it by hand, and wrong in many ways."""
    stack.add_transform("AWS::CodeDeployBlueGreen")
    cdk.CfnHook(stack, "Hook", type="AWS::CodeDeploy::BlueGreen", properties={"Applications": []})
    cdk.Validations.of(stack).acknowledge(
        cdk.Acknowledgment(id="CloudFormation-Validate::F0005", reason="It is a hook of CodeDeploy.")
    )
    sns.CfnTopic(stack, "Topic")


def test_task_definition_of_another_stack_is_refused(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    task_definition = fargate_task(cdk.Stack(app, "Other"))
    small_service(cdk.Stack(app, "Shop"))("Web", task_definition=task_definition)
    assert "Name the resource that is meant, or move it to this stack" in synth_refused(app)
    assert ("blue-id-undefined", "error", "Shop/Web/Hook") in found(app)


def test_port_of_udp_is_refused(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    shop = cdk.Stack(app, "Shop")
    task_definition = ecs.FargateTaskDefinition(shop, "Task")
    mapping = ecs.PortMapping(container_port=53, protocol=ecs.Protocol.UDP)
    image = ecs.ContainerImage.from_registry("example.com/shop:v1")
    task_definition.add_container("app", image=image, port_mappings=[mapping])
    small_service(shop)("Web", task_definition=task_definition)
    assert "The container app did not have a container port 53 defined" in synth_refused(app)
    assert found(app) == [("task-set-container-port", "error", "Shop/Web/TaskSet")]


@pytest.mark.parametrize("where", ["app", "stage"])
def test_hook_of_the_user_in_another_stack_is_checked_too(where: str, make_app: Callable[..., cdk.App]) -> None:
    """Wherever it is: the service that brings the rules is in a stage of its own."""
    app = make_app()
    small_service(cdk.Stack(cdk.Stage(app, "Prod"), "Shop"))()
    raw = cdk.Stack(app if where == "app" else cdk.Stage(app, "Beta"), "Raw")
    raw_hook(raw)
    synth_refused(app)
    assert ("hook-schema", "error", f"{raw.node.path}/Hook") in found(app)


@pytest.mark.parametrize("nested", [False, True])
def test_native_service_of_the_user_is_checked_too(nested: bool, make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    small_service(cdk.Stack(app, "Shop"))()
    outer = cdk.Stack(app, "Outer")
    stack = cdk.NestedStack(outer, "Inner") if nested else outer
    ecs.CfnService(
        stack,
        "Service",
        task_definition="shop",
        deployment_controller=ecs.CfnService.DeploymentControllerProperty(type="CODE_DEPLOY"),
        deployment_configuration=ecs.CfnService.DeploymentConfigurationProperty(
            strategy="BLUE_GREEN", bake_time_in_minutes=5
        ),
    )
    assert "strategy BLUE_GREEN is only valid with the ECS deployment controller" in synth_refused(app)
    assert found(app) == [("native-controller", "error", f"{stack.node.path}/Service")]


def test_hook_of_the_user_in_a_nested_stack_is_refused(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    small_service(cdk.Stack(app, "Shop"))()
    raw_hook(cdk.NestedStack(cdk.Stack(app, "Outer"), "Inner"))
    assert "the hook can't be in a nested stack. " in synth_refused(app)
    assert ("nested-stack", "error", "Outer/Inner/Hook") in found(app)


def test_plugin_runs_once_for_an_app_with_many_services(
    make_app: Callable[..., cdk.App], capfd: pytest.CaptureFixture[str]
) -> None:
    app = make_app()
    for number in range(3):
        stage = cdk.Stage(app, f"Stage{number}")
        for stack in (cdk.Stack(stage, "One"), cdk.Stack(stage, "Two")):
            small_service(stack)()
            cdk.CfnOutput(stack, "Url", value="https://example.com")
    app.synth()
    plugins = json.loads((Path(app.outdir) / "validation-report.json").read_text())["pluginReports"]
    assert [plugin["pluginName"] for plugin in plugins if plugin["pluginName"] == PLUGIN_NAME] == [PLUGIN_NAME]
    assert len(found(app)) == 6


def test_every_rule_can_be_acknowledged_by_its_id(make_app: Callable[..., cdk.App]) -> None:
    """CDK refuses an acknowledgement whose id it can't read."""
    stack = cdk.Stack(make_app(), "Shop")
    for id in RULES:
        cdk.Validations.of(stack).acknowledge(cdk.Acknowledgment(id=f"{PLUGIN_NAME}::{id}", reason="A test."))
    small_service(stack)()
    app = stack.node.root
    assert isinstance(app, cdk.App)
    assert app.synth().stacks


def test_app_without_findings_says_nothing(
    stack: cdk.Stack, service: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    service()
    app = stack.node.root
    assert isinstance(app, cdk.App)
    app.synth()
    assert PLUGIN_NAME not in capfd.readouterr().err
