"""Why a deployment failed, as far as AWS says: asked only then, for it takes some calls more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .sources import Sources

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from .engines.codedeploy_hook import CodeDeployHook
    from .stack_events import Operation
    from .state import State

# What ECS says of the tasks that a deployment stops as it should.
_EXPECTED = "Scaling activity initiated by"


def reasons(engine: CodeDeployHook, state: State, operation: Operation) -> list[str]:
    """List sentences that say why, the plainest first.

    Args:
        engine: Whom to ask.
        state: What is known already.
        operation: What the stack's events tell.
    """
    sources = Sources()
    nothing: tuple[str, ...] = ()
    found = [
        *_of_stack(state, operation),
        *sources.ask("hook function", lambda: tuple(_of_hooks(engine, state)), nothing),
        *sources.ask("CodeDeploy", lambda: tuple(_of_codedeploy(engine, state)), nothing),
        *_of_alarms(state),
        *sources.ask("stopped tasks", lambda: tuple(_of_tasks(engine, state)), nothing),
    ]
    return [*dict.fromkeys(found), *(f"{source}: {why}" for source, why in sources.missing.items())]


def _of_stack(state: State, operation: Operation) -> Iterator[str]:
    reason = operation.rollback_reason or state.reason
    if reason:
        yield f"CloudFormation: {reason}"
    for change in state.resources:
        # When one resource fails, the others are cancelled, which explains nothing.
        if change.status.endswith("_FAILED") and "cancelled" not in change.reason:
            yield f"{change.logical_id}: {change.reason or change.status}"


def _of_hooks(engine: CodeDeployHook, state: State) -> Iterator[str]:
    for event in state.deployment.events if state.deployment else ():
        if event.status != "Failed":
            continue
        yield f"{event.name} failed{f': {event.message}' if event.message else ''}"
        if name := engine.layout.hook_functions.get(event.name):
            settings = engine.functions.get_function_configuration(FunctionName=name)
            log_group = settings.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{name}")
            yield f"{event.name} called the function {name}, whose log group is {log_group}"


def _of_codedeploy(engine: CodeDeployHook, state: State) -> Iterator[str]:
    for deployment in engine.describe_deployments([state.deployment.id] if state.deployment else []):
        error = deployment.get("errorInformation", {})
        if error:
            yield f"CodeDeploy: {error.get('message', '')} ({error.get('code', '')})"


def _of_alarms(state: State) -> Iterator[str]:
    for alarm in state.alarms:
        if alarm.is_rollback_trigger and alarm.state in {"ALARM", "missing"}:
            said = f"went off: {alarm.reason}" if alarm.state == "ALARM" else "does not exist"
            yield f"The alarm {alarm.name}, a rollback trigger, {said}"


def _of_tasks(engine: CodeDeployHook, state: State) -> Iterator[str]:
    """Tell of the tasks that stopped since the operation began, though nobody wanted them to."""
    layout = engine.layout
    if not layout.service:
        return
    arns = engine.ecs.list_tasks(
        cluster=layout.cluster, serviceName=layout.service.rpartition("/")[2], desiredStatus="STOPPED"
    )["taskArns"]
    tasks = engine.ecs.describe_tasks(cluster=layout.cluster, tasks=arns)["tasks"] if arns else []
    stopped = Counter(
        (task["taskDefinitionArn"].rpartition("/")[2], _stopped_reason(task))
        for task in tasks
        if not task.get("stoppedReason", _EXPECTED).startswith(_EXPECTED)
        and task.get("stoppedAt", state.at) >= state.began
    )
    for (task_definition, reason), number in stopped.items():
        yield f"{number} {'task' if number == 1 else 'tasks'} of {task_definition} stopped: {reason}"


def _stopped_reason(task: TaskTypeDef) -> str:
    containers = [
        f"{container['name']}: {container.get('reason') or 'exit code ' + str(container['exitCode'])}"
        for container in task.get("containers", [])
        if container.get("reason") or container.get("exitCode")
    ]
    return task["stoppedReason"] + (f" ({', '.join(containers)})" if containers else "")
