"""@aws-cdk/cloudformation-diff, the npm package with which `cdk diff` tells what an update replaces."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.support import Template

# What the package knows of properties is in the second one.
PACKAGES = ["@aws-cdk/cloudformation-diff@2.187.5", "@aws-cdk/aws-service-spec@0.1.216"]
SCRIPT = Path(__file__).with_name("cloudformation_diff.cjs")


def install(folder: Path) -> Path:
    """Install the package into a folder, once; give where it is."""
    place = folder / "-".join(package.rpartition("@")[2] for package in PACKAGES)
    if not place.exists():
        # Another worker may be at it as well: the first that is ready wins.
        attempt = Path(tempfile.mkdtemp(dir=folder))
        npm = shutil.which("npm")
        assert npm, "npm comes with Node, and is needed for a comparison with what `cdk diff` says"
        options = [
            "--no-save",
            "--no-package-lock",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
            str(attempt),
        ]
        subprocess.run([npm, "install", *options, *PACKAGES], cwd=attempt, check=True, stdout=subprocess.DEVNULL)
        try:
            os.rename(attempt, place)
        except OSError:
            shutil.rmtree(attempt)
    return place


def compare(place: Path, pairs: list[tuple[Template, Template]]) -> list[dict[str, Any]]:
    """Give, for each pair of templates, what the package says of each changed resource, in one process for all."""
    done = subprocess.run(
        ["node", SCRIPT, place], input=json.dumps(pairs), check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers
