"""Production and test listener, and the redirects to them."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct
from jsii._kernel.providers.process import _NodeProcess
from jsii._kernel.types import StaticInvokeRequest

from ecs_blue_green import HttpListener, HttpsListener
from ecs_blue_green.testing import template_of
from tests.support import Service, Template, hook_of, imported_cluster, mistakes_of, number_token, properties, resources

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/11112222-3333-4444-5555-666677778888"


def listener_at(template: Template, port: object) -> dict[str, Any]:
    return properties(template, LISTENER, Port=port)


def blue_of(template: Template) -> str:
    blue: str = hook_of(template)["Applications"][0]["ECSAttributes"]["TrafficRouting"]["TargetGroups"][0]
    return blue


def test_both_listeners_start_with_all_weight_on_the_blue_target_group(stack: cdk.Stack, service: Service) -> None:
    service(production_listener=HttpsListener(certificates=[ARN]), test_listener=HttpListener(port=8080))
    template = template_of(stack)
    to_blue = [
        {
            "Type": "forward",
            "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": {"Ref": blue_of(template)}, "Weight": 100}]},
        }
    ]
    assert listener_at(template, 443)["DefaultActions"] == to_blue
    assert listener_at(template, 8080)["DefaultActions"] == to_blue
    assert len(resources(template, LISTENER)) == 2


def test_hook_routes_traffic_through_the_listeners(stack: cdk.Stack, service: Service) -> None:
    made = service(production_listener=HttpListener(port=8000), test_listener=HttpListener(port=8001))
    template = template_of(stack)
    routing = hook_of(template)["Applications"][0]["ECSAttributes"]["TrafficRouting"]
    (production,) = resources(template, LISTENER, Port=8000)
    (test,) = resources(template, LISTENER, Port=8001)
    assert routing["ProdTrafficRoute"] == {"Type": LISTENER, "LogicalID": production}
    assert routing["TestTrafficRoute"] == {"Type": LISTENER, "LogicalID": test}
    assert [stack.resolve(listener.logical_id) for listener in made.listeners.cfn_routes] == [production, test]
    assert made.listeners.cfn_routes == (made.listeners.cfn_production, made.listeners.cfn_test)


def test_test_listener_can_be_left_out(stack: cdk.Stack, service: Service) -> None:
    made = service()
    template = template_of(stack)
    routing = hook_of(template)["Applications"][0]["ECSAttributes"]["TrafficRouting"]
    assert "TestTrafficRoute" not in routing
    assert len(resources(template, LISTENER)) == 1
    assert made.listeners.cfn_test is None
    assert made.listeners.cfn_routes == (made.listeners.cfn_production,)


def test_https_listener_has_its_certificate_and_a_policy_with_forward_secrecy(
    stack: cdk.Stack, service: Service
) -> None:
    service(production_listener=HttpsListener(certificates=[ARN]))
    listener = properties(template_of(stack), LISTENER)
    assert listener["Port"] == 443
    assert listener["Protocol"] == "HTTPS"
    assert listener["Certificates"] == [{"CertificateArn": ARN}]
    assert listener["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"


def test_http_listener_is_plain(stack: cdk.Stack, service: Service) -> None:
    service(production_listener=HttpListener())
    listener = properties(template_of(stack), LISTENER)
    assert listener["Port"] == 80
    assert listener["Protocol"] == "HTTP"
    assert not {"Certificates", "SslPolicy"} & {*listener}


def test_ssl_policy_of_each_listener_is_rendered(stack: cdk.Stack, service: Service) -> None:
    service(
        production_listener=HttpsListener(certificates=[ARN], ssl_policy=elbv2.SslPolicy.TLS13_13),
        test_listener=HttpsListener(certificates=[ARN], port=8443, ssl_policy=elbv2.SslPolicy.FORWARD_SECRECY_TLS12),
    )
    template = template_of(stack)
    assert listener_at(template, 443)["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-3-2021-06"
    assert listener_at(template, 8443)["SslPolicy"] == "ELBSecurityPolicy-FS-1-2-2019-08"


def test_first_certificate_is_the_default_one_and_the_others_are_added(stack: cdk.Stack, service: Service) -> None:
    own = acm.Certificate(
        stack, "Certificate", domain_name="example.com", validation=acm.CertificateValidation.from_dns()
    )
    imported = acm.Certificate.from_certificate_arn(stack, "Imported", f"{ARN}-imported")
    wrapped = elbv2.ListenerCertificate.from_arn(f"{ARN}-wrapped")
    service(
        production_listener=HttpsListener(certificates=[own, imported, wrapped, ARN]),
        test_listener=HttpsListener(certificates=(imported,), port=8443),
    )
    template = template_of(stack)
    (certificate,) = resources(template, "AWS::CertificateManager::Certificate")
    (production,) = resources(template, LISTENER, Port=443)
    assert listener_at(template, 443)["Certificates"] == [{"CertificateArn": {"Ref": certificate}}]
    assert listener_at(template, 8443)["Certificates"] == [{"CertificateArn": f"{ARN}-imported"}]
    assert properties(template, "AWS::ElasticLoadBalancingV2::ListenerCertificate") == {
        "ListenerArn": {"Ref": production},
        "Certificates": [{"CertificateArn": arn} for arn in (f"{ARN}-imported", f"{ARN}-wrapped", ARN)],
    }


def test_redirects_send_http_to_their_https_listener(stack: cdk.Stack, service: Service) -> None:
    made = service(
        production_listener=HttpsListener(certificates=[ARN], redirect_http_from=80),
        test_listener=HttpsListener(certificates=[ARN], port=8443, redirect_http_from=8080),
    )
    template = template_of(stack)
    for port, target in ((80, "443"), (8080, "8443")):
        redirect = listener_at(template, port)
        assert redirect["Protocol"] == "HTTP"
        assert redirect["DefaultActions"] == [
            {
                "Type": "redirect",
                "RedirectConfig": {"Protocol": "HTTPS", "Port": target, "StatusCode": "HTTP_301"},
            }
        ]
    assert [redirect.port for redirect in made.listeners.cfn_redirects] == [80, 8080]
    (ecs_service,) = resources(template, "AWS::ECS::Service").values()
    redirects = {*resources(template, LISTENER, Port=80), *resources(template, LISTENER, Port=8080)}
    assert not redirects & {*ecs_service["DependsOn"]}


def test_there_is_no_redirect_unless_asked_for(service: Service) -> None:
    made = service(production_listener=HttpsListener(certificates=[ARN]), test_listener=HttpListener(port=8080))
    assert made.listeners.cfn_redirects == ()


def test_listeners_belong_to_the_load_balancer(stack: cdk.Stack, service: Service) -> None:
    service(
        production_listener=HttpsListener(certificates=[ARN], redirect_http_from=80),
        test_listener=HttpListener(port=8080),
    )
    template = template_of(stack)
    (load_balancer,) = resources(template, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    listeners = resources(template, LISTENER).values()
    assert [listener["Properties"]["LoadBalancerArn"] for listener in listeners] == [{"Ref": load_balancer}] * 3


def test_tokens_pass_in_ports_and_certificates(stack: cdk.Stack, service: Service) -> None:
    arn = cdk.CfnParameter(stack, "Arn").value_as_string
    arns = cdk.CfnParameter(stack, "Arns", type="CommaDelimitedList").value_as_list
    service(
        production_listener=HttpsListener(
            certificates=[arn, cdk.Fn.sub("${Arn}-2"), cdk.Fn.select(0, arns)],
            port=number_token(stack, "Production"),
            redirect_http_from=number_token(stack, "Redirect"),
        ),
        test_listener=HttpListener(port=number_token(stack, "Test")),
    )
    template = template_of(stack)
    production = listener_at(template, {"Ref": "Production"})
    assert production["Certificates"] == [{"CertificateArn": {"Ref": "Arn"}}]
    assert properties(template, "AWS::ElasticLoadBalancingV2::ListenerCertificate")["Certificates"] == [
        {"CertificateArn": {"Fn::Sub": "${Arn}-2"}},
        {"CertificateArn": {"Fn::Select": [0, {"Ref": "Arns"}]}},
    ]
    redirect = listener_at(template, {"Ref": "Redirect"})["DefaultActions"][0]["RedirectConfig"]
    assert redirect["Port"] == {"Ref": "Production"}
    assert listener_at(template, {"Ref": "Test"})["Protocol"] == "HTTP"


def test_ports_of_the_same_token_pass(stack: cdk.Stack, service: Service) -> None:
    port = number_token(stack, "Port")
    service(production_listener=HttpListener(port=port), test_listener=HttpListener(port=port))
    assert len(resources(template_of(stack), LISTENER, Port={"Ref": "Port"})) == 2


A_LISTENER = "HttpsListener(certificates=[…]) or HttpListener()"
A_PORT = "a whole number from 1 to 65535"
A_PEER = "an ec2.Peer or another IConnectable"
CERTIFICATES = "a sequence of one or more certificates"
NO_CERTIFICATE = "HTTPS needs one: give it, or use HttpListener() for traffic that is not encrypted"


@pytest.mark.parametrize("name", ["production_listener", "test_listener"])
@pytest.mark.parametrize(
    ("listener", "mistake"),
    [
        ("https", f" must be {A_LISTENER}, got 'https'"),
        (443, f" must be {A_LISTENER}, got 443"),
        (HttpListener, f" must be {A_LISTENER}, got the class HttpListener"),
        (HttpListener(port=0), f".port must be {A_PORT}, got 0"),
        (HttpListener(port=65536), f".port must be {A_PORT}, got 65536"),
        (HttpsListener(certificates=[ARN], port=-1), f".port must be {A_PORT}, got -1"),
        (HttpListener(port="8080"), f".port must be {A_PORT}, got '8080'"),  # type: ignore[arg-type]
        (HttpListener(port=None), f".port must be {A_PORT}, got None"),  # type: ignore[arg-type]
        (HttpListener(port=True), f".port must be {A_PORT}, got True"),
        (HttpListener(open="yes"), ".open must be True or False, got 'yes'"),  # type: ignore[arg-type]
        (HttpListener(peers=None), ".peers must be a sequence of peers, got None"),  # type: ignore[arg-type]
        (HttpListener(peers="10.0.0.0/8"), ".peers must be a sequence of peers, got '10.0.0.0/8'"),  # type: ignore[arg-type]
        (HttpListener(peers=["10.0.0.0/8"]), f".peers[0] must be {A_PEER}, got '10.0.0.0/8'"),  # type: ignore[list-item]
        (HttpsListener(certificates=[]), f".certificates must be {CERTIFICATES}, got (); {NO_CERTIFICATE}"),
        (HttpsListener(certificates=ARN), f".certificates must be {CERTIFICATES}, got '{ARN}'; {NO_CERTIFICATE}"),
        (
            HttpsListener(certificates=None),  # type: ignore[arg-type]
            f".certificates must be {CERTIFICATES}, got None; {NO_CERTIFICATE}",
        ),
        (
            HttpsListener(certificates=[ARN, "example.com"]),
            ".certificates[1] must be a certificate or its ARN, got 'example.com'",
        ),
        (
            HttpsListener(certificates=[elbv2.ListenerCertificate]),  # type: ignore[list-item]
            ".certificates[0] must be a certificate or its ARN, got the class ListenerCertificate",
        ),
        (
            HttpsListener(certificates=[ARN], ssl_policy="ELBSecurityPolicy-2016-08"),  # type: ignore[arg-type]
            ".ssl_policy must be an SslPolicy, got 'ELBSecurityPolicy-2016-08'",
        ),
        (
            HttpsListener(certificates=[ARN], redirect_http_from=70000),
            f".redirect_http_from must be {A_PORT}, got 70000",
        ),
    ],
)
def test_mistake_in_a_listener_is_told(service: Service, name: str, listener: Any, mistake: str) -> None:
    given = {"production_listener": HttpListener(port=12345)} | {name: listener}
    assert mistakes_of(service, **given) == [f"{name}{mistake}"]


def test_production_listener_is_needed(service: Service) -> None:
    assert mistakes_of(service, production_listener=None) == [f"production_listener must be {A_LISTENER}, got None"]


@pytest.mark.parametrize(
    ("production", "test", "ports"),
    [
        (HttpListener(), HttpListener(), [80]),
        (HttpsListener(certificates=[ARN]), HttpsListener(certificates=[ARN]), [443]),
        (HttpsListener(certificates=[ARN], redirect_http_from=80), HttpListener(), [80]),
        (HttpListener(), HttpsListener(certificates=[ARN], redirect_http_from=80), [80]),
        (HttpsListener(certificates=[ARN], redirect_http_from=443), None, [443]),
        (
            HttpsListener(certificates=[ARN], redirect_http_from=80),
            HttpsListener(certificates=[ARN], redirect_http_from=80),
            [443, 80],
        ),
    ],
)
def test_equal_ports_are_refused(
    service: Service, production: HttpListener, test: HttpListener | None, ports: list[int]
) -> None:
    assert mistakes_of(service, production_listener=production, test_listener=test) == [
        f"the ports of production_listener and test_listener must differ, got {port} more than once; choose others"
        for port in ports
    ]


@pytest.mark.parametrize(
    ("certificates", "shown"),
    [
        (lambda stack: cdk.CfnParameter(stack, "Arn").value_as_string, f"got a token; {NO_CERTIFICATE}"),
        (
            lambda stack: cdk.CfnParameter(stack, "Arns", type="CommaDelimitedList").value_as_list,
            "got a token; a token hides how many there are: take each with Fn.select(…)",
        ),
    ],
)
def test_token_for_all_certificates_is_refused(
    stack: cdk.Stack, service: Service, certificates: Callable[[cdk.Stack], Any], shown: str
) -> None:
    listener = HttpsListener(certificates=certificates(stack))
    assert mistakes_of(service, production_listener=listener) == [
        f"production_listener.certificates must be {CERTIFICATES}, {shown}"
    ]


def test_mistakes_of_both_listeners_are_reported_together(service: Service) -> None:
    assert mistakes_of(
        service,
        production_listener=HttpsListener(certificates=[], port=0),
        test_listener=HttpListener(port=99999, open=1),  # type: ignore[arg-type]
    ) == [
        f"production_listener.port must be {A_PORT}, got 0",
        f"production_listener.certificates must be {CERTIFICATES}, got (); {NO_CERTIFICATE}",
        f"test_listener.port must be {A_PORT}, got 99999",
        "test_listener.open must be True or False, got 1",
    ]


# As what CDK's own constructs take.


LISTENER_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
ON_API = [elbv2.ListenerCondition.path_patterns(["/api/*"])]


def test_action_is_added_to_a_listener_as_a_rule(stack: cdk.Stack, service: Service) -> None:
    made = service(production_listener=HttpsListener(certificates=[ARN]), test_listener=HttpListener(port=8080))
    before = template_of(stack)["Resources"]
    listeners = made.listeners
    assert listeners.test is not None
    gone = elbv2.ListenerAction.fixed_response(410)
    listeners.production.add_action("Gone", action=gone, priority=7, conditions=ON_API)
    elbv2.ApplicationListenerRule(
        stack, "Api", listener=listeners.test, priority=8, conditions=ON_API, target_groups=[made.target_groups.green]
    )
    listeners.production.add_certificates("More", [elbv2.ListenerCertificate(ARN)])
    added = template_after(stack, before)
    production, test = (stack.resolve(listener.ref) for listener in listeners.cfn_routes)
    green = stack.resolve(made.target_groups.cfn_green.ref)
    assert properties(added, LISTENER_RULE, Priority=7)["ListenerArn"] == production
    rule = properties(added, LISTENER_RULE, Priority=8)
    assert (rule["ListenerArn"], rule["Actions"]) == (test, [{"TargetGroupArn": green, "Type": "forward"}])
    certificates = properties(added, "AWS::ElasticLoadBalancingV2::ListenerCertificate")
    assert certificates == {"Certificates": [{"CertificateArn": ARN}], "ListenerArn": production}
    assert len(added["Resources"]) == 3


def template_after(stack: cdk.Stack, before: dict[str, Any]) -> Template:
    """Synthesize once more, and give what was added to resources that stay as they were."""
    stage = cdk.Stage.of(stack)
    assert stage is not None
    stage.synth(force=True)
    after = template_of(stack)["Resources"]
    assert before.items() <= after.items()
    return {"Resources": {id: resource for id, resource in after.items() if id not in before}}


def test_listener_has_the_peers_and_the_port_that_cdk_opens(stack: cdk.Stack, service: Service) -> None:
    made = service(production_listener=HttpListener(port=8000, open=False))
    made.listeners.production.connections.allow_default_port_from(ec2.Peer.ipv4("192.0.2.0/24"))
    rules = [
        rule
        for group in resources(template_of(stack), "AWS::EC2::SecurityGroup").values()
        for rule in group["Properties"].get("SecurityGroupIngress", [])
    ]
    assert [(rule["CidrIp"], rule["FromPort"]) for rule in rules] == [("192.0.2.0/24", 8000)]


def children(scope: Construct) -> set[str]:
    return {child.node.id for child in scope.node.children}


def test_listeners_are_made_for_who_asks(service: Service) -> None:
    made = service(test_listener=HttpListener(port=8080))
    listeners, before = made.listeners, children(made)
    assert {"ProductionListener", "TestListener"} <= before
    assert listeners.production is listeners.production
    assert listeners.test is listeners.test
    assert children(made) - before == {"Production", "Test"}


def test_there_is_no_test_listener_unless_asked_for(service: Service) -> None:
    assert service().listeners.test is None


def test_who_does_not_ask_for_l2s_pays_no_round_trip(
    stack: cdk.Stack, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster, send, sent = imported_cluster(stack), _NodeProcess.send, list[Any]()

    def recording(process: _NodeProcess, request: Any, response_type: Any) -> Any:
        sent.append(request)
        return send(process, request, response_type)

    monkeypatch.setattr(_NodeProcess, "send", recording)
    made = service(cluster=cluster, test_listener=HttpListener(port=8080))
    count = len(sent)
    listeners, groups = made.listeners, made.target_groups
    assert len(sent) == count > 0
    imports = {"fromApplicationListenerAttributes", "fromTargetGroupAttributes"}
    assert not imports & {request.method for request in sent if isinstance(request, StaticInvokeRequest)}
    assert listeners.production != listeners.test
    assert groups.blue != groups.green
    assert imports <= {request.method for request in sent[count:] if isinstance(request, StaticInvokeRequest)}
