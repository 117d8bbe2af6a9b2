"""Small templates, each with one thing in it that a real one had, and the right answers of the commands.

``cases/base.yaml`` has no findings. It is what is deployed, unless there is a template ``…-old.yaml``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import invoke

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True, kw_only=True)
class Lint:
    """What `lint` finds.

    Attributes:
        errors: The ids of the rules that are broken.
        warnings: Likewise.
        said: Patterns of what the messages say.
        unsaid: What none of them says.
    """

    errors: frozenset[str] = frozenset()
    warnings: frozenset[str] = frozenset()
    said: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()

    def check(self, file: Path) -> None:
        result = invoke("lint", "--json", str(file))
        findings = json.loads(result.stdout)["findings"]
        for severity, rules in (("error", self.errors), ("warning", self.warnings)):
            assert {one["rule"] for one in findings if one["severity"] == severity} == rules
        assert result.exit_code == bool(self.errors)
        messages = "\n".join(one["message"] for one in findings)
        assert all(re.search(pattern, messages) for pattern in self.said)
        assert not any(words in messages for words in self.unsaid)


@dataclass(frozen=True, kw_only=True)
class Predict:
    """What `predict` says.

    Attributes:
        outcome: The outcome.
        exit_code: How it ends.
        steps: What is predicted for the steps.
        said: Patterns of what reasons, warnings and advice say.
        unsaid: Patterns of what they do not say.
        changes: How resources are changed, by logical id.
    """

    outcome: str
    exit_code: int
    steps: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    changes: tuple[tuple[str, str | None], ...] = ()

    def check(self, file: Path) -> None:
        old = CASES / file.name.replace("-new.yaml", "-old.yaml")
        deployed = old if "-new.yaml" in file.name and old.exists() else CASES / "base.yaml"
        result = invoke("predict", "--json", "--deployed", str(deployed), str(file))
        predicted: dict[str, Any] = json.loads(result.stdout)
        assert (predicted["outcome"], result.exit_code) == (self.outcome, self.exit_code)
        assert tuple(step["outcome"] for step in predicted["steps"]) == self.steps
        sentences = "\n".join([*predicted["reasons"], *predicted["warnings"], predicted["advice"]])
        assert all(re.search(pattern, sentences) for pattern in self.said), sentences
        assert not any(re.search(pattern, sentences) for pattern in self.unsaid), sentences
        assert {*self.changes} <= {(one["logical_id"], one["replacement"]) for one in predicted["changes"]}


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What `schedule` shows: the shares of production traffic by minute, and the functions that are called."""

    shares: tuple[tuple[int, int], ...]
    functions: tuple[str, ...]
    title: str

    def check(self, file: Path) -> None:
        result = invoke("schedule", str(file))
        assert result.exit_code == 0
        assert result.stdout.splitlines()[0].endswith(self.title)
        (schedule,) = json.loads(invoke("schedule", "--json", str(file)).stdout)["schedules"]
        steps = schedule["steps"]
        assert (
            tuple((one["minute"], one["production"]) for one in steps if one["event"] == "AllowTraffic") == self.shares
        )
        assert tuple(one["function"] for one in steps if one["function"]) == self.functions


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """What both `lint` and `predict` say of a template that can't be read."""

    line: int
    said: str

    def check(self, file: Path) -> None:
        for arguments in (("lint",), ("predict", "--deployed", str(CASES / "base.yaml"))):
            result = invoke(*arguments, str(file))
            assert (result.exit_code, result.stdout) == (2, "")
            assert result.stderr == f"Error: {file}:{self.line}: can't be read as YAML: {self.said}\n"


Answer = Lint | Predict | Schedule | Unreadable

TIMETABLE = ((0, 20), (15, 100))
TABLE = Predict(outcome="refused", exit_code=1, steps=("in-place-update", "green-deployment"), said=(r"\bL3\b",))
GREEN = Predict(outcome="green-deployment", exit_code=0, said=(r"\bL1\b",))

ANSWERS: dict[str, Answer | tuple[Answer, ...]] = {
    "base": (Lint(), Predict(outcome="no-change", exit_code=0)),
    "base-new-image": (Lint(), GREEN),
    "01a-env-region": GREEN,
    "01c-sidecar": GREEN,
    "01d-new-table-env-appended": TABLE,
    "01e-new-table-env-inserted": TABLE,
    "02a-step10-new": Predict(outcome="refused", exit_code=1, said=("^step-percentage of Hook, which the deployed",)),
    "02b-noparams-new": Predict(outcome="refused", exit_code=1, said=("^no-parameters, which the deployed",)),
    "03a-efs-right-case": Lint(warnings=frozenset({"efs-volume"})),
    "03b-efs-wrong-case": Lint(
        errors=frozenset({"volume-key"}), said=(r"Write EFSVolumeConfiguration\.", r"Write FilesystemId\.")
    ),
    "03c-volume-lower-case-name": Lint(errors=frozenset({"volume-key"}), said=(r"Write Name\.",)),
    "04a-role-ref-resource": Lint(errors=frozenset({"hook-reference"}), said=("DeployRole",)),
    "04b-role-ref-parameter": Lint(warnings=frozenset({"service-role-name"})),
    "05-image-parameter": Lint(warnings=frozenset({"image-tag-not-literal"})),
    "06-test-listener-green": Lint(warnings=frozenset({"test-listener-on-green"})),
    "07-controller-to-ecs": Predict(
        outcome="unknown",
        exit_code=2,
        said=("may replace Service: AWS's documentation speaks of a replacement, AWS's schemas of none",),
        changes=(("Service", "unknown"),),
    ),
    "08a-step-from-parameter": (
        Lint(),
        Schedule(shares=TIMETABLE, functions=("CodeDeployHook_test",), title=": Hook, with the default of Step"),
    ),
    "08b-step-10-from-default": Lint(errors=frozenset({"step-percentage"}), said=(r"got 10 from \$\{Step\}\.",)),
    "08d-function-name-sub": (
        Lint(warnings=frozenset({"hook-function-not-literal", "service-role-name"})),
        Schedule(
            shares=TIMETABLE, functions=("CodeDeployHook_prod",), title=": Hook, with the default of RoleName, Stage"
        ),
    ),
    "08e-include": Lint(),
    "09a-green-renamed": Predict(outcome="unknown", exit_code=2, said=("(?i)with green live", r"\bQ[56]\b")),
    "10b-role-wrong-trust": Lint(warnings=frozenset({"service-role-trust"}), said=(r"codedeploy\.amazonaws\.com",)),
    "11a-unknown-attribute": Lint(errors=frozenset({"resource-attribute"}), said=(r"\bExtra\b",)),
    "11b-no-type": Lint(errors=frozenset({"resource-type-missing", "resource-attribute"}), said=(r"\bTask\b",)),
    "12-test-listener-removed": Predict(
        outcome="in-place-update", exit_code=0, unsaid=("Metadata", "DeletionPolicy", "weights")
    ),
    "13-container-name-function": Lint(
        warnings=frozenset({"image-tag-latest"}), said=(r"container \$\{AWS::StackName\}-web\b",)
    ),
    "14-duplicate-key": Unreadable(line=43, said="the key 'Blue' is there twice, first in line 40"),
    "15-unknown-tag": Unreadable(line=69, said="CloudFormation has no function with the short tag in column 47"),
    "18-hook-misnames-taskset-new": Predict(
        outcome="refused", exit_code=1, said=("^blue-id-undefined of Hook, which the deployed",)
    ),
}


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        pytest.param(name, answer, id=f"{name}-{type(answer).__name__.lower()}")
        for name, answers in ANSWERS.items()
        for answer in (answers if isinstance(answers, tuple) else (answers,))
    ],
)
def test_answer_is_right(name: str, answer: Answer) -> None:
    answer.check(CASES / f"{name}.yaml")


def test_every_case_has_an_answer() -> None:
    names = {path.stem for path in CASES.glob("*.yaml")}
    assert {name for name in names if not name.endswith("-old")} == {*ANSWERS}
