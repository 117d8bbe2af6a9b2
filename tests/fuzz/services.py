"""Calls of the service that are right, with every argument and everything in the arguments."""

from hypothesis import strategies as st

from tests.fuzz.source import (
    FLAGS,
    Arguments,
    Source,
    arguments,
    call,
    fixed,
    listed,
    minutes,
    number,
    one_of,
    seconds,
    written,
)

# Where the tasks run.

SUBNETS = call(
    "ec2.SubnetSelection", subnet_type=one_of("ec2.SubnetType.PRIVATE_WITH_EGRESS", "ec2.SubnetType.PUBLIC")
) | one_of(
    "ec2.SubnetSelection(subnets=[subnet, other_subnet])",
    "ec2.SubnetSelection(subnets=[subnet, token_subnet])",
    "ec2.SubnetSelection(one_per_az=True)",
    "ec2.SubnetSelection(subnet_filters=[ec2.SubnetFilter.one_per_az()])",
)
CLUSTERS = one_of("cluster", "cluster", "own_cluster", "exec_cluster", "other_cluster", "token_cluster")
NETWORKS = st.one_of(
    arguments({"cluster": CLUSTERS}),
    arguments({"cluster": one_of("cluster", "own_cluster")}, vpc_subnets=SUBNETS, assign_public_ip=FLAGS),
    fixed(cluster="public_cluster", assign_public_ip="True"),
    fixed(
        cluster="isolated_cluster",
        vpc_subnets="ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)",
    ),
)
GROUPS = listed(one_of("group", "imported_group", "immutable_group", "other_group"), 1, 4)

# What the tasks are.

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
SIZES = one_of(
    "cpu=256, memory_limit_mib=512",
    "cpu=512, memory_limit_mib=1024, runtime_platform=ecs.RuntimePlatform(cpu_architecture=ecs.CpuArchitecture.ARM64)",
    "cpu=1024, memory_limit_mib=8192, runtime_platform=ecs.RuntimePlatform()",
    "cpu=2048, memory_limit_mib=4096, runtime_platform=ecs.RuntimePlatform(cpu_architecture="
    "ecs.CpuArchitecture.X86_64, operating_system_family=ecs.OperatingSystemFamily.WINDOWS_SERVER_2022_CORE)",
    "cpu=16384, memory_limit_mib=122880",
)
IMAGES = call("TaskImage", {"options": IMAGE_OPTIONS}) | st.tuples(IMAGE_OPTIONS, SIZES).map(
    lambda drawn: f"TaskImage(options={drawn[0]}, {drawn[1]})"
)
STRATEGIES = st.one_of(
    listed(
        call(
            "ecs.CapacityProviderStrategy",
            {
                "capacity_provider": one_of("'FARGATE'", "'FARGATE_SPOT'", "'other'", "text_token"),
                "weight": number(1, 1000),
            },
        ),
        0,
        3,
    ),
    one_of(
        "[ecs.CapacityProviderStrategy(capacity_provider='FARGATE', base=100000)]",
        "[ecs.CapacityProviderStrategy(capacity_provider='FARGATE', base=1, weight=0), "
        "ecs.CapacityProviderStrategy(capacity_provider='FARGATE_SPOT', weight=number_token)]",
    ),
)
REGISTRIES = listed(
    call(
        "ecs.AssociateCloudMapServiceOptions",
        {"service": one_of("a_records", "srv_records", "imported_records")},
        container_port=number(1, 65535) | st.just("number_token"),
    ),
    0,
    1,
)
TASKS = st.one_of(
    arguments({"task_definition": one_of("task", "imported_role_task", "token_port_task")}),
    arguments(
        {"task_definition": st.just("task")},
        container_name=st.just("'app'"),
        container_port=one_of("8080", "9090", "number_token"),
        cloud_map_services=REGISTRIES
        | st.just("[ecs.AssociateCloudMapServiceOptions(service=srv_records, container=container)]"),
    ),
    fixed(task_definition="task", container_name="'proxy'"),
    fixed(task_definition="task", container_name="'proxy'", container_port="8000"),
    fixed(task_definition="task", container_name="text_token", container_port="number_token"),
    arguments({"task_definition": IMAGES}, cloud_map_services=REGISTRIES),
    fixed(
        task_definition="ec2_task",
        capacity_provider_strategies="[ecs.CapacityProviderStrategy(capacity_provider='ec2')]",
    ),
    arguments(
        {"task_definition": st.just("task")},
        capacity_provider_strategies=STRATEGIES,
        platform_version=one_of("ecs.FargatePlatformVersion.LATEST", "ecs.FargatePlatformVersion.VERSION1_4"),
    ),
)

# How they are reached.

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
_ARN = "arn:aws:acm:us-east-1:123456789012:certificate/{}1112222-3333-4444-5555-666677778888"
CERTIFICATES = listed(
    one_of(
        *(repr(_ARN.format(number)) for number in (1, 2)),
        f"elbv2.ListenerCertificate.from_arn({_ARN.format(3)!r})",
        "text_token",
        "certificate",
        "imported_certificate",
    ),
    1,
    3,
)
PORTS = st.lists(number(1, 65535), min_size=4, max_size=4, unique=True) | st.just(
    ["80", "443", "number_token", "number_token"]
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

# What happens in a deployment.

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
    one_of("LifecycleHooks()", "LifecycleHooks(before_allow_traffic=smoke, role=smoke_role)"),
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
    "1",
    "0.5",
    "1e6",
    "number_token",
    "Duration.seconds(1)",
    "Duration.millis(1)",
    "Duration.seconds(number_token)",
)
PERIODS = one_of("Duration.minutes(1)", "Duration.minutes(10)")
ALARMS = st.fixed_dictionaries(
    {},
    optional={
        "hosts": call(
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
ACTIONS = one_of("sns_action", "own_topic_action", "lambda_action", "ec2_action", "ssm_action", "own_action")

OTHERS = arguments(
    load_balancer=BALANCERS,
    target_protocol=one_of("elbv2.ApplicationProtocol.HTTP", "elbv2.ApplicationProtocol.HTTPS"),
    deregistration_delay=seconds(0, 3600) | st.just("Duration.seconds(number_token)"),
    health_check=HEALTH_CHECKS,
    desired_count=number(0, 5000) | st.just("number_token"),
    propagate_tags=one_of("ecs.PropagatedTagSource.TASK_DEFINITION", "ecs.PropagatedTagSource.NONE"),
    health_check_grace_period=seconds(0, 2**31 - 1) | st.just("Duration.minutes(1)"),
    availability_zone_rebalancing=one_of(
        "ecs.AvailabilityZoneRebalancing.ENABLED", "ecs.AvailabilityZoneRebalancing.DISABLED"
    ),
    enable_execute_command=FLAGS,
    security_groups=GROUPS,
    alarms=ALARMS,
    alarm_actions=listed(ACTIONS, 0, 3),
)
HOOK_ENGINE = arguments(
    traffic_routing=ROUTINGS,
    termination_wait_time=minutes(0, 600) | st.just("Duration.minutes(number_token)"),
    lifecycle_hooks=HOOKS,
    update_mode=one_of("UpdateMode.BLUE_GREEN", "UpdateMode.IN_PLACE", "None"),
)


@st.composite
def shared(draw: st.DrawFn) -> Arguments:
    """Draw arguments that fit together, of those that a service of either engine has."""
    ports = draw(PORTS)
    given: Arguments = draw(NETWORKS) | draw(TASKS) | draw(OTHERS)
    given["production_listener"] = draw(listeners(ports[0], ports[1]))
    if draw(st.booleans()):
        given["test_listener"] = draw(listeners(ports[2], ports[3]))
    balancer = given.get("load_balancer", "")
    if balancer.startswith("New") and given["cluster"] in ("public_cluster", "isolated_cluster"):
        # The subnets that a new one is in, unless it is told, are not among these clusters'.
        given["load_balancer"] = "NewLoadBalancer(vpc_subnets=ec2.SubnetSelection(subnets=[subnet, other_subnet]))"
    elif balancer == "other_balancer":
        # It can't depend on this stack, which depends on it.
        given |= {"production_listener": "HttpListener()", "security_groups": "[imported_group]"}
        given.pop("test_listener", None)
    return given


@st.composite
def services(draw: st.DrawFn) -> str:
    """Draw a call of the service that the hook deploys."""
    return written("EcsBlueGreenService", draw(shared()) | draw(HOOK_ENGINE), "stack", "'Service'")
