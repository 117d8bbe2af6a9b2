"""The deployments that CodeDeploy makes for CloudFormation."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ...state import BlueGreenDeployment, EventProgress

if TYPE_CHECKING:
    from types_boto3_codedeploy.client import CodeDeployClient
    from types_boto3_codedeploy.type_defs import DeploymentInfoTypeDef, LifecycleEventTypeDef

# By how much the clocks of two of AWS's services may differ.
_SKEW = timedelta(minutes=1)

# Who makes a deployment that rolls another one back.
_ROLLBACKS = {"CloudFormationRollback", "codeDeployRollback"}

_MOST_AT_ONCE = 25  # deployments that one call describes


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A deployment that was found for an operation.

    Attributes:
        id: Its id.
        is_certain: Whether it began after the operation; one that began shortly before may be of another one, or
            CodeDeploy's clock may be late.
    """

    id: str
    is_certain: bool


class Deployments:
    """The deployments of stacks: a stack's id finds them, as they have no application and no deployment group (L15)."""

    def __init__(self, codedeploy: CodeDeployClient) -> None:
        """Ask nothing yet."""
        self._client = codedeploy

    def find(self, stack_id: str, began: datetime, *, others: Collection[str] = ()) -> Found | None:
        """Find the newest deployment since an operation began, unless it is the rollback of one.

        Args:
            stack_id: The stack's ARN.
            began: When its operation began.
            others: The deployments of other operations.
        """
        pages = self._client.get_paginator("list_deployments").paginate(
            externalId=stack_id, createTimeRange={"start": began - _SKEW}
        )
        listed = [id for page in pages for id in page.get("deployments", []) if id not in others]
        found = [
            Found(id=one["deploymentId"], is_certain=one.get("createTime", began) >= began)
            for one in sorted(self._describe(listed), key=lambda one: one.get("createTime", began))
            if "deploymentId" in one
            and one.get("creator") not in _ROLLBACKS
            and one.get("completeTime", began + _SKEW) > began  # what ended before it is of another operation
        ]
        return found[-1] if found else None

    def read(self, id: str, stack_id: str) -> BlueGreenDeployment:
        """Tell how far a deployment is.

        Args:
            id: The deployment.
            stack_id: The stack's ARN.
        """
        answer = self._client.batch_get_deployment_targets(deploymentId=id, targetIds=[stack_id])
        targets = [target.get("cloudFormationTarget", {}) for target in answer.get("deploymentTargets", [])]
        return BlueGreenDeployment(
            engine="CodeDeploy",
            id=id,
            status=next((target["status"] for target in targets if "status" in target), "Unknown"),
            events=tuple(_event(event) for target in targets for event in target.get("lifecycleEvents", [])),
        )

    def reasons(self, id: str) -> Iterator[str]:
        """Say why a deployment failed, in CodeDeploy's words."""
        for deployment in self._describe([id]):
            if error := deployment.get("errorInformation"):
                said = [error.get("message", ""), f"({error['code']})" if "code" in error else ""]
                yield f"CodeDeploy: {' '.join(filter(None, said)) or 'it failed'}"

    def _describe(self, ids: list[str]) -> list[DeploymentInfoTypeDef]:
        if not ids:
            return []
        return self._client.batch_get_deployments(deploymentIds=ids[:_MOST_AT_ONCE]).get("deploymentsInfo", [])


def _event(given: LifecycleEventTypeDef) -> EventProgress:
    return EventProgress(
        name=given.get("lifecycleEventName", "an event without a name"),
        status=given.get("status", "Unknown"),
        started=given.get("startTime"),
        ended=given.get("endTime"),
        message=given.get("diagnostics", {}).get("message", ""),
    )
