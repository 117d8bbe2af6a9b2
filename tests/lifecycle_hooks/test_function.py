"""The function that CodeDeploy calls: its properties, permissions, names and package."""

import contextlib
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import boto3
import pytest
from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

import ecs_blue_green
from ecs_blue_green import InvalidArgumentsError, LifecycleHookFunction
from ecs_blue_green.testing import template_of
from tests.loopback import lambda_environment, loopback
from tests.support import (
    PRIVATE_SUBNETS,
    PUBLIC_SUBNETS,
    Template,
    imported_cluster,
    number_token,
    properties,
    resources,
)

SOURCE = """\
from ecs_blue_green.lifecycle import lifecycle_hook

@lifecycle_hook
def handler(event):
    print("tested", event.deployment_id)
"""

LIBRARY = Path(ecs_blue_green.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of code, with what an editor, a test run and a synth leave behind."""
    files = {
        "smoke.py": SOURCE.replace("print(", "checks.report("),
        "checks/__init__.py": "from checks.report import report\n",
        "checks/report.py": "report = print\n",
        "checks/data.json": "{}",
        "checks/__pycache__/report.cpython-313.pyc": "",
        "checks/__pycache__/report.cpython-313.pyc.140234867": "",
        "smoke.pyc": "",
        ".env": "SECRET=1",
        ".git/config": "",
        "cdk.out/manifest.json": "{}",
    }
    files["smoke.py"] = "import checks\n" + files["smoke.py"]
    folder = tmp_path / "code"
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def hook_function(scope: cdk.Stack, id: str = "Hook", **arguments: Any) -> LifecycleHookFunction:
    return LifecycleHookFunction(scope, id, **{"code": SOURCE, **arguments})


def package_of(stack: cdk.Stack, id: str) -> Path:
    """The folder that is zipped and uploaded for a function, by the function's name."""
    code = properties(template_of(stack), "AWS::Lambda::Function", FunctionName=f"CodeDeployHook_{id}")["Code"]
    app = stack.node.root
    assert isinstance(app, cdk.App)
    return Path(app.outdir, f"asset.{code['S3Key'].removesuffix('.zip')}")


def files_in(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def statements_of(template: Template) -> list[dict[str, Any]]:
    """All that the function may do."""
    (role,) = resources(template, "AWS::IAM::Role").values()
    documents = [policy["PolicyDocument"] for policy in role["Properties"].get("Policies", [])]
    documents += [policy["Properties"]["PolicyDocument"] for policy in resources(template, "AWS::IAM::Policy").values()]
    assert "ManagedPolicyArns" not in role["Properties"]
    return [statement for document in documents for statement in document["Statement"]]


def test_least_arguments(stack: cdk.Stack) -> None:
    hook = hook_function(stack)
    template = template_of(stack)
    function = properties(template, "AWS::Lambda::Function")
    assert hook.function_name == function["FunctionName"] == "CodeDeployHook_Stack-Hook"
    assert function["Handler"] == "index.handler"
    assert function["Runtime"] == "python3.13"
    assert function["Timeout"] == 300
    assert function["MemorySize"] == 256
    assert "Environment" not in function
    assert "VpcConfig" not in function
    (log_group,) = resources(template, "AWS::Logs::LogGroup")
    assert function["LoggingConfig"] == {"LogGroup": {"Ref": log_group}}
    assert template["Resources"][log_group]["Properties"] == {"RetentionInDays": 30}
    role = properties(template, "AWS::IAM::Role")
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    ]


def test_every_argument(stack: cdk.Stack, folder: Path) -> None:
    vpc = imported_cluster(stack).vpc
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0123456789abcdef0")
    hook = hook_function(
        stack,
        code=folder,
        handler="smoke.handler",
        function_name="CodeDeployHook_smoke_TEST-1",
        runtime=lambda_.Runtime.PYTHON_3_14,
        timeout=Duration.minutes(15),
        memory_size=10240,
        environment={"TARGET_URL": "https://example.com:8443/"},
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnets=vpc.private_subnets[:1]),
        security_groups=(group,),
        log_retention=logs.RetentionDays.ONE_WEEK,
    )
    template = template_of(stack)
    function = properties(template, "AWS::Lambda::Function")
    assert hook.function_name == function["FunctionName"] == "CodeDeployHook_smoke_TEST-1"
    assert function["Handler"] == "smoke.handler"
    assert function["Runtime"] == "python3.14"
    assert function["Timeout"] == 900
    assert function["MemorySize"] == 10240
    assert function["Environment"] == {"Variables": {"TARGET_URL": "https://example.com:8443/"}}
    assert function["VpcConfig"] == {"SecurityGroupIds": ["sg-0123456789abcdef0"], "SubnetIds": PRIVATE_SUBNETS[:1]}
    assert properties(template, "AWS::Logs::LogGroup") == {"RetentionInDays": 7}


def test_smallest_values_and_names(stack: cdk.Stack) -> None:
    hook_function(stack, "A", timeout=Duration.seconds(10), memory_size=128, function_name="CodeDeployHook_")
    hook_function(stack, "B", function_name="CodeDeployHook_" + "x" * 49, runtime=lambda_.Runtime.PYTHON_3_11)
    template = template_of(stack)
    smallest = properties(template, "AWS::Lambda::Function", FunctionName="CodeDeployHook_")
    assert (smallest["Timeout"], smallest["MemorySize"]) == (10, 128)
    assert resources(template, "AWS::Lambda::Function", Runtime="python3.11")


def test_function_in_a_vpc_gets_private_subnets_and_a_security_group(stack: cdk.Stack) -> None:
    hook_function(stack, vpc=imported_cluster(stack).vpc)
    template = template_of(stack)
    (group,) = resources(template, "AWS::EC2::SecurityGroup")
    assert properties(template, "AWS::Lambda::Function")["VpcConfig"] == {
        "SecurityGroupIds": [{"Fn::GetAtt": [group, "GroupId"]}],
        "SubnetIds": PRIVATE_SUBNETS,
    }
    assert not set(PUBLIC_SUBNETS) & set(PRIVATE_SUBNETS)


def test_attributes_are_the_parts(stack: cdk.Stack) -> None:
    hook = hook_function(stack)
    hook.function.add_environment("ADDED", "yes")
    hook.log_group.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
    hook.role.add_to_policy(cdk.aws_iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"]))
    template = template_of(stack)
    assert properties(template, "AWS::Lambda::Function")["Environment"] == {"Variables": {"ADDED": "yes"}}
    (log_group,) = resources(template, "AWS::Logs::LogGroup").values()
    assert log_group["DeletionPolicy"] == "Delete"
    assert "s3:GetObject" in [statement["Action"] for statement in statements_of(template)]


@pytest.mark.parametrize("in_vpc", [False, True])
def test_function_may_report_write_its_own_log_and_nothing_else(in_vpc: bool, stack: cdk.Stack) -> None:
    hook_function(stack, vpc=imported_cluster(stack).vpc if in_vpc else None)
    template = template_of(stack)
    (log_group,) = resources(template, "AWS::Logs::LogGroup")
    of_account = [":codedeploy:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}, ":deploymentgroup:*/*"]
    expected: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Action": "codedeploy:PutLifecycleEventHookExecutionStatus",
            "Resource": {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, *of_account]]},
        },
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": {"Fn::GetAtt": [log_group, "Arn"]},
        },
    ]
    network = {
        "Effect": "Allow",
        "Action": [
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
        ],
        "Resource": "*",
    }
    if in_vpc:
        expected.insert(1, network)
    assert statements_of(template) == expected


@pytest.mark.parametrize("in_vpc", [False, True])
def test_function_for_ecs_alone_may_write_its_own_log_and_nothing_of_codedeploy(in_vpc: bool, stack: cdk.Stack) -> None:
    hook = hook_function(stack, reports_to_codedeploy=False, vpc=imported_cluster(stack).vpc if in_vpc else None)
    assert hook.reports_to_codedeploy is False
    template = template_of(stack)
    actions = {action for statement in statements_of(template) for action in statement["Action"]}
    assert {action.partition(":")[0] for action in actions} == {"logs", *(["ec2"] if in_vpc else [])}
    ((logical_id, function),) = resources(template, "AWS::Lambda::Function").items()
    assert "FunctionName" not in function["Properties"]
    assert stack.resolve(hook.function_name) == {"Ref": logical_id}
    assert stack.resolve(hook.function.function_arn) == {"Fn::GetAtt": [logical_id, "Arn"]}
    assert "CodeDeploy" not in json.dumps(template)


def test_function_for_ecs_alone_may_have_any_name(stack: cdk.Stack) -> None:
    names = ["smoke", "x" * 64, cdk.CfnParameter(stack, "Name").value_as_string]
    for number, name in enumerate(names):
        hook = hook_function(stack, f"Hook{number}", reports_to_codedeploy=False, function_name=name)
        assert hook.function_name == name
    given = [
        found["Properties"]["FunctionName"] for found in resources(template_of(stack), "AWS::Lambda::Function").values()
    ]
    assert given == ["smoke", "x" * 64, {"Ref": "Name"}]


def test_id_that_makes_no_name_is_fine_for_ecs_alone(stack: cdk.Stack) -> None:
    hook_function(stack, "Smoke.Test " + "x" * 60, reports_to_codedeploy=False)
    assert resources(template_of(stack), "AWS::Lambda::Function")


def test_name_is_literal_in_a_stage_and_in_a_stack_with_a_name(make_app: Callable[..., cdk.App]) -> None:
    app = make_app()
    in_stage = hook_function(cdk.Stack(cdk.Stage(app, "Prod"), "Hooks"), "Smoke")
    named = hook_function(cdk.Stack(app, "Other", stack_name="shop-hooks"), "Smoke")
    assert in_stage.function_name == "CodeDeployHook_Prod-Hooks-Smoke"
    assert named.function_name == "CodeDeployHook_shop-hooks-Smoke"


def test_package_of_a_source_holds_it_and_the_run_time_module(stack: cdk.Stack) -> None:
    hook_function(stack, code=SOURCE + "# Grüße\n", function_name="CodeDeployHook_inline")
    package = package_of(stack, "inline")
    assert files_in(package) == {"index.py", "ecs_blue_green/__init__.py", "ecs_blue_green/lifecycle.py"}
    assert (package / "index.py").read_bytes() == (SOURCE + "# Grüße\n").encode("utf-8")
    assert (package / "ecs_blue_green/lifecycle.py").read_bytes() == (LIBRARY / "lifecycle.py").read_bytes()


def test_package_of_a_folder_holds_its_files_and_the_run_time_module(stack: cdk.Stack, folder: Path) -> None:
    before = files_in(folder)
    hook_function(stack, code=folder, handler="smoke.handler", function_name="CodeDeployHook_folder")
    package = package_of(stack, "folder")
    assert files_in(package) == {
        "smoke.py",
        "checks/__init__.py",
        "checks/report.py",
        "checks/data.json",
        "ecs_blue_green/__init__.py",
        "ecs_blue_green/lifecycle.py",
    }
    assert (package / "smoke.py").read_bytes() == (folder / "smoke.py").read_bytes()
    assert files_in(folder) == before


def test_package_has_the_same_modes_whatever_the_umask(stack: cdk.Stack, folder: Path) -> None:
    (folder / "run.sh").write_text("true")
    for file in folder.rglob("*"):
        file.chmod(0o700 if file.is_dir() or file.name == "run.sh" else 0o600)
    before = os.umask(0o077)
    try:
        hook_function(stack, code=folder, handler="smoke.handler", function_name="CodeDeployHook_modes")
        hook_function(stack, "Inline", function_name="CodeDeployHook_inline")
    finally:
        os.umask(before)
    modes: dict[str, set[int]] = {}
    for package in (package_of(stack, "modes"), package_of(stack, "inline")):
        for path in (package, *package.rglob("*")):
            kind = "folder" if path.is_dir() else "program" if path.name == "run.sh" else "file"
            modes.setdefault(kind, set()).add(stat.S_IMODE(path.stat().st_mode))
    assert modes == {"folder": {0o755}, "program": {0o755}, "file": {0o644}}


KEYS_AND_ENVIRONMENTS = [
    ".aws/credentials",
    ".env",
    ".env.local",
    ".nox/log",
    ".npmrc",
    ".ssh/id_rsa",
    ".venv/bin/python",
    "ID_RSA.pub",
    "certificates/ca.pem",
    "certificates/Server.KEY",
    "deep/er/node_modules/index.js",
    "environment/pyvenv.cfg",
    "id_ed25519",
    "store.jks",
    "venv/lib/requests.py",
]


def warnings_of(construct: cdk.aws_lambda.IFunction | LifecycleHookFunction) -> list[str]:
    return [str(entry.data) for entry in construct.node.metadata if entry.type == "aws:cdk:warning"]


def put(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("")


def test_keys_and_environments_are_left_out_and_named(stack: cdk.Stack, folder: Path) -> None:
    (folder / ".env").unlink()
    expected = hook_function(stack, "Without", code=folder, handler="smoke.handler")
    assert warnings_of(expected) == []
    put(folder, *KEYS_AND_ENVIRONMENTS, "keys.py", "environment.py")
    hook = hook_function(stack, code=folder, handler="smoke.handler", function_name="CodeDeployHook_keys")
    assert files_in(package_of(stack, "keys")) == files_in(package_of(stack, "Stack-Without")) | {
        "keys.py",
        "environment.py",
    }
    (warning,) = warnings_of(hook)
    assert warning == (
        "The package is made without what looks like keys and environments: '.aws', '.env', '.env.local', '.nox',"
        " '.npmrc', '.ssh', '.venv', 'ID_RSA.pub', 'certificates/Server.KEY', 'certificates/ca.pem' and 5 more. Name in"
        " include what the function needs, or keep it in another folder. [ack: ecs-blue-green:left-out-of-package]"
    )


def test_included_key_or_folder_is_packed(stack: cdk.Stack, folder: Path) -> None:
    put(folder, *KEYS_AND_ENVIRONMENTS, "venv/ca.pem", "venv/more.pem")
    include = ["certificates/ca.pem", "venv", "venv/ca.pem", ".env", "environment"]
    plain = hook_function(stack, "Plain", code=folder, handler="smoke.handler")
    hook = hook_function(
        stack, code=folder, handler="smoke.handler", include=include, function_name="CodeDeployHook_include"
    )
    added = files_in(package_of(stack, "include")) - files_in(package_of(stack, "Stack-Plain"))
    assert added == {"certificates/ca.pem", "venv/lib/requests.py", "venv/ca.pem", ".env", "environment/pyvenv.cfg"}
    assert "'venv/more.pem'" not in warnings_of(plain)[0]
    assert "'certificates/ca.pem'" not in warnings_of(hook)[0]


def test_links_within_the_folder_are_followed(stack: cdk.Stack, folder: Path) -> None:
    put(folder, "id_rsa", "venv/lib.py")
    for link, target in {
        "linked.py": "smoke.py",
        "absolute.py": str(folder / "smoke.py"),
        "more": "checks",
        "name.txt": "id_rsa",
        "lib.py": "venv/lib.py",
        "notes": ".git",
    }.items():
        (folder / link).symlink_to(target)
    hook = hook_function(stack, code=folder, handler="linked.handler", function_name="CodeDeployHook_links")
    package = package_of(stack, "links")
    linked = {"linked.py", "absolute.py", "more/__init__.py", "more/report.py", "more/data.json"}
    assert linked <= files_in(package)
    assert not {"name.txt", "lib.py", "notes/config"} & files_in(package)
    assert not [path for path in package.rglob("*") if path.is_symlink()]
    assert "'id_rsa', 'lib.py', 'name.txt', 'venv'" in warnings_of(hook)[0]


def test_folder_given_by_a_link_is_the_folder(stack: cdk.Stack, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    for id, code in {"direct": folder, "linked": tmp_path / "link"}.items():
        hook_function(stack, id, code=code, handler="smoke.handler", function_name=f"CodeDeployHook_{id}")
    assert package_of(stack, "direct") == package_of(stack, "linked")


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound, contextlib.chdir(path.parent):  # a socket's path may not be long
        bound.bind(path.name)


def link_to_a_fifo(path: Path) -> None:
    os.mkfifo(path.parent / "checks" / "pipe")
    path.symlink_to("checks/pipe")


def link_to_a_neighbour(path: Path) -> None:
    path.parent.with_name("code-2").mkdir()
    path.symlink_to("../code-2")


def link_in_a_linked_folder(path: Path) -> None:
    path.parent.symlink_to("checks")
    put(path.parents[1], "b/c.py")
    path.symlink_to("../b")


OWN = "an ecs_blue_green of its own, in the place of this library's"
WRONG: list[tuple[str, str, Callable[[Path], object]]] = [
    ("a FIFO", "pipe", os.mkfifo),
    ("a FIFO", "link", link_to_a_fifo),
    ("a socket", "checks/socket", make_socket),
    ("a link out of the folder", "passwd", lambda path: path.symlink_to("/etc/passwd")),
    ("a link out of the folder", "endless", lambda path: path.symlink_to("/dev/zero")),
    ("a link out of the folder", "up", lambda path: path.symlink_to("..")),
    ("a link out of the folder", "neighbour", link_to_a_neighbour),
    ("a link to nothing", "checks/gone.py", lambda path: path.symlink_to("missing.py")),
    ("a link that leads back to itself", "self.py", lambda path: path.symlink_to("self.py")),
    ("a link to a folder that it is in", "checks/all", lambda path: path.symlink_to("..")),
    ("a link to a folder that it is in", "here", lambda path: path.symlink_to(".")),
    ("a link to a folder, in a folder that is itself reached by a link", "more/deeper", link_in_a_linked_folder),
    (OWN, "ecs_blue_green", lambda path: put(path, "lifecycle.py")),
    (OWN, "ecs_blue_green.py", Path.touch),
    (OWN, "ECS_Blue_Green", Path.mkdir),
    ("a name that UTF-8 can't write", "caf\udce9.py", Path.touch),
]


@pytest.mark.parametrize(("what", "path", "make"), WRONG, ids=[ascii(path) for _, path, _ in WRONG])
def test_what_can_not_be_packed_is_refused(
    what: str, path: str, make: Callable[[Path], object], stack: cdk.Stack, folder: Path
) -> None:
    make(folder / path)
    with pytest.raises(InvalidArgumentsError) as caught:
        hook_function(stack, code=folder, handler="smoke.handler")
    assert [mistake for mistake in caught.value.mistakes if f"got {what}: {str(folder / path)!r};" in mistake]
    assert stack.node.try_find_child("Hook") is None


def test_wrong_file_is_told_in_one_sentence(stack: cdk.Stack, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(InvalidArgumentsError) as caught:
        hook_function(stack, code=folder, handler="pipe.handler")
    assert caught.value.mistakes == (
        f"code must hold nothing but readable files, and links to them within it, got a FIFO: {str(folder / 'pipe')!r};"
        " take it out of the folder",
    )


def test_file_that_can_not_be_read_is_refused(stack: cdk.Stack, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unreadable = folder / "checks" / "data.json"  # root could read it
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != unreadable)
    with pytest.raises(InvalidArgumentsError) as caught:
        hook_function(stack, code=folder, handler="smoke.handler")
    assert [f"got a file that can't be read: {str(unreadable)!r};" in mistake for mistake in caught.value.mistakes] == [
        True
    ]


def test_many_wrong_files_are_counted(stack: cdk.Stack, folder: Path) -> None:
    for number in range(30):
        (folder / f"{number}").symlink_to("missing")
    with pytest.raises(InvalidArgumentsError) as caught:
        hook_function(stack, code=folder, handler="smoke.handler")
    assert len(caught.value.mistakes) == 11
    assert "got 30 other things, of which 10 are named" in caught.value.mistakes[-1]


def test_links_that_multiply_are_refused_at_once(stack: cdk.Stack, folder: Path) -> None:
    """Followed, they would be a million files."""
    for number in range(20):
        (folder / f"d{number}").mkdir()
        for link in ("a", "b"):
            (folder / f"d{number}" / link).symlink_to(f"../d{number + 1}")
    put(folder, "d20/file.py")
    with pytest.raises(InvalidArgumentsError, match="in a folder that is itself reached by a link"):
        hook_function(stack, code=folder, handler="smoke.handler")


@pytest.mark.parametrize(
    ("include", "mistakes"),
    [
        (
            ["missing.pem"],
            ["include[0] must be the path in code, with slashes, of what would be left out of the package, got"],
        ),
        (["smoke.py"], ["include[0] must be the path in code, "]),
        (
            ["../secret.pem", "/etc/passwd"],
            ["include[0] must be the path in code, ", "include[1] must be the path in c"],
        ),
        (["venv/lib/requests.py"], ["include[0] must be the path in code, "]),
        ("ca.pem", ["include must be a sequence of paths in the folder, got 'ca.pem'"]),
        ([5], ["include[0] must be a path in the folder, got 5"]),
    ],
)
def test_wrong_include_is_refused(include: Any, mistakes: list[str], stack: cdk.Stack, folder: Path) -> None:
    put(folder, "venv/lib/requests.py")
    with pytest.raises(InvalidArgumentsError) as caught:
        hook_function(stack, code=folder, handler="smoke.handler", include=include)
    assert len(caught.value.mistakes) == len(mistakes)
    for given, expected in zip(caught.value.mistakes, mistakes, strict=True):
        assert given.startswith(expected)


def test_include_is_for_a_folder(stack: cdk.Stack) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        hook_function(stack, include=["ca.pem"])
    assert caught.value.mistakes == ("include must be left out when code is the source of a module",)


def test_each_source_has_its_own_package(stack: cdk.Stack) -> None:
    for id in ("one", "two", "again-one"):
        hook_function(stack, id, code=f"{SOURCE}# {id[-3:]}\n", function_name=f"CodeDeployHook_{id}")
    one, two, again = (package_of(stack, id) for id in ("one", "two", "again-one"))
    assert (one / "index.py").read_text().endswith("# one\n")
    assert (two / "index.py").read_text().endswith("# two\n")
    assert again == one


def test_folder_may_hold_the_app_and_its_output(tmp_path: Path, flags: dict[str, Any]) -> None:
    (tmp_path / "smoke.py").write_text(SOURCE)
    hashes = []
    for _ in range(2):  # at the second synth there is the output of the first
        stack = cdk.Stack(cdk.App(outdir=str(tmp_path / "build" / "assembly"), context=flags), "Stack")
        hook_function(stack, code=tmp_path, handler="smoke.handler", function_name="CodeDeployHook_app")
        package = package_of(stack, "app")
        assert not [file for file in files_in(package) if "build" in file]
        hashes.append(package.name)
        (tmp_path / "cdk.out").mkdir(exist_ok=True)
        (tmp_path / "cdk.out" / "tree.json").write_text("of a synth without outdir")
    assert hashes[0] == hashes[1]


# Prints the hash of a folder's package; of CDK's tools it finds node and nothing else.
SYNTH = """
import sys
from pathlib import Path
import aws_cdk as cdk
from ecs_blue_green import LifecycleHookFunction

app = cdk.App(outdir=sys.argv[2])
stack = cdk.Stack(app, "Stack")
LifecycleHookFunction(stack, "Hook", code=Path(sys.argv[1]), handler="smoke.handler")
app.synth()
(asset,) = Path(sys.argv[2]).glob("asset.*")
print(asset.name)
"""


def synth_elsewhere(tmp_path: Path, code: Path, *, change: str = "") -> str:
    """Synthesize with a copy of the library, in another folder and with another time, and no Docker, npm or proxy."""
    node = shutil.which("node")
    assert node is not None
    tools, library, copy = tmp_path / "tools", tmp_path / "library", tmp_path / "elsewhere" / "hook"
    tools.mkdir(parents=True)
    (tools / "node").symlink_to(node)
    shutil.copytree(LIBRARY, library / "ecs_blue_green")
    with (library / "ecs_blue_green" / "lifecycle.py").open("a") as module:
        module.write(change)
    shutil.copytree(code, copy, copy_function=shutil.copyfile)
    for file in copy.rglob("*"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
    done = subprocess.run(
        [sys.executable, "-c", SYNTH, str(copy), str(tmp_path / "cdk.out")],
        env={
            "PATH": str(tools),
            "PYTHONPATH": str(library),
            "CDK_VALIDATION": "false",
            "HOME": str(tmp_path),
            **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:1"),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_package_is_the_same_on_every_machine_and_needs_no_tools(
    stack: cdk.Stack, folder: Path, tmp_path: Path
) -> None:
    hook_function(stack, code=folder, handler="smoke.handler", function_name="CodeDeployHook_here")
    assert synth_elsewhere(tmp_path / "a", folder) == package_of(stack, "here").name


def test_package_changes_with_the_run_time_module(stack: cdk.Stack, folder: Path, tmp_path: Path) -> None:
    hook_function(stack, code=folder, handler="smoke.handler", function_name="CodeDeployHook_here")
    assert synth_elsewhere(tmp_path / "a", folder, change="# changed\n") != package_of(stack, "here").name


@pytest.mark.parametrize("file", ["smoke.py", "checks/report.py", "checks/data.json", "new.py"])
def test_package_changes_with_the_code(file: str, make_app: Callable[..., cdk.App], folder: Path) -> None:
    packages = []
    for text in ("", "# changed\n"):
        stack = cdk.Stack(make_app(), "Stack")
        with (folder / file).open("a") as opened:
            opened.write(text)
        hook_function(stack, code=folder, handler="smoke.handler", function_name="CodeDeployHook_x")
        packages.append(package_of(stack, "x").name)
    assert packages[0] != packages[1]


@pytest.mark.parametrize("code", ["folder", "source"])
def test_package_runs_with_nothing_but_python_and_answers_ecs(
    code: str, stack: cdk.Stack, folder: Path, tmp_path: Path
) -> None:
    given: dict[str, Any] = {"code": folder, "handler": "smoke.handler"} if code == "folder" else {}
    hook_function(stack, function_name="CodeDeployHook_run", **given)
    module = "smoke" if code == "folder" else "index"
    event = {
        "executionId": "e-1",
        "lifecycleStage": "POST_TEST_TRAFFIC_SHIFT",
        "resourceArn": "the-deployment",
        "executionDetails": {"serviceArn": "the-service", "targetServiceRevisionArn": "the-revision"},
    }
    script = f"""
import sys
sys.path.insert(0, sys.argv[1])
import {module}
print({module}.handler({event}, None))
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, str(package_of(stack, "run"))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("tested the-deployment\n{'hookStatus': 'SUCCEEDED'}\n", "")


@pytest.mark.parametrize("code", ["folder", "source"])
def test_package_runs_with_nothing_but_python_and_boto3_and_reports_to_codedeploy(
    code: str, stack: cdk.Stack, folder: Path, tmp_path: Path
) -> None:
    given: dict[str, Any] = {"code": folder, "handler": "smoke.handler"} if code == "folder" else {}
    hook_function(stack, function_name="CodeDeployHook_run", **given)
    module = "smoke" if code == "folder" else "index"
    # What Lambda's runtime has beside Python: boto3 and what it needs.
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    for name in ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py"):
        (runtime / name).symlink_to(Path(boto3.__file__).parents[1] / name)
    script = f"""
import sys
sys.path[:0] = sys.argv[1:]
import {module}
{module}.handler({{"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}}, None)
print(sorted({{"aws_cdk", "constructs", "jsii"}} & set(sys.modules)))
"""
    with loopback() as server:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", script, str(package_of(stack, "run")), str(runtime)],
            env=lambda_environment(server.url),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.stdout, done.returncode) == ("tested d-1\n[]\n", 0), done.stderr
    assert [json.loads(request.body)["status"] for request in server.requests] == ["Succeeded"]


def test_stack_that_the_cdk_cli_leaves_out_needs_no_package(make_app: Callable[..., cdk.App]) -> None:
    app = make_app(context={"aws:cdk:bundling-stacks": ["Other"]})
    stack = cdk.Stack(app, "Stack")
    hook_function(stack)
    assert resources(template_of(stack), "AWS::Lambda::Function")
    assert not [*Path(app.outdir).glob("asset.*")]


def test_tokens_pass(stack: cdk.Stack) -> None:
    number, text = cdk.CfnParameter(stack, "Number", type="Number"), cdk.CfnParameter(stack, "Text")
    hook_function(
        stack,
        timeout=Duration.seconds(number.value_as_number),
        memory_size=number.value_as_number,
        environment={"TARGET_URL": text.value_as_string},
    )
    function = properties(template_of(stack), "AWS::Lambda::Function")
    assert (function["Timeout"], function["MemorySize"]) == ({"Ref": "Number"}, {"Ref": "Number"})
    assert function["Environment"] == {"Variables": {"TARGET_URL": {"Ref": "Text"}}}


NAME = "CodeDeployHook_ and up to 49 letters, digits, hyphens and underscores"


@pytest.mark.parametrize(
    ("arguments", "mistake"),
    [
        ({"function_name": "smoke"}, f"function_name must be {NAME}, got 'smoke'"),
        ({"function_name": "CodeDeployHook_a b"}, f"function_name must be {NAME}, got 'CodeDeployHook_a b'"),
        ({"function_name": "CodeDeployHook_é"}, f"function_name must be {NAME}, got 'CodeDeployHook_é'"),
        ({"function_name": "CodeDeployHook_" + "x" * 50}, f"function_name must be {NAME}, got 'CodeDeployHook_xxx"),
        ({"function_name": ""}, f"function_name must be {NAME}, got ''"),
        ({"function_name": 5}, f"function_name must be {NAME}, got 5"),
        (
            {"function_name": cdk.Aws.STACK_NAME},
            "function_name must be a literal name, got a token; the service's stack names it without an export (rule"
            " S32)",
        ),
        ({"id": "Smoke.Test"}, f"function_name must be {NAME}, got 'CodeDeployHook_Stack-Smoke.Test'; give a"),
        ({"id": "x" * 44}, f"function_name must be {NAME}, got 'CodeDeployHook_Stack-xxx"),
        ({"id": ""}, "id must be a non-empty string, got ''"),
        ({"id": 10**5000}, "id must be a non-empty string, got an int"),
        ({"reports_to_codedeploy": None}, "reports_to_codedeploy must be True or False, got None"),
        ({"reports_to_codedeploy": "ecs"}, "reports_to_codedeploy must be True or False, got 'ecs'"),
        *(
            (
                {"reports_to_codedeploy": False, "function_name": name},
                f"function_name must be up to 64 letters, digits, hyphens and underscores, got '{name}",
            )
            for name in ("", "a b", "é", "x" * 65)
        ),
        ({"code": 5}, "code must be a folder as Path or the source of a module as str, got 5"),
        ({"code": None}, "code must be a folder as Path or the source of a module as str, got None"),
        ({"code": Path("missing")}, "code must be an existing folder, got 'missing'"),
        ({"code": Path("x" * 300)}, "code must be an existing folder, got 'xxx"),
        ({"code": f"{SOURCE}# \ud800"}, "code must be text that UTF-8 can write, got "),
        ({"code": Path(__file__)}, f"code must be an existing folder, got '{__file__}'"),
        ({"code": "."}, "code must be a Path or the source of a module, got '.'; write Path('.')"),
        (
            {"code": "missing/folder"},
            "handler must be a function of the module in code, got 'index.handler'; there is no handler in it; a folder"
            " is given as Path",
        ),
        ({"code": "x" * 5000}, "handler must be a function of the module in code, got 'index.handler'; there is"),
        ({"code": "\0"}, "handler must be a function of the module in code, got 'index.handler'; there is"),
        ({"handler": "index.check"}, "got 'index.check'; there is no check in it"),
        ({"handler": "handler"}, "handler must be module.function, of at most 128 characters, got 'handler'"),
        (
            {"handler": "/index.handler"},
            "handler must be module.function, of at most 128 characters, got '/index.handler'",
        ),
        ({"handler": 5}, "handler must be module.function, of at most 128 characters, got 5"),
        ({"handler": "index." + "x" * 123}, "handler must be module.function, of at most 128 characters, got 'index.x"),
        (
            {"handler": "smoke.handler"},
            "handler must be index.function when code is the source of a module, got 'smoke.handler'",
        ),
        ({"runtime": "python3.13"}, "runtime must be a lambda_.Runtime, got 'python3.13'"),
        (
            {"runtime": lambda_.Runtime.NODEJS_22_X},
            "runtime must be a Python runtime, 3.11 or later, got 'nodejs22.x'",
        ),
        ({"runtime": lambda_.Runtime.PYTHON_3_9}, "runtime must be a Python runtime, 3.11 or later, got 'python3.9'"),
        (
            {"timeout": Duration.seconds(9)},
            "timeout must be a Duration from 10 to 900 whole seconds, got 9 seconds; the last 5 seconds of it are for"
            " the report",
        ),
        ({"timeout": Duration.minutes(16)}, "timeout must be a Duration from 10 to 900 whole seconds, got 960 seconds"),
        ({"timeout": 300}, "timeout must be a Duration from 10 to 900 whole seconds, got 300"),
        ({"memory_size": 127}, "memory_size must be a whole number from 128 to 10240, got 127"),
        ({"memory_size": 10241}, "memory_size must be a whole number from 128 to 10240, got 10241"),
        ({"memory_size": None}, "memory_size must be a whole number from 128 to 10240, got None"),
        ({"environment": "A=1"}, "environment must be a mapping of names to values, got 'A=1'"),
        ({"environment": {"RETRIES": 4711}}, "environment['RETRIES'] must be a string, got an int"),
        *(
            (
                {"environment": {name: "value"}},
                f"environment[{name!r}] must have a name of two or more letters, digits and _, starting with a letter",
            )
            for name in ("", "A", "1ST", "A-B", "GRÖSSE", 1, None)
        ),
        ({"vpc": "vpc-1"}, "vpc must be an ec2.IVpc, got 'vpc-1'"),
        (
            {"vpc_subnets": ec2.SubnetSelection(one_per_az=True)},
            "vpc must be given together with vpc_subnets, got None",
        ),
        ({"vpc_subnets": "private"}, "vpc_subnets must be an ec2.SubnetSelection, got 'private'"),
        ({"security_groups": ["sg-1"]}, "security_groups[0] must be a security group, got 'sg-1'"),
        ({"security_groups": ()}, "security_groups must be a sequence of 1 to 5 security groups, got ()"),
        ({"log_retention": 7}, "log_retention must be a logs.RetentionDays, got 7"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_wrong_value_is_refused(arguments: dict[str, Any], mistake: str, stack: cdk.Stack) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        hook_function(stack, **arguments)
    assert [text for text in caught.value.mistakes if mistake in text], caught.value.mistakes
    assert [child.node.id for child in stack.node.children if not child.node.id.startswith("AWS")] == []


def test_token_of_a_number_is_no_handler(stack: cdk.Stack) -> None:
    with pytest.raises(InvalidArgumentsError, match=r"handler must be module.function, .* got a token"):
        hook_function(stack, handler=number_token(stack))


@pytest.mark.parametrize(
    ("subnets", "arguments", "mistake"),
    [
        ({"public_subnet_ids": PUBLIC_SUBNETS}, {}, "There are no 'Private' subnet groups in this VPC"),
        (
            {"private_subnet_ids": PRIVATE_SUBNETS, "public_subnet_ids": PUBLIC_SUBNETS},
            {"vpc_subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)},
            "vpc_subnets must be private subnets, got public ones; a function has no public address, and reaches the "
            "internet through a NAT gateway only",
        ),
        (
            {"private_subnet_ids": PRIVATE_SUBNETS},
            {"vpc_subnets": ec2.SubnetSelection(subnet_group_name="Backend")},
            "There are no subnet groups with name 'Backend' in this VPC",
        ),
        (
            {"private_subnet_ids": PRIVATE_SUBNETS},
            {"vpc_subnets": ec2.SubnetSelection(subnets=[])},
            "vpc_subnets must select 1 or more subnets, got 0",
        ),
    ],
)
def test_subnets_that_a_function_can_not_run_in_are_refused(
    stack: cdk.Stack, subnets: dict[str, Any], arguments: dict[str, Any], mistake: str
) -> None:
    zones = ["us-east-1a", "us-east-1b"]
    vpc = ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-0123456789abcdef0", availability_zones=zones, **subnets)
    with pytest.raises(InvalidArgumentsError) as caught:
        hook_function(stack, vpc=vpc, **arguments)
    (found,) = caught.value.mistakes
    assert found.startswith("vpc_subnets must ")
    assert mistake in found
    assert stack.node.try_find_child("Hook") is None


@pytest.mark.parametrize(
    ("handler", "advice"),
    [
        ("missing.handler", "there is no missing.py"),
        ("checks/missing.handler", "there is no checks/missing.py"),
        ("checks.missing.handler", "there is no checks/missing.py"),
        ("smoke.check", "there is no check in smoke.py"),
        ("checks.handler", "there is no handler in __init__.py"),
    ],
)
def test_handler_that_is_not_in_the_folder_is_refused(
    handler: str, advice: str, stack: cdk.Stack, folder: Path
) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        hook_function(stack, code=folder, handler=handler)
    assert caught.value.mistakes == (f"handler must be a function of a module in {folder}, got '{handler}'; {advice}",)


@pytest.mark.parametrize("handler", ["checks.report.report", "checks/report.report", "checks.report", "pre-traffic.go"])
def test_handler_may_be_in_a_package_and_in_a_file_of_any_name(handler: str, stack: cdk.Stack, folder: Path) -> None:
    (folder / "pre-traffic.py").write_text("def go(event, context): ...")
    hook_function(stack, code=folder, handler=handler)
    assert properties(template_of(stack), "AWS::Lambda::Function")["Handler"] == handler


def test_name_of_a_nested_stack_is_refused_until_a_name_is_given(stack: cdk.Stack) -> None:
    nested = cdk.NestedStack(stack, "Nested")
    with pytest.raises(InvalidArgumentsError) as caught:
        LifecycleHookFunction(nested, "Hook", code=SOURCE)
    assert caught.value.mistakes == (
        "function_name must be a literal name, got a token; give a function_name (rule S32)",
    )
    given = LifecycleHookFunction(nested, "Hook", code=SOURCE, function_name="CodeDeployHook_nested")
    assert given.function_name == "CodeDeployHook_nested"


@pytest.mark.parametrize("scope", [None, "Stack"])
def test_scope_outside_a_stack_is_refused(scope: Any) -> None:
    with pytest.raises(InvalidArgumentsError, match="scope must be a construct"):
        LifecycleHookFunction(scope, "Hook", code=SOURCE)


def test_app_as_scope_is_refused(make_app: Callable[..., cdk.App]) -> None:
    with pytest.raises(InvalidArgumentsError, match="scope must be a construct that belongs to a Stack"):
        LifecycleHookFunction(make_app(), "Hook", code=SOURCE)


def test_all_mistakes_are_reported_together(stack: cdk.Stack) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        hook_function(stack, code=Path("missing"), memory_size=1, timeout=Duration.hours(1), function_name="smoke")
    assert [mistake.split()[0] for mistake in caught.value.mistakes] == [
        "function_name",
        "code",
        "timeout",
        "memory_size",
    ]
