"""Why tasks of a service stopped by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_ecs.client import ECSClient
    from types_boto3_ecs.type_defs import TaskTypeDef

# What ECS says of the tasks that a deployment stops as it should.
_EXPECTED = "Scaling activity initiated by"


def reasons_of_tasks(
    ecs: ECSClient, cluster: str, service: str, since: datetime, until: datetime | None
) -> Iterator[str]:
    """Tell of the tasks that stopped though nobody wanted them to.

    Args:
        ecs: ECS.
        cluster: The cluster's name.
        service: The service's name.
        since: From when on.
        until: Until when; None for until now.
    """
    arns = ecs.list_tasks(cluster=cluster, serviceName=service, desiredStatus="STOPPED").get("taskArns", [])
    tasks = ecs.describe_tasks(cluster=cluster, tasks=arns).get("tasks", []) if arns else []
    stopped = Counter(
        (task.get("taskDefinitionArn", "an unknown task definition").rpartition("/")[2], _stopped_reason(task))
        for task in tasks
        if not task.get("stoppedReason", _EXPECTED).startswith(_EXPECTED)
        and since <= task.get("stoppedAt", since) <= (until or task.get("stoppedAt", since))
    )
    for (task_definition, reason), number in stopped.items():
        yield f"{number} {'task' if number == 1 else 'tasks'} of {task_definition} stopped: {reason}"


def _stopped_reason(task: TaskTypeDef) -> str:
    containers = [
        f"{container.get('name', 'a container')}: {said}"
        for container in task.get("containers", [])
        if (said := container.get("reason") or (f"exit code {code}" if (code := container.get("exitCode")) else ""))
    ]
    return task.get("stoppedReason", "") + (f" ({', '.join(containers)})" if containers else "")
