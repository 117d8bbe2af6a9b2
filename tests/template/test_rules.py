"""The rules find what is wrong with a template, and nothing else."""

import copy
import json
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from ecs_blue_green.template import model
from ecs_blue_green.template.findings import Evidence, Finding
from ecs_blue_green.template.rules import RULES, lint, nearest_rule
from ecs_blue_green.template.rules.rule import Found, rule
from ecs_blue_green.template.values import mapping, nodes, sequence
from ecs_blue_green.testing import assert_no_findings
from tests.support import ROOT, Template
from tests.template.defects import DEFECTS, Defect, cases, good
from tests.template.defects.parts import Parts

CONSTRUCT = sorted((ROOT / "tests/__snapshots__/test_snapshots").glob("*.json"))
TRIVIA = sorted((ROOT / "tests/examples/__snapshots__/test_trivia").glob("*Backend[PT]*.json"))
DOCUMENTED = ROOT / "tests/template/documented_example.yaml"
MESSAGES = ROOT / "tests/template/messages.txt"


def rules_of(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("path", CONSTRUCT, ids=lambda path: path.stem)
def test_templates_of_the_construct_have_no_findings(path: Any) -> None:
    assert_no_findings(json.loads(path.read_text()))


@pytest.mark.parametrize("path", TRIVIA, ids=lambda path: path.stem)
def test_trivia_is_only_warned_of_its_tag(path: Any) -> None:
    """Its pipeline gives each release a tag; in the snapshot it is latest."""
    assert rules_of(lint(json.loads(path.read_text()))) == ["image-tag-latest"]


def test_documented_example_is_only_warned_of_its_two_quirks() -> None:
    """Its image has the tag latest, and its service waits for no listener: both as AWS shows it."""
    template = yaml.safe_load(DOCUMENTED.read_text())
    assert rules_of(lint(template)) == ["image-tag-latest", "service-dependencies"]
    template["Resources"]["FirstTask"]["Properties"]["ContainerDefinitions"][0]["Image"] = "example.com/shop:v1"
    template["Resources"]["Shop"]["DependsOn"] = "Entrance"
    assert lint(template) == []


@pytest.mark.parametrize("defect", cases())
def test_defect_is_found_by_the_rule_meant_for_it(defect: Defect) -> None:
    parts = defect.good()
    assert lint(parts.template) == []
    defect.plant(parts)
    findings = lint(parts.template)
    assert set(rules_of(findings)) == defect.rules
    for finding in findings:
        broken = RULES[finding.rule]
        assert (finding.severity, finding.evidence, finding.rests_on) == (
            broken.severity,
            broken.evidence,
            broken.rests_on,
        )
        assert finding.logical_id in {"", *parts.resources, *known_ids(parts.template)}
        assert finding.help == f"ecs-blue-green rules {finding.rule}"
        said, _, basis = finding.message.partition(f". ({' and '.join(broken.evidence)}: ")
        assert basis == f"{', '.join(broken.rests_on)})"
        # Evidence stands at the end, and nowhere else.
        assert not re.search(r"\b(documented|reported|inferred|contradicted|N?[SLQPCUBHRIKMEWD]\d+)\b", said)


def said_of(defect: Defect) -> list[str]:
    """Each message about a defect, with the rule, in a line."""
    parts = defect.good()
    defect.plant(parts)
    return [f"{defect.plant.__name__}: {finding.rule}: {finding.message}" for finding in lint(parts.template)]


def test_messages_are_these() -> None:
    """Read them when they change: where, what will happen, what to do, and the evidence at the end."""
    assert [line for defect in DEFECTS for line in said_of(defect)] == MESSAGES.read_text().splitlines()


def known_ids(template: Template) -> set[str]:
    return {id for section in ("Hooks", "Parameters", "Outputs") for id in template.get(section, {})}


def test_every_rule_has_a_defect_that_it_finds() -> None:
    assert {rule for defect in DEFECTS for rule in defect.rules} == set(RULES)
    assert len(DEFECTS) >= 200


@pytest.mark.parametrize(
    "image",
    [
        "example.com/shop:v1",
        "example.com/shop@sha256:" + 64 * "0",
        "example.com/shop:latest@sha256:" + 64 * "0",
        {"Fn::Join": ["", ["1.dkr.ecr.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}, "/shop:v1"]]},
        {"Fn::Join": ["", [{"Ref": "Repository"}, ":v1"]]},
        {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/cdk-assets:0123abcd"},
        {"Fn::Sub": ["${Repository}:v1", {"Repository": {"Ref": "Repository"}}]},
    ],
    ids=str,
)
def test_image_with_a_literal_tag_or_digest_is_right(image: Any) -> None:
    parts = good()
    parts.image(image)
    assert lint(parts.template) == []


def test_image_without_a_tag_after_a_function_is_latest() -> None:
    parts = good()
    parts.image({"Fn::Join": ["", [{"Ref": "Registry"}, "/shop"]]})
    assert rules_of(lint(parts.template)) == ["image-tag-latest"]


@pytest.mark.parametrize(("step", "bake", "wait"), [(14, 0, 0), (100, 5, 0), (50, 1080, 1080)])
def test_times_and_steps_at_their_limits_are_right(step: int, bake: int, wait: int) -> None:
    parts = good()
    linear = {"StepPercentage": step, "BakeTimeMins": bake}
    parts.settings["TrafficRoutingConfig"] = {"Type": "TimeBasedLinear", "TimeBasedLinear": linear}
    parts.settings["AdditionalOptions"]["TerminationWaitTimeInMinutes"] = wait
    assert lint(parts.template) == []


def test_longest_termination_wait_alone_is_too_long_for_a_deployment() -> None:
    parts = good()
    parts.settings["AdditionalOptions"]["TerminationWaitTimeInMinutes"] = 2880
    assert rules_of(lint(parts.template)) == ["deployment-too-long"]


def test_number_that_is_too_long_to_be_printed_after_a_calculation_is_no_number() -> None:
    parts = good()
    steps = {"StepPercentage": 14, "BakeTimeMins": 10**4300 - 1}
    parts.settings["TrafficRoutingConfig"] = {"Type": "TimeBasedLinear", "TimeBasedLinear": steps}
    assert rules_of(lint(parts.template)) == ["hook-schema"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (True, ["no-echo-parameter"]),
        ("true", ["no-echo-parameter"]),
        ("True", ["no-echo-parameter"]),
        (False, []),
        ("false", []),
    ],
)
def test_no_echo_is_read_however_it_is_written(written: Any, found: list[str]) -> None:
    parts = good()
    parts.template["Parameters"]["Password"] = {"Type": "String", "NoEcho": written}
    assert rules_of(lint(parts.template)) == found


@pytest.mark.parametrize(("more", "told"), [({}, True), ({"NoEcho": True}, False)], ids=["open", "hidden"])
def test_findings_quote_no_default_of_a_hidden_parameter(more: dict[str, Any], told: bool) -> None:
    parts = good()
    parts.template["Parameters"]["Step"] = {"Type": "Number", "Default": "4711", **more}
    parts.hook["Properties"]["TrafficRoutingConfig"] = {
        "Type": "TimeBasedLinear",
        "TimeBasedLinear": {"StepPercentage": {"Ref": "Step"}, "BakeTimeMins": 5},
    }
    assert ("4711" in repr(lint(parts.template))) == told


def test_no_defect_has_a_finding_that_quotes_an_environment_variable() -> None:
    for defect in DEFECTS:
        parts = defect.good()
        defect.plant(parts)
        for _, node in nodes(parts.template):
            for container in sequence(mapping(node).get("ContainerDefinitions")):
                if isinstance(container, dict):
                    container["Environment"] = [{"Name": "STAGE", "Value": "hunter"}]
        assert "hunter" in repr(parts.template)
        assert "hunter" not in repr(lint(parts.template))


def test_two_ids_that_are_no_text_are_not_said_to_be_the_same() -> None:
    parts = good()
    parts.ecs["TaskSets"] = [{"Ref": "Blue"}, {"Ref": "Green"}]
    assert {*rules_of(lint(parts.template))} == {"hook-schema"}


def test_blue_id_in_both_places_is_no_green_id_that_is_defined() -> None:
    parts = good()
    parts.ecs["TaskDefinitions"][1] = parts.task_id
    assert rules_of(lint(parts.template)) == ["colours-not-a-pair"]


@pytest.mark.parametrize("zero", [0, "0"])
def test_green_with_weight_zero_is_right(zero: Any) -> None:
    parts = good()
    parts.forward(parts.production_id, (parts.blue_id, 1), (parts.green_id, zero))
    assert lint(parts.template) == []


def test_load_balancer_that_is_not_known_is_not_compared() -> None:
    parts = good()
    parts.template["Parameters"]["LoadBalancer"] = {"Type": "String"}
    parts.of(parts.test_id)["LoadBalancerArn"] = {"Ref": "LoadBalancer"}
    assert lint(parts.template) == []


def test_rule_of_a_route_that_sends_to_blue_is_right() -> None:
    parts = good()
    action = {"Type": "forward", "TargetGroupArn": {"Ref": parts.blue_id}}
    parts.add("AWS::ElasticLoadBalancingV2::ListenerRule", ListenerArn={"Ref": parts.test_id}, Actions=[action])
    assert lint(parts.template) == []


@pytest.mark.parametrize("action", [{"Fn::If": ["IsProd", {}, {}]}, {"Ref": "AWS::NoValue"}], ids=str)
def test_listener_whose_actions_only_cloudformation_knows_is_not_minded(action: Any) -> None:
    parts = good()
    parts.of(parts.production_id)["DefaultActions"] = [action]
    assert lint(parts.template) == []
    parts.of(parts.production_id)["DefaultActions"] = action
    assert lint(parts.template) == []


def test_literal_arns_of_load_balancers_are_compared() -> None:
    parts = good()
    for id, name in ((parts.production_id, "one"), (parts.test_id, "other")):
        parts.of(id)["LoadBalancerArn"] = f"arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/{name}"
    assert rules_of(lint(parts.template)) == ["other-load-balancer"]


@pytest.mark.parametrize("protocol", ["QUIC", "TCP", "TCP_QUIC", "TCP_UDP", "TLS", "UDP"])
def test_protocol_of_a_listener_shows_a_network_load_balancer(protocol: str) -> None:
    parts = good()
    for id in (parts.production_id, parts.test_id):
        parts.of(id)["Protocol"] = protocol
    assert rules_of(lint(parts.template)) == ["nlb-routing"]  # once, though both listeners are of it


@pytest.mark.parametrize(
    "name",
    [
        "CapacityProviderStrategy",
        "LaunchType",
        "LoadBalancers",
        "NetworkConfiguration",
        "PlatformVersion",
        "ServiceRegistries",
        "TaskDefinition",
        "ServiceConnectConfiguration",
        "VolumeConfigurations",
    ],
)
def test_service_has_nothing_of_the_task_set_and_nothing_that_needs_another_controller(name: str) -> None:
    parts = good()
    parts.of(parts.service_id)[name] = {}
    (finding,) = lint(parts.template)
    assert finding.rule == "service-property"
    assert name in finding.message


def test_controller_that_only_cloudformation_knows_is_not_minded() -> None:
    parts = good()
    parts.of(parts.service_id)["DeploymentController"]["Type"] = {"Ref": "Controller"}
    assert lint(parts.template) == []


@pytest.mark.parametrize("section", ["Conditions", "Hooks", "Mappings", "Outputs", "Resources", "Rules"])
@pytest.mark.parametrize(
    ("function", "rule"), [("Fn::ImportValue", "imported-value"), ("Fn::GetStackOutput", "stack-output")]
)
def test_value_of_another_stack_is_found_in_any_section(section: str, function: str, rule: str) -> None:
    parts = good()
    parts.template.setdefault(section, {})["Thing"] = {"Value": [{function: "name"}]}
    assert ("Thing", rule) in {(finding.logical_id, finding.rule) for finding in lint(parts.template)}


def test_hook_in_a_nested_stack_is_found_where_it_is_told_to_be_one() -> None:
    parts = good()
    assert [(found.rule, found.logical_id) for found in lint(parts.template, nested=True)] == [
        ("nested-stack", parts.hook_id)
    ]


def test_scale_may_be_a_text() -> None:
    parts = good()
    parts.of(parts.task_set_id)["Scale"]["Value"] = "100"
    assert lint(parts.template) == []


@pytest.mark.parametrize("attribute", ["DeletionPolicy", "UpdateReplacePolicy"])
@pytest.mark.parametrize(("policy", "found"), [("Retain", 1), ("RetainExceptOnCreate", 1), ("Delete", 0)])
def test_task_set_is_not_retained_by_any_policy(attribute: str, policy: str, found: int) -> None:
    parts = good()
    parts.resources[parts.task_set_id][attribute] = policy
    assert rules_of(lint(parts.template)) == ["task-set-retained"] * found


def test_service_of_the_task_set_may_be_named_by_text() -> None:
    parts = good()
    parts.of(parts.task_set_id)["Service"] = "shop"
    assert "task-set-elsewhere" not in rules_of(lint(parts.template))


@pytest.mark.parametrize("mapping", [{"ContainerPortRange": "80-90"}, {"ContainerPort": "8080"}, {"Ref": "P"}], ids=str)
def test_port_that_is_not_known_as_a_number_is_not_compared(mapping: Any) -> None:
    parts = good()
    for container in parts.of(parts.task_id)["ContainerDefinitions"]:
        container["PortMappings"] = [mapping]
    assert lint(parts.template) == []


def test_block_beside_an_unknown_type_of_routing_is_no_second_mistake() -> None:
    parts = good()
    steps = {"StepPercentage": 20, "BakeTimeMins": 5}
    parts.settings["TrafficRoutingConfig"] = {"Type": "TIME_BASED_CANARY", "TimeBasedCanary": steps}
    assert rules_of(lint(parts.template)) == ["hook-schema"]


def test_transform_may_be_an_object_with_a_name() -> None:
    parts = good()
    parts.template["Transform"] = {"Name": parts.template["Transform"]}
    assert lint(parts.template) == []


@pytest.mark.parametrize("entry", [{}, 5, ""], ids=str)
def test_transform_without_a_name_is_not_taken_for_another(entry: Any) -> None:
    parts = good()
    parts.template["Transform"] = [parts.template["Transform"], entry]
    assert lint(parts.template) == []


@pytest.mark.parametrize(("version", "found"), [("GRPC", 2), ("HTTP2", 2), ("HTTP1", 0)])
def test_protocol_versions_but_the_first_are_lost(version: str, found: int) -> None:
    parts = good()
    for id in (parts.blue_id, parts.green_id):
        parts.of(id)["ProtocolVersion"] = version
    assert rules_of(lint(parts.template)) == ["lost-property"] * found


@pytest.mark.parametrize("name", ["ConfiguredAtLaunch", "EnableFaultInjection", "RestartPolicy", "VersionConsistency"])
def test_young_property_is_found_anywhere_in_a_task_definition(name: str) -> None:
    parts = good()
    parts.of(parts.task_id)["Volumes"] = [{"Name": "data", name: True}]
    assert rules_of(lint(parts.template)) == ["young-property"]


def test_second_hook_with_its_service_is_found_once() -> None:
    parts = good()
    parts.template["Hooks"]["SecondHook"] = copy.deepcopy(parts.hook)
    assert rules_of(lint(parts.template)) == ["second-service"]


def test_what_two_applications_have_wrong_together_is_found_once() -> None:
    parts = good()
    parts.settings["Applications"].append(copy.deepcopy(parts.application))
    parts.image("example.com/shop:latest")
    assert rules_of(lint(parts.template)) == ["second-service", "image-tag-latest"]


def test_numbers_may_be_known_only_to_cloudformation() -> None:
    parts = good()
    linear = {"StepPercentage": {"Ref": "Step"}, "BakeTimeMins": {"Fn::FindInMap": ["Stages", "Prod", "Bake"]}}
    parts.settings["TrafficRoutingConfig"]["TimeBasedLinear"] = linear
    parts.settings["AdditionalOptions"]["TerminationWaitTimeInMinutes"] = {"Ref": "Wait"}
    assert lint(parts.template) == []


def test_task_set_may_wait_for_the_listener_itself() -> None:
    parts = good()
    parts.resources[parts.task_set_id]["DependsOn"] = parts.resources[parts.service_id].pop("DependsOn")
    assert lint(parts.template) == []


@pytest.mark.parametrize("function", ["Ref", "Fn::GetAtt", "Fn::Sub"])
def test_naming_the_listener_is_waiting_for_it(function: str) -> None:
    parts = good()
    del parts.resources[parts.service_id]["DependsOn"]
    named = {"Ref": "{}", "Fn::GetAtt": "{}.ListenerArn", "Fn::Sub": "arn of ${{{}}}"}[function]
    parts.of(parts.task_set_id)["ExternalId"] = {function: named.format(parts.production_id)}
    assert lint(parts.template) == []


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("two_applications", "service_id"),
        ("step_of_13_percent", "hook_id"),
        ("blue_task_definition_undefined", "hook_id"),
        ("an_import_in_the_service", "service_id"),
        ("service_that_waits_for_nothing", "service_id"),
        ("latest", "task_id"),
        ("half_a_task_set", "task_set_id"),
        ("no_primary_task_set", "task_set_id"),
        ("test_listener_of_another_load_balancer", "test_id"),
        ("production_listener_on_green", "production_id"),
        ("green_on_another_port", "green_id"),
        ("named_target_group", "blue_id"),
    ],
)
def test_finding_names_what_it_is_about(name: str, about: str) -> None:
    parts = good()
    (plant,) = [plant for plant, *_ in DEFECTS if plant.__name__ == name]
    plant(parts)
    assert lint(parts.template)[0].logical_id == getattr(parts, about)


def test_template_without_hook_and_transform_has_no_findings() -> None:
    parts = good()
    del parts.template["Hooks"], parts.template["Transform"]
    parts.template["Outputs"] = {"Name": {"Value": "shop", "Export": {"Name": "shop-name"}}}
    assert lint(parts.template) == []


def test_findings_come_errors_first_and_always_in_the_same_order() -> None:
    parts = good()
    for plant, *_ in DEFECTS:
        if plant.__name__ in {"an_output", "a_nested_stack", "named_target_group", "latest", "half_a_task_set"}:
            plant(parts)
    findings = lint(parts.template)
    assert [(finding.severity, finding.rule) for finding in findings] == [
        ("error", "nested-stack"),
        ("error", "task-set-scale"),
        ("warning", "plain-output"),
        ("warning", "target-group-name"),
        ("warning", "image-tag-latest"),
    ]
    shuffled = json.loads(json.dumps(parts.template), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert lint(shuffled) == findings


def nested(depth: int, leaf: Any) -> Any:
    for _ in range(depth):
        leaf = {"Fn::If": [leaf]}
    return leaf


def test_nothing_is_too_deep() -> None:
    """A template may be deeper than Python's recursion goes."""
    parts = good()
    for places_with_anything in (parts.settings, parts.routing, *(parts.of(id) for id in parts.resources)):
        for name in places_with_anything:
            places_with_anything[name] = nested(2000, 1)
    assert "hook-schema" in rules_of(lint(parts.template))


def test_target_groups_may_have_other_tags() -> None:
    parts = good()
    for id in (parts.blue_id, parts.green_id):
        parts.of(id)["Tags"] = [{"Key": "Colour", "Value": id}]
    assert lint(parts.template) == []


@pytest.mark.parametrize(
    ("blue", "green", "found"),
    [
        (1, 1, []),
        (1, 2, ["target-groups-differ"]),
        ({}, 1, ["target-groups-differ"]),
        ([], {}, ["target-groups-differ"]),
    ],
)
def test_target_groups_are_compared_however_deep(blue: Any, green: Any, found: list[str]) -> None:
    parts = good()
    parts.of(parts.blue_id)["Matcher"] = nested(5000, blue)
    parts.of(parts.green_id)["Matcher"] = nested(5000, green)
    assert rules_of(lint(parts.template)) == found


def test_long_chains_of_dependencies_are_followed() -> None:
    parts = good()
    (service, last) = parts.resources[parts.service_id], 3000
    service["DependsOn"] = "Link0"
    for number in range(last):
        parts.resources[f"Link{number}"] = {"Type": "AWS::SNS::Topic", "DependsOn": [f"Link{number + 1}"]}
    parts.resources[f"Link{last}"] = {"Type": "AWS::SNS::Topic", "DependsOn": parts.production_id}
    assert lint(parts.template) == []
    del parts.resources[f"Link{last}"]["DependsOn"]
    assert rules_of(lint(parts.template)) == ["service-dependencies"]


def test_rules_load_nothing_but_the_standard_library() -> None:
    code = "import sys; before = {*sys.modules}; import ecs_blue_green.template.rules; print(*{*sys.modules} - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "ecs_blue_green" in loaded
    assert loaded <= {*sys.stdlib_module_names, "ecs_blue_green"}


# People acknowledge and allow rules by these ids, and their builds stop at errors: a change is one of the interface.
FROZEN = {
    "application-reference": "warning",
    "bake-time": "error",
    "blue-id-undefined": "error",
    "colours-not-a-pair": "error",
    "dependency-undefined": "error",
    "deployment-too-long": "warning",
    "dynamic-reference": "warning",
    "efs-volume": "warning",
    "exported-output": "error",
    "green-id-defined": "error",
    "hook-function-name": "error",
    "hook-function-not-literal": "warning",
    "hook-function-prefix": "warning",
    "hook-missing": "error",
    "hook-reference": "error",
    "hook-schema": "error",
    "image-tag-latest": "warning",
    "image-tag-not-literal": "warning",
    "imported-value": "error",
    "listener-not-on-blue": "error",
    "lost-property": "error",
    "metadata-resource": "error",
    "module": "error",
    "native-advanced-complete": "error",
    "native-advanced-configuration": "error",
    "native-alarm-composite": "warning",
    "native-alarm-names": "error",
    "native-alarm-order": "warning",
    "native-alarms-empty": "warning",
    "native-alarms-one-colour": "warning",
    "native-bake-given": "warning",
    "native-beside-hook": "warning",
    "native-canary-share": "warning",
    "native-capacity": "error",
    "native-container-port": "error",
    "native-controller": "error",
    "native-distinct-rules": "error",
    "native-distinct-target-groups": "error",
    "native-early-success": "error",
    "native-failing-on-rollback": "warning",
    "native-foreign-target-group": "error",
    "native-hook-count": "error",
    "native-hook-details": "error",
    "native-hook-rights": "warning",
    "native-hook-role": "error",
    "native-hook-stage": "error",
    "native-hook-stage-twice": "warning",
    "native-hook-target": "error",
    "native-hook-timeout": "error",
    "native-hook-without-test-rule": "warning",
    "native-infrastructure-policy": "error",
    "native-infrastructure-rights": "warning",
    "native-infrastructure-role": "error",
    "native-max-percent": "warning",
    "native-mixed-hook": "error",
    "native-one-weight": "error",
    "native-pause-target": "warning",
    "native-pause-timeout": "warning",
    "native-policy-order": "warning",
    "native-rule-catches-all": "warning",
    "native-rule-forwards": "error",
    "native-rule-names-both": "warning",
    "native-rule-not-listener": "error",
    "native-rule-only-forwards": "warning",
    "native-rule-order": "warning",
    "native-rule-shared": "warning",
    "native-scaling-metric": "error",
    "native-service-name": "warning",
    "native-strategy-block": "error",
    "native-strategy-defaults": "warning",
    "native-target-group-fits": "error",
    "native-target-groups-differ": "warning",
    "native-too-long": "error",
    "native-traffic-not-moved": "warning",
    "native-unshifted-traffic": "warning",
    "nested-stack": "error",
    "nlb-routing": "error",
    "no-echo-parameter": "warning",
    "no-parameters": "error",
    "null-property": "error",
    "other-load-balancer": "error",
    "other-transform": "warning",
    "plain-output": "warning",
    "primary-task-set-missing": "error",
    "resource-attribute": "error",
    "resource-type-missing": "error",
    "route-undefined": "error",
    "same-listener": "warning",
    "second-service": "error",
    "service-controller": "error",
    "service-dependencies": "warning",
    "service-property": "error",
    "service-role-missing": "warning",
    "service-role-name": "warning",
    "service-role-trust": "warning",
    "stack-output": "warning",
    "step-percentage": "error",
    "target-group-name": "warning",
    "target-group-undefined": "error",
    "target-groups-differ": "warning",
    "target-undefined": "error",
    "task-set-capacity": "error",
    "task-set-container-port": "error",
    "task-set-elsewhere": "warning",
    "task-set-retained": "warning",
    "task-set-scale": "error",
    "task-set-target-group": "error",
    "termination-wait-time": "warning",
    "test-listener-on-green": "warning",
    "traffic-routing-block": "error",
    "transform-missing": "error",
    "unshifted-traffic": "warning",
    "unsupported-region": "error",
    "volume-key": "error",
    "young-property": "warning",
}


def test_rules_and_their_severities_are_these() -> None:
    assert {id: rule.severity for id, rule in RULES.items()} == FROZEN


@pytest.mark.parametrize(
    ("evidence", "severity"),
    [
        (["documented"], "error"),
        (["reported"], "error"),
        (["documented", "reported"], "error"),
        (["inferred"], "warning"),
        (["documented", "inferred"], "warning"),
        (["reported", "contradicted"], "warning"),
    ],
)
def test_rule_is_as_sure_as_its_weakest_step(evidence: list[Evidence], severity: str) -> None:
    def new_rule(template: model.Template) -> Found:
        """Nothing is asked for."""
        return ()

    made = rule(*evidence, rests_on=("L1", "Q2"))(new_rule)
    assert (made.id, made.title, made.severity) == ("new-rule", "Nothing is asked for", severity)
    assert made.basis == f"{' and '.join(evidence)}: L1, Q2"


@pytest.mark.parametrize(
    ("written", "meant"), [("nestd-stack", "nested-stack"), ("Module", "module"), ("", None), ("xyz", None)]
)
def test_nearest_rule_is_the_one_that_is_written_alike(written: str, meant: str | None) -> None:
    assert nearest_rule(written) == meant


def test_rules_are_named_in_words() -> None:
    for id, named in RULES.items():
        assert named.id == id
        assert id.replace("-", "").isalpha()
        assert " " in named.title


INCLUDE = {"Name": "AWS::Include", "Parameters": {"Location": "s3://shop/more.yaml"}}


class TestWhatTransformsMayBring:
    """What a template lacks is no mistake where a transform may bring it."""

    @staticmethod
    def errors(parts: Parts) -> list[str]:
        return [finding.rule for finding in lint(parts.template) if finding.severity == "error"]

    @pytest.mark.parametrize(
        "more",
        [
            {"Fn::Transform": INCLUDE},
            {"Fn::ForEach::Groups": ["Name", ["Green"], {"${Name}": {"Type": "AWS::SNS::Topic"}}]},
        ],
        ids=["include", "loop"],
    )
    def test_to_the_resources(self, more: Template) -> None:
        parts = good()
        for id in (parts.green_id, parts.test_id):
            del parts.resources[id]
        parts.resources.pop(
            next(id for id, one in parts.resources.items() if one["Type"] == "AWS::ECS::PrimaryTaskSet")
        )
        assert self.errors(parts)
        parts.resources.update(more)
        assert self.errors(parts) == []

    @pytest.mark.parametrize("transform", [INCLUDE, "Company::Macro"], ids=["include", "macro"])
    def test_to_the_whole_template(self, transform: Any) -> None:
        parts = good()
        del parts.resources[parts.green_id], parts.template["Parameters"]
        parts.template["Transform"] = ["AWS::CodeDeployBlueGreen", transform]
        assert self.errors(parts) == []
        parts.template["Transform"] = "AWS::CodeDeployBlueGreen"
        parts.template["Fn::Transform"] = transform
        assert self.errors(parts) == []

    def test_to_the_hooks(self) -> None:
        parts = good()
        parts.template["Hooks"] = {"Fn::Transform": INCLUDE}
        assert self.errors(parts) == []

    def test_to_parts_of_the_hook(self) -> None:
        parts = good()
        parts.settings["TrafficRoutingConfig"] = {"Type": "TimeBasedCanary", "Fn::Transform": INCLUDE}
        del parts.routing["ProdTrafficRoute"]
        parts.routing["Fn::Transform"] = INCLUDE
        assert self.errors(parts) == []

    def test_to_the_properties_of_resources(self) -> None:
        parts = good()
        for id, name in (
            (parts.service_id, "DeploymentController"),
            (parts.task_set_id, "Scale"),
            (parts.task_set_id, "LoadBalancers"),
            (parts.task_id, "ContainerDefinitions"),
            (parts.production_id, "DefaultActions"),
        ):
            del parts.of(id)[name]
            parts.of(id)["Fn::Transform"] = INCLUDE
        assert self.errors(parts) == []

    def test_but_not_what_is_wrong_by_itself(self) -> None:
        parts = good()
        parts.resources["Fn::Transform"] = INCLUDE
        parts.resources[parts.green_id]["Type"] = "AWS::SNS::Topic"
        assert "target-group-undefined" in self.errors(parts)

    def test_to_a_resource(self) -> None:
        parts = good()
        parts.resources["Another"] = {"Fn::Transform": INCLUDE}
        assert self.errors(parts) == []

    def test_but_language_extensions_bring_nothing(self) -> None:
        parts = good()
        del parts.resources[parts.green_id]
        parts.template["Transform"] = ["AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen"]
        assert "target-group-undefined" in self.errors(parts)


@pytest.mark.parametrize(
    ("statement", "trusted"),
    [
        ({"Effect": "Allow", "Principal": {"Service": "codedeploy.amazonaws.com"}}, True),
        ({"Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com", "codedeploy.amazonaws.com"]}}, True),
        ({"Effect": "Allow", "Principal": {"Service": "codedeploy.eu-west-1.amazonaws.com"}}, True),
        ({"Effect": "Allow", "Principal": {"Service": "codedeploy.cn-north-1.amazonaws.com.cn"}}, True),
        ({"Effect": "Allow", "Principal": "*"}, True),
        ({"Effect": "Allow", "Principal": {"Service": {"Fn::Sub": "${Name}.amazonaws.com"}}}, True),
        ({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, False),
        ({"Effect": "Deny", "Principal": {"Service": "codedeploy.amazonaws.com"}}, False),
        ({"Effect": "Allow", "Principal": {"Service": "codedeploy-amazonaws.com"}}, False),
    ],
    ids=str,
)
@pytest.mark.parametrize("listed", [True, False])
def test_role_that_trusts_codedeploy_as_far_as_that_is_known_is_right(
    statement: Any, trusted: bool, listed: bool
) -> None:
    parts = good()
    document = {"Statement": [statement] if listed else statement}
    parts.add("AWS::IAM::Role", RoleName="shop", AssumeRolePolicyDocument=document)
    parts.settings["ServiceRole"] = "shop"
    assert rules_of(lint(parts.template)) == ([] if trusted else ["service-role-trust"])
    parts.settings["ServiceRole"] = "other"
    assert lint(parts.template) == []


@pytest.mark.parametrize(
    "name",
    ["Condition", "CreationPolicy", "DeletionPolicy", "DependsOn", "Metadata", "UpdatePolicy", "UpdateReplacePolicy"],
)
def test_attributes_of_cloudformation_are_right(name: str) -> None:
    parts = good()
    parts.resources["Another"] = {"Type": "AWS::SNS::Topic", name: parts.task_id}
    assert lint(parts.template) == []


@pytest.mark.parametrize(
    "function", [{"Ref": "Role"}, {"Fn::Sub": "${Role}-${AWS::Region}"}, {"Fn::FindInMap": ["A", "b", "c"]}]
)
def test_hook_may_name_parameters_pseudo_parameters_and_mappings(function: Any) -> None:
    parts = good()
    parts.template["Parameters"]["Role"] = {"Type": "String"}
    parts.settings["ServiceRole"] = function
    assert rules_of(lint(parts.template)) == ["service-role-name"]


def test_what_belongs_to_the_deployment_may_refer_to_the_application() -> None:
    """A stack's outputs may, too: another rule speaks of these."""
    parts = good()
    parts.template["Outputs"] = {"Task": {"Value": {"Ref": parts.task_id}}}
    parts.add("AWS::SNS::Topic", DisplayName="shop")
    parts.resources["Another"]["DependsOn"] = [parts.task_id]  # which no replacement changes
    assert rules_of(lint(parts.template)) == ["plain-output"]


def test_values_of_parameters_can_be_given() -> None:
    parts = good()
    parts.template["Parameters"]["Step"] = {"Type": "Number", "Default": 10}
    parts.settings["TrafficRoutingConfig"]["TimeBasedLinear"]["StepPercentage"] = {"Ref": "Step"}
    assert rules_of(lint(parts.template)) == ["step-percentage"]
    assert lint(parts.template, parameters={"Step": "20"}) == []
    assert lint(parts.template, parameters={}) == []  # not known


@pytest.mark.parametrize("value", [None, {"Type": None}, [None]])
def test_null_in_properties_that_hold_any_json_is_not_told(value: Any) -> None:
    parts = good()
    parts.add("AWS::Events::Rule", EventPattern={"detail": value})
    assert lint(parts.template) == []


@pytest.mark.parametrize("given", [None, "", 1, {"Ref": "Shop"}, ["Nothing"]])
def test_depends_on_names_a_resource(given: Any) -> None:
    parts = good()
    parts.resources["Another"] = {"Type": "AWS::SNS::Topic", "DependsOn": given}
    assert rules_of(lint(parts.template)) == ["dependency-undefined"]
    parts.template["Transform"] = ["AWS::CodeDeployBlueGreen", "Mine"]  # which may add what is named
    assert "dependency-undefined" not in rules_of(lint(parts.template))
