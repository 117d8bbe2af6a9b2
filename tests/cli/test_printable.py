"""That nothing from outside leaves the line that it is printed in, wherever it comes from and goes to."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.table import Table

from ecs_blue_green.cli import command
from ecs_blue_green.cli.aws.alarms import FoundAlarm
from ecs_blue_green.cli.console import Line, Screen
from ecs_blue_green.cli.deployment.state import BlueGreenDeployment, HookRun, State
from ecs_blue_green.cli.errors import CommandError
from ecs_blue_green.cli.predict.formats import as_markdown
from ecs_blue_green.cli.predict.report import Predictions, compare
from ecs_blue_green.cli.rollback_triggers import formats, screen
from ecs_blue_green.cli.rollback_triggers.deployed import Triggers
from ecs_blue_green.cli.rollback_triggers.plan import TriggerChange
from ecs_blue_green.cli.rollback_triggers.status import AlarmStatus, CdkOptions, TriggerStatus
from ecs_blue_green.cli.terminal import json_lines, printable, say, workflow_command
from ecs_blue_green.template.losses import Loss
from ecs_blue_green.template.rollback_alarms import ALARM, COMPOSITE_ALARM
from tests.cli.deployment.fakes import FULL, FakeEngine, use
from tests.cli.support import CLEAN, STYLES, invoke, invoke_on_terminal, with_output, write
from tests.cli.test_command import LEAVES, end

# Text that is none: it moves the cursor, rings, ends lines, hides, turns around what follows, and is what GitHub runs.
CHARACTERS = (
    "\x00\x07\x08\t\n\v\f\r\x1b\x7f\x85\x9b\xa0\xad\u061c\u200b\u200e\u200f\u2028\u2029\u202e\u2066\ud800\ue000"
    "\u034f\u3164\ufe0f"
)
COMMANDS = "\n::error::mine\n  ::set-output name=a::mine\n##[error]mine"
HOSTILE = f"a\x1b[2J\x9b31m{CHARACTERS}[red]b[/red] :smile: <b>@octocat</b> www.a.b http://a.b`|{COMMANDS}\n"
FILE_NAME = HOSTILE.replace("\0", "").replace("/", "").replace("\ud800", "\udc80") + ".json"
ARGUMENT = HOSTILE.replace("\0", "").replace("\ud800", "\udc80")

OF_TERMINAL = re.compile(r"\x1b\[[\d;]*m|\x1b\[\?25[lh]|\x1b\[\d*[AK]|\r")  # of rich's own making


def check(output: str, *, terminal: bool = False) -> None:
    """Check that each line is printable, and none begins with what came from outside or is a command."""
    assert "mine" in output or "\\ud800" in output or "\\udc80" in output, "the text from outside is not there"
    for line in (OF_TERMINAL.sub("", output) if terminal else output).split("\n"):
        assert line.isprintable(), ascii(line)
        assert not {*"\u034f\u3164\ufe0f"} & {*line}, ascii(line)
        assert "##[" not in line, line
        assert terminal or not line.startswith("mine"), line
        assert not re.match(r"\s*::(?!mine)" if terminal else r"\s*::", line), line


def both(*arguments: str) -> None:
    """Check what a command prints for people."""
    result = invoke(*arguments)
    check(result.output)
    check(invoke_on_terminal(*arguments)[1], terminal=True)


# The type


@pytest.mark.parametrize(
    "character", f"{CHARACTERS}\u115f\u1160\u180b\u2800\ufe00\uffa0\U000e0100\U000e01ef", ids=ascii
)
def test_a_character_that_is_not_printable_is_written_out(character: str) -> None:
    line = printable(f"a{character}b")
    assert character not in line
    assert line.isprintable()
    assert line.startswith("a\\")
    assert printable(line) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("::error::x", r"\x3a:error::x"),
        ("  ::notice file=a::x", r"  \x3a:notice file=a::x"),
        (":::group::x", r"\x3a\x3a:group::x"),
        ("a ::b::", r"a \x3a:b::"),  # where a line may wrap
        ("aa::Add-Mask::x", r"aa\x3a:Add-Mask::x"),  # where a long word may break
        ("a##[debug]x", r"a\x23#[debug]x"),
        ("###[x", r"#\x23#[x"),
        ("AWS::ECS::Service of arn:aws:iam::1:role/x, # [1]", "AWS::ECS::Service of arn:aws:iam::1:role/x, # [1]"),
        ("é 🟢 日本", "é 🟢 日本"),
    ],
)
def test_the_beginnings_of_workflow_commands_are_written_out(text: str, line: str) -> None:
    assert (printable(text), printable(line)) == (line, line)


def test_json_is_ascii_of_the_same_value() -> None:
    value = {HOSTILE: [HOSTILE, {"a": datetime(2026, 1, 1)}]}
    for indent in (2, None):
        lines = json_lines(value, indent=indent, default=datetime.isoformat)
        check("\n".join(lines))
        assert "".join(lines).isascii()
        assert json.loads("\n".join(lines)) == {HOSTILE: [HOSTILE, {"a": "2026-01-01T00:00:00"}]}


def test_a_workflow_command_has_one_line_and_its_own_properties_only() -> None:
    line = workflow_command("error", f"50%{HOSTILE}", file=f"a,b::c{HOSTILE}", line="1")
    assert line.isprintable()
    named, message = re.fullmatch(r"::error ([^:]*)::(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
    assert [one.partition("=")[0] for one in named.split(",")] == ["file", "line"]
    assert message.startswith(r"50%25a\x1b[2J")
    assert "%0A::error::mine%0A" in message


def test_say_prints_lines_and_of_none_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    say()
    say(printable("a"), printable(""), stderr=True)
    assert capsys.readouterr() == ("", "a\n\n")


# The console


def shown(*parts: Line | Table, width: int = 300) -> str:
    to = Screen(file=StringIO(), force_terminal=True, width=width, legacy_windows=False, _environ={})
    to.show(*parts)
    assert isinstance(to.file, StringIO)
    return to.file.getvalue()


def test_a_line_is_printable_whatever_it_is_made_of() -> None:
    for line in (Line(HOSTILE), Line((HOSTILE, "red")), Line().append(HOSTILE), Line("a").append(Line(HOSTILE))):
        check(shown(line), terminal=True)
        assert len(shown(line).splitlines()) == 1
        assert "[red]b[/red] :smile:" in shown(line)


def test_plain_text_in_a_layout_is_a_line_too() -> None:
    table = Table(HOSTILE)
    table.add_row(HOSTILE)
    check(shown(table), terminal=True)
    assert shown(table).count("[red]b[/red] :smile:") == 2


def test_a_word_that_is_broken_begins_no_command() -> None:
    for width in range(20, 36, 3):
        for letters in range(20):
            check(shown(Line(f"{'a' * letters}::error::mine b ::notice::mine"), width=width), terminal=True)


# The commands


@pytest.mark.parametrize("leaf", LEAVES, ids=" ".join)
@pytest.mark.parametrize("error", [CommandError, RuntimeError, ValueError])
def test_what_ends_a_command(leaf: tuple[str, ...], error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    raised = error(HOSTILE)
    raised.add_note(HOSTILE)
    result = end(leaf, raised, monkeypatch)
    check(result.stderr)


@pytest.mark.parametrize("leaf", [(), *LEAVES], ids=" ".join)
def test_what_click_says_of_a_command_line(leaf: tuple[str, ...]) -> None:
    for arguments in ([f"--{ARGUMENT}"], *([["--format", ARGUMENT]] if leaf else [])):
        result = invoke(*leaf, *arguments)
        assert result.exit_code == 2
        assert result.stdout == ""
        check(result.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        [ARGUMENT],
        ["rollback-triggers", ARGUMENT],
        ["rollback-triggers", "set", "Shop", "--monitoring-time", ARGUMENT],
        ["rules", ARGUMENT],
        ["watch", "Shop", "--timeout", ARGUMENT],
        ["schedule", "--plot", ARGUMENT, "a.json"],
        ["lint", ARGUMENT],
        ["lint", "--format", "sarif", ARGUMENT],
        ["schedule", ARGUMENT],
        ["predict", "--deployed", ARGUMENT, ARGUMENT],
        ["status", "Shop", "--profile", ARGUMENT],
        ["status", "Shop", "--region", ARGUMENT],
        ["rollback-triggers", "show", "Shop", "--profile", ARGUMENT],
    ],
    ids=lambda arguments: " ".join("X" if "mine" in one else one for one in arguments),
)
def test_arguments(arguments: list[str], tmp_path: Path) -> None:
    with chdir(tmp_path):
        both(*arguments)


def test_a_profile_of_the_environment() -> None:
    result = invoke("status", "Shop", variables={"AWS_PROFILE": ARGUMENT})
    assert result.exit_code == 2
    check(result.stderr)


def template(value: str = "v1") -> dict[str, Any]:
    """A template with hostile ids, construct paths, values and names."""
    content = with_output(HOSTILE)
    content["Resources"][HOSTILE] = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": HOSTILE + value, HOSTILE: value},
        "Metadata": {"aws:cdk:path": HOSTILE},
    }
    (hook,) = content["Hooks"].values()
    hook["Properties"]["LifecycleEventHooks"] = {"AfterAllowTestTraffic": f"{HOSTILE}{value}"}
    content["Hooks"] = {HOSTILE: hook}
    return content


@pytest.mark.parametrize("format", ["text", "json", "sarif"])
def test_lint(format: str, tmp_path: Path) -> None:
    file = write(tmp_path / FILE_NAME, template())
    both("lint", "--format", format, file)


def test_lint_for_github(tmp_path: Path) -> None:
    write(tmp_path / FILE_NAME, template())
    with chdir(tmp_path):
        lines = invoke("lint", "--format", "github", FILE_NAME).stdout.splitlines()
    assert len(lines) > 1
    for line in lines:
        assert line.isprintable()
        assert re.match(r"::(error|warning) file=[^:,]*,line=\d+,title=[\w-]+::", line)


@pytest.mark.parametrize("format", ["text", "json", "markdown"])
def test_predict(format: str, tmp_path: Path) -> None:
    old, new = write(tmp_path / "old.json", template("v1")), write(tmp_path / FILE_NAME, template("v2"))
    both("predict", "--format", format, "--deployed", old, new)
    given = ["--deployed-tag", f"{ARGUMENT}=a", "--tag", f"{ARGUMENT}={ARGUMENT}", "--parameter", f"{ARGUMENT}=a"]
    both("predict", "--no-lint", "--format", format, "--deployed", old, *given, new)


def test_the_file_of_the_first_step(tmp_path: Path) -> None:
    old = write(tmp_path / "old.json", CLEAN)
    both("predict", "--deployed", old, "--write-steps", str(tmp_path / FILE_NAME), old)


@pytest.mark.parametrize("format", ["text", "json"])
def test_schedule(format: str, tmp_path: Path) -> None:
    file = write(tmp_path / FILE_NAME, template())
    both("schedule", "--format", format, file)
    check(invoke_on_terminal("schedule", "--format", format, file, columns=40)[1], terminal=True)


def test_the_picture_of_a_schedule(tmp_path: Path) -> None:
    file, picture = write(tmp_path / "a.json", template()), tmp_path / "a.svg"
    assert invoke("schedule", "--plot", str(picture), file).exit_code == 0
    drawn = picture.read_text(encoding="utf-8")
    assert all(line.isprintable() for line in drawn.splitlines())
    assert "<b>" not in drawn
    assert any(r"a\x1b[2J\x9b31m" in text for text in ElementTree.fromstring(drawn).itertext())


def hostile(value: Any) -> Any:
    """Put hostile text behind all names and texts of a state."""
    own = {"status", "colour", "state", "at"}  # by which a state is told
    if isinstance(value, str):
        return f"{value}{HOSTILE}"
    if isinstance(value, tuple):
        return tuple(hostile(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: hostile(getattr(value, field.name)) for field in fields(value) if field.name not in own}
        return replace(value, **changed)
    if isinstance(value, Mapping):
        return {name: hostile(item) for name, item in value.items()}
    return value


# A deployment by ECS that pauses.
PAUSED = replace(
    FULL,
    deployment=BlueGreenDeployment(
        engine="ECS",
        id="sd-1",
        status="IN_PROGRESS",
        events=(),
        arn="arn",
        reason="why",
        stage="POST_SCALE_UP",
        strategy="CANARY",
        circuit_breaker="MONITORING",
        hooks=(
            HookRun(id="1", kind="PAUSE", target="", status="AWAITING_ACTION", expires=FULL.at, on_timeout="ROLLBACK"),
            HookRun(id="2", kind="AWS_LAMBDA", target="arn", status="IN_PROGRESS", expires=None, on_timeout=""),
        ),
    ),
    needs=("somebody has to answer",),
    is_live_by_weights=True,
)


def states() -> Iterator[State]:
    yield hostile(FULL)
    yield hostile(PAUSED)
    yield replace(hostile(FULL), status="UPDATE_ROLLBACK_COMPLETE")
    yield replace(hostile(FULL), status=HOSTILE)


@pytest.mark.parametrize("state", [*states()], ids=["running", "paused", "rolled-back", "unknown"])
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize(
    "arguments", [["status"], ["watch", "--timeout", "0"], ["abort", "--yes", "--timeout", "0"]], ids=lambda one: one[0]
)
def test_a_deployment(arguments: list[str], options: list[str], state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(state, replace(state, reason="b"), why=[HOSTILE], remarks=[HOSTILE])
    use(engine, monkeypatch)
    name, *more = arguments
    check(invoke(name, ARGUMENT, *more, *options).output)
    use(FakeEngine(state, why=[HOSTILE]), monkeypatch)
    for columns in (60, 120):
        _, output = invoke_on_terminal(name, ARGUMENT, *more, *options, columns=columns)
        check(output, terminal=True)


SIZES = ["0", "-1", "x", "", "1", "²", "9" * 20, "9" * 5000]


@pytest.mark.parametrize(("variable", "size"), [*(("COLUMNS", size) for size in SIZES), ("LINES", "0"), ("LINES", "²")])
@pytest.mark.parametrize(
    "arguments",
    [["status"], ["watch", "--timeout", "0"], ["abort", "--yes", "--timeout", "0"], ["rules"]],
    ids=" ".join,
)
def test_a_terminal_of_any_size_shows_all(
    arguments: list[str], variable: str, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(FakeEngine(FULL, replace(FULL, reason="b")), monkeypatch)
    name, *more = arguments
    given = more if name == "rules" else ["Shop", *more]
    expected, plain = invoke_on_terminal(name, *given)
    use(FakeEngine(FULL, replace(FULL, reason="b")), monkeypatch)
    code, output = invoke_on_terminal(name, *given, variables={variable: size})
    assert code == expected
    assert "Traceback" not in output
    assert len("".join(STYLES.sub("", output).split())) > len("".join(STYLES.sub("", plain).split())) / 2


def test_the_question_whether_to_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeEngine(hostile(FULL)), monkeypatch)
    result = invoke("abort", ARGUMENT, given="n\n")
    assert result.exit_code == 2
    check(result.output)


@pytest.mark.parametrize("given", ["y\n", "n\n"])
def test_the_answer_to_a_pause(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paused = hostile(PAUSED)
    use(FakeEngine(replace(paused, deployment=replace(paused.deployment, status="IN_PROGRESS"))), monkeypatch)
    check(invoke("continue", ARGUMENT, "--rollback", given=given).output)
    check(invoke("continue", ARGUMENT, "--yes", "--json").output)
    check(invoke("continue", ARGUMENT, "--yes", "--hook", HOSTILE).output)


# Rollback triggers

STATUS = TriggerStatus(
    stack=HOSTILE,
    stack_status=HOSTILE,
    monitoring_minutes=1,
    alarms=[
        AlarmStatus(name=HOSTILE, arn=HOSTILE, type=ALARM, state=state, is_trigger=is_trigger, in_template=True)
        for state in ("OK", None, HOSTILE)
        for is_trigger in (True, False)
    ],
    cdk_options=CdkOptions(alarm_arns=[HOSTILE], left_out=[HOSTILE], composites=[HOSTILE], monitoring_minutes=1),
)
FOUND = {HOSTILE: FoundAlarm(name=HOSTILE, arn=HOSTILE, type=COMPOSITE_ALARM, state="ALARM", reason=HOSTILE)}
EMPTY = Triggers(types={}, monitoring_minutes=0)
CHANGE = TriggerChange(
    stack={
        "StackName": HOSTILE,
        "StackStatus": "UPDATE_COMPLETE",
        "CreationTime": FULL.at,
        "Parameters": [{"ParameterKey": HOSTILE, "ParameterValue": HOSTILE, "ResolvedValue": HOSTILE}],
    },
    before=Triggers(types={f"{HOSTILE}2": ALARM}, monitoring_minutes=0),
    after=Triggers(types={HOSTILE: ALARM}, monitoring_minutes=1),
    alarms=FOUND,
)


@pytest.mark.parametrize("columns", [None, 40, 120])
@pytest.mark.parametrize(
    "show",
    [
        lambda: screen.show_status(STATUS),
        lambda: screen.show_status(replace(STATUS, alarms=[])),
        lambda: screen.show_cdk_options(STATUS),
        lambda: say(*formats.status_as_json(STATUS)),
        lambda: screen.show_change(CHANGE),
        lambda: say(*formats.change_as_json(CHANGE, "updated")),
        lambda: screen.show_progress(HOSTILE, [HOSTILE]),
    ],
)
def test_rollback_triggers(
    show: Callable[[], None], columns: int | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if columns:
        for name, value in {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": str(columns)}.items():
            monkeypatch.setenv(name, value)
    show()
    check("".join(capsys.readouterr()), terminal=bool(columns))


# Markdown


def compared(old: dict[str, Any], new: dict[str, Any], folder: Path) -> Predictions:
    files = write(folder / "old.json", old), write(folder / "new.json", new)
    return compare(*files, None, {}, {}, stack_tags={}, given_tags={}, lint=False)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("@octocat", "&#64;&#8203;octocat"),
        ("a#1", "a&#35;&#8203;1"),
        ("http://a.b", "http&#58;&#8203;//a.b"),
        ("WWW.a.b", "WWW&#46;&#8203;a.b"),
        ("<img src=x>&lt;", "&lt;img src=x&gt;&amp;lt;"),
        ("![a](b)", "!&#91;a&#93;(b)"),
        ("a|b`c", "a&#124;b&#96;c"),
        ("\x1b\n", "&#92;x1b&#92;n"),
        ("- a", "&#45; a"),
        ("+", "&#43;"),
        ("    a", "&#32;   a"),
        ("12) a", "&#49;2) a"),
        ("12 a: -", "12 a: -"),
    ],
)
def test_a_text_is_no_markup_of_a_pull_request(text: str, written: str, tmp_path: Path) -> None:
    predictions = compared(CLEAN, with_output(), tmp_path)
    loss = Loss(logical_id=text, attribute="Properties", path="A", value=1)
    (one,) = predictions.stacks
    lines = as_markdown(replace(predictions, stacks=[replace(one, losses=[loss])]))
    (line,) = [line for line in lines if "which was 1" in line]
    assert line == f"- {written}: A, which was 1"


def test_an_address_in_code_is_no_link(tmp_path: Path) -> None:
    changed = {**CLEAN, "Resources": {**CLEAN["Resources"], "http://www.a.b/@a": {"Type": "AWS::SNS::Topic"}}}
    markdown = "\n".join(as_markdown(compared(CLEAN, changed, tmp_path)))
    assert "http&#58;//www&#46;a.b/&#64;a" in markdown


def test_all_commands_are_played_to() -> None:
    assert {name for name, *_ in LEAVES} == {*command._COMMANDS}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("show", [lambda: screen.show_status(STATUS), lambda: screen.show_change(CHANGE)])
def test_rollback_triggers_on_a_terminal_of_any_size(
    show: Callable[[], None], size: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": size}.items():
        monkeypatch.setenv(name, value)
    show()
    assert len("".join(STYLES.sub("", "".join(capsys.readouterr())).split())) > 100
