"""What a person sees of a deployment on a terminal, whichever engine it is by."""

from dataclasses import replace
from io import StringIO

import pytest

from ecs_blue_green.cli.console import Screen
from ecs_blue_green.cli.deployment.live import LiveView, show, view
from ecs_blue_green.cli.deployment.state import Health, State
from ecs_blue_green.cli.deployment.watching import End
from tests.cli.deployment.fakes import FULL, alarm, at, event, state, task_set
from tests.cli.terminal import COLUMNS, screens


def console(width: int = COLUMNS) -> Screen:
    return Screen(file=StringIO(), force_terminal=True, width=width, highlight=False, legacy_windows=False)


def screen(to: Screen) -> str:
    assert isinstance(to.file, StringIO)
    return screens(to.file.getvalue())[-1]


def seen(
    state: State, *, reasons: tuple[str, ...] = (), notice: str = "", width: int = COLUMNS, encoding: str = "utf-8"
) -> list[str]:
    to = console(width)
    options = to.options.update()
    options.encoding = encoding
    to.print(view(state, options, reasons=reasons, notice=notice))
    return screen(to).splitlines()


def test_view_has_all_that_is_known() -> None:
    assert seen(FULL, reasons=("it was slow",), notice="no answer") == [
        "Shop  UPDATE_IN_PROGRESS for 6 min  ECS sd-1: IN_PROGRESS  12:06:00 UTC",
        "",
        "████████████████████████░░░░░░░░░░░░░░░░  4 min left",
        "in 2 min: both revisions run",
        "",
        "       task set  running         healthy  production  test  task definition",
        "blue   primary   2/2             2/2            70 %   0 %  shop:blue",
        "green  active    1/2, 1 pending  1/2            30 %   0 %  shop:green shop:2",
        "",
        "✓ SCALE_UP  1 min",
        "▸ SHIFT  6 min",
        "",
        "OK     Errors  rollback trigger",
        "ALARM  Latency  alarm, no rollback trigger",
        "",
        "target health: no permission: me lacks it",
        "",
        "it was slow",
        "",
        "no answer",
    ]


def test_view_on_a_narrow_terminal_has_sentences_in_place_of_the_table() -> None:
    text = seen(FULL, width=40)
    assert "task definition" not in "\n".join(text)
    assert "production traffic: blue 70 %, green 30" in text
    assert "blue targets: 2 of 2 healthy" in text
    assert "green tasks: 1 running, 1 pending of 2" in text
    assert max(map(len, text)) <= 40


def test_view_of_what_rests_says_nothing_of_how_long() -> None:
    assert seen(state("UPDATE_COMPLETE", 9)) == ["Shop  UPDATE_COMPLETE  12:09:00 UTC"]


def test_view_of_few_characters_has_no_others() -> None:
    text = "\n".join(seen(FULL, encoding="ascii"))
    assert text.isascii()
    assert "########################................  4 min left" in text


def test_bar_tells_what_is_now_when_time_alone_brings_nothing() -> None:
    assert FULL.progress
    assert "now: 30 % moves" in seen(replace(FULL, progress=replace(FULL.progress, next=None)))


def test_bar_tells_how_long_it_will_take_before_traffic_moves() -> None:
    assert FULL.progress
    before = replace(FULL.progress, done=at(0) - at(0), step=None, next=None)
    assert seen(replace(FULL, progress=before))[2].endswith("░  10 min once traffic moves")


def test_events_that_wait_are_left_out_and_one_that_never_ended_has_no_duration() -> None:
    assert FULL.deployment
    events = (event("A", "Pending"), event("B", "Skipped"), event("C", "Failed"), event("D", "Odd", ended=2))
    over = replace(FULL, status="UPDATE_ROLLBACK_COMPLETE", deployment=replace(FULL.deployment, events=events))
    assert [line for line in seen(over) if line[:1] in "✓✗▸?" and line] == ["✗ C", "? D  2 min"]


def test_reason_of_an_alarm_is_shown_when_it_went_off() -> None:
    alarms = tuple(
        replace(alarm(name, state), reason=f"{name} says") for name, state in (("calm", "OK"), ("hot", "ALARM"))
    )
    assert seen(state(alarms=alarms))[-2:] == [
        "OK     calm  rollback trigger",
        "ALARM  hot  rollback trigger  hot says",
    ]


@pytest.mark.parametrize("dangerous", ["\x1b[2J", "two\nlines"])
def test_nothing_that_aws_says_moves_the_cursor(dangerous: str) -> None:
    given = state(missing={"alarms": dangerous})
    assert seen(given, reasons=(dangerous,), notice=dangerous)[-1] == dangerous.encode("unicode_escape").decode()


def test_live_view_keeps_reasons_until_the_end_and_notices_until_the_next_look() -> None:
    to = console()
    with LiveView(to) as live:
        live.notice("not shown: nothing is known yet")
        live.state(FULL)
        live.reasons(["it was slow"])
        live.notice("no answer")
        assert screen(to).splitlines()[-3:] == ["it was slow", "", "no answer"]
        live.state(FULL)
        assert screen(to).splitlines()[-1] == "it was slow"
        live.end(End(result="rolled back", message="Rolled back.", reasons=("it was slow",)))
    assert screen(to).endswith("\n\nRolled back.\n  it was slow")
    assert screen(to).count("it was slow") == 1


def test_operation_that_ended_while_another_began_stays_above_the_view() -> None:
    to = console()
    ended = [
        End(result="rolled back", message="Rolled back: stack Shop was X.", reasons=("it was slow",)),
        End(result="deployed", message="Deployed: stack Shop was Y."),
    ]
    with LiveView(to) as live:
        live.state(FULL)
        live.reasons(["it was slow"])
        live.another(ended, "another one is followed")
        live.state(state("UPDATE_IN_PROGRESS", 9))
        live.notice("no answer")
        lines = screen(to).splitlines()
    assert [line for line in lines if line] == [
        "Rolled back: stack Shop was X.",
        "  it was slow",
        "Deployed: stack Shop was Y.",
        "another one is followed",
        "Shop  UPDATE_IN_PROGRESS for 9 min  12:09:00 UTC",
        "no answer",
    ]


def test_targets_without_traffic_are_shown_as_not_yet_used() -> None:
    known = state(task_sets=FULL.task_sets, health={"green": Health(healthy=0, targets=0, unused=2)})
    (green,) = [line for line in seen(known) if line.startswith("green")]
    assert "2 not yet used" in green
    assert "0/0" not in green


def test_both_task_sets_of_one_colour_are_shown() -> None:
    sets = (task_set("blue", "DRAINING", task_definition="shop:1"), task_set("blue", "NOVEL", task_definition="shop:2"))
    text = "\n".join(seen(state(task_sets=sets)))
    assert "draining  2/2" in text
    assert "shop:1" in text
    assert "NOVEL     2/2" in text
    assert "shop:2" in text


def test_status_shows_the_state_the_end_and_the_remarks() -> None:
    to = console()
    show(to, state("UPDATE_COMPLETE"), End(result="deployed", message="Deployed."), ["Mind the gap."])
    assert screen(to).splitlines() == ["Shop  UPDATE_COMPLETE  12:00:00 UTC", "", "Deployed.", "", "Mind the gap."]
