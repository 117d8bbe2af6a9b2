"""Defects of the roles that ECS takes."""

from typing import Any

from .parts import NativeParts, breaks

CALL: dict[str, Any] = {
    "Effect": "Allow",
    "Action": "lambda:InvokeFunction",
    "Resource": {"Fn::GetAtt": ["Checks", "Arn"]},
}


def trusts(parts: NativeParts, role: str, service: str) -> None:
    """Change whom a role trusts."""
    parts.of(role)["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] = service


@breaks("native-infrastructure-role")
def infrastructure_role_of_tasks(parts: NativeParts) -> None:
    trusts(parts, "InfrastructureRole", "ecs-tasks.amazonaws.com")


@breaks("native-infrastructure-policy")
def policy_with_service_role_in_its_arn(parts: NativeParts) -> None:
    name = "service-role/AmazonECSInfrastructureRolePolicyForLoadBalancers"
    arn = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":iam::aws:policy/{name}"]]}
    parts.of("InfrastructureRole")["ManagedPolicyArns"] = [arn]


@breaks("native-infrastructure-rights")
def infrastructure_role_without_rights(parts: NativeParts) -> None:
    del parts.of("InfrastructureRole")["ManagedPolicyArns"]


@breaks("native-hook-role")
def hook_role_of_lambda(parts: NativeParts) -> None:
    trusts(parts, "HookRole", "lambda.amazonaws.com")


@breaks("native-hook-rights")
def hook_role_without_rights(parts: NativeParts) -> None:
    del parts.of("HookRole")["Policies"]


@breaks("native-hook-rights")
def hook_role_for_another_function(parts: NativeParts) -> None:
    parts.add("AWS::Lambda::Function", **parts.of("Checks"))
    statement = CALL | {"Resource": {"Fn::GetAtt": ["Another", "Arn"]}}
    parts.of("HookRole")["Policies"][0]["PolicyDocument"]["Statement"] = [statement]


@breaks("native-hook-rights")
def hook_role_that_may_only_look(parts: NativeParts) -> None:
    statement = CALL | {"Action": ["lambda:GetFunction", "lambda:List*"]}
    parts.of("HookRole")["Policies"][0]["PolicyDocument"]["Statement"] = statement


@breaks("native-policy-order")
def rights_in_a_policy_that_nothing_waits_for(parts: NativeParts) -> None:
    del parts.of("HookRole")["Policies"]
    document = {"Statement": [CALL]}
    parts.add("AWS::IAM::Policy", PolicyName="call", PolicyDocument=document, Roles=[{"Ref": "HookRole"}])


@breaks("native-policy-order")
def rights_of_the_infrastructure_role_in_such_a_policy(parts: NativeParts) -> None:
    del parts.of("InfrastructureRole")["ManagedPolicyArns"]
    document = {"Statement": [{"Effect": "Allow", "Action": "elasticloadbalancing:*", "Resource": "*"}]}
    role = {"Ref": "InfrastructureRole"}
    parts.add("AWS::IAM::RolePolicy", PolicyName="move", PolicyDocument=document, RoleName=role)
