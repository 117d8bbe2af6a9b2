"""What `predict` says of services that ECS itself deploys in steps: rules NP1 to NP13 of docs/native-rules.md."""

from typing import Any

import pytest

from ecs_blue_green.template.update import Outcome
from tests.support import Template
from tests.template.update.native import (
    BLUE,
    GREEN,
    LOAD_BALANCER,
    RULE,
    SERVICE,
    TASK,
    TEST_RULE,
    Edit,
    configure,
    image,
    put,
    template,
    update,
)

BLUE_LIVE = {RULE: {BLUE: 100, GREEN: 0}}
GREEN_LIVE = {RULE: {BLUE: 0, GREEN: 100}}
SPLIT = {RULE: {BLUE: 95, GREEN: 5}}

new_image = image("example.com/app:v2")


def parameter(name: str, **more: Any) -> Edit:
    """Declare a parameter, and use it for the image."""

    def edit(template: Template) -> None:
        template["Parameters"] = {name: {"Type": "String", **more}}
        image({"Ref": name})(template)

    return edit


@pytest.mark.parametrize(
    ("edit", "outcome", "rule"),
    [
        (new_image, "native-deployment", "NB1"),
        (put(SERVICE, PlatformVersion="1.4.0"), "native-deployment", "NB1"),
        (
            put(SERVICE, NetworkConfiguration={"AwsvpcConfiguration": {"Subnets": ["subnet-1"]}}),
            "native-deployment",
            "NB1",
        ),
        (put(SERVICE, ForceNewDeployment={"EnableForceNewDeployment": True}), "native-deployment", "NB1"),
        (put(TASK, Tags=[{"Key": "team", "Value": "shop"}]), "in-place-update", "NB1"),
        (put(SERVICE, DesiredCount=3), "in-place-update", "NB2"),
        (put(SERVICE, Tags=[{"Key": "team", "Value": "shop"}]), "in-place-update", "NB2"),
        (configure(BakeTimeInMinutes=5), "in-place-update", "NB2"),
        (configure(Strategy="BLUE_GREEN", CanaryConfiguration=None), "in-place-update", "NB2"),
        (configure(Strategy="ROLLING", CanaryConfiguration=None), "in-place-update", "NB2"),
        (put(SERVICE, CapacityProviderStrategy=[{"CapacityProvider": "FARGATE"}]), "unknown", "NB3"),
        (put(SERVICE, DeploymentController={"Type": "ECS"}), "unknown", "NB3"),
        (put(SERVICE, DeploymentController={"Type": "EXTERNAL"}), "refused", "NM6"),
        (put(SERVICE, AvailabilityZoneRebalancing="ENABLED"), "unknown", "NB3"),
        (put(SERVICE, Unheard=1), "unknown", None),
        (put(SERVICE, LaunchType="EC2"), "unknown", "NS3"),
        (put(SERVICE, Cluster="other"), "unknown", "NS2"),
        (put(SERVICE, ServiceName="shop"), "unknown", "NS2"),
        (lambda template: template["Resources"].pop(SERVICE), "in-place-update", None),
    ],
    ids=[
        *("image", "platform version", "network", "nonce", "tags of the task definition", "desired count", "tags"),
        *(
            "bake time",
            "other strategy",
            "rolling",
            "capacity",
            "controller",
            "other controller",
            "zones",
            "unheard of",
            "launch type",
        ),
        *("cluster", "name", "service goes"),
    ],
)
def test_what_changes_of_a_service_decides(edit: Edit, outcome: Outcome, rule: str | None) -> None:
    prediction = update(edit)
    assert prediction.outcome == outcome
    if rule:
        assert any(rule in reason for reason in prediction.reasons)


def test_another_image_is_a_deployment_by_the_new_configuration() -> None:
    prediction = update(new_image, configure(CanaryConfiguration={"CanaryPercent": 5, "CanaryBakeTimeInMinutes": 1}))
    assert prediction.outcome == "native-deployment"
    assert prediction.reasons == (
        "ECS deploys the service Service (CANARY), for a change of TaskDefinition (documented: NB1). Production "
        "traffic moves in 2 steps. From then on it takes 31 minutes until blue stops, and up to 120 of pauses: "
        "`ecs-blue-green schedule` shows each step.",
        "The DeploymentConfiguration of Service changes as well. The new one should count (inferred).",
    )
    kinds = {change.logical_id: change.kind for change in prediction.changes}
    assert kinds == {TASK: "application", SERVICE: "infrastructure"}
    assert {change.logical_id: change.kind for change in update(new_image).changes} == {
        TASK: "application",
        SERVICE: "consequence",
    }


def test_image_from_a_parameter_is_a_deployment() -> None:
    deployed = (parameter("Tag"),)
    stack = {"Tag": "example.com/app:v1"}
    changed = update(deployed=deployed, deployed_parameters=stack, new_parameters={"Tag": "example.com/app:v2"})
    assert changed.outcome == "native-deployment"
    assert update(deployed=deployed, deployed_parameters=stack).outcome == "no-change"


def test_image_that_perhaps_changes_is_perhaps_a_deployment() -> None:
    prediction = update(deployed=(parameter("Tag"),), new_parameters={"Tag": "example.com/app:v2"})
    assert prediction.outcome == "unknown"
    assert "TaskDefinition of Service" in prediction.reasons[0]


def test_same_text_is_no_deployment() -> None:
    assert update(image("example.com/app:v1")).outcome == "no-change"


def test_other_resources_may_change_with_the_image() -> None:
    def add(template: Template) -> None:
        template["Resources"]["Topic"] = {"Type": "AWS::SNS::Topic"}

    prediction = update(new_image, add)
    assert prediction.outcome == "native-deployment"
    assert "NB5" in prediction.reasons[-1]


@pytest.mark.parametrize(
    "edit",
    [
        put(RULE, Priority=100),
        put(RULE, Conditions=[{"Field": "host-header", "Values": ["example.com"]}]),
        put("Listener", Port=443),  # which replaces nothing, but see the next
        put("Listener", LoadBalancerArn=f"{LOAD_BALANCER}2"),
        put(GREEN, Port=8080),
    ],
    ids=["priority", "condition", "listener updated", "listener replaced", "idle target group replaced"],
)
@pytest.mark.parametrize(
    ("weights", "outcome"),
    [(None, "unknown"), (BLUE_LIVE, "in-place-update"), (GREEN_LIVE, "outage")],
    ids=["not known", "blue live", "green live"],
)
def test_a_rule_that_is_written_sends_to_the_templates_target_group(
    edit: Edit, weights: Any, outcome: Outcome, request: pytest.FixtureRequest
) -> None:
    prediction = update(edit, live_weights=weights)
    if "listener updated" in request.node.name:
        outcome = "in-place-update"  # it writes no rule
    if outcome == "in-place-update" and "replaced" in request.node.name:
        outcome = "native-deployment"  # of the service, which names what is replaced
    assert prediction.outcome == outcome
    assert any("NL7" in reason for reason in prediction.reasons) == (outcome in {"unknown", "outage"})


@pytest.mark.parametrize("weights", [None, BLUE_LIVE, GREEN_LIVE], ids=["not known", "blue live", "green live"])
def test_replaced_target_group_of_the_template_is_an_outage_whatever_is_live(weights: Any) -> None:
    prediction = update(put(BLUE, Port=8080), live_weights=weights)
    assert prediction.outcome == "outage"
    assert any("NB5" in reason for reason in prediction.reasons)


def test_what_does_not_write_the_production_rule_is_no_danger() -> None:
    for edit in (put(TEST_RULE, Priority=100), put(RULE, Tags=[{"Key": "a", "Value": "b"}])):
        assert update(edit, live_weights=GREEN_LIVE).outcome == "in-place-update"


def test_rule_that_goes_is_not_known() -> None:
    def rename(template: Template) -> None:
        template["Resources"]["OtherRule"] = template["Resources"].pop(RULE)
        advanced = template["Resources"][SERVICE]["Properties"]["LoadBalancers"][0]["AdvancedConfiguration"]
        advanced["ProductionListenerRule"] = {"Ref": "OtherRule"}

    assert update(rename).outcome == "unknown"


def test_split_weights_refuse_a_deployment() -> None:
    refused = update(new_image, live_weights=SPLIT)
    assert refused.outcome == "refused"
    assert "NL1" in refused.reasons[0]
    assert update(put(SERVICE, DesiredCount=3), live_weights=SPLIT).outcome == "in-place-update"


@pytest.mark.parametrize("edit", [put(SERVICE, Cluster="other"), put(SERVICE, ServiceName="shop")])
def test_what_replaces_a_service_is_not_said_to_start_no_deployment(edit: Edit) -> None:
    reasons = update(edit).reasons
    assert not any("NB2" in reason for reason in reasons)
    assert "is replaced" in reasons[0]


def test_replacement_by_another_strategy_is_a_replacement() -> None:
    edits = (configure(Strategy="ROLLING", CanaryConfiguration=None), put(SERVICE, Cluster="other"))
    prediction = update(*edits)
    assert prediction.outcome == "unknown"
    assert any("NS2" in reason for reason in prediction.reasons)


def test_replacement_that_is_not_certain_is_not_said_to_be() -> None:
    def cluster(template: Template) -> None:
        template["Parameters"] = {"Name": {"Type": "String"}}
        put(SERVICE, Cluster={"Ref": "Name"}, ServiceName="shop")(template)

    prediction = update(deployed=(cluster,), new_parameters={"Name": "other"})
    assert prediction.outcome == "unknown"
    assert "Whether Cluster" in prediction.reasons[0]
    assert "NS2" in prediction.reasons[0]


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (configure(Strategy="ROLLING", CanaryConfiguration=None), "NE3"),
        (configure(Strategy=None), "NE2"),
        (put(SERVICE, DeploymentConfiguration=None), "NE2"),
        (configure(Strategy={"Fn::ImportValue": "Strategy"}), "CloudFormation only"),
    ],
    ids=["rolling", "no strategy", "no configuration", "imported"],
)
def test_another_strategy_is_told_as_far_as_it_is_known(edit: Edit, rule: str) -> None:
    for edits, outcome in (((edit,), "in-place-update"), ((edit, new_image), "unknown")):
        prediction = update(*edits)
        assert prediction.outcome == outcome
        (reason,) = prediction.reasons
        assert rule in reason
        assert ("by ROLLING" in reason) == (rule == "NE3")


def test_replacement_with_a_fixed_name_is_refused() -> None:
    prediction = update(put(SERVICE, Cluster="other"), deployed=(put(SERVICE, ServiceName="shop"),))
    assert prediction.outcome == "refused"
    assert "U7" in prediction.reasons[0]


def test_error_that_lint_finds_refuses_a_deployment_and_is_a_warning_beside_an_update_in_place() -> None:
    def lacks_the_other_group(template: Template) -> None:
        advanced = template["Resources"][SERVICE]["Properties"]["LoadBalancers"][0]["AdvancedConfiguration"]
        del advanced["AlternateTargetGroupArn"]

    rule = "native-advanced-complete of Service"
    refused = update(new_image, deployed=(lacks_the_other_group,), lint=True)
    assert refused.outcome == "refused"
    assert any(reason.startswith(rule) for reason in refused.reasons)
    in_place = update(put(SERVICE, DesiredCount=3), deployed=(lacks_the_other_group,), lint=True)
    assert in_place.outcome == "in-place-update"
    assert any(warning.startswith(rule) for warning in in_place.warnings)


def test_new_service_is_its_first_deployment() -> None:
    prediction = update(deployed=(lambda template: template["Resources"].pop(SERVICE),), **{})
    assert prediction.outcome == "no-change"
    service = template()["Resources"][SERVICE]
    prediction = update(
        lambda template: template["Resources"].update({SERVICE: service}),
        deployed=(lambda template: template["Resources"].pop(SERVICE),),
    )
    assert prediction.outcome == "native-deployment"
    assert "NE3" in prediction.reasons[0]


def test_of_several_services_the_gravest_counts_and_all_are_told() -> None:
    def second(template: Template) -> None:
        resources = template["Resources"]
        resources["Other"] = {"Type": "AWS::ECS::Service", "Properties": dict(resources[SERVICE]["Properties"])}
        resources["Other"]["Properties"].pop("LoadBalancers")

    prediction = update(put(SERVICE, DesiredCount=3), put("Other", PlatformVersion="1.4.0"), deployed=(second,))
    assert prediction.outcome == "native-deployment"
    assert ["Service" in prediction.reasons[0], "Other" in prediction.reasons[1]] == [True, True]


@pytest.mark.parametrize(
    ("edit", "names"),
    [
        (configure(LifecycleHooks=None), "DeploymentConfiguration.LifecycleHooks"),
        (put(SERVICE, DeploymentConfiguration=None), "DeploymentConfiguration"),
    ],
)
def test_what_goes_from_the_configuration_turns_nothing_off(edit: Edit, names: str) -> None:
    (warning,) = (line for line in update(edit).warnings if "NE2" in line)
    assert names in warning


def test_block_of_a_strategy_goes_with_it() -> None:
    assert not [
        line for line in update(configure(Strategy="BLUE_GREEN", CanaryConfiguration=None)).warnings if "NE2" in line
    ]
    assert [line for line in update(configure(CanaryConfiguration=None)).warnings if "NE2" in line]


def test_tags_of_the_rule_may_write_it() -> None:
    tags = [{"Key": "team", "Value": "shop"}]
    (warning,) = (line for line in update(put(RULE, Tags=tags)).warnings if "NE11" in line)
    assert RULE in warning
    for edit in (put(TEST_RULE, Tags=tags), put(RULE, Priority=7, Tags=tags)):
        assert not [line for line in update(edit).warnings if "NE11" in line]


def test_another_controller_without_a_strategy_is_not_known() -> None:
    def external(template: Template) -> None:
        put(SERVICE, DeploymentController={"Type": "EXTERNAL"}, DeploymentConfiguration=None, LoadBalancers=None)(
            template
        )

    rolling = template()["Resources"][SERVICE]["Properties"]["LoadBalancers"]
    move = put(SERVICE, DeploymentController={"Type": "ECS"}, LoadBalancers=rolling)
    prediction = update(move, put(SERVICE, DeploymentConfiguration={"Strategy": "ROLLING"}), deployed=(external,))
    assert prediction.outcome == "unknown"
    assert "NM8" in prediction.reasons[0]


@pytest.mark.parametrize("edit", [new_image, put(RULE, Priority=7)], ids=["image", "rule"])
def test_rolling_with_two_target_groups_is_in_place_with_a_warning(edit: Edit) -> None:
    prediction = update(edit, deployed=(configure(Strategy="ROLLING", CanaryConfiguration=None),))
    assert prediction.outcome == "in-place-update"
    (warning,) = (line for line in prediction.warnings if "NL7" in line)
    assert warning.startswith("Service has two target groups")


def test_rolling_says_nothing_of_what_does_not_concern_it() -> None:
    def rolling_topic(template: Template) -> None:
        template["Resources"]["Topic"] = {"Type": "AWS::SNS::Topic"}

    rolling = configure(Strategy="ROLLING", CanaryConfiguration=None)
    assert not [line for line in update(rolling_topic, deployed=(rolling,)).warnings if "NL7" in line]
    assert not [line for line in update(new_image).warnings if "NL7" in line]


def test_an_empty_list_turns_hooks_off() -> None:
    assert not [line for line in update(configure(LifecycleHooks=[])).warnings if "NE2" in line]


def test_tags_of_the_stack_are_no_obstacle_but_may_write_the_rule() -> None:
    tags: dict[str, Any] = {"deployed_tags": {"a": "1"}, "new_tags": {"a": "2"}}
    prediction = update(new_image, **tags)
    assert prediction.outcome == "native-deployment"
    assert any("NE11" in line for line in prediction.warnings)
    assert update(**tags).outcome == "in-place-update"


def test_from_the_hook_in_one_update_is_not_known() -> None:
    def hook(template: Template) -> None:
        template["Transform"] = ["AWS::CodeDeployBlueGreen"]
        template["Hooks"] = {"Hook": {"Type": "AWS::CodeDeploy::BlueGreen", "Properties": {}}}
        del template["Resources"][SERVICE]["Properties"]["DeploymentConfiguration"]

    def move(new: Template) -> None:
        del new["Transform"], new["Hooks"]
        new["Resources"][SERVICE] = template()["Resources"][SERVICE]

    prediction = update(move, new_image, deployed=(hook,))
    assert prediction.outcome == "unknown"
    assert "NM6" in prediction.reasons[0]


def test_network_load_balancer_has_its_weights_in_the_listener() -> None:
    groups = [{"TargetGroupArn": {"Ref": BLUE}, "Weight": 1}, {"TargetGroupArn": {"Ref": GREEN}, "Weight": 0}]
    forward = [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]

    def network(template: Template) -> None:
        put("Listener", DefaultActions=forward)(template)
        advanced = template["Resources"][SERVICE]["Properties"]["LoadBalancers"][0]["AdvancedConfiguration"]
        advanced["ProductionListenerRule"] = {"Ref": "Listener"}

    live = {"Listener": {BLUE: 0, GREEN: 1}}
    assert update(put("Listener", Port=443), deployed=(network,), live_weights=live).outcome == "outage"
