"""Strings, numbers and lists that stand for a value known only when CloudFormation runs."""

from __future__ import annotations

import math

from aws_cdk import Token, Tokenization


def is_text_token(value: object) -> bool:
    """Tell whether a string has a token in it, by CDK's mark, without a round trip."""
    return isinstance(value, str) and "${Token[" in value


def is_number_token(value: object) -> bool:
    """Tell whether a number is a token."""
    # Every token is a finite float, and a number that JSON doesn't know would end CDK's process.
    return isinstance(value, float) and math.isfinite(value) and Token.is_unresolved(value)


def is_list_token(value: object) -> bool:
    """Tell whether a list, or its copy, is a token, by CDK's mark, without a round trip."""
    return isinstance(value, list | tuple) and any(
        isinstance(item, str) and item.startswith("#{Token[") for item in value
    )


def number_as_text(value: float) -> str:
    """Write a number, or a token that stands for one, as a string."""
    return str(value) if isinstance(value, int) else Tokenization.stringify_number(value)
