"""A deployment over HTTP that comes to its end by itself."""

from collections.abc import Callable
from typing import Any

from tests.cli.aws.server import Operations
from tests.cli.aws.support import AwsProblem
from tests.cli.deployment.engines.codedeploy_hook.test_engine import Account, event
from tests.cli.deployment.fakes import at
from tests.cli.deployment.stage import STACK


class Deployment(Account):
    """A deployment that ends by itself after some looks, and that can be cancelled.

    Attributes:
        looks: How many there were.
        is_cancelled: Whether it was.
        lost: What a cancellation that works is answered with.
        refusal: What is raised in place of a cancellation.
        late: How many looks do not show the cancellation yet.
    """

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.is_cancelled = False
        self.lost: Exception | None = None
        self.refusal: Exception | None = None
        self.late = 0
        self.answers["cloudformation:DescribeStacks"] = self._look
        self.answers["cloudformation:CancelUpdateStack"] = self._cancel

    def become(self, status: str) -> None:
        self.stack["StackStatus"] = status
        self.events.insert(0, event(STACK, status, at(5), "User Initiated"))

    def _look(self, given: dict[str, Any]) -> dict[str, Any]:
        self.looks += 1
        if self.is_cancelled and self.late:
            self.late -= 1
            return {"Stacks": [{**self.stack, "StackStatus": "UPDATE_IN_PROGRESS"}]}
        if self.looks == 9:
            self.become("UPDATE_ROLLBACK_COMPLETE" if self.is_cancelled else "UPDATE_COMPLETE")
        return {"Stacks": [self.stack]}

    def _cancel(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.refusal:
            raise self.refusal
        if self.stack["StackStatus"] != "UPDATE_IN_PROGRESS":
            raise AwsProblem("ValidationError", f"CancelUpdateStack cannot be called from {self.stack['StackStatus']}")
        self.is_cancelled = True
        self.become("UPDATE_ROLLBACK_IN_PROGRESS")
        if self.lost:
            raise self.lost
        return {}

    def operations(self) -> Operations:
        def answering(answer: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
            return answer if callable(answer) else lambda _: answer

        return {name: answering(answer) for name, answer in self.answers.items()}
