"""The production and the test listener, and who may reach them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from aws_cdk import Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ..checks.mistakes import Arguments
from ..checks.tokens import number_as_text
from .l1 import create_l1

# TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only, and a post-quantum key exchange:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
_DEFAULT_SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpsListener:
    """A listener for HTTPS.

    Args:
        certificates: One or more certificates or their ARNs, the first of them the default one.
        port: 1 to 65535, another one for each listener of the load balancer.
        ssl_policy: The TLS versions and ciphers on offer. Left out: ``ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09``,
            that is TLS 1.2 and 1.3 with forward secrecy.
        open: Whether anyone may reach it. Left out: the production listener is open unless ``peers`` are given or the
            load balancer is internal (an imported one is taken for internet-facing), the test listener is not.
        peers: Who else may reach it: security groups, CIDR blocks (``ec2.Peer.ipv4(…)``), prefix lists, other
            constructs.
        redirect_http_from: Port of one more listener, for HTTP, that redirects to this one and is open to the same
            peers. Left out: none.
    """

    certificates: Sequence[elbv2.IListenerCertificate | str]
    port: int = 443
    ssl_policy: elbv2.SslPolicy | None = None
    open: bool | None = None
    peers: Sequence[ec2.IConnectable] = ()
    redirect_http_from: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpListener:
    """A listener for plain HTTP; prefer HttpsListener.

    Args:
        port: 1 to 65535, another one for each listener of the load balancer.
        open: Whether anyone may reach it. Left out: the production listener is open unless ``peers`` are given or the
            load balancer is internal (an imported one is taken for internet-facing), the test listener is not.
        peers: Who else may reach it: security groups, CIDR blocks (``ec2.Peer.ipv4(…)``), prefix lists, other
            constructs.
    """

    port: int = 80
    open: bool | None = None
    peers: Sequence[ec2.IConnectable] = ()


Listener = HttpsListener | HttpListener


@dataclass(frozen=True, kw_only=True, slots=True)
class Listeners:
    """The listeners that a service has.

    Attributes:
        production: Takes production traffic.
        test: Takes test traffic; None when the service has no test listener.
        redirects: Send HTTP requests to one of the others.
    """

    production: elbv2.CfnListener
    test: elbv2.CfnListener | None
    redirects: tuple[elbv2.CfnListener, ...]

    @property
    def routes(self) -> tuple[elbv2.CfnListener, ...]:
        """The production listener and, if there is one, the test listener."""
        return (self.production,) if self.test is None else (self.production, self.test)


def check_listeners(arguments: Arguments, production: Listener, test: Listener | None) -> None:
    """Check the production and the test listener, by themselves and against each other."""
    ports = _check_listener(arguments, "production_listener", production)
    if test is not None:
        ports += _check_listener(arguments, "test_listener", test)
    arguments.distinct("the ports of production_listener and test_listener", ports, "choose others")


def _check_listener(arguments: Arguments, name: str, listener: Listener) -> list[int | None]:
    """Check a listener by itself, and list its ports, as far as they are right and known."""
    allowed = "HttpsListener(certificates=[…]) or HttpListener()"
    if not arguments.instance(name, listener, (HttpsListener, HttpListener), allowed):
        return []
    ports = [arguments.whole_number(f"{name}.port", listener.port, 1, 65535, required=True)]
    arguments.flag(f"{name}.open", listener.open)
    for index, peer in enumerate(arguments.items(f"{name}.peers", listener.peers, "a sequence of peers")):
        _check_peer(arguments, f"{name}.peers[{index}]", peer)
    if isinstance(listener, HttpListener):
        return ports
    certificates = arguments.items(
        f"{name}.certificates",
        listener.certificates,
        "a sequence of one or more certificates",
        least=1,
        advice="HTTPS needs one; give it, or use HttpListener() if traffic shall not be encrypted",
    )
    for index, certificate in enumerate(certificates):
        if isinstance(certificate, str):
            arguments.text(f"{name}.certificates[{index}]", certificate, r"arn:.*", "a certificate or its ARN")
            continue
        arguments.interface(
            f"{name}.certificates[{index}]",
            certificate,
            "certificate_arn",
            "a certificate or its ARN",
        )
    if listener.ssl_policy is not None:
        arguments.instance(f"{name}.ssl_policy", listener.ssl_policy, (elbv2.SslPolicy,), "an SslPolicy")
    return [*ports, arguments.whole_number(f"{name}.redirect_http_from", listener.redirect_http_from, 1, 65535)]


def _check_peer(arguments: Arguments, argument: str, peer: object) -> None:
    allowed = "an ec2.Peer or another IConnectable"
    try:
        if arguments.interface(argument, peer, "connections", allowed):
            _ = cast(ec2.IConnectable, peer).connections
    except RuntimeError as error:  # all that jsii tells of a Lambda function outside a VPC and the like
        arguments.note(f"{argument} must be {allowed}, got one without connections: {error}")


def create_listeners(
    scope: Construct,
    load_balancer: elbv2.IApplicationLoadBalancer,
    *,
    target_group_arn: str,
    production: Listener,
    test: Listener | None,
) -> Listeners:
    """Create the listeners, each forwarding all its traffic to one target group."""
    forward = elbv2.CfnListener.ActionProperty(
        type="forward",
        forward_config=elbv2.CfnListener.ForwardConfigProperty(
            target_groups=[elbv2.CfnListener.TargetGroupTupleProperty(target_group_arn=target_group_arn, weight=100)]
        ),
    )
    redirects: list[elbv2.CfnListener] = []

    def create(id: str, redirect_id: str, listener: Listener) -> elbv2.CfnListener:
        if isinstance(listener, HttpListener):
            return _create_http(scope, id, load_balancer, listener.port, forward)
        if listener.redirect_http_from is not None:
            redirect = elbv2.CfnListener.ActionProperty(
                type="redirect",
                redirect_config=elbv2.CfnListener.RedirectConfigProperty(
                    protocol="HTTPS", port=number_as_text(listener.port), status_code="HTTP_301"
                ),
            )
            port = listener.redirect_http_from
            redirects.append(_create_http(scope, redirect_id, load_balancer, port, redirect))
        return _create_https(scope, id, load_balancer, listener, forward)

    return Listeners(
        production=create("ProductionListener", "ProductionRedirect", production),
        test=None if test is None else create("TestListener", "TestRedirect", test),
        redirects=tuple(redirects),
    )


def _create_http(
    scope: Construct,
    id: str,
    load_balancer: elbv2.IApplicationLoadBalancer,
    port: int,
    action: elbv2.CfnListener.ActionProperty,
) -> elbv2.CfnListener:
    return create_l1(
        elbv2.CfnListener,
        scope,
        id,
        load_balancer_arn=load_balancer,
        port=port,
        protocol="HTTP",
        default_actions=[action],
    )


def _create_https(
    scope: Construct,
    id: str,
    load_balancer: elbv2.IApplicationLoadBalancer,
    settings: HttpsListener,
    action: elbv2.CfnListener.ActionProperty,
) -> elbv2.CfnListener:
    default_certificate, *more = (
        item if isinstance(item, str) else item.certificate_arn for item in settings.certificates
    )
    policy = settings.ssl_policy
    listener = create_l1(
        elbv2.CfnListener,
        scope,
        id,
        load_balancer_arn=load_balancer,
        port=settings.port,
        protocol="HTTPS",
        # Token.as_string gives the policy's name, which the Python enum doesn't know.
        ssl_policy=_DEFAULT_SSL_POLICY if policy is None else Token.as_string(policy),
        certificates=[elbv2.CfnListener.CertificateProperty(certificate_arn=default_certificate)],
        default_actions=[action],
    )
    if more:
        elbv2.CfnListenerCertificate(
            listener,
            "Certificates",
            listener_arn=listener.ref,
            certificates=[elbv2.CfnListenerCertificate.CertificateProperty(certificate_arn=arn) for arn in more],
        )
    return listener
