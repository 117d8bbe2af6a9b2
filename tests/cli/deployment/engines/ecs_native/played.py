"""A stack whose service ECS deploys by itself, played step by step; botocore's models check what is said of it.

Each look at the stack finds it a step further. Blue and green are names of places: here green is the alternate target
group, whichever of them is live.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from ecs_blue_green.cli.deployment.engines.stack_engine import StackEngine
from ecs_blue_green.cli.deployment.watching import End, watch
from tests.cli.aws.server import Operations
from tests.cli.aws.stubs import StubbedAws
from tests.cli.aws.support import AwsProblem
from tests.cli.deployment.fakes import FakeClock, Recorder, at

STACK = "Shop"
STACK_ID = f"arn:aws:cloudformation:eu-west-1:123456789012:stack/{STACK}/6f0b5a60-1111-2222-3333-444455556666"
SERVICE_ARN = "arn:aws:ecs:eu-west-1:123456789012:service/games/web"
GROUPS = {
    colour: f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/{colour}/1"
    for colour in ("blue", "green")
}
RULES = {
    name: f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/1/{name}/2"
    for name in ("production", "test")
}
HOOK = "arn:aws:lambda:eu-west-1:123456789012:function:check-green"
ALARM = "Http-500-Green"
DENIED = AwsProblem("AccessDeniedException", "User: me is not authorized to perform: x:Y", 400)


def _rule(name: str) -> dict[str, Any]:
    groups = [
        {"TargetGroupArn": {"Ref": "Blue"}, "Weight": 100},
        {"TargetGroupArn": {"Ref": "Green"}, "Weight": 0},
    ]
    return {
        "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "Properties": {"Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]},
    }


def service(**properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::ECS::Service",
        "Properties": {"DeploymentConfiguration": {"Strategy": "CANARY", "BakeTimeInMinutes": 30}, **properties},
    }


TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Blue": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup"},
        "Green": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup"},
        "ProductionRule": _rule("production"),
        "TestRule": _rule("test"),
        "Service": service(),
    }
}
PHYSICAL = {
    "Blue": GROUPS["blue"],
    "Green": GROUPS["green"],
    "ProductionRule": RULES["production"],
    "TestRule": RULES["test"],
    "Service": SERVICE_ARN,
}
CANARY = {
    "strategy": "CANARY",
    "bakeTimeInMinutes": 30,
    "canaryConfiguration": {"canaryPercent": 20.0, "canaryBakeTimeInMinutes": 15},
}

Step = Callable[["PlayedEcs"], object]


class PlayedEcs(StubbedAws):
    """The account: the revision ``1`` is live on blue, and nothing is under way.

    Attributes:
        service: What DescribeServices says of the service.
        deployments: What DescribeServiceDeployments says, the oldest first.
        revisions: What DescribeServiceRevisions says, by ARN.
        weights: Of each rule.
    """

    def __init__(self) -> None:
        self.steps: Iterator[Step] = iter(())
        self.template: Any = TEMPLATE
        self.physical = dict(PHYSICAL)
        self.stack: dict[str, Any] = {
            "StackName": STACK,
            "StackId": STACK_ID,
            "CreationTime": at(-9999),
            "LastUpdatedTime": at(-999),
            "StackStatus": "UPDATE_COMPLETE",
        }
        self.events: list[dict[str, Any]] = []
        self.deployments: list[dict[str, Any]] = []
        self.revisions: dict[str, dict[str, Any]] = {}
        self.service: dict[str, Any] = {
            "serviceArn": SERVICE_ARN,
            "deploymentController": {"type": "ECS"},
            "events": [],
            "currentServiceRevisions": [],
            "deploymentConfiguration": {"alarms": {"alarmNames": [ALARM], "enable": True, "rollback": True}},
            "loadBalancers": [
                {
                    "targetGroupArn": GROUPS["blue"],
                    "containerName": "web",
                    "containerPort": 80,
                    "advancedConfiguration": {
                        "alternateTargetGroupArn": GROUPS["green"],
                        "productionListenerRule": RULES["production"],
                        "testListenerRule": RULES["test"],
                        "roleArn": "arn:aws:iam::123456789012:role/infrastructure",
                    },
                }
            ],
        }
        self.weights = {name: {"blue": 100, "green": 0} for name in RULES}
        self.targets = {"blue": 2, "green": 0}
        self.alarm: dict[str, Any] = {"StateValue": "OK", "StateReason": "unchecked"}
        super().__init__(
            {
                "cloudformation:DescribeStacks": self._describe_stack,
                "cloudformation:DescribeStackEvents": lambda _: {"StackEvents": self.events},
                "cloudformation:GetTemplate": lambda _: {"TemplateBody": json.dumps(self.template)},
                "cloudformation:ListStackResources": lambda _: self._resources(),
                "cloudformation:CancelUpdateStack": self._cancel,
                "cloudwatch:DescribeAlarms": lambda _: {
                    "MetricAlarms": [
                        {
                            "AlarmName": ALARM,
                            "AlarmArn": f"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:{ALARM}",
                            **self.alarm,
                        }
                    ]
                },
                "ecs:DescribeServices": lambda _: {"services": [self.service]},
                "ecs:ListServiceDeployments": self._list,
                "ecs:DescribeServiceDeployments": lambda given: {
                    "serviceDeployments": [
                        one for one in self.deployments if one["serviceDeploymentArn"] in given["serviceDeploymentArns"]
                    ]
                },
                "ecs:DescribeServiceRevisions": lambda given: {
                    "serviceRevisions": [
                        one for arn, one in self.revisions.items() if arn in given["serviceRevisionArns"]
                    ]
                },
                "ecs:ContinueServiceDeployment": self._continue,
                "ecs:StopServiceDeployment": self._stop,
                "ecs:ListTasks": {"taskArns": []},
                "ecs:DescribeTasks": {"tasks": []},
                "elbv2:DescribeRules": lambda given: {
                    "Rules": [
                        {"RuleArn": arn, "Actions": self.actions(name)}
                        for name, arn in RULES.items()
                        if arn in given["RuleArns"]
                    ]
                },
                "elbv2:DescribeTargetHealth": self._health,
                "lambda:GetFunctionConfiguration": {"LoggingConfig": {"LogGroup": "/shop/check-green"}},
            }
        )
        self.now = at(0)
        self.happen(STACK, "UPDATE_IN_PROGRESS", when=at(-999))
        self.happen(STACK, "UPDATE_COMPLETE", when=at(-990))
        self.revision(1, "blue")
        self.current(1)

    # What a script is made of.

    def happen(self, id: str, status: str, reason: str = "", when: datetime | None = None) -> None:
        """Have the stack, or a resource, change its status."""
        given = {
            "StackId": STACK_ID,
            "StackName": STACK,
            "EventId": f"event-{len(self.events)}",
            "LogicalResourceId": id,
            "PhysicalResourceId": STACK_ID if id == STACK else id,
            "Timestamp": when or self.now,
            "ResourceStatus": status,
        }
        self.events.insert(0, {**given, **({"ResourceStatusReason": reason} if reason else {})})

    def status(self, status: str, reason: str = "") -> None:
        """Have the stack change its status."""
        self.stack["StackStatus"] = status
        self.happen(STACK, status, reason)
        if status in {"UPDATE_IN_PROGRESS", "CREATE_IN_PROGRESS"}:
            self.stack["LastUpdatedTime"] = self.now

    def revision(self, number: int, colour: str = "") -> str:
        """Have a revision, in a target group; empty for one of which ECS does not say in which."""
        arn = arn_of(number)
        resolved = {"loadBalancers": [{"targetGroupArn": GROUPS[colour]}]} if colour else {}
        self.revisions[arn] = {
            "serviceRevisionArn": arn,
            "taskDefinition": f"arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:{number}",
            "containerImages": [{"containerName": "web", "image": f"example.com/shop:v{number}"}],
            "createdAt": self.now,
            "resolvedConfiguration": resolved,
        }
        return arn

    def current(self, *numbers: int) -> None:
        """Have the service consist of revisions with two tasks each."""
        self.service["currentServiceRevisions"] = [summary(number) for number in numbers]

    def deploy(self, new: int = 2, old: int | None = 1, **known: Any) -> None:
        """Have ECS begin a deployment."""
        arn = f"arn:aws:ecs:eu-west-1:123456789012:service-deployment/games/web/deployment-{new}"
        self.deployments.append(
            {
                "serviceDeploymentArn": arn,
                "serviceArn": SERVICE_ARN,
                "createdAt": self.now,
                "startedAt": self.now,
                "status": "IN_PROGRESS",
                "lifecycleStage": "PRE_SCALE_UP",
                "targetServiceRevision": summary(new, running=0, pending=2),
                "sourceServiceRevisions": [] if old is None else [summary(old)],
                "deploymentConfiguration": CANARY,
                "deploymentCircuitBreaker": {"status": "MONITORING", "failureCount": 0, "threshold": 3},
                "alarms": {"status": "MONITORING", "alarmNames": [ALARM]},
                **known,
            }
        )
        self.service["currentServiceDeployment"] = arn

    def deployment(self, **known: Any) -> None:
        """Have the last deployment change."""
        self.deployments[-1].update(known)

    def stage(self, name: str) -> None:
        """Have the last deployment reach a stage."""
        self.deployment(lifecycleStage=name)

    def scaled(self, new: int = 2) -> None:
        """Have the new tasks run."""
        self.deployment(targetServiceRevision=summary(new))

    def shift(self, rule: str, **weights: int) -> None:
        """Have a rule send to other target groups."""
        self.weights[rule] = weights

    def pause(self, number: int = 1, status: str = "AWAITING_ACTION", action: str = "ROLLBACK") -> None:
        """Have the last deployment pause."""
        hook = {
            "hookId": f"ecs-pause-{number}",
            "targetType": "PAUSE",
            "status": status,
            "expiresAt": self.now + timedelta(hours=4),
            "timeoutAction": action,
        }
        self.deployment(lifecycleHookDetails=[*self.deployments[-1].get("lifecycleHookDetails", []), hook])

    def function(self, status: str) -> None:
        """Have the hook function of the last deployment be in a state."""
        hook = {"hookId": "ecs-lambda-1", "targetType": "AWS_LAMBDA", "targetArn": HOOK, "status": status}
        self.deployment(lifecycleHookDetails=[hook])

    def end(self, status: str, reason: str = "", **known: Any) -> None:
        """Have the last deployment end."""
        self.deployment(status=status, finishedAt=self.now, statusReason=reason, **known)
        self.service.pop("currentServiceDeployment", None)

    def roll_back(self, reason: str, status: str = "ROLLBACK_SUCCESSFUL") -> None:
        """Have ECS roll the last deployment back, and the stack follow."""
        self.end(status, reason, rollback={"reason": reason, "startedAt": self.now, "serviceRevisionArn": arn_of(1)})
        for rule in RULES:
            self.shift(rule, blue=100, green=0)
        self.status("UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Service].")

    def say(self, message: str) -> None:
        """Have an event of the service."""
        self.service["events"].insert(0, {"id": "1", "createdAt": self.now, "message": message})

    # What is served.

    def actions(self, rule: str) -> list[dict[str, Any]]:
        groups = [{"TargetGroupArn": GROUPS[colour], "Weight": weight} for colour, weight in self.weights[rule].items()]
        return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]

    def _describe_stack(self, _: dict[str, Any]) -> dict[str, Any]:
        # A look describes the stack, then its events; what follows within the same look is no look.
        if "cloudformation:DescribeStackEvents" not in self.names[-2:-1] and (step := next(self.steps, None)):
            step(self)
        return {"Stacks": [self.stack]}

    def _resources(self) -> dict[str, Any]:
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": id,
                    "PhysicalResourceId": physical,
                    "ResourceType": "x",
                    "LastUpdatedTimestamp": at(0),
                    "ResourceStatus": "CREATE_COMPLETE",
                }
                for id, physical in self.physical.items()
            ]
        }

    def _list(self, given: dict[str, Any]) -> dict[str, Any]:
        assert (given["cluster"], given["service"]) == ("games", SERVICE_ARN)
        names = ("serviceDeploymentArn", "createdAt", "finishedAt", "status")
        since = given.get("createdAt", {}).get("after", at(-99999))
        since = since if isinstance(since, datetime) else datetime.fromtimestamp(since, UTC)  # over HTTP
        return {
            "serviceDeployments": [
                {name: one[name] for name in names if name in one}
                | {"targetServiceRevisionArn": one["targetServiceRevision"]["arn"]}
                for one in reversed(self.deployments)
                if one["status"] in given.get("status", [one["status"]]) and one["createdAt"] > since
            ]
        }

    def operations(self) -> Operations:
        """What it answers over HTTP."""

        def answering(answer: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
            def answered(given: dict[str, Any]) -> dict[str, Any]:
                found: Any = answer(given) if callable(answer) else answer
                if isinstance(found, Exception):
                    raise found
                return dict(found)

            return answered

        return {name: answering(answer) for name, answer in self.answers.items()}

    def _health(self, given: dict[str, Any]) -> dict[str, Any]:
        colour = next(colour for colour, arn in GROUPS.items() if arn == given["TargetGroupArn"])
        return {"TargetHealthDescriptions": [{"TargetHealth": {"State": "healthy"}}] * self.targets[colour]}

    def _cancel(self, _: dict[str, Any]) -> dict[str, Any]:
        self.status("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")
        return {}

    def _continue(self, given: dict[str, Any]) -> Any:
        hooks = self.deployments[-1].get("lifecycleHookDetails", [])
        hook = next((one for one in hooks if one["hookId"] == given["hookId"]), None)
        if hook is None or hook["status"] != "AWAITING_ACTION":
            return AwsProblem("InvalidParameterException", "The hookId is completed or unavailable.")
        hook["status"] = "FAILED" if given["action"] == "ROLLBACK" else "SUCCEEDED"
        if given["action"] == "ROLLBACK":
            self.deployment(status="ROLLBACK_REQUESTED")
        return {"serviceDeploymentArn": given["serviceDeploymentArn"]}

    def _stop(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["stopType"] == "ROLLBACK"
        self.deployment(status="ROLLBACK_REQUESTED")
        return {"serviceDeploymentArn": given["serviceDeploymentArn"]}


def arn_of(number: int) -> str:
    """The ARN of a revision."""
    return f"arn:aws:ecs:eu-west-1:123456789012:service-revision/games/web/{number}"


def summary(number: int, running: int = 2, pending: int = 0) -> dict[str, Any]:
    """What ECS says of a revision with two tasks."""
    return {
        "arn": arn_of(number),
        "requestedTaskCount": 2,
        "runningTaskCount": running,
        "pendingTaskCount": pending,
    }


def after(minutes: float, *happenings: Step) -> Step:
    """A step: time passes, then something happens."""

    def step(aws: PlayedEcs) -> None:
        aws.now += timedelta(minutes=minutes)
        for happening in happenings:
            happening(aws)

    return step


def play(aws: PlayedEcs, *steps: Step) -> PlayedEcs:
    """Have all of it happen before anybody looks."""
    for step in steps:
        step(aws)
    return aws


def until_tests() -> list[Step]:
    """From the beginning of the update until the hook function runs."""
    return [
        after(1, lambda a: a.status("UPDATE_IN_PROGRESS", "User Initiated")),
        after(0.5, lambda a: a.revision(2), lambda a: a.deploy()),
        after(0.5, lambda a: a.stage("SCALE_UP")),
        after(2, lambda a: a.scaled(), lambda a: a.targets.update(green=2), lambda a: a.stage("TEST_TRAFFIC_SHIFT")),
        after(
            0.5,
            lambda a: a.shift("test", blue=0, green=100),
            lambda a: a.stage("POST_TEST_TRAFFIC_SHIFT"),
            lambda a: a.function("IN_PROGRESS"),
        ),
    ]


def until_canary() -> list[Step]:
    """Until a fifth of the traffic goes to green, for six minutes."""
    return [
        *until_tests(),
        after(1, lambda a: a.function("SUCCEEDED"), lambda a: a.stage("PRE_PRODUCTION_TRAFFIC_SHIFT")),
        after(0.5, lambda a: a.stage("PRODUCTION_TRAFFIC_SHIFT"), lambda a: a.shift("production", blue=80, green=20)),
        after(6),
    ]


def until_bake() -> list[Step]:
    """Until all traffic is on green, and both revisions run."""
    return [
        *until_canary(),
        after(9, lambda a: a.shift("production", blue=0, green=100)),
        after(0.5, lambda a: a.stage("POST_PRODUCTION_TRAFFIC_SHIFT")),
        after(0.5, lambda a: a.stage("BAKE_TIME")),
        after(10),
    ]


def success() -> list[Step]:
    """A deployment that goes well."""
    return [
        *until_bake(),
        after(20, lambda a: a.stage("CLEAN_UP")),
        after(
            1,
            lambda a: a.end("SUCCESSFUL"),
            lambda a: a.revision(2, "green"),
            lambda a: a.current(2),
            lambda a: a.targets.update(blue=0),
        ),
        after(0.5, lambda a: a.status("UPDATE_COMPLETE")),
    ]


def rolled_back(reason: str, status: str = "ROLLBACK_SUCCESSFUL") -> list[Step]:
    """What ECS and CloudFormation do when something went wrong."""
    return [
        after(0.5, lambda a: a.roll_back(reason, status)),
        after(2, lambda a: a.targets.update(green=0)),
        after(0.5, lambda a: a.status("UPDATE_ROLLBACK_COMPLETE")),
    ]


def watched(aws: PlayedEcs, *steps: Step, service: str = "") -> tuple[End, Recorder]:
    """Watch what is played to its end; give what was told."""
    aws.steps = iter(steps)
    told, clock = Recorder(), FakeClock()
    engine = StackEngine(aws.session, STACK, service)
    end = watch(engine, told, interval=5, timeout=200, clock=clock, sleep=clock.sleep)
    told.end(end)
    return end, told
