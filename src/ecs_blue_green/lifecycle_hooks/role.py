"""The role that CodeDeploy assumes to call lifecycle hook functions."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from ..checks.mistakes import Mistakes
from ..checks.tokens import is_text_token
from ..parts.help import ConstructClass
from ..template.hook_facts import CODEDEPLOY, FUNCTION_NAME_PREFIX
from .function import LifecycleHookFunction, name_for_codedeploy
from .names import FUNCTION_NAME, ROLE_NAME, literal_name


class CodeDeployHookRole(Construct, metaclass=ConstructClass):
    """A role that lets CodeDeploy, and nobody else, call lifecycle hook functions, and nothing else.

    It belongs into the functions' stack, which is deployed before the service's. Its name is a literal, so that the
    service's stack can name it without an export.

    Attributes:
        role_name: The name, as the hook wants it.
        role: The IAM role.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        functions: Sequence[LifecycleHookFunction | str] | None = None,
        role_name: str | None = None,
    ) -> None:
        """Create the role.

        Args:
            scope: Where to create it.
            id: Construct id.
            functions: The functions that may be called, as constructs or by name. Left out: every function of this
                account and region whose name starts with ``CodeDeployHook_``, as in AWS's own managed policy (rule
                S28).
            role_name: Name of the role, up to 64 characters, that no other role of the account has in any region. Left
                out: ``CodeDeployHookRole_`` and the name of the stack.

        Raises:
            InvalidArgumentsError: An argument has a value that can't work.
        """
        mistakes = Mistakes()
        name = literal_name(
            mistakes,
            "role_name",
            role_name,
            scope=scope,
            prefix="CodeDeployHookRole_",
            pattern=ROLE_NAME,
            allowed="up to 64 letters, digits and +=,.@_-",
        )
        names = None if functions is None else _function_names(mistakes, functions)
        with mistakes.checked(scope, id):
            super().__init__(scope, id)
        self.role_name = name
        self._functions = names
        stack = Stack.of(self)
        self.role = iam.Role(
            self,
            "Role",
            role_name=name,
            description="Lets CodeDeploy call the lifecycle hook functions of a blue/green deployment",
            assumed_by=iam.ServicePrincipal(CODEDEPLOY),
            inline_policies={
                "InvokeHookFunctions": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["lambda:InvokeFunction"],
                            resources=[
                                stack.format_arn(
                                    service="lambda",
                                    resource="function",
                                    resource_name=function,
                                    arn_format=ArnFormat.COLON_RESOURCE_NAME,
                                )
                                for function in names or [f"{FUNCTION_NAME_PREFIX}*"]
                            ],
                        )
                    ]
                )
            },
        )

    def may_invoke(self, function_name: str) -> bool:
        """Tell whether this role may call the function called ``function_name``, where a token may be any name."""
        if self._functions is None:
            return function_name.startswith(FUNCTION_NAME_PREFIX) or is_text_token(function_name)
        return function_name in self._functions or any(map(is_text_token, [function_name, *self._functions]))


def _function_names(mistakes: Mistakes, functions: Sequence[LifecycleHookFunction | str]) -> list[str]:
    items = mistakes.items(
        "functions",
        functions,
        "a sequence of one or more functions",
        least=1,
        advice=f"leave it out to allow every function whose name starts with {FUNCTION_NAME_PREFIX}",
    )
    names = []
    for index, item in enumerate(items):
        argument, allowed = f"functions[{index}]", "a LifecycleHookFunction or the name of a function (not its ARN)"
        given = name_for_codedeploy(mistakes, argument, item)
        name = mistakes.instance(argument, given, str, allowed)
        if name is not None:
            mistakes.text(argument, name, FUNCTION_NAME, allowed)
            names.append(name)
    return names
