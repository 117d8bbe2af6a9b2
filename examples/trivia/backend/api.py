"""What the trivia backend answers: the questions of `questions.json` as a REST API.

Nothing here knows of connections; that is `server.py`.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Literal, NotRequired, TypedDict


class Question(TypedDict):
    """A question as `questions.json` and the API have it."""

    id: int
    points: int
    question: str
    answer: str | float
    answerType: Literal["NUMBER", "STRING"]
    alternativeAnswers: NotRequired[list[str]]


class Category(TypedDict):
    """The questions about one subject."""

    category: str
    questions: list[Question]


FOLDER = Path(__file__).parent
CATEGORIES: list[Category] = json.loads((FOLDER / "questions.json").read_text("utf-8"))
QUESTIONS = {
    str(question["id"]): (category["category"], question)
    for category in CATEGORIES
    for question in category["questions"]
}
DOCS = (FOLDER / "docs.html").read_bytes()


@dataclass(frozen=True)
class Reply:
    """What goes back to the client."""

    content: bytes
    content_type: str = "application/json"
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A request that is answered with an error, and why."""

    def __init__(self, status: HTTPStatus, why: str, **headers: str) -> None:
        super().__init__(why)
        self.reply = Reply(json.dumps({"error": why}).encode(), status=status, headers=headers)


def json_reply(value: object) -> Reply:
    """A value as the JSON body of a 200."""
    return Reply(json.dumps(value).encode())


def is_right(question: Question, answer: str | float) -> bool:
    """Whether an answer is the question's own or one of its alternatives.

    Case and white space make no difference, nor does the way in which a number is written.
    """

    def comparable(value: str | float) -> str | float:
        text = " ".join(str(value).split()).casefold()
        if question["answerType"] == "NUMBER":
            with suppress(ValueError):
                return float(text)
        return text

    right = [question["answer"], *question.get("alternativeAnswers", [])]
    return comparable(answer) in map(comparable, right)


def judge(question: Question, body: bytes) -> Reply:
    """Say whether the answer in a request's body is right."""
    try:
        guess = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(HTTPStatus.BAD_REQUEST, "the body is not valid JSON") from None
    if not isinstance(guess, dict) or "answer" not in guess:
        raise Refusal(HTTPStatus.BAD_REQUEST, 'the body must be a JSON object with an "answer"')
    answer = guess["answer"]
    if isinstance(answer, bool) or not isinstance(answer, str | int | float):
        got = json.dumps(answer)
        raise Refusal(HTTPStatus.BAD_REQUEST, f'"answer" must be a string or a number, got {got:.40}')
    return json_reply({"id": question["id"], "result": is_right(question, answer)})


def find_resource(path: str) -> dict[str, Callable[[bytes], Reply]]:
    """What each method does with the resource at a path, given the request's body."""
    match path.strip("/").split("/"):
        case [""] | ["health"]:
            return {"GET": lambda _: json_reply({"status": "ok", "documentation": "/api/docs/"})}
        case ["api", "docs"]:
            return {"GET": lambda _: Reply(DOCS, "text/html; charset=utf-8")}
        case ["api", "trivia", "all"]:
            return {"GET": lambda _: json_reply(CATEGORIES)}
        case ["api", "trivia", "question", number]:
            if number not in QUESTIONS:
                why = f"there is no question {number}; /api/trivia/all lists every one"
                raise Refusal(HTTPStatus.NOT_FOUND, why)
            category, question = QUESTIONS[number]
            return {
                "GET": lambda _: json_reply({"category": category, **question}),
                "POST": lambda body: judge(question, body),
            }
    raise Refusal(HTTPStatus.NOT_FOUND, f"there is nothing at {path}; see /api/docs/ for what is")


def respond(method: str, path: str, body: bytes) -> Reply:
    """Answer one request; HEAD is answered as GET."""
    methods = find_resource(path)
    if "GET" in methods:
        methods["HEAD"] = methods["GET"]
    if method not in methods:
        allowed = ", ".join(sorted(methods))
        why = f"{method} is not possible at {path}, only {allowed}"
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, why, Allow=allowed)
    return methods[method](body)
