"""What `lint` found, for people: on a terminal grouped and in colours, elsewhere a line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from rich.padding import Padding
from rich.text import Text

from ...template.findings import Finding
from ..templates import TemplateFile
from ..terminal import open_console, printable
from .report import LintReport

if TYPE_CHECKING:
    from rich.console import Console

_COLOURS = {"error": "bold red", "warning": "bold yellow"}


def show(report: LintReport) -> None:
    """Print what was found to standard output."""
    console = open_console()
    if console.is_terminal:
        for template, findings in report.templates:
            if findings:
                _show_group(console, template, findings)
        console.print(Text(report.summary(), style="bold"))
    else:
        for template, finding in report.findings():
            head = " ".join([f"{template.path}: {finding.severity} {finding.rule}", *_about(template, finding)])
            click.echo(printable(f"{head}: {finding.message} See `{finding.help}`"))
        click.echo(report.summary(), err=True)


def _show_group(console: Console, template: TemplateFile, findings: Sequence[Finding]) -> None:
    console.print(Text(printable(template.path), style="bold underline"), "", sep="\n", soft_wrap=True)
    for finding in findings:
        styles = ("cyan", "dim")
        about = [(printable(part), style) for part, style in zip(_about(template, finding), styles, strict=False)]
        head = Text.assemble("  ", (finding.severity, _COLOURS[finding.severity]), " ", (finding.rule, "bold"))
        console.print(head)
        for text in (Text(" ").join(Text(*part) for part in about), Text(printable(finding.message))):
            if text:
                console.print(Padding(text, (0, 0, 0, 4), expand=False))
        # In one piece, so that a terminal makes a link of it.
        console.print(Text(f"    {finding.help}", style="dim"), "", sep="\n", soft_wrap=True)


def _about(template: TemplateFile, finding: Finding) -> list[str]:
    """Name what a finding is about: its logical id, and the construct's path in brackets, as far as there are."""
    path = template.construct_paths.get(finding.logical_id)
    return [part for part in (finding.logical_id, f"({path})" if path else "") if part]
