"""Calls of the service that ECS deploys, which are right: what both engines have, and what only this one has."""

from hypothesis import strategies as st

from tests.fuzz.services import CLUSTERS, shared
from tests.fuzz.source import arguments, call, listed, minutes, number, one_of, written

TENTHS = one_of("0.1", "5", "33.3", "99.9", "number_token")
BAKES = minutes(0, 300) | st.just("Duration.minutes(number_token)")
DEPLOYMENTS = st.one_of(
    call("BlueGreen", bake_time=BAKES),
    call("Canary", percentage=TENTHS, canary_bake_time=BAKES, bake_time=BAKES),
    call("Linear", step_percentage=one_of("50", "33.3", "100.0", "number_token"), step_bake_time=BAKES),
    st.just("Rolling()"),
)
# Without those that only tests are for, which need a test listener.
STAGES = ("PRE_SCALE_UP", "POST_SCALE_UP", "PRE_PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT")
ON_TIMEOUT = one_of("OnTimeout.ROLLBACK", "OnTimeout.CONTINUE")
FUNCTION_HOOKS = call(
    "LambdaHook",
    {
        "function": one_of("smoke", "near_smoke.function", "function_in_vpc"),
        "stages": one_of(*(f"[Stage.{stage}]" for stage in STAGES), "[Stage.PRE_SCALE_UP, Stage.POST_SCALE_UP]"),
    },
    timeout=minutes(1, 1440),
    on_timeout=ON_TIMEOUT,
    details=one_of("{}", "{'level': 1}", "{'level': text_token}"),
)
PAUSES = call(
    "PauseHook",
    # The longest pauses and bakes together are longer than CloudFormation waits.
    {"stages": one_of(*(f"[PauseStage.{stage}]" for stage in STAGES)), "timeout": minutes(1, 60)},
    on_timeout=ON_TIMEOUT,
)
HEADERS = call(
    "TestHeader",
    {"name": one_of("'X-Test'", "'a' * 40", "text_token"), "value": one_of("'green'", "'*'", "'a' * 128")},
    priority=number(1, 49_999),
)
EXISTING = call(
    "ExistingListener",
    {
        "listener": st.just("listener"),
        "priority": number(2, 50_000),
        "conditions": one_of(
            "[elbv2.ListenerCondition.host_headers(['shop.example.com'])]",
            "[elbv2.ListenerCondition.path_patterns(['/shop/*']), elbv2.ListenerCondition.query_strings("
            "[elbv2.QueryStringCondition(value='x')])]",
        ),
    },
)
ENGINE = {
    "deployment": DEPLOYMENTS,
    "lifecycle_hooks": listed(FUNCTION_HOOKS, 0, 3) | listed(PAUSES, 0, 2),
    "deployment_alarms": one_of("[alarm]", "()"),
    "circuit_breaker": one_of("True", "False"),
    "force_new_deployment": one_of("'1'", "'a' * 255", "text_token"),
    "service_connect": st.just("ServiceConnect(ecs.ServiceConnectProps(namespace='internal'))"),
    "volume_configurations": one_of("[]", "()"),
}
BALANCED = arguments(
    target_protocol_version=st.just("elbv2.ApplicationProtocolVersion.HTTP1"),
    infrastructure_role=st.just("imported_role"),
    **ENGINE,
)
HEADLESS = arguments(
    {"cluster": CLUSTERS, "task_definition": one_of("task", "portless_task"), "production_listener": st.just("None")},
    desired_count=number(0, 5000),
    platform_version=one_of("ecs.FargatePlatformVersion.LATEST", "ecs.FargatePlatformVersion.VERSION1_4"),
    **ENGINE,
)


@st.composite
def native_services(draw: st.DrawFn) -> str:
    """Draw a call with arguments that fit together."""
    if draw(st.integers(0, 3)) == 0:
        given = draw(HEADLESS)
    else:
        given = draw(shared()) | draw(BALANCED)
        if given.get("load_balancer") == "balancer" and draw(st.booleans()):
            given["production_listener"] = draw(EXISTING)
        if "test_listener" not in given and draw(st.booleans()):
            given["test_listener"] = draw(HEADERS)
    return written("EcsNativeBlueGreenService", given, "stack", "'Service'")
