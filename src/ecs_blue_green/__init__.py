"""Blue/green deployments of Amazon ECS services with AWS CDK: by ECS itself, or by CloudFormation and CodeDeploy.

The public names are loaded on first use: parts of this package that need no AWS CDK, such as
``ecs_blue_green.lifecycle``, start without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .codedeploy.service import EcsBlueGreenService as EcsBlueGreenService
    from .codedeploy.traffic_routing import AllAtOnce as AllAtOnce
    from .codedeploy.traffic_routing import TimeBasedCanary as TimeBasedCanary
    from .codedeploy.traffic_routing import TimeBasedLinear as TimeBasedLinear
    from .codedeploy.update_mode import UpdateMode as UpdateMode
    from .errors import EcsBlueGreenError as EcsBlueGreenError
    from .errors import InvalidArgumentsError as InvalidArgumentsError
    from .lifecycle_hooks import LifecycleHooks as LifecycleHooks
    from .lifecycle_hooks.function import LifecycleHookFunction as LifecycleHookFunction
    from .lifecycle_hooks.role import CodeDeployHookRole as CodeDeployHookRole
    from .native.deployment import BlueGreen as BlueGreen
    from .native.deployment import Canary as Canary
    from .native.deployment import Linear as Linear
    from .native.deployment import Rolling as Rolling
    from .native.hooks import LambdaHook as LambdaHook
    from .native.hooks import OnTimeout as OnTimeout
    from .native.hooks import PauseHook as PauseHook
    from .native.hooks import PauseStage as PauseStage
    from .native.hooks import Stage as Stage
    from .native.listener_rules import ExistingListener as ExistingListener
    from .native.listener_rules import ListenerRules as ListenerRules
    from .native.listener_rules import TestHeader as TestHeader
    from .native.service import EcsNativeBlueGreenService as EcsNativeBlueGreenService
    from .native.service_connect import ServiceConnect as ServiceConnect
    from .parts.alarms import AlarmPair as AlarmPair
    from .parts.alarms import TargetGroupAlarm as TargetGroupAlarm
    from .parts.listeners import HttpListener as HttpListener
    from .parts.listeners import HttpsListener as HttpsListener
    from .parts.listeners import Listeners as Listeners
    from .parts.load_balancer import NewLoadBalancer as NewLoadBalancer
    from .parts.target_groups import TargetGroups as TargetGroups
    from .parts.task_definition import ServingContainer as ServingContainer
    from .parts.task_definition import TaskImage as TaskImage

_MODULES = {
    "AlarmPair": "parts.alarms",
    "AllAtOnce": "codedeploy.traffic_routing",
    "BlueGreen": "native.deployment",
    "Canary": "native.deployment",
    "CodeDeployHookRole": "lifecycle_hooks.role",
    "EcsBlueGreenError": "errors",
    "EcsBlueGreenService": "codedeploy.service",
    "EcsNativeBlueGreenService": "native.service",
    "ExistingListener": "native.listener_rules",
    "HttpListener": "parts.listeners",
    "HttpsListener": "parts.listeners",
    "InvalidArgumentsError": "errors",
    "LambdaHook": "native.hooks",
    "LifecycleHookFunction": "lifecycle_hooks.function",
    "LifecycleHooks": "lifecycle_hooks",
    "Linear": "native.deployment",
    "ListenerRules": "native.listener_rules",
    "Listeners": "parts.listeners",
    "NewLoadBalancer": "parts.load_balancer",
    "OnTimeout": "native.hooks",
    "PauseHook": "native.hooks",
    "PauseStage": "native.hooks",
    "Rolling": "native.deployment",
    "ServiceConnect": "native.service_connect",
    "ServingContainer": "parts.task_definition",
    "Stage": "native.hooks",
    "TargetGroupAlarm": "parts.alarms",
    "TargetGroups": "parts.target_groups",
    "TaskImage": "parts.task_definition",
    "TestHeader": "native.listener_rules",
    "TimeBasedCanary": "codedeploy.traffic_routing",
    "TimeBasedLinear": "codedeploy.traffic_routing",
    "UpdateMode": "codedeploy.update_mode",
}

__all__ = [
    "AlarmPair",
    "AllAtOnce",
    "BlueGreen",
    "Canary",
    "CodeDeployHookRole",
    "EcsBlueGreenError",
    "EcsBlueGreenService",
    "EcsNativeBlueGreenService",
    "ExistingListener",
    "HttpListener",
    "HttpsListener",
    "InvalidArgumentsError",
    "LambdaHook",
    "LifecycleHookFunction",
    "LifecycleHooks",
    "Linear",
    "ListenerRules",
    "Listeners",
    "NewLoadBalancer",
    "OnTimeout",
    "PauseHook",
    "PauseStage",
    "Rolling",
    "ServiceConnect",
    "ServingContainer",
    "Stage",
    "TargetGroupAlarm",
    "TargetGroups",
    "TaskImage",
    "TestHeader",
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
