"""The rules about templates, as a plugin of CDK's validation at synth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

import jsii
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
    Validations,
)
from constructs import IConstruct

from .release import release
from .template.native_facts import SHIFTING_STRATEGIES

if TYPE_CHECKING:
    from .template.construct_paths import Assembly

# A finding is acknowledged as `ecs-blue-green::` and the id of its rule.
PLUGIN_NAME = "ecs-blue-green"


@jsii.implements(IPolicyValidationPlugin)
class RulesPlugin:
    """Checks all templates of an app, those of other people's hooks and of nested stacks too."""

    @property
    def name(self) -> str:
        """What acknowledgements name it by."""
        return PLUGIN_NAME

    @property
    def version(self) -> str:
        """That of this package."""
        return release()

    @property
    def rule_ids(self) -> list[str]:
        """All rules that there are."""
        from .template.rules import RULES  # loaded only where templates are validated

        return [*RULES]

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """Find what is wrong with the templates that CDK has just written."""
        assemblies: dict[Path, Assembly] = {}
        violations = [
            violation
            # Not context.stack_templates, of which each property costs a round trip.
            for stack_template in context.template_paths
            for path, nested in _templates(Path(stack_template))
            for violation in _violations(path, assemblies, nested=nested)
        ]
        return PolicyValidationPluginReport(
            success=not any(violation.severity == "error" for violation in violations), violations=violations
        )


# What is in the template of any service that a rule may be about: transform or hook; ECS's own strategies, or what a
# service that ECS deploys in place has for them.
_MARKS = ("AWS::CodeDeploy", *(f'"{strategy}"' for strategy in SHIFTING_STRATEGIES), '"AdvancedConfiguration"')

# One for all apps: CDK runs it once in each, even when it was added twice.
_PLUGIN = RulesPlugin()
_VALIDATED: WeakSet[IConstruct] = WeakSet()


def validate(app: IConstruct | None, validations: Validations | None = None) -> None:
    """Have the rules check an app, all its stages included; a stack of no app is not checked.

    Args:
        app: The app.
        validations: Those of a stack right in the app, which add a plugin to it, and save a round trip.
    """
    if app is not None and app not in _VALIDATED:
        _VALIDATED.add(app)
        (validations or Validations.of(app)).add_plugins(_PLUGIN)


def _templates(path: Path) -> Iterator[tuple[Path, bool]]:
    """List a stack's template, and those of its nested stacks, which are among its assets; tell which are nested."""
    yield path, False
    assets = path.with_name(path.name.removesuffix(".template.json") + ".assets.json")
    if not assets.exists():
        return
    for file in json.loads(assets.read_text(encoding="utf-8")).get("files", {}).values():
        source = file.get("source", {}).get("path", "")
        if source.endswith(".nested.template.json"):
            yield path.with_name(source), True


def _violations(path: Path, assemblies: dict[Path, Assembly], *, nested: bool) -> Iterator[PolicyViolation]:
    from .template.construct_paths import Assembly
    from .template.rules import lint

    text = path.read_text(encoding="utf-8")
    if not any(mark in text for mark in _MARKS):  # parsing takes longer
        return
    template = json.loads(text)
    findings = lint(template, nested=nested)
    resources = template.get("Resources", {})
    # CDK finds the construct of a resource by itself, and only that.
    others = any(finding.logical_id not in resources for finding in findings)
    paths: dict[str, str] = {}
    if others:
        assembly = assemblies.setdefault(path.parent, Assembly(str(path.parent)))
        paths = assembly.construct_paths(path.name, template)
    for finding in findings:
        id = finding.logical_id
        yield PolicyViolation(
            rule_name=finding.rule,
            severity=finding.severity,
            description=finding.message,
            fix=f"See `{finding.help}`",
            violating_resources=[
                PolicyViolatingResource(
                    # At this construct, or one around it, the finding can be acknowledged.
                    construct_path=None if id in resources else paths.get(id) or paths.get(""),
                    resource_logical_id=id or None,
                    template_path=str(path),
                    locations=[],
                )
            ],
        )
