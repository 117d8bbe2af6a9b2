"""The rules about templates with a CodeDeploy blue/green hook, as far as a template alone can break them.

``pages`` explains each, with a mistake and its fix. Both are excerpts of ``example.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib.resources import files
from typing import Any

from ..findings import Finding
from ..model import Template
from . import hook, ids, lifecycle, load_balancing, service, stack, task_set, traffic, transform
from .rule import Rule

__all__ = ["EXAMPLE", "RULES", "Rule", "lint", "nearest_rule"]

_THEMES = (hook, ids, lifecycle, traffic, stack, transform, service, task_set, load_balancing)

# Every rule by its id.
RULES: Mapping[str, Rule] = {
    rule.id: rule for theme in _THEMES for rule in vars(theme).values() if isinstance(rule, Rule)
}

# The template that the examples of all pages are excerpts of: one changes what it shows, and keeps the rest; null takes
# something away, and a list is replaced as a whole.
EXAMPLE = files(__package__).joinpath("example.yaml")


def nearest_rule(id: str) -> str | None:
    """Give the id of a rule that is written much like another text; None if there is none."""
    return next(iter(get_close_matches(id, RULES, n=1)), None)


def lint(template: object, *, nested: bool = False, parameters: Mapping[str, Any] | None = None) -> list[Finding]:
    """Find what CloudFormation or the hook would refuse in a template, or what would go wrong in a deployment.

    Args:
        template: A template as JSON or YAML has it; any other value has no findings.
        nested: Whether it is the template of a nested stack, which it can't tell by itself.
        parameters: The known values of the template's parameters by name; None for their defaults.

    Returns:
        The findings, errors first, then by logical id and rule; none for a template with neither the hook nor the
        transform.

    Raises:
        ValueError: If something in it holds itself, or it is much too large.
    """
    view = Template(template, nested=nested, parameters=parameters)
    if not view.is_blue_green:
        return []
    findings = {finding for rule in RULES.values() for finding in rule.findings(view)}
    return sorted(findings, key=lambda finding: (finding.severity, finding.logical_id, finding.rule, finding.message))
