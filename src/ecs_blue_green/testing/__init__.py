"""What users test their own stacks with: assertions over stacks and templates, and snapshots of templates.

The assertions need nothing but this package, and raise AssertionError, whatever runs the tests. ``TemplateSnapshot``
needs syrupy, which the extra ``testing`` brings, and is loaded on first use.
"""

from typing import TYPE_CHECKING

from .findings import assert_no_findings
from .hook import assert_blue_green
from .logical_ids import assert_logical_ids, freeze_logical_ids
from .native import assert_native_blue_green
from .templates import template_of

if TYPE_CHECKING:
    from .snapshot import TemplateSnapshot

__all__ = [
    "TemplateSnapshot",
    "assert_blue_green",
    "assert_logical_ids",
    "assert_native_blue_green",
    "assert_no_findings",
    "freeze_logical_ids",
    "template_of",
]


if not TYPE_CHECKING:  # with it, a type checker would take any name for a public one

    def __getattr__(name: str) -> object:
        if name != "TemplateSnapshot":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from .snapshot import TemplateSnapshot

        globals()[name] = TemplateSnapshot
        return TemplateSnapshot


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
