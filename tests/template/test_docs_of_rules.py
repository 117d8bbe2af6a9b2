"""docs/rules.md explains every rule, with a mistake that the rule finds and a mend that no rule minds."""

import copy
import re
from typing import Any

import pytest
import yaml

from ecs_blue_green.template.rules import RULES, lint
from tests.support import ROOT, Template

PAGE = (ROOT / "docs/rules.md").read_text()
ENTRIES = {entry.partition("\n")[0]: entry for entry in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]}


def excerpts(text: str) -> list[Any]:
    return [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def changed(template: Any, excerpt: Any) -> Any:
    """Change what an excerpt shows, and keep the rest (RFC 7396)."""
    if not isinstance(excerpt, dict):
        return excerpt
    merged = dict(template) if isinstance(template, dict) else {}
    for name, value in excerpt.items():
        merged.pop(name, None) if value is None else merged.update({name: changed(merged.get(name), value)})
    return merged


@pytest.fixture
def template() -> Template:
    """The template that all excerpts are parts of."""
    first: Template = excerpts(PAGE)[0]
    return copy.deepcopy(first)


def test_template_has_no_findings(template: Template) -> None:
    assert lint(template) == []


def test_every_rule_has_an_entry() -> None:
    assert sorted(ENTRIES) == sorted(RULES)


@pytest.mark.parametrize("id", RULES)
def test_mistake_is_found_and_its_mend_is_not(id: str, template: Template) -> None:
    mistake, mend = excerpts(ENTRIES[id])
    findings = lint(changed(template, mistake))
    assert id in {finding.rule for finding in findings}
    if id != "second-service":  # whose example leaves out what belongs to the second service
        assert {finding.rule for finding in findings if finding.severity == "error"} <= {id}
    assert lint(changed(template, mend)) == []


@pytest.mark.parametrize("id", RULES)
def test_entry_says_severity_and_title(id: str) -> None:
    assert f"**{RULES[id].severity.capitalize()}**: {RULES[id].title}.\n" in ENTRIES[id]
