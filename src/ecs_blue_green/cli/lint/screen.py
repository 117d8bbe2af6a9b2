"""What `lint` found, for people: on a terminal grouped and in colours, elsewhere a line each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.padding import Padding

from ...template.findings import Finding
from ..console import Line, Screen, open_console
from ..templates import TemplateFile
from ..terminal import printable, say
from .report import LintReport

_COLOURS = {"error": "bold red", "warning": "bold yellow"}


def show(report: LintReport) -> None:
    """Print what was found to standard output."""
    console = open_console()
    if console.is_terminal:
        for template, findings in report.templates:
            if findings:
                _show_group(console, template, findings)
        console.show(Line(report.summary(), style="bold"))
    else:
        for template, finding in report.findings():
            about = filter(None, _about(template, finding))
            head = " ".join([f"{template.path}: {finding.severity} {finding.rule}", *about])
            say(printable(f"{head}: {finding.message} See `{finding.help}`"))
        say(printable(report.summary()), stderr=True)


def _show_group(console: Screen, template: TemplateFile, findings: Sequence[Finding]) -> None:
    console.show(Line(template.path, style="bold underline"), Line(), soft_wrap=True)
    for finding in findings:
        logical_id, path = _about(template, finding)
        console.show(Line("  ", (finding.severity, _COLOURS[finding.severity]), " ", (finding.rule, "bold")))
        for line in (Line((logical_id, "cyan"), " " * bool(path), (path, "dim")), Line(finding.message)):
            if line:
                console.show(Padding(line, (0, 0, 0, 4), expand=False))
        # In one piece, so that a terminal makes a link of it.
        console.show(Line(f"    {finding.help}", style="dim"), Line(), soft_wrap=True)


def _about(template: TemplateFile, finding: Finding) -> tuple[str, str]:
    """Give a finding's logical id, and its construct's path in brackets; what there is not is empty."""
    path = template.construct_paths.get(finding.logical_id)
    return finding.logical_id, f"({path})" if path else ""
