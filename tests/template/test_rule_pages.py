"""Each rule has a page, with a mistake that the rule finds and a fix that no rule minds; docs/rules.md lists them."""

import copy
import re
from typing import Any

import aws_cdk as cdk
import pytest
import yaml

from ecs_blue_green.template.rules import RULES, example_of, lint
from tests.support import ROOT, Template

PAGES = ROOT / "src/ecs_blue_green/template/rules/pages"
INDEX = (ROOT / "docs/rules.md").read_text()


def changed(template: Any, excerpt: Any) -> Any:
    """Change what an excerpt shows, and keep the rest (RFC 7396)."""
    if not isinstance(excerpt, dict):
        return excerpt
    merged = dict(template) if isinstance(template, dict) else {}
    for name, value in excerpt.items():
        merged.pop(name, None) if value is None else merged.update({name: changed(merged.get(name), value)})
    return merged


def template_of(id: str) -> Template:
    """The template that a rule's excerpts are parts of."""
    content: Template = yaml.safe_load(example_of(RULES[id]).read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("id", ["module", "native-controller", "native-capacity"])
def test_template_has_no_findings(id: str) -> None:
    assert lint(template_of(id)) == []


def test_there_is_a_page_for_every_rule_and_no_other() -> None:
    assert sorted(path.name for path in PAGES.iterdir()) == sorted(f"{id}.md" for id in RULES)


@pytest.mark.parametrize("id", RULES)
def test_page_says_what_the_rule_has_why_a_mistake_its_fix_and_the_evidence(id: str) -> None:
    rule = RULES[id]
    heading, head, why, *parts = rule.page.split("\n\n")
    assert heading == f"# {id}"
    assert head.replace("\n", " ") == f"**Severity: {rule.severity}.** {rule.title}. ({rule.basis})"
    assert why.endswith(".")
    assert [part for part in parts if part.startswith("#")] == ["## Mistake", "## Fix", "## Evidence"]
    evidence = parts[-1]
    assert re.fullmatch(r"[A-Z][^#]+\.\n", evidence)
    assert ("inferred" in evidence) == ("inferred" in rule.evidence)
    assert ("Against that" in evidence) == ("contradicted" in rule.evidence)


@pytest.mark.parametrize("id", RULES)
def test_mistake_is_found_and_its_fix_is_not(id: str) -> None:
    template = template_of(id)
    blocks = re.findall(r"^```yaml\n(.*?)^```$", RULES[id].page, re.MULTILINE | re.DOTALL)
    mistake, fix = [yaml.safe_load(block) for block in blocks]
    findings = lint(changed(template, mistake))
    assert id in {finding.rule for finding in findings}
    if id not in {"second-service", "native-beside-hook"}:  # they leave out what belongs to the other service
        assert {finding.rule for finding in findings if finding.severity == "error"} <= {id}
    assert lint(changed(template, fix)) == []


class L1:
    """An L1 construct of a template, as far as the pages' repairs in Python use it."""

    def __init__(self, id: str, body: Template) -> None:
        self.ref, self.attr_arn = {"Ref": id}, {"Fn::GetAtt": [id, "Arn"]}
        self.id, self.body = id, body

    def add_property_override(self, path: str, value: Any) -> None:
        *outer, last = path.split(".")
        place: Any = self.body["Properties"]
        for name in outer:
            place = place[int(name)] if isinstance(place, list) else place.setdefault(name, {})
        place[int(last) if isinstance(place, list) else last] = value

    def add_property_deletion_override(self, path: str) -> None:
        outer, _, last = path.rpartition(".")
        place: Any = self.body["Properties"]
        for name in outer.split(".") if outer else ():
            place = place[int(name)] if isinstance(place, list) else place[name]
        del place[last]

    def add_dependency(self, other: "L1") -> None:
        self.body["DependsOn"] = [other.id]


# Whose repair is of the stack, or of an L2 construct.
OTHERWISE = {"native-beside-hook", "native-mixed-hook", "native-scaling-metric"}


@pytest.mark.parametrize("id", [id for id in RULES if id.startswith("native-")])
def test_repair_in_python_is_the_fix(id: str) -> None:
    mistake, fix = re.findall(r"^```yaml\n(.*?)^```$", RULES[id].page, re.MULTILINE | re.DOTALL)
    (code,) = re.findall(r"^```python\n(.*?)^```$", RULES[id].page, re.MULTILINE | re.DOTALL)
    repair = compile(code, id, "exec")
    if id in OTHERWISE:
        return
    template = changed(template_of(id), yaml.safe_load(mistake))
    fixed = changed(template_of(id), yaml.safe_load(fix))
    template = copy.deepcopy({**template, "Resources": {**fixed["Resources"], **template["Resources"]}})
    assert id in {finding.rule for finding in lint(template)}
    names = {re.sub(r"(?<=[a-z])([A-Z])", r"_\1", id).lower(): id for id in template["Resources"]}
    exec(repair, {name: L1(id, template["Resources"][id]) for name, id in names.items()})
    assert lint(template) == []


def test_repairs_use_methods_of_cdk() -> None:
    for name in ("add_property_override", "add_property_deletion_override", "add_dependency", "ref"):
        assert hasattr(L1("Id", {}), name)
        assert hasattr(cdk.CfnResource, name)


def test_index_lists_every_rule_with_its_page() -> None:
    rows = re.findall(r"^\| \[.+$", INDEX, re.MULTILINE)
    assert rows == [
        f"| [{id}](../src/ecs_blue_green/template/rules/pages/{id}.md) | {rule.severity} | {rule.title} | "
        f"{rule.basis} |"
        for id, rule in RULES.items()
    ]


@pytest.mark.parametrize("evidence", ["documented", "reported", "inferred", "contradicted"])
def test_index_explains_evidence(evidence: str) -> None:
    assert f"- **{evidence}**: " in INDEX


def test_what_a_rule_rests_on_is_explained() -> None:
    pages = "".join((ROOT / f"docs/{name}-rules.md").read_text() for name in ("hook", "native"))
    explained = {*re.findall(r"^\| (N?[A-Z]\d+) \|", pages, re.MULTILINE)}
    assert {id for rule in RULES.values() for id in rule.rests_on} <= explained
