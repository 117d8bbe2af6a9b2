"""Which function runs at which lifecycle event, as the service renders it, and what it is refused for."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from ecs_blue_green import CodeDeployHookRole, InvalidArgumentsError, LifecycleHookFunction, LifecycleHooks
from ecs_blue_green.template.rules import lint
from ecs_blue_green.testing import template_of
from tests.support import Service, Template, hook_of, resources, small_service

EVENTS = {
    "before_install": "BeforeInstall",
    "after_install": "AfterInstall",
    "after_allow_test_traffic": "AfterAllowTestTraffic",
    "before_allow_traffic": "BeforeAllowTraffic",
    "after_allow_traffic": "AfterAllowTraffic",
}


def smoke_test(scope: cdk.Stack, id: str = "Smoke") -> LifecycleHookFunction:
    return LifecycleHookFunction(scope, id, code="def handler(event, context): ...")


@pytest.fixture
def hooks_stack(stack: cdk.Stack) -> cdk.Stack:
    """A stack of the same app as the service's."""
    return cdk.Stack(cdk.App.of(stack), "Hooks")


def dependencies(stack: cdk.Stack) -> list[str]:
    """The stacks that the CDK CLI deploys before this one."""
    app = stack.node.root
    assert isinstance(app, cdk.App)
    artifacts = json.loads(Path(app.synth().directory, "manifest.json").read_text())["artifacts"]
    found: list[str] = artifacts[stack.artifact_id].get("dependencies", [])
    return [name for name in found if not name.endswith(".assets")]


def assert_no_exports(template: Template) -> None:
    assert "Fn::ImportValue" not in json.dumps(template)
    assert not [output for output in template.get("Outputs", {}).values() if "Export" in output]


def test_no_hooks_render_nothing(stack: cdk.Stack, service: Service) -> None:
    service(lifecycle_hooks=LifecycleHooks())
    assert not {"LifecycleEventHooks", "ServiceRole"} & hook_of(template_of(stack)).keys()


def test_left_out_hooks_render_nothing(stack: cdk.Stack, service: Service) -> None:
    service()
    assert not {"LifecycleEventHooks", "ServiceRole"} & hook_of(template_of(stack)).keys()


def test_every_event_by_name(stack: cdk.Stack, service: Service) -> None:
    service(lifecycle_hooks=LifecycleHooks(role="hook-role", **{argument: argument for argument in EVENTS}))
    hook = hook_of(template_of(stack))
    assert hook["LifecycleEventHooks"] == {event: argument for argument, event in EVENTS.items()}
    assert hook["ServiceRole"] == "hook-role"


def test_every_event_by_construct(stack: cdk.Stack, hooks_stack: cdk.Stack, service: Service) -> None:
    functions = {argument: smoke_test(hooks_stack, event) for argument, event in EVENTS.items()}
    role = CodeDeployHookRole(hooks_stack, "Role", functions=[*functions.values()])
    service(lifecycle_hooks=LifecycleHooks(role=role, **functions))
    hook = hook_of(template_of(stack))
    assert hook["LifecycleEventHooks"] == {event: f"CodeDeployHook_Hooks-{event}" for event in EVENTS.values()}
    assert hook["ServiceRole"] == "CodeDeployHookRole_Hooks"


@pytest.mark.parametrize("argument", EVENTS)
def test_one_event(argument: str, stack: cdk.Stack, service: Service) -> None:
    service(lifecycle_hooks=LifecycleHooks(role="hook-role", **{argument: "CodeDeployHook_smoke"}))
    assert hook_of(template_of(stack))["LifecycleEventHooks"] == {EVENTS[argument]: "CodeDeployHook_smoke"}


def test_role_alone_is_rendered(stack: cdk.Stack, service: Service) -> None:
    service(lifecycle_hooks=LifecycleHooks(role="hook-role"))
    hook = hook_of(template_of(stack))
    assert hook["ServiceRole"] == "hook-role"
    assert "LifecycleEventHooks" not in hook


def test_stack_of_function_and_role_is_deployed_first_without_exports(
    stack: cdk.Stack, hooks_stack: cdk.Stack, service: Service
) -> None:
    smoke = smoke_test(hooks_stack)
    role = CodeDeployHookRole(hooks_stack, "Role", functions=[smoke])
    service(lifecycle_hooks=LifecycleHooks(after_allow_test_traffic=smoke, role=role))
    assert dependencies(stack) == ["Hooks"]
    assert dependencies(hooks_stack) == []
    for template in (template_of(stack), template_of(hooks_stack)):
        assert_no_exports(template)


def test_function_and_role_by_name_make_no_order(stack: cdk.Stack, hooks_stack: cdk.Stack, service: Service) -> None:
    smoke = smoke_test(hooks_stack)
    service(lifecycle_hooks=LifecycleHooks(after_allow_test_traffic=smoke.function_name, role="hook-role"))
    assert dependencies(stack) == []


def test_function_and_role_may_be_in_two_stacks(stack: cdk.Stack, hooks_stack: cdk.Stack, service: Service) -> None:
    role = CodeDeployHookRole(cdk.Stack(cdk.App.of(stack), "Roles"), "Role")
    service(lifecycle_hooks=LifecycleHooks(before_allow_traffic=smoke_test(hooks_stack), role=role))
    assert sorted(dependencies(stack)) == ["Hooks", "Roles"]


def test_function_and_role_of_another_stage_are_named_and_their_order_is_left_to_the_pipeline(
    make_app: Callable[..., cdk.App],
) -> None:
    app = make_app()
    hooks_stack = cdk.Stack(cdk.Stage(app, "Foundation"), "Hooks")
    stack = cdk.Stack(cdk.Stage(app, "Prod"), "Service")
    hooks = LifecycleHooks(
        after_allow_test_traffic=smoke_test(hooks_stack), role=CodeDeployHookRole(hooks_stack, "Role")
    )
    small_service(stack)(lifecycle_hooks=hooks)
    template = template_of(stack)
    assert hook_of(template)["LifecycleEventHooks"] == {
        "AfterAllowTestTraffic": "CodeDeployHook_Foundation-Hooks-Smoke"
    }
    assert hook_of(template)["ServiceRole"] == "CodeDeployHookRole_Foundation-Hooks"
    assert_no_exports(template)


def test_stacks_of_one_stage_are_ordered(make_app: Callable[..., cdk.App]) -> None:
    stage = cdk.Stage(make_app(), "Prod")
    hooks_stack, stack = cdk.Stack(stage, "Hooks"), cdk.Stack(stage, "Service")
    hooks = LifecycleHooks(after_install=smoke_test(hooks_stack), role=CodeDeployHookRole(hooks_stack, "Role"))
    small_service(stack)(lifecycle_hooks=hooks)
    assert hook_of(template_of(stack))["LifecycleEventHooks"] == {"AfterInstall": "CodeDeployHook_Prod-Hooks-Smoke"}
    assert [dependency.node.path for dependency in stack.dependencies] == ["Prod/Hooks"]


def test_function_and_role_of_the_same_stack_are_made_before_the_service(stack: cdk.Stack, service: Service) -> None:
    smoke = smoke_test(stack)
    role = CodeDeployHookRole(stack, "Role", functions=[smoke])
    service(lifecycle_hooks=LifecycleHooks(after_allow_test_traffic=smoke, role=role))
    template = template_of(stack)
    (ecs_service,) = resources(template, "AWS::ECS::Service").values()
    expected = {
        *resources(template, "AWS::Lambda::Function"),
        *resources(template, "AWS::IAM::Role", RoleName=role.role_name),
    }
    assert len(expected) == 2
    assert expected <= {*ecs_service["DependsOn"]}
    assert hook_of(template)["ServiceRole"] == "CodeDeployHookRole_Stack"


def test_role_that_may_call_every_function_with_the_prefix_fits_one_by_name(
    stack: cdk.Stack, hooks_stack: cdk.Stack, service: Service
) -> None:
    role = CodeDeployHookRole(hooks_stack, "Role")
    service(lifecycle_hooks=LifecycleHooks(after_install="CodeDeployHook_of-another-team", role=role))
    assert hook_of(template_of(stack))["LifecycleEventHooks"] == {"AfterInstall": "CodeDeployHook_of-another-team"}


def test_token_as_function_passes_and_synth_warns(stack: cdk.Stack, hooks_stack: cdk.Stack, service: Service) -> None:
    name = cdk.CfnParameter(stack, "Name").value_as_string
    role = CodeDeployHookRole(hooks_stack, "Role", functions=["smoke"])
    service(lifecycle_hooks=LifecycleHooks(after_install=name, role=role))
    template = template_of(stack)
    assert hook_of(template)["LifecycleEventHooks"] == {"AfterInstall": {"Ref": "Name"}}
    (finding,) = lint(template)
    assert (finding.rule, finding.severity) == ("hook-function-not-literal", "warning")


def test_token_as_role_passes(stack: cdk.Stack, service: Service) -> None:
    name = cdk.CfnParameter(stack, "Name").value_as_string
    service(lifecycle_hooks=LifecycleHooks(after_install="smoke", role=name))
    assert hook_of(template_of(stack))["ServiceRole"] == {"Ref": "Name"}


FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:CodeDeployHook_smoke"
ROLE_ARN = "arn:aws:iam::123456789012:role/hooks"
FUNCTION = "a LifecycleHookFunction or the name of a function (not its ARN) of at most 64 characters"
ROLE = "a CodeDeployHookRole or the name of a role (not its ARN) of at most 64 characters"


@pytest.mark.parametrize(
    ("hooks", "mistakes"),
    [
        (
            LifecycleHooks(before_install="smoke"),
            [
                "lifecycle_hooks.role must be given together with a function, got None; pass a CodeDeployHookRole or"
                " the name of a role that codedeploy.amazonaws.com can assume (rule S29)"
            ],
        ),
        (
            LifecycleHooks(before_install=FUNCTION_ARN, after_install="x" * 65, role=ROLE_ARN),
            [
                f"lifecycle_hooks.before_install must be {FUNCTION}, got '{FUNCTION_ARN}'",
                f"lifecycle_hooks.after_install must be {FUNCTION}, got '{'x' * 65}'",
                f"lifecycle_hooks.role must be {ROLE}, got '{ROLE_ARN}' (rule S32)",
            ],
        ),
        (
            LifecycleHooks(after_allow_traffic="", role=""),
            [
                f"lifecycle_hooks.after_allow_traffic must be {FUNCTION}, got ''",
                f"lifecycle_hooks.role must be {ROLE}, got '' (rule S32)",
            ],
        ),
        (
            LifecycleHooks(after_allow_traffic=5, role=5),  # type: ignore[arg-type]
            [
                f"lifecycle_hooks.after_allow_traffic must be {FUNCTION}, got 5",
                f"lifecycle_hooks.role must be {ROLE}, got 5 (rule S32)",
            ],
        ),
        ({"before_install": "smoke"}, ["lifecycle_hooks must be LifecycleHooks(…), got {'before_install': 'smoke'}"]),
        ("smoke", ["lifecycle_hooks must be LifecycleHooks(…), got 'smoke'"]),
    ],
)
def test_wrong_value_is_refused(hooks: Any, mistakes: list[str], service: Service) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        service(lifecycle_hooks=hooks)
    assert [*caught.value.mistakes] == mistakes


def test_constructs_of_cdk_are_refused(stack: cdk.Stack, hooks_stack: cdk.Stack, service: Service) -> None:
    function = lambda_.Function.from_function_name(hooks_stack, "Function", "smoke")
    role = iam.Role.from_role_name(hooks_stack, "Role", "hooks")
    with pytest.raises(InvalidArgumentsError) as caught:
        service(lifecycle_hooks=LifecycleHooks(after_install=function, role=role))  # type: ignore[arg-type]
    first, second = caught.value.mistakes
    assert first.startswith(f"lifecycle_hooks.after_install must be {FUNCTION}, got a")
    assert second.startswith(f"lifecycle_hooks.role must be {ROLE}, got a")


def test_function_for_ecs_alone_is_refused(hooks_stack: cdk.Stack, service: Service) -> None:
    function = LifecycleHookFunction(hooks_stack, "Smoke", code="def handler(event): ...", reports_to_codedeploy=False)
    mistake = (
        "{} must be a function that reports to CodeDeploy, got one with reports_to_codedeploy=False; give ECS's"
        " functions to a LambdaHook"
    )
    with pytest.raises(InvalidArgumentsError) as caught:
        service(lifecycle_hooks=LifecycleHooks(after_install=function, role=CodeDeployHookRole(hooks_stack, "Role")))
    assert [*caught.value.mistakes] == [mistake.format("lifecycle_hooks.after_install")]
    with pytest.raises(InvalidArgumentsError) as caught:
        CodeDeployHookRole(hooks_stack, "Other", functions=[function], role_name="other")
    assert [*caught.value.mistakes] == [mistake.format("functions[0]")]


@pytest.mark.parametrize("functions", [["other"], None])
def test_role_that_may_not_call_the_function_is_refused(
    functions: list[str] | None, hooks_stack: cdk.Stack, service: Service
) -> None:
    role = CodeDeployHookRole(hooks_stack, "Role", functions=functions)
    with pytest.raises(InvalidArgumentsError) as caught:
        service(lifecycle_hooks=LifecycleHooks(after_install="smoke", before_install="other-test", role=role))
    assert [*caught.value.mistakes] == [
        f"lifecycle_hooks.{argument} must be a function that lifecycle_hooks.role may invoke, got '{name}'; add it to"
        " the role's functions"
        for argument, name in {"before_install": "other-test", "after_install": "smoke"}.items()
    ]


@pytest.mark.parametrize("function", [FUNCTION_ARN, 5, ""])
def test_wrong_function_beside_a_role_is_one_mistake(function: Any, hooks_stack: cdk.Stack, service: Service) -> None:
    role = CodeDeployHookRole(hooks_stack, "Role")
    with pytest.raises(InvalidArgumentsError) as caught:
        service(lifecycle_hooks=LifecycleHooks(after_install=function, role=role))
    assert [*caught.value.mistakes] == [f"lifecycle_hooks.after_install must be {FUNCTION}, got {function!r}"]


def test_value_lists_its_functions_and_constructs(hooks_stack: cdk.Stack) -> None:
    smoke, role = smoke_test(hooks_stack), CodeDeployHookRole(hooks_stack, "Role")
    hooks = LifecycleHooks(before_install="by-name", after_allow_traffic=smoke, role=role)
    assert hooks.functions == {"before_install": "by-name", "after_allow_traffic": smoke}
    assert hooks.constructs == [smoke, role]
    assert LifecycleHooks(role="by-name").constructs == []
