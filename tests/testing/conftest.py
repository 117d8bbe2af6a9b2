"""The fixtures of this room."""

import aws_cdk as cdk
import pytest

from tests.native.support import NativeService, native_service


@pytest.fixture
def native(stack: cdk.Stack) -> NativeService:
    """Makes native services with the least arguments in the stack; further arguments are passed on."""
    return native_service(stack)
