"""An ``Engine`` for any stack: what deploys it stands in its template, which the next update can change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....template.model import Template
from ...aws.session import AwsError
from ...templates import UnreadableError
from ..engine import Action
from ..readers.sources import Sources
from ..readers.stack import DeployedStack, FollowedStack, StackLook
from ..state import State
from ..statuses import REVIEW
from .clients import make_clients
from .codedeploy_hook.deployer import HookDeployer
from .deployer import Deployer
from .ecs_native.deployer import EcsDeployer
from .ecs_native.services import services_of

if TYPE_CHECKING:
    from boto3 import Session


class StackEngine:
    """A stack, read in few API calls; one that CloudFormation's hook does not deploy may be deployed by ECS."""

    def __init__(self, session: Session, stack: str, service: str = "") -> None:
        """Ask nothing yet.

        Args:
            session: With AWS.
            stack: The stack's name or ARN.
            service: The logical id of the service to look at; empty for the only one.
        """
        self._service = service
        self._stack = FollowedStack(session, stack)
        self._clients = make_clients(session)
        self._deployer: Deployer | None = None
        self._look: StackLook | None = None
        self._deployed: DeployedStack | None = None
        self._is_laid_out = self._goes_on_alone = False

    def has_news(self, state: State) -> bool:
        """Tell in one call whether the stack does, or did, something since it rested."""
        return self._stack.has_news(state)

    def read(self) -> State:
        """Read all there is to know; a few calls more when the stack's operation is a new one.

        Raises:
            AwsError: If there is no such stack, AWS can't be reached, throttles, or does not take the credentials.
        """
        sources = Sources()
        look = self._stack.look(sources)
        if self._look and (look.operation.id, look.began) != (self._look.operation.id, self._look.began):
            self._begun().begin()
            self._deployed, self._is_laid_out = None, False
        self._look = look
        if not self._is_laid_out:  # what could not be read, or grows, is asked for again at the next look
            self._is_laid_out = sources.ask("resources", lambda: self._lay_out(look), False)
        state = State(
            at=look.at,
            stack=look.name,
            status=look.status,
            reason=look.reason,
            updated=look.updated,
            began=look.began,
            deployment=None,
            task_sets=(),
            weights={},
            health={},
            alarms=(),
            resources=look.operation.resources,
            missing=sources.missing,
            id=look.id,
            operation=look.operation.id,
            earlier=look.earlier,
            failed=look.operation.failed,
            ended=look.operation.ended,
        )
        state = self._begun().look(state, look, sources)
        self._goes_on_alone = state.goes_on_alone
        return state

    def reasons(self, state: State) -> list[str]:
        """Say why a stack rolls back, or did, or why its operation failed; a few calls more.

        Raises:
            AwsError: If AWS can't be reached, throttles, or does not take the credentials.
        """
        if self._look is None:
            return []
        sources = Sources()
        found = dict.fromkeys(self._begun().reasons(state, self._look, sources))
        return [*found, *(f"{source}: {why}" for source, why in sources.missing.items())]

    def remarks(self, state: State) -> list[str]:
        """Say what may surprise about a state that was read.

        Raises:
            AwsError: If AWS can't be reached, throttles, or does not take the credentials.
        """
        sources = Sources()
        found = [*self._begun().remarks(state, sources)]
        return [*found, *(f"{source}: {why}" for source, why in sources.missing.items())]

    def way_back(self, state: State) -> str:
        """Say what cancelling the update means at this point."""
        return self._begun().way_back(state)

    def cancel(self) -> None:
        """Cancel the update of the stack that was read, or have ECS stop what goes on alone (rules L11, NW3, NR5).

        Raises:
            AwsError: If AWS refuses, as when it has ended.
        """
        if self._goes_on_alone:
            self._begun().stop()
        else:
            self._stack.cancel_update()

    def way_on(self, state: State, action: Action) -> str:
        """Say what an answer to a pause means at this point."""
        return self._begun().way_on(state, action)

    def answer(self, hook: str, action: Action) -> None:
        """Answer a pause of the deployment that was read.

        Raises:
            AwsError: If ECS refuses, or does not answer.
        """
        self._begun().answer(hook, action)

    def _lay_out(self, look: StackLook) -> bool:
        if look.status == REVIEW:  # it has neither a template nor resources
            return self._begun().lay_out(None)
        try:
            self._deployed = self._stack.deployed(self._deployed)
            deployer = self._deployer = self._deployer_of(self._deployed)
            is_whole = deployer.lay_out(self._deployed)
        except UnreadableError as error:
            raise AwsError(str(error)) from error
        return is_whole and look.status != "CREATE_IN_PROGRESS"

    def _begun(self) -> Deployer:
        """Give what deploys the stack; as long as nobody knows, it may be the hook."""
        self._deployer = self._deployer or HookDeployer(self._clients)
        return self._deployer

    def _deployer_of(self, deployed: DeployedStack) -> Deployer:
        template = Template(deployed.stack.original.content)
        is_native = not template.deployments and bool(services_of(deployed))
        kind = EcsDeployer if is_native else HookDeployer
        if isinstance(self._deployer, kind):
            return self._deployer
        return EcsDeployer(self._clients, self._service) if is_native else HookDeployer(self._clients)
