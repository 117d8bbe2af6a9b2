"""Files and names that somebody chose to do harm, or by accident: a sentence and exit code 2, and nobody waits."""

import json
import os
import socket
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecs_blue_green.cli import short_tags, templates
from ecs_blue_green.cli.lint.formats import FORMATS
from ecs_blue_green.cli.lint.report import LintReport
from ecs_blue_green.cli.templates import read_template, template_in
from ecs_blue_green.template.files import FileRefusedError, read_within, write_file
from ecs_blue_green.template.rules import lint
from tests.cli.support import CLEAN, invoke, with_nested_stack, with_output, write


def error(*command: str) -> str:
    """What a command that fails says, which is one sentence."""
    result = invoke(*command)
    assert result.exit_code == 2, result.output
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert "Traceback" not in result.output
    return line


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def a_socket(file: Path) -> None:
    place = os.open(file.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{place}/{file.name}")  # the whole name may be too long
    os.close(place)


def a_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


THINGS = [(a_pipe, "is a pipe"), (a_device, "is a device"), (a_socket, "can't be read: no such device or address")]


@pytest.mark.parametrize(("make", "said"), THINGS)
@pytest.mark.parametrize("command", [["lint"], ["schedule"], ["predict", "--deployed"]], ids=lambda command: command[0])
def test_what_is_no_regular_file_is_not_read(
    make: Callable[[Path], None], said: str, command: list[str], tmp_path: Path
) -> None:
    make(tmp_path / "shop.json")
    other = [write(tmp_path / "new.json", CLEAN)] if command[0] == "predict" else []
    assert f"{tmp_path}/shop.json: {said}" in error(*command, str(tmp_path / "shop.json"), *other)


@pytest.mark.parametrize(("make", "said"), [*THINGS[:1], (a_device, "is outside of the folder")])
@pytest.mark.parametrize("name", ["manifest.json", "Other.template.json"])
def test_nor_is_it_in_a_folder(make: Callable[[Path], None], said: str, name: str, tmp_path: Path) -> None:
    write(tmp_path / "Shop.template.json", CLEAN)
    make(tmp_path / name)
    assert f"{tmp_path}/{name}: {said}" in error("lint", str(tmp_path))


def test_a_link_to_a_regular_file_is_read_if_it_is_named(tmp_path: Path) -> None:
    write(tmp_path / "shop.json", CLEAN)
    (tmp_path / "link.json").symlink_to("shop.json")
    assert invoke("lint", str(tmp_path / "link.json")).exit_code == 0


def test_links_within_a_folder_are_followed_and_those_out_of_it_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    (folder / "assembly-Prod").mkdir(parents=True)
    write(folder / "Shop.template.json", CLEAN)
    (folder / "assembly-Prod/Same.template.json").symlink_to("../Shop.template.json")
    assert invoke("lint", str(folder)).stderr == "1 template, 1 with blue/green deployments: no findings\n"
    write(tmp_path / "secret.json", CLEAN)
    (folder / "Out.template.json").symlink_to(tmp_path / "secret.json")
    assert f"{folder}/Out.template.json: is outside of the folder" in error("lint", str(folder))


@pytest.mark.parametrize("to", [".", "..", "../..", "/"])
def test_stages_that_lead_in_circles_or_out_are_told(to: str, tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    (folder / "assembly-Prod").mkdir(parents=True)
    write(folder / "Shop.template.json", CLEAN)
    (folder / "assembly-Prod/assembly-Again").symlink_to(to)
    assert f"{folder}/assembly-Prod/assembly-Again: is a link to " in error("lint", str(folder))


@pytest.mark.parametrize("name", ["../secret.json", "/etc/passwd", "link.json", "a/../../secret.json", "a/../b.json"])
def test_a_manifest_names_files_of_its_folder_only(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    (folder / "a").mkdir(parents=True)
    write(tmp_path / "secret.json", {"/Shop/Url": [{"type": "aws:cdk:logicalId", "data": "Url"}]})
    write(folder / "b.json", {})
    (folder / "link.json").symlink_to("../secret.json")
    shop = {"properties": {"templateFile": "Shop.template.json"}, "displayName": "Shop", "additionalMetadataFile": name}
    write(folder / "manifest.json", {"artifacts": {"Shop": shop}})
    write(folder / "Shop.template.json", with_output())
    assert f"{os.path.join(folder, name)}: is outside of the folder that names it" in error("lint", str(folder))


def test_a_folder_that_becomes_a_link_on_the_way_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in/a").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    for folder in ("in/a", "out"):
        (tmp_path / folder / "file").write_text(folder)
    assert read_within(str(tmp_path / "in"), "a/file") == b"in/a"
    real = os.path.realpath

    def race(path: Any, **options: Any) -> Any:
        found = real(path, **options)
        if str(path).endswith("file"):
            (tmp_path / "in/a").rename(tmp_path / "in/b")
            (tmp_path / "in/a").symlink_to(tmp_path / "out")
        return found

    monkeypatch.setattr(os.path, "realpath", race)
    with pytest.raises(OSError, match=r"directory|symbolic"):
        read_within(str(tmp_path / "in"), "a/file")


@pytest.mark.parametrize("command", [["lint"], ["schedule"], ["predict", "--deployed", "-"]])
def test_size_is_bounded_by_an_option(command: list[str], tmp_path: Path) -> None:
    file = write(tmp_path / "shop.json", CLEAN)
    given = json.dumps(CLEAN)
    assert invoke(*command, file, given=given).exit_code == 0
    result = invoke(*command, "--max-size", "0.001", file, given=given)
    assert (result.exit_code, "is larger than 0.001 MB: --max-size allows more" in result.stderr) == (2, True)


def test_size_of_standard_input_is_bounded_too() -> None:
    result = invoke("lint", "--max-size", "0.001", "-", given=json.dumps(CLEAN))
    assert (result.exit_code, result.stderr[:52]) == (2, "Error: standard input: is larger than 0.001 MB: --ma")


def test_no_more_is_read_than_is_allowed(tmp_path: Path) -> None:
    with (tmp_path / "shop.json").open("wb") as file:
        file.truncate(10**12)
    tracemalloc.start()
    assert "is larger than 2 MB" in error("lint", str(tmp_path / "shop.json"))
    assert tracemalloc.get_traced_memory()[1] < 12_000_000
    tracemalloc.stop()


MERGES = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}\n" for n in range(1, 12))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", "a: [" + "1," * 5_000 + "]", "it is too large for a template: it holds more than 1,000 values"),
        ("a.yaml", "- a\n" * 5_000, "it is too large for a template: it holds more than 1,000 values"),
        ("a.json", "[" + "{}," * 5_000 + "{}]", "is too large for a template: it holds more than 1,000 values"),
        (
            "a.yaml",
            "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: 1}}\n" for n in range(1, 100)),
            "its aliases unfold into more than a template can hold",
        ),
        ("a.yaml", f"a: 0x{'f' * 5_000}", "a number can't have more than 100 digits"),
        ("a.yaml", "a: 1" + ":1" * 5_000, "a number can't have more than 100 digits"),
        ("a.yaml", "a: {<<: 1}", "an object can only merge other objects"),
        ("a.json", '{"a": NaN}', "NaN is no number that it has"),
        ("a.json", '{"a": [1e999]}', "it has a number that is too large"),
    ],
)
def test_what_swells_is_refused(
    name: str, text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(short_tags, "_MOST_NODES", 1_000)
    monkeypatch.setattr(templates, "_MOST_NODES", 1_000)
    (tmp_path / name).write_text(text)
    assert said in error("lint", str(tmp_path / name))


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {"Fn::If": ["Unknown", value, "y"]}
    return value


@pytest.mark.parametrize(("depth", "codes"), [(45, {0, 1, 2}), (60, {2})])
def test_what_is_nested_is_read_as_deep_as_it_can_be_told(depth: int, codes: set[int], tmp_path: Path) -> None:
    for file, topic in (("old", "x"), ("new", nested(depth))):
        template = with_output()
        template["Resources"]["Topic"] = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": topic}}
        write(tmp_path / f"{file}.json", template)
    files = ("--deployed", str(tmp_path / "old.json"), str(tmp_path / "new.json"))
    for format in ("text", "json", "markdown"):
        result = invoke("predict", "--format", format, *files)
        assert result.exit_code in codes
        assert ("is nested too deeply for a template" in result.stderr) == (depth == 60)


@pytest.mark.parametrize(
    "text",
    [
        "Password: *hunter2",
        "Password: !hunter2 x",
        "Password: !hunter2!x y",
        "A: &hunter2 x\nB: &hunter2 y",
        "Password: !!float hunter2",
        "Password: !!int hunter2",
        "Password: [hunter2",
        "Password: 'hunter2",
        'Password: "hunter2\\q"',
        "Password: |hunter2",
        "Password: @hunter2",
        "%YAML hunter2\n---",
        "%TAG hunter2\n---",
        "- hunter2\nhunter2: 1",
    ],
)
def test_errors_repeat_no_values(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(text)
    assert "hunter2" not in error("lint", str(tmp_path / "a.yaml"))


def test_a_manifest_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "_MOST_NODES_OF_ASSEMBLIES", 100)
    write(tmp_path / "Shop.template.json", CLEAN)
    write(tmp_path / "manifest.json", {"artifacts": [[]] * 200})
    assert f"{tmp_path}/manifest.json: is too large: it holds more than 100 values" in error("lint", str(tmp_path))


def test_merges_of_merges_have_each_key_once() -> None:
    tracemalloc.start()
    assert template_in("a.yaml", MERGES).content["a11"] == {"x": 1}
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


def test_of_what_is_merged_the_first_counts_and_an_objects_own_before_all() -> None:
    text = "A: &a {x: 1, y: 1}\nB: &b {y: 2, z: 2}\nC: {<<: [*a, *b], z: 3}\nD: {z: 4, <<: *b}\n"
    content = template_in("a.yaml", text).content
    assert (content["C"], content["D"]) == ({"x": 1, "y": 1, "z": 3}, {"y": 2, "z": 4})


def test_infinity_in_yaml_is_a_text() -> None:
    assert template_in("a.yaml", "a: [.inf, -.inf, .nan, 1e999]").content == {"a": [".inf", "-.inf", ".nan", "1e999"]}


@pytest.mark.parametrize("format", ["json", "github", "sarif"])
def test_names_that_are_not_utf8_are_told_in_every_format(format: str, tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff%.json")
    write(Path(name), with_nested_stack())
    result = invoke("lint", "--format", format, name)
    assert result.exit_code == 1
    result.stdout.encode()
    if format == "json":
        assert json.loads(result.stdout)["findings"][0]["path"] == f"{tmp_path}/\\xff%.json"
    elif format == "sarif":
        (run,) = json.loads(result.stdout)["runs"]
        location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert location["uri"] == f"file://{tmp_path}/%FF%25.json"


@pytest.mark.parametrize("make", [a_pipe, a_device, lambda file: file.symlink_to("other")])
def test_what_is_no_regular_file_is_not_written(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "file")
    with pytest.raises((FileRefusedError, OSError), match=r"is a link|No such device"):
        write_file(str(tmp_path / "file"), b"new")
    assert not (tmp_path / "other").exists()


def test_a_file_is_written_in_place_of_what_it_holds(tmp_path: Path) -> None:
    for content in (b"long", b"new"):
        write_file(str(tmp_path / "file"), content)
    assert (tmp_path / "file").read_bytes() == b"new"


def test_a_picture_goes_by_no_link(tmp_path: Path) -> None:
    (tmp_path / "traffic.svg").symlink_to("other")
    file = write(tmp_path / "shop.json", CLEAN)
    said = error("schedule", "--plot", str(tmp_path / "traffic.svg"), file)
    assert said.endswith("traffic.svg: can't be written: it is a link: name the file itself")


class Counted(str):
    """A text that counts how often it is gone through."""

    times = 0

    def count(self, *arguments: Any) -> int:
        self.times += 1
        return super().count(*arguments)

    def split(self, *arguments: Any) -> list[str]:
        self.times += 1
        return super().split(*arguments)


@pytest.mark.parametrize("format", ["github", "sarif"])
def test_lines_of_findings_are_looked_up(format: str) -> None:
    template = with_nested_stack()
    for number in range(30):
        template = with_nested_stack(f"Nested{number}", template)
    text = Counted(json.dumps(template, indent=1))
    file = template_in("shop.json", text)
    object.__setattr__(file, "text", text)
    text.times = 0
    findings = lint(template)
    assert len(findings) == 31
    FORMATS[format](LintReport(templates=[(file, findings)], unreadable=[]))
    assert text.times == 1


def test_lines_are_those_of_keys() -> None:
    text = """{
 "Resources": {
  "A" : {"B": 1},
     'C': 1,
  Fn::ForEach::X: 1
D : 2
 "D": 3, "E": 4
  http://a
"""
    file = read_template_of(text)
    assert [file.line_of(key) for key in ("A", "B", "C", "D", "E", "Fn::ForEach::X", "", "http")] == [
        *(3, 1, 4, 6, 1, 5, 1, 1)
    ]


def read_template_of(text: str) -> templates.TemplateFile:
    file = template_in("shop.json", json.dumps(CLEAN))
    return templates.TemplateFile(path=file.path, text=text, content=file.content, assembly=file.assembly)


@pytest.mark.parametrize("command", ["lint", "predict"])
def test_a_manifest_is_read_once(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    inner = read_within

    def counted(folder: str, name: str, most: int) -> bytes:
        read.append(name)
        return inner(folder, name, most)

    monkeypatch.setattr(templates, "read_within", counted)
    folders = [tmp_path / "old", tmp_path / "new"]
    for folder in folders:
        folder.mkdir()
        stacks = {f"S{n}": {"properties": {"templateFile": f"S{n}.template.json"}} for n in range(5)}
        write(folder / "manifest.json", {"artifacts": stacks})
        for id in stacks:
            write(folder / f"{id}.template.json", with_output())
    if command == "lint":
        invoke("lint", str(folders[0]))
    else:
        invoke("predict", "--deployed", *map(str, folders))
    assert read.count("manifest.json") == (1 if command == "lint" else 2)


@pytest.mark.parametrize("name", ["a\0b", "", "a" * 5000])
def test_names_that_no_file_can_have(name: str) -> None:
    with pytest.raises(templates.UnreadableError, match=r"there is no such file|file name too long"):
        read_template(name)


def test_what_must_not_be_read_is_told_before_anything_is_printed(tmp_path: Path) -> None:
    shop = {"properties": {"templateFile": "Shop.template.json"}, "additionalMetadataFile": "../out.json"}
    write(tmp_path / "manifest.json", {"artifacts": {"Shop": shop}})
    write(tmp_path / "Shop.template.json", with_output())
    assert invoke("lint", str(tmp_path)).stdout == ""
