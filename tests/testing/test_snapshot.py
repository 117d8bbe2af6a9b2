"""What TemplateSnapshot leaves out, and what it keeps."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3_assets as assets
from syrupy.assertion import SnapshotAssertion
from syrupy.filters import props

from ecs_blue_green import Canary, HttpListener, LambdaHook, LifecycleHookFunction, Stage
from ecs_blue_green.testing import TemplateSnapshot, template_of
from tests.native.support import native_service
from tests.support import Template

HASH = "0123456789abcdef" * 4
OTHER_HASH = "fedcba9876543210" * 4


@pytest.fixture
def text(snapshot: SnapshotAssertion) -> Any:
    """Writes a template as the snapshot does."""
    return snapshot.use_extension(TemplateSnapshot).extension.serialize


@pytest.mark.parametrize(
    "value",
    [
        "{}.zip",
        "{}.json",
        "assets/{}.zip",
        "/{}.json",
        "asset.{}",
        "asset.{}.zip",
        "s3://bucket/prefix/{}.txt",
        "${{AWS::AccountId}}.dkr.ecr.${{AWS::Region}}.${{AWS::URLSuffix}}/cdk-hnb659fds-container-assets-"
        "${{AWS::AccountId}}-${{AWS::Region}}:{}",
        "123456789012.dkr.ecr.us-east-1.${{AWS::URLSuffix}}/cdk-hnb659fds-container-assets-123456789012-us-east-1:app{}",
    ],
)
def test_hash_of_an_asset_is_left_out(value: str, text: Any) -> None:
    """As CDK writes it into keys, addresses, metadata and tags."""
    resource = {"Properties": {"Some": [{"Where": value.format(HASH)}]}}
    written = text({"Resources": {"Function": resource}})
    assert json.loads(written)["Resources"]["Function"]["Properties"]["Some"] == [{"Where": value.format("ASSET-HASH")}]
    assert text({"Resources": {"Function": json.loads(json.dumps(resource).replace(HASH, OTHER_HASH))}}) == written


@pytest.mark.parametrize(
    "value",
    [
        f"example.com/shop@sha256:{HASH}",
        f"example.com/cdk-hnb659fds-container-assets-1@sha256:{HASH}",
        f"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:{HASH}",
        f"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:v1-{HASH}",
        f"sha256:{HASH}",
        HASH,
        f"--checksum={HASH}",
        f"verify {HASH}",
        f"{HASH[:-1]}.zip",
        f"{HASH}0.zip",
        f"x{HASH}.zip",
        f"/{HASH}0",
        f"/{HASH}",
        f"{HASH}.",
        f"{HASH.upper()}.zip",
        f"{HASH[:40]}.zip",
        HASH[:32],
    ],
)
def test_what_is_no_hash_of_an_asset_stays(value: str, text: Any) -> None:
    """Such as the digest of an image, with which another one is deployed."""
    assert json.loads(text({"Resources": {"Task": {"Properties": {"Value": value}}}})) == {
        "Resources": {"Task": {"Properties": {"Value": value}}}
    }


def test_text_is_the_same_whatever_assets_hold(make_app: Callable[..., cdk.App], tmp_path: Path, text: Any) -> None:
    templates = []
    for content in ("one", "two"):
        folder = tmp_path / content
        folder.mkdir()
        for name in ("index.py", "Dockerfile", "data"):
            (folder / name).write_text(content)
        stack = cdk.Stack(make_app(context={"aws:cdk:enable-asset-metadata": True}), "Stack")
        lambda_.Function(
            stack,
            "Function",
            code=lambda_.Code.from_asset(str(folder)),
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            environment={"DATA": assets.Asset(stack, "Data", path=str(folder / "data")).s3_object_url},
        )
        image = ecs.ContainerImage.from_asset(str(folder))
        ecs.FargateTaskDefinition(stack, "Task").add_container("app", image=image)
        cdk.CfnResource(cdk.NestedStack(stack, "Nested"), "Topic", type="AWS::SNS::Topic")
        templates.append(template_of(stack))
    one, two = templates
    assert one != two
    assert text(one) == text(two)


def test_text_of_a_native_stack_differs_by_what_was_changed_alone(make_app: Callable[..., cdk.App], text: Any) -> None:
    """A function's code is none of it."""
    templates = []
    for percentage, code in ((20, "one"), (20, "two"), (25, "two")):
        stack = cdk.Stack(make_app(), "Stack")
        function = LifecycleHookFunction(
            stack, "Smoke", code=f"def handler(event, context): {code}", reports_to_codedeploy=False
        )
        native_service(stack)(
            test_listener=HttpListener(port=8080),
            deployment=Canary(percentage=percentage),
            lifecycle_hooks=[LambdaHook(function, stages=[Stage.POST_TEST_TRAFFIC_SHIFT])],
        )
        templates.append(template_of(stack))
    one, two, three = map(text, templates)
    assert templates[0] != templates[1]
    assert one == two
    changed = [line for line in three.splitlines() if line not in one.splitlines()]
    assert [line.strip() for line in changed] == ['"CanaryPercent": 25']


def test_bootstrap_parameter_and_rule_are_left_out_where_cdk_put_them(text: Any) -> None:
    own = {"BootstrapVersion": 1, "CheckBootstrapVersion": 2}
    template: Template = {
        "Parameters": {"BootstrapVersion": {"Type": "String"}, "CheckBootstrapVersion": {"Type": "String"}},
        "Rules": {"CheckBootstrapVersion": {}, "BootstrapVersion": {}},
        "Resources": {"BootstrapVersion": {"Properties": {"Parameters": own, "Rules": own}}},
        "Outputs": own,
    }
    assert json.loads(text(template)) == template | {
        "Parameters": {"CheckBootstrapVersion": {"Type": "String"}},
        "Rules": {"BootstrapVersion": {}},
    }


def test_what_is_compared_stays_as_it_is(text: Any) -> None:
    template = {"Parameters": {"BootstrapVersion": {}}, "Resources": {"Function": {"Key": f"{HASH}.zip"}}}
    before = json.dumps(template)
    text(template)
    assert json.dumps(template) == before


def test_keys_are_sorted_and_lists_are_not(text: Any) -> None:
    assert text({"b": [2, 1], "a": {"d": None, "c": True}}) == (
        '{\n  "a": {\n    "c": true,\n    "d": null\n  },\n  "b": [\n    2,\n    1\n  ]\n}\n'
    )


@pytest.mark.parametrize("part", [{"Parameters": []}, ["a"], "text", 5, None])
def test_any_part_of_a_template_can_be_kept(part: Any, text: Any) -> None:
    assert json.loads(text(part)) == part


def test_options_of_syrupy_go_on_working(text: Any) -> None:
    template: Template = {"Parameters": {"BootstrapVersion": {}, "Image": {}}, "Resources": {}}
    assert json.loads(text(template, exclude=props("Resources"))) == {"Parameters": {"Image": {}}}


def test_without_syrupy_it_says_how_to_get_it_and_everything_else_works(tmp_path: Path) -> None:
    code = """
import sys
sys.modules["syrupy"] = None  # as if it were not installed
from ecs_blue_green import testing
testing.assert_no_findings({"Resources": {}})
assert "TemplateSnapshot" in dir(testing)
try:
    from ecs_blue_green.testing import TemplateSnapshot
except ImportError as error:
    print(type(error).__name__, error.name, error)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == (
        "ModuleNotFoundError syrupy TemplateSnapshot needs syrupy, which the extra `testing` brings: "
        "pip install 'ecs-blue-green-cdk[testing]'\n"
    )
