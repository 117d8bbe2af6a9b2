"""What is known at one moment of a stack and its deployment, whichever engine moves the traffic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .statuses import ending_of, is_rolling_back, is_running

BLUE, GREEN = "blue", "green"
PRODUCTION, TEST = "production", "test"

# The status of the primary task set; and what a service revision is: deployed, replaced, or what there is at rest.
PRIMARY = "PRIMARY"
NEW, OLD, CURRENT = "NEW", "OLD", "CURRENT"

AWAITING = "AWAITING_ACTION"  # what ECS says of a hook that pauses a deployment


@dataclass(frozen=True, kw_only=True, slots=True)
class EventProgress:
    """How far a lifecycle event of a deployment is.

    Attributes:
        name: The engine's name for it, such as ``AllowTraffic``.
        status: ``Pending``, ``InProgress``, ``Succeeded``, ``Failed``, ``Skipped`` or ``Unknown``, or what AWS says.
        started: When it started.
        ended: When it ended.
        message: What AWS says of its failure.
    """

    name: str
    status: str
    started: datetime | None
    ended: datetime | None
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HookRun:
    """A lifecycle hook that runs, or has run, in a deployment by ECS.

    Attributes:
        id: What ECS calls this run of it.
        kind: ``PAUSE`` or ``AWS_LAMBDA``, or what else ECS says.
        target: The function that it calls; empty for a pause.
        status: ``AWAITING_ACTION``, ``IN_PROGRESS``, ``SUCCEEDED``, ``FAILED`` or ``TIMED_OUT``, or what else ECS says.
        expires: When its time is up; None when ECS does not say.
        on_timeout: What ECS does then: ``CONTINUE`` or ``ROLLBACK``; empty when it does not say.
    """

    id: str
    kind: str
    target: str
    status: str
    expires: datetime | None
    on_timeout: str

    @property
    def is_awaiting(self) -> bool:
        """Whether the deployment waits for somebody to continue it, or to roll it back."""
        return self.status == AWAITING


@dataclass(frozen=True, kw_only=True, slots=True)
class BlueGreenDeployment:
    """A deployment that moves traffic.

    Attributes:
        engine: Who moves it: ``CodeDeploy`` or ``ECS``.
        id: Its id, such as ``d-4XK2M0Q7B``.
        status: What the engine says of it, such as ``InProgress`` or ``SUCCESSFUL``.
        events: Its lifecycle events, or lifecycle stages, in their order.
        arn: Its ARN; empty when it has none.
        reason: Why it has its status, in the engine's words.
        strategy: How it moves traffic, such as ``CANARY``; empty when the engine does not say.
        stage: The lifecycle stage that it is in; empty when the engine does not say.
        hooks: The lifecycle hooks that ECS tells of.
        rollback_reason: Why it is rolled back, or was, in the engine's words.
        circuit_breaker: What the circuit breaker does, such as ``MONITORING``; empty when the engine does not say.
        triggered_alarms: The names of the alarms that went off in its course.
    """

    engine: str
    id: str
    status: str
    events: tuple[EventProgress, ...]
    arn: str = ""
    reason: str = ""
    strategy: str = ""
    stage: str = ""
    hooks: tuple[HookRun, ...] = ()
    rollback_reason: str = ""
    circuit_breaker: str = ""
    triggered_alarms: tuple[str, ...] = ()

    @property
    def pauses(self) -> tuple[HookRun, ...]:
        """The hooks that wait for somebody to continue the deployment, or to roll it back."""
        return tuple(hook for hook in self.hooks if hook.is_awaiting)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentStep:
    """A step of a deployment's schedule.

    Attributes:
        event: The engine's name for it, such as ``AllowTraffic``.
        production: Percent of production traffic that the new tasks get from then on.
        meaning: What happens then, as a sentence without capital and full stop.
        way_back: What a rollback means while it is the last step that was taken, said in the same way.
    """

    event: str
    production: float
    meaning: str
    way_back: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a deployment is on its schedule.

    Attributes:
        done: How much of the schedule's time has passed since production traffic began to move; hook functions take
            time beside the schedule.
        total: How much time the schedule has.
        step: The last step that was taken; None before the first.
        next: The step that time alone will bring, and when; None when something else has to happen first.
    """

    done: timedelta
    total: timedelta
    step: DeploymentStep | None
    next: tuple[DeploymentStep, datetime] | None

    @property
    def left(self) -> timedelta:
        """How much of the schedule's time is left."""
        return self.total - self.done


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskSet:
    """The tasks of one version of the service: a task set, or what ECS calls a service revision.

    Attributes:
        colour: That of the target group in which its tasks are; empty when it is neither, or not known.
        status: Of a task set ``PRIMARY``, ``ACTIVE`` or ``DRAINING``, or what else AWS says; of a service revision
            ``NEW`` or ``OLD`` while it is deployed or replaced, else ``CURRENT``.
        running: How many tasks run.
        pending: How many tasks are about to run.
        desired: How many tasks should run.
        created: When it was created; None when ECS does not say.
        task_definition: Family and revision, such as ``shop:42``.
        images: The images of its containers, as far as they were read.
        id: What ECS calls it, which tells two of one colour apart.
    """

    colour: str
    status: str
    running: int
    pending: int
    desired: int
    created: datetime | None
    task_definition: str
    images: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """How the targets of a target group are.

    Attributes:
        healthy: How many can serve.
        targets: How many there are, without those that are leaving, and those to which no listener sends.
        unused: To how many no listener sends.
        others: How many are in a state other than these, ``initial`` and ``unhealthy``, by AWS's word for it.
    """

    healthy: int
    targets: int
    unused: int = 0
    others: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchedAlarm:
    """A composite alarm of the stack, or an alarm among its rollback triggers.

    Attributes:
        name: Its name; what the stack calls it, which may be an ARN, when it is not found.
        state: ``OK``, ``ALARM`` or ``INSUFFICIENT_DATA``, or what else AWS says; ``missing`` when it is not in the
            stack's account and region.
        reason: Why it is in this state.
        is_rollback_trigger: Whether the stack rolls back when it goes off.
        since: Since when it is in this state; None when that is not known.
        is_of_deployment: Whether ECS rolls a deployment back when it goes off.
    """

    name: str
    state: str
    reason: str
    is_rollback_trigger: bool
    since: datetime | None = None
    is_of_deployment: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceChange:
    """What the stack's operation did last to one of the stack's resources.

    Attributes:
        logical_id: The resource.
        status: Such as ``UPDATE_COMPLETE`` or ``CREATE_FAILED``.
        reason: What CloudFormation says of it.
    """

    logical_id: str
    status: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EndedOperation:
    """An operation of the stack after which another one has begun.

    Attributes:
        id: What tells it from other operations.
        began: When it began.
        status: The last status of the stack in it.
        reasons: Why it rolled back or failed, in CloudFormation's words.
    """

    id: str
    began: datetime
    status: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """All that is known at one moment.

    Attributes:
        at: When, by the clock of AWS.
        stack: The stack's name.
        status: The stack's status, such as ``UPDATE_IN_PROGRESS``.
        reason: What CloudFormation says of it.
        updated: When the stack was updated last, or created.
        began: When its last operation began.
        deployment: The deployment of that operation that moves traffic; None when there is none.
        task_sets: The service's task sets: blue, then green.
        weights: By listener (``production``, ``test``), or by the listener's rule, the percent of its requests that
            each colour gets, in tenths; a colour that it does not name is left out.
        health: How the targets of each colour are.
        alarms: The alarms, in the order of their names.
        resources: What the stack's last operation has done so far, in the order of time.
        missing: Why something of this is not known, by what it is.
        progress: How far the deployment is; None when none is under way, or its schedule is not known.
        id: The stack's ARN, which is another one's when a stack is deleted and created again.
        operation: What tells the stack's last operation from others; empty when that is not known, or there was none.
        earlier: The operations before it, as far as they were seen.
        failed: When the operation began to roll back, or failed; None when it did not, or that is not known.
        ended: When the operation ended; None when it did not, or that is not known.
        needs: What a person has to do, or could, as sentences.
        goes_on_alone: Whether ECS deploys though CloudFormation rolls back, or is not at work: only ECS can stop it.
        is_live_by_weights: Whether the live colour is the one that gets the production traffic, whatever task set is
            the primary one: with ECS's own deployments there is none.
    """

    at: datetime
    stack: str
    status: str
    reason: str
    updated: datetime
    began: datetime
    deployment: BlueGreenDeployment | None
    task_sets: tuple[TaskSet, ...]
    weights: Mapping[str, Mapping[str, float]]
    health: Mapping[str, Health]
    alarms: tuple[WatchedAlarm, ...]
    resources: tuple[ResourceChange, ...]
    missing: Mapping[str, str]
    progress: Progress | None = None
    id: str = ""
    operation: str = ""
    earlier: tuple[EndedOperation, ...] = ()
    failed: datetime | None = None
    ended: datetime | None = None
    needs: tuple[str, ...] = ()
    goes_on_alone: bool = False
    is_live_by_weights: bool = False

    @property
    def is_running(self) -> bool:
        """Whether CloudFormation is at work on the stack."""
        return is_running(self.status)

    @property
    def is_rolling_back(self) -> bool:
        """Whether CloudFormation brings the stack back to what it was, or undoes its creation."""
        return is_rolling_back(self.status)

    @property
    def is_deployed(self) -> bool:
        """Whether the stack's last operation ended as it was meant to."""
        return not self.is_running and ending_of(self.status).result == "deployed"

    @property
    def live(self) -> str:
        """The colour of the primary task set, or the one that gets all production traffic; empty when not known."""
        if self.is_live_by_weights:
            served = [colour for colour, weight in self.weights.get(PRODUCTION, {}).items() if weight]
            colour = served[0] if len(served) == 1 else ""
            health = self.health.get(colour)
            return (
                "" if health and not health.targets and not health.unused else colour
            )  # where no task is, none serves
        return next((one.colour for one in self.task_sets if one.status == PRIMARY), "")

    @property
    def serving(self) -> TaskSet | None:
        """The tasks that are live; None when that is not known."""
        if self.is_live_by_weights:
            if not self.live and (self.weights or self.missing):
                return None
            return next((one for one in self.task_sets if one.status != OLD and one.colour == self.live), None)
        return next((one for one in self.task_sets if one.status == PRIMARY), None)

    @property
    def target(self) -> str:
        """The colour that the operation moves the traffic to, if it moves any; empty when it is not known.

        It is that of the task set that was started since the operation began, which becomes the primary one in its
        course. Before there is one, it is the other colour than the live one. Of service revisions it is the new one.
        """
        if self.is_live_by_weights:
            return next((one.colour for one in self.task_sets if one.status == NEW), "")
        sets = [(one.created, one) for one in self.task_sets if one.created]
        newest = max(sets, key=lambda one: one[0])[1] if sets else None
        if newest and newest.status != PRIMARY and newest.colour != self.live and newest.status != "DRAINING":
            return newest.colour
        if not self.operation:  # when it began is not known, nor whether the primary task set is older
            return ""
        if newest and newest.created and newest.created >= self.began:
            return newest.colour
        return {BLUE: GREEN, GREEN: BLUE}.get(self.live, "")

    def is_of_operation_of(self, other: State) -> bool | None:
        """Tell whether it is a state of the same operation as another one; None when that is not known."""
        if self.id != other.id:
            return False
        if self.operation and other.operation:
            return self.operation == other.operation
        return True if self.updated == other.updated else None

    def event(self, name: str) -> EventProgress | None:
        """Give the lifecycle event of a name, if the deployment has come to know of it."""
        events = self.deployment.events if self.deployment else ()
        return next((event for event in events if event.name == name), None)
