"""The names of lifecycle hook functions and of their role: literals, which another stack can use without an export."""

from __future__ import annotations

from constructs import Construct

from ..checks.mistakes import Mistakes, stack_of
from ..checks.tokens import is_text_token

# The names that Lambda and IAM allow; an ARN has characters beside these.
FUNCTION_NAME = r"[A-Za-z0-9_-]{1,64}"
ROLE_NAME = r"[A-Za-z0-9_+=,.@-]{1,64}"


def literal_name(
    mistakes: Mistakes,
    argument: str,
    given: str | None,
    *,
    scope: Construct,
    prefix: str,
    suffix: str = "",
    pattern: str,
    allowed: str,
    rule: str = "",
) -> str:
    """Check a given name, or make one of the stack's name between prefix and suffix; it has to be a literal."""
    name, advice = given, ""
    if name is None:
        stack = stack_of(scope)
        if stack is None:  # which is refused on its own
            return ""
        name, advice = f"{prefix}{stack.stack_name}{suffix}", f"give a {argument}"
    if is_text_token(name):
        why = "the service's stack names it without an export"
        mistakes.note(f"{argument} must be a literal name, got a token", advice or why, rule="S32")
    else:
        mistakes.text(argument, name, pattern, allowed, advice, rule)
    return name
