"""Which alarms of a template are those over a hook's target groups."""

import copy
import json
from typing import Any

import pytest

from ecs_blue_green.template.model import Template
from ecs_blue_green.template.rollback_alarms import rollback_alarms
from tests.support import ROOT, resources

TEMPLATE: dict[str, Any] = json.loads(
    (ROOT / "tests/__snapshots__/test_snapshots/test_every_argument.json").read_text()
)
ALARM, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"


def changed(**entries: dict[str, Any]) -> dict[str, Any]:
    """The template with further resources."""
    template = copy.deepcopy(TEMPLATE)
    template["Resources"] |= entries
    return template


def alarm(**dimensions: object) -> dict[str, Any]:
    given = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    return {"Type": ALARM, "Properties": {"Dimensions": given}}


def composite(rule: object) -> dict[str, Any]:
    return {"Type": COMPOSITE, "Properties": {"AlarmRule": rule}}


def test_the_constructs_composites_are_found_each_with_its_pair() -> None:
    found = rollback_alarms(Template(TEMPLATE))
    assert found.keys() == resources(TEMPLATE, COMPOSITE).keys()
    under = [id for ids in found.values() for id in ids]
    assert sorted(under) == sorted(resources(TEMPLATE, ALARM))
    assert {len(ids) for ids in found.values()} == {2}


@pytest.mark.parametrize("colour", [0, 1], ids=["blue", "green"])
@pytest.mark.parametrize("function", ["Fn::GetAtt", "Fn::Sub"])
def test_one_alarm_on_either_target_group_is_enough(colour: int, function: str) -> None:
    (hook,) = TEMPLATE["Hooks"].values()
    group = hook["Properties"]["Applications"][0]["ECSAttributes"]["TrafficRouting"]["TargetGroups"][colour]
    of = [group, "TargetGroupFullName"] if function == "Fn::GetAtt" else f"${{{group}.TargetGroupFullName}}"
    template = changed(
        Mine=alarm(TargetGroup={function: of}),
        Queue=alarm(QueueName="queue"),
        Both=composite({"Fn::Sub": "ALARM(${Queue.Arn}) OR ALARM(${Mine.Arn})"}),
    )
    assert rollback_alarms(Template(template))["Both"] == ["Mine", "Queue"]


def test_composites_over_other_things_are_not_found() -> None:
    template = changed(
        Queue=alarm(QueueName="queue"),
        Queues=composite({"Fn::Sub": "ALARM(${Queue.Arn})"}),
        Literal=composite('ALARM("Queue")'),
        Nothing={"Type": COMPOSITE},
    )
    assert rollback_alarms(Template(template)) == rollback_alarms(Template(TEMPLATE))


@pytest.mark.parametrize("hooks", [None, {}, {"Hook": {"Type": "AWS::CodeDeploy::BlueGreen"}}, "text"])
def test_without_a_hooks_target_groups_there_are_none(hooks: object) -> None:
    assert rollback_alarms(Template({**TEMPLATE, "Hooks": hooks})) == {}
