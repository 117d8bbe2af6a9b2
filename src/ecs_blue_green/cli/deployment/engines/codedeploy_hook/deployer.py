"""CodeDeploy, which CloudFormation's hook has move the traffic; read in few API calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ....aws.listeners import read_weights
from ....aws.session import AwsError
from ...engine import Action
from ...readers.alarms import read_alarms, reasons_of_alarms
from ...readers.images import Images
from ...readers.sources import Sources
from ...readers.stack import DeployedStack, StackLook
from ...readers.stopped_tasks import reasons_of_tasks
from ...readers.target_health import read_health
from ...state import BlueGreenDeployment, State, TaskSet
from ...statuses import REVIEW
from ..clients import Clients
from .deployments import Deployments, Found
from .layout import Layout, layout_of
from .progress import progress_of
from .remarks import remarks
from .way_back import way_back

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskSetTypeDef


class HookDeployer:
    """A ``Deployer``: CodeDeploy, whose deployments CloudFormation's hook starts."""

    def __init__(self, clients: Clients) -> None:
        """Ask nothing yet.

        Args:
            clients: Whom to ask.
        """
        self._deployments = Deployments(clients.codedeploy)
        self._ecs, self._elbv2 = clients.ecs, clients.elbv2
        self._cloudwatch, self._functions = clients.cloudwatch, clients.functions
        self._images = Images(self._ecs)
        self._others: list[str] = []  # the deployments of operations that have ended
        self._layout = Layout()
        self._deployment: Found | None = None

    def begin(self) -> None:
        """Forget what belongs to one operation of the stack."""
        self._others += [self._deployment.id] if self._deployment and self._deployment.is_certain else []
        self._layout, self._deployment = Layout(), None

    def lay_out(self, deployed: DeployedStack | None) -> bool:
        """Find the parts of the stack that its hook names; tell whether all are there."""
        if deployed is None:
            self._layout = Layout()
            return False
        self._layout = layout_of(deployed)
        return self._layout.is_whole

    def look(self, state: State, look: StackLook, sources: Sources) -> State:
        """Read the deployment and all that it moves, in six calls."""
        layout = self._layout
        seen = replace(
            state,
            deployment=sources.ask("CodeDeploy", lambda: self._read_deployment(look), None),
            task_sets=sources.ask("task sets", lambda: self._read_task_sets(layout, sources), ()),
            weights=sources.ask(
                "listeners", lambda: read_weights(self._elbv2, layout.listeners, layout.target_groups), {}
            ),
            health=sources.ask("target health", lambda: read_health(self._elbv2, layout.target_groups), {}),
            alarms=sources.ask(
                "alarms",
                lambda: read_alarms(
                    self._cloudwatch, look.id, triggers=look.triggers, composite_alarms=layout.composite_alarms
                ),
                (),
            ),
        )
        return replace(seen, progress=progress_of(layout.schedule, seen))

    def reasons(self, state: State, look: StackLook, sources: Sources) -> Iterator[str]:
        """Say why a stack rolls back, or did, or why its operation failed; a few calls more."""
        nothing: tuple[str, ...] = ()
        layout = self._layout
        yield from look.reasons()
        yield from sources.ask("hook function", lambda: tuple(self._reasons_of_hooks(state, layout)), nothing)
        yield from sources.ask("CodeDeploy", lambda: tuple(self._reasons_of_codedeploy(state)), nothing)
        yield from reasons_of_alarms(state)
        yield from sources.ask("stopped tasks", lambda: tuple(self._reasons_of_tasks(state, layout)), nothing)

    def remarks(self, state: State, sources: Sources) -> Iterator[str]:
        """Tell of listeners that differ from the template, and of alarms that roll nothing back."""
        yield from remarks(state, self._layout.declared_weights)

    def way_back(self, state: State) -> str:
        """Say what cancelling the update means at this point."""
        return way_back(state)

    def stop(self) -> None:
        """Do nothing: CodeDeploy's deployments do not go on alone (rule L11)."""

    def way_on(self, state: State, action: Action) -> str:
        """Say nothing: CodeDeploy has no pauses that AWS's API could answer."""
        return ""

    def answer(self, hook: str, action: Action) -> None:
        """Refuse.

        Raises:
            AwsError: Always.
        """
        raise AwsError(f"hook {hook}: CodeDeploy has no pauses")

    def _read_deployment(self, look: StackLook) -> BlueGreenDeployment | None:
        if look.status == REVIEW:
            return None
        if self._deployment is None or not self._deployment.is_certain:
            self._deployment = self._deployments.find(look.id, look.began, others=self._others) or self._deployment
        return self._deployments.read(self._deployment.id, look.id) if self._deployment else None

    def _read_task_sets(self, layout: Layout, sources: Sources) -> tuple[TaskSet, ...]:
        if not layout.service:
            return ()
        answer = self._ecs.describe_services(cluster=layout.cluster, services=[layout.service])
        given = [one for service in answer.get("services", []) for one in service.get("taskSets", [])]
        found = [_task_set(one, layout, self._images_of(one, sources)) for one in given]
        return tuple(sorted(found, key=lambda one: (one.colour, one.status, one.id)))

    def _images_of(self, task_set: TaskSetTypeDef, sources: Sources) -> tuple[str, ...]:
        definition = task_set.get("taskDefinition")
        return self._images.of(definition, sources) if definition else ()

    def _reasons_of_hooks(self, state: State, layout: Layout) -> Iterator[str]:
        for event in state.deployment.events if state.deployment else ():
            if event.status != "Failed":
                continue
            yield f"{event.name} failed{f': {event.message}' if event.message else ''}"
            if name := layout.hook_functions.get(event.name):
                settings = self._functions.get_function_configuration(FunctionName=name)
                log_group = settings.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{name}")
                yield f"{event.name} called the function {name}, whose log group is {log_group}"

    def _reasons_of_codedeploy(self, state: State) -> Iterator[str]:
        if state.deployment:
            yield from self._deployments.reasons(state.deployment.id)

    def _reasons_of_tasks(self, state: State, layout: Layout) -> Iterator[str]:
        if layout.service:
            yield from reasons_of_tasks(self._ecs, layout.cluster, layout.service_name, state.began, state.ended)


def _task_set(given: TaskSetTypeDef, layout: Layout, images: tuple[str, ...]) -> TaskSet:
    groups = [group.get("targetGroupArn", "") for group in given.get("loadBalancers", [])]
    return TaskSet(
        colour=next((layout.target_groups[arn] for arn in groups if arn in layout.target_groups), ""),
        status=given.get("status", ""),
        running=given.get("runningCount", 0),
        pending=given.get("pendingCount", 0),
        desired=given.get("computedDesiredCount", 0),
        created=given.get("createdAt"),
        task_definition=given.get("taskDefinition", "").rpartition("/")[2],
        images=images,
        id=given.get("id", ""),
    )
