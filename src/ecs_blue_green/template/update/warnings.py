"""What may go wrong with an update, and what its prediction assumes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ..colour import Colour
from ..model import TRANSFORM
from ..native_facts import STRATEGY_BLOCKS
from ..native_model import services_of
from ..values import dig, text
from .comparison import Comparison, hook_and_transform
from .parameters import is_from_ssm
from .prediction import Change, Prediction, ids, listed, top_name, verb
from .replacement import CONTRADICTED
from .routes import production_routes

_METADATA = "AWS::CDK::Metadata"
_SWITCH = (
    "CloudFormation makes a blue task set, points the listeners back at blue and deletes the green task set (inferred: "
    "Q13). If the service waits for the listeners, they switch before the blue tasks run: an outage (reported: Q14). "
    "In the update mode in-place, the service does not wait for them."
)


def warnings_of(update: Comparison, live: Colour | None) -> list[str]:
    """List what to know beside the outcome, as sentences.

    Args:
        update: The update.
        live: Which colour's task set the stack runs; None if that isn't known.
    """
    checks: Sequence[Callable[[Comparison], Iterator[str]]] = [_renamed]
    if update.runs_hook:
        checks = [*checks, _metadata, _unseen, _ignored, _outputs]
    if all(hook_and_transform(update.old.template)) and live != "blue":
        beware = [_switched_off, _listeners] if live is None else [_switched_off_from_green, _listeners_from_green]
        checks = [*beware, *checks]
    checks = [
        *checks,
        _kept_on,
        _rolling,
        _tagged_rules,
        _contradicted,
        _stage,
        _unknown_values,
        _systems_manager,
        _transforms,
    ]
    return [warning for check in checks for warning in check(update)]


def _switched_off(update: Comparison) -> Iterator[str]:
    if update.switches_off:
        yield f"Look first which colour is live. With green live, {_SWITCH}"


def _switched_off_from_green(update: Comparison) -> Iterator[str]:
    if update.switches_off:
        yield (
            f"Green is live (inferred: Q6). So {_SWITCH} It is better to deploy blue/green once more first, so that "
            "blue is live."
        )


def _listeners(update: Comparison) -> Iterator[str]:
    if changed := _changed_listeners(update):
        yield (
            f"A change of {ids(changed)} writes the template's weights back, which send traffic to blue: don't make it "
            "while green is live (inferred from Q9)."
        )


def _listeners_from_green(update: Comparison) -> Iterator[str]:
    if changed := _changed_listeners(update):
        yield (
            f"Green is live (inferred: Q6). A change of {ids(changed)} writes the template's weights back, which send "
            "traffic to blue, where no task runs: an outage (inferred from Q9). Deploy blue/green once more first, so "
            "that blue is live."
        )


def _changed_listeners(update: Comparison) -> list[Change]:
    routes = {id for deployment in update.old.template.deployments for id in deployment.routes.values()}
    return [
        change
        for change in update.changes
        if change.logical_id in routes and any(part.attribute == "Properties" for part in change.properties)
    ]


def _renamed(update: Comparison) -> Iterator[str]:
    for change in update.changes:
        if change.action == "rename":
            yield (
                f"{change.previous_id} gets the logical id {change.logical_id}, which makes it another resource: "
                "CloudFormation creates it, and deletes the former one with all that is in it. With a physical name of "
                "its own it can't be created, for the former one still has that name (documented: U7)."
            )


def _metadata(update: Comparison) -> Iterator[str]:
    if changed := [change for change in update.changes if change.type == _METADATA]:
        yield (
            f"{ids(changed)} {verb(changed, 'changes', 'change')} with every version of CDK: set analytics_reporting="
            f"False on the stack, and {verb(changed, 'it goes', 'they go')} for good (reported: P2)."
        )


def _kept_on(update: Comparison) -> Iterator[str]:
    for change in update.changes:
        if change.logical_id not in update.old.native_services or change.action != "modify":
            continue
        configuration = update.new.evaluate(update.new.template.resources[change.logical_id].properties).get(
            "DeploymentConfiguration"
        )
        strategy = text(dig(configuration, "Strategy"))
        # The block of a strategy goes with the strategy: beside another one it isn't valid (NS16).
        with_it = {
            f"DeploymentConfiguration.{block}" for name, block in STRATEGY_BLOCKS.items() if strategy not in {"", name}
        }
        gone = [
            part.path
            for part in change.properties
            if part.new is None
            and top_name(part) == "DeploymentConfiguration"
            and "[" not in part.path
            and part.path not in with_it
        ]
        if gone:
            yield (
                f"{listed(gone)} {verb(gone, 'goes', 'go')} from the template of {change.logical_id}, which turns "
                "nothing off: the service keeps what it has (reported: NE2). Write out what is to be off, such as an "
                "empty list of LifecycleHooks, or Alarms with Enable false."
            )


def _tagged_rules(update: Comparison) -> Iterator[str]:
    routes = {route for service in update.old.native_services.values() for route in production_routes(service)}
    tagged = [
        change
        for change in update.changes
        if change.logical_id in routes
        and change.action == "modify"
        and {top_name(part) for part in change.properties if part.attribute == "Properties"} == {"Tags"}
    ]
    if tagged:
        yield (
            f"Whether a change of the tags of {ids(tagged)} also writes {verb(tagged, 'its', 'their')} weights is not "
            "known (NE11): with green live, that would send production traffic to a target group without tasks."
        )


def _rolling(update: Comparison) -> Iterator[str]:
    """Warn of services with two target groups whose strategy is ROLLING, as on the way to or from another one."""
    native = {**update.old.native_services, **update.new.native_services}
    for service in services_of(update.new.template):
        if service.id in native or not service.is_ready:
            continue
        concerned = {service.id, *production_routes(service.resource)}
        changed = [change for change in update.changes if concerned & {change.logical_id, change.previous_id}]
        if changed:
            yield (
                f"{service.id} has two target groups, and its strategy is not known to be one that moves traffic. If "
                f"the alternate one is live, a change of {ids(changed)} may send production traffic to a target group "
                "without tasks (inferred: NL7; reported: NE3). Look at the weights of its listener rule first."
            )


def _unseen(update: Comparison) -> Iterator[str]:
    causes = {
        cause
        for change in update.replaced
        for part in change.properties
        if part.replacement == "always"
        for cause in part.causes
    }
    if causes and all(cause.kind != "template" for cause in causes):
        because = ", ".join(sorted(str(cause) for cause in causes if cause.name not in update.application))
        yield (
            f"A replacement of {ids(update.replaced)}, whose text in the template stays the same: {because}. The hook "
            "may not see that, and the running tasks would be replaced in place (inferred from P3)."
        )


def _ignored(update: Comparison) -> Iterator[str]:
    reworded = [id for id in update.other_words if id not in update.application]
    for what, rule in ((update.ignored_attributes, "U2"), (listed(reworded), "U3")):
        if what and update.replaced:
            yield (
                f"CloudFormation ignores what is different in {what} (reported: {rule}). Whether the hook sees it, and "
                "refuses the update, is not known."
            )


def _outputs(update: Comparison) -> Iterator[str]:
    if update.outputs and update.replaced:
        yield (
            f"Outputs change as well: {listed(update.outputs)}. AWS says that outputs are not supported beside the "
            "hook (documented and contradicted: L7)."
        )


def _stage(update: Comparison) -> Iterator[str]:
    green = {
        id
        for side in (update.old, update.new)
        for deployment in side.template.deployments
        for name in ("TaskDefinitions", "TaskSets")
        for id in deployment.ids(name)[1:]
    }
    if found := [id for id in update.old.template.resources if id in green]:
        yield (
            f"The deployed template defines {listed(found)}, which only the transform makes (Q7). Compare with the "
            "template as it was submitted: the stage Original of GetTemplate."
        )


def of_defaults(names: Sequence[str], kept: Prediction, taken: Prediction) -> str:
    """Say what comes of new defaults.

    Args:
        names: Names of the parameters with a new default.
        kept: What is predicted if the parameters keep their values.
        taken: What is predicted if they take the new defaults.
    """
    more = [change for change in taken.changes if change not in kept.changes]
    if taken.outcome != kept.outcome:
        then = f"the outcome would be {taken.outcome}"
    else:
        then = f"{ids(more)} would change in another way" if more else "the same would change"
    return (
        f"The {verb(names, 'default', 'defaults')} of {listed(names)} {verb(names, 'changes', 'change')}. `cdk deploy` "
        f"and `aws cloudformation deploy` keep the deployed {verb(names, 'value', 'values')}. An UpdateStack without "
        f"{verb(names, 'it', 'them')} takes the new {verb(names, 'default', 'defaults')} (documented: U6). Then {then}."
    )


def _contradicted(update: Comparison) -> Iterator[str]:
    for change in update.changes:
        names = {top_name(part) for part in change.properties if part.attribute == "Properties"}
        found = sorted(name for name in names if f"{change.type}.{name}" in CONTRADICTED)
        if not found:
            continue
        fixed = update.new.template.resources[change.logical_id].properties.get(
            f"{change.type.rpartition('::')[2]}Name"
        )
        fails = ", and then fails, for the former one still has its name" if fixed is not None else ""
        yield (
            f"A change of {listed(found)} may replace {change.logical_id}{fails}: AWS's documentation speaks of "
            "a replacement, AWS's schemas of none (documented and contradicted)."
        )


def _unknown_values(update: Comparison) -> Iterator[str]:
    old, new = update.old, update.new
    declared = old.template.section("Parameters")
    if found := [name for name in new.scope.parameters if name in declared and name not in old.scope.parameters]:
        yield (
            f"Whether {listed(found)} {verb(found, 'gets another value', 'get other values')} is not known: what is "
            "deployed is hidden, or was not given."
        )


def _systems_manager(update: Comparison) -> Iterator[str]:
    template = update.new.template
    given = [name for name in template.section("Parameters") if is_from_ssm(template, name)]
    used = {name for resource in template.resources.values() for name in resource.dependencies} if given else set()
    found = [name for name in given if name in used]
    if found and (update.changes or update.outputs):
        yield (
            f"CloudFormation reads {listed(found)} from Systems Manager when the update begins. It is assumed that "
            "nothing has changed there since the last update."
        )


def _transforms(update: Comparison) -> Iterator[str]:
    found = {name for side in (update.old, update.new) for name in side.template.transforms} - {TRANSFORM, ""}
    if found:
        yield (
            f"What the {verb(found, 'transform', 'transforms')} {listed(sorted(found))} "
            f"{verb(found, 'makes', 'make')} of the templates is not looked at (L22)."
        )
