"""What ports the containers of a task definition have, as far as that is known."""

from __future__ import annotations

from typing import Any

from ..values import dig, integer, is_function, sequence, text


def may_serve(containers: list[Any], name: object, port: int) -> bool:
    """Tell whether a container has a TCP port, as far as that is known without CloudFormation's functions."""
    named = [one for one in containers if is_function(one) or is_function(dig(one, "Name")) or dig(one, "Name") == name]
    return any(is_function(one) or _has_port(dig(one, "PortMappings"), port) for one in named)


def _has_port(mappings: object, port: int) -> bool:
    return is_function(mappings) or any(
        is_function(mapping)
        or (
            text(dig(mapping, "Protocol")).lower() in ("", "tcp")  # empty: left out, which is TCP, or a function
            and integer(dig(mapping, "ContainerPort")) in (None, port)  # None: a function, a text, or a range
        )
        for mapping in sequence(mappings)
    )
