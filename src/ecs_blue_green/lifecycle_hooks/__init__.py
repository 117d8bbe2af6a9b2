"""Which function tests the new task set at which lifecycle event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..checks.mistakes import Mistakes
from ..template.hook_facts import LIFECYCLE_EVENTS
from .function import LifecycleHookFunction, name_for_codedeploy
from .names import FUNCTION_NAME, ROLE_NAME
from .role import CodeDeployHookRole

HookFunction = LifecycleHookFunction | str


@dataclass(frozen=True, kw_only=True, slots=True)
class LifecycleHooks:
    """The functions that CodeDeploy calls during a green deployment, and the role that it calls them with.

    A function is given as construct or by name. It has one hour to report how it went
    (https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html); what it
    reports as failed rolls the deployment back. An event without a function passes at once.

    Args:
        before_install: Called before the green task set is created; a failure here can't be rolled back.
        after_install: Called when the green task set is up, before any listener sends to it.
        after_allow_test_traffic: Called when the test listener sends to the green task set; the place for tests.
        before_allow_traffic: Called before production traffic moves.
        after_allow_traffic: Called when all production traffic has moved.
        role: The role that CodeDeploy assumes to call the functions, as construct or by name (never by ARN); needed
            when there is any function.
    """

    before_install: HookFunction | None = None
    after_install: HookFunction | None = None
    after_allow_test_traffic: HookFunction | None = None
    before_allow_traffic: HookFunction | None = None
    after_allow_traffic: HookFunction | None = None
    role: CodeDeployHookRole | str | None = None

    @property
    def functions(self) -> dict[str, HookFunction]:
        """The functions by the name of their argument."""
        given = {argument: getattr(self, argument) for argument in _EVENTS}
        return {argument: function for argument, function in given.items() if function is not None}

    @property
    def constructs(self) -> list[LifecycleHookFunction | CodeDeployHookRole]:
        """Functions and role, as far as they are given as constructs."""
        return [part for part in (*self.functions.values(), self.role) if part and not isinstance(part, str)]


# The lifecycle events by the names of our arguments.
_EVENTS = dict(zip([field.name for field in fields(LifecycleHooks)][:-1], LIFECYCLE_EVENTS, strict=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class HookFunctions:
    """What the hook says of functions, by their names.

    Attributes:
        events: The functions by the lifecycle event that each is called at.
        role: The role that they are called with; None for none.
    """

    events: Mapping[str, str]
    role: str | None

    @classmethod
    def checked(cls, mistakes: Mistakes, hooks: LifecycleHooks | None) -> HookFunctions:
        """Check the functions and their role."""
        if hooks is None or not mistakes.instance("lifecycle_hooks", hooks, LifecycleHooks, "LifecycleHooks(…)"):
            return cls(events={}, role=None)
        events = {
            _EVENTS[argument]: _function_name(mistakes, argument, function, hooks.role)
            for argument, function in hooks.functions.items()
        }
        role = None if hooks.role is None else _role_name(mistakes, hooks.role)
        if role is None and events:
            mistakes.note(
                "lifecycle_hooks.role must be given together with a function, got None",
                "pass a CodeDeployHookRole or the name of a role that codedeploy.amazonaws.com can assume",
                rule="S29",
            )
        return cls(events=events, role=role)

    @property
    def properties(self) -> dict[str, Any]:
        """The properties of the hook."""
        rendered = {"ServiceRole": self.role, "LifecycleEventHooks": self.events or None}
        return {name: value for name, value in rendered.items() if value is not None}


def _function_name(
    mistakes: Mistakes, argument: str, function: HookFunction, role: CodeDeployHookRole | str | None
) -> str:
    name = name_for_codedeploy(mistakes, f"lifecycle_hooks.{argument}", function)
    mistakes.text(
        f"lifecycle_hooks.{argument}",
        name,
        FUNCTION_NAME,
        "a LifecycleHookFunction or the name of a function (not its ARN) of at most 64 characters",
    )
    is_name = isinstance(name, str) and re.fullmatch(FUNCTION_NAME, name)
    if is_name and isinstance(role, CodeDeployHookRole) and not role.may_invoke(name):
        mistakes.note(
            f"lifecycle_hooks.{argument} must be a function that lifecycle_hooks.role may invoke, got {name!r}",
            "add it to the role's functions",
        )
    return name


def _role_name(mistakes: Mistakes, role: CodeDeployHookRole | str) -> str:
    name = role.role_name if isinstance(role, CodeDeployHookRole) else role
    mistakes.text(
        "lifecycle_hooks.role",
        name,
        ROLE_NAME,
        "a CodeDeployHookRole or the name of a role (not its ARN) of at most 64 characters",
        rule="S32",
    )
    return name
