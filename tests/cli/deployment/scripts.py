"""How deployments go, step by step: what the tests play on the stage."""

from tests.cli.deployment.stage import HTTP_500, Stage, Step, after


def until_tests() -> list[Step]:
    """From the beginning of the update until the hook function runs."""
    return [
        after(1, lambda s: s.status("UPDATE_IN_PROGRESS", "User Initiated")),
        after(0.25, lambda s: s.deploy(), lambda s: s.lifecycle_event("BeforeInstall", "Skipped")),
        after(0.25, lambda s: s.lifecycle_event("Install"), lambda s: s.start_green()),
        after(1, lambda s: s.tasks("green", 1, 1)),
        after(
            0.5,
            lambda s: s.tasks("green", 2),
            lambda s: s.healthy("green", 2),
            lambda s: s.lifecycle_event("Install", "Succeeded"),
        ),
        after(
            0.25,
            lambda s: s.lifecycle_event("AllowTestTraffic"),
            lambda s: s.lifecycle_event("AllowTestTraffic", "Succeeded"),
            lambda s: s.shift("test", green=100, blue=0),
            lambda s: s.lifecycle_event("AfterAllowTestTraffic"),
        ),
    ]


def until_bake() -> list[Step]:
    """Until a fifth of the traffic goes to green."""
    return [
        *until_tests(),
        after(
            0.75,
            lambda s: s.lifecycle_event("AfterAllowTestTraffic", "Succeeded"),
            lambda s: s.lifecycle_event("AllowTraffic"),
            lambda s: s.shift("production", blue=80, green=20),
        ),
        after(6),
    ]


def success() -> list[Step]:
    """A deployment that goes well."""
    return [
        *until_bake(),
        after(
            9,
            lambda s: s.shift("production", green=100, blue=0),
            lambda s: s.lifecycle_event("AllowTraffic", "Succeeded"),
            lambda s: s.promote("green"),
        ),
        after(10),
        after(20, lambda s: s.remove("blue"), lambda s: s.deployment.update(status="Succeeded")),
        after(0.5, lambda s: s.status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"), lambda s: s.process_green()),
        after(0.5, lambda s: s.status("UPDATE_COMPLETE")),
    ]


def rollback(reason: str) -> list[Step]:
    """What CloudFormation does when something went wrong."""
    return [
        after(
            0.1,
            lambda s: s.status("UPDATE_ROLLBACK_IN_PROGRESS", reason),
            lambda s: s.shift("test", blue=100, green=0),
            lambda s: s.shift("production", blue=100, green=0),
            lambda s: s.deployment.update(status="Failed"),
        ),
        after(2, lambda s: s.remove("green"), lambda s: s.alarm("OK", name=HTTP_500)),
        after(0.5, lambda s: s.status("UPDATE_ROLLBACK_COMPLETE")),
    ]


def play(stage: Stage, steps: list[Step]) -> None:
    """Have all of it happen before anybody looks."""
    for step in steps:
        step(stage)
