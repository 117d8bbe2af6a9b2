"""What the library must not cost: counted, not timed."""

import os

from benchmarks.process import list_modules, measure_synthesis
from tests.support import ROOT

# What a stack with a cluster of its own loads anyway.
USERS_OWN = """
from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2, aws_ecs as ecs, aws_elasticloadbalancingv2 as elbv2
ec2.Vpc, ecs.Cluster, elbv2.ListenerCertificate
"""


def test_services_ask_jsii_much_less_than_those_by_hand_do() -> None:
    by_hand, library = (
        [measure_synthesis(side, services, os.environ).stack_round_trips for services in (1, 2)]
        for side in ("by hand", "library")
    )
    assert by_hand[0] > 100
    assert library[0] <= 0.78 * by_hand[0]
    assert library[1] <= 0.75 * by_hand[1]
    assert library[1] - library[0] <= 0.66 * (by_hand[1] - by_hand[0])


def test_import_of_the_construct_loads_nothing_of_cdk_that_its_user_does_not() -> None:
    with_ours = f"{USERS_OWN}\nfrom ecs_blue_green import EcsBlueGreenService, HttpsListener, TimeBasedCanary"
    own = list_modules(USERS_OWN, os.environ)
    assert "aws_cdk.aws_ecs" in own
    assert list_modules(with_ours, os.environ) == own


def test_services_that_ecs_deploys_ask_jsii_less_than_cdk_own_by_hand_do() -> None:
    by_hand, library = (
        [measure_synthesis(side, services, os.environ).stack_round_trips for services in (1, 2)]
        for side in ("native by hand", "native library")
    )
    assert library[0] < by_hand[0]
    assert library[1] - library[0] <= 0.9 * (by_hand[1] - by_hand[0])


def test_service_that_ecs_deploys_takes_two_fifths_of_the_lines() -> None:
    by_hand, library = (
        sum(bool(line.strip()) for line in (ROOT / f"benchmarks/{side}_native.py").read_text().splitlines())
        for side in ("by_hand", "with_library")
    )
    assert library <= 0.4 * by_hand


def test_import_of_the_native_construct_loads_nothing_of_cdk_that_its_user_does_not() -> None:
    own = list_modules(USERS_OWN, os.environ)
    with_ours = (
        f"{USERS_OWN}\nfrom ecs_blue_green import Canary, EcsNativeBlueGreenService, ExistingListener, PauseHook"
    )
    assert [module for module in list_modules(with_ours, os.environ) if module not in own] == []
