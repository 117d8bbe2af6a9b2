"""The hook's section of the template, and what makes a stack fit for it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from constructs import Construct

from ecs_blue_green import AllAtOnce, HttpListener, LifecycleHooks, TimeBasedCanary
from ecs_blue_green.testing import template_of
from tests.support import STRICT, Service, Template, hook_of, mistakes_of, resources, small_service

# What the CDK CLI adds to the context of every app, `aws:cdk:version-reporting` by its flag `--version-reporting`.
CLI_CONTEXT = {
    "aws:cdk:enable-path-metadata": True,
    "aws:cdk:enable-asset-metadata": True,
    "aws:cdk:version-reporting": True,
    "aws:cdk:bundling-stacks": ["**"],
    "@aws-cdk/core:failSynthOnValidationErrors": False,
}

HTTP_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"


def only(template: Template, type: str) -> str:
    """The logical id of the only resource of a type."""
    (id,) = resources(template, type)
    return id


def listener_on(template: Template, port: int) -> str:
    (id,) = resources(template, HTTP_LISTENER, Port=port)
    return id


def applications(template: Template, routes: dict[str, str]) -> list[dict[str, Any]]:
    """What the hook has to say of the resources of a template."""
    task_definition = only(template, "AWS::ECS::TaskDefinition")
    task_set = only(template, "AWS::ECS::TaskSet")
    # Blue is the target group that the task set starts on.
    (balancer,) = template["Resources"][task_set]["Properties"]["LoadBalancers"]
    blue = balancer["TargetGroupArn"]["Ref"]
    (green,) = resources(template, "AWS::ElasticLoadBalancingV2::TargetGroup").keys() - {blue}
    return [
        {
            "Target": {"Type": "AWS::ECS::Service", "LogicalID": only(template, "AWS::ECS::Service")},
            "ECSAttributes": {
                "TaskDefinitions": [task_definition, f"{task_definition}Green"],
                "TaskSets": [task_set, f"{task_set}Green"],
                "TrafficRouting": {
                    **{route: {"Type": HTTP_LISTENER, "LogicalID": id} for route, id in routes.items()},
                    "TargetGroups": [blue, green],
                },
            },
        }
    ]


def test_hook_has_defaults_and_nothing_that_was_not_asked_for(stack: cdk.Stack, service: Service) -> None:
    service()
    template = template_of(stack)
    assert hook_of(template) == {
        "TrafficRoutingConfig": {
            "Type": "TimeBasedCanary",
            "TimeBasedCanary": {"StepPercentage": 15, "BakeTimeMins": 5},
        },
        "AdditionalOptions": {"TerminationWaitTimeInMinutes": 5},
        "Applications": applications(template, {"ProdTrafficRoute": listener_on(template, 80)}),
    }


def test_hook_has_everything_that_was_asked_for(stack: cdk.Stack, service: Service) -> None:
    service(
        test_listener=HttpListener(port=8080),
        traffic_routing=TimeBasedCanary(step_percentage=20, bake_time=Duration.minutes(15)),
        termination_wait_time=Duration.minutes(30),
        lifecycle_hooks=LifecycleHooks(
            before_install="CodeDeployHook_1",
            after_install="CodeDeployHook_2",
            after_allow_test_traffic="CodeDeployHook_3",
            before_allow_traffic="CodeDeployHook_4",
            after_allow_traffic="CodeDeployHook_5",
            role="CodeDeployHookRole",
        ),
    )
    template = template_of(stack)
    routes = {"ProdTrafficRoute": listener_on(template, 80), "TestTrafficRoute": listener_on(template, 8080)}
    assert hook_of(template) == {
        "TrafficRoutingConfig": {
            "Type": "TimeBasedCanary",
            "TimeBasedCanary": {"StepPercentage": 20, "BakeTimeMins": 15},
        },
        "AdditionalOptions": {"TerminationWaitTimeInMinutes": 30},
        "LifecycleEventHooks": {
            "BeforeInstall": "CodeDeployHook_1",
            "AfterInstall": "CodeDeployHook_2",
            "AfterAllowTestTraffic": "CodeDeployHook_3",
            "BeforeAllowTraffic": "CodeDeployHook_4",
            "AfterAllowTraffic": "CodeDeployHook_5",
        },
        "ServiceRole": "CodeDeployHookRole",
        "Applications": applications(template, routes),
    }


def test_hook_has_a_role_and_no_events_when_no_function_is_given(stack: cdk.Stack, service: Service) -> None:
    service(traffic_routing=AllAtOnce(), lifecycle_hooks=LifecycleHooks(role="CodeDeployHookRole"))
    hook = hook_of(template_of(stack))
    assert hook["ServiceRole"] == "CodeDeployHookRole"
    assert hook["TrafficRoutingConfig"] == {"Type": "AllAtOnce"}
    assert "LifecycleEventHooks" not in hook


def test_logical_ids_in_the_hook_follow_an_override(stack: cdk.Stack, service: Service) -> None:
    made = service()
    made.task_set.override_logical_id("Tasks")
    made.service.override_logical_id("Web")
    made.target_groups.cfn_green.override_logical_id("Verde")
    (application,) = hook_of(template_of(stack))["Applications"]
    assert application["Target"]["LogicalID"] == "Web"
    assert application["ECSAttributes"]["TaskSets"] == ["Tasks", "TasksGreen"]
    assert application["ECSAttributes"]["TrafficRouting"]["TargetGroups"][1] == "Verde"


@pytest.mark.parametrize("minutes", [0, 1, 2880])
def test_termination_wait_time_is_rendered_in_minutes(stack: cdk.Stack, service: Service, minutes: int) -> None:
    service(termination_wait_time=Duration.seconds(60 * minutes))
    assert hook_of(template_of(stack))["AdditionalOptions"] == {"TerminationWaitTimeInMinutes": minutes}


def test_termination_wait_time_may_be_a_token(stack: cdk.Stack, service: Service) -> None:
    minutes = cdk.CfnParameter(stack, "Minutes", type="Number", default=10).value_as_number
    service(termination_wait_time=Duration.minutes(minutes))
    assert hook_of(template_of(stack))["AdditionalOptions"] == {"TerminationWaitTimeInMinutes": {"Ref": "Minutes"}}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (Duration.minutes(2881), "2881 minutes"),
        (Duration.seconds(30), "30 seconds"),
        (Duration.millis(60500), "Duration.millis(60500)"),
        (30, "30; make it with Duration.minutes(…)"),
        ("30", "'30'; make it with Duration.minutes(…)"),
    ],
    ids=["over two days", "half a minute", "parts of a second", "number", "text"],
)
def test_termination_wait_time_is_checked(service: Service, given: object, shown: str) -> None:
    assert mistakes_of(service, termination_wait_time=given) == [
        f"termination_wait_time must be a Duration from 0 to 2880 whole minutes, got {shown}"
    ]


def test_mistakes_of_routing_and_wait_are_reported_together(service: Service) -> None:
    routing = TimeBasedCanary(step_percentage=5, bake_time=Duration.seconds(5))
    assert len(mistakes_of(service, traffic_routing=routing, termination_wait_time=5)) == 3


def test_transform_is_a_string(stack: cdk.Stack, service: Service) -> None:
    service()
    assert template_of(stack)["Transform"] == "AWS::CodeDeployBlueGreen"


def test_other_transforms_stay(stack: cdk.Stack, service: Service) -> None:
    stack.add_transform("AWS::Before")
    service()
    stack.add_transform("AWS::After")
    assert template_of(stack)["Transform"] == ["AWS::Before", "AWS::CodeDeployBlueGreen", "AWS::After"]


@pytest.mark.parametrize(
    ("of_app", "of_stack"),
    [
        ({"analytics_reporting": True}, {}),
        ({}, {"analytics_reporting": True}),
        ({"context": CLI_CONTEXT}, {}),
        ({"analytics_reporting": True, "context": CLI_CONTEXT}, {"analytics_reporting": True}),
    ],
    ids=["app", "stack", "context", "all"],
)
def test_template_never_has_cdk_metadata(
    make_app: Callable[..., cdk.App], of_app: dict[str, Any], of_stack: dict[str, Any]
) -> None:
    app = make_app(**of_app)
    stack = cdk.Stack(app, "Stack", **of_stack)
    small_service(stack)()
    other = cdk.Stack(app, "Other", **of_stack)
    cdk.CfnWaitConditionHandle(other, "Handle")
    template = template_of(stack)
    assert not resources(template, "AWS::CDK::Metadata")
    assert "Conditions" not in template
    assert resources(template_of(other), "AWS::CDK::Metadata"), "a stack without hook has it, with these settings"


def test_strict_validation_passes(make_app: Callable[..., cdk.App]) -> None:
    """The finding about the Hooks section is acknowledged."""
    stack = cdk.Stack(make_app(context={STRICT: True}), "Stack")
    small_service(stack)()
    assert hook_of(template_of(stack))["AdditionalOptions"]


def test_strict_validation_still_finds_everything_else(make_app: Callable[..., cdk.App]) -> None:
    stack = cdk.Stack(make_app(context={STRICT: True}), "Stack")
    small_service(stack)()
    cdk.CfnResource(stack, "Topic", type="AWS::SNS::Topic", properties={"NoSuchProperty": 1})
    with pytest.raises(RuntimeError, match=r"Validation ?[Ff]ailed"):
        template_of(stack)


APP = """
import aws_cdk as cdk
from tests.support import small_service

app = cdk.App()
small_service(cdk.Stack(app, "Stack"))()
app.synth()
"""


def test_app_under_the_cdk_cli_says_nothing_and_makes_no_metadata(tmp_path: Path, flags: dict[str, Any]) -> None:
    outdir = tmp_path / "cdk.out"
    run = subprocess.run(
        [sys.executable, "-c", APP],
        env=os.environ
        | {
            "CDK_OUTDIR": str(outdir),
            "CDK_CONTEXT_JSON": json.dumps(flags | CLI_CONTEXT),
            "CDK_DEFAULT_REGION": "us-east-1",
            "CDK_CLI_VERSION": "2.1148.1",
            "CDK_CLI_ASM_VERSION": "55.0.0",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "validat" not in (run.stdout + run.stderr).lower()
    template = json.loads((outdir / "Stack.template.json").read_text())
    assert not resources(template, "AWS::CDK::Metadata")
    assert "Conditions" not in template


def legacy() -> cdk.IStackSynthesizer:
    return cdk.LegacyStackSynthesizer()


def bootstrapless() -> cdk.IStackSynthesizer:
    return cdk.BootstraplessSynthesizer()


def cli_credentials() -> cdk.IStackSynthesizer:
    return cdk.CliCredentialsStackSynthesizer()


def default_without_rule() -> cdk.IStackSynthesizer:
    return cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)


def default() -> None:
    return None


@pytest.mark.parametrize("synthesizer", [legacy, bootstrapless, cli_credentials, default_without_rule, default])
def test_template_has_a_parameter(
    make_app: Callable[..., cdk.App], synthesizer: Callable[[], cdk.IStackSynthesizer | None]
) -> None:
    """Without parameters the transform fails."""
    stack = cdk.Stack(make_app(), "Stack", synthesizer=synthesizer())
    small_service(stack)()
    template = template_of(stack)
    own = [name for name in template["Parameters"] if name != "BootstrapVersion"]
    assert len(own) == 1


def test_second_service_in_a_stack_adds_nothing_to_its_fitness(stack: cdk.Stack) -> None:
    small_service(Construct(stack, "First"))()
    before = [child.node.id for child in stack.node.children]
    second = small_service(Construct(stack, "Second"))()
    assert [child.node.id for child in stack.node.children] == [*before, "Second"]
    assert second.hook is not None
    assert second.hook.type == "AWS::CodeDeploy::BlueGreen"


def test_each_stack_of_an_app_is_made_fit(make_app: Callable[..., cdk.App]) -> None:
    app = make_app(analytics_reporting=True)
    stacks = [cdk.Stack(app, name) for name in ("One", "Two")]
    for stack in stacks:
        small_service(stack)()
    templates = [template_of(stack) for stack in stacks]
    assert [template["Transform"] for template in templates] == 2 * ["AWS::CodeDeployBlueGreen"]
    assert [len(template["Hooks"]) for template in templates] == [1, 1]
    assert all({*template["Parameters"]} - {"BootstrapVersion"} for template in templates)
    assert not any(resources(template, "AWS::CDK::Metadata") for template in templates)


def test_service_in_a_stage_has_its_hook(make_app: Callable[..., cdk.App]) -> None:
    stage = cdk.Stage(make_app(analytics_reporting=True), "Stage")
    stack = cdk.Stack(stage, "Stack")
    small_service(stack)()
    template = template_of(stack)
    assert hook_of(template)["Applications"] == applications(template, {"ProdTrafficRoute": listener_on(template, 80)})
    assert not resources(template, "AWS::CDK::Metadata")


def test_service_below_a_construct_makes_the_stack_fit(stack: cdk.Stack) -> None:
    small_service(Construct(Construct(stack, "Outer"), "Inner"))()
    template = template_of(stack)
    assert template["Transform"] == "AWS::CodeDeployBlueGreen"
    assert hook_of(template)["AdditionalOptions"] == {"TerminationWaitTimeInMinutes": 5}


def test_service_in_a_nested_stack_is_refused(stack: cdk.Stack) -> None:
    nested = cdk.NestedStack(stack, "Nested")
    assert mistakes_of(small_service(Construct(nested, "Group"))) == [
        "scope must be in a top-level stack, got one in the nested stack Stack/Nested; CloudFormation has no hooks in "
        "nested stacks: move the service to a stack of its own (rule L9)"
    ]


def test_stack_keeps_a_construct_of_its_own_called_cdk_metadata(stack: cdk.Stack, service: Service) -> None:
    own = Construct(stack, "CDKMetadata")
    service()
    assert stack.node.find_child("CDKMetadata") is own
    assert hook_of(template_of(stack))["Applications"]
