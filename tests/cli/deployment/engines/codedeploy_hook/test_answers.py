"""Whatever AWS may leave out or call by a new name: it is shown as it is, and nothing breaks."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, Shape, StructureShape

from ecs_blue_green.cli.deployment.engines.stack_engine import StackEngine
from ecs_blue_green.cli.deployment.facts import facts
from ecs_blue_green.cli.deployment.plain import as_json
from ecs_blue_green.cli.deployment.watching import end_of
from tests.cli.deployment.engines.codedeploy_hook.test_engine import Account, event
from tests.cli.deployment.fakes import at
from tests.cli.deployment.stage import STACK, TASK_SET
from tests.cli.support import schema

NEW = "SOMETHING_NEW"
Path = tuple[str | int, ...]


def account() -> Account:
    """A stack whose deployment failed in every way at once, so that all is asked for and all has a place."""
    aws = Account()
    aws.stack |= {"StackStatusReason": "it failed"}
    aws.events = [
        event(TASK_SET, "CREATE_FAILED", at(5), "not stable"),
        event(STACK, "UPDATE_ROLLBACK_IN_PROGRESS", at(4), "it failed"),
        *aws.events,
    ]
    aws.target["lifecycleEvents"].append(
        {
            "lifecycleEventName": "AfterAllowTestTraffic",
            "status": "Failed",
            "startTime": at(2),
            "endTime": at(3),
            "diagnostics": {"message": "500"},
        }
    )
    aws.deployments[0]["errorInformation"] = {"code": "HEALTH_CONSTRAINTS", "message": "Too few"}
    return aws


def look(aws: Account) -> list[str]:
    """Look, ask why, and give all that is said."""
    engine = StackEngine(aws.session, STACK)
    state = engine.read()
    reasons = engine.reasons(state)
    printed = json.loads(json.dumps({"type": "state", **as_json(state)}, default=datetime.isoformat))
    assert schema("deployment").is_valid(printed)
    return [
        *facts(state).values(),
        *reasons,
        *engine.remarks(state),
        end_of(state, ()).message,
    ]


def answers() -> dict[str, Any]:
    """What each operation answers."""
    aws = account()
    look(aws)
    return {
        name: answer(aws.asked(name)[0]) if callable(answer) else answer
        for name, answer in aws.answers.items()
        if name in aws.names
    }


def optional(shape: Shape, value: Any, path: Path = ()) -> Iterator[Path]:
    """Give each member of an answer that AWS's model does not require; of a list, those of its first item."""
    if isinstance(shape, StructureShape):
        for name, given in value.items():
            if name not in shape.required_members:
                yield (*path, name)
            yield from optional(shape.members[name], given, (*path, name))
    elif isinstance(shape, ListShape) and value:
        yield from optional(shape.member, value[0], (*path, 0))


def container(value: Any, path: Path) -> Any:
    for step in path[:-1]:
        value = value[step]
    return value


OPERATIONS = (
    "cloudformation:DescribeStacks",
    "cloudformation:DescribeStackEvents",
    "cloudformation:GetTemplate",
    "cloudformation:ListStackResources",
    "cloudwatch:DescribeAlarms",
    "codedeploy:BatchGetDeploymentTargets",
    "codedeploy:BatchGetDeployments",
    "codedeploy:ListDeployments",
    "ecs:DescribeServices",
    "ecs:DescribeTaskDefinition",
    "ecs:DescribeTasks",
    "ecs:ListTasks",
    "elbv2:DescribeListeners",
    "elbv2:DescribeTargetHealth",
    "lambda:GetFunctionConfiguration",
)


def test_all_that_is_asked_is_in_the_table() -> None:
    assert sorted(answers()) == sorted(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_member_that_is_left_out_breaks_nothing(operation: str) -> None:
    service, _, name = operation.partition(":")
    shape = botocore.session.get_session().get_service_model(service).operation_model(name).output_shape
    assert shape
    full = answers()[operation]
    paths = [*optional(shape, full)]
    if operation in {"cloudformation:DescribeStacks", "cloudformation:GetTemplate"}:
        paths = [path for path in paths if len(path) > 1]  # a stack has an answer, and a template a body
    for path in paths:
        aws, answer = account(), deepcopy(full)
        del container(answer, path)[path[-1]]
        aws.answers[operation] = answer
        for sentence in look(aws):
            assert re.search(r"\bNone\b|\(\)|\( |^:|: ?$|^ | ,|  ", sentence) is None, (path, sentence)


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ("codedeploy:BatchGetDeploymentTargets", ("deploymentTargets", 0, "cloudFormationTarget", "status")),
        (
            "codedeploy:BatchGetDeploymentTargets",
            ("deploymentTargets", 0, "cloudFormationTarget", "lifecycleEvents", 0, "status"),
        ),
        (
            "codedeploy:BatchGetDeploymentTargets",
            ("deploymentTargets", 0, "cloudFormationTarget", "lifecycleEvents", 0, "lifecycleEventName"),
        ),
        ("cloudformation:DescribeStackEvents", ("StackEvents", 0, "ResourceStatus")),
        ("cloudformation:DescribeStackEvents", ("StackEvents", 1, "ResourceStatus")),
        ("cloudwatch:DescribeAlarms", ("CompositeAlarms", 0, "StateValue")),
        ("ecs:DescribeServices", ("services", 0, "taskSets", 0, "status")),
        ("elbv2:DescribeTargetHealth", ("TargetHealthDescriptions", 0, "TargetHealth", "State")),
    ],
)
def test_word_that_is_new_is_shown_as_it_is(operation: str, path: Path) -> None:
    aws, answer = account(), deepcopy(answers()[operation])
    container(answer, path)[path[-1]] = NEW
    aws.answers[operation] = answer
    said = look(aws)
    assert any(NEW in sentence for sentence in said)
    assert not any(NEW in sentence and ("went off" in sentence or "Failed" in sentence) for sentence in said)
