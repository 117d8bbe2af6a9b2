"""What ends a command early, and with which exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import click

from .terminal import printable

# None of these is an exit code with a meaning of a command's own, such as 1 for "rolled back".
_UNEXPECTED = 70  # EX_SOFTWARE
_INTERRUPTED = 130
_NOBODY_READS = 141


class CommandError(Exception):
    """Something that ends a command; as a text it is one or more whole sentences, and so is each note of it.

    Attributes:
        exit_code: How the command ends: 2 where something can't be asked, read or written.
    """

    exit_code = 2


@contextmanager
def told(context: click.Context) -> Iterator[None]:
    """Make sentences and an exit code of whatever ends a command early."""
    try:
        yield
    except CommandError as error:
        complain(str(error), *getattr(error, "__notes__", ()))
        context.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort) as error:
        click.echo(err=True)
        complain("interrupted", *getattr(error, "__notes__", ()))
        context.exit(_INTERRUPTED)
    except BrokenPipeError:
        # Python would complain of it once more when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        context.exit(_NOBODY_READS)
    except (click.ClickException, click.exceptions.Exit):
        raise
    except Exception:
        click.echo(traceback.format_exc(), err=True)
        complain("this is a defect of ecs-blue-green: please report it, with what stands above")
        context.exit(_UNEXPECTED)


def complain(*problems: str) -> None:
    """Print problems to standard error, a line each."""
    for problem in problems:
        click.echo(f"Error: {printable(problem)}", err=True)
