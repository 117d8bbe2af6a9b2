"""How tasks are replaced: what is rendered, and which values are refused."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration

from ecs_blue_green import AllAtOnce, BlueGreen, Canary, Linear, Rolling, TimeBasedCanary, TimeBasedLinear
from ecs_blue_green.native.deployment import Deployment
from ecs_blue_green.template import native_facts as facts
from ecs_blue_green.testing import template_of
from tests.native.support import NativeService
from tests.support import mistakes_of, number_token, properties

MINUTES = Duration.minutes


def configuration(stack: cdk.Stack) -> dict[str, Any]:
    """Give the service's DeploymentConfiguration."""
    found: dict[str, Any] = properties(template_of(stack), "AWS::ECS::Service")["DeploymentConfiguration"]
    return found


@pytest.mark.parametrize(
    ("deployment", "expected"),
    [
        (None, {"Strategy": "BLUE_GREEN", "BakeTimeInMinutes": 15}),
        (BlueGreen(bake_time=MINUTES(0)), {"Strategy": "BLUE_GREEN", "BakeTimeInMinutes": 0}),
        (
            Linear(),
            {
                "Strategy": "LINEAR",
                "BakeTimeInMinutes": 15,
                "LinearConfiguration": {"StepPercent": 10, "StepBakeTimeInMinutes": 6},
            },
        ),
        (
            Linear(step_percentage=33.4, step_bake_time=MINUTES(0), bake_time=MINUTES(1440)),
            {
                "Strategy": "LINEAR",
                "BakeTimeInMinutes": 1440,
                "LinearConfiguration": {"StepPercent": 33.4, "StepBakeTimeInMinutes": 0},
            },
        ),
        (
            Canary(),
            {
                "Strategy": "CANARY",
                "BakeTimeInMinutes": 15,
                "CanaryConfiguration": {"CanaryPercent": 5, "CanaryBakeTimeInMinutes": 10},
            },
        ),
        (
            Canary(percentage=0.1, canary_bake_time=Duration.hours(2), bake_time=MINUTES(5)),
            {
                "Strategy": "CANARY",
                "BakeTimeInMinutes": 5,
                "CanaryConfiguration": {"CanaryPercent": 0.1, "CanaryBakeTimeInMinutes": 120},
            },
        ),
    ],
)
def test_deployment_is_rendered_with_its_defaults_written_out(
    deployment: Deployment | None, expected: dict[str, Any], stack: cdk.Stack, service: NativeService
) -> None:
    service(deployment=deployment, alarms=())
    assert configuration(stack) == {
        "MaximumPercent": 200,
        "MinimumHealthyPercent": 100,
        "LifecycleHooks": [],
        "Alarms": {"AlarmNames": [], "Enable": False, "Rollback": False},
        "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
        **expected,
    }


def test_rolling_switches_all_off_that_only_a_shift_of_traffic_has(stack: cdk.Stack, service: NativeService) -> None:
    service(deployment=Rolling(), health_check_grace_period=Duration.seconds(30))
    rendered = properties(template_of(stack), "AWS::ECS::Service")
    assert rendered["DeploymentConfiguration"] == {
        "Strategy": "ROLLING",
        "BakeTimeInMinutes": 0,
        "MaximumPercent": 200,
        "MinimumHealthyPercent": 100,
        "LifecycleHooks": [],
        "Alarms": {"AlarmNames": [], "Enable": False, "Rollback": False},
        "DeploymentCircuitBreaker": {"Enable": False, "Rollback": False},
    }
    assert "HealthCheckGracePeriodSeconds" not in rendered
    assert "AdvancedConfiguration" in rendered["LoadBalancers"][0]


@pytest.mark.parametrize(
    ("deployment", "argument"),
    [
        (Canary(percentage=0), "percentage"),
        (Canary(percentage=0.05), "percentage"),
        (Canary(percentage=5.55), "percentage"),
        (Canary(percentage=100), "percentage"),
        (Canary(percentage=float("nan")), "percentage"),
        (Canary(percentage=True), "percentage"),
        (Canary(percentage="5"), "percentage"),  # type: ignore[arg-type]
        (Canary(percentage=None), "percentage"),  # type: ignore[arg-type]
        (Canary(canary_bake_time=MINUTES(1441)), "canary_bake_time"),
        (Canary(bake_time=Duration.seconds(90)), "bake_time"),
        (Linear(step_percentage=2.9), "step_percentage"),
        (Linear(step_percentage=100.1), "step_percentage"),
        (Linear(step_percentage=3.01), "step_percentage"),
        (Linear(step_bake_time=15), "step_bake_time"),  # type: ignore[arg-type]
        (BlueGreen(bake_time=MINUTES(1441)), "bake_time"),
    ],
)
def test_value_out_of_range_is_refused(deployment: Deployment, argument: str, service: NativeService) -> None:
    (mistake,) = mistakes_of(service, deployment=deployment)
    assert mistake.startswith(f"deployment.{argument} must be ")


@pytest.mark.parametrize("given", ["CANARY", Canary, None.__class__, 5])
def test_what_is_no_deployment_is_refused(given: Any, service: NativeService) -> None:
    (mistake,) = mistakes_of(service, deployment=given)
    assert mistake.startswith("deployment must be BlueGreen(…), Linear(…), Canary(…) or Rolling(), got ")


@pytest.mark.parametrize(
    ("given", "advice"),
    [(AllAtOnce(), "BlueGreen()"), (TimeBasedCanary(), "Canary(percentage"), (TimeBasedLinear(), "Linear(step_perc")],
)
def test_whoever_gives_the_hooks_traffic_routing_is_told_what_to_use(
    given: Any, advice: str, service: NativeService
) -> None:
    (mistake,) = mistakes_of(service, deployment=given)
    assert mistake.partition("; use ")[2].startswith(advice)


def test_canary_of_everything_is_told_what_to_use(service: NativeService) -> None:
    (mistake,) = mistakes_of(service, deployment=Canary(percentage=100))
    assert mistake == (
        "deployment.percentage must be a number from 0.1 to 99.9 in steps of 0.1, got 100; "
        "use BlueGreen() to move all at once"
    )


@pytest.mark.parametrize(
    ("deployment", "total"),
    [
        (Canary(canary_bake_time=MINUTES(1440), bake_time=MINUTES(541)), 1981),
        (Linear(step_percentage=10, step_bake_time=MINUTES(220), bake_time=MINUTES(1)), 1981),
        (Linear(step_percentage=30, step_bake_time=MINUTES(660), bake_time=MINUTES(1)), 1981),
        (Linear(step_percentage=3, step_bake_time=MINUTES(60), bake_time=MINUTES(1)), 1981),
    ],
)
def test_more_than_33_hours_are_refused_and_as_many_are_not(
    deployment: Canary | Linear, total: int, stack: cdk.Stack, service: NativeService
) -> None:
    (mistake,) = mistakes_of(service, deployment=deployment)
    assert f" at most 1980 minutes, got {total} (" in mistake
    assert mistake.endswith("(rule NS17)")
    one_less = {"bake_time": MINUTES(deployment.bake_time.to_minutes() - 1)} if deployment.bake_time else {}
    fields = {name: getattr(deployment, name) for name in type(deployment).__dataclass_fields__} | one_less
    service(deployment=type(deployment)(**fields))
    assert configuration(stack)["BakeTimeInMinutes"] == fields["bake_time"].to_minutes()


def test_tokens_pass(stack: cdk.Stack, service: NativeService) -> None:
    service(
        deployment=Linear(
            step_percentage=number_token(stack),
            step_bake_time=MINUTES(number_token(stack, "Step")),
            bake_time=MINUTES(number_token(stack, "Bake")),
        )
    )
    rendered = configuration(stack)
    assert rendered["BakeTimeInMinutes"] == {"Ref": "Bake"}
    assert rendered["LinearConfiguration"] == {
        "StepPercent": {"Ref": "Number"},
        "StepBakeTimeInMinutes": {"Ref": "Step"},
    }


@pytest.mark.parametrize(("percentage", "waits"), [(100, 0), (50, 1), (10, 9), (30, 3), (33.3, 3), (3, 33), (99.9, 1)])
def test_no_step_is_waited_for_after_the_last(percentage: float, waits: int) -> None:
    assert facts.waited_steps(percentage) == waits


def test_stages_of_hooks_and_pauses_are_those_that_ecs_lists() -> None:
    from botocore.loaders import Loader

    shapes = Loader().load_service_model("ecs", "service-2")["shapes"]
    assert {*facts.HOOK_STAGES} == {*shapes["DeploymentLifecycleHookStage"]["enum"]}
    assert {*facts.STRATEGIES} == {*shapes["DeploymentStrategy"]["enum"]}
