"""Clients that answer what a test gives them, without HTTP; botocore's models check requests and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from tests.cli.aws.support import AwsProblem

# What an operation answers: the same each time, or by the request's parameters. A problem or an error is raised.
Answer = Mapping[str, Any] | Exception | Callable[[dict[str, Any]], Any]


class StubbedAws:
    """An account.

    Attributes:
        session: Whose clients answer from it.
        answers: What operations answer, named as ``ecs:DescribeServices``; whatever is not here is a mistake.
        calls: What was asked for, and with what.
        now: AWS's time.
    """

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = dict(answers)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
        self.session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="eu-west-1")
        self.session.events.register("before-parameter-build", self._note)
        answer: Any = self._answer  # botocore takes what it returns; the types of its events do not know that
        self.session.events.register("before-call", answer)

    @property
    def names(self) -> list[str]:
        """The operations that were called."""
        return [name for name, _ in self.calls]

    def asked(self, name: str) -> list[dict[str, Any]]:
        """With what an operation was called."""
        return [given for called, given in self.calls if called == name]

    def _note(self, params: dict[str, Any], model: OperationModel, **_: object) -> None:
        self.calls.append((_name(model), params))

    def _answer(self, model: OperationModel, **_: object) -> tuple[Any, dict[str, Any]]:
        name = _name(model)
        answer = self.answers[name]
        if callable(answer):
            answer = answer(self.calls[-1][1])
        if isinstance(answer, AwsProblem):
            return self.respond({"Error": {"Code": answer.code, "Message": answer.message}}, answer.status)
        if isinstance(answer, Exception):
            raise answer
        if model.output_shape:
            report = ParamValidator().validate(answer, model.output_shape)
            assert not report.has_errors(), f"{name}: {report.generate_report()}"
        return self.respond(answer)

    def respond(self, answer: Mapping[str, Any], status: int = HTTPStatus.OK) -> tuple[Any, dict[str, Any]]:
        """Give botocore what it makes of an answer."""
        metadata = {"HTTPStatusCode": status, "HTTPHeaders": {"date": format_datetime(self.now, usegmt=True)}}
        return SimpleNamespace(status_code=status), {**answer, "ResponseMetadata": metadata}


def _name(model: OperationModel) -> str:
    service = model.service_model.service_name
    return f"{service}:{model.name}"
