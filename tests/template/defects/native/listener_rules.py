"""Defects of listener rules, and of what else sends traffic."""

import copy
from typing import Any

from .parts import NativeParts, breaks

RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
TO_BLUE = {"Type": "forward", "TargetGroupArn": {"Ref": "Blue"}}
HEADER = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-test", "Values": ["yes"]}}
NOT_FOUND = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}


def narrow(parts: NativeParts, id: str) -> None:
    """Let a rule take some requests only."""
    parts.of(id)["Conditions"] = [{"Field": "path-pattern", "Values": ["/shop/*"]}]


@breaks("native-rule-names-both")
def production_rule_with_blue_only(parts: NativeParts) -> None:
    parts.of("ProductionRule")["Actions"] = [TO_BLUE]


@breaks("native-rule-names-both", "native-hook-without-test-rule")
def blue_only_and_no_test_rule(parts: NativeParts) -> None:
    parts.forward("ProductionRule", ("Blue", 100))
    del parts.advanced["TestListenerRule"], parts.resources["TestRule"]


@breaks("native-one-weight")
def both_have_weights(parts: NativeParts) -> None:
    parts.forward("ProductionRule", ("Blue", 50), ("Green", 50))


@breaks("native-one-weight")
def none_has_a_weight(parts: NativeParts) -> None:
    parts.forward("ProductionRule", ("Blue", 0), ("Green", "0"))


@breaks("native-foreign-target-group")
def a_third_target_group(parts: NativeParts) -> None:
    parts.add("AWS::ElasticLoadBalancingV2::TargetGroup", **parts.of("Blue"))
    parts.forward("ProductionRule", ("Blue", 100), ("Green", 0), ("Another", 1))


@breaks("native-rule-forwards")
def production_rule_that_answers_itself(parts: NativeParts) -> None:
    parts.of("ProductionRule")["Actions"] = [NOT_FOUND]


@breaks("native-rule-forwards")
def production_rule_that_redirects(parts: NativeParts) -> None:
    parts.of("ProductionRule")["Actions"] = [{"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301"}}]


@breaks("native-rule-only-forwards")
def production_rule_that_authenticates(parts: NativeParts) -> None:
    pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_shop"
    config = {"UserPoolArn": pool, "UserPoolClientId": "shop", "UserPoolDomain": "shop"}
    login = {"Type": "authenticate-cognito", "Order": 1, "AuthenticateCognitoConfig": config}
    parts.of("ProductionRule")["Actions"].insert(0, login)


@breaks("native-rule-catches-all")
def default_action_takes_the_rest(parts: NativeParts) -> None:
    narrow(parts, "ProductionRule")
    parts.of("Production")["DefaultActions"] = [TO_BLUE]


@breaks("native-rule-catches-all")
def another_rule_takes_some(parts: NativeParts) -> None:
    some = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["old.example.com"]}}]
    parts.add(RULE, ListenerArn={"Ref": "Production"}, Priority=1, Conditions=some, Actions=[TO_BLUE])


@breaks("native-unshifted-traffic")
def native_third_listener_on_blue(parts: NativeParts) -> None:
    parts.add(LISTENER, **{**parts.of("Production"), "Port": 9999, "DefaultActions": [TO_BLUE]})


@breaks("native-unshifted-traffic")
def rule_of_a_third_listener_on_green(parts: NativeParts) -> None:
    parts.add(LISTENER, "Third", **{**parts.of("Production"), "Port": 9999})
    to_green = TO_BLUE | {"TargetGroupArn": {"Ref": "Green"}}
    parts.add(RULE, ListenerArn={"Ref": "Third"}, Priority=1, Conditions=[HEADER], Actions=[to_green])


def on_one_listener(parts: NativeParts, priority: int, conditions: list[Any]) -> None:
    """Put the test rule on the production listener."""
    parts.of("TestRule").update(ListenerArn={"Ref": "Production"}, Priority=priority, Conditions=conditions)


@breaks("native-rule-order")
def test_rule_after_one_that_takes_all(parts: NativeParts) -> None:
    on_one_listener(parts, 50001, [HEADER])


@breaks("native-rule-order")
def test_rule_after_one_that_takes_the_same(parts: NativeParts) -> None:
    narrow(parts, "ProductionRule")
    on_one_listener(parts, 50001, [*copy.deepcopy(parts.of("ProductionRule")["Conditions"]), HEADER])


@breaks("native-rule-order")
def test_rule_that_takes_all_production_traffic(parts: NativeParts) -> None:
    on_one_listener(parts, 1, [{"Field": "path-pattern", "Values": ["/*"]}])


@breaks("native-rule-order")
def earlier_rule_takes_all(parts: NativeParts) -> None:
    everything = [{"Field": "host-header", "Values": ["*"]}]
    parts.add(RULE, ListenerArn={"Ref": "Production"}, Priority="7", Conditions=everything, Actions=[NOT_FOUND])
