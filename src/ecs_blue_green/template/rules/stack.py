"""Rules about the rest of the template: what can't stand beside the hook."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import LISTENER, Template
from ..values import dynamic_references, has_name, is_no_echo, mapping, nodes, text
from .rule import Found, error, warning

_UNSUPPORTED_REGION = "ap-northeast-3"
_ZONE_OR_ARN = re.compile(rf"{_UNSUPPORTED_REGION}[a-z]?|arn:[^:]*:[^:]*:{_UNSUPPORTED_REGION}:.*")


@error
def nested_stack(template: Template) -> Found:
    """No nested stacks."""
    for hook in template.hooks if template.nested else ():
        yield (
            hook.id,
            "Expect CloudFormation to refuse the template: the hook can't be in a nested stack (documented, L9). Move "
            "the service, and all that the hook names, to a top-level stack.",
        )
    for resource in template.resources_of("AWS::CloudFormation::Stack"):
        yield (
            resource.id,
            "Expect CloudFormation to refuse the template: beside the hook there can't be nested stacks (documented, "
            f"L9). Make {resource.id} a stack of its own, or move the service to one.",
        )


@error
def exported_output(template: Template) -> Found:
    """No output is exported."""
    for id, output in template.section("Outputs").items():
        if "Export" in mapping(output):
            yield (
                id,
                "Expect CloudFormation to refuse the template: outputs are not supported beside the hook, and none "
                "with an export is known to have worked (documented, L7). Remove the export; hand the value on as "
                "literal text or through an SSM parameter.",
            )


@error
def imported_value(template: Template) -> Found:
    """No value is imported from another stack."""
    for id in _users(template, "Fn::ImportValue"):
        yield (
            id,
            "Expect CloudFormation to refuse the template: Fn::ImportValue is not supported beside the hook "
            "(documented, L7). Pass the value as literal text, as a parameter or through an SSM parameter.",
        )


@warning
def stack_output(template: Template) -> Found:
    """No value is an output of another stack."""
    for id in _users(template, "Fn::GetStackOutput"):
        yield (
            id,
            "CloudFormation may refuse the template: the transform is older than Fn::GetStackOutput, and the function "
            "that does the same, Fn::ImportValue, is not supported beside the hook (inferred from L7). Pass the value "
            "as literal text, as a parameter or through an SSM parameter.",
        )


@warning
def plain_output(template: Template) -> Found:
    """No outputs."""
    for id, output in template.section("Outputs").items():
        if "Export" not in mapping(output):
            yield (
                id,
                "CloudFormation may refuse the template: AWS documents that outputs are not supported beside the hook, "
                "yet its own sample had plain ones, and ran for years (documented and contradicted, L7). Remove the "
                "output if nobody needs it.",
            )


@error
def no_parameters(template: Template) -> Found:
    """There is a parameter."""
    if not template.section("Parameters"):
        yield (
            "",
            "The update fails with 'Template parameters modified by transform', because the template has no parameters "
            "(reported, P4). Add one, even if nothing uses it.",
        )


@warning
def no_echo_parameter(template: Template) -> Found:
    """No parameter has NoEcho."""
    for id, parameter in template.section("Parameters").items():
        if is_no_echo(parameter):
            yield (
                id,
                "A green deployment fails once this parameter changes with it: CodeDeploy can't update parameters with "
                "NoEcho (documented, L10). Keep the secret in Secrets Manager, and have the task read it from there.",
            )


@warning
def dynamic_reference(template: Template) -> Found:
    """No value of the application is a dynamic reference."""
    application = {id for deployment in template.deployments for id in deployment.ids("TaskDefinitions", "TaskSets")}
    bodies = {id: body for id, body in template.section("Resources").items() if id in application}
    for id, body in (template.section("Parameters") | bodies).items():
        if dynamic_references(body):
            yield (
                id,
                "A green deployment fails once the value behind '{{resolve:…}}' changes with it: CodeDeploy can't "
                "update values from dynamic references (documented, L10). Use the container's Secrets or literal text.",
            )


@error
def metadata_resource(template: Template) -> Found:
    """No AWS::CDK::Metadata."""
    for resource in template.resources_of("AWS::CDK::Metadata"):
        yield (
            resource.id,
            "The first deployment after an upgrade of CDK fails with 'Additional resource diff other than ECS "
            "application related resource update is detected', because this resource changes with every version of "
            "CDK (reported, P2). Set analytics_reporting=False on the stack.",
        )


@error
def unsupported_region(template: Template) -> Found:
    """Not in a region without the hook."""
    for resource in template.resources.values():
        zone = resource.properties.get("AvailabilityZone")
        here = nodes(resource.properties) if resource.type == LISTENER else [("", zone)]
        if any(_ZONE_OR_ARN.fullmatch(text(value)) for _, value in here):
            yield (
                resource.id,
                f"No green deployment is possible: the stack is for {_UNSUPPORTED_REGION}, where CloudFormation has no "
                "blue/green hooks (documented, L17). Choose another region.",
            )


def _users(template: Template, function: str) -> Iterator[str]:
    """List the logical ids of what calls a function."""
    for name in ("Conditions", "Hooks", "Mappings", "Outputs", "Resources", "Rules"):
        for id, body in template.section(name).items():
            if has_name(body, function):
                yield id
