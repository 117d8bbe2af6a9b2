"""What a check says about a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
Evidence = Literal["documented", "reported", "inferred", "contradicted"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A defect of a template.

    Attributes:
        rule: Id of the rule, such as ``nested-stack``; it stays the same from release to release.
        severity: ``error`` or ``warning``, as ``Rule.severity`` defines it.
        logical_id: What it is about: a resource, a parameter, an output or the hook; empty for the whole template.
        message: What will happen, what to do, and in brackets evidence and ``rests_on``.
        evidence: Where it is known from.
        rests_on: The rules of ``docs/hook-rules.md`` that it rests on; those that begin with N are of
            ``docs/native-rules.md``.
        help: The command that explains the rule, with an example of the mistake and its fix.
    """

    rule: str
    severity: Severity
    logical_id: str
    message: str
    evidence: tuple[Evidence, ...]
    rests_on: tuple[str, ...]
    help: str
