"""What it means to cancel an update whose traffic ECS moves, or to answer its pause."""

from __future__ import annotations

from .....template.native_facts import (
    POST_PRODUCTION_TRAFFIC_SHIFT,
    POST_SCALE_UP,
    POST_TEST_TRAFFIC_SHIFT,
    PRE_PRODUCTION_TRAFFIC_SHIFT,
    PRE_SCALE_UP,
    RECONCILE_SERVICE,
    ROLLBACK,
)
from ...engine import Action
from ...state import PRODUCTION, TEST, State
from .deployments import goes_on

# What comes after the stages at which a deployment can pause (section 2.2 of the rules).
_NEXT = {
    RECONCILE_SERVICE: "goes on to start the new tasks",
    PRE_SCALE_UP: "goes on to start the new tasks",
    POST_SCALE_UP: "goes on to send test traffic to the new revision",
    POST_TEST_TRAFFIC_SHIFT: "goes on to move production traffic to the new revision",
    PRE_PRODUCTION_TRAFFIC_SHIFT: "goes on to the next step of production traffic",
    POST_PRODUCTION_TRAFFIC_SHIFT: "goes on to the bake time, after which the old tasks are stopped",
}


def way_back(state: State) -> str:
    """Say what cancelling the update means at this point, as a clause."""
    if state.goes_on_alone:
        return f"ECS rolls its deployment back (StopServiceDeployment; documented: NR5); {_traffic(state)}"
    if state.deployment and goes_on(state.deployment.status):
        return (
            f"CloudFormation undoes the update, and ECS rolls the service back; {_traffic(state)}; whether ECS stops "
            "its deployment at once is not known (inferred: NW3)"
        )
    return f"CloudFormation undoes what it has changed so far; {_traffic(state)} (inferred: NW3)"


def way_on(state: State, action: Action) -> str:
    """Say what an answer to a pause means at this point, as a clause."""
    deployment = state.deployment
    stage = deployment.stage if deployment else ""
    if action == ROLLBACK:
        return (
            f"ECS rolls the deployment back (documented: NH10); {_traffic(state)}; CloudFormation's operation then "
            "fails and rolls back too (inferred: NR6)"
        )
    others = len(deployment.pauses) - 1 if deployment else 0
    waits = f", once {others} other {'pause is' if others == 1 else 'pauses are'} answered" if others > 0 else ""
    step = state.progress.step if state.progress else None
    share = f"; {step.production} % of production traffic has moved" if step else ""
    return f"the deployment {_NEXT.get(stage, 'goes on to its next stage')}{waits}{share} (documented: NH10)"


def _traffic(state: State) -> str:
    """Say what of the traffic goes back."""
    target = state.target
    for listener in (PRODUCTION, TEST):
        moved = state.weights.get(listener, {}).get(target, 0)
        if target and moved:
            return f"{listener} traffic, {moved} % of which is on {target}, goes back"
    if target and state.weights:
        return f"no {' or '.join(state.weights)} traffic is on {target}"
    why = "; ".join(f"{source}: {why}" for source, why in state.missing.items())
    return f"whether traffic has moved is not known{f', because not all could be read ({why})' if why else ''}"
