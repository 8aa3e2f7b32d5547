"""Limits: what they read and when they end."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given

from huying.engine.deadlines import Due, Limit, due, parse_limit
from tests.engine.clocks import CHINA, DAYTIME, at, limits

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
