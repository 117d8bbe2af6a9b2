"""Defects of alarms."""

from .parts import NativeParts, breaks


@breaks("native-alarm-names")
def alarm_by_its_arn(parts: NativeParts) -> None:
    arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors"
    parts.configuration["Alarms"]["AlarmNames"].append(arn)


@breaks("native-alarm-names")
def alarm_of_the_template_by_its_arn(parts: NativeParts) -> None:
    parts.configuration["Alarms"]["AlarmNames"][0] = {"Fn::GetAtt": ["BlueErrors", "Arn"]}


@breaks("native-alarm-order")
def alarm_that_nothing_waits_for(parts: NativeParts) -> None:
    parts.of("GreenErrors")["AlarmName"] = "green-errors"
    parts.configuration["Alarms"]["AlarmNames"][1] = "green-errors"


@breaks("native-alarms-empty")
def alarms_without_a_name(parts: NativeParts) -> None:
    parts.configuration["Alarms"]["AlarmNames"] = []


@breaks("native-alarm-composite")
def composite_alarm(parts: NativeParts) -> None:
    parts.add("AWS::CloudWatch::CompositeAlarm", AlarmRule={"Fn::Sub": "ALARM(${BlueErrors}) OR ALARM(${GreenErrors})"})
    parts.configuration["Alarms"]["AlarmNames"] = [{"Ref": "Another"}]


@breaks("native-alarms-one-colour")
def alarm_on_blue_only(parts: NativeParts) -> None:
    parts.configuration["Alarms"]["AlarmNames"] = [{"Ref": "BlueErrors"}]
