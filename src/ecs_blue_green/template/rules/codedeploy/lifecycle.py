"""Rules about the functions that the hook calls, and the role that it calls them with."""

from __future__ import annotations

import re

from ...hook_facts import CODEDEPLOY, FUNCTION_NAME_PREFIX
from ...model import Template
from ...values import is_function, mapping, references, text
from ..iam import may_trust
from ..rule import Found, rule


@rule("documented", rests_on=("S13",))
def hook_function_name(template: Template) -> Found:
    """Lifecycle hook functions are given by their name."""
    for hook in template.hooks:
        for event, name in mapping(hook.properties.get("LifecycleEventHooks")).items():
            if not is_function(name) and (not text(name) or ":" in name):
                yield (
                    hook.id,
                    f"CodeDeploy can't call the function of {event}: the hook takes the function's name, "
                    f"{_instead(name)}. Give the function a fixed name, and write that name.",
                )


@rule("documented", "inferred", rests_on=("S13",))
def hook_function_not_literal(template: Template) -> Found:
    """The names of lifecycle hook functions are literal."""
    for hook in template.hooks:
        for event, name in mapping(hook.properties.get("LifecycleEventHooks")).items():
            if is_function(name) and not references(name) & template.resources.keys():  # which is an error
                yield (
                    hook.id,
                    f"CodeDeploy may not find the function of {event}: the hook takes the function's name as text, and "
                    "a function of CloudFormation is not known to have worked there. Give the function a fixed name, "
                    "and write that name.",
                )


@rule("documented", "inferred", rests_on=("S28", "S33"))
def hook_function_prefix(template: Template) -> Found:
    """The names of lifecycle hook functions start with CodeDeployHook_."""
    for hook in template.hooks:
        for event, name in mapping(hook.properties.get("LifecycleEventHooks")).items():
            if text(name) and ":" not in name and not name.startswith(FUNCTION_NAME_PREFIX):
                yield (
                    hook.id,
                    f"CodeDeploy may not call {name} ({event}): AWS's managed policies for the service role allow "
                    f"only functions whose names start with {FUNCTION_NAME_PREFIX}. Rename the function, or make sure "
                    "that a policy of the role allows it.",
                )


@rule("documented", "contradicted", rests_on=("S14", "S30"))
def service_role_name(template: Template) -> Found:
    """The service role is named by its literal name."""
    for hook in template.hooks:
        role = hook.properties.get("ServiceRole")
        if (is_function(role) and not references(role) & template.resources.keys()) or ":" in text(role):
            yield (
                hook.id,
                f"CodeDeploy may not find the service role: the hook takes the role's name as text, {_instead(role)}. "
                "Nothing but a literal name is known to have called functions. Make the role in another stack with a "
                "fixed name, and write that name.",
            )


@rule("inferred", rests_on=("S29",))
def service_role_trust(template: Template) -> Found:
    """The service role trusts CodeDeploy."""
    for raw, hook in zip(template.hooks, template.settled_hooks, strict=True):
        name, named = text(hook.properties.get("ServiceRole")), references(raw.properties.get("ServiceRole"))
        for role in template.resources_of("AWS::IAM::Role"):
            if (role.id in named or (name and name == role.properties.get("RoleName"))) and not may_trust(
                role, _is_codedeploy
            ):
                yield (
                    role.id,
                    f"CodeDeploy probably can't take the service role, so that the deployment rolls back: {role.id} "
                    f"doesn't trust {CODEDEPLOY}. Allow sts:AssumeRole to the service {CODEDEPLOY} in its "
                    "AssumeRolePolicyDocument.",
                )


def _is_codedeploy(service: object) -> bool:
    """Tell whether a principal is CodeDeploy, which has a name in each region as well."""
    return service == "*" or bool(re.fullmatch(r"codedeploy\.([a-z0-9-]+\.)?amazonaws\.com(\.cn)?", text(service)))


@rule("inferred", rests_on=("S29",))
def service_role_missing(template: Template) -> Found:
    """Lifecycle hook functions come with a service role."""
    for hook in template.hooks:
        if mapping(hook.properties.get("LifecycleEventHooks")) and "ServiceRole" not in hook.properties:
            yield (
                hook.id,
                "CodeDeploy probably can't call the lifecycle hook functions, so that the deployment rolls back: it "
                "calls them with the ServiceRole, and there is none. Name a role that may invoke them.",
            )


def _instead(value: object) -> str:
    if is_function(value):
        return "got a function of CloudFormation"
    return "got an ARN" if ":" in text(value) else "got none"
