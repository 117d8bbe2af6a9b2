"""Calls of the hook function and the hook role that are right."""

from hypothesis import strategies as st

from tests.fuzz.services import GROUPS
from tests.fuzz.source import arguments, fixed, listed, number, one_of, seconds, written

CODE = arguments({"code": one_of("'def handler(event, context): ...'", "folder")}) | arguments(
    {"code": one_of("folder")}, include=one_of("None", "[]", "['ca.pem']", "('ca.pem', )")
)
SETTINGS = arguments(
    handler=st.just("'index.handler'"),
    reports_to_codedeploy=one_of("True", "False"),
    function_name=one_of("'CodeDeployHook_'", "'CodeDeployHook_' + 'a' * 49"),
    runtime=one_of("lambda_.Runtime.PYTHON_3_11", "lambda_.Runtime.PYTHON_3_13"),
    timeout=seconds(10, 900) | st.just("Duration.seconds(number_token)"),
    memory_size=number(128, 10240) | st.just("number_token"),
    environment=one_of("None", "{}", "{'TARGET_URL': 'https://example.com/'}", "{'TARGET_URL': text_token}"),
    log_retention=one_of("logs.RetentionDays.ONE_WEEK", "logs.RetentionDays.INFINITE"),
)
NETWORKS = fixed() | arguments(
    {"vpc": one_of("vpc", "own_vpc")},
    vpc_subnets=one_of("ec2.SubnetSelection()", "ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)"),
    security_groups=GROUPS,
)
FUNCTIONS = st.tuples(CODE, SETTINGS, NETWORKS).map(
    lambda drawn: written("LifecycleHookFunction", drawn[0] | drawn[1] | drawn[2], "stack", "'TheFunction'")
)
ROLES = arguments(
    functions=listed(one_of("smoke", "near_smoke", "'other'", "'a' * 64", "text_token"), 1, 3),
    role_name=one_of("'hooks'", "'a' * 64", "'+=,.@_-'"),
).map(lambda given: written("CodeDeployHookRole", given, "stack", "'TheRole'"))
