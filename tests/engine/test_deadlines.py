"""Limits and clocks: what they read, when they end, what pauses do, and how they say it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.engine.deadlines import Clock, Due, Limit, due, parse_limit, say_left
from huying.engine.workdays import load_calendar

CHINA = load_calendar(Path(__file__).parents[2] / "packs/base/calendars/china.yaml")
DAYTIME = replace(CHINA, urgent_hours=((time(7), time(22)),))
SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE_TO_FIVE = replace(CHINA, hours=((time(9), time(17)),), holidays=frozenset(), makeup=frozenset())

calendars = st.sampled_from([CHINA, DAYTIME])
moments = st.datetimes(datetime(2018, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=SHANGHAI))
limits = st.builds(
    Limit,
    st.integers(1, 60),
    st.sampled_from(["urgent_hour", "work_hour", "workday", "natural_day"]),
    st.sampled_from(["act", "next_day"]),
)
spans = st.timedeltas(timedelta(0), timedelta(days=40))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


# reading limits


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("5 workdays from next day", Limit(5, "workday", "next_day")),
        ("5 work days from the next day", Limit(5, "workday", "next_day")),
        ("1 workday", Limit(1, "workday", "act")),
        ("1 workday from act", Limit(1, "workday", "act")),
        ("2 work_hours", Limit(2, "work_hour", "act")),
        ("2  Work  Hours ", Limit(2, "work_hour", "act")),
        ("4 urgent_hours", Limit(4, "urgent_hour", "act")),
        ("7 natural_days from next_day", Limit(7, "natural_day", "next_day")),
        ("次日起 5 个工作日", Limit(5, "workday", "next_day")),
        ("5个工作日", Limit(5, "workday", "act")),
        ("2个紧急工时", Limit(2, "urgent_hour", "act")),
        ("4工时", Limit(4, "work_hour", "act")),
        ("20个自然日内", Limit(20, "natural_day", "act")),
    ],
)
def test_reading_a_limit(text, limit):
    assert parse_limit(text) == limit


@given(limits)
def test_a_limit_reads_back_what_it_writes(limit):
    assert parse_limit(str(limit)) == limit
    assert parse_limit(limit.say("zh")) == limit
    assert parse_limit(limit.say("en")) == limit


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("P1D", "does not say whether working or natural time is meant"),
        ("PT4H", "does not say whether working or natural time is meant"),
        ("P1W", "does not say whether working or natural time is meant"),
        ("5", "has no unit"),
        ("1.5", "has no unit"),
        ("-5", "has no unit"),
        ("3 days", "does not say whether working or natural time is meant"),
        ("3 days from next day", "does not say whether working or natural time is meant"),
        ("2小时", "没有说明是工作时间还是自然时间"),
        ("3天", "没有说明是工作时间还是自然时间"),
        ("", "is not a limit"),
        ("1.5 work_hours", "is not a limit"),
        ("five workdays", "is not a limit"),
        ("5 workdays from tomorrow", "is not a limit"),
        ("172800000 ms", "is not a limit"),
        ("0 workdays", "A limit is 1 to 10000, not 0"),
        ("10001 workdays", "A limit is 1 to 10000, not 10001"),
    ],
)
def test_a_limit_that_leaves_open_what_is_meant_is_refused(text, sentence):
    with pytest.raises(ValueError, match=sentence) as refusal:
        parse_limit(text)
    zh, en = str(refusal.value).split(" | ")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in zh) and en.isprintable()


def test_a_limit_of_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="There is no such limit"):
        Limit(1, "fortnight")


# when limits end


@pytest.mark.parametrize(
    ("limit", "start", "end"),
    [
        # A city's order of a Friday: Sunday 27 September counts, 1 to 8 October do not.
        ("5 workdays from next day", "2020-09-25T16:40", "2020-10-09T18:00"),
        ("3 workdays from next day", "2020-09-25T16:40", "2020-09-29T18:00"),
        ("5 workdays", "2020-09-25T16:40", "2020-10-09T16:40"),
        ("1 workday from next day", "2026-06-11T00:00", "2026-06-12T18:00"),
        ("1 workday from next day", "2026-06-11T07:59", "2026-06-12T18:00"),
        ("1 workday from next day", "2026-06-11T23:59", "2026-06-12T18:00"),
        ("1 workday from next day", "2026-06-12T00:00", "2026-06-15T18:00"),
        ("1 workday from next day", "2026-06-13T10:00", "2026-06-15T18:00"),  # Saturday
        ("1 workday from next day", "2026-10-09T10:00", "2026-10-10T18:00"),  # the next day is a make-up day
        ("1 workday", "2026-06-11T10:40", "2026-06-12T10:40"),
        ("1 workday", "2026-06-11T13:00", "2026-06-12T12:00"),  # lunch: the morning's end is the same point
        ("1 workday", "2026-06-11T07:59", "2026-06-11T18:00"),  # before opening: that whole day
        ("1 workday", "2026-06-11T19:00", "2026-06-12T18:00"),  # after closing: the next whole day
        ("1 workday", "2026-06-13T10:00", "2026-06-15T18:00"),
        ("1 workday", "2018-12-28T10:00", "2018-12-29T10:00"),
        ("2 workdays", "2018-12-28T10:00", "2019-01-02T10:00"),
        ("2 work_hours", "2026-06-11T17:00", "2026-06-12T10:00"),
        ("2 work_hours from next day", "2026-06-11T17:00", "2026-06-12T11:00"),
        ("4 urgent_hours", "2026-10-01T22:30", "2026-10-02T02:30"),
        ("7 natural_days", "2026-09-28T10:40", "2026-10-05T10:40"),
        ("7 natural_days from next day", "2026-09-28T10:40", "2026-10-06T00:00"),  # 24:00 of 5 October
        ("1000 workdays", "2020-01-02T09:00", "2024-01-04T18:00"),
    ],
)
def test_when_a_limit_ends(limit, start, end):
    result = due(parse_limit(limit), at(start), CHINA)
    assert result == Due(at(end), provisional=False)
    assert result.at.tzinfo is UTC


def test_a_thousand_workdays_are_counted_right():
    days = CHINA.workdays_between(date(2020, 1, 1), date(2024, 1, 4))
    assert (days, CHINA.is_workday(date(2024, 1, 4))) == (1000, True)


def test_urgent_hours_may_have_a_window_of_their_own():
    assert due(parse_limit("4 urgent_hours"), at("2026-10-01T20:00"), DAYTIME).at == at("2026-10-02T09:00")


@pytest.mark.parametrize(
    ("limit", "start", "provisional"),
    [
        ("1 workday", "2026-12-30T10:00", False),
        ("1 workday from next day", "2026-12-30T10:00", False),
        ("1 workday from next day", "2026-12-31T10:00", True),
        ("2 work_hours", "2026-12-31T17:00", True),
        ("2 work_hours", "2027-03-01T10:00", True),
        ("2 work_hours", "2017-12-29T17:00", True),
        ("30 natural_days", "2026-12-31T10:00", False),  # no notice can move natural days
        ("4 urgent_hours", "2026-12-31T23:00", False),
    ],
)
def test_a_limit_past_the_last_notice_is_provisional(limit, start, provisional):
    assert due(parse_limit(limit), at(start), CHINA).provisional is provisional


def test_working_hours_until_midnight_belong_to_the_day_they_end():
    evening = replace(CHINA, hours=((time(14), time(0)),))
    assert due(parse_limit("1 workday"), at("2026-12-31T14:00"), evening) == Due(at("2027-01-01T00:00"), False)


def test_a_start_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        due(parse_limit("1 workday"), datetime(2026, 6, 11, 10), CHINA)


# clocks


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


# words


@pytest.mark.parametrize(
    ("limit", "start", "now", "zh", "en"),
    [
        (
            "4 work_hours",
            "2026-06-10T15:00",
            "2026-06-10T16:50",
            "剩 2 小时 10 分工作时间 · 周四 10:00 前",
            "2 h 10 min of working time left · by Thu 10:00",
        ),
        (
            "4 work_hours",
            "2026-06-11T09:00",
            "2026-06-11T14:59:30",
            "剩不足 1 分工作时间 · 今天 15:00 前",
            "less than 1 min of working time left · by 15:00 today",
        ),
        (
            "5 workdays from next day",
            "2020-09-25T16:40",
            "2020-09-25T16:40",
            "剩 5 个工作日 · 10月9日 18:00 前",
            "5 workdays left · by 9 Oct 18:00",
        ),
        (
            "2 workdays",
            "2026-06-10T10:00",
            "2026-06-10T14:20",
            "剩 1 个工作日 4 小时 · 周五 10:00 前",
            "1 workday 4 h left · by Fri 10:00",
        ),
        (
            "7 natural_days from next day",
            "2026-06-01T10:00",
            "2026-06-01T10:00",
            "剩 7 天 · 6月8日 24:00 前",
            "7 days left · by 8 Jun 24:00",
        ),
        (
            "1 natural_day",
            "2026-06-01T10:00",
            "2026-06-01T12:00",
            "剩 22 小时 · 周二 10:00 前",
            "22 h left · by Tue 10:00",
        ),
        (
            "4 urgent_hours",
            "2026-06-01T22:00",
            "2026-06-01T23:00",
            "剩 3 小时 · 周二 02:00 前",
            "3 h left · by Tue 02:00",
        ),
        (
            "2 work_hours",
            "2026-06-10T09:00",
            "2026-06-10T15:00",
            "超时 2 小时工作时间 · 应于今天 11:00 前",
            "late by 2 h of working time · was due by 11:00 today",
        ),
        (
            "2 work_hours",
            "2026-06-10T09:00",
            "2026-06-12T09:30",
            "超时 12 小时 30 分工作时间 · 应于 6月10日 11:00 前",
            "late by 12 h 30 min of working time · was due by 10 Jun 11:00",
        ),
        (
            "3 workdays from next day",
            "2026-12-31T10:00",
            "2026-12-31T10:00",
            "剩 3 个工作日 · 周二 18:00 前（日历仅公布至 2026-12-31，暂定）",
            "3 workdays left · by Tue 18:00 (provisional: the calendar is published to 2026-12-31 only)",
        ),
        (
            "20 workdays from next day",
            "2025-12-20T10:00",
            "2025-12-20T10:00",
            "剩 20 个工作日 · 2026年1月19日 18:00 前",
            "20 workdays left · by 19 Jan 2026 18:00",
        ),
    ],
)
def test_what_a_clock_says(limit, start, now, zh, en):
    clock = Clock.start(parse_limit(limit), at(start), CHINA)
    assert say_left(clock, at(now), CHINA, "zh") == zh
    assert say_left(clock, at(now), CHINA, "en") == en


def test_a_paused_clock_says_why_and_since_when():
    clock = Clock.start(parse_limit("2 work_hours"), at("2026-06-10T09:00"), CHINA)
    paused = clock.pause(at("2026-06-10T10:00"), "等申请人补材料", CHINA)
    now = at("2026-06-12T09:30")
    assert say_left(paused, now, CHINA, "zh") == (
        "已暂停，剩 1 小时工作时间 · 自 6月10日 10:00 起，原因：等申请人补材料"
    )
    assert say_left(paused, now, CHINA, "en") == (
        "paused with 1 h of working time left · since 10 Jun 10:00: 等申请人补材料"
    )
    late = clock.pause(at("2026-06-10T12:00"), "{停电}", CHINA)
    assert say_left(late, now, CHINA, "zh") == "已暂停，超时 1 小时工作时间 · 自 6月10日 12:00 起，原因：{停电}"
    assert say_left(late, at("2026-06-10T13:00"), CHINA, "en") == (
        "paused when late by 1 h of working time · since 12:00 today: {停电}"
    )


def test_a_stopped_clock_says_how_it_ended():
    clock = Clock.start(parse_limit("2 work_hours"), at("2026-06-10T09:00"), CHINA)
    in_time, late = clock.stop(at("2026-06-10T10:30"), CHINA), clock.stop(at("2026-06-10T12:00"), CHINA)
    now = at("2026-06-10T18:00")
    assert say_left(in_time, now, CHINA, "zh") == "按时完成，余 30 分工作时间 · 今天 10:30 停表"
    assert say_left(in_time, now, CHINA, "en") == (
        "done on time with 30 min of working time to spare · stopped 10:30 today"
    )
    assert say_left(late, now, CHINA, "zh") == "超时 1 小时工作时间完成 · 今天 12:00 停表"
    assert say_left(late, now, CHINA, "en") == "done late by 1 h of working time · stopped 12:00 today"


def test_urgent_time_with_a_window_is_named():
    clock = Clock.start(parse_limit("4 urgent_hours"), at("2026-10-01T20:00"), DAYTIME)
    assert say_left(clock, at("2026-10-01T20:00"), DAYTIME, "zh") == "剩 4 小时紧急工时 · 周五 09:00 前"
    assert say_left(clock, at("2026-10-01T20:00"), DAYTIME, "en") == "4 h of urgent time left · by Fri 09:00"
