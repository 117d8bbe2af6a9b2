"""The exceptions of this package.

EcsBlueGreenError
└── InvalidArgumentsError: a call was given values that can't work
"""

from __future__ import annotations

from collections.abc import Sequence


class EcsBlueGreenError(ValueError):
    """The base of every error that this package raises at synth."""


class InvalidArgumentsError(EcsBlueGreenError):
    """A call was given values that can't work; nothing was created.

    Attributes:
        construct_path: Path of the construct that was to be created; of a function, its name.
        location: File and line of the call, as ``file:line``.
        mistakes: One sentence a mistake: the argument, what is allowed, what was given, what to do.
    """

    def __init__(self, construct_path: str, location: str, mistakes: Sequence[str]) -> None:
        """Compose the message from all the mistakes of the call."""
        self.construct_path = construct_path
        self.location = location
        self.mistakes = tuple(mistakes)
        where = f"{construct_path} ({location})"
        if len(self.mistakes) == 1:
            message = f"{where}: {self.mistakes[0]}"
        else:
            listed = "".join(f"\n  - {mistake}" for mistake in self.mistakes)
            message = f"{where}: {len(self.mistakes)} mistakes{listed}"
        super().__init__(message)
