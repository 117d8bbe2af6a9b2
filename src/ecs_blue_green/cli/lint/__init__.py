"""``ecs-blue-green lint``: find what CloudFormation would refuse."""

from __future__ import annotations

import click

from ..errors import complain
from ..options import format_options, max_size_option
from ..terminal import say

# What needs time to import is imported by whoever needs it: `--help` answers at once.


@click.command(
    epilog="""\
\b
Examples:
  ecs-blue-green lint cdk.out                           # a whole app
  ecs-blue-green lint service.yaml network.json         # templates
  ecs-blue-green lint --strict --format github cdk.out  # in a GitHub workflow
  aws cloudformation get-template --stack-name Shop --query TemplateBody \\
    | ecs-blue-green lint -                             # what is deployed

\b
Exit codes:
  0  nothing that will fail; with --strict, no finding at all
  1  findings
  2  something can't be read, or the command line is wrong
""",
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@format_options(
    text="For people",
    json="for programs",
    github="as annotations of a GitHub workflow",
    sarif="for code scanning",
)
@max_size_option
@click.option("--strict", is_flag=True, help="Fail for warnings as well.")
@click.pass_context
def command(context: click.Context, paths: tuple[str, ...], format: str, strict: bool) -> None:
    """Find what CloudFormation, the blue/green hook or ECS would refuse, minutes into a deployment.

    PATH is a template (JSON, or YAML with CloudFormation's short tags such as !Ref), a cdk.out folder with all its
    templates and stages, or - for standard input. Templates with neither the AWS::CodeDeploy::BlueGreen hook, the
    AWS::CodeDeployBlueGreen transform, nor a service with the strategy BLUE_GREEN, LINEAR or CANARY have no findings.

    An error is documented or reported to fail; a warning is inferred in part, or contradicted.
    """
    from .report import check

    report = check(paths)
    if format != "text":
        from .formats import FORMATS

        say(*FORMATS[format](report))
    elif report.templates:
        from .screen import show

        show(report)
    complain(*map(str, report.unreadable))
    context.exit(report.exit_code(strict=strict))
