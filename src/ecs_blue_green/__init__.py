"""Blue/green deployments of Amazon ECS services with AWS CDK, CloudFormation and CodeDeploy.

The public names are loaded on first use: parts of this package that need no AWS CDK, such as
``ecs_blue_green.lifecycle``, start without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .alarms import AlarmPair as AlarmPair
    from .alarms import TargetGroupAlarm as TargetGroupAlarm
    from .errors import EcsBlueGreenError as EcsBlueGreenError
    from .errors import InvalidArgumentsError as InvalidArgumentsError
    from .hook_function import LifecycleHookFunction as LifecycleHookFunction
    from .hook_role import CodeDeployHookRole as CodeDeployHookRole
    from .lifecycle_hooks import LifecycleHooks as LifecycleHooks
    from .listeners import HttpListener as HttpListener
    from .listeners import HttpsListener as HttpsListener
    from .listeners import Listeners as Listeners
    from .load_balancer import NewLoadBalancer as NewLoadBalancer
    from .service import EcsBlueGreenService as EcsBlueGreenService
    from .serving_container import ServingContainer as ServingContainer
    from .target_groups import TargetGroups as TargetGroups
    from .task_definition import TaskImage as TaskImage
    from .traffic_routing import AllAtOnce as AllAtOnce
    from .traffic_routing import TimeBasedCanary as TimeBasedCanary
    from .traffic_routing import TimeBasedLinear as TimeBasedLinear
    from .update_mode import UpdateMode as UpdateMode

_MODULES = {
    "AlarmPair": "alarms",
    "AllAtOnce": "traffic_routing",
    "CodeDeployHookRole": "hook_role",
    "EcsBlueGreenError": "errors",
    "EcsBlueGreenService": "service",
    "HttpListener": "listeners",
    "HttpsListener": "listeners",
    "InvalidArgumentsError": "errors",
    "LifecycleHookFunction": "hook_function",
    "LifecycleHooks": "lifecycle_hooks",
    "Listeners": "listeners",
    "NewLoadBalancer": "load_balancer",
    "ServingContainer": "serving_container",
    "TargetGroupAlarm": "alarms",
    "TargetGroups": "target_groups",
    "TaskImage": "task_definition",
    "TimeBasedCanary": "traffic_routing",
    "TimeBasedLinear": "traffic_routing",
    "UpdateMode": "update_mode",
}

__all__ = [
    "AlarmPair",
    "AllAtOnce",
    "CodeDeployHookRole",
    "EcsBlueGreenError",
    "EcsBlueGreenService",
    "HttpListener",
    "HttpsListener",
    "InvalidArgumentsError",
    "LifecycleHookFunction",
    "LifecycleHooks",
    "Listeners",
    "NewLoadBalancer",
    "ServingContainer",
    "TargetGroupAlarm",
    "TargetGroups",
    "TaskImage",
    "TimeBasedCanary",
    "TimeBasedLinear",
    "UpdateMode",
]


if not TYPE_CHECKING:  # with it, a type checker would take any name for a public one

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
