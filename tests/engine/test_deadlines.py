"""Clocks: what pauses, extensions and other limits do to them."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.engine.deadlines import Clock, Limit, due, parse_limit
from tests.engine.clocks import CHINA, NINE_TO_FIVE, SHANGHAI, at, calendars, limits, moments, spans, whole


@given(limits, moments, calendars)
def test_at_its_due_moment_a_clock_has_nothing_left_and_is_not_late(limit, start, calendar):
    clock = Clock.start(limit, start, calendar)
    assert clock.left(start, calendar) == limit.seconds(calendar)
    assert clock.left(clock.due_at, calendar) == 0
    assert not clock.is_late(clock.due_at)
    assert clock.is_late(clock.due_at + timedelta(seconds=1))


@given(limits, moments, calendars, spans)
def test_pause_and_resume_at_once_change_nothing(limit, start, calendar, span):
    clock = Clock.start(limit, start, calendar)
    again = clock.pause(start + span, "等材料", calendar).resume(start + span, calendar)
    assert (again.due_at, again.provisional, again.paused_seconds) == (clock.due_at, clock.provisional, 0)
    assert again.left(start + span, calendar) == clock.left(start + span, calendar)


@given(limits, moments, calendars, spans, spans)
def test_a_pause_moves_due_by_the_time_it_lasted_in_the_limits_own_kind(limit, start, calendar, before, length):
    clock = Clock.start(limit, start, calendar)
    pause, resume = whole(start + before), whole(start + before + length)
    again = clock.pause(pause, "等材料", calendar).resume(resume, calendar)
    counted = calendar.between(max(pause, clock.counts_from), max(resume, clock.counts_from), limit.kind)
    assert calendar.between(clock.due_at, again.due_at, limit.kind) == counted == again.paused_seconds
    assert again.left(resume, calendar) == clock.left(pause, calendar)


@given(limits, moments, spans, st.integers(0, 30), calendars)
def test_due_never_comes_earlier_for_a_later_start_or_a_larger_amount(limit, start, later, more, calendar):
    first = due(limit, start, calendar).at
    assert due(limit, start + later, calendar).at >= first
    assert due(replace(limit, amount=limit.amount + more), start, calendar).at >= first


@given(st.integers(1, 500), moments, st.sampled_from(["work_hour", "workday"]), st.sampled_from(["act", "next_day"]))
def test_working_limits_end_in_working_time(amount, start, unit, starts):
    end = due(Limit(amount, unit, starts), start, CHINA).at.astimezone(SHANGHAI)
    assert CHINA.is_workday(end.date())
    assert any(opening < end.time() <= closing for opening, closing in CHINA.hours)


@given(limits, moments, calendars, st.lists(st.tuples(spans, st.sampled_from(["turn", "extend", "stop"])), max_size=6))
def test_a_clock_comes_back_from_its_text(limit, start, calendar, acts):
    clock, now = Clock.start(limit, start, calendar), start
    for span, act in acts:
        now += span
        if act == "turn":
            clock = clock.pause(now, "等“材料”", calendar) if clock.is_running else clock.resume(now, calendar)
        elif act == "extend":
            clock = clock.extend(limit, calendar)
        else:
            clock = clock.stop(now, calendar)
            break
    text = clock.to_text()
    assert Clock.from_text(text) == clock
    assert Clock.from_text(text).to_text() == text
    assert json.loads(text)["limit"] == str(limit)


def test_a_clocks_text_is_compact_and_canonical():
    clock = Clock.start(parse_limit("5 workdays from next day"), at("2020-09-25T16:40"), CHINA)
    assert clock.to_text() == (
        '{"counts_from":"2020-09-25T16:00:00Z","due_at":"2020-10-09T10:00:00Z","left":126000,'
        '"limit":"5 workdays from next day","started":"2020-09-25T08:40:00Z"}'
    )


@pytest.mark.parametrize(
    "change",
    [
        {"left": "many"},
        {"limit": "P1D"},
        {"started": "yesterday"},
        {"started": "2020-09-25T08:40:00"},
        {"started": None},
        {"colour": "red"},
        {"pauses": True},
        {"pause_reason": 5},
    ],
)
def test_a_text_that_is_no_clock_is_refused(change):
    content = json.loads(Clock.start(parse_limit("1 workday"), at("2020-09-25T16:40"), CHINA).to_text())
    with pytest.raises(ValueError, match="Not a clock"):
        Clock.from_text(json.dumps(content | change))


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "5"])
def test_another_text_is_refused(text):
    with pytest.raises(ValueError, match="Not a clock"):
        Clock.from_text(text)


def test_hold_time_outside_working_hours_costs_nothing():
    """Made on a Sunday evening, four hours, on hold Monday from ten to eleven: Monday at two."""
    clock = Clock.start(parse_limit("4 work_hours"), at("2026-06-14T20:00"), NINE_TO_FIVE)
    clock = clock.pause(at("2026-06-15T10:00"), "等材料", NINE_TO_FIVE).resume(at("2026-06-15T11:00"), NINE_TO_FIVE)
    assert clock.due_at == at("2026-06-15T14:00")
    weekend = Clock.start(parse_limit("4 work_hours"), at("2026-06-12T16:00"), NINE_TO_FIVE)
    paused = weekend.pause(at("2026-06-12T17:00"), "等材料", NINE_TO_FIVE)
    assert paused.resume(at("2026-06-15T09:00"), NINE_TO_FIVE).due_at == weekend.due_at


def test_time_outside_opening_hours_is_not_spent():
    clock = Clock.start(parse_limit("8 work_hours"), at("2026-06-13T10:00"), NINE_TO_FIVE)
    assert 8 * 3600 - clock.left(at("2026-06-15T10:30"), NINE_TO_FIVE) == 1.5 * 3600


def test_a_pause_on_the_acts_own_day_costs_nothing_when_counting_begins_the_next_day():
    clock = Clock.start(parse_limit("5 workdays from next day"), at("2026-06-11T10:00"), CHINA)
    paused = clock.pause(at("2026-06-11T11:00"), "等材料", CHINA)
    assert paused.resume(at("2026-06-11T17:00"), CHINA).due_at == clock.due_at
    assert paused.resume(at("2026-06-12T10:00"), CHINA).due_at == at("2026-06-22T10:00")


def test_a_paused_clock_has_no_due_moment_and_keeps_what_is_left():
    clock = Clock.start(parse_limit("4 work_hours"), at("2026-06-11T09:00"), CHINA)
    paused = clock.pause(at("2026-06-11T10:00"), " 等材料 ", CHINA)
    assert (paused.due_at, paused.pause_reason, paused.pauses) == (None, "等材料", 1)
    assert paused.left(at("2026-07-11T10:00"), CHINA) == 3 * 3600
    assert not paused.is_late(at("2026-07-11T10:00"))


def test_a_clock_paused_when_late_is_late_still():
    clock = Clock.start(parse_limit("1 work_hour"), at("2026-06-11T09:00"), CHINA)
    paused = clock.pause(at("2026-06-11T11:00"), "等材料", CHINA)
    assert paused.is_late(at("2026-06-12T11:00"))
    assert paused.resume(at("2026-06-12T11:00"), CHINA).due_at == at("2026-06-12T10:00")


@given(limits, moments, calendars, spans, st.integers(1, 20))
def test_an_extension_is_worth_the_same_running_or_paused(limit, start, calendar, span, more):
    clock, by = Clock.start(limit, start, calendar), replace(limit, amount=more)
    longer = clock.extend(by, calendar)
    assert calendar.between(clock.due_at, longer.due_at, limit.kind) == by.seconds(calendar)
    paused = clock.pause(start + span, "等材料", calendar).extend(by, calendar)
    assert paused.due_at is None
    assert paused.resume(start + span, calendar).due_at == longer.due_at


def test_workdays_may_be_extended_by_working_hours_but_not_by_natural_days():
    clock = Clock.start(parse_limit("1 workday from next day"), at("2026-06-11T10:00"), CHINA)
    assert clock.extend(parse_limit("2 work_hours"), CHINA).due_at == at("2026-06-15T11:00")
    with pytest.raises(ValueError, match="cannot be extended by 2 natural days: they count different time"):
        clock.extend(parse_limit("2 natural_days"), CHINA)


@given(limits, st.integers(1, 60), st.sampled_from(["act", "next_day"]), moments, spans, spans)
def test_a_change_of_limit_keeps_pauses_and_extensions(limit, amount, starts, start, before, length):
    clock = Clock.start(limit, start, CHINA).extend(limit, CHINA)
    clock = clock.pause(start + before, "等材料", CHINA).resume(start + before + length, CHINA)
    other = replace(limit, amount=amount, starts=starts)
    changed = clock.relimit(other, CHINA)
    difference = CHINA.between(due(limit, start, CHINA).at, due(other, start, CHINA).at, limit.kind)
    assert changed.limit == other
    assert CHINA.between(clock.due_at, changed.due_at, limit.kind) == difference
    assert changed.relimit(limit, CHINA) == clock


def test_a_limit_changed_while_paused_has_its_paused_time_still():
    clock = Clock.start(parse_limit("4 work_hours"), at("2026-06-11T09:00"), CHINA)
    paused = clock.pause(at("2026-06-11T10:00"), "等材料", CHINA).relimit(parse_limit("6 work_hours"), CHINA)
    assert paused.due_at is None
    assert paused.resume(at("2026-06-11T12:00"), CHINA).due_at == at("2026-06-12T10:00")


def test_a_limit_may_become_one_of_another_kind_only_before_any_pause():
    clock = Clock.start(parse_limit("4 work_hours"), at("2026-06-11T09:00"), CHINA)
    days = parse_limit("7 natural_days")
    assert clock.relimit(days, CHINA) == Clock.start(days, at("2026-06-11T09:00"), CHINA)
    for moved in (clock.extend(parse_limit("1 work_hour"), CHINA), clock.pause(at("2026-06-11T10:00"), "等", CHINA)):
        with pytest.raises(ValueError, match="from 4 work hours to 7 natural days: they count different time"):
            moved.relimit(days, CHINA)
    with pytest.raises(ValueError, match="cannot be changed"):
        clock.stop(at("2026-06-11T10:00"), CHINA).relimit(days, CHINA)


def test_a_stopped_clock_says_for_good_whether_it_was_late():
    clock = Clock.start(parse_limit("2 work_hours"), at("2026-06-11T09:00"), CHINA)
    in_time, late = clock.stop(at("2026-06-11T11:00"), CHINA), clock.stop(at("2026-06-11T11:01"), CHINA)
    assert (in_time.is_late(at("2027-01-01T00:00")), late.is_late(at("2026-06-11T09:00"))) == (False, True)
    assert (in_time.left(at("2027-01-01T00:00"), CHINA), late.left(at("2027-01-01T00:00"), CHINA)) == (0, -60)
    assert in_time.due_at == late.due_at == at("2026-06-11T11:00")
    paused = clock.pause(at("2026-06-11T10:00"), "等材料", CHINA).stop(at("2026-06-13T10:00"), CHINA)
    assert (paused.is_late(at("2026-06-14T10:00")), paused.left(at("2026-06-14T10:00"), CHINA)) == (False, 3600)


@pytest.mark.parametrize(
    ("acts", "sentence"),
    [
        (["pause", "pause"], "paused already"),
        (["resume"], "is not paused"),
        (["stop", "pause"], "cannot be paused"),
        (["stop", "stop"], "stopped already"),
        (["stop", "extend"], "cannot be extended"),
        (["pause", "stop", "resume"], "is not paused"),
    ],
)
def test_an_act_that_does_not_fit_is_refused(acts, sentence):
    clock, now = Clock.start(parse_limit("2 work_hours"), at("2026-06-11T09:00"), CHINA), at("2026-06-11T10:00")
    do = {
        "pause": lambda clock: clock.pause(now, "等材料", CHINA),
        "resume": lambda clock: clock.resume(now, CHINA),
        "extend": lambda clock: clock.extend(parse_limit("1 work_hour"), CHINA),
        "stop": lambda clock: clock.stop(now, CHINA),
    }
    for act in acts[:-1]:
        clock = do[act](clock)
    with pytest.raises(ValueError, match=sentence):
        do[acts[-1]](clock)


def test_a_pause_needs_a_reason_and_no_clock_is_set_back():
    clock = Clock.start(parse_limit("2 work_hours"), at("2026-06-11T09:00"), CHINA)
    with pytest.raises(ValueError, match="needs a reason"):
        clock.pause(at("2026-06-11T10:00"), "  ", CHINA)
    with pytest.raises(ValueError, match="set back"):
        clock.pause(at("2026-06-11T08:59"), "等材料", CHINA)
    with pytest.raises(ValueError, match="set back"):
        clock.pause(at("2026-06-11T10:00"), "等材料", CHINA).resume(at("2026-06-11T09:59"), CHINA)
    next_day = Clock.start(parse_limit("2 workdays from next day"), at("2026-06-11T09:00"), CHINA)
    assert next_day.stop(at("2026-06-11T10:00"), CHINA).left(at("2026-06-11T10:00"), CHINA) == 2 * 7 * 3600
    with pytest.raises(ValueError, match="set back"):
        next_day.stop(at("2026-06-11T08:00"), CHINA)


def test_a_new_notice_moves_due_moments_and_ends_their_being_provisional():
    clock = Clock.start(parse_limit("3 workdays from next day"), at("2026-12-30T10:00"), CHINA)
    assert (clock.due_at, clock.provisional) == (at("2027-01-04T18:00"), True)
    published = replace(
        CHINA,
        holidays=CHINA.holidays | {date(2027, 1, 1)},
        makeup=CHINA.makeup | {date(2027, 1, 3)},
        until=date(2027, 12, 31),
    )
    assert clock.recount(published).due_at == at("2027-01-04T18:00")
    assert not clock.recount(published).provisional
    longer = replace(published, makeup=CHINA.makeup)
    assert clock.recount(longer).due_at == at("2027-01-05T18:00")
    paused = clock.pause(at("2026-12-31T10:00"), "等材料", CHINA)
    assert paused.recount(longer) == paused
    assert paused.resume(at("2026-12-31T10:00"), longer).due_at == at("2027-01-05T18:00")
