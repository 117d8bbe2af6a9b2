"""What is predicted for one or several stacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ...template.update import LiveWeights, Outcome, Prediction, predict
from ...template.values import mapping, same
from ..templates import TemplateFile, UnreadableError
from .pairs import Pair, pairs_folders, read_pairs

if TYPE_CHECKING:
    from ...template.losses import Loss
    from ..aws.stack import Stack

# Of several stacks, the outcome that comes first here counts.
_GRAVEST: Sequence[Outcome] = (
    "outage",
    "refused",
    "unknown",
    "green-deployment",
    "native-deployment",
    "in-place-update",
    "no-change",
)
# What is known of a stack itself; AWS::NoValue is none of it.
PSEUDO_PARAMETERS = {
    f"AWS::{name}"
    for name in ("AccountId", "NotificationARNs", "Partition", "Region", "StackId", "StackName", "URLSuffix")
}
_EXIT_CODES: Mapping[Outcome, int] = {"outage": 1, "refused": 1, "unknown": 2}


@dataclass(frozen=True, kw_only=True, slots=True)
class StackPrediction:
    """What is predicted for a stack.

    Attributes:
        name: What the stack is called: its name, or the new template's path.
        templates: The deployed and the new template.
        prediction: The prediction.
        stack: The stack in its account; None where only templates were compared.
        losses: What the transform loses of the new template; None where no change set tells that.
        live_weights: Where the stack's production traffic goes, as far as ECS itself moves it.
    """

    name: str
    templates: Pair
    prediction: Prediction
    stack: Stack | None = None
    losses: Sequence[Loss] | None = None
    live_weights: LiveWeights = field(default_factory=dict)

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing changes, and the templates say the same."""
        return self.prediction.outcome == "no-change" and same(
            self.templates.deployed.content, self.templates.new.content
        )

    def construct_path(self, id: str) -> str:
        """Give CDK's construct path of a logical id; empty if it is not known."""
        return self.templates.new.construct_paths.get(id) or self.templates.deployed.construct_paths.get(id, "")

    @property
    def summary(self) -> str:
        """What is known of the stack, in a line; empty without one."""
        return self.stack.summary(live_weights(self.live_weights)) if self.stack else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Predictions:
    """What is predicted for all stacks.

    Attributes:
        stacks: What is predicted for each, one or more.
        of_folders: Whether the stacks of two folders are compared.
        notes: Sentences about what is not predicted.
        problems: Sentences about what went wrong besides.
    """

    stacks: Sequence[StackPrediction]
    of_folders: bool = False
    notes: Sequence[str] = ()
    problems: Sequence[str] = ()

    @property
    def unchanged(self) -> list[StackPrediction]:
        """The stacks of folders that do not change: for people these are counted, and no more is said of them."""
        return [one for one in self.stacks if self.of_folders and one.is_unchanged]

    @property
    def others(self) -> list[StackPrediction]:
        """All stacks but these."""
        return [one for one in self.stacks if not (self.of_folders and one.is_unchanged)]

    @property
    def outcome(self) -> Outcome:
        """The gravest outcome."""
        return min((one.prediction.outcome for one in self.stacks), key=_GRAVEST.index)

    @property
    def exit_code(self) -> int:
        """How the command ends, unless there are problems."""
        return _EXIT_CODES.get(self.outcome, 0)


def live_weights(weights: LiveWeights) -> str:
    """Say where production traffic goes; empty if that is not known."""
    return "; ".join(
        f"{route} sends {' and '.join(f'{share:g} % to {group}' for group, share in shares.items() if share)}"
        for route, shares in weights.items()
        if any(shares.values())
    )


def compare(
    deployed: str,
    new: str,
    chosen: str | None,
    stack: Mapping[str, str],
    given: Mapping[str, str],
    *,
    stack_tags: Mapping[str, str],
    given_tags: Mapping[str, str],
    lint: bool,
) -> Predictions:
    """Predict updates from templates alone.

    Args:
        deployed: A template file, a cdk.out folder, or ``-`` for standard input.
        new: Likewise.
        chosen: Name of the stack or of the template file to take from a folder; None for all.
        stack: The stack's parameters, as far as known, by name.
        given: The parameters that the update sets, by name.
        stack_tags: The stack's tags, if they are given.
        given_tags: The tags that the update sets, if they are given.
        lint: Whether the findings of `lint` count.

    Raises:
        UnreadableError: If something can't be read, or it can't be told what belongs together.
    """
    pairs, alone = read_pairs(deployed, new, chosen)
    check_declared(stack, [pair.deployed for pair in pairs])
    check_declared(given, [pair.new for pair in pairs])
    predictions = []
    for pair in pairs:
        old_tags, new_tags, warning = _known_tags(pair, stack_tags, given_tags)
        prediction = predict(
            pair.deployed.content,
            pair.new.content,
            deployed_parameters={**_pseudo_parameters(pair), **stack},
            new_parameters=given,
            deployed_tags=old_tags,
            new_tags=new_tags,
            lint=lint,
        )
        if warning:
            prediction = replace(prediction, warnings=(*prediction.warnings, warning))
        predictions.append(StackPrediction(name=pair.new.path, templates=pair, prediction=prediction))
    return Predictions(stacks=predictions, of_folders=pairs_folders(deployed, new, chosen), notes=alone)


def _known_tags(
    pair: Pair, stack: Mapping[str, str], given: Mapping[str, str]
) -> tuple[Mapping[str, str] | None, Mapping[str, str] | None, str]:
    """Give the tags before and after the update, as far as they are known, and what is assumed of them."""
    old, new = stack or pair.deployed.tags, given or pair.new.tags
    if old is None and given:
        return {}, new, "It is assumed that the stack has no tags until now: --deployed-tag NAME=VALUE gives them."
    if old is None and new:
        warning = (
            "The new stack has tags, and those of the deployed one are not known: --deployed-tag NAME=VALUE gives "
            "them. It is assumed that they don't change."
        )
        return None, None, warning
    return old, new, ""


def _pseudo_parameters(pair: Pair) -> dict[str, str]:
    """Give the pseudo parameters that the cloud assemblies tell of both templates, or of one, where they agree."""
    old, new = pair.deployed.pseudo_parameters, pair.new.pseudo_parameters
    return {name: value for name, value in (old | new).items() if old.get(name, value) == value}


def check_declared(given: Iterable[str], templates: Sequence[TemplateFile]) -> None:
    """Refuse parameters that no template has, pseudo parameters aside.

    Args:
        given: Names of parameters.
        templates: The templates.

    Raises:
        UnreadableError: If none has a parameter of such a name.
    """
    declared = {name for template in templates for name in mapping(template.content.get("Parameters"))}
    unknown = [name for name in given if name not in declared | PSEUDO_PARAMETERS]
    if unknown:
        known = ", ".join(sorted(declared)) or "none"
        raise UnreadableError(templates[0].path, f"has no parameter {unknown[0]}; its parameters: {known}")
