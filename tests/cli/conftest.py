"""An account on this machine for the commands that ask AWS."""

from collections.abc import Iterator
from functools import cache

import botocore.session
import pytest

from tests.cli.deployment.stage import Stage
from tests.cli.moto_server import moto


@pytest.fixture(scope="session", autouse=True)
def models() -> Iterator[None]:
    """Read each model of AWS once: every session would read it again, which takes most of a test's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))
        yield


@pytest.fixture(scope="session")
def account() -> Iterator[str]:
    """The address of a moto server."""
    with moto() as url:
        yield url


@pytest.fixture
def stage(account: str) -> Stage:
    """A stack in it, with two blue tasks."""
    return Stage(account)
