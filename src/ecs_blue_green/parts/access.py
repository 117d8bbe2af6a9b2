"""Who may reach the listeners, and that the load balancer may reach the tasks: rules of security groups."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from aws_cdk import Fn, Stack, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from ..checks.tokens import is_number_token, is_text_token, number_as_text
from .listeners import GivenListener, HttpsListener, Listener, ListenerSettings
from .load_balancer import LoadBalancerSettings


def allow_access(
    load_balancer: elbv2.IApplicationLoadBalancer,
    *,
    settings: LoadBalancerSettings,
    listeners: ListenerSettings,
    security_groups: Iterable[ec2.ISecurityGroup],
    ports: Iterable[ec2.Port],
    stack: Stack,
) -> None:
    """Let peers reach the listeners, and the load balancer reach the tasks at their ports."""
    connections, production, test = load_balancer.connections, listeners.production, listeners.test
    if not isinstance(production, GivenListener):  # to which whoever made it lets in
        is_open = not production.peers and not settings.is_internal if production.open is None else production.open
        _let_in(connections, "Production", production, is_open=is_open, settings=settings)
    if test is not None and not isinstance(test, GivenListener):
        _let_in(connections, "Test", test, is_open=bool(test.open), settings=settings)
    # The rules are put into the stack of the one that asks for them. It has to be this stack: another one, which this
    # one depends on, can't depend on it as well.
    is_here = settings.is_in(stack)
    for group in security_groups:
        for port in ports:
            if is_here:
                connections.allow_to(group, port)
            else:
                group.connections.allow_from(load_balancer, port)


def target_ports(container_port: float, health_check: elbv2.HealthCheck | None) -> list[ec2.Port]:
    """List the ports that the load balancer sends to: the container's, and that of the health check."""
    container = _tcp(container_port, "Container")
    port = health_check.port if health_check else None
    if port in {None, "traffic-port", str(container_port)}:
        return [container]
    # Only a token as a whole can be made a number, which a join of one text is.
    number = Token.as_number(Fn.join("", [port])) if is_text_token(port) else int(port)
    return [container, _tcp(number, "HealthCheck")]


def _let_in(
    connections: ec2.Connections, name: str, listener: Listener, *, is_open: bool, settings: LoadBalancerSettings
) -> None:
    """Open a listener's port, and that of its redirect."""
    if not is_open and not listener.peers:
        return
    numbers = {f"{name}Listener": listener.port}
    if isinstance(listener, HttpsListener) and listener.redirect_http_from is not None:
        numbers[f"{name}Redirect"] = listener.redirect_http_from
    any_ipv6 = [ec2.Peer.any_ipv6()] if is_open and settings.is_dual_stack else []
    for id, number in numbers.items():
        port = _tcp(number, id)
        description = f"Allow from anyone on port {number_as_text(number)}"
        if is_open:
            connections.allow_from_any_ipv4(port, description)
        for anyone in any_ipv6:
            connections.allow_from(anyone, port, description)
        for peer in listener.peers:
            connections.allow_from(peer, port)


def _tcp(number: float, name: str) -> ec2.Port:
    """Make a port, with a name if it is a token: CDK takes all without for the same, and drops rules as duplicates."""
    if is_number_token(number):
        return ec2.Port(protocol=ec2.Protocol.TCP, string_representation=name, from_port=number, to_port=number)
    return _literal_tcp(number)


@cache
def _literal_tcp(number: float) -> ec2.Port:
    """Make a port of a literal number, once for all services: it is a value, and costs a round trip."""
    return ec2.Port.tcp(number)
