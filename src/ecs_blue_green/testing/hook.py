"""Whether a template deploys blue/green, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..template.hook_facts import TEST_ROUTE
from ..template.model import HOOK, TRANSFORM, Template
from ..template.native_model import shifting_services
from ..template.rules import RULES
from ..template.values import dig, text
from .comparison import differences, resolved, with_defaults
from .findings import in_words
from .templates import name_of, read_template

if TYPE_CHECKING:
    from aws_cdk import Duration, Stack

    from ..codedeploy.traffic_routing import TrafficRouting
    from ..lifecycle_hooks import LifecycleHooks

# Where these are broken, there is no one hook whose values could be compared.
_RULES = ("hook-missing", "transform-missing", "second-service")


def assert_blue_green(
    stack_or_template: Stack | Mapping[str, Any],
    *,
    traffic_routing: TrafficRouting | None = None,
    termination_wait_time: Duration | None = None,
    lifecycle_hooks: LifecycleHooks | None = None,
    has_test_listener: bool | None = None,
) -> dict[str, Any]:
    """Assert that a template has the blue/green hook, for one service, and its transform; and values of the hook.

    An argument that is left out is not compared. Where the hook says nothing, CloudFormation's default is. A token is
    compared as the stack resolves it; for a template, give plain values.

    Args:
        stack_or_template: A stack of an app, or a template.
        traffic_routing: How production traffic moves, with all values: ``AllAtOnce``, ``TimeBasedCanary`` or
            ``TimeBasedLinear``.
        termination_wait_time: How long the blue tasks stay after the last step, 0 to 2880 whole minutes.
        lifecycle_hooks: All functions, and the role; ``LifecycleHooks()`` when there are none.
        has_test_listener: Whether the hook names a test listener.

    Returns:
        The properties of the hook, as they are in the template.

    Raises:
        AssertionError: There is no such hook, or a value differs.
        InvalidArgumentsError: It is neither a stack nor a template, or no service takes a value that was given.
    """
    __tracebackhide__ = True
    template = Template(read_template(stack_or_template, "assert_blue_green"))
    arguments = {
        "TrafficRoutingConfig": traffic_routing,
        "AdditionalOptions": termination_wait_time,
        "LifecycleEventHooks": lifecycle_hooks,
        "ServiceRole": lifecycle_hooks,
        "has_test_listener": has_test_listener,
    }
    compared = [name for name, given in arguments.items() if given is not None]
    expected = _rendered(traffic_routing, termination_wait_time, lifecycle_hooks, has_test_listener) if compared else {}
    expected = resolved(stack_or_template, expected, "assert_blue_green")
    problems = [in_words(finding) for rule in _RULES for finding in RULES[rule].findings(template)]
    if not template.is_blue_green:
        meaning = "which an update in place leaves out"
        if native := shifting_services(template):
            meaning = f"and ECS itself deploys {native[0].id}: use assert_native_blue_green"
        problems = [f"there is neither a hook of type {HOOK} nor the transform {TRANSFORM}, {meaning}"]
    elif compared and not problems:
        found = _found(template)
        problems = [line for name in compared for line in differences(name, expected.get(name), found.get(name))]
    if problems:
        raise AssertionError("\n  ".join([f"{name_of(stack_or_template)} is not blue/green as expected:", *problems]))
    return template.hooks[0].properties


def _rendered(
    traffic_routing: TrafficRouting | None,
    termination_wait_time: Duration | None,
    lifecycle_hooks: LifecycleHooks | None,
    has_test_listener: bool | None,
) -> dict[str, Any]:
    """Check what is expected, and render it as the construct does."""
    __tracebackhide__ = True
    from ..checks.mistakes import Mistakes
    from ..codedeploy.hook import HookSettings
    from ..codedeploy.traffic_routing import AllAtOnce

    mistakes = Mistakes()
    settings = HookSettings.checked(
        mistakes,
        traffic_routing=AllAtOnce() if traffic_routing is None else traffic_routing,
        termination_wait_time=termination_wait_time,
        lifecycle_hooks=lifecycle_hooks,
    )
    mistakes.flag("has_test_listener", has_test_listener)
    mistakes.raise_mistakes(None, "assert_blue_green")
    return {**settings.properties, "has_test_listener": has_test_listener}


def _found(template: Template) -> dict[str, Any]:
    """Read what the hook says, and what CloudFormation takes where it says nothing."""
    from ..checks.mistakes import Mistakes
    from ..codedeploy.hook import HookSettings
    from ..codedeploy.traffic_routing import AllAtOnce, TimeBasedCanary, TimeBasedLinear

    hook = template.hooks[0].properties
    kinds = {kind.__name__: kind for kind in (AllAtOnce, TimeBasedCanary, TimeBasedLinear)}
    kind = kinds.get(text(dig(hook, "TrafficRoutingConfig", "Type")), TimeBasedCanary)
    settings = HookSettings.checked(
        Mistakes(), traffic_routing=kind(), termination_wait_time=None, lifecycle_hooks=None
    )
    has_test_listener = any(TEST_ROUTE in deployment.routes for deployment in template.deployments)
    return {**with_defaults(settings.properties, hook), "has_test_listener": has_test_listener}
