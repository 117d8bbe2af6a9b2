"""Rules about the alarms that roll a deployment back."""

from __future__ import annotations

from ...model import Resource
from ...native_model import NativeService, is_known
from ...values import dig, references, sequence, text
from ..rule import Found, rule

_ALARM = "AWS::CloudWatch::Alarm"
_COMPOSITE_ALARM = "AWS::CloudWatch::CompositeAlarm"


@rule("documented", rests_on=("NR2", "NK29"))
def native_alarm_names(service: NativeService) -> Found:
    """Alarms are given by name."""
    for name in _names(service):
        is_arn = ":alarm:" in text(name) or _attribute(name) == "Arn"
        if is_arn:
            yield (
                service.id,
                f"ECS can't watch an alarm of {service.id}: AlarmNames takes names, and "
                f"{text(name) or f'Fn::GetAtt {_id(name)}.Arn'} is an ARN. Write the alarm's name, or a Ref to it.",
            )


@rule("inferred", rests_on=("NC2", "NK29"))
def native_alarm_order(service: NativeService) -> Found:
    """Alarms are there before the service that names them."""
    needed = service.template.made_before(service.resource)
    for alarm in service.template.resources_of(_ALARM, _COMPOSITE_ALARM):
        name = text(service.template.settled(alarm).properties.get("AlarmName"))
        if name and alarm.id not in needed and any(text(given) == name for given in _names(service)):
            yield (
                alarm.id,
                f"The first deployment of {service.id} may not know this alarm: the service names it by the text "
                f"{name!r}, so that CloudFormation may make it later. Name it by Ref, or add DependsOn.",
            )


@rule("inferred", rests_on=("NS12", "NK29"))
def native_alarms_empty(service: NativeService) -> Found:
    """Alarms that are enabled have names."""
    alarms = dig(service.configuration, "Alarms")
    if dig(alarms, "Enable") in (True, "true") and dig(alarms, "AlarmNames") == []:
        yield (
            service.id,
            "No alarm rolls a deployment back: Alarms is enabled, and AlarmNames is empty. Name the alarms of both "
            "target groups, or set Enable to false.",
        )


@rule("inferred", rests_on=("NR3",))
def native_alarm_composite(service: NativeService) -> Found:
    """Alarms are metric alarms."""
    for alarm in _alarms(service, _COMPOSITE_ALARM):
        yield (
            alarm.id,
            f"This alarm may never roll back a deployment of {service.id}: it is a composite alarm, and none is known "
            "to work in AlarmNames. Name the metric alarms that it is made of.",
        )


@rule("inferred", rests_on=("NB11", "NK30"))
def native_alarms_one_colour(service: NativeService) -> Found:
    """Alarms on a target group come with one on the other."""
    alarms = _alarms(service, _ALARM)
    metrics = {
        alarm.id: [service.template.settled(alarm).properties.get(name) for name in ("Dimensions", "Metrics")]
        for alarm in alarms
    }
    if len(alarms) < len(_names(service)) or not is_known(service.template, [*metrics.values()]):
        return  # what is not known may watch the other
    watched = {id: alarm for alarm in reversed(alarms) for id in references(metrics[alarm.id])}
    for balancer in service.load_balancers:
        ids = [group.id for group in balancer.groups]
        unwatched = [id for id in ids if id not in watched]
        if len(ids) == 2 and len(unwatched) == 1:
            (alarm,) = (watched[id] for id in ids if id in watched)
            yield (
                alarm.id,
                f"Every second deployment of {service.id} is probably not watched: the target groups take turns, and "
                f"no alarm in AlarmNames watches {unwatched[0]}. Add the same alarm for it.",
            )


def _names(service: NativeService) -> list[object]:
    return sequence(dig(service.configuration, "Alarms", "AlarmNames"))


def _alarms(service: NativeService, type: str) -> list[Resource]:
    """List the alarms of a type that the service names, and the template has."""
    alarms = service.template.resources_of(type)
    literal = {text(service.template.settled(alarm).properties.get("AlarmName")): alarm for alarm in alarms}
    found = [service.found(name, type) or literal.get(text(name) or "\0") for name in _names(service)]
    return [*{alarm.id: alarm for alarm in found if alarm}.values()]


def _attribute(name: object) -> str:
    return text((*sequence(dig(name, "Fn::GetAtt")), None, None)[1])


def _id(name: object) -> str:
    return text((*sequence(dig(name, "Fn::GetAtt")), None)[0])
