"""Whether a template breaks a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..checks.caller import caller
from ..errors import InvalidArgumentsError
from ..template.findings import Finding
from ..template.rules import RULES, lint, nearest_rule
from .templates import name_of, read_template

if TYPE_CHECKING:
    from aws_cdk import Stack


def assert_no_findings(stack_or_template: Stack | Mapping[str, Any], *, allow: Mapping[str, str] | None = None) -> None:
    """Assert that a template breaks none of the rules of ``ecs-blue-green lint``: no errors, no warnings.

    The app of one of the two constructs can't be synthesized with an error that it doesn't acknowledge. What it
    acknowledges is found here all the same. A template without blue/green deployments, by the hook or by ECS, breaks
    no rule: ``assert_blue_green`` and ``assert_native_blue_green`` tell whether there is one.

    Args:
        stack_or_template: A stack of an app, or a template.
        allow: Rules whose findings may stay: their ids, each with the reason. None: no rule.

    Raises:
        AssertionError: There are other findings, or a rule is allowed that finds nothing.
        InvalidArgumentsError: It is neither a stack nor a template, or what is allowed is no rule or has no reason.
    """
    __tracebackhide__ = True
    if mistakes := [*_mistakes(allow)]:
        raise InvalidArgumentsError("assert_no_findings", caller(), mistakes)
    allowed = {*(allow or {})}
    template = read_template(stack_or_template, "assert_no_findings")
    nested = not isinstance(stack_or_template, Mapping) and stack_or_template.nested_stack_parent is not None
    found = lint(template, nested=nested)
    unwanted = [finding for finding in found if finding.rule not in allowed]
    stale = sorted(allowed - {finding.rule for finding in found})
    if not unwanted and not stale:
        return
    lines = [in_words(finding) for finding in unwanted]
    if unwanted:
        lines.append(f"Fix this, or allow a rule with the reason: allow={{{unwanted[0].rule!r}: '…'}}")
    if stale:
        lines.append(f"Allowed, but not found any more: {', '.join(stale)}; remove it from allow")
    number = f"{len(unwanted) or 'no'} unwanted finding{'' if len(unwanted) == 1 else 's'}"
    raise AssertionError("\n  ".join([f"{name_of(stack_or_template)} has {number}:", *lines]))


def in_words(finding: Finding) -> str:
    """Say a finding in a line."""
    about = f" {finding.logical_id}" if finding.logical_id else ""
    return f"{finding.severity} {finding.rule}{about}: {finding.message} See `{finding.help}`"


def _mistakes(allow: object) -> Iterator[str]:
    if allow is not None and not isinstance(allow, Mapping):
        yield f"allow must be a dict of the ids of rules, each with the reason, got {allow!r}"
        return
    for rule, reason in (allow or {}).items():
        if rule not in RULES:
            nearest = nearest_rule(str(rule))
            advice = f"did you mean {nearest!r}?" if nearest else "`ecs-blue-green rules` lists them"
            yield f"allow must name rules, got {rule!r}; {advice}"
        elif not isinstance(reason, str) or not reason.strip():
            yield f"allow must say why the findings of {rule!r} may stay, got {reason!r}"
