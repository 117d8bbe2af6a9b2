"""What ``lint`` prints for people, and how it ends."""

import json
import re
import subprocess
from contextlib import chdir
from pathlib import Path

import pytest

from tests.cli.support import (
    CLEAN,
    COMMAND,
    invoke,
    invoke_on_terminal,
    run,
    run_in_terminal,
    with_nested_stack,
    with_output,
    write,
)
from tests.support import ROOT

WITHOUT_HOOK = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
STYLES = re.compile(r"\x1b\[([\d;]*)m")


def test_a_clean_template_ends_with_0_and_only_a_summary(tmp_path: Path) -> None:
    result = invoke("lint", write(tmp_path / "clean.json", CLEAN))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 template, 1 with blue/green deployments: no findings\n"


def test_an_error_ends_with_1_and_is_a_line(tmp_path: Path) -> None:
    file = write(tmp_path / "shop.json", with_nested_stack())
    result = invoke("lint", file)
    assert result.exit_code == 1
    assert re.fullmatch(rf"{file}: error nested-stack Reports: [A-Z].+\n", result.stdout)
    assert result.stdout.endswith(") See `ecs-blue-green rules nested-stack`\n")
    assert result.stderr == "1 template, 1 with blue/green deployments: 1 error\n"


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_a_warning_fails_only_when_strict(options: list[str], code: int, tmp_path: Path) -> None:
    result = invoke("lint", *options, write(tmp_path / "shop.json", with_output()))
    assert result.exit_code == code
    assert f"{tmp_path}/shop.json: warning plain-output Url: " in result.stdout


def test_strict_does_not_fail_where_nothing_is_found(tmp_path: Path) -> None:
    assert invoke("lint", "--strict", write(tmp_path / "clean.json", CLEAN)).exit_code == 0


def test_a_template_without_a_hook_has_nothing_to_check(tmp_path: Path) -> None:
    result = invoke("lint", write(tmp_path / "vpc.json", WITHOUT_HOOK))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 template, none with blue/green deployments: nothing to check\n"


def test_several_templates_are_counted_together_and_reported_in_the_given_order(tmp_path: Path) -> None:
    files = [
        write(tmp_path / "z.json", with_output("Second", with_output("First", with_nested_stack()))),
        write(tmp_path / "a.json", with_nested_stack()),
        write(tmp_path / "m.json", WITHOUT_HOOK),
    ]
    result = invoke("lint", *files)
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [files[0], files[0], files[0], files[1]]
    assert result.stderr == "3 templates, 2 with blue/green deployments: 2 errors, 2 warnings; 1 without findings\n"


def test_what_can_not_be_read_ends_with_2_and_hides_no_finding(tmp_path: Path) -> None:
    good = write(tmp_path / "shop.json", with_nested_stack())
    result = invoke("lint", str(tmp_path / "missing.json"), good, str(tmp_path / "gone.json"))
    assert result.exit_code == 2
    assert "error nested-stack Reports" in result.stdout
    assert result.stderr == (
        "1 template, 1 with blue/green deployments: 1 error\n"
        f"Error: {tmp_path}/missing.json: there is no such file or folder\n"
        f"Error: {tmp_path}/gone.json: there is no such file or folder\n"
    )


def test_standard_input_is_a_template() -> None:
    result = invoke("lint", "-", given=json.dumps(with_nested_stack()))
    assert result.exit_code == 1
    assert result.stdout.startswith("-: error nested-stack Reports: ")


def test_a_folder_says_in_one_line_how_many_templates_have_no_findings(tmp_path: Path) -> None:
    for number in range(20):
        write(tmp_path / f"Clean{number}.template.json", CLEAN)
    write(tmp_path / "Shop.template.json", with_nested_stack())
    write(tmp_path / "Topic.template.json", WITHOUT_HOOK)
    result = invoke("lint", str(tmp_path))
    assert len(result.stdout.splitlines()) == 1
    assert result.stderr == "22 templates, 21 with blue/green deployments: 1 error; 21 without findings\n"


def test_a_template_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    file = write(tmp_path / "shop.template.json", with_nested_stack())
    result = invoke("lint", file, str(tmp_path), f"{tmp_path}/./shop.template.json", "-", "-", given=json.dumps(CLEAN))
    assert result.stderr == "2 templates, 2 with blue/green deployments: 1 error; 1 without findings\n"


def test_a_finding_about_the_whole_template_has_no_logical_id(tmp_path: Path) -> None:
    template = {name: section for name, section in CLEAN.items() if name != "Hooks"}
    result = invoke("lint", write(tmp_path / "shop.json", template))
    assert re.search(r"shop\.json: error hook-missing: [A-Z]", result.stdout)


def test_names_can_not_move_the_cursor_or_start_a_new_line(tmp_path: Path) -> None:
    result = invoke("lint", write(tmp_path / "shop.json", with_output("\x1b[2JUrl\nshop.json: error\ud800\x9b")))
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    assert r"plain-output \x1b[2JUrl\nshop.json: error\ud800\x9b: " in line


def test_what_an_encoding_lacks_is_written_out(tmp_path: Path) -> None:
    write(tmp_path / "shop.json", with_output("網址"))
    done = run("lint", "shop.json", cwd=tmp_path, PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert r"warning plain-output \u7db2\u5740: " in done.stdout


def test_a_reader_that_has_seen_enough_gets_no_traceback(tmp_path: Path) -> None:
    template = CLEAN
    for number in range(400):  # more than a pipe holds
        template = with_output(f"Url{number}", template)
    write(tmp_path / "shop.json", template)
    with subprocess.Popen(
        [*COMMAND, "lint", "shop.json"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141  # as a shell has it, and no code of a finding


@pytest.mark.parametrize("stack", ["TriviaBackendTest", "TriviaBackendProd", "TriviaBackendHooksProd"])
def test_the_example_has_no_errors(stack: str) -> None:
    file = ROOT / f"tests/examples/__snapshots__/test_trivia/test_template[{stack}].json"
    assert invoke("lint", str(file)).exit_code == 0


def test_terminal_groups_findings_by_file_in_colours(tmp_path: Path) -> None:
    write(tmp_path / "shop.json", with_output(template=with_nested_stack()))
    write(tmp_path / "clean.json", CLEAN)
    code, screen = run_in_terminal("lint", "clean.json", "shop.json", cwd=tmp_path, COLUMNS="100")
    assert code == 1
    assert re.search(r"\x1b\[1;31merror\x1b\[0m \x1b\[1mnested-stack\x1b\[0m\n", screen)
    assert re.search(r"\x1b\[1;33mwarning\x1b\[0m \x1b\[1mplain-output\x1b\[0m\n", screen)
    lines = STYLES.sub("", screen).splitlines()
    assert lines[:4] == ["shop.json", "", "  error nested-stack", "    Reports"]
    assert lines[-2:] == [
        "",
        "2 templates, 2 with blue/green deployments: 1 error, 1 warning; 1 without findings",
    ]
    assert lines.count("shop.json") == 1
    assert "clean.json" not in lines
    for rule in ("nested-stack", "plain-output"):
        assert lines.count(f"    ecs-blue-green rules {rule}") == 1


def test_terminal_says_that_nothing_was_found(tmp_path: Path) -> None:
    code, screen = invoke_on_terminal("lint", write(tmp_path / "clean.json", CLEAN))
    assert code == 0
    assert STYLES.sub("", screen) == "1 template, 1 with blue/green deployments: no findings\n"


def test_terminal_shows_what_can_not_be_read() -> None:
    code, screen = invoke_on_terminal("lint", "missing.json")
    assert (code, screen) == (2, "Error: missing.json: there is no such file or folder\n")


def test_terminal_without_colours_when_the_user_wants_none(tmp_path: Path) -> None:
    _, screen = invoke_on_terminal(
        "lint", write(tmp_path / "shop.json", with_nested_stack()), variables={"NO_COLOR": "1"}
    )
    assert "error nested-stack" in STYLES.sub("", screen)
    colours = {code for codes in STYLES.findall(screen) for code in codes.split(";") if len(code) == 2}
    assert colours == set()


def test_dumb_terminal_gets_plain_text(tmp_path: Path) -> None:
    _, screen = invoke_on_terminal(
        "lint", write(tmp_path / "shop.json", with_nested_stack()), variables={"TERM": "dumb"}
    )
    assert "\x1b" not in screen
    assert "error nested-stack" in screen


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_terminal_wraps_messages_and_leaves_links_whole(columns: int, tmp_path: Path) -> None:
    id = "ReportsNestedStackReportsNestedStackResource6385503C"
    write(tmp_path / "shop.json", with_nested_stack(id))
    with chdir(tmp_path):
        _, screen = invoke_on_terminal("lint", "shop.json", columns=columns)
    lines = STYLES.sub("", screen).splitlines()
    (link,) = [line for line in lines if "ecs-blue-green rules " in line]
    assert link.endswith(" nested-stack")
    assert max(len(line) for line in lines if line != link) <= min(columns, 100)
    above = lines[3 : lines.index(link)]
    assert id in "".join(line.strip() for line in above)
    assert len(above) > 2
    assert all(re.match(r" {4}\S", line) for line in above)


def test_square_brackets_are_no_markup(tmp_path: Path) -> None:
    _, screen = invoke_on_terminal("lint", write(tmp_path / "shop.json", with_output("[red]Url[/red]")))
    assert "    [red]Url[/red]\n" in STYLES.sub("", screen)
