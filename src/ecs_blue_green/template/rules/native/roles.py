"""Rules about the roles that ECS takes: the infrastructure role, and those that call hook functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...model import Resource
from ...native_facts import AWS_LAMBDA, ECS, INFRASTRUCTURE_POLICY
from ...native_model import LifecycleHook, NativeService, is_known
from ...values import dig, is_function, references, same, sequence, text, written_out
from ..iam import may_trust, statements_of
from ..rule import Found, rule

ROLE = "AWS::IAM::Role"
# What attaches rights to a role that stands elsewhere in the template.
_POLICIES = ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy")


@rule("documented", rests_on=("NI1", "NI2"))
def native_infrastructure_role(service: NativeService) -> Found:
    """The infrastructure role trusts ECS."""
    for role in _infrastructure_roles(service):
        if not may_trust(role, _is_ecs):
            yield (
                role.id,
                f"Deployments of {service.id} roll back with 'ECS was unable to manage the ELB resources due to "
                f"missing permissions': the infrastructure role doesn't trust {ECS}. {_TRUST}",
            )


@rule("documented", rests_on=("NI1",))
def native_infrastructure_policy(service: NativeService) -> Found:
    """AWS's policy for the infrastructure role is named by its ARN."""
    for role in _infrastructure_roles(service):
        for arn in sequence(role.properties.get("ManagedPolicyArns")):
            if written_out(arn).endswith(f"service-role/{INFRASTRUCTURE_POLICY}"):
                yield (
                    role.id,
                    f"The infrastructure role of {service.id} can't be made: AWS's managed policy has no service-role/ "
                    f"in its ARN. Write arn:aws:iam::aws:policy/{INFRASTRUCTURE_POLICY}.",
                )


@rule("documented", "inferred", rests_on=("NI1", "NI2"))
def native_infrastructure_rights(service: NativeService) -> Found:
    """The infrastructure role has rights."""
    for role in _infrastructure_roles(service):
        if _documents(service, role) == []:
            yield (
                role.id,
                f"Deployments of {service.id} probably fail when traffic moves: the template gives the infrastructure "
                f"role no rights. Attach AWS's managed policy arn:aws:iam::aws:policy/{INFRASTRUCTURE_POLICY}, or "
                "allow less.",
            )


@rule("documented", rests_on=("NH6", "NK22"))
def native_hook_role(service: NativeService) -> Found:
    """The role of a Lambda hook trusts ECS."""
    for role, _ in _hook_roles(service):
        if not may_trust(role, _is_ecs):
            yield (
                role.id,
                f"Deployments of {service.id} roll back with 'ECS was unable to assume role': the role of a lifecycle "
                f"hook doesn't trust {ECS}. {_TRUST}",
            )


@rule("documented", "inferred", rests_on=("NH6", "NK22"))
def native_hook_rights(service: NativeService) -> Found:
    """The role of a Lambda hook may invoke the function."""
    for role, hook in _hook_roles(service):
        documents = _documents(service, role)
        target = hook.properties.get("HookTargetArn")
        if documents is not None and not any(_may_invoke(service, document, target) for document in documents):
            yield (
                role.id,
                f"Deployments of {service.id} probably roll back with 'is not authorized to perform: "
                "lambda:InvokeFunction': nothing in the template lets the role of a lifecycle hook call "
                f"{written_out(target) or 'its function'}. Allow lambda:InvokeFunction on it.",
            )


@rule("inferred", rests_on=("NI4", "NC2"))
def native_policy_order(service: NativeService) -> Found:
    """Policies of the roles are there before the service."""
    needed = service.template.made_before(service.resource)
    roles = {role.id: role for role in (*_infrastructure_roles(service), *(role for role, _ in _hook_roles(service)))}
    for role in roles.values():
        for policy in _attached(service, role):
            if policy.id not in needed:
                yield (
                    policy.id,
                    f"The first deployment of {service.id}, or its deletion, may fail: this policy gives its role "
                    f"{role.id} the rights, and the service may be made before it, and deleted after it. Let the "
                    "service depend on it with DependsOn, or put the rights into the role's Policies.",
                )


_TRUST = f"Allow sts:AssumeRole to the service {ECS} in its AssumeRolePolicyDocument."


def _is_ecs(service: object) -> bool:
    return service in ("*", ECS)


def _infrastructure_roles(service: NativeService) -> list[Resource]:
    """List the infrastructure roles that are of the template."""
    found = [service.found(dig(balancer.advanced, "RoleArn"), ROLE) for balancer in service.load_balancers]
    return [*{role.id: role for role in found if role}.values()]


def _hook_roles(service: NativeService) -> Iterator[tuple[Resource, LifecycleHook]]:
    """List the roles of Lambda hooks that are of the template, each with a hook."""
    for hook in service.hooks:
        role = service.found(hook.properties.get("RoleArn"), ROLE)
        if role and hook.target_type == AWS_LAMBDA:
            yield role, hook


def _attached(service: NativeService, role: Resource) -> list[Resource]:
    """List the policies of the template that name a role."""
    return [
        policy
        for policy in service.template.resources_of(*_POLICIES)
        if role.id in references([policy.properties.get("Roles"), policy.properties.get("RoleName")])
    ]


def _documents(service: NativeService, role: Resource) -> list[Any] | None:
    """List the policy documents of a role; None if it may have others that are not known."""
    given = service.template.settled(role).properties
    inline = given.get("Policies", [])
    if given.get("ManagedPolicyArns") or not isinstance(inline, list) or any(map(is_function, (given, *inline))):
        return None
    attached = [service.template.settled(policy).properties for policy in _attached(service, role)]
    return [dig(policy, "PolicyDocument") for policy in (*inline, *attached)]


def _may_invoke(service: NativeService, document: object, target: object) -> bool:
    """Tell whether a policy may allow a call of a function, as far as that is known."""
    if is_function(document):
        return True
    function = service.template.resources.get(next(iter(references(target)), ""))
    # A right on the function is one on a version or an alias as far as can be told, and the other way round.
    meant = {function.id, *function.dependencies} if function else set()
    for statement in statements_of(document):
        if is_function(statement):
            return True
        if dig(statement, "Effect") == "Deny":
            continue
        actions, resources = (_listed(dig(statement, name)) for name in ("Action", "Resource"))
        if not any(is_function(action) or _CALL.fullmatch(text(action)) for action in actions):
            continue
        if any(_may_be(service, resource, target, meant) for resource in resources):
            return True
    return False


# `Action` of a statement that allows a call, with its wildcards.
_CALL = re.compile(r"\*|lambda:(\*|invoke.*\*|invokefunction)", re.IGNORECASE)


def _may_be(service: NativeService, resource: object, target: object, meant: set[str]) -> bool:
    """Tell whether a resource of a statement may be the function."""
    if references(resource) & meant or same(resource, target) or "*" in text(resource):
        return True
    return not (is_known(service.template, resource) and (meant or isinstance(target, str)))


def _listed(value: object) -> list[Any]:
    return sequence(value) or [value]
