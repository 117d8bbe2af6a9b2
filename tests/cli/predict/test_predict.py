"""What ``predict`` prints for people and programs from templates alone, and how it ends."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from ecs_blue_green.cli import terminal
from tests.cli.predict.test_native import NATIVE_OUTCOMES
from tests.cli.support import definitions, help_of, invoke, invoke_on_terminal, run, run_in_terminal, schema, write
from tests.support import Template
from tests.template.update.edits import (
    TASK,
    Edit,
    image,
    parameter,
    template,
    threshold,
    with_attributes,
    with_properties,
    with_resource,
    with_section,
    without,
    without_hook,
)

SCHEMA = schema("predict")
STYLES = re.compile(r"\x1b\[[\d;?]*[a-zA-Z]")
PATH = with_attributes(TASK, Metadata={"aws:cdk:path": "Shop/Task/Resource"})
TAG = with_section("Parameters", Tag=parameter("v1"))
NOVELTY = with_properties(TASK, Novelty="x")


def files(folder: Path, *edits: Edit, deployed: tuple[Edit, ...] = ()) -> list[str]:
    """Write a deployed template and a new one; give them as arguments."""
    old = write(folder / "old.json", template(*deployed))
    return ["--deployed", old, write(folder / "new.json", template(*deployed, *edits))]


def predict(*arguments: str) -> dict[str, Any]:
    """Give what is printed as JSON, which the schema must allow."""
    predicted: dict[str, Any] = json.loads(invoke("predict", "--json", *arguments).stdout)
    SCHEMA.validate(predicted)
    return predicted


OUTCOMES = [
    pytest.param((), (), "no-change", 0, id="no-change"),
    pytest.param((), (image("v2"),), "green-deployment", 0, id="green-deployment"),
    pytest.param((), (threshold,), "in-place-update", 0, id="in-place-update"),
    pytest.param((), (image("v2"), threshold), "refused", 1, id="refused"),
    pytest.param((), (NOVELTY,), "unknown", 2, id="unknown"),
]


@pytest.mark.parametrize(("deployed", "edits", "outcome", "code"), OUTCOMES)
def test_outcome_is_the_first_word_and_the_exit_code(
    deployed: tuple[Edit, ...], edits: tuple[Edit, ...], outcome: str, code: int, tmp_path: Path
) -> None:
    files(tmp_path, *edits, deployed=deployed)
    done = run("predict", "--deployed", "old.json", "new.json", cwd=tmp_path)
    assert done.returncode == code
    assert done.stdout.startswith(f"new.json: {outcome}: ")
    assert done.stderr == ""


@pytest.mark.parametrize(("deployed", "edits", "outcome", "code"), OUTCOMES)
@pytest.mark.parametrize("options", [["--json"], ["--format", "json"]], ids=" ".join)
def test_json_is_what_the_schema_says(
    deployed: tuple[Edit, ...], edits: tuple[Edit, ...], outcome: str, code: int, options: list[str], tmp_path: Path
) -> None:
    result = invoke("predict", *options, *files(tmp_path, *edits, deployed=deployed))
    assert result.exit_code == code
    predicted = json.loads(result.stdout)
    SCHEMA.validate(predicted)
    assert predicted["outcome"] == outcome
    assert bool(predicted["steps"]) == (outcome == "refused")
    assert bool(predicted["changes"]) == (outcome != "no-change")
    assert predicted["reasons"]
    assert (predicted["stack"], predicted["losses"]) == (None, None)


def test_schema_is_one_and_describes_every_outcome() -> None:
    outcomes = {case.values[2] for case in OUTCOMES} | {outcome for _, outcome, _, _ in NATIVE_OUTCOMES}
    assert outcomes == {*definitions("predict")["outcome"]["enum"]}


def test_lines_tell_changes_with_values_replacement_and_cause(tmp_path: Path) -> None:
    lines = invoke("predict", *files(tmp_path, image("v2"), threshold, deployed=(PATH,))).stdout.splitlines()
    told = [line.removeprefix(f"{tmp_path}/new.json: ") for line in lines]
    assert "change: infrastructure: updated Errors" in told
    assert "change: Errors: Threshold: 5 -> 10" in told
    assert f"change: application: replaced {TASK} (Shop/Task/Resource)" in told
    assert (
        f"change: {TASK}: ContainerDefinitions[0].Image: "
        '"example.com/app:v1" -> "example.com/app:v2" (replaces the resource)'
    ) in told
    assert any(line.endswith(f"(replaces the resource; {TASK}, which it refers to, is replaced)") for line in told)
    assert "advice: Deploy in 2 steps, one after the other." in told
    first, second, hint = told[-3:]
    assert first.startswith("advice: Step 1: Change the infrastructure (Errors)")
    assert second.startswith("advice: Step 2: Change the application")
    assert second.endswith("Predicted for it: green deployment.")
    assert hint == "advice: --write-steps FOLDER writes their templates."


def test_additions_removals_and_renames_are_named(tmp_path: Path) -> None:
    def rename(parts: Any) -> None:
        parts.resources["Faults"] = parts.resources.pop("Errors")

    edits = (rename, with_resource("Queue", "AWS::SQS::Queue"))
    text = invoke("predict", *files(tmp_path, *edits, deployed=(with_resource("Old", "AWS::SNS::Topic"),))).stdout
    assert "change: infrastructure: renamed Errors -> Faults" in text
    assert "change: infrastructure: added Queue" in text
    removed = invoke("predict", *files(tmp_path, lambda parts: parts.resources.pop("Errors"))).stdout
    assert "change: infrastructure: removed Errors" in removed


def test_long_values_are_cut_to_where_they_differ(tmp_path: Path) -> None:
    def family(end: str) -> Edit:
        return with_properties(TASK, Family=f"{'x' * 200}{end}{'y' * 200}")

    text = invoke("predict", *files(tmp_path, family("new"), deployed=(family("old"),))).stdout
    (line,) = [line for line in text.splitlines() if "Family" in line]
    old, new = re.findall(r"…x{20}(old|new)y+…", line)
    assert (old, new) == ("old", "new")
    assert len(line) < len(str(tmp_path)) + 220
    shorter = (with_properties(TASK, Family="x" * 80),)
    text = invoke("predict", *files(tmp_path, *shorter, deployed=(with_properties(TASK, Family="x" * 90),))).stdout
    assert f'Family: …{"x" * 30}" -> …{"x" * 20}" ' in text


def test_errors_of_lint_refuse_a_green_deployment_unless_they_are_left_out(tmp_path: Path) -> None:
    old, new = (write(tmp_path / f"{tag}.json", template(without("Parameters"), image(tag))) for tag in ("v1", "v2"))
    result = invoke("predict", "--deployed", old, new)
    assert result.exit_code == 1
    assert f"{new}: reason: no-parameters, which the deployed template has too: The update fails" in result.stdout
    assert "`ecs-blue-green rules RULE` explains each rule." in result.stdout
    result = invoke("predict", "--no-lint", "--deployed", old, new)
    assert (result.exit_code, "no-parameters" in result.stdout) == (0, False)


def test_hook_switched_off_with_an_application_change_is_an_update_in_place_with_its_warning(tmp_path: Path) -> None:
    result = invoke("predict", *files(tmp_path, without_hook, image("v2")))
    assert result.exit_code == 0
    assert "new.json: in-place-update: " in result.stdout
    assert "warning: Look first which colour is live." in result.stdout
    assert "(inferred: Q13)" in result.stdout


class TestParameters:
    def test_of_the_stack_and_of_the_update_are_compared(self, tmp_path: Path) -> None:
        deployed = (TAG, with_properties("Errors", Threshold={"Ref": "Tag"}))
        same = predict(*files(tmp_path, deployed=deployed), "--deployed-parameter", "Tag=7")
        assert same["outcome"] == "no-change"
        other = ["--deployed-parameter", "Tag=7", "--parameter", "Tag=8"]
        predicted = predict(*files(tmp_path, deployed=deployed), *other)
        assert predicted["outcome"] == "in-place-update"
        (part,) = predicted["changes"][0]["properties"]
        assert (part["old"], part["new"]) == ("7", "8")
        assert part["causes"] == [{"kind": "parameter", "name": "Tag"}]

    def test_value_may_hold_an_equals_sign(self, tmp_path: Path) -> None:
        deployed = (TAG, with_properties("Errors", AlarmDescription={"Ref": "Tag"}))
        predicted = predict(*files(tmp_path, deployed=deployed), "--parameter", "Tag=a=b=")
        assert predicted["changes"][0]["properties"][0]["new"] == "a=b="

    @pytest.mark.parametrize("option", ["--parameter", "--deployed-parameter"])
    def test_that_no_template_has_is_refused(self, option: str, tmp_path: Path) -> None:
        result = invoke("predict", *files(tmp_path, TAG, deployed=(TAG,)), option, "Tga=v2")
        which = "new" if option == "--parameter" else "old"
        assert result.exit_code == 2
        assert result.stderr.startswith(f"Error: {tmp_path}/{which}.json: has no parameter Tga; its parameters: ")
        assert "Tag" in result.stderr

    @pytest.mark.parametrize("given", ["v2", "=v2", ""])
    def test_that_is_no_pair_is_refused_and_not_repeated(self, given: str, tmp_path: Path) -> None:
        result = invoke("predict", *files(tmp_path), "--parameter", "Tag=v1", "--parameter", given)
        assert result.exit_code == 2
        assert "Error: Invalid value for '--parameter': number 2 of 2 is not NAME=VALUE." in result.stderr
        assert "v2" not in result.stderr


class TestHidden:
    """What parameters with NoEcho and environment variables hold; where a prediction could, its own tests tell."""

    @pytest.fixture
    def arguments(self, tmp_path: Path) -> list[str]:
        def with_variable(parts: Any) -> None:
            parts.of(TASK)["ContainerDefinitions"][0]["Environment"] = [{"Name": "STAGE", "Value": "hunter-3"}]

        deployed = (
            with_section("Parameters", Secret=parameter("hunter-0", NoEcho=True)),
            with_properties("Errors", AlarmDescription={"Fn::Sub": "key=${Secret}"}),
        )
        old, new = "--deployed-parameter", "--parameter"
        given = [old, "Secret=hunter-1", new, "Secret=hunter-2"]
        return [*files(tmp_path, with_variable, image("v2"), deployed=deployed), *given]

    @pytest.mark.parametrize("format", ["text", "json", "markdown"])
    def test_is_in_no_format(self, arguments: list[str], format: str) -> None:
        result = invoke("predict", *arguments, "--format", format)
        assert result.exit_code == 1
        assert "hunter" not in result.output
        shown = result.stdout.replace("&#42;", "*")
        for told in ("key=****", "STAGE", "****"):
            assert told in shown
        assert "Secret=****" in shown or format == "json"

    def test_is_on_no_terminal(self, arguments: list[str]) -> None:
        code, screen = invoke_on_terminal("predict", *arguments)
        assert code == 1
        assert "hunter" not in screen
        assert "key=****" in screen

    def test_is_in_the_files_of_steps_as_far_as_templates_have_it(self, arguments: list[str], tmp_path: Path) -> None:
        invoke("predict", *arguments, "--write-steps", str(tmp_path))
        written = (tmp_path / "step-2.template.json").read_text()
        assert {*re.findall(r"hunter-\d", written)} == {"hunter-0", "hunter-3"}


class TestSteps:
    def test_are_written_and_predicted_as_promised(self, tmp_path: Path) -> None:
        arguments = files(tmp_path, image("v2"), threshold)
        folder = tmp_path / "made" / "steps"
        steps = [folder / f"step-{number}.template.json" for number in (1, 2)]
        result = invoke("predict", *arguments, "--write-steps", str(folder))
        assert result.exit_code == 1
        assert result.stderr == f"{steps[0]} is the template of step 1.\n{steps[1]} is the template of step 2.\n"
        assert "--write-steps" not in result.stdout
        old, new = str(tmp_path / "old.json"), tmp_path / "new.json"
        assert predict("--deployed", old, str(steps[0]))["outcome"] == "in-place-update"
        assert predict("--deployed", str(steps[0]), str(new))["outcome"] == "green-deployment"
        assert json.loads(steps[1].read_text()) == json.loads(new.read_text())

    def test_are_not_written_when_nothing_is_refused(self, tmp_path: Path) -> None:
        folder = tmp_path / "steps"
        result = invoke("predict", *files(tmp_path, threshold), "--write-steps", str(folder))
        assert result.exit_code == 0
        assert result.stderr == f"{folder}: nothing is written: the update is not refused, or can't be done in steps.\n"
        assert not folder.exists()

    @pytest.mark.parametrize("is_folder", [False, True])
    def test_that_can_not_be_written_are_told(self, is_folder: bool, tmp_path: Path) -> None:
        folder = tmp_path / "steps"
        file = folder / "step-1.template.json"
        file.mkdir(parents=True) if is_folder else folder.write_text("")
        result = invoke("predict", *files(tmp_path, image("v2"), threshold), "--write-steps", str(folder))
        assert result.exit_code == 2
        why = f"{file}: can't be written: is a directory" if is_folder else f"{folder}: can't be made: file exists"
        assert result.stderr == f"Error: {why}\n"
        assert "new.json: refused: " in result.stdout

    def test_of_several_stacks_ask_which(self, tmp_path: Path) -> None:
        for name, edits in (("old", ()), ("new", (image("v2"), threshold))):
            (tmp_path / name).mkdir()
            for stack in ("A", "B"):
                write(tmp_path / name / f"{stack}.template.json", template(*edits))
        folders = ["--deployed", str(tmp_path / "old"), str(tmp_path / "new")]
        steps = tmp_path / "steps"
        result = invoke("predict", *folders, "--write-steps", str(steps))
        assert result.exit_code == 2
        assert result.stderr == (
            f"Error: {steps}: nothing is written, because 2 stacks have steps: name one with --template\n"
        )
        result = invoke("predict", *folders, "--template", "B", "--write-steps", str(steps))
        assert result.exit_code == 1
        assert {path.name for path in steps.iterdir()} == {"step-1.template.json", "step-2.template.json"}

    def test_names_the_parameters_that_a_step_sets(self, tmp_path: Path) -> None:
        deployed = (TAG, with_properties("Errors", AlarmDescription={"Ref": "Tag"}))
        result = invoke("predict", *files(tmp_path, image("v2"), deployed=deployed), "--parameter", "Tag=v9")
        assert "With the parameters Tag=v9. Predicted for it: in-place update." in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["new.json"], "Say what is deployed: either --deployed OLD or --stack NAME."),
        (["--deployed", "o", "--stack", "S", "n"], "Say what is deployed: either --deployed OLD or --stack NAME."),
        (
            ["--deployed", "o", "--region", "eu-west-1", "n"],
            "--region goes with --stack: without it, AWS is not asked.",
        ),
        (["--deployed", "o", "--profile", "p", "n"], "--profile goes with --stack: without it, AWS is not asked."),
        (["--deployed", "o", "--change-set", "n"], "--change-set goes with --stack: without it, AWS is not asked."),
        (
            ["--stack", "S", "--deployed-parameter", "A=1", "n"],
            "--deployed-parameter goes with --deployed: with --stack, the values are read.",
        ),
        (
            ["--deployed", "o", "--template", "T", "n"],
            "--template names a template in a cdk.out folder, and there is no folder.",
        ),
        (["--deployed", "o"], "Missing argument 'NEW'."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_that_do_not_go_together_are_refused(arguments: list[str], said: str) -> None:
    result = invoke("predict", *arguments)
    assert result.exit_code == 2
    assert f"Error: {said}\n" in result.stderr


def test_help_teaches_with_examples_and_exit_codes() -> None:
    help = help_of("predict")
    assert help.examples == [
        "ecs-blue-green predict --deployed old.json new.json",
        "ecs-blue-green predict --deployed main/cdk.out cdk.out",
        "ecs-blue-green predict --stack Shop cdk.out",
        "ecs-blue-green predict --stack Shop --change-set cdk.out",
        "ecs-blue-green predict --deployed old.json --write-steps steps new.json",
    ]
    assert help.codes == ["0", "1", "2"]
    assert help.width <= 80


def test_what_can_not_be_read_ends_with_2_and_a_sentence(tmp_path: Path) -> None:
    done = run("predict", "--deployed", "missing.json", "new.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: missing.json: there is no such file or folder\n"
    write(tmp_path / "old.json", template())
    (tmp_path / "new.json").write_text("[]")
    done = run("predict", "--deployed", "old.json", "new.json", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "Error: new.json: is no template: a template is an object, and this is a list\n"


def test_standard_input_is_one_of_both(tmp_path: Path) -> None:
    old, new = template(), write(tmp_path / "new.json", template(image("v2")))
    assert invoke("predict", "--deployed", "-", new, given=json.dumps(old)).exit_code == 0
    result = invoke("predict", "--deployed", new, "-", given=json.dumps(old))
    assert result.stdout.startswith("-: green-deployment: ")
    result = invoke("predict", "--deployed", "-", "-", given=json.dumps(old))
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: standard input: can't be both the deployed and the new template: name a file for one\n"
    )


def test_names_can_not_move_the_cursor_or_start_a_new_line(tmp_path: Path) -> None:
    arguments = files(tmp_path, with_resource("\x1b[2JQueue\nnew.json: refused", "AWS::SQS::Queue"))
    for options in ([], ["--format", "markdown"]):
        result = invoke("predict", *options, *arguments)
        assert "\x1b" not in result.stdout
        assert not [line for line in result.stdout.splitlines() if line.startswith("new.json")]


class TestTerminal:
    def test_shows_outcome_reasons_changes_and_steps_under_headings(self, tmp_path: Path) -> None:
        files(tmp_path, image("v2"), threshold, deployed=(PATH,))
        code, screen = run_in_terminal("predict", "--deployed", "old.json", "new.json", cwd=tmp_path)
        assert code == 1
        assert "\x1b[1;31mrefused\x1b[0m: The update fails" in screen
        lines = [line.rstrip() for line in STYLES.sub("", screen).splitlines()]
        assert lines[:3] == ["new.json", "", "  refused: The update fails, at once or with a rollback."]
        headings = [line.strip() for line in lines if re.match(r"  [A-Z]", line)]
        assert headings == [
            "Why",
            "Application",
            "Infrastructure",
            "Following from the application",
            "What to do",
        ]
        assert "    updated Errors" in lines
        assert "      Threshold: 5 -> 10" in lines
        assert f"    replaced {TASK} (Shop/Task/Resource)" in lines
        assert "    Deploy in 2 steps, one after the other." in lines

    @pytest.mark.parametrize("columns", [40, 200])
    def test_wraps_lines(self, columns: int, tmp_path: Path) -> None:
        files(tmp_path, image("v2"), threshold)
        _, screen = run_in_terminal("predict", "--deployed", "old.json", "new.json", cwd=tmp_path, COLUMNS=str(columns))
        assert max(len(line) for line in STYLES.sub("", screen).splitlines()) <= min(columns, 100)

    def test_gets_no_colours_when_the_user_wants_none(self, tmp_path: Path) -> None:
        files(tmp_path, image("v2"))
        _, screen = run_in_terminal("predict", "--deployed", "old.json", "new.json", cwd=tmp_path, NO_COLOR="1")
        assert "green deployment: CodeDeploy deploys" in STYLES.sub("", screen)
        assert not re.search(r"\x1b\[[\d;]*3\dm", screen)


class TestMarkdown:
    def test_is_a_comment_with_outcome_reasons_steps_and_a_table_to_unfold(self, tmp_path: Path) -> None:
        result = invoke("predict", "--format", "markdown", *files(tmp_path, image("v2"), threshold))
        assert result.exit_code == 1
        lines = result.stdout.splitlines()
        assert lines[0].startswith("### 🔴 <code>")
        assert lines[0].endswith("new.json</code>: refused")
        assert any(line.startswith("- A replacement of ") for line in lines)
        assert any(line.startswith("**What to do**: Deploy in 2 steps") for line in lines)
        assert "<details><summary>4 changed resources</summary>" in lines
        assert "| <code>Errors</code> | updated, infrastructure | <code>Threshold: 5 -&gt; 10</code> |" in lines

    def test_takes_no_name_for_markup(self, tmp_path: Path) -> None:
        edit = with_properties("Errors", AlarmDescription="| `<b>` [x](y) @team #1 *b*")
        text = invoke("predict", "--format", "markdown", *files(tmp_path, edit)).stdout
        (row,) = [line for line in text.splitlines() if "AlarmDescription" in line]
        assert row.count("|") == 4
        assert not re.search(r"<b>|`|\[x\]|@team|#1 |\*b", row)


def test_stacks_of_two_folders_are_paired_by_name(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    placed: dict[Path, dict[str, Template]] = {
        old: {"A": template(), "assembly-Prod/B": template(), "Gone": template()},
        new: {"A": template(image("v2"), threshold), "assembly-Prod/B": template(image("v2")), "Fresh": template()},
    }
    for folder, templates in placed.items():
        (folder / "assembly-Prod").mkdir(parents=True)
        for name, content in templates.items():
            write(folder / f"{name}.template.json", content)
    write(new / "X.nested.template.json", template())
    result = invoke("predict", "--json", "--deployed", str(old), str(new))
    assert result.exit_code == 1
    predicted = json.loads(result.stdout)
    SCHEMA.validate(predicted)
    assert predicted["outcome"] == "refused"
    assert [(one["name"], one["outcome"]) for one in predicted["predictions"]] == [
        (f"{new}/A.template.json", "refused"),
        (f"{new}/assembly-Prod/B.template.json", "green-deployment"),
    ]
    assert result.stderr == (
        f"{new}/Fresh.template.json: {old} has no template of that name: nothing is predicted for it. A new blue/green "
        "stack is created with blue, without CodeDeploy (documented: Q1).\n"
        f"{old}/Gone.template.json: {new} has no template of that name: nothing is predicted for it.\n"
    )
    one = predict("--deployed", str(old), str(new), "--template", "assembly-Prod/B.template.json")
    assert one["outcome"] == "green-deployment"


def test_the_gravest_outcome_of_several_stacks_counts(tmp_path: Path) -> None:
    cases: list[tuple[str, int, tuple[Edit, ...], tuple[Edit, ...]]] = [
        ("refused", 1, (), (image("v2"), threshold)),
        ("unknown", 2, (), (NOVELTY,)),
        ("green-deployment", 0, (), (image("v2"),)),
        ("in-place-update", 0, (), (threshold,)),
        ("no-change", 0, (), ()),
    ]
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        for number, (_, _, deployed, edits) in enumerate(cases):
            given = edits if folder == "new" else ()
            write(tmp_path / folder / f"{9 - number}.template.json", template(*deployed, *given))
    for number, (outcome, code, *_) in enumerate(cases[:-1]):
        result = invoke("predict", "--json", "--deployed", str(tmp_path / "old"), str(tmp_path / "new"))
        assert (json.loads(result.stdout)["outcome"], result.exit_code) == (outcome, code)
        (tmp_path / "new" / f"{9 - number}.template.json").unlink()


class TestUnchangedStacks:
    @pytest.fixture
    def folders(self, tmp_path: Path) -> list[str]:
        """Two assemblies of four stacks each, of which one changes and one only says something else."""
        edits: dict[str, tuple[Edit, ...]] = {
            "A": (),
            "B": (image("v2"),),
            "C": (),
            "D": (with_section("Metadata", Owner="shop"),),
        }
        for folder in ("old", "new"):
            (tmp_path / folder).mkdir()
            for name, some in edits.items():
                write(tmp_path / folder / f"{name}.template.json", template(*(some if folder == "new" else ())))
        return ["--deployed", str(tmp_path / "old"), str(tmp_path / "new")]

    @staticmethod
    def names(text: str) -> set[str]:
        return set(re.findall(r"/new/(\w)\.template", text))

    def test_are_one_line_at_the_end(self, folders: list[str]) -> None:
        result = invoke("predict", *folders)
        assert result.exit_code == 0
        assert self.names(result.stdout) == {"B", "D"}
        assert result.stdout.splitlines()[-1] == "2 stacks do not change."

    def test_are_one_line_on_a_terminal(self, folders: list[str], tmp_path: Path) -> None:
        _, screen = run_in_terminal("predict", *folders, cwd=tmp_path)
        assert self.names(screen) == {"B", "D"}
        assert STYLES.sub("", screen).splitlines()[-1] == "2 stacks do not change."

    def test_are_one_paragraph_in_a_comment(self, folders: list[str]) -> None:
        text = invoke("predict", "--format", "markdown", *folders).stdout
        assert text.count("### ") == 2
        assert text.endswith("\n\n2 stacks do not change.\n")

    def test_are_all_there_for_programs(self, folders: list[str]) -> None:
        assert [one["outcome"] for one in predict(*folders)["predictions"]] == [
            *("no-change", "green-deployment", "no-change", "no-change")
        ]

    @pytest.mark.parametrize("options", [[], ["--format", "markdown"]], ids=["text", "markdown"])
    def test_are_all_that_is_said_where_nothing_changes(
        self, options: list[str], folders: list[str], tmp_path: Path
    ) -> None:
        for name in ("B", "D"):
            (tmp_path / "new" / f"{name}.template.json").unlink()
        for name, line in (("", "2 stacks do not change.\n"), ("C", "1 stack does not change.\n")):
            (tmp_path / "new" / f"{name}.template.json").unlink(missing_ok=True)
            result = invoke("predict", *options, *folders)
            assert (result.exit_code, result.stdout) == (0, line)

    def test_are_told_to_be_assumed_so_where_they_have_warnings(self, folders: list[str], tmp_path: Path) -> None:
        def include(parts: Any) -> None:
            parts.template["Transform"] = [parts.template["Transform"], "AWS::Include"]

        for folder in ("old", "new"):
            write(tmp_path / folder / "A.template.json", template(include))
        line = invoke("predict", *folders).stdout.splitlines()[-1]
        assert line == "2 stacks do not change, as far as can be told: --json has the warnings."

    def test_are_told_in_full_where_one_is_asked_for(self, folders: list[str]) -> None:
        text = invoke("predict", *folders, "--template", "A").stdout
        assert [line.rpartition("/")[2].split(": ")[:2] for line in text.splitlines()] == [
            ["A.template.json", "no-change"],
            ["A.template.json", "reason"],
        ]


class TestChoice:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """An assembly of two blue/green stacks and another one."""
        folder = tmp_path / "cdk.out"
        folder.mkdir()
        write(folder / "A123.template.json", template())
        write(folder / "B456.template.json", template(image("v2")))
        write(folder / "Vpc.template.json", {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
        artifacts = {
            "A123": {"properties": {"templateFile": "A123.template.json", "stackName": "Shop-A"}},
            "B456": {"properties": {"templateFile": "B456.template.json"}, "displayName": "Prod/B"},
        }
        write(folder / "manifest.json", {"artifacts": artifacts})
        return folder

    @pytest.mark.parametrize("name", ["B456", "B456.template.json", "Prod/B"])
    def test_takes_the_template_of_a_stack(self, name: str, folder: Path, tmp_path: Path) -> None:
        old = write(tmp_path / "old.json", template())
        predicted = predict("--deployed", old, "--template", name, str(folder))
        assert predicted["outcome"] == "green-deployment"
        assert predict("--deployed", old, "--template", "Shop-A", str(folder))["outcome"] == "no-change"

    def test_takes_the_one_of_the_same_file_name(self, folder: Path, tmp_path: Path) -> None:
        old = write(tmp_path / "B456.template.json", template())
        assert predict("--deployed", old, str(folder))["outcome"] == "green-deployment"

    def test_takes_the_only_one_with_a_hook(self, folder: Path, tmp_path: Path) -> None:
        (folder / "A123.template.json").unlink()
        old = write(tmp_path / "old.json", template())
        assert predict("--deployed", old, str(folder))["outcome"] == "green-deployment"

    def test_asks_when_there_are_several(self, folder: Path, tmp_path: Path) -> None:
        result = invoke("predict", "--deployed", write(tmp_path / "old.json", template()), str(folder))
        assert result.exit_code == 2
        assert result.stderr == (
            f"Error: {folder}: holds 3 templates: say with --template which one to take: A123, B456, Vpc\n"
        )

    def test_says_which_there_are_when_there_is_none_of_that_name(self, folder: Path, tmp_path: Path) -> None:
        old = write(tmp_path / "old.json", template())
        result = invoke("predict", "--deployed", old, "--template", "C", str(folder))
        assert result.exit_code == 2
        assert result.stderr == (
            f"Error: {folder}: has no template of C: say with --template which one to take: A123, B456, Vpc\n"
        )

    def test_says_so_when_nothing_pairs(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "other").mkdir()
        write(tmp_path / "other" / "C.template.json", template())
        result = invoke("predict", "--deployed", str(tmp_path / "other"), str(folder))
        assert result.exit_code == 2
        assert result.stderr == (
            f"Error: {folder}: has no template of the same name as one in {tmp_path}/other (C): name the two "
            "templates themselves\n"
        )


def assembly(folder: Path, content: Template, **artifact: Any) -> str:
    """A cdk.out folder with one stack."""
    folder.mkdir()
    write(folder / "Shop.template.json", content)
    properties = {"templateFile": "Shop.template.json", **artifact.pop("properties", {})}
    write(folder / "manifest.json", {"artifacts": {"Shop": {"properties": properties, **artifact}}})
    return str(folder)


class TestTags:
    """The tags of a stack, which are in the manifest."""

    def predicted(self, folder: Path, old: dict[str, str] | None, new: dict[str, str] | None, *options: str) -> Any:
        """Predict an application change between two folders."""
        sides = zip(("old", "new"), (template(), template(image("v2"))), (old, new), strict=True)
        paths = [
            assembly(folder / name, content, properties={} if tags is None else {"tags": tags})
            for name, content, tags in sides
        ]
        return json.loads(invoke("predict", "--json", *options, "--deployed", *paths).stdout)

    def test_of_two_folders_are_compared(self, tmp_path: Path) -> None:
        predicted = self.predicted(tmp_path, {"Owner": "a"}, {"Owner": "b"})
        SCHEMA.validate(predicted)
        assert predicted["outcome"] == "refused"
        assert [step["tags"] for step in predicted["steps"]] == [{"Owner": "b"}, None]

    @pytest.mark.parametrize(("old", "new"), [({"Owner": "a"}, {"Owner": "a"}), (None, None), ({}, None)])
    def test_that_stay_are_not_talked_about(
        self, old: dict[str, str] | None, new: dict[str, str] | None, tmp_path: Path
    ) -> None:
        predicted = self.predicted(tmp_path, old, new)
        assert (predicted["outcome"], predicted["warnings"]) == ("green-deployment", [])

    def test_that_only_one_folder_has_change(self, tmp_path: Path) -> None:
        assert self.predicted(tmp_path, {"Owner": "a"}, None)["outcome"] == "refused"

    def test_that_are_given_take_the_place_of_the_manifests(self, tmp_path: Path) -> None:
        given = ("--tag", "Owner=b", "--deployed-tag", "Owner=b")
        assert self.predicted(tmp_path, {"Owner": "a"}, {"Owner": "c"}, *given)["outcome"] == "green-deployment"

    def test_that_are_given_for_templates_alone(self, tmp_path: Path) -> None:
        paths = files(tmp_path, image("v2"))
        result = invoke("predict", "--tag", "Owner=b", "--deployed-tag", "Owner=a", *paths)
        assert result.exit_code == 1
        assert "It is assumed" not in result.stdout
        result = invoke("predict", "--tag", "Owner=b", *paths)
        assert result.exit_code == 1
        assert (
            "warning: It is assumed that the stack has no tags until now: --deployed-tag NAME=VALUE gives them."
        ) in result.stdout

    def test_of_a_deployed_template_alone_are_not_known(self, tmp_path: Path) -> None:
        old = write(tmp_path / "old.json", template())
        new = assembly(tmp_path / "new", template(image("v2")), properties={"tags": {"Owner": "a"}})
        result = invoke("predict", "--deployed", old, new)
        assert result.exit_code == 0
        assert "warning: The new stack has tags, and those of the deployed one are not known: " in result.stdout

    def test_go_with_deployed_templates_or_a_stack(self, tmp_path: Path) -> None:
        new = write(tmp_path / "new.json", template())
        result = invoke("predict", "--stack", "Shop", "--deployed-tag", "A=b", new)
        assert result.exit_code == 2
        assert "--deployed-tag goes with --deployed: with --stack, the values are read." in result.stderr


ENVIRONMENT = {"Fn::Sub": "${AWS::AccountId}/${AWS::Region}/${AWS::StackName}"}


class TestPseudoParameters:
    """What a manifest tells of the stack's environment."""

    def outcome(self, folder: Path, environment: str, image_of: Any, *options: str, literal: str) -> str:
        sides = zip(("old", "new"), (image_of, literal), strict=True)
        paths = [
            assembly(
                folder / name,
                template(with_properties("Errors", AlarmDescription=text)),
                environment=environment,
                properties={"stackName": "shop"},
            )
            for name, text in sides
        ]
        predicted = json.loads(invoke("predict", "--json", *options, "--deployed", *paths).stdout)
        return str(predicted["outcome"]) if all(one["certain"] for one in predicted["changes"]) else "perhaps"

    @pytest.mark.parametrize(
        ("environment", "literal", "outcome"),
        [
            ("aws://123456789012/eu-west-1", "123456789012/eu-west-1/shop", "no-change"),
            ("aws://123456789012/eu-west-1", "123456789012/eu-west-1/other", "in-place-update"),
            ("aws://unknown-account/unknown-region", "123456789012/eu-west-1/shop", "perhaps"),
            ("aws://unknown-account/eu-west-1", "unknown-account/eu-west-1/shop", "perhaps"),
        ],
    )
    def test_are_known_from_the_environment(self, environment: str, literal: str, outcome: str, tmp_path: Path) -> None:
        assert self.outcome(tmp_path, environment, ENVIRONMENT, literal=literal) == outcome

    def test_can_be_given(self, tmp_path: Path) -> None:
        given = ("--parameter", "AWS::Region=eu-west-1", "--parameter", "AWS::AccountId=123456789012")
        literal = "123456789012/eu-west-1/shop"
        unknown = "aws://unknown-account/unknown-region"
        assert self.outcome(tmp_path, unknown, ENVIRONMENT, *given, literal=literal) == "no-change"

    def test_on_which_the_manifests_disagree_are_not_known(self, tmp_path: Path) -> None:
        environments = ("aws://123456789012/eu-west-1", "aws://123456789012/eu-west-2")
        texts: tuple[Any, str] = ({"Ref": "AWS::Region"}, "eu-west-2")
        paths = [
            assembly(
                tmp_path / name, template(with_properties("Errors", AlarmDescription=text)), environment=environment
            )
            for name, text, environment in zip(("old", "new"), texts, environments, strict=True)
        ]
        predicted = json.loads(invoke("predict", "--json", "--deployed", *paths).stdout)
        assert [one["certain"] for one in predicted["changes"]] == [False]

    @pytest.mark.parametrize("name", ["AWS::NoValue", "AWS::Regon"])
    def test_are_these_only(self, name: str, tmp_path: Path) -> None:
        result = invoke("predict", "--parameter", f"{name}=x", *files(tmp_path))
        assert result.exit_code == 2
        assert f"has no parameter {name}" in result.stderr


def test_json_that_nobody_reads_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = files(tmp_path, image("v2"))
    indented = invoke("predict", "--json", *arguments).stdout
    monkeypatch.setattr(terminal, "_READABLE", 100)
    line = invoke("predict", "--json", *arguments).stdout
    assert line.count("\n") == 1 < indented.count("\n")
    assert json.loads(line) == json.loads(indented)


def test_of_many_causes_people_see_the_first(tmp_path: Path) -> None:
    names = [f"Topic{number}" for number in range(9)]
    refer = {"Fn::Join": ["", [{"Ref": name} for name in names]]}
    old = template(*(with_resource(name, "AWS::SNS::Topic", TopicName=name) for name in names))
    old["Resources"]["All"] = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": refer}}
    new = copy.deepcopy(old)
    for name in names:
        new["Resources"][name]["Properties"]["TopicName"] += "-2"
    arguments = ["--deployed", write(tmp_path / "old.json", old), write(tmp_path / "new.json", new)]
    (line,) = [line for line in invoke("predict", *arguments).stdout.splitlines() if ": All: DisplayName: " in line]
    assert line.count(", which it refers to, is replaced; ") == 5
    assert line.endswith("; and 4 more causes, which --json lists)")
    (change,) = [one for one in predict(*arguments)["changes"] if one["logical_id"] == "All"]
    assert len(change["properties"][0]["causes"]) == 9
