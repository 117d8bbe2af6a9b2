"""``ecs-blue-green predict``: say what an update will do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import complain
from ..files import write
from ..options import aws_options, format_options, max_size_option
from ..terminal import printable, say

if TYPE_CHECKING:
    from .report import Predictions

# What needs time to import is imported by whoever needs it: `--help` answers at once.


def _named_values(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Read `NAME=VALUE`; what is none is not repeated, for it may be a secret."""
    for number, one in enumerate(given, 1):
        if not one.partition("=")[0] or "=" not in one:
            raise click.BadParameter(f"number {number} of {len(given)} is not NAME=VALUE.")
    return {name: value for name, _, value in (one.partition("=") for one in given)}


@click.command(
    epilog="""\
\b
Examples:
  ecs-blue-green predict --deployed old.json new.json      # two templates
  ecs-blue-green predict --deployed main/cdk.out cdk.out   # whole apps
  ecs-blue-green predict --stack Shop cdk.out              # with what runs
  ecs-blue-green predict --stack Shop --change-set cdk.out
  ecs-blue-green predict --deployed old.json --write-steps steps new.json

\b
Exit codes:
  0  the update will be accepted
  1  it will be refused, or production traffic would go to a target group
     without tasks
  2  that can't be told, or something can't be read or written, or the
     command line is wrong
""",
)
@click.argument("new", metavar="NEW")
@click.option("--deployed", metavar="OLD", help="The deployed template, or a cdk.out folder, or - for standard input.")
@click.option("--stack", metavar="NAME", help="Or the deployed stack, by its name or ARN. Reads it from AWS.")
@aws_options
@click.option(
    "--change-set",
    is_flag=True,
    help="With --stack: create a change set, tell what the transform loses of the template, and delete it again.",
)
@click.option("--template", metavar="NAME", help="The stack or template file to take from a folder with several.")
@click.option(
    "--parameter",
    "parameters",
    metavar="NAME=VALUE",
    multiple=True,
    callback=_named_values,
    help="A parameter that the update sets; others keep their values. Can be given more than once.",
)
@click.option(
    "--deployed-parameter",
    "deployed_parameters",
    metavar="NAME=VALUE",
    multiple=True,
    callback=_named_values,
    help="With --deployed: a parameter's value in the stack, if not the default. Can be given more than once.",
)
@click.option(
    "--tag",
    "tags",
    metavar="NAME=VALUE",
    multiple=True,
    callback=_named_values,
    help="A tag of the stack that the update sets, as `cdk deploy --tags` does; they take the place of all that the "
    "stack and a cdk.out have. Can be given more than once.",
)
@click.option(
    "--deployed-tag",
    "deployed_tags",
    metavar="NAME=VALUE",
    multiple=True,
    callback=_named_values,
    help="With --deployed: a tag that the stack has. Can be given more than once.",
)
@format_options(text="For people", json="for programs", markdown="for a comment on a pull request")
@click.option(
    "--write-steps",
    metavar="FOLDER",
    help="For a refused update: write the templates of the steps to take instead, as step-1.template.json and so on.",
)
@max_size_option
@click.option("--no-lint", is_flag=True, help="Leave out what `lint` finds: its errors in NEW refuse the update.")
@click.pass_context
def command(
    context: click.Context,
    new: str,
    deployed: str | None,
    stack: str | None,
    region: str | None,
    profile: str | None,
    change_set: bool,
    template: str | None,
    parameters: dict[str, str],
    deployed_parameters: dict[str, str],
    tags: dict[str, str],
    deployed_tags: dict[str, str],
    format: str,
    write_steps: str | None,
    no_lint: bool,
) -> None:
    """Say what an update will do: a deployment by CodeDeploy or by ECS, an update in place, nothing, or fail.

    NEW is the new template (JSON, or YAML with CloudFormation's short tags such as !Ref), a cdk.out folder, or - for
    standard input. It is compared with what is deployed: a template as it was submitted (the stage Original of
    GetTemplate), another cdk.out folder, whose templates are paired by name, or a stack in AWS.

    Lists the changed resources, and which changes replace them. If CloudFormation will refuse the update, because the
    application changes together with something else, it names the steps to take instead.
    """
    _check_options(new, deployed, stack, region, profile, change_set, template, deployed_parameters, deployed_tags)
    if stack:
        from ..console import progress
        from .stack import predict_stack

        with progress(printable("")) as tell:
            predictions = predict_stack(
                stack,
                new,
                region=region,
                profile=profile,
                chosen=template,
                given=parameters,
                given_tags=tags,
                lint=not no_lint,
                with_change_set=change_set,
                tell=lambda sentence: tell(printable(sentence)),
            )
    else:
        from .report import compare

        predictions = compare(
            deployed or "",
            new,
            template,
            deployed_parameters,
            parameters,
            stack_tags=deployed_tags,
            given_tags=tags,
            lint=not no_lint,
        )
    try:
        _show(predictions, format, hint=not write_steps)
    except BaseException as error:
        for problem in predictions.problems:  # such as a change set that is left behind
            error.add_note(problem)
        raise
    problems = [*predictions.problems, *(_write_steps(predictions, write_steps) if write_steps else [])]
    complain(*problems)
    context.exit(2 if problems else predictions.exit_code)


def _check_options(
    new: str,
    deployed: str | None,
    stack: str | None,
    region: str | None,
    profile: str | None,
    change_set: bool,
    template: str | None,
    deployed_parameters: dict[str, str],
    deployed_tags: dict[str, str],
) -> None:
    """Refuse options that don't go together."""
    if bool(deployed) == bool(stack):
        raise click.UsageError("Say what is deployed: either --deployed OLD or --stack NAME.")
    for option, given in (("--region", region), ("--profile", profile), ("--change-set", change_set)):
        if given and not stack:
            raise click.UsageError(f"{option} goes with --stack: without it, AWS is not asked.")
    for option, values in (("--deployed-parameter", deployed_parameters), ("--deployed-tag", deployed_tags)):
        if values and stack:
            raise click.UsageError(f"{option} goes with --deployed: with --stack, the values are read.")
    if template and not any(os.path.isdir(path) for path in (new, deployed) if path):
        raise click.UsageError("--template names a template in a cdk.out folder, and there is no folder.")


def _show(predictions: Predictions, format: str, *, hint: bool) -> None:
    if format == "text":
        from .screen import show

        show(predictions, hint=hint)
    else:
        from .formats import FORMATS

        say(*FORMATS[format](predictions))
    for note in predictions.notes:
        say(printable(note), stderr=True)


def _write_steps(predictions: Predictions, folder: str) -> Iterator[str]:
    """Write the templates of the steps; tell what keeps that from working."""
    plans = [one for one in predictions.stacks if one.prediction.steps]
    if len(plans) > 1:
        yield f"{folder}: nothing is written, because {len(plans)} stacks have steps: name one with --template"
    elif not plans:
        reason = "the update is not refused, or can't be done in steps"
        say(printable(f"{folder}: nothing is written: {reason}."), stderr=True)
    else:
        import json

        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            yield f"{folder}: can't be made: {(error.strerror or str(error)).lower()}"
            return
        for number, step in enumerate(plans[0].prediction.steps, 1):
            file = str(Path(folder) / f"step-{number}.template.json")
            if problems := [*write(file, f"{json.dumps(step.template, indent=1)}\n".encode())]:
                yield from problems
                return
            say(printable(f"{file} is the template of step {number}."), stderr=True)
