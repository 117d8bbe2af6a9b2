"""Rules about listeners, listener rules, load balancers and target groups."""

from __future__ import annotations

from collections.abc import Iterator

from ...hook_facts import ALL_AT_ONCE, DEFAULT_TRAFFIC_ROUTING, PRODUCTION_ROUTE, SHIFTS, TEST_ROUTE
from ...model import LISTENER, LISTENER_RULE, Deployment, Resource, Template
from ...values import dig, is_function, may_hold_more, references, same, sequence
from ..rule import Found, rule


@rule("inferred", rests_on=("L35",))
def same_listener(template: Template) -> Found:
    """The test listener is another one than the production listener."""
    for deployment in template.deployments:
        production, test = (deployment.routes.get(name, "") for name in (PRODUCTION_ROUTE, TEST_ROUTE))
        if production and production == test:
            yield (
                production,
                "Tests of green may meet production traffic, or the deployment may fail: production and test route are "
                f"the same listener, and no one reports that to work. Add a listener for tests, or leave {TEST_ROUTE} "
                "out.",
            )


@rule("documented", rests_on=("L29",))
def other_load_balancer(template: Template) -> Found:
    """Both listeners belong to the same load balancer."""
    for deployment in template.deployments:
        balancers = [template.load_balancer_of(listener) for listener in deployment.listeners]
        if len(balancers) == 2 and all(balancers) and balancers[0] != balancers[1]:
            yield (
                deployment.listeners[1].id,
                "Expect CodeDeploy to refuse the deployment: production and test listener must belong to the same "
                f"load balancer, but this one belongs to {balancers[1]}, and the production listener to "
                f"{balancers[0]}. Move the test listener.",
            )


@rule("reported", rests_on=("Q10",))
def listener_not_on_blue(template: Template) -> Found:
    """The listeners start with the blue target group."""
    for deployment, listener, targets in _listeners_elsewhere(template):
        if not _starts_on_green(deployment, listener, targets):
            blue = deployment.ids("TargetGroups")[0]
            yield (
                listener.id,
                f"Traffic misses the blue tasks: the listener of a route must forward to the blue target group {blue} "
                f"and nowhere else, but it forwards to {', '.join(sorted(targets)) or 'none of the template'}. Forward "
                f"its default action to {blue}; CodeDeploy moves it.",
            )


@rule("reported", "contradicted", rests_on=("Q10", "E4"))
def test_listener_on_green(template: Template) -> Found:
    """The test listener starts with the blue target group."""
    for deployment, listener, targets in _listeners_elsewhere(template):
        if _starts_on_green(deployment, listener, targets):
            yield (
                listener.id,
                "Test traffic may miss the blue tasks until the first deployment: the test listener forwards to "
                f"{', '.join(sorted(targets))}, and both listeners should start with blue. Forward its default action "
                f"to {deployment.ids('TargetGroups')[0]}; CodeDeploy moves it.",
            )


def _listeners_elsewhere(template: Template) -> Iterator[tuple[Deployment, Resource, set[str]]]:
    """List the listeners of routes that do not forward to blue alone, each with where it forwards to."""
    for deployment in template.deployments:
        for listener in deployment.listeners:
            actions = listener.properties.get("DefaultActions")
            blue = deployment.blue_target_group
            if not blue or any(is_function(action) for action in (actions, *sequence(actions))):
                continue
            if may_hold_more(listener.properties) or any(map(may_hold_more, sequence(actions))):
                continue
            if (targets := _targets(listener)) != {blue.id}:
                yield deployment, listener, targets


def _starts_on_green(deployment: Deployment, listener: Resource, targets: set[str]) -> bool:
    """Tell whether it is the test listener that forwards to green, or to both colours."""
    is_test = listener.id == deployment.routes.get(TEST_ROUTE) != deployment.routes.get(PRODUCTION_ROUTE)
    return is_test and bool(targets) and targets <= {*deployment.ids("TargetGroups")}


@rule("inferred", rests_on=("S23", "Q11"))
def unshifted_traffic(template: Template) -> Found:
    """Only the hook's listeners send to blue or green."""
    for deployment in template.deployments:
        blue, routes = deployment.blue_target_group, set(deployment.routes.values())
        colours = {group.id for group in deployment.target_groups}
        for source in template.resources_of(LISTENER, LISTENER_RULE):
            # A rule of a route's listener may send to blue: AWS's example has one, and CodeDeploy moves it.
            on_route = references(source.properties.get("ListenerArn")) & routes
            wrong = (_targets(source) & colours) - ({blue.id} if blue and on_route else set())
            if wrong and source.id not in routes:
                yield (
                    source.id,
                    f"Some traffic may not move with a deployment: this sends to {', '.join(sorted(wrong))}, but "
                    "CodeDeploy is only known to move what the hook's listeners send to blue. Make it one of the "
                    "hook's routes, let it redirect to the production listener, or forward elsewhere.",
                )


@rule("documented", "reported", rests_on=("L29",))
def nlb_routing(template: Template) -> Found:
    """Behind a Network Load Balancer, traffic moves all at once."""
    for deployment in template.deployments:
        config = deployment.hook.properties.get("TrafficRoutingConfig")
        kind = DEFAULT_TRAFFIC_ROUTING if config is None else dig(config, "Type")
        if kind in SHIFTS:
            for listener in deployment.listeners[:1]:
                if template.is_network(listener):
                    yield (
                        deployment.hook.id,
                        f"Expect the deployment to fail: the listener {listener.id} belongs to a Network Load "
                        f"Balancer, which can't move traffic by {kind}. Set the Type of TrafficRoutingConfig to "
                        f"{ALL_AT_ONCE}.",
                    )


@rule("inferred", rests_on=("Q4",))
def target_groups_differ(template: Template) -> Found:
    """Blue and green target group have the same settings."""
    for deployment in template.deployments:
        if len(deployment.target_groups) == 2:
            blue, green = (group.properties for group in deployment.target_groups)
            names = sorted({str(name) for name in (*blue, *green)} - {"Name", "Tags"})
            if different := [name for name in names if not same(blue.get(name), green.get(name))]:
                yield (
                    deployment.target_groups[1].id,
                    f"Every second release would behave differently: blue and green take turns, but differ in "
                    f"{', '.join(different)}. Give both target groups the same settings.",
                )


@rule("inferred", rests_on=("L2",))
def target_group_name(template: Template) -> Found:
    """Target groups have no fixed name."""
    for deployment in template.deployments:
        for group in deployment.target_groups:
            if "Name" in group.properties:
                yield (
                    group.id,
                    "A later change of port, protocol or VPC probably fails: it replaces the target group, and the new "
                    "one can't have the name of the old one while that exists. Remove Name.",
                )


def _targets(source: Resource) -> set[str]:
    """List the logical ids of the target groups that get traffic from a listener or a listener rule."""
    found: set[str] = set()
    for action in sequence(source.properties.get("DefaultActions" if source.type == LISTENER else "Actions")):
        found |= references(dig(action, "TargetGroupArn"))
        for target in sequence(dig(action, "ForwardConfig", "TargetGroups")):
            if dig(target, "Weight") not in (0, "0"):
                found |= references(dig(target, "TargetGroupArn"))
    return found
