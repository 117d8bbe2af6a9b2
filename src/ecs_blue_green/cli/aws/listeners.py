"""Who gets the traffic of a listener, by the listener itself or by a template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ...template.values import dig, integer, mapping, sequence

if TYPE_CHECKING:
    from types_boto3_elbv2.client import ElasticLoadBalancingv2Client

_RULE = ":listener-rule/"  # in the ARN of a listener's rule; that of a listener lacks it


def read_weights(
    elbv2: ElasticLoadBalancingv2Client, listeners: Mapping[str, str], target_groups: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    """Read what percent of each listener's requests each colour gets.

    Args:
        elbv2: Elastic Load Balancing.
        listeners: What to call the listeners, or the rules, by ARN.
        target_groups: The colours of the target groups, by ARN.
    """
    actions = read_actions(elbv2, listeners)
    found = {listeners[arn]: weights_of(given, target_groups) for arn, given in actions.items()}
    return dict(sorted(found.items()))


def read_actions(elbv2: ElasticLoadBalancingv2Client, arns: Iterable[str]) -> dict[str, list[Any]]:
    """Read what rules of listeners do with a request, and what listeners do by themselves; by ARN.

    Args:
        elbv2: Elastic Load Balancing.
        arns: Those of rules and of listeners.
    """
    given = [*arns]
    rules = [arn for arn in given if _RULE in arn]
    listeners = [arn for arn in given if _RULE not in arn]
    found = {}
    if rules:
        for rule in elbv2.describe_rules(RuleArns=rules).get("Rules", []):
            found[rule.get("RuleArn", "")] = sequence(rule.get("Actions"))
    if listeners:
        for listener in elbv2.describe_listeners(ListenerArns=listeners).get("Listeners", []):
            found[listener.get("ListenerArn", "")] = sequence(listener.get("DefaultActions"))
    return {arn: actions for arn, actions in found.items() if arn in given}


def weights_of(actions: list[Any], colours: Mapping[str, str]) -> dict[str, float]:
    """Tell what percent of the requests each colour gets.

    Args:
        actions: The actions of a listener, or of a rule, as the template or the API has them.
        colours: The colours of target groups; of a template, by ``Ref:`` and the logical id.

    Returns:
        Nothing of a colour that the actions do not name; one that they name may have 0 (rule Q9).
    """
    given = [mapping(action) for action in actions]
    groups = [group for action in given for group in sequence(dig(action, "ForwardConfig", "TargetGroups"))]
    if not groups:  # an action that names one target group only
        groups = [action for action in given if "TargetGroupArn" in action]
    weights: dict[str, int] = {}
    for group in groups:
        arn = dig(group, "TargetGroupArn")
        colour = colours.get(arn if isinstance(arn, str) else f"Ref:{dig(arn, 'Ref')}")
        if colour:
            weight = integer(dig(group, "Weight"))
            weights[colour] = 1 if weight is None else weight
    total = sum(weights.values()) or 1
    return {colour: _percent(weight, total) for colour, weight in sorted(weights.items())}


def _percent(weight: int, total: int) -> float:
    """Round to tenths; a little of the traffic is not nothing, and nearly all of it is not all."""
    if weight in (0, total):
        return 100 if weight else 0
    percent = min(max(round(weight * 100 / total, 1), 0.1), 99.9)
    return int(percent) if percent.is_integer() else percent
