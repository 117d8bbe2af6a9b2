"""The least native service."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from constructs import Construct

from ecs_blue_green import EcsNativeBlueGreenService, HttpListener
from tests.support import fargate_task, imported_cluster

NativeService = Callable[..., EcsNativeBlueGreenService]


def native_service(scope: Construct) -> NativeService:
    """Makes services with the least arguments in a scope, of one task definition; further arguments are passed on."""
    defaults: dict[str, Callable[[], Any]] = {
        "cluster": cache(partial(imported_cluster, scope)),
        "task_definition": cache(partial(fargate_task, scope)),
        "production_listener": HttpListener,
    }

    def make(id: str = "Service", **arguments: Any) -> EcsNativeBlueGreenService:
        given = {name: make() for name, make in defaults.items() if name not in arguments}
        return EcsNativeBlueGreenService(scope, id, **given, **arguments)

    return make
