"""What `lint` found in several templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...template import model
from ...template.findings import Finding
from ...template.rules import lint
from ..templates import Template, UnreadableError, read_templates


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What was found.

    Attributes:
        templates: The templates, and what was found in each.
        unreadable: What could not be read.
    """

    templates: Sequence[tuple[Template, Sequence[Finding]]]
    unreadable: Sequence[UnreadableError]

    def findings(self) -> Iterator[tuple[Template, Finding]]:
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
        """Say it in a line."""
        hooks = sum(model.Template(template.content).is_blue_green for template, _ in self.templates)
        checked = f"{_count(len(self.templates), 'template')}, {hooks or 'none'} with a blue/green hook"
        severities = Counter(finding.severity for _, finding in self.findings())
        found = [_count(severities[name], name) for name in ("error", "warning") if severities[name]]
        return f"{checked}: {', '.join(found) or ('no findings' if hooks else 'nothing to check')}"


def check(paths: Iterable[str]) -> Report:
    """Read templates, and find what is wrong with them.

    Args:
        paths: Template files, cdk.out folders, ``-`` for standard input.
    """
    templates, unreadable = read_templates(paths)
    findings = [lint(template.content, nested=template.is_nested) for template in templates]
    return Report(templates=[*zip(templates, findings, strict=True)], unreadable=unreadable)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
