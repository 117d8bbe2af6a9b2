"""The images of task definitions, which never change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .sources import Sources

if TYPE_CHECKING:
    from types_boto3_ecs.client import ECSClient


class Images:
    """Remembers the images of the task definitions that it was asked for."""

    def __init__(self, ecs: ECSClient) -> None:
        """Ask nothing yet."""
        self._ecs = ecs
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, task_definition: str, sources: Sources) -> tuple[str, ...]:
        """Give the images of a task definition's containers; none if they can't be read.

        Args:
            task_definition: Its ARN.
            sources: Takes note of why they can't be read.
        """
        unknown: tuple[str, ...] = ()
        if task_definition not in self._known:
            images = sources.ask("task definitions", lambda: self._read(task_definition), unknown)
            if not images:
                return images
            self._known[task_definition] = images
        return self._known[task_definition]

    def _read(self, task_definition: str) -> tuple[str, ...]:
        described = self._ecs.describe_task_definition(taskDefinition=task_definition).get("taskDefinition", {})
        containers = described.get("containerDefinitions", [])
        return tuple(container["image"] for container in containers if "image" in container)
