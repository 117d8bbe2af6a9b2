"""A state in sentences, a fact each: what has changed is what is said differently."""

from __future__ import annotations

from collections.abc import Iterator

from .state import State

_NOTHING_TO_TELL = {"Pending", "Skipped"}
_TROUBLE = "trouble with "


def facts(state: State) -> dict[str, str]:
    """Say what is known, each fact under a name that stays the same from state to state."""
    return dict(_facts(state))


def _facts(state: State) -> Iterator[tuple[str, str]]:
    yield "stack", f"stack {state.stack}: {state.status}{_in_brackets(state.reason)}"
    for change in state.resources:
        yield f"resource {change.logical_id}", f"{change.logical_id}: {change.status}{_in_brackets(change.reason)}"
    if state.deployment:
        yield "deployment", f"{state.deployment.engine} deployment {state.deployment.id}: {state.deployment.status}"
        for event in state.deployment.events:
            if event.status not in _NOTHING_TO_TELL:
                yield f"event {event.name}", f"{event.name}: {event.status}{_in_brackets(event.message)}"
    for one in state.task_sets:
        images = f", {', '.join(one.images)}" if one.images else ""
        yield (
            f"{one.colour or 'other'} tasks",
            f"{one.colour or 'other'} tasks: {one.running} running, {one.pending} pending of {one.desired} "
            f"({one.status.lower()}, {one.task_definition}{images})",
        )
    for listener, weights in state.weights.items():
        shares = ", ".join(f"{colour} {weight} %" for colour, weight in weights.items())
        yield f"weights {listener}", f"{listener} traffic: {shares or 'neither to blue nor to green'}"
    for colour, health in state.health.items():
        yield f"health {colour}", f"{colour} targets: {health.healthy} of {health.targets} healthy"
    for alarm in state.alarms:
        kind = "" if alarm.is_rollback_trigger else " (no rollback trigger)"
        reason = _in_brackets(alarm.reason) if alarm.state == "ALARM" else ""
        yield f"alarm {alarm.name}", f"alarm {alarm.name}{kind}: {alarm.state}{reason}"
    for source, why in state.missing.items():
        yield f"{_TROUBLE}{source}", f"{source}: {why}"


def changes(before: State | None, after: State) -> list[str]:
    """Say what is new in ``after``; of no state ``before``, everything is."""
    known, now = facts(before) if before else {}, facts(after)
    gone = [name for name in known if name not in now and (name.endswith(" tasks") or name.startswith(_TROUBLE))]
    return [
        *(sentence for name, sentence in now.items() if known.get(name) != sentence),
        *(f"{name}: gone" for name in gone),
    ]


def _in_brackets(reason: str) -> str:
    return f" ({reason})" if reason else ""
