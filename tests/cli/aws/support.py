"""CloudFormation on this machine: real HTTP, with requests and answers as botocore's model has them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import botocore.session
from botocore.model import ListShape, Shape, StructureShape

from tests.loopback import Answer, Request, loopback

ARN = "arn:aws:cloudformation:eu-west-1:123456789012:stack/Shop/11111111-2222-3333-4444-555555555555"
MODEL = botocore.session.get_session().get_service_model("cloudformation")


class AwsProblem(Exception):
    """An error that AWS answers with."""

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message, status

    @property
    def answer(self) -> Answer:
        error = f"<Error><Code>{self.code}</Code><Message>{escape(self.message)}</Message></Error>"
        return _xml_answer(f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>", self.status)


@dataclass
class Account:
    """An account with one stack, Shop.

    Attributes:
        original: The template as it was submitted: text, or an object, which is sent as JSON.
        processed: The template as the transform left it; None for the same.
        statuses: What a change set's status is, asked again and again; the last one stays.
        reason: Why a change set failed.
        tags: The stack's tags.
        more: What else DescribeStacks tells of the stack.
        proposed: The processed template of a change set; None for what was submitted.
        problems: What is answered instead, by action: one after the other, None for the usual; the last one stays.
        on_call: Is told each action.
        calls: What was asked for, and with what.
        change_sets: The templates of the change sets that there are, by name.
    """

    original: Any
    processed: Any = None
    status: str = "UPDATE_COMPLETE"
    parameters: dict[str, str] = field(default_factory=dict)
    rollback: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    statuses: list[str] = field(default_factory=lambda: ["CREATE_COMPLETE"])
    reason: str = ""
    proposed: Any = None
    problems: dict[str, list[AwsProblem | None]] = field(default_factory=dict)
    on_call: Callable[[str], object] = lambda _: None
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    change_sets: dict[str, str] = field(default_factory=dict)

    @property
    def actions(self) -> list[str]:
        return [action for action, _ in self.calls]

    def asked(self, action: str) -> dict[str, str]:
        """What an action was last called with."""
        return [given for name, given in self.calls if name == action][-1]

    def answer(self, request: Request) -> Answer:
        given = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        action = given.pop("Action")
        self.calls.append((action, given))
        self.on_call(action)
        problem: AwsProblem | None = _next(self.problems.get(action, [None]))
        if problem:
            return problem.answer
        try:
            result = getattr(self, action)(given)
        except AwsProblem as raised:
            return raised.answer
        shape = MODEL.operation_model(action).output_shape
        assert shape is not None
        return _xml_answer(
            f"<{action}Response><{action}Result>{_xml(shape, result)}</{action}Result></{action}Response>"
        )

    def DescribeStacks(self, given: dict[str, str]) -> dict[str, Any]:
        self._find_stack(given)
        stack = {
            "StackName": "Shop",
            "StackId": ARN,
            "CreationTime": "2026-11-01T00:00:00Z",
            "StackStatus": self.status,
            "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in self.parameters.items()],
            "RollbackConfiguration": self.rollback,
            "Tags": [{"Key": name, "Value": value} for name, value in self.tags.items()],
            **self.more,
        }
        return {"Stacks": [stack]}

    def GetTemplate(self, given: dict[str, str]) -> dict[str, Any]:
        self._find_stack(given)
        template = self.original
        if "ChangeSetName" in given:
            submitted = self.change_sets[given["ChangeSetName"]]
            template = submitted if self.proposed is None else self.proposed
        elif given["TemplateStage"] == "Processed" and self.processed is not None:
            template = self.processed
        return {"TemplateBody": template}

    def CreateChangeSet(self, given: dict[str, str]) -> dict[str, Any]:
        self._find_stack(given)
        self.change_sets[given["ChangeSetName"]] = given["TemplateBody"]
        return {"StackId": ARN}

    def DescribeChangeSet(self, given: dict[str, str]) -> dict[str, Any]:
        assert given["ChangeSetName"] in self.change_sets
        return {"Status": _next(self.statuses), "StatusReason": self.reason}

    def DeleteChangeSet(self, given: dict[str, str]) -> dict[str, Any]:
        if self.change_sets.pop(given["ChangeSetName"], None) is None:
            raise AwsProblem("ChangeSetNotFound", "ChangeSet does not exist", 404)
        return {}

    def _find_stack(self, given: dict[str, str]) -> None:
        if given["StackName"] not in {"Shop", ARN}:
            raise AwsProblem("ValidationError", f"Stack with id {given['StackName']} does not exist")


def _next(values: list[Any]) -> Any:
    return values.pop(0) if len(values) > 1 else values[0]


def _xml_answer(body: str, status: int = 200) -> Answer:
    return Answer(body.encode(), status=status, headers={"Content-Type": "text/xml"})


def _xml(shape: Shape, value: Any) -> str:
    """Write a value as the Query protocol has it; what the model does not know is an error."""
    if isinstance(shape, StructureShape):
        return "".join(f"<{name}>{_xml(shape.members[name], part)}</{name}>" for name, part in value.items())
    if isinstance(shape, ListShape):
        return "".join(f"<member>{_xml(shape.member, part)}</member>" for part in value)
    return escape(value if isinstance(value, str) else json.dumps(value))


def environment_of(url: str) -> dict[str, str]:
    """What boto3 finds in the environment: all of AWS on this machine, and nothing of the developer's own."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "NO_PROXY": "*",
    }


@contextmanager
def serving(account: Account) -> Iterator[dict[str, str]]:
    """Serve an account; give the environment in which boto3 finds it."""
    with loopback(account.answer) as server:
        yield environment_of(server.url)
