"""Defects of services that ECS deploys by itself."""

from . import alarms, hooks, listener_rules, load_balancers, roles, service, strategy

__all__ = ["alarms", "hooks", "listener_rules", "load_balancers", "roles", "service", "strategy"]
