"""What Python's help, editors and ``inspect`` are told of a construct."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

import jsii

# What jsii and its protocols note on a class.
_NOTES = ("__jsii_", "__protocol_", "__annotations__")


class ConstructClass(jsii.JSIIMeta):
    """A class of constructs that is called as its constructor says, and does not list what jsii notes on it."""

    @property
    def __signature__(cls) -> inspect.Signature:
        """That of the constructor without ``self``; jsii's is ``(*args, **kwargs)``."""
        constructor = inspect.signature(type.__getattribute__(cls, "__init__"))
        return constructor.replace(parameters=[*constructor.parameters.values()][1:])

    def __dir__(cls) -> Iterable[str]:
        """List the attributes that are anyone's business."""
        return [name for name in super().__dir__() if not name.startswith(_NOTES)]
