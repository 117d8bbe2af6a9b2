"""Calls as Python source, drawn by hypothesis: a call that fails is one to copy."""

import ast
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from .things import NAMES

Source = st.SearchStrategy[str]
Arguments = dict[str, str]


def call(name: str, required: dict[str, Source] | None = None, /, **optional: Source) -> Source:
    """Draw a call with all of the required and some of the optional arguments."""
    return arguments(required, **optional).map(lambda given: written(name, given))


def arguments(required: dict[str, Source] | None = None, /, **optional: Source) -> st.SearchStrategy[Arguments]:
    return st.fixed_dictionaries(required or {}, optional=optional)


def written(name: str, given: Arguments, *positional: str) -> str:
    return f"{name}({', '.join([*positional, *(f'{key}={value}' for key, value in given.items())])})"


def one_of(*sources: str) -> Source:
    return st.sampled_from(sources)


def literal(values: st.SearchStrategy[Any]) -> Source:
    return values.map(repr)


def number(least: int, most: int) -> Source:
    """Draw a number of a range, often one of its ends."""
    return literal(st.sampled_from([least, most]) | st.integers(least, most))


def listed(items: Source, least: int, most: int, *, unique: bool = True) -> Source:
    lists = st.lists(items, min_size=least, max_size=most, unique=unique)
    return st.tuples(lists, st.booleans()).map(
        lambda drawn: f"[{', '.join(drawn[0])}]" if drawn[1] else f"({''.join(f'{item}, ' for item in drawn[0])})"
    )


def seconds(least: int, most: int) -> Source:
    return number(least, most).map("Duration.seconds({})".format)


def minutes(least: int, most: int) -> Source:
    return number(least, most).map("Duration.minutes({})".format)


FLAGS = one_of("True", "False")
ARN = "'arn:aws:acm:us-east-1:123456789012:certificate/{}1112222-3333-4444-5555-666677778888'".format

CLUSTERS = one_of("cluster", "cluster", "own_cluster", "exec_cluster", "other_cluster", "token_cluster")
SUBNETS = call(
    "ec2.SubnetSelection", subnet_type=one_of("ec2.SubnetType.PRIVATE_WITH_EGRESS", "ec2.SubnetType.PUBLIC")
) | one_of(
    "ec2.SubnetSelection(subnets=[subnet, other_subnet])",
    "ec2.SubnetSelection(subnets=[subnet, token_subnet])",
    "ec2.SubnetSelection(one_per_az=True)",
    "ec2.SubnetSelection(subnet_filters=[ec2.SubnetFilter.one_per_az()])",
    "ec2.SubnetSelection()",
)
NETWORKS = st.one_of(
    arguments({"cluster": CLUSTERS}),
    arguments({"cluster": one_of("cluster", "own_cluster")}, vpc_subnets=SUBNETS, assign_public_ip=FLAGS),
    arguments({"cluster": st.just("public_cluster"), "assign_public_ip": st.just("True")}),
    arguments(
        {
            "cluster": st.just("isolated_cluster"),
            "vpc_subnets": st.just("ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)"),
        }
    ),
)
GROUPS = listed(one_of("group", "imported_group", "immutable_group", "other_group"), 1, 4)

STRATEGIES = st.one_of(
    listed(
        call(
            "ecs.CapacityProviderStrategy",
            {
                "capacity_provider": one_of("'FARGATE'", "'FARGATE_SPOT'", "'other'", "text_token"),
                "weight": number(1, 1000),
            },
        ),
        1,
        3,
    ),
    one_of(
        "[ecs.CapacityProviderStrategy(capacity_provider='FARGATE', base=100000)]",
        "[ecs.CapacityProviderStrategy(capacity_provider='FARGATE', base=1, weight=0), "
        "ecs.CapacityProviderStrategy(capacity_provider='FARGATE_SPOT', weight=number_token)]",
    ),
)
IMAGE_OPTIONS = call(
    "ecs_patterns.ApplicationLoadBalancedTaskImageOptions",
    {"image": st.just("image")},
    container_name=one_of("'app'", "'a' * 255", "text_token"),
    container_port=number(1, 65535) | st.just("number_token"),
    enable_logging=FLAGS,
    execution_role=one_of("role", "imported_role"),
    task_role=one_of("role", "imported_role"),
    family=one_of("'web'", "'a' * 255", "text_token"),
    log_driver=st.just("log_driver"),
    environment=one_of("{}", "{'LEVEL': 'info'}", "{'LEVEL': text_token}"),
    secrets=st.just("{'KEY': secret}"),
    docker_labels=one_of("{}", "{'team': 'web'}"),
    command=one_of("['serve']", "list_token"),
    entry_point=st.just("['/bin/app']"),
)
SIZES = st.sampled_from([(256, 512), (256, 2048), (512, 1024), (1024, 8192), (4096, 30720), (16384, 122880)])
PLATFORMS = one_of(
    "ecs.RuntimePlatform()",
    "ecs.RuntimePlatform(cpu_architecture=ecs.CpuArchitecture.ARM64)",
    "ecs.RuntimePlatform(operating_system_family=ecs.OperatingSystemFamily.LINUX)",
)
IMAGES = st.one_of(
    call("TaskImage", {"options": IMAGE_OPTIONS}),
    call(
        "TaskImage",
        {
            "options": IMAGE_OPTIONS,
            "cpu": st.just("1024"),
            "memory_limit_mib": st.just("2048"),
            "runtime_platform": PLATFORMS,
        },
    ),
    st.tuples(IMAGE_OPTIONS, SIZES).map(
        lambda drawn: f"TaskImage(options={drawn[0]}, cpu={drawn[1][0]}, memory_limit_mib={drawn[1][1]})"
    ),
    st.just(
        "TaskImage(options=ecs_patterns.ApplicationLoadBalancedTaskImageOptions(image=image), cpu=2048, "
        "memory_limit_mib=4096, runtime_platform=ecs.RuntimePlatform(operating_system_family="
        "ecs.OperatingSystemFamily.WINDOWS_SERVER_2022_CORE, cpu_architecture=ecs.CpuArchitecture.X86_64))"
    ),
)
REGISTRIES = st.one_of(
    listed(
        call(
            "ecs.AssociateCloudMapServiceOptions",
            {"service": one_of("a_records", "srv_records", "imported_records")},
            container_port=number(1, 65535) | st.just("number_token"),
        ),
        0,
        1,
    ),
)
TASKS = st.one_of(
    arguments({"task_definition": one_of("task", "task", "imported_role_task", "token_port_task")}),
    arguments(
        {"task_definition": st.just("task")},
        container_name=one_of("'app'"),
        container_port=one_of("8080", "9090", "number_token"),
        cloud_map_services=REGISTRIES
        | st.just("[ecs.AssociateCloudMapServiceOptions(service=srv_records, container=container)]"),
    ),
    arguments(
        {"task_definition": st.just("task"), "container_name": st.just("'proxy'")}, container_port=st.just("8000")
    ),
    arguments(
        {
            "task_definition": st.just("task"),
            "container_name": st.just("text_token"),
            "container_port": st.just("number_token"),
        }
    ),
    arguments({"task_definition": IMAGES}, cloud_map_services=REGISTRIES),
    arguments(
        {"task_definition": st.just("ec2_task")},
        capacity_provider_strategies=one_of(
            "[ecs.CapacityProviderStrategy(capacity_provider='ec2')]",
            "(ecs.CapacityProviderStrategy(capacity_provider=text_token, weight=1), )",
        ),
    ).filter(lambda given: "capacity_provider_strategies" in given),
    arguments(
        {"task_definition": st.just("task"), "capacity_provider_strategies": STRATEGIES},
        platform_version=one_of("ecs.FargatePlatformVersion.LATEST", "ecs.FargatePlatformVersion.VERSION1_4"),
    ),
)

PEERS = listed(
    one_of(
        "ec2.Peer.ipv4('192.0.2.0/24')",
        "ec2.Peer.ipv6('2001:db8::/32')",
        "ec2.Peer.any_ipv4()",
        "ec2.Peer.prefix_list('pl-0123456789abcdef0')",
        "ec2.Peer.security_group_id('sg-00000000000000002')",
        "ec2.Peer.ipv4(text_token)",
        "group",
        "imported_group",
        "other_group",
        "balancer",
        "function_in_vpc",
    ),
    0,
    3,
)
CERTIFICATES = listed(
    one_of(ARN(1), ARN(2), ARN(3), "text_token", "certificate", "imported_certificate")
    | st.just(f"elbv2.ListenerCertificate.from_arn({ARN(4)})"),
    1,
    4,
)


def listeners(port: str, redirect: str) -> Source:
    common = {"open": FLAGS, "peers": PEERS}
    return call("HttpListener", {"port": st.just(port)}, **common) | call(
        "HttpsListener",
        {"certificates": CERTIFICATES, "port": st.just(port)},
        ssl_policy=one_of("elbv2.SslPolicy.TLS13_RES", "elbv2.SslPolicy.RECOMMENDED"),
        redirect_http_from=st.just(redirect),
        **common,
    )


PORTS = st.lists(number(1, 65535), min_size=4, max_size=4, unique=True) | st.just(
    ["80", "443", "number_token", "number_token"]
)

BALANCERS = call(
    "NewLoadBalancer",
    internet_facing=FLAGS,
    vpc_subnets=st.just("ec2.SubnetSelection(subnets=[subnet, other_subnet])"),
    deletion_protection=FLAGS,
) | one_of("balancer", "internal_balancer", "dual_stack_balancer", "other_balancer", "imported_balancer")

HEALTH_CHECKS = st.one_of(
    call(
        "elbv2.HealthCheck",
        enabled=st.just("True"),
        healthy_http_codes=one_of("'200'", "'200,301'", "'200-299'", "'200-299, 400-499'", "text_token"),
        healthy_threshold_count=number(2, 10) | st.just("number_token"),
        interval=seconds(6, 300) | st.just("Duration.seconds(number_token)"),
        path=one_of("'/'", "'/' + 'a' * 1023", "'/health?deep=1'", "text_token"),
        port=number(1, 65535).map(repr) | one_of("'traffic-port'", "text_token"),
        protocol=one_of("elbv2.Protocol.HTTP", "elbv2.Protocol.HTTPS"),
        unhealthy_threshold_count=number(2, 10),
    ),
    call("elbv2.HealthCheck", {"interval": seconds(121, 300), "timeout": seconds(2, 120)}),
    call("elbv2.HealthCheck", {"timeout": seconds(2, 29) | st.just("Duration.seconds(number_token)")}),
)

ROUTINGS = st.one_of(
    st.just("AllAtOnce()"),
    call("TimeBasedCanary", step_percentage=number(14, 99) | st.just("number_token"), bake_time=minutes(1, 300)),
    call(
        "TimeBasedLinear",
        step_percentage=number(14, 100),
        bake_time=minutes(1, 200) | st.just("Duration.minutes(number_token)"),
    ),
)
FUNCTIONS = one_of("'CodeDeployHook_smoke'", "'CodeDeployHook_' + 'a' * 49", "smoke", "near_smoke")
HOOKS = st.one_of(
    st.just("LifecycleHooks()"),
    st.just("LifecycleHooks(before_allow_traffic=smoke, role=smoke_role)"),
    call(
        "LifecycleHooks",
        {"role": one_of("'CodeDeployHookRole'", "'a' * 64", "'+=,.@_-'", "hook_role")},
        before_install=FUNCTIONS,
        after_install=FUNCTIONS,
        after_allow_test_traffic=FUNCTIONS,
        before_allow_traffic=FUNCTIONS,
        after_allow_traffic=FUNCTIONS,
    ),
)
THRESHOLDS = one_of(
    "1", "0.5", "1e6", "number_token", "Duration.seconds(1)", "Duration.millis(1)", "Duration.seconds(number_token)"
)
PERIODS = one_of("Duration.minutes(1)", "Duration.minutes(10)")
ALARMS = st.fixed_dictionaries(
    {},
    optional={
        "unhealthy": call(
            "TargetGroupAlarm.unhealthy_hosts",
            threshold=THRESHOLDS,
            period=PERIODS,
            evaluation_periods=number(1, 144),
            name=one_of("'Unhealthy'", "'a' * 249"),
        ),
        "errors": call(
            "TargetGroupAlarm.http_5xx", threshold=THRESHOLDS, period=PERIODS, evaluation_periods=number(1, 144)
        ),
        "time": call(
            "TargetGroupAlarm.response_time",
            {"threshold": THRESHOLDS},
            statistic=one_of("'p99'", "'p99.9'", "'tm90'", "'TM(5%:95%)'", "'IQM'", "'Average'", "text_token"),
        ),
        "other": call(
            "TargetGroupAlarm",
            {
                "id": st.just("'Busy'"),
                "metric_name": one_of("'RequestCount'", "text_token"),
                "statistic": one_of("'Sum'", "'p50'"),
                "threshold": THRESHOLDS,
                "evaluation_periods": number(3, 1440),
            },
            datapoints_to_alarm=number(1, 3),
            period=st.just("Duration.minutes(1)"),
            name=one_of("'Busy'", "f'busy-{text_token}'"),
        ),
    },
).map(lambda alarms: f"[{', '.join(alarms.values())}]")


@st.composite
def services(draw: st.DrawFn) -> str:
    """Draw a call that the service accepts."""
    ports = draw(PORTS)
    given = draw(NETWORKS) | draw(TASKS)
    given["production_listener"] = draw(listeners(ports[0], ports[1]))
    given |= draw(
        arguments(
            test_listener=st.just("None") | listeners(ports[2], ports[3]),
            load_balancer=BALANCERS,
            target_protocol=one_of("elbv2.ApplicationProtocol.HTTP", "elbv2.ApplicationProtocol.HTTPS"),
            deregistration_delay=seconds(0, 3600) | st.just("Duration.seconds(number_token)"),
            health_check=HEALTH_CHECKS,
            desired_count=number(0, 5000) | st.just("number_token"),
            propagate_tags=one_of("ecs.PropagatedTagSource.TASK_DEFINITION", "ecs.PropagatedTagSource.NONE"),
            health_check_grace_period=seconds(0, 2147483647) | st.just("Duration.minutes(1)"),
            availability_zone_rebalancing=one_of(
                "ecs.AvailabilityZoneRebalancing.ENABLED", "ecs.AvailabilityZoneRebalancing.DISABLED"
            ),
            enable_execute_command=FLAGS,
            security_groups=GROUPS,
            traffic_routing=ROUTINGS,
            termination_wait_time=minutes(0, 600) | st.just("Duration.minutes(number_token)"),
            lifecycle_hooks=HOOKS,
            alarms=ALARMS,
            alarm_actions=listed(
                one_of("sns_action", "own_topic_action", "lambda_action", "ec2_action", "ssm_action", "own_action"),
                0,
                3,
            ),
        )
    )
    # What needs subnets of the VPC that the cluster may not have.
    if given["cluster"] in {"public_cluster", "isolated_cluster"} and "NewLoadBalancer" in given.get(
        "load_balancer", ""
    ):
        given["load_balancer"] = "NewLoadBalancer(vpc_subnets=ec2.SubnetSelection(subnets=[subnet, other_subnet]))"
    return written("EcsBlueGreenService", given, "stack", "'Service'")


HOOK_FUNCTIONS = arguments(
    {"code": one_of("'def handler(event, context): ...'", "folder")},
    handler=st.just("'index.handler'"),
    function_name=one_of("'CodeDeployHook_'", "'CodeDeployHook_' + 'a' * 49"),
    runtime=one_of("lambda_.Runtime.PYTHON_3_11", "lambda_.Runtime.PYTHON_3_13"),
    timeout=seconds(10, 900) | st.just("Duration.seconds(number_token)"),
    memory_size=number(128, 10240) | st.just("number_token"),
    environment=one_of("None", "{}", "{'TARGET_URL': 'https://example.com/'}", "{'TARGET_URL': text_token}"),
    log_retention=one_of("logs.RetentionDays.ONE_WEEK", "logs.RetentionDays.INFINITE"),
)
HOOK_NETWORKS = arguments() | arguments(
    {"vpc": one_of("vpc", "own_vpc")},
    vpc_subnets=one_of("ec2.SubnetSelection()", "ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)"),
    security_groups=GROUPS,
)
FUNCTION_CALLS = st.tuples(HOOK_FUNCTIONS, HOOK_NETWORKS).map(
    lambda drawn: written("LifecycleHookFunction", drawn[0] | drawn[1], "stack", "'Smoke'")
)
ROLE_CALLS = arguments(
    functions=listed(one_of("smoke", "near_smoke", "'other'", "'a' * 64", "text_token"), 1, 3),
    role_name=one_of("'hooks'", "'a' * 64", "'+=,.@_-'"),
).map(lambda given: written("CodeDeployHookRole", given, "stack", "'Role'"))

CALLS = st.one_of(services(), services(), services(), services(), FUNCTION_CALLS, ROLE_CALLS)

# What fits hardly anywhere. A number that JSON doesn't know ends CDK's process: CDK itself is never given one.
NOT_FINITE = ["nan", "inf", "-inf", "10**400", "10**5000", "-10**400", "[nan]"]
ODD = [
    *NAMES,
    "None",
    "True",
    "False",
    "''",
    "'text'",
    "' '",
    r"'\n'",
    r"'\0'",
    r"'\ud800'",
    r"'\u0663'",
    "'x' * 5000",
    "b'text'",
    "bytearray(b'text')",
    "'80'",
    "'080'",
    r"'\uff18\uff10'",
    "'/'",
    r"'/\n'",
    "'200'",
    r"'2\u0660\u0660'",
    "'299-200'",
    r"'p\u0669\u0669'",
    "'p100'",
    "'p0'",
    "'arn:'",
    "'arn:aws:acm:us-east-1:123456789012:certificate/x'",
    "f'a{text_token}'",
    "'${Token[TOKEN.9999]}'",
    "'${AWS::Region}'",
    "'{{resolve:ssm:name}}'",
    "0",
    "-1",
    "1",
    "2",
    "80",
    "8080",
    "100",
    "65536",
    "2**31",
    "2**53 + 1",
    "2**64",
    "-1.8881545897087892e+289",
    "0.0",
    "-0.0",
    "1.0",
    "1.5",
    "1e-400",
    "1e308",
    "5e-324",
    "1 + 2j",
    "Decimal(1)",
    "Fraction(1, 2)",
    "[]",
    "()",
    "{}",
    "set()",
    "[None]",
    "['']",
    "['text']",
    "['text', 'text']",
    "[[]]",
    "[0]",
    "[text_token]",
    "[object()]",
    "{'key': 'value'}",
    "{'key': None}",
    "{1: 2}",
    "{'': ''}",
    "{None: None}",
    "range(3)",
    "iter([])",
    "(item for item in ())",
    "deque(['text'])",
    "object()",
    "object",
    "print",
    "...",
    "NotImplemented",
    "Path('x')",
    "Path('/' + 'x' * 5000)",
    r"Path('a\0b')",
    "cdk",
    "Text('text')",
    "Integer(80)",
    "Number.EIGHTY",
    "Duration",
    "Duration.seconds(0)",
    "Duration.seconds(60)",
    "Duration.millis(1500)",
    "Duration.millis(0.5)",
    "Duration.seconds(0.5)",
    "Duration.days(5000)",
    "Duration.minutes(1e20)",
    "Duration.minutes(number_token)",
    "Duration.millis(number_token)",
    "Duration.hours(1)",
    "cdk.Stack",
    "cdk.Stack(app, 'New')",
    "cdk.Stage(app, 'Stage')",
    "cdk.App()",
    "ec2.Port.tcp(80)",
    "ec2.InstanceType('t3.micro')",
    "ec2.SubnetType.PUBLIC",
    "elbv2.Protocol.TCP",
    "elbv2.Protocol.TLS",
    "ecs.PropagatedTagSource",
    "ecs.Protocol.TCP",
    "ecs.LaunchType.FARGATE",
    "elbv2.SslPolicy.LEGACY",
    "ec2.SubnetSelection(subnets=[])",
    "ec2.SubnetSelection(subnets=[subnet])",
    "ec2.SubnetSelection(subnets=[subnet, subnet])",
    "ec2.SubnetSelection(subnets=[subnet] * 17)",
    "ec2.SubnetSelection(subnet_group_name='Nothing')",
    "ec2.SubnetSelection(availability_zones=['us-east-1z'])",
    "ec2.SubnetSelection(availability_zones=[text_token])",
    "ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC, subnet_group_name='Public')",
    "ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)",
    "elbv2.HealthCheck()",
    "elbv2.HealthCheck(healthy_grpc_codes='0')",
    "HttpListener()",
    "HttpListener(port=80)",
    "HttpsListener(certificates=[])",
    "NewLoadBalancer()",
    "NewLoadBalancer(internet_facing=True)",
    "TargetGroupAlarm.http_5xx()",
    "[TargetGroupAlarm.http_5xx()] * 6",
    "LifecycleHooks(before_install='x')",
    "AllAtOnce",
    "TimeBasedCanary()",
    "HttpsListener",
    "TaskImage",
    "[group] * 2",
    "[group] * 6",
    "[sns_action] * 6",
    "[lambda_action] * 2",
    "[ec2_action]",
    "[peer]",
    "targets.SnsTopic(topic)",
    "elbv2.ListenerAction.fixed_response(404)",
    "elbv2.CfnListener.CertificateProperty(certificate_arn='arn:x')",
    "ecs.CapacityProviderStrategy(capacity_provider='')",
    "[ecs.CapacityProviderStrategy(capacity_provider='FARGATE')] * 2",
    "cdk.Fn.split(',', text_token)",
    "cdk.Fn.select(0, list_token)",
    "cdk.Aws.NO_VALUE",
    "cdk.SecretValue.unsafe_plain_text('secret')",
    "acm.CertificateValidation.from_dns()",
    "lambda_.Runtime.NODEJS_20_X",
    "lambda_.Runtime.PYTHON_3_9",
    "lambda_.Runtime('python3.13')",
    "logs.RetentionDays",
    "ecs.ContainerImage.from_registry('')",
    "ecs.ContainerImage.from_registry('example.com/app')",
    "ecs.RuntimePlatform(operating_system_family=ecs.OperatingSystemFamily.WINDOWS_SERVER_2022_CORE)",
    "ecs.RuntimePlatform(cpu_architecture=ecs.CpuArchitecture.of('text'))",
]


def places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, bool]]:
    """List the values in a call, each with what it is in, and whether CDK is given it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            root = ast.unparse(node.func).partition(".")[0]
            to_cdk = not (root in OURS)
            for index in range(len(node.args)):
                yield node, "args", index, to_cdk
            for keyword in node.keywords:
                yield keyword, "value", None, to_cdk
        elif isinstance(node, ast.List | ast.Tuple):
            for index in range(len(node.elts)):
                yield node, "elts", index, False
        elif isinstance(node, ast.Dict):
            for index in range(len(node.values)):
                yield node, "values", index, False


OURS = {
    "AllAtOnce",
    "CodeDeployHookRole",
    "EcsBlueGreenService",
    "HttpListener",
    "HttpsListener",
    "LifecycleHookFunction",
    "LifecycleHooks",
    "NewLoadBalancer",
    "TargetGroupAlarm",
    "TaskImage",
    "TimeBasedCanary",
    "TimeBasedLinear",
}


@st.composite
def changed(draw: st.DrawFn, calls: Source = CALLS, most: int = 3) -> str:
    """Draw a call in which some values are others."""
    tree = ast.parse(draw(calls), mode="eval")
    for _ in range(draw(st.integers(1, most))):
        found = [*places(tree)]
        # The call's own arguments as often as all that is in them.
        outer = [place for place in found if place[0] is tree.body or place[0] in tree.body.keywords]
        node, field, index, to_cdk = draw(st.sampled_from(outer) | st.sampled_from(found))
        odd = st.sampled_from(ODD if to_cdk else ODD + NOT_FINITE)
        another = st.sampled_from(found).map(
            lambda place: ast.unparse(
                getattr(place[0], place[1]) if place[2] is None else getattr(place[0], place[1])[place[2]]
            )
        )
        value = ast.parse(draw(odd | odd | odd | another), mode="eval").body
        if index is None:
            setattr(node, field, value)
        else:
            getattr(node, field)[index] = value
    return ast.unparse(tree)
