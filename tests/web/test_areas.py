"""The page of areas, and the one on which open work of an ended area is moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from huying.engine import packs
from tests.engine.test_area_moves import CASE, OLD, SOUTH, Split, rows
from tests.web.walking import person, text_of

ADDRESS = f"/areas/{OLD}"


@pytest.fixture
def town(database: str, tianhe_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Split:
    found = Split(tianhe_folder)
    shown = [{"id": found.number, "name": found.district.name, "title": found.district.title}]
    monkeypatch.setattr(packs, "districts", lambda: shown)
    old = found.unit(OLD)
    found.case("north", old, (113.388, 23.225))
    found.case("nowhere", old)
    assert rows(tianhe_folder / "areas.csv")
    return found


def test_the_table_and_what_a_document_says_stand_side_by_side(town: Split):
    clerk = person(town.district, "longdong")
    words = text_of(clerk.get("/areas?on=2020-12-01"))
    assert "220 2020-06-11" in words and "两个数都在" in words and "还没有拆分、合并过" in words
    town.part()
    words = text_of(clerk.get("/areas"))
    assert "凤凰街道 已不设 北街道 60% 、南街道 40%" in words, words[-200:]
    before, after = (text_of(clerk.get(f"/areas?on={day}")) for day in ("2020-12-14", "2020-12-15"))
    assert "街道 3" in before and "街道 4" in after, "as of the day asked"
    assert "日期写成" in text_of(clerk.get("/areas?on=yesterday"))


def test_open_work_is_rehearsed_moved_and_put_back_by_an_administrator(town: Split):
    town.part()
    admin = person(town.district, "guanli")
    assert "可以直接移 1 条" in text_of(admin.get(f"{ADDRESS}?try")) and town.place("north")[0] == OLD
    words = text_of(admin.post(ADDRESS))
    assert "移了 1 条" in words and "北街道 按位置 1" in words and "由经办人选的：" in words
    assert town.codes["nowhere"] not in words, "who administers sees no content"
    desk = person(town.district, "diaodu")
    history = text_of(desk.get(f"/ledgers/{CASE}/{town.codes['north']}"))
    assert "区划变动，移到接手的地方" in history and "北街道" in history
    assert "已放回 1 条；0 条没有放回" in text_of(admin.post(ADDRESS, {"back": "1"}))


def test_whoever_enters_the_ledger_says_where_the_rest_goes(town: Split):
    town.part()
    desk, admin = person(town.district, "diaodu"), person(town.district, "guanli")
    form = {"settle": str(town.record("nowhere").id), "ledger": CASE, "to": SOUTH}
    assert town.codes["nowhere"] in text_of(desk.get(ADDRESS))
    for client in (admin, person(town.district, "longdong")):
        assert client.post(ADDRESS, form).status_code == 404
    for wrong in ({"to": ""}, {"to": OLD}, {"to": "x"}):
        assert "先选一个接手的" in text_of(desk.post(ADDRESS, {**form, **wrong}, follow=True))
    assert desk.post(ADDRESS, {**form, "settle": "x"}).status_code == 404
    desk.post(ADDRESS, form)
    assert town.place("nowhere") == (SOUTH, "nan.clerk") and town.codes["nowhere"] not in text_of(desk.get(ADDRESS))


def test_only_an_administrator_moves_and_an_area_that_stands_has_no_such_page(town: Split):
    town.part()
    assert person(town.district, "diaodu").post(ADDRESS).status_code == 404
    assert person(town.district, "guanli").get("/areas/440106018000").status_code == 404
