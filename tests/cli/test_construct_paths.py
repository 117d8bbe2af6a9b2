"""Construct paths beside logical ids, from the cloud assemblies that CDK writes."""

import json
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns

from ecs_blue_green.cli.templates import read_template
from tests.cli.support import CLEAN, invoke, run_in_terminal, with_nested_stack, write
from tests.support import ROOT, small_service


@pytest.fixture
def assembly(make_app: Callable[..., cdk.App]) -> Path:
    """A cdk.out folder: a stack, and in a stage one with a service, a nested stack and two outputs."""
    app = make_app()
    network = cdk.Stack(app, "Network")
    sns.Topic(network, "Topic")
    shop = cdk.Stack(cdk.Stage(app, "Prod"), "Shop")
    small_service(shop)("Web")
    sns.Topic(shop, "Topic")
    sns.Topic(cdk.NestedStack(shop, "Reports"), "Topic")
    cdk.CfnOutput(shop, "Url", value="https://example.com", export_name="url")
    cdk.CfnOutput(shop, "Docs", value="https://example.com/docs")
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()  # it writes the folder, and then refuses what this page's findings are about
    return Path(app.outdir)


def test_findings_name_constructs_of_a_stage(assembly: Path) -> None:
    result = invoke("lint", str(assembly))
    assert result.exit_code == 1
    assert result.stderr == "3 templates, 1 with blue/green deployments: 2 errors, 1 warning; 2 without findings\n"
    nested, exported, _ = result.stdout.splitlines()
    assert nested.startswith(f"{assembly}/assembly-Prod/ProdShop")
    assert " (Prod/Shop/Reports.NestedStack/Reports.NestedStackResource): " in nested
    assert "error exported-output Url (Prod/Shop/Url): " in exported


def test_terminal_and_sarif_name_constructs_and_json_does_not(assembly: Path) -> None:
    _, screen = run_in_terminal("lint", assembly.name, cwd=assembly.parent, NO_COLOR="1", COLUMNS="200")
    assert "(Prod/Shop/Url)" in screen
    (run,) = json.loads(invoke("lint", "--format", "sarif", str(assembly)).stdout)["runs"]
    assert run["results"][1]["locations"][0]["logicalLocations"] == [
        {"name": "Url", "fullyQualifiedName": "Prod/Shop/Url"}
    ]
    assert "Prod/Shop" not in invoke("lint", "--format", "json", str(assembly)).stdout


def test_page_of_the_command_shows_its_real_screen(assembly: Path) -> None:
    page = (ROOT / "docs/lint.md").read_text()
    _, _, shown = page.partition("$ ecs-blue-green lint cdk.out\n")
    assembly.rename(assembly.with_name("cdk.out"))
    _, screen = run_in_terminal("lint", "cdk.out", cwd=assembly.parent, TERM="dumb")
    assert shown.partition("```")[0].splitlines() == [line.rstrip() for line in screen.splitlines()]


def test_a_nested_stack_has_paths_of_its_own(assembly: Path) -> None:
    paths = {}
    for file in (assembly / "assembly-Prod").glob("*.template.json"):
        template = read_template(str(file))
        (id,) = [id for id in template.content["Resources"] if id.startswith("Topic")]
        paths[id, ".nested." in file.name] = template.construct_paths[id]
    (id,) = {id for id, _ in paths}  # the same in both templates
    assert paths == {(id, False): "Prod/Shop/Topic/Resource", (id, True): "Prod/Shop/Reports/Topic/Resource"}


def test_hook_has_a_path_too(assembly: Path) -> None:
    (file,) = [file for file in (assembly / "assembly-Prod").glob("*.template.json") if ".nested." not in file.name]
    template = read_template(str(file))
    (hook,) = template.content["Hooks"]
    assert template.construct_paths[hook] == "Prod/Shop/Web/Hook"


def test_path_in_the_template_serves_where_there_is_no_assembly(tmp_path: Path) -> None:
    template = with_nested_stack()
    template["Resources"]["Reports"]["Metadata"] = {"aws:cdk:path": "Shop/Reports"}
    result = invoke("lint", write(tmp_path / "shop.json", template))
    assert "nested-stack Reports (Shop/Reports): " in result.stdout


@pytest.mark.parametrize(
    "manifest",
    [
        "{}",
        '{"name": "something else"}',
        '{"artifacts": {"Shop": {"additionalMetadataFile": "missing.json"}}}',
        '{"artifacts": {"Shop": {"additionalMetadataFile": ["shop.json"], "metadata": {"/Shop": [1, {"type": 2}]}}}}',
        '{"artifacts": {"Shop": {"additionalMetadataFile": "manifest.json", "metadata": {"/Shop": {}}}}}',
    ],
)
def test_what_an_assembly_does_not_tell_costs_only_the_paths(manifest: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    template = read_template(write(tmp_path / "shop.template.json", CLEAN))
    assert template.content == CLEAN
    assert template.construct_paths == {}


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        ("", "can't be read as JSON: "),
        ("{", "can't be read as JSON: "),
        ("\xff", "can't be read as JSON: "),
        ("[" * 100_000, "can't be read as JSON: "),
        ("[]", "is none of a cloud assembly: "),
        ('{"artifacts": []}', "is none of a cloud assembly: "),
        ('{"artifacts": {"Shop": 1}}', "is none of a cloud assembly: "),
    ],
)
@pytest.mark.parametrize("file", ["manifest.json", "paths.json"])
def test_a_damaged_assembly_is_told(damaged: str, said: str, file: str, tmp_path: Path) -> None:
    shop = {"properties": {"templateFile": "shop.template.json"}, "additionalMetadataFile": "paths.json"}
    write(tmp_path / "manifest.json", {"artifacts": {"Shop": shop}})
    write(tmp_path / "shop.template.json", CLEAN)
    (tmp_path / file).write_text(damaged, "latin-1")
    for command in (["lint"], ["schedule"], ["predict", "--deployed", str(tmp_path / "shop.template.json")]):
        result = invoke(*command, str(tmp_path))
        assert (result.exit_code, result.stdout) == (2, "")
        (line,) = result.stderr.splitlines()[:1]
        assert line.startswith(f"Error: {tmp_path}/{file}: {said}")


@pytest.mark.parametrize("tags", [["a"], {"a": 1}, "a"])
def test_tags_of_another_kind_are_not_known(tags: object, tmp_path: Path) -> None:
    shop = {"properties": {"templateFile": "shop.template.json", "tags": tags}}
    write(tmp_path / "manifest.json", {"artifacts": {"Shop": shop}})
    assert read_template(write(tmp_path / "shop.template.json", CLEAN)).tags is None


def test_metadata_within_the_manifest_serves_as_well(tmp_path: Path) -> None:
    """As aws-cdk-lib wrote it before it had a file of its own."""
    metadata = {
        "/Shop": [{"type": "aws:cdk:templateFile", "data": "shop.template.json"}],
        "/Shop/Url": [{"type": "aws:cdk:logicalId", "data": "Url"}],
        "/Shopping/Url": [{"type": "aws:cdk:logicalId", "data": "Other"}],
    }
    write(tmp_path / "manifest.json", {"artifacts": {"Shop": {"metadata": metadata}}})
    assert read_template(write(tmp_path / "shop.template.json", CLEAN)).construct_paths == {"Url": "Shop/Url"}


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("Shop.template.json", "Shop/Topic"),
        ("ShopReportsA0123456.nested.template.json", "Shop/Re-ports/Topic"),
        ("ShopReportsDailyB0123456.nested.template.json", "Shop/Re-ports/Daily/Topic"),
    ],
)
def test_nested_stacks_are_found_where_cdk_does_not_list_them(file: str, path: str, tmp_path: Path) -> None:
    """As aws-cdk-lib before 2.274."""
    ids = {
        "/Shop/Topic": "Topic",
        "/Shop/Re-ports.NestedStack/Re-ports.NestedStackResource": "Reports",
        "/Shop/Re-ports/Topic": "Topic",
        "/Shop/Re-ports/Daily.NestedStack/Daily.NestedStackResource": "Daily",
        "/Shop/Re-ports/Daily/Topic": "Topic",
    }
    metadata = {path: [{"type": "aws:cdk:logicalId", "data": id}] for path, id in ids.items()}
    shop = {"properties": {"templateFile": "Shop.template.json"}, "displayName": "Shop", "metadata": metadata}
    write(tmp_path / "manifest.json", {"artifacts": {"Shop": shop}})
    assert read_template(write(tmp_path / file, CLEAN)).construct_paths["Topic"] == path
