"""Which changes are the application's, and which only follow from these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..model import TASK_DEFINITION, TASK_SET, Template
from .draft import Draft
from .prediction import Kind

# The kinds of causes that lie in other resources.
REFERRING = {"replacement", "update"}


def application_of(*templates: Template) -> frozenset[str]:
    """Give the logical ids of the task definition and the task set that a hook names, as far as they exist.

    Args:
        templates: The templates of an update.
    """
    return frozenset(
        id
        for template in templates
        for deployment in template.deployments
        for side in templates
        for name, type in (("TaskDefinitions", TASK_DEFINITION), ("TaskSets", TASK_SET))
        for id in deployment.ids(name)
        if id in side.resources and side.resources[id].type == type
    )


def kinds_of(drafts: Mapping[str, Draft], application: Iterable[str]) -> dict[str, Kind]:
    """Tell what each change is about.

    Args:
        drafts: The changes by logical id.
        application: The application's logical ids.
    """
    kinds: dict[str, Kind] = {}
    following: defaultdict[str, list[str]] = defaultdict(list)
    ours = {*application}
    for id, draft in drafts.items():
        causes = draft.causes
        if ours & {id, draft.previous_id}:
            kinds[id] = "application"
        elif causes and all(cause.kind in REFERRING for cause in causes):
            for cause in causes:
                following[cause.name].append(id)
        else:
            kinds[id] = "infrastructure"
    # What follows from infrastructure is infrastructure, and all else that follows is a consequence.
    waiting = [id for id, kind in kinds.items() if kind == "infrastructure"]
    while waiting:
        for id in following[waiting.pop()]:
            if id not in kinds:
                kinds[id] = "infrastructure"
                waiting.append(id)
    return {id: kinds.get(id, "consequence") for id in drafts}
