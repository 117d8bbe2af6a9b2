"""A stack with the hook in an account on this machine, and deployments of it that go on a step with each look at it."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3

from tests.cli.aws.server import Aws, aws
from tests.cli.aws.support import AwsProblem
from tests.cli.moto_server import forward
from tests.loopback import Answer, Request, lambda_environment
from tests.support import ROOT

TEMPLATE: dict[str, Any] = json.loads(
    (ROOT / "tests/examples/__snapshots__/test_trivia/test_template[TriviaBackendProd].json").read_text()
)
STACK = "TriviaBackendProd"
STACK_ID = f"arn:aws:cloudformation:eu-west-1:123456789012:stack/{STACK}/6f0b5a60-1111-2222-3333-444455556666"
SERVICE = "ServiceD69D759B"
TASK_DEFINITION = "TaskDefinitionB36D86D9"
TASK_SET = "ServiceTaskSetAF762210"
GROUPS = {"blue": "ServiceBlueTargetGroup456AB9F8", "green": "ServiceGreenTargetGroup87E8011A"}
LISTENERS = {"production": "ServiceProductionListener5A748E75", "test": "ServiceTestListenerC263363D"}
ALARMS = {
    "ServiceHttp5xxAlarm1897B248": f"{STACK}-Http-500",
    "ServiceUnhealthyHostsAlarm62749D2A": f"{STACK}-Unhealthy-Hosts",
}
HTTP_500 = f"{STACK}-Http-500"
HOOK_FUNCTION = "CodeDeployHook_-TriviaBackendHooksProd-pre-traffic-hook"
DEPLOYMENT = "d-4XK2M0Q7B"
TASKS = 2  # of each colour

Step = Callable[["Stage"], None]


class Stage:
    """The account.

    Attributes:
        now: AWS's time.
        aws: The server that the command talks with.
    """

    aws: Aws

    def __init__(self, moto: str) -> None:
        """Create the stack, with blue live."""
        self.now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
        self._moto = moto
        self._steps: Iterator[Step] = iter(())
        self._last_call = ""
        self._faults: list[tuple[str, AwsProblem | Exception]] = []
        self.counts: dict[str, tuple[int, int]] = {"blue": (TASKS, 0)}
        self.stopped_tasks: list[dict[str, Any]] = []
        self.deployment: dict[str, Any] = {}
        self._alarmed = self.now
        self.lifecycle: list[dict[str, Any]] = []
        self.processed = TEMPLATE
        self.stack: dict[str, Any] = {
            "StackName": STACK,
            "StackId": STACK_ID,
            "CreationTime": self.now - timedelta(days=9),
            "LastUpdatedTime": self.now - timedelta(days=1),
            "StackStatus": "UPDATE_COMPLETE",
            "RollbackConfiguration": {
                "RollbackTriggers": [
                    {
                        "Arn": f"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:{HTTP_500}",
                        "Type": "AWS::CloudWatch::CompositeAlarm",
                    }
                ],
                "MonitoringTimeInMinutes": 5,
            },
        }
        self.events: list[dict[str, Any]] = []
        self._happen(STACK, "UPDATE_IN_PROGRESS", at=self.now - timedelta(days=1), reason="User Initiated")
        self._happen(STACK, "UPDATE_COMPLETE", at=self.now - timedelta(days=1))
        self._create()

    def _create(self) -> None:
        urllib.request.urlopen(urllib.request.Request(f"{self._moto}/moto-api/reset", method="POST")).close()
        self._ecs, self._elbv2, self._cloudwatch, ec2 = (
            _client(self._moto, service) for service in ("ecs", "elbv2", "cloudwatch", "ec2")
        )
        subnets = ec2.describe_subnets()["Subnets"][:2]
        balancer = self._elbv2.create_load_balancer(Name="trivia", Subnets=[one["SubnetId"] for one in subnets])
        self.physical: dict[str, str] = {}
        for colour, id in GROUPS.items():
            group = self._elbv2.create_target_group(
                Name=colour, Protocol="HTTP", Port=80, TargetType="ip", VpcId=subnets[0]["VpcId"]
            )
            self.physical[id] = group["TargetGroups"][0]["TargetGroupArn"]
        for port, id in zip((443, 9002), LISTENERS.values(), strict=True):
            listener = self._elbv2.create_listener(
                LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
                Protocol="HTTP",
                Port=port,
                DefaultActions=self._forward(blue=100),
            )
            self.physical[id] = listener["Listeners"][0]["ListenerArn"]
        self._ecs.create_cluster(clusterName="trivia")
        service = self._ecs.create_service(
            cluster="trivia", serviceName="web", desiredCount=TASKS, deploymentController={"type": "EXTERNAL"}
        )
        self.physical[SERVICE] = service["service"]["serviceArn"]
        self._start_task_set("blue", "v1", targets=TASKS)
        self._make_primary("blue")
        for id, name in ALARMS.items():
            self._put_composite_alarm(name)
            self.physical[id] = name

    def _forward(self, **weights: int) -> list[dict[str, Any]]:
        groups = [
            {"TargetGroupArn": self.physical[GROUPS[colour]], "Weight": weight} for colour, weight in weights.items()
        ]
        return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]

    def _put_composite_alarm(self, name: str) -> None:
        self._cloudwatch.put_metric_alarm(
            AlarmName=name,
            EvaluationPeriods=1,
            ComparisonOperator="GreaterThanThreshold",
            MetricName="m",
            Namespace="n",
            Period=60,
            Statistic="Sum",
            Threshold=1,
        )
        self.alarm("OK", name=name)

    def _start_task_set(self, colour: str, image: str, targets: int) -> None:
        definition = self._ecs.register_task_definition(
            family="trivia",
            networkMode="awsvpc",
            containerDefinitions=[{"name": "web", "image": f"example.com/trivia:{image}", "memory": 512}],
        )["taskDefinition"]["taskDefinitionArn"]
        self._ecs.create_task_set(
            cluster="trivia",
            service="web",
            taskDefinition=definition,
            launchType="FARGATE",
            loadBalancers=[
                {"targetGroupArn": self.physical[GROUPS[colour]], "containerName": "web", "containerPort": 80}
            ],
        )
        self.counts.setdefault(colour, (0, targets))
        self.healthy(colour, targets if colour == "blue" else 0)

    def _task_set(self, colour: str) -> str:
        found = self._ecs.describe_task_sets(cluster="trivia", service="web")["taskSets"]
        group = self.physical[GROUPS[colour]]
        (arn,) = [one["taskSetArn"] for one in found if one["loadBalancers"][0]["targetGroupArn"] == group]
        return str(arn)

    def _make_primary(self, colour: str) -> None:
        self._ecs.update_service_primary_task_set(
            cluster="trivia", service="web", primaryTaskSet=self._task_set(colour)
        )

    def _happen(self, id: str, status: str, *, at: datetime | None = None, reason: str = "") -> None:
        self.events.insert(
            0,
            {
                "StackId": STACK_ID,
                "StackName": STACK,
                "EventId": f"event-{len(self.events)}",
                "LogicalResourceId": id,
                "PhysicalResourceId": STACK_ID if id == STACK else id,
                "ResourceType": "AWS::CloudFormation::Stack" if id == STACK else TEMPLATE["Resources"][id]["Type"],
                "Timestamp": at or self.now,
                "ResourceStatus": status,
                **({"ResourceStatusReason": reason} if reason else {}),
            },
        )

    # What a script is made of.

    def status(self, status: str, reason: str = "") -> None:
        """Have the stack change its status."""
        self.stack["StackStatus"] = status
        self.stack.pop("StackStatusReason", None)
        if reason:
            self.stack["StackStatusReason"] = reason
        self._happen(STACK, status, reason=reason)
        if status == "UPDATE_IN_PROGRESS":
            self.stack["LastUpdatedTime"] = self.now

    def resource(self, id: str, status: str, reason: str = "") -> None:
        """Have a resource of the stack change its status."""
        self._happen(id, status, reason=reason)

    def deploy(self) -> None:
        """Have CodeDeploy begin."""
        self.deployment = {
            "deploymentId": DEPLOYMENT,
            "status": "InProgress",
            "createTime": self.now,
            "creator": "CloudFormation",
            "externalId": STACK_ID,
        }

    def lifecycle_event(self, name: str, status: str = "InProgress", message: str = "") -> None:
        """Have a lifecycle event begin or end."""
        event = next((one for one in self.lifecycle if one["lifecycleEventName"] == name), None)
        if event is None:
            event = {"lifecycleEventName": name, "startTime": self.now}
            self.lifecycle.append(event)
        event["status"] = status
        if status != "InProgress":
            event["endTime"] = self.now
        if message:
            event["diagnostics"] = {"errorCode": "ScriptFailed", "message": message}

    def start_green(self, image: str = "v2") -> None:
        """Have the green task set started."""
        self._start_task_set("green", image, targets=TASKS)

    def tasks(self, colour: str, running: int, pending: int = 0) -> None:
        """Have tasks start or stop."""
        self.counts[colour] = (running, pending)

    def healthy(self, colour: str, number: int) -> None:
        """Have targets registered, which moto then takes for healthy."""
        group = self.physical[GROUPS[colour]]
        octet = 1 if colour == "blue" else 2
        registered = self._elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        if registered:
            self._elbv2.deregister_targets(TargetGroupArn=group, Targets=[one["Target"] for one in registered])
        if number:
            targets = [{"Id": f"10.0.{octet}.{number + 1}"} for number in range(number)]
            self._elbv2.register_targets(TargetGroupArn=group, Targets=targets)

    def shift(self, listener: str, **weights: int) -> None:
        """Have a listener send to other target groups."""
        self._elbv2.modify_listener(
            ListenerArn=self.physical[LISTENERS[listener]], DefaultActions=self._forward(**weights)
        )

    def promote(self, colour: str) -> None:
        """Have a task set made the primary one."""
        self._make_primary(colour)

    def remove(self, colour: str) -> None:
        """Have a task set deleted."""
        self._ecs.delete_task_set(cluster="trivia", service="web", taskSet=self._task_set(colour))
        self.healthy(colour, 0)

    def process_green(self) -> None:
        """Have the processed template be the one of green."""
        text = json.dumps({**TEMPLATE, "Hooks": {}})
        for id in (TASK_SET, TASK_DEFINITION):
            text = text.replace(f'"{id}"', f'"{id}Green"')
        self.processed = json.loads(text.replace(f'{{"Ref": "{GROUPS["blue"]}"}}', f'{{"Ref": "{GROUPS["green"]}"}}'))

    def alarm(self, state: str, reason: str = "unchecked", *, name: str = HTTP_500) -> None:
        """Have an alarm change its state."""
        self._alarmed = self.now
        self._cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason=reason)

    def fail(self, call: str, error: Exception, times: int = 1) -> None:
        """Have the next calls of an operation, or of all (``*``), fail."""
        self._faults += [(call, error)] * times

    def stop_task(self, reason: str, *, container: str = "", exit_code: int | None = None) -> None:
        """Have a green task stopped by itself."""
        number = len(self.stopped_tasks)
        arn = f"arn:aws:ecs:eu-west-1:123456789012:task/trivia/{number:032}"
        containers = [
            {
                "name": "web",
                **({"exitCode": exit_code} if exit_code else {}),
                **({"reason": container} if container else {}),
            }
        ]
        definition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/trivia:2"
        self.stopped_tasks.append(
            {
                "taskArn": arn,
                "taskDefinitionArn": definition,
                "stoppedReason": reason,
                "stoppedAt": self.now,
                "containers": containers,
            }
        )

    # What is served.

    def _before(self, call: str, given: dict[str, Any]) -> None:
        # A look begins by describing the stack; one that finds a new operation describes it again.
        if call == "cloudformation:DescribeStacks" and self._last_call != "cloudformation:DescribeStackEvents":
            step = next(self._steps, None)
            if step:
                step(self)
        self._last_call = call
        for fault in self._faults:
            if fault[0] in {call, "*"}:
                self._faults.remove(fault)
                raise fault[1]

    def _elsewhere(self, request: Request, call: str) -> Answer:
        answer = forward(request, self._moto)
        if call == "cloudwatch:DescribeAlarms":
            return Answer(self._at_the_time_of_alarm(answer.body), answer.status)
        if call != "ecs:DescribeServices":
            return answer
        described = json.loads(answer.body)
        colours = {self.physical[id]: colour for colour, id in GROUPS.items()}
        for service in described["services"]:
            for one in service.get("taskSets", []):
                running, pending = self.counts[colours[one["loadBalancers"][0]["targetGroupArn"]]]
                one |= {"runningCount": running, "pendingCount": pending, "computedDesiredCount": TASKS}
        return Answer(json.dumps(described).encode(), answer.status)

    def _at_the_time_of_alarm(self, body: bytes) -> bytes:
        """Have alarms be in their state since when they were put in it, by AWS's time and not by moto's."""
        as_xml = rf"\g<1>{self._alarmed.isoformat()}".encode()
        as_json = rf"\g<1>{self._alarmed.timestamp()}".encode()
        name = rb"State(?:Updated|Transitioned)Timestamp"
        return re.sub(rb'("' + name + rb'": *)[^,}]+', as_json, re.sub(rb"(<" + name + rb">)[^<]+", as_xml, body))

    def _describe_deployment_targets(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["targetIds"] == [STACK_ID]
        target = {
            "deploymentId": DEPLOYMENT,
            "targetId": STACK_ID,
            "status": self.deployment["status"],
            "lifecycleEvents": self.lifecycle,
        }
        found = {"deploymentTargetType": "CloudFormationTarget", "cloudFormationTarget": target}
        return {"deploymentTargets": [found]}

    def _list_deployments(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["externalId"] == STACK_ID
        since = given["createTimeRange"]["start"]
        is_found = self.deployment and self.deployment["createTime"].timestamp() >= since
        return {"deployments": [DEPLOYMENT] if is_found else []}

    def _cancel(self, given: dict[str, Any]) -> dict[str, Any]:
        self.status("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")
        return {}

    def _list_resources(self, given: dict[str, Any]) -> dict[str, Any]:
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": id,
                    "PhysicalResourceId": physical,
                    "ResourceType": TEMPLATE["Resources"][id]["Type"],
                    "LastUpdatedTimestamp": self.now,
                    "ResourceStatus": "CREATE_COMPLETE",
                }
                for id, physical in self.physical.items()
            ]
        }

    def _template(self, given: dict[str, Any]) -> dict[str, Any]:
        template = self.processed if given["TemplateStage"] == "Processed" else TEMPLATE
        return {"TemplateBody": json.dumps(template)}

    @contextmanager
    def playing(self, *steps: Step) -> Iterator[Stage]:
        """Serve the account; each look at the stack finds it a step further."""
        self._steps = iter(steps)
        served: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "cloudformation:DescribeStacks": lambda _: {"Stacks": [self.stack]},
            "cloudformation:DescribeStackEvents": lambda _: {"StackEvents": self.events},
            "cloudformation:ListStackResources": self._list_resources,
            "cloudformation:GetTemplate": self._template,
            "cloudformation:CancelUpdateStack": self._cancel,
            "codedeploy:ListDeployments": self._list_deployments,
            "codedeploy:BatchGetDeployments": lambda _: {"deploymentsInfo": [self.deployment]},
            "codedeploy:BatchGetDeploymentTargets": self._describe_deployment_targets,
            "ecs:ListTasks": lambda _: {"taskArns": [one["taskArn"] for one in self.stopped_tasks]},
            "ecs:DescribeTasks": lambda _: {"tasks": self.stopped_tasks},
            "lambda:GetFunctionConfiguration": lambda _: {"LoggingConfig": {"LogGroup": "/trivia/pre-traffic-hook"}},
        }
        with aws(served, before=self._before, elsewhere=self._elsewhere, clock=lambda: self.now) as self.aws:
            yield self


@cache
def _client(url: str, service: Any) -> Any:
    """Give a client of the moto server."""
    given = lambda_environment(url)
    client = boto3.client(
        service,
        region_name=given["AWS_REGION"],
        aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
        endpoint_url=url,
    )
    if service == "cloudwatch":  # moto has no PutCompositeAlarm, and takes an alarm with a rule for one
        client.meta.events.register("before-sign.cloudwatch.PutMetricAlarm", _add_rule)
    return client


def _add_rule(request: Any, **_: object) -> None:
    if isinstance(request.data, dict):  # by the query protocol, with which an older botocore calls CloudWatch
        request.data["AlarmRule"] = "TRUE"
    else:
        request.data = json.dumps(json.loads(request.data) | {"AlarmRule": "TRUE"}).encode()


def after(minutes: float, *happenings: Step) -> Step:
    """A step: time passes, then something happens."""

    def step(stage: Stage) -> None:
        stage.now += timedelta(minutes=minutes)
        for happening in happenings:
            happening(stage)

    return step
