"""The switch between a blue/green update and one in place."""

import copy
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match
from constructs import Construct

from ecs_blue_green import HttpListener, LifecycleHookFunction, LifecycleHooks, UpdateMode
from ecs_blue_green.testing import template_of
from tests.support import Service, Template, hook_of, mistakes_of, resources, small_service

KEY = "ecs-blue-green:update-mode"


def in_context(make_app: Callable[..., cdk.App], value: Any) -> cdk.Stack:
    return cdk.Stack(make_app(context={KEY: value}), "Shop")


def app_of(stack: cdk.Stack) -> cdk.App:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    return app


def is_blue_green(template: Template) -> bool:
    has = [name in template for name in ("Transform", "Hooks")]
    assert has in ([True, True], [False, False])
    return all(has)


def without_order(template: Template) -> Template:
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        resource.pop("DependsOn", None)
    return template


def test_in_place_differs_only_by_transform_hook_and_order(make_app: Callable[..., cdk.App]) -> None:
    templates = []
    for mode in (UpdateMode.BLUE_GREEN, UpdateMode.IN_PLACE):
        stack = cdk.Stack(make_app(analytics_reporting=True), "Shop")
        small_service(stack)(test_listener=HttpListener(port=8080), update_mode=mode)
        templates.append(without_order(template_of(stack)))
    blue_green, in_place = templates
    assert is_blue_green(blue_green)
    assert blue_green.pop("Transform")
    assert blue_green.pop("Hooks")
    assert in_place == blue_green


def test_in_place_lets_both_listeners_wait_for_the_task_set(stack: cdk.Stack, service: Service) -> None:
    """And so the service not for them: the other way round, traffic moves before there are tasks."""
    service(test_listener=HttpListener(port=8080), update_mode=UpdateMode.IN_PLACE)
    template = template_of(stack)
    (task_set,) = resources(template, "AWS::ECS::TaskSet")
    (primary,) = resources(template, "AWS::ECS::PrimaryTaskSet")
    groups = resources(template, "AWS::ElasticLoadBalancingV2::TargetGroup")
    listeners = resources(template, "AWS::ElasticLoadBalancingV2::Listener")
    assert [sorted(listener["DependsOn"]) for listener in listeners.values()] == 2 * [sorted([task_set, primary])]
    (made,) = resources(template, "AWS::ECS::Service").values()
    assert set(made["DependsOn"]) >= {*groups}
    assert not set(made["DependsOn"]) & {*listeners}


def test_in_place_has_no_hook_to_go_on_with(stack: cdk.Stack, service: Service) -> None:
    assert service(update_mode=UpdateMode.IN_PLACE).hook is None


def test_hook_functions_are_still_deployed_first(stack: cdk.Stack, service: Service) -> None:
    hooks_stack = cdk.Stack(app_of(stack), "Hooks")
    function = LifecycleHookFunction(hooks_stack, "Check", code="def handler(event, context): ...")
    hooks = LifecycleHooks(after_install=function, role="CodeDeployHookRole")
    service(update_mode=UpdateMode.IN_PLACE, lifecycle_hooks=hooks)
    assert not is_blue_green(template_of(stack))
    assert [each.stack_name for each in stack.dependencies] == ["Hooks"]


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ("in-place", [False, False]),
        ("blue-green", [True, True]),
        ("in-place:Shop/Web", [False, True]),
        ("in-place:Other/Group/Web", [True, False]),
        ("in-place:Shop/Web, Other/Group/Web", [False, False]),
    ],
)
def test_context_switches_all_services_or_those_of_its_paths(
    context: str, expected: list[bool], make_app: Callable[..., cdk.App]
) -> None:
    shop = in_context(make_app, context)
    other = cdk.Stack(app_of(shop), "Other")
    small_service(shop)("Web")
    small_service(Construct(other, "Group"))("Web")
    assert [is_blue_green(template_of(stack)) for stack in (shop, other)] == expected


def test_context_reaches_services_in_stages(make_app: Callable[..., cdk.App]) -> None:
    app = make_app(context={KEY: "in-place:Prod/Shop/Web"})
    shops = [cdk.Stack(cdk.Stage(app, name), "Shop") for name in ("Beta", "Prod")]
    for shop in shops:
        small_service(shop)("Web")
    assert [is_blue_green(template_of(shop)) for shop in shops] == [True, False]


@pytest.mark.parametrize("mode", UpdateMode)
def test_argument_goes_before_the_context(mode: UpdateMode, make_app: Callable[..., cdk.App]) -> None:
    stack = in_context(make_app, "in-place")
    small_service(stack)(update_mode=mode)
    assert is_blue_green(template_of(stack)) == (mode is UpdateMode.BLUE_GREEN)


@pytest.mark.parametrize(
    "value", ["inplace", "in-place:", "in-place:Shop/Web,", "blue-green:Shop/Web", True, {"a": "b"}]
)
def test_context_that_makes_no_sense_is_refused(value: Any, make_app: Callable[..., cdk.App]) -> None:
    assert mistakes_of(small_service(in_context(make_app, value))) == [
        "update_mode must be 'in-place', 'blue-green', or 'in-place:' with construct paths, separated by commas in the "
        f"context, got {value!r} as {KEY}; for one deployment in place: cdk deploy -c {KEY}=in-place"
    ]


def test_path_of_the_context_that_no_construct_has_fails_the_synth(make_app: Callable[..., cdk.App]) -> None:
    stack = in_context(make_app, "in-place:Shop/Web,Shop/Wed")
    small_service(stack)("Web")
    with pytest.raises(RuntimeError) as caught:
        template_of(stack)
    assert (
        f"the context {KEY} names 'Shop/Wed', and there is no construct of that path; give the path of an "
        "EcsBlueGreenService, such as Shop/Web"
    ) in str(caught.value)


@pytest.mark.parametrize("given", ["in-place", True, UpdateMode])
def test_wrong_mode_is_refused(given: Any, service: Service) -> None:
    (mistake,) = mistakes_of(service, update_mode=given)
    assert mistake.startswith("update_mode must be UpdateMode.BLUE_GREEN or UpdateMode.IN_PLACE, got ")


def test_in_place_warns_of_what_is_not_known(stack: cdk.Stack, service: Service) -> None:
    service(update_mode=UpdateMode.IN_PLACE)
    said = Match.string_like_regexp(r"If green is live, .* \(inferred\)\. .*docs/update-mode\.md \(rules .*Q13.*\)")
    Annotations.from_stack(stack).has_warning("/Stack/Service", said)


def test_blue_green_warns_of_nothing(stack: cdk.Stack, service: Service) -> None:
    service()
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
    assert hook_of(template_of(stack))
