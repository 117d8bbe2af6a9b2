"""The rules about services that ECS deploys by itself: blue/green, linear or canary.

Each rule looks at one service, whatever else the template has. Two families: what holds as soon as a service is made
ready for such deployments, and what holds once it has one of their strategies.
"""

from importlib.resources import files

from ...native_model import services_of
from ..rule import Family
from . import alarms, hooks, listener_rules, load_balancers, roles, service, strategy

_EXAMPLE = files(__package__).joinpath("example.yaml")

FAMILIES = (
    Family.of(
        *(strategy, load_balancers, listener_rules, roles, hooks, alarms),
        parts=lambda template: [found for found in services_of(template) if found.shifts],
        example=_EXAMPLE,
    ),
    Family.of(service, parts=services_of, example=_EXAMPLE),
)
