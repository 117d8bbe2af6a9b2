"""What is published, and that it works where nothing of this repository is."""

import email.message
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import uv

from tests.support import INIT_FLAGS, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
MODULES = {
    path.relative_to(ROOT / "src").as_posix()
    for path in (ROOT / "src").glob("**/*")
    if path.is_file() and path.suffix != ".pyc"
}

# A user's app, with what needs a file of the package besides what Python imports.
APP = '''
import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2, aws_ecs as ecs, aws_ecs_patterns as ecs_patterns
import ecs_blue_green
from ecs_blue_green import (
    CodeDeployHookRole, EcsBlueGreenService, HttpListener, LifecycleHookFunction, LifecycleHooks, TaskImage
)
from ecs_blue_green.testing import assert_blue_green, assert_no_findings

app = cdk.App()
hooks = cdk.Stack(app, "Hooks")
function = LifecycleHookFunction(hooks, "Test", code="""
from ecs_blue_green.lifecycle import LifecycleEvent, lifecycle_hook

@lifecycle_hook
def handler(event: LifecycleEvent) -> None:
    pass
""")
stack = cdk.Stack(app, "Web")
EcsBlueGreenService(
    stack,
    "Service",
    cluster=ecs.Cluster(stack, "Cluster", vpc=ec2.Vpc(stack, "Vpc", restrict_default_security_group=False)),
    task_definition=TaskImage(
        options=ecs_patterns.ApplicationLoadBalancedTaskImageOptions(
            image=ecs.ContainerImage.from_registry("example.com/app:v1")
        )
    ),
    production_listener=HttpListener(),
    lifecycle_hooks=LifecycleHooks(after_install=function, role=CodeDeployHookRole(hooks, "Role")),
)
app.synth()
assert_blue_green(stack)
assert_no_findings(stack)
print(ecs_blue_green.__file__)
'''


# What Lambda does with the package of the app's hook function, which finds no other module of ours.
CALL = """
import json, sys
sys.path.insert(0, sys.argv[1])
import index
import ecs_blue_green.lifecycle
print(json.dumps(index.handler(json.loads(sys.argv[2]), None)))
print(ecs_blue_green.lifecycle.__file__)
"""
EVENT = {
    "executionId": "e-1",
    "lifecycleStage": "POST_TEST_TRAFFIC_SHIFT",
    "resourceArn": "arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/web/1",
    "executionDetails": {
        "serviceArn": "arn:aws:ecs:eu-west-1:123456789012:service/shop/web",
        "targetServiceRevisionArn": "arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/web/1",
        "testTrafficWeights": {},
        "productionTrafficWeights": {},
    },
}


def run(*command: str | Path, **variables: str) -> str:
    done = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("built")
    run(uv.find_uv_bin(), "build", "--quiet", "--out-dir", folder, ROOT)
    return folder


def wheel(folder: Path) -> Path:
    (path,) = folder.glob("*.whl")
    return path


def metadata(folder: Path) -> email.message.Message:
    with zipfile.ZipFile(wheel(folder)) as archive:
        (path,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return email.message_from_string(archive.read(path).decode())


def test_wheel_holds_the_package_its_type_marker_and_the_licence_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(wheel(built)) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    about = f"ecs_blue_green_cdk-{PROJECT['version']}.dist-info"
    assert "ecs_blue_green/py.typed" in names
    assert names == MODULES | {
        f"{about}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    }


def test_source_distribution_holds_what_the_wheel_is_built_from_and_nothing_else(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    project = {"PKG-INFO", "pyproject.toml", "README.md", "LICENSE"}
    assert names - {"pyproject.toml.orig"} == project | {f"src/{name}" for name in MODULES}


def test_metadata_is_that_of_the_project(built: Path) -> None:
    told = metadata(built)
    assert told["Name"] == "ecs-blue-green-cdk"
    assert told["Requires-Python"] == PROJECT["requires-python"]
    assert told["License-Expression"] == "Apache-2.0"
    assert told["Description-Content-Type"] == "text/markdown"
    assert told.get_payload() == (ROOT / "README.md").read_text()


def test_runtime_dependencies_are_cdk_and_what_it_stands_on(built: Path) -> None:
    stated = metadata(built).get_all("Requires-Dist", [])
    required = [requirement for requirement in stated if "extra ==" not in requirement]
    assert sorted(required) == sorted(PROJECT["dependencies"])
    assert {re.split(r"[<>=]", requirement)[0] for requirement in required} == {"aws-cdk-lib", "constructs", "jsii"}
    assert all(re.search(r">=[\d.]+,<\d+$", requirement) for requirement in required)


def test_extras_are_what_the_command_its_pictures_and_snapshots_need(built: Path) -> None:
    told = metadata(built)
    assert told.get_all("Provides-Extra") == ["cli", "plot", "testing"]
    for extra, needed in {"plot": "matplotlib", "testing": "syrupy"}.items():
        (only,) = [stated for stated in told.get_all("Requires-Dist", []) if stated.endswith(f"'{extra}'")]
        assert only.startswith(needed)


def test_version_is_the_newest_in_the_changelog(built: Path) -> None:
    versions = re.findall(r"^## \[(\d\S+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert metadata(built)["Version"] == PROJECT["version"] == versions[0]


def test_wheel_synthesizes_an_app_in_an_environment_of_its_own(built: Path, tmp_path: Path) -> None:
    environment, constraints = tmp_path / "environment", tmp_path / "constraints.txt"
    program = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    # The versions that the other tests run on, which the package manager has at hand.
    constraints.write_text(
        "".join(
            f"{distribution.name}=={distribution.version}\n"
            for distribution in importlib.metadata.distributions()
            if distribution.name != PROJECT["name"]
        )
    )
    run(uv.find_uv_bin(), "venv", "--quiet", "--python", sys.executable, environment)
    run(
        *(uv.find_uv_bin(), "pip", "install", "--quiet", "--python", program),
        *("--constraints", constraints, wheel(built)),
    )
    (tmp_path / "app.py").write_text(APP)
    printed = run(program, "-I", tmp_path / "app.py", CDK_OUTDIR=str(tmp_path), CDK_CONTEXT_JSON=json.dumps(INIT_FLAGS))
    assert Path(printed.strip()).is_relative_to(environment)
    assert "Hooks" in json.loads((tmp_path / "Web.template.json").read_text())
    (asset,) = tmp_path.glob("asset.*")
    assert (asset / "ecs_blue_green/lifecycle.py").read_bytes() == (
        ROOT / "src/ecs_blue_green/lifecycle.py"
    ).read_bytes()
    answer, file = run(sys.executable, "-I", "-S", "-c", CALL, asset, json.dumps(EVENT)).splitlines()
    assert json.loads(answer) == {"hookStatus": "SUCCEEDED"}
    assert Path(file) == asset / "ecs_blue_green/lifecycle.py"
    # Without their extras, the command and the snapshots say how to get these.
    command = subprocess.run([program.with_name("ecs-blue-green"), "lint"], capture_output=True, text=True, check=False)
    assert command.returncode == 2
    assert command.stderr == (
        "Error: ecs-blue-green needs click and rich and yaml, which the extra `cli` brings: "
        "pip install 'ecs-blue-green-cdk[cli]'\n"
    )
    snapshots = "from ecs_blue_green.testing import TemplateSnapshot"
    failed = subprocess.run([program, "-I", "-c", snapshots], capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert failed.stderr.endswith(
        "ModuleNotFoundError: TemplateSnapshot needs syrupy, which the extra `testing` brings: "
        "pip install 'ecs-blue-green-cdk[testing]'\n"
    )


def test_copy_that_is_not_installed_synthesizes_and_lints_too(built: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel(built)) as archive:
        archive.extractall(site, [name for name in archive.namelist() if ".dist-info/" not in name])
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.startswith("ecs_blue_green"):
            (site / path.name).symlink_to(path)
    (site / "app.py").write_text(APP)
    printed = run(sys.executable, "-E", "-S", site / "app.py", CDK_OUTDIR=str(tmp_path))
    assert Path(printed.strip()).is_relative_to(site)
    template = tmp_path / "Web.template.json"
    assert "Hooks" in json.loads(template.read_text())
    (site / "command.py").write_text("from ecs_blue_green.cli import main\nmain()\n")
    printed = run(sys.executable, "-E", "-S", site / "command.py", "lint", "--format", "sarif", template)
    assert json.loads(printed)["runs"][0]["tool"]["driver"]["version"] == "unknown"
