"""The example's app, for its tests."""

import runpy
from collections.abc import Callable
from functools import partial
from pathlib import Path

import aws_cdk as cdk
import pytest

from ecs_blue_green import EcsBlueGreenService, EcsNativeBlueGreenService
from tests.support import ROOT

# Loaded before `cdk.App` is another one, which they would keep.
CONSTRUCTS = (EcsBlueGreenService, EcsNativeBlueGreenService)


@pytest.fixture
def trivia(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, cdk.Stack]]:
    """Runs app.py in this process, with the feature flags of its cdk.json whatever those of this run are."""
    for name in ("IMAGE_TAG", "CDK_DEFAULT_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)

    def run() -> dict[str, cdk.Stack]:
        with monkeypatch.context() as patch:
            patch.setattr(cdk, "App", partial(cdk.App, outdir=str(tmp_path / "trivia")))
            app = runpy.run_path(str(ROOT / "examples/trivia/app.py"))["app"]
        return {stack.node.id: stack for stack in app.node.children}

    return run
