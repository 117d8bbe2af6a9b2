"""Asks AWS source by source; what may not be read is noted in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ...aws.session import AwsError, Trouble, asking

_T = TypeVar("_T")


class Sources:
    """The sources of one look at a deployment.

    Attributes:
        missing: Why a source told nothing, by its name.
    """

    def __init__(self) -> None:
        """Begin a look."""
        self.missing: dict[str, str] = {}

    def ask(self, source: str, question: Callable[[], _T], otherwise: _T) -> _T:
        """Ask a source.

        Args:
            source: What it tells, such as ``alarms``.
            question: The calls.
            otherwise: The answer when this source, and no other, can't be read.

        Raises:
            AwsError: If AWS can't be reached, throttles, or does not take the credentials.
        """
        try:
            with asking(source):
                return question()
        except AwsError as error:
            if error.trouble not in {Trouble.DENIED, Trouble.OTHER}:
                raise
            prefix = "no permission" if error.trouble is Trouble.DENIED else "not known"
            self.missing[source] = f"{prefix}: {str(error).removeprefix(f'{source}: ')}"
            return otherwise
