"""The template that an assertion is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..checks.caller import caller
from ..errors import InvalidArgumentsError

if TYPE_CHECKING:
    from aws_cdk import Stack


def template_of(stack: Stack) -> dict[str, Any]:
    """Synthesize the app of a stack, and read the stack's template.

    CDK synthesizes an app once: to ask again costs little, sees no setting that was changed in between, and fails when
    constructs were added.

    Args:
        stack: A stack of an app, also one in a stage, or a nested one.

    Returns:
        The template, read again by each call.

    Raises:
        InvalidArgumentsError: It is no stack, or one without an app.
    """
    __tracebackhide__ = True
    return _synthesized(stack, "template_of", "stack", "a Stack of an App")


def read_template(stack_or_template: Stack | Mapping[str, Any], function: str) -> dict[str, Any]:
    """Read the template that a public function was given, or the one of the stack that it was given."""
    __tracebackhide__ = True
    allowed = "a Stack of an App, or a template as a dict with Resources"
    if not isinstance(stack_or_template, Mapping):
        return _synthesized(stack_or_template, function, "stack_or_template", allowed)
    if not isinstance(stack_or_template.get("Resources"), dict):
        names = ", ".join(map(str, stack_or_template)) or "nothing in it"
        mistake = f"stack_or_template must be {allowed}, got a dict with {names}"
        raise InvalidArgumentsError(function, caller(), [mistake])
    return {**stack_or_template}


def name_of(stack_or_template: Stack | Mapping[str, Any]) -> str:
    """Name a stack by its path, and any template as such."""
    return "The template" if isinstance(stack_or_template, Mapping) else f"Stack {stack_or_template.node.path}"


def _synthesized(stack: Stack, function: str, argument: str, allowed: str) -> dict[str, Any]:
    __tracebackhide__ = True
    from aws_cdk import Stack, Stage

    from ..checks.mistakes import Mistakes

    mistakes = Mistakes()
    advice = "pass the stack that a construct is in, and of a Template of aws_cdk.assertions its to_json()"
    app = stack.node.root if mistakes.instance(argument, stack, Stack, allowed, advice) else None
    if app is not None and not isinstance(app, Stage):
        mistakes.note(f"{argument} must be {allowed}, got a Stack without an App")
    mistakes.raise_mistakes(None, function)
    stage = Stage.of(stack)
    assert isinstance(app, Stage)
    assert stage is not None
    app.synth()
    template: dict[str, Any] = json.loads(Path(stage.outdir, stack.template_file).read_text(encoding="utf-8"))
    return template
