"""What a task may do for ECS Exec to open a shell in it."""

from __future__ import annotations

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam

_EXEC_ACTIONS = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
]

_LOG_ACTIONS = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]


def allow_execute_command(task_definition: ecs.TaskDefinition, cluster: ecs.ICluster) -> None:
    """Let ECS Exec reach the tasks, and write where the cluster says that sessions are logged.

    What it needs: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    """
    configuration = cluster.execute_command_configuration
    logs = configuration and configuration.log_configuration
    log_group, bucket = (logs.cloud_watch_log_group, logs.s3_bucket) if logs else (None, None)
    allowed = [(_EXEC_ACTIONS, "*")]
    if log_group is not None:
        allowed.append((_LOG_ACTIONS, log_group.log_group_ref.log_group_arn))
        allowed.append((["logs:DescribeLogGroups"], "*"))
    if bucket is not None:
        allowed.append((["s3:PutObject"], f"{bucket.bucket_arn}/*"))
        allowed.append((["s3:GetEncryptionConfiguration"], bucket.bucket_arn))
        allowed.append((["s3:GetBucketLocation"], "*"))
    for actions, resource in allowed:
        task_definition.add_to_task_role_policy(iam.PolicyStatement(actions=actions, resources=[resource]))
    role = task_definition.task_role
    if configuration is not None and configuration.kms_key is not None:
        configuration.kms_key.grant_decrypt(role)
    if bucket is not None and bucket.encryption_key is not None:
        bucket.encryption_key.grant(role, "kms:GenerateDataKey")
