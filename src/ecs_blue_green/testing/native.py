"""Whether ECS deploys a service of a template blue/green, and how."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..checks.caller import caller
from ..errors import InvalidArgumentsError
from ..template import native_facts as facts
from ..template.model import SERVICE, Template
from ..template.native_model import TEST_RULE, NativeService, found, identity, services_of
from ..template.values import dig, is_function, mapping, same, sequence, text
from .comparison import differences, resolved, shown, with_defaults
from .templates import name_of, read_template

if TYPE_CHECKING:
    from aws_cdk import Stack
    from aws_cdk import aws_cloudwatch as cloudwatch

    from ..native.deployment import Deployment
    from ..native.hooks import LifecycleHook
    from ..parts.alarms import TargetGroupAlarm

_FUNCTION = "assert_native_blue_green"
_ALARM = "AWS::CloudWatch::Alarm"


def assert_native_blue_green(
    stack_or_template: Stack | Mapping[str, Any],
    *,
    service: str | None = None,
    deployment: Deployment | None = None,
    lifecycle_hooks: Sequence[LifecycleHook] | None = None,
    circuit_breaker: bool | None = None,
    alarms: Sequence[TargetGroupAlarm] | None = None,
    deployment_alarms: Sequence[cloudwatch.IAlarm] | None = None,
    has_test_listener: bool | None = None,
) -> dict[str, Any]:
    """Assert that ECS itself deploys a service blue/green, linearly or as a canary; and how.

    An argument that is left out is not compared. Where the service says nothing, ECS's default is, as far as that is
    known: of the bake time it is not (rule NS6), and what is off has to be written out, as ECS keeps what a template no
    longer mentions (rule NE2). A token is compared as the stack resolves it; for a template, give plain values.

    Args:
        stack_or_template: A stack of an app, or a template.
        service: Logical id of the service. Of a stack, also the id of the construct that it is in, such as ``Web``, or
            ``Shops/Web`` for one in another construct. Left out: there has to be one such service.
        deployment: How ECS replaces the tasks, with all values: ``BlueGreen``, ``Linear`` or ``Canary``; or
            ``Rolling``, in a move from the hook's engine.
        lifecycle_hooks: All functions and pauses, in any order; ``()`` when there are none.
        circuit_breaker: Whether a deployment whose tasks don't start is rolled back.
        alarms: All alarms on the two target groups that roll a deployment back, in any order; ``()`` when there are
            none.
        deployment_alarms: All other alarms that do so, in any order; ``()`` when there are none.
        has_test_listener: Whether the service names a rule for test traffic: of a test listener, or with
            ``TestHeader`` of the production listener.

    Returns:
        The properties of the service, as they are in the template.

    Raises:
        AssertionError: There is no such service, or more than one, or a value differs.
        InvalidArgumentsError: It is neither a stack nor a template, or no service takes a value that was given.
    """
    __tracebackhide__ = True
    template = Template(read_template(stack_or_template, _FUNCTION))
    if service is not None and (not isinstance(service, str) or not service):
        allowed = "the logical id of a service, or the id of the construct that it is in"
        raise InvalidArgumentsError(_FUNCTION, caller(), [f"service must be {allowed}, got {service!r}"])
    expected = resolved(
        stack_or_template,
        _rendered(
            None if isinstance(stack_or_template, Mapping) else stack_or_template,
            deployment=deployment,
            lifecycle_hooks=lifecycle_hooks,
            circuit_breaker=circuit_breaker,
            alarms=alarms,
            deployment_alarms=deployment_alarms,
            has_test_listener=has_test_listener,
        ),
        _FUNCTION,
    )
    chosen = _service(template, stack_or_template, service)
    if problems := [*_problems(chosen, expected)]:
        first = f"{name_of(stack_or_template)} does not deploy {chosen.id} as expected:"
        raise AssertionError("\n  ".join([first, *problems]))
    return chosen.resource.properties


def _service(template: Template, stack_or_template: Stack | Mapping[str, Any], name: str | None) -> NativeService:
    """Find the service that is meant."""
    __tracebackhide__ = True
    there = {service.id: service for service in services_of(template)}
    ids = [*there]
    whose = name_of(stack_or_template)
    if name is not None:
        known = [resource.id for resource in template.resources_of(SERVICE)]
        ids = [id for id in known if id == name] or [id for id in _ids_in(stack_or_template, name) if id in known]
        whose = f"{whose} has no service {name!r}" if not ids else f"In {name!r}, {whose}"
    if len(ids) == 1:
        return there.get(ids[0]) or NativeService(template, template.resources[ids[0]])
    if ids:
        raise AssertionError(f"{whose} has {len(ids)} services: {', '.join(ids)}; name one of them: service={ids[0]!r}")
    if name is not None:
        raise AssertionError(f"{whose}; ECS deploys blue/green: {', '.join(there) or 'none'}")
    advice = ""
    if others := [resource.id for resource in template.resources_of(SERVICE)]:
        advice = f"; other services are: {', '.join(others)}"
    if template.is_blue_green:
        advice = "; CloudFormation's hook deploys one: use assert_blue_green"
    strategies = ", ".join(facts.SHIFTING_STRATEGIES)
    raise AssertionError(f"{whose} has no service that ECS deploys with one of the strategies {strategies}{advice}")


def _ids_in(stack_or_template: Stack | Mapping[str, Any], path: str) -> list[str]:
    """List the logical ids of the services in a construct, by the ids from the stack to it."""
    if isinstance(stack_or_template, Mapping):
        return []
    from aws_cdk import aws_ecs as ecs

    construct: Any = stack_or_template
    for id in path.split("/"):
        construct = construct and construct.node.try_find_child(id)
    inside = construct.node.find_all() if construct else ()
    ids = [stack_or_template.resolve(child.logical_id) for child in inside if isinstance(child, ecs.CfnService)]
    return list(map(str, ids))


def _rendered(
    stack: Stack | None,
    *,
    deployment: Deployment | None,
    lifecycle_hooks: Sequence[LifecycleHook] | None,
    circuit_breaker: bool | None,
    alarms: Sequence[TargetGroupAlarm] | None,
    deployment_alarms: Sequence[cloudwatch.IAlarm] | None,
    has_test_listener: bool | None,
) -> dict[str, Any]:
    """Check what is expected, and render it as the construct does; what is not compared is left out."""
    __tracebackhide__ = True
    given = (deployment, lifecycle_hooks, circuit_breaker, alarms, deployment_alarms, has_test_listener)
    if all(value is None for value in given):
        return {}
    from ..checks.mistakes import Mistakes
    from ..native.deployment import Strategy
    from ..native.hooks import CheckedHooks
    from ..parts.alarms import Alarms

    mistakes, expected = Mistakes(), dict[str, Any]()
    if deployment is not None:
        strategy = Strategy.checked(mistakes, deployment)
        expected["deployment"] = _as_in_template({"strategy": strategy.name, **strategy.properties})
    if lifecycle_hooks is not None:
        as_json = json.dumps if stack is None else stack.to_json_string
        hooks = CheckedHooks.checked(mistakes, lifecycle_hooks).hooks
        expected["lifecycle_hooks"] = [_as_in_template(hook.properties(as_json, None)) for hook in hooks]
    if alarms is not None:
        checked = Alarms.checked(mistakes, alarms=alarms, alarm_actions=()).alarms
        expected["alarms"] = [_as_in_template(alarm.settings) for alarm in checked]
    if deployment_alarms is not None:
        others = mistakes.items("deployment_alarms", deployment_alarms, "a sequence of alarms")
        allowed = "an alarm, such as a cloudwatch.Alarm"
        expected["deployment_alarms"] = [
            alarm.alarm_name
            for index, alarm in enumerate(others)
            if mistakes.interface(f"deployment_alarms[{index}]", alarm, "alarm_name", allowed)
        ]
    mistakes.flag("circuit_breaker", circuit_breaker)
    mistakes.flag("has_test_listener", has_test_listener)
    mistakes.raise_mistakes(None, _FUNCTION)
    flags = {"circuit_breaker": circuit_breaker, "has_test_listener": has_test_listener}
    return expected | {name: flag for name, flag in flags.items() if flag is not None}


def _as_in_template(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Give properties by the names that a template has for them."""
    return {
        "".join(f"{part[:1].upper()}{part[1:]}" for part in name.split("_")): (
            _as_in_template(value) if isinstance(value, Mapping) else value
        )
        for name, value in properties.items()
        if value is not None
    }


def _problems(service: NativeService, expected: dict[str, Any]) -> Iterator[str]:
    """Say where a service differs from what is expected."""
    configuration = service.resource.properties.get("DeploymentConfiguration")
    if is_function(configuration):
        yield f"DeploymentConfiguration: expected an object, found {configuration!r}"
        return
    configuration = mapping(configuration)
    if "deployment" in expected:
        yield from _different_strategy(expected["deployment"], configuration)
    elif not service.shifts:
        yield f"Strategy: expected one of {', '.join(facts.SHIFTING_STRATEGIES)}, found {_strategy(configuration)!r}"
    if "lifecycle_hooks" in expected:
        yield from _different_hooks(expected["lifecycle_hooks"], configuration.get("LifecycleHooks"))
    if "circuit_breaker" in expected:
        is_on = expected["circuit_breaker"]
        wanted = {"Enable": is_on, "Rollback": is_on}
        given = mapping(configuration.get("DeploymentCircuitBreaker"))
        # How many tasks may fail is nothing that is asked for.
        given = given if is_function(given) else {name: given[name] for name in wanted if name in given}
        yield from differences("DeploymentCircuitBreaker", wanted, given)
    yield from _different_alarms(service, expected, configuration.get("Alarms"))
    if "has_test_listener" in expected:
        has = any(TEST_RULE in balancer.rules for balancer in service.load_balancers)
        yield from differences("has_test_listener", expected["has_test_listener"], has)


def _strategy(configuration: Mapping[str, Any]) -> Any:
    return configuration.get("Strategy", facts.ROLLING)


def _different_strategy(expected: dict[str, Any], configuration: Mapping[str, Any]) -> Iterator[str]:
    """Compare what says how tasks are replaced, with ECS's defaults where it says nothing."""
    strategy = _strategy(configuration)
    defaults: dict[str, Any] = _DEFAULTS.get(text(strategy), {})
    names = ("Strategy", "BakeTimeInMinutes", *facts.STRATEGY_BLOCKS.values())
    given = {name: configuration[name] for name in names if name in configuration}
    given = with_defaults({"Strategy": strategy, **defaults}, given)
    for name in names:
        yield from differences(name, expected.get(name), given.get(name))


# ECS's defaults (NS7 to NS10, NE6); of the bake time of the other strategies it is not known (NS6).
_DEFAULTS: dict[str, dict[str, Any]] = {
    facts.ROLLING: {"BakeTimeInMinutes": 0},
    facts.LINEAR: {
        facts.LINEAR_CONFIGURATION: {
            "StepPercent": facts.DEFAULT_STEP_PERCENTAGE,
            "StepBakeTimeInMinutes": facts.DEFAULT_STEP_BAKE_MINUTES,
        }
    },
    facts.CANARY: {
        facts.CANARY_CONFIGURATION: {
            "CanaryPercent": facts.DEFAULT_CANARY_PERCENTAGE,
            "CanaryBakeTimeInMinutes": facts.DEFAULT_CANARY_BAKE_MINUTES,
        }
    },
}
_HOOK_DEFAULTS = {
    "TargetType": facts.AWS_LAMBDA,
    "TimeoutConfiguration": {"TimeoutInMinutes": facts.DEFAULT_HOOK_MINUTES, "Action": facts.DEFAULT_TIMEOUT_ACTION},
}


def _different_hooks(expected: list[dict[str, Any]], given: object) -> Iterator[str]:
    """Compare the hooks; their order says nothing, as those of a stage run together (NH5)."""
    path = "LifecycleHooks"
    if not isinstance(given, list):
        yield f"{path}: expected {expected or 'an empty list'}, found {shown(given)}"
        return
    wanted, there = [_comparable(hook) for hook in expected], [_comparable(hook) for hook in given]
    missing = [hook for hook in wanted if not _take(there, hook)]
    for index, hook in enumerate(missing):
        if index < len(there):
            yield from differences(f"{path}[{_index_of(given, there[index])}]", hook, there[index])
        else:
            yield f"{path}: expected {hook!r}, found nothing"
    for hook in there[len(missing) :]:
        yield f"{path}[{_index_of(given, hook)}]: expected nothing, found {hook!r}"


def _comparable(hook: object) -> Any:
    """Give a hook with ECS's defaults, its stages in order, and its details as values; without its role."""
    if not isinstance(hook, dict) or is_function(hook):
        return hook
    hook = with_defaults(_HOOK_DEFAULTS, hook)
    hook.pop("RoleArn", None)
    stages = hook.get("LifecycleStages")
    if isinstance(stages, list):
        hook["LifecycleStages"] = sorted(stages, key=str)
    with suppress(ValueError, RecursionError):
        hook["HookDetails"] = json.loads(text(hook.get("HookDetails")))
    return hook


def _take(items: list[Any], wanted: object) -> bool:
    """Take the first of some values that equals another one; tell whether there was one."""
    index = next((index for index, item in enumerate(items) if same(item, wanted)), None)
    if index is not None:
        del items[index]
    return index is not None


def _index_of(given: list[Any], hook: object) -> int:
    return next(index for index, item in enumerate(given) if same(_comparable(item), hook))


def _different_alarms(service: NativeService, expected: dict[str, Any], given: object) -> Iterator[str]:
    """Compare the alarms that roll back: those on the target groups by what they watch, others by their names."""
    if "alarms" not in expected and "deployment_alarms" not in expected:
        return
    names = dig(given, "AlarmNames")
    if not isinstance(names, list):
        yield f"Alarms: expected AlarmNames, found {shown(given)}"
        return
    watching, others = _split(service, names)
    if "alarms" in expected:
        wanted = _by_metric([(alarm, colour) for alarm in expected["alarms"] for colour in _COLOURS])
        for name in wanted | watching:
            if name in wanted and name in watching:
                yield from differences(f"Alarms.{name}", wanted[name], watching[name])
            else:
                yield f"Alarms.{name}: " + (
                    "expected an alarm, found none" if name in wanted else "expected none, found an alarm"
                )
    if "deployment_alarms" in expected:
        missing = [name for name in expected["deployment_alarms"] if not _take(others, name)]
        yield from (f"Alarms.AlarmNames: expected {shown(name)}, found nothing" for name in missing)
        yield from (f"Alarms.AlarmNames: expected nothing, found {shown(name)}" for name in others)
    is_on = bool(names)
    yield from differences("Alarms.Enable", is_on, dig(given, "Enable"))
    yield from differences("Alarms.Rollback", is_on, dig(given, "Rollback"))


_COLOURS = ("blue", "green")


def _split(service: NativeService, names: list[Any]) -> tuple[dict[str, dict[str, Any]], list[Any]]:
    """Tell alarms on the service's target groups, of which there is what they watch, from all others."""
    template = service.template
    groups = [arn for balancer in service.load_balancers[:1] for arn in (balancer.primary, balancer.alternate)]
    watching, others = [], []
    for name in names:
        alarm = found(template, name, _ALARM) or next(
            (other for other in template.resources_of(_ALARM) if same(other.properties.get("AlarmName"), name)), None
        )
        dimensions = sequence(alarm and alarm.properties.get("Dimensions"))
        watched = [identity(template, item.get("Value")) for item in map(mapping, dimensions) if _is_group(item)]
        colours = [
            colour for colour, arn in zip(_COLOURS, groups, strict=False) if isinstance(arn, str) and arn in watched
        ]
        if alarm is not None and colours:
            watching.append((alarm.properties, colours[0]))
        else:
            others.append(name)
    return _by_metric(watching), others


def _is_group(dimension: dict[str, Any]) -> bool:
    return dimension.get("Name") == "TargetGroup"


def _by_metric(alarms: list[tuple[dict[str, Any], str]]) -> dict[str, dict[str, Any]]:
    """Name alarms by metric and colour, and give what they watch for; several on one in an order of their own."""
    named: dict[str, dict[str, Any]] = {}
    watched = [({key: alarm[key] for key in _WATCHED if key in alarm}, colour) for alarm, colour in alarms]
    for settings, colour in sorted(watched, key=str):
        first = name = f"{settings.get('MetricName')}.{colour}"
        number = 1
        while name in named:
            number += 1
            name = f"{first}[{number}]"
        named[name] = settings
    return named


# What an alarm on a target group looks at.
_WATCHED = (
    *("Namespace", "MetricName", "Statistic", "ExtendedStatistic", "ComparisonOperator", "Threshold", "Period"),
    *("EvaluationPeriods", "DatapointsToAlarm", "TreatMissingData"),
)
