"""What comes of a call: it is accepted, or it is refused as every call should be."""

import ast
import inspect
import re
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_ecs_patterns as ecs_patterns
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

import ecs_blue_green
from ecs_blue_green import InvalidArgumentsError
from tests.fuzz.things import Things


class Text(str):
    """A text, and more than that."""

    __slots__ = ()


class Integer(int):
    """A whole number, and more than that."""


class Word(StrEnum):
    TEXT = "text"


class Number(IntEnum):
    EIGHTY = 80


KNOWN: dict[str, Any] = {
    **{name: getattr(ecs_blue_green, name) for name in ecs_blue_green.__all__},
    **{kind.__name__: kind for kind in (Decimal, Fraction, Path, deque, Text, Integer, Word, Number)},
    "Duration": cdk.Duration,
    "acm": acm,
    "cdk": cdk,
    "ec2": ec2,
    "ecs": ecs,
    "ecs_patterns": ecs_patterns,
    "elbv2": elbv2,
    "inf": float("inf"),
    "lambda_": lambda_,
    "logs": logs,
    "nan": float("nan"),
    "targets": targets,
}


@dataclass(frozen=True)
class Call:
    """A call with its arguments made, in the order of its source."""

    kind: type[Construct]
    given: dict[str, Any]


def read(source: str, things: Things) -> Call | None:
    """Make the arguments of a call; None when Python or CDK refuses to make one, which is no business of ours."""
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    values = dict(zip(("scope", "id"), call.args, strict=True))
    values |= {str(keyword.arg): keyword.value for keyword in call.keywords}
    try:
        given = {name: eval(ast.unparse(value), KNOWN, cast(Any, things)) for name, value in values.items()}
    except Exception:
        return None
    return Call(KNOWN[ast.unparse(call.func)], given)


def is_accepted(call: Call, app: cdk.App) -> bool:
    """Make the call; if it is refused, check that it is with its own arguments, and that nothing has been made."""
    before = len(app.node.find_all())
    try:
        call.kind(**call.given)
    except InvalidArgumentsError as error:
        mistakes = error.mistakes
    else:
        return True
    assert len(app.node.find_all()) == before
    assert mistakes
    for mistake in mistakes:
        assert_names_argument(mistake, call)
    return False


def assert_names_argument(mistake: str, call: Call) -> None:
    """Check that a mistake is about an argument, or about something that there is in an argument."""
    named = re.match(r"(?:the (?:ids|names|ports) of )?(\w+)((?:\.\w+|\[\d+\])*)", mistake)
    assert named, mistake
    parameters = inspect.signature(call.kind.__init__).parameters
    assert named[1] in parameters, mistake
    if (value := call.given.get(named[1])) is not None:
        eval(f"value{named[2]}", {"value": value})
