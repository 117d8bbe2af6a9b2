"""What ``schedule`` prints and draws, and how it ends."""

import copy
import json
import re
from collections.abc import Iterator
from contextlib import chdir
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib
import pytest
from PIL import Image

from ecs_blue_green.cli import schedule
from tests.cli.support import CLEAN, STYLES, help_of, invoke, invoke_on_terminal, schema, write
from tests.support import ROOT

TRIVIA: dict[str, Any] = json.loads(
    (ROOT / "tests/examples/__snapshots__/test_trivia/test_template[TriviaBackendProd].json").read_text()
)
WITHOUT_HOOK = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
PAGE = ROOT / "docs/schedule.md"
LINEAR = {"Type": "TimeBasedLinear", "TimeBasedLinear": {"StepPercentage": 14, "BakeTimeMins": 5}}


def trivia(test_listener: bool = True, **properties: Any) -> dict[str, Any]:
    """The example's template, with other properties of the hook."""
    template = copy.deepcopy(TRIVIA)
    (hook,) = template["Hooks"].values()
    hook["Properties"] |= properties
    if not test_listener:
        del hook["Properties"]["Applications"][0]["ECSAttributes"]["TrafficRouting"]["TestTrafficRoute"]
    return template


def texts(svg: bytes) -> str:
    """All that is written in a picture."""
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    return " ".join(text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text"))


def draw(template: object, folder: Path, name: str = "picture.svg") -> bytes:
    """Draw the schedules of a template."""
    write(folder / "shop.json", template)
    with chdir(folder):
        result = invoke("schedule", "--plot", name, "shop.json")
    assert (result.exit_code, result.stderr) == (0, "")
    return (folder / name).read_bytes()


def test_lines_tell_minute_event_shares_function_and_rollback(tmp_path: Path) -> None:
    result = invoke("schedule", write(tmp_path / "shop.json", TRIVIA))
    assert (result.exit_code, result.stderr) == (0, "")
    shown, _, notes = result.stdout.partition("\n\n")
    title, *table, total = shown.splitlines()
    assert title == "shop.json: ServiceHook29D33185"
    assert [re.split(" {2,}", line) for line in table] == [
        ["minute", "event", "production", "test", "hook", "a rollback then"],
        ["before", "Install", "0 %", "0 %", "-", "the green tasks stop; no traffic is on them"],
        ["before", "AllowTestTraffic", "0 %", "100 %", "-", "test traffic goes back to blue"],
        [
            *("before", "AfterAllowTestTraffic", "0 %", "100 %"),
            *("CodeDeployHook_-TriviaBackendHooksProd-pre-traffic-hook", "test traffic goes back to blue"),
        ],
        ["0", "AllowTraffic", "20 %", "100 %", "-", "production traffic goes back to blue"],
        ["15", "AllowTraffic", "100 %", "100 %", "-", "production traffic goes back to blue"],
        ["45", "TerminateBlue", "100 %", "100 %", "-", "not possible any more: deploy the old version again"],
    ]
    assert total == "45 minutes in all; CloudFormation probably gives up after 2160 (36 hours; inferred: L36)"
    assert [re.findall(r"[A-Z]\d+", note) for note in notes.splitlines()] == [["L34"], ["L11", "L14", "Q16"], ["Q18"]]


def test_total_over_the_limit_is_said_to_be_too_long(tmp_path: Path) -> None:
    template = trivia(AdditionalOptions={"TerminationWaitTimeInMinutes": 2880})
    result = invoke("schedule", write(tmp_path / "shop.json", template))
    assert result.exit_code == 0
    assert "\n2895 minutes in all, which is too long; CloudFormation probably gives up after 2160 " in result.stdout


def test_json_is_what_was_promised(tmp_path: Path) -> None:
    write(tmp_path / "shop.json", trivia(test_listener=False, TrafficRoutingConfig={"Type": "AllAtOnce"}))
    with chdir(tmp_path):
        result = invoke("schedule", "--format", "json", "shop.json")
    assert (result.exit_code, result.stderr) == (0, "")
    content = json.loads(result.stdout)
    schema("schedule").validate(content)
    (schedule,) = content["schedules"]
    steps = schedule.pop("steps")
    assert schedule == {
        "path": "shop.json",
        "engine": "codedeploy",
        "logical_id": "ServiceHook29D33185",
        "total_minutes": 30,
        "pause_minutes": 0,
        "limit_minutes": 2160,
    }
    names = ["event", "minute", "production", "test", "function", "pause", "rollback"]
    assert [[*step] for step in steps] == [names] * 4
    assert [[*step.values()][:5] for step in steps] == [
        ["Install", None, 0, None, None],
        ["AfterAllowTestTraffic", None, 0, None, "CodeDeployHook_-TriviaBackendHooksProd-pre-traffic-hook"],
        ["AllowTraffic", 0, 100, None, None],
        ["TerminateBlue", 30, 100, None, None],
    ]
    assert steps[2]["rollback"] == "production traffic goes back to blue"


def test_folder_shows_every_hook_once(tmp_path: Path) -> None:
    (tmp_path / "assembly-Prod").mkdir()
    files = [
        write(tmp_path / "Shop.template.json", CLEAN),
        write(tmp_path / "assembly-Prod/Shop.template.json", TRIVIA),
    ]
    write(tmp_path / "Network.template.json", WITHOUT_HOOK)
    result = invoke("schedule", "--format", "json", str(tmp_path))
    assert [schedule["path"] for schedule in json.loads(result.stdout)["schedules"]] == files
    assert invoke("schedule", str(tmp_path)).stdout.count("TerminateBlue") == 2


def test_standard_input_and_yaml_are_templates_too() -> None:
    given = (ROOT / "tests/template/documented_example.yaml").read_text()
    result = invoke("schedule", "--format", "json", "-", given=given)
    assert result.exit_code == 0
    content = json.loads(result.stdout)
    schema("schedule").validate(content)
    (schedule,) = content["schedules"]
    assert schedule["path"] == "-"
    assert schedule["steps"][-1]["event"] == "TerminateBlue"
    assert invoke("schedule", "-", given=given).stdout.startswith("standard input: ")


@pytest.mark.parametrize(
    ("artifacts", "name"),
    [
        ({"Prod-Shop": {"properties": {"templateFile": "Shop.template.json", "stackName": "shop"}}}, "shop"),
        ({"Prod-Shop": {"properties": {"templateFile": "Shop.template.json"}}}, "Prod-Shop"),
        ({"Other": {"properties": {"templateFile": "Other.template.json"}}}, "Shop.template.json"),
        ({}, "Shop.template.json"),
    ],
    ids=["named", "by id", "another's", "unknown"],
)
def test_title_is_the_name_of_the_stack_as_far_as_an_assembly_tells_it(
    artifacts: dict[str, Any], name: str, tmp_path: Path
) -> None:
    write(tmp_path / "manifest.json", {"artifacts": artifacts})
    file = write(tmp_path / "Shop.template.json", TRIVIA)
    assert invoke("schedule", file).stdout.startswith(f"{name}: ServiceHook29D33185\n")
    invoke("schedule", "--plot", str(tmp_path / "picture.svg"), file)
    assert f" {name}: ServiceHook29D33185 " in texts((tmp_path / "picture.svg").read_bytes())


@pytest.mark.parametrize("options", [[], ["--format", "json"], ["--plot", "traffic.svg"]], ids=["text", "json", "plot"])
def test_without_a_hook_there_is_nothing_to_show(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "vpc.json", WITHOUT_HOOK)
    result = invoke("schedule", *options, "vpc.json")
    assert result.exit_code == 2
    assert result.stdout == ('{\n  "schedules": []\n}\n' if "json" in options else "")
    assert result.stderr == (
        "Error: vpc.json: there is no hook of type AWS::CodeDeploy::BlueGreen in it, and no service of strategy "
        "BLUE_GREEN, LINEAR or CANARY. Without one of these no deployment is blue/green\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["vpc.json"]


def test_schedule_that_can_not_be_told_ends_with_2_and_hides_no_other(tmp_path: Path) -> None:
    write(tmp_path / "A.template.json", trivia(AdditionalOptions={"TerminationWaitTimeInMinutes": {"Ref": "Wait"}}))
    write(tmp_path / "B.template.json", TRIVIA)
    (tmp_path / "C.template.json").write_text("{")
    with chdir(tmp_path):
        result = invoke("schedule", ".")
    assert result.exit_code == 2
    assert result.stdout.startswith("B.template.json: ServiceHook29D33185\n")
    unreadable, untold = result.stderr.splitlines()
    assert unreadable.startswith("Error: ./C.template.json:1: can't be read as JSON: ")
    assert untold == (
        "Error: ./A.template.json: the schedule of ServiceHook29D33185 can't be told from the template: "
        "TerminationWaitTimeInMinutes comes from Ref, whose value is known only when CloudFormation runs. Write the "
        "value itself"
    )


def test_default_of_a_hidden_parameter_is_not_taken(tmp_path: Path) -> None:
    content = copy.deepcopy(CLEAN)
    (hook,) = content["Hooks"].values()
    hook["Properties"]["TrafficRoutingConfig"] = {
        "Type": "TimeBasedLinear",
        "TimeBasedLinear": {"StepPercentage": {"Ref": "Step"}, "BakeTimeMins": 5},
    }
    for more, code in (({}, 0), ({"NoEcho": True}, 2)):
        content.setdefault("Parameters", {})["Step"] = {"Type": "Number", "Default": "17", **more}
        result = invoke("schedule", write(tmp_path / "shop.json", content))
        assert (result.exit_code, "17 %" in result.output) == (code, code == 0)


def test_names_can_not_move_the_cursor_or_start_a_new_line(tmp_path: Path) -> None:
    (hook,) = trivia(LifecycleEventHooks={"AfterInstall": "f\x1b[2J\n\ud800"})["Hooks"].values()
    result = invoke("schedule", write(tmp_path / "shop.json", {"Hooks": {"\x1b[2JHook\n": hook}}))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].endswith(r"shop.json: \x1b[2JHook\n")
    assert r"  f\x1b[2J\n\ud800  " in result.stdout


def test_mistakes_can_not_move_the_cursor_either(tmp_path: Path) -> None:
    (hook,) = trivia(AdditionalOptions={"\x1b[2J": 1})["Hooks"].values()
    result = invoke("schedule", write(tmp_path / "shop.json", {"Hooks": {"\x1b[2JHook": hook}}))
    assert result.exit_code == 2
    assert r": the schedule of \x1b[2JHook can't be told " in result.stderr
    assert r": Properties.AdditionalOptions has \x1b[2J, which is none of " in result.stderr


def test_terminal_shows_a_table_with_bars(tmp_path: Path) -> None:
    template = trivia(TrafficRoutingConfig=LINEAR)
    code, screen = invoke_on_terminal("schedule", write(tmp_path / "shop.json", template))
    assert code == 0
    assert "\x1b[32m████" in screen
    lines = STYLES.sub("", screen).splitlines()
    assert lines[0] == "shop.json: ServiceHook29D33185"
    moves = [line for line in lines if " AllowTraffic " in line]
    assert [re.sub(" +", " ", line).split(" production ")[0].strip() for line in moves] == [
        "0 AllowTraffic █░░░░░░░░░ 14 % 100 %",
        "5 AllowTraffic ██░░░░░░░░ 28 % 100 %",
        "10 AllowTraffic ████░░░░░░ 42 % 100 %",
        "15 AllowTraffic █████░░░░░ 56 % 100 %",
        "20 AllowTraffic ███████░░░ 70 % 100 %",
        "25 AllowTraffic ████████░░ 84 % 100 %",
        "30 AllowTraffic █████████░ 98 % 100 %",
        "35 AllowTraffic ██████████ 100 % 100 %",
    ]
    (event,) = [number for number, line in enumerate(lines) if "AfterAllowTestTraffic" in line]
    name = "".join(line[:30].strip() for line in lines[event + 1 : event + 4])
    assert name == "CodeDeployHook_-TriviaBackendHooksProd-pre-traffic-hook"
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("columns", [40, 41, 60, 71, 72, 80, 100, 200])
def test_terminal_cuts_nothing_off_and_hides_nothing_however_wide_it_is(columns: int, tmp_path: Path) -> None:
    _, screen = invoke_on_terminal("schedule", write(tmp_path / "shop.json", TRIVIA), columns=columns)
    lines = [line.rstrip() for line in STYLES.sub("", screen).splitlines()]
    assert max(map(len, lines)) <= min(columns, 100)
    words = " ".join(lines).split()
    for word in ("AfterAllowTestTraffic", "TerminateBlue", "20", "100", "any", "more:", "deploy", "version", "again"):
        assert word in words
    assert words.count("blue") == 5  # four rollbacks, and the notes
    assert "…" not in screen
    if columns < 72:
        assert "CodeDeployHook_-TriviaBackendHooksProd-pre-traffic-hook" in "".join(line.strip() for line in lines)


def test_narrow_terminal_shows_a_step_in_lines_that_wrap(tmp_path: Path) -> None:
    _, screen = invoke_on_terminal("schedule", write(tmp_path / "shop.json", TRIVIA), columns=40)
    steps = [[line.rstrip() for line in step.splitlines()] for step in STYLES.sub("", screen).split("\n\n")]
    assert steps[3:5] == [
        [
            "before: AfterAllowTestTraffic",
            "  CodeDeployHook_-TriviaBackendHooksProd",
            "  -pre-traffic-hook",
            "  production ░░░░░░░░░░   0 %",
            "  test       ██████████ 100 %",
            "  a rollback then: test traffic goes",
            "  back to blue",
        ],
        [
            "minute 0: AllowTraffic",
            "  production ██░░░░░░░░  20 %",
            "  test       ██████████ 100 %",
            "  a rollback then: production traffic",
            "  goes back to blue",
        ],
    ]


def test_narrow_terminal_leaves_out_the_test_listener_that_there_is_not(tmp_path: Path) -> None:
    file = write(tmp_path / "shop.json", trivia(test_listener=False))
    _, screen = invoke_on_terminal("schedule", file, columns=40)
    assert "  production " in screen
    assert not re.search("^  test ", STYLES.sub("", screen), re.MULTILINE)


@pytest.mark.parametrize("columns", [40, 80])
def test_terminal_without_block_letters_gets_other_bars(columns: int, tmp_path: Path) -> None:
    file = write(tmp_path / "shop.json", TRIVIA)
    _, screen = invoke_on_terminal("schedule", file, columns=columns, charset="ascii")
    assert "##........" in STYLES.sub("", screen)


def test_svg_says_all_that_the_table_says(tmp_path: Path) -> None:
    written = texts(draw(TRIVIA, tmp_path))
    assert "shop.json: ServiceHook29D33185" in written
    assert "45 minutes in all; CloudFormation probably gives up after 2160 (36 hours; inferred: L36)" in written
    for expected in (
        *("hook", "CodeDeployHook_-Tri viaBackendHooksProd -pre-traffic-hook"),
        *("production", "0 % 0 % 0 % 20 % 100 % 100 %", "test", "0 % 100 % 100 % 100 % 100 % 100 %"),
        *("a rollback then", "test traffic goes back to blue", "not possible any more: deploy the old version again"),
        *("Install before", "AfterAllow TestTraffic before", "AllowTraffic minute 15", "TerminateBlue minute 45"),
        *("to the green tasks", "to the blue tasks"),
    ):
        assert expected in written


def test_picture_needs_no_colour(tmp_path: Path) -> None:
    svg = draw(TRIVIA, tmp_path).decode()
    (pattern,) = set(re.findall(r'<pattern id="(\w+)"', svg))
    assert svg.count(f"url(#{pattern})") == 3  # green's share of production and of test traffic, and its legend


def test_picture_leaves_out_what_there_is_not(tmp_path: Path) -> None:
    template = trivia(test_listener=False, TrafficRoutingConfig={"Type": "AllAtOnce"})
    del template["Hooks"]["ServiceHook29D33185"]["Properties"]["LifecycleEventHooks"]
    written = texts(draw(template, tmp_path))
    assert "production" in written
    assert "0 % 100 % 100 %" in written
    assert "hook function" not in written
    assert "test" not in written


def test_picture_of_several_hooks_holds_them_all(tmp_path: Path) -> None:
    hook = trivia(TrafficRoutingConfig=LINEAR)["Hooks"].popitem()[1]
    written = texts(draw(TRIVIA | {"Hooks": TRIVIA["Hooks"] | {"Second": hook}}, tmp_path))
    assert "shop.json: ServiceHook29D33185" in written
    assert "shop.json: Second" in written
    assert "14 % 28 % 42 % 56 % 70 % 84 % 98 % 100 %" in written


def test_png_is_a_picture(tmp_path: Path) -> None:
    for name in ("picture.png", "PICTURE.PNG"):
        with Image.open(BytesIO(draw(TRIVIA, tmp_path, name))) as image:
            assert image.format == "PNG"
            assert image.width > image.height > 300
            assert len(image.convert("RGB").getcolors(maxcolors=2**24) or []) > 10


def test_same_schedule_has_the_same_picture_whatever_the_users_own_settings_are(tmp_path: Path) -> None:
    picture = draw(TRIVIA, tmp_path)
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.facecolor": "black"}):
        assert draw(TRIVIA, tmp_path) == picture


def test_names_are_drawn_as_they_are(tmp_path: Path) -> None:
    hooks = {"AfterInstall": r"$\frac{1}$<&\ud800", "BeforeInstall": "網址", "AfterAllowTraffic": "f" * 5000}
    written = texts(draw(trivia(LifecycleEventHooks=hooks), tmp_path))
    assert r"$\frac{1}$<&" in written
    assert "網址" in written
    assert "…" in written
    assert "f" * 100 not in written


@pytest.mark.parametrize("file", ["traffic.pdf", "traffic", ".svg", "-"])
def test_plot_must_be_svg_or_png(file: str, tmp_path: Path) -> None:
    result = invoke("schedule", "--plot", file, write(tmp_path / "shop.json", TRIVIA))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Error: Invalid value for '--plot': '{file}' must end in .svg or .png, which says what to draw." in (
        result.stderr
    )


def test_plot_that_can_not_be_written_ends_with_2_and_hides_no_schedule(tmp_path: Path) -> None:
    template = write(tmp_path / "shop.json", TRIVIA)
    (tmp_path / "folder.svg").mkdir()
    for file, reason in (("gone/traffic.svg", "no such file or directory"), ("folder.svg", "is a directory")):
        result = invoke("schedule", "--plot", str(tmp_path / file), template)
        assert result.exit_code == 2
        assert "TerminateBlue" in result.stdout
        assert result.stderr == f"Error: {tmp_path}/{file}: can't be written: {reason}\n"


def test_plot_of_more_than_a_picture_holds_is_refused(tmp_path: Path) -> None:
    (hook,) = TRIVIA["Hooks"].values()
    template = write(tmp_path / "shop.json", {"Hooks": {f"Hook{number}": hook for number in range(81)}})
    result = invoke("schedule", "--plot", str(tmp_path / "traffic.svg"), template)
    assert result.exit_code == 2
    assert result.stdout.count("TerminateBlue") == 81
    assert result.stderr == (
        f"Error: {tmp_path}/traffic.svg: can't be drawn: a picture holds at most 80 schedules, and these are 81. Name "
        "one template\n"
    )


def test_plot_without_its_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "find_spec", {"matplotlib": None}.__getitem__)
    result = invoke("schedule", "--plot", "traffic.svg", "cdk.out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(
        "Error: --plot needs matplotlib, which the extra `plot` brings: pip install 'ecs-blue-green-cdk[cli,plot]'\n"
    )


def test_help_teaches_with_examples_and_exit_codes() -> None:
    help = help_of("schedule")
    assert help.examples == [
        "ecs-blue-green schedule cdk.out",
        "ecs-blue-green schedule service.yaml",
        "ecs-blue-green schedule --plot traffic.svg cdk.out",
        "ecs-blue-green schedule --format json cdk.out",
    ]
    assert help.codes == ["0", "2"]
    assert help.width <= 80


@pytest.fixture
def example(tmp_path: Path) -> Iterator[Path]:
    """The folder to work in, in which the example's cdk.out is."""
    (tmp_path / "cdk.out").mkdir()
    file = "TriviaBackendProd.template.json"
    write(tmp_path / f"cdk.out/{file}", TRIVIA)
    manifest = {"artifacts": {"TriviaBackendProd": {"properties": {"templateFile": file}}}}
    write(tmp_path / "cdk.out/manifest.json", manifest)
    with chdir(tmp_path):
        yield tmp_path


def test_documentation_shows_the_screen(example: Path) -> None:
    screens = re.findall(r"^```console\n\$ ecs-blue-green (.+)\n([^`]+)^```$", PAGE.read_text(), re.MULTILINE)
    for command, shown in screens:
        _, screen = invoke_on_terminal(*command.split())
        assert [line.rstrip() for line in STYLES.sub("", screen).splitlines()] == shown.splitlines()
    assert len(screens) == 1


def test_documentation_shows_the_picture(example: Path) -> None:
    """After a change: the command below, in the example's folder after `cdk synth`, draws it again."""
    command = ("schedule", "--plot", "schedule.svg", "cdk.out/TriviaBackendProd.template.json")
    assert invoke(*command).exit_code == 0
    assert (example / "schedule.svg").read_bytes() == (PAGE.parent / "images/schedule.svg").read_bytes()
