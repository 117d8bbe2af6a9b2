"""The steps of a deployment, whichever engine makes it."""

from __future__ import annotations

from dataclasses import dataclass

from ..hook_facts import LONGEST_DEPLOYMENT_MINUTES


class ScheduleError(ValueError):
    """A hook or a service whose schedule can't be told from the template; as a text it says why, and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A wait for somebody who lets a deployment go on, or rolls it back.

    Attributes:
        minutes: For how long ECS waits at most.
        on_timeout: What happens then: ``CONTINUE`` or ``ROLLBACK``.
    """

    minutes: int
    on_timeout: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleStep:
    """A step of a deployment.

    Attributes:
        event: The engine's name for it: CodeDeploy's lifecycle event, such as ``AllowTraffic``, or ECS's lifecycle
            stage, such as ``PRODUCTION_TRAFFIC_SHIFT``.
        minute: Minutes since production traffic began to move, without the time that hooks take; None for what comes
            before, which takes as long as it takes.
        production: Percent of production traffic that green gets from now on.
        test: Percent of test traffic that green gets from now on; None without a test listener.
        function: Name of the hook function that is called now.
        pause: The wait that begins now, which only ECS's deployments have.
    """

    event: str
    minute: int | None
    production: float
    test: int | None = None
    function: str | None = None
    pause: Pause | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """The steps of a deployment, in their order (rules Q4, NB8).

    Attributes:
        steps: The steps; where a hook may act is one of them when there is one.
        limit_minutes: How long a deployment may take (rules L36, NS17).
        has_traffic: Whether a load balancer or Service Connect sends traffic that can move.
    """

    steps: tuple[ScheduleStep, ...]
    limit_minutes: int = LONGEST_DEPLOYMENT_MINUTES
    has_traffic: bool = True

    @property
    def total_minutes(self) -> int:
        """Minutes from when production traffic begins to move until the blue tasks are stopped, without hooks.

        The green tasks start before that, and hooks take their time: both come on top of it.
        """
        return self.steps[-1].minute or 0

    @property
    def pause_minutes(self) -> int:
        """Minutes that all pauses take together at most; those at one stage wait side by side (rule NH5)."""
        longest: dict[tuple[str, int | None, float], int] = {}
        for step in self.steps:
            if step.pause:
                stage = step.event, step.minute, step.production
                longest[stage] = max(longest.get(stage, 0), step.pause.minutes)
        return sum(longest.values())
