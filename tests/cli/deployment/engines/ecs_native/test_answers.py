"""Whatever ECS may leave out: it is shown as not known, and nothing breaks."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
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
from tests.cli.deployment.engines.ecs_native.played import (
    ALARM,
    STACK,
    PlayedEcs,
    after,
    play,
    rolled_back,
    success,
    until_canary,
)
from tests.cli.support import schema

Path = tuple[str | int, ...]


def account() -> PlayedEcs:
    """A canary with a pause in which everything has a place, after a deployment that failed in every way."""
    aws = play(
        PlayedEcs(),
        *success(),
        after(1, lambda a: a.status("UPDATE_IN_PROGRESS")),
        after(1, lambda a: a.revision(3), lambda a: a.deploy(3, 2)),
        after(1, lambda a: a.function("FAILED"), lambda a: a.pause(status="TIMED_OUT")),
        after(
            0,
            lambda a: a.deployment(
                alarms={"status": "TRIGGERED", "alarmNames": [ALARM], "triggeredAlarmNames": [ALARM]},
                deploymentCircuitBreaker={"status": "TRIGGERED", "failureCount": 3, "threshold": 3},
            ),
        ),
        after(1, lambda a: a.end("ROLLBACK_FAILED", "it failed", rollback={"reason": "it failed", "startedAt": a.now})),
        after(0, lambda a: a.say("deployment failed: so it is")),
        *[after(0, lambda a: a.revision(4, "blue")), after(0, lambda a: a.deploy(4, 2))],
        after(0, lambda a: a.shift("production", blue=80, green=20), lambda a: a.pause()),
        after(0, lambda a: a.pause(2), lambda a: a.stage("PRODUCTION_TRAFFIC_SHIFT")),
        after(0, lambda a: a.current(2, 4)),
    )
    aws.service["currentServiceDeployment"] = aws.deployments[-1]["serviceDeploymentArn"]
    return aws


def look(engine: StackEngine) -> list[str]:
    """Look, ask everything, and give all that is said."""
    state = engine.read()
    printed = json.loads(json.dumps({"type": "state", **as_json(state)}, default=datetime.isoformat))
    assert [*schema("deployment").iter_errors(printed)] == []
    return [
        *facts(state).values(),
        *engine.reasons(state),
        *engine.remarks(state),
        engine.way_back(state),
        engine.way_on(state, "CONTINUE"),
        engine.way_on(state, "ROLLBACK"),
        end_of(state, ()).message,
    ]


def optional(shape: Shape, value: Any, path: Path = ()) -> Iterator[Path]:
    """Give each member of an answer that AWS's model does not require; of a list, those of its first and last item."""
    if isinstance(shape, StructureShape):
        for name, given in value.items():
            if name not in shape.required_members:
                yield (*path, name)
            yield from optional(shape.members[name], given, (*path, name))
    elif isinstance(shape, ListShape) and value:
        for index in {0, len(value) - 1}:
            yield from optional(shape.member, value[index], (*path, index))


def container(value: Any, path: Path) -> Any:
    for step in path[:-1]:
        value = value[step]
    return value


OPERATIONS = (
    "ecs:DescribeServices",
    "ecs:ListServiceDeployments",
    "ecs:DescribeServiceDeployments",
    "ecs:DescribeServiceRevisions",
    "elbv2:DescribeRules",
)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_member_that_is_left_out_breaks_nothing(operation: str) -> None:
    service, _, name = operation.partition(":")
    shape = botocore.session.get_session().get_service_model(service).operation_model(name).output_shape
    assert shape
    aws = account()
    engine = StackEngine(aws.session, STACK)
    look(engine)
    served: Any = aws.answers[operation]
    full = served(aws.asked(operation)[0])
    paths = [*optional(shape, full)]
    assert len(paths) >= 5
    for path in paths:

        def less(given: dict[str, Any], path: Path = path) -> Any:
            answer = deepcopy(served(given))
            with suppress(KeyError, IndexError):  # it may have been asked about something else
                del container(answer, path)[path[-1]]
            return answer

        aws.answers[operation] = less
        if operation == "ecs:DescribeServiceRevisions":  # which are remembered
            engine = StackEngine(aws.session, STACK)
        for sentence in look(engine):
            assert re.search(r"\bNone\b|\(\)|\( |^:|: ?$|^ | ,|  ", sentence) is None, (path, sentence)


def test_all_that_ecs_said_of_a_failure_is_told() -> None:
    aws = play(PlayedEcs(), *until_canary(), *rolled_back("it failed"))
    said = look(StackEngine(aws.session, STACK))
    assert "ECS: it failed" in said
