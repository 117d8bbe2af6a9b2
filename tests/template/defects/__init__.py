"""Single defects, each planted in a good template by a small function that is named for it."""

from typing import Any

import pytest

from . import ecs, hook, ids, load_balancing, native, stack, traffic
from .parts import DEFECTS, Defect, Plant, good

__all__ = [
    "DEFECTS",
    "Defect",
    "Plant",
    "cases",
    "ecs",
    "good",
    "hook",
    "ids",
    "load_balancing",
    "native",
    "stack",
    "traffic",
]


def cases() -> list[Any]:
    """List the defects as test cases."""
    return [pytest.param(defect, id=defect.plant.__name__) for defect in DEFECTS]
