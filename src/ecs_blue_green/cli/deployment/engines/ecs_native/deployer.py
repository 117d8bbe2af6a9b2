"""ECS, which moves the traffic by itself; read in few API calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .....template.native_facts import DEPLOYMENT_CONTROLLER, PRODUCTION_TRAFFIC_SHIFT, STAGES
from ....aws.listeners import read_actions, weights_of
from ....aws.session import AwsError, asking
from ...engine import Action
from ...facts import hook_name
from ...readers.alarms import read_alarms, reasons_of_alarms
from ...readers.sources import Sources
from ...readers.stack import DeployedStack, StackLook
from ...readers.stopped_tasks import reasons_of_tasks
from ...readers.target_health import read_health
from ...state import BLUE, CURRENT, GREEN, NEW, OLD, PRODUCTION, TEST, State, TaskSet
from ...statuses import REVIEW
from ..clients import Clients
from . import answers, remarks, words
from .deployments import (
    SUCCESSFUL,
    Service,
    ServiceDeployments,
    deployment_of,
    goes_on,
    has_failed,
    is_under_way,
    target_groups_of,
)
from .progress import progress_of
from .services import Parts, chosen, declared_weights, parts_of, services_of
from .stages import SeenStages

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import (
        ServiceCurrentRevisionSummaryTypeDef,
        ServiceDeploymentTypeDef,
        ServiceEventTypeDef,
        ServiceRevisionSummaryTypeDef,
        ServiceRevisionTypeDef,
        ServiceTypeDef,
    )

    _Summary = ServiceCurrentRevisionSummaryTypeDef | ServiceRevisionSummaryTypeDef

# For how long a deployment may go on after the stack has begun to roll back, until somebody is told of it.
_PATIENCE = timedelta(minutes=2)

_BEFORE_SHIFT = STAGES[: STAGES.index(PRODUCTION_TRAFFIC_SHIFT)]
_TELLING = ("failed", "rolled back", "unable", "unhealthy", "error")  # in service events that explain a failure
_MOST_EVENTS = 5


class EcsDeployer:
    """A ``Deployer``: ECS, whose deployments an update of the service starts."""

    def __init__(self, clients: Clients, service: str) -> None:
        """Ask nothing yet.

        Args:
            clients: Whom to ask.
            service: The logical id of the service to look at; empty for the only one.
        """
        self._ecs, self._elbv2 = clients.ecs, clients.elbv2
        self._cloudwatch, self._functions = clients.cloudwatch, clients.functions
        self._region = clients.region
        self._wanted = service
        self._deployments = ServiceDeployments(self._ecs)
        self._deployed: DeployedStack | None = None
        self._service: Service | None = None
        self._why_none = ""
        self._others: list[str] = []  # the deployments of operations that have ended
        self._begin()

    def _begin(self) -> None:
        self._parts = Parts()
        self._actions: Mapping[str, Sequence[Any]] = {}
        self._arns: list[str] = []  # the deployments of this operation
        self._described: list[ServiceDeploymentTypeDef] = []
        self._events: list[ServiceEventTypeDef] = []
        self._seen: dict[str, SeenStages] = {}
        self._colours: dict[str, str] = {}  # of revisions

    def begin(self) -> None:
        """Forget what belongs to one operation of the stack."""
        self._others += self._arns
        self._deployed, self._service, self._why_none = None, None, ""
        self._begin()

    def lay_out(self, deployed: DeployedStack | None) -> bool:
        """Find the service; tell whether it is there."""
        self._deployed = deployed
        if deployed is None:
            return False
        id, self._why_none = chosen(services_of(deployed), self._wanted)
        arn = deployed.physical.get(id, "")
        self._service = Service(arn=arn) if arn else None
        return bool(arn or self._why_none)

    def look(self, state: State, look: StackLook, sources: Sources) -> State:
        """Read the deployment and all that it moves, in seven calls."""
        state = replace(state, is_live_by_weights=True)
        if self._why_none:
            sources.missing["service"] = self._why_none
        service = self._service
        if service is None or look.status == REVIEW:
            return state
        nothing: ServiceTypeDef = {}
        found = sources.ask("service", lambda: self._read_service(service), nothing)
        self._parts = parts_of(found) if found else self._parts
        self._events = found.get("events", self._events)
        self._described = sources.ask(
            "service deployments", lambda: self._read_deployments(service, look, found), self._described
        )
        last = self._described[-1] if self._described else None
        parts = self._parts
        self._actions = sources.ask("listener rules", lambda: read_actions(self._elbv2, parts.rules), {})
        weights = {parts.rules[arn]: weights_of([*given], parts.target_groups) for arn, given in self._actions.items()}
        state = replace(
            state,
            weights=dict(sorted(weights.items())),
            health=sources.ask("target health", lambda: read_health(self._elbv2, parts.target_groups), {}),
            alarms=sources.ask(
                "alarms",
                lambda: read_alarms(
                    self._cloudwatch,
                    look.id,
                    triggers=look.triggers,
                    composite_alarms=self._deployed.composite_alarms if self._deployed else (),
                    of_deployment=_alarms_of(found, last),
                ),
                (),
            ),
        )
        summaries, roles = _revisions_of(found, last)
        unknown: dict[str, ServiceRevisionTypeDef] = {}
        revisions = sources.ask("service revisions", lambda: self._deployments.revisions(summaries), unknown)
        self._find_colours(state, last, revisions)
        state = replace(state, task_sets=self._task_sets(summaries, roles, revisions))
        if last is None:
            return state
        return self._with_deployment(state, last)

    def _with_deployment(self, state: State, last: ServiceDeploymentTypeDef) -> State:
        seen = self._seen.setdefault(last.get("serviceDeploymentArn", ""), SeenStages())
        reason = last.get("rollback", {}).get("reason") or last.get("statusReason", "")
        seen.note(state.at, last.get("lifecycleStage", ""), last.get("status", ""), reason)
        target = state.target
        moved = state.weights.get(PRODUCTION, {}).get(target) if target else None
        # The rule of a service that is being created sends traffic before anybody moves it.
        is_moved_by_it = bool(last.get("sourceServiceRevisions")) or last.get("lifecycleStage") not in _BEFORE_SHIFT
        seen.note_traffic(state.at, moved if is_moved_by_it else None)
        state = replace(state, deployment=deployment_of(last, seen.events))
        state = replace(state, progress=progress_of(last.get("deploymentConfiguration", {}), state, seen))
        state = replace(state, goes_on_alone=_goes_on_alone(state, last))
        return replace(state, needs=tuple(_needs(state)))

    def _read_service(self, service: Service) -> ServiceTypeDef:
        answer = self._ecs.describe_services(cluster=service.cluster, services=[service.arn])
        for found in answer.get("services", []):
            if found.get("deploymentController", {}).get("type", DEPLOYMENT_CONTROLLER) == DEPLOYMENT_CONTROLLER:
                return found
            raise AwsError("ECS does not deploy this service by itself")
        return {}

    def _read_deployments(
        self, service: Service, look: StackLook, found: ServiceTypeDef
    ) -> list[ServiceDeploymentTypeDef]:
        """Describe the deployments of the operation, and one that goes on without it."""
        self._arns = self._deployments.of_operation(service, look.began, self._others)
        current = found.get("currentServiceDeployment", "")
        described = self._deployments.describe(
            [*self._arns, *([current] if current and current not in self._arns else [])]
        )
        return [one for one in described if one.get("serviceDeploymentArn") in self._arns or is_under_way(one)]

    def _find_colours(
        self,
        state: State,
        last: ServiceDeploymentTypeDef | None,
        revisions: Mapping[str, ServiceRevisionTypeDef],
    ) -> None:
        """Find in which target group each revision's tasks are: by ECS's word, or by what must be so."""
        groups = self._parts.target_groups
        for arn, revision in revisions.items():
            named = [groups[group] for group in target_groups_of(revision) if group in groups]
            if named:
                self._colours[arn] = named[0]
        if last is None or not goes_on(last.get("status", "")):
            return
        self._match_requested(state, last)
        if last.get("lifecycleStage") not in _BEFORE_SHIFT:
            return
        # Until production traffic moves, the only group with traffic is that of the old revision (NL1).
        served = [colour for colour, weight in state.weights.get(PRODUCTION, {}).items() if weight]
        old = [one["arn"] for one in last.get("sourceServiceRevisions", []) if "arn" in one]
        if len(served) == 1 and len(old) == 1:
            self._colours.setdefault(old[0], served[0])
        new = last.get("targetServiceRevision", {}).get("arn", "")
        other = {BLUE: GREEN, GREEN: BLUE}.get(self._colours.get(old[0], "") if len(old) == 1 else "")
        if new and other:
            self._colours.setdefault(new, other)

    def _match_requested(self, state: State, last: ServiceDeploymentTypeDef) -> None:
        """Find the colours of both revisions by the weights that ECS requests, if the rules have just these."""
        new, sources = last.get("targetServiceRevision", {}), last.get("sourceServiceRevisions", [])
        if len(sources) != 1:
            return
        for weights, wanted in (
            (
                state.weights.get(PRODUCTION, {}),
                (new.get("requestedProductionTrafficWeight"), sources[0].get("requestedProductionTrafficWeight")),
            ),
            (
                state.weights.get(TEST, {}),
                (new.get("requestedTestTrafficWeight"), sources[0].get("requestedTestTrafficWeight")),
            ),
        ):
            pairs = [pair for pair in ((GREEN, BLUE), (BLUE, GREEN)) if wanted == tuple(map(weights.get, pair))]
            if len(pairs) == 1:
                for arn, colour in zip((new.get("arn"), sources[0].get("arn")), pairs[0], strict=True):
                    if arn:
                        self._colours.setdefault(arn, colour)

    def _task_sets(
        self,
        summaries: Mapping[str, _Summary],
        roles: Mapping[str, str],
        revisions: Mapping[str, ServiceRevisionTypeDef],
    ) -> tuple[TaskSet, ...]:
        found = []
        for arn, summary in summaries.items():
            revision = revisions.get(arn, {})
            images = [one.get("image", one.get("imageDigest", "")) for one in revision.get("containerImages", [])]
            found.append(
                TaskSet(
                    colour=self._colours.get(arn, ""),
                    status=roles[arn],
                    running=summary.get("runningTaskCount", 0),
                    pending=summary.get("pendingTaskCount", 0),
                    desired=summary.get("requestedTaskCount", 0),
                    created=revision.get("createdAt"),
                    task_definition=revision.get("taskDefinition", "").rpartition("/")[2],
                    images=tuple(image for image in images if image),
                    id=arn.rpartition("/")[2],
                )
            )
        return tuple(sorted(found, key=lambda one: (one.colour, one.status, one.id)))

    def reasons(self, state: State, look: StackLook, sources: Sources) -> Iterator[str]:
        """Say why a stack rolls back, or did, or why its operation failed; what ECS says is plainer than the stack."""
        nothing: tuple[str, ...] = ()
        told: list[str] = []
        for deployment in self._described:
            if has_failed(deployment):
                told += self._reasons_of(deployment)
        told += [said for said in self._said_by_service(state) if not any(one in said for one in _texts(told))]
        for one in dict.fromkeys(told):
            yield one
            yield from words.explained(one)
        functions = dict.fromkeys(name for one in told for name in words.functions_in(one))
        yield from sources.ask("hook function", lambda: tuple(self._logs_of(functions)), nothing)
        for one in look.reasons():
            yield one
            yield from words.explained(one)
        yield from reasons_of_alarms(state)
        yield from sources.ask("stopped tasks", lambda: tuple(self._reasons_of_tasks(state)), nothing)

    def _reasons_of(self, given: ServiceDeploymentTypeDef) -> Iterator[str]:
        deployment = deployment_of(given, ())
        for said in dict.fromkeys((deployment.rollback_reason, deployment.reason)):
            if said:
                yield f"ECS: {said}"
        for hook in deployment.hooks:
            if hook.status == "FAILED":
                yield f"The {hook_name(hook)} failed"
            elif hook.status == "TIMED_OUT":
                yield f"The {hook_name(hook)} was not answered in time: {hook.on_timeout or 'ECS went on'}"
        for name in deployment.triggered_alarms:
            yield f"The alarm {name} went off during the deployment"
        breaker = given.get("deploymentCircuitBreaker", {})
        if breaker.get("status") == "TRIGGERED":
            counted = f": {breaker['failureCount']} failures" if "failureCount" in breaker else ""
            limit = f", of {breaker['threshold']} that it bears" if counted and "threshold" in breaker else ""
            yield f"The circuit breaker stopped the deployment{counted}{limit}"
        if deployment.status == "ROLLBACK_FAILED":
            yield (
                "ECS could not roll back: where traffic and tasks are now stands in the rules and target groups, and "
                "`ecs-blue-green status` shows it"
            )

    def _said_by_service(self, state: State) -> Iterator[str]:
        """Give what the service's events say of failures since the operation began, the oldest first (NE7)."""
        said = [
            event.get("message", "")
            for event in self._events
            if state.began <= event.get("createdAt", state.began) <= (state.ended or state.at)
        ]
        telling = [one for one in dict.fromkeys(said) if any(word in one.lower() for word in _TELLING)]
        yield from (f"ECS: {one}" for one in reversed(telling[:_MOST_EVENTS]))

    def _logs_of(self, functions: Mapping[str, None]) -> Iterator[str]:
        for name in functions:
            settings = self._functions.get_function_configuration(FunctionName=name)
            short = name.rpartition(":function:")[2].partition(":")[0]
            log_group = settings.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{short}")
            yield f"The log group of the function {short} is {log_group}"

    def _reasons_of_tasks(self, state: State) -> Iterator[str]:
        if self._service:
            yield from reasons_of_tasks(self._ecs, self._service.cluster, self._service.name, state.began, state.ended)

    def remarks(self, state: State, sources: Sources) -> Iterator[str]:
        """Tell of split weights and how to repair them, of rules that differ from the template, and of alarms."""
        parts = self._parts
        declared = declared_weights(self._deployed, parts) if self._deployed else {}
        yield from remarks.of_weights(state, parts, self._actions, self._region)
        yield from remarks.of_template(state, declared)
        yield from remarks.of_alarms(state, self._described[-1] if self._described else None)
        if not state.is_running and parts.target_groups:
            nothing: list[str] = []
            groups = sources.ask("earlier service deployments", self._last_groups, nothing)
            yield from remarks.of_turns(groups)

    def _last_groups(self) -> list[str]:
        """Give the colours of what was deployed last, the newest first; empty for what is not known."""
        if self._service is None:
            return []
        groups = self._parts.target_groups
        return [
            next((groups[group] for group in target_groups_of(one) if group in groups), "")
            for one in self._deployments.last_successful(self._service, 2)
        ]

    def stop(self) -> None:
        """Have ECS roll back the deployment that was read (rule NR5).

        Raises:
            AwsError: If ECS refuses, or does not answer.
        """
        try:
            with asking("service deployment"):
                self._ecs.stop_service_deployment(serviceDeploymentArn=self._arn, stopType="ROLLBACK")
        except AwsError as error:
            if not error.is_certain:
                error.add_note("whether ECS rolls its deployment back is not known: `ecs-blue-green status` shows it")
            raise

    @property
    def _arn(self) -> str:
        return self._described[-1].get("serviceDeploymentArn", "") if self._described else ""

    def way_back(self, state: State) -> str:
        """Say what cancelling the update means at this point."""
        return answers.way_back(state)

    def way_on(self, state: State, action: Action) -> str:
        """Say what an answer to a pause means at this point."""
        return answers.way_on(state, action)

    def answer(self, hook: str, action: Action) -> None:
        """Answer a pause of the deployment that was read.

        Raises:
            AwsError: If ECS refuses, or does not answer.
        """
        with asking(f"hook {hook}"):
            self._ecs.continue_service_deployment(serviceDeploymentArn=self._arn, hookId=hook, action=action)


def _goes_on_alone(state: State, last: ServiceDeploymentTypeDef) -> bool:
    """Tell whether ECS deploys though CloudFormation rolls back, for longer than it may take to stop, or rests."""
    if not goes_on(last.get("status", "")):
        return False
    if state.is_rolling_back and state.failed:
        return last.get("createdAt", state.began) < state.failed and state.at - state.failed > _PATIENCE
    return not state.is_running


def _needs(state: State) -> Iterator[str]:
    if state.deployment:
        yield from words.needs_of_pauses(state, state.deployment)
    if state.goes_on_alone:
        yield words.need_to_stop(state)


def _alarms_of(service: ServiceTypeDef, last: ServiceDeploymentTypeDef | None) -> list[str]:
    """Name the alarms that roll a deployment back: those of the deployment, or of the next one."""
    if last and is_under_way(last) and "alarms" in last:
        return last["alarms"].get("alarmNames", [])
    alarms = service.get("deploymentConfiguration", {}).get("alarms")
    return alarms["alarmNames"] if alarms and alarms["enable"] and alarms["rollback"] else []


def _revisions_of(
    service: ServiceTypeDef, last: ServiceDeploymentTypeDef | None
) -> tuple[dict[str, _Summary], dict[str, str]]:
    """Give the revisions that have a part in what goes on, by ARN, and which part."""
    found: dict[str, _Summary] = {}
    roles: dict[str, str] = {}
    for current in service.get("currentServiceRevisions", []):
        if "arn" in current:
            found[current["arn"]] = current
            roles[current["arn"]] = CURRENT
    if last is None or not (is_under_way(last) or not found):
        return found, roles
    is_over = not is_under_way(last)
    new = last.get("targetServiceRevision", {})
    old = last.get("sourceServiceRevisions", [])
    if is_over:  # nothing says what is current, but what has become of the deployment
        new, old = (new, []) if last.get("status") == SUCCESSFUL else ({}, old)
    for summary, role in [*((one, CURRENT if is_over else OLD) for one in old), (new, CURRENT if is_over else NEW)]:
        if "arn" in summary:
            found[summary["arn"]] = summary
            roles[summary["arn"]] = role
    return found, roles


def _texts(told: Sequence[str]) -> list[str]:
    return [one.removeprefix("ECS: ") for one in told]
