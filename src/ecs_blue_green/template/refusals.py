"""What CloudFormation says when it refuses a blue/green template, in other words."""

from __future__ import annotations

import re

from .model import TRANSFORM

# Some words of a message, and what it means.
_KNOWN = (
    (
        "Additional resource diff other than",  # ECS, or by now Amazon ECS
        "The task definition or the task set changes together with something else, which can't be one update: deploy "
        "in steps (reported and documented: L5, E14).",
    ),
    (
        "Template parameters modified by transform",
        "The template has no parameters, which the transform needs: add one, with a default (reported: P4).",
    ),
    (
        'Failed to parse the "Hooks" section',
        "The hook has a part that its schema does not know, or the block of another type of traffic routing: "
        "`ecs-blue-green lint` finds it (reported: P6).",
    ),
    (
        "Intrinsic functions in the Hooks block",
        "A function in the Hooks section names a resource, and may name parameters, pseudo parameters and mappings "
        "only: `ecs-blue-green lint` finds it (reported: E1).",
    ),
    (
        "AWS::CodeDeploy::BlueGreen failed with message: Internal Failure",
        "That has two causes. Either the stack has no service role for CloudFormation, or one that lacks rights. Or "
        "the ForwardConfig of a listener has target groups without Weight (documented: E13).",
    ),
    (
        "is the same between initial and final template",
        "The transform is missing, or gave the application no green ids: the template must have "
        f"{TRANSFORM} beside the hook (reported: P7).",
    ),
    (
        "Failed to parse the template resource",
        "The transform does not know that kind of resource, such as a module: write it out, or move it to another "
        "stack (reported: L21).",
    ),
    (
        "Update of resource type is not permitted",
        "A logical id gets another type: give the resource of the other type a logical id of its own (reported: U5).",
    ),
    ("must have values", "Parameters without a default are missing: give them with --parameter NAME=VALUE."),
)

# Where a message lists what it is about.
_IDS = re.compile(r"logical ids?:? *\[([^\]]*)\]", re.IGNORECASE)

_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


def explain(reason: str) -> str:
    """Say what a known reason means, and what to do; nothing for an unknown one.

    Args:
        reason: What CloudFormation says, such as the status reason of a change set.
    """
    return next((meaning for words, meaning in _KNOWN if words in reason), "")


def named_ids(reason: str) -> list[str]:
    """List the logical ids that CloudFormation names in a refusal.

    Args:
        reason: What CloudFormation says, such as the status reason of a change set.
    """
    found = (id.strip(" \t\r\n'\"") for listed in _IDS.findall(reason) for id in listed.split(","))
    return [*dict.fromkeys(id for id in found if id)]


def finds_no_changes(reason: str) -> bool:
    """Tell whether CloudFormation refuses an update because there is nothing to update."""
    return any(words in reason for words in _NO_CHANGES)
