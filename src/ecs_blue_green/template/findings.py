"""What a check says about a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

# Within the repository, whose address is not settled yet.
RULES_PAGE = "docs/rules.md"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A defect of a template.

    Attributes:
        rule: Id of the rule, such as ``nested-stack``; it stays the same from release to release.
        severity: ``error`` for what AWS documents, or users reported, as failing; ``warning`` for what is inferred, or
            what sources contradict each other about.
        logical_id: What it is about: a resource, a parameter, an output or the hook; empty for the whole template.
        message: What will happen, why that is thought (documented, reported or inferred; the rules of
            ``docs/hook-rules.md``), and what to do.
        help: Place of the rule's explanation, with an example of the mistake and its mend.
    """

    rule: str
    severity: Severity
    logical_id: str
    message: str
    help: str
