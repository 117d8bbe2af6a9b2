"""The trivia example's stacks."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from cdk_nag import AwsSolutionsChecks
from syrupy.assertion import SnapshotAssertion

from ecs_blue_green import BlueGreen, LifecycleHooks, TargetGroupAlarm
from ecs_blue_green.testing import (
    TemplateSnapshot,
    assert_blue_green,
    assert_native_blue_green,
    assert_no_findings,
    template_of,
)
from tests.support import ROOT, properties

EXAMPLE = ROOT / "examples/trivia"
DOMAINS = {"Test": "api-test.reinvent-trivia.com", "Prod": "api.reinvent-trivia.com"}
NATIVE = "TriviaBackendNative"
IDS = [*(f"TriviaBackend{part}{stage}" for part in ("Hooks", "") for stage in DOMAINS), NATIVE]

Stacks = Callable[[], dict[str, cdk.Stack]]


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compares with the template that is kept for the test."""
    return snapshot.use_extension(TemplateSnapshot)


@pytest.mark.parametrize("stack", IDS)
def test_template(stack: str, trivia: Stacks, snapshot: SnapshotAssertion) -> None:
    assert template_of(trivia()[stack]) == snapshot


@pytest.mark.parametrize("stage", DOMAINS)
def test_service_names_function_and_role_of_its_hook_stack(stage: str, trivia: Stacks) -> None:
    stacks = trivia()
    service, functions = stacks[f"TriviaBackend{stage}"], stacks[f"TriviaBackendHooks{stage}"]
    assert service.dependencies == [functions]
    hooks = template_of(functions)
    function = f"CodeDeployHook_-TriviaBackendHooks{stage}-pre-traffic-hook"
    role = f"CodeDeployHookRole_TriviaBackendHooks{stage}"
    assert properties(hooks, "AWS::Lambda::Function")["FunctionName"] == function
    assert properties(hooks, "AWS::IAM::Role", RoleName=role)
    assert_blue_green(service, lifecycle_hooks=LifecycleHooks(after_allow_test_traffic=function, role=role))


def test_native_stage_has_the_numbers_of_the_hand_written_one_and_the_same_hook_function(trivia: Stacks) -> None:
    service = assert_native_blue_green(
        trivia()[NATIVE],
        deployment=BlueGreen(bake_time=Duration.minutes(30)),
        circuit_breaker=True,
        alarms=[TargetGroupAlarm.unhealthy_hosts(period=Duration.minutes(5)), TargetGroupAlarm.http_5xx()],
        deployment_alarms=(),
        has_test_listener=True,
    )
    template = template_of(trivia()[NATIVE])
    assert (service["DesiredCount"], service["AvailabilityZoneRebalancing"]) == (3, "ENABLED")
    hooks_of_service = service["DeploymentConfiguration"]["LifecycleHooks"]
    assert [hook["LifecycleStages"] for hook in hooks_of_service] == [["POST_TEST_TRAFFIC_SHIFT"]]
    function = properties(template, "AWS::Lambda::Function")
    assert (function["Handler"], function["Timeout"]) == ("pre_traffic.handler", 300)
    hooks = properties(template_of(trivia()["TriviaBackendHooksProd"]), "AWS::Lambda::Function")
    assert function["Code"] == hooks["Code"]
    assert {*template["Outputs"]} == {"ServiceURL", "LoadBalancerDnsName"}


def test_both_engines_make_the_same_but_for_what_deploys(trivia: Stacks) -> None:
    stacks = trivia()
    native, hook = (
        {
            id: resource
            for id, resource in template_of(stacks[name])["Resources"].items()
            if not resource["Type"].startswith(
                "AWS::EC2::SecurityGroup"
            )  # rules of which have the stack's name in the id
        }
        for name in (NATIVE, "TriviaBackendProd")
    )
    assert {hook[id]["Type"] for id in hook.keys() - native.keys()} == {"AWS::ECS::TaskSet", "AWS::ECS::PrimaryTaskSet"}
    assert {native[id]["Type"] for id in native.keys() - hook.keys()} == {
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "AWS::IAM::Role",
        "AWS::IAM::Policy",
        "AWS::Lambda::Function",
        "AWS::Logs::LogGroup",
    }


def test_release_has_no_findings(trivia: Stacks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGE_TAG", "v42")
    stacks = trivia()
    for id in IDS:
        assert_no_findings(stacks[id])


@pytest.mark.parametrize("stage", DOMAINS)
def test_hook_function_and_role_have_the_rights_they_need_and_no_more(stage: str, trivia: Stacks) -> None:
    hooks = template_of(trivia()[f"TriviaBackendHooks{stage}"])
    function = properties(hooks, "AWS::Lambda::Function")
    assert function["Timeout"] == 300
    assert function["Environment"] == {"Variables": {"TARGET_URL": f"https://{DOMAINS[stage]}:9002/api/trivia/all"}}
    for service, action, resource in [
        (
            "lambda",
            "codedeploy:PutLifecycleEventHookExecutionStatus",
            "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*/*",
        ),
        (
            "codedeploy",
            "lambda:InvokeFunction",
            f"arn:aws:lambda:us-east-1:123456789012:function:{function['FunctionName']}",
        ),
    ]:
        trusted = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}}
        role = properties(
            hooks, "AWS::IAM::Role", AssumeRolePolicyDocument={"Statement": [trusted], "Version": "2012-10-17"}
        )
        (policy,) = role["Policies"]
        assert policy["PolicyDocument"]["Statement"] == [{"Action": action, "Effect": "Allow", "Resource": resource}]


@pytest.mark.parametrize(("given", "expected"), [("v42", "v42"), ("", "latest"), (None, "latest")])
def test_image_tag_of_the_environment_is_literal_in_the_template(
    given: str | None, expected: str, trivia: Stacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    if given is not None:
        monkeypatch.setenv("IMAGE_TAG", given)
    stacks = trivia()
    for stage in DOMAINS:
        task = properties(template_of(stacks[f"TriviaBackend{stage}"]), "AWS::ECS::TaskDefinition")
        (container,) = task["ContainerDefinitions"]
        assert container["Image"]["Fn::Join"][1][-1] == f"/reinvent-trivia-backend:{expected}"


@pytest.mark.parametrize(
    ("command", "folder"),
    [
        (shlex.join([sys.executable, str(EXAMPLE / "app.py")]), Path(gettempdir())),
        (json.loads((EXAMPLE / "cdk.json").read_text())["app"], EXAMPLE),
    ],
    ids=["directly", "by the CDK CLI"],
)
def test_app_writes_to_cdk_outdir_and_passes_strict_validation_without_a_warning(
    command: str, folder: Path, tmp_path: Path
) -> None:
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("CDK_", "AWS_"))}
    variables["IMAGE_TAG"] = "v1"
    # As after `source .venv/bin/activate`.
    variables["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), variables["PATH"]])
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=variables | {"CDK_OUTDIR": str(tmp_path / "out"), "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    warnings = {line for line in done.stderr.splitlines() if re.search("warning|error", line, re.IGNORECASE)}
    assert warnings <= {ABOUT_VPC}
    assert {path.name for path in (tmp_path / "out").glob("*.template.json")} == {f"{id}.template.json" for id in IDS}
    (report,) = json.loads((tmp_path / "out/validation-report.json").read_text())["pluginReports"]
    assert (report["pluginName"], report["conclusion"]) == ("CloudFormation Validate", "success")


# What older releases of CDK say about what their own Vpc does.
ABOUT_VPC = "WARNING AvailabilityZone: Avoid hardcoding availability zones 'us-east-1a' (CloudFormation Validate)"

# What cdk-nag finds in the stacks of a stage, by construct and rule, and why it stays.
ACKNOWLEDGED = {
    (
        "TriviaBackendHooks{stage}/PreTrafficHook/Role",
        "AwsSolutions-IAM5[Resource::arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*/*]",
    ): "The function reports on a deployment of CloudFormation's, which has no deployment group that could be named.",
    (
        "TriviaBackendHooks{stage}/PreTrafficHook/Function",
        "AwsSolutions-L1",
    ): "Python 3.13 is supported until 2029; which runtime is the latest changes with CDK's releases.",
    (
        "TriviaBackend{stage}/VPC",
        "AwsSolutions-VPC7",
    ): "The hand-written application has no flow logs; they cost money that an example should not spend.",
    (
        "TriviaBackend{stage}/Service/LoadBalancer",
        "AwsSolutions-ELB2",
    ): "The hand-written application has no access logs; they need a bucket, which is the account's to choose.",
    (
        "TriviaBackend{stage}/Service/LoadBalancer/SecurityGroup",
        "AwsSolutions-EC23",
    ): "The game is for everybody, and the hook function reaches the test listener from outside the VPC.",
    (
        "TriviaBackend{stage}/TaskDefinition/ExecutionRole/DefaultPolicy",
        "AwsSolutions-IAM5[Resource::*]",
    ): "ecr:GetAuthorizationToken knows no resources; CDK grants it so with every image of ECR.",
}


OF_THE_NATIVE_STAGE = {
    (
        "TriviaBackend{stage}/Service/InfrastructureRole",
        "AwsSolutions-IAM5[Resource::*]",
    ): "What ECS describes of load balancers knows no resources.",
    (
        "TriviaBackend{stage}/PreTrafficHook/Function",
        "AwsSolutions-L1",
    ): "Python 3.13 is supported until 2029; which runtime is the latest changes with CDK's releases.",
}


def test_cdk_nag_finds_only_what_is_acknowledged(trivia: Stacks) -> None:
    app = trivia()["TriviaBackendTest"].node.root
    assert isinstance(app, cdk.App)
    checks = AwsSolutionsChecks(app)
    acknowledged = {
        (path.format(stage=stage), rule): reason for (path, rule), reason in ACKNOWLEDGED.items() for stage in DOMAINS
    } | {
        (path.format(stage="Native"), rule): reason
        for (path, rule), reason in (ACKNOWLEDGED | OF_THE_NATIVE_STAGE).items()
        if "Hooks" not in path
    }
    assert {
        (str(resource.construct_path).removesuffix("/Resource"), violation.rule_name)
        for violation in checks.validate_scope(app).violations
        for resource in violation.violating_resources
    } == {*acknowledged}
    constructs = {construct.node.path: construct for construct in app.node.find_all()}
    for (path, rule), reason in acknowledged.items():
        # Older CDKs want the plugin's name in front, and only one "::" in all.
        id = rule if "::" in rule else f"AwsSolutions::{rule}"
        cdk.Validations.of(constructs[path]).acknowledge(cdk.Acknowledgment(id=id, reason=reason))
    cdk.Validations.of(app).add_plugins(checks)
    assert app.synth(force=True), "which fails when a finding is left"
