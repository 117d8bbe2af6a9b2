"""What ECS's messages mean, and what a person can do; each with the evidence for it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from ...durations import in_short
from ...state import BlueGreenDeployment, State

_HOOKS_FAILED = "lifecycle hook(s) failed"
_NOT_AUTHORIZED = re.compile(r"is not authorized to perform: (\S+)")
_FUNCTION = re.compile(r"arn:[\w-]+:lambda:[\w-]+:\d+:function:[\w-]+(?::[\w$-]+)?")


def explained(message: str) -> Iterator[str]:
    """Say what a message of ECS means, where its words alone mislead.

    Args:
        message: Why a deployment failed, in ECS's words.
    """
    lacks = _NOT_AUTHORIZED.search(message)
    lacking = lacks[1] if lacks else ""
    if lacking.startswith("elasticloadbalancing:"):
        blames = ", whatever it says of hooks: no hook failed" if _HOOKS_FAILED in message else ""
        yield f"The infrastructure role lacks {lacking}{blames} (documented: NE12)"
    elif lacking.startswith("lambda:"):
        yield f"The hook role lacks {lacking}: the function was not called (documented: NK22)"
    elif "unable to assume role" in message and _HOOKS_FAILED in message:
        yield "ECS can't take the hook role, which must trust ecs.amazonaws.com: nothing was called (documented: NH6)"
    elif "returned FAILED status" in message:
        yield "The hook's function answered FAILED: its log says why (documented: NH3)"
    elif "unable to parse the response" in message:
        yield (
            "The hook's function failed, ran out of time, or answered no hookStatus: its log says which "
            "(documented: NH3)"
        )
    if "exactly one target group serving traffic" in message:
        yield (
            "The production rule sent traffic to both target groups before the deployment began, which ECS refuses: "
            "`ecs-blue-green status` tells how to repair it (documented: NL1)"
        )
    if "rules not found" in message:
        yield "A rule that the service names is gone, or was made anew (reported: NE12)"
    if "No rollback candidate" in message:
        yield "No earlier deployment has succeeded, so there is nothing to roll back to (reported: NE7)"


def functions_in(message: str) -> list[str]:
    """List the functions that a message names, by ARN."""
    return [*dict.fromkeys(_FUNCTION.findall(message))]


def needs_of_pauses(state: State, deployment: BlueGreenDeployment) -> Iterator[str]:
    """Say who may answer the pauses, how, and until when."""
    for hook in deployment.pauses:
        where = f" at {deployment.stage}" if deployment.stage else ""
        until = ""
        if hook.expires:
            then = {"ROLLBACK": "ECS rolls back", "CONTINUE": "ECS continues"}.get(hook.on_timeout, "its time is up")
            until = f" until {hook.expires:%Y-%m-%d %H:%M:%S} UTC; then {then}"
        which = f" --hook {shlex.quote(hook.id)}" if len(deployment.pauses) > 1 else ""
        yield (
            f"The deployment pauses{where}{until}. Whoever may call ecs:ContinueServiceDeployment goes on with "
            f"`ecs-blue-green continue {state.stack}{which}`, or rolls back with --rollback (documented: NH10)."
        )


def need_to_stop(state: State) -> str:
    """Say that ECS deploys by itself, and what stops it."""
    stop = f"`ecs-blue-green abort {state.stack}` has ECS roll it back (StopServiceDeployment; documented: NR5)."
    if state.is_rolling_back:
        lasts = f" for {in_short(state.at - state.failed)}" if state.failed else ""
        return (
            f"CloudFormation has been rolling back{lasts}, and ECS still deploys: it does not stop by itself, as far "
            f"as can be seen (inferred: NW3). {stop}"
        )
    return f"ECS deploys, though no operation of the stack is under way, so CloudFormation can't cancel it. {stop}"
