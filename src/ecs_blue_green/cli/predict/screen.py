"""What is predicted, for people: on a terminal grouped and in colours, elsewhere a line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.padding import Padding

from ...template.update import Change
from ..console import Line, Screen, open_console
from ..terminal import printable, say
from . import words
from .report import Predictions, StackPrediction

_COLOURS = {
    "no-change": "bold",
    "green-deployment": "bold green",
    "native-deployment": "bold green",
    "in-place-update": "bold blue",
    "outage": "bold red",
    "refused": "bold red",
    "unknown": "bold yellow",
}
_KINDS = {
    "application": "Application",
    "infrastructure": "Infrastructure",
    "consequence": "Following from the application",
}
_ACTION_COLOURS = {"added": "green", "removed": "red", "updated": "cyan"}


def show(predictions: Predictions, *, hint: bool) -> None:
    """Print predictions to standard output.

    Args:
        predictions: The predictions.
        hint: Whether to name the option that writes the steps.
    """
    console = open_console()
    if console.is_terminal:
        for one in predictions.others:
            _show_group(console, one, hint)
    else:
        for one in predictions.others:
            for line in _lines(one, hint):
                say(printable(f"{one.name}: {line}"))
    if predictions.unchanged:
        say(printable(words.unchanged([one.prediction for one in predictions.unchanged])))


def _show_group(console: Screen, one: StackPrediction, hint: bool) -> None:
    prediction = one.prediction
    console.show(Line(one.name, style="bold underline"), Line(), soft_wrap=True)
    outcome = (words.title(prediction.outcome), _COLOURS[prediction.outcome])
    _put(console, 2, outcome, (": ", ""), (words.MEANINGS[prediction.outcome], ""))
    if one.stack:
        _put(console, 2, (one.summary, "dim"))
    _show_list(console, "Why", prediction.reasons)
    _show_list(console, "Warnings", prediction.warnings, "yellow")
    for kind, heading in _KINDS.items():
        changes = [change for change in prediction.changes if change.kind == kind]
        if changes:
            _heading(console, heading)
        for change in changes:
            done = words.action(change)
            _put(console, 4, (done, _ACTION_COLOURS.get(done, "magenta")), (" ", ""), *_about(one, change))
            for part in change.properties:
                _put(console, 6, (f"{words.place(part)}: ", ""), (words.values(part), "bold"))
                _put(console, 8, (words.details(part), "dim"))
    _show_list(console, "Lost in the transform (P5)", _losses(one), "yellow")
    _show_list(console, "What to do", _what_to_do(one, hint))
    console.show(Line())


def _show_list(console: Screen, heading: str, sentences: Sequence[str], style: str = "") -> None:
    if sentences:
        _heading(console, heading, style)
    for sentence in sentences:
        _put(console, 4, (sentence, ""))


def _heading(console: Screen, heading: str, style: str = "") -> None:
    console.show(Line())
    _put(console, 2, (heading, f"bold {style}"))


def _put(console: Screen, indent: int, *parts: tuple[str, str]) -> None:
    line = Line(*parts)
    if line:
        console.show(Padding(line, (0, 0, 0, indent), expand=False))


def _about(one: StackPrediction, change: Change) -> Iterator[tuple[str, str]]:
    yield words.resource(change), "bold"
    path = one.construct_path(change.logical_id)
    yield (f" ({path})" if path else ""), "dim"


def _lines(one: StackPrediction, hint: bool) -> Iterator[str]:
    """Say a prediction, a fact a line."""
    prediction = one.prediction
    yield f"{prediction.outcome}: {words.MEANINGS[prediction.outcome]}"
    if one.stack:
        yield f"stack: {one.summary}"
    yield from (f"reason: {reason}" for reason in prediction.reasons)
    yield from (f"warning: {warning}" for warning in prediction.warnings)
    for change in prediction.changes:
        about = "".join(part for part, _ in _about(one, change))
        yield f"change: {change.kind}: {words.action(change)} {about}"
        for part in change.properties:
            details = words.details(part)
            yield f"change: {change.logical_id}: {words.place(part)}: {words.values(part)}" + (
                f" ({details})" if details else ""
            )
    yield from (f"lost: {lost}" for lost in _losses(one))
    yield from (f"advice: {sentence}" for sentence in _what_to_do(one, hint))


def _losses(one: StackPrediction) -> list[str]:
    return [f"{lost.logical_id}: {words.loss(lost)}" for lost in one.losses or ()]


def _what_to_do(one: StackPrediction, hint: bool) -> list[str]:
    steps = [words.step(number, step) for number, step in enumerate(one.prediction.steps, 1)]
    option = "--write-steps FOLDER writes their templates." if steps and hint else ""
    return [sentence for sentence in (one.prediction.advice, *steps, option) if sentence]
