"""The service deployments of a service, and the revisions that they deploy."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ...state import BlueGreenDeployment, EventProgress, HookRun

if TYPE_CHECKING:
    from types_boto3_ecs.client import ECSClient
    from types_boto3_ecs.type_defs import (
        DeploymentLifecycleHookDetailTypeDef,
        ListServiceDeploymentsRequestTypeDef,
        ServiceDeploymentBriefTypeDef,
        ServiceDeploymentTypeDef,
        ServiceRevisionTypeDef,
    )

# By how much the clocks of two of AWS's services may differ.
_SKEW = timedelta(minutes=1)

_MOST_AT_ONCE = 20  # deployments, or revisions, that one call describes

PENDING, IN_PROGRESS = "PENDING", "IN_PROGRESS"
SUCCESSFUL: Final = "SUCCESSFUL"
_ENDED = {SUCCESSFUL, "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"}


def goes_on(status: str) -> bool:
    """Tell whether a deployment has begun to go on, and nothing has begun to stop it or to roll it back."""
    return status in {PENDING, IN_PROGRESS}


def is_under_way(deployment: ServiceDeploymentTypeDef) -> bool:
    """Tell whether a deployment has not ended; one whose status is not known here has, if ECS says when."""
    return deployment.get("status") not in _ENDED and "finishedAt" not in deployment


def has_failed(deployment: ServiceDeploymentTypeDef) -> bool:
    """Tell whether something stopped a deployment, or rolls it back."""
    return "rollback" in deployment or deployment.get("status", SUCCESSFUL) not in {PENDING, IN_PROGRESS, SUCCESSFUL}


class ServiceDeployments:
    """The deployments of a service."""

    def __init__(self, ecs: ECSClient) -> None:
        """Ask nothing yet."""
        self._ecs = ecs
        self._revisions: dict[str, ServiceRevisionTypeDef] = {}

    def of_operation(self, service: Service, began: datetime, others: Collection[str]) -> list[str]:
        """Find the ARNs of the deployments since an operation began, the oldest first.

        Args:
            service: The service.
            began: When the stack's operation began.
            others: The deployments of other operations.
        """
        listed = [
            one
            for one in self._list(service, after=began - _SKEW)
            if "serviceDeploymentArn" in one
            and one["serviceDeploymentArn"] not in others
            and one.get("finishedAt", began + _SKEW) > began  # what ended before it is of another operation
        ]
        certain = [one for one in listed if one.get("createdAt", began) >= began]
        return [one["serviceDeploymentArn"] for one in _in_time(certain or listed)]

    def last_successful(self, service: Service, number: int) -> list[ServiceRevisionTypeDef]:
        """Give what the last successful deployments deployed, the newest first; less if ECS knows less."""
        answer = self._ecs.list_service_deployments(
            cluster=service.cluster, service=service.arn, status=[SUCCESSFUL], maxResults=100
        )
        arns = [
            one["targetServiceRevisionArn"]
            for one in reversed(_in_time(answer.get("serviceDeployments", [])))
            if "targetServiceRevisionArn" in one
        ]
        last = [*dict.fromkeys(arns)][:number]
        found = self.revisions(last)
        return [found[arn] for arn in last if arn in found]

    def _list(self, service: Service, *, after: datetime) -> list[ServiceDeploymentBriefTypeDef]:
        found: list[ServiceDeploymentBriefTypeDef] = []
        asked: ListServiceDeploymentsRequestTypeDef = {
            "cluster": service.cluster,
            "service": service.arn,
            "createdAt": {"after": after},
            "maxResults": 100,
        }
        while True:  # boto3 has no paginator for it
            answer = self._ecs.list_service_deployments(**asked)
            found += answer.get("serviceDeployments", [])
            if not answer.get("nextToken"):
                return found
            asked["nextToken"] = answer["nextToken"]

    def describe(self, arns: Iterable[str]) -> list[ServiceDeploymentTypeDef]:
        """Describe deployments, in their order; of many the last."""
        last = [*dict.fromkeys(arns)][-_MOST_AT_ONCE:]
        if not last:
            return []
        answer = self._ecs.describe_service_deployments(serviceDeploymentArns=last)
        described = {one.get("serviceDeploymentArn", ""): one for one in answer.get("serviceDeployments", [])}
        return [described[arn] for arn in last if arn in described]

    def revisions(self, arns: Iterable[str]) -> dict[str, ServiceRevisionTypeDef]:
        """Describe revisions, by ARN: they never change, but for the target group, which comes once it is known."""
        wanted = [*dict.fromkeys(arns)][:_MOST_AT_ONCE]
        unknown = [arn for arn in wanted if not target_groups_of(self._revisions.get(arn, {}))]
        if unknown:
            answer = self._ecs.describe_service_revisions(serviceRevisionArns=unknown)
            self._revisions |= {
                one["serviceRevisionArn"]: one
                for one in answer.get("serviceRevisions", [])
                if "serviceRevisionArn" in one
            }
        return {arn: self._revisions[arn] for arn in wanted if arn in self._revisions}


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """A service.

    Attributes:
        arn: Its ARN.
    """

    arn: str

    @property
    def cluster(self) -> str:
        """The cluster's name, from the service's ARN."""
        return self.arn.split("/")[-2] if self.arn.count("/") > 1 else "default"

    @property
    def name(self) -> str:
        """Its name, from its ARN."""
        return self.arn.rpartition("/")[2]


def target_groups_of(revision: ServiceRevisionTypeDef) -> list[str]:
    """Give the target groups in which a revision's tasks are, as far as ECS says."""
    balancers = revision.get("resolvedConfiguration", {}).get("loadBalancers", [])
    return [one["targetGroupArn"] for one in balancers if "targetGroupArn" in one]


def deployment_of(given: ServiceDeploymentTypeDef, stages: Iterable[EventProgress]) -> BlueGreenDeployment:
    """Say what ECS tells of a deployment.

    Args:
        given: What ECS tells.
        stages: The stages that were seen.
    """
    arn = given.get("serviceDeploymentArn", "")
    rollback = given.get("rollback", {})
    return BlueGreenDeployment(
        engine="ECS",
        id=arn.rpartition("/")[2],
        status=given.get("status", "status not known"),
        events=tuple(stages),
        arn=arn,
        reason=given.get("statusReason", ""),
        strategy=given.get("deploymentConfiguration", {}).get("strategy", ""),
        stage=given.get("lifecycleStage", ""),
        hooks=tuple(_hook(one) for one in given.get("lifecycleHookDetails", [])),
        rollback_reason=rollback.get("reason", ""),
        circuit_breaker=given.get("deploymentCircuitBreaker", {}).get("status", ""),
        triggered_alarms=tuple(given.get("alarms", {}).get("triggeredAlarmNames", [])),
    )


def _hook(given: DeploymentLifecycleHookDetailTypeDef) -> HookRun:
    return HookRun(
        id=given.get("hookId", ""),
        kind=given.get("targetType", ""),
        target=given.get("targetArn", ""),
        status=given.get("status", "status not known"),
        expires=given.get("expiresAt"),
        on_timeout=given.get("timeoutAction", ""),
    )


def _in_time(deployments: Iterable[ServiceDeploymentBriefTypeDef]) -> list[ServiceDeploymentBriefTypeDef]:
    """Sort by time; what bears none is kept where it is, at the end."""
    dated = [one for one in deployments if "createdAt" in one]
    return [*sorted(dated, key=lambda one: one["createdAt"]), *(one for one in deployments if "createdAt" not in one)]
