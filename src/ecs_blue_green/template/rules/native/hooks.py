"""Rules about lifecycle hooks: what they call, when, and for how long they may wait."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ...native_facts import (
    AWS_LAMBDA,
    DEFAULT_HOOK_MINUTES,
    HOOK_STAGES,
    HOOK_TARGET_TYPES,
    LONGEST_BAKING_MINUTES,
    LONGEST_LAMBDA_HOOK_MINUTES,
    LONGEST_PAUSE_MINUTES,
    LONGEST_STAGE_MINUTES,
    MOST_HOOKS_OF_A_TYPE,
    PAUSE,
    PAUSE_STAGES,
    POST_TEST_TRAFFIC_SHIFT,
    STAGES_OF_EVERY_STEP,
    STAGES_RUN_AGAIN,
    TEST_TRAFFIC_SHIFT,
)
from ...native_model import TEST_RULE, LifecycleHook, NativeService, lacks, number
from ...values import dig, is_function, references, text
from ..rule import Found, rule
from .strategy import moves, waits


@rule("documented", "reported", rests_on=("NS20", "NE5"))
def native_hook_target(service: NativeService) -> Found:
    """A hook is of a known type, and a Lambda hook has a function and a role."""
    for hook in service.hooks:
        names = ("HookTargetArn", "RoleArn")
        missing = [name for name in names if lacks(hook.properties, name)]
        if hook.target_type == AWS_LAMBDA and missing:
            yield (
                service.id,
                "ECS refuses the service with 'Role arn or Hook Target arn is missing for one or more deployment "
                f"lifecycle hooks': {_of(hook)} is a Lambda hook without {' and '.join(missing)}. Add "
                f"{'it' if len(missing) == 1 else 'them'}, or set TargetType to {PAUSE} if it should wait.",
            )
        if hook.target_type not in ("", *HOOK_TARGET_TYPES):
            yield (
                service.id,
                f"ECS refuses the service with 'Invalid targetType': {_of(hook)} has {hook.target_type}. Set "
                f"TargetType to {' or '.join(HOOK_TARGET_TYPES)}.",
            )


@rule("documented", "inferred", rests_on=("NS20", "NK21"))
def native_pause_target(service: NativeService) -> Found:
    """A pause hook has neither target nor role."""
    for hook in service.hooks:
        given = [name for name in ("HookTargetArn", "RoleArn") if name in hook.properties]
        if hook.target_type == PAUSE and given:
            yield (
                service.id,
                f"No function is called, or ECS refuses the service: a pause hook has {' and '.join(given)}, and waits "
                f"for people. Remove what it can't have, or set TargetType to {AWS_LAMBDA}.",
            )


@rule("documented", "reported", rests_on=("NS18", "NH9", "NE5"))
def native_hook_stage(service: NativeService) -> Found:
    """A hook has stages, and only those that its type can have."""
    for hook in service.hooks:
        allowed = PAUSE_STAGES if hook.target_type == PAUSE else HOOK_STAGES
        given = hook.properties.get("LifecycleStages")
        if lacks(hook.properties, "LifecycleStages") or given == []:
            yield (
                service.id,
                "ECS refuses the service with 'Lifecycle stage cannot be null or empty': a lifecycle hook has no "
                f"stage. Name in LifecycleStages when it runs: {', '.join(allowed)}.",
            )
        if wrong := [stage for stage in hook.stages if stage not in allowed]:
            kind = "pause hook" if hook.target_type == PAUSE else "lifecycle hook"
            yield (
                service.id,
                f"ECS refuses the service: a {kind} can't stand at {' and '.join(wrong)}. Choose among "
                f"{', '.join(allowed)}.",
            )


@rule("inferred", rests_on=("NS18", "NK23"))
def native_hook_stage_twice(service: NativeService) -> Found:
    """A hook has each of its stages once."""
    for hook in service.hooks:
        if twice := sorted({stage for stage in hook.stages if hook.stages.count(stage) > 1}):
            yield (
                service.id,
                f"ECS may refuse the service, or call the hook twice: {_of(hook)} names {' and '.join(twice)} more "
                "than once. Name each stage once.",
            )


@rule("documented", rests_on=("NS22",))
def native_hook_timeout(service: NativeService) -> Found:
    """The time-out of a hook is within what its kind may take."""
    for hook in service.hooks:
        minutes = number(dig(hook.properties, "TimeoutConfiguration", "TimeoutInMinutes"))
        most = LONGEST_LAMBDA_HOOK_MINUTES if hook.target_type == AWS_LAMBDA else LONGEST_PAUSE_MINUTES
        if minutes is not None and not 1 <= minutes <= most:
            yield (
                service.id,
                f"ECS refuses the service: the time-out of {_of(hook)} must be 1 to {most} minutes, got {minutes:g}. "
                "Change TimeoutInMinutes.",
            )


@rule("documented", "inferred", rests_on=("NS1", "NB8", "NK24"))
def native_pause_timeout(service: NativeService) -> Found:
    """Pauses end before the stage and CloudFormation do."""
    pauses = [(hook, _pause(hook)) for hook in service.hooks if hook.target_type == PAUSE]
    for hook, minutes in pauses:
        if LONGEST_STAGE_MINUTES < minutes <= LONGEST_PAUSE_MINUTES:
            yield (
                service.id,
                f"The deployment may end before {_of(hook)} does: it may wait {minutes:g} minutes, and a stage lasts "
                f"at most {LONGEST_STAGE_MINUTES}. Set TimeoutInMinutes to {LONGEST_STAGE_MINUTES} or less.",
            )
    total = waits(service) + _paused(service, pauses)
    if pauses and total > LONGEST_BAKING_MINUTES and not any(minutes > LONGEST_STAGE_MINUTES for _, minutes in pauses):
        yield (
            service.id,
            f"CloudFormation may give up on a deployment that people let wait: its pauses and other waits may add up "
            f"to {total:g} minutes, and CloudFormation allows for {LONGEST_BAKING_MINUTES}. Shorten TimeoutInMinutes, "
            "or take a pause out.",
        )


def _paused(service: NativeService, pauses: Sequence[tuple[LifecycleHook, float]]) -> float:
    """Add up the minutes of pauses: those of one stage run side by side (NH5), and some stages come with every step."""
    stages = {stage for hook, _ in pauses for stage in hook.stages}
    return sum(
        max(minutes for hook, minutes in pauses if stage in hook.stages)
        * (moves(service) if stage in STAGES_OF_EVERY_STEP else 1)
        for stage in stages
    )


def _pause(hook: LifecycleHook) -> float:
    """Tell how many minutes a pause may last; none if that isn't known."""
    timeout = hook.properties.get("TimeoutConfiguration")
    if lacks(hook.properties, "TimeoutConfiguration") or lacks(timeout, "TimeoutInMinutes"):
        return DEFAULT_HOOK_MINUTES
    return number(dig(timeout, "TimeoutInMinutes")) or 0


@rule("documented", rests_on=("NS21",))
def native_hook_details(service: NativeService) -> Found:
    """The details of a hook are a JSON object."""
    for hook in service.hooks:
        details = hook.properties.get("HookDetails")
        if isinstance(details, str) and not _is_object(details):
            yield (
                service.id,
                f"Expect ECS to refuse the service: HookDetails of {_of(hook)} must be a JSON object, written as text, "
                'such as \'{"shop": "a"}\'. Write it so.',
            )


def _is_object(details: str) -> bool:
    try:
        return isinstance(json.loads(details), dict)
    except (ValueError, RecursionError):
        return False


@rule("documented", rests_on=("NS14",))
def native_hook_count(service: NativeService) -> Found:
    """A service has at most 10 hooks of a kind."""
    for kind in HOOK_TARGET_TYPES:
        count = sum(hook.target_type == kind for hook in service.hooks)
        if count > MOST_HOOKS_OF_A_TYPE:
            yield (
                service.id,
                f"Expect ECS to refuse the service: it may have {MOST_HOOKS_OF_A_TYPE} lifecycle hooks of type {kind}, "
                f"and has {count}. Let one hook do the work of several.",
            )


@rule("inferred", rests_on=("NH1", "NK27"))
def native_hook_without_test_rule(service: NativeService) -> Found:
    """Hooks that test green come with a way for test traffic."""
    if not service.load_balancers or any(TEST_RULE in balancer.rules for balancer in service.load_balancers):
        return
    if any(is_function(balancer.entry) or is_function(balancer.advanced) for balancer in service.load_balancers):
        return
    if "ServiceConnectConfiguration" in service.properties:
        return
    for hook in service.hooks:
        if at := [stage for stage in hook.stages if stage in (TEST_TRAFFIC_SHIFT, POST_TEST_TRAFFIC_SHIFT)]:
            yield (
                service.id,
                f"There is no test traffic for {_of(hook)} at {' and '.join(at)}, which may not even run: the service "
                f"has no {TEST_RULE} and no Service Connect. Add a test rule, or move the hook to another stage.",
            )


@rule("reported", "inferred", rests_on=("NH4", "NK28"))
def native_failing_on_rollback(service: NativeService) -> Found:
    """Lambda hooks stand where a rollback doesn't call them again."""
    for hook in service.hooks:
        at = [stage for stage in hook.stages if stage in STAGES_RUN_AGAIN]
        if hook.target_type == AWS_LAMBDA and at:
            yield (
                service.id,
                f"A rollback may fail: it calls {_of(hook)} at {' and '.join(at)} again, without traffic on green, and "
                f"a test that fails then may end in ROLLBACK_FAILED. Test at {POST_TEST_TRAFFIC_SHIFT}, or let the "
                "function succeed when green has no traffic.",
            )


def _of(hook: LifecycleHook) -> str:
    """Name a hook by what it calls."""
    if hook.target_type == PAUSE:
        return "the pause hook"
    target = hook.properties.get("HookTargetArn")
    name = next(iter(sorted(references(target))), text(target))
    return f"the hook of {name}" if name else "a lifecycle hook"
