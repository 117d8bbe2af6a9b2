"""The deployments that CodeDeploy makes for CloudFormation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ...state import BlueGreenDeployment, EventProgress

if TYPE_CHECKING:
    from types_boto3_codedeploy.client import CodeDeployClient
    from types_boto3_codedeploy.type_defs import DeploymentInfoTypeDef, LifecycleEventTypeDef

# By how much the clocks of two of AWS's services may differ.
_SKEW = timedelta(minutes=1)

_MOST_AT_ONCE = 25  # deployments that one call describes


class Deployments:
    """The deployments of stacks: a stack's id finds them, as they have no application and no deployment group (L15)."""

    def __init__(self, codedeploy: CodeDeployClient) -> None:
        """Ask nothing yet."""
        self._client = codedeploy

    def find(self, stack_id: str, began: datetime) -> str:
        """Give the id of the newest deployment since an operation began, unless it is the rollback of one; or nothing.

        Args:
            stack_id: The stack's ARN.
            began: When its operation began.
        """
        listed = self._client.list_deployments(externalId=stack_id, createTimeRange={"start": began - _SKEW})
        found = self._describe(listed["deployments"])
        forward = [one for one in found if one.get("creator") != "CloudFormationRollback" and "deploymentId" in one]
        newest = max(forward, key=lambda one: one["createTime"], default=None)
        return newest["deploymentId"] if newest else ""

    def read(self, id: str, stack_id: str) -> BlueGreenDeployment:
        """Tell how far a deployment is.

        Args:
            id: The deployment.
            stack_id: The stack's ARN.
        """
        answer = self._client.batch_get_deployment_targets(deploymentId=id, targetIds=[stack_id])
        targets = [target.get("cloudFormationTarget", {}) for target in answer["deploymentTargets"]]
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
                yield f"CodeDeploy: {error.get('message', '')} ({error.get('code', '')})"

    def _describe(self, ids: list[str]) -> list[DeploymentInfoTypeDef]:
        if not ids:
            return []
        return self._client.batch_get_deployments(deploymentIds=ids[:_MOST_AT_ONCE])["deploymentsInfo"]


def _event(given: LifecycleEventTypeDef) -> EventProgress:
    return EventProgress(
        name=given.get("lifecycleEventName", ""),
        status=given.get("status", "Unknown"),
        started=given.get("startTime"),
        ended=given.get("endTime"),
        message=given.get("diagnostics", {}).get("message", ""),
    )
