"""Whether the next update of a service is blue/green, or made in place for once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from weakref import WeakKeyDictionary

import jsii
from aws_cdk import Annotations
from constructs import Construct, IConstruct, IValidation

from ..checks.mistakes import Mistakes

CONTEXT_KEY = "ecs-blue-green:update-mode"


class UpdateMode(Enum):
    """How CloudFormation updates a service.

    Attributes:
        BLUE_GREEN: With transform and hook: a new task definition or task set is deployed blue/green, and nothing else
            may change beside it (rule L3).
        IN_PLACE: Without transform and hook, for one deployment that changes infrastructure. No logical id moves.
    """

    BLUE_GREEN = "blue-green"
    IN_PLACE = "in-place"


def chosen_update_mode(
    mistakes: Mistakes, given: UpdateMode | None, *, app: IConstruct | None, scope: Construct, id: str
) -> UpdateMode:
    """Check the update mode, and tell which one it is: as given, or as the app's context has it."""
    if given is not None:
        allowed = "UpdateMode.BLUE_GREEN or UpdateMode.IN_PLACE"
        return given if mistakes.instance("update_mode", given, UpdateMode, allowed) else UpdateMode.BLUE_GREEN
    context = _context(app) if app else _Context()
    if context.invalid:
        mistakes.note(
            f"update_mode must be {_ALLOWED} in the context, got {context.invalid!r} as {CONTEXT_KEY}",
            f"for one deployment in place: cdk deploy -c {CONTEXT_KEY}=in-place",
        )
    # A path costs two round trips.
    is_named = context.paths and f"{scope.node.path}/{id}" in context.paths
    return UpdateMode.IN_PLACE if context.all_in_place or is_named else UpdateMode.BLUE_GREEN


def warn_in_place(service: Construct) -> None:
    """Say what is not known of an update in place."""
    Annotations.of(service).add_warning_v2("ecs-blue-green:update-mode-in-place", _WARNING)


_WARNING = (
    "this template updates the service in place, without CodeDeploy. There are no tests, no gradual shift of traffic "
    "and no green tasks to go back to. If green is live, CloudFormation makes a new blue task set and sends all "
    "traffic to it (inferred). Users reported an outage where the listeners moved before that task set was up. In this "
    "template the listeners wait for it, which nobody is known to have tested with this library. A new stack can't be "
    "created this way (reported). Before you go on, deploy blue/green until blue is live. Change no image now. "
    "Afterwards deploy without this mode. The steps are in docs/update-mode.md (rules L33, Q13, Q14, Q15)"
)
_ALLOWED = "'in-place', 'blue-green', or 'in-place:' with construct paths, separated by commas"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Context:
    """What the context says of update modes.

    Attributes:
        all_in_place: Whether it names all services.
        paths: The services that it names one by one.
        invalid: What it says, if that makes no sense; None otherwise.
    """

    all_in_place: bool = False
    paths: Sequence[str] = ()
    invalid: object = None


# An app's context can't change once it has a child.
_CONTEXTS: WeakKeyDictionary[IConstruct, _Context] = WeakKeyDictionary()


def _context(app: IConstruct) -> _Context:
    if app not in _CONTEXTS:
        _CONTEXTS[app] = context = _read(app.node.try_get_context(CONTEXT_KEY))
        if context.paths:
            app.node.add_validation(_PathsExist(app, context.paths))
    return _CONTEXTS[app]


def _read(value: object) -> _Context:
    if value in (None, UpdateMode.BLUE_GREEN.value):
        return _Context()
    if value == UpdateMode.IN_PLACE.value:
        return _Context(all_in_place=True)
    mode, _, paths = value.partition(":") if isinstance(value, str) else ("", "", "")
    named = [path.strip() for path in paths.split(",")]
    if mode == UpdateMode.IN_PLACE.value and all(named):
        return _Context(paths=named)
    return _Context(invalid=value)


@jsii.implements(IValidation)
class _PathsExist:
    """Refuses an app whose context names a service that there isn't, as its update would then be blue/green."""

    def __init__(self, app: IConstruct, paths: Sequence[str]) -> None:
        self._app = app
        self._paths = paths

    def validate(self) -> list[str]:
        return [
            f"the context {CONTEXT_KEY} names {path!r}, and there is no construct of that path; "
            "give the path of an EcsBlueGreenService, such as Shop/Web"
            for path in self._paths
            if not self._exists(path)
        ]

    def _exists(self, path: str) -> bool:
        construct: IConstruct | None = self._app
        for id in path.split("/"):
            construct = construct and construct.node.try_find_child(id)
        return construct is not None
