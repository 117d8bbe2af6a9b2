"""What the commands ask of whatever deploys a stack: all that they know of an engine."""

from __future__ import annotations

from typing import Literal, Protocol

from .state import State

# What can be done about a pause, in ECS's words.
Action = Literal["CONTINUE", "ROLLBACK"]


class Engine(Protocol):
    """A stack, and what moves its traffic.

    Each method raises ``AwsError`` when AWS can't be reached, throttles, or does not take the credentials. What else
    keeps a single source from answering stands in ``State.missing``.
    """

    def has_news(self, state: State) -> bool:
        """Tell, in as few calls as can be, whether the stack does or did something since it rested."""

    def read(self) -> State:
        """Read all there is to know."""

    def reasons(self, state: State) -> list[str]:
        """Say why the stack rolls back, or did, or why its operation failed; the plainest reason comes first."""

    def remarks(self, state: State) -> list[str]:
        """Say what may surprise about a state that was read, in sentences."""

    def way_back(self, state: State) -> str:
        """Say what cancelling means at this point, as a clause."""

    def cancel(self) -> None:
        """Cancel what was under way when it was read, in the way that the engine's deployments are cancelled."""

    def way_on(self, state: State, action: Action) -> str:
        """Say what an answer to a pause means at this point, as a clause."""

    def answer(self, hook: str, action: Action) -> None:
        """Answer a pause of the deployment that was read.

        Args:
            hook: What ECS calls the hook that waits.
            action: What to do.
        """
