"""Whatever keeps AWS from answering is a sentence, with what to do."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from botocore import exceptions
from botocore.parsers import ResponseParserError

from ecs_blue_green.cli.aws.calls import UnansweredError, UnreadableAnswerError
from ecs_blue_green.cli.aws.session import (
    AwsError,
    Trouble,
    asking,
    client_settings,
    open_cloudformation,
    open_session,
)
from ecs_blue_green.cli.aws.stack import describe_stack, read_stack
from ecs_blue_green.cli.templates import UnreadableError
from tests.cli.aws.stubs import StubbedAws
from tests.cli.aws.support import ARN, AwsProblem, environment_of
from tests.cli.support import environment, invoke, run, write
from tests.support import ROOT
from tests.template.update.edits import template

USER = "arn:aws:iam::123456789012:user/ci"
STACK = {"StackName": "Shop", "CreationTime": "2026-11-01", "StackStatus": "CREATE_COMPLETE", "StackId": ARN}


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (
            AwsProblem(
                "AccessDenied",
                f"User: {USER} is not authorized to perform: cloudformation:DescribeStacks on resource: {ARN} because "
                "no identity-based policy allows the cloudformation:DescribeStacks action",
                403,
            ),
            f"{USER} lacks the permission cloudformation:DescribeStacks on {ARN} because no identity-based policy "
            "allows the cloudformation:DescribeStacks action: the command's page lists the policy it needs",
        ),
        (
            AwsProblem("AccessDenied", f"{USER} is not authorized to perform: cloudformation:DescribeStacks", 403),
            f"{USER} lacks the permission cloudformation:DescribeStacks: the command's page lists the policy it needs",
        ),
        (
            AwsProblem("AccessDeniedException", "", 403),
            "the permission to call DescribeStacks is missing: AccessDeniedException",
        ),
        (
            AwsProblem("ExpiredToken", "The security token included in the request is expired", 403),
            "the credentials have expired: sign in again (such as with `aws sso login`), or set new ones",
        ),
        (
            AwsProblem("InvalidClientTokenId", "The security token included in the request is invalid.", 403),
            "AWS does not know these credentials (InvalidClientTokenId): check the profile and the AWS_… environment "
            "variables",
        ),
        (
            AwsProblem("Throttling", "Rate exceeded"),
            "AWS gets too many requests from this account just now (Throttling): try again in a minute",
        ),
        (
            AwsProblem("ValidationError", "1 validation error detected"),
            "AWS says: 1 validation error detected (ValidationError, DescribeStacks)",
        ),
        (AwsProblem("InternalFailure", "", 500), "AWS says: InternalFailure (InternalFailure, DescribeStacks)"),
    ],
    ids=lambda value: value.code if isinstance(value, AwsProblem) else "",
)
def test_refusal_of_aws_is_a_sentence(problem: AwsProblem, sentence: str) -> None:
    aws = StubbedAws({"cloudformation:DescribeStacks": problem})
    with pytest.raises(AwsError) as caught:
        describe_stack(aws.session.client("cloudformation"), "Shop")
    assert str(caught.value) == f"stack Shop: {sentence}"


def test_stack_that_does_not_exist_is_a_sentence() -> None:
    aws = StubbedAws({"cloudformation:DescribeStacks": AwsProblem("ValidationError", "Stack Shpo does not exist")})
    with pytest.raises(AwsError) as caught:
        describe_stack(aws.session.client("cloudformation"), "Shpo")
    assert str(caught.value) == (
        "stack Shpo: there is none in eu-west-1 of the account that the credentials belong to: check the name, "
        "--region and --profile"
    )


def test_stack_with_a_change_set_alone_is_not_deployed() -> None:
    stack = STACK | {"StackStatus": "REVIEW_IN_PROGRESS"}
    aws = StubbedAws({"cloudformation:DescribeStacks": {"Stacks": [stack]}})
    with pytest.raises(AwsError, match="nothing is deployed yet"):
        describe_stack(aws.session.client("cloudformation"), "Shop")


def test_deployed_template_that_is_none_is_a_sentence() -> None:
    aws = StubbedAws(
        {
            "cloudformation:DescribeStacks": {"Stacks": [STACK]},
            "cloudformation:GetTemplate": {"TemplateBody": "- a list\n"},
        }
    )
    with pytest.raises(UnreadableError) as caught:
        read_stack(aws.session.client("cloudformation"), "Shop")
    assert str(caught.value) == "stack Shop: is no template: a template is an object, and this is a list"


def test_stack_is_read_with_both_its_templates() -> None:
    aws = StubbedAws(
        {
            "cloudformation:DescribeStacks": {"Stacks": [STACK]},
            "cloudformation:GetTemplate": lambda given: {
                "TemplateBody": f'{{"Description": "{given["TemplateStage"]}", "Resources": {{}}}}'
            },
        }
    )
    found = read_stack(aws.session.client("cloudformation"), "Shop")
    assert (found.name, found.id, found.region, found.status) == ("Shop", ARN, "eu-west-1", "CREATE_COMPLETE")
    assert (found.rollback_triggers, found.monitoring_minutes, found.live_colour) == ((), 0, None)
    assert (found.original.content["Description"], found.processed.content["Description"]) == ("Original", "Processed")


def test_triggers_and_parameters_of_a_stack_are_read() -> None:
    more = {
        "RollbackConfiguration": {"RollbackTriggers": [{"Arn": "a", "Type": "t"}], "MonitoringTimeInMinutes": 7},
        "Parameters": [{"ParameterKey": "Tag", "ParameterValue": "v1"}, {"ParameterKey": "Hidden"}],
    }
    aws = StubbedAws(
        {
            "cloudformation:DescribeStacks": {"Stacks": [STACK | more]},
            "cloudformation:GetTemplate": {"TemplateBody": '{"Resources": {}}'},
        }
    )
    found = read_stack(aws.session.client("cloudformation"), "Shop")
    assert (found.rollback_triggers, found.monitoring_minutes) == (("a",), 7)
    assert found.parameters == {"Tag": "v1", "Hidden": ""}


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without credentials, from which AWS would be asked on this machine, where nobody answers."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in environment_of("http://127.0.0.1:9").items():
        if name not in {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}:
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    return monkeypatch


def ask(region: str | None = None, profile: str | None = None) -> str:
    """Ask for a stack; give the sentence that comes in place of an answer."""
    with pytest.raises(AwsError) as caught:
        describe_stack(open_cloudformation(region=region, profile=profile), "Shop")
    return str(caught.value)


def test_no_credentials_is_a_sentence(nobody: pytest.MonkeyPatch) -> None:
    assert ask() == (
        "stack Shop: there are no credentials: sign in (such as with `aws sso login`), or name a profile with --profile"
    )


def test_no_region_is_a_sentence(nobody: pytest.MonkeyPatch) -> None:
    nobody.setenv("AWS_REGION", "")
    nobody.setenv("AWS_DEFAULT_REGION", "")
    assert ask() == "AWS: no region is given: add --region, or set AWS_REGION, or a region in the profile"


@pytest.mark.parametrize(
    ("given", "aws_region", "default", "found"),
    [
        ("us-east-1", "eu-west-1", "eu-north-1", "us-east-1"),
        (None, "eu-west-1", "eu-north-1", "eu-west-1"),
        (None, "", "eu-north-1", "eu-north-1"),
    ],
)
def test_region_is_the_given_one_or_that_of_the_environment(
    given: str | None, aws_region: str, default: str, found: str, nobody: pytest.MonkeyPatch
) -> None:
    nobody.setenv("AWS_REGION", aws_region)
    nobody.setenv("AWS_DEFAULT_REGION", default)
    assert open_session(region=given, profile=None).region_name == found
    assert open_cloudformation(region=given, profile=None).meta.region_name == found


def test_wrong_region_is_a_sentence(nobody: pytest.MonkeyPatch) -> None:
    assert ask(region="eu west").startswith(
        "AWS: this is no region: Provided region_name 'eu west' doesn't match a supported format"
    )


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        ("status", "AWS_ENDPOINT_URL", "foo"),
        ("status", "AWS_ENDPOINT_URL_ECS", "http://[::1"),
        ("status", "AWS_DEFAULTS_MODE", "x"),
        ("status", "AWS_REGION", "eu west"),
        ("rollback-triggers show", "AWS_MAX_ATTEMPTS", "many"),
        ("predict --stack", "AWS_ENDPOINT_URL", "foo"),
    ],
)
def test_settings_that_no_client_can_be_made_of_are_a_sentence(
    command: str, name: str, value: str, nobody: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nobody.setenv(name, value)
    more = [write(tmp_path / "new.json", template())] if command.startswith("predict") else []
    result = invoke(*command.split(), "Shop", *more)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: AWS: ")
    assert len(result.stderr.splitlines()) == 1


def test_unknown_profile_is_a_sentence(nobody: pytest.MonkeyPatch) -> None:
    assert ask(profile="shop") == (
        "AWS: there is no profile 'shop': `aws configure list-profiles` lists those there are"
    )


def test_damaged_configuration_is_a_sentence(nobody: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile\n")
    nobody.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert ask().startswith("AWS: AWS's configuration can't be read: Unable to parse config file: ")


def test_credentials_in_part_are_a_sentence(nobody: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = A\n")
    nobody.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    assert ask().startswith("AWS: the credentials can't be read: Partial credentials found")


def test_expired_sign_in_is_a_sentence(nobody: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(
        "[profile shop]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n"
        "[sso-session s]\nsso_start_url = https://example.com\nsso_region = eu-west-1\n"
    )
    nobody.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert ask(profile="shop") == (
        "stack Shop: the sign-in has expired, or there was none: sign in again (such as with `aws sso login`), or set "
        "new ones"
    )


def test_endpoint_that_nobody_answers_at_is_a_sentence(tmp_path: Path) -> None:
    write(tmp_path / "new.json", template())
    done = run("predict", "--stack", "Shop", "new.json", cwd=tmp_path, **environment_of("http://127.0.0.1:9"))
    assert (done.returncode, done.stdout) == (2, "")
    sentence = done.stderr.splitlines()[-1]
    assert sentence.startswith("Error: stack Shop: AWS can't be reached: Could not connect to the endpoint URL")
    assert sentence.endswith(". Check the network, a proxy (HTTPS_PROXY) and the region")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (exceptions.ReadTimeoutError(endpoint_url="https://x"), "AWS can't be reached: Read timeout on endpoint URL"),
        (exceptions.ConnectionClosedError(endpoint_url="https://x"), "AWS can't be reached: Connection was closed"),
        (
            exceptions.SSLError(endpoint_url="https://x", error=OSError("bad")),
            "AWS can't be reached: SSL validation failed",
        ),
        (exceptions.ProxyConnectionError(proxy_url="https://x"), "AWS can't be reached: Failed to connect to proxy"),
        (exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2), "AWS can't be reached: 1 read, but"),
        (ResponseParserError("Unable to parse response"), "AWS's answer can't be read: Unable to parse response"),
        (exceptions.PaginationError(message="twice"), "AWS's answer can't be read: Error during pagination: twice"),
        (UnreadableAnswerError("it is a html"), "AWS's answer can't be read: it is a html. Check the network, and a"),
        (UnansweredError("it has not answered in time"), "AWS can't be reached: it has not answered in time. Check"),
        (exceptions.NoRegionError(), "this is no region: You must specify a region"),
        (exceptions.UnauthorizedSSOTokenError(), "the sign-in has expired, or there was none: "),
        (exceptions.DataNotFoundError(data_path="x"), "AWS can't be asked: Unable to load data for: x"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_failure_is_a_sentence(error: Exception, sentence: str) -> None:
    with pytest.raises(AwsError) as caught, asking("stack Shop"):
        raise error
    assert str(caught.value).startswith(f"stack Shop: {sentence}")


def test_endpoint_that_does_not_answer_is_given_up_soon() -> None:
    settings = vars(client_settings())
    assert settings["connect_timeout"] * 3 + settings["read_timeout"] <= 60


def test_without_boto3_it_says_how_to_install_it(tmp_path: Path) -> None:
    for name in ("click", "rich", "yaml"):
        (package,) = import_module(name).__path__
        (tmp_path / name).symlink_to(package)
    done = subprocess.run(
        [sys.executable, "-S", "-m", "ecs_blue_green.cli", "predict", "--stack", "Shop", "new.json"],
        cwd=tmp_path,
        env={**environment(), "PYTHONPATH": f"{ROOT / 'src'}:{tmp_path}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Error: AWS: boto3 is missing, which the extra `cli` brings: pip install 'ecs-blue-green-cdk[cli]'\n"
    )


def refusal(code: str, status: int = 400) -> Exception:
    return exceptions.ClientError(
        {"Error": {"Code": code, "Message": "No"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "DescribeStacks",
    )


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (refusal("AccessDenied", 403), Trouble.DENIED),
        (refusal("UnauthorizedOperation", 403), Trouble.DENIED),
        (refusal("ThrottlingException"), Trouble.THROTTLED),
        (refusal("Throttling", 503), Trouble.THROTTLED),
        (refusal("ExpiredToken", 403), Trouble.CREDENTIALS),
        (refusal("InvalidClientTokenId", 403), Trouble.CREDENTIALS),
        (exceptions.NoCredentialsError(), Trouble.CREDENTIALS),
        (refusal("InternalFailure", 500), Trouble.UNREACHABLE),
        (refusal("ServiceUnavailable", 503), Trouble.UNREACHABLE),
        (exceptions.EndpointConnectionError(endpoint_url="https://example.com"), Trouble.UNREACHABLE),
        (exceptions.ReadTimeoutError(endpoint_url="https://example.com"), Trouble.UNREACHABLE),
        (exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2), Trouble.UNREACHABLE),
        (ResponseParserError("<html>"), Trouble.UNREACHABLE),
        (exceptions.PaginationError(message="twice"), Trouble.UNREACHABLE),
        (UnreadableAnswerError("it is a html"), Trouble.UNREACHABLE),
        (UnansweredError("it has not answered in time"), Trouble.UNREACHABLE),
        (refusal("RequestThrottled", 503), Trouble.THROTTLED),
        (refusal("LimitExceededException"), Trouble.OTHER),  # a quota
        (refusal("ValidationError"), Trouble.OTHER),
        (refusal("ChangeSetNotFound", 404), Trouble.OTHER),
        (AwsError("there is no such stack"), Trouble.OTHER),
    ],
    ids=repr,
)
def test_trouble_is_told_by_its_cause(error: Exception, trouble: Trouble) -> None:
    with pytest.raises(AwsError) as caught, asking("stack Shop"):
        raise error
    assert caught.value.trouble is trouble


LOST = "http://shop:hunter@127.0.0.1:9"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"AWS_SESSION_TOKEN": "hunter\n"}, "Invalid header value ****."),
        ({"AWS_ENDPOINT_URL": LOST}, 'endpoint URL: "http://****@127.0.0.1:9/"'),
        ({"AWS_ENDPOINT_URL": "http://shop:hunter@"}, ""),
        *(
            ({"HTTP_PROXY": proxy, "http_proxy": proxy, "NO_PROXY": "", "no_proxy": ""}, said)
            for proxy, said in (
                (LOST, "@127.0.0.1:9"),
                ("socks5://shop:hunter@127.0.0.1:9", '"http://****@127.0.0.1:9"'),
                ("http://shop:hunter/x@127.0.0.1:9", "Failed to parse: **** is not a valid host or port"),
            )
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_passwords_are_not_told(variables: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**environment_of("http://127.0.0.1:9"), **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with pytest.raises(AwsError) as caught:
        describe_stack(open_cloudformation(region=None, profile=None), "Shop")
    assert "hunter" not in str(caught.value)
    assert said in str(caught.value)
