"""What comes of a call."""

import inspect
import json
import re
from collections import deque
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from pathlib import Path
from typing import Any
import ast

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_ecs_patterns as ecs_patterns
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

import ecs_blue_green
from ecs_blue_green import InvalidArgumentsError
from ecs_blue_green.template.rules import lint

from .things import Things


class Text(str):
    pass


class Integer(int):
    pass


class Number(IntEnum):
    EIGHTY = 80


NAMES: dict[str, Any] = {
    **{name: getattr(ecs_blue_green, name) for name in ecs_blue_green.__all__},
    "acm": acm,
    "cdk": cdk,
    "ec2": ec2,
    "ecs": ecs,
    "ecs_patterns": ecs_patterns,
    "elbv2": elbv2,
    "targets": targets,
    "lambda_": lambda_,
    "logs": logs,
    "Duration": cdk.Duration,
    "Decimal": Decimal,
    "Fraction": Fraction,
    "Path": Path,
    "deque": deque,
    "Text": Text,
    "Integer": Integer,
    "Number": Number,
    "nan": float("nan"),
    "inf": float("inf"),
}


class NotBuilt(Exception):
    pass


def built(source: str, things: Things):
    tree = ast.parse(source, mode="eval").body

    def value(node):
        return eval(ast.unparse(node), NAMES, things)

    try:
        function = value(tree.func)
        return function, [value(a) for a in tree.args], {k.arg: value(k.value) for k in tree.keywords}
    except Exception as error:
        raise NotBuilt(repr(error)) from error


def refused(function, given, error):
    """Check an error"""
    known = [*inspect.signature(function.__init__).parameters][1:]
    assert error.mistakes
    for mistake in error.mistakes:
        m = re.match(r"(?:the (?:ports|ids|names) of )?(\w+)", mistake)
        assert m and m[1] in known, mistake
