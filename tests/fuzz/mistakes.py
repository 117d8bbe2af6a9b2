"""Calls in which something is other than it was: mostly wrong, sometimes right."""

import ast
from collections.abc import Iterator

from hypothesis import strategies as st

import ecs_blue_green
from tests.fuzz.source import Source
from tests.fuzz.things import NAMES

TEXTS = r"""
''|' '|'\n'|'\0'|'/'|'/\n'|'text'|'\ud800'|'\u0663'|'x' * 5000|b'text'|bytearray(b'text')|Text('text')|Word.TEXT
'0'|'80'|'080'|'\uff18\uff10'|'9' * 5000|'200'|'299-200'|'2\u0660\u0660'|'p100'|'p0'|'p\u0669\u0669'
'arn:'|'arn:aws:acm:us-east-1:123456789012:certificate/x'|'${AWS::Region}'|'{{resolve:ssm:name}}'
f'a{text_token}'|cdk.Fn.split(',', text_token)|cdk.Fn.select(0, list_token)|cdk.Aws.NO_VALUE
"""
NUMBERS = r"""
0|-1|1|2|80|8080|100|65536|2**31|2**53 + 1|2**64|Integer(80)|Number.EIGHTY|True|False
0.0|-0.0|1.0|1.5|5e-324|1e308|1 + 2j|Decimal(1)|Fraction(1, 2)
"""
# CDK's own process ends when it is given a number that JSON doesn't know.
BEYOND_JSON = "nan|inf|-inf|[nan]|10**400|-10**400|10**5000"
COLLECTIONS = r"""
[]|()|{}|set()|[None]|['']|['text']|['text', 'text']|[[]]|[0]|[text_token]|[object()]|range(3)|iter([])
(item for item in ())|deque(['text'])|{'key': 'value'}|{'key': None}|{1: 2}|{1: 'value'}|{'': ''}|{None: None}
"""
OBJECTS = r"""
None|...|NotImplemented|object()|object|print|cdk|Path('x')|Path('/' + 'x' * 5000)|Path('a\0b')
Duration|Duration.seconds(0)|Duration.seconds(60)|Duration.millis(1500)|Duration.millis(0.5)|Duration.seconds(0.5)
Duration.hours(1)|Duration.days(5000)|Duration.minutes(1e20)|Duration.minutes(1e308)|Duration.minutes(number_token)
Duration.millis(number_token)|cdk.Stack|cdk.Stage(app, 'Stage')|cdk.App()
cdk.SecretValue.unsafe_plain_text('secret')|acm.CertificateValidation.from_dns()|targets.SnsTopic(topic)
ec2.Port.tcp(80)|ec2.InstanceType('t3.micro')|ec2.SubnetType.PUBLIC|elbv2.Protocol.TCP|elbv2.Protocol.TLS
elbv2.SslPolicy.LEGACY|elbv2.ListenerAction.fixed_response(404)|ecs.PropagatedTagSource|ecs.Protocol.TCP
ecs.LaunchType.FARGATE|ecs.ContainerImage.from_registry('')|ecs.ContainerImage.from_registry('example.com/app')
lambda_.Runtime.NODEJS_22_X|lambda_.Runtime.PYTHON_3_9|lambda_.Runtime('python3.13')|logs.RetentionDays
ecs.RuntimePlatform(operating_system_family=ecs.OperatingSystemFamily.WINDOWS_SERVER_2022_CORE)
"""
PARTS = r"""
ec2.SubnetSelection(subnets=[])|ec2.SubnetSelection(subnets=[subnet])|ec2.SubnetSelection(subnets=[subnet, subnet])
ec2.SubnetSelection(subnets=[subnet] * 17)|ec2.SubnetSelection(subnet_group_name='Nothing')|ec2.SubnetSelection()
ec2.SubnetSelection(availability_zones=['us-east-1z'])|ec2.SubnetSelection(availability_zones=[text_token])
ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC, subnet_group_name='Public')
ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)|elbv2.HealthCheck()
elbv2.HealthCheck(healthy_grpc_codes='0')|elbv2.CfnListener.CertificateProperty(certificate_arn='arn:x')
ecs.CapacityProviderStrategy(capacity_provider='')|[ecs.CapacityProviderStrategy(capacity_provider='FARGATE')] * 2
ecs.AssociateCloudMapServiceOptions(service=None)|HttpListener()|HttpListener(port=80)|HttpsListener
HttpsListener(certificates=[])|NewLoadBalancer()|NewLoadBalancer(internet_facing=True)|TaskImage|AllAtOnce
TimeBasedCanary()|TargetGroupAlarm.http_5xx()|[TargetGroupAlarm.http_5xx()] * 6|LifecycleHooks(before_install='x')
[group] * 2|[group] * 6|[sns_action] * 6|[lambda_action] * 2|[ec2_action]|[peer]
"""


def _split(text: str) -> list[str]:
    return [value for line in text.split("\n") for value in line.split("|") if value]


ODD = [*NAMES, *_split(TEXTS + NUMBERS + COLLECTIONS + OBJECTS + PARTS)]
ODDER = _split(BEYOND_JSON)


def places(node: ast.AST, *, of_cdk: bool = False) -> Iterator[tuple[int, int | None, bool]]:
    """List where each value in a call starts and ends, and whether CDK is given it before we are."""
    values: list[ast.expr] = []
    if isinstance(node, ast.Call):
        of_cdk = ast.unparse(node.func).partition(".")[0] not in ecs_blue_green.__all__
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
    elif isinstance(node, ast.List | ast.Tuple):
        values = node.elts
    elif isinstance(node, ast.Dict):
        values = node.values
    for value in values:
        yield value.col_offset, value.end_col_offset, of_cdk
        yield from places(value, of_cdk=of_cdk)


@st.composite
def changed(draw: st.DrawFn, calls: Source) -> str:
    """Draw a call in which one to three values are others, mostly one."""
    source = draw(calls)
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        found = [*places(ast.parse(source, mode="eval").body)]
        start, end, of_cdk = draw(st.sampled_from(found))
        odd = st.sampled_from(ODD if of_cdk else ODD + ODDER)
        another = st.sampled_from([source[place[0] : place[1]] for place in found])
        source = source[:start] + draw(odd | odd | odd | another) + source[end:]
    return source
