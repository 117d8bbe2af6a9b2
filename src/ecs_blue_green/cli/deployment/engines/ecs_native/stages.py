"""The stages of a deployment that were seen, and since when; ECS tells of no more than the one that it is in."""

from __future__ import annotations

from datetime import datetime

from ...state import EventProgress
from .deployments import goes_on


class SeenStages:
    """What looks at one deployment, one after the other, have seen of it.

    Attributes:
        moved: Percent of the production traffic that the new revision gets, as last seen; None before that.
        moved_at: When that was seen first; None if it was so at the first look, and may be so for longer.
    """

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._seen: dict[str, EventProgress] = {}
        self._stage = ""
        self._looks = 0
        self.moved: float | None = None
        self.moved_at: datetime | None = None

    @property
    def events(self) -> tuple[EventProgress, ...]:
        """The stages, in the order in which they were seen."""
        return tuple(self._seen.values())

    def since(self, stage: str) -> datetime | None:
        """Tell when a stage was seen to begin; None when nobody saw it."""
        return self._seen[stage].started if stage in self._seen else None

    def note(self, at: datetime, stage: str, status: str, reason: str) -> None:
        """Take note of a look.

        Args:
            at: When.
            stage: The stage that the deployment is in; empty when ECS does not say.
            status: The deployment's status.
            reason: Why it has that status.
        """
        self._looks += 1
        before = self._stage
        if before and (stage != before or not goes_on(status)):
            end = "Succeeded"
            if status not in {"IN_PROGRESS", "SUCCESSFUL"}:
                end = "Failed" if f"{before} lifecycle hook(s) failed" in reason else "Interrupted"
            self._note(before, end, self.since(before), at)
            self._stage = ""
        if stage and goes_on(status) and stage != self._stage:
            # At the first look nobody knows for how long it has been so; a stage that comes again goes on.
            started = self.since(stage) or (at if self._looks > 1 else None)
            self._note(stage, "InProgress", started, None)
            self._stage = stage

    def note_traffic(self, at: datetime, percent: float | None) -> None:
        """Take note of how much production traffic the new revision gets; None when that is not known."""
        if percent is not None and percent != self.moved:
            self.moved_at = at if self.moved is not None else None
            self.moved = percent

    def _note(self, stage: str, status: str, started: datetime | None, ended: datetime | None) -> None:
        self._seen[stage] = EventProgress(name=stage, status=status, started=started, ended=ended, message="")
