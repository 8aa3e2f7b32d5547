"""Numbers: what a cell counts, where a day begins, what was known then, who may see it, what leads back to records."""

from __future__ import annotations

import dataclasses
import random
import shutil
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huying.declare.evaluate import evaluate
from huying.declare.expressions import parse
from huying.declare.kinds import Indicator
from huying.declare.load import load
from huying.declare.scopes import scope
from huying.engine import access, database, figure_labels, figures, indicators, packs, people, places
from huying.engine.in_force import put_in_force
from huying.engine.indicators import Unanswerable, measure, records_behind
from huying.engine.packs import District
from tests.engine.small import actor_of
from tests.engine.things import things

POINTS = "traffic.congestion_point"
YEAR = {"start": date(2020, 1, 1), "end": date(2021, 1, 1)}
STREETS = ("440106003000", "440106018000", "440106019000")
SCRATCH = "traffic.scratch"


def with_indicator(district: District, **given: object) -> District:
    """The district with one more indicator, `traffic.scratch`."""
    names = scope(district.rules, str(given.get("of", POINTS)))
    wants = {"value": None, "among": "boolean", "over": "number"}
    read = {key: parse(value, names, want=wants[key]) if key in wants else value for key, value in given.items()}
    declared = Indicator(SCRATCH, "试 | Try", "几个？ | How many?", **{"of": POINTS, **read})
    rules = dataclasses.replace(district.rules, indicators={**district.rules.indicators, SCRATCH: declared})
    return dataclasses.replace(district, rules=rules)


def put(district: District, ledger: str = POINTS, *, known_at: datetime | None = None, **values: object) -> None:
    """Write one record straight into its table: as many shapes as a test likes."""
    table = district.tables[ledger]
    tree = places.tree(district.id, district.today())
    standing = {
        "district": district.id, "id": uuid4(), "seq": 1, "head": b"", "code": uuid4().hex[:12], "unit": tree.root.id,
        "office": 0, "post": 0, "state": "listed", "hidden": False, "opened_at": datetime(2020, 5, 1, tzinfo=UTC),
        "known_at": known_at or datetime(2020, 5, 1, tzinfo=UTC),
    }  # fmt: skip
    row = {**standing, **{table.column(name): value for name, value in values.items()}}
    with database.writing(district.id) as query:
        query.run(
            f"insert into {table.name} ({', '.join(row)}) values ({', '.join(['%s'] * len(row))})", list(row.values())
        )


def value(district: District, name: str = SCRATCH, **asked: object) -> Decimal | None:
    return measure(district, name, **{**YEAR, "by": "all", **asked}).figure.value


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("moment", "day"),
    [("2020-06-11 00:00", 11), ("2020-06-11 07:59", 11), ("2020-06-11 08:00", 11), ("2020-06-11 23:59", 11),
     ("2020-06-10 23:59", 10), ("2020-06-12 00:00", 12)],
)  # fmt: skip
def test_a_day_begins_at_midnight_in_the_district(tianhe: District, moment: str, day: int) -> None:
    put(tianhe, state="improved", improved_at=shanghai(moment))
    found = measure(tianhe, "traffic.points_improved", start=date(2020, 6, 10), end=date(2020, 6, 13), by="day")
    assert [f.period.day for f in found.figures if f.value] == [day]


def test_a_stretch_is_half_open(tianhe: District) -> None:
    put(tianhe, state="improved", improved_at=shanghai("2020-06-30 23:59"))
    put(tianhe, state="improved", improved_at=shanghai("2020-07-01 00:00"))
    found = measure(tianhe, "traffic.points_improved", start=date(2020, 6, 1), end=date(2020, 8, 1), by="month")
    assert [(f.period, f.value) for f in found.figures] == [(date(2020, 6, 1), 1), (date(2020, 7, 1), 1)]


def test_an_unknown_condition_counts_as_no_or_is_left_out_as_declared(tianhe: District) -> None:
    for after in (10, 90, None):
        put(tianhe, delay_before_s=50, delay_after_s=after)
    asked = {
        "measure": "share",
        "value": "delay_after_s < delay_before_s",
        "period": ("year", "opened_on"),
        "places": 1,
    }
    no = measure(with_indicator(tianhe, **asked, unknown="no"), SCRATCH, **YEAR).figure
    out = measure(with_indicator(tianhe, **asked, unknown="left out"), SCRATCH, **YEAR).figure
    assert (no.num, no.den, no.value, no.left_out) == (1, 3, Decimal("33.3"), 0)
    assert (out.num, out.den, out.value, out.left_out) == (1, 2, Decimal("50.0"), 1)


def test_zero_missing_and_not_applicable_are_three_things(tianhe: District) -> None:
    counted = with_indicator(tianhe, measure="count", period=("month", "opened_on"), empty="zero")
    silent = with_indicator(tianhe, measure="count", period=("month", "opened_on"), empty="missing")
    share = with_indicator(
        tianhe, measure="share", value="delay_after_s < 5", period=("month", "opened_on"), empty="zero"
    )
    asked = {"start": date(2020, 11, 1), "end": date(2021, 3, 1)}
    assert [f.status for f in measure(counted, SCRATCH, **asked).figures] == [
        "value", "value", "not_applicable", "not_applicable",
    ]  # fmt: skip
    assert [f.status for f in measure(silent, SCRATCH, **asked).figures][:2] == ["missing", "missing"]
    assert [f.value for f in measure(share, SCRATCH, **asked).figures][:2] == [None, None]


def test_a_ratio_over_nothing_is_not_applicable_and_never_a_hundred_percent(tianhe: District) -> None:
    put(tianhe, delay_before_s=0, delay_after_s=5)
    asked = with_indicator(
        tianhe, measure="ratio", value="delay_after_s", over="delay_before_s", period=("year", "opened_on")
    )
    found = measure(asked, SCRATCH, **YEAR).figure
    assert (found.value, found.status, found.rows) == (None, "not_applicable", 1)


def test_a_ratio_leaves_out_records_that_lack_a_part(tianhe: District) -> None:
    put(tianhe, delay_before_s=10, delay_after_s=5)
    put(tianhe, delay_before_s=90, delay_after_s=None)
    asked = with_indicator(
        tianhe, measure="ratio", value="delay_after_s", over="delay_before_s", period=("year", "opened_on"), places=2
    )
    found = measure(asked, SCRATCH, **YEAR).figure
    assert (found.num, found.den, found.value, found.rows, found.left_out) == (5, 10, Decimal("0.50"), 1, 1)


def test_a_mean_is_rounded_once_and_half_up(tianhe: District) -> None:
    for cut in (0, 0, 0, 0, 0, 0, 0, 1):
        put(tianhe, delay_before_s=cut)
    asked = with_indicator(tianhe, measure="average", value="delay_before_s", period=("year", "opened_on"), places=2)
    assert value(asked) == Decimal("0.13")


def test_a_split_by_streets_rolls_up_communities_and_shows_streets_without_records(tianhe: District) -> None:
    tree = places.tree(tianhe.id, tianhe.today())
    community = next(u for u in tree.of_kind("community") if tree.at_level(u.id, "street").code == STREETS[0])
    put(tianhe, unit=community.id, state="improved", improved_at=shanghai("2020-06-11 10:00"))
    put(tianhe, unit=tree.by_code[STREETS[0]].id, state="improved", improved_at=shanghai("2020-06-12 10:00"))
    put(tianhe, unit=tree.root.id, state="improved", improved_at=shanghai("2020-06-13 10:00"))
    found = measure(tianhe, "traffic.points_improved", **YEAR, split=["street"])
    assert [(f.split, f.value) for f in found.figures] == [
        ((STREETS[0],), 2), ((STREETS[1],), 0), ((STREETS[2],), 0), (("",), 1),
    ]  # fmt: skip
    assert figure_labels.labels(tianhe, found)[0][STREETS[0]].startswith("车陂")


def test_a_community_that_moves_to_another_street_leaves_its_old_figures_there(tianhe: District) -> None:
    tree = places.tree(tianhe.id, tianhe.today())
    community = next(u for u in tree.of_kind("community") if tree.at_level(u.id, "street").code == STREETS[0])
    with database.owning() as query:
        where = [tianhe.id, community.id]
        query.run("update unit_span set until = '2020-09-01' where district = %s and unit = %s", where)
        query.run(
            "insert into unit_span (district, unit, since, parent, code, title) values (%s, %s, '2020-09-01', %s, %s, %s)",
            [*where, tree.by_code[STREETS[1]].id, community.code, community.title],
        )
    put(tianhe, unit=community.id, state="improved", improved_at=shanghai("2020-08-11 10:00"))
    put(tianhe, unit=community.id, state="improved", improved_at=shanghai("2020-09-11 10:00"))
    found = measure(
        tianhe, "traffic.points_improved", start=date(2020, 8, 1), end=date(2020, 10, 1), by="month", split=["street"]
    )
    cells = {(f.period.month, f.split[0]): f.value for f in found.figures}
    assert (cells[8, STREETS[0]], cells[8, STREETS[1]]) == (1, 0)
    assert (cells[9, STREETS[0]], cells[9, STREETS[1]]) == (0, 1)
    actor = people.system(tianhe.id)
    behind = records_behind(
        tianhe, actor, "traffic.points_improved", date(2020, 8, 1), {"street": STREETS[0]}, by="month"
    )
    assert behind.total == 1


def test_a_level_that_the_district_lacks_and_a_split_that_is_not_declared_are_refused(tianhe: District) -> None:
    with pytest.raises(Unanswerable, match="不能按“peak”分"):
        measure(tianhe, "traffic.points_improved", **YEAR, split=["peak"])
    nowhere = with_indicator(tianhe, measure="count", period=("year", "opened_on"), split=("village",))
    with pytest.raises(Unanswerable, match="没有“village”这一级"):
        measure(nowhere, SCRATCH, **YEAR, split=["village"])
    private = with_indicator(tianhe, of="command.case", measure="count", period=("year", "opened_on"), split=("phone",))
    with pytest.raises(Unanswerable):
        measure(private, SCRATCH, **YEAR, split=["phone"])


def test_a_figure_may_be_split_by_state_and_by_office(tianhe: District) -> None:
    put(tianhe, state="improved", office=1)
    put(tianhe, state="listed", office=2)
    asked = with_indicator(
        tianhe, measure="count", period=("year", "opened_on"), split=("state", "office"), empty="zero"
    )
    by_state = measure(asked, SCRATCH, **YEAR, split=["state"])
    assert {f.split[0]: f.value for f in by_state.figures} == {
        "found": 0,
        "listed": 1,
        "improved": 1,
        "kept": 0,
        "dropped": 0,
    }
    assert figure_labels.labels(tianhe, by_state)[0]["kept"] == "已销号"
    assert [f.split for f in measure(asked, SCRATCH, **YEAR, split=["office"]).figures] == [("1",), ("2",)]


def test_ledgers_made_alike_are_counted_together(tianhe: District) -> None:
    put(tianhe, "command.case", category="noise", state="reported")
    put(tianhe, "traffic.jam", category="jam.signal", state="reported")
    put(tianhe, "traffic.jam", category="jam.signal", state="void")
    found = measure(tianhe, "command.cases_reported", start=date(2020, 5, 1), end=date(2020, 6, 1))
    assert found.figure.value == 2 and found.ledgers == ["command.case", "traffic.jam"]
    behind = records_behind(tianhe, people.system(tianhe.id), "command.cases_reported", date(2020, 5, 1))
    assert sorted(r.ledger.name for r in behind.records) == ["command.case", "traffic.jam"]


def test_the_public_sees_published_figures_alone_and_no_small_counts(tianhe: District) -> None:
    anyone = people.resident(tianhe.id)
    with pytest.raises(access.Refused):
        measure(tianhe, "command.on_time_answer_rate", **YEAR, actor=anyone)
    asked = with_indicator(
        tianhe, of="command.case", measure="count", period=("year", "opened_on"), split=("severity",), published=True
    )
    for severity, times in (("normal", 9), ("urgent", 2)):
        for _ in range(times):
            put(tianhe, "command.case", category="noise", state="reported", severity=severity)
    shown = measure(asked, SCRATCH, **YEAR, split=["severity"], actor=anyone).figures
    assert {f.status for f in shown if f.split[0]} == {"suppressed"}, "the larger would give the smaller away"
    assert all((f.value, f.num, f.rows) == (None, None, 0) for f in shown if f.status == "suppressed")
    assert measure(asked, SCRATCH, **YEAR, actor=anyone).figure.value == 11


def test_staff_of_one_street_see_of_a_published_figure_no_more_than_the_public_and_the_desk_sees_it_whole(
    tianhe: District,
) -> None:
    asked = with_indicator(
        tianhe, of="command.case", measure="count", period=("year", "opened_on"), split=("severity",), published=True
    )
    for severity, times in (("normal", 9), ("urgent", 2)):
        for _ in range(times):
            put(tianhe, "command.case", category="noise", state="reported", severity=severity)
    clerk, desk = actor_of(tianhe, "longdong"), actor_of(tianhe, "diaodu")
    assert {
        f.status for f in measure(asked, SCRATCH, **YEAR, split=["severity"], actor=clerk).figures if f.split[0]
    } == {"suppressed"}
    assert [f.value for f in measure(asked, SCRATCH, **YEAR, split=["severity"], actor=desk).figures if f.split[0]] == [
        9,
        2,
    ]
    for more in ({"as_of": tianhe.now()}, {"only": {"severity": "urgent"}}, {"by": "month"}):
        with pytest.raises(Unanswerable):
            measure(asked, SCRATCH, **YEAR, actor=clerk, **more)


def test_small_counts_of_a_public_list_are_shown(tianhe: District) -> None:
    put(tianhe, state="improved", improved_at=shanghai("2020-06-11 10:00"))
    shown = measure(tianhe, "traffic.points_improved", **YEAR, actor=people.resident(tianhe.id)).figure
    assert (shown.value, shown.status) == (1, "value")


def test_one_statement_makes_a_measure(tianhe: District) -> None:
    measure(tianhe, "traffic.points_improved", **YEAR, split=["street"])
    with database.counting() as count:
        measure(tianhe, "traffic.points_improved", **YEAR)
    assert count.n == 1, "one statement, its reach in the same round trip"
    with database.counting() as count:
        found = measure(tianhe, "traffic.points_improved", **YEAR, split=["street"])
    assert count.n == 2, "and whether areas have changed"
    with database.reading(database.Reach(tianhe.id, "hy_all")) as query:
        assert query.rows(indicators.shown_sql(found)) == query.rows(found.sql, found.params)


def test_a_moment_to_come_and_an_empty_stretch_are_refused(tianhe: District) -> None:
    with pytest.raises(Unanswerable, match="截至"):
        measure(tianhe, "traffic.points_improved", **YEAR, as_of=tianhe.now() + timedelta(hours=1))
    with pytest.raises(ValueError, match="早于"):
        measure(tianhe, "traffic.points_improved", start=date(2020, 2, 1), end=date(2020, 2, 1))
    with pytest.raises(ValueError, match="最多"):
        measure(tianhe, "traffic.points_improved", start=date(1900, 1, 1), end=date(2020, 1, 1), by="day")


def test_a_past_figure_is_counted_by_the_rule_of_its_day(tianhe: District, tmp_path: Path) -> None:
    put(tianhe, state="improved", improved_at=shanghai("2020-06-11 10:00"))
    put(tianhe, state="kept", improved_at=shanghai("2020-06-12 10:00"))
    before = tianhe.now()
    folders = []
    for source in sorted((Path(__file__).resolve().parents[2] / "packs").iterdir()):
        folders.append(tmp_path / "changed" / source.name)
        shutil.copytree(source, folders[-1])
    changed = tmp_path / "changed/traffic/indicators/points_improved.yaml"
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace('state in ("improved", "kept")', 'state == "kept"'), encoding="utf-8")
    rules, problems = load(*folders)
    assert rules is not None, problems
    with database.owning() as query:
        assert "indicator traffic.points_improved" in packs.apply(query, tianhe.id, folders, rules, tianhe.now())
    packs.forget()
    now = packs.current(tianhe.id)
    asked = {**YEAR, "by": "all"}
    assert measure(now, "traffic.points_improved", **asked).figure.value == 1
    then = measure(now, "traffic.points_improved", **asked, as_of=before)
    assert (then.figure.value, then.rule) == (2, "then")
    present = measure(now, "traffic.points_improved", **asked, as_of=before, rule="now")
    assert (present.figure.value, present.rule) == (1, "now") and present.digest != then.digest


def test_a_moment_before_the_first_rules_is_counted_by_them_and_says_so(tianhe: District) -> None:
    put(tianhe, state="improved", improved_at=shanghai("2016-06-11 10:00"), known_at=shanghai("2016-06-11 10:00"))
    with database.owning() as query:
        query.run("update declaration set in_force = '2018-01-01' where district = %s", [tianhe.id])
    found = measure(
        tianhe,
        "traffic.points_improved",
        start=date(2016, 1, 1),
        end=date(2017, 1, 1),
        as_of=shanghai("2016-12-31 10:00"),
    )
    assert found.figure.value == 1 and "截至时间早于规则生效" in found.notes[0]


def test_the_declaration_is_said_in_words(tianhe: District) -> None:
    words = measure(tianhe, "command.on_time_answer_rate", **YEAR).words
    assert "分子：其中答复时间不晚于到期时间的；看不出的按“否”计" in words
    assert "Answered at is not after due at" in words and "state is not “Void”" in words


# --- held against a fold in Python -----------------------------------------------------------------------------

ROWS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["found", "listed", "improved", "kept"]),
        "cause": st.sampled_from(["signal", "layout", None]),
        "delay_before_s": st.one_of(st.none(), st.decimals(0, 3600, places=3)),
        "delay_after_s": st.one_of(st.none(), st.decimals(0, 3600, places=3)),
        "improved_at": st.one_of(
            st.none(),
            st.datetimes(datetime(2019, 12, 30), datetime(2021, 1, 3)).map(lambda at: at.replace(tzinfo=UTC)),
        ),
        "place": st.integers(0, 7),
    }
)
ASKED = [
    {"measure": "count", "among": "state = 'improved' or delay_after_s > 10"},
    {"measure": "sum", "value": "delay_before_s - delay_after_s", "places": 1},
    {"measure": "average", "value": "delay_before_s", "among": "state != 'found'", "places": 2},
    {"measure": "share", "value": "delay_after_s < delay_before_s", "unknown": "no", "places": 1},
    {"measure": "share", "value": "delay_after_s < delay_before_s", "unknown": "left out", "places": 1},
    {"measure": "ratio", "value": "delay_after_s", "over": "delay_before_s", "places": 3},
]


def fold(district: District, declared: Indicator, rows: list[dict]) -> figures.Sums:
    """What the rows add up to, one by one, by the evaluator of single records."""

    def of(expression, row):
        return evaluate(expression, row, today=district.today(), tz=district.calendar.tz)

    total = figures.Sums()
    for row in rows:
        if declared.among is not None and of(declared.among, row) is not True:
            continue
        over = of(declared.over, row) if declared.over else Decimal(1)
        number = Decimal(1) if declared.value is None else of(declared.value, row)
        if declared.measure == "share":
            number = 0 if number is None and declared.unknown == "no" else None if number is None else Decimal(number)
        known = number is not None and over is not None
        total += figures.Sums(number, over, 1) if known else figures.Sums(left_out=1)
    return total


@pytest.mark.parametrize("asked", ASKED, ids=lambda a: f"{a['measure']}-{a.get('unknown', '')}".strip("-"))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, max_size=25))
def test_a_measure_equals_the_fold_of_its_records_and_leads_back_to_them(
    tianhe: District, asked: dict, rows: list[dict]
) -> None:
    district = with_indicator(tianhe, **asked, period=("quarter", "improved_on"), split=("street", "cause"))
    declared, tree, zone = (
        district.rules.indicators[SCRATCH],
        places.tree(tianhe.id, tianhe.today()),
        tianhe.calendar.tz,
    )
    areas = [*(tree.by_code[code].id for code in STREETS), *(u.id for u in tree.of_kind("community")[:4]), tree.root.id]
    with database.owning() as query:
        query.run(f"delete from {district.tables[POINTS].name[3:]} where district = %s", [district.id])
    for row in rows:
        row["unit"] = areas[row.pop("place") % len(areas)]
        put(district, **row)
    cells: dict = {}
    for row in rows:
        if row["improved_at"]:
            day = row["improved_at"].astimezone(zone).date()
            street = tree.at_level(row["unit"], "street")
            cells.setdefault(
                (figures.first_of(day, "quarter"), street.code if street else "", row["cause"] or ""), []
            ).append(row)
    found = measure(district, SCRATCH, **YEAR, split=["street", "cause"])
    whole = {f.period: f for f in measure(district, SCRATCH, **YEAR).figures}
    for period, total in whole.items():
        parts = [f for f in found.figures if f.period == period]
        assert sum(f.rows for f in parts) == total.rows and sum(f.num for f in parts) == total.num
        expected = fold(district, declared, [r for key, some in cells.items() if key[0] == period for r in some])
        assert (total.num, total.rows, total.left_out) == (expected.num, expected.rows, expected.left_out)
        assert total.value == figures.settle(declared, expected)[0]
    chosen = random.Random(len(rows)).sample(found.figures, min(3, len(found.figures)))
    for figure in chosen:
        expected = fold(district, declared, cells.get((figure.period, *figure.split), []))
        assert (figure.num, figure.den or expected.den, figure.rows) == (expected.num, expected.den, expected.rows)
        split = dict(zip(("street", "cause"), figure.split, strict=True))
        asked_for = {"split": split, "end": figure.until}
        actor = people.system(district.id)
        assert records_behind(district, actor, SCRATCH, figure.since, part="den", **asked_for).total == figure.rows
        if declared.measure in ("count", "share"):
            assert records_behind(district, actor, SCRATCH, figure.since, **asked_for).total == figure.num


def test_money_is_reckoned_with_in_yuan_to_the_fen(tianhe: District, tmp_path: Path) -> None:
    pack = things(tmp_path)
    (pack / "indicators").mkdir(exist_ok=True)
    (pack / "indicators" / "prices.yaml").write_text(
        "indicator: prices\ntitle: 造价 | Prices\nquestion: 贵的共多少钱？ | How much were the dear ones?\nof: thing\n"
        "sum: {of: price, among: price > 100}\nunit: 元\nplaces: 2\nperiod: year of built_on\n",
        "utf-8",
    )
    put_in_force(tianhe.id, [pack])
    district = packs.current(tianhe.id)
    for fen in (9_999, 10_001, 250_050):
        put(district, f"{pack.name}.thing", state="kept", name="亭", price=fen, built_on=date(2020, 5, 1))
    assert value(district, f"{pack.name}.prices") == Decimal("2600.51")
