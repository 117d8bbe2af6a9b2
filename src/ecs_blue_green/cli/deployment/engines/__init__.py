"""What deploys a stack, a folder an engine; all else knows ``Engine`` only."""

from __future__ import annotations

from ...aws.session import making_clients, open_session
from ..engine import Engine


def open_engine(stack: str, *, region: str | None, profile: str | None, service: str = "") -> Engine:
    """Open a stack; what deploys it is found when it is read.

    Args:
        stack: The stack's name or ARN.
        region: Its region; None for the environment's or the profile's.
        profile: A profile of AWS's configuration files; None for the environment's.
        service: The logical id of the service to look at; empty for the only one.

    Raises:
        AwsError: If there is no region, or no client can be made.
    """
    from .stack_engine import StackEngine

    session = open_session(region=region, profile=profile)
    with making_clients():
        return StackEngine(session, stack, service)
