"""Whatever a call is given: it is refused for an argument of it, or it makes a template that nobody finds fault with.

``--hypothesis-profile=hunt`` makes many calls, and other ones each time.
"""

import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aws_cdk as cdk
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import ecs_blue_green
from ecs_blue_green.template.findings import Finding
from ecs_blue_green.template.rules import lint
from ecs_blue_green.testing import template_of
from ecs_blue_green.validation import PLUGIN_NAME
from tests.fuzz import hooks
from tests.fuzz.mistakes import changed
from tests.fuzz.native import native_services
from tests.fuzz.networks import not_empty
from tests.fuzz.outcomes import is_accepted, read
from tests.fuzz.services import services
from tests.fuzz.things import NAMES, Things
from tests.linting import SELDOM, cfn_lint
from tests.support import INIT_FLAGS, STRICT, accept_token_ports

CALLS = st.one_of(services(), services(), services(), services(), hooks.FUNCTIONS, hooks.ROLES)
CONSTRUCTS = [
    ecs_blue_green.EcsBlueGreenService,
    ecs_blue_green.EcsNativeBlueGreenService,
    ecs_blue_green.LifecycleHookFunction,
    ecs_blue_green.CodeDeployHookRole,
]

# Findings that a call asks for, and what it says then.
ASKED_FOR = {
    "deployment-too-long": r"Duration\.",
    "dynamic-reference": r"secret_token|resolve",
    "hook-function-not-literal": r"LifecycleHooks",
    "hook-function-prefix": r"LifecycleHooks",
    "image-tag-latest": r"from_registry",
    "imported-value": r"import_token",
    "task-set-container-port": r"udp_task",
    "service-role-name": r"role=.*token|NO_VALUE",
}


# Without CDK's validation a synth is faster; before 2.275 an app can't switch it off, and only take findings lightly.
SWITCH = "builtin_cloud_formation_validation"
HAS_SWITCH = SWITCH in inspect.signature(vars(cdk.App)["__init__"]).parameters


@contextmanager
def an_app(*, is_validated: bool = False) -> Iterator[cdk.App]:
    """An app as ``cdk init`` makes it, whose findings fail the synth if it is validated."""
    with TemporaryDirectory() as folder:
        context = INIT_FLAGS | {STRICT: is_validated}
        switch: dict[str, Any] = {SWITCH: is_validated} if HAS_SWITCH else {}
        yield cdk.App(outdir=folder, context=context, **switch)


def things_in(app: cdk.App, name: str = "Stack") -> Things:
    stack = cdk.Stack(app, name)
    for rule in ASKED_FOR:
        reason = "The call asks for it."
        cdk.Validations.of(stack).acknowledge(cdk.Acknowledgment(id=f"{PLUGIN_NAME}::{rule}", reason=reason))
    not_empty(stack)
    accept_token_ports(stack)
    return Things(stack)


def unwanted(things: Things, asked_for: set[str]) -> list[Finding]:
    """List the findings that a call does not ask for; what it has of another stack, it asks for."""
    if "other" in vars(things):
        asked_for |= {"stack-output"}
    return [finding for finding in lint(template_of(things.stack)) if finding.rule not in asked_for]


def test_every_thing_can_be_made() -> None:
    with an_app() as app:
        things = things_in(app)
        for name in NAMES:
            assert things[name] is things[name]


def test_every_argument_is_given() -> None:
    missing = {
        (kind.__name__, name) for kind in CONSTRUCTS for name in inspect.signature(vars(kind)["__init__"]).parameters
    }

    @settings(max_examples=600)
    @given(CALLS | native_services())
    def look(source: str) -> None:
        kind, _, given = source.partition("(")
        missing.difference_update({(kind, name) for name in re.findall(r"(\w+)=", given)})

    look()
    assert {name for _, name in missing} <= {"self", "scope", "id"}


@settings(max_examples=settings().max_examples // 2)
@given(CALLS)
def test_right_call_makes_a_template_without_findings(source: str) -> None:
    assert_right(source)


@settings(max_examples=settings().max_examples // 8)
@given(native_services())
def test_right_native_call_makes_a_template_without_findings(source: str) -> None:
    assert_right(source)


def assert_right(source: str) -> None:
    with an_app() as app:
        things = things_in(app)
        call = read(source, things)
        assert call
        assert is_accepted(call, app)
        assert unwanted(things, asked_for=set()) == []


@given(changed(CALLS))
def test_changed_call_is_refused_for_an_argument_or_makes_a_template_without_findings(source: str) -> None:
    assert_refused_or_right(source)


@settings(max_examples=settings().max_examples // 8)
@given(changed(native_services()))
def test_changed_native_call_is_refused_for_an_argument_or_makes_a_template_without_findings(source: str) -> None:
    assert_refused_or_right(source)


def assert_refused_or_right(source: str) -> None:
    with an_app() as app:
        things = things_in(app)
        call = read(source, things)
        # In another stack than most of its things, it has findings, which fail the synth there.
        if call and is_accepted(call, app) and cdk.Stack.of(call.given["scope"]).node.id == things.stack.node.id:
            try:
                findings = unwanted(things, {rule for rule, what in ASKED_FOR.items() if re.search(what, source)})
            except RuntimeError as error:
                # CDK says which of two stacks that depend on each other needs what of the other one.
                if not ("DependencyCycle" in str(error) and "other_" in source):
                    raise
            else:
                assert findings == []


@settings(max_examples=-(-settings().max_examples // 100), phases=[Phase.generate])  # a smaller case takes minutes
@given(st.lists(CALLS | changed(CALLS), min_size=6, max_size=6))
def test_cdk_and_cfn_lint_find_nothing_either(sources: list[str]) -> None:
    with an_app(is_validated=True) as app:
        accepted = []
        for number, source in enumerate(sources):
            things = things_in(app, f"Stack{number}")
            call = read(source, things)
            if call and is_accepted(call, app):
                accepted.append(things.stack)
        folder = Path(app.synth().directory)
        for stack in accepted:
            text = (folder / stack.template_file).read_text()
            assert cfn_lint(text, but_for=SELDOM) == []
