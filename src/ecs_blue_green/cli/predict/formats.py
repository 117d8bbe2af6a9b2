"""What is predicted, for programs and for pull requests."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any

from ...template.update import Change
from ..terminal import Printable, json_lines, printable
from . import words
from .report import Predictions, StackPrediction

_MARKS = {
    "no-change": "⚪",
    "green-deployment": "🟢",
    "native-deployment": "🟢",
    "in-place-update": "🔵",
    "outage": "🔴",
    "refused": "🔴",
    "unknown": "🟡",
}


def as_json(predictions: Predictions) -> list[Printable]:
    """Give a JSON object: the prediction, or of several the gravest outcome and a list of them."""
    objects = [_object(one) for one in predictions.stacks]
    whole = objects[0] if len(objects) == 1 else {"outcome": predictions.outcome, "predictions": objects}
    return json_lines(whole, default=_fields)


def _object(one: StackPrediction) -> dict[str, Any]:
    prediction = _fields(one.prediction)
    prediction["changes"] = [
        {**_fields(change), "construct_path": one.construct_path(change.logical_id)}
        for change in one.prediction.changes
    ]
    # A template holds in clear what else is not told: it goes into a file, and to nobody who reads a log.
    prediction["steps"] = [
        {name: value for name, value in _fields(step).items() if name != "template"} for step in one.prediction.steps
    ]
    stack = one.stack and {
        "name": one.stack.name,
        "id": one.stack.id,
        "region": one.stack.region,
        "status": one.stack.status,
        "live_colour": one.stack.live_colour,
        "live_weights": one.live_weights,
        "rollback_triggers": one.stack.rollback_triggers,
        "monitoring_minutes": one.stack.monitoring_minutes,
    }
    losses = None if one.losses is None else [asdict(lost) for lost in one.losses]
    return {"name": one.name, **prediction, "stack": stack, "losses": losses}


def _fields(value: Any) -> dict[str, Any]:
    """Make an object of a dataclass; unlike `asdict` without a copy of all that is in it."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def as_markdown(predictions: Predictions) -> list[Printable]:
    """Give Markdown as GitHub has it, for a comment on a pull request."""
    lines = [line for one in predictions.others for line in _markdown(one)]
    if predictions.unchanged:
        lines += [words.unchanged([one.prediction for one in predictions.unchanged]), ""]
    return [printable(line) for line in lines[:-1]]  # the last is empty


def _markdown(one: StackPrediction) -> Iterator[str]:
    prediction = one.prediction
    yield from (f"### {_MARKS[prediction.outcome]} {_code(one.name)}: {words.title(prediction.outcome)}", "")
    yield from (words.MEANINGS[prediction.outcome], "")
    if one.stack:
        yield from (_text(one.summary), "")
    yield from _list(prediction.reasons)
    if prediction.warnings:
        yield from ("**Warnings**", "")
        yield from _list(prediction.warnings)
    if one.losses:
        yield from ("**Lost in the transform (P5)**", "")
        yield from _list(f"{lost.logical_id}: {words.loss(lost)}" for lost in one.losses)
    if prediction.advice:
        yield from (f"**What to do**: {_text(prediction.advice)}", "")
        yield from _list(words.step(number, step) for number, step in enumerate(prediction.steps, 1))
    if prediction.changes:
        number = len(prediction.changes)
        yield from (f"<details><summary>{number} changed resource{'' if number == 1 else 's'}</summary>", "")
        yield "| Resource | | What changes |"
        yield "| --- | --- | --- |"
        yield from (_row(one, change) for change in prediction.changes)
        yield from ("", "</details>", "")


def _row(one: StackPrediction, change: Change) -> str:
    path = one.construct_path(change.logical_id)
    about = _code(words.resource(change)) + (f"<br>{_text(path)}" if path else "")
    parts = []
    for part in change.properties:
        details = words.details(part)
        parts.append(
            f"{_code(f'{words.place(part)}: {words.values(part)}')}{f' ({_text(details)})' if details else ''}"
        )
    return f"| {about} | {words.action(change)}, {change.kind} | {'<br>'.join(parts)} |"


def _list(sentences: Iterable[str]) -> Iterator[str]:
    lines = [f"- {_text(sentence)}" for sentence in sentences]
    yield from [*lines, ""] if lines else []


def _code(text: str) -> str:
    return f"<code>{_escaped(text)}</code>"


def _text(text: str) -> str:
    """Write a text of a sentence: nothing in it becomes a mention, a reference, a link or a list.

    GitHub looks for mentions and references where all entities are characters again, but not in code
    (https://github.com/github/cmark-gfm/issues/181): a space of no width divides them.
    """
    divided = re.sub(r"&#(?:35|46|58|64);", r"\g<0>&#8203;", _escaped(text))
    return re.sub(r"^(?:[-+=\s]|\d(?=\d*[.)]))", _entity, divided)


def _escaped(text: str) -> str:
    """Write a text so that Markdown takes none of its characters for markup, and nothing in it for an address."""
    escaped = html.escape(printable(text), quote=False)
    return re.sub(r"[\\`*_{}\[\]|~#@]|:(?=//)|(?<=www)\.", _entity, escaped, flags=re.IGNORECASE)


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


FORMATS: Mapping[str, Callable[[Predictions], list[Printable]]] = {"json": as_json, "markdown": as_markdown}
