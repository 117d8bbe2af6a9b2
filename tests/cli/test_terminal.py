"""What is asked of people."""

from collections.abc import Callable

import click
import pytest

from ecs_blue_green.cli.terminal import is_agreed, printable


def answering(answer: str | type[BaseException]) -> Callable[[str], str]:
    """A person, or the end of the input."""

    def ask(prompt: str = "") -> str:
        if isinstance(answer, str):
            return answer
        raise answer

    return ask


@pytest.mark.parametrize("stderr", [False, True])
@pytest.mark.parametrize(("answer", "expected"), [("y", True), ("n", False), ("", False), (EOFError, False)])
def test_only_a_yes_agrees(
    answer: str | type[BaseException], expected: bool, stderr: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(click.termui, "visible_prompt_func", answering(answer))
    assert is_agreed(printable("Go on?"), stderr=stderr) is expected


def test_ctrl_c_is_no_answer_but_ends_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.termui, "visible_prompt_func", answering(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        is_agreed(printable("Go on?"))
