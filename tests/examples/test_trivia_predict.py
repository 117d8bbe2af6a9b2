"""What ``predict`` says of releases of the example, from its real assemblies to the last step."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import invoke
from tests.support import ROOT

STACK = "TriviaBackendTest"


@pytest.fixture(scope="module")
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the assemblies ``v1`` and ``v2``, which differ in IMAGE_TAG."""
    folder = tmp_path_factory.mktemp("assemblies")
    for tag in ("v1", "v2"):
        variables = {"IMAGE_TAG": tag, "CDK_OUTDIR": str(folder / tag), "CDK_VALIDATION": "false"}
        done = subprocess.run(
            [sys.executable, ROOT / "examples/trivia/app.py"],
            cwd=folder,
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def with_alarm(assemblies: Path, tmp_path: Path) -> Path:
    """A folder with the same assemblies, in which an alarm of the Test stage is another one than is deployed."""
    for tag in ("v1", "v2"):
        shutil.copytree(assemblies / tag, tmp_path / tag)
        file = tmp_path / tag / f"{STACK}.template.json"
        template = json.loads(file.read_text())
        (alarm,) = (
            resource["Properties"]
            for resource in template["Resources"].values()
            if resource.get("Properties", {}).get("AlarmName") == f"{STACK}-Http-500-Blue"
        )
        alarm["Threshold"] = 7
        file.write_text(json.dumps(template))
    return tmp_path


def predict(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    result = invoke("predict", "--json", *map(str, arguments))
    return result.exit_code, json.loads(result.stdout)


def test_another_image_is_a_deployment_of_every_stage(assemblies: Path) -> None:
    code, predicted = predict("--deployed", assemblies / "v1", assemblies / "v2")
    assert (code, predicted["outcome"]) == (0, "green-deployment")
    assert {Path(one["name"]).name: one["outcome"] for one in predicted["predictions"]} == {
        "TriviaBackendHooksTest.template.json": "no-change",
        "TriviaBackendHooksProd.template.json": "no-change",
        "TriviaBackendTest.template.json": "green-deployment",
        "TriviaBackendProd.template.json": "green-deployment",
        "TriviaBackendNative.template.json": "native-deployment",
    }


def test_an_alarm_alone_is_an_update_in_place(assemblies: Path, with_alarm: Path) -> None:
    code, predicted = predict("--deployed", assemblies / "v1", with_alarm / "v1", "--template", STACK)
    assert (code, predicted["outcome"]) == (0, "in-place-update")
    (change,) = predicted["changes"]
    assert change["construct_path"] == f"{STACK}/Service/BlueHttp5xxAlarm"
    (part,) = change["properties"]
    assert (part["path"], part["new"]) == ("Threshold", 7)


def test_both_are_refused_with_two_steps_that_do_as_promised(
    assemblies: Path, with_alarm: Path, tmp_path: Path
) -> None:
    step_1 = tmp_path / "step-1.template.json"
    deployed, new = ("--deployed", assemblies / "v1"), with_alarm / "v2"
    code, predicted = predict(*deployed, "--template", STACK, "--write-steps", tmp_path, new)
    assert (code, predicted["outcome"]) == (1, "refused")
    assert [step["outcome"] for step in predicted["steps"]] == ["in-place-update", "green-deployment"]
    code, predicted = predict(*deployed, "--template", STACK, step_1)
    assert (code, predicted["outcome"]) == (0, "in-place-update")
    code, predicted = predict("--deployed", step_1, "--template", STACK, new)
    assert (code, predicted["outcome"]) == (0, "green-deployment")
