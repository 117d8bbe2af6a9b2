"""The role that CodeDeploy assumes: whom it trusts, what it may call, and its name."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from ecs_blue_green import CodeDeployHookRole, InvalidArgumentsError, LifecycleHookFunction
from ecs_blue_green.testing import template_of
from tests.support import Template, properties, resources

SOURCE = "def handler(event, context): ..."


def function_arn(name: str) -> dict[str, Any]:
    account = [":lambda:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}, f":function:{name}"]
    return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, *account]]}


def invokable(template: Template, role_name: str) -> Any:
    """What the role may call, and the proof that it may do nothing else."""
    role = properties(template, "AWS::IAM::Role", RoleName=role_name)
    assert "ManagedPolicyArns" not in role
    assert resources(template, "AWS::IAM::Policy", Roles=[role_name]) == {}
    ((statement,),) = [policy["PolicyDocument"]["Statement"] for policy in role["Policies"]]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "lambda:InvokeFunction")
    return statement["Resource"]


def test_codedeploy_alone_is_trusted_to_call_every_function_with_the_prefix(stack: cdk.Stack) -> None:
    role = CodeDeployHookRole(stack, "Role")
    template = template_of(stack)
    assert role.role_name == "CodeDeployHookRole_Stack"
    assert invokable(template, "CodeDeployHookRole_Stack") == function_arn("CodeDeployHook_*")
    assert properties(template, "AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"] == [
        {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "codedeploy.amazonaws.com"}}
    ]
    assert "Path" not in properties(template, "AWS::IAM::Role")


def test_given_functions_alone_may_be_called(stack: cdk.Stack) -> None:
    smoke = LifecycleHookFunction(stack, "Smoke", code=SOURCE)
    CodeDeployHookRole(stack, "Role", functions=(smoke, "without-prefix"), role_name="a+b=c,d.e@f-g_h")
    CodeDeployHookRole(stack, "Other", functions=["other"], role_name="x" * 64)
    template = template_of(stack)
    assert invokable(template, "a+b=c,d.e@f-g_h") == [
        function_arn("CodeDeployHook_Stack-Smoke"),
        function_arn("without-prefix"),
    ]
    assert invokable(template, "x" * 64) == function_arn("other")


def test_function_of_another_stack_is_called_without_an_export(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    functions, roles = cdk.Stack(app, "Functions"), cdk.Stack(app, "Roles")
    CodeDeployHookRole(roles, "Role", functions=[LifecycleHookFunction(functions, "Smoke", code=SOURCE)])
    assert invokable(template_of(roles), "CodeDeployHookRole_Roles") == function_arn("CodeDeployHook_Functions-Smoke")
    assert "Outputs" not in template_of(functions)


def test_role_is_an_ordinary_one(stack: cdk.Stack) -> None:
    CodeDeployHookRole(stack, "Role").role.add_managed_policy(
        iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AWSCodeDeployRoleForCloudFormation")
    )
    assert len(properties(template_of(stack), "AWS::IAM::Role")["ManagedPolicyArns"]) == 1


def test_name_is_literal_in_a_stage_and_in_a_stack_with_a_name(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    in_stage = CodeDeployHookRole(cdk.Stack(cdk.Stage(app, "Prod"), "Hooks"), "Role")
    named = CodeDeployHookRole(cdk.Stack(app, "Other", stack_name="shop-hooks"), "Role")
    assert in_stage.role_name == "CodeDeployHookRole_Prod-Hooks"
    assert named.role_name == "CodeDeployHookRole_shop-hooks"


def test_token_in_a_functions_name_passes(stack: cdk.Stack) -> None:
    name = cdk.CfnParameter(stack, "Name").value_as_string
    role = CodeDeployHookRole(stack, "Role", functions=[name])
    arn = invokable(template_of(stack), "CodeDeployHookRole_Stack")
    assert arn["Fn::Join"][1][-2:] == [":function:", {"Ref": "Name"}]
    assert role.may_invoke("any")


def test_role_knows_what_it_may_invoke(stack: cdk.Stack) -> None:
    smoke = LifecycleHookFunction(stack, "Smoke", code=SOURCE)
    every = CodeDeployHookRole(stack, "Every")
    some = CodeDeployHookRole(stack, "Some", functions=[smoke, "other"], role_name="some")
    names = [smoke.function_name, "CodeDeployHook_x", "other", cdk.Aws.STACK_NAME]
    assert [every.may_invoke(name) for name in names] == [True, True, False, True]
    assert [some.may_invoke(name) for name in names] == [True, False, True, True]


ARN = "arn:aws:lambda:eu-west-1:123456789012:function:smoke"
ALLOWED = "a LifecycleHookFunction or the name of a function (not its ARN)"
NAME = "up to 64 letters, digits and +=,.@_-"


@pytest.mark.parametrize(
    ("arguments", "mistakes"),
    [
        (
            {"functions": []},
            [
                "functions must be a sequence of one or more functions, got []; leave it out to allow every function"
                " whose name starts with CodeDeployHook_"
            ],
        ),
        (
            {"functions": "smoke"},
            [
                "functions must be a sequence of one or more functions, got 'smoke'; leave it out to allow every"
                " function whose name starts with CodeDeployHook_"
            ],
        ),
        (
            {"functions": [ARN, "smoke", 5, "é"]},
            [
                f"functions[0] must be {ALLOWED}, got '{ARN}'",
                f"functions[2] must be {ALLOWED}, got 5",
                f"functions[3] must be {ALLOWED}, got 'é'",
            ],
        ),
        ({"functions": [None]}, [f"functions[0] must be {ALLOWED}, got None"]),
        ({"role_name": "path/role"}, [f"role_name must be {NAME}, got 'path/role'"]),
        ({"role_name": "arn:aws:iam::123456789012:role/hooks"}, [f"role_name must be {NAME}, got 'arn:aws:iam::12345"]),
        ({"role_name": "x" * 65}, [f"role_name must be {NAME}, got 'xxx"]),
        ({"role_name": ""}, [f"role_name must be {NAME}, got ''"]),
        ({"role_name": 5}, [f"role_name must be {NAME}, got 5"]),
        (
            {"role_name": cdk.Aws.STACK_NAME},
            ["role_name must be a literal name, got a token; the service's stack names it without an export (rule"],
        ),
        ({"id": ""}, ["id must be a non-empty string, got ''"]),
        (
            {"role_name": "a b", "functions": [" "]},
            [f"role_name must be {NAME}, got 'a b'", f"functions[0] must be {ALLOWED}, got ' '"],
        ),
    ],
)
def test_wrong_value_is_refused(arguments: dict[str, Any], mistakes: list[str], stack: cdk.Stack) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        CodeDeployHookRole(stack, **{"id": "Role", **arguments})
    assert len(caught.value.mistakes) == len(mistakes)
    for given, expected in zip(caught.value.mistakes, mistakes, strict=True):
        assert given.startswith(expected)
    assert caught.value.construct_path == f"Stack/{arguments.get('id', 'Role')}"


def test_long_name_of_a_stack_asks_for_a_name(make_app: Callable[..., cdk.App]) -> None:
    stack = cdk.Stack(make_app(), "S" * 46)
    with pytest.raises(InvalidArgumentsError, match="SSS'; give a role_name"):
        CodeDeployHookRole(stack, "Role")
    assert CodeDeployHookRole(stack, "Role", role_name="hooks").role_name == "hooks"


def test_name_of_a_nested_stack_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(InvalidArgumentsError, match="role_name must be a literal name, got a token; give a role_name"):
        CodeDeployHookRole(cdk.NestedStack(stack, "Nested"), "Role")


def test_app_as_scope_is_refused(make_app: Callable[..., cdk.App]) -> None:
    with pytest.raises(InvalidArgumentsError, match="scope must be a construct that belongs to a Stack"):
        CodeDeployHookRole(make_app(), "Role")
