"""Defects of the deployment configuration."""

from .parts import NativeParts, breaks


@breaks("native-controller")
def native_service_of_codedeploy(parts: NativeParts) -> None:
    parts.service["DeploymentController"] = {"Type": "CODE_DEPLOY"}


@breaks("native-controller")
def native_service_of_a_third(parts: NativeParts) -> None:
    parts.service["DeploymentController"] = {"Type": "EXTERNAL"}


@breaks("native-strategy-block")
def canary_with_a_linear_block(parts: NativeParts) -> None:
    parts.configuration["LinearConfiguration"] = {"StepPercent": 10, "StepBakeTimeInMinutes": 6}


@breaks("native-strategy-block")
def all_at_once_with_a_canary_block(parts: NativeParts) -> None:
    parts.configuration["Strategy"] = "BLUE_GREEN"


@breaks("native-strategy-defaults")
def canary_without_its_block(parts: NativeParts) -> None:
    del parts.configuration["CanaryConfiguration"]


@breaks("native-strategy-defaults")
def linear_without_its_block(parts: NativeParts) -> None:
    parts.strategy("LINEAR")


@breaks("native-canary-share")
def canary_of_all(parts: NativeParts) -> None:
    parts.configuration["CanaryConfiguration"]["CanaryPercent"] = 100


@breaks("native-bake-given")
def no_bake_time(parts: NativeParts) -> None:
    del parts.configuration["BakeTimeInMinutes"]


@breaks("native-too-long")
def canary_of_two_days(parts: NativeParts) -> None:
    del parts.configuration["LifecycleHooks"]
    parts.configuration["CanaryConfiguration"]["CanaryBakeTimeInMinutes"] = 1440
    parts.configuration["BakeTimeInMinutes"] = 1440


@breaks("native-too-long")
def linear_of_two_days(parts: NativeParts) -> None:
    del parts.configuration["LifecycleHooks"]
    parts.strategy("LINEAR", LinearConfiguration={"StepPercent": 3.0, "StepBakeTimeInMinutes": 60})


@breaks("native-early-success")
def early_success(parts: NativeParts) -> None:
    parts.configuration["EarlySuccessCriteria"] = {"Enable": True, "HealthyPercent": 50}


@breaks("native-max-percent")
def no_room_for_green(parts: NativeParts) -> None:
    parts.configuration["MaximumPercent"] = 100


@breaks("native-max-percent")
def half_of_the_tasks(parts: NativeParts) -> None:
    parts.configuration["MinimumHealthyPercent"] = 50
