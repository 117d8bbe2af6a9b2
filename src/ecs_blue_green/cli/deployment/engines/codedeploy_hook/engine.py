"""A stack whose hook has CodeDeploy move the traffic, read in few API calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ....aws.session import AwsError, client_settings
from ....templates import UnreadableError
from ...readers.alarms import read_alarms, reasons_of_alarms
from ...readers.images import Images
from ...readers.listeners import read_weights
from ...readers.sources import Sources
from ...readers.stack import DeployedStack, FollowedStack, StackLook
from ...readers.stopped_tasks import reasons_of_tasks
from ...readers.target_health import read_health
from ...state import BlueGreenDeployment, State, TaskSet
from ...statuses import REVIEW
from .deployments import Deployments, Found
from .layout import Layout, layout_of
from .progress import progress_of

if TYPE_CHECKING:
    from boto3 import Session
    from types_boto3_ecs.type_defs import TaskSetTypeDef


class CodeDeployEngine:
    """An ``Engine``: deployments of a stack by CodeDeploy, which CloudFormation's hook starts."""

    def __init__(self, session: Session, stack: str) -> None:
        """Ask nothing yet.

        Args:
            session: With AWS.
            stack: The stack's name or ARN.
        """
        settings = client_settings()
        self._stack = FollowedStack(session, stack)
        self._deployments = Deployments(session.client("codedeploy", config=settings))
        self._ecs = session.client("ecs", config=settings)
        self._elbv2 = session.client("elbv2", config=settings)
        self._cloudwatch = session.client("cloudwatch", config=settings)
        self._functions = session.client("lambda", config=settings)
        self._images = Images(self._ecs)
        self._others: list[str] = []  # the deployments of operations that have ended
        self._look: StackLook | None = None
        self._forget()

    def _forget(self) -> None:
        """Forget what belongs to one operation of the stack."""
        self._deployed: DeployedStack | None = None
        self._layout: Layout | None = None
        self._is_layout_final = False
        self._deployment: Found | None = None

    @property
    def declared_weights(self) -> Mapping[str, Mapping[str, int]]:
        """What the deployed template says of the listeners, as ``State.weights``; known after a ``read``."""
        return self._layout.declared_weights if self._layout else {}

    def has_news(self, state: State) -> bool:
        """Tell in one call whether the stack does, or did, something since it rested."""
        return self._stack.has_news(state)

    def read(self) -> State:
        """Read all there is to know, in eight calls; a few more when the stack's operation is a new one.

        Raises:
            AwsError: If there is no such stack, AWS can't be reached, throttles, or does not take the credentials.
        """
        sources = Sources()
        look = self._stack.look(sources)
        if self._look and (look.operation.id, look.began) != (self._look.operation.id, self._look.began):
            self._others += [self._deployment.id] if self._deployment and self._deployment.is_certain else []
            self._forget()
        self._look = look
        if not self._is_layout_final:  # one that could not be read, or that grows, is asked for again at the next look
            self._layout = sources.ask("resources", lambda: self._read_layout(look), self._layout)
        layout = self._layout or Layout()
        state = State(
            at=look.at,
            stack=look.name,
            status=look.status,
            reason=look.reason,
            updated=look.updated,
            began=look.began,
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
            resources=look.operation.resources,
            missing=sources.missing,
            id=look.id,
            operation=look.operation.id,
            earlier=look.earlier,
            failed=look.operation.failed,
            ended=look.operation.ended,
        )
        return replace(state, progress=progress_of(layout.schedule, state))

    def reasons(self, state: State) -> list[str]:
        """Say why a stack rolls back, or did, or why its operation failed; a few calls more.

        Raises:
            AwsError: If AWS can't be reached, throttles, or does not take the credentials.
        """
        sources = Sources()
        nothing: tuple[str, ...] = ()
        layout = self._layout or Layout()
        found = [
            *(self._look.reasons() if self._look else ()),
            *sources.ask("hook function", lambda: tuple(self._reasons_of_hooks(state, layout)), nothing),
            *sources.ask("CodeDeploy", lambda: tuple(self._reasons_of_codedeploy(state)), nothing),
            *reasons_of_alarms(state),
            *sources.ask("stopped tasks", lambda: tuple(self._reasons_of_tasks(state, layout)), nothing),
        ]
        return [*dict.fromkeys(found), *(f"{source}: {why}" for source, why in sources.missing.items())]

    def cancel(self) -> None:
        """Cancel the update of the stack that was read, which is how such a deployment is cancelled (rule L11).

        Raises:
            AwsError: If CloudFormation refuses, as when the update has ended.
        """
        self._stack.cancel_update()

    def _read_layout(self, look: StackLook) -> Layout:
        if look.status == REVIEW:  # it has neither a template nor resources
            return Layout()
        try:
            self._deployed = self._stack.deployed(self._deployed)
            layout = layout_of(self._deployed)
        except UnreadableError as error:
            raise AwsError(str(error)) from error
        self._is_layout_final = layout.is_whole and look.status != "CREATE_IN_PROGRESS"
        return layout

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
