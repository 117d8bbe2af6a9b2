"""``predict --stack``: what is read of a stack, and what is said of it."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from ecs_blue_green.template.hook_facts import LONGEST_MONITORING_MINUTES
from tests.cli.aws.support import ARN, Account, AwsProblem, serving
from tests.cli.predict.test_predict import SCHEMA, STYLES
from tests.cli.support import definitions, invoke, run, run_in_terminal, write
from tests.template.update.edits import (
    PRODUCTION,
    TASK,
    Edit,
    cited,
    image,
    parameter,
    template,
    threshold,
    with_properties,
    with_section,
    without_hook,
)
from tests.template.update.live import green

Predict = Callable[..., Result]

TRIGGERS = {"MonitoringTimeInMinutes": 5, "RollbackTriggers": [{"Arn": "arn:alarm", "Type": "AWS::CloudWatch::Alarm"}]}
LISTENER = with_properties(PRODUCTION, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")


@pytest.fixture
def predict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Predict]:
    """Predicts the update of an account's stack by some edits."""
    with ExitStack() as servers:

        def run(account: Account, *edits: Edit, options: tuple[str, ...] = ()) -> Result:
            monkeypatch.delenv("AWS_PROFILE", raising=False)
            for name, value in servers.enter_context(serving(account)).items():
                monkeypatch.setenv(name, value)
            return invoke("predict", "--stack", "Shop", *options, write(tmp_path / "new.json", template(*edits)))

        yield run


def test_stack_is_compared_with_the_template_as_it_was_submitted(predict: Predict) -> None:
    account = Account(template(), green(template()), rollback=TRIGGERS)
    result = predict(account, image("v2"))
    assert result.exit_code == 0
    first, second, *_ = result.stdout.splitlines()
    assert first == "Shop: green-deployment: CodeDeploy deploys the application blue/green."
    assert second == (
        "Shop: stack: Stack Shop in eu-west-1: UPDATE_COMPLETE; 1 rollback trigger, watched for 5 minutes after "
        "an update; green is live (inferred: Q6)."
    )
    assert "warning" not in result.stdout
    assert result.stderr == "Reading stack Shop …\n"
    stages = [given["TemplateStage"] for action, given in account.calls if action == "GetTemplate"]
    assert stages == ["Original", "Processed"]


def test_json_holds_what_is_known_of_the_stack(predict: Predict) -> None:
    account = Account(template(), rollback=TRIGGERS)
    predicted: dict[str, Any] = json.loads(predict(account, image("v2"), options=("--json",)).stdout)
    SCHEMA.validate(predicted)
    assert predicted["name"] == "Shop"
    assert predicted["stack"] == {
        "name": "Shop",
        "id": ARN,
        "region": "eu-west-1",
        "status": "UPDATE_COMPLETE",
        "live_colour": "blue",
        "live_weights": {},
        "rollback_triggers": ["arn:alarm"],
        "monitoring_minutes": 5,
    }


def test_schema_has_the_longest_monitoring_time() -> None:
    minutes = definitions("predict")["stack"]["properties"]["monitoring_minutes"]
    assert (minutes["minimum"], minutes["maximum"]) == (0, LONGEST_MONITORING_MINUTES)


def test_parameters_are_those_of_the_stack(predict: Predict) -> None:
    tag = with_section("Parameters", Tag=parameter("v1"))
    description = with_properties("Errors", AlarmDescription={"Ref": "Tag"})
    account = Account(template(tag, description), parameters={"Tag": "v7"})
    assert predict(account, tag, description).stdout.startswith("Shop: no-change: ")
    result = predict(account, tag, description, options=("--parameter", "Tag=v8"))
    assert '"v7" -> "v8"' in result.stdout
    result = predict(account, tag, description, options=("--parameter", "Tga=v8"))
    assert result.exit_code == 2
    assert "new.json: has no parameter Tga" in result.stderr


def test_pseudo_parameters_are_those_of_the_stack(predict: Predict) -> None:
    names = ("Partition", "Region", "AccountId", "StackName", "StackId", "URLSuffix")
    written = {"Fn::Sub": "|".join(f"${{AWS::{name}}}" for name in names)}
    literal = f"aws|eu-west-1|123456789012|Shop|{ARN}|amazonaws.com"
    account = Account(template(with_properties("Errors", AlarmDescription=written)))
    assert predict(account, with_properties("Errors", AlarmDescription=literal)).stdout.startswith("Shop: no-change: ")
    topics = with_properties("Errors", AlarmActions={"Ref": "AWS::NotificationARNs"})
    account = Account(template(topics), more={"NotificationARNs": ["arn:topic"]})
    result = predict(account, with_properties("Errors", AlarmActions=["arn:topic"]))
    assert result.stdout.startswith("Shop: no-change: ")


class TestTags:
    def test_of_the_manifest_are_compared_with_those_of_the_stack(self, predict: Predict, tmp_path: Path) -> None:
        predict(Account(template(), tags={"Owner": "a"}))  # for its environment
        folder = tmp_path / "cdk.out"
        folder.mkdir()
        write(folder / "Shop.template.json", template(image("v2")))
        for tags, code in (({"Owner": "a"}, 0), ({"Owner": "b"}, 1), ({}, 1)):
            properties = {"templateFile": "Shop.template.json", "tags": tags}
            write(folder / "manifest.json", {"artifacts": {"Shop": {"properties": properties}}})
            assert invoke("predict", "--stack", "Shop", str(folder)).exit_code == code

    def test_of_a_template_alone_stay_unless_they_are_given(self, predict: Predict) -> None:
        account = Account(template(), tags={"Owner": "a"})
        assert predict(account, image("v2")).exit_code == 0
        assert predict(account, image("v2"), options=("--tag", "Owner=a")).exit_code == 0
        result = predict(account, image("v2"), options=("--tag", "Owner=b"))
        assert result.exit_code == 1
        assert "change of the stack's tags (Owner)" in result.stdout


@pytest.mark.parametrize("text", ["Resources: {A: {Type: 'AWS::SNS::Topic'}}\n", '{"Resources": {"A": {"Type": "T"}}}'])
def test_deployed_template_may_be_yaml_or_json(text: str, predict: Predict) -> None:
    result = predict(Account(text))
    assert result.exit_code == 0
    assert "change: infrastructure: removed A" in result.stdout


class TestLiveColour:
    def test_green_makes_a_change_of_a_listener_an_outage(self, predict: Predict) -> None:
        said = predict(Account(template(), green(template())), LISTENER).stdout
        (warning,) = re.findall("warning: (.+)", said)
        assert PRODUCTION in warning
        assert cited(warning) == {"Q6", "Q9"}

    def test_green_makes_switching_the_hook_off_an_outage(self, predict: Predict) -> None:
        result = predict(Account(template(), green(template())), without_hook)
        assert result.exit_code == 0
        assert cited(*re.findall("warning: (.+)", result.stdout)) == {"Q6", "Q13", "Q14"}

    @pytest.mark.parametrize("edit", [LISTENER, without_hook], ids=["listener", "hook"])
    def test_blue_makes_neither_one(self, edit: Edit, predict: Predict) -> None:
        said = predict(Account(template()), edit).stdout
        assert "blue is live (inferred: Q6)" in said
        assert "outage" not in said

    def test_that_can_not_be_told_leaves_the_general_warning(self, predict: Predict) -> None:
        said = predict(Account(template(), {"Resources": {}}), LISTENER).stdout
        assert "the live colour is not known" in said
        assert "warning: A change of" in said


def test_missing_rollback_triggers_are_told_for_a_green_deployment_only(predict: Predict) -> None:
    said = predict(Account(template()), image("v2")).stdout
    assert "no rollback triggers; " in said
    assert (
        "warning: The stack has no rollback triggers: no alarm rolls the deployment back (documented: L39). The "
        "template can't set them (documented: L40). `ecs-blue-green rollback-triggers set Shop` does.\n"
    ) in said
    assert "warning: " not in predict(Account(template()), threshold).stdout


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("UPDATE_IN_PROGRESS", "CloudFormation refuses any other update until that has ended"),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "CloudFormation refuses any other update until that has"),
        ("UPDATE_ROLLBACK_FAILED", "(`aws cloudformation continue-update-rollback`)"),
        ("ROLLBACK_COMPLETE", "it can't be updated. Delete it and create it again"),
    ],
)
def test_stack_that_can_not_be_updated_now_is_told(status: str, said: str, predict: Predict) -> None:
    result = predict(Account(template(), status=status), image("v2"))
    (warning,) = [line for line in result.stdout.splitlines() if f"warning: Stack Shop is {status}: " in line]
    assert said in warning


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_stack_that_can_be_updated_is_not_talked_about(status: str, predict: Predict) -> None:
    assert "warning: Stack" not in predict(Account(template(), status=status), threshold).stdout


def test_stack_with_no_more_than_a_change_set_has_nothing_deployed(predict: Predict) -> None:
    result = predict(Account(template(), status="REVIEW_IN_PROGRESS"))
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "Error: stack Shop: nothing is deployed yet: it has had no more than a change set"
    )


class TestFolder:
    def test_gives_the_template_of_the_stack_by_its_name_in_the_manifest(
        self, predict: Predict, tmp_path: Path
    ) -> None:
        predict(Account(template()))  # for its environment
        folder = tmp_path / "cdk.out"
        folder.mkdir()
        write(folder / "A1.template.json", template())
        write(folder / "B2.template.json", template(image("v2")))
        artifacts = {"B2": {"properties": {"templateFile": "B2.template.json", "stackName": "Shop"}}}
        write(folder / "manifest.json", {"artifacts": artifacts})
        for name in ("Shop", ARN):
            assert invoke("predict", "--stack", name, str(folder)).stdout.startswith("Shop: green-deployment: ")
        chosen = invoke("predict", "--stack", "Shop", "--template", "A1", str(folder))
        assert chosen.stdout.startswith("Shop: no-change: ")
        write(folder / "manifest.json", {})
        result = invoke("predict", "--stack", "Shop", str(folder))
        assert result.exit_code == 2
        assert result.stderr.splitlines()[-1] == (
            f"Error: {folder}: has no template of Shop: say with --template which one to take: A1, B2"
        )


def test_in_a_process_and_in_a_terminal(tmp_path: Path) -> None:
    write(tmp_path / "new.json", template(image("v2")))
    with serving(Account(template(), rollback=TRIGGERS)) as variables:
        done = run("predict", "--stack", "Shop", "new.json", cwd=tmp_path, **variables)
        assert (done.returncode, done.stderr) == (0, "Reading stack Shop …\n")
        code, screen = run_in_terminal("predict", "--stack", "Shop", "new.json", cwd=tmp_path, **variables)
    assert code == 0
    lines = [line.rstrip() for line in STYLES.sub("", screen).splitlines()]
    assert "  green deployment: CodeDeploy deploys the application blue/green." in lines
    assert any(line.startswith("  Stack Shop in eu-west-1: UPDATE_COMPLETE; 1 rollback trigger") for line in lines)
    assert any(TASK in line for line in lines)


def test_region_and_profile_are_those_of_the_options(tmp_path: Path) -> None:
    write(tmp_path / "new.json", template())
    (tmp_path / "config").write_text("[profile shop]\naws_access_key_id = A\naws_secret_access_key = B\n")
    with serving(Account(template())) as variables:
        variables |= {"AWS_CONFIG_FILE": str(tmp_path / "config")}
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            variables[name] = ""
        options = ["--stack", "Shop", "--region", "us-east-1", "--profile", "shop"]
        done = run("predict", *options, "new.json", cwd=tmp_path, **variables)
    assert done.returncode == 0
    assert "Stack Shop in us-east-1: " in done.stdout


@pytest.mark.parametrize("where", ["refusal", "error"])
def test_what_cloudformation_says_of_a_change_set_is_told_without_hidden_values(predict: Predict, where: str) -> None:
    hidden = with_section("Parameters", Secret=parameter(NoEcho=True), Short=parameter(NoEcho=True), Open=parameter())
    said = "Value hunter-1 (also hunter-2, k and seen) is not allowed. Look."
    account = Account(template(hidden), parameters={"Secret": "****"})
    if where == "refusal":
        account.statuses, account.reason = ["FAILED"], said
    else:
        account.problems = {"CreateChangeSet": [AwsProblem("ValidationError", said)]}
    given = ("Secret=hunter-1,hunter-2", "Short=k", "Open=seen")
    options = [text for one in given for text in ("--parameter", one)]
    result = predict(account, hidden, image("v2"), options=("--change-set", *options))
    assert result.exit_code == (1 if where == "refusal" else 2)
    assert "hunter" not in result.output
    assert "Value **** (also ****, **** and seen) is not allowed. Look." in result.output
    assert account.asked("CreateChangeSet")["Parameters.member.1.ParameterKey"]


def test_a_value_that_only_the_new_template_hides_is_not_told(predict: Predict) -> None:
    def described(**more: Any) -> tuple[Edit, Edit]:
        parameters = with_section("Parameters", Secret=parameter(**more))
        return parameters, with_properties("Errors", AlarmDescription={"Ref": "Secret"})

    account = Account(template(*described()), parameters={"Secret": "hunter-1"})
    result = predict(account, *described(NoEcho=True), options=("--parameter", "Secret=hunter-2"))
    assert "AlarmDescription" in result.output
    assert "hunter" not in result.output


@pytest.mark.parametrize("where", ["refusal", "error"])
@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ("zqxj-" * 600, "zqxj-" * 600),  # of which a part would be left where what AWS says is cut off
        ("zqxj\n\t  kvq", "zqxj kvq"),
        ('zq"xj\\kvq', 'zq\\"xj\\\\kvq'),
        ("zqxj🙂kvq", "zqxj\\ud83d\\ude42kvq"),
        (".*zq(xj+", ".*zq(xj+"),
        ("47.11", "47.11"),
    ],
    ids=["long", "lines", "JSON", "an emoji in JSON", "an expression", "a number"],
)
def test_hidden_values_are_found_however_they_are_told(predict: Predict, where: str, secret: str, told: str) -> None:
    hidden = with_section("Parameters", Secret=parameter(NoEcho=True))
    said = f'{"x" * 700} {{"Value": "{told}"}} is not allowed'
    account = Account(template(hidden))
    if where == "refusal":
        account.statuses, account.reason = ["FAILED"], said
    else:
        account.problems = {"CreateChangeSet": [AwsProblem("ValidationError", said)]}
    result = predict(account, hidden, image("v2"), options=("--change-set", "--parameter", f"Secret={secret}"))
    assert "is not allowed" in result.output
    assert '{"Value": "****"}' in result.output
    assert not any(part in result.output for part in ("zq", "kvq", "47.11"))


@pytest.mark.parametrize("word", ["contain", "changes", "didn't", "submitted"])
def test_what_a_refusal_means_is_told_though_a_hidden_value_is_one_of_its_words(predict: Predict, word: str) -> None:
    hidden = with_section("Parameters", Secret=parameter(NoEcho=True))
    account = Account(template(hidden), statuses=["FAILED"], reason="The submitted information didn't contain changes.")
    result = predict(account, hidden, options=("--change-set", "--parameter", f"Secret={word}"))
    assert result.stdout.startswith("Shop: no-change: ")
    assert result.exit_code == 0


def test_a_refusal_is_explained_though_a_hidden_value_is_one_of_its_words(predict: Predict) -> None:
    hidden = with_section("Parameters", Secret=parameter(NoEcho=True))
    account = Account(template(hidden), statuses=["FAILED"], reason="Template parameters modified by transform")
    result = predict(account, hidden, image("v2"), options=("--change-set", "--parameter", "Secret=modified"))
    (reason,) = re.findall("reason: (CloudFormation creates no .+)", result.stdout)
    assert "Template parameters **** by transform" in reason
    assert cited(reason) == {"P4"}


def test_a_permission_that_is_missing_is_told_without_hidden_values(predict: Predict) -> None:
    hidden = with_section("Parameters", Secret=parameter(NoEcho=True))
    reason = "User: zqxj is not authorized to perform: s3:GetObject on resource: arn:zqxj"
    account = Account(template(hidden), statuses=["FAILED"], reason=reason)
    for secret, said in (("zqxj", "**** lacks the permission s3:GetObject on arn:****"), ("authorized", "lacks the")):
        result = predict(account, hidden, options=("--change-set", "--parameter", f"Secret={secret}"))
        assert result.exit_code == 2
        assert said in result.stderr


@pytest.mark.parametrize("more", [{"LastUpdatedTime": "2026-11-28T10:00:00Z"}, {"StackId": f"{ARN}-another"}], ids=str)
def test_stack_that_is_updated_while_it_is_read_is_not_predicted(predict: Predict, more: dict[str, str]) -> None:
    account = Account(template())
    account.on_call = lambda action: account.more.update(more if action == "GetTemplate" else {})
    result = predict(account, image("v2"), options=("--change-set",))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == (
        "Error: stack Shop: an update of it has begun while it was read: try again when that has ended"
    )
    assert account.actions == ["DescribeStacks", "GetTemplate", "GetTemplate", "DescribeStacks"]
