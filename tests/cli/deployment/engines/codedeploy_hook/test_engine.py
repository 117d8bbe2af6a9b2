"""A stack with the hook, read with stubbed clients: what is asked, and what becomes of the answers."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from ecs_blue_green.cli.aws.session import AwsError
from ecs_blue_green.cli.deployment.engine import Engine
from ecs_blue_green.cli.deployment.engines.stack_engine import StackEngine
from ecs_blue_green.cli.deployment.state import BlueGreenDeployment, EventProgress, Health, State, TaskSet
from tests.cli.aws.stubs import StubbedAws
from tests.cli.aws.support import AwsProblem
from tests.cli.deployment.fakes import at, use
from tests.cli.deployment.stage import (
    DEPLOYMENT,
    GROUPS,
    HOOK_FUNCTION,
    HTTP_500,
    LISTENERS,
    SERVICE,
    STACK,
    STACK_ID,
    TASK_SET,
    TEMPLATE,
)
from tests.cli.support import invoke

REST = f"{STACK}-Unhealthy-Hosts"
ALARM = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:"
DEFINITION = "arn:aws:ecs:eu-west-1:123456789012:task-definition/trivia:"
SERVICE_ARN = "arn:aws:ecs:eu-west-1:123456789012:service/games/trivia"
DENIED = AwsProblem("AccessDenied", "User: me is not authorized to perform: x:Y", 403)

A_LOOK = {
    "cloudformation:DescribeStacks",
    "cloudformation:DescribeStackEvents",
    "codedeploy:BatchGetDeploymentTargets",
    "ecs:DescribeServices",
    "elbv2:DescribeListeners",
    "elbv2:DescribeTargetHealth",
    "cloudwatch:DescribeAlarms",
}


def event(id: str, status: str, when: datetime, reason: str = "") -> dict[str, Any]:
    return {
        "StackId": STACK_ID,
        "StackName": STACK,
        "EventId": f"{id}-{status}-{when}",
        "LogicalResourceId": id,
        "PhysicalResourceId": STACK_ID if id == STACK else id,
        "Timestamp": when,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def deployment(id: str, minute: float, creator: str = "CloudFormation") -> dict[str, Any]:
    return {"deploymentId": id, "createTime": at(minute), "creator": creator}


class Account(StubbedAws):
    """An account in the middle of a canary: a fifth of the traffic is on green."""

    def __init__(self) -> None:
        self.stack: dict[str, Any] = {
            "StackName": STACK,
            "StackId": STACK_ID,
            "CreationTime": at(-999),
            "LastUpdatedTime": at(0),
            "StackStatus": "UPDATE_IN_PROGRESS",
            "RollbackConfiguration": {"RollbackTriggers": [{"Arn": f"{ALARM}{HTTP_500}", "Type": "x"}]},
        }
        self.events = [event(TASK_SET, "CREATE_IN_PROGRESS", at(0.1)), event(STACK, "UPDATE_IN_PROGRESS", at(0))]
        self.deployments = [deployment(DEPLOYMENT, 0.2)]
        self.target: dict[str, Any] = {
            "status": "InProgress",
            "lifecycleEvents": [
                {"lifecycleEventName": "Install", "status": "Succeeded", "startTime": at(1), "endTime": at(2)},
                {"lifecycleEventName": "AllowTraffic", "status": "InProgress", "startTime": at(3)},
            ],
        }
        self.physical = {
            SERVICE: SERVICE_ARN,
            **{id: f"group:{colour}" for colour, id in GROUPS.items()},
            **{id: f"listener:{name}" for name, id in LISTENERS.items()},
        }
        self.processed: object = TEMPLATE
        super().__init__(
            {
                "cloudformation:DescribeStacks": lambda _: {"Stacks": [self.stack]},
                "cloudformation:DescribeStackEvents": lambda _: {"StackEvents": self.events},
                "cloudformation:GetTemplate": self._template,
                "cloudformation:ListStackResources": lambda _: self._resources(),
                "cloudformation:CancelUpdateStack": {},
                "codedeploy:ListDeployments": lambda _: {
                    "deployments": [one["deploymentId"] for one in self.deployments]
                },
                "codedeploy:BatchGetDeployments": lambda given: {
                    "deploymentsInfo": [
                        one for one in self.deployments if one["deploymentId"] in given["deploymentIds"]
                    ]
                },
                "codedeploy:BatchGetDeploymentTargets": lambda _: {
                    "deploymentTargets": [{"cloudFormationTarget": self.target}]
                },
                "ecs:DescribeServices": {"services": [{"taskSets": [self.task_set(*one) for one in self._sets()]}]},
                "ecs:DescribeTaskDefinition": lambda given: {
                    "taskDefinition": {"containerDefinitions": [{"image": f"trivia:{given['taskDefinition'][-1]}"}]}
                },
                "ecs:ListTasks": {"taskArns": ["task/1"]},
                "ecs:DescribeTasks": {
                    "tasks": [{"taskDefinitionArn": f"{DEFINITION}2", "stoppedReason": "gone", "stoppedAt": at(1)}]
                },
                "elbv2:DescribeListeners": {
                    "Listeners": [self.listener("production", blue=80, green=20), self.listener("test", green=100)]
                },
                "elbv2:DescribeTargetHealth": {"TargetHealthDescriptions": [{"TargetHealth": {"State": "healthy"}}]},
                "cloudwatch:DescribeAlarms": {
                    "MetricAlarms": [],
                    "CompositeAlarms": [
                        {"AlarmName": name, "AlarmArn": f"{ALARM}{name}", "StateValue": "OK"}
                        for name in (HTTP_500, REST)
                    ],
                },
                "lambda:GetFunctionConfiguration": {"LoggingConfig": {"LogGroup": "/trivia/hook"}},
            }
        )
        self.now = at(6)

    def _sets(self) -> list[tuple[str, str, int]]:
        return [("green", "ACTIVE", 2), ("blue", "PRIMARY", 1)]

    def task_set(self, colour: str, status: str, revision: int) -> dict[str, Any]:
        return {
            "status": status,
            "runningCount": 2,
            "pendingCount": 1,
            "computedDesiredCount": 3,
            "createdAt": at(revision),
            "taskDefinition": f"{DEFINITION}{revision}",
            "loadBalancers": [{"targetGroupArn": f"group:{colour}"}],
        }

    def listener(self, name: str, **weights: int) -> dict[str, Any]:
        groups = [{"TargetGroupArn": f"group:{colour}", "Weight": weight} for colour, weight in weights.items()]
        return {
            "ListenerArn": f"listener:{name}",
            "DefaultActions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}],
        }

    def _template(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"TemplateBody": json.dumps(self.processed if given["TemplateStage"] == "Processed" else TEMPLATE)}

    def _resources(self) -> dict[str, Any]:
        alarms = {"A": HTTP_500, "B": REST}
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": id,
                    "PhysicalResourceId": physical,
                    "ResourceType": "AWS::CloudWatch::CompositeAlarm" if id in alarms else "x",
                    "LastUpdatedTimestamp": at(0),
                    "ResourceStatus": "CREATE_COMPLETE",
                }
                for id, physical in {**self.physical, **alarms}.items()
            ]
        }


@pytest.fixture
def aws() -> Account:
    return Account()


@pytest.fixture
def engine(aws: Account) -> Engine:
    return StackEngine(aws.session, STACK)


def test_look_tells_all_there_is_to_know(engine: Engine) -> None:
    state = engine.read()
    assert (state.at, state.began, state.updated) == (at(6), at(0), at(0))
    assert (state.stack, state.status, state.reason) == (STACK, "UPDATE_IN_PROGRESS", "")
    assert state.deployment == BlueGreenDeployment(
        engine="CodeDeploy",
        id=DEPLOYMENT,
        status="InProgress",
        events=(
            EventProgress(name="Install", status="Succeeded", started=at(1), ended=at(2), message=""),
            EventProgress(name="AllowTraffic", status="InProgress", started=at(3), ended=None, message=""),
        ),
    )
    common: dict[str, Any] = {"running": 2, "pending": 1, "desired": 3}
    assert state.task_sets == (
        TaskSet(
            colour="blue",
            status="PRIMARY",
            created=at(1),
            task_definition="trivia:1",
            images=("trivia:1",),
            **common,
        ),
        TaskSet(
            colour="green",
            status="ACTIVE",
            created=at(2),
            task_definition="trivia:2",
            images=("trivia:2",),
            **common,
        ),
    )
    assert state.weights == {"production": {"blue": 80, "green": 20}, "test": {"green": 100}}
    assert state.health == {colour: Health(healthy=1, targets=1) for colour in ("blue", "green")}
    assert [(one.name, one.is_rollback_trigger) for one in state.alarms] == [(HTTP_500, True), (REST, False)]
    assert [(one.logical_id, one.status) for one in state.resources] == [(TASK_SET, "CREATE_IN_PROGRESS")]
    assert state.missing == {}
    assert state.progress
    assert state.progress.step
    assert (state.progress.step.event, state.progress.step.production) == ("AllowTraffic", 20)


def test_service_is_asked_for_in_its_cluster(aws: Account, engine: Engine) -> None:
    engine.read()
    assert aws.asked("ecs:DescribeServices") == [{"cluster": "games", "services": [SERVICE_ARN]}]


def test_service_with_an_arn_of_old_is_in_the_default_cluster(aws: Account, engine: Engine) -> None:
    aws.physical[SERVICE] = "arn:aws:ecs:eu-west-1:123456789012:service/trivia"
    engine.read()
    (asked,) = aws.asked("ecs:DescribeServices")
    assert asked["cluster"] == "default"


def test_look_takes_eight_calls_and_a_few_more_at_the_first(aws: Account, engine: Engine) -> None:
    first = engine.read()
    assert len(aws.calls) <= 16
    aws.calls.clear()
    assert engine.read() == first
    assert len(aws.calls) == 8
    assert {*aws.names} == A_LOOK


def test_template_and_resources_are_those_of_the_stack_that_was_looked_at(aws: Account, engine: Engine) -> None:
    engine.read()
    asked = [*aws.asked("cloudformation:GetTemplate"), *aws.asked("cloudformation:ListStackResources")]
    assert [given["StackName"] for given in asked] == [STACK_ID] * 3  # another stack could get the name


def test_rest_is_looked_at_with_one_call(aws: Account, engine: Engine) -> None:
    state = engine.read()
    aws.calls.clear()
    assert engine.has_news(state) is False
    aws.stack["StackStatus"] = "UPDATE_COMPLETE"
    assert engine.has_news(state) is True
    assert aws.names == ["cloudformation:DescribeStacks"] * 2


class TestDeployment:
    def test_is_looked_for_by_the_stack_from_a_minute_before_the_operation_on(
        self, aws: Account, engine: Engine
    ) -> None:
        engine.read()
        assert aws.asked("codedeploy:ListDeployments") == [
            {"externalId": STACK_ID, "createTimeRange": {"start": at(-1)}}  # clocks differ
        ]
        assert aws.asked("codedeploy:BatchGetDeploymentTargets") == [
            {"deploymentId": DEPLOYMENT, "targetIds": [STACK_ID]}
        ]

    def test_is_the_newest_that_is_no_rollback(self, aws: Account, engine: Engine) -> None:
        aws.deployments = [
            deployment("d-old", 0),
            deployment("d-new", 1),
            deployment("d-back", 2, "CloudFormationRollback"),
        ]
        found = engine.read().deployment
        assert found
        assert found.id == "d-new"

    def test_that_is_a_rollback_alone_is_none(self, aws: Account, engine: Engine) -> None:
        aws.deployments = [deployment("d-back", 2, "CloudFormationRollback")]
        assert engine.read().deployment is None
        assert "codedeploy:BatchGetDeploymentTargets" not in aws.names

    def test_that_has_not_begun_is_looked_for_again(self, aws: Account, engine: Engine) -> None:
        aws.deployments = []
        assert engine.read().deployment is None
        aws.deployments = [deployment(DEPLOYMENT, 0.2)]
        assert engine.read().deployment is not None

    def test_is_looked_for_again_by_the_next_operation(self, aws: Account, engine: Engine) -> None:
        engine.read()
        aws.events = [event(STACK, "UPDATE_IN_PROGRESS", at(60)), event(STACK, "UPDATE_COMPLETE", at(9)), *aws.events]
        aws.deployments = [deployment("d-next", 61)]
        found = engine.read().deployment
        assert found
        assert found.id == "d-next"
        assert len(aws.asked("cloudformation:ListStackResources")) == 2

    def test_shortly_before_the_operation_is_not_taken_for_it_once_a_newer_one_is_there(
        self, aws: Account, engine: Engine
    ) -> None:
        aws.deployments = [deployment("d-early", -0.5)]
        assert [one.id for one in (engine.read().deployment,) if one] == ["d-early"]  # CodeDeploy's clock may be late
        aws.deployments.append(deployment("d-own", 0.2))
        assert [one.id for one in (engine.read().deployment,) if one] == ["d-own"]
        aws.calls.clear()
        engine.read()
        assert "codedeploy:ListDeployments" not in aws.names  # it can't be another one any more

    def test_that_had_ended_before_the_operation_is_none_of_it(self, aws: Account, engine: Engine) -> None:
        aws.deployments = [deployment("d-over", -0.9) | {"completeTime": at(-0.1)}]
        assert engine.read().deployment is None

    def test_of_the_operation_before_is_none_of_the_next(self, aws: Account, engine: Engine) -> None:
        engine.read()
        aws.events = [
            event(STACK, "UPDATE_IN_PROGRESS", at(0.9)),
            event(STACK, "UPDATE_COMPLETE", at(0.8)),
            *aws.events,
        ]
        assert engine.read().deployment is None

    @pytest.mark.parametrize("creator", ["CloudFormationRollback", "codeDeployRollback"])
    def test_that_rolls_another_one_back_is_none(self, creator: str, aws: Account, engine: Engine) -> None:
        aws.deployments = [deployment(DEPLOYMENT, 0.2), deployment("d-back", 2, creator)]
        assert [one.id for one in (engine.read().deployment,) if one] == [DEPLOYMENT]

    def test_of_many_is_among_the_25_that_are_described_at_once(self, aws: Account, engine: Engine) -> None:
        aws.deployments = [deployment(f"d-{number}", number) for number in range(30)]
        engine.read()
        (asked,) = aws.asked("codedeploy:BatchGetDeployments")
        assert len(asked["deploymentIds"]) == 25

    def test_without_targets_has_an_unknown_status(self, aws: Account, engine: Engine) -> None:
        aws.answers["codedeploy:BatchGetDeploymentTargets"] = {"deploymentTargets": []}
        found = engine.read().deployment
        assert found
        assert (found.status, found.events) == ("Unknown", ())


@pytest.mark.parametrize(
    ("call", "source", "hidden"),
    [
        ("cloudformation:ListStackResources", "resources", "task_sets"),
        ("cloudformation:DescribeStackEvents", "stack events", "resources"),
        ("codedeploy:ListDeployments", "CodeDeploy", "deployment"),
        ("ecs:DescribeServices", "task sets", "task_sets"),
        ("elbv2:DescribeListeners", "listeners", "weights"),
        ("elbv2:DescribeTargetHealth", "target health", "health"),
        ("cloudwatch:DescribeAlarms", "alarms", "alarms"),
    ],
)
def test_source_without_permission_is_named_and_hides_nothing_else(
    call: str, source: str, hidden: str, aws: Account, engine: Engine
) -> None:
    aws.answers[call] = DENIED
    state = engine.read()
    assert [*state.missing] == [source]
    assert state.missing[source].startswith("no permission: ")
    assert not getattr(state, hidden)
    assert state.status == "UPDATE_IN_PROGRESS"


def test_resources_that_could_not_be_read_are_asked_for_again(aws: Account, engine: Engine) -> None:
    listed = aws.answers["cloudformation:ListStackResources"]
    aws.answers["cloudformation:ListStackResources"] = DENIED
    assert engine.read().task_sets == ()
    aws.answers["cloudformation:ListStackResources"] = listed
    assert engine.read().task_sets != ()


def test_template_that_is_none_hides_what_it_names(aws: Account, engine: Engine) -> None:
    aws.processed = ["a list"]
    state = engine.read()
    assert state.missing["resources"].startswith("not known: stack ")
    assert state.weights == {}


def test_images_that_may_not_be_read_are_left_out(aws: Account, engine: Engine) -> None:
    aws.answers["ecs:DescribeTaskDefinition"] = DENIED
    state = engine.read()
    assert [one.images for one in state.task_sets] == [(), ()]
    assert [*state.missing] == ["task definitions"]


@pytest.mark.parametrize("problem", [AwsProblem("Throttling"), AwsProblem("InternalFailure", status=500)])
def test_trouble_with_all_of_aws_is_no_trouble_of_a_source(problem: AwsProblem, aws: Account, engine: Engine) -> None:
    aws.answers["ecs:DescribeServices"] = problem
    with pytest.raises(AwsError, match=r"^task sets: "):
        engine.read()


def test_stack_without_a_hook_has_its_status_resources_and_alarms(
    aws: Account, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = {name: section for name, section in TEMPLATE.items() if name != "Hooks"}
    aws.answers["cloudformation:GetTemplate"] = {"TemplateBody": json.dumps(template)}
    aws.deployments = []
    state = engine.read()
    assert (state.task_sets, state.weights, state.health, state.progress) == ((), {}, {}, None)
    assert ([*state.missing], len(state.resources), len(state.alarms)) == ([], 1, 2)
    assert not {"ecs:DescribeServices", "elbv2:DescribeListeners", "elbv2:DescribeTargetHealth"} & {*aws.names}
    aws.calls.clear()
    assert engine.reasons(state) == []
    assert aws.calls == []


def test_hook_whose_schedule_is_not_known_has_no_progress(aws: Account, engine: Engine) -> None:
    text = json.dumps(TEMPLATE).replace('"Type": "TimeBasedCanary"', '"Type": {"Ref": "How"}')
    aws.answers["cloudformation:GetTemplate"] = {"TemplateBody": text}
    state = engine.read()
    assert state.progress is None
    assert state.weights != {}


def test_remarks_compare_with_the_processed_template(aws: Account, engine: Engine) -> None:
    text = json.dumps(TEMPLATE).replace(f'{{"Ref": "{GROUPS["blue"]}"}}', f'{{"Ref": "{GROUPS["green"]}"}}')
    aws.processed = json.loads(text)
    rest = replace(engine.read(), status="UPDATE_COMPLETE", weights={"production": {"blue": 100}})
    (remark,) = [one for one in engine.remarks(rest) if "listener" in one]
    assert "the deployed template says 100 % to green" in remark


def test_cancel_cancels_the_update_of_the_stack_that_was_read(aws: Account, engine: Engine) -> None:
    engine.read()
    aws.calls.clear()
    engine.cancel()
    # Another stack could have its name by now.
    ((name, given),) = aws.calls
    assert (name, given["StackName"]) == ("cloudformation:CancelUpdateStack", STACK_ID)


def test_stack_is_asked_for_by_its_arn_from_the_second_look_on(aws: Account, engine: Engine) -> None:
    state = engine.read()
    engine.has_news(state)
    engine.read()
    asked = [given["StackName"] for given in aws.asked("cloudformation:DescribeStacks")]
    assert (asked[0], {*asked[1:]}) == (STACK, {STACK_ID})


class TestOperation:
    def test_is_known_by_the_event_it_began_with(self, aws: Account, engine: Engine) -> None:
        state = engine.read()
        assert (state.id, state.operation) == (STACK_ID, aws.events[-1]["EventId"])

    def test_that_ends_between_two_calls_of_a_look_is_told_as_its_events_tell(
        self, aws: Account, engine: Engine
    ) -> None:
        engine.read()
        aws.stack["StackStatus"] = "UPDATE_COMPLETE"  # of the first; the next one begins before the events are read
        aws.events = [event(STACK, "UPDATE_IN_PROGRESS", at(9)), event(STACK, "UPDATE_COMPLETE", at(8)), *aws.events]
        state = engine.read()
        assert (state.status, state.began) == ("UPDATE_IN_PROGRESS", at(9))
        assert [one.status for one in state.earlier] == ["UPDATE_COMPLETE"]

    def test_that_ends_without_an_event_is_not_waited_for_for_ever(self, aws: Account, engine: Engine) -> None:
        engine.read()
        aws.stack["StackStatus"] = "UPDATE_COMPLETE"
        assert [engine.read().status for _ in range(5)] == ["UPDATE_IN_PROGRESS"] * 4 + ["UPDATE_COMPLETE"]

    def test_whose_events_can_not_be_read_for_once_stays_the_same(self, aws: Account, engine: Engine) -> None:
        first = engine.read()
        events = aws.answers["cloudformation:DescribeStackEvents"]
        aws.answers["cloudformation:DescribeStackEvents"] = DENIED
        aws.stack["StackStatus"] = "UPDATE_COMPLETE"
        aws.calls.clear()
        hidden = engine.read()
        assert (hidden.status, hidden.operation, hidden.resources) == (
            "UPDATE_COMPLETE",
            first.operation,
            first.resources,
        )
        assert "cloudformation:ListStackResources" not in aws.names
        aws.stack["LastUpdatedTime"] = at(9)
        assert engine.read().operation == ""
        aws.answers["cloudformation:DescribeStackEvents"] = events
        assert engine.read().operation == first.operation


class TestCreation:
    def test_in_review_has_neither_template_nor_resources(self, aws: Account, engine: Engine) -> None:
        aws.stack |= {"StackStatus": "REVIEW_IN_PROGRESS"}
        aws.events = [event(STACK, "REVIEW_IN_PROGRESS", at(0))]
        state = engine.read()
        assert (state.status, state.operation, state.missing, state.task_sets) == ("REVIEW_IN_PROGRESS", "", {}, ())
        assert not {"cloudformation:GetTemplate", "codedeploy:ListDeployments"} & {*aws.names}

    def test_is_read_as_it_grows(self, aws: Account, engine: Engine) -> None:
        whole, aws.physical, aws.deployments = aws.physical, {}, []
        aws.stack |= {"StackStatus": "CREATE_IN_PROGRESS"}
        aws.events = [event(STACK, "CREATE_IN_PROGRESS", at(0))]
        assert engine.read().task_sets == ()
        aws.physical = {id: name for id, name in whole.items() if id != SERVICE}
        assert engine.read().weights != {}
        aws.physical = whole
        assert engine.read().task_sets != ()
        aws.calls.clear()
        engine.read()
        assert len(aws.calls) == 9  # one more than else, for the resources
        assert "cloudformation:GetTemplate" not in aws.names
        aws.events = [event(STACK, "CREATE_COMPLETE", at(5)), *aws.events]
        engine.read()
        aws.calls.clear()
        engine.read()
        assert "cloudformation:ListStackResources" not in aws.names

    def test_by_an_update_is_read_as_it_grows(self, aws: Account, engine: Engine) -> None:
        whole = aws.physical
        aws.physical = {id: name for id, name in whole.items() if id != SERVICE}
        assert engine.read().task_sets == ()
        aws.physical = whole
        assert engine.read().task_sets != ()
        aws.calls.clear()
        engine.read()
        assert len(aws.calls) == 8

    def test_resources_that_could_not_be_read_once_are_not_forgotten(self, aws: Account, engine: Engine) -> None:
        del aws.physical[LISTENERS["test"]]
        engine.read()
        aws.answers["cloudformation:ListStackResources"] = DENIED
        state = engine.read()
        assert state.task_sets != ()
        assert [*state.missing] == ["resources"]


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        (["cloudformation:GetTemplate"], "resources"),
        (["cloudformation:ListStackResources"], "resources"),
        (["elbv2:DescribeListeners", "codedeploy:ListDeployments"], "listeners"),
        (["ecs:DescribeServices", "codedeploy:ListDeployments"], "task sets"),
        (["elbv2:DescribeListeners", "codedeploy:BatchGetDeploymentTargets"], "listeners"),
    ],
)
def test_abort_names_what_it_could_not_read(
    calls: list[str], said: str, aws: Account, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.answers |= dict.fromkeys(calls, DENIED)
    use(engine, monkeypatch)
    result = invoke("abort", STACK, given="n\n")
    meaning = result.stdout.partition("Aborting now: ")[2]
    assert "whether traffic has moved is not known, because not all could be read" in meaning
    assert f"{said}: no permission" in meaning


@pytest.mark.parametrize(("live", "target"), [("blue", "green"), ("green", "blue")])
def test_abort_before_the_new_task_set_is_there_says_nothing_of_the_live_one(
    live: str, target: str, aws: Account, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.target["lifecycleEvents"] = [{"lifecycleEventName": "Install", "status": "InProgress", "startTime": at(1)}]
    aws.answers["ecs:DescribeServices"] = {
        "services": [{"taskSets": [aws.task_set(live, "PRIMARY", 1) | {"createdAt": at(-999)}]}]
    }
    aws.answers["elbv2:DescribeListeners"] = {
        "Listeners": [aws.listener(name, **{live: 100}) for name in ("production", "test")]
    }
    use(engine, monkeypatch)
    result = invoke("abort", STACK, given="n\n")
    assert f"Aborting now: the {target} tasks stop; no traffic is on them (documented: L14)." in result.stdout
    assert f"the {live} tasks stop" not in result.stdout


def test_abort_that_does_not_know_the_colours_names_none(
    aws: Account, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.target["lifecycleEvents"] = [{"lifecycleEventName": "Install", "status": "InProgress", "startTime": at(1)}]
    aws.answers["ecs:DescribeServices"] = DENIED
    use(engine, monkeypatch)
    result = invoke("abort", STACK, given="n\n")
    assert "Aborting now: the new tasks stop; no traffic is on them (documented: L14)." in result.stdout


class TestReasons:
    @pytest.fixture
    def reasons(self, aws: Account, engine: Engine) -> Callable[[], list[str]]:
        def ask() -> list[str]:
            state: State = engine.read()
            aws.calls.clear()
            return engine.reasons(state)

        return ask

    def test_are_the_plainest_first(self, aws: Account, reasons: Callable[[], list[str]]) -> None:
        aws.events = [
            event(TASK_SET, "CREATE_FAILED", at(5), "not stable"),
            event(STACK, "UPDATE_ROLLBACK_IN_PROGRESS", at(4), "it failed"),
            *aws.events,
        ]
        aws.target["lifecycleEvents"].append(
            {"lifecycleEventName": "AfterAllowTestTraffic", "status": "Failed", "diagnostics": {"message": "500"}}
        )
        aws.deployments[0]["errorInformation"] = {"code": "HEALTH_CONSTRAINTS", "message": "Too few"}
        aws.answers["cloudwatch:DescribeAlarms"] = {"MetricAlarms": [], "CompositeAlarms": []}
        assert reasons() == [
            "CloudFormation: it failed",
            f"{TASK_SET}: not stable",
            "AfterAllowTestTraffic failed: 500",
            f"AfterAllowTestTraffic called the function {HOOK_FUNCTION}, whose log group is /trivia/hook",
            "CodeDeploy: Too few (HEALTH_CONSTRAINTS)",
            f"The alarm {HTTP_500}, a rollback trigger, was not found",
            "1 task of trivia:2 stopped: gone",
        ]
        assert aws.asked("lambda:GetFunctionConfiguration") == [{"FunctionName": HOOK_FUNCTION}]
        assert aws.asked("ecs:ListTasks") == [{"cluster": "games", "serviceName": "trivia", "desiredStatus": "STOPPED"}]

    def test_name_the_usual_log_group_of_a_function_that_has_no_other(
        self, aws: Account, reasons: Callable[[], list[str]]
    ) -> None:
        aws.target["lifecycleEvents"] = [{"lifecycleEventName": "AfterAllowTestTraffic", "status": "Failed"}]
        aws.answers["lambda:GetFunctionConfiguration"] = {}
        first, second, *_ = reasons()
        assert first == "AfterAllowTestTraffic failed"
        assert second.endswith(f"whose log group is /aws/lambda/{HOOK_FUNCTION}")

    def test_name_no_function_of_an_event_without_one(self, aws: Account, reasons: Callable[[], list[str]]) -> None:
        aws.target["lifecycleEvents"] = [{"lifecycleEventName": "Install", "status": "Failed"}]
        assert reasons()[0] == "Install failed"
        assert "lambda:GetFunctionConfiguration" not in aws.names

    def test_say_what_may_not_be_asked_and_all_else(self, aws: Account, reasons: Callable[[], list[str]]) -> None:
        aws.answers["ecs:ListTasks"] = DENIED
        aws.events = [event(STACK, "UPDATE_FAILED", at(5), "it failed"), *aws.events]
        first, second = reasons()
        assert first == "CloudFormation: it failed"
        assert second.startswith("stopped tasks: no permission: ")

    def test_without_a_deployment_ask_codedeploy_nothing(self, aws: Account, reasons: Callable[[], list[str]]) -> None:
        aws.deployments = []
        assert reasons() == ["1 task of trivia:2 stopped: gone"]
        assert not [name for name in aws.names if name.startswith("codedeploy:")]
