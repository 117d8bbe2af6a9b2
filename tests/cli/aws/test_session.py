"""Whatever keeps AWS from answering is a sentence, with what to do."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from botocore import exceptions
from botocore.stub import Stubber

from ecs_blue_green.cli.aws.session import AwsError, asking, client_settings, open_cloudformation
from ecs_blue_green.cli.aws.stack import read_stack
from tests.cli.aws.support import ARN, Account, AwsProblem, environment_of, serving
from tests.cli.support import environment, run, write
from tests.support import ROOT
from tests.template.update.edits import template

USER = "arn:aws:iam::123456789012:user/ci"

Said = Callable[..., str]


@pytest.fixture
def said(tmp_path: Path) -> Said:
    """Runs the command in a process, and gives the sentence that it ends with."""

    def run_it(variables: dict[str, str], *options: str) -> str:
        write(tmp_path / "new.json", template())
        done = run("predict", "--stack", "Shop", *options, "new.json", cwd=tmp_path, **variables)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr
        return done.stderr.splitlines()[-1]

    return run_it


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
def test_refusal_of_aws_is_a_sentence(problem: AwsProblem, sentence: str, said: Said) -> None:
    with serving(Account(template(), problems={"DescribeStacks": [problem]})) as variables:
        assert said(variables) == f"Error: stack Shop: {sentence}"


def test_stack_that_does_not_exist_is_a_sentence(tmp_path: Path) -> None:
    write(tmp_path / "new.json", template())
    with serving(Account(template())) as variables:
        done = run("predict", "--stack", "Shpo", "new.json", cwd=tmp_path, **variables)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "Error: stack Shpo: there is none in eu-west-1 of the account that the credentials belong to: check the name, "
        "--region and --profile"
    )


def test_deployed_template_that_is_none_is_a_sentence(said: Said) -> None:
    with serving(Account("- a list\n")) as variables:
        assert said(variables) == ("Error: stack Shop: is no template: a template is an object, and this is a list")


NOBODY = {**environment_of("http://127.0.0.1:9"), "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


def test_no_credentials_is_a_sentence(said: Said) -> None:
    assert said(NOBODY) == (
        "Error: stack Shop: there are no credentials: sign in (such as with `aws sso login`), or name a profile with "
        "--profile"
    )


def test_no_region_is_a_sentence(said: Said) -> None:
    assert said({**NOBODY, "AWS_REGION": "", "AWS_DEFAULT_REGION": ""}) == (
        "Error: AWS: no region is given: add --region, or set AWS_REGION, or a region in the profile"
    )


def test_wrong_region_is_a_sentence(said: Said) -> None:
    assert said(environment_of("http://127.0.0.1:9"), "--region", "eu west").startswith(
        "Error: AWS: the region is none: Provided region_name 'eu west' doesn't match a supported format"
    )


def test_unknown_profile_is_a_sentence(said: Said) -> None:
    assert said(NOBODY, "--profile", "shop") == (
        "Error: AWS: there is no profile 'shop': `aws configure list-profiles` lists those there are"
    )


def test_damaged_configuration_is_a_sentence(said: Said, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile\n")
    assert said({**NOBODY, "AWS_CONFIG_FILE": str(tmp_path / "config")}).startswith(
        "Error: AWS: AWS's configuration can't be read: Unable to parse config file: "
    )


def test_credentials_in_part_are_a_sentence(said: Said, tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = A\n")
    assert said({**NOBODY, "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials")}).startswith(
        "Error: AWS: the credentials can't be read: Partial credentials found"
    )


def test_expired_sign_in_is_a_sentence(said: Said, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(
        "[profile shop]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n"
        "[sso-session s]\nsso_start_url = https://example.com\nsso_region = eu-west-1\n"
    )
    variables = {**NOBODY, "AWS_CONFIG_FILE": str(tmp_path / "config"), "HOME": str(tmp_path)}
    assert said(variables, "--profile", "shop") == (
        "Error: stack Shop: the sign-in has expired, or there was none: sign in again (such as with `aws sso login`), "
        "or set new ones"
    )


def test_endpoint_that_nobody_answers_at_is_a_sentence(said: Said) -> None:
    sentence = said(environment_of("http://127.0.0.1:9"))
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
        (exceptions.NoRegionError(), "the region is none: You must specify a region"),
        (exceptions.UnauthorizedSSOTokenError(), "the sign-in has expired, or there was none: "),
        (exceptions.DataNotFoundError(data_path="x"), "AWS can't be asked: Unable to load data for: x"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_failure_is_a_sentence(error: exceptions.BotoCoreError, sentence: str) -> None:
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
        "Error: AWS: it takes boto3, which the extra `cli` brings: pip install 'ecs-blue-green-cdk[cli]'\n"
    )


def test_requests_are_those_of_the_service_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in environment_of("http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)
    client = open_cloudformation(region="us-east-1", profile=None)
    stack = {"StackName": "Shop", "CreationTime": "2026-11-01", "StackStatus": "CREATE_COMPLETE", "StackId": ARN}
    with Stubber(client) as stubber:
        stubber.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "Shop"})
        for stage in ("Original", "Processed"):
            asked = {"StackName": "Shop", "TemplateStage": stage}
            stubber.add_response("get_template", {"TemplateBody": '{"Resources": {}}'}, asked)
        found = read_stack(client, "Shop")
        stubber.assert_no_pending_responses()
    assert (found.name, found.region, found.status) == ("Shop", "us-east-1", "CREATE_COMPLETE")
    assert (found.rollback_triggers, found.monitoring_minutes, found.live_colour) == ((), 0, None)
