"""What the page about ``predict`` shows."""

import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.cli.aws.support import Account, AwsProblem, serving
from tests.cli.predict.test_predict import STYLES
from tests.cli.support import environment, invoke, run_in_terminal, write
from tests.support import ROOT
from tests.template.update.edits import image, template, threshold
from tests.template.update.live import green

PAGE = (ROOT / "docs/predict.md").read_text()
STACK = "TriviaBackendProd"
TRIVIA = (ROOT / f"tests/examples/__snapshots__/test_trivia/test_template[{STACK}].json").read_text()


def released(tag: str, threshold: int = 1) -> dict[str, Any]:
    """The example's template with an image and a threshold of an alarm."""
    changed: dict[str, Any] = json.loads(TRIVIA.replace("backend:latest", f"backend:{tag}"))
    (alarm,) = (
        resource["Properties"]
        for resource in changed["Resources"].values()
        if resource.get("Properties", {}).get("AlarmName") == f"{STACK}-Http-500-Blue"
    )
    alarm["Threshold"] = threshold
    return changed


def assembly(folder: Path, content: dict[str, Any]) -> None:
    """A cdk.out folder, as far as construct paths are concerned."""
    folder.mkdir(parents=True)
    write(folder / f"{STACK}.template.json", content)
    paths = {
        "Service/BlueHttp5xxAlarm": "AWS::CloudWatch::Alarm",
        "Service/PrimaryTaskSet": "AWS::ECS::PrimaryTaskSet",
        "Service/TaskSet": "AWS::ECS::TaskSet",
        "TaskDefinition/Resource": "AWS::ECS::TaskDefinition",
    }
    metadata: dict[str, Any] = {
        f"/{STACK}/{path}": [{"type": "aws:cdk:logicalId", "data": id}]
        for path, type in paths.items()
        for id, resource in content["Resources"].items()
        if resource["Type"] == type and re.sub(r"\W|Resource$", "", path) in id
    }
    assert len(metadata) == len(paths)
    artifact = {"properties": {"templateFile": f"{STACK}.template.json"}, "displayName": STACK, "metadata": metadata}
    write(folder / "manifest.json", {"artifacts": {STACK: artifact}})


def test_screen_is_what_a_terminal_shows(tmp_path: Path) -> None:
    """After a change: what is printed here goes into the page."""
    assembly(tmp_path / "main/cdk.out", released("v1"))
    assembly(tmp_path / "cdk.out", released("v2", threshold=5))
    ((command, shown),) = re.findall(r"^```console\n\$ ecs-blue-green (.+)\n([^`]+)^```$", PAGE, re.MULTILINE)
    _, screen = run_in_terminal(*command.split(), cwd=tmp_path, COLUMNS="80")
    lines = [line.rstrip() for line in STYLES.sub("", screen).rstrip().splitlines()]
    print("\n".join(lines))
    assert lines == shown.splitlines()


def policies() -> list[dict[str, Any]]:
    blocks = [json.loads(block) for block in re.findall(r"^```json\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
    return [block for block in blocks if "Statement" in block]


def allowed(policy: dict[str, Any]) -> set[str]:
    """What a policy allows of CloudFormation."""
    actions = [statement["Action"] for statement in policy["Statement"]]
    listed = {action for some in actions for action in (some if isinstance(some, list) else [some])}
    assert not any("*" in action for action in listed)
    return {action for action in listed if action.startswith("cloudformation:")}


def called(folder: Path, account: Account, *options: str) -> set[str]:
    """Predict with all of AWS on this machine; give what was called, of whatever service."""
    write(folder / "new.json", template(image("v2")))
    with serving(account) as variables:
        done = subprocess.run(
            [sys.executable, "-m", "ecs_blue_green.cli", "predict", "--stack", "Shop", *options, "new.json"],
            cwd=folder,
            env=environment(**variables),
            capture_output=True,
            check=False,
        )
    assert done.returncode in {0, 1, 2}
    return {f"cloudformation:{action}" for action in account.actions}


def test_policies_allow_what_is_called_and_nothing_else(tmp_path: Path) -> None:
    for_stack, _, for_change_set = policies()
    assert called(tmp_path, Account(template(), green(template()))) == allowed(for_stack)
    made = Account(template(), proposed=green(template(image("v2"))))
    failed = Account(template(), statuses=["FAILED"], reason="No")
    broken = Account(template(), problems={"DescribeChangeSet": [AwsProblem("InternalFailure", "Sorry", 500)]})
    seen = [called(tmp_path, account, "--change-set") for account in (made, failed, broken)]
    assert set().union(*seen) == allowed(for_change_set)
    (pattern,) = (
        statement["Condition"]["StringLike"]["cloudformation:ChangeSetName"]
        for statement in for_change_set["Statement"]
        if "Condition" in statement
    )
    for account in (made, failed, broken):
        assert account.asked("DeleteChangeSet")["ChangeSetName"].startswith(pattern.removesuffix("*"))


def test_workflow_comments_the_prediction_and_ends_as_the_command_does(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```yaml\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    script = yaml.safe_load(block)["jobs"]["predict"]["steps"][-1]["run"]
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, text in {
        "gh": 'printf "%s\\n" "$@" > gh.txt\ncp prediction.md comment.md\n',
        "ecs-blue-green": f'exec {sys.executable} -m ecs_blue_green.cli "$@"\n',
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}")
        (programs / name).chmod(0o755)
    (tmp_path / "cdk.out").mkdir()
    write(tmp_path / "cdk.out/Shop.template.json", template(image("v2"), threshold))
    path = f"{programs}:{os.environ['PATH']}"

    def step(account: Account) -> int:
        with serving(account) as variables:
            return subprocess.run(
                ["bash", "-e", "-c", script],
                cwd=tmp_path,
                env=environment(**variables, PATH=path, PULL_REQUEST="7"),
                check=False,
            ).returncode

    assert step(Account(template())) == 1
    assert (tmp_path / "gh.txt").read_text().split() == [
        *("pr", "comment", "7", "--edit-last", "--create-if-none", "--body-file", "prediction.md")
    ]
    assert (tmp_path / "comment.md").read_text().startswith("### 🔴 <code>Shop</code>: refused\n")
    (tmp_path / "gh.txt").unlink()
    denied = AwsProblem("AccessDenied", "No", 403)
    assert step(Account(template(), problems={"DescribeStacks": [denied]})) == 2
    assert not (tmp_path / "gh.txt").exists()
    assert step(Account(copy.deepcopy(template(image("v2"), threshold)))) == 0


def test_commands_are_those_of_the_help() -> None:
    help = " ".join(invoke("predict", "--help").stdout.split())
    for option in set(re.findall(r"`?(--[a-z][a-z0-9-]+)", PAGE)) - OTHER_PROGRAMS:
        assert option in help, option


# Options of the other programs on the page.
OTHER_PROGRAMS = {
    "--body-file",
    "--create-if-none",
    "--edit-last",
    "--query",
    "--quiet",
    "--stack-name",
    "--template-stage",
}
