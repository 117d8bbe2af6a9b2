"""Roles that ECS takes, with their rights inside them.

Rights in a policy of their own could come after the service, or go before it (rule NI4).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_iam as iam
from constructs import Construct

from ..parts.l1 import create_l1
from ..template.native_facts import ECS

_VERSION = "2012-10-17"


def allow(actions: Sequence[str], on: Sequence[str]) -> dict[str, Any]:
    """Give a statement that allows actions on resources."""
    return {"Effect": "Allow", "Action": [*actions], "Resource": on[0] if len(on) == 1 else [*on]}


def create_role(
    scope: Construct, id: str, *, description: str, policy: str, statements: Sequence[dict[str, Any]]
) -> iam.CfnRole:
    """Create a role for ECS, and nobody else, that may do what the statements say."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ECS}}
    document = {"Version": _VERSION, "Statement": [*statements]}
    return create_l1(
        iam.CfnRole,
        scope,
        id,
        description=description,
        assume_role_policy_document={"Version": _VERSION, "Statement": [trust]},
        policies=[iam.CfnRole.PolicyProperty(policy_name=policy, policy_document=document)],
    )
