"""The state of a stack whose AWS::CodeDeploy::BlueGreen hook has CodeDeploy move the traffic, in few API calls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ...aws.clock import Clock
from ...aws.session import AwsError, asking, client_settings
from ...aws.stack import describe_stack, read_stack
from ...templates import UnreadableError
from ..layout import Layout, read_layout, weights_of
from ..reasons import reasons
from ..sources import Sources
from ..stack_events import Operation, StackEvents
from ..state import Alarm, Deployment, Health, LifecycleEvent, State, TaskSet

if TYPE_CHECKING:
    from boto3 import Session
    from types_boto3_cloudformation.type_defs import StackTypeDef
    from types_boto3_codedeploy.type_defs import DeploymentInfoTypeDef, LifecycleEventTypeDef

# By how much the clocks of two of AWS's services may differ.
_SKEW = timedelta(minutes=1)

_LEAVING = {"draining", "unhealthy.draining", "unused"}


class CodeDeployHook:
    """The deployments of a stack by CodeDeploy, which CloudFormation's hook starts.

    Such a deployment has neither application nor deployment group, and is found by the stack's id (rule L15).
    """

    def __init__(self, session: Session, stack: str) -> None:
        """Ask nothing yet.

        Args:
            session: With AWS.
            stack: The stack's name or ARN.
        """
        self._clock = Clock(session)
        settings = client_settings()
        self.cloudformation = session.client("cloudformation", config=settings)
        self.codedeploy = session.client("codedeploy", config=settings)
        self.ecs = session.client("ecs", config=settings)
        self.elbv2 = session.client("elbv2", config=settings)
        self.cloudwatch = session.client("cloudwatch", config=settings)
        self.functions = session.client("lambda", config=settings)
        self.layout = Layout()
        self._stack = stack
        self._operation = Operation()
        self._events: StackEvents | None = None
        self._deployment_id = ""
        self._images: dict[str, tuple[str, ...]] = {}

    def has_news(self, state: State) -> bool:
        """Tell in one call whether the stack does, or did, something since it rested.

        Raises:
            AwsError: If that can't be told.
        """
        stack = describe_stack(self.cloudformation, self._stack)
        return stack["StackStatus"] != state.status or _updated(stack) != state.updated

    def read(self) -> State:
        """Read all there is to know, in eight calls; a few more when the stack's operation is a new one.

        Raises:
            AwsError: If there is no such stack, AWS can't be reached, throttles, or does not take the credentials.
        """
        stack = describe_stack(self.cloudformation, self._stack)
        at = self._clock.now
        id = stack["StackId"]
        sources = Sources()
        self._events = self._events or StackEvents(self.cloudformation, id)
        operation = sources.ask("stack events", self._events.read, Operation(began=_updated(stack)))
        if operation.began != self._operation.began or not self.layout.is_known:
            self._deployment_id = ""
            self.layout = sources.ask("resources", lambda: self._read_layout(id), Layout())
        self._operation = operation
        began = operation.began or _updated(stack)
        triggers = [trigger["Arn"] for trigger in stack.get("RollbackConfiguration", {}).get("RollbackTriggers", [])]
        return State(
            at=at,
            stack=stack["StackName"],
            status=stack["StackStatus"],
            reason=stack.get("StackStatusReason", ""),
            updated=_updated(stack),
            began=began,
            deployment=sources.ask("CodeDeploy", lambda: self._read_deployment(id, began), None),
            task_sets=sources.ask("task sets", lambda: self._read_task_sets(sources), ()),
            weights=sources.ask("listeners", self._read_weights, {}),
            health=sources.ask("target health", self._read_health, {}),
            alarms=sources.ask("alarms", lambda: self._read_alarms(triggers), ()),
            resources=operation.resources,
            schedule=self.layout.schedule,
            missing=sources.missing,
        )

    def reasons(self, state: State) -> list[str]:
        """Say why a stack rolls back, or did, or why its operation failed.

        Raises:
            AwsError: If AWS can't be reached, throttles, or does not take the credentials.
        """
        return reasons(self, state, self._operation)

    def cancel(self) -> None:
        """Cancel the stack's update, which is how such a deployment is aborted (rule L11).

        Raises:
            AwsError: If CloudFormation refuses, as when the update has ended.
        """
        with asking(f"stack {self._stack}"):
            self.cloudformation.cancel_update_stack(StackName=self._stack)

    def _read_layout(self, stack_id: str) -> Layout:
        try:
            return read_layout(self.cloudformation, read_stack(self.cloudformation, stack_id))
        except UnreadableError as error:
            raise AwsError(str(error)) from error

    def _read_deployment(self, stack_id: str, began: datetime) -> Deployment | None:
        if not self._deployment_id:
            listed = self.codedeploy.list_deployments(externalId=stack_id, createTimeRange={"start": began - _SKEW})
            self._deployment_id = self._pick(listed["deployments"])
            if not self._deployment_id:
                return None
        answer = self.codedeploy.batch_get_deployment_targets(deploymentId=self._deployment_id, targetIds=[stack_id])
        targets = [target.get("cloudFormationTarget", {}) for target in answer["deploymentTargets"]]
        return Deployment(
            id=self._deployment_id,
            status=next((target["status"] for target in targets if "status" in target), "Unknown"),
            events=tuple(_event(event) for target in targets for event in target.get("lifecycleEvents", [])),
        )

    def _pick(self, ids: list[str]) -> str:
        """Pick the newest deployment that is not the rollback of one."""
        found = self.describe_deployments(ids)
        forward = [one for one in found if one.get("creator") != "CloudFormationRollback" and "deploymentId" in one]
        newest = max(forward, key=lambda one: one["createTime"], default=None)
        return newest["deploymentId"] if newest else ""

    def describe_deployments(self, ids: list[str]) -> list[DeploymentInfoTypeDef]:
        """Describe at most 25 deployments."""
        return self.codedeploy.batch_get_deployments(deploymentIds=ids[:25])["deploymentsInfo"] if ids else []

    def _read_task_sets(self, sources: Sources) -> tuple[TaskSet, ...]:
        if not self.layout.service:
            return ()
        answer = self.ecs.describe_services(cluster=self.layout.cluster, services=[self.layout.service])
        found = [
            TaskSet(
                colour=self._colour(group.get("targetGroupArn", "") for group in given.get("loadBalancers", [])),
                status=given.get("status", ""),
                running=given.get("runningCount", 0),
                pending=given.get("pendingCount", 0),
                desired=given.get("computedDesiredCount", 0),
                created=given["createdAt"],
                task_definition=given["taskDefinition"].rpartition("/")[2],
                images=self._read_images(given["taskDefinition"], sources),
            )
            for service in answer["services"]
            for given in service.get("taskSets", [])
        ]
        return tuple(sorted(found, key=lambda one: (one.colour, one.status)))

    def _colour(self, target_groups: Iterable[str]) -> str:
        return next((self.layout.target_groups[arn] for arn in target_groups if arn in self.layout.target_groups), "")

    def _read_images(self, task_definition: str, sources: Sources) -> tuple[str, ...]:
        def ask() -> tuple[str, ...]:
            described = self.ecs.describe_task_definition(taskDefinition=task_definition)["taskDefinition"]
            images = tuple(container.get("image", "") for container in described.get("containerDefinitions", []))
            self._images[task_definition] = images
            return images

        unknown: tuple[str, ...] = ()
        return self._images.get(task_definition) or sources.ask("task definitions", ask, unknown)

    def _read_weights(self) -> dict[str, dict[str, int]]:
        names = self.layout.listeners
        listeners = self.elbv2.describe_listeners(ListenerArns=[*names])["Listeners"] if names else []
        found = {names[one["ListenerArn"]]: weights_of(one, self.layout.target_groups) for one in listeners}
        return dict(sorted(found.items()))

    def _read_health(self) -> dict[str, Health]:
        health = {}
        for arn, colour in self.layout.target_groups.items():
            described = self.elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
            states = [one["TargetHealth"]["State"] for one in described]
            healthy = states.count("healthy")
            health[colour] = Health(healthy=healthy, targets=sum(state not in _LEAVING for state in states))
        return health

    def _read_alarms(self, triggers: list[str]) -> tuple[Alarm, ...]:
        trigger_names = {arn.partition(":alarm:")[2] for arn in triggers}
        names = sorted(trigger_names | {*self.layout.composite_alarms})
        if not names:
            return ()
        answer = self.cloudwatch.describe_alarms(
            AlarmNames=names, AlarmTypes=["CompositeAlarm", "MetricAlarm"], MaxRecords=100
        )
        found = {one["AlarmName"]: one for one in [*answer["CompositeAlarms"], *answer["MetricAlarms"]]}
        return tuple(
            Alarm(
                name=name,
                state=found[name]["StateValue"] if name in found else "missing",
                reason=found[name].get("StateReason", "") if name in found else "",
                is_rollback_trigger=name in trigger_names,
            )
            for name in names
        )


def _updated(stack: StackTypeDef) -> datetime:
    return stack.get("LastUpdatedTime", stack["CreationTime"])


def _event(given: LifecycleEventTypeDef) -> LifecycleEvent:
    return LifecycleEvent(
        name=given.get("lifecycleEventName", ""),
        status=given.get("status", "Unknown"),
        started=given.get("startTime"),
        ended=given.get("endTime"),
        message=given.get("diagnostics", {}).get("message", ""),
    )
