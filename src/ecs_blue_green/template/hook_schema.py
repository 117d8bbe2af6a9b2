"""The documented syntax of the hook, rules S2 to S22."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .hook_facts import LIFECYCLE_EVENTS, PRODUCTION_ROUTE, SHIFTS, TEST_ROUTE, TRAFFIC_ROUTINGS
from .model import HOOK, LISTENER, SERVICE
from .values import integer, is_function, may_hold_more, quoted, text

# A mapping is an object, of which the names with "!" are required; a list holds items of its only shape; a tuple lists
# the allowed texts; a text names what _TEXTS_AND_NUMBERS has; None is anything, as other rules look at it.
_Shape = Mapping[str, Any] | list[Any] | tuple[str, ...] | str | None


def is_logical_id(value: object) -> bool:
    """Tell whether a value can be a logical id (rule S2)."""
    return text(value).isascii() and text(value).isalnum()


_TEXTS_AND_NUMBERS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "id": ("a logical id, which is literal text of letters and digits", is_logical_id),
    "name": ("a name", lambda value: bool(text(value)) or is_function(value)),
    "number": ("a whole number", lambda value: integer(value) is not None or is_function(value)),
}

_SHIFT = {"StepPercentage": "number", "BakeTimeMins": "number"}
_ROUTE = {"Type!": (LISTENER,), "LogicalID!": "id"}
_HOOK: _Shape = {
    "Type!": (HOOK,),
    "Properties!": {
        "TrafficRoutingConfig": {"Type!": TRAFFIC_ROUTINGS, **dict.fromkeys(SHIFTS, _SHIFT)},
        "AdditionalOptions": {"TerminationWaitTimeInMinutes": "number"},
        "LifecycleEventHooks": dict.fromkeys(LIFECYCLE_EVENTS),
        "ServiceRole": "name",
        "Applications!": [
            {
                "Target!": {"Type!": (SERVICE,), "LogicalID!": "id"},
                "ECSAttributes!": {
                    "TaskDefinitions!": ["id"],
                    "TaskSets!": ["id"],
                    "TrafficRouting!": {
                        f"{PRODUCTION_ROUTE}!": _ROUTE,
                        TEST_ROUTE: _ROUTE,
                        "TargetGroups!": ["id"],
                    },
                },
            }
        ],
    },
}


def misfits(hook: object) -> list[str]:
    """Say in which places a hook is not as its syntax is documented."""
    return list(_misfits(_HOOK, hook, "the hook"))


def _misfits(shape: _Shape, value: object, path: str) -> Iterator[str]:
    if isinstance(shape, Mapping):
        yield from _misfits_of_object(shape, value, path)
    elif isinstance(shape, list):
        if not isinstance(value, list) or not (value or shape == ["id"]):
            yield f"{path} must be a list{'' if shape == ['id'] else ' that is not empty'}, got {shown(value)}"
        else:
            for index, item in enumerate(value):
                yield from _misfits(shape[0], item, f"{path}[{index}]")
    elif isinstance(shape, tuple):
        if value not in shape:
            yield f"{path} must be {' or '.join(shape)}, got {shown(value)}"
    elif shape is not None:
        allowed, fits = _TEXTS_AND_NUMBERS[shape]
        if not fits(value):
            yield f"{path} must be {allowed}, got {shown(value)}"


def _misfits_of_object(shape: Mapping[str, Any], value: object, path: str) -> Iterator[str]:
    if not isinstance(value, dict) or not value:
        yield f"{path} must be an object that is not empty, got {shown(value)}"
        return
    known = {name.rstrip("!"): inner for name, inner in shape.items()}
    for name in shape:
        if name.endswith("!") and name[:-1] not in value and not may_hold_more(value):
            yield f"{path} must have {name[:-1]}"
    for name, item in value.items():
        if name == "Fn::Transform":
            continue
        if name in known:
            yield from _misfits(known[name], item, name if path == "the hook" else f"{path}.{name}")
        else:
            yield f"{path} has {name}, which is none of {', '.join(known)}"


def shown(value: object) -> str:
    """Write a value into a sentence; of what holds others, only say what it is."""
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return quoted(value)
