"""Defects of listeners and target groups."""

from .parts import Parts, breaks


@breaks("same-listener")
def tests_on_the_production_listener(parts: Parts) -> None:
    parts.routing["TestTrafficRoute"] = parts.routing["ProdTrafficRoute"]
    parts.of(parts.test_id)["DefaultActions"] = [
        {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    ]


@breaks("other-load-balancer")
def test_listener_of_another_load_balancer(parts: Parts) -> None:
    parts.add("AWS::ElasticLoadBalancingV2::LoadBalancer", Type="application")
    parts.of(parts.test_id)["LoadBalancerArn"] = {"Ref": "Another"}


@breaks("listener-not-on-blue")
def production_listener_on_green(parts: Parts) -> None:
    parts.forward(parts.production_id, (parts.green_id, 100))


@breaks("listener-not-on-blue")
def test_listener_on_another_target_group(parts: Parts) -> None:
    parts.add("AWS::ElasticLoadBalancingV2::TargetGroup", Port=80)
    parts.forward(parts.test_id, ("Another", 100))


@breaks("listener-not-on-blue", "same-listener", "dependency-undefined")
def one_listener_for_both_on_green(parts: Parts) -> None:
    parts.routing["TestTrafficRoute"]["LogicalID"] = parts.production_id
    del parts.resources[parts.test_id]
    parts.forward(parts.production_id, (parts.green_id, 100))


@breaks("listener-not-on-blue")
def test_listener_that_answers_itself(parts: Parts) -> None:
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    parts.of(parts.test_id)["DefaultActions"] = [answer]


@breaks("test-listener-on-green")
def test_listener_on_green(parts: Parts) -> None:
    parts.forward(parts.test_id, (parts.green_id, 100))


@breaks("test-listener-on-green")
def test_listener_on_both_colours(parts: Parts) -> None:
    parts.forward(parts.test_id, (parts.blue_id, 50), (parts.green_id, 50))


@breaks("listener-not-on-blue")
def production_listener_that_answers_itself(parts: Parts) -> None:
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    parts.of(parts.production_id)["DefaultActions"] = [answer]


@breaks("unshifted-traffic")
def a_third_listener_on_blue(parts: Parts) -> None:
    parts.add("AWS::ElasticLoadBalancingV2::Listener", **{**parts.of(parts.production_id), "Port": 9999})


@breaks("unshifted-traffic")
def a_rule_on_green(parts: Parts) -> None:
    action = {"Type": "forward", "TargetGroupArn": {"Ref": parts.green_id}}
    parts.add("AWS::ElasticLoadBalancingV2::ListenerRule", ListenerArn={"Ref": parts.production_id}, Actions=[action])


@breaks("nlb-routing")
def linear_behind_a_network_load_balancer(parts: Parts) -> None:
    parts.of(parts.of(parts.production_id)["LoadBalancerArn"]["Ref"])["Type"] = "network"


@breaks("nlb-routing")
def canary_by_default_on_a_tcp_listener(parts: Parts) -> None:
    del parts.settings["TrafficRoutingConfig"]
    parts.of(parts.production_id)["Protocol"] = "TCP"


@breaks("target-groups-differ")
def green_on_another_port(parts: Parts) -> None:
    parts.of(parts.green_id)["Port"] = 81


@breaks("target-groups-differ")
def green_without_a_health_check_path(parts: Parts) -> None:
    del parts.of(parts.green_id)["HealthCheckPath"]


@breaks("target-group-name")
def named_target_group(parts: Parts) -> None:
    parts.of(parts.blue_id)["Name"] = "shop-blue"
