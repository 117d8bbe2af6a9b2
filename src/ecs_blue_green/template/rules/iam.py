"""What roles and their policies say, as far as that is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model import Resource
from ..values import dig, nodes, sequence


def may_trust(role: Resource, is_meant: Callable[[object], bool]) -> bool:
    """Tell whether a role trusts a service, as far as that is known without CloudFormation's functions.

    Args:
        role: The role.
        is_meant: Whether a principal is the service.
    """
    document = role.properties.get("AssumeRolePolicyDocument")
    if any(name == "Ref" or name.startswith("Fn::") for name, _ in nodes(document)):
        return True
    for statement in statements_of(document):
        principal = dig(statement, "Principal")
        services = dig(principal, "Service")
        given = sequence(services) or [principal if principal == "*" else services]
        if dig(statement, "Effect") == "Allow" and any(is_meant(service) for service in given):
            return True
    return False


def statements_of(document: object) -> list[Any]:
    """List the statements of a policy document; one alone may stand without a list."""
    statements = dig(document, "Statement")
    return sequence(statements) or [statements]
