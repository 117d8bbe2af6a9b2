"""Rules about the transform and the hook as such."""

from __future__ import annotations

from ...hook_schema import is_logical_id, misfits
from ...model import HOOK, TRANSFORM, Template
from ...values import has_name, references
from ..rule import Found, rule


@rule("documented", "reported", rests_on=("S1", "P7"))
def transform_missing(template: Template) -> Found:
    """The hook comes with the AWS::CodeDeployBlueGreen transform."""
    if TRANSFORM not in template.transforms:
        for hook in template.hooks:
            yield (
                hook.id,
                f"The update fails with 'The TaskDefinition logical Id is the same between initial and final "
                f"template': the hook needs the transform {TRANSFORM} beside it. Add 'Transform: {TRANSFORM}' to the "
                "template.",
            )


@rule("documented", rests_on=("S1",))
def hook_missing(template: Template) -> Found:
    """The AWS::CodeDeployBlueGreen transform comes with the hook."""
    if not template.hooks and not template.may_hold_more("Hooks"):
        yield (
            "",
            f"No green deployment can start: the template has the transform {TRANSFORM}, but no hook of type {HOOK}. "
            "Add the hook, or remove the transform for ordinary updates.",
        )


@rule("documented", rests_on=("L6",), fails="every update")
def second_service(template: Template) -> Found:
    """One hook with one application."""
    for deployment in template.deployments[1:]:
        yield (
            deployment.target or deployment.hook.id,
            "Expect CloudFormation to refuse the template: a deployment is for one ECS service, and this is another "
            "one. Move it to a stack of its own.",
        )
    if len(template.deployments) <= 1:
        for hook in template.hooks[1:]:
            yield (
                hook.id,
                "Expect CloudFormation to refuse the template: one hook deploys one service, and this is a second "
                "hook. Remove it, or move it to a stack of its own with what it deploys.",
            )


@rule("documented", "reported", rests_on=("S2", "P6"), fails="every update")
def hook_schema(template: Template) -> Found:
    """The hook has the documented parts, and no others."""
    for hook in template.settled_hooks:
        if not is_logical_id(hook.id):
            yield hook.id, _schema_message(f"its logical id must be letters and digits, got {hook.id!r}")
        for misfit in misfits(hook.body):
            yield hook.id, _schema_message(misfit)


@rule("reported", rests_on=("E1",), fails="every update")
def hook_reference(template: Template) -> Found:
    """Functions in the hook name parameters, pseudo parameters and mappings only."""
    for hook in template.hooks:
        named = references(hook.body)
        found = sorted(named & template.resources.keys())
        if found or has_name(hook.body, "Fn::GetAtt"):
            yield (
                hook.id,
                "Expect CloudFormation to answer 'Template format error: Intrinsic functions in the Hooks block must "
                "only contain parameter values, stack metadata or mappings': a function in the hook names "
                f"{', '.join(found) or 'an attribute of a resource'}. Write the name itself, or let a parameter give "
                "it.",
            )


def _schema_message(misfit: str) -> str:
    return (
        f"Expect CloudFormation to answer 'Failed to parse the \"Hooks\" section': {misfit}. Write the hook as AWS's "
        "page on its syntax shows it."
    )
