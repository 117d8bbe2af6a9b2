"""Which items of two lists belong together: by their names, else by their content."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from ..functions import scalar_text
from ..values import is_function, mapping, nodes

# By what AWS tells the items of a list apart.
_NAMES: dict[str, tuple[str, ...]] = {
    "ContainerDefinitions": ("Name",),
    "DependsOn": ("ContainerName",),
    "Dimensions": ("Name",),
    "Environment": ("Name",),
    "EnvironmentVariables": ("Name",),
    "ExtraHosts": ("Hostname",),
    "LoadBalancerAttributes": ("Key",),
    "LoadBalancers": ("ContainerName", "ContainerPort"),
    "MountPoints": ("ContainerPath",),
    "Policies": ("PolicyName",),
    "PortMappings": ("ContainerPort", "Protocol"),
    "SecretOptions": ("Name",),
    "Secrets": ("Name",),
    "SystemControls": ("Namespace",),
    "Tags": ("Key",),
    "TargetGroupAttributes": ("Key",),
    "Ulimits": ("Name",),
    "Volumes": ("Name",),
    "VolumesFrom": ("SourceContainer",),
}


class Pairing(NamedTuple):
    """The items of two lists.

    Attributes:
        both: Indices of items that belong together.
        old: Indices of what only the first list has.
        new: Indices of what only the second list has.
        is_reordered: Whether those that belong together stand in another order.
    """

    both: list[tuple[int, int]]
    old: list[int]
    new: list[int]
    is_reordered: bool


def pair(name: object, old: Sequence[Any], new: Sequence[Any]) -> Pairing:
    """Find the items that belong together.

    Args:
        name: What the list is called, such as ``Environment``.
        old: A list, with its functions worked out.
        new: Another one.
    """
    if len(old) == len(new) == 1:
        return Pairing([(0, 0)], [], [], False)
    keys = _NAMES.get(name, ()) if isinstance(name, str) else ()
    before, after = ([_identity(item, keys) for item in items] for items in (old, new))
    if any(_is_ambiguous(side) for side in (before, after)):
        before, after = ([_identity(item, ()) for item in items] for items in (old, new))
    waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for index, identity in enumerate(before):
        waiting[identity].append(index)
    both, added = [], []
    for index, identity in enumerate(after):
        if waiting[identity]:
            both.append((waiting[identity].popleft(), index))
        else:
            added.append(index)
    order = [index for index, _ in both]
    removed = sorted(index for rest in waiting.values() for index in rest)
    return Pairing(both, removed, added, order != sorted(order))


def _identity(item: Any, keys: tuple[str, ...]) -> Hashable:
    """Give what is equal for items that belong together: the item's names, or else all of it."""
    known = [scalar_text(mapping(item).get(key)) for key in keys]
    if known and known[0] is not None and not any(is_function(mapping(item).get(key)) for key in keys):
        return ("name", *known)
    return ("content", *sorted((str(name), scalar_text(node) or type(node).__name__) for name, node in nodes(item)))


def _is_ambiguous(identities: list[Hashable]) -> bool:
    named = [identity for identity in identities if isinstance(identity, tuple) and identity[0] == "name"]
    return len({*named}) < len(named)
