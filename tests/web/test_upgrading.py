"""The page on which an administrator carries a ledger's records to its new version."""

from __future__ import annotations

from pathlib import Path

import pytest

from huying.engine import packs, records
from huying.engine.in_force import put_in_force
from tests.engine.pits import PIT, entered, folder
from tests.web.walking import person, text_of

ADDRESS = f"/ledgers/{PIT}/upgrade"


@pytest.fixture
def pits(town: packs.District, tmp_path: Path):
    district, codes = entered(town, tmp_path)
    put_in_force(district.id, [folder(tmp_path, 2)])
    return packs.current(district.id), codes


def test_it_is_rehearsed_then_done_then_taken_back(pits):
    district, codes = pits
    admin = person(district, "guanli")
    words = text_of(admin.get(f"{ADDRESS}?try"))
    assert "试走了 4 条，什么也没有写：会改 4 条，要人定 2 条" in words and "address 改叫“地点”" in words
    assert "看过 0 / 4 条" in words
    assert admin.post(ADDRESS).status_code == 302
    words = text_of(admin.get(ADDRESS))
    assert "看过 4 / 4 条，换写了 4 条，等人定 2 条" in words and "已走完" in words
    assert "已退回 4 条；0 条没有退回" in text_of(admin.post(ADDRESS, {"version": "2", "back": "1"}))


def test_a_person_settles_what_the_list_cannot(pits):
    district, codes = pits
    admin, clerk = person(district, "guanli"), person(district, "longdong")
    admin.post(ADDRESS)
    assert codes["asks"] not in text_of(admin.get(ADDRESS)), "who administers sees no content"
    record = records.find_id(district, PIT, codes["asks"])
    form = {"version": "2", "settle": str(record), "field": "cause", "value": "tree"}
    assert admin.post(ADDRESS, form).status_code == 404
    assert person(district, "fenghuang").post(ADDRESS, form).status_code == 404, "of another street"
    assert clerk.post(ADDRESS, {**form, "value": "rain"}, follow=True).status_code == 200, "no value of the field: told"
    assert codes["asks"] in text_of(clerk.get(ADDRESS))
    clerk.post(ADDRESS, form)
    assert codes["asks"] not in text_of(clerk.get(ADDRESS))
    assert "树根" in text_of(person(district, "longdong").get(f"/ledgers/{PIT}/{codes['asks']}"))
    sheet = clerk.get(f"{ADDRESS}/2.xlsx")
    assert sheet.status_code == 200 and sheet.content[:2] == b"PK"


def test_it_is_the_administrators_alone_and_of_ledgers_with_a_list(pits):
    district, _ = pits
    assert person(district, "longdong").post(ADDRESS).status_code == 404
    assert person(district, "diaodu").get(ADDRESS).status_code == 404
    assert person(district, "guanli").get("/ledgers/command.case/upgrade").status_code == 404
    assert person(district, "guanli").post(ADDRESS, {"version": "9", "back": "1"}).status_code == 404


def test_a_record_tells_in_its_history_what_was_dropped_and_what_the_upgrade_wrote(pits):
    district, codes = pits
    person(district, "guanli").post(ADDRESS)
    words = text_of(person(district, "longdong").get(f"/ledgers/{PIT}/{codes['whole']}"))
    assert "随台账新版换写" in words and "备注：急" in words and "地点：车陂路 1 号" in words


def test_each_field_of_a_record_opens_its_own_history(pits):
    district, codes = pits
    clerk = person(district, "longdong")
    page = clerk.get(f"/ledgers/{PIT}/{codes['whole']}").content.decode()
    assert page.count('<details class="changes">') == 3, "one for each field that somebody filled"
    assert "<summary" in page and "来历" in text_of(clerk.get(f"/ledgers/{PIT}/{codes['whole']}"))
