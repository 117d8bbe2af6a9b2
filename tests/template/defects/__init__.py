"""Single defects, each planted in a good template by a small function that is named for it."""

from typing import Any

import pytest

from . import ecs, hook, ids, load_balancing, stack, traffic
from .parts import DEFECTS, Plant, good

__all__ = ["DEFECTS", "Plant", "cases", "ecs", "good", "hook", "ids", "load_balancing", "stack", "traffic"]


def cases() -> list[Any]:
    """List the defects as test cases."""
    return [pytest.param(plant, rules, id=plant.__name__) for plant, rules in DEFECTS]
