"""What an engine tells of the deployments of a stack, beside what any stack has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ..engine import Action
from ..readers.sources import Sources
from ..readers.stack import DeployedStack, StackLook
from ..state import State


class Deployer(Protocol):
    """What deploys a stack, and tells of it."""

    def lay_out(self, deployed: DeployedStack | None) -> bool:
        """Find the parts of what is deployed; None when that is not known.

        Returns:
            Whether all parts are there; a stack that is being created grows.
        """

    def begin(self) -> None:
        """Take note that the stack's last operation is another one."""

    def look(self, state: State, look: StackLook, sources: Sources) -> State:
        """Read the deployment and all that it moves into a state that has the stack only."""

    def reasons(self, state: State, look: StackLook, sources: Sources) -> Iterator[str]:
        """Say why the stack rolls back, or did, or why its operation failed; the plainest reason comes first."""

    def remarks(self, state: State, sources: Sources) -> Iterator[str]:
        """Say what may surprise, in sentences."""

    def way_back(self, state: State) -> str:
        """Say what cancelling the update means at this point, as a clause."""

    def stop(self) -> None:
        """Have a deployment rolled back that goes on alone."""

    def way_on(self, state: State, action: Action) -> str:
        """Say what an answer to a pause means at this point, as a clause."""

    def answer(self, hook: str, action: Action) -> None:
        """Answer a pause."""
