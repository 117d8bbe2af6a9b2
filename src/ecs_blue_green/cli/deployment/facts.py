"""A state in sentences, a fact each: what has changed is what is said differently."""

from __future__ import annotations

from collections.abc import Iterator

from .state import CURRENT, NEW, OLD, PRIMARY, BlueGreenDeployment, Health, HookRun, State, TaskSet, WatchedAlarm

_NOTHING_TO_TELL = {"Pending", "Skipped"}
_TASKS, _TROUBLE = "tasks ", "trouble with "
_OF_OPERATION = ("resource ", "deployment", "event ", "hook ", "need ")


def facts(state: State) -> dict[str, str]:
    """Say what is known, each fact under a name that stays the same from state to state."""
    return dict(_facts(state))


def _facts(state: State) -> Iterator[tuple[str, str]]:
    yield "stack", f"stack {state.stack}: {state.status}{_in_brackets(state.reason)}"
    for change in state.resources:
        yield f"resource {change.logical_id}", f"{change.logical_id}: {change.status}{_in_brackets(change.reason)}"
    if state.deployment:
        yield "deployment", f"{deployment_in_words(state.deployment)}{_in_brackets(state.deployment.reason)}"
        for event in state.deployment.events:
            if event.status not in _NOTHING_TO_TELL:
                yield f"event {event.name}", f"{event.name}: {event.status}{_in_brackets(event.message)}"
        for hook in state.deployment.hooks:
            yield f"hook {hook.id} {hook.target}", hook_in_words(hook)
        if state.deployment.circuit_breaker not in {"", "DISABLED"}:
            yield "deployment circuit breaker", f"circuit breaker: {state.deployment.circuit_breaker}"
    for need in state.needs:
        yield f"need {need}", need
    colours = [one.colour for one in state.task_sets]
    for one in state.task_sets:
        images = f", {', '.join(one.images)}" if one.images else ""
        definition = one.task_definition or "task definition not known"
        which = f" of {definition}" if colours.count(one.colour) > 1 else ""
        yield (
            f"{_TASKS}{one.colour} {one.id}",
            f"{one.colour or 'other'} tasks{which}: {one.running} running, {one.pending} pending of {one.desired} "
            f"({status_in_words(one)}, {definition}{images})",
        )
    for listener, weights in state.weights.items():
        shares = ", ".join(f"{colour} {weight} %" for colour, weight in weights.items())
        yield f"weights {listener}", f"{listener} traffic: {shares or 'neither to blue nor to green'}"
    for colour, health in state.health.items():
        yield f"health {colour}", f"{colour} targets: {health_in_words(health, state, colour)}"
    for alarm in state.alarms:
        reason = _in_brackets(alarm.reason) if alarm.state == "ALARM" else ""
        kind = "" if alarm.is_of_deployment or alarm.is_rollback_trigger else f" ({what_alarm_does(alarm, state)})"
        yield f"alarm {alarm.name}", f"alarm {alarm.name}{kind}: {alarm.state}{reason}"
    for source, why in state.missing.items():
        yield f"{_TROUBLE}{source}", f"{source}: {why}"


def deployment_in_words(deployment: BlueGreenDeployment) -> str:
    """Say which deployment it is, and how it is, such as ``ECS CANARY deployment ab12: IN_PROGRESS``."""
    strategy = f" {deployment.strategy}" if deployment.strategy else ""
    return f"{deployment.engine}{strategy} deployment {deployment.id}: {deployment.status}"


def hook_in_words(hook: HookRun) -> str:
    """Say which lifecycle hook it is, and how it is."""
    until = f" until {hook.expires:%H:%M:%S} UTC, then {hook.on_timeout or 'not known'}" if hook.expires else ""
    return f"{hook_name(hook)}: {hook.status}{until if hook.is_awaiting else ''}"


def hook_name(hook: HookRun) -> str:
    """Name a lifecycle hook by its function, or by its id."""
    if hook.target:
        return f"hook function {hook.target.rpartition(':function:')[2]}"
    return f"{'pause' if hook.kind == 'PAUSE' else 'hook'} {hook.id or 'without an id'}"


def what_alarm_does(alarm: WatchedAlarm, state: State) -> str:
    """Say what goes back when an alarm goes off."""
    if alarm.is_rollback_trigger:
        return "rollback trigger"
    if alarm.is_of_deployment:
        return "rolls the deployment back"
    return "rolls nothing back" if state.is_live_by_weights else "no rollback trigger"


def health_in_words(health: Health, state: State, colour: str) -> str:
    """Say how the targets of a colour are, such as ``1 of 2 healthy``."""
    not_yet = "yet " if state.is_running and colour == state.target else ""
    counted = f"{health.healthy} of {health.targets} healthy"
    return ", ".join(
        [
            *([counted] if health.targets or not health.unused else []),
            *(f"{number} {state}" for state, number in health.others.items()),
            *([f"{health.unused} not {not_yet}used"] if health.unused else []),
        ]
    )


def status_in_words(task_set: TaskSet) -> str:
    """Say the status of a task set or service revision; one that is not known here is left as it is."""
    status = task_set.status
    return (
        status.lower() if status in {PRIMARY, "ACTIVE", "DRAINING", NEW, OLD, CURRENT} else status or "status not known"
    )


class Known:
    """What a reader has been told."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._facts: dict[str, str] = {}
        self._operation = ""

    def news(self, state: State) -> list[str]:
        """Say what is new; it is known from then on."""
        if state.operation != self._operation:  # what another operation did is no news of this one
            for name in [name for name in self._facts if name.startswith(_OF_OPERATION)]:
                del self._facts[name]
        now = facts(state)
        new = [sentence for name, sentence in now.items() if self._facts.get(name) != sentence]
        # What can't be read now is not gone.
        may_be_gone = (_TROUBLE,) if state.missing and not state.task_sets else (_TROUBLE, _TASKS)
        gone = [name for name in self._facts if name not in now and name.startswith(may_be_gone)]
        lost = {name: self._facts.pop(name).partition(": ")[0] for name in gone}
        self._facts |= now
        self._operation = state.operation
        return [
            *new,
            *(f"{what}: {'read again' if name.startswith(_TROUBLE) else 'gone'}" for name, what in lost.items()),
        ]


def _in_brackets(reason: str) -> str:
    return f" ({reason})" if reason else ""
