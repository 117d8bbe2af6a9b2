"""Defects of the service's load balancers, and of the target groups."""

import copy

from .parts import NativeParts, breaks


@breaks("native-advanced-configuration", "native-hook-without-test-rule")
def no_advanced_configuration(parts: NativeParts) -> None:
    del parts.balancer["AdvancedConfiguration"]


@breaks("native-advanced-configuration")
def second_load_balancer_without_one(parts: NativeParts) -> None:
    parts.add("AWS::ElasticLoadBalancingV2::TargetGroup", **parts.of("Blue"))
    entry = {"ContainerName": "app", "ContainerPort": 80, "TargetGroupArn": {"Ref": "Another"}}
    parts.service["LoadBalancers"].append(entry)


@breaks("native-advanced-complete")
def no_alternate(parts: NativeParts) -> None:
    del parts.advanced["AlternateTargetGroupArn"]


@breaks("native-traffic-not-moved")
def no_production_rule(parts: NativeParts) -> None:
    del parts.advanced["ProductionListenerRule"]
    del parts.resources["ProductionRule"]


@breaks("native-traffic-not-moved")
def no_infrastructure_role(parts: NativeParts) -> None:
    del parts.advanced["RoleArn"]


@breaks("native-advanced-complete", "native-traffic-not-moved", "native-hook-without-test-rule")
def empty_advanced_configuration(parts: NativeParts) -> None:
    parts.balancer["AdvancedConfiguration"] = {}


@breaks("native-rule-not-listener")
def production_is_a_listener(parts: NativeParts) -> None:
    parts.advanced["ProductionListenerRule"] = {"Ref": "Production"}
    del parts.resources["ProductionRule"]


@breaks("native-rule-not-listener")
def test_is_a_listener(parts: NativeParts) -> None:
    parts.advanced["TestListenerRule"] = {"Fn::GetAtt": ["Test", "ListenerArn"]}
    del parts.resources["TestRule"]


@breaks("native-rule-not-listener")
def production_is_the_arn_of_a_listener(parts: NativeParts) -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shop/0123456789abcdef/0123456789abcdef"
    parts.advanced["ProductionListenerRule"] = arn
    del parts.resources["ProductionRule"]


@breaks("native-rule-not-listener")
def rules_behind_a_network_load_balancer(parts: NativeParts) -> None:
    rule = parts.resources["ProductionRule"]
    parts.network()
    parts.resources["ProductionRule"] = rule
    parts.advanced["ProductionListenerRule"] = {"Ref": "ProductionRule"}
    parts.of("Production")["DefaultActions"] = [{"Type": "forward", "TargetGroupArn": "arn:of:another"}]


@breaks("native-distinct-rules")
def one_rule_for_both(parts: NativeParts) -> None:
    parts.advanced["TestListenerRule"] = {"Fn::GetAtt": ["ProductionRule", "RuleArn"]}
    del parts.resources["TestRule"]


@breaks("native-distinct-target-groups", "native-foreign-target-group")
def alternate_is_primary(parts: NativeParts) -> None:
    parts.advanced["AlternateTargetGroupArn"] = {"Ref": "Blue"}
    parts.forward("ProductionRule", ("Blue", 100), ("Green", 1))


@breaks("native-distinct-target-groups")
def two_entries_with_the_same_target_groups(parts: NativeParts) -> None:
    parts.service["LoadBalancers"].append(copy.deepcopy(parts.balancer))


@breaks("native-target-group-fits")
def target_groups_of_instances(parts: NativeParts) -> None:
    for group in ("Blue", "Green"):
        del parts.of(group)["TargetType"]


@breaks("native-target-group-fits", "native-target-groups-differ")
def one_target_group_of_instances(parts: NativeParts) -> None:
    parts.of("Green")["TargetType"] = "instance"


@breaks("native-target-groups-differ")
def native_green_on_another_protocol(parts: NativeParts) -> None:
    parts.of("Green")["Protocol"] = "HTTPS"


@breaks("native-target-groups-differ")
def native_green_with_another_health_check(parts: NativeParts) -> None:
    parts.of("Green")["HealthCheckPath"] = "/green"


@breaks("native-container-port")
def native_port_that_no_container_has(parts: NativeParts) -> None:
    parts.balancer["ContainerPort"] = 8080


@breaks("native-container-port")
def native_container_that_is_not_there(parts: NativeParts) -> None:
    parts.balancer["ContainerName"] = "web"


@breaks("native-rule-shared")
def second_service_on_the_same_rules(parts: NativeParts) -> None:
    parts.resources["Another"] = copy.deepcopy(parts.resources["Service"])
