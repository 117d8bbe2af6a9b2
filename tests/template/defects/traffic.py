"""Defects of how traffic moves."""

from .parts import Parts, breaks


@breaks("traffic-routing-block")
def linear_with_the_block_of_canary(parts: Parts) -> None:
    parts.settings["TrafficRoutingConfig"]["TimeBasedCanary"] = {"StepPercentage": 20, "BakeTimeMins": 5}


@breaks("traffic-routing-block")
def linear_without_its_block(parts: Parts) -> None:
    parts.settings["TrafficRoutingConfig"] = {"Type": "TimeBasedLinear"}


@breaks("traffic-routing-block")
def all_at_once_with_a_block(parts: Parts) -> None:
    parts.settings["TrafficRoutingConfig"]["Type"] = "AllAtOnce"


@breaks("step-percentage")
def step_of_13_percent(parts: Parts) -> None:
    parts.settings["TrafficRoutingConfig"]["TimeBasedLinear"]["StepPercentage"] = 13


@breaks("step-percentage")
def step_of_nothing(parts: Parts) -> None:
    parts.settings["TrafficRoutingConfig"]["TimeBasedLinear"]["StepPercentage"] = 0


@breaks("step-percentage")
def step_of_101_percent(parts: Parts) -> None:
    parts.settings["TrafficRoutingConfig"]["TimeBasedLinear"]["StepPercentage"] = 101


@breaks("bake-time")
def negative_bake_time(parts: Parts) -> None:
    parts.settings["TrafficRoutingConfig"]["TimeBasedLinear"]["BakeTimeMins"] = -1


@breaks("bake-time")
def negative_bake_time_of_a_parameter(parts: Parts) -> None:
    parts.template["Parameters"]["Bake"] = {"Type": "Number", "Default": -1}
    parts.settings["TrafficRoutingConfig"]["TimeBasedLinear"]["BakeTimeMins"] = {"Ref": "Bake"}


@breaks("step-percentage")
def step_of_a_mapping(parts: Parts) -> None:
    parts.template["Mappings"] = {"Steps": {"prod": {"Percent": "10"}}}
    steps = {"StepPercentage": {"Fn::FindInMap": ["Steps", "prod", "Percent"]}}
    parts.settings["TrafficRoutingConfig"]["TimeBasedLinear"] = steps


@breaks("termination-wait-time", "deployment-too-long")
def termination_wait_of_three_days(parts: Parts) -> None:
    parts.settings["AdditionalOptions"]["TerminationWaitTimeInMinutes"] = 4320


@breaks("termination-wait-time")
def negative_termination_wait(parts: Parts) -> None:
    parts.settings["AdditionalOptions"]["TerminationWaitTimeInMinutes"] = -5


@breaks("deployment-too-long")
def linear_in_steps_of_a_day(parts: Parts) -> None:
    parts.settings["TrafficRoutingConfig"]["TimeBasedLinear"] = {"StepPercentage": 50, "BakeTimeMins": 2160}
