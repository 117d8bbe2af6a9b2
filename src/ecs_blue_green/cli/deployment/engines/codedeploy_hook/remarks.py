"""What is worth a remark: listeners that differ from the template, and alarms that roll nothing back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...state import State


def remarks(state: State, declared: Mapping[str, Mapping[str, float]]) -> list[str]:
    """List sentences about what may surprise.

    Args:
        state: What is known.
        declared: What the deployed template says of the listeners, as ``State.weights``.
    """
    return [*_of_listeners(state, declared), *_of_triggers(state)]


def _of_listeners(state: State, declared: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    if state.is_running:  # a deployment moves the traffic
        return
    for listener, weights in state.weights.items():
        said = declared.get(listener, weights)
        if _shares(weights) != _shares(said):
            yield (
                f"The {listener} listener sends {_in_words(weights)}, and the deployed template says "
                f"{_in_words(said)}. CodeDeploy moves the listener, and not the template. An update that changes the "
                "listener writes the template's weights back (reported: Q9)."
            )
        elif left := ", ".join(sorted(weights.keys() - said.keys())):
            yield (
                f"The {listener} listener still names {left}, with weight 0, and the deployed template does not. No "
                "traffic goes to it. CodeDeploy leaves it there, and drift detection will report it (reported: Q9)."
            )


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    return {colour: weight for colour, weight in weights.items() if weight}


def _in_words(weights: Mapping[str, float]) -> str:
    return " and ".join(f"{weight} % to {colour}" for colour, weight in _shares(weights).items()) or "nothing to either"


def _of_triggers(state: State) -> Iterator[str]:
    unused = [alarm.name for alarm in state.alarms if not alarm.is_rollback_trigger]
    gone = [alarm.name for alarm in state.alarms if alarm.is_rollback_trigger and alarm.state == "missing"]
    if unused:
        yield (
            f"These alarms are no rollback triggers: {', '.join(unused)}. Nothing rolls back when they go off "
            "(documented: L40)."
        )
    if gone:
        yield (
            f"These rollback triggers were not found: {', '.join(gone)}. Every update fails while a rollback trigger "
            "does not exist (documented: L39)."
        )
