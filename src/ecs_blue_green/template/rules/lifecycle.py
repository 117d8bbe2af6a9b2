"""Rules about the functions that the hook calls, and the role that it calls them with."""

from __future__ import annotations

from ..model import Template
from ..values import is_function, mapping, text
from .rule import Found, error, warning

_FUNCTION_PREFIX = "CodeDeployHook_"


@error
def hook_function_name(template: Template) -> Found:
    """Lifecycle hook functions are given by their name."""
    for hook in template.hooks:
        for event, name in mapping(hook.properties.get("LifecycleEventHooks")).items():
            if not is_function(name) and (not text(name) or ":" in name):
                yield (
                    hook.id,
                    f"CodeDeploy can't call the function of {event}: the hook takes the function's name, "
                    f"{_instead(name)} (documented, S13). Give the function a fixed name, and write that name.",
                )


@warning
def hook_function_not_literal(template: Template) -> Found:
    """The names of lifecycle hook functions are literal."""
    for hook in template.hooks:
        for event, name in mapping(hook.properties.get("LifecycleEventHooks")).items():
            if is_function(name):
                yield (
                    hook.id,
                    f"CodeDeploy may not find the function of {event}: the hook takes the function's name as text "
                    "(documented, S13), and a function of CloudFormation is not known to have worked there (inferred). "
                    "Give the function a fixed name, and write that name.",
                )


@warning
def hook_function_prefix(template: Template) -> Found:
    """The names of lifecycle hook functions start with CodeDeployHook_."""
    for hook in template.hooks:
        for event, name in mapping(hook.properties.get("LifecycleEventHooks")).items():
            if text(name) and ":" not in name and not name.startswith(_FUNCTION_PREFIX):
                yield (
                    hook.id,
                    f"CodeDeploy may not call {name} ({event}): AWS's managed policies for the service role allow "
                    f"only functions whose names start with {_FUNCTION_PREFIX} (documented, S28, S33). Rename the "
                    "function, or make sure that the role's own policy allows it.",
                )


@warning
def service_role_name(template: Template) -> Found:
    """The service role is named by its literal name."""
    for hook in template.hooks:
        role = hook.properties.get("ServiceRole")
        if is_function(role) or ":" in text(role):
            yield (
                hook.id,
                f"CodeDeploy may not find the service role: the hook takes the role's name as literal text, "
                f"{_instead(role)} (the name is documented, S14; nothing else is known to have called functions, S30). "
                "Make the role in another stack with a fixed name, and write that name.",
            )


@warning
def service_role_missing(template: Template) -> Found:
    """Lifecycle hook functions come with a service role."""
    for hook in template.hooks:
        if mapping(hook.properties.get("LifecycleEventHooks")) and "ServiceRole" not in hook.properties:
            yield (
                hook.id,
                "CodeDeploy probably can't call the lifecycle hook functions, and the deployment rolls back: it calls "
                "them with the ServiceRole, and there is none (inferred, S29). Name a role that may invoke them.",
            )


def _instead(value: object) -> str:
    if is_function(value):
        return "got a function of CloudFormation"
    return "got an ARN" if ":" in text(value) else "got none"
