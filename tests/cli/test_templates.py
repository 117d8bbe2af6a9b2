"""Where templates come from: files in JSON and YAML, and folders; and what is said of those that can't be read."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecs_blue_green.cli.templates import UnreadableError, read_template
from tests.cli.support import CLEAN, invoke, with_nested_stack, write
from tests.support import ROOT

SNAPSHOTS = sorted((ROOT / "tests").glob("**/__snapshots__/**/*.json"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("!Ref Vpc", {"Ref": "Vpc"}),
        ("!Condition IsProd", {"Condition": "IsProd"}),
        ("!GetAtt Vpc.CidrBlock", {"Fn::GetAtt": ["Vpc", "CidrBlock"]}),
        ("!GetAtt Nested.Outputs.Url", {"Fn::GetAtt": ["Nested", "Outputs.Url"]}),
        ("!GetAtt [Vpc, CidrBlock]", {"Fn::GetAtt": ["Vpc", "CidrBlock"]}),
        ("!Sub '${AWS::StackName}-x'", {"Fn::Sub": "${AWS::StackName}-x"}),
        ("!Sub ['${A}', {A: !Ref B}]", {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}),
        ("!If [IsProd, 3, !Ref 'AWS::NoValue']", {"Fn::If": ["IsProd", 3, {"Ref": "AWS::NoValue"}]}),
        ("!ImportValue vpc", {"Fn::ImportValue": "vpc"}),
        ("!Select [0, !GetAZs '']", {"Fn::Select": [0, {"Fn::GetAZs": ""}]}),
        ("!Join ['', [a, !Ref B]]", {"Fn::Join": ["", ["a", {"Ref": "B"}]]}),
        ("!Equals [!Ref A, b]", {"Fn::Equals": [{"Ref": "A"}, "b"]}),
        ("!Transform {Name: AWS::Include}", {"Fn::Transform": {"Name": "AWS::Include"}}),
        ("!Base64 12", {"Fn::Base64": "12"}),
        ("{Fn::Sub: a}", {"Fn::Sub": "a"}),
        ("2010-09-09", "2010-09-09"),
        ("[80, 1.5, true, yes, null, ~, '80', text, 0o7]", [80, 1.5, True, True, None, None, "80", "text", "0o7"]),
        ("{80: a, true: b, 2010-09-09: c, ? null : d}", {"80": "a", "true": "b", "2010-09-09": "c", "null": "d"}),
        ("! text", "text"),
        ("!ToJsonString {a: !Length [b]}", {"Fn::ToJsonString": {"a": {"Fn::Length": ["b"]}}}),
        ("{A: &a {X: 1}, B: {<<: *a, X: 2}, C: {<<: *a, X: 3}}", {"A": {"X": 1}, "B": {"X": 2}, "C": {"X": 3}}),
        ("{A: &a {X: 1}, B: &b {Y: 2}, C: {<<: *a, <<: *b}}", {"A": {"X": 1}, "B": {"Y": 2}, "C": {"Y": 2, "X": 1}}),
        ("{A: &a {X: 1}, B: &b {<<: *a, X: 2}, C: *b}", {"A": {"X": 1}, "B": {"X": 2}, "C": {"X": 2}}),
    ],
)
def test_yaml_means_what_cloudformation_reads_in_it(written: str, meant: object, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(f"Value: {written}\n")
    assert read_template(str(tmp_path / "shop.yaml")).content == {"Value": meant}


def test_yaml_aliases_and_merges_are_copies(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text("A: &a {X: 1, Y: [1]}\nB: *a\nC: {<<: *a, X: 2}\n")
    content = read_template(str(tmp_path / "shop.yaml")).content
    assert content == {"A": {"X": 1, "Y": [1]}, "B": {"X": 1, "Y": [1]}, "C": {"X": 2, "Y": [1]}}
    assert content["A"] is not content["B"]


class ShortTags(yaml.SafeDumper):
    """Writes functions with short tags."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_data(self, data: Any) -> yaml.Node:
        if isinstance(data, dict) and len(data) == 1:
            ((name, value),) = data.items()
            if name == "Ref" or name.startswith("Fn::"):
                if name == "Fn::GetAtt":
                    value = ".".join(value)
                node = super().represent_data(value)
                if not node.tag.startswith("!"):  # YAML has no two tags in a row
                    node.tag = f"!{name.removeprefix('Fn::')}"
                    return node
        node = super().represent_data(data)
        assert isinstance(node, yaml.Node)
        return node


@pytest.mark.parametrize("file", SNAPSHOTS, ids=lambda file: file.stem)
def test_a_template_is_the_same_in_json_and_in_yaml_with_short_tags(file: Path, tmp_path: Path) -> None:
    template = json.loads(file.read_text())
    text = yaml.dump(template, Dumper=ShortTags)
    assert "!Ref " in text
    (tmp_path / "shop.yaml").write_text(text)
    assert read_template(str(tmp_path / "shop.yaml")).content == template


@pytest.mark.parametrize("name", ["shop.yaml", "shop.yml", "shop.template", "shop.json", "shop.JSON", "shop"])
def test_json_is_read_whatever_the_file_is_called(name: str, tmp_path: Path) -> None:
    write(tmp_path / name, CLEAN)
    assert read_template(str(tmp_path / name)).content == CLEAN


def test_byte_order_mark_is_no_part_of_a_template(tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_bytes(b'\xef\xbb\xbf{"Resources": {}}')
    assert read_template(str(tmp_path / "shop.json")).content == {"Resources": {}}


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", b'{\n "a" 1}', ":2: can't be read as JSON: expecting ':' delimiter"),
        ("a.json", b"Resources: {}", ":1: can't be read as JSON: expecting value"),
        ("a.template", b'{"a": 1', ":1: can't be read as JSON: expecting ',' delimiter"),
        ("a.json", b"", ": is no template: a template is an object, and this is empty"),
        ("a.yaml", b"# nothing\n", ": is no template: a template is an object, and this is empty"),
        ("a.json", b"[1]", ": is no template: a template is an object, and this is a list"),
        ("a.json", b'"a"', ": is no template: a template is an object, and this is a text"),
        ("a.json", b"1.5", ": is no template: a template is an object, and this is a number"),
        ("a.json", b"true", ": is no template: a template is an object, and this is true or false"),
        ("a.txt", b"hello", ": is no template: a template is an object, and this is a text"),
        ("a.json", b'{"a":\n"\xe4"}', ":2: is not UTF-8 (byte 0xe4): save it as UTF-8"),
        ("a.json", '{"a": 1}'.encode("utf-16"), ":1: is not UTF-8 (byte 0xff): save it as UTF-8"),
        ("a.json", b"[" * 100_000, ": is nested too deeply for a template"),
        ("a.yaml", b"[" * 100_000, ": is nested too deeply for a template"),
        ("a.yaml", b"- " * 100_000, ": is nested too deeply for a template"),
        ("a.yaml", b"&a [*a]", ": is nested too deeply for a template"),
        ("a.yaml", LAUGHS.encode(), ": can't be read as YAML: its aliases unfold into more than a template can hold"),
        ("a.json", b'{"a": ' + b"1" * 5000 + b"}", ": holds a number of more digits than can be read"),
        (
            "a.yaml",
            b"a: 1\nb: [1\nc: 2\n",
            ":3: can't be read as YAML: while parsing a flow sequence, expected ',' or ']', but got ':'",
        ),
        (
            "a.yaml",
            b"a: 1\n\tb: 2\n",
            ":2: can't be read as YAML: while scanning for the next token, "
            r"found character '\t' that cannot start any token",
        ),
        (
            "a.yaml",
            b"a: 1\n---\nb: 2\n",
            ":2: can't be read as YAML: expected a single document in the stream, but found another document",
        ),
        ("a.yaml", b"a: *name\n", ":1: can't be read as YAML: found undefined alias (column 4)"),
        ("a.yaml", b"a: 1\n? [b]\n: 2\n", ":2: can't be read as YAML: a key must be a text"),
        ("a.yaml", b"a: 1\nb: 2\na: 3\n", ":3: can't be read as YAML: the key 'a' is there twice, first in line 1"),
        ("a.yaml", b"a: {b: 1,\n b: 1}\n", ":2: can't be read as YAML: the key 'b' is there twice, first in line 1"),
        ("a.yaml", b"80: 1\n'80': 2\n", ":2: can't be read as YAML: the key '80' is there twice, first in line 1"),
        (
            "a.yaml",
            b"a: 1\nb: !ref c\n",
            ":2: can't be read as YAML: CloudFormation has no function with the short tag in column 4: "
            "did you mean !Ref?",
        ),
        (
            "a.yaml",
            b"a: !Fn::Sub c\n",
            ":1: can't be read as YAML: CloudFormation has no function with the short tag in column 4: "
            "did you mean !Sub?",
        ),
        ("a.json", b'{"a": 1,\n"a": 2}', ':2: can\'t be read as JSON: the key "a" is there twice, first in line 1'),
        (
            "a.json",
            b'{"a": [{"b": "{\\""},\n{"b": "a", "c":\n{"b": 1, "a": "b",\n"\\u0062" :2}}]}',
            ':4: can\'t be read as JSON: the key "\\u0062" is there twice, first in line 3',
        ),
        (
            "a.json",
            b'{"a": {"b": 1},\n"c": {"b": 2},\n"d": [],\n"e": 1,\n"c": 3}',
            ':5: can\'t be read as JSON: the key "c" is there twice, first in line 2',
        ),
        ("a.yaml", b"a: 1\nb: 0b_\n", ":2: can't be read as YAML: what is written like a number in column 4 is none"),
        ("a.yaml", b"a: 1\nb: \x01\n", r":2: can't be read as YAML: the character '\x01' is not allowed"),
    ],
)
def test_what_is_no_template_is_told_in_a_sentence(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    result = invoke("lint", str(file))
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {file}{said}\n")


def test_nothing_is_run_by_reading_yaml(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"a: !!python/object/apply:pathlib.Path.touch [{tmp_path}/touched]")
    assert invoke("lint", str(tmp_path / "a.yaml")).exit_code == 0
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize("body", [CLEAN, yaml.safe_dump(CLEAN)], ids=["json", "yaml"])
def test_standard_input_is_what_the_command_line_of_aws_prints(body: object) -> None:
    result = invoke("lint", "-", given=json.dumps(body, indent=4))
    assert (result.exit_code, result.stderr) == (0, "1 template, 1 with blue/green deployments: no findings\n")


def test_empty_standard_input_is_no_template() -> None:
    result = invoke("lint", "-")
    assert result.exit_code == 2
    assert result.stderr == "Error: standard input: is no template: a template is an object, and this is empty\n"


def test_paths_that_can_not_be(tmp_path: Path) -> None:
    write(tmp_path / "shop.json", CLEAN)
    (tmp_path / "loop").symlink_to("loop")
    result = invoke("lint", *(f"{tmp_path}/{name}" for name in ("shop.json/x", "loop", "a" * 300)))
    assert result.exit_code == 2
    assert [line.rpartition(": ")[::2] for line in result.stderr.splitlines()] == [
        (f"Error: {tmp_path}/shop.json/x: can't be read", "not a directory"),
        (f"Error: {tmp_path}/loop: can't be read", "too many levels of symbolic links"),
        (f"Error: {tmp_path}/{'a' * 300}: can't be read", "file name too long"),
    ]


@pytest.fixture
def nobodys_folder() -> Iterator[Path]:
    """A folder that everybody can enter; root gives its rights up, for it may read whatever it likes."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    invoke("lint", write(folder / "shop.json", with_nested_stack()))  # loads what nobody else might be allowed to
    user = os.geteuid()
    if user == 0:
        os.chown(folder, 65534, -1)
        os.seteuid(65534)
    yield folder
    os.seteuid(user)
    shutil.rmtree(folder)


def test_permissions_that_are_missing(nobodys_folder: Path) -> None:
    (nobodys_folder / "secret.json").touch(0o000)
    (nobodys_folder / "cdk.out").mkdir()
    (nobodys_folder / "cdk.out/assembly-Prod").mkdir(0o000)
    result = invoke("lint", *(f"{nobodys_folder}/{name}" for name in ("secret.json", "shop.json", "cdk.out")))
    (nobodys_folder / "cdk.out/assembly-Prod").chmod(0o755)
    assert result.exit_code == 2
    assert "nested-stack" in result.stdout
    assert result.stderr.splitlines()[1:] == [
        f"Error: {nobodys_folder}/secret.json: can't be read: permission denied",
        f"Error: {nobodys_folder}/cdk.out/assembly-Prod: can't be read: permission denied",
    ]


def test_folder_gives_its_templates_and_those_of_stages_but_not_those_of_assets(tmp_path: Path) -> None:
    for name in (
        "Shop.template.json",
        "manifest.json",
        "asset.0a1b/Sample.template.json",
        "assembly-Prod/ProdShop.template.json",
        "assembly-Prod/ProdShopReports.nested.template.json",
        "assembly-Prod/assembly-Prod-Inner/ProdInnerShop.template.json",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        write(tmp_path / name, with_nested_stack())
    lines = invoke("lint", str(tmp_path)).stdout.splitlines()
    files = [line.removeprefix(f"{tmp_path}/").partition(":")[0] for line in lines]
    assert [*dict.fromkeys(files)] == [
        "Shop.template.json",
        "assembly-Prod/ProdShop.template.json",
        "assembly-Prod/ProdShopReports.nested.template.json",
        "assembly-Prod/assembly-Prod-Inner/ProdInnerShop.template.json",
    ]


def test_hook_in_the_template_of_a_nested_stack_is_found_by_the_name_of_its_file(tmp_path: Path) -> None:
    result = invoke("lint", write(tmp_path / "ShopReports.nested.template.json", CLEAN))
    assert result.exit_code == 1
    expected = r"error nested-stack \w+Hook\w*: .* the hook can't be in a nested stack"
    assert re.search(expected, result.stdout)


def test_folder_without_templates(tmp_path: Path) -> None:
    write(tmp_path / "manifest.json", {})
    result = invoke("lint", str(tmp_path))
    assert result.exit_code == 2
    assert result.stderr == (
        f"Error: {tmp_path}: holds no *.template.json: "
        "name a cdk.out folder, which `cdk synth` fills, or the templates themselves\n"
    )


def test_error_keeps_its_parts(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{\n")
    with pytest.raises(UnreadableError) as caught:
        read_template(str(tmp_path / "a.json"))
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "a.json"), 2)
