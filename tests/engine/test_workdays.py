"""The working calendar: its data against two libraries, and its arithmetic against counting by hand."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from huying.engine.workdays import Calendar, load_calendar, workday_rows

ROOT = Path(__file__).parents[2]
CHINA_FILE = ROOT / "packs/base/calendars/china.yaml"
LIBRARY_DAYS = ROOT.parent / "shared/calendars/cn_days_2018_2026.csv"
CHINA = load_calendar(CHINA_FILE)
SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAIN = Calendar(
    name="plain",
    tz=SHANGHAI,
    hours=((time(9), time(12)), (time(14), time(18))),
    holidays=frozenset(),
    makeup=frozenset(),
    until=date(2026, 12, 31),
    urgent_hours=((time(7), time(22)),),
)

days = st.dates(date(2017, 1, 1), date(2030, 12, 31))
moments = st.datetimes(datetime(2017, 1, 1), datetime(2030, 12, 31)).map(
    lambda at: at.replace(microsecond=0, tzinfo=SHANGHAI)
)
kinds = st.sampled_from(["working", "urgent", "natural"])
calendars = st.sampled_from([CHINA, PLAIN])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def all_days(first: date = date(2018, 1, 1), last: date = date(2026, 12, 31)) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_each_day_of_nine_years_is_as_two_libraries_have_it():
    other = holidays.country_holidays("CN", years=range(2018, 2028))
    for day in all_days():
        assert CHINA.is_workday(day) == chinese_calendar.is_workday(day) == other.is_working_day(day), day


def test_workdays_of_each_year():
    counted = [sum(CHINA.is_workday(day) for day in all_days() if day.year == year) for year in range(2018, 2027)]
    assert counted == [250, 250, 249, 250, 249, 249, 251, 248, 248]


@pytest.mark.skipif(not LIBRARY_DAYS.exists(), reason="reference days are not beside the repository")
def test_the_first_notices_without_their_amendments_differ_on_six_days():
    """One library kept the first texts: leaving our amendments out must give exactly its days."""
    content = yaml.safe_load(CHINA_FILE.read_text("utf-8"))
    content["notices"] = [notice for notice in content["notices"] if "amends" not in notice]
    first = load_calendar(content)
    with LIBRARY_DAYS.open(encoding="utf-8") as file:
        rows = {date.fromisoformat(row["date"]): row for row in csv.DictReader(file)}
    assert all(first.is_workday(day) == (row["cnworkdays_2026_0"] == "1") for day, row in rows.items())
    assert [str(day) for day in rows if first.is_workday(day) != CHINA.is_workday(day)] == [
        *("2019-04-28", "2019-05-02", "2019-05-03", "2019-05-05", "2020-01-31", "2020-02-01")
    ]


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-09-28", 5, "2026-10-10"),  # a make-up Saturday counts
        ("2020-09-25", 5, "2020-10-09"),  # Sunday 27 September counts, 1 to 8 October do not
        ("2020-09-26", 1, "2020-09-27"),  # from a day off
        ("2018-12-28", 1, "2018-12-29"),  # make-up day set by the next year's notice
        ("2018-12-29", 1, "2019-01-02"),  # over the year's edge
        ("2019-04-26", 2, "2019-04-29"),  # amended Labour Day
        ("2020-01-23", 1, "2020-02-03"),  # extended Spring Festival
        ("2026-10-10", -5, "2026-09-28"),
        ("2026-10-04", -1, "2026-09-30"),
        ("2026-10-04", 0, "2026-10-04"),
        ("2026-12-31", 1, "2027-01-01"),  # not announced: the plain week is a guess
    ],
)
def test_adding_workdays(start, n, end):
    assert CHINA.add_workdays(date.fromisoformat(start), n) == date.fromisoformat(end)


@given(calendars, days, st.integers(1, 700))
def test_adding_workdays_is_walking_day_by_day(calendar, day, n):
    end, left = day, n
    while left:
        end += timedelta(days=1)
        left -= calendar.is_workday(end)
    assert calendar.add_workdays(day, n) == end
    assert calendar.workdays_between(day, end) == n
    if calendar.is_workday(day):
        assert calendar.add_workdays(end, -n) == day


@given(calendars, days, days)
def test_workdays_between_is_the_sum_of_workdays(calendar, one, two):
    start, end = sorted((one, two))
    walked = sum(calendar.is_workday(day) for day in all_days(start + timedelta(days=1), end))
    assert calendar.workdays_between(start, end) == walked == -calendar.workdays_between(end, start)


def test_rows_for_sql_count_as_the_calendar_does():
    rows = dict(workday_rows(CHINA))
    assert (min(rows), max(rows), len(rows)) == (date(2018, 1, 1), date(2026, 12, 31), 3287)
    assert rows[date(2026, 12, 31)] == 2244
    assert rows[date(2020, 10, 9)] - rows[date(2020, 9, 25)] == 5
    assert all(ordinal == CHINA.ordinal(day) for day, ordinal in rows.items())
    assert list(workday_rows(CHINA, date(2017, 12, 29), date(2018, 1, 2))) == [
        (date(2017, 12, 29), 0),
        (date(2017, 12, 30), 0),
        (date(2017, 12, 31), 0),
        (date(2018, 1, 1), 0),
        (date(2018, 1, 2), 1),
    ]


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-06-11T09:00", 60, "2026-06-11T10:00"),  # at opening
        ("2026-06-11T08:59", 60, "2026-06-11T10:00"),  # before opening
        ("2026-06-11T00:00", 60, "2026-06-11T10:00"),
        ("2026-06-11T07:59", 60, "2026-06-11T10:00"),
        ("2026-06-11T08:00", 60, "2026-06-11T10:00"),
        ("2026-06-11T11:30", 60, "2026-06-11T14:30"),  # over lunch
        ("2026-06-11T12:00", 60, "2026-06-11T15:00"),
        ("2026-06-11T13:00", 60, "2026-06-11T15:00"),
        ("2026-06-11T11:00", 60, "2026-06-11T12:00"),  # ends when lunch begins, not when it is over
        ("2026-06-11T17:00", 60, "2026-06-11T18:00"),  # ends at closing, not at the next opening
        ("2026-06-11T17:30", 60, "2026-06-12T09:30"),
        ("2026-06-11T18:00", 60, "2026-06-12T10:00"),  # at closing
        ("2026-06-11T23:59", 60, "2026-06-12T10:00"),
        ("2026-06-12T17:30", 60, "2026-06-15T09:30"),  # over a weekend
        ("2026-06-13T10:00", 60, "2026-06-15T10:00"),  # on a Saturday
        ("2026-06-18T17:30", 60, "2026-06-22T09:30"),  # over a holiday
        ("2026-10-09T17:30", 60, "2026-10-10T09:30"),  # into a make-up Saturday
        ("2026-10-10T17:30", 60, "2026-10-12T09:30"),  # out of it
        ("2018-12-31T10:00", 60, "2019-01-02T10:00"),  # over the year's edge
        ("2026-06-11T10:00", 7 * 60, "2026-06-12T10:00"),  # a whole day
        ("2026-06-15T09:30", -60, "2026-06-12T17:30"),
    ],
)
def test_adding_working_minutes(start, minutes, end):
    assert CHINA.add(at(start), minutes * 60) == at(end)


@given(calendars, kinds, moments, st.integers(-(10**7), 10**7))
def test_time_added_is_the_time_between(calendar, kind, start, seconds):
    end = calendar.add(start, seconds, kind)
    assert end.tzinfo is UTC
    assert calendar.between(start, end, kind) == seconds
    assert calendar.between(start, calendar.add(end, -seconds, kind), kind) == 0


@given(calendars, moments, st.integers(-(10**7), 10**7))
def test_working_time_never_ends_outside_working_time(calendar, start, seconds):
    end = calendar.add(start, seconds).astimezone(SHANGHAI)
    assert calendar.is_workday(end.date())
    assert any(opening < end.time() <= closing for opening, closing in calendar.hours)


@given(moments, st.integers(0, 5 * 24 * 3600))
def test_working_time_is_what_a_minute_by_minute_count_gives(start, length):
    start = start.replace(second=0)
    minutes = length // 60
    counted = 0
    for n in range(minutes):
        now = start + timedelta(minutes=n)
        counted += CHINA.is_workday(now.date()) and (9 <= now.hour < 12 or 14 <= now.hour < 18)
    assert CHINA.between(start, start + timedelta(minutes=minutes)) == counted * 60


def test_urgent_hours_run_every_day_in_their_window():
    assert PLAIN.add(at("2026-06-13T21:30"), 3600, "urgent") == at("2026-06-14T07:30")
    assert CHINA.add(at("2026-10-01T23:30"), 3600, "urgent") == at("2026-10-02T00:30")


def test_minutes_of_a_day():
    assert CHINA.day_minutes == 420
    assert CHINA.minutes_on(date(2026, 10, 10)) == 420
    assert CHINA.minutes_on(date(2026, 10, 1)) == 0


def test_days_past_the_last_notice_are_not_covered():
    assert CHINA.covers(date(2026, 12, 31)) and CHINA.covers(date(2018, 1, 1))
    assert not CHINA.covers(date(2027, 1, 1)) and not CHINA.covers(date(2017, 12, 31))


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        CHINA.elapsed("working", datetime(2026, 6, 11))


def test_a_date_past_the_year_9999_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="1 to 9999"):
        CHINA.add_workdays(date(9999, 12, 1), 100)


def test_a_missing_calendar_is_loud(tmp_path):
    with pytest.raises(ValueError, match="There is no working calendar .*nowhere.yaml"):
        load_calendar(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("content", ["", "[1]", "text", b"\xc8\xd5\xc0\xfa", "a: [", "\tcalendar: x"])
def test_a_file_that_is_no_calendar_is_refused(tmp_path, content):
    path = tmp_path / "bad.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=r"bad\.yaml"):
        load_calendar(path)


def notice(**changes) -> dict:
    return {"number": "1", "rest": [{"from": "2026-10-01", "to": "2026-10-07"}], "work": ["2026-10-10"]} | changes


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hours": None}, "hours is missing"),
        ({"hours": ["9-12"]}, "write 9-12 as 09:00-12:00"),
        ({"hours": ["09:00-12:00", "11:00-18:00"]}, "overlap"),
        ({"hours": ["22:00-06:00"]}, "cross midnight"),
        ({"holiday": []}, "holiday is unknown"),
        ({"zone": "Asia/Tianhe"}, "there is no zone Asia/Tianhe"),
        ({"until": "soon"}, "soon is not a day"),
        ({"until": "2026-10-01"}, "notices reach 2026-10-10"),
        ({"until": "2017-10-01"}, "is before since"),
        ({"notices": "none"}, "should be a list"),
        ({"notices": [notice(number=None)]}, "needs its number"),
        ({"notices": [notice(work=["2026-10-07"])]}, "2026-10-07 is both off and worked"),
        ({"notices": [notice(work=["2026-10-12"])]}, "2026-10-12 is a workday anyway"),
        ({"notices": [notice(rest=[{"from": "2026-10-07", "to": "2026-10-01"}])]}, "does not look like a holiday"),
        ({"notices": [notice(rest=["2026-10-07"])]}, "write days off as"),
        ({"notices": [notice(), notice()]}, "stands there twice"),
        ({"notices": [notice(amends="0")]}, "does not stand before it"),
        (
            {"notices": [notice(), notice(number="2", rest=[], work=["2026-10-04"])]},
            "if it amends that one, say amends",
        ),
    ],
)
def test_a_wrong_calendar_is_refused_with_a_sentence(changes, sentence):
    content = {"calendar": "c", "hours": ["09:00-12:00"], "until": "2026-12-31", "notices": [notice()]}
    assert load_calendar(content).makeup == {date(2026, 10, 10)}
    with pytest.raises(ValueError, match=sentence):
        load_calendar(content | changes)


def test_all_problems_of_a_calendar_are_shown_at_once():
    with pytest.raises(ValueError) as refusal:
        load_calendar({"calendar": "c", "zone": "Nowhere", "colour": "red", "notices": [notice()]})
    assert len(str(refusal.value).splitlines()) == 4


def test_a_notice_that_amends_takes_the_earlier_days_place():
    later = notice(number="2", amends="1", rest=[{"from": "2026-10-10", "to": "2026-10-10"}], work=["2026-10-07"])
    calendar = load_calendar(
        {"calendar": "c", "hours": ["09:00-12:00"], "until": "2026-12-31", "notices": [notice(), later]}
    )
    assert calendar.is_workday(date(2026, 10, 7)) and not calendar.is_workday(date(2026, 10, 10))
    assert calendar.add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 7)
