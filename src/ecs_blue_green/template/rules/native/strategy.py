"""Rules about the deployment configuration: the strategy, its settings, and how long it takes."""

from __future__ import annotations

from ...native_facts import (
    CANARY,
    CANARY_CONFIGURATION,
    DEFAULT_BAKE_MINUTES,
    DEFAULT_CANARY_BAKE_MINUTES,
    DEFAULT_CANARY_PERCENTAGE,
    DEFAULT_STEP_BAKE_MINUTES,
    DEFAULT_STEP_PERCENTAGE,
    DEPLOYMENT_CONTROLLER,
    LEAST_STEP_PERCENTAGE,
    LINEAR,
    LINEAR_CONFIGURATION,
    LONGEST_BAKING_MINUTES,
    MAXIMUM_PERCENT,
    MINIMUM_HEALTHY_PERCENT,
    MOST_PERCENTAGE,
    STRATEGY_BLOCKS,
    waited_steps,
)
from ...native_model import NativeService, lacks, number
from ...values import dig, mapping, text
from ..rule import Found, rule

_DEFAULTS = {
    LINEAR: f"{DEFAULT_STEP_PERCENTAGE:g} percent in each step, and {DEFAULT_STEP_BAKE_MINUTES} minutes between two",
    CANARY: f"{DEFAULT_CANARY_PERCENTAGE:g} percent first, and the rest after {DEFAULT_CANARY_BAKE_MINUTES} minutes",
}


@rule("documented", rests_on=("NS31", "NK1"))
def native_controller(service: NativeService) -> Found:
    """The service has the ECS deployment controller, or names none."""
    kind = text(dig(service.properties, "DeploymentController", "Type"))
    if kind not in ("", DEPLOYMENT_CONTROLLER):
        yield (
            service.id,
            f"ECS refuses the service: strategy {service.strategy} is only valid with the {DEPLOYMENT_CONTROLLER} "
            f"deployment controller, got {kind}. Set the Type of DeploymentController to {DEPLOYMENT_CONTROLLER}, or "
            "leave it out.",
        )


@rule("documented", "reported", rests_on=("NS16", "NE5"))
def native_strategy_block(service: NativeService) -> Found:
    """The deployment configuration has the block of no other strategy."""
    for strategy, block in STRATEGY_BLOCKS.items():
        if strategy != service.strategy and mapping(dig(service.configuration, block)):
            yield (
                service.id,
                f"ECS refuses the service: {block} is only valid with strategy {strategy}, and the strategy is "
                f"{service.strategy}. Remove {block}, or set Strategy to {strategy}.",
            )


@rule("documented", "inferred", rests_on=("NS7", "NS9", "NK17"))
def native_strategy_defaults(service: NativeService) -> Found:
    """The deployment configuration has the block of its strategy."""
    block = STRATEGY_BLOCKS.get(service.strategy, "")
    if block and lacks(service.configuration, block):
        yield (
            service.id,
            f"Traffic may move faster than is meant: without {block}, ECS takes its defaults for {service.strategy}, "
            f"{_DEFAULTS[service.strategy]}. Write {block} with the values that are meant.",
        )


@rule("inferred", rests_on=("NS9", "NK18"))
def native_canary_share(service: NativeService) -> Found:
    """A canary gets less than all traffic."""
    share = number(dig(service.configuration, CANARY_CONFIGURATION, "CanaryPercent"))
    if service.strategy == CANARY and share == MOST_PERCENTAGE:
        yield (
            service.id,
            f"This is probably no canary: CanaryPercent {share:g} sends all traffic to green at once. Set a smaller "
            "share.",
        )


@rule("documented", "contradicted", rests_on=("NS6", "NE6"))
def native_bake_given(service: NativeService) -> Found:
    """The bake time is written out."""
    if lacks(service.configuration, "BakeTimeInMinutes"):
        yield (
            service.id,
            "It is not known how long both revisions run after traffic has moved: DeploymentConfiguration has no "
            "BakeTimeInMinutes, and AWS's pages disagree about its default: one says "
            f"{DEFAULT_BAKE_MINUTES} minutes, one that it must be given. Write it.",
        )


@rule("documented", rests_on=("NS17",))
def native_too_long(service: NativeService) -> Found:
    """The waits of a deployment add up to 33 hours at most."""
    minutes = waits(service)
    if minutes > LONGEST_BAKING_MINUTES:
        yield (
            service.id,
            f"CloudFormation refuses the service: the waits of a deployment add up to {minutes / 60:.1f} hours, and "
            f"may take {LONGEST_BAKING_MINUTES // 60}. Shorten BakeTimeInMinutes or the time between steps.",
        )


def waits(service: NativeService) -> float:
    """Add up the minutes that a deployment waits for certain: what isn't known counts nothing."""
    linear, canary = (dig(service.configuration, block) for block in (LINEAR_CONFIGURATION, CANARY_CONFIGURATION))
    baking = number(dig(service.configuration, "BakeTimeInMinutes")) or 0
    if service.strategy == LINEAR:
        bake = dig(linear, "StepBakeTimeInMinutes")
        bake = DEFAULT_STEP_BAKE_MINUTES if _takes_default(service, linear, "StepBakeTimeInMinutes") else bake
        return baking + (number(bake) or 0) * (moves(service) - 1)
    if service.strategy == CANARY:
        bake = dig(canary, "CanaryBakeTimeInMinutes")
        bake = DEFAULT_CANARY_BAKE_MINUTES if _takes_default(service, canary, "CanaryBakeTimeInMinutes") else bake
        return baking + (number(bake) or 0)
    return baking


def moves(service: NativeService) -> int:
    """Count the steps in which production traffic moves; one where that isn't known."""
    if service.strategy == LINEAR:
        linear = dig(service.configuration, LINEAR_CONFIGURATION)
        step = DEFAULT_STEP_PERCENTAGE if _takes_default(service, linear, "StepPercent") else dig(linear, "StepPercent")
        percent = number(step)
        if percent is not None and LEAST_STEP_PERCENTAGE <= percent <= MOST_PERCENTAGE:
            return waited_steps(percent) + 1
    return 2 if service.strategy == CANARY else 1


def _takes_default(service: NativeService, block: object, name: str) -> bool:
    return lacks(service.configuration, STRATEGY_BLOCKS[service.strategy]) or lacks(block, name)


@rule("documented", rests_on=("NS15",))
def native_early_success(service: NativeService) -> Found:
    """Early success criteria are for rolling deployments."""
    if dig(service.configuration, "EarlySuccessCriteria", "Enable") in (True, "true"):
        yield (
            service.id,
            f"Expect ECS to refuse the service: EarlySuccessCriteria is for rolling deployments, and the strategy is "
            f"{service.strategy}. Remove it.",
        )


@rule("inferred", rests_on=("NS11", "NK37"))
def native_max_percent(service: NativeService) -> Found:
    """A deployment may run twice the tasks, and keeps the old ones."""
    most = number(dig(service.configuration, "MaximumPercent"))
    least = number(dig(service.configuration, "MinimumHealthyPercent"))
    if most is not None and most < MAXIMUM_PERCENT:
        yield (
            service.id,
            f"A deployment may lack room for green: both revisions run side by side, and MaximumPercent is {most:g}. "
            f"Set it to {MAXIMUM_PERCENT}, as AWS's templates have it.",
        )
    if least is not None and least < MINIMUM_HEALTHY_PERCENT:
        yield (
            service.id,
            f"A deployment may stop tasks that serve: MinimumHealthyPercent is {least:g}, and AWS's pages don't say "
            f"what it means for {service.strategy}. Set it to {MINIMUM_HEALTHY_PERCENT}, as AWS's templates have it.",
        )
