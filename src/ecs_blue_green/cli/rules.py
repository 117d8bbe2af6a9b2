"""``ecs-blue-green rules``: list the rules of ``lint``, or explain one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from .options import format_options
from .terminal import Printable, json_lines, printable, say

if TYPE_CHECKING:
    from ..template.rules import Rule

_ABOUT_EXAMPLES = """\
Mistake and fix are excerpts of the template that `ecs-blue-green rules {id} --example` prints:
an excerpt changes what it shows, and keeps the rest; `null` takes something away, and a list is replaced as a whole.
"""
_COLOURS = {"error": "bold red", "warning": "bold yellow"}


def _known(context: click.Context, parameter: click.Parameter, id: str | None) -> Rule | None:
    if id is None:
        return None
    from ..template.rules import RULES, nearest_rule

    if id in RULES:
        return RULES[id]
    nearest = nearest_rule(id)
    raise click.UsageError(
        f"There is no rule {id!r}. "
        + (f"Did you mean {nearest!r}?" if nearest else "`ecs-blue-green rules` lists the rules.")
    )


@click.command(
    epilog="""\
\b
Examples:
  ecs-blue-green rules                   # all rules, each in a line
  ecs-blue-green rules module            # why, a mistake, its fix, evidence
  ecs-blue-green rules module --example  # the template of its examples

\b
Exit codes:
  0  printed
  2  there is no such rule, or the command line is wrong
""",
)
@click.argument("rule", metavar="[RULE]", required=False, callback=_known)
@click.option("--example", is_flag=True, help="Print the template of RULE's examples.")
@format_options(text="For people", json="for programs, with the pages in Markdown")
def command(rule: Rule | None, example: bool, format: str) -> None:
    """List the rules of `lint`, or explain one.

    Without RULE: severity and id of each rule, what it asks for, and where it is known from. With it: the rule's page.

    An error is documented or reported to fail; a warning is inferred in part, or contradicted.
    """
    from ..template.rules import RULES, example_of

    if example:
        if not rule or format != "text":
            raise click.UsageError("--example needs a RULE, and no format: it prints the template of its examples.")
        say(*map(printable, example_of(rule).read_text(encoding="utf-8").splitlines()))
    elif format == "json":
        say(*_as_json([rule] if rule else RULES.values()))
    elif rule:
        _explain(rule)
    else:
        _list(RULES.values())


def _as_json(rules: Iterable[Rule]) -> list[Printable]:
    listed = [
        {
            "id": rule.id,
            "severity": rule.severity,
            "title": rule.title,
            "evidence": rule.evidence,
            "rests_on": rule.rests_on,
            "page": rule.page,
        }
        for rule in rules
    ]
    return json_lines({"rules": listed})


def _explain(rule: Rule) -> None:
    from .console import open_console

    page = f"{rule.page}\n{_ABOUT_EXAMPLES.format(id=rule.id)}"
    console = open_console()
    if not console.is_terminal:
        say(*map(printable, page.splitlines()))
        return
    console.show_page(page)


def _list(rules: Iterable[Rule]) -> None:
    from rich.console import Group
    from rich.table import Table

    from .console import Line, open_console

    console = open_console()
    if console.is_terminal:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for rule in rules:
            about = Group(Line((rule.id, "bold")), Line(rule.title, " ", (f"({rule.basis})", "dim")))
            table.add_row(Line((rule.severity, _COLOURS[rule.severity])), about)
        console.show(table)
    else:
        listed = [*rules]
        width = max(len(rule.id) for rule in listed)
        for rule in listed:
            say(printable(f"{rule.severity:<7}  {rule.id:<{width}}  {rule.title} ({rule.basis})"))
    hint = printable("`ecs-blue-green rules RULE` explains one, with a mistake and its fix.")
    say(printable(""), hint, stderr=True)
