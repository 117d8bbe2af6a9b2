"""The README's first command, without the set-up around it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support import ROOT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "examples.trivia", *arguments],
        cwd=ROOT,
        env=os.environ | {"CDK_VALIDATION": "false"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_prints_stacks_resources_schedule_and_where_the_templates_are(tmp_path: Path) -> None:
    done = run("--output", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "No green deployment starts" not in done.stderr
    for stack in (
        "TriviaBackendHooksTest",
        "TriviaBackendHooksProd",
        "TriviaBackendTest",
        "TriviaBackendProd",
        "TriviaBackendNative",
    ):
        assert f"{stack}: " in done.stdout
        assert str(tmp_path / f"{stack}.template.json") in done.stdout
        assert (tmp_path / f"{stack}.template.json").is_file()
    assert "1 PrimaryTaskSet, 1 Service, 1 TaskDefinition, 1 TaskSet" in done.stdout
    for line in (
        "before  CodeDeploy calls CodeDeployHook_-TriviaBackendHooksProd-pre-traffic-hook (AfterAllowTestTraffic)",
        " 0 min  the production listener sends 20 % to green",
        "15 min  the production listener sends 100 % to green",
        "45 min  the blue tasks are stopped",
        "before  ECS calls PreTrafficHookFunction1974E8B2 (POST_TEST_TRAFFIC_SHIFT) and rolls back if it fails",
        " 0 min  100 % of production traffic goes to green",
        "30 min  the blue tasks are stopped",
    ):
        assert line in done.stdout
    assert done.stdout.index("TriviaBackendHooksProd: ") < done.stdout.index("TriviaBackendProd: ")


def test_help_says_where_the_image_tag_comes_from() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "IMAGE_TAG; without it, it is `v1`" in " ".join(done.stdout.split())
