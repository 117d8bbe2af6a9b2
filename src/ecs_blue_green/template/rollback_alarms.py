"""Which alarms of a template say how a blue/green service is doing."""

from __future__ import annotations

from .model import Template
from .values import references

ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE_ALARM = "AWS::CloudWatch::CompositeAlarm"


def rollback_alarms(template: Template) -> dict[str, list[str]]:
    """Find the composite alarms over the hook's target groups, as the construct makes them.

    Colours take turns, so only an alarm over both target groups says how the service is doing (rule L41).

    Args:
        template: Any template.

    Returns:
        The logical ids of the composite alarms whose rule names an alarm on a target group of a hook, each with those
        of all metric alarms that its rule names, in the template's order. An alarm that is named by its literal name
        instead of a reference is not found.
    """
    groups = {id for deployment in template.deployments for id in deployment.ids("TargetGroups")}
    watching = {
        alarm.id: not groups.isdisjoint(references(alarm.properties.get("Dimensions")))
        for alarm in template.resources_of(ALARM)
    }
    found = {}
    for composite in template.resources_of(COMPOSITE_ALARM):
        named = references(composite.properties.get("AlarmRule"))
        alarms = [id for id in watching if id in named]
        if any(watching[id] for id in alarms):
            found[composite.id] = alarms
    return found
