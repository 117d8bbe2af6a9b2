"""That nothing of ours keeps an app in memory which nobody uses any more."""

import gc
import weakref
from typing import Any

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from jsii import _reference_map

from ecs_blue_green import EcsBlueGreenService, HttpListener, TimeBasedCanary, UpdateMode
from ecs_blue_green.validation import RulesPlugin
from tests.support import fargate_task, imported_cluster


def make_app(**context: str) -> dict[str, "weakref.ref[Any]"]:
    """Make an app with a service, and give what it was made of."""
    app = cdk.App(context=context)
    stack = cdk.Stack(app, "Stack")
    delay, bake = Duration.seconds(7), Duration.minutes(3)
    service = EcsBlueGreenService(
        stack,
        "Service",
        cluster=imported_cluster(stack),
        task_definition=fargate_task(stack),
        production_listener=HttpListener(),
        test_listener=HttpListener(port=8080, open=True),
        deregistration_delay=delay,
        traffic_routing=TimeBasedCanary(bake_time=bake),
        health_check=elbv2.HealthCheck(interval=Duration.seconds(20)),
        update_mode=UpdateMode.IN_PLACE if not context else None,
    )
    things = {"app": app, "stack": stack, "service": service, "delay": delay, "bake": bake}
    things |= {"l2": service.listeners.production, "connections": service.connections}
    return {name: weakref.ref(thing) for name, thing in things.items()}


def test_apps_durations_and_what_was_made_are_let_go() -> None:
    kept = _reference_map._refs._refs  # jsii itself never lets go
    before = {*kept}
    made = [make_app(), make_app(**{"ecs-blue-green:update-mode": "in-place"})]
    # The plugin with the rules is one for all apps, and of none.
    of_apps = [ref for ref in {*kept} - before if not isinstance(kept[ref], RulesPlugin)]
    things = [weakref.ref(kept.pop(ref)) for ref in of_apps]
    assert len(things) > 40
    gc.collect()
    assert [name for refs in made for name, thing in refs.items() if thing() is not None] == []
    assert [type(thing()) for thing in things if thing() is not None] == []
