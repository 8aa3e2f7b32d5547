"""Why is it so: a figure explains itself, and the records that changed add up to what it differs by."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huying.engine import access, database, packs, places
from huying.engine.counting import Unanswerable
from huying.engine.explaining import Cell, explain, matters
from huying.engine.in_force import put_in_force
from huying.engine.packs import District
from huying.engine.what_if import what_if
from tests.declare.test_documents import fenced, write
from tests.engine.small import actor_of, load_small
from tests.engine.test_indicators import put, shanghai

ROOT = Path(__file__).parents[2]
VISITS = "home_care.visit"
STREETS = ("440106003000", "440106018000")
MARCH, APRIL = (date(2020, 3, 1), date(2020, 4, 1)), (date(2020, 4, 1), date(2020, 5, 1))


@pytest.fixture(scope="module")
def house(database: str, tmp_path_factory: pytest.TempPathFactory) -> District:
    """The small district with the pack of docs/indicators.md in force; its clock at 2020-12-20 10:00."""
    place = tmp_path_factory.mktemp("why")
    district = load_small(place)
    write(fenced(ROOT / "docs" / "indicators.md"), place / "home_care")
    put_in_force(district.id, [place / "home_care"])
    return packs.current(district.id)


@pytest.fixture
def care(house: District) -> Iterator[District]:
    """Without visits, beds and statements."""
    for name in ("visit", "bed", "stated"):
        table = house.tables[f"home_care.{name}"].name
        with database.owning() as query:
            query.run(f"delete from {table} where district = %s", [house.id])
            query.run(f"delete from {table}_h where district = %s", [house.id])
    yield house


def area(district: District, code: str) -> int:
    return places.tree(district.id, district.today()).by_code[code].id


def visit(district: District, on: str, **values: object) -> None:
    put(district, VISITS, **{"state": "kept", "visited_on": date.fromisoformat(on), **values})


def why(district: District, name: str, stretch: tuple[date, date], actor=None, against="previous", **more):
    return explain(district, Cell(f"home_care.{name}", *stretch, **more), actor, against=against)


def test_a_figure_says_its_question_its_rule_its_records_and_what_ran(care: District) -> None:
    visit(care, "2020-03-05")
    found = why(care, "visits", MARCH)
    assert (found.figure.value, found.measured.indicator.question) == (1, "上门多少人次？ | How many visits?")
    assert "上门照护" in found.declared.words and found.declared.since and not found.declared.present
    assert [one.state for one in found.behind.records] == ["kept"] and "group by" in found.sql
    assert any("全区" in one for one in found.seen_by)


def test_visits_of_this_month_came_and_those_of_the_month_before_left(care: District) -> None:
    for day in ("2020-03-05", "2020-03-06", "2020-04-07"):
        visit(care, day)
    found = why(care, "visits", APRIL).difference
    counts = {how: (one.records, one.num) for how, one in found.records.by_how.items()}
    assert counts == {"came": (1, 1), "left": (2, -2), "altered": (0, 0)}
    assert (found.num, found.records.total.num, found.unseen[0], found.figure.value) == (-1, -1, 0, 2)


def test_what_stands_twice_has_neither_come_nor_left(care: District) -> None:
    for opened, closed in (("2020-01-01", None), ("2020-02-01", "2020-04-10"), ("2020-04-02", None)):
        put(care, "home_care.bed", state="kept", opened_day=date.fromisoformat(opened),
            closed_day=closed and date.fromisoformat(closed))  # fmt: skip
    found = why(care, "beds", APRIL).difference
    assert {how: one.records for how, one in found.records.by_how.items()} == {"came": 1, "left": 1, "altered": 0}
    assert found.num == 0


def test_a_record_altered_since_a_moment_is_told_with_both_values_of_what_matters(care: District) -> None:
    visit(care, "2020-03-05", minutes=Decimal(30), known_at=shanghai("2020-03-06 09:00"))
    table = care.tables[VISITS]
    with database.owning() as query:
        columns = ", ".join(table.all_columns)
        query.run(
            f"insert into {table.name}_h ({columns}, until) select {columns}, %s from {table.name} where district = %s",
            [shanghai("2020-06-01 09:00"), care.id],
        )
        query.run(f"update {table.name} set {table.column('minutes')} = 90, known_at = %s where district = %s",
                  [shanghai("2020-06-01 09:00"), care.id])  # fmt: skip
    visit(care, "2020-03-09", minutes=Decimal(20), known_at=shanghai("2020-07-01 09:00"))
    found = why(care, "minutes_spent", MARCH, against=shanghai("2020-05-01 00:00"))
    told = {one.how: one for one in found.difference.records.page}
    assert (told["altered"].before.values["minutes"], told["altered"].after.values["minutes"]) == (30, 90)
    assert (told["altered"].difference, told["came"].difference, found.difference.num) == (60, 20, 80)
    assert "minutes" in matters(found) and "visited_on" in matters(found)


def test_a_person_who_was_seen_again_adds_nothing(care: District) -> None:
    for day, person in (("2020-03-05", "A1"), ("2020-04-06", "A1"), ("2020-04-07", "A1"), ("2020-04-08", "B2")):
        visit(care, day, client=person)
    found = why(care, "persons", APRIL).difference
    assert (found.num, found.records.total.num) == (1, 1)
    assert sorted(one.now[0] for one in found.records.page if one.how == "came") == [0, 1, 1]


def test_a_number_figured_from_others_lets_each_part_explain_itself(care: District) -> None:
    for day in ("2019-03-05", "2020-03-05", "2020-03-06"):
        visit(care, day)
    found = why(care, "visits_growth", MARCH, by="month")
    assert found.figure.value == 100 and found.behind is None
    assert [(part.cell.start.year, part.figure.value, part.behind.total) for part in found.parts] == [
        (2020, 2, 2),
        (2019, 1, 1),
    ]
    score = why(care, "care_score", MARCH, by="month")
    assert [part.measured.indicator.name for part in score.parts] == ["home_care.long_enough", "home_care.satisfied"]


def test_the_rank_of_one_street_is_explained_by_what_is_ranked(care: District) -> None:
    for street in (0, 0, 1):
        visit(care, "2020-03-05", unit=area(care, STREETS[street]))
    visit(care, "2020-01-05", unit=area(care, STREETS[1]))  # looked at for how long one has been first, and no more
    found = why(care, "visits_rank", MARCH, by="month", only={"street": STREETS[1]})
    assert (found.figure.value, found.parts[0].figure.value, found.parts[0].behind.total) == (2, 1, 1)


def test_a_street_is_told_how_much_of_a_difference_lies_out_of_its_reach(care: District) -> None:
    clerk = actor_of(care, "longdong")
    visit(care, "2020-04-05", unit=area(care, STREETS[1]))
    visit(care, "2020-04-06", unit=area(care, STREETS[0]))
    own = why(care, "visits", APRIL, clerk)
    assert (own.figure.value, own.behind.total, own.difference.unseen[0]) == (1, 1, 0)


def test_what_cannot_be_asked_is_answered_in_a_sentence(care: District) -> None:
    with pytest.raises(Unanswerable, match="不能按“client”分"):
        why(care, "visits", MARCH, only={"client": "A1"})
    with pytest.raises(Unanswerable, match="没有“fortnight”这种期"):
        why(care, "visits", MARCH, by="fortnight")
    with pytest.raises(Unanswerable, match="一次解释一个数"):
        why(care, "visits", (date(2020, 1, 1), date(2020, 4, 1)), by="month")
    with pytest.raises(Unanswerable, match="应早于"):
        why(care, "visits", MARCH, against=care.now() + timedelta(days=1))
    with pytest.raises(Unanswerable, match="没有地方“440199”"):
        why(care, "visits", MARCH, only={"street": "440199"})
    with pytest.raises(access.Refused, match="不在您的范围内"):
        why(care, "visits", MARCH, actor_of(care, "longdong"), only={"street": STREETS[0]})
    early = why(care, "visits", MARCH, as_of=datetime(2011, 1, 1, tzinfo=UTC))
    assert any("当时还没有这本" in note or "早于规则生效" in note for note in early.measured.notes)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    name=st.sampled_from(["visits", "minutes_spent", "middle_minutes", "persons", "long_enough"]),
)
def test_the_differences_of_the_records_add_up_to_that_of_the_figures(care: District, seed: int, name: str) -> None:
    with database.owning() as query:
        query.run(f"delete from {care.tables[VISITS].name} where district = %s", [care.id])
    draw = random.Random(seed)
    for _ in range(draw.randint(0, 12)):
        minutes = draw.choice([None, Decimal(draw.randint(1, 120))])
        visit(
            care,
            f"2020-0{draw.choice('34')}-1{draw.randint(0, 9)}",
            minutes=minutes,
            client=draw.choice([None, "A1", "B2", "C3"]),
        )
    found = why(care, name, APRIL)
    difference = found.difference
    if difference.num is None:
        assert name == "middle_minutes"
        return
    assert difference.unseen == (0, 0)
    assert difference.records.total.num == (found.figure.num or 0) - (difference.figure.num or 0)


def test_what_if_counts_by_the_same_rule_and_writes_nothing(care: District) -> None:
    analyst = actor_of(care, "fenxi")
    visit(care, "2020-03-05", code="ZH-1")
    visit(care, "2020-03-06", code="ZH-2")
    with database.reading(analyst.reach) as query:
        rows = query.rows(
            f"select id, code from {care.tables[VISITS].name} where district = %s order by code", [care.id]
        )
    found = what_if(care, Cell("home_care.visits", *MARCH), analyst, [rows[0]["id"]], "removed")
    assert (found.before.figure.value, found.after.figure.value, len(found.taken)) == (2, 2, 1)
    assert why(care, "visits", MARCH).figure.value == 2
    with pytest.raises(Unanswerable, match="没有状态"):
        what_if(care, Cell("home_care.visits", *MARCH), analyst, [rows[0]["id"]], "burnt")
    with pytest.raises(Unanswerable, match="请选 1 至"):
        what_if(care, Cell("home_care.visits", *MARCH), analyst, [], "removed")


def test_a_rule_that_changed_since_is_told_in_both_wordings(care: District, tmp_path: Path) -> None:
    visit(care, "2020-03-05", minutes=Decimal(50))
    then = care.now()
    write(fenced(ROOT / "docs" / "indicators.md"), tmp_path / "home_care")
    path = tmp_path / "home_care" / "indicators" / "visits.yaml"
    path.write_text(path.read_text("utf-8").replace("count: true", "count: minutes > 10"), "utf-8")
    (tmp_path / "home_care" / "pack.yaml").write_text(
        (tmp_path / "home_care" / "pack.yaml").read_text("utf-8").replace("version: 1", "version: 2"), "utf-8"
    )
    put_in_force(care.id, [tmp_path / "home_care"])
    district = packs.current(care.id)
    old = explain(district, Cell("home_care.visits", *MARCH, as_of=then))
    assert "大于10" not in old.declared.words and "大于10" in old.declared.present
    new = explain(district, Cell("home_care.visits", *MARCH))
    assert "大于10" in new.declared.words and "大于10" not in new.declared.before and new.declared.versions >= 2
