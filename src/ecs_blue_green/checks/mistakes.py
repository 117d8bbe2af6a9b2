"""The mistakes of one call, told together.

A public call reads and checks what it was given before it creates anything, so that all mistakes are reported at once
and a refused call leaves nothing behind. An unresolved token passes where its kind is asked for, a string or a number:
its value is known only when CloudFormation runs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import Enum
from typing import Literal, TypeVar
from weakref import WeakKeyDictionary

from aws_cdk import Duration, Stack
from constructs import Construct

from ..errors import InvalidArgumentsError
from .caller import caller
from .tokens import is_list_token, is_number_token, is_text_token

# The largest Integer that CloudFormation and AWS's APIs know.
LARGEST = 2**31 - 1

# The type of what CDK returns as a bare interface.
_PROXY = "InterfaceDynamicProxy"

T = TypeVar("T")


class Mistakes:
    """What is wrong with the arguments of one call.

    Every method takes the argument's name and its value, and notes a mistake or lets the value pass. None passes
    unless said otherwise: it stands for the documented default. Methods that give a value give None in place of a wrong
    one.
    """

    def __init__(self) -> None:
        """Start with no mistakes."""
        self._mistakes: list[str] = []

    def refuse(self, argument: str, value: object, allowed: str, advice: str = "") -> None:
        """Note a mistake, unless the value is a text with a token in it."""
        if not is_text_token(value):
            self._refuse(argument, value, allowed, advice)

    def _refuse(self, argument: str, value: object, allowed: str, advice: str = "", rule: str = "") -> None:
        self.note(f"{argument} must be {allowed}, got {shown(value)}", advice, rule)

    def note(self, mistake: str, advice: str = "", rule: str = "") -> None:
        """Note a mistake in words of its own, with the rule behind it (docs/hook-rules.md, docs/native-rules.md)."""
        self._mistakes.append("; ".join(filter(None, (mistake, advice))) + (rule and f" (rule {rule})"))

    def whole_number(
        self,
        argument: str,
        value: object,
        minimum: int,
        maximum: int = LARGEST,
        advice: str = "",
        *,
        required: bool = False,
    ) -> int | None:
        """Check an integer's range, both bounds belonging to it, and give it; None in place of anything else."""
        if (value is None and not required) or is_number_token(value):
            return None
        # jsii can't write a member of an enum as the integer that it is.
        if isinstance(value, int) and not isinstance(value, bool | Enum) and minimum <= value <= maximum:
            return value
        bounds = _bounds(minimum, maximum, is_above=isinstance(value, int) and value > maximum)
        self._refuse(argument, value, f"a whole number {bounds}", advice)
        return None

    def number(self, argument: str, value: object) -> None:
        """Check for an integer or a float that JSON can write as a number; None is none."""
        most = sys.float_info.max
        if isinstance(value, bool | Enum) or not isinstance(value, int | float) or not -most <= value <= most:
            self._refuse(argument, value, "a number")

    def duration(
        self,
        argument: str,
        value: object,
        minimum: int,
        maximum: int = LARGEST,
        unit: Literal["seconds", "minutes"] = "seconds",
        advice: str = "",
    ) -> int | None:
        """Check a Duration's range and read it as whole units, in one round trip."""
        if value is None:
            return None
        seconds = _seconds(value) if isinstance(value, Duration) else None
        size = 60 if unit == "minutes" else 1
        is_above = seconds is not None and seconds > maximum * size
        allowed = f"a Duration {_bounds(minimum, maximum, is_above=is_above)} whole {unit}"
        if not isinstance(value, Duration):
            self._refuse(argument, value, allowed, advice or f"make it with Duration.{unit}(…)")
            return None
        if seconds is None or is_number_token(seconds):
            return self._token_duration(argument, value, allowed, unit, advice)
        length, rest = divmod(seconds, size)
        if rest or not minimum <= length <= maximum:
            got = f"{int(seconds)} seconds" if rest else f"{int(length)} {unit}"
            self.note(f"{argument} must be {allowed}, got {got}", advice)
            return None
        return int(length)

    def _token_duration(self, argument: str, value: Duration, allowed: str, unit: str, advice: str) -> int | None:
        if not value.is_unresolved():
            self.note(f"{argument} must be {allowed}, got {value.to_string()}", advice)
            return None
        try:
            # A number token, which marshals like the number that it stands for.
            return value.to_minutes() if unit == "minutes" else value.to_seconds()  # type: ignore[return-value]
        except RuntimeError:
            self.note(
                f"{argument} must be {allowed}, got a token in another unit",
                f"make it with Duration.{unit}(…)",
            )
            return None

    def text(self, argument: str, value: object, pattern: str, allowed: str, advice: str = "", rule: str = "") -> None:
        """Check that a string matches a pattern as a whole."""
        if value is None or is_text_token(value):
            return
        # Within a longer text, such as an alarm's name, a member of an enum may stand by its own name.
        if not isinstance(value, str) or isinstance(value, Enum) or not re.fullmatch(pattern, value):
            self._refuse(argument, value, allowed, advice, rule)

    def instance(
        self, argument: str, value: T, kinds: type | tuple[type, ...], allowed: str, advice: str = "", rule: str = ""
    ) -> T | None:
        """Check that a value (None is none) is of a kind, or of one of several, and give it."""
        if isinstance(value, kinds):
            return value
        self._refuse(argument, value, allowed, advice, rule)
        return None

    def flag(self, argument: str, value: object) -> None:
        """Check for True or False."""
        if value is not None and not isinstance(value, bool):
            self._refuse(argument, value, "True or False")

    def interface(self, argument: str, value: T, member: str, allowed: str, advice: str = "") -> T | None:
        """Check that a value (None is none) implements a CDK interface, told by a member of it, and give it.

        CDK's interfaces are protocols that isinstance can't ask about.
        """
        is_cdk = hasattr(value, "__jsii_ref__") or hasattr(type(value), "__jsii_ifaces__")
        # Asking the class costs no round trip; a proxy's class knows nothing.
        asked = value if type(value).__name__ == _PROXY else type(value)
        if is_cdk and hasattr(asked, member):
            return value
        self._refuse(argument, value, allowed, advice)
        return None

    def items(
        self,
        argument: str,
        value: Sequence[T],
        allowed: str,
        *,
        least: int = 0,
        most: int | None = None,
        advice: str = "",
    ) -> tuple[T, ...]:
        """Check for a sequence of so many items, and give a copy of it; an empty one in place of anything else."""
        if isinstance(value, str | bytes) or not isinstance(value, Sequence):
            self._refuse(argument, value, allowed, advice)
            return ()
        if is_list_token(value):
            self._refuse(argument, value, allowed, "a token hides how many there are: take each with Fn.select(…)")
            return ()
        if len(value) < least:
            self._refuse(argument, value, allowed, advice)
        elif most is not None and len(value) > most:
            self.note(f"{argument} must be {allowed}, got {len(value)}")
        return tuple(value)

    def distinct(self, what: str, values: Iterable[object], advice: str) -> None:
        """Check that no two strings or integers are equal; None and tokens may be."""
        known = [value for value in values if isinstance(value, str | int) and not is_text_token(value)]
        for value in sorted({shown(value) for value in known if known.count(value) > 1}):
            self.note(f"{what} must differ, got {value} more than once", advice)

    @contextmanager
    def checked(self, scope: object, id: object) -> Iterator[None]:
        """Raise what was noted, if anything; otherwise let the block create the construct.

        Raises:
            InvalidArgumentsError: A mistake was noted, or the scope refuses the id.
        """
        if stack_of(scope) is None:
            self._refuse("scope", scope, "a construct that belongs to a Stack", "pass self inside a Stack")
        if not isinstance(id, str) or not id or is_text_token(id):
            self._refuse("id", id, "a non-empty string")
        self.raise_mistakes(scope, id)
        try:
            yield
        except RuntimeError as error:  # all that jsii tells of an error in JavaScript
            self.note(f"id {shown(id)} was refused by CDK: {error}")
            raise self._error(scope, id) from error

    @contextmanager
    def left_to_cdk(self, argument: str, construct: Construct) -> Iterator[None]:
        """Let CDK check an argument that is given to it as it is; what it refuses takes the construct back.

        Raises:
            InvalidArgumentsError: CDK refused the argument.
        """
        try:
            yield
        except Exception as error:  # of CDK, of jsii, or of somebody's own class
            scope, id = construct.node.scope, construct.node.id
            if scope is not None:
                scope.node.try_remove_child(id)
            self.note(f"{argument} was refused by CDK: {error}")
            raise self._error(scope, id) from error

    def raise_mistakes(self, scope: object, id: object) -> None:
        """Raise what was noted, if anything, about the construct of this scope and id."""
        if self._mistakes:
            raise self._error(scope, id)

    def _error(self, scope: object, id: object) -> InvalidArgumentsError:
        path = scope.node.path if isinstance(scope, Construct) else ""
        name = id if isinstance(id, str) else shown(id)
        return InvalidArgumentsError(f"{path}/{name}" if path else name, caller(), self._mistakes)


def stack_of(scope: object) -> Stack | None:
    """Find the stack that a scope belongs to; None for anything outside of one."""
    if isinstance(scope, Stack):  # without a round trip
        return scope
    try:
        return Stack.of(scope) if isinstance(scope, Construct) else None
    except RuntimeError:  # all that jsii tells of an app or a stage
        return None


def shown(value: object) -> str:
    """Show a value, or say of which kind it is where its repr would tell nothing."""
    if is_text_token(value) or is_number_token(value) or is_list_token(value):
        return "a token"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, str | int | float | None) or not hasattr(value, "__jsii_type__"):
        with suppress(Exception):  # an integer of thousands of digits, or somebody's own repr
            return repr(value)
    return kind_of(value)


def kind_of(value: object) -> str:
    """Say of which kind a value is, and nothing else of it."""
    name = type(value).__name__
    if name == _PROXY and hasattr(value, "__jsii_ref__"):
        name = value.__jsii_ref__.interfaces[0].rpartition(".")[2]
    return f"{'an' if name[0] in 'AEIOaeio' else 'a'} {name}"


def _bounds(minimum: int, maximum: int, *, is_above: bool) -> str:
    """Say a range; that it ends where CloudFormation's integers do, only to who went beyond."""
    return f"from {minimum} to {maximum}" if maximum < LARGEST or is_above else f"of {minimum} or more"


# Each costs a round trip, and many services are given the same one.
_SECONDS: WeakKeyDictionary[Duration, float | None] = WeakKeyDictionary()


def _seconds(duration: Duration) -> float | None:
    """Read a duration, once for all that are given it; None when it is a token or not in whole seconds."""
    if duration not in _SECONDS:
        try:
            _SECONDS[duration] = duration.to_seconds()
        except RuntimeError:  # all that jsii tells of an error in JavaScript
            _SECONDS[duration] = None
    return _SECONDS[duration]
