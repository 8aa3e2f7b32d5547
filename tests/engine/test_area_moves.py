"""A street that ended: its open work goes to whoever took it over, by an act with a way back; no figure changes by it."""

from __future__ import annotations

import argparse
import csv
import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huying.commands import areas as command
from huying.declare.problems import Problems
from huying.engine import (
    area_moves,
    areas,
    cell_folds,
    cell_keeping,
    crosswalk,
    database,
    districts,
    packs,
    people,
    places,
    records,
    seals,
)
from huying.engine.acts import Act
from huying.engine.flows import StepRefused, take_step
from huying.engine.indicators import measure, records_behind
from tests.engine.followed import follow
from tests.engine.small import STREETS, actor_of, small_folder
from tests.engine.test_indicators import YEAR, put, shanghai

CASE = "command.case"
OLD, NORTH, SOUTH = STREETS[2], "440106098000", "440106099000"
BOXES = {NORTH: (113.36, 23.22, 113.42, 23.26), SOUTH: (113.36, 23.18, 113.42, 23.22)}  # west, south, east, north
DAY = "2020-12-15"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(path: Path, change, *more: dict[str, str]) -> None:
    """The table anew: each row as `change` makes it, and more rows after."""
    found = [change(dict(row)) for row in rows(path)] + list(more)
    names = list(dict.fromkeys(name for row in found for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def box(code: str) -> dict:
    west, south, east, north = BOXES[code]
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def split(folder: Path, outlines: bool = True) -> None:
    """The third street ends: 0.6 of it goes to a northern, 0.4 to a southern one, each with an office, a clerk and an outline.
    One of its communities goes north."""
    root = next(row["code"] for row in rows(folder / "areas.csv") if row["kind"] == "district")
    community = next(row["code"] for row in rows(folder / "areas.csv") if row["parent"] == OLD)

    def area(row: dict[str, str]) -> dict[str, str]:
        if row["code"] == OLD:
            return {**row, "until": DAY}
        return {**row, "parent": NORTH, "since": DAY} if row["parent"] == OLD else row

    new = [{"code": code, "kind": "street", "title": title, "parent": root, "since": DAY}
           for code, title in ((NORTH, "北街道 | North Street"), (SOUTH, "南街道 | South Street"))]  # fmt: skip
    rewrite(folder / "areas.csv", area, *new)
    offices = [
        {"code": name, "title": f"{name} | {name}", "area": code, "since": DAY}
        for name, code in (("bei", NORTH), ("nan", SOUTH))
    ]
    rewrite(folder / "offices.csv", lambda row: {**row, "until": DAY} if row["area"] == OLD else row, *offices)
    posts = [
        {"code": f"{name}.clerk", "title": f"{name} | {name}", "role": "street_clerk", "office": name, "since": DAY}
        for name in ("bei", "nan")
    ]
    rewrite(folder / "posts.csv", lambda row: {**row, "until": DAY} if row["office"] == "fenghuang" else row, *posts)
    (folder / "successions.csv").write_text(
        f"old,new,day,share\n{OLD},{NORTH},{DAY},0.6\n{OLD},{SOUTH},{DAY},0.4\n", "utf-8"
    )
    if outlines:
        (folder / "streets.geojson").write_text(
            json.dumps({"type": "FeatureCollection", "features": [box(c) for c in BOXES]}), "utf-8"
        )
        path = folder / "district.yaml"
        path.write_text(path.read_text("utf-8") + "area_outlines: {file: streets.geojson}\n", "utf-8")
    assert community


class Split:
    """The small district with cases of the third street, before and after it ended."""

    def __init__(self, folder: Path):
        self.folder = folder
        districts.load(folder, lambda *_: None, True)
        self.number = int(folder.name.removeprefix("small"))
        self.codes: dict[str, str] = {}

    @property
    def district(self) -> packs.District:
        return packs.current(self.number)

    def unit(self, code: str) -> int:
        return places.tree(self.number, self.district.today()).by_code[code].id

    def case(self, name: str, unit: int, where=None) -> None:
        """A case that the street's clerk has in hand."""
        desk = actor_of(self.district, "diaodu")
        answers = {"category": "street.bikes", "unit": unit, "words": name, **({"where": where} if where else {})}
        made = take_step(self.district, Act(CASE, "report", desk, answers))
        clerk = next(
            p.id
            for p in people.posts_of(self.number, actor_of(self.district, "fenghuang").person, self.district.today())
        )
        take_step(self.district, Act(CASE, "dispatch", desk, {}, made.record, lead=clerk))
        self.codes[name] = made.code

    def part(self, outlines: bool = True) -> areas.Change:
        split(self.folder, outlines)
        districts.load(self.folder, lambda *_: None, True)
        packs.forget()
        return areas.change_of(self.district, OLD)

    def record(self, name: str, as_of=None) -> records.Record:
        desk = actor_of(self.district, "diaodu")
        return records.get(self.district, desk, CASE, records.find_id(self.district, CASE, self.codes[name]), as_of)

    def place(self, name: str) -> tuple[str, str]:
        """(code of its area, code of the post whose duty it is)."""
        record = self.record(name)
        post = database.direct().value(
            "select code from hy.post where district = %s and id = %s", [self.number, record.post]
        )
        code = database.direct().value(
            "select code from hy.unit_span where district = %s and unit = %s", [self.number, record.unit]
        )
        return code, post


@pytest.fixture
def town(database: str, tmp_path: Path) -> Split:
    found = Split(small_folder(tmp_path))
    old = found.unit(OLD)
    found.case("north", old, (113.388, 23.225))
    found.case("south", old, (113.388, 23.215))
    found.case("nowhere", old)
    community = next(row["code"] for row in rows(found.folder / "areas.csv") if row["parent"] == OLD)
    found.case("community", found.unit(community))
    return found


def test_the_dry_run_says_what_would_go_where_and_writes_nothing(town: Split) -> None:
    change = town.part()
    tally = area_moves.rehearse(town.district, change)
    assert tally.moved[CASE, NORTH, "point"] == tally.moved[CASE, SOUTH, "point"] == 1 and tally.asked[CASE] == 1
    assert sum(n for (_, _, how), n in tally.moved.items() if how == "told") == 1
    assert town.place("north") == (OLD, "fenghuang.clerk")


def test_a_point_in_an_outline_tells_and_a_person_is_asked_for_the_rest(town: Split) -> None:
    change = town.part()
    before = town.district.now()
    tally = area_moves.move(town.district, change)
    assert not tally.failed and tally.total == 3 and tally.asked[CASE] == 1
    assert town.place("north") == (NORTH, "bei.clerk") and town.place("south") == (SOUTH, "nan.clerk")
    community, post = town.place("community")
    assert community.startswith(OLD[:9]) and post == "bei.clerk", (
        "a community that stands keeps its records; its clerk is another"
    )
    assert town.place("nowhere") == (OLD, "fenghuang.clerk")
    history = records.history(town.district, town.record("north"))
    assert history[-1].step == "area.moved" and town.record("north", before).unit != town.record("north").unit
    assert area_moves.move(town.district, change).total == 0, "what was moved is not found again"
    [(ledger, [waits])] = area_moves.waiting(town.district, change, 9).items()
    assert ledger == CASE and area_moves.waiting(town.district, change, 0) == {}
    desk = actor_of(town.district, "diaodu")
    assert area_moves.settle(town.district, change, waits, change.heir(SOUTH), desk) == ""
    assert town.place("nowhere") == (SOUTH, "nan.clerk")
    assert "已经移走" in area_moves.settle(town.district, change, waits, change.heir(SOUTH), desk)
    while seals.seal(town.number):
        pass
    assert seals.verify(town.number)[2] == []


def test_the_new_clerk_goes_on_where_the_old_one_stopped(town: Split) -> None:
    change = town.part()
    area_moves.move(town.district, change)
    district = town.district
    tree = places.tree(district.id, district.today())
    post = next(p for p in area_moves.Moving(district, change).posts.by_id.values() if p.code == "bei.clerk")
    clerk = people.actor(district.rules, tree, district.id, 1, "某", [post])
    assert take_step(district, Act(CASE, "accept", clerk, {}, town.record("north").id)).state == "handling"
    with pytest.raises(StepRefused):
        take_step(district, Act(CASE, "accept", clerk, {}, town.record("south").id))


def test_what_nobody_touched_is_put_back_and_the_rest_is_named(town: Split) -> None:
    change = town.part()
    district = town.district
    area_moves.move(district, change)
    desk = actor_of(district, "diaodu")
    take_step(district, Act(CASE, "classify", desk, {"category": "street.bikes"}, town.record("south").id))
    done, kept = area_moves.put_back(district, change)
    assert done == 2 and [(ledger, code) for ledger, code, _ in kept] == [(CASE, town.codes["south"])]
    assert town.place("north") == (OLD, "fenghuang.clerk") and town.place("community")[1] == "fenghuang.clerk"
    assert area_moves.move(district, change).total == 2, "and it can be moved again"


def test_with_one_successor_all_go_there_and_closed_records_stay(town: Split) -> None:
    district = town.district
    put(district, CASE, unit=town.unit(OLD), state="closed", category="street.bikes")
    split(town.folder, outlines=False)
    (town.folder / "successions.csv").write_text(f"old,new,day,share\n{OLD},{NORTH},{DAY},1\n", "utf-8")
    districts.load(town.folder, lambda *_: None, True)
    packs.forget()
    change = areas.change_of(town.district, OLD)
    tally = area_moves.move(town.district, change)
    assert tally.moved[CASE, NORTH, "alone"] == 3 and not tally.asked
    with database.writing(town.number) as query:
        unit = town.district.tables[CASE].name
        left = query.tuples(f"select state from {unit} where district = %s and unit = %s", [town.number, change.unit])
    assert left == [("closed",)]


def test_figures_of_earlier_days_stay_where_they_were_and_lead_to_the_records_that_were_moved(town: Split) -> None:
    asked = {"split": ["street"], "by": "all", **YEAR}
    name = next(
        n
        for n, one in town.district.rules.indicators.items()
        if one.of == CASE and one.measure == "count" and "street" in one.split
    )
    with database.writing(town.number) as query:  # they came in before the street ended
        query.run(
            f"update {town.district.tables[CASE].name} set opened_at = '2020-12-01' where district = %s", [town.number]
        )
    change = town.part()
    before = {f.split[0]: f.value for f in measure(town.district, name, **asked).figures if f.value}
    area_moves.move(town.district, change)
    after = {f.split[0]: f.value for f in measure(town.district, name, **asked).figures if f.value}
    assert after == before
    desk = actor_of(town.district, "diaodu")
    behind = records_behind(
        town.district, desk, name, date(2020, 1, 1), {"street": OLD}, end=date(2021, 1, 1), by="all"
    )
    assert behind.total == before[OLD]


def test_cells_keep_earlier_days_where_they_were_before_and_after_they_are_followed(town: Split) -> None:
    asked = {"split": ["street"], "by": "all", **YEAR}
    name = next(
        n
        for n, one in town.district.rules.indicators.items()
        if one.of == CASE and one.measure == "count" and "street" in one.split
    )
    with database.writing(town.number) as query:  # they came in before the street ended
        query.run(
            f"update {town.district.tables[CASE].name} set opened_at = '2020-12-01' where district = %s", [town.number]
        )
    change = town.part()
    follow(town.district, cell_keeping.NAME, look=cell_keeping.follow)
    before = measure(town.district, name, **asked).figures
    assert sum(one.rows for one in before) == 4
    area_moves.move(town.district, change)
    assert measure(town.district, name, **asked).figures == before
    follow(town.district, cell_keeping.NAME, look=cell_keeping.follow)
    assert measure(town.district, name, **asked).figures == before
    fold = cell_folds.every(town.district)[name, town.district.tables[CASE].number]
    assert cell_keeping.differing(town.district, fold) == 0


def test_todays_areas_are_told_by_smaller_areas_and_points_before_shares(town: Split) -> None:
    district, name = town.district, "traffic.points_improved"
    community = next(row["code"] for row in rows(town.folder / "areas.csv") if row["parent"] == OLD)
    given = {"state": "improved", "improved_at": shanghai("2020-06-11 10:00")}
    table = district.tables["traffic.congestion_point"]
    point = next(iter(table.points), None)
    assert point, "the ledger has a place"
    lng, lat = table.points[point]

    def one(unit: int, where=None) -> None:
        put(district, unit=unit, **given)
        if where:
            with database.writing(town.number) as query:
                query.run(f"update {table.name} set {lng} = %s, {lat} = %s where district = %s and {lng} is null and id = "
                          f"(select id from {table.name} where district = %s and {lng} is null order by id limit 1)",
                          [*where, town.number, town.number])  # fmt: skip

    for _ in range(3):
        one(town.unit(OLD), (113.388, 23.215))
    one(town.unit(community))
    for _ in range(10):
        put(district, unit=town.unit(OLD), **given)
    town.part()
    found = measure(town.district, name, **YEAR, split=["street"], by="all", areas="now")
    assert {f.split[0]: f.value for f in found.figures if f.value} == {NORTH: 7, SOUTH: 7}
    assert "按所在的小区域归入 1 条，按位置归入 3 条，按份额折算 10 条" in found.notes[-1]


points = st.tuples(st.floats(113.3, 113.5), st.floats(23.15, 23.3))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.none(), points), max_size=8), st.integers(0, 4))
def test_no_record_is_lost_or_counted_twice_whatever_its_point(apart: Split, some: list, inside: int) -> None:
    table = apart.district.tables["traffic.congestion_point"]
    lng, lat = next(iter(table.points.values()))
    with database.writing(apart.number) as query:
        query.run(f"update {table.name} set hidden = true where district = %s", [apart.number])
    for where in [*some, *[(113.388, 23.215)] * inside]:
        put(apart.district, unit=apart.old, state="improved", improved_at=shanghai("2020-06-11 10:00"))
        if where:
            with database.writing(apart.number) as query:
                query.run(
                    f"update {table.name} set {lng} = %s, {lat} = %s where district = %s and {lng} is null",
                    [*where, apart.number],
                )
    found = measure(apart.district, "traffic.points_improved", **YEAR, split=["street"], by="all", areas="now")
    for part in ("num", "rows"):  # exact: each value by itself is rounded to whole points
        assert sum(getattr(f, part) for f in found.figures) == len(some) + inside
        assert all(getattr(f, part) >= 0 for f in found.figures)


@pytest.fixture
def apart(database: str, tmp_path: Path) -> Split:
    found = Split(small_folder(tmp_path))
    found.old = found.unit(OLD)
    found.part()
    return found


def test_the_command_lists_rehearses_moves_and_puts_back(town: Split, capsys, monkeypatch) -> None:
    town.part()
    given = {"act": "move", "area": OLD, "district": town.district.name, "dry_run": False, "back": False}

    def said(**more: object) -> tuple[int, str]:
        code = command._run(argparse.Namespace(**{**given, **more}))
        return code, capsys.readouterr().out

    assert OLD in said(act="list")[1]
    code, text = said(dry_run=True)
    assert code == 1 and "会移 3，由人选 1" in text
    assert "移了 3，由人选 1" in said()[1] and "放回 3" in said(back=True)[1]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("stated:\n  - {level: village, count: 3, day: 2020-06-11, source: 报告}\n", "village"),
        ("stated:\n  - {level: street, count: many, day: 2020-06-11, source: 报告}\n", "count 写整数"),
        ("stated:\n  - {level: street, count: 3, day: 六月, source: 报告}\n", "不是日期"),
        ("stated:\n  - {level: street, count: 3}\n", "每条写"),
        ("area_outlines: {file: none.geojson}\n", "轮廓文件读不懂"),
        ("area_outlines: {file: outline.geojson, datum: mars}\n", "datum 只能是"),
    ],
)
def test_what_is_said_wrongly_of_areas_is_told_with_its_line(tianhe_folder: Path, more: str, words: str) -> None:
    path = tianhe_folder / "district.yaml"
    text = path.read_text("utf-8")
    at = text.index("stated:")
    path.write_text(text[:at] + more + text[text.index("notices:") :], "utf-8")
    with pytest.raises(Problems) as wrong:
        districts.load(tianhe_folder, lambda *_: None, True)
    assert [words in one.message for one in wrong.value.problems] == [True] and wrong.value.problems[0].line > 1


def test_the_table_and_a_document_both_stand(tianhe: packs.District) -> None:
    levels = {level.name: level for level in areas.by_level(tianhe, tianhe.today())}
    assert levels["street"].count == 3 and not levels["street"].stated and not levels["street"].differs
    [said] = levels["community"].stated
    assert said.count == 220 and said.day == date(2020, 6, 11) and levels["community"].differs


def test_heirs_of_a_change_sum_to_the_whole(town: Split) -> None:
    change = town.part()
    assert change.ended and sum(share for _, share in change.heirs) == Fraction(1)
    assert [share for _, share in change.shares] == ["60%", "40%"] and crosswalk.successions(town.number)
