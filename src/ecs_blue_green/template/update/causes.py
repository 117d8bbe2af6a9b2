"""Why a value of a resource differs from the deployed one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..values import is_function, mapping, same
from .difference import Path, differences
from .evaluate import named
from .evaluation import Evaluation
from .prediction import Cause

TEMPLATE = Cause(kind="template")


class Causes:
    """What changes beside the resources, and makes their values change.

    Attributes:
        parameters: Names of the parameters whose value changes.
        mappings: Names of the mappings that change.
        conditions: Names of the conditions whose result changes.
        resources: The logical ids of both templates' resources.
    """

    def __init__(self, old: Evaluation, new: Evaluation) -> None:
        """Compare two templates."""
        self.parameters = _changed(old.scope.parameters, new.scope.parameters)
        self.mappings = _changed(old.scope.mappings, new.scope.mappings)
        self.conditions = _changed(old.scope.conditions, new.scope.conditions)
        self._all = {*self.parameters, *self.mappings, *self.conditions}
        self.resources = old.template.resources.keys() | new.template.resources.keys()

    def of(self, old: Any, new: Any, path: Path) -> tuple[Cause, ...]:
        """Tell why values differ.

        Args:
            old: The deployed template's text of an attribute.
            new: The new template's text of it.
            path: Where in the attribute the values differ.
        """
        old, new = (_follow(value, path) for value in (old, new))
        found = [TEMPLATE] if differences(old, new) else []
        return (*found, *self._behind(old, new)) or (TEMPLATE,)

    def touch(self, value: Any) -> bool:
        """Tell whether a text names anything that changes."""
        return bool(self._all) and not self._all.isdisjoint(named(value))

    def _behind(self, *values: Any) -> Iterator[Cause]:
        names = {name for value in values for name in named(value)} if self._all else set()
        yield from (Cause(kind="parameter", name=name) for name in self.parameters if name in names)
        yield from (Cause(kind="mapping", name=name) for name in self.mappings if name in names)
        yield from (Cause(kind="condition", name=name) for name in self.conditions if name in names)


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [name for name in {**old, **new} if name not in old or name not in new or not same(old[name], new[name])]


def _follow(value: Any, path: Path) -> Any:
    """Go along a path, as far as a text goes before its functions are worked out."""
    for key in path:
        inner = isinstance(value, list) and isinstance(key, int) and key < len(value)
        if not inner and (is_function(value) or key not in mapping(value)):
            break
        value = value[key]
    return value
