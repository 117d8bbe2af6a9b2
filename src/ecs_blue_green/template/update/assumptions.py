"""What a prediction takes for granted."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import TRANSFORM
from ..values import mapping, same
from .comparison import Comparison
from .parameters import is_from_ssm
from .words import listed


def assumptions(update: Comparison) -> list[str]:
    """List what the templates and parameters don't tell, as sentences."""
    checks = (_stage, _defaults, _unknown_values, _systems_manager, _transforms)
    return [assumption for check in checks for assumption in check(update)]


def _stage(update: Comparison) -> Iterator[str]:
    deployed = update.old.template
    green = {
        id
        for side in (update.old, update.new)
        for deployment in side.template.deployments
        for name in ("TaskDefinitions", "TaskSets")
        for id in deployment.ids(name)[1:]
    }
    found = [id for id in deployed.resources if id in green]
    if found:
        yield (
            f"The deployed template defines {listed(found)}, which only the transform makes (Q7). Compare with the "
            "template as it was submitted: the stage Original of GetTemplate."
        )


def _defaults(update: Comparison) -> Iterator[str]:
    old, new = (side.template.section("Parameters") for side in (update.old, update.new))
    for name in (name for name in new if name in old):
        before, after = (mapping(side[name]).get("Default") for side in (old, new))
        if not same(before, after):
            values = (side.scope.parameters.get(name) for side in (update.old, update.new))
            assumed = "keeps its value" if same(*values) else "takes the new default"
            yield (
                f"The default of parameter {name} changes; taken for granted is that the parameter {assumed}. `cdk "
                "deploy` and `aws cloudformation deploy` keep a value that is not given, an UpdateStack without them "
                "takes the default (documented, U6)."
            )


def _unknown_values(update: Comparison) -> Iterator[str]:
    old, new = update.old, update.new
    declared = old.template.section("Parameters")
    found = [name for name in new.scope.parameters if name in declared and name not in old.scope.parameters]
    if found:
        yield f"Whether {listed(found)} gets another value is not known: the deployed one is hidden, or was not given."


def _systems_manager(update: Comparison) -> Iterator[str]:
    template = update.new.template
    given = [name for name in template.section("Parameters") if is_from_ssm(template, name)]
    used = {name for resource in template.resources.values() for name in resource.dependencies} if given else set()
    found = [name for name in given if name in used]
    if found:
        yield (
            f"{listed(found)} is read from Systems Manager when the update begins; taken for granted is that it is "
            "still what it was at the last update."
        )


def _transforms(update: Comparison) -> Iterator[str]:
    found = {name for side in (update.old, update.new) for name in side.template.transforms} - {TRANSFORM, ""}
    if found:
        yield f"What the transform {listed(sorted(found))} makes of the templates is not looked at (L22)."
