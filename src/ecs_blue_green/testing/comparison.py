"""What is expected beside what a template says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..checks.caller import caller
from ..errors import InvalidArgumentsError
from ..template.values import dig, is_function, mapping, nodes

if TYPE_CHECKING:
    from aws_cdk import Stack


def resolved(stack_or_template: Stack | Mapping[str, Any], expected: dict[str, Any], function: str) -> dict[str, Any]:
    """Give expected values as a stack writes them into its template; to a template, tokens mean nothing."""
    __tracebackhide__ = True
    if not expected:
        return expected
    if not isinstance(stack_or_template, Mapping):
        values: dict[str, Any] = stack_or_template.resolve(expected)
        return values
    from ..checks.tokens import is_number_token, is_text_token

    if any(is_text_token(value) or is_number_token(value) for _, value in nodes(expected)):
        mistake = "stack_or_template must be the stack where values are tokens, got a template"
        raise InvalidArgumentsError(function, caller(), [mistake])
    return expected


def with_defaults(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Put defaults in where nothing is given, however deep."""
    merged = defaults | given
    for name in defaults.keys() & given.keys():
        if isinstance(defaults[name], dict) and isinstance(given[name], dict) and not is_function(given[name]):
            merged[name] = with_defaults(defaults[name], given[name])
    return merged


def differences(path: str, expected: Any, found: Any) -> Iterator[str]:
    """Say where two values differ, however deep; what is missing is None."""
    if not is_function(expected) and not is_function(found) and (mapping(expected) or mapping(found)):
        for name in mapping(expected) | mapping(found):
            yield from differences(f"{path}.{name}", dig(expected, name), dig(found, name))
    elif expected != found:
        yield f"{path}: expected {shown(expected)}, found {shown(found)}"


def shown(value: object) -> str:
    """Show a value of a template."""
    return "nothing" if value is None else repr(value)
