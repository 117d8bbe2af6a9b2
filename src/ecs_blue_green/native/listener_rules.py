"""The listener rules that ECS moves traffic with: one for production, one for tests.

ECS moves what rules forward, and no listener's default action (rule NL12). A listener of our own has a rule for
everything; on a listener that is there already, the rule takes what its conditions say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ..checks.copies import copy_items
from ..checks.mistakes import Mistakes, shown
from ..checks.tokens import is_list_token, is_number_token
from ..parts.front import MadeFront
from ..parts.l1 import create_l1
from ..parts.listeners import GivenListener, HttpListener, Listener
from ..parts.load_balancer import LoadBalancer, NewLoadBalancer
from ..parts.target_groups import TargetGroups
from ..template.native_facts import IDLE_WEIGHT, LIVE_WEIGHT

# Values are counted over all conditions of a rule:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
_LOWEST_PRIORITY = 50_000
_MOST_VALUES = 5

# Of these a rule has one condition each:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
_SINGLE = ("host-header", "http-request-method", "path-pattern", "source-ip")

# As many characters as a header condition takes, and no wildcards in the name:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HttpHeaderConditionConfig.html
_HEADER_NAME = r"(?i:(?!host$))[A-Za-z0-9!#$%&'+.^_`|~-]{1,40}"
_HEADER_VALUE = r"[\x20-\x7e]{1,128}"


@dataclass(frozen=True, slots=True)
class ExistingListener:
    """A listener that is there already, given or imported; the service gets a rule of its own on it.

    Who may reach the listener is decided where it is made. Its default action and its other rules must not forward to
    the service's target groups: ECS would not move them.

    Args:
        listener: The listener, of an Application Load Balancer.
        priority: Of the rule, 1 to 50000; the smaller number comes first, and no two rules of a listener share one.
        conditions: One or more conditions, all of which a request must meet, such as
            ``[elbv2.ListenerCondition.host_headers(["shop.example.com"])]``; with at most 5 values together, of which a
            ``TestHeader`` takes one.
    """

    listener: elbv2.IApplicationListener
    _: KW_ONLY
    priority: int
    conditions: Sequence[elbv2.ListenerCondition]

    def __post_init__(self) -> None:
        """Keep a copy, which nobody changes later."""
        copy_items(self, "conditions")


@dataclass(frozen=True, slots=True)
class TestHeader:
    """Test traffic is what arrives at the production listener with a header.

    The value is no secret: it stands in the template. Whoever reaches the production listener and sends it is answered
    by the green tasks, as soon as ECS sends test traffic to them.

    Args:
        name: Name of the header, up to 40 characters.
        value: Its value, up to 128 characters, in which ``*`` and ``?`` stand for others.
        priority: Of the rule, smaller than that of the production rule. Left out: the number before it.
    """

    # It is no test, whatever pytest makes of the name in the modules of its users.
    __test__ = False

    name: str
    value: str
    _: KW_ONLY
    priority: int | None = None


ProductionListener = Listener | ExistingListener
TestListener = Listener | ExistingListener | TestHeader


@dataclass(frozen=True, kw_only=True, slots=True)
class ListenerRules:
    """The rules whose weights ECS changes.

    Attributes:
        production: Takes production traffic.
        test: Takes test traffic; None for a service without.
    """

    production: elbv2.CfnListenerRule
    test: elbv2.CfnListenerRule | None

    @property
    def cfn_all(self) -> tuple[elbv2.CfnListenerRule, ...]:
        """Both, or the one that there is."""
        return (self.production,) if self.test is None else (self.production, self.test)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rule:
    """A rule that is to be.

    Attributes:
        priority: Its priority.
        conditions: Its conditions, as they are rendered; empty for everything.
        header: The header that it asks for beside them.
    """

    priority: int = _LOWEST_PRIORITY
    conditions: tuple[dict[str, Any], ...] = ()
    header: TestHeader | None = None

    def rendered_conditions(self) -> list[dict[str, Any]]:
        conditions = [*self.conditions]
        if self.header is not None:
            config = {"httpHeaderName": self.header.name, "values": [self.header.value]}
            conditions.append({"field": "http-header", "httpHeaderConfig": config})
        return conditions or [{"field": "path-pattern", "pathPatternConfig": {"values": ["*"]}}]


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleSettings:
    """The rules that a service is to have.

    Attributes:
        production: For production traffic.
        test: For test traffic; None for none.
        production_listener: What the production rule is on, to be made or given.
        test_listener: What the test rule is on; None where it is the production listener, or where there is no rule.
    """

    production: _Rule
    test: _Rule | None
    production_listener: Listener | GivenListener
    test_listener: Listener | GivenListener | None

    @classmethod
    def checked(
        cls, mistakes: Mistakes, *, production_listener: ProductionListener, test_listener: TestListener | None
    ) -> RuleSettings:
        """Check the rules, by themselves and against each other; listeners of our own are checked where they belong."""
        production, test, below = _Rule(), None if test_listener is None else _Rule(), None
        if isinstance(production_listener, ExistingListener):
            production = _checked_existing(mistakes, "production_listener", production_listener)
        if isinstance(test_listener, ExistingListener):
            test = _checked_existing(mistakes, "test_listener", test_listener)
            if isinstance(production_listener, ExistingListener) and _is_same(production_listener, test_listener):
                below = test_listener.priority
                _check_narrows(mistakes, test, production)
        elif isinstance(test_listener, TestHeader):
            test = _checked_header(mistakes, test_listener, production)
            below = test_listener.priority
        _check_values(mistakes, production, test)
        if isinstance(below, int) and isinstance(production.priority, int) and below >= production.priority > 0:
            mistakes.note(
                f"test_listener.priority must be smaller than that of the production rule, got {below} "
                f"and {production.priority}",
                "the smaller number comes first, and the production rule takes test traffic as well",
                rule="NL11",
            )
        return cls(
            production=production,
            test=test,
            production_listener=_made_or_given(production_listener),
            test_listener=None
            if test_listener is None or isinstance(test_listener, TestHeader)
            else _made_or_given(test_listener),
        )

    def load_balancer(self, mistakes: Mistakes, given: LoadBalancer | None) -> LoadBalancer | None:
        """Find the load balancer: with a listener that is there already it must be known."""
        listeners = {"production_listener": self.production_listener, "test_listener": self.test_listener}
        found = given
        for argument, item in listeners.items():
            if not isinstance(item, GivenListener):
                continue
            own = item.listener.load_balancer if isinstance(item.listener, elbv2.ApplicationListener) else None
            if found is None:
                found = own
            if found is None or isinstance(found, NewLoadBalancer):
                mistakes.note(
                    f"load_balancer must be the one of {argument}, got {shown(given)}",
                    "import it with ApplicationLoadBalancer.from_application_load_balancer_attributes(…)",
                )
            elif own is not None and own is not found:
                mistakes.note(f"{argument} must be a listener of load_balancer, got one of another load balancer")
        return found

    def check_protocol(self, mistakes: Mistakes, version: elbv2.ApplicationProtocolVersion | None) -> None:
        """Refuse listeners for plain HTTP in front of HTTP/2 and gRPC.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
        """
        if version not in (elbv2.ApplicationProtocolVersion.HTTP2, elbv2.ApplicationProtocolVersion.GRPC):
            return
        listeners = {"production_listener": self.production_listener, "test_listener": self.test_listener}
        for argument, item in listeners.items():
            if isinstance(item, HttpListener):
                mistakes.note(
                    f"{argument} must be an HttpsListener(…) with target_protocol_version {version.name}, got an "
                    "HttpListener"
                )

    def create(self, scope: Construct, front: MadeFront) -> ListenerRules:
        """Create the rules, on the listeners that are there by now."""
        forward = _forward(front.target_groups)
        listeners = front.listeners

        def create(id: str, rule: _Rule, listener_arn: str) -> elbv2.CfnListenerRule:
            return create_l1(
                elbv2.CfnListenerRule,
                scope,
                id,
                listener_arn=listener_arn,
                priority=rule.priority,
                conditions=rule.rendered_conditions(),
                actions=[forward],
            )

        return ListenerRules(
            production=create("ProductionRule", self.production, listeners.production_arn),
            test=None
            if self.test is None
            else create("TestRule", self.test, listeners.test_arn or listeners.production_arn),
        )


def not_found(target_groups: TargetGroups) -> elbv2.CfnListener.ActionProperty:
    """Answer what no rule takes: nobody is to reach tasks past the rules, should somebody delete one."""
    kind = elbv2.CfnListener
    response = kind.FixedResponseConfigProperty(status_code="404", content_type="text/plain", message_body="Not Found")
    return kind.ActionProperty(type="fixed-response", fixed_response_config=response)


def _forward(target_groups: TargetGroups) -> dict[str, Any]:
    """Forward to blue, and name green as well: both rules must know both groups (rules NL2, NL9)."""
    weights = {target_groups.blue_arn: LIVE_WEIGHT, target_groups.green_arn: IDLE_WEIGHT}
    groups = [{"targetGroupArn": arn, "weight": weight} for arn, weight in weights.items()]
    return {"type": "forward", "forwardConfig": {"targetGroups": groups}}


def _made_or_given(listener: ProductionListener) -> Listener | GivenListener:
    return GivenListener(listener=listener.listener) if isinstance(listener, ExistingListener) else listener


def _is_same(one: ExistingListener, other: ExistingListener) -> bool:
    """Tell whether both are one listener, which may have been imported twice."""
    arns = [getattr(existing.listener, "listener_arn", None) for existing in (one, other)]
    return one.listener is other.listener or (isinstance(arns[0], str) and arns[0] == arns[1])


def _checked_existing(mistakes: Mistakes, name: str, existing: ExistingListener) -> _Rule:
    # Target groups have the one, and listeners of a Network Load Balancer the other.
    for member in ("register_connectable", "add_certificates"):
        allowed = "an Application Load Balancer's listener"
        if not mistakes.interface(f"{name}.listener", existing.listener, member, allowed):
            break
    mistakes.whole_number(f"{name}.priority", existing.priority, 1, _LOWEST_PRIORITY, required=True)
    advice = "a rule without would take all that the listener gets: name a host or a path"
    conditions: list[dict[str, Any]] = []
    for index, item in enumerate(
        mistakes.items(
            f"{name}.conditions", existing.conditions, "a sequence of one or more conditions", least=1, advice=advice
        )
    ):
        kind = elbv2.ListenerCondition
        if condition := mistakes.instance(f"{name}.conditions[{index}]", item, kind, "an elbv2.ListenerCondition"):
            conditions.append(condition.render_raw_condition())
    rule = _Rule(priority=existing.priority, conditions=tuple(conditions))
    fields = [condition.get("field") for condition in rule.conditions]
    for field in _SINGLE:
        if fields.count(field) > 1:
            mistakes.note(
                f"{name}.conditions must have one of {field} at most, got {fields.count(field)}",
                "put all values into one",
            )
    return rule


def _check_values(mistakes: Mistakes, production: _Rule, test: _Rule | None) -> None:
    """Check how many values the conditions have; the header for test traffic comes beside those of production."""
    header = test is not None and test.header is not None
    counted = {"production_listener": production}
    if test is not None and not header:
        counted["test_listener"] = test
    for name, rule in counted.items():
        most, beside = (_MOST_VALUES - 1, " beside a TestHeader") if header else (_MOST_VALUES, "")
        if (count := _values(rule)) > most:
            mistake = f"{name}.conditions must have at most {most} values{beside}, got {count}"
            mistakes.note(mistake, "take some out, or put a wildcard in their place")


def _values(rule: _Rule) -> int:
    """Count the values; a token hides how many there are, and counts as none."""
    configs = [config for condition in rule.conditions for config in condition.values() if isinstance(config, dict)]
    return sum(not is_list_token([value]) for config in configs for value in config.get("values") or ())


def _check_narrows(mistakes: Mistakes, test: _Rule, production: _Rule) -> None:
    """Refuse a test rule that takes whatever the production rule would: it comes first."""
    if test.conditions and all(condition in production.conditions for condition in test.conditions):
        mistakes.note(
            "test_listener.conditions must ask for more than those of production_listener, got none that these lack",
            "the test rule comes first, and would take all production traffic: use TestHeader(…), or another listener",
            rule="NL11",
        )


def _checked_header(mistakes: Mistakes, header: TestHeader, production: _Rule) -> _Rule:
    check_header(mistakes, "test_listener", header)
    mistakes.whole_number("test_listener.priority", header.priority, 1, _LOWEST_PRIORITY)
    priority = header.priority
    if priority is None:
        priority = production.priority - 1
        if is_number_token(production.priority):
            mistakes.note(
                "test_listener.priority must be given with a production priority that is a token, got None",
                "the rule for test traffic has to come first",
                rule="NL11",
            )
        elif priority == 0:
            mistakes.note(
                "production_listener.priority must be 2 or more with a TestHeader, got 1",
                "the rule for test traffic has to come first",
                rule="NL11",
            )
    return _Rule(priority=priority, conditions=production.conditions, header=header)


def check_header(mistakes: Mistakes, argument: str, header: TestHeader) -> None:
    """Check name and value of a header."""
    for field, pattern, allowed in (
        ("name", _HEADER_NAME, "the name of a header other than Host, of at most 40 characters"),
        ("value", _HEADER_VALUE, "a text of 1 to 128 characters"),
    ):
        given = getattr(header, field)
        if given is None:
            mistakes.refuse(f"{argument}.{field}", given, allowed)
        mistakes.text(f"{argument}.{field}", given, pattern, allowed)
