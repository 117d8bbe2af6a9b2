"""The comparison of templates that the example's test stands on."""

from typing import Any

import pytest

from tests.renaming import differences, entries


def template(
    *,
    service: str = "Service",
    blue: str = "Blue",
    green: str = "Green",
    description: str = "from StackService01234567:80",
    test_port: int = 9002,
    tests: str = "Blue",
    green_alarm: str = "Green",
    hook: tuple[str, str] = ("Blue", "Green"),
    waits_for: tuple[str, ...] = ("Production", "Test"),
    output: str = "Service",
) -> dict[str, Any]:
    """A template; the ids of three resources can be chosen, and what refers to them says Service, Blue and Green."""
    ids = {"Service": service, "Blue": blue, "Green": green}
    alarms = {
        f"{colour}Alarm": {
            "Type": "Alarm",
            "Properties": {"Name": colour, "TargetGroup": {"Fn::GetAtt": [ids[watched], "FullName"]}},
        }
        for colour, watched in {"Blue": "Blue", "Green": green_alarm}.items()
    }
    listeners = {
        name: {"Type": "Listener", "Properties": {"Port": port, "Forward": {"Ref": ids[forward]}}}
        for name, port, forward in [("Production", 443, "Blue"), ("Test", test_port, tests)]
    }
    groups = {ids[colour]: {"Type": "TargetGroup", "Properties": {"Port": 80}} for colour in ("Blue", "Green")}
    properties = {"Description": description, "Family": "Service", "Tags": [{"Key": "a", "Value": "b"}]}
    return {
        "Transform": "AWS::CodeDeployBlueGreen",
        "Resources": {
            **alarms,
            **listeners,
            **groups,
            service: {"Type": "Service", "DependsOn": [*waits_for], "Properties": properties},
        },
        "Hooks": {
            "Hook": {"TargetGroups": [ids[colour] for colour in hook], "TaskSets": [service, f"{service}Green"]},
        },
        "Outputs": {"Url": {"Value": {"Ref": ids[output]}}},
    }


def test_logical_ids_and_names_made_of_them_do_not_matter() -> None:
    renamed = template(service="Web", blue="Green", green="Blue", description="from StackAppWebABCDEF01:80")
    assert differences(entries(template()), entries(renamed)) == []


def test_order_of_dependencies_does_not_matter() -> None:
    assert differences(entries(template()), entries(template(waits_for=("Test", "Production")))) == []


@pytest.mark.parametrize(
    "change",
    [
        {"test_port": 9003},
        {"tests": "Green"},
        {"green_alarm": "Blue"},
        {"hook": ("Green", "Blue")},
        {"waits_for": ("Production",)},
        {"description": "from StackService01234567:81"},
        {"output": "Blue"},
    ],
    ids=str,
)
def test_anything_else_matters(change: dict[str, Any]) -> None:
    assert differences(entries(template()), entries(template(**change)))


def test_difference_is_told_with_both_sides() -> None:
    assert differences(entries(template()), entries(template(test_port=9003))) == [
        '- Listener: {"Properties": {"Forward": {"Ref": "TargetGroup"}, "Port": 9002}, "Type": "Listener"}',
        '+ Listener: {"Properties": {"Forward": {"Ref": "TargetGroup"}, "Port": 9003}, "Type": "Listener"}',
    ]
