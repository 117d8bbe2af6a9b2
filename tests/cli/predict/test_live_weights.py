"""``predict --stack`` of services that ECS itself deploys: the live weights decide."""

import copy
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.cli.aws.support import Account, AwsProblem, serving
from tests.cli.predict.test_docs import policies
from tests.cli.support import invoke, schema, write
from tests.loopback import Answer, Request
from tests.template.update.native import BLUE, GREEN, RULE, SERVICE, Edit, image, put, template

_ARN = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:"
PHYSICAL = {
    RULE: f"{_ARN}listener-rule/app/main/1/2/3",
    BLUE: f"{_ARN}targetgroup/blue/1",
    GREEN: f"{_ARN}targetgroup/green/2",
    SERVICE: "arn:aws:ecs:eu-west-1:111111111111:service/main/shop",
}


class NativeAccount(Account):
    """An account whose load balancer has weights of its own."""

    weights: dict[str, int]

    def ListStackResources(self, given: dict[str, str]) -> dict[str, Any]:
        assert given["StackName"]
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": id,
                    "PhysicalResourceId": arn,
                    "ResourceType": "AWS::X::Y",
                    "LastUpdatedTimestamp": "2026-11-01T00:00:00Z",
                    "ResourceStatus": "UPDATE_COMPLETE",
                }
                for id, arn in PHYSICAL.items()
            ]
        }

    def answer(self, request: Request) -> Answer:
        if b"Action=DescribeRules" not in request.body:
            return super().answer(request)
        self.calls.append(("DescribeRules", {}))
        problem = (self.problems.get("DescribeRules") or [None])[0]
        if problem:
            return problem.answer
        groups = "".join(
            f"<member><TargetGroupArn>{PHYSICAL[id]}</TargetGroupArn><Weight>{weight}</Weight></member>"
            for id, weight in self.weights.items()
        )
        forward = f"<ForwardConfig><TargetGroups>{groups}</TargetGroups></ForwardConfig>"
        action = f"<member><Type>forward</Type>{forward}</member>"
        rule = f"<member><RuleArn>{PHYSICAL[RULE]}</RuleArn><Actions>{action}</Actions></member>"
        body = (
            '<DescribeRulesResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">'
            f"<DescribeRulesResult><Rules>{rule}</Rules></DescribeRulesResult></DescribeRulesResponse>"
        )
        return Answer(body.encode(), headers={"Content-Type": "text/xml"})


@pytest.fixture
def account() -> NativeAccount:
    return NativeAccount(template())


@pytest.fixture
def predict(account: NativeAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Predicts the update of the account's stack by an edit, with weights of blue and green."""
    with ExitStack() as servers:

        def run(blue: int, green: int, edit: Edit, *options: str) -> Result:
            account.weights = {BLUE: blue, GREEN: green}
            monkeypatch.delenv("AWS_PROFILE", raising=False)
            for name, value in servers.enter_context(serving(account)).items():
                monkeypatch.setenv(name, value)
            new = copy.deepcopy(template())
            edit(new)
            file = write(tmp_path / "new.json", new)
            return invoke("predict", "--no-lint", "--stack", "Shop", *options, file)

        yield run


@pytest.mark.parametrize(
    ("blue", "green", "edit", "outcome", "code"),
    [
        (100, 0, put(RULE, Priority=7), "in-place-update", 0),
        (0, 100, put(RULE, Priority=7), "outage", 1),
        (0, 100, image("example.com/app:v2"), "native-deployment", 0),
        (95, 5, image("example.com/app:v2"), "refused", 1),
    ],
    ids=["blue live", "green live", "deployment", "split"],
)
def test_live_weights_decide(blue: int, green: int, edit: Edit, outcome: str, code: int, predict: Any) -> None:
    result = predict(blue, green, edit, "--json")
    assert result.exit_code == code
    predicted = json.loads(result.stdout)
    schema("predict").validate(predicted)
    assert predicted["outcome"] == outcome
    assert predicted["stack"]["live_weights"] == {RULE: {BLUE: blue, GREEN: green}}


def test_where_traffic_goes_stands_in_the_line_of_the_stack(predict: Any) -> None:
    (line,) = (line for line in predict(0, 100, put(SERVICE, DesiredCount=4)).stdout.splitlines() if "stack: " in line)
    assert line.endswith("ProductionRule sends 100 % to Green.")


def test_weights_that_can_not_be_read_are_a_warning(account: NativeAccount, predict: Any) -> None:
    account.problems["DescribeRules"] = [AwsProblem("AccessDenied", "not authorized", 403)]
    result = predict(0, 100, put(RULE, Priority=7), "--json")
    assert result.exit_code == 2
    predicted = json.loads(result.stdout)
    assert predicted["outcome"] == "unknown"
    assert predicted["warnings"][0].startswith("Where production traffic goes is not known: ")


def test_the_second_policy_of_the_page_allows_what_is_called(account: NativeAccount, predict: Any) -> None:
    predict(0, 100, put(RULE, Priority=7))
    _, policy, _ = policies()
    actions = [action for statement in policy["Statement"] for action in statement["Action"]]
    called = {action.partition(":")[2] for action in actions} - {"DescribeListeners"}  # of a Network Load Balancer
    assert called == {*account.actions}


def test_other_stacks_are_not_asked_for_weights(account: NativeAccount, predict: Any) -> None:
    account.original = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    predict(0, 100, put(RULE, Priority=7))
    assert not {"ListStackResources", "DescribeRules"} & {*account.actions}
