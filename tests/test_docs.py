"""What the documentation shows and names."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

import dev
import ecs_blue_green
from tests.support import ROOT, fargate_task, imported_cluster

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")), *sorted((ROOT / "examples").glob("*/*.md"))]


def blocks(language: str) -> list[Any]:
    """Lists the code blocks of all pages, each named by its page and line."""
    found = []
    for page in PAGES:
        text = page.read_text()
        for match in re.finditer(rf"^( *)```{language}\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, match.start()) + 1
            code = re.sub(rf"^{match[1]}", "", match[2], flags=re.MULTILINE)
            found.append(pytest.param(code, id=f"{page.relative_to(ROOT)}:{line}"))
    return found


SNIPPETS = blocks("python")
APPS = [snippet for snippet in SNIPPETS if "app.synth()" in snippet.values[0]]
# A hook function, and a project with its tests: each begins with its path.
FILES = [snippet for snippet in SNIPPETS if snippet.values[0].startswith("# hook/")]
TESTED = [snippet for snippet in SNIPPETS if re.match(r"# (shop|tests/\w+)\.py\n", snippet.values[0])]
PARTS = [snippet for snippet in SNIPPETS if snippet not in [*APPS, *FILES, *TESTED]]


def write(files: list[Any], folder: Path) -> None:
    """Write code blocks to where their first lines say."""
    for file in files:
        path = folder / file.values[0].partition("\n")[0].removeprefix("# ")
        path.parent.mkdir(exist_ok=True)
        path.write_text(file.values[0])


def run(*command: str, cwd: Path, flags: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Run Python as a reader would, in a project of its own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=inherited
        | {
            "CDK_OUTDIR": str(cwd / "cdk.out"),
            "CDK_CONTEXT_JSON": json.dumps(flags),
            # Node 20 works still, but jsii says at every start how old it is.
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("code", APPS)
def test_app_synthesizes_without_a_word_in_a_project_of_its_own(
    code: str, tmp_path: Path, flags: dict[str, Any]
) -> None:
    (tmp_path / "app.py").write_text(code)
    done = run("app.py", cwd=tmp_path, flags=flags)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    template = json.loads((tmp_path / "cdk.out/Shop.template.json").read_text())
    (service,) = (one for one in template["Resources"].values() if one["Type"] == "AWS::ECS::Service")
    assert service["Properties"]["DeploymentConfiguration"]["Strategy"] == "CANARY"


def test_tests_pass_once_ids_are_frozen_and_snapshots_written(tmp_path: Path, flags: dict[str, Any]) -> None:
    write(TESTED, tmp_path)
    number = sum(code.values[0].count("\ndef test_") for code in TESTED)
    files = [path for path in (tmp_path / "tests").glob("test_*.py") if "assert_logical_ids" in path.read_text()]
    assert files
    for file in files:
        file.write_text(file.read_text().replace("assert_logical_ids", "freeze_logical_ids"))
    first = run("-m", "pytest", "--snapshot-update", cwd=tmp_path, flags=flags)
    assert (first.returncode, f" {number} passed in " in first.stdout) == (0, True), first.stdout
    write(TESTED, tmp_path)
    second = run("-m", "pytest", cwd=tmp_path, flags=flags)
    assert (second.returncode, f" {number} passed in " in second.stdout) == (0, True), second.stdout
    assert "1 snapshot passed." in second.stdout


@pytest.mark.parametrize("code", PARTS)
def test_snippet_works_in_the_example_around_it(
    code: str, make_app: Callable[..., cdk.App], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(FILES, tmp_path)
    app = make_app()
    stack = cdk.Stack(app, "Shop")
    cluster = imported_cluster(stack)
    around = {
        "app": app,
        "stack": stack,
        "vpc": cluster.vpc,
        "cluster": cluster,
        "task_definition": fargate_task(stack, "TaskAround"),
        "image": ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:1.29"),
        "certificate": "arn:aws:acm:eu-west-1:123456789012:certificate/11112222-3333-4444-5555-666677778888",
        "cdk": cdk,
        "ec2": ec2,
        "ecs": ecs,
        "elbv2": elbv2,
        "Duration": cdk.Duration,
        **{name: getattr(ecs_blue_green, name) for name in ("EcsBlueGreenService", "HttpListener", "HttpsListener")},
    }
    exec(compile(code, "snippet", "exec"), around)  # documentation, run as its readers would
    assert app.synth().stacks


@pytest.mark.parametrize("code", FILES)
def test_file_is_a_module(code: str) -> None:
    module: dict[str, Any] = {"__name__": "hook"}
    exec(compile(code, "file", "exec"), module)
    assert callable(module["handler"])


@pytest.mark.parametrize("code", blocks("console"))
def test_commands_of_this_repository_exist(code: str) -> None:
    for command in re.findall(r"^python3 (\S+)(?: (\w+))?", code, re.MULTILINE):
        file, name = command
        assert (ROOT / file).is_file()
        assert file != "dev.py" or name in dev.COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings]


ID = r"(?:[SLQPCUE]|N[SBLHRIMCKDPWE])\d+"


def test_every_rule_that_is_named_is_explained() -> None:
    pages = "".join((ROOT / f"docs/{name}-rules.md").read_text() for name in ("hook", "native"))
    explained = set(re.findall(r"^\| (N?[A-Z]\d+) \|", pages, re.MULTILINE))
    sources = [*(ROOT / "src").glob("**/*.py"), *(ROOT / "examples").glob("**/*.py"), *PAGES]
    named = {
        rule
        for source in sources
        for group in re.findall(rf"\(?\b(?:rules? )?((?:{ID}(?:, | and |-)?)+)\b", source.read_text())
        for rule in re.findall(ID, group)
    }
    assert named - explained <= NOT_RULES


# What looks like a rule, and is none.
NOT_RULES = {"L1", "L2", "S3"}
