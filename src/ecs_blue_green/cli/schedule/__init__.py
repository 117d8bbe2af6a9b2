"""``ecs-blue-green schedule``: show how a deployment will move traffic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import complain
from ..files import write
from ..options import format_options, max_size_option
from ..terminal import say

if TYPE_CHECKING:
    from .report import TrafficSchedule

# What needs time to import is imported by whoever needs it: `--help` answers at once.


def _plot_file(context: click.Context, parameter: click.Parameter, file: str | None) -> str | None:
    """Check what can be told of `--plot` before anything is read."""
    if file is None:
        return None
    if _suffix(file) not in {"svg", "png"}:
        raise click.BadParameter(f"{file!r} must end in .svg or .png, which says what to draw.")
    if find_spec("matplotlib") is None:
        raise click.UsageError(
            "--plot needs matplotlib, which the extra `plot` brings: pip install 'ecs-blue-green-cdk[cli,plot]'"
        )
    return file


def _suffix(file: str) -> str:
    return Path(file).suffix.lower().removeprefix(".")


@click.command(
    epilog="""\
\b
Examples:
  ecs-blue-green schedule cdk.out                      # a whole app
  ecs-blue-green schedule service.yaml                 # a template
  ecs-blue-green schedule --plot traffic.svg cdk.out   # and a picture
  ecs-blue-green schedule --format json cdk.out        # for a script

\b
Exit codes:
  0  the schedule of every hook and service was shown
  2  there is none, or one that can't be told, or something can't be read
     or written, or the command line is wrong
""",
)
@click.argument("template", metavar="TEMPLATE")
@format_options(text="For people", json="for programs")
@max_size_option
@click.option(
    "--plot",
    metavar="FILE",
    callback=_plot_file,
    help="Draw it as well: FILE.svg or FILE.png. Needs the extra `plot`.",
)
@click.pass_context
def command(context: click.Context, template: str, format: str, plot: str | None) -> None:
    """Show when a green deployment moves how much traffic, and what a rollback means at each step.

    TEMPLATE is a template (JSON, or YAML with CloudFormation's short tags such as !Ref), a cdk.out folder with all its
    templates and stages, or - for standard input. What the AWS::CodeDeploy::BlueGreen hook, or a service
    that ECS deploys in steps, leaves out has its documented default.

    Minutes count from when production traffic begins to move. Shares of traffic are those that the green tasks get.
    """
    from .report import as_json, read_schedules

    schedules, untold = read_schedules(template)
    if format == "json":
        say(*as_json(schedules))
    elif schedules:
        from .screen import show

        show(schedules)
    problems = [*map(str, untold), *(_draw(schedules, plot) if schedules and plot is not None else ())]
    complain(*problems)
    context.exit(2 if problems else 0)


def _draw(schedules: Sequence[TrafficSchedule], file: str) -> Iterator[str]:
    """Draw schedules into a file; tell what keeps that from working."""
    from .picture import MOST_SCHEDULES, picture

    if len(schedules) > MOST_SCHEDULES:
        yield (
            f"{file}: can't be drawn: a picture holds at most {MOST_SCHEDULES} schedules, and these are "
            f"{len(schedules)}. Name one template"
        )
        return
    yield from write(file, picture(schedules, _suffix(file)))
