"""What stands for a value that is too large to be carried along."""

from __future__ import annotations

import hashlib
from typing import Any

from .values import quoted

# How a digest is written: to whoever looks at it, a function whose value is not known.
DIGEST = "Fn::Digest"


def is_larger(value: Any, most: int) -> bool:
    """Tell whether a value has more letters and parts than a number of these; that is seen without reading it all."""
    if not isinstance(value, (dict, list)):
        return isinstance(value, str) and len(value) > most
    left = most
    waiting = [value]
    while waiting and left >= 0:
        node = waiting.pop()
        left -= 1 + (len(node) if isinstance(node, (str, dict, list)) else 0)
        if isinstance(node, dict) and left >= 0:
            left -= sum(len(name) for name in node if isinstance(name, str))
            waiting += node.values()
        elif isinstance(node, list) and left >= 0:
            waiting += node
    return left < 0


def digest(value: Any) -> str:
    """Give a text that is the same for equal values of JSON, and another one for others."""
    found = hashlib.sha256()
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            names = sorted(node, key=repr)
            waiting += [node[name] for name in names]
            whole = repr(("object", names))
        elif isinstance(node, list):
            waiting += node
            whole = repr(("list", len(node)))
        else:
            whole = repr(node) if isinstance(node, str) else repr((type(node).__name__, quoted(node)))
        found.update(f"{len(whole)}:{whole}".encode("utf-8", "surrogatepass"))
    return found.hexdigest()
