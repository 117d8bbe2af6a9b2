"""What ECS waits for during a deployment: functions that it calls, and pauses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from ..checks.copies import copy_items
from ..checks.mistakes import Mistakes, shown
from ..lifecycle_hooks import LifecycleHooks
from ..lifecycle_hooks.function import LifecycleHookFunction
from ..template import native_facts as facts
from .roles import allow, create_role

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_


class Stage(Enum):
    """A stage of a deployment at which ECS calls a function.

    With ``Linear`` and ``Canary``, PRE_PRODUCTION_TRAFFIC_SHIFT and PRODUCTION_TRAFFIC_SHIFT come with every step. The
    functions of TEST_TRAFFIC_SHIFT and PRODUCTION_TRAFFIC_SHIFT are called again in a rollback (rule NH4): tests belong
    to POST_TEST_TRAFFIC_SHIFT.

    Attributes:
        RECONCILE_SERVICE: Only when more than one revision is active; traffic as it was.
        PRE_SCALE_UP: Before the green tasks start; production on blue.
        POST_SCALE_UP: The green tasks run; production on blue, no test traffic yet.
        TEST_TRAFFIC_SHIFT: Test traffic moves to green; production on blue.
        POST_TEST_TRAFFIC_SHIFT: Test traffic on green, production on blue.
        PRE_PRODUCTION_TRAFFIC_SHIFT: Before production traffic moves; test traffic on green.
        PRODUCTION_TRAFFIC_SHIFT: Production traffic moves to green.
        POST_PRODUCTION_TRAFFIC_SHIFT: All traffic on green; the bake time begins afterwards.
    """

    RECONCILE_SERVICE = facts.RECONCILE_SERVICE
    PRE_SCALE_UP = facts.PRE_SCALE_UP
    POST_SCALE_UP = facts.POST_SCALE_UP
    TEST_TRAFFIC_SHIFT = facts.TEST_TRAFFIC_SHIFT
    POST_TEST_TRAFFIC_SHIFT = facts.POST_TEST_TRAFFIC_SHIFT
    PRE_PRODUCTION_TRAFFIC_SHIFT = facts.PRE_PRODUCTION_TRAFFIC_SHIFT
    PRODUCTION_TRAFFIC_SHIFT = facts.PRODUCTION_TRAFFIC_SHIFT
    POST_PRODUCTION_TRAFFIC_SHIFT = facts.POST_PRODUCTION_TRAFFIC_SHIFT


class PauseStage(Enum):
    """A stage of a deployment at which ECS can wait for somebody: any of ``Stage`` but those where traffic moves.

    Attributes:
        RECONCILE_SERVICE: Only when more than one revision is active; traffic as it was.
        PRE_SCALE_UP: Before the green tasks start; production on blue.
        POST_SCALE_UP: The green tasks run; production on blue, no test traffic yet.
        POST_TEST_TRAFFIC_SHIFT: Test traffic on green, production on blue.
        PRE_PRODUCTION_TRAFFIC_SHIFT: Before production traffic moves; test traffic on green. With ``Linear`` and
            ``Canary`` before every step.
        POST_PRODUCTION_TRAFFIC_SHIFT: All traffic on green; the bake time begins afterwards.
    """

    RECONCILE_SERVICE = facts.RECONCILE_SERVICE
    PRE_SCALE_UP = facts.PRE_SCALE_UP
    POST_SCALE_UP = facts.POST_SCALE_UP
    POST_TEST_TRAFFIC_SHIFT = facts.POST_TEST_TRAFFIC_SHIFT
    PRE_PRODUCTION_TRAFFIC_SHIFT = facts.PRE_PRODUCTION_TRAFFIC_SHIFT
    POST_PRODUCTION_TRAFFIC_SHIFT = facts.POST_PRODUCTION_TRAFFIC_SHIFT


class OnTimeout(Enum):
    """What ECS does when a hook's time is over.

    Attributes:
        ROLLBACK: Roll the deployment back.
        CONTINUE: Go on.
    """

    ROLLBACK = facts.ROLLBACK
    CONTINUE = facts.CONTINUE


@dataclass(frozen=True, slots=True)
class LambdaHook:
    """A function that ECS calls at some stages; what it answers as failed rolls the deployment back.

    ECS calls it when the service is created, too (rule NE7).

    Args:
        function: The function, ours or CDK's own; it may be in the same stack.
        stages: One or more stages at which it is called, such as ``[Stage.POST_TEST_TRAFFIC_SHIFT]``.
        timeout: Time that it has at each of them, with all its answers that it is still at work, 1 to 1440 whole
            minutes (rule NS22). Left out: 1440 minutes.
        on_timeout: What happens then. Left out: ``OnTimeout.ROLLBACK``.
        details: What it is told with each call, as ``hookDetails`` of the event. Left out: nothing.
    """

    function: LifecycleHookFunction | lambda_.IFunction
    _: KW_ONLY
    stages: Sequence[Stage]
    timeout: Duration | None = None
    on_timeout: OnTimeout | None = None
    details: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        """Keep a copy, which nobody changes later."""
        copy_items(self, "stages")


@dataclass(frozen=True, kw_only=True, slots=True)
class PauseHook:
    """A pause at some stages, until somebody continues the deployment or rolls it back.

    Whoever does that calls ``ecs-blue-green continue``, or ECS's ContinueServiceDeployment. Meanwhile the stack's
    update goes on, of which CloudFormation waits 36 hours at most (rule NS1).

    Args:
        stages: One or more stages at which it pauses, such as ``[PauseStage.POST_TEST_TRAFFIC_SHIFT]``.
        timeout: The longest pause, 1 to 20160 whole minutes, that is 14 days (rule NS22). Left out: 1440 minutes.
        on_timeout: What happens then. Left out: ``OnTimeout.ROLLBACK``.
    """

    stages: Sequence[PauseStage]
    timeout: Duration | None = None
    on_timeout: OnTimeout | None = None

    def __post_init__(self) -> None:
        """Keep a copy, which nobody changes later."""
        copy_items(self, "stages")


LifecycleHook = LambdaHook | PauseHook

_KINDS: dict[type[LifecycleHook], tuple[type[Stage | PauseStage], int]] = {
    LambdaHook: (Stage, facts.LONGEST_LAMBDA_HOOK_MINUTES),
    PauseHook: (PauseStage, facts.LONGEST_PAUSE_MINUTES),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedHook:
    """A hook, with what is read of it.

    Attributes:
        stages: Where ECS calls or pauses, in its words.
        minutes: The time that the hook has.
        action: What happens then, in ECS's words.
        function_arn: What is called; None for a pause.
        details: What the function is told; None for nothing.
    """

    stages: tuple[str, ...]
    minutes: float
    action: str
    function_arn: str | None
    details: Mapping[str, Any] | None

    @classmethod
    def checked(cls, mistakes: Mistakes, name: str, hook: LifecycleHook) -> CheckedHook:
        """Check a hook, called by the name of its argument."""
        kind, longest = _KINDS[type(hook)]
        minutes = mistakes.duration(f"{name}.timeout", hook.timeout, 1, longest, unit="minutes")
        action = OnTimeout(facts.DEFAULT_TIMEOUT_ACTION) if hook.on_timeout is None else hook.on_timeout
        checked_action = mistakes.instance(f"{name}.on_timeout", action, OnTimeout, "an OnTimeout")
        function_arn = details = None
        if isinstance(hook, LambdaHook):
            function_arn = _function_arn(mistakes, f"{name}.function", hook.function)
            details = _checked_details(mistakes, f"{name}.details", hook.details)
        return cls(
            stages=_checked_stages(mistakes, f"{name}.stages", hook.stages, kind),
            minutes=facts.DEFAULT_HOOK_MINUTES if minutes is None else minutes,
            action=checked_action.value if checked_action else facts.DEFAULT_TIMEOUT_ACTION,
            function_arn=function_arn,
            details=details,
        )

    def properties(self, as_json: Callable[[object], str], role_arn: str | None) -> dict[str, Any]:
        """Give the properties; the type of target stands always, as ECS takes a pause without for a function (NE5)."""
        called = {
            "targetType": facts.PAUSE if self.function_arn is None else facts.AWS_LAMBDA,
            "hookTargetArn": self.function_arn,
            "roleArn": None if self.function_arn is None else role_arn,
            "hookDetails": None if self.details is None else as_json(self.details),
        }
        return {
            **{name: value for name, value in called.items() if value is not None},
            "lifecycleStages": [*self.stages],
            "timeoutConfiguration": {"timeoutInMinutes": self.minutes, "action": self.action},
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedHooks:
    """All hooks of a service.

    Attributes:
        hooks: The hooks.
    """

    hooks: tuple[CheckedHook, ...]

    @classmethod
    def checked(cls, mistakes: Mistakes, hooks: Sequence[LifecycleHook]) -> CheckedHooks:
        """Check the hooks, each by itself, and how many there are."""
        argument, checked, kinds = "lifecycle_hooks", [], "LambdaHook(…) or PauseHook(…)"
        advice = ""
        if isinstance(hooks, LambdaHook | PauseHook):
            advice = "put it into a list"
        elif isinstance(hooks, LifecycleHooks):
            advice = "that is for CodeDeploy: use LambdaHook(function, stages=[…]) for each of its functions"
        given = mistakes.items(argument, hooks, f"a sequence of {kinds}", advice=advice)
        for index, item in enumerate(given):
            name = f"{argument}[{index}]"
            if hook := mistakes.instance(name, item, (LambdaHook, PauseHook), kinds):
                checked.append(CheckedHook.checked(mistakes, name, hook))
        for kind in _KINDS:
            count, most = sum(isinstance(hook, kind) for hook in given), facts.MOST_HOOKS_OF_A_TYPE
            if count > most:
                mistakes.note(f"{argument} must have at most {most} of {kind.__name__}, got {count}", rule="NS14")
        return cls(hooks=tuple(checked))

    def create(self, scope: Construct, stack: Stack) -> list[dict[str, Any]]:
        """Create the role that ECS calls the functions with, if there is one, and give the hooks' properties."""
        role = self._create_role(scope)
        role_arn = None if role is None else role.attr_arn
        return [hook.properties(stack.to_json_string, role_arn) for hook in self.hooks]

    def _create_role(self, scope: Construct) -> iam.CfnRole | None:
        arns = dict.fromkeys(hook.function_arn for hook in self.hooks if hook.function_arn is not None)
        if not arns:
            return None
        return create_role(
            scope,
            "HookRole",
            description="Lets ECS call the lifecycle hook functions of a service",
            policy="InvokeHookFunctions",
            statements=[allow(["lambda:InvokeFunction"], [*arns])],
        )


def _checked_stages(
    mistakes: Mistakes, argument: str, given: Sequence[Stage | PauseStage], kind: type[Stage | PauseStage]
) -> tuple[str, ...]:
    allowed, stages = f"a sequence of one or more of {kind.__name__}", []
    for index, item in enumerate(mistakes.items(argument, given, allowed, least=1)):
        if stage := mistakes.instance(f"{argument}[{index}]", item, kind, f"a {kind.__name__}", _other(item, kind)):
            stages.append(stage.value)
    mistakes.distinct(argument, stages, "a hook is called once at a stage")
    return tuple(stages)


def _other(given: object, kind: type[Stage | PauseStage]) -> str:
    """Advise whoever gave a stage of the other kind of hook."""
    if not isinstance(given, Stage | PauseStage):
        return ""
    if given.name in kind.__members__:
        return f"use {kind.__name__}.{given.name}"
    return "no deployment pauses while traffic moves: use a stage before or after it (rule NH9)"


def _function_arn(mistakes: Mistakes, argument: str, function: LifecycleHookFunction | lambda_.IFunction) -> str | None:
    given = function.function if isinstance(function, LifecycleHookFunction) else function
    allowed = "a LifecycleHookFunction or another Lambda function"
    checked = mistakes.interface(argument, given, "function_arn", allowed)
    return None if checked is None else checked.function_arn


def _checked_details(mistakes: Mistakes, argument: str, details: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if details is None or not mistakes.instance(argument, details, Mapping, "a mapping of names to values"):
        return None
    try:
        json.dumps(dict(details), allow_nan=False)
    except (TypeError, ValueError) as error:
        mistakes.note(f"{argument} must be values that JSON knows, got {shown(details)}: {error}")
        return None
    return dict(details)
