"""How production traffic moves from the old task set to the new one.

A traffic routing is a value: it says what is wanted and belongs to no service. The construct that it is given to checks
it, so that a mistake is reported with that construct's path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..template.hook_facts import DEFAULT_STEP_PERCENTAGE

if TYPE_CHECKING:
    from aws_cdk import Duration


@dataclass(frozen=True, kw_only=True, slots=True)
class AllAtOnce:
    """Production traffic moves in one step."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeBasedCanary:
    """A first share of production traffic moves, and after the bake time all the rest.

    Args:
        step_percentage: Share of traffic that moves first, 14 to 99 percent (rule S10:
            https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/blue-green-hook-syntax.html).
        bake_time: Time between the two steps, 1 or more whole minutes. Left out: 5 minutes, CloudFormation's own
            default.
    """

    step_percentage: int = DEFAULT_STEP_PERCENTAGE
    bake_time: Duration | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeBasedLinear:
    """Production traffic moves in equal steps, with the bake time between two steps.

    Args:
        step_percentage: Share of traffic that moves in each step, 14 to 100 percent (rule S10:
            https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/blue-green-hook-syntax.html). The last step
            moves what is left.
        bake_time: Time between two steps, 1 or more whole minutes. Left out: 5 minutes, CloudFormation's own default.
    """

    step_percentage: int = DEFAULT_STEP_PERCENTAGE
    bake_time: Duration | None = None


TrafficRouting = AllAtOnce | TimeBasedCanary | TimeBasedLinear
