"""Defects of lifecycle hooks."""

from .parts import NativeParts, breaks


@breaks("native-hook-target")
def lambda_hook_without_a_role(parts: NativeParts) -> None:
    del parts.lambda_hook["RoleArn"]


@breaks("native-hook-target")
def lambda_hook_without_anything(parts: NativeParts) -> None:
    del parts.lambda_hook["RoleArn"], parts.lambda_hook["HookTargetArn"]


@breaks("native-hook-target")
def pause_hook_that_does_not_say_so(parts: NativeParts) -> None:
    del parts.pause_hook["TargetType"]


@breaks("native-pause-target")
def pause_hook_with_a_function(parts: NativeParts) -> None:
    parts.pause_hook["HookTargetArn"] = {"Fn::GetAtt": ["Checks", "Arn"]}


@breaks("native-hook-target")
def hook_of_an_unknown_kind(parts: NativeParts) -> None:
    parts.lambda_hook["TargetType"] = "LAMBDA"


@breaks("native-hook-stage")
def hook_while_tasks_start(parts: NativeParts) -> None:
    parts.lambda_hook["LifecycleStages"] = ["SCALE_UP"]


@breaks("native-hook-stage")
def hook_of_codedeploy(parts: NativeParts) -> None:
    parts.lambda_hook["LifecycleStages"] = ["AfterAllowTestTraffic"]


@breaks("native-hook-stage")
def pause_while_traffic_moves(parts: NativeParts) -> None:
    parts.pause_hook["LifecycleStages"] = ["PRODUCTION_TRAFFIC_SHIFT"]


@breaks("native-hook-stage")
def hook_without_a_stage(parts: NativeParts) -> None:
    parts.lambda_hook["LifecycleStages"] = []


@breaks("native-hook-stage-twice")
def hook_with_a_stage_twice(parts: NativeParts) -> None:
    parts.lambda_hook["LifecycleStages"] = ["POST_SCALE_UP", "POST_SCALE_UP"]


@breaks("native-hook-timeout")
def lambda_hook_of_two_days(parts: NativeParts) -> None:
    parts.lambda_hook["TimeoutConfiguration"]["TimeoutInMinutes"] = 2000


@breaks("native-hook-timeout")
def pause_of_no_time(parts: NativeParts) -> None:
    parts.pause_hook["TimeoutConfiguration"]["TimeoutInMinutes"] = 0


@breaks("native-hook-timeout")
def pause_of_three_weeks(parts: NativeParts) -> None:
    parts.pause_hook["TimeoutConfiguration"]["TimeoutInMinutes"] = 30000


@breaks("native-pause-timeout")
def pause_of_two_days(parts: NativeParts) -> None:
    parts.pause_hook["TimeoutConfiguration"]["TimeoutInMinutes"] = 2880


@breaks("native-pause-timeout")
def two_pauses_of_a_day(parts: NativeParts) -> None:
    parts.pause_hook["LifecycleStages"] = ["POST_TEST_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"]
    del parts.pause_hook["TimeoutConfiguration"]


@breaks("native-hook-details")
def details_that_are_no_json(parts: NativeParts) -> None:
    parts.lambda_hook["HookDetails"] = "shop=a"


@breaks("native-hook-details")
def details_that_are_a_list(parts: NativeParts) -> None:
    parts.lambda_hook["HookDetails"] = '["shop"]'


@breaks("native-hook-count")
def eleven_functions(parts: NativeParts) -> None:
    parts.configuration["LifecycleHooks"] = [parts.lambda_hook] * 11


@breaks("native-hook-without-test-rule")
def tests_without_test_traffic(parts: NativeParts) -> None:
    del parts.advanced["TestListenerRule"], parts.resources["TestRule"]


@breaks("native-failing-on-rollback")
def test_while_test_traffic_moves(parts: NativeParts) -> None:
    parts.lambda_hook["LifecycleStages"] = ["TEST_TRAFFIC_SHIFT"]
