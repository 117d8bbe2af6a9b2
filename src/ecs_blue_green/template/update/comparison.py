"""Two templates, what changes from one to the other, and what of it is the application."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ..hiding import hidden_parameters
from ..model import TASK_DEFINITION, TASK_SET, TRANSFORM, Template
from ..values import dig, mapping, references, same, text
from .certainty import is_certain
from .changes import edited, ignored, other_words, own_changes
from .consequences import REFERRING, add_consequences, kinds_of
from .difference import differences
from .evaluation import Evaluation
from .parameters import deployed_values, new_values
from .prediction import Change, PropertyChange, listed
from .replacement import replacement_of


class Comparison:
    """An update.

    Attributes:
        old: The deployed template.
        new: The new one.
        hidden: Names of the parameters whose values are compared, and not told.
        application: Logical ids of the task definition and the task set that the hook names, and of the task
            definitions of the services that ECS itself deploys in steps.
        changes: The changed resources.
        other_words: Logical ids of resources whose properties are written differently, with the same result.
        ignored: Attributes whose change CloudFormation ignores, by logical id.
    """

    def __init__(
        self,
        deployed: Template,
        new: Template,
        stack: Mapping[str, Any],
        given: Mapping[str, Any],
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        """Compare.

        Args:
            deployed: The deployed template.
            new: The new one.
            stack: The stack's parameters, as far as known.
            given: The parameters that the update sets.
            hidden: Names of the parameters whose values are not told, beside those that either template hides.
        """
        self.hidden = hidden | hidden_parameters(deployed, new)
        self.old = Evaluation(deployed, deployed_values(deployed, stack), self.hidden)
        self.new = Evaluation(new, new_values(new, given, deployed, stack), self.hidden)
        self.application = _application(deployed, new) | _of_ecs(self.old) | _of_ecs(self.new)
        edits = edited(self.old, self.new)
        drafts = own_changes(self.old, self.new, edits)
        add_consequences(self.old, self.new, drafts)
        self.other_words = other_words(self.old, self.new, edits, drafts)
        self.ignored = ignored(self.old, self.new, edits)
        kinds = kinds_of(drafts, self.application)
        order = {id: index for index, id in enumerate(self.new.conditions)}
        self.changes = tuple(
            drafts[id].change(kinds[id]) for id in sorted(drafts, key=lambda id: order.get(id, len(order)))
        )

    @property
    def infrastructure(self) -> list[Change]:
        """The changes of anything but the application."""
        return [change for change in self.changes if change.kind == "infrastructure"]

    @cached_property
    def replaced(self) -> list[Change]:
        """The changes that replace the application, and that the hook is known or documented to see."""
        return [
            change
            for change in self.changes
            if change.kind == "application"
            and any(
                part.replacement == "always" and part.certain and cause.name not in self.application
                for part in change.properties
                for cause in part.causes
                if cause.kind in {"template", *REFERRING}
            )
        ]

    @property
    def gone(self) -> list[Change]:
        """The changes by which the application goes, or gets other logical ids."""
        return [
            change for change in self.changes if change.kind == "application" and change.action in {"rename", "remove"}
        ]

    @cached_property
    def perhaps_replaced(self) -> list[Change]:
        """The changes that may replace the application, or of which it is not known whether the hook sees them."""
        replaced = {change.logical_id for change in self.replaced}
        return [
            change
            for change in self.changes
            if change.kind == "application" and change.logical_id not in replaced and any(self.replacing(change))
        ]

    def replacing(self, change: Change) -> Iterator[PropertyChange]:
        """List what of an application's change may replace it, other than a reference within the application."""
        for part in change.properties:
            if part.replacement != "never" and not all(cause.name in self.application for cause in part.causes):
                yield part

    @cached_property
    def reworded(self) -> list[str]:
        """What of the application is written differently, with the same result; without what never replaces it."""
        return [
            id
            for id in self.other_words
            if id in self.application
            and any(
                replacement_of(self.new.template.resources[id].type, found.path, found.old, found.new) != "never"
                for found in differences(
                    self.old.template.resources[id].properties, self.new.template.resources[id].properties
                )
            )
        ]

    @property
    def ignored_attributes(self) -> str:
        """The attributes whose change CloudFormation ignores, in words."""
        return listed(f"{name} of {id}" for id, names in self.ignored.items() for name in names)

    @property
    def runs_hook(self) -> bool:
        """Whether the new template has both hook and transform."""
        return all(hook_and_transform(self.new.template))

    @property
    def switches_off(self) -> bool:
        """Whether the deployed template has hook and transform, and the new one neither."""
        return all(hook_and_transform(self.old.template)) and not any(hook_and_transform(self.new.template))

    @property
    def remade(self) -> list[str]:
        """Names of what transforms make other things of, and changes, such as ``Fn::ForEach::Queues``."""
        return [name for name, (old, new) in self._remaking().items() if not same(old, new)]

    def _remaking(self) -> dict[str, tuple[Any, Any]]:
        sides = self.old, self.new
        found = {}
        for section in ("Resources", "Outputs", "Conditions", "Mappings", "Parameters", "Hooks"):
            both = [mapping(side.template.source.get(section)) for side in sides]
            for name in {name for body in both for name in body if isinstance(name, str) and name.startswith("Fn::")}:
                found[name] = tuple(side.evaluate(body.get(name)) for side, body in zip(sides, both, strict=True))
        macros = [{name: side.evaluate(given) for name, given in _macros(side.template)} for side in sides]
        for name in {**macros[0], **macros[1]}:
            found[name] = (name in macros[0], macros[0].get(name)), (name in macros[1], macros[1].get(name))
        if macros[0] or macros[1]:
            found["Globals"] = tuple(side.evaluate(side.template.source.get("Globals")) for side in sides)
        return found

    @property
    def other_green_ids(self) -> list[str]:
        """The green ids of the deployed hook, as far as the new one has others for the same blue ones."""
        old, new = (_green_ids(side.template) for side in (self.old, self.new))
        return [green for blue, green in old.items() if blue in new and new[blue] != green]

    @cached_property
    def outputs(self) -> list[str]:
        """Names of the outputs that change, or perhaps do."""
        return [*self._outputs]

    @cached_property
    def is_certain(self) -> bool:
        """Whether anything changes for certain."""
        return any(change.certain for change in self.changes) or any(self._outputs.values())

    @cached_property
    def _outputs(self) -> dict[str, bool]:
        """Whether outputs change for certain, by name; those that do not change are left out."""
        old, new = self.old.outputs, self.new.outputs
        resources = self.old.template.resources | self.new.template.resources
        found = {name: differences(old.get(name), new.get(name)) for name in {**old, **new}}
        return {
            name: any(is_certain(difference, resources) for difference in some)
            and all(side.has_output(name) is True for side in (self.old, self.new) if name in side.outputs)
            for name, some in found.items()
            if some
        }

    @cached_property
    def sections(self) -> list[str]:
        """Names of the other sections that change."""
        old, new = self.old.template.source, self.new.template.source
        ours = {"Resources", "Outputs"}
        return [name for name in {**old, **new} if name not in ours and not same(old.get(name), new.get(name))]


def hook_and_transform(template: Template) -> tuple[bool, bool]:
    """Tell whether a template has the hook, and whether it has the transform."""
    return bool(template.hooks), TRANSFORM in template.transforms


def _macros(template: Template) -> Iterator[tuple[str, Any]]:
    """List a template's transforms but the hook's, and the one that only adds functions, each with its parameters."""
    given = template.source.get("Transform")
    for item in given if isinstance(given, list) else [given]:
        name = text(item) or text(dig(item, "Name"))
        if name not in {"", TRANSFORM, "AWS::LanguageExtensions"}:
            yield name, item


def _green_ids(template: Template) -> dict[str, str]:
    """Give the green ids of the hook by its blue ones."""
    names = ("TaskDefinitions", "TaskSets", "TargetGroups")
    pairs = [deployment.ids(name) for deployment in template.deployments for name in names]
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def _application(*templates: Template) -> frozenset[str]:
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


def _of_ecs(side: Evaluation) -> frozenset[str]:
    """Give the logical ids of the task definitions of the services that ECS itself deploys in steps."""
    resources = side.template.resources
    return frozenset(
        id
        for service in side.native_services.values()
        for id in references(service.properties.get("TaskDefinition"))
        if id in resources and resources[id].type == TASK_DEFINITION
    )
