"""What deploys a stack, a folder an engine; all else knows ``Engine`` only."""

from __future__ import annotations

from ...aws.session import making_clients, open_session
from ..engine import Engine


def open_engine(stack: str, *, region: str | None, profile: str | None) -> Engine:
    """Find what deploys a stack; CodeDeploy, by CloudFormation's hook, is all there is so far.

    Args:
        stack: The stack's name or ARN.
        region: Its region; None for the environment's or the profile's.
        profile: A profile of AWS's configuration files; None for the environment's.

    Raises:
        AwsError: If there is no region, or no client can be made.
    """
    from .codedeploy_hook.engine import CodeDeployEngine

    session = open_session(region=region, profile=profile)
    with making_clients():
        return CodeDeployEngine(session, stack)
