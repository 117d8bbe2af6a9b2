"""Alarms are found by name or ARN, whatever their kind."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from ecs_blue_green.cli.aws.alarms import FoundAlarm, alarm_name, find_alarms
from ecs_blue_green.cli.aws.session import AwsError
from ecs_blue_green.template.rollback_alarms import ALARM, COMPOSITE_ALARM

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient


def arn(name: str, region: str = "eu-west-1", account: str = "123456789012", partition: str = "aws") -> str:
    return f"arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}"


def described(name: str, state: str = "OK", **more: str) -> dict[str, Any]:
    return {"AlarmName": name, "AlarmArn": arn(name), "StateValue": state, **more}


@pytest.fixture
def cloudwatch() -> "CloudWatchClient":
    return boto3.client(
        "cloudwatch", region_name="eu-west-1", aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="secret"
    )


@pytest.fixture
def answers(cloudwatch: "CloudWatchClient") -> Iterator[Stubber]:
    """What CloudWatch will be asked, and answers; it is asked all of it, and nothing else."""
    with Stubber(cloudwatch) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def ask(names: list[str], **more: str) -> dict[str, Any]:
    # Left out, AWS tells of metric alarms only.
    return {"AlarmNames": names, "AlarmTypes": ["MetricAlarm", "CompositeAlarm"], **more}


def test_both_kinds_are_found_by_name_and_by_arn(cloudwatch: "CloudWatchClient", answers: Stubber) -> None:
    answers.add_response(
        "describe_alarms",
        {
            "MetricAlarms": [described("Queue", "ALARM", StateReason="Threshold Crossed")],
            "CompositeAlarms": [described("Http")],
        },
        ask(["Queue", "Http", "Gone"]),
    )
    queue = FoundAlarm(name="Queue", arn=arn("Queue"), type=ALARM, state="ALARM", reason="Threshold Crossed")
    http = FoundAlarm(name="Http", arn=arn("Http"), type=COMPOSITE_ALARM, state="OK", reason="")
    found = find_alarms(cloudwatch, ["Queue", arn("Http"), arn("Queue"), "Gone", "Queue"])
    assert found == {"Queue": queue, arn("Queue"): queue, arn("Http"): http}


@pytest.mark.parametrize(
    "elsewhere",
    [arn("Queue", region="us-east-1"), arn("Queue", account="210987654321"), arn("Queue", partition="aws-cn")],
)
def test_an_alarm_of_the_same_name_elsewhere_is_another_one(
    elsewhere: str, cloudwatch: "CloudWatchClient", answers: Stubber
) -> None:
    answers.add_response("describe_alarms", {"MetricAlarms": [described("Queue")]}, ask(["Queue"]))
    assert find_alarms(cloudwatch, [elsewhere]) == {}


def test_all_pages_are_read(cloudwatch: "CloudWatchClient", answers: Stubber) -> None:
    names = ["A", "B"]
    answers.add_response("describe_alarms", {"MetricAlarms": [described("A")], "NextToken": "more"}, ask(names))
    answers.add_response("describe_alarms", {"MetricAlarms": [described("B")]}, ask(names, NextToken="more"))
    assert [*find_alarms(cloudwatch, names)] == names


def test_nobody_is_asked_about_nothing(cloudwatch: "CloudWatchClient", answers: Stubber) -> None:
    assert find_alarms(cloudwatch, []) == {}  # CloudWatch would list all alarms of the account


def test_a_refusal_is_told(cloudwatch: "CloudWatchClient", answers: Stubber) -> None:
    answers.add_client_error("describe_alarms", "AccessDenied", "no")
    with pytest.raises(AwsError, match=r"^alarms: ") as caught:
        find_alarms(cloudwatch, ["Queue"])
    assert isinstance(caught.value.__cause__, ClientError)


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        (arn("Queue"), "Queue"),
        (arn("a:b/c"), "a:b/c"),
        (arn("Queue", partition="aws-us-gov"), "Queue"),
        ("Queue", "Queue"),
        ("arn:aws:sns:eu-west-1:123456789012:Queue", "arn:aws:sns:eu-west-1:123456789012:Queue"),
    ],
)
def test_a_name_is_that_of_a_name_or_an_arn(identifier: str, name: str) -> None:
    assert alarm_name(identifier) == name
