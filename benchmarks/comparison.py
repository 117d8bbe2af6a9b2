"""Turns rounds of samples into rows: both sides' costs, their ratio, and the target for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import linear_regression, median

from benchmarks.process import Sample

# The same for ECS's own deployments, of which CDK's L2 by hand takes much less than the hook does.
NATIVE_TARGETS = {"wall": 1.0, "memory": 1.0, "stack_round_trips": 0.8}

# One round: the number of services -> the sample by hand and the one through the library. The two
# ran right after each other, so that a busy spell of the machine hits both.
Round = Mapping[int, tuple[Sample, Sample]]

# What one side cost in one round: the number of services -> seconds, MiB or round trips.
Costs = Mapping[int, float]

# Field of Sample -> what it is called, and the highest ratio that is fine.
MEASURES: dict[str, tuple[str, float | None]] = {
    "wall": ("wall time, s", 1.0),
    "cpu": ("CPU time, s", None),
    "memory": ("peak memory, MiB", 1.0),
    "stack_round_trips": ("jsii round trips", 0.78),
    "round_trips": ("... App and synth too", None),
}


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        group: The heading that the row stands under.
        label: What is compared, with its unit.
        by_hand: Median over the rounds, by hand.
        library: Median over the rounds, through the library.
        ratio: Median of the rounds' ratios, library to by hand; None where the library's own
            number is what the target is about.
        best: The same from the lowest cost that each side ever had.
        target: What ``ratio`` may be at most; None for a row that only informs.
    """

    group: str
    label: str
    by_hand: float
    library: float
    ratio: float | None
    best: float
    target: float | None

    @property
    def verdict(self) -> str:
        """``ok``, ``over``, or nothing where there is no target."""
        if self.target is None:
            return ""
        judged = self.library if self.ratio is None else self.ratio
        return "ok" if judged <= self.target else "over"


def compare(rounds: Sequence[Round]) -> list[Row]:
    """Makes the rows about whole apps, one more service, and growth.

    Args:
        rounds: At least one; all with the same numbers of services.

    Returns:
        The rows, in the order of the table.
    """
    sizes = sorted(rounds[0])
    rows = [row for size in sizes for row in compare_apps(rounds, size)]
    if len(sizes) > 1:
        group = f"one more service ({sizes[0]} to {sizes[-1]})"
        for field, target in (("wall", 0.85), ("cpu", None), ("stack_round_trips", None)):
            rows.append(_compare(rounds, field, group, one_more_service, target))
    # Over fewer sizes the stretches are too short to tell growth from noise.
    if len(sizes) > 3:
        first, middle, last = sizes[0], sizes[-2], sizes[-1]
        group = f"growth: a service from {middle} to {last} / from {first} to {middle}"
        rows += [_growth(rounds, field, group, 1.1) for field in ("wall", "cpu")]
    return rows


def compare_apps(
    rounds: Sequence[Round], size: int, note: str = "", targets: Mapping[str, float] | None = None
) -> list[Row]:
    """Makes the rows about the whole process that synthesizes an app.

    Args:
        rounds: At least one.
        size: The number of services in the app.
        note: What is special about the app or its synthesis; such rows have no target but those given.
        targets: The highest ratios that are fine, by field of Sample. Left out: those of MEASURES, if there is no note.

    Returns:
        One row for each measure.
    """
    group = "1 service" if size == 1 else f"{size} services"
    if targets is None:
        targets = {field: most for field, (_, most) in MEASURES.items() if most is not None and not note}
    return [_compare(rounds, field, group + note, lambda costs: costs[size], targets.get(field)) for field in MEASURES]


def one_more_service(costs: Costs) -> float:
    """Tells what one more service in an app costs: the slope of the line through all sizes."""
    return linear_regression(list(costs), list(costs.values())).slope


def growth(costs: Costs) -> float:
    """Tells what a service costs in the last stretch of sizes, relative to all before it."""
    first, *_, middle, last = sorted(costs)
    late = (costs[last] - costs[middle]) / (last - middle)
    return late / ((costs[middle] - costs[first]) / (middle - first))


def _compare(
    rounds: Sequence[Round],
    field: str,
    group: str,
    cost: Callable[[Costs], float],
    target: float | None,
) -> Row:
    by_hand, library = _costs(rounds, field)
    pairs = [(cost(hand), cost(lib)) for hand, lib in zip(by_hand, library, strict=True)]
    return Row(
        group=group,
        label=MEASURES[field][0],
        by_hand=median(hand for hand, _ in pairs),
        library=median(lib for _, lib in pairs),
        ratio=median(lib / hand for hand, lib in pairs),
        best=cost(_lowest(library)) / cost(_lowest(by_hand)),
        target=target,
    )


def _growth(rounds: Sequence[Round], field: str, group: str, target: float) -> Row:
    by_hand, library = _costs(rounds, field)
    return Row(
        group=group,
        label=MEASURES[field][0].partition(",")[0],
        by_hand=median(map(growth, by_hand)),
        library=median(map(growth, library)),
        ratio=None,
        best=growth(_lowest(library)),
        target=target,
    )


def _costs(rounds: Sequence[Round], field: str) -> tuple[list[Costs], list[Costs]]:
    """Picks one measure out of the samples: a list of rounds for each side."""
    by_hand: list[Costs] = []
    library: list[Costs] = []
    for each in rounds:
        by_hand.append({size: getattr(hand, field) for size, (hand, _) in each.items()})
        library.append({size: getattr(lib, field) for size, (_, lib) in each.items()})
    return by_hand, library


def _lowest(rounds: Sequence[Costs]) -> Costs:
    """Takes each size's lowest cost of all rounds."""
    return {size: min(each[size] for each in rounds) for size in rounds[0]}
