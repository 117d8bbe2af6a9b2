"""What the commands ask of whatever deploys a stack: all that they know of an engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from .state import State


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

    def cancel(self) -> None:
        """Cancel what was under way when it was read, in the way that the engine's deployments are cancelled."""

    @property
    def declared_weights(self) -> Mapping[str, Mapping[str, int]]:
        """What the deployed template says of the listeners, as ``State.weights``; known after a ``read``."""
