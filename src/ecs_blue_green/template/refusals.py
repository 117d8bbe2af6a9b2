"""What CloudFormation says when it refuses a blue/green template, in other words."""

from __future__ import annotations

_KNOWN = (
    (
        "Additional resource diff other than ECS",
        "Task definition or task set change together with something else, which can't be one update (reported, L5): "
        "deploy in steps.",
    ),
    (
        "Template parameters modified by transform",
        "The template has no parameters, which the transform needs (reported, P4): add one, with a default.",
    ),
    (
        'Failed to parse the "Hooks" section',
        "The hook has a part that its schema does not know, or the block of another type of traffic routing (reported, "
        "P6): `ecs-blue-green lint` finds it.",
    ),
    (
        "is the same between initial and final template",
        "The transform is missing, or did not give the application green ids (reported, P7): the template must have "
        "AWS::CodeDeployBlueGreen beside the hook.",
    ),
    (
        "Failed to parse the template resource",
        "The transform does not know that kind of resource, such as a module (reported, L21): write it out, or move it "
        "to another stack.",
    ),
    ("must have values", "Parameters without a default are missing: give them with --parameter NAME=VALUE."),
)

_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


def explain(reason: str) -> str:
    """Say what a known reason means, and what to do; nothing for an unknown one.

    Args:
        reason: What CloudFormation says, such as the status reason of a change set.
    """
    return next((meaning for words, meaning in _KNOWN if words in reason), "")


def finds_no_changes(reason: str) -> bool:
    """Tell whether CloudFormation refuses an update because there is nothing to update."""
    return any(words in reason for words in _NO_CHANGES)
