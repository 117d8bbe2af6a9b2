"""A small AWS on this machine, for real boto3 calls over HTTP; what it answers is checked against botocore's models."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import botocore.session
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from tests.cli.aws.support import AwsProblem, environment_of
from tests.loopback import Answer, Request, loopback

ME = "arn:aws:iam::123456789012:user/me"

# What an operation answers, given the request's parameters.
Operations = Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]


@dataclass(frozen=True)
class Aws:
    """The server: what the command needs in its environment, and all calls that it got."""

    environment: dict[str, str]
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def calls_of(self, name: str) -> list[dict[str, Any]]:
        return [parameters for called, parameters in self.calls if called == name]


class LostConnectionError(Exception):
    """What is raised to give no answer at all."""


def _denied(_: Request, name: str) -> Answer:
    raise AwsProblem("AccessDenied", f"User: {ME} is not authorized to perform: {name}", 403)


@contextmanager
def aws(
    operations: Operations,
    *,
    elsewhere: Callable[[Request, str], Answer] = _denied,
    before: Callable[[str, dict[str, Any]], None] = lambda *_: None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    sent: Callable[[str, Answer], Answer] = lambda _, answer: answer,
) -> Iterator[Aws]:
    """Serve some operations, named as ``cloudformation:UpdateStack``.

    All others are denied, as by a policy, or answered ``elsewhere``. ``before`` learns of each call before its answer,
    and may raise in its place; ``clock`` tells the time that the answers bear; ``sent`` makes of each answer, by the
    name of its call, what goes out.
    """
    calls: list[tuple[str, dict[str, Any]]] = []
    mistakes: list[Exception] = []  # of the test: the client would be told of no more than a lost connection

    def answer(request: Request) -> Answer | None:
        try:
            found = answer_or_fail(request)
        except LostConnectionError:
            return None
        except Exception as mistake:
            mistakes.append(mistake)
            raise
        return sent(
            calls[-1][0], replace(found, headers=found.headers | {"Date": format_datetime(clock(), usegmt=True)})
        )

    def answer_or_fail(request: Request) -> Answer:
        service = _service(request)
        protocol = _Rest if service == "lambda" else _Json if "X-Amz-Target" in request.headers else _Query
        operation = _operation(service, protocol.name_of(request))
        given = protocol.parameters(operation, request)
        name = f"{service}:{operation.name}"
        calls.append((name, given))
        try:
            before(name, given)
            if name not in operations:
                return elsewhere(request, name)
            result = operations[name](given)
        except AwsProblem as problem:
            return protocol.error(problem)
        if operation.output_shape:
            _check(operation.output_shape, result)
        return protocol.answer(operation, result)

    with loopback(answer) as server:
        yield Aws(environment_of(server.url), calls)
    assert mistakes == []


def _service(request: Request) -> str:
    """Tell by its signature whom a request is for."""
    match = re.search(r"Credential=[^/]+/\d+/[^/]+/(\w+)/", request.headers["Authorization"])
    assert match
    return {"monitoring": "cloudwatch", "elasticloadbalancing": "elbv2"}.get(match[1], match[1])


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def _operation(service: str, name: str) -> OperationModel:
    operation: OperationModel = _model(service).operation_model(name)
    return operation


def _check(shape: Any, value: dict[str, Any]) -> None:
    """Raise unless AWS could have said this."""
    report = ParamValidator().validate(value, shape)
    assert not report.has_errors(), report.generate_report()


class _Query:
    """CloudFormation's protocol: a form asks, XML answers."""

    @staticmethod
    def name_of(request: Request) -> str:
        return parse_qs(request.body.decode())["Action"][0]

    @staticmethod
    def parameters(operation: OperationModel, request: Request) -> dict[str, Any]:
        form = {name: values[0] for name, values in parse_qs(request.body.decode(), keep_blank_values=True).items()}
        given: dict[str, Any] = _read(operation.input_shape, form, "")
        return given

    @staticmethod
    def answer(operation: OperationModel, result: dict[str, Any]) -> Answer:
        wrapper = f"{operation.name}Result"
        content = _write(operation.output_shape, result, wrapper) if operation.output_shape else ""
        return Answer(f"<{operation.name}Response>{content}</{operation.name}Response>".encode())

    @staticmethod
    def error(problem: AwsProblem) -> Answer:
        return problem.answer


def _read(shape: Any, form: dict[str, str], prefix: str) -> Any:
    if shape.type_name == "structure":
        members = [(name, member, f"{prefix}.{name}".lstrip(".")) for name, member in shape.members.items()]
        return {
            name: _read(member, form, path)
            for name, member, path in members
            if any(key == path or key.startswith(f"{path}.") for key in form)
        }
    if shape.type_name == "list":
        numbers = {int(key[len(prefix) :].split(".")[2]) for key in form if key.startswith(f"{prefix}.member.")}
        return [_read(shape.member, form, f"{prefix}.member.{number}") for number in sorted(numbers)]
    given = form[prefix]
    if shape.type_name == "boolean":
        return given == "true"
    return int(given) if shape.type_name == "integer" else given


def _write(shape: Any, value: Any, name: str) -> str:
    if shape.type_name == "structure":
        content = "".join(_write(shape.members[key], item, key) for key, item in value.items())
    elif shape.type_name == "list":
        content = "".join(_write(shape.member, item, "member") for item in value)
    elif shape.type_name == "boolean":
        content = str(value).lower()
    else:
        content = value.isoformat() if shape.type_name == "timestamp" else escape(str(value))
    return f"<{name}>{content}</{name}>"


class _Json:
    """CloudWatch's protocol, and CodeDeploy's: JSON both ways."""

    @staticmethod
    def name_of(request: Request) -> str:
        return request.headers["X-Amz-Target"].rpartition(".")[2]

    @staticmethod
    def parameters(operation: OperationModel, request: Request) -> dict[str, Any]:
        given: dict[str, Any] = json.loads(request.body)
        return given

    @staticmethod
    def answer(operation: OperationModel, result: dict[str, Any]) -> Answer:
        return Answer(json.dumps(result, default=datetime.timestamp).encode())

    @staticmethod
    def error(problem: AwsProblem) -> Answer:
        return Answer(json.dumps({"__type": problem.code, "message": problem.message}).encode(), problem.status)


class _Rest(_Json):
    """Lambda's protocol, as far as it is needed: what is asked about stands in the path."""

    @staticmethod
    def name_of(request: Request) -> str:
        assert request.path.endswith("/configuration")
        return "GetFunctionConfiguration"

    @staticmethod
    def parameters(operation: OperationModel, request: Request) -> dict[str, Any]:
        return {"FunctionName": request.path.split("/")[-2]}
