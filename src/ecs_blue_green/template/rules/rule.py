"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..findings import RULES_PAGE, Finding, Severity
from ..model import Template

# What a rule finds: the logical id that it is about, and what to say of it.
Found = Iterable[tuple[str, str]]
Check = Callable[[Template], Found]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule about templates.

    Attributes:
        id: Its name, which stays the same from release to release.
        severity: How bad its findings are.
        title: What it asks for, in a line.
        check: Finds what breaks it.
    """

    id: str
    severity: Severity
    title: str
    check: Check

    @property
    def help(self) -> str:
        """Address of its explanation."""
        return f"{RULES_PAGE}#{self.id}"

    def findings(self, template: Template) -> list[Finding]:
        """Find what breaks it in a template."""
        return [
            Finding(rule=self.id, severity=self.severity, logical_id=logical_id, message=message, help=self.help)
            for logical_id, message in self.check(template)
        ]


def error(check: Check) -> Rule:
    """Make a function a rule against what is documented or reported to fail."""
    return _rule(check, "error")


def warning(check: Check) -> Rule:
    """Make a function a rule against what is inferred to fail, or contradicted."""
    return _rule(check, "warning")


def _rule(check: Check, severity: Severity) -> Rule:
    """Make a rule: the function's name becomes its id, and its docstring its title."""
    id = check.__name__.replace("_", "-")
    return Rule(id=id, severity=severity, title=(check.__doc__ or id).rstrip("."), check=check)
