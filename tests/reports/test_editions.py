"""A frozen edition never changes; what has become different since is told beside it, and why."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from huying.engine import access, database, editions, packs, papers, places
from huying.engine.in_force import put_in_force
from huying.engine.packs import District
from tests.engine.small import actor_of
from tests.engine.test_indicators import put
from tests.reports.conftest import FENGHUANG, LONGDONG, pack, visit

NAME = "home_care.care_year"


def freeze(district: District, login: str = "ducha", **asked) -> editions.Edition:
    tree = places.tree(district.id, district.today())
    return editions.freeze(district, tree, actor_of(district, login), NAME, **{"period": "2020", **asked})


def again(district: District, edition: editions.Edition) -> editions.Edition:
    found = editions.one(district, actor_of(district, "ducha"), edition.id)
    assert found is not None
    return found


def stated(district: District, value: int, on: str, **more) -> None:
    day = date.fromisoformat(on)
    put(district, "home_care.stated", state="kept", what="gdp", value=value, measured_in="亿元", as_at=date(2020, 12, 31),
        published_on=day, source="统计局", **more)  # fmt: skip


def test_an_edition_is_kept_as_it_was_printed_and_says_so_of_itself(visited: District):
    edition = freeze(visited)
    kept = again(visited, edition)
    assert kept.whole and kept.paper() == edition.paper() and kept.paper("annotated") != kept.paper()
    assert papers.write(kept.paper(), "docx") == papers.write(edition.paper(), "docx")
    visits = kept.numbers[0]
    assert (visits.said, visits.value, visits.rows) == ("4人次", 4, 4)
    assert len(visits.rule) == len(visits.digest) == 64 and "上门日期" in visits.words
    assert editions.restated(visited, kept) == []


def test_later_data_is_a_listed_restatement_with_its_records_and_the_edition_stays(visited: District):
    edition = freeze(visited)
    visit(visited, FENGHUANG, "2020-07-01", "E5", 100, known_at=visited.now())
    kept = again(visited, edition)
    assert kept.numbers[0].said == "4人次" and kept.whole
    found = {
        (one.kept.told.indicator, one.kept.told.way, one.kept.told.only): one
        for one in editions.restated(visited, kept)
    }
    first = found["home_care.visits", "value", ()]
    assert (first.kept.said, first.now, first.why) == ("4人次", "5人次", "rows")
    assert first.moved.counts == {"came": 1} and first.moved.records[0][::2] == ("home_care.visit", "came")
    assert found["home_care.visits", "growth", ()].now == "增长150%"
    street = found["home_care.visits", "value", (("street", FENGHUANG),)]
    assert (street.kept.said, street.now) == ("0", "1")
    assert ("home_care.visits", "value", (("street", LONGDONG),)) not in found


def test_records_that_changed_under_the_same_number_are_told_apart(visited: District):
    visit(visited, LONGDONG, "2020-08-01", "F6", 100)
    edition = freeze(visited)
    table = visited.tables["home_care.visit"]
    with database.writing(visited.id) as query:
        query.run(
            f"update {table.name} set {table.column('minutes')} = {table.column('minutes')} + 10 where district = %s and {table.column('client')} = 'F6'",
            [visited.id],
        )
    found = {
        one.kept.title: one for one in editions.restated(visited, again(visited, edition)) if not one.kept.told.only
    }
    assert found["照护时长 | Minutes spent"].changed
    assert "上门人次 | Visits" not in found


def test_a_statement_revised_after_an_edition_is_told(visited: District):
    stated(visited, 5000, "2020-12-01")
    edition = freeze(visited)
    assert edition.numbers[-1].said == "5000亿元" or edition.numbers[-1].said == "5000.0亿元"
    stated(visited, 5047, "2020-12-19", known_at=visited.now())
    (one,) = editions.restated(visited, again(visited, edition))
    assert (one.why, one.now) == ("stated", "5047.0亿元") and again(visited, edition).numbers[-1].said == "5000.0亿元"


def test_an_edition_whose_indicator_is_gone_still_opens_and_says_so(own: District, tmp_path: Path):
    edition = freeze(own)
    folder = pack(tmp_path / "home_care")
    for name in ("middle_minutes", "load_grade"):  # and what grades it
        (folder / "indicators" / f"{name}.yaml").unlink()
    report = folder / "papers" / "care_year.yaml"
    report.write_text(report.read_text("utf-8").replace("，时长中位数{middle_minutes}", "").replace(
        ", the middle of the minutes was {middle_minutes}", ""), encoding="utf-8")  # fmt: skip
    (folder / "pack.yaml").write_text(
        (folder / "pack.yaml").read_text("utf-8").replace("version: 1", "version: 2"), encoding="utf-8"
    )
    put_in_force(own.id, [folder])
    district = packs.current(own.id)
    kept = again(district, edition)
    assert editions.unknown(district, kept.numbers) == ["home_care.middle_minutes"]
    gone = [one for one in editions.restated(district, kept) if one.why == "gone"]
    assert [one.kept.said for one in gone] == ["60.0分钟"] and gone[0].changed
    report.unlink()
    (folder / "pack.yaml").write_text(
        (folder / "pack.yaml").read_text("utf-8").replace("version: 2", "version: 3"), encoding="utf-8"
    )
    put_in_force(own.id, [folder])
    district = packs.current(own.id)
    assert [one.id for one in editions.of_report(district, actor_of(district, "ducha"))] == [edition.id], (
        "the report is gone too"
    )


def test_another_rule_is_told_as_another_rule(own: District, tmp_path: Path):
    edition = freeze(own)
    folder = pack(tmp_path / "home_care")
    rule = folder / "indicators" / "long_enough.yaml"
    rule.write_text(rule.read_text("utf-8").replace("2016-01-01: 40", "2016-01-01: 60"), encoding="utf-8")
    (folder / "pack.yaml").write_text(
        (folder / "pack.yaml").read_text("utf-8").replace("version: 1", "version: 2"), encoding="utf-8"
    )
    put_in_force(own.id, [folder])
    district = packs.current(own.id)
    (one,) = [one for one in editions.restated(district, again(district, edition)) if one.why == "rule"]
    assert (one.kept.said, one.now, one.moved) == ("75.0%", "50.0%", None)


def test_an_edition_is_for_who_sees_the_whole_district(visited: District):
    edition = freeze(visited)
    assert editions.one(visited, actor_of(visited, "longdong"), edition.id) is None
    assert editions.of_report(visited, actor_of(visited, "longdong"), NAME) == []
    with pytest.raises(access.Refused):
        freeze(visited, login="longdong")


def test_the_same_act_freezes_once(visited: District):
    edition = freeze(visited)
    assert freeze(visited, act=edition.id).id == edition.id
    assert len(editions.of_report(visited, actor_of(visited, "ducha"), NAME)) == 1
