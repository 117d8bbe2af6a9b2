"""What assert_no_findings says of a template that breaks rules, and of rules that are allowed."""

from typing import Any

import aws_cdk as cdk
import pytest

from ecs_blue_green import HttpListener, InvalidArgumentsError, PauseHook, PauseStage
from ecs_blue_green.template.rules import lint
from ecs_blue_green.testing import assert_no_findings
from tests.native.support import NativeService
from tests.support import Service, Template
from tests.template.defects import good

OUTPUT = {"Value": "https://shop.example.com"}


@pytest.fixture
def template() -> Template:
    """A template without findings."""
    return good().template


def failure(template: Any, **arguments: Any) -> list[str]:
    with pytest.raises(AssertionError) as caught:
        assert_no_findings(template, **arguments)
    return [line.removeprefix("  ") for line in str(caught.value).splitlines()]


def test_nothing_is_found_in_what_is_right(stack: cdk.Stack, service: Service, template: Template) -> None:
    service()
    assert_no_findings(stack)
    assert_no_findings(template)


def test_template_without_hook_and_transform_has_no_findings(stack: cdk.Stack) -> None:
    cdk.CfnResource(stack, "Topic", type="AWS::SNS::Topic")
    cdk.CfnOutput(stack, "Url", value="https://shop.example.com", export_name="Url")
    assert_no_findings(stack)


def test_every_finding_is_told_in_a_line_even_if_the_synth_lets_it_pass(stack: cdk.Stack, service: Service) -> None:
    service()
    cdk.Validations.of(stack).acknowledge(cdk.Acknowledgment(id="ecs-blue-green::exported-output", reason="A test."))
    cdk.CfnOutput(stack, "Docs", value="https://shop.example.com/docs")
    cdk.CfnOutput(stack, "Url", value="https://shop.example.com", export_name="Url")
    first, *findings, advice = failure(stack)
    assert first == "Stack Stack has 2 unwanted findings:"
    assert [line.partition(": ")[0] for line in findings] == ["error exported-output Url", "warning plain-output Docs"]
    assert findings[0].partition(": ")[2] == (
        "Expect CloudFormation to refuse the template: outputs are not supported beside the hook, and none with an "
        "export is known to have worked. Remove the export; pass the value on as literal text or through an SSM "
        "parameter. (documented: L7) See `ecs-blue-green rules exported-output`"
    )
    assert advice == "Fix this, or allow a rule with the reason: allow={'exported-output': '…'}"


def test_hook_in_a_nested_stack_is_found(stack: cdk.Stack) -> None:
    nested = cdk.NestedStack(stack, "Nested")
    cdk.CfnHook(nested, "Hook", type="AWS::CodeDeploy::BlueGreen", properties={})
    cdk.Validations.of(stack).acknowledge(cdk.Acknowledgment(id="CloudFormation-Validate::F0005", reason="A test."))
    cdk.CfnResource(nested, "Topic", type="AWS::SNS::Topic")
    assert any(line.startswith("error nested-stack Hook: ") for line in failure(nested))


def test_services_that_ecs_deploys_are_looked_at_too(stack: cdk.Stack, native: NativeService) -> None:
    hook = PauseHook(stages=[PauseStage.POST_TEST_TRAFFIC_SHIFT])
    native("Right")
    native("Wrong", production_listener=HttpListener(port=81), lifecycle_hooks=[hook])
    first, finding, advice = failure(stack)
    assert first == "Stack Stack has 1 unwanted finding:"
    assert finding.startswith("warning native-hook-without-test-rule WrongService")
    assert finding.endswith("(inferred: NH1, NK27) See `ecs-blue-green rules native-hook-without-test-rule`")
    assert advice == "Fix this, or allow a rule with the reason: allow={'native-hook-without-test-rule': '…'}"
    assert_no_findings(stack, allow={"native-hook-without-test-rule": "Somebody looks at the tasks themselves."})


def test_finding_about_the_whole_template_names_no_logical_id(template: Template) -> None:
    del template["Parameters"]
    assert [line for line in failure(template) if line.startswith("error no-parameters: ")]


def test_allowed_rule_may_find_something(template: Template) -> None:
    template["Outputs"] = {"Url": OUTPUT, "Docs": OUTPUT}
    assert_no_findings(template, allow={"plain-output": "People look there for the address."})


def test_other_findings_than_the_allowed_ones_fail(template: Template) -> None:
    template["Outputs"] = {"Url": OUTPUT, "Arn": {**OUTPUT, "Export": {"Name": "Arn"}}}
    told = failure(template, allow={"plain-output": "People look there for the address."})
    assert told[0] == "The template has 1 unwanted finding:"
    assert [line.partition(":")[0] for line in told[1:-1]] == ["error exported-output Arn"]


def test_rule_that_is_allowed_and_finds_nothing_fails(template: Template) -> None:
    assert failure(template, allow={"plain-output": "There was an output.", "module": "There was a module."}) == [
        "The template has no unwanted findings:",
        "Allowed, but not found any more: module, plain-output; remove it from allow",
    ]


def test_findings_and_what_is_not_found_any_more_are_told_together(template: Template) -> None:
    template["Outputs"] = {"Url": OUTPUT}
    told = failure(template, allow={"module": "There was a module."})
    assert told[0] == "The template has 1 unwanted finding:"
    assert told[-1] == "Allowed, but not found any more: module; remove it from allow"


@pytest.mark.parametrize(
    ("allow", "mistakes"),
    [
        (
            {"plain-outputs": "…", "xyz": "…", 5: "…"},
            [
                "allow must name rules, got 'plain-outputs'; did you mean 'plain-output'?",
                "allow must name rules, got 'xyz'; `ecs-blue-green rules` lists them",
                "allow must name rules, got 5; `ecs-blue-green rules` lists them",
            ],
        ),
        (
            {"plain-output": "", "module": None},
            [
                "allow must say why the findings of 'plain-output' may stay, got ''",
                "allow must say why the findings of 'module' may stay, got None",
            ],
        ),
        (
            ["plain-output"],
            ["allow must be a dict of the ids of rules, each with the reason, got ['plain-output']"],
        ),
        ("plain-output", ["allow must be a dict of the ids of rules, each with the reason, got 'plain-output'"]),
    ],
)
def test_what_is_no_rule_or_has_no_reason_is_refused(allow: Any, mistakes: list[str], template: Template) -> None:
    assert lint(template) == []
    with pytest.raises(InvalidArgumentsError, match=r"^assert_no_findings \(\S*test_findings\.py:\d+\): ") as caught:
        assert_no_findings(template, allow=allow)
    assert [*caught.value.mistakes] == mistakes
