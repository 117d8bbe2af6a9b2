"""The production and the test listener, and who may reach them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from aws_cdk import Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ..checks.copies import copy_items
from ..checks.mistakes import Mistakes
from ..checks.tokens import number_as_text
from ..errors import EcsBlueGreenError
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

    def __post_init__(self) -> None:
        """Keep copies, which nobody changes later."""
        copy_items(self, "certificates", "peers")


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

    def __post_init__(self) -> None:
        """Keep a copy, which nobody changes later."""
        copy_items(self, "peers")


Listener = HttpsListener | HttpListener


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenListener:
    """A listener that is there already; only an engine that moves rules can do with one.

    Attributes:
        listener: The listener.
    """

    listener: elbv2.IApplicationListener


class Listeners:
    """The listeners that a service has.

    What is added to one is one more resource beside it: rules (with a priority and conditions), certificates, and what
    else CDK makes for an imported listener. Don't count on a deployment to shift what such a rule forwards to a target
    group of the service: the hook shifts listeners (rule Q11), and ECS the rules that it was given (rule NL12). A
    dependency on one is made with ``cfn_production`` or ``cfn_test``.

    Attributes:
        production: Takes production traffic.
        test: Takes test traffic; None when the service has no test listener.
        production_arn: The ARN of the production listener.
        test_arn: The ARN of the test listener; None when the service has none.
        cfn_production: The production listener as L1; an EcsBlueGreenError when it was given.
        cfn_test: The test listener as L1; None when the service has made none.
        cfn_redirects: Send HTTP requests to one of the others; as L1s.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        production: elbv2.CfnListener | GivenListener,
        test: elbv2.CfnListener | GivenListener | None,
        cfn_redirects: Sequence[elbv2.CfnListener],
        load_balancer: elbv2.IApplicationLoadBalancer,
    ) -> None:
        """Take the listeners of a load balancer together.

        Args:
            scope: Where ``production`` and ``test`` are made.
            production: The production listener.
            test: The test listener; None for none.
            cfn_redirects: The redirects.
            load_balancer: Whose they are.
        """
        self._scope = scope
        self._production = production
        self._test = test
        self.cfn_redirects = tuple(cfn_redirects)
        self._load_balancer = load_balancer

    @property
    def cfn_production(self) -> elbv2.CfnListener:
        """The production listener as L1.

        Raises:
            EcsBlueGreenError: It was given, and whoever made it has it.
        """
        if isinstance(self._production, GivenListener):
            raise EcsBlueGreenError("there is no cfn_production, as the production listener was given; use production")
        return self._production

    @property
    def cfn_test(self) -> elbv2.CfnListener | None:
        """The test listener as L1; None when the service has made none."""
        return None if isinstance(self._test, GivenListener) else self._test

    @cached_property
    def production(self) -> elbv2.IApplicationListener:
        """Takes production traffic."""
        return self._l2("Production", self._production)

    @cached_property
    def test(self) -> elbv2.IApplicationListener | None:
        """Takes test traffic; None when the service has no test listener."""
        return None if self._test is None else self._l2("Test", self._test)

    @cached_property
    def production_arn(self) -> str:
        """The ARN of the production listener, read once."""
        return _arn(self._production)

    @cached_property
    def test_arn(self) -> str | None:
        """The ARN of the test listener, read once; None when the service has no test listener."""
        return None if self._test is None else _arn(self._test)

    @property
    def cfn_routes(self) -> tuple[elbv2.CfnListener, ...]:
        """The production listener and, if there is one, the test listener."""
        return (self.cfn_production,) if self.cfn_test is None else (self.cfn_production, self.cfn_test)

    def _l2(self, id: str, listener: elbv2.CfnListener | GivenListener) -> elbv2.IApplicationListener:
        if isinstance(listener, GivenListener):
            return listener.listener
        return elbv2.ApplicationListener.from_application_listener_attributes(
            # Not below the L1, on which the service depends, and so on all that is below it.
            self._scope,
            id,
            listener_arn=listener.ref,
            security_group=self._load_balancer.connections.security_groups[0],
            default_port=listener.port,
        )


def _arn(listener: elbv2.CfnListener | GivenListener) -> str:
    return listener.listener.listener_arn if isinstance(listener, GivenListener) else listener.ref


@dataclass(frozen=True, kw_only=True, slots=True)
class ListenerSettings:
    """The listeners that a service is to have.

    Attributes:
        production: For production traffic.
        test: For test traffic; None for no such listener.
    """

    production: Listener | GivenListener
    test: Listener | GivenListener | None

    @classmethod
    def checked(
        cls,
        mistakes: Mistakes,
        *,
        production_listener: Listener | GivenListener,
        test_listener: Listener | GivenListener | None,
        has_rules: bool,
    ) -> ListenerSettings:
        """Check the production and the test listener, by themselves and against each other."""
        kinds = "HttpsListener(certificates=[…])", "HttpListener()"
        more = ["ExistingListener(…)"] if has_rules else []
        ports = _check_listener(mistakes, "production_listener", production_listener, [*kinds, *more])
        if test_listener is not None:
            more += ["TestHeader(…)"] if has_rules else []
            ports += _check_listener(mistakes, "test_listener", test_listener, [*kinds, *more])
        mistakes.distinct("the ports of production_listener and test_listener", ports, "choose others")
        return cls(production=production_listener, test=test_listener)

    def create(
        self,
        scope: Construct,
        load_balancer: elbv2.IApplicationLoadBalancer,
        default_action: elbv2.CfnListener.ActionProperty,
    ) -> Listeners:
        """Create the listeners, with what they do with requests that no rule takes."""
        redirects: list[elbv2.CfnListener] = []

        def create(id: str, redirect_id: str, listener: Listener | GivenListener) -> elbv2.CfnListener | GivenListener:
            if isinstance(listener, GivenListener):
                return listener
            if isinstance(listener, HttpListener):
                return _create_http(scope, id, load_balancer, listener.port, default_action)
            if listener.redirect_http_from is not None:
                redirect = elbv2.CfnListener.ActionProperty(
                    type="redirect",
                    redirect_config=elbv2.CfnListener.RedirectConfigProperty(
                        protocol="HTTPS", port=number_as_text(listener.port), status_code="HTTP_301"
                    ),
                )
                port = listener.redirect_http_from
                redirects.append(_create_http(scope, redirect_id, load_balancer, port, redirect))
            return _create_https(scope, id, load_balancer, listener, default_action)

        return Listeners(
            scope,
            production=create("ProductionListener", "ProductionRedirect", self.production),
            test=None if self.test is None else create("TestListener", "TestRedirect", self.test),
            cfn_redirects=redirects,
            load_balancer=load_balancer,
        )


def _check_listener(
    mistakes: Mistakes, name: str, listener: Listener | GivenListener, kinds: Sequence[str]
) -> list[int | None]:
    """Check a listener by itself, and list its ports, as far as they are right and known."""
    if isinstance(listener, GivenListener):
        return []
    allowed = f"{', '.join(kinds[:-1])} or {kinds[-1]}"
    if mistakes.instance(name, listener, (HttpsListener, HttpListener), allowed) is None:
        return []
    ports = [mistakes.whole_number(f"{name}.port", listener.port, 1, 65535, required=True)]
    mistakes.flag(f"{name}.open", listener.open)
    for index, peer in enumerate(mistakes.items(f"{name}.peers", listener.peers, "a sequence of peers")):
        _check_peer(mistakes, f"{name}.peers[{index}]", peer)
    if isinstance(listener, HttpListener):
        return ports
    certificates = mistakes.items(
        f"{name}.certificates",
        listener.certificates,
        "a sequence of one or more certificates",
        least=1,
        advice="HTTPS needs one: give it, or use HttpListener() for traffic that is not encrypted",
    )
    for index, certificate in enumerate(certificates):
        if isinstance(certificate, str):
            mistakes.text(f"{name}.certificates[{index}]", certificate, r"arn:.*", "a certificate or its ARN")
            continue
        mistakes.interface(
            f"{name}.certificates[{index}]",
            certificate,
            "certificate_arn",
            "a certificate or its ARN",
        )
    if listener.ssl_policy is not None:
        mistakes.instance(f"{name}.ssl_policy", listener.ssl_policy, elbv2.SslPolicy, "an SslPolicy")
    return [*ports, mistakes.whole_number(f"{name}.redirect_http_from", listener.redirect_http_from, 1, 65535)]


def _check_peer(mistakes: Mistakes, argument: str, peer: ec2.IConnectable) -> None:
    allowed = "an ec2.Peer or another IConnectable"
    try:
        if mistakes.interface(argument, peer, "connections", allowed):
            _ = peer.connections
    except RuntimeError as error:  # all that jsii tells of a Lambda function outside a VPC and the like
        mistakes.note(f"{argument} must be {allowed}, got one without connections: {error}")


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
