"""What ends a command early, and with which exit code."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import click

from .terminal import printable, say

# What any command can end with. None of these is an exit code with a meaning of a command's own, such as 1 for
# "rolled back".
UNEXPECTED = 70  # EX_SOFTWARE
INTERRUPTED = 130
NOBODY_READS = 141  # as a shell has it for what SIGPIPE ended
TERMINATED = 143  # as a shell has it for what SIGTERM ended

_UNWRITABLE = {
    errno.EDQUOT: "there is no space left",
    errno.EFBIG: "there is too much of it",
    errno.EIO: "the disk fails, or the terminal is gone",
    errno.ENOSPC: "there is no space left",
}


class CommandError(Exception):
    """Something that ends a command; as a text it is one or more whole sentences, and so is each note of it.

    Attributes:
        exit_code: How the command ends: 2 where something can't be asked, read or written.
    """

    exit_code = 2


class TerminatedError(KeyboardInterrupt):
    """SIGTERM, such as a pipeline sends that is cancelled: what is to be done at Ctrl-C is to be done then too."""


def terminate(*_: object) -> None:
    """End the command, as a handler of SIGTERM."""
    raise TerminatedError


@contextmanager
def told() -> Iterator[None]:
    """Make sentences and an exit code of whatever ends a command early.

    Raises:
        click.exceptions.Exit: In place of it.
    """
    try:
        yield
    except click.exceptions.Exit:
        raise
    except SystemExit as error:
        if not isinstance(error.__context__, BrokenPipeError):  # of which rich makes this
            raise
        raise click.exceptions.Exit(_tell(error.__context__, _notes(error))) from error
    except (Exception, KeyboardInterrupt) as error:
        raise click.exceptions.Exit(_tell(error, _notes(error))) from error


def _notes(error: BaseException) -> Sequence[str]:
    return getattr(error, "__notes__", ())


def _tell(error: BaseException, notes: Sequence[str]) -> int:
    """Tell what ended a command, and what it has left behind; give the exit code."""
    code = UNEXPECTED
    with suppress(OSError):  # the exit code stays true when standard error can't be written
        if isinstance(error, CommandError):
            code = error.exit_code
            complain(str(error))
        elif isinstance(error, click.ClickException):
            code = error.exit_code
            _show(error)
        elif isinstance(error, KeyboardInterrupt | click.Abort):
            is_signal = isinstance(error, TerminatedError)
            code = TERMINATED if is_signal else INTERRUPTED
            say(printable(""), stderr=True)  # below the ^C that a terminal shows
            complain("terminated" if is_signal else "interrupted")
        elif isinstance(error, BrokenPipeError):
            code = NOBODY_READS
            _give_up_output()
        elif isinstance(error, OSError) and error.errno in _UNWRITABLE:
            code = CommandError.exit_code
            _give_up_output()
            complain(f"the output can't be written: {_UNWRITABLE[error.errno]}")
        else:
            # Indented: what the error says in several lines begins none.
            lines = "".join(traceback.format_exception(error)).splitlines()
            say(*(printable(f"  {line}") for line in lines), stderr=True)
            complain("this is a defect of ecs-blue-green: please report it, with what stands above")
        complain(*notes)
    return code


def complain(*problems: str) -> None:
    """Print problems to standard error, a line each."""
    say(*(printable(f"Error: {problem}") for problem in problems), stderr=True)


def _show(error: click.ClickException) -> None:
    """Print what click says of a command line as click does, but that what was given in it begins no line."""
    message = error.format_message()
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(*map(printable, message.splitlines()), stderr=True)
        return
    if isinstance(error, click.UsageError) and error.ctx:
        say(*map(printable, error.ctx.get_usage().splitlines()), stderr=True)
        say(printable(f"Try '{error.ctx.command_path} --help' for help."), printable(""), stderr=True)
    complain(message)


def _give_up_output() -> None:
    """Let what is left of the output go nowhere: Python would try once more at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
