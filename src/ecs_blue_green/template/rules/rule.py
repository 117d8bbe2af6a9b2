"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import ModuleType
from typing import Any, Literal

from ..findings import Evidence, Finding, Severity
from ..model import Template

# Which updates fail for an error.
Fails = Literal["every update", "green deployment", "later"]

# What a rule finds: the logical id that it is about, and what to say of it.
Found = Iterable[tuple[str, str]]
# It takes what the rule's family looks at: the template, or a part of it.
Check = Callable[[Any], Found]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule about templates.

    Attributes:
        id: Its name, which stays the same from release to release.
        title: What it asks for, in a line.
        evidence: Where each step of the argument from the mistake to its harm is known from: ``documented``, AWS
            requires it otherwise, or says that it fails; ``reported``, people who ran it say so; ``inferred``, the step
            is ours; ``contradicted``, other sources show it working. That something will happen later, which the
            template does not show, is a step too.
        rests_on: The rules of ``docs/hook-rules.md`` that these steps come from; those that begin with N are of
            ``docs/native-rules.md``.
        fails: Which updates fail for an error. ``every update``: it is in what CloudFormation reads before it looks for
            what changes, as the transform runs with every update: whether the template is one at all, the transform,
            the section Hooks, the parameters. ``green deployment``: it shows when tasks are replaced, listeners moved
            or the rest of the template looked at. ``later``: it fails an update to come, and no other.
        check: Finds what breaks it in what its family looks at.
    """

    id: str
    title: str
    evidence: tuple[Evidence, ...]
    rests_on: tuple[str, ...]
    fails: Fails
    check: Check

    @property
    def severity(self) -> Severity:
        """How bad its findings are: as sure as the weakest step of their argument.

        An ``error`` when every step is documented or reported; a ``warning`` when one is inferred or contradicted.
        """
        return "error" if {"documented", "reported"}.issuperset(self.evidence) else "warning"

    @property
    def basis(self) -> str:
        """Evidence and what it rests on, as the end of each message has it."""
        return f"{' and '.join(self.evidence)}: {', '.join(self.rests_on)}"

    @property
    def help(self) -> str:
        """The command that prints its page."""
        return f"ecs-blue-green rules {self.id}"

    @property
    def page(self) -> str:
        """Its explanation in Markdown: why, a mistake, the fix, and the evidence."""
        return files(__package__).joinpath("pages", f"{self.id}.md").read_text(encoding="utf-8")

    def findings(self, part: object) -> list[Finding]:
        """Find what breaks it in what its family looks at."""
        return [
            Finding(
                rule=self.id,
                severity=self.severity,
                logical_id=logical_id,
                message=f"{message} ({self.basis})",
                evidence=self.evidence,
                rests_on=self.rests_on,
                help=self.help,
            )
            for logical_id, message in self.check(part)
        ]


def rule(*evidence: Evidence, rests_on: tuple[str, ...], fails: Fails = "green deployment") -> Callable[[Check], Rule]:
    """Make a function a rule: its name becomes the id, and its docstring the title.

    Args:
        evidence: Where it is known from.
        rests_on: The rules of ``docs/hook-rules.md`` or ``docs/native-rules.md`` behind it.
        fails: Which updates fail for an error.
    """

    def make(check: Check) -> Rule:
        id = check.__name__.replace("_", "-")
        title = (check.__doc__ or id).rstrip(".")
        return Rule(id=id, title=title, evidence=evidence, rests_on=rests_on, fails=fails, check=check)

    return make


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """Rules that look at the same parts of a template, and have nothing to say where it has none of them.

    Attributes:
        parts: What they look at in a template, each for itself.
        rules: The rules.
        example: The template that the examples of their pages are excerpts of: one changes what it shows, and keeps the
            rest; null takes something away, and a list is replaced as a whole.
    """

    parts: Callable[[Template], Iterable[object]]
    rules: tuple[Rule, ...]
    example: Traversable

    @classmethod
    def of(cls, *themes: ModuleType, parts: Callable[[Template], Iterable[object]], example: Traversable) -> Family:
        """Gather the rules of some modules, in their order.

        Args:
            themes: The modules.
            parts: What the rules look at in a template.
            example: The template of their pages' examples.
        """
        rules = tuple(rule for theme in themes for rule in vars(theme).values() if isinstance(rule, Rule))
        return cls(parts=parts, rules=rules, example=example)
