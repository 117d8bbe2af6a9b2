"""Shows a deployment on a terminal, in place, as it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType

from rich.console import ConsoleOptions, Group
from rich.live import Live
from rich.padding import Padding
from rich.table import Table

from ..console import Line, Part, Screen
from .durations import in_short
from .facts import facts, health_in_words, hook_in_words, status_in_words, what_alarm_does
from .state import BLUE, GREEN, PRODUCTION, TEST, BlueGreenDeployment, Health, Progress, State, TaskSet
from .watching import End

_BAR = 40
_NARROWEST_TABLE = 76  # columns; on fewer, sentences are easier to read
_MARKS = {
    "Succeeded": ("✓", "+", "green"),
    "Failed": ("✗", "x", "bold red"),
    "InProgress": ("▸", ">", "bold cyan"),
    "Interrupted": ("■", "#", "yellow"),
}
_HOOKS = {
    "AWAITING_ACTION": ("‖", "=", "bold yellow"),
    "IN_PROGRESS": _MARKS["InProgress"],
    "SUCCEEDED": _MARKS["Succeeded"],
    "FAILED": _MARKS["Failed"],
    "TIMED_OUT": ("✗", "x", "bold yellow"),
}
_ALARMS = {"OK": "green", "ALARM": "bold red"}
_RESTING = {"Pending", "Skipped"}


class LiveView:
    """A view that is drawn again after each look; notices and the end stay below it."""

    def __init__(self, console: Screen) -> None:
        """Begin with nothing on the screen."""
        self._console = console
        self._live = Live(console=console, auto_refresh=False, vertical_overflow="visible")
        self._state: State | None = None
        self._notice = ""
        self._reasons: Sequence[str] = ()

    def __enter__(self) -> LiveView:
        """Begin to draw."""
        self._live.start()
        return self

    def __exit__(
        self, type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last view on the screen."""
        self._live.stop()

    def state(self, state: State) -> None:
        """Draw it; a notice that was about the look before is of no interest any more."""
        self._state, self._notice = state, ""
        self._draw()

    def notice(self, message: str) -> None:
        """Draw it below the state."""
        self._notice = message
        self._draw()

    def reasons(self, reasons: Sequence[str]) -> None:
        """Draw them below the state from now on."""
        self._reasons = reasons
        self._draw()

    def another(self, ended: Sequence[End], message: str) -> None:
        """Leave how those ended above what is drawn from now on, and that there is another."""
        self._reasons = ()
        for end in ended:
            _show_end(self._console, end)
        self._console.show(Line(message, style="yellow"), Line())

    def end(self, end: End) -> None:
        """Draw how it ended, in place of what stood below the state."""
        self._notice, self._reasons = "", ()
        self._draw()
        self._live.stop()
        _show_end(self._console, end)

    def _draw(self) -> None:
        if self._state:
            shown = view(self._state, self._console.options, reasons=self._reasons, notice=self._notice)
            self._live.update(shown, refresh=True)


def show(console: Screen, state: State, end: End, remarks: Iterable[str]) -> None:
    """Show a state once, how it came to be, and what there is to say of it."""
    console.show(view(state, console.options))
    _show_end(console, end)
    for remark in remarks:
        # A word that fits in no line is one to be copied: where a terminal breaks it, it stays in one piece.
        is_long = max(map(len, remark.split()), default=0) > console.width
        console.show(Line(), Line(remark, style="yellow"), soft_wrap=is_long)


def _show_end(console: Screen, end: End) -> None:
    style = {"deployed": "bold green", "running": "bold yellow", "waiting": "bold yellow"}.get(end.result, "bold red")
    console.show(Line(), Line(end.message, style=style))
    for reason in end.reasons:
        console.show(Padding(Line(reason), (0, 0, 0, 2)))


def view(state: State, options: ConsoleOptions, *, reasons: Sequence[str] = (), notice: str = "") -> Part:
    """Compose what is shown of a state, why it rolls back, and what there is to say of the watching itself."""
    is_ascii = options.ascii_only
    parts: list[Part] = [_title(state)]
    if state.progress:
        parts += [Line(), *_bar(state, state.progress, "#." if is_ascii else "█░")]
    if state.task_sets or state.weights:
        parts += [Line(), _colours(state) if options.max_width >= _NARROWEST_TABLE else _colours_in_sentences(state)]
    troubles = [Line(f"{source}: {why}", style="yellow") for source, why in state.missing.items()]
    notices = [Line(notice, style="yellow")] if notice else []
    causes = [Line(reason, style="red") for reason in reasons]
    needs = [Line(need, style="bold yellow") for need in state.needs]
    events = [*_events(state, is_ascii), *_hooks(state, is_ascii)]
    for block in (events, [*_alarms(state)], needs, troubles, causes, notices):
        parts += [Line(), *block] if block else []
    return Group(*parts)


def _title(state: State) -> Line:
    style = "bold red" if "ROLLBACK" in state.status or "FAILED" in state.status else "bold"
    lasts = f" for {in_short(state.at - state.began)}" if state.is_running else ""
    deployment = f"  {_deployment(state.deployment)}" if state.deployment else ""
    return Line(
        (state.stack, "bold underline"),
        "  ",
        (state.status, style),
        lasts,
        (f"{deployment}  {state.at:%H:%M:%S} UTC", "dim"),
    )


def _deployment(deployment: BlueGreenDeployment) -> str:
    strategy = f" {deployment.strategy}" if deployment.strategy else ""
    return f"{deployment.engine}{strategy} {deployment.id}: {deployment.status}"


def _bar(state: State, how_far: Progress, bar: str) -> Iterator[Line]:
    full = round(_BAR * (how_far.done / how_far.total)) if how_far.total else _BAR
    left = f"  {in_short(how_far.left)} left" if how_far.done else f"  {in_short(how_far.total)} once traffic moves"
    yield Line((bar[0] * full, "green"), (bar[1] * (_BAR - full), "dim"), (left, "bold"))
    if how_far.next:
        step, when = how_far.next
        yield Line(f"in {in_short(when - state.at)}: {step.meaning}", style="dim")
    elif how_far.step:
        yield Line(f"now: {how_far.step.meaning}", style="dim")


def _colours(state: State) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    table.add_column("revision" if state.is_live_by_weights else "task set", no_wrap=True)
    table.add_column("running", no_wrap=True)
    table.add_column("healthy", no_wrap=True)
    for listener in (PRODUCTION, TEST):
        table.add_column(listener, justify="right", no_wrap=True)
    table.add_column("task definition", overflow="fold")
    has_colours = bool(state.weights) or any(one.colour for one in state.task_sets)
    others = any(not one.colour for one in state.task_sets)
    for colour in (*((BLUE, GREEN) if has_colours else ()), *(("",) if others else ())):
        sets = [one for one in state.task_sets if one.colour == colour]
        health = state.health.get(colour)
        table.add_row(
            Line(colour, style=f"bold {colour}") if colour else Line("other" if has_colours else "tasks"),
            Group(*([Line(status_in_words(one)) for one in sets] or [Line("-")])),
            Group(*([Line(_tasks(one)) for one in sets] or [Line("-")])),
            Line(_targets(health, state, colour)),
            *(Line(_share(state, listener, colour)) for listener in (PRODUCTION, TEST)),
            Group(*(Line(f"{one.task_definition} {' '.join(one.images)}") for one in sets)),
        )
    return table


def _colours_in_sentences(state: State) -> Group:
    names = ("tasks ", "weights ", "health ")
    return Group(*(Line(sentence) for name, sentence in facts(state).items() if name.startswith(names)))


def _tasks(one: TaskSet) -> str:
    return f"{one.running}/{one.desired}{f', {one.pending} pending' if one.pending else ''}"


def _targets(health: Health | None, state: State, colour: str) -> str:
    if health is None:
        return "-"
    plain = f"{health.healthy}/{health.targets}"
    return health_in_words(health, state, colour) if health.unused or health.others else plain


def _share(state: State, listener: str, colour: str) -> str:
    return f"{state.weights[listener].get(colour, 0)} %" if colour and listener in state.weights else "-"


def _events(state: State, is_ascii: bool) -> Iterator[Line]:
    for event in state.deployment.events if state.deployment else ():
        if event.status in _RESTING:
            continue
        mark, plain, style = _MARKS.get(event.status, ("?", "?", ""))
        ended = event.ended or (state.at if state.is_running else None)
        lasted = f"  {in_short(ended - event.started)}" if event.started and ended else ""
        message = f"  {event.message}" if event.message else ""
        yield Line((plain if is_ascii else mark, style), f" {event.name}", (lasted + message, "dim"))


def _hooks(state: State, is_ascii: bool) -> Iterator[Line]:
    for hook in state.deployment.hooks if state.deployment else ():
        mark, plain, style = _HOOKS.get(hook.status, ("?", "?", ""))
        yield Line((plain if is_ascii else mark, style), f" {hook_in_words(hook)}")
    breaker = state.deployment.circuit_breaker if state.deployment else ""
    if breaker not in {"", "DISABLED"}:
        yield Line(f"circuit breaker: {breaker}", style="bold red" if breaker == "TRIGGERED" else "dim")


def _alarms(state: State) -> Iterator[Line]:
    width = max((len(alarm.state) for alarm in state.alarms), default=0)
    for alarm in state.alarms:
        does = what_alarm_does(alarm, state)
        kind = does if alarm.is_rollback_trigger or alarm.is_of_deployment else f"alarm, {does}"
        reason = f"  {alarm.reason}" if alarm.state == "ALARM" else ""
        yield Line(
            (f"{alarm.state:<{width}}", _ALARMS.get(alarm.state, "yellow")),
            f"  {alarm.name}",
            (f"  {kind}{reason}", "dim"),
        )
