"""What `lint` found in several templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...template.findings import Finding
from ...template.rules import lint, looks_at
from ..templates import TemplateFile, UnreadableError, read_templates


@dataclass(frozen=True, kw_only=True, slots=True)
class LintReport:
    """What was found.

    Attributes:
        templates: The templates, and what was found in each.
        unreadable: What could not be read.
    """

    templates: Sequence[tuple[TemplateFile, Sequence[Finding]]]
    unreadable: Sequence[UnreadableError]

    def findings(self) -> Iterator[tuple[TemplateFile, Finding]]:
        """List all findings, each with its template."""
        return ((template, finding) for template, findings in self.templates for finding in findings)

    def exit_code(self, *, strict: bool) -> int:
        """Tell how the command ends.

        Args:
            strict: Whether warnings count as errors do.
        """
        if self.unreadable:
            return 2
        return int(any(strict or finding.severity == "error" for _, finding in self.findings()))

    def summary(self) -> str:
        """Say it in a line; templates that nothing was found in are counted, and stand nowhere else."""
        number = sum(looks_at(template.content) for template, _ in self.templates)
        checked = f"{_count(len(self.templates), 'template')}, {number or 'none'} with blue/green deployments"
        severities = Counter(finding.severity for _, finding in self.findings())
        found = [_count(severities[name], name) for name in ("error", "warning") if severities[name]]
        if not found:
            return f"{checked}: {'no findings' if number else 'nothing to check'}"
        clean = sum(not findings for _, findings in self.templates)
        return f"{checked}: {', '.join(found)}{f'; {clean} without findings' if clean else ''}"


def check(paths: Iterable[str]) -> LintReport:
    """Read templates, and find what is wrong with them.

    Args:
        paths: TemplateFile files, cdk.out folders, ``-`` for standard input.
    """
    templates, unreadable = read_templates(paths)
    findings = [lint(template.content, nested=template.is_nested) for template in templates]
    return LintReport(templates=[*zip(templates, findings, strict=True)], unreadable=unreadable)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
