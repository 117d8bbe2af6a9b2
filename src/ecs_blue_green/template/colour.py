"""Which colour a stack runs."""

from __future__ import annotations

from typing import Literal

from .model import Template

Colour = Literal["blue", "green"]


def live_colour(hooked: object, processed: object) -> Colour | None:
    """Tell which colour's task set a stack has (rule Q6).

    Args:
        hooked: A template with the hook, which names the task sets.
        processed: The stack's template as the transform left it (the stage Processed of GetTemplate).

    Returns:
        None if the hook doesn't name one service with two task sets, or the stack has neither or both of these.
    """
    deployments = Template(hooked).deployments
    ids = deployments[0].ids("TaskSets") if len(deployments) == 1 else []
    colours: tuple[Colour, Colour] = ("blue", "green")
    resources = Template(processed).resources
    live = [colour for colour, id in zip(colours, ids, strict=False) if id in resources]
    return live[0] if len(ids) == 2 and len(live) == 1 else None
