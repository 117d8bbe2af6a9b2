"""The rules about templates that deploy blue/green, as far as a template alone can break them.

They come in families: ``codedeploy`` for CloudFormation's hook, ``native`` for ECS's own deployments. ``pages``
explains each rule, with a mistake and its fix, both excerpts of its family's example.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from typing import Any

from ..findings import Finding
from ..model import Template
from . import codedeploy, native
from .rule import Rule

__all__ = ["RULES", "Rule", "example_of", "lint", "looks_at", "nearest_rule"]

_FAMILIES = (codedeploy.FAMILY, *native.FAMILIES)

# Every rule by its id.
RULES: Mapping[str, Rule] = {rule.id: rule for family in _FAMILIES for rule in family.rules}


def nearest_rule(id: str) -> str | None:
    """Give the id of a rule that is written much like another text; None if there is none."""
    return next(iter(get_close_matches(id, RULES, n=1)), None)


def example_of(rule: Rule) -> Traversable:
    """Give the template that the examples on a rule's page are excerpts of."""
    return next(family.example for family in _FAMILIES if rule in family.rules)


def looks_at(template: object) -> bool:
    """Tell whether there is anything in a template that rules look at."""
    view = Template(template)
    return any(True for family in _FAMILIES for _ in family.parts(view))


def lint(template: object, *, nested: bool = False, parameters: Mapping[str, Any] | None = None) -> list[Finding]:
    """Find what CloudFormation, the hook or ECS would refuse in a template, or what would go wrong in a deployment.

    Args:
        template: A template as JSON or YAML has it; any other value has no findings.
        nested: Whether it is the template of a nested stack, which it can't tell by itself.
        parameters: The known values of the template's parameters by name; None for their defaults.

    Returns:
        The findings, errors first, then by logical id and rule; none for a template with neither the hook, its
        transform, nor a service that ECS deploys blue/green, linear or canary.

    Raises:
        ValueError: If something in it holds itself, or it is much too large.
    """
    return findings_of(Template(template, nested=nested, parameters=parameters))


def findings_of(view: Template) -> list[Finding]:
    """Find the same in a template that is read already."""
    findings = {
        finding
        for family in _FAMILIES
        for part in family.parts(view)
        for rule in family.rules
        for finding in rule.findings(part)
    }
    return sorted(findings, key=lambda finding: (finding.severity, finding.logical_id, finding.rule, finding.message))
