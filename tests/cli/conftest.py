"""An account on this machine for the commands that ask AWS."""

from collections.abc import Iterator

import pytest

from tests.cli.deployment.stage import Stage
from tests.cli.moto_server import moto


@pytest.fixture(scope="session")
def account() -> Iterator[str]:
    """The address of a moto server."""
    with moto() as url:
        yield url


@pytest.fixture
def stage(account: str) -> Stage:
    """A stack in it, with two blue tasks."""
    return Stage(account)
