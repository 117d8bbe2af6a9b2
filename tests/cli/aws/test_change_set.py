"""``predict --change-set``: what a change set tells, and that it never stays."""

import json
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from click.testing import Result

from ecs_blue_green.cli import errors
from ecs_blue_green.cli import predict as predict_command
from ecs_blue_green.cli.aws.change_set import PREFIX, ChangeSet, try_change_set
from ecs_blue_green.cli.aws.session import AwsError
from ecs_blue_green.cli.aws.stack import read_stack
from ecs_blue_green.cli.templates import template_in
from tests.cli.aws.support import ARN, Account, AwsProblem, serving
from tests.cli.predict.test_predict import SCHEMA
from tests.cli.support import COMMAND, environment, invoke, write
from tests.support import Template
from tests.template.update.edits import (
    TASK,
    Edit,
    image,
    parameter,
    template,
    threshold,
    with_attributes,
    with_properties,
    with_resource,
    with_section,
)
from tests.template.update.live import green

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient

Predict = Callable[..., Result]


@pytest.fixture
def predict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Predict]:
    """Predicts the update of an account's stack to a template, with a change set."""
    with ExitStack() as servers:

        def run(account: Account, new: Template, *options: str) -> Result:
            monkeypatch.delenv("AWS_PROFILE", raising=False)
            for name, value in servers.enter_context(serving(account)).items():
                monkeypatch.setenv(name, value)
            file = write(tmp_path / "new.json", new)
            return invoke("predict", "--stack", "Shop", "--change-set", *options, file)

        yield run


def test_creates_looks_and_deletes(predict: Predict) -> None:
    account = Account(template(), proposed=green(template(image("v2"))))
    result = predict(account, template(image("v2")))
    assert result.exit_code == 0
    assert account.actions == [
        "DescribeStacks",
        "GetTemplate",
        "GetTemplate",
        "DescribeStacks",
        "CreateChangeSet",
        "DescribeChangeSet",
        "GetTemplate",
        "DeleteChangeSet",
    ]
    asked = account.asked("CreateChangeSet")
    name = asked["ChangeSetName"]
    assert name.startswith(PREFIX)
    assert account.change_sets == {}
    assert (asked["StackName"], asked["ChangeSetType"], asked["ClientToken"]) == (ARN, "UPDATE", name)
    assert [asked[f"Capabilities.member.{number}"] for number in (1, 2, 3)] == [
        "CAPABILITY_IAM",
        "CAPABILITY_NAMED_IAM",
        "CAPABILITY_AUTO_EXPAND",
    ]
    assert json.loads(asked["TemplateBody"]) == template(image("v2"))
    assert result.stderr.splitlines() == [
        "Reading stack Shop …",
        f"Creating change set {name} of stack Shop, which changes nothing and is deleted again …",
    ]
    assert (
        "reason: In the change set, the application gets green's logical ids: a green deployment (inferred: Q3)."
        in (result.stdout)
    )


def test_names_are_never_the_same(predict: Predict) -> None:
    names = set()
    for _ in range(2):
        account = Account(template())
        predict(account, template(threshold))
        names.add(account.asked("DeleteChangeSet")["ChangeSetName"])
    assert len(names) == 2


def test_parameters_keep_their_values_unless_given(predict: Predict) -> None:
    declared = with_section("Parameters", Kept=parameter("a"), Set=parameter("b"), Added=parameter("c"))
    account = Account(template(declared), parameters={"Kept": "x", "Set": "y", "Gone": "z"})
    predict(account, template(declared, threshold), "--parameter", "Set=new")
    asked = account.asked("CreateChangeSet")
    found = {
        asked[f"Parameters.member.{number}.ParameterKey"]: asked.get(f"Parameters.member.{number}.ParameterValue")
        or asked[f"Parameters.member.{number}.UsePreviousValue"]
        for number in range(1, 9)
        if f"Parameters.member.{number}.ParameterKey" in asked
    }
    assert found == {"Kept": "true", "Set": "new"}


def tags_of(account: Account) -> dict[str, str]:
    """The tags that a change set was asked for with."""
    asked = account.asked("CreateChangeSet")
    numbers = [name.split(".")[2] for name in asked if name.startswith("Tags.member.") and name.endswith(".Key")]
    return {asked[f"Tags.member.{number}.Key"]: asked[f"Tags.member.{number}.Value"] for number in numbers}


def test_tags_role_and_topics_of_the_stack_are_passed_as_they_are(predict: Predict) -> None:
    """Without them, a change set would take the tags away."""
    topic, role = "arn:aws:sns:eu-west-1:123456789012:events", "arn:aws:iam::123456789012:role/cfn"
    tags = {"Owner": "shop", "aws:servicecatalog:id": "1"}
    account = Account(template(), tags=tags, more={"RoleARN": role, "NotificationARNs": [topic]})
    assert predict(account, template(threshold)).exit_code == 0
    asked = account.asked("CreateChangeSet")
    assert tags_of(account) == {"Owner": "shop"}
    assert (asked["RoleARN"], asked["NotificationARNs.member.1"]) == (role, topic)


def test_stack_without_a_role_or_topics_gets_none(predict: Predict) -> None:
    account = Account(template())
    predict(account, template(threshold))
    asked = account.asked("CreateChangeSet")
    assert "RoleARN" not in asked
    assert not [name for name in asked if name.startswith("NotificationARNs.member")]


def test_tags_that_the_update_sets_are_passed(predict: Predict) -> None:
    account = Account(template(), tags={"Owner": "shop", "Team": "a"})
    predict(account, template(threshold), "--tag", "Owner=web")
    assert tags_of(account) == {"Owner": "web"}


def test_every_lost_property_is_told(predict: Predict) -> None:
    new = template(image("v2"), with_properties(TASK, Volumes=[{"Name": "data", "EFSVolumeConfiguration": {"A": 1}}]))
    proposed = green(new)
    del proposed["Resources"][f"{TASK}Green"]["Properties"]["Volumes"][0]["EFSVolumeConfiguration"]
    result = predict(Account(template(), proposed=proposed), new)
    assert f'Shop: lost: {TASK}: Volumes[0].EFSVolumeConfiguration, which was {{"A": 1}}' in result.stdout
    predicted: dict[str, Any] = json.loads(predict(Account(template(), proposed=proposed), new, "--json").stdout)
    SCHEMA.validate(predicted)
    assert predicted["losses"] == [
        {"logical_id": TASK, "attribute": "Properties", "path": "Volumes[0].EFSVolumeConfiguration", "value": {"A": 1}}
    ]
    markdown = predict(Account(template(), proposed=proposed), new, "--format", "markdown").stdout
    assert "**Lost in the transform (P5)**" in markdown


def test_nothing_lost_is_an_empty_list(predict: Predict) -> None:
    account = Account(template(), proposed=green(template(image("v2"))))
    predicted = json.loads(predict(account, template(image("v2")), "--json").stdout)
    assert predicted["losses"] == []


class TestOutcome:
    UNKNOWN = (with_section("Parameters", Tag=parameter("v1")), image({"Fn::Sub": "example.com/app:${Tag}"}))

    @pytest.mark.parametrize(
        ("moves", "outcome", "said"),
        [
            (True, "green-deployment", "gets green's logical ids: a green deployment"),
            (False, "in-place-update", "keeps blue's logical ids: no green deployment"),
        ],
    )
    def test_unknown_one_is_told_by_the_ids_of_the_application(
        self, moves: bool, outcome: str, said: str, predict: Predict
    ) -> None:
        new = template(*self.UNKNOWN)
        account = Account(template(*self.UNKNOWN), parameters={"Tag": "v1"}, proposed=green(new) if moves else new)
        result = predict(account, new, "--parameter", "Tag=v2")
        assert result.exit_code == 0
        assert result.stdout.startswith(f"Shop: {outcome}: ")
        assert said in result.stdout

    @pytest.mark.parametrize(
        ("edits", "moves", "outcome"),
        [
            ((image("v2"),), False, "green-deployment"),
            ((threshold,), True, "in-place-update"),
            ((image("v2"), threshold), False, "refused"),
        ],
    )
    def test_that_is_not_what_the_ids_say_gets_a_warning(
        self, edits: tuple[Edit, ...], moves: bool, outcome: str, predict: Predict
    ) -> None:
        new = template(*edits)
        result = predict(Account(template(), proposed=green(new) if moves else new), new)
        assert result.stdout.startswith(f"Shop: {outcome}: ")
        assert "warning: In the change set, the application " in result.stdout

    def test_that_is_refused_gets_a_warning_where_the_change_set_is_created(self, predict: Predict) -> None:
        new = template(image("v2"), threshold)
        result = predict(Account(template()), new)
        assert result.exit_code == 1
        assert (
            "warning: CloudFormation creates the change set all the same. What fails the update may show"
            in result.stdout
        )
        assert "all the same" not in predict(Account(template()), template(threshold)).stdout

    @pytest.mark.parametrize(
        "reason",
        ["The submitted information didn't contain changes. Submit …", "No updates are to be performed."],
    )
    def test_is_no_change_where_cloudformation_finds_none(self, reason: str, predict: Predict) -> None:
        account = Account(template(), statuses=["FAILED"], reason=reason)
        result = predict(account, template(threshold))
        assert result.exit_code == 0
        assert result.stdout.startswith("Shop: no-change: ")
        assert "CloudFormation finds nothing to update: it creates no change set." in result.stdout
        assert account.change_sets == {}

    @pytest.mark.parametrize(
        ("reason", "meaning"),
        [
            ("Template parameters modified by transform", "add one, with a default (reported: P4)."),
            ('Failed to parse the "Hooks" section of the template.', "`ecs-blue-green lint` finds it (reported: P6)."),
            ("The TaskDefinition logical Id [A] is the same between initial and final template", "(reported: P7)"),
            (
                "Additional resource diff other than ECS application related resource update is detected",
                "deploy in steps (reported and documented: L5, E14).",
            ),
            (
                "Additional resource diff other than Amazon ECS application related resource update is detected",
                "deploy in steps (reported and documented: L5, E14).",
            ),
            (
                "Template format error: Intrinsic functions in the Hooks block must only contain parameter values",
                "`ecs-blue-green lint` finds it (reported: E1).",
            ),
            (
                "AWS::CodeDeploy::BlueGreen failed with message: Internal Failure",
                "That has two causes. Either the stack has no service role for CloudFormation, or one that lacks "
                "rights. Or the ForwardConfig of a listener has target groups without Weight (documented: E13).",
            ),
            ("Failed to transform template. Failed to parse the template resource", "(reported: L21)"),
            ("Parameters: [Tag] must have values", "give them with --parameter NAME=VALUE."),
            ("Something else", "Something else"),
        ],
    )
    def test_is_refused_where_cloudformation_creates_none(self, reason: str, meaning: str, predict: Predict) -> None:
        account = Account(template(), statuses=["FAILED"], reason=reason)
        result = predict(account, template(image("v2")))
        assert result.exit_code == 1
        assert result.stdout.startswith("Shop: refused: ")
        (line,) = [line for line in result.stdout.splitlines() if "CloudFormation creates no change set: " in line]
        assert reason in line
        assert meaning in line
        assert "DeleteChangeSet" in account.actions
        assert account.change_sets == {}

    @pytest.mark.parametrize(
        "ids", [f"[{TASK}, Errors, Elsewhere]", f"['{TASK}','Errors']", f'[ "Errors", "{TASK}" ]'], ids=str
    )
    def test_names_the_constructs_of_what_the_refusal_names(self, ids: str, predict: Predict) -> None:
        reason = f"Additional resource diff other than Amazon ECS …. Diff resource logical Ids: {ids}"
        named = [with_attributes(id, Metadata={"aws:cdk:path": f"Prod/{id}"}) for id in (TASK, "Errors", "Other")]
        new = template(image("v2"), with_resource("Other", "AWS::SNS::Topic"), *named)
        result = predict(Account(template(), statuses=["FAILED"], reason=reason), new)
        (line,) = [line for line in result.stdout.splitlines() if ": Of what it names, " in line]
        assert {*line.removesuffix(".").partition("names, ")[2].split(", ")} == {
            f"{TASK} is Prod/{TASK}",
            "Errors is Prod/Errors",
        }

    def test_names_no_constructs_where_none_is_known(self, predict: Predict) -> None:
        reason = f"The TaskDefinition logical Id [{TASK}] is the same between initial and final template"
        result = predict(Account(template(), statuses=["FAILED"], reason=reason), template(image("v2")))
        assert "Of what it names" not in result.stdout

    def test_is_not_told_where_a_permission_is_missing(self, predict: Predict) -> None:
        reason = (
            "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ssm:GetParameters on resource: "
            "arn:aws:ssm:eu-west-1:123456789012:parameter/x because no identity-based policy allows it"
        )
        account = Account(template(), statuses=["FAILED"], reason=reason)
        result = predict(account, template(image("v2")))
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.splitlines()[-1] == (
            "Error: stack Shop: CloudFormation can't create the change set: arn:aws:iam::123456789012:user/ci lacks "
            "the permission ssm:GetParameters on arn:aws:ssm:eu-west-1:123456789012:parameter/x because no "
            "identity-based policy allows it: the command's page lists the policy it needs."
        )
        assert account.change_sets == {}

    def test_that_is_refused_anyway_keeps_its_steps(self, predict: Predict) -> None:
        account = Account(template(), statuses=["FAILED"], reason="Additional resource diff other than ECS …")
        predicted = json.loads(predict(account, template(image("v2"), threshold), "--json").stdout)
        assert (predicted["outcome"], len(predicted["steps"]), predicted["losses"]) == ("refused", 2, None)
        assert predicted["reasons"][0].startswith("CloudFormation creates no change set: ")
        assert len(predicted["reasons"]) == 2


def test_stack_that_can_not_be_updated_now_gets_none(predict: Predict) -> None:
    account = Account(template(), status="UPDATE_IN_PROGRESS")
    result = predict(account, template(threshold))
    assert result.exit_code == 2
    assert "Error: stack Shop: there can't be a change set now. Stack Shop is UPDATE_IN_PROGRESS: " in result.stderr
    assert "CreateChangeSet" not in account.actions


def test_template_that_is_too_long_is_sent_without_spaces(predict: Predict, tmp_path: Path) -> None:
    new = template(with_section("Metadata", Filler=[["x"] for _ in range(4000)]))
    account = Account(template())
    assert predict(account, new).exit_code == 0
    assert len((tmp_path / "new.json").read_bytes()) > 51_200
    body = account.asked("CreateChangeSet")["TemplateBody"]
    assert len(body) <= 51_200
    assert json.loads(body) == new


def test_template_that_is_too_long_even_so_says_what_to_do(predict: Predict, tmp_path: Path) -> None:
    account = Account(template())
    result = predict(account, template(with_section("Metadata", Filler="ä" * 30_000)))
    assert result.exit_code == 2
    assert f"Error: {tmp_path}/new.json: without spaces the template has " in result.stderr
    assert "a change set takes at most 51,200 unless the template is in an S3 bucket" in result.stderr
    assert "`cdk deploy --method=prepare-change-set`" in result.stderr
    assert "CreateChangeSet" not in account.actions


DENIED = AwsProblem(
    "AccessDenied",
    "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: cloudformation:DeleteChangeSet on resource: "
    f"{ARN} because no identity-based policy allows the cloudformation:DeleteChangeSet action",
    403,
)


class TestDeletion:
    def test_that_fails_is_told_with_the_command_to_do_it(self, predict: Predict) -> None:
        account = Account(template(), problems={"DeleteChangeSet": [DENIED]})
        result = predict(account, template(threshold))
        name = account.asked("CreateChangeSet")["ChangeSetName"]
        assert result.exit_code == 2
        assert result.stdout.startswith("Shop: in-place-update: ")
        last = result.stderr.splitlines()[-1]
        assert last.startswith(f"Error: Change set {name} of stack Shop is left behind (stack Shop: arn:aws:iam::")
        assert "lacks the permission cloudformation:DeleteChangeSet" in last
        assert last.endswith(
            f"Delete it: aws cloudformation delete-change-set --stack-name Shop --change-set-name {name} "
            "--region eu-west-1"
        )

    @pytest.mark.parametrize("action", ["DescribeChangeSet", "GetTemplate"])
    def test_follows_any_error(self, action: str, predict: Predict) -> None:
        problems: list[AwsProblem | None] = [AwsProblem("InternalFailure", "Sorry", 500)]
        if action == "GetTemplate":
            problems = [None, None, *problems]
        account = Account(template(), problems={action: problems})
        result = predict(account, template(threshold))
        assert result.exit_code == 2
        assert "AWS says: Sorry (InternalFailure" in result.stderr
        assert account.actions[-1] == "DeleteChangeSet"
        assert account.change_sets == {}

    def test_failing_after_an_error_tells_both(self, predict: Predict) -> None:
        problems: dict[str, list[AwsProblem | None]] = {
            "DescribeChangeSet": [AwsProblem("InternalFailure", "Sorry", 500)],
            "DeleteChangeSet": [DENIED],
        }
        result = predict(Account(template(), problems=problems), template(threshold))
        first, second = result.stderr.splitlines()[-2:]
        assert result.exit_code == 2
        assert first.startswith("Error: stack Shop: AWS says: Sorry")
        assert "is left behind" in second

    def test_is_not_tried_when_there_is_nothing_to_delete(self, predict: Predict) -> None:
        account = Account(template(), problems={"CreateChangeSet": [AwsProblem("LimitExceededException", "Too many")]})
        result = predict(account, template(threshold))
        assert result.exit_code == 2
        assert "Error: stack Shop: AWS says: Too many (LimitExceededException, CreateChangeSet)" in result.stderr
        assert "DeleteChangeSet" not in account.actions

    def test_follows_a_creation_of_which_the_answer_was_lost(self, predict: Predict) -> None:
        account = Account(template(), problems={"CreateChangeSet": [AwsProblem("AlreadyExistsException", "There is")]})
        assert predict(account, template(threshold)).exit_code == 2
        assert account.actions[-1] == "DeleteChangeSet"


@pytest.fixture
def try_it(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Account], tuple[ChangeSet, list[float]]]]:
    """Tries a change set of an account's stack; gives what became of it, and the seconds that were waited."""
    with ExitStack() as servers:

        def run(account: Account) -> tuple[ChangeSet, list[float]]:
            for name, value in servers.enter_context(serving(account)).items():
                monkeypatch.setenv(name, value)
            client: CloudFormationClient = boto3.Session().client("cloudformation")
            stack = read_stack(client, "Shop")
            new = template_in("new.json", json.dumps(template(threshold)))
            waited: list[float] = []
            result = try_change_set(client, stack, new, {}, {}, tell=lambda _: None, wait=waited.append)
            return result, waited

        yield run


class TestPatience:
    def test_waits_until_the_change_set_is_there(
        self, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]
    ) -> None:
        result, waited = try_it(
            Account(template(), statuses=["CREATE_PENDING", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"])
        )
        assert (result.refusal, result.leftover) == ("", "")
        assert len(waited) == 2

    def test_ends_after_ten_minutes(self, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]) -> None:
        account = Account(template(), statuses=["CREATE_IN_PROGRESS"])
        with pytest.raises(AwsError, match=r"^stack Shop: CloudFormation has not created the change set within 10 min"):
            try_it(account)
        assert account.change_sets == {}

    def test_waits_with_the_deletion_until_the_creation_has_ended(
        self, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]
    ) -> None:
        busy = AwsProblem("InvalidChangeSetStatus", "It is being created")
        account = Account(template(), problems={"DeleteChangeSet": [busy, busy, None]})
        result, waited = try_it(account)
        assert result.leftover == ""
        assert len(waited) == 2
        assert account.change_sets == {}

    def test_with_the_deletion_ends_too(self, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]) -> None:
        busy = AwsProblem("InvalidChangeSetStatus", "It is being created")
        result, _ = try_it(Account(template(), problems={"DeleteChangeSet": [busy]}))
        assert "is left behind (it is being created still). Delete it: aws cloudformation" in result.leftover

    def test_takes_what_is_not_there_for_deleted(
        self, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]
    ) -> None:
        gone = AwsProblem("ChangeSetNotFound", "There is none", 404)
        result, _ = try_it(Account(template(), problems={"DeleteChangeSet": [gone]}))
        assert result.leftover == ""

    def test_gives_a_failure_without_a_reason_one(
        self, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]
    ) -> None:
        result, _ = try_it(Account(template(), statuses=["FAILED"]))
        assert (result.refusal, result.processed) == ("CloudFormation gives no reason.", None)


class TestLostAnswer:
    """Answers that are lost, or no answers: a change set may be there whatever they say."""

    LOST = AwsProblem("InternalFailure", "Sorry.", 500)

    def refused(self, account: Account, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]) -> AwsError:
        with pytest.raises(AwsError) as caught:
            try_it(account)
        return caught.value

    @pytest.mark.parametrize("comes_with", ["CreateChangeSet", "DeleteChangeSet"], ids=["at once", "late"])
    def test_to_its_creation_does_not_leave_it(
        self, comes_with: str, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]
    ) -> None:
        account = Account(template(), problems={"CreateChangeSet": [self.LOST]})

        def create(action: str) -> None:
            if action == comes_with and comes_with not in account.actions[:-1]:
                account.change_sets[account.asked("CreateChangeSet")["ChangeSetName"]] = "{}"

        account.on_call = create
        if comes_with == "DeleteChangeSet":  # after the first one, which finds nothing
            account.problems["DeleteChangeSet"] = [AwsProblem("ChangeSetNotFound", "There is none", 404), None]
        error = self.refused(account, try_it)
        assert getattr(error, "__notes__", []) == []
        assert account.change_sets == {}

    def test_to_a_creation_that_never_was_is_all_that_is_said(
        self, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]
    ) -> None:
        account = Account(template(), problems={"CreateChangeSet": [self.LOST]})
        assert getattr(self.refused(account, try_it), "__notes__", []) == []
        assert account.actions.count("DeleteChangeSet") == 3

    def test_to_its_deletion_is_followed_by_another_one(
        self, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]
    ) -> None:
        account = Account(template(), problems={"DeleteChangeSet": [self.LOST, self.LOST, None]})
        result, _ = try_it(account)
        assert (result.leftover, account.change_sets) == ("", {})

    def test_to_each_deletion_leaves_it_unknown(
        self, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]
    ) -> None:
        result, _ = try_it(Account(template(), problems={"DeleteChangeSet": [self.LOST]}))
        assert "may be left behind (stack Shop: AWS says: Sorry. (InternalFailure, DeleteChangeSet))" in result.leftover

    def test_of_both_says_that_it_may_be_there(
        self, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]
    ) -> None:
        denied = AwsProblem("AccessDenied", "No.", 403)
        account = Account(template(), problems={"CreateChangeSet": [self.LOST], "DeleteChangeSet": [denied]})
        (note,) = self.refused(account, try_it).__notes__
        assert "may be left behind" in note

    def test_ends_at_a_change_set_that_somebody_deletes(
        self, try_it: Callable[[Account], tuple[ChangeSet, list[float]]]
    ) -> None:
        error = self.refused(Account(template(), statuses=["CREATE_PENDING", "DELETE_COMPLETE"]), try_it)
        assert "somebody deletes the change set" in str(error)


def test_leftover_is_told_though_nothing_can_be_printed(predict: Predict, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(predict_command, "_show", fail)
    denied = AwsProblem("AccessDenied", "No.", 403)
    account = Account(template(), problems={"DeleteChangeSet": [denied]})
    monkeypatch.setattr(errors, "_give_up_output", lambda: None)
    result = predict(account, template(threshold))
    assert result.exit_code == 141
    assert "is left behind" in result.stderr.splitlines()[-1]


def interrupt(account: Account, *when: str, folder: Path, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
    """Press Ctrl-C whenever one action after the other was asked for; give exit code and what was said."""
    write(folder / "new.json", template(threshold))
    asked = {action: threading.Event() for action in when}
    account.on_call = lambda action: asked[action].set() if action in asked else None
    with (
        serving(account) as variables,
        subprocess.Popen(
            [*COMMAND, "predict", "--stack", "Shop", "--change-set", "new.json"],
            cwd=folder,
            env=environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as process,
    ):
        for event in asked.values():
            assert event.wait(timeout=60)
            process.send_signal(number)
        _, said = process.communicate(timeout=60)
    return process.returncode, said


class TestCtrlC:
    @pytest.mark.parametrize(
        ("number", "code", "last"),
        [(signal.SIGINT, 130, "Error: interrupted"), (signal.SIGTERM, 143, "Error: terminated")],
    )
    def test_deletes_the_change_set(self, number: signal.Signals, code: int, last: str, tmp_path: Path) -> None:
        account = Account(template(), statuses=["CREATE_IN_PROGRESS"])
        ended, said = interrupt(account, "DescribeChangeSet", folder=tmp_path, number=number)
        assert (ended, said.splitlines()[-1]) == (code, last)
        assert account.actions[-1] == "DeleteChangeSet"
        assert account.change_sets == {}

    def test_again_leaves_it_and_says_so(self, tmp_path: Path) -> None:
        busy = AwsProblem("InvalidChangeSetStatus", "It is being created")
        account = Account(template(), statuses=["CREATE_IN_PROGRESS"], problems={"DeleteChangeSet": [busy]})
        code, said = interrupt(account, "DescribeChangeSet", "DeleteChangeSet", folder=tmp_path)
        assert code == 130
        first, second = said.splitlines()[-2:]
        assert first == "Error: interrupted"
        assert "may be left behind (its deletion was interrupted). Delete it: aws cloudformation" in second
