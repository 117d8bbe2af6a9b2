"""Options and fixtures of the whole suite."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from hypothesis import HealthCheck, settings

from tests.support import INIT_FLAGS, Service, small_service

settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("hunt", settings.get_profile("same"), derandomize=False, max_examples=5000)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--cdk-flags",
        choices=["init", "none"],
        default="init",
        help="feature flags of the apps under test: those of a fresh `cdk init` app (default), or none, "
        "which runs only the tests that they are for",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is the same without flags; begin with what takes longest, so that the others run beside it."""
    items.sort(key=lambda item: "mypy" not in item.name)
    if config.getoption("--cdk-flags") == "none":
        config.hook.pytest_deselected(items=[item for item in items if not _has_flags(item)])
        items[:] = filter(_has_flags, items)


def _has_flags(item: pytest.Item) -> bool:
    return "flags" in getattr(item, "fixturenames", ())


@pytest.fixture
def flags(pytestconfig: pytest.Config) -> dict[str, Any]:
    """The feature flags of this run."""
    return dict(INIT_FLAGS) if pytestconfig.getoption("--cdk-flags") == "init" else {}


@pytest.fixture
def make_app(tmp_path: Path, flags: dict[str, Any]) -> Callable[..., cdk.App]:
    """Makes an app with this run's flags; arguments go to cdk.App, its context on top of the flags."""
    count = 0

    def make(*, context: dict[str, Any] | None = None, **options: Any) -> cdk.App:
        nonlocal count
        count += 1
        return cdk.App(outdir=str(tmp_path / f"cdk.out.{count}"), context=flags | (context or {}), **options)

    return make


@pytest.fixture
def stack(make_app: Callable[..., cdk.App]) -> cdk.Stack:
    """An empty stack that knows neither account nor region."""
    return cdk.Stack(make_app(), "Stack")


@pytest.fixture
def service(stack: cdk.Stack) -> Service:
    """Makes a service with the least arguments in the stack; further arguments are passed on."""
    return small_service(stack)
