"""Kinds of trouble with AWS, told apart for what goes on in spite of it."""

import pytest
from botocore import exceptions

from ecs_blue_green.cli.aws.session import AwsError, asking
from ecs_blue_green.cli.aws.trouble import Trouble, trouble_of


def refusal(code: str, status: int = 400) -> Exception:
    return exceptions.ClientError(
        {"Error": {"Code": code, "Message": "No"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "DescribeStacks",
    )


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (refusal("AccessDenied", 403), Trouble.DENIED),
        (refusal("ThrottlingException"), Trouble.THROTTLED),
        (refusal("ExpiredToken", 403), Trouble.CREDENTIALS),
        (refusal("InvalidClientTokenId", 403), Trouble.CREDENTIALS),
        (exceptions.NoCredentialsError(), Trouble.CREDENTIALS),
        (refusal("ServiceUnavailable", 503), Trouble.UNREACHABLE),
        (exceptions.EndpointConnectionError(endpoint_url="https://example.com"), Trouble.UNREACHABLE),
        (exceptions.ReadTimeoutError(endpoint_url="https://example.com"), Trouble.UNREACHABLE),
        (refusal("ValidationError"), Trouble.OTHER),
        (AwsError("there is no such stack"), Trouble.OTHER),
    ],
)
def test_trouble_is_told_by_its_cause(error: Exception, trouble: Trouble) -> None:
    with pytest.raises(AwsError) as caught, asking("stack Shop"):
        raise error
    assert trouble_of(caught.value) is trouble
