"""What every engine reads of AWS, with stubbed clients."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore import exceptions

from ecs_blue_green.cli.aws.listeners import read_weights, weights_of
from ecs_blue_green.cli.aws.session import AwsError
from ecs_blue_green.cli.deployment.readers.alarms import read_alarms, reasons_of_alarms
from ecs_blue_green.cli.deployment.readers.images import Images
from ecs_blue_green.cli.deployment.readers.sources import Sources
from ecs_blue_green.cli.deployment.readers.stack import FollowedStack
from ecs_blue_green.cli.deployment.readers.stack_events import StackEvents
from ecs_blue_green.cli.deployment.readers.stopped_tasks import reasons_of_tasks
from ecs_blue_green.cli.deployment.readers.target_health import read_health
from ecs_blue_green.cli.deployment.state import EndedOperation, Health, WatchedAlarm
from tests.cli.aws.stubs import Answer, StubbedAws
from tests.cli.aws.support import AwsProblem
from tests.cli.deployment.fakes import NOON, at, state

STACK_ID = "arn:aws:cloudformation:eu-west-1:123456789012:stack/Shop/6f0b5a60-1111"
HERE = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:"


class TestListeners:
    @pytest.mark.parametrize(
        ("groups", "weights"),
        [
            ([("B", 100), ("G", 0)], {"blue": 100, "green": 0}),
            ([("B", 1), ("G", 3)], {"blue": 25, "green": 75}),
            ([("B", None), ("G", None)], {"blue": 50, "green": 50}),  # left out, a weight is 1
            ([("B", None), ("G", 3)], {"blue": 25, "green": 75}),
            ([("G", None)], {"green": 100}),
            ([("B", 0), ("G", 0)], {"blue": 0, "green": 0}),
            ([("other", 5)], {}),
            ([("B", 1), ("other", 1)], {"blue": 100}),
        ],
    )
    def test_weights_are_percent_of_both_colours(
        self, groups: list[tuple[str, int | None]], weights: dict[str, int]
    ) -> None:
        given = [{"TargetGroupArn": arn} | ({} if weight is None else {"Weight": weight}) for arn, weight in groups]
        action = {"Type": "forward", "ForwardConfig": {"TargetGroups": given}}
        assert weights_of([action], {"B": "blue", "G": "green"}) == weights

    def test_target_group_of_an_action_alone_gets_all(self) -> None:
        assert weights_of([{"Type": "forward", "TargetGroupArn": "B"}], {"B": "blue", "G": "green"}) == {"blue": 100}

    def test_reference_in_a_template_is_known_by_its_logical_id(self) -> None:
        action = {"ForwardConfig": {"TargetGroups": [{"TargetGroupArn": {"Ref": "Green"}, "Weight": 9}]}}
        assert weights_of([action], {"Ref:Blue": "blue", "Ref:Green": "green"}) == {"green": 100}

    def test_action_that_forwards_nowhere_names_no_colour(self) -> None:
        assert weights_of([{"Type": "fixed-response"}], {"B": "blue"}) == {}

    def test_are_read_in_one_call(self) -> None:
        listeners = [
            {"ListenerArn": arn, "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}]}
            for arn, group in (("t", "G"), ("p", "B"))
        ]
        aws = StubbedAws({"elbv2:DescribeListeners": {"Listeners": listeners}})
        found = read_weights(aws.session.client("elbv2"), {"p": "production", "t": "test"}, {"B": "blue", "G": "green"})
        assert found == {"production": {"blue": 100}, "test": {"green": 100}}
        assert aws.calls == [("elbv2:DescribeListeners", {"ListenerArns": ["p", "t"]})]

    def test_that_are_not_known_are_not_asked_for(self) -> None:
        assert read_weights(StubbedAws({}).session.client("elbv2"), {}, {"B": "blue"}) == {}


def test_targets_that_leave_or_get_nothing_are_not_counted() -> None:
    def health(given: dict[str, Any]) -> dict[str, Any]:
        states = {
            "B": ["healthy", "healthy", "draining", "unhealthy.draining", "unused"],
            "G": ["initial", "unhealthy"],
        }
        return {
            "TargetHealthDescriptions": [{"TargetHealth": {"State": one}} for one in states[given["TargetGroupArn"]]]
        }

    aws = StubbedAws({"elbv2:DescribeTargetHealth": health})
    assert read_health(aws.session.client("elbv2"), {"B": "blue", "G": "green"}) == {
        "blue": Health(healthy=2, targets=2, unused=1),
        "green": Health(healthy=0, targets=2),
    }


@pytest.mark.parametrize(
    ("states", "health"),
    [
        (["unused", "unused"], Health(healthy=0, targets=0, unused=2)),
        (["healthy", "unavailable"], Health(healthy=1, targets=2, others={"unavailable": 1})),
        (["healthy", "resting", "resting"], Health(healthy=1, targets=3, others={"resting": 2})),
    ],
)
def test_targets_in_another_state_are_counted_by_it(states: list[str], health: Health) -> None:
    described = [{"TargetHealth": {"State": one}} for one in states]
    aws = StubbedAws({"elbv2:DescribeTargetHealth": {"TargetHealthDescriptions": described}})
    assert read_health(aws.session.client("elbv2"), {"B": "blue"}) == {"blue": health}


def described(name: str, state: str = "OK", arn: str = "") -> dict[str, str]:
    return {"AlarmName": name, "AlarmArn": arn or f"{HERE}{name}", "StateValue": state, "StateReason": f"{name} says"}


class TestAlarms:
    def read(self, aws: StubbedAws, triggers: list[str], composite: list[str]) -> tuple[WatchedAlarm, ...]:
        return read_alarms(aws.session.client("cloudwatch"), STACK_ID, triggers=triggers, composite_alarms=composite)

    def test_are_the_triggers_and_the_composite_alarms_each_once(self) -> None:
        aws = StubbedAws(
            {
                "cloudwatch:DescribeAlarms": {
                    "MetricAlarms": [described("metric", "ALARM")],
                    "CompositeAlarms": [described("both"), described("rest")],
                }
            }
        )
        found = self.read(aws, [f"{HERE}metric", f"{HERE}both"], ["rest", "both"])
        assert [(one.name, one.state, one.is_rollback_trigger) for one in found] == [
            ("both", "OK", True),
            ("metric", "ALARM", True),
            ("rest", "OK", False),
        ]
        assert found[1].reason == "metric says"
        assert len(aws.calls) == 1

    def test_that_are_not_there_are_missing(self) -> None:
        aws = StubbedAws({"cloudwatch:DescribeAlarms": {"MetricAlarms": [], "CompositeAlarms": []}})
        (found,) = self.read(aws, [f"{HERE}gone"], [])
        assert (found.name, found.state, found.reason) == ("gone", "missing", "")

    @pytest.mark.parametrize("elsewhere", ["eu-central-1:123456789012", "eu-west-1:210987654321"])
    def test_of_another_region_or_account_are_never_taken_for_those_of_the_same_name(self, elsewhere: str) -> None:
        aws = StubbedAws({"cloudwatch:DescribeAlarms": {"MetricAlarms": [described("errors")], "CompositeAlarms": []}})
        arn = f"arn:aws:cloudwatch:{elsewhere}:alarm:errors"
        (found,) = self.read(aws, [arn], [])
        assert (found.name, found.state) == (arn, "missing")

    def test_whose_physical_id_is_an_arn_are_the_same(self) -> None:
        aws = StubbedAws({"cloudwatch:DescribeAlarms": {"MetricAlarms": [], "CompositeAlarms": [described("both")]}})
        (found,) = self.read(aws, [f"{HERE}both"], [f"{HERE}both"])
        assert (found.name, found.is_rollback_trigger) == ("both", True)

    @pytest.mark.parametrize(
        ("physical", "name"),
        [
            ("both", "both"),
            (f"{HERE}both", "both"),
            ("arn:of my own", "arn:of my own"),  # a name can be nearly any text
            (f"{HERE}a:b", "a:b"),
        ],
    )
    def test_are_known_by_name_or_arn(self, physical: str, name: str) -> None:
        aws = StubbedAws({"cloudwatch:DescribeAlarms": {"CompositeAlarms": [described(name)]}})
        (found,) = self.read(aws, [], [physical])
        assert (found.name, found.state, found.is_rollback_trigger) == (name, "OK", False)
        assert [given["AlarmNames"] for given in aws.asked("cloudwatch:DescribeAlarms")] == [[name]]

    def test_of_china_have_its_partition(self) -> None:
        here = HERE.replace("arn:aws:", "arn:aws-cn:")
        aws = StubbedAws({"cloudwatch:DescribeAlarms": {"MetricAlarms": [described("a", arn=f"{here}a")]}})
        (found,) = read_alarms(
            aws.session.client("cloudwatch"),
            STACK_ID.replace("arn:aws:", "arn:aws-cn:"),
            triggers=[f"{here}a"],
            composite_alarms=["a"],
        )
        assert (found.name, found.state, found.is_rollback_trigger) == ("a", "OK", True)

    def test_of_a_stack_without_any_are_not_asked_for(self) -> None:
        assert self.read(StubbedAws({}), [], []) == ()

    def test_of_any_number_are_all_found(self) -> None:
        def page(given: dict[str, Any]) -> dict[str, Any]:
            names = given["AlarmNames"]
            assert len(names) <= 100  # what CloudWatch takes
            first, rest = names[:50], names[50:]
            shown = rest if "NextToken" in given else first
            alarms = {"MetricAlarms": [described(name) for name in shown], "CompositeAlarms": []}
            return alarms | ({} if "NextToken" in given or not rest else {"NextToken": "more"})

        triggers = [f"{HERE}alarm-{number:03}" for number in range(130)]
        found = self.read(StubbedAws({"cloudwatch:DescribeAlarms": page}), triggers, [])
        assert [one.state for one in found] == ["OK"] * 130

    def test_that_went_off_or_are_missing_are_reasons_if_they_are_triggers(self) -> None:
        alarms = [
            WatchedAlarm(name=name, state=state, reason=reason, is_rollback_trigger=is_trigger)
            for name, state, reason, is_trigger in (
                ("hot", "ALARM", "7 errors", True),
                ("silent", "ALARM", "", True),
                ("gone", "missing", "", True),
                ("calm", "OK", "", True),
                ("unsure", "INSUFFICIENT_DATA", "", True),
                ("new", "HOTTER", "", True),
                ("own", "ALARM", "7 errors", False),
            )
        ]
        assert [*reasons_of_alarms(state(alarms=tuple(alarms)))] == [
            "The alarm hot, a rollback trigger, went off: 7 errors",
            "The alarm silent, a rollback trigger, went off",
            "The alarm gone, a rollback trigger, was not found",
        ]

    @pytest.mark.parametrize(
        ("kind", "since", "failed", "now", "is_reason"),
        [
            ("ALARM", 9, 10, 11, True),
            ("ALARM", 9, 10, 9999, True),  # it is so since then
            ("ALARM", 10.9, 10, 11, True),  # clocks differ
            ("ALARM", 12, 10, 13, False),  # it went off later
            ("ALARM", 500, 10, 9999, False),  # today's alarm, and a rollback of old
            ("ALARM", None, 10, 11, True),
            ("ALARM", None, 10, 9999, False),  # since when is not known
            ("missing", None, 10, 11, True),
            ("missing", None, 10, 9999, False),
            ("ALARM", 9, None, 11, False),  # when it failed is not known
        ],
    )
    def test_of_today_explain_no_rollback_of_old(
        self, kind: str, since: float | None, failed: float | None, now: float, is_reason: bool
    ) -> None:
        alarm = WatchedAlarm(
            name="a", state=kind, reason="", is_rollback_trigger=True, since=None if since is None else at(since)
        )
        rolled_back = state(
            "UPDATE_ROLLBACK_COMPLETE", now, alarms=(alarm,), failed=None if failed is None else at(failed)
        )
        assert bool([*reasons_of_alarms(rolled_back)]) is is_reason


DEFINITION = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:2"


class TestStoppedTasks:
    def reasons(self, *tasks: dict[str, Any]) -> list[str]:
        arns = [f"task/{number}" for number, _ in enumerate(tasks)]
        aws = StubbedAws(
            {
                "ecs:ListTasks": {"taskArns": arns},
                "ecs:DescribeTasks": {"tasks": [{"taskDefinitionArn": DEFINITION, **task} for task in tasks]},
            }
        )
        found = [*reasons_of_tasks(aws.session.client("ecs"), "c", "web", NOON, at(30))]
        listed = ("ecs:ListTasks", {"cluster": "c", "serviceName": "web", "desiredStatus": "STOPPED"})
        described = ("ecs:DescribeTasks", {"cluster": "c", "tasks": arns})
        assert aws.calls == ([listed, described] if tasks else [listed])
        return found

    def test_are_counted_by_why_they_stopped(self) -> None:
        crashed = {
            "stoppedReason": "Essential container in task exited",
            "stoppedAt": at(1),
            "containers": [{"name": "web", "exitCode": 137}, {"name": "log", "exitCode": 0}],
        }
        pulled = {
            "stoppedReason": "Task failed to start",
            "containers": [{"name": "web", "reason": "no such image"}],
            "stoppedAt": at(2),
        }
        assert self.reasons(crashed, pulled, crashed) == [
            "2 tasks of shop:2 stopped: Essential container in task exited (web: exit code 137)",
            "1 task of shop:2 stopped: Task failed to start (web: no such image)",
        ]

    def test_as_they_should_are_no_reason(self) -> None:
        assert self.reasons({"stoppedReason": "Scaling activity initiated by (task set x)", "stoppedAt": at(1)}) == []
        assert self.reasons({"stoppedAt": at(1)}) == []

    def test_before_the_operation_are_no_reason(self) -> None:
        before, then = ({"stoppedReason": "gone", "stoppedAt": at(minute)} for minute in (-1, 0))
        assert self.reasons(before) == []
        assert self.reasons(then) == ["1 task of shop:2 stopped: gone"]

    def test_after_the_operation_are_no_reason(self) -> None:
        last, later = ({"stoppedReason": "gone", "stoppedAt": at(minute)} for minute in (30, 31))
        assert self.reasons(last, later) == ["1 task of shop:2 stopped: gone"]

    def test_of_which_there_are_none_are_not_described(self) -> None:
        assert self.reasons() == []


class TestImages:
    def test_are_asked_for_once(self) -> None:
        definition = {"containerDefinitions": [{"name": "web", "image": "shop:2"}, {"name": "log", "image": "log:1"}]}
        aws = StubbedAws({"ecs:DescribeTaskDefinition": {"taskDefinition": definition}})
        images, sources = Images(aws.session.client("ecs")), Sources()
        assert [images.of("d", sources) for _ in range(2)] == [("shop:2", "log:1")] * 2
        assert aws.calls == [("ecs:DescribeTaskDefinition", {"taskDefinition": "d"})]

    def test_that_can_not_be_read_are_asked_for_again(self) -> None:
        aws = StubbedAws({"ecs:DescribeTaskDefinition": AwsProblem("AccessDenied", "not authorized", 403)})
        images, sources = Images(aws.session.client("ecs")), Sources()
        assert [images.of("d", sources) for _ in range(2)] == [(), ()]
        assert len(aws.calls) == 2
        assert [*sources.missing] == ["task definitions"]


class TestSources:
    def ask(self, error: Exception) -> Sources:
        sources = Sources()

        def question() -> str:
            raise error

        assert sources.ask("alarms", question, "none") == "none"
        return sources

    def test_give_the_answer(self) -> None:
        sources = Sources()
        assert (sources.ask("alarms", lambda: "two", "none"), sources.missing) == ("two", {})

    @pytest.mark.parametrize(
        ("code", "why"),
        [
            ("AccessDenied", "no permission: the permission to call DescribeAlarms is missing: AccessDenied"),
            ("InternalNonsense", "not known: AWS says: InternalNonsense (InternalNonsense, DescribeAlarms)"),
        ],
    )
    def test_note_what_keeps_one_from_answering(self, code: str, why: str) -> None:
        error = exceptions.ClientError({"Error": {"Code": code}}, "DescribeAlarms")
        assert self.ask(error).missing == {"alarms": why}

    @pytest.mark.parametrize(
        "error",
        [
            exceptions.ClientError({"Error": {"Code": "Throttling"}}, "DescribeAlarms"),
            exceptions.ClientError({"Error": {"Code": "ExpiredToken"}}, "DescribeAlarms"),
            exceptions.ConnectTimeoutError(endpoint_url="https://example.com"),
        ],
        ids=["throttled", "credentials", "unreachable"],
    )
    def test_do_not_go_on_without_aws(self, error: Exception) -> None:
        with pytest.raises(AwsError, match=r"^alarms: "):
            self.ask(error)


def stack_event(
    number: int, id: str, status: str, reason: str = "", *, when: datetime = NOON, physical: str = "", token: str = ""
) -> dict[str, Any]:
    return {
        "StackId": STACK_ID,
        "StackName": "Shop",
        "EventId": str(number),
        "LogicalResourceId": id,
        "PhysicalResourceId": physical or (STACK_ID if id == "Shop" else id),
        "Timestamp": when,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    } | ({"ClientRequestToken": token} if token else {})


class TestStackEvents:
    def test_are_those_since_the_last_operation_began_and_none_is_read_twice(self) -> None:
        old = [stack_event(1, "A", "CREATE_FAILED", "long ago"), stack_event(0, "Shop", "CREATE_IN_PROGRESS")]
        began = stack_event(2, "Shop", "UPDATE_IN_PROGRESS", when=at(1))
        first = [stack_event(4, "B", "UPDATE_IN_PROGRESS"), stack_event(3, "A", "UPDATE_IN_PROGRESS"), began, *old]
        second = [stack_event(5, "A", "UPDATE_COMPLETE", "done"), *first]
        pages: dict[str, list[dict[str, Any]]] = {"": first[:1], "1": first[1:]}

        def events(given: dict[str, Any]) -> dict[str, Any]:
            token = given.get("NextToken", "")
            return {"StackEvents": pages[token]} | ({} if token else {"NextToken": "1"})

        aws = StubbedAws({"cloudformation:DescribeStackEvents": events})
        reader = StackEvents(aws.session.client("cloudformation"), STACK_ID)
        operation = reader.read()
        assert operation.began == at(1)
        assert [(one.logical_id, one.status) for one in operation.resources] == [
            ("A", "UPDATE_IN_PROGRESS"),
            ("B", "UPDATE_IN_PROGRESS"),
        ]
        assert len(aws.calls) == 2
        pages[""] = second[:2]
        operation = reader.read()
        assert [(one.logical_id, one.status, one.reason) for one in operation.resources] == [
            ("B", "UPDATE_IN_PROGRESS", ""),
            ("A", "UPDATE_COMPLETE", "done"),
        ]
        assert (len(aws.calls), operation.began) == (3, at(1))  # the second page is known

    def test_tell_the_first_reason_of_a_rollback(self) -> None:
        events = [
            stack_event(3, "Shop", "UPDATE_ROLLBACK_COMPLETE", "later"),
            stack_event(2, "Shop", "UPDATE_ROLLBACK_IN_PROGRESS", "it failed"),
            stack_event(1, "Shop", "UPDATE_IN_PROGRESS", "User Initiated"),
        ]
        aws = StubbedAws({"cloudformation:DescribeStackEvents": {"StackEvents": events}})
        assert StackEvents(aws.session.client("cloudformation"), STACK_ID).read().rollback_reason == "it failed"

    def test_of_a_nested_stack_of_the_same_name_are_those_of_a_resource(self) -> None:
        events = [
            stack_event(2, "Shop", "UPDATE_IN_PROGRESS", physical="arn:of:another"),
            stack_event(1, "Shop", "UPDATE_IN_PROGRESS", when=at(3)),
        ]
        aws = StubbedAws({"cloudformation:DescribeStackEvents": {"StackEvents": events}})
        operation = StackEvents(aws.session.client("cloudformation"), STACK_ID).read()
        assert (operation.began, len(operation.resources)) == (at(3), 1)

    def read(self, *newest_first: dict[str, Any]) -> StackEvents:
        aws = StubbedAws({"cloudformation:DescribeStackEvents": {"StackEvents": [*newest_first]}})
        reader = StackEvents(aws.session.client("cloudformation"), STACK_ID)
        reader.read()
        return reader

    @pytest.mark.parametrize(
        ("before", "first", "is_another"),
        [
            # The stack says again that it is in progress: a transform, a cleanup, a rollback.
            (("UPDATE_IN_PROGRESS", "a"), ("UPDATE_IN_PROGRESS", "a"), False),
            (("UPDATE_IN_PROGRESS", ""), ("UPDATE_IN_PROGRESS", ""), False),
            (("CREATE_IN_PROGRESS", "a"), ("CREATE_IN_PROGRESS", "a"), False),
            (("UPDATE_IN_PROGRESS", "a"), ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "a"), False),
            (("UPDATE_IN_PROGRESS", "a"), ("UPDATE_ROLLBACK_IN_PROGRESS", "cancel"), False),
            (("CREATE_IN_PROGRESS", "a"), ("ROLLBACK_IN_PROGRESS", "a"), False),
            (("IMPORT_IN_PROGRESS", "a"), ("IMPORT_ROLLBACK_IN_PROGRESS", "a"), False),
            # Another request, or another kind.
            (("UPDATE_IN_PROGRESS", "a"), ("UPDATE_IN_PROGRESS", "b"), True),
            (("CREATE_IN_PROGRESS", "a"), ("DELETE_IN_PROGRESS", "a"), True),
            # What begins after a rest.
            (("UPDATE_COMPLETE", "a"), ("UPDATE_IN_PROGRESS", "a"), True),
            (("UPDATE_ROLLBACK_FAILED", "a"), ("UPDATE_ROLLBACK_IN_PROGRESS", "a"), True),
            (("CREATE_FAILED", ""), ("ROLLBACK_IN_PROGRESS", ""), True),
            (("ROLLBACK_COMPLETE", ""), ("DELETE_IN_PROGRESS", ""), True),
        ],
    )
    def test_tell_one_operation_from_another(
        self, before: tuple[str, str], first: tuple[str, str], is_another: bool
    ) -> None:
        events = [stack_event(0, "Shop", f"{before[0].split('_')[0]}_IN_PROGRESS", token=before[1])]
        if before[0] != events[0]["ResourceStatus"]:
            events.append(stack_event(1, "Shop", before[0], token=before[1]))
        aws = StubbedAws({"cloudformation:DescribeStackEvents": lambda _: {"StackEvents": events[::-1]}})
        reader = StackEvents(aws.session.client("cloudformation"), STACK_ID)
        reader.read()
        events.append(stack_event(2, "Shop", first[0], token=first[1]))
        operation = reader.read()
        assert operation.id == ("2" if is_another else "0")
        assert [one.id for one in reader.earlier] == (["0"] if is_another else [])

    def test_of_an_operation_that_has_ended_are_summed_up_when_another_begins(self) -> None:
        events = [stack_event(0, "Shop", "UPDATE_IN_PROGRESS", when=at(1))]
        aws = StubbedAws({"cloudformation:DescribeStackEvents": lambda _: {"StackEvents": events[::-1]}})
        reader = StackEvents(aws.session.client("cloudformation"), STACK_ID)
        reader.read()
        events += [
            stack_event(1, "A", "CREATE_FAILED", "no such role"),
            stack_event(2, "Shop", "UPDATE_ROLLBACK_IN_PROGRESS", "it failed", when=at(2)),
            stack_event(3, "A", "DELETE_COMPLETE"),
            stack_event(4, "Shop", "UPDATE_ROLLBACK_COMPLETE"),
            stack_event(5, "Shop", "UPDATE_IN_PROGRESS", when=at(3)),
            stack_event(6, "B", "UPDATE_COMPLETE"),
            stack_event(7, "Shop", "UPDATE_COMPLETE"),
            stack_event(8, "Shop", "DELETE_IN_PROGRESS", when=at(4)),
        ]
        assert (reader.read().id, reader.last.resources) == ("8", ())
        assert reader.earlier == (
            EndedOperation(
                id="0",
                began=at(1),
                status="UPDATE_ROLLBACK_COMPLETE",
                reasons=("CloudFormation: it failed", "A: no such role"),
            ),
            EndedOperation(id="5", began=at(3), status="UPDATE_COMPLETE", reasons=()),
        )

    def test_before_the_last_operation_are_not_read(self) -> None:
        reader = self.read(
            stack_event(5, "A", "UPDATE_COMPLETE"),
            stack_event(4, "Shop", "UPDATE_IN_PROGRESS", "Transformation succeeded", when=at(4)),
            stack_event(3, "Shop", "UPDATE_IN_PROGRESS", "User Initiated", when=at(3)),
            stack_event(2, "Shop", "UPDATE_COMPLETE"),
            stack_event(1, "Shop", "UPDATE_IN_PROGRESS"),
        )
        assert (reader.last.id, reader.last.began, reader.earlier) == ("3", at(3), ())

    def test_of_a_change_set_alone_are_no_operation(self) -> None:
        reader = self.read(stack_event(0, "Shop", "REVIEW_IN_PROGRESS", "User Initiated"))
        assert (reader.last.id, reader.last.status) == ("", "")

    def test_whose_beginning_is_forgotten_are_no_operation(self) -> None:
        reader = self.read(stack_event(1, "Shop", "UPDATE_COMPLETE"), stack_event(0, "A", "UPDATE_COMPLETE"))
        assert (reader.last.id, reader.last.resources) == ("", ())

    def test_that_could_not_all_be_read_are_read_again(self) -> None:
        pages: list[Any] = [[stack_event(1, "A", "UPDATE_COMPLETE")], AwsProblem("Throttling")]

        def answer(given: dict[str, Any]) -> Any:
            page = pages[1 if "NextToken" in given else 0]
            if isinstance(page, AwsProblem):
                return page
            return {"StackEvents": page} | ({} if "NextToken" in given else {"NextToken": "1"})

        aws = StubbedAws({"cloudformation:DescribeStackEvents": answer})
        reader = StackEvents(aws.session.client("cloudformation"), STACK_ID)
        with pytest.raises(exceptions.ClientError):
            reader.read()
        pages[1] = [stack_event(0, "Shop", "UPDATE_IN_PROGRESS")]
        assert [one.logical_id for one in reader.read().resources] == ["A"]


class TestStack:
    def stack(self, **more: Any) -> dict[str, Answer]:
        stack = {"StackName": "Shop", "StackId": STACK_ID, "CreationTime": at(-60), "StackStatus": "UPDATE_COMPLETE"}
        return {
            "cloudformation:DescribeStacks": {"Stacks": [stack | more]},
            "cloudformation:DescribeStackEvents": {"StackEvents": []},
        }

    def test_that_was_never_updated_counts_from_its_creation(self) -> None:
        aws = StubbedAws(self.stack())
        look = FollowedStack(aws.session, "Shop").look(Sources())
        assert (look.updated, look.began, look.reason, look.triggers) == (at(-60), at(-60), "", ())

    def test_is_looked_at_by_the_clock_of_aws(self) -> None:
        aws = StubbedAws(self.stack(LastUpdatedTime=at(1), StackStatusReason="User Initiated"))
        aws.now = NOON + timedelta(days=365)
        look = FollowedStack(aws.session, "Shop").look(Sources())
        assert (look.at, look.updated, look.reason) == (aws.now, at(1), "User Initiated")

    @pytest.mark.parametrize(
        ("known", "is_new"),
        [
            ({"status": "UPDATE_COMPLETE", "updated": at(1)}, False),
            ({"status": "UPDATE_COMPLETE", "updated": at(0)}, True),
            ({"status": "UPDATE_IN_PROGRESS", "updated": at(1)}, True),
        ],
    )
    def test_has_news_when_its_status_or_its_last_update_is_another_one(
        self, known: dict[str, Any], is_new: bool
    ) -> None:
        aws = StubbedAws(self.stack(LastUpdatedTime=at(1)))
        assert FollowedStack(aws.session, "Shop").has_news(state(**known)) is is_new
        assert aws.names == ["cloudformation:DescribeStacks"]

    def test_that_refuses_to_be_cancelled_is_a_sentence(self) -> None:
        aws = StubbedAws({"cloudformation:CancelUpdateStack": AwsProblem("ValidationError", "too late")})
        with pytest.raises(AwsError, match=r"^stack Shop: AWS says: too late"):
            FollowedStack(aws.session, "Shop").cancel_update()
        assert aws.names == ["cloudformation:CancelUpdateStack"]

    def test_gives_the_reason_of_its_rollback_and_of_what_failed_by_itself(self) -> None:
        events = [
            stack_event(5, "Shop", "UPDATE_ROLLBACK_COMPLETE"),
            stack_event(4, "C", "UPDATE_FAILED"),
            stack_event(3, "B", "UPDATE_FAILED", "Resource update cancelled"),
            stack_event(2, "A", "CREATE_FAILED", "no such role"),
            stack_event(1, "Shop", "UPDATE_ROLLBACK_IN_PROGRESS", "it failed"),
            stack_event(0, "Shop", "UPDATE_IN_PROGRESS"),
        ]
        aws = StubbedAws({**self.stack(), "cloudformation:DescribeStackEvents": {"StackEvents": events}})
        look = FollowedStack(aws.session, "Shop").look(Sources())
        assert [*look.reasons()] == ["CloudFormation: it failed", "A: no such role", "C: UPDATE_FAILED"]

    def test_without_a_reason_of_a_rollback_gives_that_of_its_status(self) -> None:
        aws = StubbedAws(self.stack(StackStatusReason="The role is gone"))
        assert [*FollowedStack(aws.session, "Shop").look(Sources()).reasons()] == ["CloudFormation: The role is gone"]
