"""Who may reach the listeners, and that the load balancer may reach the tasks: rules of security groups."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from .listeners import HttpsListener, Listener
from .load_balancer import LoadBalancer, is_dual_stack, is_internal


def allow_access(
    load_balancer: elbv2.IApplicationLoadBalancer,
    *,
    given: LoadBalancer,
    production: Listener,
    test: Listener | None,
    security_groups: Iterable[ec2.ISecurityGroup],
    ports: Iterable[int],
) -> None:
    """Let peers reach the listeners, and the load balancer reach the tasks at their ports."""
    connections = load_balancer.connections
    _let_in(
        connections,
        production,
        is_open=not production.peers and not is_internal(given) if production.open is None else production.open,
        given=given,
    )
    if test is not None:
        _let_in(connections, test, is_open=bool(test.open), given=given)
    for number in ports:
        port = ec2.Port.tcp(number)
        for group in security_groups:
            connections.allow_to(group, port)


def _let_in(connections: ec2.Connections, listener: Listener, *, is_open: bool, given: LoadBalancer) -> None:
    """Open a listener's port, and that of its redirect."""
    if not is_open and not listener.peers:
        return
    numbers = [listener.port]
    if isinstance(listener, HttpsListener) and listener.redirect_http_from is not None:
        numbers.append(listener.redirect_http_from)
    any_ipv6 = [ec2.Peer.any_ipv6()] if is_open and is_dual_stack(given) else []
    for number in numbers:
        port = ec2.Port.tcp(number)
        if is_open:
            connections.allow_from_any_ipv4(port, f"Allow from anyone on port {number}")
        for anyone in any_ipv6:
            connections.allow_from(anyone, port, f"Allow from anyone on port {number}")
        for peer in listener.peers:
            connections.allow_from(peer, port)
