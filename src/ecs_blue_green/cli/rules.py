"""``ecs-blue-green rules``: list the rules of ``lint``."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """List the rules of `lint`: severity, id and what each asks for."""
    from ..template.findings import RULES_PAGE
    from ..template.rules import RULES

    width = max(map(len, RULES))
    for rule in RULES.values():
        click.echo(f"{rule.severity:<7}  {rule.id:<{width}}  {rule.title}")
    click.echo(f"\nEach with an example of the mistake and its mend: {RULES_PAGE}")
