"""Defects of the hook, its transform and its functions."""

import copy

from .parts import Parts, breaks


@breaks("transform-missing")
def no_transform(parts: Parts) -> None:
    del parts.template["Transform"]


@breaks("transform-missing", "other-transform")
def misspelt_transform(parts: Parts) -> None:
    parts.template["Transform"] = "AWS::CodeDeploy::BlueGreen"


@breaks("hook-missing")
def no_hooks_section(parts: Parts) -> None:
    del parts.template["Hooks"]


@breaks("hook-missing")
def hook_of_another_type(parts: Parts) -> None:
    parts.hook["Type"] = "AWS::CodeDeploy::Canary"


@breaks("hook-missing")
def hook_among_the_resources(parts: Parts) -> None:
    parts.resources[parts.hook_id] = parts.template.pop("Hooks")[parts.hook_id]


@breaks("second-service")
def two_hooks(parts: Parts) -> None:
    parts.template["Hooks"]["SecondHook"] = copy.deepcopy(parts.hook)


@breaks("second-service", "hook-schema")
def second_hook_without_applications(parts: Parts) -> None:
    parts.template["Hooks"]["SecondHook"] = {"Type": "AWS::CodeDeploy::BlueGreen"}


@breaks("second-service")
def two_applications(parts: Parts) -> None:
    parts.settings["Applications"].append(copy.deepcopy(parts.application))


@breaks("hook-schema")
def no_applications(parts: Parts) -> None:
    del parts.settings["Applications"]


@breaks("hook-schema")
def empty_applications(parts: Parts) -> None:
    parts.settings["Applications"] = []


@breaks("hook-schema")
def hook_without_properties(parts: Parts) -> None:
    del parts.hook["Properties"]


@breaks("hook-schema")
def unknown_property_of_the_hook(parts: Parts) -> None:
    parts.settings["DeploymentConfig"] = "CodeDeployDefault.ECSCanary10Percent5Minutes"


@breaks("hook-schema")
def logical_id_in_camel_case(parts: Parts) -> None:
    target = parts.application["Target"]
    target["LogicalId"] = target.pop("LogicalID")


@breaks("hook-schema", "hook-reference", "unshifted-traffic")
def route_by_reference(parts: Parts) -> None:
    parts.routing["ProdTrafficRoute"]["LogicalID"] = {"Ref": parts.production_id}


@breaks("hook-schema")
def route_of_a_listener_rule(parts: Parts) -> None:
    parts.routing["TestTrafficRoute"]["Type"] = "AWS::ElasticLoadBalancingV2::ListenerRule"


@breaks("hook-schema", "unshifted-traffic")
def empty_test_route(parts: Parts) -> None:
    parts.routing["TestTrafficRoute"] = {}


@breaks("hook-schema", "unshifted-traffic")
def no_production_route(parts: Parts) -> None:
    del parts.routing["ProdTrafficRoute"]


@breaks("hook-schema")
def task_sets_as_text(parts: Parts) -> None:
    parts.ecs["TaskSets"] = parts.task_set_id


@breaks("hook-schema")
def target_of_another_type(parts: Parts) -> None:
    parts.application["Target"]["Type"] = "AWS::ECS::TaskSet"


@breaks("hook-schema")
def routing_type_of_the_cdk_enum(parts: Parts) -> None:
    parts.settings["TrafficRoutingConfig"] = {"Type": "TIME_BASED_CANARY"}


@breaks("hook-schema")
def bake_time_as_text(parts: Parts) -> None:
    parts.settings["TrafficRoutingConfig"]["TimeBasedLinear"]["BakeTimeMins"] = "5 minutes"


@breaks("hook-schema")
def hook_id_with_a_hyphen(parts: Parts) -> None:
    parts.template["Hooks"] = {"blue-green": parts.hook}


@breaks("hook-schema")
def hook_id_with_a_letter_of_another_alphabet(parts: Parts) -> None:
    parts.template["Hooks"] = {"Häkchen": parts.hook}


@breaks("hook-schema")
def options_without_any(parts: Parts) -> None:
    parts.settings["AdditionalOptions"] = {}


@breaks("hook-schema")
def step_that_is_true(parts: Parts) -> None:
    parts.settings["TrafficRoutingConfig"]["TimeBasedLinear"]["StepPercentage"] = True


@breaks("hook-schema")
def green_id_with_a_hyphen(parts: Parts) -> None:
    parts.ecs["TaskSets"][1] = f"{parts.task_set_id}-green"


@breaks("hook-schema")
def empty_service_role(parts: Parts) -> None:
    parts.settings["ServiceRole"] = ""


@breaks("hook-schema")
def unknown_lifecycle_event(parts: Parts) -> None:
    parts.settings["LifecycleEventHooks"]["BeforeAllowTestTraffic"] = "CodeDeployHook_checks"


@breaks("hook-function-not-literal")
def function_by_reference(parts: Parts) -> None:
    parts.settings["LifecycleEventHooks"]["AfterInstall"] = {"Ref": "Function"}


@breaks("hook-function-name")
def function_by_arn(parts: Parts) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:CodeDeployHook_checks"
    parts.settings["LifecycleEventHooks"]["AfterInstall"] = arn


@breaks("hook-function-name")
def function_without_a_name(parts: Parts) -> None:
    parts.settings["LifecycleEventHooks"]["AfterInstall"] = ""


@breaks("hook-function-prefix")
def function_without_the_prefix(parts: Parts) -> None:
    parts.settings["LifecycleEventHooks"]["AfterInstall"] = "checks"


@breaks("service-role-name")
def role_by_reference(parts: Parts) -> None:
    parts.settings["ServiceRole"] = {"Ref": "Role"}


def role(parts: Parts, principal: str) -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sts:AssumeRole"}
    parts.add("AWS::IAM::Role", RoleName="shop", AssumeRolePolicyDocument={"Statement": [statement]})


@breaks("hook-reference")
def role_of_the_template_by_reference(parts: Parts) -> None:
    role(parts, "codedeploy.amazonaws.com")
    parts.settings["ServiceRole"] = {"Ref": "Another"}


@breaks("hook-reference")
def role_of_the_template_by_substitution(parts: Parts) -> None:
    role(parts, "codedeploy.amazonaws.com")
    parts.settings["ServiceRole"] = {"Fn::Sub": "${Another}"}


@breaks("hook-reference")
def function_of_the_template_by_reference(parts: Parts) -> None:
    parts.add("AWS::Lambda::Function", FunctionName="CodeDeployHook_checks")
    parts.settings["LifecycleEventHooks"]["AfterInstall"] = {"Ref": "Another"}


@breaks("hook-reference")
def step_of_a_resource(parts: Parts) -> None:
    parts.add("Custom::Steps")
    steps = {"StepPercentage": {"Fn::GetAtt": ["Another", "Steps"]}}
    parts.settings["TrafficRoutingConfig"] = {"Type": "TimeBasedLinear", "TimeBasedLinear": steps}


@breaks("service-role-trust")
def role_that_trusts_cloudformation(parts: Parts) -> None:
    role(parts, "cloudformation.amazonaws.com")
    parts.settings["ServiceRole"] = "shop"


@breaks("service-role-trust", "service-role-name")
def role_by_a_parameter_that_trusts_cloudformation(parts: Parts) -> None:
    role(parts, "cloudformation.amazonaws.com")
    parts.template["Parameters"]["Role"] = {"Type": "String", "Default": "shop"}
    parts.settings["ServiceRole"] = {"Ref": "Role"}


@breaks("service-role-name")
def role_by_arn(parts: Parts) -> None:
    parts.settings["ServiceRole"] = "arn:aws:iam::123456789012:role/CodeDeployHookRole"


@breaks("service-role-missing")
def functions_without_a_role(parts: Parts) -> None:
    del parts.settings["ServiceRole"]
