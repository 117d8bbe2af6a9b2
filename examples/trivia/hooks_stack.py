"""The function that tests a new version before it gets production traffic; deployed before the service."""

from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from constructs import Construct

from ecs_blue_green import CodeDeployHookRole, LifecycleHookFunction, LifecycleHooks

CODE = Path(__file__).parent / "hook"


class TriviaBackendHooksStack(cdk.Stack):
    """The lifecycle hook function of one stage, and the role that CodeDeploy calls it with."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        domain_name: str,
        env: cdk.Environment,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id, env=env, tags=tags)
        function = LifecycleHookFunction(
            self,
            "PreTrafficHook",
            code=CODE,
            handler="pre_traffic.handler",
            function_name=f"CodeDeployHook_-{self.stack_name}-pre-traffic-hook",
            environment={"TARGET_URL": f"https://{domain_name}:9002/api/trivia/all"},
        )
        role = CodeDeployHookRole(self, "HookRole", functions=[function])
        self.lifecycle_hooks = LifecycleHooks(after_allow_test_traffic=function, role=role)
