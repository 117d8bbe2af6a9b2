"""Defects of the rest of the stack."""

from .parts import Parts, breaks


@breaks("nested-stack")
def a_nested_stack(parts: Parts) -> None:
    parts.add("AWS::CloudFormation::Stack", TemplateURL="https://example.com/nested.json")


@breaks("exported-output")
def an_export(parts: Parts) -> None:
    parts.template["Outputs"] = {"Name": {"Value": "shop", "Export": {"Name": "shop-name"}}}


@breaks("imported-value")
def an_import_in_the_service(parts: Parts) -> None:
    parts.of(parts.service_id)["Cluster"] = {"Fn::ImportValue": "cluster"}


@breaks("imported-value")
def an_import_within_a_join(parts: Parts) -> None:
    parts.add("AWS::SNS::Topic", DisplayName={"Fn::Join": ["-", ["a", {"Fn::ImportValue": {"Fn::Sub": "b"}}]]})


@breaks("stack-output")
def an_output_of_another_stack(parts: Parts) -> None:
    output = {"StackName": "Network", "OutputName": "Cluster"}
    parts.of(parts.service_id)["Cluster"] = {"Fn::Sub": ["${Name}", {"Name": {"Fn::GetStackOutput": output}}]}


@breaks("plain-output")
def an_output(parts: Parts) -> None:
    parts.template["Outputs"] = {"Name": {"Value": "shop"}}


@breaks("no-parameters")
def no_parameters_section(parts: Parts) -> None:
    del parts.template["Parameters"]


@breaks("no-parameters")
def empty_parameters(parts: Parts) -> None:
    parts.template["Parameters"] = {}


@breaks("no-echo-parameter")
def a_password_parameter(parts: Parts) -> None:
    parts.template["Parameters"]["Password"] = {"Type": "String", "NoEcho": True}


@breaks("dynamic-reference")
def a_secret_in_the_environment(parts: Parts) -> None:
    container = parts.of(parts.task_id)["ContainerDefinitions"][0]
    container["Environment"] = [{"Name": "KEY", "Value": "{{resolve:secretsmanager:shop:SecretString:key}}"}]


@breaks("dynamic-reference")
def a_parameter_from_ssm_by_dynamic_reference(parts: Parts) -> None:
    parts.template["Parameters"]["Key"] = {"Type": "String", "Default": "{{resolve:ssm:/shop/key}}"}


@breaks("metadata-resource")
def cdk_metadata(parts: Parts) -> None:
    parts.add("AWS::CDK::Metadata", Analytics="v2:deflate64:abc")


@breaks("unsupported-region")
def a_subnet_in_osaka(parts: Parts) -> None:
    parts.add("AWS::EC2::Subnet", AvailabilityZone="ap-northeast-3a", VpcId="vpc-1", CidrBlock="10.0.0.0/24")


@breaks("unsupported-region")
def a_certificate_in_osaka(parts: Parts) -> None:
    (certificate,) = parts.of(parts.production_id)["Certificates"]
    certificate["CertificateArn"] = "arn:aws:acm:ap-northeast-3:123456789012:certificate/1"


@breaks("other-transform")
def language_extensions(parts: Parts) -> None:
    parts.template["Transform"] = ["AWS::LanguageExtensions", parts.template["Transform"]]


@breaks("module")
def a_module(parts: Parts) -> None:
    parts.add("Company::Network::Subnets::MODULE")


@breaks("efs-volume")
def an_efs_volume(parts: Parts) -> None:
    parts.of(parts.task_id)["Volumes"] = [{"Name": "files", "EFSVolumeConfiguration": {"FilesystemId": "fs-1"}}]


@breaks("volume-key")
def an_efs_volume_in_another_letter_case(parts: Parts) -> None:
    access = {"accessPointId": "fsap-1"}
    parts.of(parts.task_id)["Volumes"] = [
        {"Name": "files", "EfsVolumeConfiguration": {"FileSystemId": "fs-1", "AuthorizationConfig": access}}
    ]


@breaks("volume-key")
def a_volume_with_a_name_in_small_letters(parts: Parts) -> None:
    parts.of(parts.task_id)["Volumes"] = [{"name": "files"}]


@breaks("resource-type-missing")
def a_resource_without_a_type(parts: Parts) -> None:
    parts.resources["Another"] = {"Properties": {"DisplayName": "shop"}}


@breaks("resource-attribute")
def a_property_beside_the_properties(parts: Parts) -> None:
    parts.resources["Another"] = {"Type": "AWS::SNS::Topic", "DisplayName": "shop"}


@breaks("null-property")
def a_property_without_a_value(parts: Parts) -> None:
    parts.add("AWS::SNS::Topic", TopicName=None)


@breaks("null-property")
def nulls_deep_in_the_task_definition(parts: Parts) -> None:
    parts.of(parts.task_id)["ContainerDefinitions"][0] |= {"StopTimeout": None, "Command": ["a", None]}


@breaks("dependency-undefined")
def a_dependency_on_what_is_not_there(parts: Parts) -> None:
    parts.resources["Another"] = {"Type": "AWS::SNS::Topic", "DependsOn": "Nothing"}


@breaks("dependency-undefined")
def dependencies_on_nothing(parts: Parts) -> None:
    parts.resources["Another"] = {"Type": "AWS::SNS::Topic", "DependsOn": [parts.task_id, None]}


@breaks("application-reference")
def a_scheduled_task_of_the_task_definition(parts: Parts) -> None:
    target = {"Id": "task", "Arn": "arn", "EcsParameters": {"TaskDefinitionArn": {"Ref": parts.task_id}}}
    parts.add("AWS::Events::Rule", ScheduleExpression="rate(1 day)", Targets=[target])


@breaks("application-reference")
def a_worker_of_the_task_definition(parts: Parts) -> None:
    parts.add("AWS::ECS::Service", TaskDefinition={"Ref": parts.task_id})


@breaks("application-reference")
def a_parameter_with_the_task_set(parts: Parts) -> None:
    parts.add("AWS::SSM::Parameter", Type="String", Value={"Fn::Sub": f"id ${{{parts.task_set_id}.Id}}"})


@breaks("lost-property")
def a_certificate_with_dns_validation(parts: Parts) -> None:
    options = [{"DomainName": "example.com", "HostedZoneId": "Z0123456789EXAMPLE"}]
    parts.add("AWS::CertificateManager::Certificate", DomainName="example.com", DomainValidationOptions=options)


@breaks("lost-property")
def target_groups_of_grpc(parts: Parts) -> None:
    for id in (parts.blue_id, parts.green_id):
        parts.of(id)["ProtocolVersion"] = "GRPC"


@breaks("young-property")
def a_restart_policy(parts: Parts) -> None:
    parts.of(parts.task_id)["ContainerDefinitions"][0]["RestartPolicy"] = {"Enabled": True}
