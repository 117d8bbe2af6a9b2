"""The trivia example as a deployed stack, with its alarms, behind a server that stands for AWS."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.cli.aws.server import Operations
from tests.cli.aws.support import AwsProblem
from tests.support import ROOT

NAME = "TriviaBackendTest"
TEMPLATE: dict[str, Any] = json.loads(
    (ROOT / f"tests/examples/__snapshots__/test_trivia/test_template[{NAME}].json").read_text()
)
HTTP, UNHEALTHY = f"{NAME}-Http-500", f"{NAME}-Unhealthy-Hosts"
METRIC, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
CERTIFICATE = "SsmParameterValueCertificateArnapitestreinventtriviacomC96584B6F00A464EAD1953AFF4B05118Parameter"
THEN = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def arn(name: str) -> str:
    return f"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:{name}"


def trigger(name: str, type: str = COMPOSITE) -> dict[str, str]:
    return {"Arn": arn(name), "Type": type}


@dataclass
class Deployed:
    """A stack and the alarms around it. An update passes through some statuses, a look at the stack each.

    Attributes:
        refusal: What an update is refused with.
        lost: What an update that has begun is answered with.
        repetition: What the next update is refused with once one has begun.
        late: How many looks at the events do not show the update yet.
        troubles: What looks at the stack are answered with during an update, one after the other; None for the stack.
    """

    status: str = "UPDATE_COMPLETE"
    template: object = field(default_factory=lambda: TEMPLATE)
    triggers: list[dict[str, str]] = field(default_factory=list)
    monitoring: int | None = None
    metric_alarms: dict[str, str] = field(
        default_factory=lambda: {f"{name}-{colour}": "OK" for name in (HTTP, UNHEALTHY) for colour in ("Blue", "Green")}
    )
    composite_alarms: dict[str, str] = field(default_factory=lambda: {HTTP: "OK", UNHEALTHY: "OK"})
    unmade: set[str] = field(default_factory=set)
    statuses: list[str] = field(default_factory=lambda: ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"])
    reasons: dict[str, str] = field(default_factory=dict)
    refusal: AwsProblem | None = None
    keeps_triggers: bool = False
    updating: bool = False
    lost: Exception | None = None
    repetition: AwsProblem = field(
        default_factory=lambda: AwsProblem(
            "ValidationError", f"Stack:{NAME} is in UPDATE_IN_PROGRESS state and can not be updated."
        )
    )
    late: int = 0
    troubles: list[Exception | None] = field(default_factory=list)
    token: str = ""
    id: str = "11112222"
    parameters: list[str] = field(default_factory=lambda: ["BlueGreenTransformParameter"])

    @property
    def arn(self) -> str:
        return f"arn:aws:cloudformation:eu-west-1:123456789012:stack/{NAME}/{self.id}"

    def operations(self) -> Operations:
        return {
            "cloudformation:DescribeStacks": self.describe_stacks,
            "cloudformation:DescribeStackEvents": self.describe_stack_events,
            "cloudformation:GetTemplate": self.get_template,
            "cloudformation:ListStackResources": self.list_stack_resources,
            "cloudformation:UpdateStack": self.update_stack,
            "cloudwatch:DescribeAlarms": self.describe_alarms,
        }

    def describe_stacks(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.updating and self.troubles and (trouble := self.troubles.pop(0)):
            raise trouble
        if self.updating and self.statuses:
            self.status = self.statuses.pop(0)
        if NAME not in given["StackName"]:
            raise AwsProblem("ValidationError", f"Stack with id {given['StackName']} does not exist")
        stack: dict[str, Any] = {
            "StackName": NAME,
            "StackId": self.arn,
            "StackStatus": self.status,
            "CreationTime": THEN,
            "Parameters": [
                *({"ParameterKey": name, "ParameterValue": "unused"} for name in self.parameters),
                {"ParameterKey": CERTIFICATE, "ParameterValue": "CertificateArn", "ResolvedValue": "arn:aws:acm:…"},
            ],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "RollbackConfiguration": {"RollbackTriggers": self.triggers},
        }
        if self.monitoring is not None:
            stack["RollbackConfiguration"]["MonitoringTimeInMinutes"] = self.monitoring
        if self.status in self.reasons:
            stack["StackStatusReason"] = self.reasons[self.status]
        return {"Stacks": [stack]}

    def describe_stack_events(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given == {"StackName": self.arn}
        common = {"StackId": self.arn, "StackName": NAME, "Timestamp": THEN}
        events = [{**common, "EventId": "1"}, {**common, "EventId": "2", "ClientRequestToken": "somebody-elses"}]
        if self.late:
            self.late -= 1
        elif self.token:
            events.insert(0, {**common, "EventId": "3", "ClientRequestToken": self.token})
        return {"StackEvents": events}

    def get_template(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["TemplateStage"] == "Original"
        return {"TemplateBody": json.dumps(self.template)}

    def list_stack_resources(self, given: dict[str, Any]) -> dict[str, Any]:
        """Two pages: the example's stack has less than a page holds, and others have more."""
        listed = []
        for id, resource in TEMPLATE["Resources"].items():
            if id not in self.unmade:
                # A composite alarm's physical id may be its ARN: what `Ref` of it gives is documented so.
                name = resource.get("Properties", {}).get("AlarmName", f"{NAME}-{id}")
                physical = arn(name) if resource["Type"] == COMPOSITE and name == HTTP else name
                listed.append(
                    {
                        "LogicalResourceId": id,
                        "PhysicalResourceId": physical,
                        "ResourceType": resource["Type"],
                        "LastUpdatedTimestamp": THEN,
                        "ResourceStatus": "CREATE_COMPLETE",
                    }
                )
        if "NextToken" in given:
            return {"StackResourceSummaries": listed[20:]}
        return {"StackResourceSummaries": listed[:20], "NextToken": "more"}

    def describe_alarms(self, given: dict[str, Any]) -> dict[str, Any]:
        def listed(alarms: dict[str, str], **more: Any) -> list[dict[str, Any]]:
            return [
                {"AlarmName": name, "AlarmArn": arn(name), "StateValue": state, **more}
                for name, state in alarms.items()
                if name in given["AlarmNames"]
            ]

        assert given["AlarmTypes"] == ["MetricAlarm", "CompositeAlarm"]  # left out, AWS gives metric alarms only
        return {
            "MetricAlarms": listed(self.metric_alarms, MetricName="HTTPCode_Target_5XX_Count"),
            "CompositeAlarms": listed(self.composite_alarms, AlarmRule="…"),
        }

    def update_stack(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.refusal:
            raise self.refusal
        if self.updating:
            raise self.repetition
        self.updating, self.token = True, given["ClientRequestToken"]
        if not self.keeps_triggers:
            configuration = given["RollbackConfiguration"]
            self.triggers, self.monitoring = configuration["RollbackTriggers"], configuration["MonitoringTimeInMinutes"]
        if self.lost:
            raise self.lost
        return {"StackId": self.arn}
