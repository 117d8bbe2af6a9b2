"""What it means to cancel an update whose traffic CodeDeploy moves."""

from __future__ import annotations

from ...state import PRODUCTION, TEST, State


def way_back(state: State) -> str:
    """Say what cancelling the update means at this point."""
    step = state.progress.step if state.progress else None
    for listener in (PRODUCTION, TEST):
        moved = state.weights.get(listener, {}).get(state.target, 0)
        if step and (listener == TEST or step.production or not moved):
            return step.way_back
        if moved:
            return f"{listener} traffic, {moved} % of which is on {state.target}, goes back (documented: L14)"
    return f"CloudFormation undoes what it has changed so far (documented: L14); {_traffic(state)}"


def _traffic(state: State) -> str:
    """Say what is known of the traffic, when no step of a deployment tells, and nothing is seen to have moved."""
    if state.target and state.weights:
        return f"no {' or '.join(state.weights)} traffic is on {state.target}"
    why = "; ".join(f"{source}: {why}" for source, why in state.missing.items())
    if why:
        return f"whether traffic has moved is not known, because not all could be read ({why})"
    return "whether traffic has moved is not known: the stack has no listener and no live colour that a hook names"
