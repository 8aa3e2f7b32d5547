"""Numbers beyond sums: medians, persons, stocks, growth, ranks, what remains, scores, statements; each by the one function."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huying.declare import units
from huying.declare.indicators import Part
from huying.engine import access, composing, database, figures, packs, ranking
from huying.engine.figures import Figure
from huying.engine.in_force import put_in_force
from huying.engine.indicators import Unanswerable, measure, records_behind
from huying.engine.packs import District
from tests.declare.test_documents import fenced, write
from tests.engine.small import actor_of
from tests.engine.test_indicators import put, shanghai

ROOT = Path(__file__).parents[2]
VISITS = "home_care.visit"
STREETS = ("440106003000", "440106018000", "440106019000")
YEAR = {"start": date(2020, 1, 1), "end": date(2020, 12, 21)}


@pytest.fixture
def care(tianhe: District, tmp_path: Path) -> District:
    """The small district with the pack of docs/indicators.md in force; its clock at 2020-12-20 10:00."""
    write(fenced(ROOT / "docs" / "indicators.md"), tmp_path / "home_care")
    put_in_force(tianhe.id, [tmp_path / "home_care"])
    return packs.current(tianhe.id)


def visit(district: District, on: str, **values: object) -> None:
    put(district, VISITS, **{"state": "kept", "visited_on": date.fromisoformat(on), **values})


def area(district: District, code: str) -> int:
    from huying.engine import places

    return places.tree(district.id, district.today()).by_code[code].id


def one(district: District, name: str, **asked: object) -> Figure:
    return measure(district, f"home_care.{name}", **{**YEAR, "by": "all", **asked}).figure


def test_the_middle_value_of_an_even_number_of_records_lies_between_the_two_middle_ones(care: District) -> None:
    for minutes in (10, 20, 35, 90):
        visit(care, "2020-03-01", minutes=minutes)
    visit(care, "2020-03-02", minutes=None)
    found = one(care, "middle_minutes")
    assert (found.value, found.rows, found.left_out) == (Decimal("27.5"), 4, 1)


def test_persons_and_visits_are_two_numbers(care: District) -> None:
    for person, unit in (("A1", 0), ("A1", 1), ("B2", 1)):
        visit(care, "2020-03-01", client=person, unit=area(care, STREETS[unit]))
    assert (one(care, "visits").value, one(care, "persons").value) == (3, 2)
    by_street = measure(care, "home_care.persons", **YEAR, by="all", split=["street"])
    assert {f.split[0]: f.value for f in by_street.figures if f.rows} == {STREETS[0]: 1, STREETS[1]: 2}


def test_a_person_seen_in_two_communities_of_a_street_is_one_person_of_the_street(care: District) -> None:
    from huying.engine import places

    tree = places.tree(care.id, care.today())
    street = tree.by_code[STREETS[0]].id
    inside = [u for u in tree.under(street) if u != street][:2]
    for unit in inside:
        visit(care, "2020-03-01", client="A1", unit=unit)
    by_street = measure(care, "home_care.persons", **YEAR, by="all", split=["street"])
    assert {f.split[0]: f.value for f in by_street.figures if f.rows} == {STREETS[0]: 1}


def test_growth_compares_as_many_days_of_the_year_before_and_shows_its_base(care: District) -> None:
    for day in ("2019-03-01", "2019-12-25", "2020-03-01", "2020-04-01", "2020-12-20"):
        visit(care, day)
    found = one(care, "visits_growth")
    assert (found.value, found.num) == (Decimal("200.0"), 3)  # the visit of 25 December 2019 lies after as many days
    assert found.says == "基数 1 人次（2019-01-01 至 2019-12-20） | Base 1 visits (2019-01-01 to 2019-12-20)"
    monthly = measure(care, "home_care.visits_growth", **YEAR, by="month").figures
    assert {f.period.month: (f.value, f.status) for f in monthly if f.period.month in (3, 4)} == {
        3: (0, "value"), 4: (None, "not_applicable"),
    }  # fmt: skip


def test_growth_of_nothing_is_not_applicable_and_never_a_hundred_percent(care: District) -> None:
    visit(care, "2020-03-01")
    found = one(care, "visits_of_month_before", start=date(2020, 3, 1), end=date(2020, 4, 1), by="month")
    assert (found.value, found.status) == (None, "not_applicable")


def test_a_rank_says_among_how_many_and_shares_a_place(care: District) -> None:
    for street, times in zip(STREETS, (3, 1, 1), strict=True):
        for _ in range(times):
            visit(care, "2020-03-01", unit=area(care, street))
    found = measure(care, "home_care.visits_rank", **YEAR, by="all", split=["street"])
    places = {f.split[0]: (f.value, f.den) for f in found.figures if f.value}
    among = len(places)
    assert places[STREETS[0]] == (1, among) and places[STREETS[1]] == places[STREETS[2]] == (2, among)
    says = {f.split[0]: f.says for f in found.figures}
    assert says[STREETS[1]] == f"第 2，共 {among}，并列 | 2 of {among}, shared"
    of_one = one(care, "visits_rank", only={"street": STREETS[0]})
    assert (of_one.value, of_one.den) == (1, among)


def test_who_sees_a_part_of_the_district_is_told_no_rank_among_it(care: District) -> None:
    clerk = actor_of(care, "longdong")
    with pytest.raises(access.Refused, match="排名"):
        one(care, "visits_rank", actor=clerk)


def test_what_was_first_for_years_running_is_said(care: District) -> None:
    for year in (2018, 2019, 2020):
        for street, times in zip(STREETS, (2, 1, 0), strict=True):
            for _ in range(times):
                visit(care, f"{year}-03-01", unit=area(care, street))
    found = measure(care, "home_care.visits_rank", **YEAR, by="year", split=["street"])
    first = next(f for f in found.figures if f.split == (STREETS[0],))
    assert "连续 3 期第一" in first.says


def test_a_grade_is_the_worst_of_its_parts_and_beyond_the_last_limit_is_one_more(care: District) -> None:
    asked = {"start": date(2020, 2, 1), "end": date(2020, 3, 1)}
    for minutes in (30, 30):
        visit(care, "2020-02-03", minutes=minutes)
    assert one(care, "load_grade", **asked).value == 1
    visit(care, "2020-02-04", minutes=61)
    assert one(care, "load_grade", **asked).value == 2
    for _ in range(2):
        visit(care, "2020-02-05", minutes=90)
    found = one(care, "load_grade", **asked)
    assert found.value == 3 and "5" in found.says
    assert one(care, "load_grade", start=date(2019, 2, 1), end=date(2019, 3, 1)).value is None


def test_periods_in_a_row_are_counted_back_from_the_period_itself_until_one_falls_short(care: District) -> None:
    for day in ("2020-02-03", "2020-02-04", "2020-04-01", "2020-04-02", "2020-05-06", "2020-05-07", "2020-06-01"):
        visit(care, day)
    asked = {"start": date(2020, 2, 1), "end": date(2020, 7, 1), "by": "month"}
    found = measure(care, "home_care.busy_months", **asked)
    assert [f.value for f in found.figures] == [1, 0, 1, 2, 0]
    assert "不少于 2" in found.figures[0].says
    assert one(care, "busy_months", start=date(2020, 1, 1), end=date(2020, 6, 1)).value == 2


def test_a_cumulative_number_begins_with_the_year_and_a_rolling_one_three_months_back(care: District) -> None:
    for day in ("2019-12-01", "2020-01-05", "2020-02-05", "2020-02-06", "2020-03-01"):
        visit(care, day)
    asked = {"start": date(2020, 2, 1), "end": date(2020, 4, 1), "by": "month"}
    assert [f.value for f in measure(care, "home_care.visits_so_far", **asked).figures] == [3, 4]
    assert [f.value for f in measure(care, "home_care.visits_three_months", **asked).figures] == [4, 4]


def test_what_remains_is_told_with_its_target_in_a_unit_that_fits(care: District) -> None:
    visit(care, "2020-03-01", minutes=90)
    found = one(care, "hours_left")
    assert (found.value, found.says) == (
        Decimal("98.5"),
        "目标 100 小时，已有 1.5 小时 | Target 100 hours, reached 1.5 hours",
    )


def test_a_rate_divides_by_a_stated_population_and_says_where_both_come_from(care: District) -> None:
    for _ in range(3):
        visit(care, "2020-03-01")
    state(care, "residents", "150", "万人", "2019-12-31")
    found = one(care, "visits_per_10000")
    assert found.value == Decimal("0.02")
    assert "常住人口 1500000 人" in found.says


def state(district: District, what: str, value: str, unit: str, as_at: str, published: str = "2020-02-01") -> None:
    put(district, "home_care.stated", state="kept", what=what, value=Decimal(value), measured_in=unit,
        as_at=date.fromisoformat(as_at), published_on=date.fromisoformat(published), source="统计公报")  # fmt: skip


def test_of_statements_the_latest_word_on_the_latest_day_counts_and_says_so(care: District) -> None:
    state(care, "gdp", "5000", "亿元", "2020-12-01", "2020-12-10")
    state(care, "gdp", "3600", "亿元", "2020-09-30", "2020-12-15")
    state(care, "gdp", "5047.4", "亿元", "2020-12-01", "2020-12-18")
    found = one(care, "gdp")
    assert found.value == Decimal("50474000.00")  # in 万元
    assert found.says == "公布数：统计公报，2020-12-18 公布 | Published elsewhere: 统计公报, 2020-12-18"
    assert (
        measure(care, "home_care.gdp", **YEAR).words.startswith("取")
        and "不是由$record数出来的" in measure(care, "home_care.gdp", **YEAR).words
    )
    assert one(care, "gdp", end=date(2020, 10, 1)).value == 36000000


def test_a_statement_in_a_unit_that_does_not_fit_is_left_out(care: District) -> None:
    state(care, "gdp", "8", "%", "2020-12-01")
    found = one(care, "gdp")
    assert (found.value, found.status, found.left_out) == (None, "missing", 1)


def test_what_stands_at_the_end_of_a_month_is_not_what_happened_in_it(care: District) -> None:
    for since, until in (("2020-01-10", None), ("2020-01-20", "2020-03-31"), ("2020-03-05", "2020-03-06")):
        put(
            care,
            "home_care.bed",
            state="kept",
            opened_day=date.fromisoformat(since),
            closed_day=until and date.fromisoformat(until),
        )
    found = measure(care, "home_care.beds", start=date(2020, 1, 1), end=date(2020, 5, 1), by="month")
    assert [f.value for f in found.figures] == [2, 2, 1, 1]
    assert [f.rows for f in found.figures] == [2, 2, 1, 1]


def test_what_the_ledger_held_is_counted_as_it_stood_then(care: District) -> None:
    put(care, "home_care.bed", state="kept", opened_day=date(2020, 1, 1), known_at=shanghai("2020-03-10 09:00"))
    found = measure(care, "home_care.beds_recorded", start=date(2020, 2, 1), end=date(2020, 5, 1), by="month")
    assert [f.value for f in found.figures] == [0, 1, 1]


def test_a_threshold_is_that_which_is_in_force_on_the_day(care: District) -> None:
    visit(care, "2020-06-30", minutes=45)
    visit(care, "2020-07-01", minutes=45)
    found = one(care, "long_enough")
    assert (found.num, found.den) == (1, 2)  # 40 minutes until June, 60 from July on


def test_a_score_weighs_its_parts_and_gives_bounds_where_one_is_missing(care: District) -> None:
    visit(care, "2020-03-01", minutes=60)
    state(care, "satisfied", "80", "%", "2020-06-30")
    found = one(care, "care_score")
    assert found.value == Decimal("90.0") and found.says == "0.5×100.0 + 0.5×80.0 | 0.5×100.0 + 0.5×80.0"
    early = one(care, "care_score", end=date(2020, 5, 1))
    assert (early.value, early.status) == (None, "missing")
    assert early.says == "缺：满意率；在 50.0 至 100.0 之间 | Lacking: Satisfied; between 50.0 and 100.0"


def test_all_parts_are_asked_in_one_round_trip(care: District, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, trips = database.asked, []
    monkeypatch.setattr(database, "asked", lambda reach, some: trips.append(len(some)) or asked(reach, some))
    found = measure(care, "home_care.care_score", **YEAR, by="all")
    assert [part.indicator.name for part in found.parts] == ["home_care.long_enough", "home_care.satisfied"]
    assert trips == [2]


def test_a_number_figured_from_several_leads_to_its_parts_and_one_figured_from_one_to_its_records(
    care: District,
) -> None:
    visit(care, "2020-03-01")
    clerk = actor_of(care, "longdong")
    with pytest.raises(Unanswerable, match="home_care.long_enough, home_care.satisfied"):
        records_behind(care, clerk, "home_care.care_score", date(2020, 1, 1), end=date(2020, 12, 21))
    found = one(care, "visits_so_far")
    from huying.engine import people

    behind = records_behind(care, people.system(care.id), "home_care.visits_so_far", found.since, end=found.until)
    assert behind.total == found.num == 1


@pytest.mark.parametrize(
    ("day", "by", "first", "after"),
    [("2020-06-11", "week", "2020-06-08", "2020-06-15"), ("2020-06-30", "half", "2020-01-01", "2020-07-01"),
     ("2020-08-31", "school_year", "2019-09-01", "2020-09-01"), ("2020-09-01", "school_year", "2020-09-01", "2021-09-01"),
     ("2020-12-31", "plan", "2016-01-01", "2021-01-01"), ("2021-01-01", "plan", "2021-01-01", "2026-01-01"),
     ("2020-06-11", "term", "2016-10-28", "2021-11-02")],
)  # fmt: skip
def test_every_period_has_a_first_day_and_one_after_it(day: str, by: str, first: str, after: str) -> None:
    terms = (date(2011, 10, 1), date(2016, 10, 28), date(2021, 11, 2))
    found = figures.first_of(date.fromisoformat(day), by, terms)
    assert (found.isoformat(), figures.next_of(found, by, terms).isoformat()) == (first, after)


def test_a_day_before_the_first_term_is_refused_in_a_sentence(care: District) -> None:
    visit(care, "2020-03-01")
    assert one(care, "visits", by="plan").value == 1
    with pytest.raises(Unanswerable, match="没有声明各届"):
        one(care, "visits", by="term")


@pytest.mark.parametrize("by", ["week", "half", "school_year", "plan"])
def test_postgresql_and_python_cut_periods_on_the_same_day(care: District, by: str) -> None:
    days = [
        date(2015, 8, 31),
        date(2016, 1, 3),
        date(2016, 1, 4),
        date(2020, 6, 30),
        date(2020, 7, 1),
        date(2020, 9, 1),
    ]
    for day in days:
        visit(care, day.isoformat())
    found = measure(care, "home_care.visits", start=date(2015, 8, 1), end=date(2020, 12, 21), by=by).figures
    expected: dict[date, int] = {}
    for day in days:
        first = figures.first_of(day, by)
        expected[first] = expected.get(first, 0) + 1
    assert {f.period: f.value for f in found if f.value} == expected


NUMBERS = st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=15)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=NUMBERS)
def test_the_median_is_that_of_its_records(care: District, some: Sequence[Decimal]) -> None:
    with database.owning() as query:
        query.run(f"delete from {care.tables[VISITS].name[3:]} where district = %s", [care.id])
    for number in some:
        visit(care, "2020-03-01", minutes=number)
    assert one(care, "middle_minutes").exact == Fraction(median(some))


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 5).map(Fraction), min_size=1), st.booleans())
def test_a_rank_is_one_more_than_the_number_of_those_who_are_better(values: dict[str, Fraction], higher: bool) -> None:
    for name, rank in ranking.ranking(values, higher).items():
        better = [other for other in values.values() if (other > values[name] if higher else other < values[name])]
        assert rank == len(better) + 1


@given(st.decimals(-100, 100, places=2), st.decimals(-100, 100, places=2), st.decimals(-200, 200, places=2))
def test_a_score_lies_between_nought_and_a_hundred_and_never_falls_towards_the_best(
    worst: Decimal, best: Decimal, at: Decimal
) -> None:
    if worst == best:
        return
    part, step = Part("x", worst=worst, best=best), (best - worst) / 10
    here, nearer = composing.score(part, Fraction(at)), composing.score(part, Fraction(at) + Fraction(step))
    assert 0 <= here <= nearer <= 100


KNOWN = [name for some in units._TABLE.values() for name in some]


@given(st.decimals(-(10**9), 10**9, places=4), st.sampled_from(KNOWN), st.sampled_from(KNOWN))
def test_a_value_put_into_another_unit_and_back_is_the_same(value: Decimal, one: str, other: str) -> None:
    if not units.fits(one, other):
        with pytest.raises(ValueError, match="不能换算"):
            units.convert(value, one, other)
        return
    assert units.factor(one, other) * units.factor(other, one) == 1
    assert units.convert(value, one, other) * units.factor(other, one) == Fraction(value)


def test_heads_are_not_visits_and_percent_is_not_points() -> None:
    assert not units.fits("人", "人次") and not units.fits("万元", "percent") and not units.fits("%", "百分点")
    assert units.convert(Decimal("1.5"), "公顷", "平方米") == 15000 and units.fits("公顷 | ha", "亩")
