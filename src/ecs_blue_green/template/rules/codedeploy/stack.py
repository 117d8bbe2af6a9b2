"""Rules about the rest of the template: what can't stand beside the hook."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...hook_facts import REGION_WITHOUT_HOOK
from ...model import LISTENER, Resource, Template
from ...values import dynamic_references, has_name, is_no_echo, mapping, may_hold_more, nodes, text
from ..rule import Found, rule

# What a resource may have beside its type, documented or known to be taken.
_ATTRIBUTES = {
    *("Type", "Properties", "Condition", "DependsOn", "Metadata", "Description", "Version", "Fn::Transform"),
    *("CreationPolicy", "DeletionPolicy", "UpdatePolicy", "UpdateReplacePolicy"),
}
_ZONE_OR_ARN = re.compile(rf"{REGION_WITHOUT_HOOK}[a-z]?|arn:[^:]*:[^:]*:{REGION_WITHOUT_HOOK}:.*")


@rule("documented", rests_on=("L9",), fails="every update")
def nested_stack(template: Template) -> Found:
    """No nested stacks."""
    for hook in template.hooks if template.nested else ():
        yield (
            hook.id,
            "Expect CloudFormation to refuse the template: the hook can't be in a nested stack. Move the service, and "
            "all that the hook names, to a top-level stack.",
        )
    for resource in template.resources_of("AWS::CloudFormation::Stack"):
        yield (
            resource.id,
            "Expect CloudFormation to refuse the template: nested stacks are not supported beside the hook. Make "
            f"{resource.id} a stack of its own, or move the service to one.",
        )


@rule("documented", rests_on=("L7",))
def exported_output(template: Template) -> Found:
    """No output is exported."""
    for id, output in template.section("Outputs").items():
        if "Export" in mapping(output):
            yield (
                id,
                "Expect CloudFormation to refuse the template: outputs are not supported beside the hook, and none "
                "with an export is known to have worked. Remove the export; pass the value on as literal text or "
                "through an SSM parameter.",
            )


@rule("documented", rests_on=("L7",))
def imported_value(template: Template) -> Found:
    """No value is imported from another stack."""
    for id in _users(template, "Fn::ImportValue"):
        yield (
            id,
            "Expect CloudFormation to refuse the template: Fn::ImportValue is not supported beside the hook. Pass the "
            "value as literal text, as a parameter or through an SSM parameter.",
        )


@rule("inferred", rests_on=("L7",))
def stack_output(template: Template) -> Found:
    """No value is an output of another stack."""
    for id in _users(template, "Fn::GetStackOutput"):
        yield (
            id,
            "CloudFormation may refuse the template: the transform is older than Fn::GetStackOutput, and "
            "Fn::ImportValue, which does the same, is not supported beside the hook. Pass the value as literal text, "
            "as a parameter or through an SSM parameter.",
        )


@rule("documented", "contradicted", rests_on=("L7",))
def plain_output(template: Template) -> Found:
    """No outputs."""
    for id, output in template.section("Outputs").items():
        if "Export" not in mapping(output):
            yield (
                id,
                "CloudFormation may refuse the template: AWS documents that outputs are not supported beside the hook, "
                "yet its own sample had plain ones, and ran for years. Remove the output if nobody needs it.",
            )


@rule("reported", rests_on=("P4",), fails="every update")
def no_parameters(template: Template) -> Found:
    """There is a parameter."""
    if not template.section("Parameters") and not template.may_hold_more("Parameters"):
        yield (
            "",
            "The update fails with 'Template parameters modified by transform', because the template has no "
            "parameters. Add one, even if nothing uses it.",
        )


@rule("documented", "inferred", rests_on=("L10",))
def no_echo_parameter(template: Template) -> Found:
    """No parameter has NoEcho."""
    for id, parameter in template.section("Parameters").items():
        if is_no_echo(parameter):
            yield (
                id,
                "A green deployment fails if this parameter's value changes with it: parameters with NoEcho can't be "
                "updated then. Keep the secret in Secrets Manager, and let the task read it from there.",
            )


@rule("documented", "inferred", rests_on=("L10",))
def dynamic_reference(template: Template) -> Found:
    """No value of the application is a dynamic reference."""
    application = {id for deployment in template.deployments for id in deployment.ids("TaskDefinitions", "TaskSets")}
    bodies = {id: body for id, body in template.section("Resources").items() if id in application}
    for id, body in (template.section("Parameters") | bodies).items():
        if dynamic_references(body):
            yield (
                id,
                "A green deployment fails if the value behind '{{resolve:…}}' changes with it: values from dynamic "
                "references can't be updated then. Use the container's Secrets or literal text.",
            )


@rule("documented", "reported", rests_on=("L3", "P2"), fails="later")
def metadata_resource(template: Template) -> Found:
    """No AWS::CDK::Metadata."""
    for resource in template.resources_of("AWS::CDK::Metadata"):
        yield (
            resource.id,
            "The first deployment after an upgrade of CDK fails with 'Additional resource diff other than ECS "
            "application related resource update is detected': this resource changes with every version of CDK. "
            "Set analytics_reporting=False on the stack.",
        )


@rule("documented", rests_on=("L17",))
def unsupported_region(template: Template) -> Found:
    """Not in a region without the hook."""
    for resource in template.resources.values():
        zone = resource.properties.get("AvailabilityZone")
        here = nodes(resource.properties) if resource.type == LISTENER else [("", zone)]
        if any(_ZONE_OR_ARN.fullmatch(text(value)) for _, value in here):
            yield (
                resource.id,
                f"No green deployment is possible: the stack is for {REGION_WITHOUT_HOOK}, where CloudFormation has no "
                "blue/green hooks. Choose another region.",
            )


@rule("documented", rests_on=("U9",), fails="every update")
def resource_type_missing(template: Template) -> Found:
    """Every resource has a type."""
    for resource in _own_resources(template):
        if not resource.type and not may_hold_more(resource.body):
            yield (
                resource.id,
                "CloudFormation refuses the template: this resource has no Type. Give it one, such as "
                "AWS::ECS::TaskDefinition.",
            )


@rule("documented", "reported", rests_on=("U9",), fails="every update")
def resource_attribute(template: Template) -> Found:
    """Resources have no attributes but CloudFormation's."""
    for resource in _own_resources(template):
        for name in resource.body:
            if name not in _ATTRIBUTES:
                yield (
                    resource.id,
                    f"CloudFormation refuses the template: this resource has {name}, which is no attribute of "
                    "resources. Move it to Properties if it is a property, or remove it.",
                )


@rule("reported", rests_on=("U10",), fails="every update")
def null_property(template: Template) -> Found:
    """No property is null."""
    for resource in _own_resources(template):
        # What holds any JSON, such as the pattern of an event, may be read differently.
        is_known = resource.type.startswith(("AWS::ECS::", "AWS::ElasticLoadBalancingV2::"))
        given = nodes(resource.properties) if is_known else resource.properties.items()
        for name in sorted({str(name) for name, value in given if value is None}):
            yield (
                resource.id,
                f"CloudFormation refuses the template with ''null' values are not allowed in templates': "
                f"{name or 'an item of a list'} is null. Give it a value, or leave it out.",
            )


@rule("reported", rests_on=("U11",), fails="every update")
def dependency_undefined(template: Template) -> Found:
    """DependsOn names resources of the template."""
    for resource in _own_resources(template):
        given = resource.body.get("DependsOn", [])
        for id in given if isinstance(given, list) else [given]:
            if (not isinstance(id, str) or id not in template.resources) and not template.may_hold_more("Resources"):
                yield (
                    resource.id,
                    "CloudFormation refuses the template with 'Unresolved resource dependencies': "
                    f"DependsOn has {text(id) or 'no name'}, which is no resource of the template. Name one, or "
                    "remove it.",
                )


def _own_resources(template: Template) -> list[Resource]:
    """List the resources, unless a transform may read them differently."""
    if template.is_transformed:
        return []
    return [resource for resource in template.resources.values() if not resource.id.startswith("Fn::")]


def _users(template: Template, function: str) -> Iterator[str]:
    """List the logical ids of what calls a function."""
    for name in ("Conditions", "Hooks", "Mappings", "Outputs", "Resources", "Rules"):
        for id, body in template.section(name).items():
            if has_name(body, function):
                yield id
